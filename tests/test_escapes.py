"""Nothing gets in or out: a sample of the attacks of `python -m tools.escapes`, what confines the engine, and its bounds."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tools.escapes import ATTACKS, attack
from typer.testing import CliRunner

from cvbuild.checked import Choices
from cvbuild.cli import app
from cvbuild.engine import EngineBound, EngineError, Typesetter, process, sandbox, scratch
from cvbuild.engine.base import TexJob, Typeset
from cvbuild.engine.log import parse_log, parse_tectonic
from cvbuild.engine.parts import locate
from cvbuild.engine.process import run
from cvbuild.engine.sandbox import _REFUSED, Reach, _filter, _loader, reach_of
from cvbuild.pipeline import Outcome, render
from cvbuild.source import Source
from tests.support import places

engine = pytest.mark.engine
installed = pytest.mark.skipif(locate() is None, reason="the embedded engine is not installed")
linux = pytest.mark.skipif(sys.platform != "linux", reason="speaks to Linux")
landlock = pytest.mark.skipif(sandbox.landlock_version() < 4, reason="the kernel has no Landlock, or an old one")
SECRET = "CANARY"


def typeset(body: str, timeout: float = 20.0) -> Typeset:
    with Typesetter() as typesetter:
        return typesetter.run(
            TexJob(
                "\\documentclass{article}\n", f"\\begin{{document}}\n{body}\n\\end{{document}}\n", 0, timeout=timeout
            )
        )


def rendered(folder: Path, yaml: str, header: str | None = None) -> Outcome:
    """A CV in this folder, with TeX code in the header of its theme."""
    if header is not None:
        theme = folder / "themes" / "evil"
        theme.mkdir(parents=True)
        (theme / "theme.toml").write_text('extends = "noether"\n')
        (theme / "header.tex").write_text(header)
    return render(Source("me.yaml", yaml, folder), timeout=10)


# --- a sample of the attacks ---

SAMPLE = (
    "formula: \\csname", "file of works: a link to a file outside", "\\input in a title", "template that is a pipe",
    "styles.yaml that is a link to a file outside", "\\includegraphics, PNG", "\\openout: over the CV",
    "\\openin of the CV's folder", "jinja2.py beside the CV", "folder that is a link to one outside",
)  # fmt: skip


@engine
@installed
@pytest.mark.parametrize("name", SAMPLE)
def test_an_attack_is_held(name: str) -> None:
    (what,) = [what for what in ATTACKS if what.name == name]
    assert attack(what, "tectonic").escaped == ()


def test_the_attacks_have_names_of_their_own() -> None:
    assert len({(what.door, what.name) for what in ATTACKS}) == len(ATTACKS) > 150


@engine
@installed
@landlock
@pytest.mark.parametrize("confined", [True, False])
def test_it_is_the_sandbox_that_holds(confined: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same TeX reaches a file to read and one to write where nothing confines it."""
    if not confined:
        monkeypatch.setattr("cvbuild.engine.process.confined", lambda _, call: call())
    secret, made = tmp_path / "secret.tex", tmp_path / "made.tex"
    secret.write_text(f"\\message{{{SECRET}}}")
    read = typeset(rf"a\InputIfFileExists{{{secret}}}{{}}{{}}")
    write = typeset(rf"a\newwrite\w\immediate\openout\w={made} \immediate\write\w{{x}}")
    assert (SECRET in read.log, made.exists(), write.pdf is None) == (not confined, not confined, confined)
    assert read.outside == (() if confined else (secret,))


@engine
@installed
@landlock
def test_what_tex_asks_for_elsewhere_is_told(tmp_path: Path) -> None:
    yaml = "name: N\ntheme: evil\n"
    found = rendered(tmp_path / "one", yaml, r"\input{/etc/passwd}")
    assert places(found.sink.sorted()) == ["1:1 CV610"]
    (told,) = found.sink.sorted()
    assert "/etc/passwd" in str(told.message)
    assert told.span is not None
    assert Path(told.span.source.name).name == "header.tex"
    assert told.hint is not None
    found = rendered(
        tmp_path / "two", yaml, rf"\newwrite\w\immediate\openout\w={tmp_path}/x \immediate\write\w{{x}}Hello"
    )
    assert [d.code.number for d in found.sink.sorted()] == ["CV610"]
    assert found.pdf is None
    assert not (tmp_path / "x.tex").exists()


