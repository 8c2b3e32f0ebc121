"""JSON Resume: as its schema wants it, and nothing of the CV lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools.web import PACKAGES

from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import Document
from cvbuild.pipeline import check, render
from cvbuild.source import Source
from cvbuild.writers.prose import every_body, make_prose
from tests.readback import words, words_of_md
from tests.strategies import HOSTILE, records
from tests.support import EXAMPLES, ROOT, source

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
# What a key of the JSON says, and not its text.
KEYS = set("Advisor Advisors Mentor Mentors Thesis and Last updated Email Phone Website".split())


@cache
def schema() -> dict[str, Any]:
    return dict(json.loads((PACKAGES / "@jsonresume" / "schema" / "schema.json").read_text(encoding="utf-8")))


def resume(cv: Source) -> dict[str, Any]:
    outcome = render(cv, Files(), formats=("json",))
    assert not outcome.sink.failed, list(outcome.sink.sorted())
    found: dict[str, Any] = json.loads(outcome.texts["json"])
    jsonschema.Draft7Validator(schema(), format_checker=jsonschema.FormatChecker()).validate(found)
    return found


def texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from texts(inner)
        case list():
            for inner in value:
                yield from texts(inner)


CV = """
    name: Ada Lovelace
    headline: Analyst
    email: [ada@example.org, lovelace@example.org]
    phone: (+1) 555-010-0100
    website: https://example.org/~ada
    address: [12 St James's Square, London]
    profiles: {github: ada, orcid: 0000-0002-1825-0097}
    updated: 2026-11-21
    summary: I write [notes](https://example.org/notes).
    sections:
      Experience:
        - position: Analyst
          at: Royal *Society*
          location: London
          date: 1842-07 - Present
          url: https://example.org/rs
          note: part-time
          text: Wrote notes.
          bullets: [{label: Engine, text: Analytical, bullets: [Number of **Bernoulli**]}, Translated]
      Volunteering: [{position: Tutor, at: A School, date: 2019 - 2020-05}]
      Education:
        - {degree: Ph.D. in Mathematics, at: University, date: Summer 2020, facts: {Grade: 1.0, Courses: 'Logic, Sets (two, in fact)'}}
        - {degree: 'B.Sc., Physics', at: University, date: 2012 - 2016-07-31, advisor: Mary Somerville}
      Awards: [{award: Prize, at: Academy, date: 2021-03, amount: $500}]
      Certificates: [{award: First aid, at: Red Cross, date: 2020}]
      Skills: [{label: Programming, text: 'Python, C (99, 11)'}, Chess]
      Languages: ['English (native), French: fluent', {label: German, text: some}]
      Interests: [{label: Sport, text: 'Riding, Chess'}]
      Projects: [{title: Engine, role: Author, at: Babbage Ltd., date: 2020 - Present, text: A machine., url: 'https://example.org/e'}]
      References: [{person: Charles Babbage, role: Engineer, email: cb@example.org}]
      Courses: [{course: Logic, role: Lecturer, date: 2020}]
      Works: {publications: all}
    publications:
      a: {title: The *Engine*, authors: Ada Lovelace, date: 2020-07, journal: J. Eng., doi: 10.1000/e}
      b: {title: Old, authors: Ada Lovelace, year: '0843', venue: V}
    """


def test_each_thing_stands_where_the_schema_has_a_place_for_it() -> None:
    found = resume(source(CV))
    assert found["basics"] | {"x-summary": None} == {
        "name": "Ada Lovelace",
        "label": "Analyst",
        "email": "ada@example.org",
        "x-other-email": ["lovelace@example.org"],
        "phone": "(+1) 555-010-0100",
        "url": "https://example.org/~ada",
        "summary": "I write notes.",
        "location": {"address": "12 St James’s Square\nLondon"},
        "profiles": [
            {"network": "GitHub", "username": "ada", "url": "https://github.com/ada"},
            {"network": "ORCID", "username": "0000-0002-1825-0097", "url": "https://orcid.org/0000-0002-1825-0097"},
        ],
        "x-summary": None,
    }
    assert found["basics"]["x-summary"] == ["I write [notes](https://example.org/notes)."]
    assert found["work"] == [
        {
            "name": "Royal Society",
            "position": "Analyst",
            "location": "London",
            "url": "https://example.org/rs",
            "startDate": "1842-07",
            "description": "part-time",
            "summary": "Wrote notes.",
            "highlights": ["Engine: Analytical", "Number of Bernoulli", "Translated"],
        }
    ]
    assert found["volunteer"] == [
        {"organization": "A School", "position": "Tutor", "startDate": "2019", "endDate": "2020-05"}
    ]
    assert found["education"] == [
        {
            "institution": "University", "studyType": "Ph.D.", "area": "Mathematics", "endDate": "2020", "score": "1.0",
            "courses": ["Logic", "Sets (two, in fact)"],
        },
        {
            "institution": "University", "studyType": "B.Sc.", "area": "Physics", "startDate": "2012",
            "endDate": "2016-07-31",
        },
    ]  # fmt: skip
    assert found["awards"] == [{"title": "Prize", "date": "2021-03", "awarder": "Academy", "summary": "$500"}]
    assert found["certificates"] == [{"name": "First aid", "date": "2020", "issuer": "Red Cross"}]
    assert found["skills"] == [{"name": "Programming", "keywords": ["Python", "C (99, 11)"]}, {"name": "Chess"}]
    assert found["languages"] == [
        {"language": "English", "fluency": "native"},
        {"language": "French", "fluency": "fluent"},
        {"language": "German", "fluency": "some"},
    ]
    assert found["interests"] == [{"name": "Sport", "keywords": ["Riding", "Chess"]}]
    assert found["projects"] == [
        {
            "name": "Engine", "description": "A machine.", "startDate": "2020", "url": "https://example.org/e",
            "roles": ["Author"], "entity": "Babbage Ltd.",
        }
    ]  # fmt: skip
    assert found["references"] == [{"name": "Charles Babbage", "reference": "Engineer, cb@example.org"}]
    assert [(w["name"], w.get("releaseDate"), w.get("url"), w["publisher"]) for w in found["publications"]] == [
        ("The Engine", "2020-07", "https://doi.org/10.1000/e", "J. Eng."),
        ("Old", None, None, "V"),  # the schema knows no such year
    ]
    assert found["meta"] == {"version": "v1.0.0", "lastModified": "2026-11-21"}


def test_what_the_schema_has_no_place_for_is_there_as_it_is_printed() -> None:
    sections = {section["title"]: section["content"] for section in resume(source(CV))["x-sections"]}
    assert list(sections)[:3] == ["Experience", "Volunteering", "Education"]
    (run,) = sections["Courses"]
    assert run["kind"] == "courses"
    assert run["content"][0] == {
        "course": "Logic",
        "role": "Lecturer",
        "date": {"printed": "2020", "parts": [{"date": "2020"}]},
    }
    (entry,) = sections["Experience"][0]["content"]
    assert entry["at"] == "Royal _Society_"
    assert entry["date"]["parts"] == [{"start": "1842-07", "end": "present"}]
    assert entry["bullets"][0]["bullets"] == [{"text": ["Number of **Bernoulli**"]}]
    (works,) = sections["Works"]
    assert works["content"][0]["content"][0]["id"]
    assert works["content"][0]["content"][0]["text"].startswith(
        "**Ada Lovelace**. [The _Engine_](https://doi.org/10.1000/e). _J. Eng._"
    )


def assert_nothing_lost(cv: Source) -> None:
    sink = Sink()
    checked = check(cv, Files(), sink)
    if checked is None:
        return
    found = resume(cv)
    said = {word for text in texts(found) for word in (*words_of_md(text), *words(text))}
    md = render(cv, Files(), formats=("md",)).texts["md"].decode()
    lost = set(words_of_md(md)) - said - KEYS
    lost -= {word for word in lost if word.isdecimal() and f"[{word}]" in str(found)}
    assert not lost
    assert list(every_body(make_prose(checked)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_nothing_of_an_example_is_lost(path: Path) -> None:
    assert_nothing_lost(Source(path.name, path.read_text(encoding="utf-8"), path.parent, raw_latex=False))


@settings(max_examples=3, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_any_cv_is_as_the_schema_wants_it(data: st.DataObject) -> None:
    cv = data.draw(records(Document, HOSTILE))
    written = Source("cv.yaml", json.dumps(cv, ensure_ascii=False), ROOT, raw_latex=False)
    if check(written, Files(), Sink()) is not None:
        resume(written)
        texts_ = render(written, Files(), formats=("md", "txt")).texts
        words_of_md(texts_["md"].decode())  # no foreign HTML, no code blocks
        assert not any(line != line.rstrip() for line in texts_["txt"].decode().split("\n"))
