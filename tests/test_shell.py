"""What shells want to know: completion in a real bash, and the man page. Both are made from the commands themselves."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.docs import FILES, SHELL
from tools.shell import commands
from tools.shell.manual import ENVIRONMENT, _roff, commands_page, man_page

from tests.support import ROOT

BASH = shutil.which("bash") or "bash"


@pytest.mark.parametrize("name", FILES)
def test_files_for_shells_are_up_to_date(name: str) -> None:
    assert (SHELL / name).read_text(encoding="utf-8") == FILES[name](commands()), "run `make docs`"


def test_the_page_of_commands_is_up_to_date() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == commands_page(commands()), "run `make docs`"


def test_they_are_answered_at_once() -> None:
    """Without the command line, for a shell may ask at its start."""
    script = "import sys; from cvbuild.__main__ import _run; _run(sys.argv[1:]); print('typer' in sys.modules)"
    for args, name in ((("completion", "fish"), "cvbuild.fish"), (("man",), "cvbuild.1")):
        ran = subprocess.run([sys.executable, "-c", script, *args], capture_output=True, check=True)
        assert ran.stdout.decode() == (SHELL / name).read_text(encoding="utf-8") + "False\n"
        assert ran.stderr == b""


# --- bash ---


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with CVs, themes and what else may lie there."""
    for name in ("me.yaml", "other.yml", "a b.yaml", "refs.bib", "sub/far.yaml", "notes.txt", "$(touch pwned).yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(
            "name: N\nvariants:\n  # short ones\n  short: {}\n  long:\n    deep: 1\nlists: {a: b}\n"
        )
    themes = (
        "themes/mine",
        "sub/themes/theirs",
        "config/cvbuild/themes/everywhere",
        "themes/$(touch pwned)",
        "themes/bare",
    )
    for name in themes:
        (tmp_path / name).mkdir(parents=True)
        if "bare" not in name:
            (tmp_path / name / "theme.toml").write_text("")
    return tmp_path


def completed(here: Path, script: str, lines: list[list[str]], path: str = "/nowhere") -> list[set[str]]:
    """What bash offers for the last word of each line; by default no program can be started."""
    asked = []
    for words in lines:
        quoted = " ".join(f"'{word}'" for word in words)
        asked.append(f"COMP_WORDS=(cvbuild {quoted}); COMP_CWORD={len(words)}; COMPREPLY=(); _cvbuild")
        asked.append('printf "%s\\0" "${COMPREPLY[@]}" "--END--"')
    (here / "script.bash").write_text("\n".join([script, *asked]), encoding="utf-8")
    environment = {"PATH": path, "HOME": str(here), "XDG_CONFIG_HOME": str(here / "config")}
    ran = subprocess.run(
        [BASH, "--norc", "script.bash"], cwd=here, env=environment, capture_output=True, text=True, check=True
    )
    (here / "script.bash").unlink()
    assert ran.stderr == ""
    return [set(part.split("\0")) - {""} for part in ran.stdout.split("--END--\0")[:-1]]