@pytest.mark.parametrize(
    ("said", "file"),
    [
        ("error: cv.tex:4: LaTeX Error: File `/etc/passwd' not found.", "/etc/passwd"),
        ("error: cv.tex:4: LaTeX Error: File `../x.tex' not found.", "../x.tex"),
        ("error: cv.tex:4: LaTeX Error: File `a/../../x' not found.", "a/../../x"),
        ("error: cv.tex:4: LaTeX Error: File `~/x.tex' not found.", "~/x.tex"),
        ("error: failed to open input file \"|id\"", "|id"),
        ("error: cv.tex:4: Font \\x=[/a b/c.ttf] not loadable: Metric (TFM) file or installed font not found", "/a b/c.ttf"),
        ("error: cv.tex:4: Unable to load picture or PDF file 'C:\\x.png'", "C:\\x.png"),
        ("error: Permission denied (os error 13)", ""),
        ("error: cv.tex:4: LaTeX Error: File `x.tex' not found.", None),
        ("error: cv.tex:4: LaTeX Error: File `a/x.tex' not found.", None),
        ("error: cv.tex:4: Undefined control sequence `/etc'", None),
    ],
)  # fmt: skip
def test_files_elsewhere_are_known_by_what_tex_says(said: str, file: str | None) -> None:
    (message,) = parse_tectonic(said, first_line=0)
    assert message.outside == file
    if said.startswith("error: cv.tex:"):
        (message,) = parse_log("./" + said.removeprefix("error: "), first_line=0)
        assert message.outside == file


# --- themes that lead elsewhere ---


@pytest.mark.parametrize("name", ["theme.toml", "styles.yaml", "preamble.tex", "header.tex"])
def test_files_of_a_theme_do_not_lead_out_of_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    outside.write_text("")
    folder = tmp_path / "cv" / "themes" / "evil"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text('extends = "noether"\n')
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside)
    monkeypatch.setattr("cvbuild.engine.Typesetter.run", lambda *_: Typeset(b"", 1, (), ""))
    found = rendered(tmp_path / "cv", "name: N\ntheme: evil\n")
    code = "CV504" if name == "header.tex" else "CV502"  # at the template that takes it in, or at the theme
    assert places(found.sink.sorted())[0].endswith(code)
    assert "leads out of" in str(next(iter(found.sink.sorted())).message)
    by_path = render(Source("me.yaml", "name: N\n", tmp_path), choices=Choices(theme=f"{folder}/."))
    assert [d.code.number for d in by_path.sink.sorted()] == [code]


def test_the_users_own_themes_may_be_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "dotfiles" / "theme.toml").write_text('extends = "noether"\n')
    folder = tmp_path / "config" / "cvbuild" / "themes" / "mine"
    folder.mkdir(parents=True)
    (folder / "theme.toml").symlink_to(tmp_path / "dotfiles" / "theme.toml")
    monkeypatch.setattr("cvbuild.engine.Typesetter.run", lambda *_: Typeset(b"", 1, (), ""))
    assert places(rendered(tmp_path, "name: N\ntheme: mine\n").sink.sorted()) == []


# --- the kernel's part ---


