"""The themes that come with cvbuild, the one with two columns above all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest
from tools import docs, themes

from cvbuild.diagnostics import Sink
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.outline import Outline, OutSection
from cvbuild.pipeline import Outcome, check, render
from cvbuild.verify import verify
from cvbuild.verify.printed import read_pdf
from tests.pdf import Pdf
from tests.support import ROOT, THEMES, problems, source

# --- which sections stand beside ---


def outline(yaml: str) -> Outline:
    sink = Sink()
    checked = check(source(yaml), Files(), sink)
    assert checked is not None, list(sink.sorted())
    assert sink.diagnostics == []
    return checked.outline


def columns(yaml: str) -> tuple[list[str], list[str], list[str]]:
    """The titles of the sections in the main column, in the side column, and across both."""
    sections = [block for block in outline(yaml).blocks if isinstance(block, OutSection)]
    main = [str(s.title) for s in sections if not s.aside and not s.wide]
    return main, [str(s.title) for s in sections if s.aside], [str(s.title) for s in sections if s.wide]


SECTIONS = """
sections:
  Positions: [{position: Professor, at: ETH, date: 2020}]
  Degrees: [{degree: PhD, at: ETH, date: 2012}]
  Nothing:
  Skills: [{label: Languages, text: "C, Python"}]
  Papers: {publications: all}
  Thoughts: %s
