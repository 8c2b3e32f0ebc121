"""Styles: what each preset makes of each kind of work, the language of patterns, styles of users and of themes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.styles import PAGE, styles_page

from cvbuild.dates import PartialDate
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import (
    ArxivId,
    Author,
    Document,
    Doi,
    ListSpec,
    NamedLink,
    Publications,
    Section,
    Status,
    StyleSpec,
    Work,
    WorkKind,
)
from cvbuild.names import parse_name
from cvbuild.pipeline import check, render
from cvbuild.publications import ListItem
from cvbuild.publications.database import kind_of
from cvbuild.publications.links import ICONS
from cvbuild.publications.patterns import PatternError, parse_pattern, set_pattern
from cvbuild.publications.presets import PRESETS
from cvbuild.publications.style import FIELDS, REST, pattern_of
from cvbuild.source import Source
from cvbuild.text import Icon, Link, Role, Str, Text, Url, plain, text, walk
from cvbuild.words import Words
from tests.pdf import Pdf
from tests.support import ROOT, listings, outline, outlined, problems, source, whole_latex

FULL = [name for name in PRESETS if name != "with"]
KINDS = get_args(WorkKind)

# --- any work, in any preset -----------------------------------------------------------------------

TEXTS = (
    "type", "short", "series", "publisher", "institution", "location", "editors", "edition", "note"
)  # fmt: skip
STRINGS = ("version", "volume", "issue", "number", "chapter", "isbn")
VENUES = ("journal", "conference", "workshop", "book", "venue")


@st.composite
def works(draw: st.DrawFn) -> Work:
    """A work of any kind with any of its fields; each says its own name, so that one can see where it went."""
    given: dict[str, Any] = {name: text(f"A{name}") for name in draw(st.sets(st.sampled_from(TEXTS)))}
    given |= {name: f"{name}7" for name in draw(st.sets(st.sampled_from(STRINGS)))}
    venue = draw(st.sampled_from((*VENUES, None)))
    if venue is not None:
        given[venue] = text("A Place")
    optional = {
        "pages": st.sampled_from(["3-7", "043309", "12", "e17"]),
        "date": st.sampled_from([PartialDate(2020), PartialDate(2020, 5), PartialDate(2020, 10, 7)]),
        "doi": st.just(Doi("10.1000/xyz")),
        "arxiv": st.just(ArxivId("2006.14450")),
        "url": st.just(Url("https://example.org/work")),
        "links": st.just((NamedLink(label="code", url=Url("https://example.org/code")),)),
        "badges": st.just((text("Oral"), text("Best Paper"))),
        "authors": st.integers(1, 3).map(
            lambda n: tuple(Author(name=parse_name(f"{given} Quick")) for given in ("Ann", "Bea", "Cy")[:n])
        ),
    }
    for name, values in optional.items():
        if draw(st.booleans()):
            given[name] = draw(values)
    return Work(
        key="k",
        title=text(draw(st.sampled_from(["A title", "Is it?", "On x vs. y etc."]))),
        kind=draw(st.sampled_from(KINDS)),
        status=draw(st.sampled_from(get_args(Status))),
        **given,
    )


def body(work: Work, preset: str, venue: Any) -> Text:
    """What a list of this work alone prints."""
    spec = ListSpec(select="all", style=StyleSpec(base=preset, venue=venue))
    section = Section(publications=spec, written=("publications",))
    sink = Sink()
    found = outlined(Document(name="Zoe Zero", sections=(section,), publications=Publications(works=(work,))), sink)
    assert not sink.failed
    (listing,) = listings(found)
    return listing.items[0].body


ABBREVIATIONS = r"\b(eds?|vol|no|chap|ch|pp?|Tech|Rep|rep|Art|No|Vol|Eds?|[A-Z]|etc|vs|Oct|al)\."


@settings(max_examples=200, deadline=None)
@given(works(), st.sampled_from(FULL), st.sampled_from(["long", "both"]))
def test_no_sign_is_left_over(work: Work, preset: str, venue: str) -> None:
    said = str(body(work, preset, venue)).replace("\u00a0", " ")
    bare = re.sub(ABBREVIATIONS, r"\1", said.replace("etc.).", "etc)."))
    bare = bare.replace("https://", "").replace("Available: ", "").replace("arXiv:", "").replace("doi: ", "")
    assert not re.search(r"[.,;:][”’]?\s*[.,;:]", bare), said
    assert not re.search(r"[?!][”’]?\s*[.,]", said), said
    assert not re.search(r"\(\s*\)|\[\s*\]|“\s*”|\s\s|\s[.,;:)\]]|[(\[“]\s|[,;:]$|^[.,;: ]", said), said
    assert not re.search(r"[,;:] [(\[]", said), said


@settings(max_examples=200, deadline=None)
@given(works(), st.sampled_from(FULL))
def test_what_the_work_says_is_printed(work: Work, preset: str) -> None:
    """All but what docs/styles.md says is not: the ISBN, and addresses that no text shows but a link leads to."""
    found = body(work, preset, "both")
    said = str(found).replace("\u00a0", " ")
    for name in (*TEXTS, *VENUES, *STRINGS):
        value = str(getattr(work, name) or "")
        if name != "isbn" and value:
            assert said.count(value) == 1, (name, said)
    assert str(work.title) in said
    for value in (str(badge) for badge in work.badges):
        assert value in said
    if work.pages is not None:
        assert work.pages.replace("-", "–") in said
    if work.date is not None:
        assert "2020" in said
    for author in work.authors:
        assert author.name.family in said
    addresses = {node.url.href for node in walk(found.body) if isinstance(node, Link)}
    if work.links:
        assert "https://example.org/code" in addresses
    if work.doi or work.url or work.arxiv:
        assert addresses - {"https://example.org/code"}
    if work.arxiv and preset != "initials":
        assert "https://arxiv.org/abs/2006.14450" in addresses
    if work.status != "published":
        words = PRESETS[preset].worded(Words())
        assert any(words(w).split()[0].lower() in said.lower() for w in (work.status.capitalize(), *TO)), said


TO = ("To appear in", "Submitted to", "Under review at", "In preparation for")


# --- works set by hand -----------------------------------------------------------------------------


def marked(body: tuple[Any, ...]) -> str:
    """Text with its emphasis as in patterns, and ``~`` for a no-break space."""
    parts = []
    for node in body:
        inner = marked(node.body) if hasattr(node, "body") else plain((node,))
        stars = {"Emph": "*", "Strong": "**"}.get(type(node).__name__, "")
        parts.append(stars + inner + stars)
    return "".join(parts).replace("\u00a0", "~")


def by_hand() -> list[tuple[str, dict[str, str]]]:
    blocks = (Path(__file__).parent / "styles" / "works.txt").read_text(encoding="utf-8").split("\n\n")
    works = []
    for block in blocks[1:]:
        work, *lines = block.strip().split("\n")
        works.append((work, dict(line.split(": ", 1) for line in lines)))
    return works


BY_HAND = by_hand()


def set_by_hand(style: str) -> list[ListItem]:
    """The items of a list of all these works."""
    yaml = f"name: Zoe Zero\nsections: {{P: {{publications: {{select: all, order: written, style: {style}}}}}}}\npublications:\n"
    found, diagnostics = outline(yaml + "".join(f"  k{i}: {work}\n" for i, (work, _) in enumerate(BY_HAND)))
    assert diagnostics == []
    return list(listings(found)[0].items)


def test_there_are_works_of_every_kind_and_status_by_hand() -> None:
    works = [item.work for item in set_by_hand("plain")]
    assert len(works) >= 25
    assert {kind_of(work) for work in works} == set(KINDS)
    assert {work.status for work in works} == set(get_args(Status))


@pytest.mark.parametrize("preset", FULL)
def test_presets_set_works_as_the_guides_do(preset: str) -> None:
    got = [marked(item.body.body) for item in set_by_hand(preset)]
    assert got == [expected[preset] for _, expected in BY_HAND]


def test_the_tables_in_the_docs_are_made_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == styles_page(), "run `make docs`"


# --- the language of patterns ----------------------------------------------------------------------


def set_text(pattern: str, **fields: str) -> str:
    found = parse_pattern(pattern, frozenset("abc"), frozenset(["In", "eds."]))
    return marked(set_pattern(found, {k: (Str(v),) for k, v in fields.items()}, str.upper))


@pytest.mark.parametrize(
    ("pattern", "fields", "expected"),
    [
        ('{a}, {"In"} {b}', {"a": "A", "b": "B"}, "A, IN B"),
        ('<{"In"} {b}>', {}, ""),
        (r"<{a}~{b}>\~", {"a": "A", "b": "B"}, "A~B~"),
        ("{a}~{b}, {c}~{b}", {"a": "A", "c": "C"}, "A, C"),
        ("{a}. {b}, {c}.", {"a": "A", "c": "C"}, "A. C."),
        ("{a}, {b}. {c}", {"a": "A", "c": "C"}, "A. C"),
        ("{a}, {b}; {c}", {"a": "A", "c": "C"}, "A; C"),
        ("{a}, {b}, {c}", {"b": "B"}, "B"),
        ("{a} ({b}), {c}", {"a": "A", "c": "C"}, "A, C"),
        ("{a} ({b}, {c}).", {"a": "A", "b": "B"}, "A (B)."),
        ("{a} ({b}, {c}).", {"a": "A", "c": "C"}, "A (C)."),
        ("“{a},” {b}, {c}.", {"a": "A", "c": "C"}, "“A,” C."),
        ("“{a},” {b}.", {"a": "A"}, "“A.”"),
        ("“{a},” {b}.", {"a": "A?", "b": "B"}, "“A?” B."),
        ("{a}. {b}", {"a": "(2nd ed.)", "b": "B"}, "(2nd ed.). B"),
        ("{a}, {b}", {"a": "etc.", "b": "B"}, "etc., B"),
        ("{a}. {b}, {c}", {"a": "etc.", "c": "C"}, "etc. C"),
        ("Tech. rep.<, {b}>", {"b": "B"}, "Tech. rep., B"),
        ("*{a}. *{b}, {c}", {"a": "A", "c": "C"}, "*A. *C"),
        ("*{a}*, **{b}**<, {c}>", {"a": "A", "b": "B"}, "*A*, **B**"),
        ('{a} {"eds."}, {b}', {"a": "A", "b": "B"}, "A EDS., B"),
    ],
)
def test_patterns_are_tidied_up(pattern: str, fields: dict[str, str], expected: str) -> None:
    assert set_text(pattern, **fields) == expected


def test_a_word_or_field_that_is_nearly_one_is_told() -> None:
    with pytest.raises(PatternError, match="no word `editon`; did you mean `edition`"):
        pattern_of('{title} {"editon"}')
    with pytest.raises(PatternError, match="no field `journl`"):
        parse_pattern("{journl}", FIELDS)


@given(
    st.text(alphabet="{}abc<>|*.,;:()[]“” \\", max_size=40),
    st.fixed_dictionaries({}, optional=dict.fromkeys("abc", st.text(min_size=1, max_size=5))),
)
def test_what_the_work_says_is_never_touched(pattern: str, fields: dict[str, str]) -> None:
    try:
        parsed = parse_pattern(pattern, frozenset("abc"))
    except PatternError:
        return
    inlines = {name: (Role("title", (Str(value),)),) for name, value in fields.items()}
    found = [plain(node.body) for node in walk(set_pattern(parsed, inlines)) if isinstance(node, Role)]
    assert set(found) <= set(fields.values())
    if "<" not in pattern and "\\" not in pattern:
        assert found == [fields[name] for name in re.findall(r"\{([abc])\}", pattern) if name in fields]


def test_every_pattern_of_a_preset_is_sound() -> None:
    pattern_of(REST)
    for style in PRESETS.values():
        assert "default" in style.patterns
        for pattern in style.patterns.values():
            pattern_of(pattern)


# --- styles of users and of themes -----------------------------------------------------------------


def one(extra: str, work: str = "{authors: A. Bee, title: A title, book: A Book, edition: 2, year: 2020}") -> str:
    found, diagnostics = outline(f"name: N\n{extra}\npublications: {{k: {work}}}")
    assert diagnostics == []
    (listing,) = listings(found)
    return marked(listing.items[0].body.body)


LIST = "sections: {P: {publications: {select: all, style: %s}}}"


def test_words_are_those_of_the_style_unless_the_document_says_them() -> None:
    assert one(LIST % "ieee") == "A.~Bee, “A title,” in *A Book*, 2nd ed., 2020."
    assert one(LIST % "{base: ieee, words: {In: aus}}") == "A.~Bee, “A title,” aus *A Book*, 2nd ed., 2020."
    assert (
        one(LIST % "ieee" + "\nwords: {In: 'In:', edition: Auflage}")
        == "A.~Bee, “A title,” In: *A Book*, 2nd Auflage, 2020."
    )


def test_a_word_that_no_style_prints_is_an_error() -> None:
    yaml = "name: N\npublications: {k: {title: T}}\n" + LIST % "{base: ieee, words: {Inn: aus}}"
    assert problems(yaml) == ["3:72 CV206"]


def test_rest_prints_what_the_pattern_does_not() -> None:
    pattern = "{patterns: {default: '{authors}: {title}<; {rest}>'}}"
    assert one(LIST % pattern) == "A. Bee: A title; A Book, 2nd edition"
    assert one(LIST % pattern, "{authors: A. Bee, title: A title}") == "A. Bee: A title"


@pytest.mark.parametrize(
    ("style", "many", "expected"),
    [
        ("ieee", 6, "F. E, and F. F,"),
        ("ieee", 7, "F. A et al., “T.”"),
        ("apa", 20, "S, F., & T, F. *T*."),
        ("apa", 21, "S, F., … U, F. *T*."),
        ("ams", 21, "and Fay U,"),
    ],
)
def test_many_authors(style: str, many: int, expected: str) -> None:
    authors = ", ".join(f"Fay {chr(65 + i)}" for i in range(many))
    assert expected in one(LIST % style, f"{{authors: '{authors}', title: T}}").replace("~", " ")


def test_a_default_is_for_all_kinds_that_the_style_does_not_tell() -> None:
    assert one(LIST % "{base: ieee, patterns: {default: '{title}!'}}") == "A title!"
    assert one(LIST % "{base: ieee, patterns: {default: '{title}!', chapter: '{title}?'}}") == "A title?"
    assert one(LIST % "{base: ieee, patterns: {article: '{title}!'}}").startswith("A.~Bee, “A title,”")


def test_unpublished_works_have_a_pattern_of_their_own() -> None:
    style = LIST % "{patterns: {unpublished: '{title} ({status})', article: '{title}!'}}"
    assert one(style, "{title: T, journal: J, status: submitted}") == "T (Submitted)"
    assert one(style, "{title: T, journal: J, status: accepted}") == "T!"


@pytest.mark.parametrize(
    ("edition", "expected"),
    [("1", "1st"), ("2", "2nd"), ("3", "3rd"), ("4", "4th"), ("11", "11th"), ("12", "12th"), ("21", "21st"),
     ("112", "112th"), ("2nd", "2nd"), ("Second", "Second"), ("2nd edition", "2nd"), ("3rd ed.", "3rd")],
)  # fmt: skip
def test_editions(edition: str, expected: str) -> None:
    assert f"{expected} edition" in one(LIST % "plain", f"{{title: T, book: B, edition: '{edition}'}}")


@pytest.mark.parametrize(
    ("pages", "expected"),
    [("3-7", "3–7"), ("3--7", "3–7"), ("3 – 7", "3 – 7"), ("1:1-1:30", "1:1–1:30"), ("e1-e12", "e1–e12"),
     ("A-12", "A-12"), ("3-7, 9-12", "3–7, 9–12"), ("043309", "043309"), ("12-3-4", "12-3-4")],
)  # fmt: skip
def test_pages(pages: str, expected: str) -> None:
    assert one(LIST % "plain", f"{{title: T, journal: J, pages: '{pages}'}}") == f"T. *J*, {expected}."


@pytest.mark.parametrize(
    ("editors", "expected"),
    [("A. Bee", "A. Bee (ed.)"), ("A. Bee and C. Dee", "A. Bee and C. Dee (eds.)"), ("Bee, A.", "Bee, A. (ed.)"),
     ("A. Bee (eds.)", "A. Bee (eds.)"), ("A. Bee, editor", "A. Bee, editor"), ("Ed Bee", "Ed Bee (ed.)")],
)  # fmt: skip
def test_editors(editors: str, expected: str) -> None:
    assert one(LIST % "plain", f"{{title: T, book: B, editors: '{editors}'}}") == f"T. In {expected}, *B*."


def check_with_theme(folder: Path, styles: str, yaml: str) -> tuple[list[str], Any]:
    theme = folder / "themes" / "mine"
    theme.mkdir(parents=True, exist_ok=True)
    (theme / "theme.toml").write_text('extends = "noether"\n')
    (theme / "styles.yaml").write_text(styles)
    sink = Sink()
    files = Files()
    checked = check(Source("cv.yaml", yaml, folder), files, sink)
    assert str(theme / "styles.yaml") in files.states
    places = [f"{Path(d.span.source.name).name}:{d.span.line} {d.code.number}" for d in sink.sorted() if d.span]
    return places, checked and [marked(item.body.body) for item in listings(checked.outline)[0].items]


CV = "name: N\ntheme: mine\npublications: {k: {authors: A. Bee, title: T, year: 2020}}\n"


def test_a_theme_has_styles(tmp_path: Path) -> None:
    styles = "brief: {base: apa, patterns: {default: '{title} ({year})', preprint: '{title}!'}}"
    assert check_with_theme(tmp_path, styles, CV + LIST % "brief") == ([], ["T!"])
    # The document's style of this name is nearer, and may go on from that of the theme; so may this from a preset.
    own = "styles: {brief: {base: brief, patterns: {preprint: '{authors}: {title}'}}}\n"
    assert check_with_theme(tmp_path, styles, CV + own + LIST % "brief") == ([], ["Bee, A.: T"])
    styles = "plain: {base: plain, names: family-first}"
    assert check_with_theme(tmp_path, styles, CV + LIST % "{}") == ([], ["Bee, A. T. 2020."])
    assert check_with_theme(tmp_path, styles, CV + LIST % "{base: initials}") == ([], ["A.~Bee (2020). *T*."])
    assert check_with_theme(tmp_path, styles, CV + "sections: {P: {publications: all}}") == ([], ["Bee, A. T. 2020."])


@pytest.mark.parametrize(
    ("styles", "expected"),
    [
        ("brief:\n  patterns: {default: '{titel}'}", ["styles.yaml:2 CV408"]),
        ("brief:\n  base: nothing", ["styles.yaml:2 CV407"]),
        ("brief:\n  name-form: x", ["styles.yaml:2 CV201"]),
        ("brief: {names: short}", ["styles.yaml:1 CV206"]),
        ("brief: {base: brief2}\nbrief2: {base: brief}", ["styles.yaml:1 CV408", "styles.yaml:2 CV408"]),
        ("- brief", ["styles.yaml:1 CV202"]),
        ("brief: [", ["styles.yaml:1 CV110"]),
    ],
)
def test_mistakes_in_a_themes_styles_are_told_there(tmp_path: Path, styles: str, expected: list[str]) -> None:
    found, checked = check_with_theme(tmp_path, styles, CV + LIST % "plain")
    assert found == expected
    assert checked is None


def test_a_mistake_elsewhere_does_not_hide_the_styles_of_a_theme(tmp_path: Path) -> None:
    yaml = CV + "nonsense: 1\n" + LIST % "brief"
    assert check_with_theme(tmp_path, "brief: {base: apa}", yaml)[0] == ["cv.yaml:4 CV201"]


def test_a_style_that_no_list_uses_is_checked_too() -> None:
    yaml = "name: N\nstyles: {odd: {patterns: {default: '{titel}'}}}\n"
    assert [problem.split()[-1] for problem in problems(yaml)] == ["CV408"]


# --- links and badges ------------------------------------------------------------------------------

LINKED = (
    "{title: T, year: 2020, doi: 10.1000/x, arxiv: '2006.14450', kind: other,"
    " links: {Code: 'https://e.org/c', pdf: 'https://e.org/p', Errata: 'https://e.org/e'}}"
)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("plain", "[Code] [pdf] [Errata]"),
        ("{base: plain, show-links: [doi, arxiv, pdf, code, slides]}", "[doi] [arXiv] [pdf] [Code]"),
        ("{base: ieee, show-links: [errata]}", "[Errata]"),
        ("{base: plain, links: icons}", "Code pdf [Errata]"),
        ("{base: plain, links: icons, show-links: [DOI, Errata]}", "doi [Errata]"),
    ],
)
def test_links(style: str, expected: str) -> None:
    assert one(LIST % style, LINKED).endswith(f". {expected}")


def test_icons_lead_somewhere_and_copy_as_their_label() -> None:
    latex = whole_latex(f"name: N\n{LIST % '{base: plain, links: icons}'}\npublications: {{k: {LINKED}}}")
    assert r"\href{https://e.org/c}{\cvlink{\cvlinkicon{code}{Code}}}" in latex
    assert plain((Icon("code", "Code"),)) == "Code"


def test_every_icon_is_declared_in_the_preamble() -> None:
    preamble = (ROOT / "templates" / "latex" / "base" / "preamble.tex").read_text(encoding="utf-8")
    for icon in set(ICONS.values()):
        assert f"\\cvdeclareicon{{{icon}}}" in preamble, icon


@pytest.mark.parametrize("style", FULL)
def test_badges(style: str) -> None:
    work = "{title: T, year: 2020, badges: [Oral, '**Best** Paper']}"
    assert one(LIST % style, work).endswith(". Oral **Best** Paper")
    latex = whole_latex(f"name: N\n{LIST % style}\npublications: {{k: {work}}}")
    assert r"\cvrole{badge}{Oral} \cvrole{badge}{\cvstrong{Best} Paper}" in latex


@pytest.mark.engine
def test_the_pdf_shows_years_in_brackets_icons_and_badges() -> None:
    yaml = "name: N\nsections: {P: {publications: {select: all, style: {base: ams, links: icons}}}}\npublications:\n"
    yaml += "  k: {title: T, journal: J, volume: 3, year: 2020, badges: [Oral], links: {pdf: 'https://e.org/p'}}"
    outcome = render(source(yaml))
    assert outcome.pdf is not None
    assert outcome.sink.diagnostics == []
    pdf = Pdf(outcome.pdf)
    assert "T, J 3 (2020). Oral pdf" in " ".join(pdf.text.split())
