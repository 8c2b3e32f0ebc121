"""Lists of publications: what is selected, in which order, under which numbers, in which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.publications.patterns import PatternError, parse_pattern, set_pattern
from cvbuild.text import Emph, Mark, Role, Str, plain, walk
from tests.support import items, legends, listings, outline, problems

DATABASE = """
name: Lei Wu
publications:
  barron:
    authors: Weinan E*, Chao Ma*, and Lei Wu*
    title: The Barron space
    journal: Constructive Approximation
    year: 2020
  fluid:
    authors: Huan Lei, Lei Wu, Weinan E
    title: Non-Newtonian fluids
    journal: Physical Review E
    volume: 102
    pages: "043309"
    date: 2020-10
  sgd:
    authors: Lei Wu*, Chao Ma*, Weinan E
    title: How SGD selects the global minima
    conference: Advances in Neural Information Processing Systems
    short: NeurIPS
    year: 2018
    note: Spotlight
  quench:
    authors: [Chao Ma, Lei Wu]
    title: Is it quenched?
    arxiv: "2006.14450"
    year: 2020
    tags: [best]
  draft:
    authors: Lei Wu
    title: A draft
    journal: Annals of Examples
    status: submitted
"""


def cv(sections: str) -> str:
    lines = "".join("  " + line + "\n" for line in sections.strip("\n").split("\n"))
    return DATABASE + "sections:\n" + lines


def one(spec: str) -> list[tuple[str | None, str]]:
    found, _ = outline(cv("Papers:\n  publications: " + spec))
    (listing,) = listings(found)
    return items(listing)


def keys(spec: str) -> list[str]:
    found, _ = outline(cv("Papers:\n  publications: " + spec))
    return [item.work.key for item in listings(found)[0].items]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("all", ["draft", "barron", "quench", "fluid", "sgd"]),
        ("{order: oldest}", ["sgd", "fluid", "barron", "quench", "draft"]),
        ("{order: written}", ["barron", "fluid", "sgd", "quench", "draft"]),
        ("[sgd, barron]", ["sgd", "barron"]),
        ("{keys: [sgd, barron], order: newest}", ["barron", "sgd"]),
        ("{kind: article, status: published}", ["barron", "fluid"]),
        ("{kind: [preprint, conference]}", ["quench", "sgd"]),
        ("{status: submitted}", ["draft"]),
        ("{tag: best}", ["quench"]),
    ],
)
def test_selection_and_order(spec: str, expected: list[str]) -> None:
    assert keys(spec) == expected


def test_plain_style() -> None:
    assert one("{order: written}") == [
        ("1", "Weinan E*, Chao Ma*, Lei Wu*. The Barron space. Constructive Approximation, 2020."),
        ("2", "Huan Lei, Lei Wu, Weinan E. Non-Newtonian fluids. Physical Review E, 102:043309, 2020."),
        ("3", "Lei Wu*, Chao Ma*, Weinan E. How SGD selects the global minima."
         " In Advances in Neural Information Processing Systems (NeurIPS), 2018. (Spotlight)"),
        ("4", "Chao Ma, Lei Wu. Is it quenched? arXiv preprint, arXiv:2006.14450, 2020."),
        ("5", "Lei Wu. A draft. Submitted to Annals of Examples."),
    ]  # fmt: skip


def test_initials_style() -> None:
    texts = [
        text.replace("\u00a0", " ")
        for _, text in one("{order: written, style: {base: initials, venue: short}, number: none}")
    ]
    assert texts == [
        "W. E*, C. Ma*, & L. Wu* (2020). The Barron space. Constructive Approximation.",
        "H. Lei, L. Wu, & W. E (2020). Non-Newtonian fluids. Physical Review E, 102:043309.",
        "L. Wu*, C. Ma*, & W. E (2018). How SGD selects the global minima. NeurIPS (Spotlight).",
        "C. Ma, & L. Wu (2020). Is it quenched? arXiv:2006.14450.",
        "L. Wu. A draft. Submitted to Annals of Examples.",
    ]


def test_with_style_hides_the_owner() -> None:
    assert one("{keys: [sgd, quench, draft], style: with}") == [
        ("1", "(with Chao Ma and Weinan E) How SGD selects the global minima"),
        ("2", "(with Chao Ma) Is it quenched?"),
        ("3", "A draft"),
    ]


def test_et_al_never_hides_the_owner() -> None:
    (text,) = [text for _, text in one("{keys: [fluid], style: {base: plain, max-authors: 1}}")]
    assert text.startswith("Huan Lei, Lei Wu, et al. Non-Newtonian fluids")


def test_the_owner_is_a_person_and_not_a_substring() -> None:
    found, _ = outline(cv("Papers:\n  publications: [fluid]"))
    body = listings(found)[0].items[0].body.body
    selves = [plain(node.body) for node in walk(body) if isinstance(node, Role) and node.name == "self"]
    assert selves == ["Lei Wu"]


def test_marks_stand_outside_the_name() -> None:
    found, _ = outline(cv("Papers:\n  publications: [sgd]"))
    for node in walk(listings(found)[0].items[0].body.body):
        if isinstance(node, Role) and node.name in ("self", "author"):
            assert not any(isinstance(inner, Mark) for inner in walk(node.body))


def test_numbers_fall_resume_and_restart() -> None:
    found, _ = outline(
        cv("""
