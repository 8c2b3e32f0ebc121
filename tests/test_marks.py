"""Marks behind names, the legends that explain them, and lines of authors in which nobody is hidden who must be seen."""

from __future__ import annotations

import json
import shutil
import string
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.checked import Choices
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.model import (
    Author,
    Document,
    KnownPerson,
    Legend,
    ListSpec,
    MarkSpec,
    Publications,
    Section,
    StyleSpec,
    Work,
    WorkRef,
)
from cvbuild.names import Identity, parse_name
from cvbuild.outline import Outline
from cvbuild.pipeline import check, render
from cvbuild.publications import LegendLine, Listing, Who
from cvbuild.publications.bylines import make_byline
from cvbuild.publications.marks import Marks
from cvbuild.publications.styles import Style, resolve_style
from cvbuild.source import Source
from cvbuild.text import Inline, Link, Mark, Role, Url, plain, text, walk
from cvbuild.theme import find_theme
from cvbuild.words import Words, ordinal
from tests.pdf import Pdf
from tests.support import blocks, items, legends, listings, outline, outlined, problems, source, whole_latex

ALL = "*#§‡†‖"
NAMES = ["equal", "equal-2", "equal-3", "equal-last", "corresponding", "alphabetical", "advisee"]


def cv(authors: str, style: str = "plain", head: str = "", work: str = "") -> str:
    return (
        f"name: Lei Wu\n{head}\npublications:\n  a:\n    title: T\n    authors: {authors}\n{work}\n"
        f"sections:\n  P:\n    publications: {{select: all, style: {style}}}\n"
    )


def line(authors: str, style: str = "plain", head: str = "", work: str = "") -> str:
    """The authors as printed."""
    found, _ = outline(cv(authors, style, head, work))
    ((_, printed),) = items(listings(found)[0])
    authors = printed.removesuffix(" T.").replace("\u00a0", " ")
    return authors if authors.endswith("et al.") else authors.removesuffix(".")


def legend(authors: str, head: str = "", work: str = "") -> str:
    found, _ = outline(cv(authors, head=head, work=work))
    return " | ".join(legends(found))


def printed(body: Iterable[Inline]) -> list[str]:
    """Names of the marks that are printed."""
    nodes = list(walk(body))
    return [n.name for n in nodes if isinstance(n, Mark)] + [n.mark for n in nodes if isinstance(n, Role) and n.mark]


# --- what is printed for a mark ---


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ("[{name: Lei Wu, marks: [corresponding, equal]}]", "Lei Wu*†"),
        ("['Lei Wu†*']", "Lei Wu*†"),
        ("[{name: Lei Wu, marks: 'corresponding, equal, ¶'}]", "Lei Wu*†¶"),
        ("Lei Wu, Chao Ma, et al.*", "Lei Wu, Chao Ma, et al.*"),
        ("['Lei Wu*', {name: 'Chao Ma*', marks: equal}]", "Lei Wu*, Chao Ma*"),
        ("[Lei Wu**, 'Chao Ma***†']", "Lei Wu**, Chao Ma†***"),
        ("[{name: Lei Wu, marks: [¶◆, '12']}]", "Lei Wu¶◆12"),
        ("['Lei Wu#', 'Chao Ma§', 'Weinan E‡']", "Lei Wu#, Chao Ma§, Weinan E‡"),
        ("[Lei Wu, {name: Chao Ma, marks: advisee}]", "Lei Wu, Chao Ma"),
    ],
)
def test_names_and_signs(authors: str, expected: str) -> None:
    assert line(authors) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("marks: {equal: ◊}", "Lei Wu◊†"),
        ("marks: {corresponding: ‡, equal: '*'}", "Lei Wu‡*"),
        ("marks: {corresponding: {show: words}}", "Lei Wu* (corresponding author)"),
        ("marks: {corresponding: {show: words, words: corr.}, equal: {show: words}}",
         "Lei Wu (corr., equal contribution)"),
        ("marks: {corresponding: {show: none}}", "Lei Wu*"),
        ("marks: {equal: {show: underline}}", "Lei Wu†"),
        ("marks: {'*': {legend: is mine, symbol: ★}}", "Lei Wu★†"),
        ("marks: {first: {symbol: '*', words: first, show: words}}", "Lei Wu† (first)"),
        ("words: {corresponding author: Korrespondenz}\nmarks: {corresponding: {show: words}}",
         "Lei Wu* (Korrespondenz)"),
    ],
)  # fmt: skip
def test_a_document_says_how_marks_look(head: str, expected: str) -> None:
    assert line("[Lei Wu*†]", head=head) == expected


