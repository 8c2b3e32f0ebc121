"""Lists, counts and citations: what is selected, in which order and groups, under which numbers, and how it is cited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild.dates import PartialDate, parse_when
from cvbuild.diagnostics import Sink
from cvbuild.markup import parse
from cvbuild.model import (
    Author,
    Citations,
    Count,
    Document,
    GroupLabel,
    Heading,
    KnownPerson,
    ListSpec,
    MarkSpec,
    Prose,
    Publications,
    Section,
    Selection,
    Work,
    WorkRef,
)
from cvbuild.names import Identity, parse_name
from cvbuild.outline import Outline, Paragraphs, Run
from cvbuild.pipeline import render
from cvbuild.publications import Listing, Marks, Who, make_database, selected
from cvbuild.publications.order import in_order
from cvbuild.publications.place import place_of
from cvbuild.source import Source, Span
from cvbuild.text import Cite, Inline, Ref, Role, Str, Text, plain, walk
from cvbuild.text import Count as CountNode
from cvbuild.words import Words
from tests.pdf import Pdf
from tests.support import blocks, document, listings, outline, outlined, problems, source, whole_latex

DATABASE = """
name: Lei Wu
aliases: 吴磊
publications:
  barron: {authors: "Weinan E*, Chao Ma*, Lei Wu*", title: The Barron space, journal: Constructive Approximation, year: 2020}
  fluid: {authors: "Huan Lei, Lei Wu, Weinan E", title: A fluid, journal: Physical Review E, date: 2020-10, topic: Physics}
  sgd: {authors: "Lei Wu*, Chao Ma", title: How SGD selects, conference: Neural Information Processing, short: NeurIPS,
    year: 2018, rank: 2, tags: [deep]}
  quench: {authors: [Chao Ma, Lei Wu†‡], title: Is it quenched?,
    arxiv: "2006.14450", date: 2020-07, selected: true}
  sole: {authors: Lei Wu, title: Élan, conference: Neural information processing, year: 2022, rank: 1, tags: [Deep, physics]}
  draft: {authors: "Lei Wu, and others", title: An article, journal: Annals of Examples, status: submitted}
