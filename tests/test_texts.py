"""Markdown and plain text; and that all formats say the same words in the same order."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvbuild.checked import Checked, Choices
from cvbuild.dates import PartialDate
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.formats import FORMATS
from cvbuild.model import Document
from cvbuild.pipeline import check, render
from cvbuild.source import CONTROL, Source
from cvbuild.text import (
    Break,
    Code,
    Date,
    Emph,
    Inline,
    Link,
    Mark,
    Math,
    Role,
    Str,
    Strong,
    Url,
    plain,
)
from cvbuild.writers.md import Markdown
from cvbuild.writers.prose import Block, Body, Entries, Heading, Paragraph, Points, Works, make_prose
from cvbuild.writers.txt import WIDTH, PlainText, hanging, tells, width, wrap
from tests import hostile
from tests.everyfield import Make, fields
from tests.pdf import Pdf
from tests.readback import COMMONMARK, READERS, formatted, inline_tokens, words, words_of_tex
from tests.strategies import records, scalars
from tests.support import EXAMPLES, ROOT, source

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
SAMPLES = [*EXAMPLES, *sorted((ROOT / "docs" / "gallery").glob("*.yaml"))]
TEXTS = [name for name in FORMATS if name in READERS]


def checked(cv: Source, theme: str | None = None) -> Checked:
    sink = Sink()
    found = check(cv, Files(), sink, Choices(theme=theme))
    assert found is not None, list(sink.sorted())
    return found


@cache
def small() -> Checked:
    return checked(source("name: Ada\n"))


def md(*body: Inline) -> str:
    return Markdown(small(), Sink()).inlines(body)


def made(yaml: str, name: str, theme: str = "noether") -> str:
    outcome = render(source(yaml), Files(), choices=Choices(theme=theme), formats=(name,))
    assert not outcome.sink.failed, list(outcome.sink.sorted())
    return outcome.texts[name].decode()


# --- Markdown, inline by inline ---

TYPED = st.text(max_size=6).map(lambda text: CONTROL.sub("", text))  # no other text comes out of a CV
leaves = st.one_of(
    st.builds(Str, hostile.plain | TYPED | st.sampled_from(["1986. x", "- a", "# a", "a", " b ", "__", "~~~"])),
    st.builds(Code, TYPED | st.sampled_from(["`", "a``b", " ", "{*_x_*}", "<b>"])),
    st.builds(Math, st.sampled_from(["x^2", r"\alpha_{ij}", "a*b*c", r"\{x\}", "a<b", "n_1"])),
    st.just(Break()),
    st.builds(Mark, st.sampled_from(["*", "†", "_", "**", "`"])),
    st.just(Date(PartialDate(2020, 7))),
)
URLS = st.sampled_from(
    ["https://x.org/a_b?c=d&e#f", "mailto:a@b.org", "http://x.org/%7E(1)", "https://x.org/&copy;*a*"]
)
bodies = st.lists(
    st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Strong, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Emph, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Link, st.builds(Url, URLS), st.lists(inner, max_size=3).map(tuple)),
            st.builds(Role, st.sampled_from(["self", "title", "advisee"]), st.lists(inner, max_size=2).map(tuple)),
        ),
        max_leaves=6,
    ),
    max_size=5,
).map(tuple)


def expected(body: Iterable[Inline], inside: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """Each character that is to be printed, and how it is formatted."""
    for node in body:
        match node:
            case Strong(inner) | Role("self", inner):
                yield from expected(inner, inside | {"strong"})
            case Emph(inner):
                yield from expected(inner, inside | {"emph"})
            case Role("advisee", inner):
                yield from expected(inner, inside | {"ins"})
            case Role(_, inner):
                yield from expected(inner, inside)
            case Link(url, inner):
                linked = any(f.startswith("link ") for f in inside)
                yield from expected(inner, inside if linked else inside | {f"link {url.href}"})
            case Math(tex):
                yield from ((c, inside) for c in f"${tex}$" if not c.isspace())
            case _:
                said = "Jul 2020" if isinstance(node, Date) else plain((node,))
                yield from ((c, inside) for c in said if not c.isspace())


def same(found: list[tuple[str, frozenset[str]]], wanted: list[tuple[str, frozenset[str]]]) -> bool:
    """Links compared by what a browser makes of them."""

    def read(all_: list[tuple[str, frozenset[str]]]) -> list[tuple[str, frozenset[str]]]:
        return [(c, frozenset(f.replace("%7E", "~") for f in formats)) for c, formats in all_]

    return read(found) == read(wanted)


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(bodies, st.sampled_from(["", "- ", "12. ", "## "]))
def test_markdown_reads_back_as_the_same_words_in_the_same_look(body: Body, before: str) -> None:
    dialect = Markdown(small(), Sink())
    written = dialect.heading(body) if before == "## " else dialect.inlines(body)
    if not written:
        assert not list(expected(body))
        return
    tokens = COMMONMARK.parse(before + written.replace("\n", "\n" + " " * len(before)) + "\n\nThe end.\n")
    kinds = [token.type for token in tokens if token.level == 0 or token.type.endswith("_open")]
    outer = {"": [], "- ": ["bullet_list_open", "list_item_open"], "12. ": ["ordered_list_open", "list_item_open"]}
    assert [k for k in kinds if k.endswith("_open")] == (
        [*outer.get(before, []), "paragraph_open" if before != "## " else "heading_open", "paragraph_open"]
    ), written
    found = formatted(inline_tokens(tokens))[: -len("Theend.")]
    assert same(found, list(expected(body))), (written, found)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("snake_case and 2 < 3 * 4", r"snake_case and 2 \< 3 \* 4"),
        ("1986. It began", r"1986\. It began"),
        ("1) first", r"1\) first"),
        ("- no list", r"\- no list"),
        ("-5 degrees", "-5 degrees"),
        ("# no heading", r"\# no heading"),
        ("#hashtag", "#hashtag"),
        ("[x](y) ![z](w)", r"\[x\](y) !\[z\](w)"),
        ("<script>&amp;", r"\<script>\&amp;"),
        ("A & B", "A & B"),
        ("costs $5", r"costs \$5"),
        ("from $5 to $6", "from <span>$</span>5 to <span>$</span>6"),
        ("a | b", "a | b"),
        ("| a | b |", r"\| a | b |"),
        ("=====", r"\====="),
    ],
)
def test_only_what_means_something_is_escaped(words: str, written: str) -> None:
    assert md(Str(words)) == written


def test_an_exclamation_before_a_link_makes_no_picture() -> None:
    assert md(Str("Hi!"), Link(Url("https://x.org"), (Str("x"),))) == r"Hi\![x](https://x.org)"
    assert md(Str("Hi! "), Link(Url("https://x.org"), (Str("x"),))) == "Hi! [x](https://x.org)"


def test_formulas_are_written_as_github_reads_them() -> None:
    assert md(Str("of "), Math("x^2"), Str(".")) == "of $x^2$."
    assert md(Math(r"\alpha_{ij}")) == r"$`\alpha_{ij}`$"  # GitHub's own form, where signs would mean something
    assert md(Math("x"), Str(" for $5")) == "$x$ for <span>$</span>5"


def test_stars_stand_where_they_are_read_and_tags_elsewhere() -> None:
    assert md(Str("a "), Strong((Str("b"),)), Str(", c")) == "a **b**, c"
    assert md(Str("a"), Strong((Str("b"),)), Str("♯")) == "a**b**♯"
    assert md(Str("a"), Emph((Str("b"),)), Str("c")) == "a<em>b</em>c"
    assert md(Str("a"), Strong((Str("(b)"),)), Str("c")) == "a<strong>(b)</strong>c"
    assert md(Strong((Str(" a "),)), Strong((Str("b"),))) == "**a** **b**"
    assert md(Strong((Str("a "),)), Strong((Str(" b"),))) == "**a** **b**"
    assert md(Strong((Str("a"),)), Strong((Str("b"),))) == "**ab**"
    assert md(Emph((Str("a "), Strong((Emph((Str("b"),)),))))) == "_a **b**_"


# --- both ---

LISTED = """
    name: Ada Lovelace
    sections:
      Works: {{publications: {{select: all, {0}}}}}
    publications:
      a: {{title: Alpha, authors: 'Ada Lovelace*, Bo Berg*', year: 2020, journal: J}}
      b: {{title: Beta, authors: 'Ada Lovelace', year: 2021, conference: C, doi: 10.1000/b}}
      c: {{title: Gamma, authors: 'Cy Cole, Ada Lovelace', year: 2022, journal: J, links: {{code: 'https://x.org/c'}}}}
    """


@pytest.mark.parametrize(
    ("how", "in_md", "in_txt"),
    [
        ("number: up", ["1. Cy", "2. **Ada", "3. **Ada"], ["[1] Cy", "[2] Ada", "[3] Ada"]),
        ("number: down", [r"- \[3\] Cy", r"- \[2\] **Ada", r"- \[1\] **Ada"], ["[3] Cy", "[2] Ada", "[1] Ada"]),
        ("label: '[J{n}]'", [r"- \[J1\] Cy", r"- \[J2\] **Ada"], ["[J1] Cy", "[J2] Ada"]),
        ("label: '{n}.'", [r"- 1\. Cy", r"- 2\. **Ada"], ["1. Cy", "2. Ada"]),
        ("number: none, margin: year", ["- 2022 · Cy", "- 2021 · **Ada"], ["2022   Cy", "2021   Ada"]),
    ],
)
def test_numbers_are_those_of_the_list(how: str, in_md: list[str], in_txt: list[str]) -> None:
    cv = LISTED.format(how)
    for wanted, found in ((in_md, made(cv, "md")), (in_txt, made(cv, "txt"))):
        for start in wanted:
            assert re.search(rf"^{re.escape(start)}", found, re.MULTILINE), (start, found)


def test_a_citation_leads_to_its_work() -> None:
    cv = LISTED.format("number: down") + "summary: See [@b].\n"
    found = made(cv.replace("\n    ", "\n").strip() + "\n", "md")
    (target,) = re.findall(r"\\\[\[2\]\(#([\w.]+)\)\\\]", found)
    assert f'- <a id="{target}"></a>\\[2\\] **Ada Lovelace**' in found
    assert found.count("<a id=") == 1


def test_an_address_is_printed_where_it_would_be_lost() -> None:
    found = " ".join(made(LISTED.format("number: up"), "txt").split())
    assert "code <https://x.org/c>" in found
    assert "doi.org" not in found or "doi.org/10.1000/b" not in found.replace("10.1000/b", "", 1)
    text = PlainText(small(), Sink())
    link = Link(Url("https://x.org/a"), (Str("here"),))
    assert text.text((link, Str(" and "), link)) == "here <https://x.org/a> and here"
    assert text.text((Link(Url("mailto:a@b.org"), (Str("mail"),)),)) == "mail <a@b.org>"
    for words_, href in [
        ("x.org", "https://www.x.org/"),
        ("a@b.org", "mailto:a@b.org"),
        ("doi: 10.1000/ABC", "https://doi.org/10.1000/abc"),
        ("arXiv:2009.06125", "https://arxiv.org/abs/2009.06125"),
        ("555", "tel:555"),
    ]:
        assert tells(words_, href)
    assert not tells("x.org", "https://x.org/a")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=120) | hostile.plain, st.integers(10, WIDTH), st.integers(0, 4))
def test_lines_are_no_wider_than_they_may_be(text: str, room: int, hang: int) -> None:
    text = PlainText(small(), Sink()).tidy(text)
    lines = wrap(text, room, hang=hang)
    assert "".join("".join(lines).split()) == "".join(text.replace("\x00", " ").split())
    for line in lines:
        many = re.search(r"\S\s+\S", line.strip()) or any(unicodedata.east_asian_width(c) in "WF" for c in line)
        assert width(line) <= room or "\x00" in text or not many or len(line.split()) == 1 or width(line.split()[0]) > 1
    assert hanging("-", 2, text, room)[:1] == [f"- {line}" for line in wrap(text, max(room - 2, 30))[:1]]


def test_columns_are_counted_as_terminals_do() -> None:
    assert (width("abc"), width("鄂维南"), width("e\u0301"), width("—")) == (3, 6, 1, 1)
    lines = wrap("我研究机器学习的数学理论，也研究它的算法。" * 4, 40)
    assert all(width(line) <= 40 for line in lines)
    assert len(lines) == 5
    assert not any(line[0] in "，。" for line in lines)


ENTRIES = """
    name: Ada Lovelace
    theme: {name: noether, dates: %s}
    sections:
      Work:
        - {position: Analyst, at: 'The %s Society', date: 1842-07 - 1843-09, text: Wrote notes., bullets: [One, Two]}
    """


def test_dates_stand_where_the_theme_has_them() -> None:
    long = " ".join(["Analytical"] * 8)
    left, right = (made(ENTRIES % (side, long), "txt", "").splitlines() for side in ("left", "right"))
    assert left[5].startswith("Jul 1842 – Sep 1843   Analyst, The")
    assert left[6].startswith(" " * 22)
    assert right[5].startswith("Analyst, The Analytical")
    assert right[5].endswith("  Jul 1842 – Sep 1843")
    assert len(right[5]) == WIDTH
    assert max(map(len, left + right)) <= WIDTH
    for side, wanted in (("left", r"- Jul 1842 – Sep 1843 · **Analyst**"), ("right", " · Jul 1842 – Sep 1843\n")):
        assert wanted in made(ENTRIES % (side, ""), "md", "")


def test_contacts_stand_in_a_column() -> None:
    cv = "name: Ada\nemail: a@b.org\nprofiles: {github: ada, google-scholar: abc}\ntheme: {name: noether, contacts: %s}\n"
    assert made(cv % "icons", "txt", "").splitlines()[3:] == [
        "Email:          a@b.org",
        "GitHub:         ada <https://github.com/ada>",
        "Google Scholar: https://scholar.google.com/citations?user=abc",
    ]
    assert made(cv % "plain", "txt", "").splitlines()[3:5] == ["a@b.org", "ada <https://github.com/ada>"]


def test_an_entry_without_a_date_stands_with_the_others() -> None:
    cv = "name: Ada\nsections:\n  Talks: [{event: One, date: 2020}, {event: Two}]\n  Awards: [{award: Three}]\n"
    assert made(cv, "txt").splitlines()[5:7] == ["2020   One", "       Two"]
    assert made(cv, "txt").splitlines()[-1] == "Three"


def test_raw_latex_is_left_out_and_that_is_told_once() -> None:
    text = "name: Ada\nsummary: A `\\LaTeX{}`{=latex} user\n"
    outcome = render(Source("cv.yaml", text, ROOT, raw_latex=True), Files(), formats=("md", "txt", "json"))
    assert [(d.code.number, d.span.line if d.span else 0) for d in outcome.sink.sorted()] == [("CV640", 2)]
    assert "A user" in re.sub(r" +", " ", outcome.texts["md"].decode())
    assert not render(Source("cv.yaml", text, ROOT, raw_latex=True), Files(), formats=("tex",)).sink.diagnostics


# --- the same words in the same order ---


def units(found: Checked, *, page: bool = False, labels: bool = True) -> list[list[str]]:
    """What stands in a place of its own, as words; inside, each format and theme may arrange its parts.

    Of a `page` of the web only the body: its header and foot are made otherwise. Without `labels`, a browser counts the works.
    """
    prose = make_prose(found)
    dialect = PlainText(found, Sink())
    dialect.address = lambda url, words: ""  # type: ignore[method-assign]

    def said(*bodies: Body) -> list[str]:
        return [word for body in bodies for word in words(dialect.text(body))]

    def inside(blocks: Iterable[Block]) -> Iterator[list[str]]:
        for block in blocks:
            match block:
                case Heading(body=body) | Paragraph(body=body):
                    yield said(body)
                case Entries(entries):
                    for entry in entries:
                        yield said(*(body for line in entry.lines for body in (line.when, line.body)))
                        yield from inside(entry.below)
                case Points(points):
                    for point in points:
                        yield said(point.body)
                        yield from inside(point.below)
                case Works(works):
                    for work in works:
                        yield said(work.margin, (Str((labels and work.label) or ""),), work.body)

    head = [words(prose.name), said(prose.headline), said(prose.title), *map(said, prose.address)]
    head += [words(contact.label) + said(contact.body) for contact in prose.contacts]
    blocks = prose.blocks[:-1] if page and found.outline.updated is not None else prose.blocks
    return [unit for unit in (*(() if page else head), *inside(blocks)) if unit]


def misplaced(found: list[str], wanted: list[list[str]]) -> str:
    """The first place in which words are not those of their unit; nothing if all are there, in order."""
    at = 0
    for unit in wanted:
        here = found[at : at + len(unit)]
        if Counter(here) != Counter(unit):
            return f"{here} instead of {unit}"
        at += len(unit)
    return f"{found[at:]} behind all" if found[at:] else ""


def in_page(said: list[str], body: list[list[str]]) -> bool:
    """Whether a page of the web says this anywhere, in order."""
    size = sum(map(len, body))
    return any(not misplaced(said[at : at + size], body) for at in range(len(said) - size + 1))


def assert_same_words(cv: Source) -> None:
    found = checked(cv)
    wanted = units(found)
    outcome = render(cv, Files(), formats=TEXTS)
    assert not outcome.sink.failed, list(outcome.sink.sorted())
    labels = found.theme.options["contacts"] != "plain"
    for name in TEXTS:
        if name == "tex":
            assert outcome.tex is not None
            said = words_of_tex(outcome.tex.text, labels=labels)
        else:
            said = READERS[name](outcome.texts[name].decode())
        if name == "html":
            bodies = [units(found, page=True, labels=labels) for labels in (True, False)]
            assert any(in_page(said, body) for body in bodies), f"html: {said}, not {bodies[0]}"
            continue
        where = misplaced(said, wanted)
        assert not where, f"{name}: {where}"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_all_formats_say_the_same_words_in_the_same_order(path: Path) -> None:
    assert_same_words(Source(path.name, path.read_text(encoding="utf-8"), path.parent, raw_latex=False))


def test_fields_say_the_same_in_all_formats() -> None:
    """A sample; `python -m tools.same_words` tries all of them."""
    tried = [same_in_field(name, make) for name, make in list(fields())[3::24]]
    assert sum(tried) > 6


def same_in_field(name: str, make: Make) -> bool:
    """Try a field with words of its own; whether a CV can have them there."""
    cv = Source("cv.yaml", json.dumps(make("Quaxly Zorn")), ROOT, raw_latex=False)
    if check(cv, Files(), Sink()) is None:
        return False
    try:
        assert_same_words(cv)
    except AssertionError as error:
        raise AssertionError(f"{name}: {error}") from error
    return True


@settings(max_examples=4, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_any_cv_says_the_same_in_all_formats(data: st.DataObject) -> None:
    letters = st.text("abcdefghij", min_size=3, max_size=8)
    texts = st.lists(
        letters | st.sampled_from(["1986.", "*b* c", "**d**", "`e`", "$x^2$", "[f](https://x.org/g)"]),
        min_size=1,
        max_size=4,
    )
    known = scalars(texts.map(" ".join))
    tame = {name: letters if values is hostile.plain else values for name, values in known.items()}
    cv = data.draw(records(Document, tame))
    written = Source("cv.yaml", json.dumps(cv, ensure_ascii=False), ROOT, raw_latex=False)
    if check(written, Files(), Sink()) is not None:
        assert_same_words(written)


@pytest.mark.engine
def test_the_pdf_says_them_too() -> None:
    """What `verify` proves of any PDF, once by another way: the letters of each unit, one unit after the other."""
    works = "  Works: {publications: all}\n    publications: {a: {title: Alpha, authors: Ada Lovelace, year: 1843}}\n"
    cv = source(ENTRIES % ("left", "Royal") + works)
    outcome = render(cv, Files(), formats=("pdf",))
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    letters = "".join(words(Pdf(outcome.pdf).text))
    at = 0
    for unit in units(checked(cv)):
        at = letters.find("".join(unit), at)
        assert at >= 0, (unit, letters)


@pytest.mark.parametrize(
    ("how", "wanted"),
    [("style: ams", "Lovelace, Beta"), ("limit: 1", None), ("order: oldest", "Alpha"), ("label: '[P{n}]'", "P1")],
)
def test_what_is_said_of_a_list_changes_all_formats(how: str, wanted: str | None) -> None:
    before, after = (source(LISTED.format(said)) for said in ("number: up", how))
    for name in (*TEXTS, "json"):
        first, second = (render(cv, Files(), formats=(name,)) for cv in (before, after))
        if name == "tex":
            assert first.tex is not None
            assert second.tex is not None
            assert first.tex.written.text != second.tex.written.text
        else:
            assert first.texts[name] != second.texts[name], name
            assert how != "limit: 1" or "Alpha" not in second.texts[name].decode()
