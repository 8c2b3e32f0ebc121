"""Styles: what each preset makes of each kind of work, the language of patterns, styles of users and of themes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild.build import check, write_latex
from cvbuild.dates import PartialDate
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import ArxivId, Author, Doi, NamedLink, Status, Work, WorkKind
from cvbuild.names import Owner, parse_name
from cvbuild.publications import Typesetter, Who
from cvbuild.publications.patterns import PatternError, parse_pattern, set_pattern
from cvbuild.publications.presets import PRESETS
from cvbuild.publications.style import FIELDS, REST, Style, pattern_of
from cvbuild.source import Source
from cvbuild.text import Emph, Icon, Link, Role, Str, Text, Url, plain, text, walk
from cvbuild.words import Words
from tests.support import items, listings, outline, problems, whole_latex

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


def body(work: Work, style: Style, words: Words | None = None) -> Text:
    sink = Sink()
    return Typesetter(Who(Owner.of("Zoe Zero"), sink), words or Words(), sink).body(work, style)


ABBREVIATIONS = r"\b(eds?|vol|no|chap|ch|pp?|Tech|Rep|rep|Art|No|Vol|Eds?|[A-Z]|etc|vs|Oct|al)\."


@settings(max_examples=400, deadline=None)
@given(works(), st.sampled_from(FULL), st.sampled_from(["long", "both"]))
def test_no_sign_is_left_over(work: Work, preset: str, venue: str) -> None:
    style = PRESETS[preset]
    said = str(body(work, Style(**{**vars_of(style), "venue": venue}))).replace("\u00a0", " ")
    bare = re.sub(ABBREVIATIONS, r"\1", said.replace("etc.).", "etc)."))
    bare = bare.replace("https://", "").replace("Available: ", "").replace("arXiv:", "").replace("doi: ", "")
    assert not re.search(r"[.,;:][”’]?\s*[.,;:]", bare), said
    assert not re.search(r"[?!][”’]?\s*[.,]", said), said
    assert not re.search(r"\(\s*\)|\[\s*\]|“\s*”|\s\s|\s[.,;:)\]]|[(\[“]\s|[,;:]$|^[.,;: ]", said), said
    assert not re.search(r"[,;:] [(\[]", said), said


def vars_of(style: Style) -> dict[str, Any]:
    return {name: getattr(style, name) for name in style.__slots__}


@settings(max_examples=400, deadline=None)
@given(works(), st.sampled_from(FULL))
def test_what_the_work_says_is_printed(work: Work, preset: str) -> None:
    """All but what docs/styles.md says is not: the ISBN, and addresses that no text shows but a link leads to."""
    found = body(work, Style(**{**vars_of(PRESETS[preset]), "venue": "both"}))
    said = str(found).replace("\u00a0", " ")
    for name in (*TEXTS, *VENUES, *STRINGS):
        value = str(getattr(work, name) or "")
        if name != "isbn" and value:
            assert value in said, (name, said)
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