"""
KEYS = ["barron", "fluid", "sgd", "quench", "sole", "draft"]


def cv(sections: str, more: str = "") -> str:
    lines = "".join("  " + line + "\n" for line in sections.strip("\n").split("\n"))
    return DATABASE + more + "sections:\n" + lines


def one(spec: str) -> Listing:
    (listing,) = listings(outline(cv(f"Papers:\n  publications: {spec}"))[0])
    return listing


def keys(spec: str) -> list[str]:
    return [item.work.key for item in one(spec).items]


def labels(listing: Listing) -> list[str | None]:
    return [item.own or item.label for item in listing.items]


# --- selection ---


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{venue: neurips}", "sgd sole"),
        ("{venue: Neural Information Processing}", "sgd sole"),
        ("{venue: [Physical Review E, Annals of Examples]}", "fluid draft"),
        ("{year: 2020}", "barron fluid quench"),
        ("{year: 2020-08 - Present}", "barron fluid sole"),
        ("{year: '- 2019'}", "sgd"),
        ("{year: '2018, 2022'}", "sgd sole"),
        ("{year: 2020-10 - 2020-12}", "barron fluid"),
        ("{tag: selected}", "quench"),
        ("{tag: deep}", "sgd sole"),
        ("{tag: [selected, physics]}", "quench sole"),
        ("{author: Weinan E}", "barron fluid"),
        ("{author: 'Ma, Chao'}", "barron sgd quench"),
        ("{author: 吴磊}", "barron fluid sgd quench sole draft"),
        ("{author: [Huan Lei, Chao Ma]}", "barron fluid sgd quench"),
        ("{role: first}", "sgd sole draft"),
        ("{role: sole}", "sole"),
        ("{role: last}", "barron quench"),
        ("{role: equal}", "barron sgd"),
        ("{role: [corresponding, sole]}", "quench sole"),
        ("{role: equal-last}", "quench"),
        ("{kind: article, year: 2020}", "barron fluid"),
        ("{kind: article, without: {year: 2020}}", "draft"),
        ("{without: [sgd, barron]}", "fluid quench sole draft"),
        ("{any-of: [{kind: preprint}, {rank: x}]}", None),
        ("{any-of: [{kind: preprint}, {tag: physics}]}", "quench sole"),
        ("{any-of: [{kind: preprint}, {tag: physics}], status: published, without: {year: 2022}}", "quench"),
        ("{any-of: [{keys: [sole, sgd]}], order: written}", "sgd sole"),
        ("{keys: [sole, sgd, fluid], without: {tag: deep}}", "fluid"),
        ("{without: {without: {kind: article}}}", "barron fluid draft"),
    ],
)
def test_selection(spec: str, expected: str | None) -> None:
    if expected is None:
        assert problems(cv(f"Papers:\n  publications: {spec}"))
        return
    found, diagnostics = outline(cv(f"Papers:\n  publications: {spec}"))
    assert {d.code.number for d in diagnostics} <= {"CV409"}
    assert {item.work.key for item in listings(found)[0].items} == set(expected.split())


MARKS = Marks((), (), Words(), Sink())


def who_knows(*people: KnownPerson) -> Who:
    """The owner of the CV, and these people."""
    return Who(Identity.of("Lei Wu"), people, Sink())


def the_owner() -> Who:
    return who_knows()


def test_people_are_known_by_key_name_and_alias() -> None:
    works = (
        Work(key="a", title=Text((Str("A"),)), authors=(Author(name=parse_name("Chao Ma")),)),
        Work(key="b", title=Text((Str("B"),)), authors=(Author(name=parse_name("Lei Wu")),)),
    )
    database = make_database(works, (), Sink())
    chao = KnownPerson(key="ma", name="Chao Ma", aliases=("马超",), role=("advisee",))

    def found(selection: Selection, person: KnownPerson = chao) -> list[str]:
        return [work.key for work in selected(selection, database, who_knows(person), MARKS, Sink())]

    names = ("ma", "Chao Ma", "Ma, Chao", "马超", "chao", "Lei Wu")
    assert [found(Selection(author=(name,))) for name in names] == [["a"], ["a"], ["a"], ["a"], [], ["b"]]
    # A key of `people:` is this person only, though others may have the name.
    namesake = KnownPerson(key="Lei Wu", name="Chao Ma")
    assert found(Selection(author=("Lei Wu",)), namesake) == ["a", "b"]  # it is the owner's name, too
    assert found(Selection(author=("Chao Ma",)), KnownPerson(key="Chao Ma", name="Lei Wu")) == []  # that is the owner
    assert found(Selection(role=("advising",))) == ["a"]
    assert found(Selection(role=("advising", "first"))) == ["a", "b"]


def test_roles_go_by_what_marks_mean() -> None:
    found = Work(key="a", title=Text((Str("A"),)), authors=(Author(name=parse_name("Lei Wu"), marks=("!",)),))
    database = make_database((found,), (), Sink())
    role = Selection(role=("corresponding",))
    own = Marks((MarkSpec(name="corresponding", symbol="!"),), (), Words(), Sink())
    assert selected(role, database, the_owner(), MARKS, Sink()) == []
    assert selected(role, database, the_owner(), own, Sink()) == [found]


def test_the_place_of_a_name() -> None:
    source = Source("cv.yaml", "counts:\n  deep:\n    tag: [learning, deep]\n  shallow: {tag: deeper}\nname: deeper\n")
    key = Span(source, 10, 14)

    def place(words: str, span: Span) -> str:
        found = place_of(words, span)
        return f"{found.line}:{found.column}" if found else ""

    assert place("learning", key) == "3:11"
    assert place("deeper", key) == "2:3"  # only in another entry
    assert place("deeper", Span(source, source.text.index("shallow"), source.text.index("shallow") + 7)) == "4:18"


def test_tags_and_topics_keep_their_signs() -> None:
    yaml = """
    name: N
    publications:
      a: {title: A, tags: [C++], topic: C++}
      b: {title: B, tags: ["C#"], topic: "C#"}
      c: {title: C, tags: [Théorie], topic: THÉORIE}
    sections:
      A: {publications: {tag: c++}}
      B: {publications: {tag: theorie}}
      C: {publications: {group: topic, headings: {théorie: Theory}}}
    """
    found = listings(outline(yaml)[0])
    assert [[item.work.key for item in listing.items] for listing in found[:2]] == [["a"], ["c"]]
    assert [str(group.heading) for group in found[2].groups] == ["Theory", "C#", "C++"]


# --- order ---


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("rank", "sole sgd barron fluid quench draft"),
        ("[rank, newest]", "sole sgd draft barron fluid quench"),
        ("title", "draft barron sole fluid sgd quench"),
        ("author", "barron fluid quench sole draft sgd"),
        ("[author, oldest]", "barron fluid quench sole draft sgd"),
        ("venue", "draft barron sgd sole fluid quench"),
        ("[kind, oldest]", "fluid barron draft sgd sole quench"),
        ("[status, title]", "barron sole fluid sgd quench draft"),
        ("key", "barron draft fluid quench sgd sole"),
    ],
)
def test_order(order: str, expected: str) -> None:
    assert keys(f"{{order: {order}}}") == expected.split()


def test_a_limit_counts_behind_the_order() -> None:
    assert keys("{order: [rank, newest], limit: 3}") == ["sole", "sgd", "draft"]
    assert keys("{limit: 100}") == keys("all")


# --- groups ---


def groups(spec: str) -> list[tuple[str, list[str]]]:
    return [(str(group.heading), [item.work.key for item in group.items]) for group in one(spec).groups]


def test_groups() -> None:
    assert groups("{group: venue}") == [
        ("Annals of Examples", ["draft"]),
        ("Constructive Approximation", ["barron"]),
        ("NeurIPS", ["sole", "sgd"]),
        ("Physical Review E", ["fluid"]),
        ("Other", ["quench"]),
    ]
    assert groups("{group: venue, headings: {Other: Preprints, Neural Information Processing: '*Machines*'}}")[:2] == [
        ("Preprints", ["quench"]),
        ("Machines", ["sole", "sgd"]),
    ]
    assert groups("{group: topic, headings: {physics: Physics, deep: Deep learning}}") == [
        ("Physics", ["fluid"]),
        ("Deep learning", ["sole", "sgd"]),
        ("Other", ["draft", "barron", "quench"]),
    ]
    assert [name for name, _ in groups("{group: year}")] == ["Undated", "2022", "2020", "2018"]
    assert [name for name, _ in groups("{group: year, order: [rank, oldest]}")] == ["2018", "2020", "2022", "Undated"]
    assert [name for name, _ in groups("{group: year, order: title}")] == ["Undated", "2022", "2020", "2018"]
    assert [name for name, _ in groups("{group: year, order: written}")] == ["2020", "2018", "2022", "Undated"]
    assert [name for name, _ in groups("{group: status, headings: {submitted: Sent}}")] == ["Sent", "Published"]


# --- numbers ---


def numbered(sections: str) -> list[list[str | None]]:
    found, diagnostics = outline(cv(sections))
    assert [d.code.number for d in diagnostics if d.code.number != "CV431"] == []
    return [labels(listing) for listing in listings(found)]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{group: kind, labels: {article: 'J{n}', conference: 'C{n}.'}}", ["J1", "J2", "J3", "C1.", "C2.", "1"]),
        ("{group: kind, labels: {article: 'J{n}', conference: 'C{n}.'}, restart: false}", ["J1", "J2", "J3", "C4.", "C5.", "6"]),
        ("{group: kind, labels: {article: 'J{n}'}, label: '[O{n}]', number: down}", ["J3", "J2", "J1", "[O3]", "[O2]", "[O1]"]),
        ("{group: kind, restart: true}", ["1", "2", "3", "1", "2", "1"]),
        ("{group: kind, number: down, restart: true}", ["3", "2", "1", "2", "1", "1"]),
        ("{order: written, labels: {article: 'J{n}', Conference: 'C{n}'}, label: 'P{n}'}", ["J1", "J2", "C1", "P1", "C2", "J3"]),
        ("{order: written, label: '<{yy}-|>{n}'}", ["20-1", "20-2", "18-3", "20-4", "22-5", "6"]),
        ("{order: written, label: '{key}'}", KEYS),
        ("{group: year, labels: {2020: 'A{n}'}, label: 'B{n}'}", ["B1", "B2", "A1", "A2", "A3", "B3"]),
    ],
)  # fmt: skip
def test_patterns_of_numbers(spec: str, expected: list[str]) -> None:
    assert labels(one(spec)) == expected


def test_numbers_resume_for_each_prefix() -> None:
    assert numbered("""