CVS = {"me.yaml", "other.yml", "a b.yaml", "$(touch pwned).yaml"}
FOLDERS = {"sub", "themes", "config"}
OFFERED: list[tuple[list[str], set[str]]] = [
    (["re"], {"render"}),
    (["theme", ""], {"list", "show", "preview", "which", "eject", "new"}),
    (["--v"], {"--version"}),
    (["render", ""], CVS | FOLDERS),
    (["render", "a\\ "], {"a b.yaml"}),
    (["render", '"a '], {"a b.yaml"}),
    (["render", "sub/"], {"sub/far.yaml", "sub/themes"}),
    (["render", "me.yaml", ""], CVS | FOLDERS),
    (["schema", ""], set()),
    (["render", "me.yaml", "--t"], {"--to", "--theme", "--timeout", "--today"}),
    (["render", "me.yaml", "--", "--t"], set()),
    (
        ["render", "me.yaml", "--theme", ""],
        {"curie", "hopper", "mirzakhani", "noether", "turing", "mine", "everywhere"},
    ),
    (["render", "me.yaml", "--theme", "=", "t"], {"turing"}),
    (["render", "sub/far.yaml", "--theme", "the"], {"theirs"}),
    (["render", "me.yaml", "--theme", "./th"], {"./themes"}),
    (["render", "me.yaml", "--to", "p"], {"pdf", "png"}),
    (["render", "me.yaml", "--to", "pdf,te"], {"pdf,tex"}),
    (["render", "me.yaml", "--to", "=", "pdf,te"], {"pdf,tex"}),
    (["render", "me.yaml", "--engine", "x"], {"xelatex"}),
    (["render", "--engine", "xelatex", "m"], {"me.yaml"}),
    (["render", "-o", "no"], {"notes.txt"}),
    (["import", "refs.bib", "r"], {"refs.bib"}),
    (["explain", "CV51"], {"CV510", "CV515", "CV516", "CV517"}),
    (["completion", ""], {"bash", "zsh", "fish"}),
    (["theme", "preview", "turing", "m"], {"mine", "mirzakhani", "me.yaml"}),
    (["theme", "eject", "turing", "--to", ""], FOLDERS),
    (["theme", "eject", "turing", "section.tex", "blocks/co"], {"blocks/course.tex"}),
    (["theme", "list", "--format", ""], {"human", "json"}),
    (["validate", "me.yaml", "--format", ""], {"human", "json", "github"}),
    (["engine", "install", "--s"], {"--scripts"}),
    (["man", ""], set()),
    (["nonsense", ""], set()),
    (["theme", "nonsense", "-"], set()),
]


def test_bash_offers_what_fits_and_starts_no_program(here: Path) -> None:
    found = completed(here, (SHELL / "cvbuild.bash").read_text(encoding="utf-8"), [line for line, _ in OFFERED])
    assert [(line, offered) for (line, _), offered in zip(OFFERED, found, strict=True)] == OFFERED
    assert not (here / "pwned").exists()


def test_names_of_variants_come_from_the_cv(here: Path) -> None:
    path = os.path.dirname(shutil.which("awk") or "/usr/bin/awk")  # noqa: PTH120
    lines = [
        ["render", "me.yaml", "--variant", ""],
        ["render", "me.yaml", "--variant", "s"],
        ["render", "--variant", ""],
    ]
    script = (SHELL / "cvbuild.bash").read_text(encoding="utf-8")
    assert completed(here, script, lines, path) == [{"all", "short", "long"}, {"short"}, {"all"}]