def test_the_meaning_of_a_typed_sign_does_not_follow_the_theme() -> None:
    marks = Marks((), (MarkSpec(name="equal", symbol="†"), MarkSpec(name="corresponding", symbol="*")), Words(), Sink())
    assert marks.names(["*†"]) == ("equal", "corresponding")
    assert [marks[name].symbol for name in marks.names(["*†"])] == ["†", "*"]


def test_order_is_that_of_the_document_then_of_the_theme() -> None:
    own, theme = [MarkSpec(name="advisee")], [MarkSpec(name="corresponding", symbol="◊"), MarkSpec(name="advisee")]
    marks = Marks(own, theme, Words(), Sink())
    assert marks.names(["¶*†‡#", "advisee"]) == ("advisee", "corresponding", "equal", "equal-2", "equal-last", "¶")


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('[marks]\nequal = "◊"\n', [("equal", "◊", "symbol")]),
        ('[marks.equal]\nshow = "words"\nwords = "eq."\n', [("equal", None, "words")]),
        ('[marks]\nadvisee = "°"\n[marks.mentor]\nshow = "underline"\nlegend = "is a mentor"\n',
         [("advisee", "°", "symbol"), ("mentor", None, "underline")]),
    ],
)  # fmt: skip
def test_a_theme_has_marks(toml: str, expected: list[tuple[str, str | None, str]], tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('extends = "noether"\n' + toml, encoding="utf-8")
    sink = Sink()
    theme = find_theme(Document(name="N").theme, tmp_path, Files(), sink, f"{tmp_path}/.")
    assert theme is not None, sink.diagnostics
    assert [(mark.name, mark.symbol, mark.show) for mark in theme.marks] == expected


def test_marks_of_a_theme_are_inherited_and_printed(tmp_path: Path) -> None:
    for name, toml in {
        "outer": 'extends = "noether"\n[marks]\nequal = "◊"\n[marks.corresponding]\nlegend = "answers letters"\n',
        "inner": 'extends = "outer"\n[marks.corresponding]\nsymbol = "°"\n',
    }.items():
        (tmp_path / "themes" / name).mkdir(parents=True)
        (tmp_path / "themes" / name / "theme.toml").write_text(toml, encoding="utf-8")
    sink = Sink()
    yaml = cv("[Lei Wu*†]", head="theme: inner")
    found = check(Source("cv.yaml", yaml, tmp_path), Files(), sink)
    assert found is not None, sink.diagnostics
    assert items(listings(found.outline)[0])[0][1].startswith("Lei Wu°◊.")
    assert legends(found.outline) == ["° answers letters; ◊ indicates equal contribution."]


@pytest.mark.parametrize(
    "toml",
    [
        "marks = 3",
        "[marks]\nequal = 3",
        '[marks]\nequal = ""',
        '[marks.equal]\nsign = "x"',
        '[marks.equal]\nshow = "blinking"',
        '[marks]\nequal = "not a sign"',
        '[marks]\nequal = "†"',
        '[marks.mentor]\nlegend = "is a mentor"',
        '[marks.alphabetical]\nshow = "underline"',
    ],
)
def test_wrong_marks_of_a_theme(toml: str, tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('extends = "noether"\n' + toml, encoding="utf-8")
    sink = Sink()
    assert find_theme(Document(name="N").theme, tmp_path, Files(), sink, f"{tmp_path}/.") is None
    assert [d.code.number for d in sink.diagnostics] == ["CV502"]


# --- people ---


def test_advisees_are_underlined_and_people_with_a_page_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    people = {
        "Ada Student": KnownPerson(key="Ada Student", role=("advisee", "co-author")),
        "Chao Ma": KnownPerson(key="Chao Ma", url=Url("https://example.org/ma")),
    }
    monkeypatch.setattr(Who, "person", lambda self, author: people.get(str(author.name)))
    found, _ = outline(cv("[Lei Wu*, Ada Student*, Chao Ma]"))
    nodes = list(walk(listings(found)[0].items[0].body.body))
    assert [plain(n.body) for n in nodes if isinstance(n, Role) and n.name == "advisee"] == ["Ada Student"]
    assert [(n.url.href, plain(n.body)) for n in nodes if isinstance(n, Link)] == [
        ("https://example.org/ma", "Chao Ma")
    ]
    assert legends(found) == ["* indicates equal contribution; underlining indicates an advisee."]
    assert "underl" not in "".join(legends(outline(cv("[Lei Wu, Ada Student]", "{marks: false}"))[0]))


# --- legends ---


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ("[Lei Wu†, Chao Ma*]", "* indicates equal contribution; † indicates corresponding author."),
        ("[{name: Ada, marks: advisee}]", "Underlining indicates an advisee."),
        ("[Ada]", ""),
    ],
)
def test_legend(authors: str, expected: str) -> None:
    assert legend(authors) == expected


