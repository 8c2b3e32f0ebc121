"""`render --verify`: a PDF that holds the CV passes; one that lost, moved or changed anything is told, at the line."""

from __future__ import annotations

import dataclasses
import json
import typing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tools.drawings import png

from cvbuild import model
from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.job import Job, make
from cvbuild.outline import Run
from cvbuild.pipeline import Outcome, check, render
from cvbuild.reading import read_input
from cvbuild.source import Source
from cvbuild.text import Str, Text
from cvbuild.verify import Verified, verify
from cvbuild.verify.facts import Lit, Loose, Part, Unit, units_of
from cvbuild.verify.match import Matcher
from cvbuild.verify.printed import Box, Glyph, Printed, compact
from tests.support import EXAMPLES, ROOT, THEMES, document, outlined, places, source
from tests.test_publication_properties import CV

# --- matching, without a PDF ---


def printed(text: str) -> Printed:
    """As if PDFium had extracted this; a form feed begins a page."""
    page, glyphs = 0, []
    for at, c in enumerate(text):
        page += c == "\f"
        glyphs.append(Glyph(" " if c == "\f" else c, page, Box(at, 700, at + 1, 710)))
    return Printed(glyphs, ("",) * (page + 1))


def unit(kind: str, **parts: str) -> Unit:
    return Unit(kind, tuple(Part(field, (Lit(compact(words), words),)) for field, words in parts.items()))


def found(text: str, *units: Unit) -> list[list[str | None]]:
    page = printed(text)
    return [
        [page.raw(p.start, p.end) if p is not None else None for p in one.places] for one in Matcher(page).match(units)
    ]


def test_a_hyphen_at_a_line_end_was_written_or_not() -> None:
    assert found("a well\ufffeknown under\ufffestanding", unit("p", text="a well-known understanding")) == [
        ["a well-known under-standing"]
    ]
    assert found("a well known", unit("p", text="a well-known")) == [[None]], "a hyphen that is not there"
    assert found("a well-known", unit("p", text="a well known")) == [[None]], "a hyphen that was not written"


def test_words_are_found_whole() -> None:
    assert found("apart from art", unit("p", text="art")) == [["art"]]
    assert found("apart", unit("p", text="art")) == [[None]]
    assert found("e\u0301t\u00e9 \u2028x", unit("p", text="\u00e9te\u0301")) == [["e\u0301t\u00e9"]], (
        "accents are composed"
    )
    assert found("of\ufb01ce", unit("p", text="office")) == [[None]], "a ligature that nobody can search for"


def text(*pieces: Lit | Loose) -> Unit:
    return Unit("paragraph", (Part("text", pieces),))


def test_formulas_at_the_ends_of_a_text_and_alone() -> None:
    square, delta, raw = Loose("$x^2$", "x2", 25), Loose(r"$\delta$", "δ", 28), Loose("", "", 200)
    assert found("We look at x2 and", text(Lit("Welookat", "We look at "), square)) == [["We look at x2"]]
    assert found("so 𝑥2 is it", text(square, Lit("isit", " is it"))) == [["𝑥2 is it"]]
    assert found("a 𝛿-ball", text(Lit("a", "a "), delta, Lit("-ball", "-ball"))) == [["a 𝛿-ball"]]
    assert found("Here x2 and δ there", text(Lit("Here", "Here")), text(square), text(delta)) == [
        ["Here"],
        ["x2"],
        ["δ"],
    ]
    assert found("We look at y2", text(Lit("Welookat", "We look at "), square)) == [["We look at"]], "its x is lost"
    assert found("Here y2", text(Lit("Here", "Here")), text(square)) == [["Here"], [None]]
    assert found("by LATEX and TEXlive.", text(Lit("by", "by "), raw, Lit("and", " and "), raw)) == [["by LATEX and"]]
    assert found("TEXlive.", text(raw, Lit("live.", "live."))) == [["live."]], "it may stand in one word with them"


