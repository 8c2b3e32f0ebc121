"""The JSON Schema of a CV file, for editors: made from the same shapes that read it.

It is valid for whatever a CV may hold, and written so that editors have something to offer: what a key is for
as Markdown, examples as values, snippets for entries and works. Two things are so for the sake of the language
server for YAML, and tested with it: the kind of an entry is found by `if`, for of many alternatives it
would tell which types there are, not which key is misspelt; and nothing is described as “not something”, since it would offer `null`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from cvbuild.frozen import frozen
from cvbuild.model import Author, Document, Entry, Option, Publications, StyleSpec, ThemeChoice, Work
from cvbuild.schema.choices import meanings
from cvbuild.schema.shapes import (
    AuthorShape,
    AuthorsShape,
    ChoiceShape,
    EntryShape,
    FieldShape,
    ListShape,
    NameShape,
    ProseShape,
    RecordShape,
    ScalarShape,
    Shape,
    record_shape,
)

TITLE: Final = "cvbuild CV"
_TEXT: dict[str, Any] = {"type": ["string", "number"]}
_OTHERS: Final = ("array", "boolean", "number", "object", "string")
_NULL: dict[str, Any] = {"not": {"type": list(_OTHERS)}}
"""Nothing. As `type: null`, editors would offer it wherever a word is expected."""
_INCLUDE: dict[str, Any] = {
    "description": "YAML files whose contents stand here; see docs/variants.md.",
    "type": ["string", "array"],
    "items": {"type": "string"},
    "examples": ["teaching.yaml"],
}


@frozen
class Offers:
    """Names that an editor can offer, though others are valid too.

    `themes` tells of each theme what it is; `options` has a schema for each option of a theme; `styles` are names
    of styles of publications.
    """

    themes: Mapping[str, str]
    options: Mapping[str, Mapping[str, Any]]
    styles: Iterable[str] = ()


NO_OFFERS: Final = Offers({}, {})


def json_schema(offers: Offers = NO_OFFERS) -> dict[str, Any]:
    """The schema (draft 2020-12) as plain data."""
    defs: dict[str, Any] = {}
    root = _record(record_shape(Document), defs, mapping_only=True)
    root["anyOf"] = [{"required": root.pop("required")}, {"required": ["include"]}]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        **root,
        "$defs": dict(sorted(defs.items())),
    }
    _offer(schema, offers)
    return schema


def _offer(schema: dict[str, Any], offers: Offers) -> None:
    """Put names into the places where they are written."""
    if offers.themes:
        names, about = list(offers.themes), list(offers.themes.values())
        mapping = schema["$defs"][ThemeChoice.__name__]["anyOf"][0]["properties"]
        mapping |= offers.options
        words = {"enum": names, "markdownEnumDescriptions": about}
        _put(schema["$defs"][ThemeChoice.__name__], words)
        _put(mapping["name"], words)
    if styles := list(offers.styles):
        _put(schema["$defs"][StyleSpec.__name__], {"enum": styles})
        _put(schema["$defs"][StyleSpec.__name__]["anyOf"][0]["properties"]["base"], {"enum": styles})


def _put(place: dict[str, Any], words: dict[str, Any]) -> None:
    """Offer words where a text may stand, before other alternatives."""
    place["anyOf"].insert(place["anyOf"].index(_TEXT), words)
    place.pop("examples", None)


def _any(*options: dict[str, Any]) -> dict[str, Any]:
    return options[0] if len(options) == 1 else {"anyOf": list(options)}


def _schema(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    match shape:
        case ScalarShape(type=kind):
            return dict(kind.json)
        case ChoiceShape(choices=choices):
            about = meanings(choices)
            return {"enum": list(choices), **({"markdownEnumDescriptions": about} if about else {})}
        case ProseShape():
            return _any(_TEXT, {"type": "array", "items": _TEXT})
        case NameShape():
            return dict(_TEXT)
        case AuthorShape():
            return _any(_TEXT, _named(record_shape(Author), defs))
        case AuthorsShape():
            return _any(_TEXT, {"type": "array", "items": _schema(AuthorShape(), defs)})
        case EntryShape():
            return _entry(shape, defs)
        case RecordShape():
            return _named(shape, defs)
        case ListShape(item=item, keyed=keyed):
            inner = _schema(item, defs)
            many = {"type": "array", "items": inner}
            if keyed is None:
                return _any(inner, many)
            assert isinstance(item, RecordShape)
            value = _named(item, defs, without=keyed.by)
            mapping = {"type": "object", "properties": {"include": _INCLUDE}, "additionalProperties": value}
            return _any(mapping, many)
        case _:
            raise TypeError(f"no JSON Schema for {shape!r}")


def _entry(shape: EntryShape, defs: dict[str, Any]) -> dict[str, Any]:
    """An entry: a text, or a mapping whose kind is seen from its keys, as `EntryShape.tell` sees it."""
    if Entry.__name__ not in defs:
        defs[Entry.__name__] = {}
        weak = next(kind for cls, kind in shape.kinds.items() if cls.SHORT.scalar)
        strong = [kind for kind in shape.kinds.values() if kind is not weak]
        named = [_named_by(kind) for kind in strong]
        begun = {name: kind.fields[name] for kind in strong for name in _naming(kind)}
        defs[Entry.__name__] = {
            "type": ["object", *_TEXT["type"]],
            "allOf": [
                *({"if": condition, "then": _named(kind, defs)} for condition, kind in zip(named, strong, strict=True)),
                {"if": {"not": {"anyOf": named}}, "then": {"$ref": "#/$defs/Entry-begun"}},
            ],
        }
        # An entry that is no more than begun, or that is a point.
        defs["Entry-begun"] = {
            "description": "An entry is a text, or a mapping. Its kind is seen from the key that names it.",
            "properties": {name: _property(f, defs) for name, f in {**begun, **weak.fields}.items()},
            # What entries of some kind have is no mistake as long as the kind is not told, or misspelt.
            "patternProperties": {f"^({'|'.join(sorted({key for kind in strong for key in kind.fields}))})$": {}},
            "additionalProperties": False,
            "defaultSnippets": [_snippet(kind, SNIPPETS[kind.cls.__name__]) for kind in strong],
        }
    return {"$ref": f"#/$defs/{Entry.__name__}"}


def _naming(kind: RecordShape) -> tuple[str, ...]:
    """The keys that name a kind of entry."""
    assert issubclass(kind.cls, Entry)
    return kind.cls.NAMED_BY


def _named_by(kind: RecordShape) -> dict[str, Any]:
    """The condition that a mapping has one of the keys that name a kind."""
    keys = [{"required": [name]} for name in _naming(kind)]
    return {"type": "object", **(keys[0] if len(keys) == 1 else {"anyOf": keys})}


SNIPPETS: Final = {
    "Position": ("position", "at", "location", "date"),
    "Degree": ("degree", "at", "location", "date", "advisor"),
    "Course": ("course", "role", "at", "date"),
    "Award": ("award", "at", "date"),
    "Talk": ("talk", "event", "location", "date"),
    "Person": ("person", "role", "affiliations"),
    "Item": ("title", "role", "at", "date"),
}
"""What an editor offers to write for an entry of each kind; in place of the values stand their examples."""
WORKS: Final = {
    "article": ("authors", "title", "journal", "volume", "pages", "year", "doi"),
    "conference": ("authors", "title", "conference", "short", "year"),
    "preprint": ("authors", "title", "arxiv", "year"),
    "book": ("authors", "title", "publisher", "year", "isbn"),
}
"""The same for works of each kind."""


def _snippet(shape: RecordShape, keys: tuple[str, ...]) -> dict[str, Any]:
    called = shape.cls.__name__.lower()
    return {
        "label": f"{keys[0]}: …",
        "description": f"{(shape.cls.__doc__ or called).split(chr(10))[0]}",
        "body": _body(shape, keys, 1),
    }


def _works_snippets() -> list[dict[str, Any]]:
    """Works below keys of their own."""
    shape = record_shape(Work)
    return [
        {
            "label": f"{kind}: …",
            "description": f"A new {kind}",
            "body": {"${1:lovelace1843notes}": _body(shape, keys, 2)},
        }
        for kind, keys in WORKS.items()
    ]


def _body(shape: RecordShape, keys: tuple[str, ...], first: int) -> dict[str, str]:
    """Keys with places for the cursor, in which the examples stand."""
    fields = [shape.fields[key] for key in keys]
    return {
        f.key: f"${{{number}:{f.doc.example.translate(_IN_PLACE) or f.key}}}" for number, f in enumerate(fields, first)
    }


_IN_PLACE: Final = str.maketrans({"$": "\\$", "}": "\\}", "[": None, "]": None})


def _named(shape: RecordShape, defs: dict[str, Any], *, without: str = "") -> dict[str, Any]:
    name = shape.cls.__name__ + (f"-without-{without}" if without else "")
    if name not in defs:
        defs[name] = {}  # records contain each other
        defs[name] = _record(shape, defs, without=without)
    return {"$ref": f"#/$defs/{name}"}


def _record(
    shape: RecordShape, defs: dict[str, Any], *, without: str = "", mapping_only: bool = False
) -> dict[str, Any]:
    fields = [f for f in shape.fields.values() if f.attribute != without]
    about = " ".join((shape.cls.__doc__ or "").split())
    mapping: dict[str, Any] = {
        "type": "object",
        "description": about,
        "markdownDescription": about,
        "properties": {
            **{f.key: _property(f, defs) for f in fields if f.attribute != shape.cls.REST},
            "include": _INCLUDE,
        },
        "additionalProperties": _rest(shape, defs),
    }
    if shape.cls is Publications:
        mapping["defaultSnippets"] = _works_snippets()
    required = [f.key for f in fields if f.required]
    if required:
        mapping["required"] = required
    short = shape.cls.SHORT
    options = [mapping]
    if mapping_only:
        return mapping
    if short.scalar is not None and short.scalar != without:
        options.append(_scalar(shape.fields[short.scalar].shape, defs))
    if short.sequence is not None:
        options.append({"type": "array", **_items(shape.fields[short.sequence].shape, defs)})
    if short.null:
        options.append(_NULL)
    return _any(*options)


def _scalar(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    """What a bare scalar may be that stands for a whole mapping."""
    match shape:
        case ProseShape() | AuthorsShape():
            return dict(_TEXT)
        case ListShape(item=RecordShape() as item):
            assert item.cls.SHORT.scalar is not None
            return _scalar(item.fields[item.cls.SHORT.scalar].shape, defs)
        case ListShape(item=item):
            return _scalar(item, defs)
        case _:
            return _schema(shape, defs)


def _rest(shape: RecordShape, defs: dict[str, Any]) -> Any:
    """What keys may hold that are no fields."""
    if shape.cls.REST is None:
        return False
    rest = shape.fields[shape.cls.REST].shape
    assert isinstance(rest, ListShape)
    assert rest.keyed is not None
    assert isinstance(rest.item, RecordShape)
    if rest.item.cls is Option:  # which a theme checks
        return True
    return _named(rest.item, defs, without=rest.keyed.by)


def _items(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    assert isinstance(shape, ListShape)
    return {"items": _schema(shape.item, defs)}


def _property(f: FieldShape, defs: dict[str, Any]) -> dict[str, Any]:
    schema = _schema(f.shape, defs)
    if not f.required:  # a key with nothing behind it is the same as no key
        schema = {"anyOf": [*(schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]), _NULL]}
    return {**_described(f), **schema}


def _described(f: FieldShape) -> dict[str, Any]:
    """What a key is for, with an example as a value."""
    out: dict[str, Any] = {"description": f.doc.about, "markdownDescription": f.doc.about}
    if f.doc.example:
        out["examples"] = [_example(f.doc.example)]
    return out


def _example(written: str) -> Any:
    """An example as a value, if it is one that is written just so; else as a text."""
    try:
        value = yaml.safe_load(written)
    except yaml.YAMLError:  # of a text that YAML wants to have in quotes
        return written
    if isinstance(value, str | list | dict):
        return yaml.load(written, yaml.BaseLoader)
    return value if isinstance(value, bool | int | float) and json.dumps(value) == written else written
