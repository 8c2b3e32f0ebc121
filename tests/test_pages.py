"""Pages as pictures, and several formats in one run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cvbuild.cli import app
from cvbuild.diagnostics import Sink
from cvbuild.outputs import write_files
from cvbuild.pictures.png import read_png
from cvbuild.raster import HEAD, page_number

pytestmark = pytest.mark.engine
LONG = "name: Ada Lovelace\nsections:\n  Notes:\n" + "".join(f"    - Note {n}\n" for n in range(120))
SHORT = "name: Ada Lovelace\nsections:\n  Notes: [One, Two]\n"


def run(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["render", *arguments])
    return ran.exit_code, ran.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CV of several pages in all formats."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "me.yaml").write_text(LONG)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        status, said = run("me.yaml", "--to", "pdf,tex,md,txt,json,png")
    assert (status, said) == (
        0,
        "cvbuild: wrote me.pdf, me.tex, me.md, me.txt, me.json and me-1.png to me-3.png (3 pages)\n",
    )
    return folder


def test_all_formats_are_made_in_one_run(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == [
        "me-1.png", "me-2.png", "me-3.png", "me.json", "me.md", "me.pdf", "me.tex", "me.txt", "me.yaml",
    ]  # fmt: skip
    assert json.loads((made / "me.json").read_text())["basics"]["name"] == "Ada Lovelace"


def test_pages_are_pictures_of_their_own_size_and_number(made: Path) -> None:
    for number in (1, 2, 3):
        data = (made / f"me-{number}.png").read_bytes()
        assert page_number(data[:HEAD]) == number
        picture = read_png(data)
        assert (picture.width, picture.height) == (1241, 1754)  # A4 in 150 dpi
        assert len(data) < 400_000
    assert page_number(b"\x89PNG\r\n\x1a\n") is None
    assert page_number(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt") is None
    assert page_number(b"") is None


def test_pictures_are_the_same_each_time_and_nothing_else_is_written(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(made / "me.yaml", tmp_path)
    assert run("me.yaml", "--to", "png") == (0, "cvbuild: wrote me-1.png to me-3.png (3 pages)\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["me-1.png", "me-2.png", "me-3.png", "me.yaml"]
    assert all((tmp_path / f"me-{n}.png").read_bytes() == (made / f"me-{n}.png").read_bytes() for n in (1, 2, 3))


def test_pages_of_an_earlier_run_go_and_nothing_of_the_user_does(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One picture of a smaller resolution, whose name does not change with the number of pages."""
    monkeypatch.chdir(tmp_path)
    for number in (1, 2, 3):
        shutil.copy(made / f"me-{number}.png", tmp_path)
    third = (made / "me-3.png").read_bytes()
    own = {
        "me-4.png": third,  # a copy under another name
        "me-5.png": third.replace(b"Software", b"Softward"),  # of another program
        "me-6.png": b"mine",
        "me-03.png": third,
        "you-3.png": third,
        "me-3.PNG": third,
    }
    for name, data in own.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "me-7.png").mkdir()
    (tmp_path / "me.yaml").write_text(SHORT)
    assert run("me.yaml", "--to", "png", "--dpi", "75") == (0, "cvbuild: wrote me-1.png (1 page)\n")
    assert {path.name for path in tmp_path.iterdir()} == {*own, "me-1.png", "me-7.png", "me.yaml"}
    assert all((tmp_path / name).read_bytes() == data for name, data in own.items())
    assert read_png((tmp_path / "me-1.png").read_bytes()).width == 621


def test_a_failed_run_removes_nothing(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in (1, 2, 3):
        shutil.copy(made / f"me-{number}.png", tmp_path)
    (tmp_path / "me.yaml").write_text("name: [\n")
    status, said = run("me.yaml", "--to", "png,md")
    assert status == 1
    assert "no file was written" in said
    assert len(list(tmp_path.glob("*.png"))) == 3
    assert not (tmp_path / "me.md").exists()


def test_stale_files_go_only_when_the_new_ones_are_there(tmp_path: Path) -> None:
    old = tmp_path / "me-2.png"
    old.write_bytes(b"old")
    sink = Sink()
    assert not write_files({tmp_path / "none" / "me-1.png": b"new"}, sink, stale=[old])
    assert old.exists()
    assert write_files({tmp_path / "me-1.png": b"new"}, Sink(), stale=[old])
    assert not old.exists()
    (tmp_path / "folder").mkdir()
    assert not write_files({tmp_path / "me-1.png": b"new"}, sink, stale=[tmp_path / "folder"])
    assert "cannot be removed" in sink.diagnostics[-1].message


def test_a_stream_takes_one_picture(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "me.yaml").write_text(SHORT)
    ran = CliRunner().invoke(app, ["render", "me.yaml", "--to", "png", "-o", "-", "--dpi", "40"])
    assert (ran.exit_code, page_number(ran.stdout_bytes)) == (0, 1)
    ran = CliRunner().invoke(app, ["render", str(made / "me.yaml"), "--to", "png", "-o", "-", "--dpi", "40"])
    assert (ran.exit_code, ran.stdout_bytes) == (2, b"")
    assert "a stream takes one picture, and the CV has 3 pages" in ran.stderr


def test_every_file_is_told_to_programs(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)
    ran = CliRunner().invoke(app, ["render", "me.yaml", "--to", "md,png", "--dpi", "40", "--format", "json"])
    told = json.loads(ran.stdout)
    assert [output["path"] for output in told["outputs"]] == ["me.md", "me-1.png", "me-2.png", "me-3.png"]
    assert told["pages"] == 3


@pytest.mark.parametrize(("ending", "start"), [("md", "# Ada"), ("txt", "Ada Lovelace\n==="), ("json", "{\n")])
def test_a_name_chooses_the_format(ending: str, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "me.yaml").write_text(SHORT)
    assert run("me.yaml", "-o", f"you.{ending}") == (0, f"cvbuild: wrote you.{ending}\n")
    text = (tmp_path / f"you.{ending}").read_text()
    assert text.startswith(start)
    ran = CliRunner().invoke(app, ["render", "me.yaml", "--to", ending, "-o", "-"])
    assert ran.stdout == text
