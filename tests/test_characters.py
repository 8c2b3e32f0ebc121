"""No character is lost: it is in the PDF, or a warning names it and its field. `python -m tools.characters` tries all."""

from __future__ import annotations

import shutil
import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild import tree
from cvbuild.diagnostics import Sink
from cvbuild.engine.parts import locate
from cvbuild.engine.scripts import NOWHERE, hint_for
from cvbuild.engine.typesetter import Typesetter
from cvbuild.pipeline import render
from cvbuild.source import Source
from tests.characters import CLASSES, ENGINES, escaped, fate, fates, rows, written
from tests.everyfield import HARD, Make, fields, latex_of, lost_from
from tests.pdf import Pdf
from tests.support import problems, source

ready = [e for e in ENGINES if locate() is not None and (e == "tectonic" or shutil.which(e))]

# Every field ------------------------------------------------------------------


@cache
def printed() -> dict[str, Make]:
    """The fields that are printed. Of persons only some letters of a name may be, and signs behind it mean something."""
    found = {name: make for name, make in fields() if "Wqzx" in (latex_of(make("Wqzx")) or "")}
    return {name: make for name, make in found.items() if not name.endswith(("authors", "authors.name"))}


def test_the_fields_that_are_printed_are_found() -> None:
    assert len(printed()) > 110
    assert {
        "name",
        "headline",
        "sections.key.entries.0.<degree>.note",
        "publications.works.key.journal",
    } <= printed().keys()


@pytest.mark.parametrize("kind", HARD)
def test_hard_texts_in_names_of_authors(kind: str) -> None:
    """Names are compared, parsed and abbreviated; a single word of them is not."""
    latex = latex_of({"name": "N", "publications": {"w": {"title": "T", "authors": [HARD[kind]], "year": "2020"}},
                      "sections": {"A": {"publications": "all"}}})  # fmt: skip
    assert latex is None or lost_from(latex, HARD[kind].replace("\\\\", "\\")) == set()


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\\{}#%&_^~$<>é漢אب\u0301\u200d\ue000🎓")
)


@settings(max_examples=60)
@given(st.data())
def test_any_text_in_any_field_is_written_or_diagnosed(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(printed())))
    text = data.draw(TEXT)
    latex = latex_of(printed()[name](f"Wqzx{escaped(text)}"))
    assert latex is None or lost_from(latex, text) == set(), name


@pytest.mark.parametrize("escape", ["\\0", "\\x07", "\\uFFFE", "\\uFFFF"])
def test_what_is_no_character_is_told(escape: str) -> None:
    assert problems(f'name: "N{escape}"\n') == ["1:7 CV003"]


def test_half_a_character_is_told() -> None:
    assert [place.split()[1] for place in problems('name: "N\\uD800"\n')] == ["CV101"]


# Fates ------------------------------------------------------------------------


def test_fate() -> None:
    """What the engine tests below stand on."""
    assert fate("a", "xay", set()) == "as written"
    assert fate("ﬁ", "fi", set()) == "as its equivalent"
    assert fate("\u0301", "é", set()) == "as its equivalent"
    assert fate("\u200d", "", set()) == "no ink"
    assert fate("🎓", "", {"🎓"}) == "told"
    assert fate("🎓", "", set()) == "lost"
    assert fate("a", "b", set()) == "lost"


@pytest.mark.engine
@pytest.mark.parametrize("engine", ready)
def test_hard_characters_by_class(engine: str) -> None:
    found = fates(list(CLASSES.values()), engine)
    by_class = zip(CLASSES, found, strict=True)
    assert [(name, c, f"U+{ord(c):04X}") for name, each in by_class for c, fate in each.items() if fate == "lost"] == []
    latin = found[0] | found[list(CLASSES).index("dashes and hyphens")] | found[list(CLASSES).index("quotation marks")]
    assert set(latin.values()) <= {"as written", "as its equivalent"}


# Of what TeX and its packages take for something else.
TRICKY = [row for row in rows(94) if row[2] in "-!?`'<>,~^\\\"|#%&_{}$f"]


@pytest.mark.engine
@pytest.mark.parametrize("engine", ready)
def test_pairs_in_bookmarks_and_metadata(engine: str) -> None:
    # Each engine takes a share; `python -m tools.characters` gives each of them all.
    tricky = TRICKY[ready.index(engine) :: 2 * len(ready)]
    yaml = "".join(f"  {written(escaped(row))}: [x]\n" for row in tricky)
    text = " ".join(tricky)
    head = f"name: {written(text)}\ntitle: {written(escaped(text))}\nheadline: {written(escaped(text))}\n"
    outcome = render(Source("cv.yaml", f"{head}sections:\n{yaml}"), typesetter=Typesetter(engine))
    assert outcome.pdf, outcome.sink.diagnostics
    pdf = Pdf(outcome.pdf)
    assert [title for _, title in pdf.bookmarks] == tricky
    assert (pdf.metadata["Author"], pdf.metadata["Subject"]) == (text, text)
    assert pdf.metadata["Title"].endswith(f": {text}")


@pytest.mark.engine
@pytest.mark.skipif("pdflatex" not in ready, reason="pdflatex is not installed")
def test_pdftex_does_not_take_signs_from_other_fonts() -> None:
    """Those could not be copied, or were not even there."""
    signs = "฿℃℗℞℧\u2329\u232a␢␣◦◯♪⟨⟩〈〉"
    (found,) = fates([signs], "pdflatex")
    assert found == dict.fromkeys(unicodedata.normalize("NFC", signs[:1]) + signs[1:], "told")


# Warnings ---------------------------------------------------------------------


def test_the_path_to_a_place() -> None:
    cv = source("name: N\nsections:\n  A:\n    - {text: x, note: ab}\n    - é\n")
    root = tree.parse(cv, Sink())
    assert root
    for what, path in {"N\n": "name", "A:": "sections.A", "ab": "sections.A.0.note", "é": "sections.A.1"}.items():
        assert ".".join(tree.path_to(root, cv.text.index(what))) == path
    assert tree.path_to(root, 10_000) == ()


@pytest.mark.engine
@pytest.mark.skipif(locate() is None, reason="the embedded engine is not installed")
def test_a_warning_names_the_field_and_the_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVBUILD_SCRIPTS_DIR", "/nonexistent")
    outcome = render(
        source("name: N\nsections:\n  A:\n    - {label: x, text: a 🦀 b}\n    - \ue123 אב\n    - \U00020000\n")
    )
    assert [(d.message, d.hint) for d in outcome.sink.diagnostics] == [
        ("the fonts have no CRAB 🦀 (U+1F980) of `sections.A.0.text`; it is missing in the PDF", hint_for("🦀", None)),
        (
            "the fonts have no \ue123 (U+E123), HEBREW LETTER ALEF א (U+05D0) and HEBREW LETTER BET ב (U+05D1)"
            " of `sections.A.1`; they are missing in the PDF",
            hint_for("א", None),
        ),
        (
            "the fonts have no CJK UNIFIED IDEOGRAPH-20000 \U00020000 (U+20000) of `sections.A.2`;"
            " it is missing in the PDF",
            NOWHERE,
        ),
    ]


def test_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVBUILD_SCRIPTS_DIR", "/nonexistent")
    assert "--scripts" in hint_for("א", "tectonic")
    assert hint_for("\ue123", "tectonic") == hint_for("\ue123", "pdflatex") == NOWHERE
    assert "embedded engine" in hint_for("漢", "pdflatex")
    assert hint_for("漢", "xelatex") == NOWHERE