A:
  publications: {kind: article, status: published, number: down}
B:
  publications: {kind: conference, resume: true}
C:
  publications: {kind: preprint}
D:
  publications: {keys: [draft], number: none}
""")
    )
    assert [[label for label, _ in items(listing)] for listing in listings(found)] == [["3", "2"], ["1"], ["1"], [None]]


def test_groups_have_headings_and_numbers_run_through() -> None:
    found, _ = outline(cv("A:\n  publications: {group: kind, headings: {preprint: On arXiv}}"))
    (listing,) = listings(found)
    assert [str(group.heading) for group in listing.groups] == ["On arXiv", "Journal articles", "Conference papers"]
    assert [item.label for item in listing.items] == ["1", "2", "3", "4", "5"]
    found, _ = outline(cv("A:\n  publications: {group: year}"))
    assert [str(group.heading) for group in listings(found)[0].groups] == ["Undated", "2020", "2018"]


EQUAL = "* indicates equal contribution."


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ("A:\n  publications: all", [EQUAL]),
        ("A:\n  publications: [fluid]", []),
        ("A:\n  publications: [quench, draft]", []),
        ("A:\n  publications: {keys: [sgd], style: with}", []),
        ("A:\n  legend: none\n  publications: all", []),
        ("A:\n  publications: {keys: [sgd], legend: below}\nB:\n  publications: [barron]", [EQUAL, EQUAL]),
        ("A:\n  sections:\n    X: {publications: [sgd]}\n    Y: {publications: [barron]}", [EQUAL]),
        (
            "A:\n  legend: {alphabetical: true}\n  publications: [sgd]",
            ["* indicates equal contribution or alphabetical author order."],
        ),
        ("A:\n  legend: {words: {'*': shared first authors}}\n  publications: [sgd]", ["* shared first authors."]),
    ],
)
def test_legend_says_what_was_printed_in_its_scope(sections: str, expected: list[str]) -> None:
    found, _ = outline(cv(sections))
    assert legends(found) == expected


def test_legend_of_the_document_is_printed_once() -> None:
    found, _ = outline("legend: below\n" + cv("A:\n  publications: [sgd]\nB:\n  publications: [barron]").lstrip())
    assert legends(found) == [EQUAL]
    assert type(found.blocks[-1]).__name__ == "LegendLine"


def test_a_mark_without_a_meaning_is_a_warning() -> None:
    yaml = cv("A:\n  publications: [sgd]").replace("Lei Wu*, Chao Ma*, Weinan E", "Lei Wu¶, Chao Ma")
    assert [problem.split()[-1] for problem in problems(yaml)] == ["CV409"]


def test_citations_print_the_number_of_the_nearest_list() -> None:
    found, diagnostics = outline(
        cv("""
One:
  text: See [@sgd] and [@barron; @sgd].
  publications: [barron, sgd]
Two:
  text: Here [@sgd].
  publications: [sgd]
Three: Far away [@fluid].
All:
  publications: {keys: [quench, fluid]}
