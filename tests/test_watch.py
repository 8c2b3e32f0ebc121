"""`cvbuild watch`: again at each save of any input, and the engine started before it is needed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from random import Random
from select import select
from threading import Event, Thread

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cvbuild import watch
from cvbuild.cli.output import Voice
from cvbuild.cli.screen import Screen, fitted
from cvbuild.cli.watch import RETRY, Rounds, Teller
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.job import Job
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
    line = next(line for line in watcher.lines if "wrote" in line)
    assert re.fullmatch(r"\d\d:\d\d:\d\d wrote me\.pdf \(1 page\) in \d+\.\d\d s", line)


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

    def once() -> watch.Seen:
        files = Files()
        seen.append(files.text(path) if files.has(path) else "nothing")
        if len(seen) == 4:
            raise KeyboardInterrupt
        then[len(seen) - 1]()
        return watch.Seen(files.states)

    with pytest.raises(KeyboardInterrupt):
        watch.follow(once)
    assert seen == ["first", "second", "nothing", "third"]


def test_after_a_burst_of_saves_the_last_contents_are_seen(tmp_path: Path) -> None:
    """However editors save: in place, with a moment of nothing or of a half between, by another file, or as a new one."""
    chance = Random(7)
    files = [tmp_path / name for name in ("me.yaml", "refs.bib", "photo.png")]
    last = {}
    seen: dict[str, str] = {}
    ended = Event()

    def save(file: Path, text: str) -> None:
        match chance.randrange(4):
            case 0:
                file.write_text(text)
            case 1:
                with file.open("w") as stream:
                    stream.write(text[:3])
                    stream.flush()
                    time.sleep(chance.random() / 200)
                    stream.write(text[3:])
            case 2:
                (tmp_path / "new").write_text(text)
                (tmp_path / "new").replace(file)
            case _:
                file.unlink(missing_ok=True)
                time.sleep(chance.random() / 200)
                file.write_text(text)

    def burst() -> None:
        for number in range(60):
            file = chance.choice(files)
            last[file.name] = f"{number:06}"
            save(file, last[file.name])
            time.sleep(chance.choice((0.0, 0.0, 0.001, 0.03)))

    def once() -> watch.Seen:
        read = Files()
        seen.update({file.name: read.text(file) if read.has(file) else "" for file in files})
        if ended.is_set():
            raise KeyboardInterrupt
        return watch.Seen(read.states)

    def follow() -> None:
        with suppress(KeyboardInterrupt):
            watch.follow(once)

    for file in files:
        last[file.name] = "000000"
        file.write_text("000000")
    follower = Thread(target=follow, daemon=True)
    follower.start()
    burst()
    end = time.monotonic() + 3
    while seen != last:
        assert time.monotonic() < end, (seen, last)
        time.sleep(0.01)
    ended.set()
    files[0].write_text("the end")
    follower.join(3)
    assert not follower.is_alive()


def test_two_saves_in_one_tick_of_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one leaves a file of the same size, with the same number, and with the same time."""
    path = tmp_path / "input"
    path.write_text("first")
    files = Files()
    files.text(path)
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        assert len(naps) < 5, "not seen"
        if len(naps) == 2:
            before = path.stat()
            path.write_text("other")
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    monkeypatch.setattr("cvbuild.watch.time.sleep", nap)
    watch._wait(files.states, None)
    assert len(naps) == 2


def test_what_could_not_be_done_is_tried_again() -> None:
    rounds: list[float] = []

    def once() -> watch.Seen:
        rounds.append(time.monotonic())
        if len(rounds) == 3:
            raise KeyboardInterrupt
        return watch.Seen({}, 0.05)

    with pytest.raises(KeyboardInterrupt):
        watch.follow(once)
    assert 0.1 <= rounds[2] - rounds[0] < 2


