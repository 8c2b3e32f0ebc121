"""One registry of people: who an author is, the lists made of it, and the facts for the NSF."""

from __future__ import annotations

import csv
import io
import re
import sys
import time
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cvbuild.cli import app
from cvbuild.collaborators import Row, _months_before, collaborators, in_parts
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.model import Author, KnownPerson, Person, Work
from cvbuild.names import Fit, Identity, Match, fold, parse_name
from cvbuild.outline import Paragraphs, Run
from cvbuild.publications import Who, check_registry, co_authors, make_database
from cvbuild.publications.coauthors import is_person
from cvbuild.spreadsheets import Sheet, to_csv, to_xlsx
from cvbuild.text import Link, text
from tests.support import blocks, document, listings, outline, whole_latex

OWNER = Identity.of("Lei Wu", ["L. Wu"])


def person(key: str, *aliases: str, name: str | None = None) -> KnownPerson:
    return KnownPerson(key=key, name=name, aliases=aliases)


def work(key: str, *authors: str | Author) -> Work:
    made = (a if isinstance(a, Author) else Author(name=parse_name(a)) for a in authors)
    return Work(key=key, title=text("T"), authors=tuple(made))


def identify(people: list[KnownPerson], *works: Work) -> tuple[list[list[str]], list[Diagnostic]]:
    """For each work who its authors are: "me", a key of `people:`, or "-"."""
    sink = Sink()
    who = Who(OWNER, people, sink, works)

    def called(author: Author) -> str:
        known = who.person(author)
        assert not (known is not None and who.is_owner(author))
        return "me" if who.is_owner(author) else known.key if known is not None else "-"

    found = [[called(author) for author in one.authors] for one in works]
    who.report()
    who.report()  # nothing is told twice
    return found, sink.diagnostics


# --- who an author is ---


@pytest.mark.parametrize(
    ("people", "authors", "expected", "codes"),
    [
        ([person("Huan Lei")], ["Lei Wu", "Huan Lei"], ["me", "Huan Lei"], []),
        ([person("Weinan E", "鄂维南")], ["E, Weinan", "鄂维南", "Wu, Lei"], ["-", "-", "me"], ["CV421", "CV421"]),
        ([person("Weinan E", "鄂维南")], ["鄂维南", "Wu, Lei"], ["Weinan E", "me"], []),
        ([person("Weinan E")], ["W. E", "L. Wu"], ["-", "me"], ["CV420"]),
        ([person("Weinan E", "W. E")], ["W. E", "L. Wu"], ["Weinan E", "me"], []),
        # two people with the same initials
        ([person("Yi Ma"), person("Yong Ma")], ["Y. Ma", "Yi Ma"], ["-", "Yi Ma"], ["CV420"]),
        ([person("Yi Ma"), person("Yong Ma")], ["Y. Ma"], ["-"], ["CV421"]),
        ([person("Yi Ma", "Y. Ma"), person("Yong Ma")], ["Y. Ma"], ["Yi Ma"], []),  # sure beats doubtful
        ([person("Yi Ma", "Y. Ma"), person("Yong Ma", "Y. Ma")], ["Y. Ma"], ["-"], ["CV421"]),
        # the owner and somebody with the same initials
        ([person("Liang Wu")], ["L. Wu", "Liang Wu"], ["me", "Liang Wu"], []),
        ([person("Liang Wu", "L. Wu")], ["L. Wu"], ["-"], ["CV421"]),
        # homonyms
        ([person("a", name="Wei Wang"), person("b", name="Wei Wang")], ["Wei Wang", "Lei Wu"], ["-", "me"], ["CV421"]),
        ([person("Emily B. Fox"), person("Emily C. Fox")], ["Emily Fox"], ["-"], ["CV421"]),
        ([person("Emily Fox"), person("Emily B. Fox")], ["Emily Fox"], ["Emily Fox"], []),  # word for word
        ([person("Emily B. Fox")], ["Emily Fox", "Emily B. Fox"], ["-", "Emily B. Fox"], []),
        ([person("Emily B. Fox")], ["Emily Fox"], ["Emily B. Fox"], []),
        # two authors of one name cannot both be the same person
        ([], ["Lei Wu", "Lei Wu"], ["-", "-"], ["CV421"]),
        # whoever has the owner's name is the owner
        ([person("wu-nus", name="Lei Wu")], ["Lei Wu"], ["me"], []),
        ([person("Lei Wu")], ["Lei Wu", "Huan Lei"], ["me", "-"], []),
    ],
)
def test_an_author_is_one_person_or_nobody(
    people: list[KnownPerson], authors: list[str], expected: list[str], codes: list[str]
) -> None:
    found, diagnostics = identify(people, work("a", *authors))
    assert found == [expected]
    assert [d.code.number for d in diagnostics] == codes


