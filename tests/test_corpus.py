"""What cvbuild says of files that are wrong: word for word, as a user reads it.

`corpus/NAME.…` is a file that somebody could give, `corpus/NAME.txt` all that is said of it, and the exit status.
CVBUILD_ACCEPT=1 writes the latter anew: read each as if it were your own file, late at night.
"""

from __future__ import annotations

import os
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