def test_every_default_mark_is_explained() -> None:
    authors = f"[{{name: Ada, marks: [{', '.join(NAMES)}]}}]"
    said = legend(authors)
    assert [sign for sign in ALL if said.count(sign) != 1] == []
    assert said.count("indicates") == len(NAMES) == said.count(";") + 1
    assert problems(cv(authors)) == []


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("legend: {words: {equal: wrote it}}", "* wrote it; † indicates corresponding author."),
        ("legend: {words: {'†': answers letters}}", "* indicates equal contribution; † answers letters."),
        ("legend: {words: {'†': indicates equal contribution}}", "* and † indicate equal contribution."),
        ("marks: {corresponding: ◊}", "◊ indicates corresponding author; * indicates equal contribution."),
        ("marks: {corresponding: {show: words}}", "* indicates equal contribution."),
        ("marks: {corresponding: {show: none}, equal: {show: words}}", ""),
        ("marks: {equal: {show: underline}}",
         "Underlining indicates equal contribution; † indicates corresponding author."),
        ("marks: {corresponding: {legend: wrote to **all**}}",
         "† wrote to all; * indicates equal contribution."),
        ("legend: {alphabetical: true}",
         "* indicates equal contribution or alphabetical author order; † indicates corresponding author."),
        ("words: {indicates equal contribution: gleicher Beitrag}",
         "* gleicher Beitrag; † indicates corresponding author."),
    ],
)  # fmt: skip
def test_a_document_says_what_its_legend_says(head: str, expected: str) -> None:
    assert legend("[Lei Wu*†, Chao Ma*]", head=head) == expected


def test_three_of_one_meaning_share_a_phrase() -> None:
    head = "marks: {equal: {legend: indicates a friend}, corresponding: {legend: indicates a friend}, advisee: {legend: indicates a friend}}"
    assert legend("[Lei Wu*†, {name: Ada, marks: advisee}]", head) == "*, †, and underlining indicate a friend."


@pytest.mark.parametrize(
    ("style", "expected"), [("plain", "Lei Wu, Chao Ma\u202f‖"), ("{marks: false}", "Lei Wu, Chao Ma")]
)
def test_alphabetical(style: str, expected: str) -> None:
    work = "    alphabetical: true"
    assert line("[Lei Wu, Chao Ma]", style, work=work) == expected
    assert legends(outline(cv("[Lei Wu, Chao Ma]", style, work=work))[0]) == (
        ["‖ indicates alphabetical author order."] if style == "plain" else []
    )


# --- lines of authors ---