def test_what_is_said_counts_more_than_the_name() -> None:
    people = [person("a", name="Wei Wang"), person("b", name="Wei Wang"), person("wu-nus", name="Lei Wu")]
    wang = parse_name("Wei Wang")
    authors = [Author(name=wang, person="b"), Author(name=wang), Author(name=parse_name("L. Wu"), person="wu-nus")]
    found, diagnostics = identify(people, work("a", *authors, "Lei Wu", "Lei Wu"))
    assert found == [["b", "a", "wu-nus", "-", "-"]]  # the second Wei Wang is not b
    found, diagnostics = identify(people, work("a", *authors, Author(name=parse_name("Lei Wu"), me=True), "Lei Wu"))
    assert found == [["b", "a", "wu-nus", "me", "-"]]
    assert diagnostics == []


def test_one_warning_for_one_form_tells_in_how_many_works() -> None:
    works = [work(str(i), "Lei Wu", "W. E", "Y. Ma", *["W. E"] * i) for i in range(3)]
    _, diagnostics = identify([person("Weinan E")], *works, work("x", "W E"))
    assert [d.message for d in diagnostics] == [
        "is “W. E” `Weinan E` of `people:`? The names do not agree in full (in 3 works)",
        "is “W E” `Weinan E` of `people:`? The names do not agree in full",
    ]
    assert diagnostics[0].hint is not None
    assert "add `aliases: [W. E]` below `Weinan E`" in diagnostics[0].hint


def test_the_hint_for_homonyms_is_a_cure() -> None:
    people = [person("wang-pku", name="Wei Wang"), person("wang-ucla", name="Wei Wang")]
    _, (diagnostic,) = identify(people, work("a", "Wei Wang"))
    assert diagnostic.hint is not None
    assert "`{name: Wei Wang, person: wang-pku}` or `{name: Wei Wang, person: wang-ucla}`" in diagnostic.hint


def test_a_work_of_a_file_tells_who_its_authors_are() -> None:
    found, sink = document("""
        name: Lei Wu
        people: {wang-pku: {name: Wei Wang}, wang-ucla: {name: Wei Wang}}
        publications:
          a: {people: {Wei Wang: wang-ucla, 3: {me: true}, Nobody: wang-pku}}
    """), Sink()  # fmt: skip
    brought = work("a", "Lei Wu", "Wei Wang", "Lei Wu")
    database = make_database(found.publications.works, [brought], sink)
    assert [d.code.number for d in sink.diagnostics] == ["CV405"]
    assert identify(list(found.people), *database.works) == ([["-", "wang-ucla", "me"]], [])


def test_the_owner_is_bold_and_the_doubtful_is_not() -> None:
    found, diagnostics = outline("""
        name: Lei Wu
        people: {Liang Wu: Bath}
        publications:
          a: {title: A, authors: "L. Wu, Weinan E"}
          b: {title: B, authors: "L. Wu, Chao Ma"}
        sections:
          P: {publications: all}
    """)
    assert [d.code.number for d in diagnostics] == ["CV421"]
    assert "(in 2 works)" in diagnostics[0].message
    assert "Role(name='self'" not in repr(listings(found))