@linux
@landlock
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
def test_what_a_confined_program_can_do(tmp_path: Path) -> None:
    """A shell script, as it can try anything; the engine's program may start nothing, not even a shell."""
    outside, folder, shown = tmp_path / "outside", tmp_path / "folder", tmp_path / "shown"
    for place in (outside, folder, shown):
        place.mkdir()
        (place / "file").write_text("words\n")
    (folder / "link").symlink_to(outside / "file")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        tries = {
            "write here": "echo x > made && echo x >> file && mkdir d && echo x > d/e && rm -r d",
            "read here": "cat file", "read what is shown": f"cat {shown}/file", "list what is shown": f"ls {shown}",
            "read outside": f"cat {outside}/file", "list outside": f"ls {outside}", "follow a link": "cat link",
            "write outside": f"echo x > {outside}/made", "write what is shown": f"echo x >> {shown}/file",
            "empty outside": f": > {outside}/file", "remove outside": f"rm -f {outside}/file",
            "link": f"ln -s {outside}/file link2", "hard link": f"ln {outside}/file link3", "pipe": "mkfifo p",
            "move out": f"mv made {outside}/made", "settings": "cat /etc/passwd", "home": "ls /root /home",
            "chmod": "chmod 600 file", "touch": "touch -d 2001-01-01 file", "kill": f"kill -0 {os.getpid()}",
            "connect": f"exec 3<>/dev/tcp/127.0.0.1/{listener.getsockname()[1]}",
            "run a program of its own": "cp /bin/true t && ./t",
        }  # fmt: skip
        script = tmp_path / "script"
        lines = [f"({code}) >/dev/null 2>&1 && echo '{name}'" for name, code in tries.items()]
        script.write_text("#!/bin/bash\n" + "\n".join(lines) + "\n")
        script.chmod(0o755)
        environment = {"PATH": os.environ["PATH"]}
        ran = run([script], folder=folder, environment=environment, reach=Reach(reads=(shown,)), timeout=20)
    assert ran.stdout.splitlines() == list(tries)[:4], ran.stderr
    assert sorted(path.name for path in outside.iterdir()) == ["file"]


@linux
@landlock
@engine
@installed
def test_the_engine_may_start_nothing() -> None:
    parts = locate()
    assert parts
    reach = reach_of(parts.program)
    assert (reach.runs, reach.reads, reach.alone) == ((parts.program.resolve(),), (), True)


@linux
def test_what_a_program_needs_to_start(tmp_path: Path) -> None:
    program = Path(sys.executable).resolve()
    loader = _loader(program)
    assert loader is None or loader == "" or Path(loader).exists()
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    assert not reach_of(script).alone
    assert reach_of(tmp_path / "nothing").runs


@pytest.mark.parametrize(("column", "machine"), [(0, 0xC000003E), (1, 0xC00000B7)])
def test_the_filter_refuses_what_it_lists_and_nothing_else(column: int, machine: int) -> None:
    code = [
        struct.unpack_from("=HBBI", _filter(machine, column), at) for at in range(0, len(_filter(machine, column)), 8)
    ]

    def answer(number: int, of: int = machine) -> int:
        at = value = 0
        while True:
            operation, yes, no, operand = code[at]
            at += 1
            if operation == 0x06:
                return int(operand)
            if operation == 0x20:
                value = {0: number, 4: of}[operand]
            else:
                so = value == operand if operation == 0x15 else value >= operand
                at += yes if so else no

    refused = {numbers[column] for numbers in _REFUSED.values()}
    assert {number for number in range(600) if answer(number) != 0x7FFF0000} == refused - {None}
    assert answer(0, of=0x40000003) == answer(0x40000000) == 0x00050001


@linux
def test_without_landlock_the_engine_runs_and_status_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\necho hello\n")
    script.chmod(0o755)
    monkeypatch.setattr("cvbuild.engine.sandbox._Kernel.version", lambda _: -38)
    assert run([script], folder=tmp_path, environment={}, timeout=9).stdout == "hello\n"
    assert "TeX's own settings only" in sandbox.describe()


@linux
@landlock
def test_where_it_should_be_confined_and_cannot_it_does_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    monkeypatch.setattr("cvbuild.engine.sandbox._RESTRICT_SELF", 100_000)
    with pytest.raises(EngineError, match="cannot be confined"):
        run([script], folder=tmp_path, environment={}, timeout=9)
    assert not (tmp_path / "ran").exists()


