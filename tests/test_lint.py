"""Lint: what it remarks on, and above all what it does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild.dates import PartialDate
from cvbuild.diagnostics import CODES, Diagnostic, Sink
from cvbuild.files import Files
from cvbuild.lint import RULES, lint
from cvbuild.lint.lists import _longest
from cvbuild.model import Author, Work
from cvbuild.names import parse_name
from cvbuild.outline import make_outline
from cvbuild.pipeline import check
from cvbuild.publications import make_database
from cvbuild.reading import read_file
from cvbuild.source import Source, Span
from cvbuild.text import text
from tests.support import EXAMPLES, ROOT, TODAY, document, load, places, problems, remarks, source


def cv(works: str = "", sections: str = "  Papers:\n    publications: all\n", head: str = "") -> str:
    return f"name: Ada Lovelace\n{head}publications:\n{works}sections:\n{sections}"


def work(key: str, **fields: str) -> str:
    fields = {"title": f"Title {key}", "authors": "Ada Lovelace, Ben Hill", "year": "2020", **fields}
    lines = [f"    {name.replace('_', '-')}: {value}\n" for name, value in fields.items() if value]
    return f"  {key}:\n" + "".join(lines)


def codes(yaml: str) -> list[str]:
    return [d.code.number for d in remarks(yaml)]


def journals(*names: str) -> str:
    return cv("".join(work(f"w{i}", journal=name) for i, name in enumerate(names)))


def entries(*dates: str, kind: str = "position") -> str:
    return cv(sections="  S:\n" + "".join(f"    - {{{kind}: X{i}, date: {d}}}\n" for i, d in enumerate(dates)))


# --- the examples ------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples(path: Path) -> None:
    """Two works of one example really are out of order, in the document from which it was drawn, too."""
    sink, files = Sink(), Files()
    read = read_file(path, path.name, files, sink)
    assert read is not None
    checked = check(read, files, sink)
    assert checked is not None
    lint(checked.document, checked.database, checked.outline, TODAY, sink)
    found = [d.message.split("`")[1] for d in sink.diagnostics if d.code.number == "CV704"]
    assert found == (["wu2020adversarial", "ma2018irreversible"] if path.stem == "lei-wu" else [])
    assert len(sink.diagnostics) == len(found)


# --- authors -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"authors": "Ben Hill, Lovelace"}, ["CV701"]),
        ({"authors": "Adam Lovelace"}, ["CV701"]),
        ({"authors": "'Lovelace, Ada'"}, []),
        ({"authors": "A. Lovelace"}, []),  # CV406 asks
        ({"authors": "Ben Hill, {The Engine Team}"}, []),
        ({"authors": "Ben Hill, et al."}, ["CV701"]),
        ({"authors": "[{name: The writer, me: true}]"}, []),
        ({"authors": "Ben Hill", "book": "Engines", "editors": "Ada Lovelace, Carl Hill"}, []),
        ({"authors": "", "publisher": "Hill", "editors": "Carl Hill"}, []),
        ({"authors": "", "kind": "software"}, []),
        ({"authors": ""}, ["CV701"]),
    ],
)
def test_owner_missing(fields: dict[str, str], expected: list[str]) -> None:
    assert codes(cv(work("a", **fields))) == expected


def test_an_owner_who_is_nowhere_is_told_once() -> None:
    (found,) = remarks(cv("".join(work(key, authors="A. L. Noel") for key in "abc")))
    assert "none of the 3 works" in found.message


@pytest.mark.parametrize(
    ("authors", "head", "expected"),
    [
        ("Ada Lovelace*, Ben Hill", "", ["CV702"]),
        ("Ada Lovelace*", "", ["CV702"]),
        ("Ada Lovelace*†, Ben Hill*", "legend: {words: {†: x}}\n", []),
        ("Ada Lovelace†, Ben Hill", "legend: {words: {†: equal contribution}}\n", ["CV702"]),
        ("Ada Lovelace*, Ben Hill", "legend: {words: {'*': corresponding author}}\n", []),
        ("Ada Lovelace*, Ben Hill", "marks: {corresponding: '*'}\n", []),
        ("Ada Lovelace*, Ben Hill, et al.", "", []),
        ("Ada Lovelace‡, Ben Hill*, Carl Dale*", "legend: {words: {‡: x}}\n", []),
        ("[{name: Ada Lovelace, marks: equal}, Ben Hill]", "", ["CV702"]),
        (
            "[{name: Ada Lovelace, marks: [equal-2, equal]}, {name: Ben Hill, marks: 'equal, †'}]",
            "legend: {words: {†: x}}\n",
            ["CV702"],
        ),
        ("Ada Lovelace†, Ben Hill", "marks: {equal: †}\nlegend: {words: {†: joint first author}}\n", ["CV702"]),
        ("[{name: Ada Lovelace, marks: equal}, {name: Ben Hill, marks: equal}]", "", []),
    ],
)
def test_lone_mark(authors: str, head: str, expected: list[str]) -> None:
    assert codes(cv(work("a", authors=authors), head=head)) == expected


@pytest.mark.parametrize(
    ("authors", "right"),
    [
        ("Ben Hill, Ada Lovelace", True),
        ("Ada Lovelace, Ben Hill", False),
        ("Ludwig van Beethoven, Ada Lovelace, Vincent van Gogh", True),
        ("Carl Zill, Ada Lovelace", False),
        ("Ada Lovelace, Ludwig van Beethoven", True),  # under V
        ("Kurt Gödel, Carl Goetz, Ada Lovelace", True),  # as ö or as oe
        ("Gabriel García Márquez, Ben Hill, Ada Lovelace", True),  # under G
        ("Élie Cartan, Jean d'Alembert, Ada Lovelace", True),
        ("Ada Lovelace, 吴磊, Ben Hill", True),  # nobody knows
        ("Ada Lovelace, Zoe Smith, et al.", True),
        ("Ada Lovelace, Ben Smith, Carl Smith", True),
        ("Ada Lovelace, Carl Smith, Ben Smith", False),
    ],
)
def test_not_alphabetical(authors: str, right: bool) -> None:
    assert codes(cv(work("a", authors=authors, alphabetical="true"))) == ([] if right else ["CV703"])


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("legend: {words: {‖: in alphabetical order}}\n", ["CV703"]),
        ("legend: {words: {‖: has moved}}\n", []),
    ],
)
def test_a_sign_claims_the_alphabet(head: str, expected: list[str]) -> None:
    assert codes(cv(work("a", authors="Carl Zill‖, Ada Lovelace"), head=head)) == expected


def test_a_star_claims_the_alphabet_where_the_legend_says_so() -> None:
    papers = work("a", authors="Ada Lovelace*, Ben Hill*") + work("b", authors="Ada Lovelace*, Ben Hill*, Carl Dale")
    assert codes(cv(papers)) == []
    assert codes(cv(papers, head="legend: {alphabetical: true}\n")) == ["CV703"]
    inner = "  Papers:\n    legend: {alphabetical: true}\n    sections:\n      All:\n        publications: {legend: below}\n"
    assert codes(cv(papers, inner)) == []  # the list's own legend speaks for it
    assert codes(cv(papers, inner.replace("{legend: below}", "all"))) == ["CV703"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Karl Müller", "Karl Mueller", True),
        ("Karl Müller", "Karl Muller", True),
        ("Jean-Luc Roy", "Jean Luc Roy", True),
        ("Emily B. Fox", "Emily Fox", True),
        ("Emily B Fox", "Emily B. Fox", True),
        ("Yi-An Ma", "Yi Ma", False),
        ("Jie Li", "J. Li", False),
        ("Jie Li", "Jia Li", False),
        ("Guy Steele", "Guy Steele Jr.", False),
        ("Emily B. Fox", "Emily C. Fox", False),
        ("Lars Erik Berg", "Lars Berg", False),
    ],
)
def test_two_spellings(one: str, other: str, alike: bool) -> None:
    papers = work("a", authors=f"Ada Lovelace, {one}") + work("b", authors=f"Ada Lovelace, {other}")
    assert codes(cv(papers)) == (["CV713"] if alike else [])


def test_a_middle_initial_that_several_have_tells_them_apart() -> None:
    papers = [
        work(f"w{i}", authors=f"Ada Lovelace, {name}") for i, name in enumerate(["Wei Wu", "Wei A. Wu", "Wei B. Wu"])
    ]
    assert codes(cv("".join(papers))) == []


# --- order -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "wrong"),
    [
        (["2020", "2018", "2019", "2015"], [2]),
        (["2010", "2012", "2011", "2015"], [2]),
        (["2020", "2021", "2018", "2017", "2016"], [1]),
        (["2020 - 2021", "2018 - 2024", "2015 - 2019", "2010 - 2012"], []),  # by starts
        (["2018 - Present", "2020 - Present", "2015 - 2018", "2012 - 2015"], []),
        (["2020.8", "2020", "2019.3", "2019.9", "2018"], []),  # no more exact than the least exact
        (["Winter 2024", "Fall 2024", "2023", "2022"], []),
        (["2020", "2018", "2019"], []),
        (["2020", "2018", "2020", "2018", "2020", "2018"], []),
        (["2020", "2020", "2021", "2020", "2020"], []),
        (["2012", "2019", "2011", "2020", "2010", "2021"], []),
    ],
)
def test_entries_out_of_order(dates: list[str], wrong: list[int]) -> None:
    assert places(remarks(entries(*dates))) == [f"{5 + i}:7 CV704" for i in wrong]


def test_people_and_works_are_often_in_another_order() -> None:
    dates = ["2020", "2018", "2019", "2015", "2014"]
    assert codes(entries(*dates, kind="award")) == ["CV704"]
    assert codes(entries(*dates, kind="person")) == []
    assert codes(entries(*dates, "2013", "2012", kind="person")) == ["CV704"]


def test_entries_in_groups_by_kind() -> None:
    rows = [
        ("degree", 2018),
        ("degree", 2014),
        ("degree", 2010),
        ("position", 2020),
        ("position", 2012),
        ("position", 2008),
    ]
    yaml = cv(sections="  S:\n" + "".join(f"    - {{{kind}: X, date: {year}}}\n" for kind, year in rows))
    assert codes(yaml) == []


def test_talks_given_several_times_count_by_their_last() -> None:
    several = "    - {talk: T, venues: [{event: A, date: 2016}, {event: B, date: 2021}]}\n"
    rest = "".join(f"    - {{talk: T{y}, date: {y}}}\n" for y in (2020, 2019, 2018, 2017))
    assert codes(cv(sections="  S:\n" + several + rest)) == []
    assert codes(cv(sections="  S:\n" + rest + several)) == ["CV704"]


def test_lists_in_the_order_written() -> None:
    years = [2020, 2019, 2018, 2020, 2017, 2016, 2015]
    papers = "".join(work(f"w{i}", year=str(year)) for i, year in enumerate(years))
    lists = "  P:\n    publications: {order: written}\n"
    assert [(d.code.number, d.span and d.span.text) for d in remarks(cv(papers, lists))] == [("CV704", "w3")]
    assert codes(cv(papers)) == []
    head = "lists: {order: written}\n"
    assert codes(cv(papers, head=head)) == ["CV704"]
    keys = "  P:\n    publications: [w0, w1, w2, w3, w4, w5, w6]\n"
    (found,) = remarks(cv(papers, keys))
    assert found.span is not None
    assert found.span.source.line(found.span.line).startswith("    publications: [w0"), "the place is in the list"


@given(st.lists(st.integers(0, 6), max_size=9))
def test_the_longest_part_that_never_falls(ranks: list[int]) -> None:
    kept = _longest(ranks)
    assert kept == sorted(set(kept))
    assert [ranks[i] for i in kept] == sorted(ranks[i] for i in kept)
    best = [0] * (len(ranks) + 1)
    for i, rank in enumerate(ranks):
        best[i] = 1 + max((best[j] for j in range(i) if ranks[j] <= rank), default=0)
    assert len(kept) == max(best)


# --- works -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"arxiv": "2009.06125"}, {"journal": "Memoirs"}, ["CV705"]),
        ({"arxiv": "2009.06125"}, {"journal": "Memoirs", "authors": "Ada Lovelace, Ben Hill, Carl Dale"}, ["CV705"]),
        ({"arxiv": "2009.06125"}, {"journal": "Memoirs", "authors": "Ada Lovelace, Carl Dale, Zoe Ray"}, []),
        ({"conference": "ICML"}, {"journal": "Memoirs"}, []),
        ({"conference": "ICML"}, {"kind": "talk", "venue": "ICML"}, []),
        ({"kind": "talk"}, {"kind": "talk"}, []),
        ({"journal": "Memoirs"}, {"journal": "Memoirs"}, ["CV705"]),
        ({"journal": "Memoirs", "doi": "10.1000/1"}, {"journal": "Memoirs", "doi": "10.1000/2"}, []),
        ({"kind": "patent", "number": "US 1"}, {"kind": "patent", "number": "EP 1"}, []),
        ({"kind": "software", "version": "1"}, {"kind": "software", "version": "2"}, []),
        ({"publisher": "P", "edition": "1st"}, {"publisher": "P", "edition": "2nd"}, []),
        ({"journal": "M", "doi": "10.1000/A"}, {"title": "Another", "journal": "M", "doi": "10.1000/a"}, ["CV705"]),
        ({"arxiv": "2009.06125v1"}, {"title": "Another", "journal": "M", "arxiv": "2009.06125"}, ["CV705"]),
        ({"conference": "C", "arxiv": "2009.06125"}, {"journal": "M", "arxiv": "2009.06125"}, []),
    ],
)
def test_same_work(one: dict[str, str], other: dict[str, str], expected: list[str]) -> None:
    title = "'On the Analytical Engine: $x^2$'"
    papers = work("a", **{"title": title, **one}) + work("b", **{"title": title.upper().replace("X^2", "x^2"), **other})
    assert [code for code in codes(cv(papers)) if code != "CV716"] == expected


def test_the_preprint_is_the_one_to_give_up() -> None:
    papers = work("a", title="T u v", arxiv="2009.06125") + work("b", title="T U V", journal="Memoirs")
    (found,) = remarks(cv(papers))
    assert found.span is not None
    assert (found.span.text, found.labels[0].span.text) == ("a", "b")
    assert found.hint == "keep the published one, with `arxiv: 2009.06125`"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "submitted", "year": "2023"}, ["CV706"]),
        ({"status": "under review", "year": "2024"}, []),
        ({"status": "in press", "date": "2024-11-20"}, ["CV706"]),
        ({"status": "in press", "date": "2024-11-21"}, []),
        ({"status": "in preparation", "year": "2010"}, []),
        ({"status": "submitted", "year": "", "arxiv": "2009.06125"}, ["CV706"]),
        ({"status": "submitted", "year": ""}, []),
        ({"year": "2026", "journal": "Memoirs"}, []),
        ({"date": "2027-02"}, []),
        ({"date": "2027-03"}, ["CV715"]),
        ({"status": "accepted", "year": "2028"}, []),
        ({"status": "accepted", "year": "2030"}, ["CV715"]),
        ({"pages": "9-10"}, []),
        ({"pages": "e12-e10"}, []),
        ({"pages": "20--19"}, ["CV714"]),
        ({"pages": "120–12"}, ["CV714"]),
        ({"pages": "112–20"}, []),
        ({"doi": "10.1000/182."}, ["CV708"]),
        ({"doi": "10.1016/S0140-6736(05)71146-6"}, []),
        ({"doi": "10.1000/182)"}, ["CV708"]),
        ({"arxiv": "2020.12345"}, ["CV708"]),
        ({"arxiv": "'2009.0612'"}, ["CV708"]),
        ({"arxiv": "'1412.0612'"}, []),
        ({"arxiv": "1412.06125"}, ["CV708"]),
        ({"arxiv": "math/0211159v2"}, []),
        ({"arxiv": "math/0813159"}, ["CV708"]),
        ({"arxiv": "2612.00001"}, ["CV708"]),
        ({"arxiv": "'0605.0001'"}, ["CV708"]),
        ({"url": "https://doi.org/10.48550/arXiv.2009.06125"}, ["CV709"]),
        ({"url": "https://doi.org/10.48550/arXiv.2009.06125", "arxiv": "2009.06125"}, []),
        ({"url": "https://arxiv.org/abs/2009.06125", "note": "arXiv:2009.06125"}, ["CV709"]),
        ({"arxiv": "2611.00001"}, []),
        ({"url": "https://arxiv.org/abs/2009.06125"}, ["CV709"]),
        ({"url": "https://arxiv.org/pdf/2009.06125v2.pdf", "arxiv": "2009.06125"}, []),
        ({"url": "https://arxiv.org/abs/2009.06125", "arxiv": "2009.06132"}, ["CV709"]),
        ({"url": "https://doi.org/10.1000/182"}, ["CV709"]),
        ({"url": "https://example.org/10.1000/182"}, []),
        ({"doi": "10.48550/arXiv.2009.06125"}, ["CV709"]),
        ({"doi": "10.48550/arXiv.2009.06125", "arxiv": "2009.06125"}, []),
        ({"note": "doi 10.1000/182"}, ["CV709"]),
        ({"note": "arXiv 2009.06125 has the proofs"}, ["CV709"]),
        ({"note": "Section 10.1 is new"}, []),
        ({"journal": "arXiv preprint arXiv:2009.06125"}, ["CV709"]),
        ({"volume": "abs/2009.06125"}, []),
        ({"journal": "CoRR", "pages": "arXiv:2009.06125"}, ["CV709"]),
        ({"links": "{arxiv: https://arxiv.org/abs/2009.06125}"}, ["CV709"]),
        ({"links": "{proofs: https://arxiv.org/abs/2009.06125}"}, []),
        ({"title": "ON THE ANALYTICAL ENGINE"}, ["CV716"]),
        ({"title": "LASSO"}, []),
        ({"title": "On engines."}, ["CV716"]),
        ({"title": "On engines, by Babbage et al."}, []),
        ({"title": "Engines for the U.S."}, []),
        ({"title": "Engines and so on..."}, []),
        ({"title": "A proof for $\\mathrm{GL}_n$"}, []),
        ({"title": "How {SGD} works"}, ["CV717"]),
        ({"title": "The set {a, b}"}, []),
        ({"title": "Poincar\\'e and I"}, ["CV717"]),
        ({"title": '"The \\"engine\\" question"'}, []),
        ({"note": "To appear"}, ["CV718"]),
        ({"note": "submitted to Memoirs"}, ["CV718"]),
        ({"note": "Accepted as a spotlight"}, []),
        ({"note": "to appear", "status": "in press", "year": "2026"}, []),
        ({"journal": "In preparation"}, ["CV718"]),
    ],
)
def test_one_work(fields: dict[str, str], expected: list[str]) -> None:
    assert codes(cv(work("a", **fields))) == expected


@pytest.mark.parametrize("kind", ["preprint", "software", "dataset", "talk", "other"])
def test_what_may_do_without_a_year(kind: str) -> None:
    assert codes(cv(work("a", kind=kind, year="") + work("b"))) == []
    assert codes(cv(work("a", kind="thesis", year="") + work("b"))) == ["CV710"]
    assert codes(cv(work("a", kind="thesis", year="") + work("b", year=""))) == []


# --- venues ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Physical Review E", "Phys. Rev. E", True),
        ("Physical Review E", "Phys Rev E", True),
        ("Physical Review A", "Physical Review E", False),
        ("Physical Review E", "Physical review E", True),
        ("Physical Review Letters", "PRL", True),
        ("Physical Review Letters", "Phys. Rev. E", False),
        ("Journal of Machine Learning Research", "J. Mach. Learn. Res.", True),
        ("Journal of Machine Learning Research", "JMLR", True),
        ("J. Comput. Phys.", "J. Comp. Phys.", True),
        ("Journal of Computational Physics", "J. Chem. Phys.", False),
        ("Proceedings of the National Academy of Sciences", "Proc. Natl. Acad. Sci.", True),
        ("Proceedings of the National Academy of Sciences", "PNAS", True),
        ("Advances in Neural Information Processing Systems", "Adv. Neural Inf. Process. Syst.", True),
        ("Advances in Neural Information Processing Systems", "NeurIPS", True),
        ("Advances in Neural Information Processing Systems", "Neural Information Processing Systems", True),
        ("Advances in Neural Information Processing Systems 31", "Advances in Neural Information Processing Systems 32", False),
        ("Advances in Mathematics", "Mathematics", False),
        ("Advances in Mathematics", "Adv. Math.", True),
        ("36th International Conference on Machine Learning", "37th International Conference on Machine Learning", False),
        ("36th International Conference on Machine Learning", "ICML 2020", True),
        ("Proceedings of the 36th International Conference on Machine Learning", "International Conference on Machine Learning", True),
        ("NeurIPS 2019", "NeurIPS 2020", False),
        ("ICML", "ICLR", False),
        ("Nature", "Nature Physics", False),
        ("Annals of Statistics", "Annals of Applied Statistics", False),
        ("Annals of Statistics", "The Annals of Statistics", True),
        ("Annals of Statistics", "Annals of Probability", False),
        ("Annals of Mathematics", "Math. Ann.", False),
        ("IEEE Transactions on Information Theory", "IEEE Transactions on Signal Processing", False),
        ("Communications in Mathematical Physics", "Communications in Mathematical Sciences", False),
        ("SIAM Journal on Computing", "SIAM J. Comput.", True),
        ("SIAM Journal on Scientific Computing", "SIAM J. Comput.", False),
        ("Journal of Algebra", "Journal of Algebraic Geometry", False),
        ("PLOS ONE", "Science", False),
        ("STOC", "Stochastics", False),
        ("Automatica", "Autom.", True),
        ("Communication in Networks", "Communications in Networks", False),
    ],
)  # fmt: skip
def test_two_venues(one: str, other: str, alike: bool) -> None:
    assert codes(journals(one, other)) == (["CV711"] if alike else [])
    assert codes(journals(other, one)) == (["CV711"] if alike else [])


def test_a_short_name_may_be_given_but_not_stand_for_the_long_one() -> None:
    both = work("a", conference="Uncertain Things", short="ABC") + work("b", conference="Uncertain Things")
    assert codes(cv(both)) == []
    assert codes(cv(both + work("c", conference="ABC"))) == ["CV711"]


def test_an_acronym_of_two_venues_is_none_of_them() -> None:
    assert codes(journals("Journal of Computational Physics", "Journal of Chemical Physics", "JCP")) == []


def test_an_abbreviation_of_two_venues_is_none_of_them() -> None:
    assert codes(journals("Optics Letters", "Optimization Letters", "Opt. Lett.")) == []
    assert codes(journals("Phys. Rev. E", "Physical Review E", "Phys Rev E")) == ["CV711", "CV711"]


def test_the_rarer_form_is_reported_once_with_the_other() -> None:
    (found,) = remarks(
        journals("Phys. Rev. E", "Physical Review E", "Physical Review E", "Phys. Rev. E", "Physical Review E")
    )
    assert found.span is not None
    assert (found.span.line, found.span.text) == (7, "Phys. Rev. E")
    assert found.labels[0].span.text == "Physical Review E"


# --- lists -------------------------------------------------------------------


def test_what_stands_in_no_list() -> None:
    papers = work("a", journal="M") + work("b", arxiv="2009.06125") + work("c", journal="M", selected="true")
    assert codes(cv(papers, "  P:\n    publications: {kind: article}\n")) == ["CV712"]
    assert codes(cv(papers, "  P:\n    publications: [a]\n")) == []  # the database is larger than the CV
    assert codes(cv(papers, "  P: nothing\n")) == []
    split = "  S:\n    publications: [c]\n  P:\n    publications: {kind: [article, preprint], year: 2021}\n"
    assert codes(cv(papers + work("d", journal="M", year="2021"), split)).count("CV707") in (0, 1)


def test_selected_and_in_no_full_list() -> None:
    papers = (
        work("a", journal="M")
        + work("b", journal="M", status="accepted", year="2026", selected="true")
        + work("c", kind="talk")
    )
    full = "  P:\n    publications: {kind: article, status: published}\n"
    chosen = "  S:\n    publications: [b, c]\n"
    assert codes(cv(papers, chosen + full)) == ["CV707"]  # not of the talk: there is no full list of talks
    assert codes(cv(papers, chosen)) == []


# --- works that a file brings -------------------------------------------------

BIB = """\
@article{mine, author = {Ada Lovelace and Ben Hill}, title = {Poincar\\'e}, year = 2020,
  journal = {Memoirs},
  pages = {20--19}
}
@article{others, author = {Ben Hill}, title = {Else}, pages = {20--19}, year = 2020}
@misc{draft, author = {Ada Lovelace}, title = {Draft}, year = 2020}
"""


def brought(key: str, title: str, *authors: str, **fields: Any) -> Work:
    bib = Source("refs.bib", BIB, ROOT)
    start = BIB.index(key)
    names = tuple(Author(name=parse_name(name)) for name in authors)
    year = PartialDate(2020)
    at = BIB.find(title)
    named = text(title, span=Span(bib, at, at + len(title)))
    return Work(key=key, title=named, authors=names, year=year, span=Span(bib, start, start + len(key)), **fields)


def test_places_are_in_the_file_and_what_concerns_nobody_is_passed_over() -> None:
    works = (
        brought("mine", "Poincar\\'e", "Ada Lovelace", "Ben Hill", journal=text("Memoirs"), pages="20--19"),
        brought("others", "Else", "Ben Hill", journal=text("Memoirs"), pages="20--19"),
        brought("draft", "Draft", "Ada Lovelace"),
    )
    sections = (
        "sections:\n  P:\n    publications: {kind: article, tag: mine}\n  Q:\n    publications: {kind: chapter}\n"
    )
    yaml = document("name: Ada Lovelace\npublications: {mine: {tags: mine}}\n" + sections)
    sink = Sink()
    database = make_database(yaml.publications.works, works, sink)
    found = make_outline(yaml, database, sink)
    sink = Sink()
    lint(yaml, database, found, TODAY, sink)
    assert [(d.code.number, d.span and (d.span.source.name, d.span.line, d.span.text)) for d in sink.sorted()] == [
        ("CV714", ("refs.bib", 3, "20--19")),
        ("CV712", ("refs.bib", 6, "draft")),
    ]


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("arxiv: 10.1103/PhysRevE.102.043309", "write `doi: 10.1103/PhysRevE.102.043309`"),
        ("arxiv: https://doi.org/10.48550/arXiv.2009.06125", "write `2009.06125`"),
        ("arxiv: soon", "for example 2009.06125"),
        ("doi: arXiv:2009.06125", "write `arxiv: 2009.06125`"),
        ("doi: 2009.06125", "write `arxiv: 2009.06125`"),
        ("doi: soon", "for example 10.1103/PhysRevE.102.043309"),
    ],
)
def test_an_identifier_in_the_other_field_is_an_error_with_a_way_out(field: str, hint: str) -> None:
    _, found = load(cv(work("a") + f"    {field}\n"))
    assert [(d.code.number, d.hint) for d in found] == [("CV211", hint)]


# --- silence -----------------------------------------------------------------

LONE = work("a", authors="Ada Lovelace*, Ben Hill") + work("b", authors="Ada Lovelace*, Ben Hill")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", ["CV702", "CV702"]),
        ("lint: {ignore: CV702}\n", []),
        ("lint: CV702\n", []),
        ("lint: [CV702 a]\n", ["CV702"]),
        ("lint: [CV702 a, CV702 b]\n", []),
        ("lint: [CV702, CV703]\n", ["CV719"]),
        ("lint: [CV702, CV702 nobody]\n", ["CV719"]),
        ("lint: [CV702, CV406]\n", ["CV719"]),
        ("lint: [CV702, '']\n", ["CV719"]),
        ("lint: CV719\n", ["CV719", "CV702", "CV702"]),
    ],
)
def test_silence(head: str, expected: list[str]) -> None:
    assert codes(cv(LONE, head=head)) == expected


def test_silence_in_a_work() -> None:
    assert codes(cv(LONE + "    lint: CV702\n")) == ["CV702"]
    assert codes(cv(LONE + "    lint: [CV702, CV701]\n")) == ["CV702", "CV719"]


def test_silence_for_a_section_and_a_venue() -> None:
    yaml = entries("2020", "2018", "2019", "2015")
    assert codes(yaml.replace("name:", "lint: CV704 S\nname:")) == []
    yaml = journals("Phys. Rev. E", "Physical Review E")
    assert codes(yaml.replace("name:", "lint: CV711 Phys. Rev. E\nname:")) == []


# --- a CV that is right, and what makes it wrong ------------------------------

# Lovelace comes behind them all.
FAMILIES = ["Adams", "Becker", "Cartan", "Dirac", "Erdos", "Fermat", "Gauss", "Hopf", "Ito", "Jordan"]
GIVEN = ["Karl", "Lena", "Mary", "Nora", "Otto", "Paul"]
VENUES = ["Physical Review E", "Journal of Statistical Physics", "Annals of Probability", "Constructive Approximation"]


@dataclass(frozen=True)
class Paper:
    """A work that is right; its authors stand in the order of the alphabet, the owner among them."""

    key: str
    title: str
    authors: tuple[str, ...]
    journal: str
    year: int
    stars: bool
    pages: tuple[int, int]
    extra: str = ""

    def yaml(self) -> str:
        star = "*" if self.stars else ""
        names = ", ".join(name + star for name in self.authors)
        return work(
            self.key, title=self.title, authors=f'"{names}"', journal=self.journal, year=str(self.year),
            pages=f"{self.pages[0]}-{self.pages[1]}", doi=f"10.1000/{self.key}", extra=self.extra,
        ).replace("    extra: ", "    ")  # fmt: skip


@st.composite
def papers(draw: st.DrawFn) -> list[Paper]:
    years = sorted(draw(st.lists(st.integers(1990, 2025), min_size=2, max_size=9)), reverse=True)
    out = []
    for i, year in enumerate(years):
        families = sorted(draw(st.sets(st.sampled_from(FAMILIES), min_size=1, max_size=4)))
        # One given name for each family, so that nobody is spelt in two ways.
        names = [f"{GIVEN[FAMILIES.index(family) % len(GIVEN)]} {family}" for family in families]
        start = draw(st.integers(1, 999))
        pages = (start, start + draw(st.integers(0, 50)))
        venue = draw(st.sampled_from(VENUES))
        out.append(Paper(f"w{i}", f"On matter {i}", (*names, "Ada Lovelace"), venue, year, draw(st.booleans()), pages))
    return out


def whole(works: list[Paper]) -> str:
    return cv("".join(one.yaml() for one in works), head="lists: {order: written}\nlegend: {alphabetical: true}\n")


def place_of(found: Diagnostic, yaml: str) -> tuple[str, str]:
    """The code, and the key of the work in which the place is."""
    assert found.span is not None
    above = source(yaml).text[: found.span.end].splitlines()
    key = next(line for line in reversed(above) if line.startswith(("  w", "  x")))
    return found.code.number, key.strip().rstrip(":")


@settings(max_examples=40)
@given(papers())
def test_a_cv_that_is_right(works: list[Paper]) -> None:
    assert remarks(whole(works)) == []


MUTATIONS = {
    "CV701": lambda p: replace(p, authors=p.authors[:-1], stars=False),
    "CV703": lambda p: replace(p, authors=(*reversed(p.authors),), stars=True),
    "CV706": lambda p: replace(p, year=1990, extra="status: submitted"),
    "CV708": lambda p: replace(p, extra="arxiv: 2013.12345"),
    "CV709": lambda p: replace(p, extra="note: see arXiv:2009.06125"),
    "CV711": lambda p: replace(p, journal="Phys. Rev. E"),
    "CV714": lambda p: replace(p, pages=(p.pages[1] + 1000, p.pages[0] + 999)),
    "CV715": lambda p: replace(p, year=2199),
    "CV716": lambda p: replace(p, title=p.title + " once more."),
    "CV717": lambda p: replace(p, title=p.title + " of {SGD}"),
    "CV718": lambda p: replace(p, extra="note: to appear"),
}


@pytest.mark.parametrize("code", MUTATIONS)
@settings(max_examples=12)
@given(st.data())
def test_each_mutation_is_found_at_its_place(code: str, data: st.DataObject) -> None:
    works = data.draw(papers())
    works = [replace(works[0], journal="Physical Review E"), *works, replace(works[0], key="w99", title="Last", journal="Physical Review E")]  # fmt: skip
    at = data.draw(st.integers(1, len(works) - 2))
    works[at] = replace(works[at], key="x")
    works[0] = replace(works[0], key="w98", title="First")
    works[at] = MUTATIONS[code](works[at])
    yaml = whole(sorted(works, key=lambda p: -p.year))
    found = remarks(yaml)
    if code == "CV711":  # the rarer form is blamed, or the later one
        assert [d.code.number for d in found] == [code]
    else:
        assert (code, "x") in [place_of(d, yaml) for d in found]
    assert {d.code.number for d in found} <= {code, "CV704"}


@settings(max_examples=50)
@given(st.text(max_size=40), st.text(max_size=30), st.text(max_size=30))
def test_no_text_makes_it_fall(title: str, venue: str, author: str) -> None:
    def quoted(text: str) -> str:
        return "'" + "".join(c if c.isprintable() else " " for c in text).replace("'", "''") + "'"

    sink, files = Sink(), Files()
    fields = {"title": quoted("t" + title), "journal": quoted(venue), "authors": quoted("Ada Lovelace, " + author)}
    yaml = cv(work("a", **fields, pages=quoted(venue)) + work("b", **fields), head=f"lint: [{quoted(title)}]\n")
    checked = check(source(yaml), files, sink)
    if checked is not None:
        lint(checked.document, checked.database, checked.outline, TODAY, sink)
        assert all(d.message for d in sink.diagnostics)


def test_two_thousand_works_take_no_time() -> None:
    names = [f"{given} {family}" for given in GIVEN for family in FAMILIES]
    rows = [
        work(f"w{i}", title=f"On matter {i}", authors=f"Ada Lovelace, {names[i % 60]}", journal=f"Journal {i} of {names[i % 59]}")
        for i in range(2000)
    ]  # fmt: skip
    sink = Sink()
    checked = check(source(cv("".join(rows))), Files(), sink)
    assert checked is not None
    start = time.perf_counter()
    lint(checked.document, checked.database, checked.outline, TODAY, sink)
    assert time.perf_counter() - start < 2.0  # a fifth of a second on an idle machine
    assert sink.diagnostics == []


# --- the command -------------------------------------------------------------


def run(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cvbuild", "validate", *args]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, **env}, check=False, encoding="utf-8"
    )


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(cv(work("a", status="submitted", year="2020")), encoding="utf-8")
    assert run(tmp_path, "me.yaml").returncode == 0
    ran = run(tmp_path, "--lint", "me.yaml")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("me.yaml:7:13: warning CV706: `a` is `submitted` since 2020: more than two years\n")
    assert ran.stderr.endswith("cvbuild: me.yaml is valid, with 1 warning\n")
    ran = run(tmp_path, "--lint", "--today", "2022-11-21", "me.yaml")
    assert (ran.returncode, ran.stderr) == (0, "cvbuild: me.yaml is valid\n")
    assert run(tmp_path, "--lint", "me.yaml", SOURCE_DATE_EPOCH="1640995200").returncode == 0
    assert run(tmp_path, "--lint", "--today", "2026-11-21", "me.yaml", SOURCE_DATE_EPOCH="1640995200").returncode == 1
    for wrong in ("soon", "2020", ""):
        assert run(tmp_path, "--lint", "--today", wrong, "me.yaml").returncode == 2


def test_every_code_has_a_rule_and_a_line_in_the_docs() -> None:
    page = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert problems("name: N\n" + shown) == []
    lints = [number for number in CODES if number.startswith("CV7")]
    assert all(f"| {number} |" in page for number in lints)
    assert len(RULES) == len(lints) - 1  # CV719 is about silence itself