NAMES = st.sampled_from(
    ["Yi Ma", "Y. Ma", "Yi-An Ma", "Ma, Yi", "Yong Ma", "Wei Wang", "W. Wang", "Wei Q. Wang", "Liang Wu", "Lei Wu",
     "L. Wu", "L. B. Wu", "Wu Lei", "Huan Lei", "Weinan E", "W. E", "鄂维南", "Jürgen Müller", "Juergen Mueller",
     "J. Müller", "Emily Fox", "Emily B. Fox", "Emily C. Fox", "Guy Steele", "Guy Steele Jr.", "{OpenAI}"]
)  # fmt: skip
WORDS = st.text("abcdeilnstuwyüéМа吴-. ", min_size=1, max_size=8).map(str.strip).filter(bool)
ANY_NAME = NAMES | st.builds("{} {}".format, WORDS, WORDS)
PEOPLE = st.lists(ANY_NAME, max_size=6, unique=True).map(lambda names: [person(name) for name in names])
AUTHORS = st.lists(ANY_NAME, min_size=1, max_size=5)


@given(PEOPLE, AUTHORS)
def test_registering_people_never_makes_another_author_the_owner(people: list[KnownPerson], authors: list[str]) -> None:
    alone, _ = identify([], work("a", *authors))
    together, _ = identify(people, work("a", *authors))
    for before, after in zip(alone[0], together[0], strict=True):
        assert before == "me" or after != "me"


