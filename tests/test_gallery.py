"""The gallery: each feature as YAML beside a picture, and both are those of today."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import pypdfium2
import pytest
from PIL import Image
from tools import gallery

from cvbuild import tree
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.lint import lint
from cvbuild.pipeline import Outcome, check
from cvbuild.reading import read_file
from cvbuild.schema import load_document
from tests.support import ROOT, TODAY

NAMES = gallery.names()
FILES = sorted(path.stem for path in gallery.FOLDER.glob("*.yaml"))
typeset = cache(gallery.typeset)


def digest(outcome: Outcome) -> str:
    return hashlib.sha256(outcome.pdf or b"").hexdigest()


def test_every_file_has_a_place_on_the_page() -> None:
    assert sorted(name for chapter in gallery.CHAPTERS.values() for name in chapter) == FILES
    assert set(FILES) >= gallery.PENDING
    assert len(NAMES) >= 17


@pytest.mark.engine
@pytest.mark.parametrize("name", NAMES)
def test_an_exhibit_typesets_without_a_warning_on_one_page(name: str) -> None:
    outcome = typeset(name)
    assert outcome.sink.diagnostics == []
    assert outcome.pages == 1
    assert outcome.pdf is not None
    page = pypdfium2.PdfDocument(outcome.pdf)[0]
    lowest = min(item.get_bounds()[1] for item in page.get_objects() if item.get_bounds()[1] > gallery._FOOT)
    assert lowest > 2 * gallery._FOOT, "shorten it: the picture leaves out the end of the page"
    assert f"<!-- {digest(outcome)} -->" in (gallery.DOCS / "gallery.md").read_text(encoding="utf-8"), (
        "run `make gallery`"
    )


@pytest.mark.engine
def test_the_page_is_that_of_today() -> None:
    made = gallery.page({name: digest(typeset(name)) for name in NAMES})
    assert (gallery.DOCS / "gallery.md").read_text(encoding="utf-8") == made, "run `make gallery`, and look at it"


def test_every_exhibit_has_a_small_picture() -> None:
    pictures = {path.stem: path for path in gallery.FOLDER.glob("*.png")}
    assert sorted(pictures) == sorted(NAMES)
    for path in pictures.values():
        assert path.stat().st_size < 40_000
        with Image.open(path) as picture:
            assert picture.mode == "P"
            assert 600 < picture.width < 830  # as wide as GitHub shows a page
            assert picture.height < picture.width


@pytest.mark.engine
def test_a_picture_shows_the_head_if_the_yaml_does() -> None:
    outcome = typeset("owner")
    assert outcome.pdf is not None
    assert gallery.exhibit("owner").headed
    assert not gallery.exhibit("keys").headed
    whole = gallery.picture(outcome.pdf, headed=True)
    cut = gallery.picture(outcome.pdf, headed=False)
    assert cut.width == whole.width
    assert 40 < whole.height - cut.height < 120


@pytest.mark.parametrize("name", NAMES)
def test_lint_has_nothing_to_remark(name: str) -> None:
    sink, files = Sink(), Files()
    source = read_file(gallery.FOLDER / f"{name}.yaml", name, files, sink)
    assert source is not None
    checked = check(source, files, sink)
    assert checked is not None
    lint(checked.document, checked.database, checked.outline, TODAY, sink)
    assert sink.diagnostics == []


@pytest.mark.parametrize("name", FILES)
def test_an_exhibit_says_what_the_model_knows(name: str) -> None:
    """Also those whose features are not there yet."""
    sink = Sink()
    source = read_file(gallery.FOLDER / f"{name}.yaml", name, Files(), sink)
    assert source is not None
    root = tree.parse(source, sink)
    assert root is not None
    assert load_document(root, sink) is not None
    assert sink.diagnostics == []
    shown = gallery.exhibit(name)
    assert shown.title[0].isupper()
    assert shown.about.endswith(".")
    assert "sections:" in shown.shown


def test_hidden_lines_are_not_shown() -> None:
    assert gallery._shown(["# …", "name: N", "# …", "a: 1", "  # …", "b: 2", "  # …", "c: 3", "# …", "d: 4"]) == (
        "a: 1\n  # …\nc: 3\n# …"
    )


def test_pictures_and_files_that_the_page_names_are_there() -> None:
    page = (gallery.DOCS / "gallery.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", page)
    assert sum(target.startswith("gallery/") for target in targets) == 2 * len(NAMES)
    assert all((ROOT / "docs" / target).is_file() for target in targets)
