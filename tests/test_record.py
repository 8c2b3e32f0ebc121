"""Nothing is done where nothing has changed; and whatever has a part in the PDF counts as a change."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from cvbuild import cache, record
from cvbuild.engine.parts import Parts, locate
from cvbuild.files import Files, digest, state
from cvbuild.record import Command, Record, Said

GOOD = "name: Ada Lovelace\nsections:\n  Notes: On the engine.\n"
WROTE, KEPT = "cvbuild: wrote me.pdf (1 page)\n", "cvbuild: me.pdf is up to date (1 page)\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a CV, and a user without caches and settings."""
    parts = locate()
    home, folder = tmp_path / "home", tmp_path / "cv"
    for made in (home, folder):
        made.mkdir()
    (folder / "me.yaml").write_text(GOOD)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    if parts is not None:
        monkeypatch.setenv("CVBUILD_ENGINE_DIR", str(parts.folder))
    return folder


def render(folder: Path, *args: str, **env: str) -> str:
    command = [sys.executable, "-m", "cvbuild", "render", "me.yaml", *args]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, **env})
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    return ran.stderr


@pytest.mark.engine
def test_a_second_time_nothing_is_done(place: Path) -> None:
    assert render(place) == WROTE
    first = (place / "me.pdf").stat()
    assert render(place) == KEPT
    assert (place / "me.pdf").stat().st_mtime_ns == first.st_mtime_ns
    assert render(place, "--force") == WROTE
    assert (place / "me.pdf").stat().st_ino != first.st_ino
    assert render(place) == KEPT
    assert render(place, "-q") == ""
    assert render(place, "-q") == ""


def another_cv(folder: Path) -> None:
    (folder / "me.yaml").write_text(GOOD.replace("engine", "loom"))


def no_pdf(folder: Path) -> None:
    (folder / "me.pdf").unlink()


def another_pdf(folder: Path) -> None:
    (folder / "me.pdf").write_bytes(b"%PDF-of somebody else")


def own_theme(folder: Path) -> None:
    (folder / "themes" / "noether").mkdir(parents=True)
    (folder / "themes" / "noether" / "theme.toml").write_text('extends = "noether"\n')


def theme_of_the_user(folder: Path) -> None:
    theme = Path(os.environ["HOME"], ".config", "cvbuild", "themes", "noether")
    theme.mkdir(parents=True)
    (theme / "theme.toml").write_text('extends = "noether"\n')


@pytest.mark.engine
@pytest.mark.parametrize("change", [another_cv, no_pdf, another_pdf, own_theme, theme_of_the_user])
def test_what_counts_as_a_change(change: Callable[[Path], None], place: Path) -> None:
    assert render(place) == WROTE
    assert render(place) == KEPT
    change(place)
    assert render(place) == WROTE
    assert render(place) == KEPT


@pytest.mark.engine
def test_every_file_of_a_theme_counts(place: Path) -> None:
    """A template that is changed, and one that did not hide another before; and what a template takes in."""
    theme = place / "themes" / "mine"
    (theme / "blocks").mkdir(parents=True)
    (theme / "theme.toml").write_text('extends = "noether"\n')
    (theme / "header.tex").write_text('<% include "words.tex" %>\n')
    (theme / "words.tex").write_text("One.\n")
    (place / "me.yaml").write_text(GOOD + "theme: mine\n")
    assert render(place) == WROTE
    assert render(place) == KEPT
    for path, text in {
        theme / "words.tex": "Two.\n",
        theme / "theme.toml": 'extends = "turing"\n',
        theme / "blocks" / "paragraphs.tex": "Nothing.\n",
        theme / "header.tex": "No input.\n",
    }.items():
        path.write_text(text)
        assert render(place) == WROTE, path
        assert render(place) == KEPT, path


