"""What an editor shows of a CV: asked of the real language server for YAML, with the schema that `cvbuild new` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
import yaml

from cvbuild.model import OrderKey, OwnerRole, Status, WorkKind
from cvbuild.names import NameForm
from cvbuild.schema.choices import meanings
from cvbuild.schema.jsonschema import SNIPPETS, WORKS, json_schema
from cvbuild.schema.shapes import entry_shape
from cvbuild.starter import SCHEMA, Wish, editor_schema, is_schema, starter
from tests.languageserver import Server, language_server
from tests.support import EXAMPLES, ROOT, problems

MODELINE = f"# yaml-language-server: $schema={SCHEMA}\n"


class Editor:
    """A file cv.yaml in an editor: first the lines that name the schema and the owner, then some more."""

    def __init__(self, server: Server, path: Path) -> None:
        self.server, self.path, self.shown = server, path, 0

    def problems(self, more: str, *, whole: bool = False) -> list[str]:
        """The line of each diagnostic, counted in `more` from 1, and its message."""
        head = "" if whole else MODELINE + "name: Ada\n"
        self.shown += 1
        found = self.server.problems(self.path.with_stem(f"cv-{self.shown}"), head + more)
        return [f"{d['range']['start']['line'] + 1 - head.count(chr(10))} {d['message']}" for d in found]

    def offers(self, more: str) -> dict[str, dict[str, Any]]:
        return self.server.complete(self.path, MODELINE + "name: Ada\n" + more)

    def hover(self, more: str) -> str:
        return self.server.hover(self.path, MODELINE + "name: Ada\n" + more)


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("editor")
    schema = folder / SCHEMA
    schema.parent.mkdir()
    schema.write_text(editor_schema(), encoding="utf-8")
    with language_server(folder) as server:
        yield Editor(server, folder / "cv.yaml")


@pytest.mark.engine
def test_the_first_cv_and_the_examples_have_no_mistake(editor: Editor) -> None:
    assert editor.problems(starter(Wish("Lei Wu"))["cv.yaml"], whole=True) == []
    for example in EXAMPLES:
        assert editor.problems(MODELINE + example.read_text(encoding="utf-8"), whole=True) == [], example.name


FINE = """\
aliases: [A. L., 2020]
updated: 2026-11-21
address: |
  one
  two