A:
  publications: {keys: [barron, sgd], labels: {article: 'J{n}', conference: 'C{n}'}}
B:
  publications: {keys: [sole, fluid, draft], labels: {article: 'J{n}', conference: 'C{n}'}, resume: true}
C:
  publications: {keys: [barron], label: 'J{n}'}
""") == [["J1", "C1"], ["C2", "J2", "J3"], ["J1"]]
    assert numbered("""
A:
  publications: {group: kind, keys: [barron, sgd], restart: true, number: down}
B:
  publications: {group: kind, keys: [sole, fluid, draft], resume: true, restart: true}
""") == [["3", "2"], ["2", "1", "1"]]


@pytest.mark.parametrize(
    ("label", "cited"),
    [
        ("[J{n}]", "J1"),
        ("J{n}.", "J1"),
        ("({n})", "1"),
        ("{n})", "1"),
        ("J{n} (a)", "J1 (a)"),
        ("§{n}", "§1"),
        ("[{n}", "[1"),
    ],
)
def test_citations_have_no_brackets_twice(label: str, cited: str) -> None:
    found, _ = outline(cv(f"A:\n  publications: {{keys: [sgd], label: '{label}'}}\n  text: '[@sgd]'"))
    assert prose(found) == [f"[{cited}]"]
    assert [item.own for item in listings(found)[0].items] == [label.replace("{n}", "1")]


def test_the_template_prints_own_numbers_without_the_brackets_of_the_theme() -> None:
    latex = whole_latex(
        cv("A:\n  publications: {keys: [sgd, barron, quench], labels: {article: 'J{n}', conference: 'C{n}.'}}")
    )
    assert r"\cvfitnumbers{{C1.}{J1}}" in latex
    assert r"\begin{cvworks}{1}" in latex
    assert r"\cvworkown{C1.}{work.1.1}" in latex
    assert r"\cvworkown{J1}{work.1.2}" in latex
    assert r"\cvwork{1}{work.1.3}" in latex


def test_years_in_the_margin_stand_once_for_a_run() -> None:
    listing = one("{order: [newest, title], margin: year}")
    assert [item.margin for item in listing.items] == ["Submitted", "2022", "2020", "", "", "2018"]
    listing = one("{order: title, group: kind, margin: year}")
    assert [item.margin for item in listing.items] == ["Submitted", "2020", "", "2022", "2018", "2020"]
    assert one("{order: title}").margin is False
    latex = whole_latex(cv("A:\n  publications: {margin: year, order: oldest}"))
    assert latex.count(r"\cvworkyear{2020}") == 1
    assert r"\cvfityears{{2018}{2020}{2022}{Submitted}}" in latex
    assert r"\cvfit{2018}" in latex


# --- citations ---


def prose(found: Outline) -> list[str]:
    """Every paragraph that stands in a section."""
    return [str(text) for block in blocks(found) if isinstance(block, Paragraphs) for text in block.paragraphs]


@pytest.mark.parametrize(
    ("written", "together", "apart"),
    [
        ("[@sgd; @barron]", "[1, 3]", "[1][3]"),
        ("[@sgd; @barron; @fluid]", "[1–3]", "[1]–[3]"),
        ("[@sgd, @sole; @barron; @fluid, @draft]", "[1–3, 5, 6]", "[1]–[3][5][6]"),
        ("[@sgd; @sgd]", "[3]", "[3]"),
        ("[see @sgd, p. 3]", "[see 3, p. 3]", "[see 3, p. 3]"),
        ("[see *also* @sgd, pp. 3--5; @barron]", "[see also 3, pp. 3–5; 1]", "[see also 3, pp. 3–5][1]"),
        ("[@sgd, p. 3; @sgd, p. 5]", "[3, p. 3; 3, p. 5]", "[3, p. 3][3, p. 5]"),
        ("[@sgd p. 3]", "[3 p. 3]", "[3 p. 3]"),
        ("[-@sgd]", "[3]", "[3]"),
        ("[see -@sgd]", "[see 3]", "[see 3]"),
        ("[@{sgd}, 5]", "[3, 5]", "[3, 5]"),
        ("[@sgd.]", "[3.]", "[3.]"),
        ("[we have [#all] with @sgd]", "[we have 6 with 3]", "[we have 6 with 3]"),
    ],
)
def test_forms_of_citations(written: str, together: str, apart: str) -> None:
    sections = f"A:\n  text: '{written}'\n  publications: {{order: written}}"
    counts = "counts: {all: all}\n"
    assert prose(outline(cv(sections, counts))[0]) == [together]
    assert prose(outline(cv(sections, counts + "citations: apart\n"))[0]) == [apart]


def test_ranges_can_be_off_and_end_with_the_prefix() -> None:
    text = "text: '[@barron; @fluid; @draft; @sgd; @sole; @quench]'"
    plain_list = f"A:\n  {text}\n  publications: {{order: written}}"
    assert prose(outline(cv(plain_list))[0]) == ["[1–6]"]
    assert prose(outline(cv(plain_list, "citations: {ranges: false}\n"))[0]) == ["[1, 2, 3, 4, 5, 6]"]
    down = f"A:\n  {text}\n  publications: {{order: written, number: down}}"
    assert prose(outline(cv(down))[0]) == ["[1–6]"]
    prefixed = (
        f"A:\n  {text}\n  publications: {{order: written, labels: {{article: 'J{{n}}', conference: '[C{{n}}]'}}}}"
    )
    assert prose(outline(cv(prefixed))[0]) == ["[J1–J3, C1, C2, 1]"]
    years = f"A:\n  {text}\n  publications: {{order: written, label: '<{{year}}-|>{{n}}'}}"
    assert prose(outline(cv(years))[0]) == ["[2020-1, 2020-2, 2018-3, 2020-4, 2022-5, 6]"]


def test_a_line_may_end_between_brackets() -> None:
    latex = whole_latex(
        cv("A:\n  text: '[@barron; @sgd; @quench]'\n  publications: {order: written}", "citations: apart\n")
    )
    assert latex.count(r"\cvrole{citation}") == 3


def test_both_ends_of_a_range_lead_to_their_works() -> None:
    found, _ = outline(cv("A:\n  text: '[@barron; @sgd; @fluid]'\n  publications: {order: written}"))
    (text,) = [text for block in blocks(found) if isinstance(block, Paragraphs) for text in block.paragraphs]
    assert [(ref.target, plain(ref.body)) for ref in refs(text.body)] == [("work.1.1", "1"), ("work.1.3", "3")]


def refs(body: tuple[Inline, ...]) -> Iterator[Ref]:
    return (node for node in walk(body) if isinstance(node, Ref))


def test_citations_and_counts_are_resolved_in_every_text() -> None:
    found, diagnostics = outline("""