MANY = "[Ada One, Bea Two, Lei Wu, Cem Four, Dan Five, Eva Six]"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("{max-authors: 6}", "Ada One, Bea Two, Lei Wu, Cem Four, Dan Five, Eva Six"),
        ("{max-authors: 5}", "Ada One, …, Lei Wu, et al."),
        ("{max-authors: 5, min-authors: 2}", "Ada One, Bea Two, Lei Wu, et al."),
        ("{max-authors: 5, min-authors: 6}", "Ada One, Bea Two, Lei Wu, Cem Four, Dan Five, Eva Six"),
        ("{max-authors: 3, keep-last: true}", "Ada One, …, Lei Wu, …, Eva Six"),
        ("{max-authors: 3, keep-last: true, gap-separator: ', … '}", "Ada One, … Lei Wu, … Eva Six"),
        ("{max-authors: 3, min-authors: 5, keep-last: true, last-separator: ' and '}",
         "Ada One, Bea Two, Lei Wu, Cem Four, Dan Five and Eva Six"),
        ("{max-authors: 3, min-authors: 2, position: true}", "Ada One, Bea Two, Lei Wu, et al. (3rd of 6)"),
        ("{max-authors: 6, position: true}", "Ada One, Bea Two, Lei Wu, Cem Four, Dan Five, Eva Six"),
        ("{max-authors: 3, owner: hide, position: true}", "Ada One et al."),
        ("{max-authors: 2, names: initials, keep-last: true}", "A. One, …, L. Wu, …, E. Six"),
    ],
)  # fmt: skip
def test_some_are_left_out(style: str, expected: str) -> None:
    assert line(MANY, style) == expected


@pytest.mark.parametrize(
    ("authors", "style", "expected"),
    [
        # Equal first authors stay, even where marks are not printed; so does everybody with a printed mark.
        ("[Ada One*, Bea Two*, Cem Four*, Dan Five, Lei Wu]", "{max-authors: 1}", "Ada One*, Bea Two*, Cem Four*, …, Lei Wu"),
        ("[Ada One*, Bea Two*, Cem Four†, Lei Wu]", "{max-authors: 1, marks: false}", "Ada One, Bea Two, …, Lei Wu"),
        ("[Ada One, Bea Two*, Cem Four*, Lei Wu]", "{max-authors: 1, marks: false}", "Ada One, …, Lei Wu"),
        ("[Ada One, Bea Two, Cem Four†, Dan Five]", "{max-authors: 1}", "Ada One, …, Cem Four†, et al."),
        ("[Lei Wu, Ada One, Bea Two]", "{max-authors: 1}", "Lei Wu et al."),
        ("Ada One, Lei Wu, Bea Two and others", "{max-authors: 9, position: true}", "Ada One, Lei Wu, Bea Two, et al."),
        ("Ada One, Lei Wu, Bea Two and others", "{max-authors: 2, position: true}", "Ada One, Lei Wu, et al. (2nd)"),
        ("Ada One, Lei Wu, Bea Two and others", "{max-authors: 2, keep-last: true}", "Ada One, Lei Wu, et al."),
        ("Lei Wu and others", "plain", "Lei Wu et al."),
    ],
)  # fmt: skip
def test_who_stays(authors: str, style: str, expected: str) -> None:
    assert line(authors, style) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (22, "22nd"), (23, "23rd"), (101, "101st"), (111, "111th"), (112, "112th"), (1013, "1013th"), (1021, "1021st")],
)  # fmt: skip
def test_ordinals(number: int, expected: str) -> None:
    assert ordinal(number, Words()) == expected
    assert ordinal(number, Words(dict.fromkeys(("st", "nd", "rd", "th"), "."))) == f"{number}."


def test_the_position_is_told_in_the_words_of_the_document() -> None:
    assert line(MANY, "{max-authors: 1, position: true}", head="words: {of: von, rd: .}").endswith("et al. (3. von 6)")


# --- whatever is marked ---

FAMILIES = [first + second for first in "BDFGHJKM" for second in ("ano", "eli", "oru")]
WRITTEN = st.sampled_from([*NAMES, "*", "†", "**", "*†", "#", "¶", "◆", "1", "12", "‡‡", "x", "friend"])
OWN = (
    MarkSpec(name="friend", show="words"),
    MarkSpec(name="corresponding", show="underline"),
    MarkSpec(name="mute", show="none"),
)


