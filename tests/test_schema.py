"""The shape of the YAML: what is accepted, what is refused, and that all descriptions of it agree."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cvbuild.model import Award, Bullet, Course, Degree, Item, Person, Position, Talk
from cvbuild.schema.jsonschema import json_schema
from cvbuild.schema.reference import reference_page
from cvbuild.schema.values import orcid_checksum
from tests.support import EXAMPLES, ROOT, document, load, problems


def entry(yaml_entry: str) -> Any:
    found = document("name: N\nsections:\n  S:\n    - " + yaml_entry + "\n")
    return found.sections[0].entries[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("just a text", Bullet),
        ("{text: a, bullets: [b]}", Bullet),
        ("{label: Languages, text: Python}", Bullet),
        ("{position: Postdoc, at: X}", Position),
        ("{degree: Ph.D., text: more}", Degree),
        ("{course: Algebra}", Course),
        ("{award: Prize, amount: $5}", Award),
        ("{talk: On x, event: Seminar}", Talk),
        ("{event: Seminar}", Talk),
        ("{talk: On x, venues: [A, B]}", Talk),
        ("{person: A. B.}", Person),
        ("{title: Something, role: Chair}", Item),
    ],
)
def test_kind_is_seen_from_the_keys(text: str, kind: type) -> None:
    assert type(entry(text)) is kind


def test_sections_in_every_form_keep_the_order_written() -> None:
    found = document("""
    name: N
    sections:
      Zeta: A paragraph.
      Alpha:
        - a point
      Empty:
      Mixed:
        publications: all
        text: below
        entries: [x]
    """)
    assert [str(s.title) for s in found.sections] == ["Zeta", "Alpha", "Empty", "Mixed"]
    assert found.sections[3].written == ("title", "publications", "text", "entries")
    assert found.sections[2].entries == ()


def test_sections_as_a_list_may_repeat_and_lack_titles() -> None:
    found = document("""
    name: N
    sections:
      - title: A
        text: one
      - text: untitled
      - title: A
    """)
    assert [s.title and str(s.title) for s in found.sections] == ["A", None, "A"]


def test_lines_of_an_address() -> None:
    written = document("name: N\naddress: |\n  1 Fine Hall\n  Princeton\n").address
    assert [str(line) for line in written] == ["1 Fine Hall", "Princeton"]
    assert written == document("name: N\naddress: [1 Fine Hall, Princeton]").address


def test_one_value_needs_no_list() -> None:
    assert document("name: N\nemail: a@b.org").email == document("name: N\nemail: [a@b.org]").email


def test_a_blank_key_is_no_key() -> None:
    found, diagnostics = load("name: N\nphone:\nemail: ~\nsections:\n")
    assert found is not None
    assert (found.phone, found.email, found.sections, diagnostics) == ((), (), (), [])


CASES = [
    ("nam: N", ["1:1 CV201"]),
    ("name: N\nsecions: {}", ["2:1 CV201"]),
    ("- a", ["1:1 CV202"]),
    ("just text", ["1:1 CV202"]),
    ("name: [a]", ["1:7 CV202"]),
    ("name: ''", ["1:1 CV203"]),
    ('name: N\nphone: "a\\x07"', ["2:8 CV003"]),
    ("name: N\ntheme: " + "a" * 5000, ["2:8 CV501"]),
    ("name: N\npublications:\n  k: {title: T, authors: ['X {un']}", ["3:27 CV405"]),
    ("name: N\nemail: nobody", ["2:8 CV208"]),
    ("name: N\nwebsite: not an address", ["2:10 CV209"]),
    ("name: N\nwebsite: javascript:alert(1)", ["2:10 CV209"]),
    ("name: N\nprofiles: {orcid: 0000-0002-1825-0098}", ["2:19 CV211"]),
    ("name: N\nprofiles: {friendface: x}", ["2:12 CV213"]),
    ("name: N\nprofiles: {mastodon: me}", ["2:12 CV209"]),
    ("name: N\nsections:\n  S:\n    - {positon: X}", ["4:8 CV204"]),
    ("name: N\nsections:\n  S:\n    - Thesis: Foo", ["4:7 CV204"]),
    ("name: N\nsections:\n  S:\n    - {position: X, degree: Y}", ["4:21 CV205"]),
    ("name: N\nsections:\n  S:\n    - {position: X, company: Y}", ["4:21 CV201"]),
    ("name: N\nsections:\n  S:\n    - {position: X, date: 2024-13}", ["4:27 CV210"]),
    ("name: N\nsections:\n  S:\n    - {position: X, date: 2020 - 2018}", ["4:27 CV212"]),
    ("name: N\nsections:\n  S:\n    - [a, b]", ["4:7 CV202"]),
    ("name: N\nsections:\n  S:\n    -", ["4:6 CV202"]),
    ("name: N\nsections:\n  S:\n    publications: {order: newset}", ["4:27 CV206"]),
    ("name: N\npublications:\n  k: {title: T, kind: papr}", ["3:23 CV206"]),
    ("name: N\npublications:\n  k: {authors: A B}", ["3:3 CV203"]),
    ("name: N\npublications:\n  k: {title: T, authors: 'A,,B'}", ["3:29 CV405"]),
    ("name: N\npublications:\n  k: {title: T, doi: 12}", ["3:22 CV211"]),
    ("name: N\npublications:\n  k: {title: T, arxiv: 20.1}", ["3:24 CV211"]),
    ("name: N\npublications:\n  k: {title: T, journal: J, conference: C}", ["3:3 CV205"]),
    ("name: N\nstyles:\n  - {name: k, base: plain}\n  - {name: k, base: with}", ["4:5 CV102"]),
    ("name: N\nlegend: left", ["2:9 CV206"]),
    ("name: N\nlists: {style: {max-authors: many}}", ["2:30 CV207"]),
    ("name: N\ntheme: {name: noether, papr: a4}", ["2:24 CV503"]),
    ("name: N\ntheme: {name: noether, paper: a0}", ["2:31 CV503"]),
    ("name: N\ntheme: nosuch", ["2:8 CV501"]),
    ("name: N\ntheme: ../../etc", ["2:8 CV501"]),
    ("name: N\nwords: {Presnt: heute}", ["2:9 CV206"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_mistakes_are_reported_at_their_place(text: str, expected: list[str]) -> None:
    assert sorted(problems(text)) == sorted(expected)


def test_every_mistake_is_reported_in_one_pass() -> None:
    text = "name: N\nemail: x\nfoo: 1\nsections:\n  A:\n    - {position: P, date: 2024-13}\n    - {bar: 1, baz: 2}\n"
    assert problems(text) == ["2:8 CV208", "3:1 CV201", "6:27 CV210", "7:8 CV204"]


def test_mistakes_of_all_stages_are_reported_in_one_pass() -> None:
    text = """
    name: N
    emial: x
    theme: nosuch
    publications:
      broken: {title: T, arxiv: nonsense}
    sections:
      A: See [@broken] and [@nobody].
      B: {publications: [broken, missing]}
    """
    assert problems(text) == ["2:1 CV201", "3:8 CV501", "5:29 CV211", "7:25 CV401", "8:30 CV401"]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("positon", "`position`"),
        ("company", "`at:`"),
        ("highlights", "`bullets:`"),
        ("start_date", "`date: 2018.7 - Present`"),
    ],
)
def test_hints_name_the_right_key(key: str, hint: str) -> None:
    _, diagnostics = load(f"name: N\nsections:\n  S:\n    - position: P\n      {key}: x\n")
    assert hint in (diagnostics[0].hint or "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("updated: now", "write `today`, or a date"),
        ("updated: True", "write `today`, or a date"),
        (
            "publications: {a: {authors: B, title: C, year: to appear}}",
            "of a work, that is written `status: accepted`; a",
        ),
        (
            "publications: {a: {authors: B, title: C, year: In press}}",
            "of a work, that is written `status: in press`; a",
        ),
        ("photo: {file: me.png, size: 3cm}", "write `width:` or `height:`"),
    ],
)
def test_hints_for_what_people_write(text: str, hint: str) -> None:
    _, diagnostics = load("name: N\n" + text)
    assert [(d.hint or "")[: len(hint)] for d in diagnostics] == [hint]


def test_orcid_checksum() -> None:
    assert orcid_checksum("000000021825009") == "7"  # the example of orcid.org
    assert orcid_checksum("000000021694233") == "X"


# --- the JSON Schema and the reference page ---


def plain_data(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def without_blanks(value: Any) -> Any:
    """BaseLoader gives "" for a key with nothing behind it; editors see null there."""
    if isinstance(value, dict):
        return {key: None if inner == "" else without_blanks(inner) for key, inner in value.items()}
    return [without_blanks(v) for v in value] if isinstance(value, list) else value


VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_json_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_json_schema_accepts_the_examples(path: Path) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    VALIDATOR.validate(json.loads(json.dumps(data, default=str)))


def paths(value: Any, here: tuple[Any, ...] = ()) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*here, key)
        yield from paths(inner, (*here, key))


FREE = {"sections", "publications", "profiles", "theme", "facts", "links", "words", "headings", "styles", "patterns"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_a_misspelt_key_is_refused_by_loader_and_schema_alike(path: Path) -> None:
    """Each key of an example misspelt in turn, except where keys are the user's own."""
    data = plain_data(path)
    tried = 0
    for where in paths(data):
        if not isinstance(where[-1], str) or (len(where) > 1 and where[-2] in FREE):
            continue
        changed = copy.deepcopy(data)
        parent = changed
        for step in where[:-1]:
            parent = parent[step]
        parent["x" + where[-1]] = parent.pop(where[-1])
        if tried % 7 == 0:  # every seventh is enough, and fast
            _, diagnostics = load(yaml.safe_dump(changed, sort_keys=False, allow_unicode=True, width=10_000))
            assert any(d.is_error for d in diagnostics), where
            assert not VALIDATOR.is_valid(without_blanks(changed)), where
        tried += 1
    assert tried > 5


def test_reference_page_is_up_to_date() -> None:
    written = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert written == reference_page(), "run `make docs`"