"""
WORKS = "".join(f"  w{n}: {{title: Work {n}, authors: A. Bcd, year: 2020}}\n" for n in range(20))


def cv(theme: str, works: int = 2, thoughts: int = 3) -> str:
    return f"name: Ada\ntheme: {theme}\n{SECTIONS % ('word ' * thoughts)}publications:\n" + "".join(
        WORKS.splitlines(keepends=True)[:works]
    )


def test_short_sections_of_short_things_stand_beside() -> None:
    assert columns(cv("curie")) == (["Positions", "Nothing", "Papers"], ["Degrees", "Skills", "Thoughts"], [])
    assert columns(cv("curie", thoughts=300))[1] == ["Degrees", "Skills"], "too long"


def test_a_long_list_of_works_is_as_wide_as_both() -> None:
    assert columns(cv("curie", works=20))[2] == ["Papers"]
    late = cv("curie", works=20).replace("  Positions: [{position: Professor, at: ETH, date: 2020}]\n", "")
    assert columns(late)[2] == [], "for there would be nothing beside the side column"


def test_titles_say_what_stands_where() -> None:
    assert columns(cv("{name: curie, side: [papers, Positions], wide: Degrees}", works=20)) == (
        ["Nothing", "Skills", "Thoughts"],
        ["Positions", "Papers"],
        ["Degrees"],
    )
    assert columns(cv("{name: curie, side: none, wide: none}", works=20))[1:] == ([], [])


def test_something_stays_in_the_main_column() -> None:
    assert columns("name: Ada\ntheme: curie\nsections: {Skills: [Analysis]}\n") == (["Skills"], [], [])


def test_themes_of_one_column_have_no_sections_aside() -> None:
    plain = outline(cv("noether"))
    assert not plain.columns
    assert not any(block.aside for block in plain.blocks if isinstance(block, OutSection))


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("side: [Papers, Skils]", ["2:37 CV510"]),
        ("wide: Paper", ["2:28 CV510"]),
        ("side: [Papers], wide: [Papers, A, B]", ["2:53 CV510", "2:56 CV510"]),
        ("accent: [red, blue]", ["2:22 CV503"]),
        ("side: {a: b}", ["2:29 CV201"]),
    ],
)
def test_what_is_wrong_with_titles(options: str, found: list[str]) -> None:
    yaml = cv(f"{{name: curie, {options}}}")
    assert list(problems(yaml)) == found


# --- the page ---

LINK = (
    "[a link of some words that takes a line and a half of the main column, or somewhat more than that](https://e.org)"
)


def long(words: int, behind: int = 300) -> str:
    """A CV whose side column is longer than its main column, which has a link behind so many words."""
    prizes = "".join(f"    - {{award: Sideprize number {n} of the society, date: '2020'}}\n" for n in range(60))
    before, after = (" ".join(f"mainword{n}" for n in range(count)) for count in (words, behind))
    return (
        "name: Ada Lovelace\nemail: ada@example.org\n"
        "theme: {name: curie, link-colour: true, side: [Awards, Links], wide: none}\n"
        f"sections:\n  Notes: |\n    {before} {LINK} {after}\n  Awards:\n{prizes}"
        '  Links: ["[a link in the side column, over two lines](https://side.org)"]\n'
    )


@cache
def typeset(yaml: str, engine: str = "tectonic") -> Outcome:
    with Typesetter(engine) as typesetter:
        outcome = render(source(yaml), typesetter=typesetter)
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    assert outcome.sink.diagnostics == []
    return outcome


def verified(outcome: Outcome) -> list[str]:
    cv, sink = outcome.checked, Sink()
    assert cv is not None
    assert outcome.pdf is not None
    verify(outcome.pdf, cv.document, cv.outline, cv.theme, Files(), sink, loaded=cv.loaded)
    return [f"{found.code.number} {found.message}" for found in sink.sorted()]


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["tectonic", *(["pdflatex"] if shutil.which("pdflatex") else [])])
def test_both_columns_go_on_over_pages(engine: str) -> None:
    outcome = typeset(long(310, 100), engine)
    assert verified(outcome) == []
    assert outcome.pdf is not None
    pdf = Pdf(outcome.pdf)
    assert len(pdf.pages) == 3, "the side column is longer"
    assert [("mainword" in page, "Sideprize" in page) for page in pdf.pages] == [
        (True, True),
        (True, True),
        (False, True),
    ]
    for number, page in enumerate(pdf.pages):  # the side column of a page as one run, then the main column
        kinds = re.findall(r"Lovelace|ada@|mainword|Sideprize", page)[:-1]  # but for the foot
        runs = [kind for n, kind in enumerate(kinds) if not n or kind != kinds[n - 1]]
        assert runs == [["Lovelace", "ada@", "Sideprize", "mainword"], ["Sideprize", "mainword"], ["Sideprize"]][number]
    assert pdf.bookmarks == [(0, "Notes"), (0, "Awards"), (0, "Links")]
    # No link of the one column takes in anything of the other, nor a foot.
    edge = min(box[0] for box in boxes_of(pdf, "Sideprize"))
    for leaf in pdf.pike.pages:
        for link in leaf.get("/Annots", []):
            _left, bottom, right, top = (float(side) for side in link.Rect)
            assert (right < edge) == (str(link.A.URI) == "https://e.org")
            assert top - bottom < 20
            assert bottom > 45


def boxes_of(pdf: Pdf, word: str) -> Iterator[tuple[float, ...]]:
    for page in pdf.document:
        text = page.get_textpage()
        at = text.get_text_range().find(word)
        if at >= 0:
            yield text.get_charbox(at)


@pytest.mark.engine
def test_no_page_ends_inside_of_a_link() -> None:
    """What stands beside on the next page would be taken for a part of it."""
    links = (
        f"[a link that has some {'words ' * (n % 7)}much more than a line of the column, number {n}](https://e.org/{n}) and words"
        f" behind it, a line of them or somewhat more, so that a page may end there"
        for n in range(110)
    )
    outcome = typeset(
        f"name: Ada\ntheme: {{name: curie, wide: none}}\nemail: a@b.org\nsections: {{Notes: '{', '.join(links)}'}}\n"
    )
    assert outcome.pdf is not None
    pages = [{str(link.A.URI) for link in page.Annots} for page in Pdf(outcome.pdf).pike.pages]
    assert len(pages) >= 4
    assert sum(map(len, pages)) == 110 + 1, "each on one page alone"


@pytest.mark.engine
def test_what_is_wide_begins_below_both_columns() -> None:
    yaml = cv("{name: curie, side: [Skills, Degrees], wide: Papers, panel: false}", works=20, thoughts=20)
    outcome = typeset(yaml.replace("Work 3", "Work 3 " + "of a title that is longer than the main column " * 2))
    assert verified(outcome) == []
    assert outcome.pdf is not None
    glyphs = read_pdf(outcome.pdf, 40, columns=True).glyphs
    text = "".join(glyph.text for glyph in glyphs)
    papers, first = text.index("Papers"), text.index("Degrees")
    assert first > papers, "the side column follows behind the main column"
    lowest = min(glyph.box.bottom for glyph in glyphs[first:] if not glyph.text.isspace())
    assert glyphs[papers].box.top < lowest - 5
    right = max(glyph.box.right for glyph in glyphs[papers:first])
    assert right > max(glyph.box.right for glyph in glyphs[first:] if not glyph.text.isspace()) - 40


@pytest.mark.engine
def test_the_side_column_on_the_left() -> None:
    outcome = typeset(cv("{name: curie, side-at: left, side: [Positions, Skills], wide: Thoughts, header: line}"))
    assert verified(outcome) == []
    assert outcome.pages == 2, "what is wide begins a page"
    assert outcome.pdf is not None
    pdf = Pdf(outcome.pdf)
    (skills,), (papers,), (wide,) = (list(boxes_of(pdf, word)) for word in ("Skills", "Papers", "Thoughts"))
    assert skills[0] < papers[0] - 100
    assert wide[0] == pytest.approx(skills[0], abs=1)


@pytest.mark.engine
def test_without_anything_beside_there_is_one_column() -> None:
    outcome = typeset("name: Ada\ntheme: curie\nsections: {A: %s}\n" % ("word " * 60))
    assert outcome.pdf is not None
    glyphs = [glyph for glyph in read_pdf(outcome.pdf, 40).glyphs if not glyph.text.isspace()]
    assert max(glyph.box.right for glyph in glyphs) > 500


def test_what_verify_reads_behind_the_main_column() -> None:
    """Only with `columns`; and each column must be in its own order."""
    outcome = typeset(long(310))
    assert outcome.pdf is not None
    text = "".join(glyph.text for glyph in read_pdf(outcome.pdf, 40, columns=True).glyphs)
    assert text.index("Sideprize") > text.rindex("mainword")
    text = "".join(glyph.text for glyph in read_pdf(outcome.pdf, 40).glyphs)
    assert text.index("Sideprize") < text.index("mainword")
    other = check(source(long(310).replace("number 7 of", "number 99 of")), Files(), Sink())
    assert other is not None
    sink = Sink()
    verify(outcome.pdf, other.document, other.outline, other.theme, Files(), sink)
    assert "CV621" in {found.code.number for found in sink.diagnostics}


# --- hopper ---


@pytest.mark.engine
def test_a_section_is_as_high_as_its_heading_in_the_margin() -> None:
    titles = ["A heading that takes three or even four lines of the margin", "Next"]
    outcome = typeset("name: Ada\ntheme: hopper\nsections:\n" + "".join(f"  {title}: one line\n" for title in titles))
    assert verified(outcome) == []
    assert outcome.pdf is not None
    glyphs = read_pdf(outcome.pdf, 40).glyphs
    text = "".join(glyph.text for glyph in glyphs)
    (last,) = (glyphs[found.end() - 1] for found in re.finditer("margin", text))
    (following,) = (glyphs[found.start()] for found in re.finditer("Next", text))
    assert following.box.top < last.box.bottom - 2


@pytest.mark.engine
def test_a_section_with_nothing_in_it_takes_a_line() -> None:
    pdf = Pdf(typeset("name: Ada\ntheme: hopper\nsections: {Empty: null, Following: text}\n").pdf or b"")
    (empty,), (following,) = (list(boxes_of(pdf, word)) for word in ("Empty", "Following"))
    assert following[3] < empty[1] - 2


# --- all of them ---


@pytest.mark.engine
def test_a_link_that_goes_on_on_the_next_page_spares_the_foot() -> None:
    links = (f"[a link, number {n}, {'of very many words ' * 22}](https://e.org/{n}) behind" for n in range(30))
    outcome = typeset(f"name: Ada\ntheme: noether\nsections: {{Notes: '{', '.join(links)}'}}\n")
    pdf = Pdf(outcome.pdf or b"")
    pages = [page for page in pdf.pike.pages if "/Annots" in page]
    leads = [{str(link.A.URI) for link in page.Annots} for page in pages]
    assert any(one & other for one, other in pairwise(leads)), "a link goes on"
    assert min(float(link.Rect[1]) for page in pages for link in page.Annots) > 55


@pytest.mark.engine
def test_a_date_stands_on_the_first_line_and_a_name_is_divided_between_words() -> None:
    course = "Mathematical theory " + "of rather large models " * 6 + "lastly"
    yaml = f"name: Chandrasekharan Venkataraghavan-Montgomery\ntheme: turing\nsections: {{T: [{{course: {course}, date: 1987}}]}}\n"
    outcome = typeset(yaml.replace("Chandra", "Chandraaaaaaaaaaaaaa"))
    assert verified(outcome) == []
    pdf = Pdf(outcome.pdf or b"")
    words = ("Mathematical", "lastly", "1987", "Venkata", "Montgomery")
    first, last, date, name, behind = (next(boxes_of(pdf, word)) for word in words)
    assert last[1] < first[1] - 10, "it takes two lines"
    assert date[1] == pytest.approx(first[1], abs=1)
    assert name[1] == pytest.approx(behind[1], abs=3), "not after the hyphen"


@pytest.mark.engine
@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme not in ("noether", "turing")])
def test_years_and_numbers_beside_works(theme: str) -> None:
    """They are measured before the list is set, in the theme's own size."""
    lists = "{publications: {margin: year, labels: {article: 'J{n}.'}}}"
    works = "".join(
        f"  w{n}: {{title: The Barron space and the {n}th, authors: A. Bcd, journal: J, year: {2000 + n}}}\n"
        for n in range(9)
    )
    outcome = typeset(f"name: Ada\ntheme: {theme}\nsections:\n  Works: {lists}\npublications:\n{works}")
    assert verified(outcome) == []
    assert outcome.pdf is not None
    (number,), (first,) = (list(boxes_of(Pdf(outcome.pdf), words)) for words in ("J1.", "A. Bcd"))
    assert first[0] - number[0] > 10


# --- the pages about them ---


def test_the_gallery_is_that_of_today() -> None:
    page = (ROOT / "docs" / "themes-gallery.md").read_text(encoding="utf-8")
    assert sorted(themes.THEMES) == THEMES
    for theme in THEMES:
        shown = page.partition(f"\n## {theme}\n")[2].partition("\n## ")[0]
        assert themes.about(theme) in shown
        for path in themes.CVS:
            if path.stem in ("photo-circle", "jjzhu"):  # for all would take seconds
                assert f"<!-- {themes.digest(path, theme)} -->\n[{path.stem}]" in shown, (
                    "run `make themes`, and look at it"
                )
            picture = ROOT / "docs" / "themes" / f"{theme}-{path.stem}.png"
            assert f"(themes/{picture.name})" in shown
            assert picture.stat().st_size < 130_000


def test_the_options_in_the_docs_are_those_of_the_themes() -> None:
    assert (ROOT / "docs" / "themes.md").read_text(encoding="utf-8") == docs.themes_page(), "run `make docs`"