def test_completion_at_a_terminal(here: Path) -> None:
    """As a user has it: keys are typed into bash, and the line is run."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(here)
        environment = {"PATH": "/nowhere", "HOME": str(here), "TERM": "dumb", "PS1": "$ "}
        os.execve(BASH, ["bash", "--norc", "--noprofile", "-i"], environment)

    def type_(keys: str, until: str) -> str:
        os.write(terminal, keys.encode())
        seen, end = "", time.monotonic() + 20
        while until not in seen and time.monotonic() < end:
            if select.select([terminal], [], [], 0.1)[0]:
                seen += os.read(terminal, 4096).decode()
        return seen

    try:
        type_(
            f"source '{SHELL}/cvbuild.bash'; cvbuild() {{ printf '<%s>' \"$@\"; echo END; }}; echo RE''ADY\n",
            "READY\r\n",
        )
        said = type_("cvbuild ren\ta\t--th\t=tu\t\n", "END\r\n")
        # `--th` has one option, so a space follows, and `=tu` stands alone: nothing fits it.
        assert "<render><a b.yaml><--theme>" in said
        assert "<render><me.yaml><--to=pdf,tex>" in type_("cvbuild ren\tme\t--to=pdf,te\t\n", "END\r\n")
        assert "<validate><$(touch pwned).yaml>" in type_("cvbuild val\t\\$\t\n", "END\r\n")
        assert not (here / "pwned").exists()
    finally:
        os.close(terminal)
        os.waitpid(process, 0)


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_offers_what_fits(here: Path) -> None:
    lines = [line for line, _ in OFFERED if "=" not in line]
    asked = "\n".join(
        f"complete -C 'cvbuild {' '.join(line)}' | string replace -r '\\t.*' ''; echo --END--" for line in lines
    )
    script = f"source {SHELL}/cvbuild.fish\n{asked}\n"
    environment = {**os.environ, "HOME": str(here), "XDG_CONFIG_HOME": str(here / "config")}
    ran = subprocess.run(
        ["fish", "-N", "-c", script], cwd=here, env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    for line, part in zip(lines, ran.stdout.split("--END--\n"), strict=False):
        expected = next(offered for known, offered in OFFERED if known == line)
        if line[0] not in ("man", "nonsense", "import") and "nonsense" not in line and "--" not in line:
            assert expected <= {word.rstrip("/") for word in part.splitlines()}, line
    assert not (here / "pwned").exists()


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_can_read_its_script() -> None:
    ran = subprocess.run(["zsh", "-n", str(SHELL / "_cvbuild")], capture_output=True, text=True, check=True)
    assert ran.stderr == ""


# --- the man page ---

MACROS = {"TH", "SH", "SS", "TP", "PP", "br"}
ESCAPE = re.compile(r"\\(?:&|e|-|f[BIR]|\((?:aq|ti|ha|dq|ga)|\[u[0-9A-F]{4,6}\])")


def test_the_man_page_is_sound_roff() -> None:
    lines = man_page(commands()).splitlines()
    assert lines[1].startswith(".TH CVBUILD 1 ")
    for number, line in enumerate(lines):
        assert line.isascii()
        assert line == line.rstrip() != ""
        assert len(line) <= 120
        if line.startswith('.\\"'):
            continue
        if line.startswith("."):
            assert line[1:].split()[0] in MACROS, line
            assert not (line == ".TP" and lines[number + 1].startswith(".")), "a .TP without its tag"
            assert not (line in (".PP", ".br") and lines[number + 1].startswith(".")), "space for nothing"
        assert not line.startswith("'")
        assert "\\" not in ESCAPE.sub("", line), line
        fonts = re.findall(r"\\f([BIR])", line)
        assert not fonts or fonts[-1] == "R", f"a font goes on: {line}"
    for tag in (i for i, line in enumerate(lines) if line == ".TP"):
        assert not lines[tag + 2].startswith("."), f"nothing is said of {lines[tag + 1]}"
    titles = [line.removeprefix(".SH ") for line in lines if line.startswith(".SH ")]
    assert titles == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES",
    ]  # fmt: skip


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_has_nothing_to_say_of_the_man_page() -> None:
    ran = subprocess.run(
        ["groff", "-ww", "-man", "-Tutf8", str(SHELL / "cvbuild.1")], capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", ran.stdout)
    for command in commands().leaves():
        assert command.usage in shown
        for option in command.options:
            assert ", ".join(option.names) in shown
    assert re.search(r"cvbuild - a researcher's CV, from YAML to a beautifully typeset PDF", shown)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), exclude_characters="`") | st.just(" ")))
def test_any_text_can_stand_in_a_man_page(text: str) -> None:
    signs = {r"\e": "\\", r"\-": "-", r"\(aq": "'", r"\(ti": "~", r"\(ha": "^", r"\(dq": '"', r"\&": ""}

    def sign(found: re.Match[str]) -> str:
        return signs[found[0]] if found[0] in signs else chr(int(found[0][3:-1], 16))

    written = _roff(text)
    assert all(line.isascii() and line[:1] not in (".", "'") for line in written.split("\n"))
    assert ESCAPE.sub(sign, written.replace("\n", " ")).split() == text.split()


def test_every_variable_that_is_read_is_told() -> None:
    read = set()
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        read |= set(
            re.findall(
                r'environ(?:\.get\(|\[)\s*"([A-Z_]+)"|"([A-Z_]+)" (?:not )?in os\.environ|_named\("([A-Z_]+)"\)', text
            )
        )
    names = {name for groups in read for name in groups if name}
    assert {"XDG_DATA_HOME", "CVBUILD_DEBUG", "LOCALAPPDATA"} <= names
    assert names - {"HOME", "PATH"} <= set(ENVIRONMENT)