""")
    )
    assert diagnostics == []
    texts = [
        str(text)
        for block in found.blocks
        for inner in getattr(block, "blocks", ())
        for text in getattr(inner, "paragraphs", ())
    ]
    assert texts == ["See [2] and [1, 2].", "Here [1].", "Far away [2]."]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ("A: See [@nobody].", ["CV401"]),
        ("A: See [@sgd].", ["CV402"]),
        ("A:\n  text: See [@sgd].\n  publications: {keys: [sgd], number: none}", ["CV402"]),
        ("A:\n  publications: [nothing]", ["CV401"]),
        ("A:\n  publications: [sgd, sgd]", ["CV403"]),
        ("A:\n  publications: {kind: patent}", ["CV404"]),
        ("A:\n  publications: {style: nostyle}", ["CV407"]),
        ("A:\n  publications: {style: {patterns: {default: '{athors}'}}}", ["CV408"]),
    ],
)
def test_what_cannot_be_resolved_is_reported(sections: str, expected: list[str]) -> None:
    assert [problem.split()[-1] for problem in problems(cv(sections))] == expected


def test_a_citation_is_reported_at_its_place() -> None:
    yaml = cv("A: Look at [@sgd; @nobody] here.")
    (problem,) = [p for p in problems(yaml) if p.endswith("CV401")]
    line, column = map(int, problem.split()[0].split(":"))
    assert yaml.lstrip("\n").split("\n")[line - 1][column - 1 :].startswith("@nobody")


def test_doubtful_owner_is_reported_once_and_not_bold() -> None:
    yaml = """
    name: Lei Wu
    publications:
      a: {title: A, authors: "L. Wu, C. Ma", year: 2020}
    sections:
      P: {publications: all}
    """
    assert problems(yaml) == ["3:27 CV406"]
    assert problems(yaml.replace("name: Lei Wu", "name: Lei Wu\n    aliases: L. Wu")) == []


# --- patterns ---

FIELDS = frozenset({"a", "b", "c"})


def set_text(pattern: str, **fields: str) -> str:
    return plain(set_pattern(parse_pattern(pattern, FIELDS), {k: (Str(v),) for k, v in fields.items() if v}))


@pytest.mark.parametrize(
    ("pattern", "fields", "expected"),
    [
        ("{a}.< {b}>", {"a": "A"}, "A."),
        ("{a}.< {b}>", {"a": "A", "b": "B"}, "A. B"),
        ("{a}.", {"a": "Really?"}, "Really?"),
        ("{a}.", {"a": "etc."}, "etc."),
        ("<{a}:{b}|{b}>", {"b": "B"}, "B"),
        ("<{a}<({b})>|none {c}>", {"a": "A"}, "A"),
        ("<<{a}><{b}>|{c}>", {"c": "C"}, "C"),
        (r"\<{a}\>", {"a": "A"}, "<A>"),
        ("< {a}>", {"a": "A"}, "A"),
    ],
)
def test_patterns(pattern: str, fields: dict[str, str], expected: str) -> None:
    assert set_text(pattern, **fields) == expected


def test_patterns_set_emphasis() -> None:
    assert set_pattern(parse_pattern("*{a}*<, *{b}*>", FIELDS), {"a": (Str("A"),)}) == (Emph((Str("A"),)),)


@pytest.mark.parametrize("pattern", ["{a", "{x}", "<{a}", "*{a}", "{a}>", "a}", "**{a}*"])
def test_malformed_patterns(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(pattern, FIELDS)


@given(st.text(alphabet="{}ab<>|*.\\ ", max_size=40))
def test_any_pattern_is_read_or_refused(pattern: str) -> None:
    try:
        parsed = parse_pattern(pattern, FIELDS)
    except PatternError:
        return
    set_pattern(parsed, {"a": (Str("A"),)})


def test_names_in_natural_order_are_not_turned_around() -> None:
    found, _ = outline(
        'name: N\npublications:\n  a: {title: T, authors: "J. Roe, I. M. Duarte and O\'Neil, Pat"}\nsections: {P: {publications: all}}'
    )
    assert items(listings(found)[0])[0][1].startswith("J. Roe, I. M. Duarte, O’Neil, Pat.")