def test_what_occurs_twice_is_told_apart_by_what_stands_around() -> None:
    text = "TA Algebra, Yale 2013 TA Topology, Yale 2013 TA Geometry, Yale 2014"
    rows = [("Algebra", "2013"), ("Topology", "2013"), ("Geometry", "2014")]
    units = [unit("course", course=course, role="TA", at="Yale", date=date) for course, date in rows]
    assert [None] not in [[p for p in row if p is None] for row in found(text, *units)]
    assert found(text.replace("2013 TA T", "TA T"), *units)[0][3] is None, "and the year of the next one is not taken"
    assert found(text.replace("2014", ""), *units)[2][3] is None


def formulas(*pieces: str | Loose) -> Unit:
    parts = tuple(Lit(compact(p), p) if isinstance(p, str) else p for p in pieces)
    return Unit("p", (Part("text", parts),))


SQUARE, RAW = Loose("$x^2$", "x2", 25, "x^2"), Loose("", "", 400)


def test_a_formula_reaches_as_far_as_its_letters() -> None:
    assert found("1. On x 2 and more", formulas("On ", SQUARE)) == [["On x 2"]], "at the end of a text"
    assert found("1. x 2 is it", formulas(SQUARE, " is it")) == [["x 2 is it"]], "at its beginning"
    assert found("• x = 2 •", formulas(SQUARE)) == [["x = 2"]], "alone"
    assert found("• x 3 • 2", formulas(SQUARE)) == [[None]]
    assert found("On and On x 2 / Chao", formulas("On ", SQUARE, " / Chao")) == [["On x 2 / Chao"]], (
        "from the right word"
    )
    twice = "On x 2, 2020. On x 2 / Chao"
    assert found(twice, formulas("On ", SQUARE), formulas("On ", SQUARE, " / Chao")) == [["On x 2"], ["On x 2 / Chao"]]
    part = formulas("On ", SQUARE).parts[0]
    lost = Matcher(printed("On x 3 and 2"))
    assert lost.lacking(part, next(lost.places(part))) == [SQUARE], (
        "a letter that comes later belongs to something else"
    )


def test_nothing_is_known_of_raw_latex() -> None:
    assert found("by LaTeX 2e, well", formulas("by ", RAW, ", well")) == [["by LaTeX 2e, well"]]
    assert found("by LaTeX 2e", formulas("by ", RAW)) == [["by"]]
    assert found("by LaTeX 2e, badly", formulas("by ", RAW, ", well")) == [[None]]
    assert formulas(RAW).parts[0].blank


@given(st.text("-ab x2", max_size=9), st.text("-ab x2", max_size=30))
def test_each_pattern_ends(words: str, text: str) -> None:
    for one in (formulas(words, SQUARE, words), formulas(words, RAW), formulas(SQUARE, words), formulas(words)):
        for row in found(text, one):
            assert all(place is None or place in " ".join(text.split()) for place in row)


def test_units_stand_in_order() -> None:
    one, two, three = (unit("p", text=f"The {n} paragraph of them") for n in ("first", "second", "third"))
    text = "The first paragraph of them. The second paragraph of them. The third paragraph of them."
    assert None not in [row[0] for row in found(text, one, two, three)]
    assert [row[0] is None for row in found(text, two, one, three)].count(True) == 1


def test_no_field_of_an_entry_is_forgotten() -> None:
    """Whatever is added to the model must be printed, or be listed as something that is not."""
    for kind in typing.get_args(model.AnyEntry):
        hints = typing.get_type_hints(kind)
        words: dict[str, Any] = {}
        for f in dataclasses.fields(kind):
            written = str(hints[f.name])
            if f.name in ("span", "written", "when", "url", "tags"):
                continue
            if ("tuple" in written and "Text" in written) or "Prose" in written:
                words[f.name] = (Text((Str(f"word-{f.name}"),)),)
            elif "Text" in written:
                words[f.name] = Text((Str(f"word-{f.name}"),))
            elif "Email" in written or "str" in written:
                words[f.name] = f"word-{f.name}"
        entry = kind(**words)
        cv = dataclasses.replace(
            outlined(document("name: X\n"), Sink()), blocks=(Run(kind=kind.__name__.lower(), entries=(entry,)),)
        )
        there = [part.words for unit in units_of(cv, str) for part in unit.parts]
        assert sorted(there) == sorted(["X", *(f"word-{name}" for name in words)]), kind


