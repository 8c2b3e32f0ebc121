"""Whole CVs at random, which combine all that lists, styles, marks, counts and citations can do; and what went wrong."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild.checked import Checked
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import Document
from cvbuild.outline import Outline
from cvbuild.pipeline import check, write_latex
from cvbuild.publications import LegendLine, Listing
from cvbuild.source import Source
from cvbuild.text import Cite, Count, Mark, Ref, Role, Text, plain, walk
from tests.support import blocks, legends, listings, outline, places, problems, source, whole_latex

KEYS = [f"w{i}" for i in range(7)]
OTHERS = ["Chao Ma", "Weinan E", "Zhong Li", "{The Group}", "吴磊明", "דוד לוי", "Seán O'Neil", "Jean-Luc de la Tour"]
SIGNS = ["", "", "", "", "", "", "*", "†", "*†", "‡", "#", "‖"]
TITLES = ["On $x^2$", "What *is* it?", "100% of A & B_c", "“Quoted.”", "שלום", "An end."]
PATTERNS = [
    "{authors}. {title}. {rest}, {year}.< {links}>",
    "<{authors} ({year}): |{authors}: >*{title}*. **{venue}**<, {doi}>.< {badges}>< ({note})>",
    "{title} / {authors}",
]
LABELS = ["J{n}", "[{n}]", "{n}.", "<{year}-|>{n}", "({yy}{key}{n})", "§ {n}:"]
STYLES = ["plain", "initials", "apa", "ieee", "ams", "own"]


def maybe(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


@st.composite
def authors(draw: st.DrawFn) -> list[str]:
    names = draw(st.lists(st.sampled_from(OTHERS), max_size=5, unique=True))
    if draw(st.booleans()):
        names.insert(draw(st.integers(0, len(names))), draw(st.sampled_from(["Lei Wu", "Wu, Lei"])))
    names = [name + draw(st.sampled_from(SIGNS)) for name in names or ["Chao Ma"]]
    return names + draw(st.sampled_from([[], ["et al."]]))


@st.composite
def cites(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6))
    words = draw(st.sampled_from([("", ""), ("see ", ", p. 3")]))
    cite = "[" + "; ".join(f"{words[0]}@{key}{words[1]}" for key in parts) + "]"
    return draw(st.sampled_from(["{}", "In *{}*", "**bold {}** and [#all]", "[#all] {}"])).format(cite)


WHERE = [
    {"journal": "Annals of *Math*", "short": "Ann.", "volume": "3", "pages": "1-9"},
    {"conference": "Conf & Co", "short": "CC", "location": "Wien"},
    {"kind": "book", "publisher": "Springer"},
    {"kind": "software", "version": "1.2", "url": "https://example.org/a_b"},
    {"arxiv": "2001.00001"},
    {"kind": "talk"},
]
WORK = st.builds(
    lambda where, rest: {**where, **rest},
    st.sampled_from(WHERE),
    st.fixed_dictionaries(
        {"authors": authors(), "title": st.sampled_from(TITLES)},
        optional={
            "year": st.integers(1990, 2030),
            "status": st.sampled_from(["accepted", "submitted", "in preparation"]),
            "rank": st.integers(1, 3),
            "tags": st.sampled_from([["a"], ["b", "a"]]),
            "note": st.one_of(st.just("Best"), cites()),
            "badges": st.just(["Oral", "*Prize*"]),
            "doi": st.just("10.1000/a_(b)"),
            "links": st.just({"pdf": "https://example.org/%20", "blog post": "https://example.org/{}"}),
            "alphabetical": st.booleans(),
        },
    ),
)
LIST = maybe(
    kind=st.sampled_from(["article", ["conference", "book"]]),
    role=st.sampled_from(["first", "equal"]),
    year=st.just("2000 - Present"),
    without=st.just({"keys": ["w0"]}),
    order=st.lists(st.sampled_from(["newest", "oldest", "rank", "title", "author", "venue"]), max_size=2),
    limit=st.integers(1, 9),
    group=st.sampled_from(["kind", "year", "status", "venue", "topic"]),
    headings=st.just({"article": "Articles [@w1]"}),
    number=st.sampled_from(["up", "down", "none"]),
    label=st.sampled_from(LABELS),
    labels=st.just({"article": "A{n}", "book": "B{n}"}),
    restart=st.booleans(),
    resume=st.booleans(),
    margin=st.just("year"),
    style=st.sampled_from(STYLES),
)
ALL = {"style": "own", "group": "kind", "headings": {"article": "Articles [@w1]", "book": "[#all] [@w0; @w2]"}}
SECTION = maybe(text=cites(), publications=LIST, legend=st.sampled_from(["above", "below", {"alphabetical": True}]))
OWN = st.builds(
    lambda more, default: {**more, "patterns": {"default": default}},
    maybe(
        base=st.sampled_from(STYLES[:-1]),
        names=st.sampled_from(["full", "initials", "family-first", "family-initials"]),
        **{"max-authors": st.integers(1, 4), "min-authors": st.integers(1, 6), "keep-last": st.booleans()},
        position=st.booleans(),
        venue=st.sampled_from(["long", "short", "both"]),
        link=st.sampled_from(["title", "venue", "none"]),
        links=st.sampled_from(["labels", "icons"]),
    ),
    st.sampled_from(PATTERNS),
)
CV = st.builds(
    lambda works, sections, own, more: {
        "name": "Lei Wu",
        "people": {"Zhong Li": {"role": "advisee", "url": "https://example.org"}},
        "counts": {"all": "all"},
        "headline": "[#all] works",
        "styles": {"own": own},
        "publications": dict(zip(KEYS, works, strict=True)),
        "sections": {**{f"S{i} [@w0]": s for i, s in enumerate(sections)}, "All": {"publications": ALL}},
        **more,
    },
    st.lists(WORK, min_size=len(KEYS), max_size=len(KEYS)),
    st.lists(
        st.builds(
            lambda s, inner: {**s, **inner}, SECTION, st.just({}) | SECTION.map(lambda s: {"sections": {"T": s}})
        ),
        max_size=3,
    ),
    OWN,
    maybe(citations=st.sampled_from([{"form": "apart"}, {"ranges": False}]), summary=cites()),
)


def texts(value: object) -> Iterator[Text]:
    """Every text of an outline that a theme prints; the works behind items are those of the database."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif dataclasses.is_dataclass(value):
        names = (f.name for f in dataclasses.fields(value) if f.name not in ("span", "work"))
        yield from (text for name in names for text in texts(getattr(value, name)))


