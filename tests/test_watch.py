"""`cvbuild watch`: again at each save of any input, and the engine started before it is needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from cvbuild import watch
from cvbuild.files import Files
from tests.pdf import Pdf

CV = "name: Ada Lovelace\ntheme: mine\nsections:\n  Notes: On the engine.\n"


class Watcher:
    """A running `cvbuild watch me.yaml`, and what it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "cvbuild", "watch", "me.yaml"]
        self.process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, env={**os.environ})
        self.lines: list[str] = []
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr
        self.lines += []
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def said(self, words: str, times: int) -> None:
        """Wait until some words were said so often."""
        end = time.monotonic() + 20
        while sum(words in line for line in self.lines) < times:
            assert time.monotonic() < end, self.lines
            assert self.process.poll() is None, self.lines
            time.sleep(0.01)

    def text(self) -> str:
        return Pdf((self.folder / "me.pdf").read_bytes()).text


@pytest.fixture
def watcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watcher]:
    theme = tmp_path / "themes" / "mine"
    theme.mkdir(parents=True)
    (theme / "theme.toml").write_text('extends = "noether"\n')
    (tmp_path / "me.yaml").write_text(CV)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    running = Watcher(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


@pytest.mark.engine
def test_each_save_renders_again(watcher: Watcher) -> None:
    folder, cv = watcher.folder, watcher.folder / "me.yaml"
    watcher.said("wrote me.pdf", 1)
    cv.write_text(CV.replace("engine", "loom"))  # in place
    watcher.said("wrote me.pdf", 2)
    assert "On the loom." in watcher.text()
    (folder / "new").write_text(CV.replace("engine", "sea"))  # as many editors do
    (folder / "new").replace(cv)
    watcher.said("wrote me.pdf", 3)
    assert "On the sea." in watcher.text()
    (folder / "themes" / "mine" / "header.tex").write_text("Another head.\n")  # a file that was not there
    watcher.said("wrote me.pdf", 4)
    assert "Another head." in watcher.text()
    cv.write_text(CV + "sectoins: {}\n")
    watcher.said("CV201", 1)
    assert "On the sea." in watcher.text(), "the last good PDF stays"
    cv.unlink()
    watcher.said("CV001", 1)
    cv.write_text(CV)
    watcher.said("wrote me.pdf", 5)
    assert "On the engine." in watcher.text()
    os.utime(cv)  # touched, but not changed
    time.sleep(0.3)
    assert sum("wrote" in line for line in watcher.lines) == 5


@pytest.mark.engine
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_behind(how: signal.Signals, watcher: Watcher) -> None:
    """The engine that waits for the next edit ends with the watcher, however that ends."""
    watcher.said("wrote me.pdf", 1)
    end = time.monotonic() + 10
    while not (waiting := engines(watcher.folder)):
        assert time.monotonic() < end
        time.sleep(0.01)
    watcher.process.send_signal(how)
    status = watcher.process.wait(10)
    assert status == {signal.SIGINT: 0, signal.SIGTERM: 143, signal.SIGKILL: -9}[how]
    while any(Path("/proc", str(pid)).exists() for pid in waiting):
        assert time.monotonic() < end
        time.sleep(0.01)
    if how != signal.SIGKILL:
        assert list((watcher.folder / "scratch").iterdir()) == []


def engines(folder: Path) -> list[int]:
    """The processes that work in a folder below this one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder / "scratch"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("arguments", [["watch", "-"], ["watch", "me.yaml", "-o", "-"], ["watch", "nothing.yaml"]])
def test_what_cannot_be_watched(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(CV)
    ran = subprocess.run([sys.executable, "-m", "cvbuild", *arguments], cwd=tmp_path, capture_output=True, timeout=20)
    assert ran.returncode == 2
    assert ran.stderr


def test_a_change_while_building_is_not_missed(tmp_path: Path) -> None:
    """Right after it was read, the file is changed, goes away, and comes back."""
    path = tmp_path / "input"
    path.write_text("first")
    seen: list[str] = []
    then: list[Callable[[], object]] = [
        lambda: path.write_text("second"),
        path.unlink,
        lambda: path.write_text("third"),
    ]

    def once() -> Files:
        files = Files()
        seen.append(files.text(path) if files.has(path) else "nothing")
        if len(seen) == 4:
            raise KeyboardInterrupt
        then[len(seen) - 1]()
        return files

    with pytest.raises(KeyboardInterrupt):
        watch.follow(once)
    assert seen == ["first", "second", "nothing", "third"]