@engine
@installed
@linux
def test_status_tells_what_confines_the_engine() -> None:
    said = CliRunner().invoke(app, ["engine", "status"]).stdout
    assert f"sandbox    {sandbox.describe()}\n" in said
    assert ("Landlock" in said) == (sandbox.landlock_version() > 0)


# --- bounds ---


@linux
@pytest.mark.parametrize(
    ("loop", "bound", "most", "said"),
    [
        ("echo xxxxxxxxxxxxxxxxxxxxxxxxx >> big", "MAX_OUTPUT", 2**12, "more than 0 MB"),
        (": > f$i; i=$((i+1))", "MAX_FILES", 100, "more than 100 files"),
    ],
)
def test_a_flood_of_files_is_stopped(
    loop: str, bound: str, most: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, bound, most)
    monkeypatch.setattr(process, "_LOOK", 0.02)
    if bound == "MAX_OUTPUT":  # what counts is the folder: a single file that is too large is another bound
        monkeypatch.setattr(process, "_limit", lambda *_, **__: None)
    (script := tmp_path / "script").write_text(f"#!/bin/sh\ni=0\nwhile :; do {loop}; done\n")
    script.chmod(0o755)
    with pytest.raises(EngineBound, match=said):
        run([script], folder=tmp_path, environment={}, timeout=30)


@linux
def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MAX_OUTPUT", 2**20)
    (script := tmp_path / "script").write_text("#!/bin/sh\nsleep 0.5\nexec dd if=/dev/zero of=big bs=64k\n")
    script.chmod(0o755)
    with pytest.raises(EngineBound, match="more than 1 MB"):
        run([script], folder=tmp_path, environment={"PATH": "/usr/bin:/bin"}, reach=_ZERO, timeout=30)
    assert (tmp_path / "big").stat().st_size <= 2**20


_ZERO = Reach(reads=(Path("/dev/zero"),))


@engine
@installed
@linux
def test_too_much_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvbuild.engine.tectonic.MAX_MEMORY", 220 * 2**20)
    grows = r"\newbox\b\setbox\b=\hbox{a}\loop\setbox\b=\hbox{\copy\b\copy\b}\iftrue\repeat"
    found = rendered(tmp_path, "name: N\ntheme: evil\n", grows)
    assert places(found.sink.sorted()) == ["CV611"]
    assert "ran out of memory" in str(next(iter(found.sink.sorted())).message)


@engine
@installed
@linux
def test_the_engine_dies_with_cvbuild_and_its_folder_is_removed(tmp_path: Path) -> None:
    """Even by `kill -9`, while TeX is in a loop."""
    code = r"""
        from tests.test_escapes import typeset
        typeset("\\message{here}\\loop\\iftrue\\repeat", 60)
    """
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment, cwd=Path(__file__).parents[1]
    )

    def engines() -> list[str]:
        found = []
        for entry in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):
                found += [str(entry)] if str(entry.readlink()).startswith(str(tmp_path)) else []
        return found

    end = time.monotonic() + 20
    while not list(tmp_path.glob("*/cv/document.tex")) and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.3)
    assert len(engines()) == 1
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    end = time.monotonic() + 5
    while engines() and time.monotonic() < end:
        time.sleep(0.02)
    assert engines() == []
    assert len(list(tmp_path.iterdir())) == 1
    scratch.remove_left(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_ours_and_left_is_removed(tmp_path: Path) -> None:
    kept = [tmp_path / name for name in ("cvbuild-run-notes", "cvbuild-mine", "xcvbuild-run-abcdefgh")]
    left = tmp_path / "cvbuild-run-abcd_123"
    for folder in (*kept, left):
        folder.mkdir()
    (link := tmp_path / "cvbuild-run-abcd_124").symlink_to(kept[0])
    (file := tmp_path / "cvbuild-run-abcd_125").touch()
    with scratch.Scratch(tmp_path, "cvbuild-run-") as working:
        scratch.remove_left(tmp_path)
        assert sorted(tmp_path.iterdir()) == sorted([*kept, link, file, working, *([left] if os.name == "nt" else [])])
    assert not working.exists()
    scratch.remove_left(tmp_path / "nowhere")