@pytest.mark.engine
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_told_and_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "me.yaml").write_text(CV.replace("mine", "noether"))
    job = Job(cv=tmp_path / "me.yaml", targets={"pdf": Path("/dev/full")})
    with Typesetter() as typesetter:
        rounds = Rounds([job], typesetter, None, Teller(Voice("watch"), tmp_path / "me.yaml", None, []), None)
        for _ in range(2):
            seen = rounds.once()
            assert str(tmp_path / "me.yaml") in seen.states
            assert seen.retry == RETRY
    assert capsys.readouterr().err.count("CV006") == 1, "what is tried again is told once"


# --- the terminal ---


def shown(written: str, rows: int) -> list[str]:
    """What a terminal 20 columns wide shows after this: the few things that `Screen` does."""
    screen, row, column = [""] * rows, 0, 0
    for token in re.findall(r"\x1b\[(\d*)([A-Z])|([^\x1b])", written):
        number, command, char = token
        if command == "A":
            row = max(0, row - int(number))
        elif command == "J":
            screen[row] = screen[row][:column]
            screen[row + 1 :] = [""] * (rows - row - 1)
        elif char == "\r":
            column = 0
        elif char == "\n" or column == 20:
            column, row = 0, row + 1
            if row == rows:  # it scrolls
                screen, row = [*screen[1:], ""], row - 1
        if char and char not in "\r\n":
            screen[row] = screen[row][:column].ljust(column) + char
            column += 1
    return screen


LINES = st.lists(st.integers(0, 50).map(lambda width: "|" + "a" * width + "|"), max_size=8)


@settings(max_examples=40)
@given(st.lists(st.tuples(LINES, LINES), min_size=1, max_size=4), st.integers(8, 12))
@example([([], ["|" + "a" * 18 + "|"] * 12), ([], ["|b|"])], 10)
def test_the_screen_shows_the_last_state_and_nothing_else(draws: list[tuple[list[str], list[str]]], rows: int) -> None:
    out = StringIO()
    screen = Screen()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", out)
        patch.setattr("cvbuild.cli.screen._size", lambda: (20, rows))
        for head, body in draws:
            screen.draw(head[:1], body, ["|foot|"], "|more|")
    head, body = draws[-1]
    expected = fitted(head[:1], body, ["|foot|"], "|more|", 20, rows - 1)
    assert expected[-1] == "|foot|"
    wrapped = [line[at : at + 20] for line in expected for at in range(0, len(line), 20)]
    assert len(wrapped) < rows
    assert [row.rstrip() for row in shown(out.getvalue(), rows)] == [
        row.rstrip() for row in [*wrapped, *[""] * (rows - len(wrapped))]
    ]
    assert (expected == [*head[:1], *body, "|foot|"]) != ("|more|" in expected)


def test_at_a_terminal(tmp_path: Path) -> None:
    """What is wrong is there until it is right; also if the folder goes away, and comes back."""
    folder = tmp_path / "cv"
    folder.mkdir()
    (folder / "me.yaml").write_text("nmae: Ada\n")
    ours, its = os.openpty()
    command = [sys.executable, "-m", "cvbuild", "watch", "me.yaml"]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    process = subprocess.Popen(command, cwd=folder, stderr=its, stdin=its, stdout=its, env=environment)
    said = ""

    def shows(words: str) -> None:
        """Wait until the last that was drawn has some words, and is whole; nothing of before may be in it."""
        nonlocal said
        while words not in (last := said.rpartition("\x1b[J")[2]) or not last.endswith("no PDF was written\r\n"):
            assert select([ours], [], [], 20)[0], said
            said += os.read(ours, 4096).decode()
        assert last.count("error CV") == 1

    shows("unknown key `nmae`")
    shutil.rmtree(folder)
    shows("is gone")
    folder.mkdir()
    (folder / "me.yaml").write_text("name: Ada\nheadlin: Analyst\n")
    shows("unknown key `headlin`")
    assert "CV016" in said
    assert re.search(r"\r\n\d\d:\d\d:\d\d 1 error; no PDF was written\r\n$", said)
    process.terminate()
    process.wait(5)
    os.close(its)
    os.close(ours)