@given(PEOPLE, AUTHORS, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(people: list[KnownPerson], authors: list[str], random: object) -> None:
    shuffled = sorted(people, key=lambda _: random.random())  # type: ignore[attr-defined]
    one, told = identify(people, work("a", *authors))
    other, told_too = identify(shuffled, work("a", *authors))
    assert one == other
    assert sorted(d.code.number for d in told) == sorted(d.code.number for d in told_too)


@given(PEOPLE, AUTHORS)
def test_nobody_is_who_does_not_surely_match(people: list[KnownPerson], authors: list[str]) -> None:
    known = {one.key: Identity.of(one.key) for one in people}
    found, _ = identify(people, work("a", *authors))
    for author, key in zip(authors, found[0], strict=True):
        if key not in ("me", "-"):
            assert known[key].match(parse_name(author)) is Match.SURE
    named = [key for key in found[0] if key != "-"]
    assert len(named) == len(set(named))  # nobody is two authors of one work


def test_many_works_and_people_are_fast() -> None:
    names = [f"{chr(65 + i % 26)}iven{i} Family{i % 90}" for i in range(400)]
    people = [person(name, f"{name[0]}. {name.split()[1]}") for name in names[:200]]
    works = [work(str(i), "Lei Wu", *(names[(i * 7 + j * 31) % 400] for j in range(4))) for i in range(1000)]
    start = time.process_time()
    who = Who(OWNER, people, Sink(), works)
    co_authors(works, who, Sink())
    assert time.process_time() - start < 3  # a third of a second on a machine that does nothing else


# --- the registry itself ---


@pytest.mark.parametrize(
    ("people", "codes"),
    [
        ([person("Yi Ma"), person("Yong Ma")], []),
        ([person("Yi Ma"), person("Ma, Yi")], ["CV423"]),
        ([person("Yi Ma"), person("Y. Ma")], ["CV423"]),
        ([person("Yi Ma", "Y. Ma"), person("Yong Ma")], []),
        ([person("Yi Ma", "Y. Ma"), person("Yong Ma", "Y. Ma")], ["CV423"]),
        ([person("Wei Wang"), person("b", name="Wei Wang")], ["CV423"]),
        ([person("a", name="Wei Wang"), person("b", name="Wei Wang")], []),
        ([person("Lei Wu")], ["CV424"]),
        ([person("wu-nus", name="Lei Wu")], []),
        ([person("Liang Wu", "L. Wu")], ["CV424"]),
        ([person("Jürgen Müller"), person("Juergen Mueller")], ["CV423"]),
    ],
)
def test_entries_that_contradict_each_other(people: list[KnownPerson], codes: list[str]) -> None:
    for order in (people, people[::-1]):
        sink = Sink()
        check_registry(order, OWNER, sink)
        assert [d.code.number for d in sink.diagnostics] == codes


# --- co-authors ---


def names_of(works: list[Work], people: list[KnownPerson] | None = None) -> tuple[list[str], list[str]]:
    sink = Sink()
    who = Who(OWNER, people or [], Sink(), works)
    return [str(one.name) for one in co_authors(works, who, sink)], [d.message for d in sink.diagnostics]


@pytest.mark.parametrize(
    ("forms", "expected", "warnings"),
    [
        (["Ma, Yi", "Yi Ma"], ["Yi Ma"], 0),
        (["Y. Ma", "Yi Ma"], ["Y. Ma", "Yi Ma"], 1),
        (["Y. Ma", "Yi Ma", "Yong Ma"], ["Y. Ma", "Yi Ma", "Yong Ma"], 1),
        (["Emily Fox", "Emily B. Fox"], ["Emily B. Fox"], 0),
        (["Emily Fox", "Emily B. Fox", "Emily Beth Fox"], ["Emily Beth Fox"], 0),
        (["Emily B. Fox", "Emily Fox", "Emily C. Fox"], ["Emily B. Fox", "Emily Fox", "Emily C. Fox"], 1),
        (["Jurgen Muller", "Jürgen Müller"], ["Jürgen Müller"], 0),
        (["JÜRGEN MÜLLER", "Jürgen Müller"], ["Jürgen Müller"], 0),
        (["Juergen Mueller", "Jürgen Müller"], ["Jürgen Müller"], 0),
        (["Wu Meng", "Meng Wu"], ["Wu Meng", "Meng Wu"], 1),
        (["{OpenAI}", "et al.", "马逸安"], ["马逸安"], 0),
        (["Guy Steele", "Guy Steele Jr."], ["Guy Steele", "Guy Steele Jr."], 1),
    ],
)
def test_forms_of_a_co_author_are_one_person_only_if_sure(forms: list[str], expected: list[str], warnings: int) -> None:
    works = [work(str(i), "Lei Wu", form) for i, form in enumerate(forms)]
    found, told = names_of(works)
    assert found == expected
    assert len(told) == warnings


def test_two_authors_of_one_work_are_two_people() -> None:
    assert names_of([work("a", "Emily Fox", "Emily B. Fox", "Lei Wu")]) == (["Emily Fox", "Emily B. Fox"], [])
    assert names_of([work("a", "Y. Ma", "Yi Ma", "Lei Wu")]) == (["Y. Ma", "Yi Ma"], [])


def test_the_cure_is_in_the_hint() -> None:
    works = [work("a", "Lei Wu", "Y. Ma"), work("b", "Lei Wu", "Y. Ma"), work("c", "Lei Wu", "Yi Ma")]
    sink = Sink()
    co_authors(works, Who(OWNER, [], Sink(), works), sink)
    (told,) = sink.diagnostics
    assert told.message == "the co-author “Y. Ma” may be “Yi Ma”; they are counted apart (in 2 works)"
    assert told.hint is not None
    assert "people: {Yi Ma: {aliases: [Y. Ma]}}" in told.hint
    assert names_of(works, [person("Yi Ma", "Y. Ma")]) == (["Yi Ma"], [])


def test_whoever_may_be_the_owner_is_no_co_author() -> None:
    assert names_of([work("a", "L. B. Wu", "Yi Ma")])[0] == ["Yi Ma"]
    assert names_of([work("a", "L. B. Wu", "Yi Ma", "Lei Wu")])[0] == ["L. B. Wu", "Yi Ma"]
    assert names_of([work("a", "Lei Wu", Author(name=parse_name("Lei Wu"), person="?"))])[0] == ["Lei Wu"]


@given(st.lists(AUTHORS, max_size=5), PEOPLE)
def test_every_co_author_stands_there_once(lists: list[list[str]], people: list[KnownPerson]) -> None:
    works = [work(str(i), *authors) for i, authors in enumerate(lists)]
    who = Who(OWNER, people, Sink(), works)
    found = co_authors(works, who, Sink())
    registered = [one.person.key for one in found if one.person is not None]
    others = [fold(str(one.name)) for one in found if one.person is None]
    assert len(registered) == len(set(registered))
    assert set(registered) == {p.key for w in works for a in w.authors if is_person(a) and (p := who.person(a))}
    for one in works:
        for author in one.authors:
            if who.is_owner(author) or who.may_be_owner(author) or not is_person(author):
                continue
            theirs = [c for c in found if one in c.works]
            known = who.person(author)
            if known is not None:
                assert [c for c in theirs if c.person == known]
            else:  # printed as written, or in a fuller form
                whole = Identity(author.name)
                assert any(
                    c.person is None and max(Identity(c.name).match(author.name), whole.match(c.name)) is Match.SURE
                    for c in theirs
                ) or str(author.name) in [str(c.name) for c in theirs]
    assert all(one.works for one in found)
    assert len(others) == len(found) - len(registered)


GIVEN = st.sampled_from(["Yi", "Yong", "Wei", "Weinan", "Emily", "Emil", "Anna", "Ann", "Jürgen", "Lea"])


@given(st.lists(st.tuples(GIVEN, GIVEN, st.sampled_from(["Ma", "Wang", "Fox"])), min_size=1, max_size=8, unique=True))
def test_names_that_differ_in_full_are_never_one(parts: list[tuple[str, str, str]]) -> None:
    names = [" ".join(part) for part in parts]
    works = [work(str(i), "Lei Wu", name) for i, name in enumerate(names)]
    assert names_of(works) == (names, [])


@given(st.lists(ANY_NAME, min_size=1, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_works_does_not_matter(forms: list[str], random: object) -> None:
    works = [work(str(i), "Lei Wu", form) for i, form in enumerate(forms)]
    shuffled = sorted(works, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert sorted(names_of(works)[0]) == sorted(names_of(shuffled)[0])


# --- lists of people ---

CV = """
name: Lei Wu
people:
  Weinan E: {affiliations: [Peking University, Princeton University], url: https://example.org/e, role: advisor}
  Chao Ma: Stanford University
  Jane Doe: {role: advisee, position: Ph.D. student, date: 2021 - Present, affiliations: Peking University}
  John Public:
    {role: advisee, position: Ph.D. student, date: 2016 - 2020, now: "Assistant Professor at UCLA", note: with Weinan E}
  Ann Noether: {role: [colleague, co-author], affiliations: Göttingen}
publications:
  a: {title: A, authors: "Lei Wu, Weinan E, Chao Ma", year: 2020}
  b: {title: B, authors: "Weinan E, Jane Doe, Lei Wu", date: 2023-05}
  c: {title: C, authors: "Bernhard van der Berg, Lei Wu", year: 2018, tags: [old]}
sections:
  P:
    people: """


def listed(spec: str) -> list[Person]:
    found, diagnostics = outline(CV + spec)
    assert diagnostics == []
    (run,) = [block for block in blocks(found) if isinstance(block, Run)]
    assert run.kind == "person"
    return [entry for entry in run.entries if isinstance(entry, Person)]


def shown(entry: Person) -> str:
    affiliations = ", ".join(map(str, entry.affiliations))
    parts = (entry.person, entry.role, affiliations, entry.note, entry.date and str(text(_date(entry))))
    return " | ".join(str(part) for part in parts if part)


def _date(entry: Person) -> str:
    from cvbuild.dates import format_when

    assert entry.date is not None
    return format_when(entry.date)


def test_co_authors_are_listed_with_what_is_known() -> None:
    assert list(map(shown, listed("co-authors"))) == [
        "Jane Doe | Peking University",
        "Weinan E | Peking University, Princeton University",
        "Chao Ma | Stanford University",
        "Ann Noether | Göttingen",
        "Bernhard van der Berg",
    ]
    assert listed("co-authors")[1].url is not None
    assert list(map(shown, listed("{select: co-authors, order: works, show: [works, years]}"))) == [
        "Weinan E | 2\u00a0works | 2020–2023",
        "Jane Doe | 1\u00a0work | 2023",
        "Chao Ma | 1\u00a0work | 2020",
        "Bernhard van der Berg | 1\u00a0work | 2018",
        "Ann Noether",
    ]
    assert list(map(shown, listed("{select: co-authors, works: {tag: old}}"))) == ["Bernhard van der Berg"]
    newest = [str(entry.person) for entry in listed("{select: co-authors, order: newest}")]
    assert newest[:3] == ["Jane Doe", "Weinan E", "Chao Ma"]


def test_names_are_printed_in_natural_order() -> None:
    found, _ = outline("name: N\npeople: {'Noether, Emmy': Göttingen}\nsections: {P: {people: all}}\n")
    (run,) = [block for block in blocks(found) if isinstance(block, Run)]
    assert [shown(entry) for entry in run.entries if isinstance(entry, Person)] == ["Emmy Noether | Göttingen"]


def test_advisees_tell_where_they_are_now() -> None:
    assert list(map(shown, listed("advisees"))) == [
        "Jane Doe | Ph.D. student | Peking University | 2021–Present",
        "John Public | Ph.D. student | now Assistant Professor at UCLA; with Weinan E | 2016–2020",
    ]
    assert [str(one.person) for one in listed("advisors")] == ["Weinan E"]
    assert [str(one.person) for one in listed("colleagues")] == ["Ann Noether"]
    assert [str(one.person) for one in listed("all")] == [
        "Weinan E",
        "Chao Ma",
        "Jane Doe",
        "John Public",
        "Ann Noether",
    ]
    assert (
        shown(listed("{select: advisees, show: [works], order: works}")[0]) == "Jane Doe | Ph.D. student | 1\u00a0work"
    )


def test_many_co_authors_stand_in_one_paragraph() -> None:
    found, _ = outline(CV + "{select: co-authors, layout: paragraph, show: [affiliations, years]}")
    (block,) = [block for block in blocks(found) if isinstance(block, Paragraphs)]
    (paragraph,) = block.paragraphs
    assert str(paragraph) == (
        "Jane Doe (Peking University, 2023); Weinan E (Peking University, Princeton University, 2020–2023);"
        " Chao Ma (Stanford University, 2020); Ann Noether (Göttingen); Bernhard van der Berg (2018)"
    )
    assert [node for node in paragraph.body if isinstance(node, Link)]
    names = ", ".join(f"Given{chr(97 + i)} Family" for i in range(21))
    many = (
        f"name: Lei Wu\npublications:\n  a: {{title: A, authors: 'Lei Wu, {names}'}}\nsections:\n  P: {{people: %s}}\n"
    )
    assert any(isinstance(block, Paragraphs) for block in blocks(outline(many % "co-authors")[0]))
    lines = many % "{select: co-authors, layout: lines}"
    assert any(isinstance(block, Run) for block in blocks(outline(lines)[0]))


def test_lists_are_written_as_latex() -> None:
    written = whole_latex(CV + "co-authors")
    assert r"\cvperson{\href{https://example.org/e}{\cvlink{Weinan E}}}\cvplace{Peking University; Princeton" in written


def test_a_person_by_hand_has_the_link_of_the_registry() -> None:
    found, _ = outline(CV + "advisors\n    entries: [{person: 'E, Weinan'}, {person: Chao Ma}, {person: W. E}]")
    run = [block for block in blocks(found) if isinstance(block, Run)][1]
    assert [isinstance(entry, Person) and entry.url is not None for entry in run.entries] == [True, False, False]


# --- the facts for the NSF ---

COA = """
name: Lei A. Wu
email: lei@example.org
people:
  Weinan E: {affiliations: Princeton University, role: advisor}
  Jane Doe: {role: advisee, position: Ph.D. student, email: jane@example.org}
  "=cmd": "@SUM(A1)"
publications:
  new: {title: A, authors: "Lei Wu, Weinan E, Bernhard van der Berg", date: 2025-03}
  edge: {title: B, authors: "Lei Wu, John Q. A. Public", year: 2022}
  old: {title: B, authors: "Lei Wu, Old Friend, Weinan E", year: 2021}
  draft: {title: C, authors: "Lei Wu, Jane Doe", status: in preparation}
  bad: {title: D, authors: "Lei Wu, =cmd", year: 2024}
  later: {title: E, authors: "Lei Wu, Late Comer", year: 2027}
  undated: {title: F, authors: "Lei Wu, No Date"}
sections:
  Jobs:
    - {position: Professor, at: Peking University, date: 2026.3 - Present}
    - {position: Postdoc, at: Princeton University, date: 2020 - 2026.2}
    - {position: Student, at: Bath, date: 2010 - 2015}
"""


def facts(yaml: str = COA, today: date = date(2026, 11, 21), months: int = 48) -> tuple[list[Row], list[str]]:
    found, sink = document(yaml), Sink()
    database = make_database(found.publications.works, (), Sink())
    return list(collaborators(found, database, today, months, sink)), [d.code.number for d in sink.diagnostics]


def test_the_tables_of_the_nsf() -> None:
    rows, codes = facts()
    assert ["|".join(row.cells) for row in rows] == [
        "1||Wu, Lei, A.|Peking University|lei@example.org||",
        "1||Wu, Lei, A.|Princeton University|lei@example.org|2026-02|",
        "3|G|E, Weinan|Princeton University|||",
        "3|T|Doe, Jane||jane@example.org||Ph.D. student",
        "4|A|=cmd|@SUM(A1)||2024|",
        "4|A|Date, No||||",
        "4|A|Doe, Jane||jane@example.org|2026-11-21|",
        "4|A|E, Weinan|Princeton University||2025-03|",
        "4|A|Public, John, Q. A.|||2022|",
        "4|A|van der Berg, Bernhard|||2025-03|",
    ]
    assert codes == ["CV428", "CV427"]


def test_missing_affiliations_are_counted() -> None:
    found, sink = document(COA), Sink()
    collaborators(found, make_database(found.publications.works, (), Sink()), date(2026, 11, 21), 48, sink)
    assert [d.message for d in sink.diagnostics if d.code.number == "CV427"] == [
        "the affiliations of 4 of 6 people are not known: Doe, Jane; Date, No; Public, John, Q. A.;"
        " van der Berg, Bernhard"
    ]


@pytest.mark.parametrize(
    ("when", "counts"),
    [("2022", True), ("2022-11", True), ("2022-11-21", True), ("2022-11-20", False), ("2022-10", False), ("2021", False),
     ("2026-11-21", True), ("2026-11-22", False), ("2026-12", False), ("2026", True), ("Fall 2022", True)],
)  # fmt: skip
def test_a_work_counts_if_any_of_its_days_is_inside(when: str, counts: bool) -> None:
    yaml = f"name: Lei Wu\npublications:\n  a: {{title: A, authors: 'Lei Wu, Yi Ma', date: {when}}}\n"
    assert [row.name for row in facts(yaml)[0] if row.table == "4"] == ["Ma, Yi"] * counts


@given(st.dates(), st.integers(1, 30000))
def test_months_are_counted_back(day: date, months: int) -> None:
    year, month, of_month = _months_before(day, months)
    before = date(year, month, of_month)
    assert before < day or (day.year, day.month) == (1, 1)
    if before.year > 1:
        assert (day.year - year) * 12 + day.month - month == months
        assert of_month == day.day or date.fromordinal(before.toordinal() + 1).day == 1


def test_names_are_told_in_parts() -> None:
    names = ["Guy L. Steele Jr.", "Ludwig van der Berg", "吴磊", "Plato", "Jean-Luc A. B. Picard"]
    assert [in_parts(parse_name(name)) for name in names] == [
        "Steele Jr., Guy, L.", "van der Berg, Ludwig", "吴磊", "Plato", "Picard, Jean-Luc, A. B.",
    ]  # fmt: skip


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_csv_is_read_back_and_holds_no_formula(rows: list[list[str]]) -> None:
    data = to_csv(("a", "b"), rows).decode()
    read = list(csv.reader(io.StringIO(data, newline=""), strict=True))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [" ".join(cell.split()).removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read for cell in row)
    assert data.endswith("\r\n")


def test_xlsx_holds_text_only_and_is_the_same_each_time() -> None:
    sheet = Sheet("1", ("Name",), (("=1+1",), ("https://example.org",), ("吴磊",)))
    data = to_xlsx([sheet])
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
        assert all(info.date_time[:3] == (1980, 1, 1) for info in book.infolist())
    assert "<f>" not in page
    assert "hyperlink" not in page
    found = [node.text for node in ElementTree.fromstring(strings).iter() if node.tag.endswith("}t")]
    assert found == ["Name", "=1+1", "https://example.org", "吴磊"]
    assert to_xlsx([sheet]) == data


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=20), max_size=4))
def test_xlsx_loses_nothing(cells: list[str]) -> None:
    with zipfile.ZipFile(io.BytesIO(to_xlsx([Sheet("1", ("Name",), tuple((cell,) for cell in cells))]))) as book:
        root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    found = [node.text for node in root.iter() if node.tag.endswith("}t")]
    assert found == list(dict.fromkeys(["Name", *cells]))


def run(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["collaborators", *args])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_writes_csv_and_xlsx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cv = tmp_path / "cv.yaml"
    cv.write_text(COA, encoding="utf-8")
    status, out, err = run(str(cv), "--today", "2026-11-21")
    assert status == 0
    assert out.splitlines()[0].startswith("Table,Type,Name,Organizational Affiliation,")
    assert "4,A,'=cmd,'@SUM(A1),,2024," in out
    assert "CV427" in err
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")  # 2026-11-21
    assert run(str(cv))[1] == out
    status, _, err = run(str(cv), "-o", str(tmp_path / "coa.csv"))
    assert (tmp_path / "coa.csv").read_bytes().decode() == out.replace("\r\n", "\n").replace("\n", "\r\n")
    assert "(9 rows)" not in err
    assert re.search(r"wrote .*coa\.csv \(8 rows\)", err)
    assert run(str(cv), "-o", str(tmp_path / "coa.xlsx"))[0] == 0
    first = (tmp_path / "coa.xlsx").read_bytes()
    assert run(str(cv), "-o", str(tmp_path / "coa.xlsx"))[0] == 0
    assert (tmp_path / "coa.xlsx").read_bytes() == first
    assert run(str(cv), "--months", "12", "--today", "2026-11-21")[1].count("\n4,") == 2


def test_the_command_tells_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cv = tmp_path / "cv.yaml"
    cv.write_text(COA, encoding="utf-8")
    assert run(str(cv), "--today", "soon")[0] == 2
    assert run(str(cv), "-o", str(tmp_path / "coa.ods"))[0] == 2
    assert run(str(cv), "--months", "0")[0] == 2
    assert run(str(tmp_path / "none.yaml"))[0] == 2
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    status, _, err = run(str(cv), "-o", str(tmp_path / "coa.xlsx"))
    assert status == 2
    assert "pip install 'cvbuild[xlsx]'" in err
    assert not (tmp_path / "coa.xlsx").exists()
    cv.write_text("name: [", encoding="utf-8")
    assert run(str(cv))[0] == 1


def test_fits_are_in_order() -> None:
    assert [Fit(match) for match in Match] == [Fit.NO, Fit.DOUBTFUL, Fit.SURE]