@pytest.mark.engine
def test_options_environment_and_engine_count(place: Path, tmp_path: Path) -> None:
    assert render(place) == WROTE
    assert render(place, "--theme", "turing") == WROTE
    assert render(place) == WROTE, "the PDF is another one now"
    assert render(place) == KEPT
    assert render(place, SOURCE_DATE_EPOCH="1000000000") == WROTE
    assert render(place, SOURCE_DATE_EPOCH="1000000000") == KEPT
    assert render(place) == WROTE
    parts = locate()
    assert parts is not None
    linked = tmp_path / "engine"
    linked.mkdir()
    for name in ("tectonic", "bundle", "cache", "fonts.conf"):
        (linked / name).symlink_to(parts.folder / name)
    (linked / "manifest.json").write_bytes(Parts(parts.folder).folder.joinpath("manifest.json").read_bytes())
    assert render(place, CVBUILD_ENGINE_DIR=str(linked)) == WROTE
    assert render(place, CVBUILD_ENGINE_DIR=str(linked)) == KEPT
    with (linked / "manifest.json").open("a") as manifest:
        manifest.write("\n")
    assert render(place, CVBUILD_ENGINE_DIR=str(linked)) == WROTE


@pytest.mark.engine
def test_kept_files_of_tex_count_too(place: Path) -> None:
    assert render(place, "--keep-tex") == WROTE
    assert render(place, "--keep-tex") == KEPT
    (place / "me.tex").unlink()
    assert render(place, "--keep-tex") == WROTE
    assert (place / "me.tex").exists()


@pytest.mark.engine
def test_warnings_are_told_again(place: Path) -> None:
    (place / "me.yaml").write_text(GOOD + "  Snow: a man ⛄\n")
    first = render(place)
    assert "CV604" in first
    assert render(place) == first.replace(WROTE, KEPT)


@pytest.mark.engine
def test_a_touched_input_makes_the_pdf_newer_for_make(place: Path) -> None:
    render(place)
    soon = (place / "me.pdf").stat().st_mtime + 5
    os.utime(place / "me.yaml", (soon - 6, soon - 6))
    os.utime(place / "me.pdf", (soon - 7, soon - 7))
    assert render(place) == KEPT
    assert (place / "me.pdf").stat().st_mtime > (place / "me.yaml").stat().st_mtime


@pytest.mark.engine
def test_a_damaged_or_unwritable_cache_is_avoided(place: Path) -> None:
    assert render(place) == WROTE
    entries = [path for path in Path(os.environ["HOME"]).rglob("*") if path.is_file()]
    assert {path.parent.name for path in entries} - {"engine"} == {"runs", "jobs", "templates"}
    for path in entries:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert render(place) == WROTE
    assert render(place) == KEPT
    for path in entries:
        path.write_bytes(b"")
    assert render(place) == WROTE
    (place / "no-cache").touch()  # not even root can make a folder there
    assert render(place, XDG_CACHE_HOME=str(place / "no-cache")) == WROTE
    assert render(place, XDG_CACHE_HOME=str(place / "no-cache")) == WROTE


