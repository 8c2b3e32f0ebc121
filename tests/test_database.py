"""What files bring and what the CV says of it become one work."""

from __future__ import annotations

import pytest

from cvbuild.diagnostics import Sink
from cvbuild.model import Work
from cvbuild.publications import Database, make_database
from tests.support import load

BROUGHT = """
  a: {title: First, authors: "Ann Lee, Bo Lee, Cy Roe", journal: J. Test, year: 2019, links: {pdf: https://a.org/pdf}, tags: one}
  b: {title: Second, authors: Ann Lee, date: 2020-05}
"""


def works(text: str) -> tuple[Work, ...]:
    document, diagnostics = load(f"name: Ann Lee\npublications:{text}")
    assert document is not None
    assert not diagnostics, diagnostics
    return document.publications.works


def merged(written: str) -> tuple[Database, Sink]:
    sink = Sink()
    return make_database(works(written), works(BROUGHT), sink), sink


def test_works_of_files_come_first_and_keep_their_place() -> None:
    database, sink = merged("\n  c: {title: Third}\n  b: {status: accepted}")
    assert [work.key for work in database.works] == ["a", "b", "c"]
    assert not sink.diagnostics


def test_what_the_cv_says_replaces_what_the_file_says() -> None:
    database, _ = merged("\n  a: {title: Other, volume: 3}")
    work = database.by_key["a"]
    assert (str(work.title), work.volume, str(work.journal)) == ("Other", "3", "J. Test")
    assert len(work.authors) == 3


def test_tags_and_badges_are_added_and_links_replaced_by_label() -> None:
    database, _ = merged(
        "\n  a: {tags: [two, one], links: {code: https://c.org, pdf: https://b.org/pdf}, selected: true}"
    )
    work = database.by_key["a"]
    assert work.tags == ("one", "two")
    assert {link.label: link.url.href for link in work.links} == {"code": "https://c.org", "pdf": "https://b.org/pdf"}
    assert work.selected


@pytest.mark.parametrize(
    ("written", "gone", "kept"),
    [("\n  a: {conference: NeurIPS}", "journal", "conference"), ("\n  b: {year: 2021}", "date", "year")],
)
def test_one_place_and_one_date_replace_the_other(written: str, gone: str, kept: str) -> None:
    database, sink = merged(written)
    work = next(w for w in database.works if getattr(w, kept) is not None and w.key == written.split(":")[0].strip())
    assert getattr(work, gone) is None
    assert not sink.diagnostics


@pytest.mark.parametrize("author", ["Bo Lee", "2", "bo lee", "Lee, Bo"])
def test_marks_find_their_author(author: str) -> None:
    database, sink = merged(f"\n  a: {{marks: {{'{author}': [equal, '†']}}}}")
    assert [a.marks for a in database.by_key["a"].authors] == [(), ("equal", "†"), ()]
    assert not sink.diagnostics


def test_a_family_name_is_enough_if_one_author_has_it() -> None:
    database, _ = merged("\n  a: {marks: {Roe: corresponding}}")
    assert database.by_key["a"].authors[2].marks == ("corresponding",)


@pytest.mark.parametrize("author", ["Lee", "4", "0", "Dan Roe"])
def test_marks_for_nobody_are_reported(author: str) -> None:
    _, sink = merged(f"\n  a: {{marks: {{'{author}': equal}}}}")
    assert [d.code.number for d in sink.diagnostics] == ["CV405"]


def test_a_work_without_a_title_must_be_in_a_file() -> None:
    database, sink = merged("\n  aa: {status: accepted}\n  z: {title: ''}")
    assert [d.code.number for d in sink.diagnostics] == ["CV203", "CV203"]
    assert "did you mean `a`" in (sink.diagnostics[0].hint or "")
    assert database.broken == {"aa", "z"}
    assert "aa" not in database.by_key