def marks(body: Text) -> set[str]:
    found = {node.name for node in walk(body.body) if isinstance(node, Mark)}
    return found | {node.mark for node in walk(body.body) if isinstance(node, Role) and node.mark}


@settings(max_examples=30, deadline=None)
@given(CV)
def test_whole_cvs(cv: dict[str, Any]) -> None:
    sink = Sink()
    checked = check(source(json.dumps(cv, ensure_ascii=False, indent=1)), Files(), sink)
    assert isinstance(checked, Checked), [d for d in sink.sorted() if d.is_error]
    found = checked.outline
    lists = listings(found)
    check_lists(checked.document, lists)
    check_citations(found, lists)
    for block in found.blocks:
        check_legends(dataclasses.replace(found, blocks=(block,)))
    tex = write_latex(checked, sink)
    assert tex is not None
    assert tex.written.text.count("\\begin{") == tex.written.text.count("\\end{")


def check_lists(document: Document, lists: list[Listing]) -> None:
    assert sorted(item.work.key for item in lists[-1].items) == KEYS
    series = defaultdict(list)
    for one in lists:
        keys = [item.work.key for item in one.items]
        assert len(keys) == len(set(keys))
        for item in one.items:
            if item.label is not None:
                series[item.series].append(item.number)
            mine = any("Wu" in str(author.name) for author in item.work.authors)
            assert mine == any(isinstance(n, Role) and n.name == "self" for n in walk(item.body.body)), str(item.body)
            assert str(item.work.title).strip(".") in str(item.body)
    for numbers in series.values():
        assert numbers in ([*range(1, len(numbers) + 1)], [*range(len(numbers), 0, -1)])


def check_citations(found: Outline, lists: list[Listing]) -> None:
    labels = {item.anchor: item.label for one in lists for item in one.items}
    for text in texts(found):
        for node in walk(text.body):
            assert not isinstance(node, Cite | Count), text
            if isinstance(node, Ref):
                assert plain(node.body) == labels[node.target]
    assert str(found.headline) == f"{len(KEYS)} works"


def check_legends(section: Outline) -> None:
    """Each legend explains marks that are printed, and together they explain all."""
    printed = set[str]().union(*(marks(item.body) for one in listings(section) for item in one.items))
    said = [marks(block.text) for block in blocks(section) if isinstance(block, LegendLine)]
    assert set[str]().union(*said) == printed


# --- what went wrong, once ---

ONE = "name: Lei Wu\npublications: {a: {title: A, authors: 'Chao Ma; Lei Wu*', journal: J, year: 2020}}\n"


def item(spec: str, head: str = "") -> str:
    found, _ = outline(f"{ONE}{head}sections: {{P: {{publications: {spec}}}}}\n")
    return plain(listings(found)[0].items[0].body.body)


def labels(pattern: str) -> tuple[str | None, str | None]:
    found, _ = outline(f"{ONE}sections: {{P: {{publications: {{label: '{pattern}'}}}}}}\n")
    first = listings(found)[0].items[0]
    return first.own, first.label


@pytest.mark.parametrize(
    ("pattern", "own", "cited"),
    [
        ("{n}:", "1:", "1"),
        (".{n}", ".1", ".1"),
        ("{n},", "1,", "1"),
        (r"\J{n}", r"\J1", r"\J1"),
        (r"\{{n}\}", "{1}", "{1}"),
    ],
)
def test_a_pattern_of_a_number_is_printed_as_it_is(pattern: str, own: str, cited: str) -> None:
    assert labels(pattern) == (own, cited)


