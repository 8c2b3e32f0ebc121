"""The old output stays until the new one is whole, whatever happens in between; `tools/outputs.py` tries it at length."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvbuild.diagnostics import Sink
from cvbuild.engine.parts import locate
from cvbuild.outputs import write_file, write_files

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files, locks or signals")
GOOD = "name: Ada Lovelace\nsections:\n  Notes: On the engine.\n"


@pytest.fixture
def group(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("me.tex", "me.pdf"):
        (tmp_path / name).write_bytes(b"old")
    return tmp_path / "me.tex", tmp_path / "me.pdf"


def new(group: tuple[Path, Path]) -> dict[Path, bytes]:
    return {path: b"new " + path.name.encode() for path in group}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def state(group: tuple[Path, Path]) -> list[bytes]:
    """What is in the two files; and nothing else may be there."""
    assert names(group[0].parent) == ["me.pdf", "me.tex"]
    return [path.read_bytes() for path in group]


def on_call(number: int, act: Callable[[], None]) -> Callable[..., None]:
    """A function that does `act` when it is called for the n-th time."""
    calls: Iterator[int] = iter(range(1, 1000))
    return lambda *_: act() if next(calls) == number else None


def raising(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


@pytest.mark.parametrize("number", [1, 2])
def test_all_files_or_none(group: tuple[Path, Path], number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", on_call(number, raising(full)))
        sink = Sink()
        assert not write_files(new(group), sink)
    assert [d.message for d in sink.diagnostics] == [
        f"`{group[number - 1]}` cannot be written: No space left on device"
    ]
    assert state(group) == [b"old", b"old"]
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", on_call(number, raising(KeyboardInterrupt())))
        with pytest.raises(KeyboardInterrupt):
            write_files(new(group), Sink())
    assert state(group) == [b"old", b"old"]
    assert write_files(new(group), Sink())
    assert state(group) == [b"new me.tex", b"new me.pdf"]


@posix
def test_signals_do_not_part_what_belongs_together(group: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def interrupted(draft: Path, place: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return replace(draft, place)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_files(new(group), Sink())
    assert state(group) == [b"new me.tex", b"new me.pdf"]


@posix
def test_what_a_killed_run_leaves_is_removed_but_no_more(group: tuple[Path, Path]) -> None:
    folder = group[0].parent
    program = (
        "import os, pathlib, signal, sys\n"
        "from cvbuild import outputs\n"
        "os.fsync = lambda _: (print('there', flush=True), sys.stdin.readline(), os.kill(os.getpid(), 9))\n"
        "outputs.write_file(pathlib.Path(sys.argv[1]), b'half', outputs.Sink())\n"
    )
    command = [sys.executable, "-c", program, str(group[1])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"there\n"
        assert write_file(group[1], b"new", Sink())
        assert len(names(folder)) == 3, "its owner is still at work"
        other.communicate(b"\n")
    assert other.returncode == -9
    assert group[1].read_bytes() == b"new"
    assert len(names(folder)) == 3
    (folder / ".cvbuild-out-link").symlink_to("me.tex")
    assert write_file(group[1], b"newer", Sink())
    (folder / ".cvbuild-out-link").unlink()  # not ours: we make no links
    assert state(group) == [b"old", b"newer"]


@posix
def test_runs_side_by_side_do_not_mix_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    files = [tmp_path / f"{number}" for number in range(8)]

    def write(text: bytes) -> None:
        for _ in range(25):
            assert write_files(dict.fromkeys(files, text), Sink())

    threads = [threading.Thread(target=write, args=(text,)) for text in (b"a" * 5000, b"b" * 5000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({file.read_bytes() for file in files}) == 1
    assert sorted(tmp_path.iterdir()) == files


@posix
def test_links_modes_and_names(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "me.pdf"
    real.write_bytes(b"old")
    real.chmod(0o604)
    (tmp_path / "hard").hardlink_to(real)
    (tmp_path / "link").symlink_to("real/me.pdf")
    assert write_file(tmp_path / "link", b"new", Sink())
    assert (tmp_path / "link").is_symlink()
    assert (real.read_bytes(), (tmp_path / "hard").read_bytes()) == (b"new", b"old")
    assert real.stat().st_mode & 0o777 == 0o604
    before = os.umask(0o027)
    try:
        assert write_file(tmp_path / ("x" * 255), b"new", Sink())
    finally:
        os.umask(before)
    assert (tmp_path / ("x" * 255)).stat().st_mode & 0o777 == 0o640
    (tmp_path / "loop").symlink_to("loop")
    assert write_file(tmp_path / "loop", b"new", Sink())
    assert names(tmp_path) == ["hard", "link", "loop", "real", "x" * 255]


@posix
def test_what_is_protected_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "me.pdf").write_bytes(b"old")
    sink = Sink()
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_: False)  # root may write everywhere
        assert not write_file(tmp_path / "me.pdf", b"new", sink)
    assert not write_file(tmp_path, b"new", sink)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", lambda *_: raising(PermissionError(errno.EACCES, "Permission denied"))())
        assert not write_file(tmp_path / "me.pdf", b"new", sink)
    assert [d.message.partition("cannot be written: ")[2] for d in sink.diagnostics] == [
        "it is read-only",
        "Is a directory",
        "Permission denied",
    ]
    assert sink.diagnostics[2].hint
    assert (tmp_path / "me.pdf").read_bytes() == b"old"
    assert names(tmp_path) == ["me.pdf"]


@posix
def test_pipes_devices_and_open_files_are_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    assert write_file(tmp_path / "pipe", b"new", Sink())
    reader.join()
    assert read == [b"new"]
    sink = Sink()
    assert write_file(Path(os.devnull), b"new", sink)
    if Path("/dev/full").exists():
        assert not write_file(Path("/dev/full"), b"new", sink)
        assert sink.diagnostics[0].message == "`/dev/full` cannot be written: No space left on device"
    with (tmp_path / "log").open("ab") as opened:
        opened.write(b"kept ")
        opened.flush()
        assert write_file(Path(f"/dev/fd/{opened.fileno()}"), b"new", Sink())
    assert (tmp_path / "log").read_bytes() == b"kept new"
    assert names(tmp_path) == ["log", "pipe"]


def render(folder: Path, *args: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "cvbuild", "render", *args]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    return ran.returncode, ran.stderr


@pytest.mark.engine
def test_what_a_cv_is_made_of_is_not_overwritten(tmp_path: Path) -> None:
    works = "@article{a, title={T}, author={Lovelace, Ada}, journal={J}, year={2020}}\n"
    (tmp_path / "me.tex").write_text(GOOD + "publications: {files: works.bib}\n")
    (tmp_path / "works.bib").write_text(works)
    (tmp_path / "same.pdf").hardlink_to(tmp_path / "works.bib")
    status, said = render(tmp_path, "me.tex", "-o", "works.bib")
    assert (status, said) == (2, "cvbuild: works.bib is no name for a PDF, which is what is written\n")
    for args in (["-o", "same.pdf"], ["--keep-tex"]):
        status, said = render(tmp_path, "me.tex", *args)
        assert status == 2, said
        assert "is read for this CV" in said
    assert render(tmp_path, "me.tex", "--keep-tex", "-o", os.devnull)[0] == 2
    assert names(tmp_path) == ["me.tex", "same.pdf", "works.bib"]
    assert (tmp_path / "works.bib").read_text() == works
    assert (tmp_path / "me.tex").read_text().startswith(GOOD)


@posix
@pytest.mark.engine
def test_odd_places(tmp_path: Path) -> None:
    """Names that are no text, or too long for a scratch name beside them; folders that are gone, or are none."""
    parts = locate()
    assert parts is not None
    odd = tmp_path / os.fsdecode(b"-a\nb'\"\\ %#~$\xff")
    odd.mkdir()
    long = odd / ("y" * 250 + ".yaml")
    long.write_text(GOOD)
    environment = {
        **os.environ, "HOME": "/no/such", "XDG_CACHE_HOME": "relative", "TMPDIR": str(odd),
        "CVBUILD_ENGINE_DIR": str(parts.folder),
    }  # fmt: skip
    run = [sys.executable, "-m", "cvbuild"]
    ran = subprocess.run([*run, "render", str(long), "--keep-tex"], cwd=odd, env=environment, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    assert names(odd) == sorted(long.with_suffix(suffix).name for suffix in (".yaml", ".pdf", ".tex", ".log"))
    assert long.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")

    gone = ["sh", "-c", f'mkdir gone; cd gone; rmdir ../gone; "{sys.executable}" -m cvbuild "$@"', "sh"]
    for args in (["render", "-", "-o", "-"], ["render", "me.yaml"]):
        with long.open("rb") as stdin:
            ran = subprocess.run([*gone, *args], cwd=tmp_path, stdin=stdin, capture_output=True)
        assert ran.returncode == 2, ran.stderr
        assert b"mistake" not in ran.stderr
    linked = tmp_path / os.fsdecode(b"engine\xff")
    linked.symlink_to(parts.folder)
    ran = subprocess.run(
        [*run, "render", str(long), "--force"],
        env={**environment, "CVBUILD_ENGINE_DIR": str(linked)},
        capture_output=True,
    )
    assert ran.returncode == 2
    assert b"is not UTF-8" in ran.stderr