@st.composite
def works(draw: st.DrawFn, key: str = "a") -> Work:
    count = draw(st.integers(1, 12))
    families = draw(st.permutations(FAMILIES))[:count]
    mine = draw(st.integers(0, count))
    names = ["Lei Wu" if i == mine else f"Al {family}" for i, family in enumerate(families)]
    authors = [Author(name=parse_name(n), marks=tuple(draw(st.lists(WRITTEN, max_size=2)))) for n in names]
    if draw(st.booleans()):
        authors.append(Author(name=parse_name("others")))
    return Work(key=key, title=text("T"), authors=tuple(authors), alphabetical=draw(st.booleans()))


STYLES = st.builds(
    StyleSpec,
    base=st.sampled_from(["plain", "initials"]),
    names=st.sampled_from(["full", "initials", "family-first", "family-initials", None]),
    max_authors=st.none() | st.integers(1, 12),
    min_authors=st.none() | st.integers(1, 12),
    keep_last=st.booleans(),
    position=st.booleans(),
    marks=st.booleans(),
    owner=st.sampled_from(["show", "show", "hide"]),
)
TABLES = st.lists(st.sampled_from(OWN), unique=True).map(tuple)


def byline(work: Work, style: Style, marks: Marks) -> tuple[Inline, ...]:
    return make_byline(work, style, Who(Identity.of("Lei Wu"), (), Sink()), marks, Words())


def names_in(body: Iterable[Inline]) -> list[str]:
    """Family names as printed, in order."""
    found = [plain(n.body) for n in walk(body) if isinstance(n, Role) and n.name == "author"]
    return [next(f for f in [*FAMILIES, "Wu"] if f in name) for name in found]


@given(works(), STYLES, TABLES)
def test_nobody_is_hidden_who_must_be_seen(work: Work, spec: StyleSpec, own: tuple[MarkSpec, ...]) -> None:
    style, marks = resolve_style(spec, (), Sink()), Marks(own, (), Words(), Sink())
    body = byline(work, style, marks)
    shown = names_in(body)
    listed = [author for author in work.authors if author.name.family != "others"]
    families = [author.name.family for author in listed]
    # A subsequence of the source: nobody twice, and none out of order.
    assert [f for f in families if f in shown] == shown
    mine = "Wu" in families
    assert ("Wu" in shown) == (mine and style.owner == "show")
    for author in listed:
        names = marks.names(author.marks)
        seen = style.owner == "show" or author.name.family != "Wu"
        if seen and style.marks and any(marks[name].show != "none" for name in names):
            assert author.name.family in shown
        if seen and "equal" in names and "equal" in marks.names(listed[0].marks):
            assert author.name.family in shown
    # Each place where somebody is missing is seen to be one.
    there = [f for f in families if style.owner == "show" or f != "Wu"]
    gaps = sum(1 for a, b in pairwise(shown) if there.index(b) - there.index(a) > 1)
    line = plain(body)
    assert line.count("…") == gaps
    if shown:
        assert ("et al." in line) == (shown[-1] != there[-1] or len(listed) < len(work.authors))
    assert ("th of" in line or "st of" in line or "nd of" in line or "rd of" in line) <= (shown != there)


@given(works(), STYLES, TABLES)
def test_marks_are_printed_behind_whom_they_mark(work: Work, spec: StyleSpec, own: tuple[MarkSpec, ...]) -> None:
    style, marks = resolve_style(spec, (), Sink()), Marks(own, (), Words(), Sink())
    body = byline(work, style, marks)
    expected = set()
    for author in work.authors:
        if style.marks and author.name.family != "others" and (style.owner == "show" or author.name.family != "Wu"):
            expected |= {n for n in marks.names(author.marks) if marks[n].show in ("symbol", "underline")}
    if work.alphabetical and style.marks and body:
        expected.add("alphabetical")
    assert set(printed(body)) == expected