def test_a_mark_behind_initials_is_no_reason_for_a_second_stop() -> None:
    assert item("{style: apa}").startswith("Ma, C., & Wu, L.* (2020). A.")
    assert item("{style: {base: plain, names: family-initials}}") == "Ma, C., Wu, L.* A. J, 2020."


def test_names_have_apostrophes() -> None:
    yaml = """
    name: Lei Wu
    publications: {a: {title: A, authors: ["Seán O'Neil", "Gerard 't Hooft", "Will 'Bill' Gates"]}}
    sections: {P: {publications: all}}
    """
    body = str(listings(outline(yaml)[0])[0].items[0].body)
    assert body.startswith("Seán O’Neil, Gerard ’t Hooft, Will 'Bill' Gates.")


@pytest.mark.parametrize("pattern", ["", "x", '{"In"}', r"\{title\}", "<" * 5000, "<" * 60 + "{title}" + ">" * 60])
def test_patterns_that_print_nothing_or_nest_too_deep_are_errors(pattern: str) -> None:
    head = f"styles: {{own: {{patterns: {{default: '{pattern}'}}}}}}\n"
    assert problems(f"{ONE}{head}sections: {{P: {{publications: all}}}}\n") == ["3:27 CV408"]


def test_one_number_for_several_works_of_a_list_is_no_matter_of_two_lists() -> None:
    yaml = """
    name: Lei Wu
    summary: "[@a; @b]"
    publications: {a: {title: A, kind: book}, b: {title: B, kind: report}}
    sections: {P: {publications: {group: kind, restart: true}}}
    """
    _, found = outline(yaml)
    assert [d.message for d in found] == [f"other works of the list have the number of `{key}` too" for key in "ab"]


def test_what_is_printed_as_written_is_told_where_it_stands() -> None:
    yaml = f'headline: By [@a]\nphone: "1 [@a]"\n{ONE}sections: {{P: {{publications: all}}}}\n'
    assert problems(yaml) == ["2:11 CV435"]


def test_a_meaning_with_a_full_stop_needs_no_semicolon() -> None:
    yaml = f"""{ONE.replace("Lei Wu*", "Lei Wu*†")}
legend: {{words: {{equal: joint first authors.}}}}
sections: {{P: {{publications: all}}}}
"""
    assert legends(outline(yaml)[0]) == ["* joint first authors. † indicates corresponding author."]


def test_words_that_are_replaced_by_nothing_leave_no_separator() -> None:
    head = "words: {et al.: ''}\n"
    assert item("{style: {base: plain, max-authors: 1, owner: hide}}", head) == "Chao Ma. A. J, 2020."
    assert item("{style: {base: plain, max-authors: 1}}", head) == "Chao Ma, Lei Wu*. A. J, 2020."


@pytest.mark.parametrize(("styles", "codes"), [("", []), ("# none yet\n", []), ("- a\n", ["1:1 CV202"])])
def test_a_theme_may_have_an_empty_file_of_styles(tmp_path: Path, styles: str, codes: list[str]) -> None:
    folder = tmp_path / "themes" / "mine"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text('description = "x"\nextends = "noether"\n', encoding="utf-8")
    (folder / "styles.yaml").write_text(styles, encoding="utf-8")
    sink = Sink()
    check(Source("cv.yaml", "name: Ada\ntheme: mine\n", tmp_path), Files(), sink)
    assert places(sink.sorted()) == codes


def test_marks_of_a_theme_are_a_table(tmp_path: Path) -> None:
    folder = tmp_path / "themes" / "mine"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text('description = "x"\nextends = "noether"\nmarks = 3\n', encoding="utf-8")
    sink = Sink()
    check(Source("cv.yaml", "name: Ada\ntheme: mine\n", tmp_path), Files(), sink)
    assert [d.message for d in sink.sorted()] == [f"{folder / 'theme.toml'}: `marks` is no table"]


def test_several_years_are_one_text() -> None:
    sink = Sink()
    check(source(f"{ONE}sections: {{P: {{publications: {{year: [2019, 2020]}}}}}}\n"), Files(), sink)
    assert [d.hint for d in sink.sorted()] == ["several dates are one text: `2018, 2020 – Present`"]


def test_a_line_may_end_in_what_is_no_word_of_any_language() -> None:
    tex = whole_latex("name: A\nsummary: " + 63 * "x" + " " + 60 * "y" + "\n")
    assert 10 * r"xxxxxx\cvsplit{}" + "xxx " + 60 * "y" in tex


def test_short_labels_of_links_stay_on_one_line() -> None:
    links = "{blog post: 'https://example.org', all that there is to say: 'https://example.org'}"
    found, _ = outline(
        f"{ONE.replace('journal: J', f'journal: J, links: {links}')}sections: {{P: {{publications: all}}}}\n"
    )
    body = plain(listings(found)[0].items[0].body.body)
    assert body.endswith("[blog\u00a0post] [all that there is to say]")