# --- whole CVs ---

WHOLE = """\
name: Anna O'Brien-Łukasz
title: Curriculum Vitæ
headline: Professor of *Affine* Offices
address: [12 First-Class Road, 'Zürich, CH-8000']
phone: (+1) 555-010-0100
email: me_too@example.org
website: https://example.org/~me/efficient_fi
profiles: {github: abc-def, orcid: 0000-0002-1825-0097}
updated: 2026-11-21
people:
  Bea Adler: {affiliations: ETH, role: advisee, date: 2020 - 2024, position: PhD student, now: Prof at X, note: honors}
publications:
  flow: {title: On fi-ligatures and Theory, authors: "Anna O'Brien-Łukasz*, Bea Adler*†", journal: J. Flow, year: 2020, doi: 10.1000/xyz}
  another: {title: Another long title of a paper, authors: Bea Adler, conference: Conf, year: 2021}
summary: |
  I work on -- many things, “quoted” -- and state-of-the-art flow, $x_1^2 + \\alpha$, `code--x` [@flow].

  See <https://example.org/very/long/path/with/many/parts/that/must/be/broken/somewhere?x=1&y=2#z>.
sections:
  Points:
    - label: Skills
      text: |
        Python

        and a second paragraph
      bullets: [One, {label: Two, text: deep, bullets: [Three]}]
  Positions:
    - {position: Pos1, at: Uni1, location: Loc1, date: 2018.11 - Present, url: 'https://p.example', note: Note1, facts: {Grade: A1}, text: Text1, bullets: [Bul1], advisor: [Adv1, Adv2, Adv3], mentor: [Men1, Men2]}
    - {position: Pos2, location: Loc2, when: sometime in spring}
  Degrees:
    - {degree: Deg1, at: Uni3, location: Loc3, date: 2012, note: Note3, facts: {Grade: A3}, text: Text3, bullets: [Bul3], thesis: Thesis title}
    - {degree: Deg2, location: Loc9, date: 2011}
  Courses:
    - {course: Cou1, role: TA1, at: Uni4, location: Loc4, date: Fall 2014, url: 'https://c.example', note: Note4, facts: {Grade: A4}, text: Text4}
  Awards:
    - {award: Awa1, amount: '$5,000', at: Uni5, location: Loc5, date: 2015-03-04, url: 'https://a.example', note: Note5}
  Talks:
    - {talk: Tal1, event: Eve1, location: Loc6, date: 2016, url: 'https://t.example', note: Note6, text: Text6}
    - {talk: Tal2, venues: [{event: Ven1, location: Loc7, date: 2017, url: 'https://v.example', note: Note7}, Ven2]}
    - {talk: Tal4, date: 2013, location: Loc44, note: Note44, venues: [Ven4]}
  Seminars:
    - {event: Eve2, location: Loc8, date: 2018, url: 'https://e2.example', note: Note8}
    - {venues: [Ven6, Ven7], date: 2014, location: Loc66, note: Note66}
  Persons:
    - {person: Per1, role: Rol1, affiliations: [Aff1, Aff2], email: per1@x.org, date: 2024 - Present, url: 'https://per.example', note: Note9}
  Items:
    - {title: Ite1, role: Rol2, at: Uni10, location: Loc10, date: 2009, url: 'https://i.example', note: Note10}
  Far: [Работы по математике, שלום עולם ו-PDE, 我研究深度学习的数学理论]
  Advisees: {people: {select: advisees, show: [affiliations, works, years, dates]}}
  Papers: {text: Some words before., publications: all}
"""


def read(cv: str | Path) -> tuple[Source, Files]:
    files = Files()
    if isinstance(cv, str):
        return source(cv), files
    read = read_input(cv, files, Sink())
    assert read is not None
    return read, files


def verified(outcome: Outcome, files: Files, pdf: bytes | None = None) -> tuple[Verified, Sink]:
    sink, cv = Sink(), outcome.checked
    assert cv is not None
    data = pdf or outcome.pdf
    assert data is not None, list(outcome.sink.sorted())
    return verify(data, cv.document, cv.outline, cv.theme, files, sink, loaded=cv.loaded, missing=outcome.missing), sink