@given(st.lists(st.text(max_size=4) | st.text(alphabet="*†‡#¶ \\1a", max_size=4), max_size=3))
def test_every_typed_sign_is_printed_or_reported(written: list[str]) -> None:
    sink = Sink()
    marks = Marks((), (), Words(), sink)
    work = Work(key="a", authors=(Author(name=parse_name("Al Bano"), marks=tuple(written)),))
    marks.check([work], sink)
    line = plain(byline(work, resolve_style(None, (), Sink()), marks)).removeprefix("Al Bano")
    for word in written:
        if word not in NAMES and not any(f"`{word}`" in d.message for d in sink.diagnostics):
            assert set("".join(word.replace(",", " ").split())) <= set(line)


VALUES = st.one_of(
    st.text(alphabet="a*†◊ #'{}[]:,\\\n\u05d0", max_size=9),
    st.fixed_dictionaries(
        {},
        optional={
            "symbol": st.text(max_size=3),
            "show": st.sampled_from(["symbol", "words", "underline", "none", "x"]),
            "legend": st.text(alphabet="a *`[]{}\\$", max_size=9),
            "words": st.text(alphabet="a *`[]{}\\$", max_size=9),
        },
    ),
    st.none(),
)


@given(st.dictionaries(st.sampled_from([*NAMES, "friend", "*", "†", "**", ""]) | st.text(max_size=4), VALUES, max_size=4),
       st.lists(WRITTEN, max_size=3))  # fmt: skip
def test_whatever_stands_in_the_table_is_printed_or_reported(table: dict[str, object], written: list[str]) -> None:
    """No table of marks stops cvbuild with anything but a diagnostic."""
    yaml = cv(json.dumps([{"name": "Lei Wu", "marks": written}]), head=f"marks: {json.dumps(table)}")
    sink = Sink()
    if check(source(yaml), Files(), sink) is None:
        assert sink.failed
    else:
        whole_latex(yaml)


# A tree of sections: each has lists, sections inside, and perhaps a legend.
LEGENDS = st.sampled_from([None, None, None, None, Legend(), Legend(place="below"), Legend(alphabetical=True)])


@st.composite
def sections(draw: st.DrawFn, depth: int = 2) -> Section:
    spec = None
    written = []
    if draw(st.integers(0, 3)):
        keys = draw(st.lists(st.sampled_from("abc"), unique=True, min_size=1, max_size=2))
        refs = tuple(WorkRef(key=key) for key in keys)
        spec = ListSpec(keys=refs, style=draw(STYLES), legend=draw(LEGENDS))
        written.append("publications")
    inner = tuple(draw(st.lists(sections(depth - 1), max_size=2))) if depth else ()
    if inner:
        written.append("sections")
    return Section(publications=spec, sections=inner, legend=draw(LEGENDS), written=tuple(written))


def scopes(document: Document, found: Outline) -> Iterator[list[Listing]]:
    """The lists that each legend has to explain."""
    queue = iter(listings(found))
    explained: list[list[Listing]] = []

    def inside(section: Section, level: int) -> list[Listing]:
        """The lists of a section that nothing in it explains."""
        free: list[Listing] = []
        if section.publications is not None:
            one = next(queue)
            (explained.append([one]) if section.publications.legend else free.append(one))
        for other in section.sections:
            free += inside(other, level + 1)
        if section.legend is not None or (level == 1 and document.legend is None):
            explained.append(free)
            return []
        return free

    rest = [one for section in document.sections for one in inside(section, 1)]
    yield from explained
    yield rest


@given(works("a"), works("b"), works("c"), st.lists(sections(), min_size=1, max_size=2), LEGENDS, TABLES)
def test_a_legend_explains_just_what_is_printed_in_its_scope(
    a: Work, b: Work, c: Work, parts: list[Section], outer: Legend | None, own: tuple[MarkSpec, ...]
) -> None:
    document = Document(
        name="Lei Wu", publications=Publications(works=(a, b, c)), sections=tuple(parts), legend=outer, marks=own
    )
    sink = Sink()
    found = outlined(document, sink)
    groups = [
        {n for one in group for item in one.items for n in printed(item.body.body)} for group in scopes(document, found)
    ]
    unexplained = {name for group in groups for name in group if Marks(own, (), Words(), Sink())[name].legend is None}
    expected = sorted(sorted(group - unexplained) for group in groups if group - unexplained)
    lines = [block.text.body for block in blocks(found) if isinstance(block, LegendLine)]
    assert sorted(sorted(set(printed(line))) for line in lines) == expected
    reported = {d.message.split()[2] for d in sink.diagnostics if d.code.number == "CV409"}
    assert reported == unexplained
    for body in lines:
        assert len(printed(body)) == len(set(printed(body)))