photo: me.jpg
profiles: {orcid: 0000-0002-1825-0097}
theme: {name: mine, accent: '#123456', font-size: 10pt, strange: 1}
people: {Grace Hopper: , Alan Turing: [King's College], Kurt: {role: advisor, date: 1930}}
lists: {order: [rank, newest], restart: yes, year: 2020}
counts: {papers: all, some: [a, b], first: {role: first}}
citations: apart
legend: none
sections:
  Empty:
  Text: 2020
  Paragraphs: [One., Two.]
  Entries:
    - position: P
      date: 2018.10
      facts: {GPA: 4.0}
      advisor: [A, B]
    - {title: T, when: soon, bullets: [a, {text: b, bullets: c}]}
    - venues: [A seminar, {event: B, date: 2020}]
    - 12
  Works: {publications: {kind: article, number: none}}
publications:
  files: refs.bib
  a: {title: A, year: 2020, volume: 007, selected: Yes, doi: 10.1000/1, marks: {1: '*'}, authors: [A, {name: B, me: on}]}
"""


@pytest.mark.engine
def test_nothing_that_cvbuild_takes_is_a_mistake(editor: Editor) -> None:
    assert editor.problems(FINE) == []
    assert {problem.split()[1] for problem in problems("name: Ada\n" + FINE)} <= {"CV001", "CV501"}


@pytest.mark.engine
@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("sectoins: x\n", "1 Property sectoins is not allowed."),
        ("sections:\n  A:\n    - positon: P\n      at: B\n", "3 Property positon is not allowed."),
        ("sections:\n  A:\n    - talk: T\n      advisor: P\n", "4 Property advisor is not allowed."),
        ("publications:\n  a:\n    title: T\n    authros: A\n", "4 Property authros is not allowed."),
        ("publications:\n  a:\n    title: T\n    kind: artcle\n", "4 Value is not accepted."),
        ("lists:\n  number: sideways\n", "2 Value is not accepted."),
        ("email: nobody\n", "1 String does not match the pattern"),
    ],
)
def test_a_mistake_is_shown_at_its_place(more: str, problem: str, editor: Editor) -> None:
    (found,) = editor.problems(more)
    assert found.startswith(problem)


@pytest.mark.engine
def test_keys_are_completed(editor: Editor) -> None:
    top = editor.offers("|")
    assert {"headline", "sections", "publications", "theme", "updated"} <= set(top)
    assert "name" not in top  # it is there
    assert {"at", "date", "advisor"} <= set(editor.offers("sections:\n  A:\n    - position: P\n      |"))
    talk = set(editor.offers("sections:\n  A:\n    - talk: T\n      |"))
    assert "venues" in talk
    assert talk.isdisjoint({"advisor", "position", "degree"})
    assert {"authors", "journal", "doi"} <= set(editor.offers("publications:\n  a:\n    |"))
    assert {"accent", "font-size"} <= set(editor.offers("theme:\n  name: noether\n  |"))


@pytest.mark.engine
def test_entries_and_works_are_written_at_once(editor: Editor) -> None:
    offered = editor.offers("sections:\n  A:\n    - position: P\n    - |\n")
    naming = {key for kind in entry_shape().kinds for key in kind.NAMED_BY}
    assert naming <= set(offered)
    assert {f"{keys[0]}: …" for keys in SNIPPETS.values()} <= set(offered)
    degree = str(offered["degree: …"]["insertText"])
    assert (
        degree.split()
        == (
            "degree: ${1:Ph.D. in Computational Mathematics} at: ${2:Princeton University} location: ${3:Princeton, NJ} "
            "date: ${4:2018.11 - Present} advisor: ${5:Prof. Weinan E}"
        ).split()
    )
    works = editor.offers("publications:\n  |")
    assert {f"{kind}: …" for kind in WORKS} <= set(works)
    assert str(works["preprint: …"]["insertText"]).startswith("${1:lovelace1843notes}:\n  authors: ${2:")


def taken(before: str, item: dict[str, Any], after: str) -> str:
    """A text after what is offered at its end was taken: examples stay, and further lines are indented like the first."""
    edit = item["textEdit"]
    *head, line = before.split("\n")
    indent = line[: len(line) - len(line.lstrip())]
    new = edit["newText"].replace("\n", "\n" + indent)
    new = re.sub(r"\$\{\d+:((?:[^}\\]|\\.)*)\}", lambda found: re.sub(r"\\(.)", r"\1", found[1]), new)
    return "\n".join([*head, line[: edit["range"]["start"]["character"]] + new]) + "\n" + after


@pytest.mark.engine
@pytest.mark.parametrize("typed", ["", "deg"])
def test_what_is_written_at_once_is_a_cv(typed: str, editor: Editor) -> None:
    before = f"sections:\n  A:\n    - position: P\n    - {typed}"
    offered = editor.offers(before + "|\n")
    for keys in SNIPPETS.values():
        text = "name: Ada\n" + taken(before, offered[f"{keys[0]}: …"], "  B: End\n")
        assert problems(text) == [], text
        assert keys[-1] in yaml.safe_load(text)["sections"]["A"][1]
    offered = editor.offers("publications:\n  |")
    for kind, keys in WORKS.items():
        text = "name: Ada\n" + taken("publications:\n  ", offered[f"{kind}: …"], "")
        assert problems(text) == [], text
        assert list(yaml.safe_load(text)["publications"]["lovelace1843notes"]) == list(keys)


@pytest.mark.engine
def test_words_are_completed(editor: Editor) -> None:
    themes = editor.offers("theme: |")
    assert {"noether", "turing"} <= set(themes)
    assert "Garamond" in json.dumps(themes["noether"]["documentation"])
    kinds = editor.offers("publications:\n  a:\n    kind: |")
    assert "On arXiv" in json.dumps(kinds["preprint"]["documentation"])
    assert "article" in kinds
    assert "null" not in kinds
    assert {"plain", "apa", "ieee"} <= set(editor.offers("lists:\n  style: |"))


@pytest.mark.engine
def test_a_key_is_explained(editor: Editor) -> None:
    told = editor.hover("head|line: Professor\n")
    assert "A line under the name." in told
    assert "Assistant Professor of Mathematics" in told
    told = editor.hover("updated: 2026\nsections:\n  A:\n    - position: P\n      wh|en: soon\n")
    assert "Free words to print where the date stands." in told


# --- without a server ---


def test_the_schema_is_one_and_knows_itself() -> None:
    schema = json.loads(editor_schema())
    assert is_schema(editor_schema())
    assert not is_schema("{}")
    assert not is_schema("name: Ada\n")
    assert schema["$defs"]["ThemeChoice"]["anyOf"][0]["properties"]["figures"]["anyOf"][0]["enum"] == [
        "lining",
        "old-style",
    ]
    assert max(map(len, editor_schema().splitlines())) < 4000  # a change is seen in a version control
    assert str(ROOT) not in editor_schema()


@pytest.mark.parametrize("choices", [WorkKind, Status, OwnerRole, OrderKey, NameForm])
def test_what_choices_mean_is_told(choices: object) -> None:
    assert meanings(get_args(choices)) is not None


def test_the_schema_of_names_refuses_nothing_that_the_bare_one_takes() -> None:
    """Names of themes and styles are offers."""
    assert set(json_schema()["properties"]) == set(json.loads(editor_schema())["properties"])
    validator = jsonschema.Draft202012Validator(json.loads(editor_schema()))
    validator.validate({"name": "A", "theme": "mine", "lists": {"style": "mine"}})
    validator.validate({"name": "A", "theme": {"name": "mine", "accent": "teal", "figures": "other"}})
