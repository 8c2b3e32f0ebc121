"""A first CV: commented, complete, and rendered as it stands.

In: the owner's name, and what is wished. Out: texts by the names of their files; nothing is written here.
"""

from __future__ import annotations

import json
from pathlib import Path

from cvbuild.bibliography.yaml_scalars import scalar
from cvbuild.frozen import frozen
from cvbuild.names import parse_name, write_name
from cvbuild.schema import json_schema

SCHEMA = ".cvbuild/cv.schema.json"
"""Where the JSON Schema lies for editors, beside the CV; the first line of the CV names it."""

_FOLDER = Path(__file__).parent


@frozen
class Wish:
    """What a first CV shall be. `file` is its name, `works` a file of works in its folder."""

    name: str
    file: str = "cv.yaml"
    theme: str = "noether"
    works: str | None = None


def starter(wish: Wish) -> dict[str, str]:
    """The CV, and the schema for editors."""
    return {wish.file: _cv(wish), SCHEMA: json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"}


def _cv(wish: Wish) -> str:
    works = f"# The database of works.\npublications: {scalar(wish.works)}\n" if wish.works else _part("works")
    owner = write_name(parse_name(wish.name))
    lines = works.splitlines(keepends=True)
    # A whole value is quoted where YAML would read it otherwise with this name in it.
    works = "".join(_authors(line, owner) if "@owner@" in line else line for line in lines)
    filled = _part("cv")
    for mark, text in {
        "name": scalar(wish.name),
        "theme": scalar(wish.theme),
        "file": wish.file,
        "stem": Path(wish.file).stem,
        "lists": _part("lists_of_file" if wish.works else "lists"),
        "works": works,
    }.items():
        filled = filled.replace(f"@{mark}@", text.rstrip("\n"))
    return filled.rstrip("\n") + "\n"


def _authors(line: str, owner: str) -> str:
    head, _, rest = line.partition(": ")
    value, comment, words = rest.rstrip("\n").partition(" #")
    return f"{head}: {scalar(value.replace('@owner@', owner), width=None)}{comment}{words}\n"


def _part(name: str) -> str:
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