name: Lei Wu
headline: H [@a] [#n]
title: T [@a] [#n]
address: D [@a] [#n]
summary: S [@a] [#n]
counts: {n: all}
sections:
  "Heading [@a] [#n]":
    entries:
      - award: A [@a] [#n]
        facts: {"Label [@a] [#n]": "F [@a] [#n]"}
        note: N [@a] [#n]
        bullets: [{text: "B [@a] [#n]", bullets: ["*C [@a] [#n]*"]}]
    legend: {words: {"*": "legend [@a] [#n]"}}
    publications: {group: kind, headings: {preprint: "G [@a] [#n]"}}
publications:
  a: {title: W, authors: Lei Wu*, note: "N [see @a, of [#n]] [#n]"}
""")
    assert diagnostics == []
    assert not re.search(r"Cite\(|Count\(", re.sub(r"work=Work\(.*?\btags=\(.*?\)\)", "", repr(found)))
    assert "N [see 1, of 1] 1" in str(listings(found)[0].items[0].body)
    run = next(block for block in blocks(found) if isinstance(block, Run))
    assert "Label" in str(run.entries[0])
    assert str(found.title) == "T [1] 1"
    latex = whole_latex(cv("'H [@sgd] [#1]': {publications: [sgd]}"))
    assert r"\cvref{work.1.1}{1}" in latex
    assert r"[\#1]" in latex


def test_counts_in_prose() -> None:
    counts = "counts: {papers: all, first: {role: first}, few: [sgd, sole], none: {kind: patent}}\n"
    found, diagnostics = outline(
        cv("A: '[#papers], *[#first]*, [#few]th, [#none], [[#few] papers](https://x.org)'", counts)
    )
    assert diagnostics == []
    assert prose(found) == ["6, 3, 2th, 0, 2 papers"]
    assert prose(outline(cv("A: 'issue [#12], \\[#papers], [#x](https://x.org)'"))[0]) == ["issue [#12], [#papers], #x"]


# --- how citations are written ---


def show(written: str) -> list[str]:
    found = parse(written, Sink(), smart=False).body
    return [
        f"{plain(cite.before[i]) if cite.before else ''}|{key}|{plain(cite.after[i]) if cite.after else ''}"
        for cite in found
        if isinstance(cite, Cite)
        for i, key in enumerate(cite.keys)
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[@a]", ["|a|"]),
        ("[ @a ; @b ]", ["|a|", "|b|"]),
        ("[see @a, p. 3; also @b]", ["see|a|, p. 3", "also|b|"]),
        ("[@a p. 3]", ["|a| p. 3"]),
        ("[@a; @DBLP:conf/x/y.1, 7]", ["|a|", "|DBLP:conf/x/y.1|, 7"]),
        ("[-@a, @b]", ["|a|", "|b|"]),
        ("[@{a key}]", ["|a key|"]),
        (r"[say \@x, @a]", [r"say @x,|a|"]),
        ("[Smith, Doe, @a, @b]", ["Smith, Doe,|a|", "|b|"]),
        (r"[@a, \[x\]; see\; @b]", ["|a|, [x]", "see;|b|"]),
        ("[me@x.org]", []),
        ("[see @a](https://x.org)", []),
        ("[@a]@b", ["|a|"]),
        ("[see [@a]]", ["|a|"]),
    ],
)
def test_how_citations_are_written(written: str, expected: list[str]) -> None:
    assert show(written) == expected


SOUP = [
    "@",
    "[@",
    "]",
    "[",
    ";",
    ",",
    " ",
    "-",
    "a",
    "b",
    "\\",
    "*",
    "[#",
    "#",
    "(",
    "{",
    "}",
    "[@a",
    "; see @b, p. 3]",
]


@given(st.lists(st.sampled_from(SOUP), max_size=20).map("".join))
def test_no_bracket_with_a_key_is_silent(written: str) -> None:
    """Nothing is lost, and what is not closed, or has a key and is no citation, is told."""
    sink = Sink()
    body = parse(written, sink, smart=False).body
    said = "".join(
        node.text if isinstance(node, Str) else "".join(node.keys) if isinstance(node, Cite) else ""
        for node in walk(body)
    )
    said += "".join(node.name for node in walk(body) if isinstance(node, CountNode))
    assert said.count("a") == written.count("a")
    assert said.count("b") == written.count("b")
    if re.search(r"(?<!\\)\[@a\s*$", written):
        assert sink.diagnostics


@given(st.text(st.sampled_from("[]@#;, -ab"), max_size=12))
def test_escaped_brackets_and_signs_are_themselves(written: str) -> None:
    sink = Sink()
    escaped = re.sub(r"([\[\]@#;,-])", r"\\\1", written)
    assert plain(parse(escaped, sink).body) == re.sub(" +", " ", written).strip(" ")
    assert sink.diagnostics == []


# --- properties ---

NAMES = ["Lei Wu*", "Chao Ma", "Weinan E†", "Ada Lovelace*"]
TITLES = ["A plan", "The plan", "Plan", "Élan", "of mice", ""]


def authors(names: list[str]) -> tuple[Author, ...]:
    return tuple(
        Author(name=parse_name(name.rstrip("*†")), marks=(name[-1],) if name[-1] in "*†" else ()) for name in names
    )


year = st.none() | st.integers(2018, 2022).map(PartialDate)
works = st.lists(
    st.builds(
        Work,
        key=st.just(""),
        title=st.sampled_from(TITLES).map(lambda title: Text((Str(title or "x"),))),
        authors=st.lists(st.sampled_from(NAMES), unique=True, max_size=3).map(authors),
        kind=st.sampled_from(["article", "conference", "preprint", "book"]),
        status=st.sampled_from(["published", "submitted"]),
        year=year,
        venue=st.sampled_from([None, "Annals", "Letters"]).map(lambda v: Text((Str(v),)) if v else None),
        topic=st.sampled_from([None, "Physics", "Learning"]),
        rank=st.none() | st.integers(1, 3),
        tags=st.lists(st.sampled_from(["deep", "flat"]), unique=True).map(tuple),
        selected=st.booleans(),
    ),
    min_size=1,
    max_size=8,
).map(lambda found: tuple(replace(work, key=f"w{i}") for i, work in enumerate(found)))


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


simple = st.builds(
    Selection,
    keys=some(["w0", "w1"]).map(lambda found: tuple(WorkRef(key=key) for key in found)),
    kind=some(["article", "preprint"]),
    status=some(["published", "submitted"]),
    venue=some(["annals", "Letters"]),
    year=st.sampled_from([None, "2020", "2020 - Present", "2018, 2021"]).map(lambda w: parse_when(w) if w else None),
    tag=some(["deep", "selected"]),
    author=some(["Lei Wu", "Ma, Chao"]),
    role=some(["first", "last", "sole", "equal", "corresponding"]),
)
nested = st.builds(Selection, any_of=st.lists(simple, max_size=2).map(tuple), without=st.none() | simple)
selections = simple | nested | st.builds(Selection, any_of=st.tuples(simple, nested), without=nested)
GROUPS = ["article", "preprint", "submitted", "2020", "Annals", "Physics", "Other"]
order = some(["newest", "oldest", "written", "rank", "title", "author", "venue", "kind", "status", "key"])
specs = st.builds(
    ListSpec,
    kind=some(["article", "preprint", "book"]),
    status=some(["published"]),
    order=order,
    limit=st.none() | st.integers(1, 5),
    group=st.sampled_from([None, "kind", "year", "status", "venue", "topic"]),
    headings=some(GROUPS).map(lambda vs: tuple(Heading(value=v, text=Text((Str(v),))) for v in vs)),
    number=st.sampled_from([None, "up", "down", "none"]),
    label=st.sampled_from([None, "[{n}]", "P{n}.", "{key}", "<{year}-|>{n}"]),
    labels=some(GROUPS).map(lambda vs: tuple(GroupLabel(value=v, label=f"{v[0]}{{n}}") for v in vs)),  # type: ignore[arg-type]
    restart=st.none() | st.booleans(),
    resume=st.none() | st.booleans(),
    margin=st.sampled_from([None, "year"]),
)


def made(found: tuple[Work, ...], lists: list[ListSpec], **more: object) -> Outline:
    """The outline of a document with a section for each list, which cites all works that are printed in it."""
    sections = tuple(
        Section(
            publications=spec,
            text=Prose((Text((Cite(tuple(work.key for work in found)),)),)),
            written=("publications", "text"),
        )
        for spec in lists
    )
    return outlined(Document(name="Lei Wu", publications=Publications(works=found), sections=sections, **more), Sink())  # type: ignore[arg-type]


@settings(max_examples=80, deadline=None)
@given(works, st.lists(specs, min_size=1, max_size=3))
def test_each_selected_work_is_printed_once_under_a_number_of_its_own(
    found: tuple[Work, ...], lists: list[ListSpec]
) -> None:
    outlined = listings(made(found, lists))
    series: dict[int, list[int]] = {}
    for spec, listing in zip(lists, outlined, strict=True):
        who = the_owner()
        chosen = selected(spec, make_database(found, (), Sink()), who, MARKS, Sink())
        expected = in_order(chosen, spec.order or ("newest",))[: spec.limit]
        assert Counter(item.work.key for item in listing.items) == Counter(work.key for work in expected)
        for group in listing.groups:
            at = [expected.index(item.work) for item in group.items]
            assert at == sorted(at)  # in each group they stand in the order of the list
        for item in listing.items:
            assert (item.label is None) == (spec.number == "none")
            if item.label is not None:
                series.setdefault(item.series, []).append(item.number)
        labels = [item.label for item in listing.items if item.label is not None]
        if not spec.restart and spec.restart is not None and spec.label is None and not spec.labels:
            assert len(set(labels)) == len(labels)
    for numbers in series.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert numbers in (sorted(numbers), sorted(numbers, reverse=True))


@settings(max_examples=80, deadline=None)
@given(works, specs, st.sampled_from(["together", "apart"]), st.booleans())
def test_a_citation_names_the_number_that_stands_at_its_work(
    found: tuple[Work, ...], spec: ListSpec, form: str, ranges: bool
) -> None:
    outlined = made(found, [spec], citations=Citations(form=form, ranges=ranges))  # type: ignore[arg-type]
    (listing,) = listings(outlined)
    at = {item.anchor: item for item in listing.items if item.label is not None}
    (text,) = [text for block in blocks(outlined) if isinstance(block, Paragraphs) for text in block.paragraphs]
    cited: set[str] = set()
    before = None
    for node in walk(text.body):
        if isinstance(node, Ref):
            assert plain(node.body) == at[node.target].label
            item = at[node.target]
            if before is not None:  # the other end of a range
                assert item.number > before.number + 1
                cited |= {
                    i.anchor for i in at.values() if i.series == item.series and before.number < i.number < item.number
                }
            cited.add(node.target)
            before, last = None, item
        elif isinstance(node, Str) and "–" in node.text:
            before = last
    assert cited == set(at)
    assert all(isinstance(node, Role) and node.name == "citation" for node in text.body)


@settings(max_examples=80, deadline=None)
@given(works, selections)
def test_without_is_the_complement_and_counts_are_lengths(found: tuple[Work, ...], selection: Selection) -> None:
    database = make_database(found, (), Sink())
    who = the_owner()
    inside = {work.key for work in selected(selection, database, who, MARKS, Sink())}
    outside = {work.key for work in selected(Selection(without=selection), database, who, MARKS, Sink())}
    assert not inside & outside
    assert inside | outside == {work.key for work in found}
    assert {w.key for w in selected(Selection(any_of=(selection,)), database, who, MARKS, Sink())} == inside
    fields = {
        name: getattr(selection, name)
        for name in ("keys", "kind", "status", "venue", "year", "tag", "author", "role", "any_of", "without")
    }
    number = Text(parse("[#n]", Sink()).body)
    made_of = Document(
        name="Lei Wu",
        headline=number,
        publications=Publications(works=found),
        counts=(Count(name="n", **fields),),
        sections=(Section(publications=ListSpec(**fields), written=("publications",)),),
    )
    one = outlined(made_of, Sink())
    assert str(one.headline) == str(len(inside)) == str(len(listings(one)[0].items))


@given(works, order)
def test_the_order_is_stable(found: tuple[Work, ...], keys: tuple[str, ...]) -> None:
    done = in_order(found, keys)  # type: ignore[arg-type]
    assert sorted(work.key for work in done) == sorted(work.key for work in found)
    assert in_order(done, keys) == done  # type: ignore[arg-type]
    if keys[:1] == ("rank",):
        ranks = [work.rank or 99 for work in done]
        assert ranks == sorted(ranks)
    if len(keys) == 1 and keys[0] != "key":
        for a, b in pairwise(done):
            twins = in_order((b, a), keys)  # type: ignore[arg-type]
            if twins == [b, a] and keys != ("written",):  # equals, or b before a
                assert in_order((a, b), keys) == [a, b]  # type: ignore[arg-type]
                assert int(a.key[1:]) < int(b.key[1:])


def test_existing_shorthand_still_means_the_same() -> None:
    assert document(cv("A: {publications: all}")).sections[0].publications == ListSpec(select="all")


def test_a_range_stays_in_its_list() -> None:
    assert prose(
        outline(
            cv("A: '[@barron; @sgd; @sole]'\nB:\n  publications: [barron]\nC:\n  publications: [quench, sgd, sole]")
        )[0]
    ) == ["[1, 2, 3]"]


def test_works_without_authors_come_last() -> None:
    none = Work(key="none", title=Text((Str("A"),)))
    some = Work(key="some", title=Text((Str("A"),)), authors=authors(["Lei Wu"]))
    assert in_order([none, some], ["author"]) == [some, none]


def test_the_second_pair_of_equals_is_equal_too_and_nobody_advises_himself() -> None:
    me = Author(name=parse_name("Lei Wu"), marks=("equal-2",))
    database = make_database((Work(key="a", title=Text((Str("A"),)), authors=(me,)),), (), Sink())
    who = who_knows(KnownPerson(key="Lei Wu", role=("advisee",)))
    assert len(selected(Selection(role=("equal",)), database, who, MARKS, Sink())) == 1
    assert selected(Selection(role=("advising",)), database, who, MARKS, Sink()) == []


# --- on the page ---

PAGE = """
name: Lei Wu
theme: {{name: {theme}, dates: {dates}}}
publications:
  a: {{title: First title, authors: Lei Wu, journal: Annals, year: 1951}}
  b: {{title: Second title, authors: Lei Wu, journal: Annals, year: 1951}}
  c: {{title: Third title, authors: Lei Wu, kind: report, year: 1947}}
sections:
  Awards: [{{award: Medal, date: 1963}}]
  Papers:
    text: See [@a; @c].
    publications: {{labels: {{article: "[WIDE{{n}}]", report: "C{{n}}"}}, margin: year, style: {{patterns: {{default: "{{title}}"}}}}}}
"""


@pytest.mark.parametrize("theme", ["noether", "turing"])
@pytest.mark.parametrize("dates", ["left", "right"])
def test_years_stand_with_the_dates_and_texts_below_each_other(theme: str, dates: str) -> None:
    outcome = render(source(PAGE.format(theme=theme, dates=dates)))
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    pdf = Pdf(outcome.pdf)
    page = pdf.document[0].get_textpage()

    def edges(words: str) -> tuple[float, float]:
        """Where words begin and end on their line."""
        at, length = page.search(words, match_case=True).get_next()
        return page.get_charbox(at)[0], page.get_charbox(at + length - 1)[2]

    side = 0 if dates == "left" else 1
    column = edges("1963")[side]
    assert abs(edges("1951")[side] - column) < 1
    assert abs(edges("1947")[side] - column) < 1
    assert pdf.text.count("1951") == 1
    starts = [edges(f"{word} title")[0] for word in ("First", "Second", "Third")]
    assert max(starts) - min(starts) < 1.5  # F, S and T have different side bearings
    for label in ("WIDE1]", "WIDE2]"):
        assert edges(label)[1] < starts[0]
    if dates == "left":
        assert edges("1951")[1] < edges("WIDE1")[0]
    assert {"work.1.1", "work.1.3"} <= set(pdf.inner_links) <= pdf.places