# --- in the PDF ---


def test_a_mark_stays_with_a_name_that_runs_from_right_to_left() -> None:
    tex = whole_latex(cv("[Lei Wu, דוד לוי*, מוחמד עלי†, Ada]"))
    line = next(line for line in tex.split("\n") if r"\cvwork{1}" in line)
    name, more = (rf"\cvrole{{author}}{{\cvrtl{{\cvscripthebr{{{name}}}}}}}" for name in ("דוד לוי", "מוחמד עלי"))
    assert rf"\cvrtl{{{name}\cvmark{{*}}, {more}\cvmark{{†}}}}, " in line


SIGNS = "◊♯∥⋆∗★△○●♠♣♦♡♢◆•°▲□■※"  # that are in the text's fonts, or in those of formulas
ENGINES = [e for e in ("tectonic", "pdflatex", "xelatex", "lualatex") if e == "tectonic" or shutil.which(e)]
LONG = "Maximilian Quigley-Jay of Gypsy Projects"


def pdf(yaml: str, theme: str, engine: str) -> tuple[Pdf, list[Diagnostic]]:
    with Typesetter(None if engine == "tectonic" else engine) as typesetter:
        outcome = render(source(yaml), typesetter=typesetter, choices=Choices(theme=theme))
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    return Pdf(outcome.pdf), list(outcome.sink.sorted())


@pytest.mark.engine
@pytest.mark.parametrize(
    ("theme", "engine"), [("noether", "tectonic"), ("turing", "tectonic"), ("noether", "pdflatex")]
)
def test_what_is_copied_from_the_pdf(theme: str, engine: str) -> None:
    if engine not in ENGINES:
        pytest.skip(f"{engine} is not installed")
    marked = ", ".join(f"{{name: Al {family}, marks: {name}}}" for family, name in zip(FAMILIES, NAMES, strict=False))
    more = ", ".join(f"{{name: {LONG}{letter}, marks: advisee}}" for letter in string.ascii_lowercase[:8])
    found, diagnostics = pdf(cv(f"[Lei Wu**, {marked}, {more}]", head="marks: {'**': {legend: did it}}"), theme, engine)
    assert diagnostics == []  # no character is missing, no line too wide
    words = " ".join(found.text.split())
    for sign, family in zip(ALL, FAMILIES, strict=False):
        assert f"Al {family}{sign}" in words
        assert f"{sign} indicates" in words
    assert "Lei Wu**," in words
    assert "** did it;" in words
    assert "underlining indicates an advisee." in words
    for letter in string.ascii_lowercase[:8]:
        assert f"{LONG}{letter}" in words, "underlined names break between words, and are copied as they are"


@pytest.mark.engine
@pytest.mark.parametrize("theme", ["noether", "turing"])
def test_many_other_signs_are_there(theme: str) -> None:
    authors = ", ".join(f"Al {family}{sign}" for family, sign in zip(FAMILIES, SIGNS, strict=False))
    found, diagnostics = pdf(cv(f"[{authors}]", head="legend: none"), theme, "tectonic")
    assert diagnostics == []
    words = " ".join(found.text.split())
    assert [sign for family, sign in zip(FAMILIES, SIGNS, strict=False) if f"Al {family}{sign}" not in words] == []


def test_without_a_legend_no_mark_needs_a_meaning() -> None:
    assert problems(cv("[Lei Wu¶]", head="legend: none")) == []
    assert [p.split()[-1] for p in problems(cv("[Lei Wu¶]", head="legend: below"))] == ["CV409"]
