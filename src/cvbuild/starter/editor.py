"""The JSON Schema that an editor takes, with all names that it can offer."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import ThemeChoice
from cvbuild.places import builtin_themes
from cvbuild.publications.presets import PRESETS
from cvbuild.schema.jsonschema import TITLE, Offers, json_schema
from cvbuild.theme import OptionSpec, find_theme

SCHEMA: Final = ".cvbuild/cv.schema.json"
"""Where the schema lies for editors, beside the CV; the first line of the CV names it."""


@cache
def editor_schema() -> str:
    """The schema as text: the same on all machines that have this version of cvbuild."""
    files = Files()
    about: dict[str, str] = {}
    specs: list[Mapping[str, OptionSpec]] = []
    for folder in sorted(Path(builtin_themes()).iterdir()):
        theme = find_theme(ThemeChoice(), folder, files, Sink(), str(folder)) if folder.name != "base" else None
        if theme is not None:
            about[folder.name] = str(tomllib.loads(files.text(folder / "theme.toml")).get("description", ""))
            specs.append(theme.specs)
    schema = json_schema(Offers(about, _options(specs), tuple(PRESETS)))
    # Some hundred lines, so that a change is seen in a version control.
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"') + "\n"


def _options(themes: Iterable[Mapping[str, OptionSpec]]) -> dict[str, dict[str, Any]]:
    """A schema for each option that a theme has. It refuses nothing: another theme may take other values."""
    found: dict[str, dict[str, Any]] = {}
    for specs in themes:
        for spec in specs.values():
            words = found.setdefault(spec.name, {"description": spec.about, "anyOf": [{"enum": []}]})["anyOf"][0][
                "enum"
            ]
            offered = spec.choices or (("true", "false") if spec.type == "bool" else (spec.default,))
            words += [_value(spec, word) for word in offered if word and _value(spec, word) not in words]
    for option in found.values():
        option["markdownDescription"] = option["description"]
        option["anyOf"].append({"type": ["string", "number", "boolean"]})
    return found


def _value(spec: OptionSpec, word: str) -> str | bool:
    return word == "true" if spec.type == "bool" else word


def outdated(folder: Path) -> Path | None:
    """The schema beside the CVs of a folder, if another version of cvbuild has written it."""
    path = folder / SCHEMA
    try:
        text = Files().text(path)
    except (OSError, UnicodeDecodeError):
        return None
    return path if text != editor_schema() and is_schema(text) else None


def is_schema(text: str) -> bool:
    """Whether a text is a schema that some version of cvbuild has written."""
    try:
        found: Any = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("title") == TITLE