@pytest.mark.engine
def test_another_code_or_library_is_a_change(place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert jinja2.__file__
    code = tmp_path / "code"
    code.mkdir()
    (code / "a.py").write_text("1")
    monkeypatch.setattr(record, "PACKAGE", str(code))
    monkeypatch.chdir(place)
    (place / "out").write_text("out")
    kept = Record({}, {str(place / "out"): digest(b"out")}, Said(), 1)
    record.keep("x", kept)

    def holds() -> bool:
        found = record.recall("x")
        assert found is not None
        return found.holds()

    def kept_inputs() -> set[str]:
        found = record.recall("x")
        assert found is not None
        return set(found.inputs)

    assert holds()
    (code / "a.py").write_text("22")
    assert not holds()
    record.keep("x", kept)
    assert holds()
    (code / "b.py").write_text("")
    assert not holds()
    record.keep("x", kept)
    assert any(path.endswith("jinja2/__init__.py") for path in kept_inputs())
    monkeypatch.setattr(record, "_times", lambda _: "another")
    assert not holds()


def test_records_come_back_as_they_were(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setattr(record, "PACKAGE", str(place))
    said = "me.yaml:1:1: warning\n\n\ttab \x1b[1m ü 漢 \udcff\n"
    odd = str(place / "a\nb \udcff")
    record.keep("ab", Record({odd: "1", "c": "-"}, {"d": "2"}, Said(said, "last", "more", said[::-1]), 7))
    found = record.recall("ab")
    assert found is not None
    assert (found.outputs, found.pages) == ({"d": "2"}, 7)
    told = found.said
    assert (told.found, told.last, told.pointer, told.printed) == (said, "last", "more", said[::-1])
    assert {key: found.inputs[key] for key in (odd, "c")} == {odd: "1", "c": "-"}
    record.keep_command(["a", "b"], Command(["ab", "cd"], True, said))
    command = record.recall_command(["a", "b"])
    assert command is not None
    assert (command.keys, command.told, command.tail) == (["ab", "cd"], True, said)
    assert record.recall_command(["a b"]) is None
    assert record.recall_command(["a", "b", ""]) is None


def test_files_remember_what_was_read_and_what_was_not_there(tmp_path: Path) -> None:
    files = Files()
    (tmp_path / "a").write_bytes(b"text")
    assert files.read(tmp_path / "a") == b"text"
    assert files.has(tmp_path / "a")
    assert not files.has(tmp_path / "b")
    with pytest.raises(FileNotFoundError):
        files.read(tmp_path / "c")
    assert files.states == {str(tmp_path / "a"): digest(b"text"), str(tmp_path / "b"): "-", str(tmp_path / "c"): "-"}
    assert state(str(tmp_path / "a")) == digest(b"text")
    assert state(str(tmp_path)) == "-"


def test_the_cache_forgets_the_oldest(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_ENTRIES", 4)
    for number in range(5):
        cache.store("kind", str(number), b"%d" % number)
        os.utime(Path(os.environ["HOME"], ".cache", "cvbuild", "kind", str(number)), (number, number))
    cache.store("kind", "5", b"5")
    assert [cache.load("kind", str(number)) for number in range(6)] == [None, None, b"2", b"3", b"4", b"5"]


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--version"], {"typer", "yaml", "jinja2", "hashlib", "re", "cvbuild.cli"}),
        (["--help"], {"yaml", "jinja2", "pylatexenc", "cvbuild.model", "cvbuild.engine", "cvbuild.theme"}),
        (["render", "--help"], {"yaml", "jinja2", "pylatexenc", "cvbuild.model", "cvbuild.theme"}),
    ],
)
def test_what_is_not_needed_is_not_imported(arguments: list[str], unwanted: set[str], tmp_path: Path) -> None:
    assert imported(arguments, tmp_path) & unwanted == set()


RARE = {
    *("blame", "bibliography", "collaborators", "exchange", "explain", "lint", "pictures", "verify", "watch"),
    *("engine.advice", "engine.install", "engine.log", "engine.machine", "engine.system", "tree.syntax"),
    *("markup.spelling", "markup.writing", "names.writing", "report.github", "report.json"),
    *("schema.jsonschema", "schema.reference"),
}
RARE = {f"cvbuild.{name}" for name in (*RARE, "api", "batch", "cli.batch", "cli.progress", "depfile")}
RARE |= {f"cvbuild.cli.{name}" for name in ("check", "engine", "new", "theme", "watch", "works")}


@pytest.mark.engine
def test_nothing_is_imported_where_nothing_has_changed(place: Path) -> None:
    command = ["render", "me.yaml", "-q"]
    first = imported(command, place)
    assert {"jinja2", "cvbuild.pipeline", "cvbuild.writers.latex"} <= first
    assert first & RARE == set(), "a plain CV needs none of it"
    heavy = {"typer", "yaml", "jinja2", "dataclasses", "pathlib", "json", "subprocess", "inspect", "cvbuild.cli"}
    assert imported(command, place) & heavy == set()


def imported(arguments: list[str], folder: Path) -> set[str]:
    """The modules that a command imports, beyond those that Python itself has at its start."""
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cvbuild", *arguments], cwd=folder, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    lines = [line for line in ran.stderr.splitlines() if line.startswith("import time:")]
    names = [line.rpartition("|")[2].strip() for line in lines]
    return set(names[names.index("site") + 1 :])
