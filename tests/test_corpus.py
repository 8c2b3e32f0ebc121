"""What cvbuild says of files that are wrong: word for word, as a user reads it.

`corpus/NAME.…` is a file that somebody could give, `corpus/NAME.txt` all that is said of it, and the exit status.
CVBUILD_ACCEPT=1 writes the latter anew: read each as if it were your own file, late at night.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cvbuild.cli import app
from tests.support import ROOT

CORPUS = ROOT / "tests" / "corpus"
FILES = sorted(path for path in CORPUS.iterdir() if path.suffix not in (".txt", "") and path.is_file())
ACCEPT = "CVBUILD_ACCEPT" in os.environ


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No themes and no environment of the developer."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")


def said(*arguments: str, stdin: bytes | None = None) -> str:
    """What a command says, and its exit status."""
    ran = CliRunner().invoke(app, list(arguments), prog_name="cvbuild", input=stdin)
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    assert ran.stdout == ""
    return f"{ran.stderr}exit status {ran.exit_code}\n"


def expect(name: str, told: str) -> None:
    """Compare with what was accepted."""
    path = CORPUS / f"{name}.txt"
    if ACCEPT:
        path.write_text(told, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == told


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CORPUS)
    expect(path.stem, said("validate", path.name))


def test_the_corpus_is_whole() -> None:
    stems = [path.stem for path in FILES]
    assert len(stems) == len(set(stems)) >= 80
    for path in FILES:
        told = (CORPUS / f"{path.stem}.txt").read_text(encoding="utf-8")
        assert told.endswith(("exit status 0\n", "exit status 1\n", "exit status 2\n"))


GOOD = "name: Ada Lovelace\nsections:\n  About: On engines.\n"


def write(**files: str) -> Callable[[], None]:
    """Make files here: `themes__mine__theme_toml` is `themes/mine/theme.toml`."""

    def make() -> None:
        for name, text in files.items():
            path = Path(name.replace("__", "/").replace("_", "."))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return make


def large() -> None:
    with Path("me.yaml").open("wb") as file:
        file.write(b"name: Ada\n# ")
        file.truncate(100_000_000)


def long() -> None:
    Path("me.yaml").write_text("name: Ada\n" + "# nothing\n" * 900_000)


def pipe() -> None:
    os.mkfifo("refs.bib")
    Path("me.yaml").write_text(GOOD + "publications: refs.bib\n")


def folder() -> None:
    write(cv__me_yaml=GOOD, cv__old_yml=GOOD)()


def own_theme(**files: str) -> Callable[[], None]:
    named = {f"themes__mine__{name}": text for name, text in files.items()}
    whole = {"me_yaml": GOOD + "theme: mine\n", "themes__mine__theme_toml": 'extends = "noether"\n', **named}
    return write(**whole)


PLACES: dict[str, tuple[Callable[[], None], str]] = {
    "missing-other-suffix": (write(me_yaml=GOOD), "validate me.yml"),
    "missing-misspelt": (write(lovelace_yaml=GOOD, turing_yaml=GOOD), "validate lovelaec.yaml"),
    "missing-far": (write(lovelace_yaml=GOOD, turing_yaml=GOOD), "validate cv.yaml"),
    "missing-alone": (write(), "validate cv.yaml"),
    "missing-pdf": (write(me_yaml=GOOD), "validate me.pdf"),
    "missing-folder": (write(me_yaml=GOOD), "validate no/me.yaml"),
    "missing-below-file": (write(me_yaml=GOOD), "validate me.yaml/cv.yaml"),
    "missing-works-near": (write(me_yaml=GOOD + "publications: ref.bib\n", refs_bib=""), "validate me.yaml"),
    "missing-works-below": (
        write(cv__me_yaml=GOOD + "publications: ref.json\n", cv__refs_json=""),
        "validate cv/me.yaml",
    ),
    "missing-import": (write(refs_bib=""), "import ref.bib"),
    "missing-export": (write(me_yaml=GOOD), "export me.yml --bib"),
    "missing-collaborators": (write(me_yaml=GOOD), "collaborators me.yml"),
    "name-too-long": (write(), f"validate {'x' * 300}.yaml"),
    "folder": (folder, "validate cv"),
    "folder-empty": (lambda: Path("cv").mkdir(), "validate cv"),
    "device-null": (write(), "validate /dev/null"),
    "device-zero": (write(), "validate /dev/zero"),
    "large": (large, "validate me.yaml"),
    "large-text": (long, "validate me.yaml"),
    "pipe-in-cv": (pipe, "validate me.yaml"),
    "theme-toml": (own_theme(theme_toml='extends = "noether"\n[options.x\n'), "validate me.yaml"),
    "theme-extends-nothing": (own_theme(theme_toml='extends = "curium"\n'), "validate me.yaml"),
    "theme-option-broken": (own_theme(theme_toml='extends = "noether"\n[options]\nx = 1\n'), "validate me.yaml"),
    "theme-styles": (own_theme(styles_yaml="brief: {bse: plain}\n"), "validate me.yaml"),
    "template-attribute": (own_theme(header_tex="fine\n  << cv.nothing >>\n"), "validate me.yaml"),
    "template-open": (own_theme(header_tex="<% if cv.name %>\nfine\n"), "validate me.yaml"),
    "template-missing": (own_theme(header_tex="<% include 'none.tex' %>\n"), "validate me.yaml"),
    "theme-not-there": (write(me_yaml=GOOD), "validate me.yaml --theme nohter"),
    "output-folder": (write(me_yaml=GOOD), "render me.yaml -o no/me.pdf"),
    "output-is-input": (write(me_yaml=GOOD), "render me.yaml -o me.yaml"),
    "engine-unknown": (write(me_yaml=GOOD), "render me.yaml --engine texlive"),
    "import-twice": (write(refs_bib="@misc{a, title={A}}\n@misc{a, title={B}}\n"), "import refs.bib -o a.yaml"),
    "import-broken": (write(refs_bib="@misc{a, title={A}\n@misc{b, title={B}}\n"), "import refs.bib -o a.yaml"),
    "collaborators-broken": (write(me_yaml="name: Ada\nemial: a\n"), "collaborators me.yaml"),
    "option-unknown": (write(me_yaml=GOOD), "validate me.yaml --lnit"),
    "command-unknown": (write(), "validat me.yaml"),
}


@pytest.mark.parametrize("name", PLACES)
def test_place(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make, command = PLACES[name]
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    make()
    before = time.process_time()
    told = said(*command.split())
    assert time.process_time() - before < 5, "what is hopeless is told quickly"
    expect(f"places/{name}", told.replace("x" * 300, "x…x"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do everything")
def test_what_may_not_be_read_or_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("me.yaml").write_text(GOOD)
    Path("me.yaml").chmod(0)
    assert "error CV001: `me.yaml` cannot be read: Permission denied" in said("validate", "me.yaml")