@cache
def whole(theme: str) -> Outcome:
    return render(*read(WHOLE), Typesetter(), choices=Choices(theme=theme))


@pytest.mark.engine
@pytest.mark.parametrize("theme", THEMES)
def test_every_key_of_every_entry_is_printed(theme: str) -> None:
    told, sink = verified(whole(theme), Files())
    assert [*whole(theme).sink.sorted(), *sink.sorted()] == [], "no line is too long either"
    assert told.numbers == 2
    assert told.marks == 5, "three of authors, two in the legend"
    assert told.words > 200
    assert told.links > 10


@pytest.mark.engine
@pytest.mark.parametrize("path", [*EXAMPLES, ROOT / "docs" / "gallery" / "photo.yaml"], ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    cv, files = read(path)
    told, sink = verified(render(cv, files), files)
    assert list(sink.sorted()) == []
    assert told.words > (300 if path in EXAMPLES else 20)


CHANGES = [
    # what the CV says, where the PDF has it otherwise; what is reported, and where
    ("flow, $x", "flow of things, $x", "CV621 flow of things"),
    ("Anna O'Brien-Łukasz*, Bea Adler*†", "Bea Adler*†, Anna O'Brien-Łukasz*", "CV621 flow"),
    ('Bea Adler*†"', 'Bea Adler*‡"', "CV621 Bea Adler*‡"),
    ('Bea Adler*†"', 'Bea Adler*"', "CV621 flow"),
    ("date: 2012", "date: 2013", "CV621 2013"),
    ("date: 2011", "date: 2010", "CV621 2010"),
    ("https://a.example", "https://b.example", "CV623 https://b.example"),
    ("10.1000/xyz", "10.1000/xyw", "CV623 10.1000/xyw"),
    (
        "https://example.org/~me/efficient_fi",
        "https://example.org/~me/efficient_fo",
        "CV621 https://example.org/~me/efficient_fo",
    ),
    ("$x_1^2", "$x_1^3", "CV621 $x_1^3"),
    ("amount: '$5,000'", "amount: '$50,000'", "CV621 $50,000"),
    ("note: Note1,", "note: Note1 and more,", "CV621 Note1 and"),
    ("[One, {", "[One, Zwölftonmusik, {", "CV620 Zwölftonmusik"),
    ("Vitæ", "Vita", "CV624 Anna"),
    ("headline: Professor", "headline: Professorin", "CV621 Professorin"),
    ("  Courses:", "  Lessons:", "CV624 Lessons"),
]


@pytest.mark.engine
@pytest.mark.parametrize(("said", "instead", "told"), CHANGES)
def test_what_the_pdf_has_otherwise_is_found(said: str, instead: str, told: str) -> None:
    """The PDF is that of `WHOLE`; the CV is another one."""
    code, _, words = told.partition(" ")
    assert WHOLE.count(said) == 1
    sink, files = Sink(), Files()
    cv = source(WHOLE.replace(said, instead))
    checked = check(cv, files, sink, Choices(theme="noether"))
    assert checked is not None, list(sink.sorted())
    pdf = whole("noether").pdf
    assert pdf is not None
    verify(pdf, checked.document, checked.outline, checked.theme, files, sink)
    found = [d for d in sink.sorted() if d.code.number == code and d.span is not None]
    assert found, list(sink.sorted())
    at = cv.text.index(words)
    lines = {d.span.line for d in found if d.span is not None}
    assert cv.position(at)[0] in lines, [f"{d.span} {d.message}" for d in sink.sorted()]


def compared(cv: str) -> Sink:
    """What is reported if the PDF of `WHOLE` is taken for that of another CV."""
    sink, files = Sink(), Files()
    checked = check(source(cv), files, sink, Choices(theme="noether"))
    assert checked is not None, list(sink.sorted())
    pdf = whole("noether").pdf
    assert pdf is not None
    verify(pdf, checked.document, checked.outline, checked.theme, files, sink, loaded=checked.loaded)
    return sink


@pytest.mark.engine
def test_what_stands_elsewhere_is_out_of_order() -> None:
    line = "    - {degree: Deg1, at: Uni3"
    assert line in WHOLE
    moved = WHOLE.replace("      text: |\n        Python\n\n        and a second paragraph\n", "      text: Python\n")
    moved = moved.replace("Some words before.", '"and a second paragraph"')
    sink = compared(moved)
    told = [d for d in sink.sorted() if d.code.number == "CV622"]
    assert [d.message for d in told] == ["`and a second paragraph` stands before its place in the PDF, page 1"]
    assert told[0].span is not None
    assert "Papers" in moved.splitlines()[told[0].span.line - 1]


@pytest.mark.engine
def test_what_readers_put_before_the_heading_beside_it_is_there() -> None:
    """hopper's headings stand on the first line of their text, and readers give a line from right to left in another order."""
    cv = "name: Ada\nsections:\n  Heading: שלום עולם\n  עבודה: [אחת English שתיים]\n"
    read_cv, files = read(cv)
    outcome = render(read_cv, files, Typesetter(), choices=Choices(theme="hopper"))
    assert verified(outcome, files)[1].diagnostics == []
    other, more = read(cv.replace("עולם", "ארץ"))
    changed = check(other, more, Sink(), Choices(theme="hopper"))
    outcome.checked = changed
    assert [d.code.number for d in verified(outcome, files)[1].diagnostics][:1] == ["CV620"]


@pytest.mark.engine
def test_what_the_cv_does_not_have_comes_from_nowhere() -> None:
    told = places(compared(WHOLE.replace(", bullets: [Bul3]", "")).sorted())
    line = next(n for n, row in enumerate(WHOLE.splitlines(), start=1) if "Bul3" in row)
    assert [place.partition(":")[0] for place in told] == [str(line)]
    assert told[0].endswith("CV626")


@pytest.mark.engine
def test_what_the_outline_lost_is_found_in_the_document_and_in_the_file() -> None:
    outcome, files, sink = whole("noether"), Files(), Sink()
    cv = outcome.checked
    assert cv is not None
    assert outcome.pdf is not None
    fewer = dataclasses.replace(cv.outline, blocks=cv.outline.blocks[1:])
    verify(outcome.pdf, cv.document, fewer, cv.theme, files, sink)
    lost = [d.message for d in sink.sorted() if d.code.number == "CV625"]
    assert len(lost) == 8, "the heading and seven texts"
    assert "`deep` is nowhere in what is printed" in lost
    sink = Sink()
    document = dataclasses.replace(cv.document, sections=cv.document.sections[1:])
    loaded = dataclasses.replace(cv.loaded, document=document)
    verify(outcome.pdf, document, fewer, cv.theme, files, sink, loaded=loaded)
    lines = [cv.source.line(d.span.line) for d in sink.sorted() if d.code.number == "CV625" and d.span is not None]
    assert len(lines) == 6, "the label, the text, and four of the points below"
    assert "Skills" in lines[0]
    assert "Three" in lines[-1]


@pytest.mark.engine
def test_a_template_that_forgets_a_field_is_found_and_the_old_pdf_stays(tmp_path: Path) -> None:
    blocks = tmp_path / "themes" / "mine" / "blocks"
    blocks.mkdir(parents=True)
    (blocks.parent / "theme.toml").write_text('name = "mine"\nextends = "noether"\ndescription = "x"\n')
    (blocks / "award.tex").write_text("<% for entry in block.entries %>\n\\cvpar{<< entry.award >>}\n<% endfor %>\n")
    cv, pdf = tmp_path / "cv.yaml", tmp_path / "cv.pdf"
    cv.write_text("name: Anna\ntheme: mine\nsections:\n  Awards:\n    - award: Prize\n      amount: $5\n")
    pdf.write_bytes(b"old")
    with Typesetter() as typesetter:
        made = make(Job(cv=cv, targets={"pdf": pdf}, verify=True), typesetter, Files())
        assert places(made.outcome.sink.sorted()) == ["6:15 CV620"]
        assert made.outputs == {}
        assert pdf.read_bytes() == b"old"
        made = make(Job(cv=cv, targets={"pdf": pdf}, choices=Choices(theme="turing"), verify=True), typesetter, Files())
    assert str(made.verified) == "4 words"
    assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.engine
def test_what_a_theme_swaps_or_prints_twice_is_found(tmp_path: Path) -> None:
    blocks = tmp_path / "themes" / "mine" / "blocks"
    blocks.mkdir(parents=True)
    (blocks.parent / "theme.toml").write_text('name = "mine"\nextends = "noether"\ndescription = "x"\n')
    (blocks / "award.tex").write_text(
        "<% for e in block.entries %>\n\\cvpar{<< e.award >>, <<e.date>>, <<e.date>>}\n<% endfor %>\n"
    )
    (blocks / "person.tex").write_text(
        "<% for e in block.entries %>\n\\cvpar{<< e.person >><% for a in e.affiliations|reverse %>, << a >><% endfor %>}\n<% endfor %>\n"
    )
    cv = tmp_path / "cv.yaml"
    cv.write_text(
        "name: Anna\ntheme: mine\nsections:\n  Awards:\n    - {award: Prize, date: 2020}\n"
        "  Persons:\n    - {person: Bea, affiliations: [ETH, EPFL]}\n"
    )
    with Typesetter() as typesetter:
        made = make(Job(cv=cv, targets={"pdf": tmp_path / "cv.pdf"}, verify=True), typesetter, Files())
        assert places(made.outcome.sink.sorted()) == ["7:41 CV622"]
        cv.write_text(cv.read_text().partition("  Persons")[0])
        made = make(Job(cv=cv, targets={"pdf": tmp_path / "cv.pdf"}, verify=True), typesetter, Files())
    told = list(made.outcome.sink.sorted())
    assert places(told) == ["5:15 CV626"] or places(told) == ["5:28 CV626"]
    assert "`2020`" in told[0].message


CODE = r"""name: Anna Li
photo: me.png
summary: |
  Given [@a1]:

  ```{=latex}
  \begin{center}\fbox{theory}\end{center}
  ```
sections:
  Interests: Written with `\LaTeX`{=latex}, in [@a1] and `\textsc{Abc}`{=latex}
  "On $x^2$": [$y_1$, "and $z$", '$\sum$']
  Works: {publications: all}
publications:
  a1: {authors: "Anna Li*, Ada Xu*", title: 'The `\TeX`{=latex} book of $k^2$', journal: J, year: 2020}
"""


@pytest.mark.engine
def test_raw_latex_formulas_and_a_photo(tmp_path: Path) -> None:
    (tmp_path / "me.png").write_bytes(png(300, 300, 2, 8))
    cv = tmp_path / "cv.yaml"
    cv.write_text(CODE)
    job = Job(cv=cv, targets={"pdf": tmp_path / "cv.pdf"}, verify=True, raw_latex=True)
    with Typesetter() as typesetter:
        made = make(job, typesetter, Files())
    assert list(made.outcome.sink.sorted()) == []
    assert made.verified is not None
    assert made.verified.links == 2
    outcome = made.outcome
    assert outcome.checked is not None
    other = CODE.replace("in [@a1] and", "out [@a1] and").replace("_1", "_3")
    checked = check(Source("cv.yaml", other, tmp_path, raw_latex=True), files := Files(), sink := Sink())
    assert checked is not None
    verify(outcome.pdf or b"", checked.document, checked.outline, checked.theme, files, sink)
    assert sorted(place.partition(":")[0] for place in places(sink.sorted())) == ["10", "11"], (
        "the words, and the formula"
    )


def test_what_is_no_pdf_is_told() -> None:
    sink, files = Sink(), Files()
    cv = check(source("name: Anna\n"), files, sink)
    assert cv is not None
    verify(b"%PDF-1.5 and nothing", cv.document, cv.outline, cv.theme, files, sink)
    assert places(sink.sorted()) == ["CV627"]


@pytest.mark.engine
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(CV, st.sampled_from(THEMES))
def test_random_cvs(cv: dict[str, Any], theme: str) -> None:
    text, files = read(json.dumps(cv, ensure_ascii=False, indent=1))
    _, sink = verified(render(text, files, choices=Choices(theme=theme)), files)
    assert list(sink.sorted()) == []
