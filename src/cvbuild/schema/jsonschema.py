"""The JSON Schema of a CV file, for editors: made from the same shapes that read it."""

from __future__ import annotations

from typing import Any

from cvbuild.model import Author, Document, Option
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

_TEXT: dict[str, Any] = {"type": ["string", "number"]}
_NULL: dict[str, Any] = {"type": "null"}
_INCLUDE: dict[str, Any] = {
    "description": "YAML files whose contents stand here; see docs/variants.md.",
    "type": ["string", "array"],
    "items": {"type": "string"},
    "examples": ["teaching.yaml"],
}


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) as plain data."""
    defs: dict[str, Any] = {}
    root = _record(record_shape(Document), defs, mapping_only=True)
    root["anyOf"] = [{"required": root.pop("required")}, {"required": ["include"]}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cvbuild CV",
        **root,
        "$defs": dict(sorted(defs.items())),
    }


def _any(*options: dict[str, Any]) -> dict[str, Any]:
    return options[0] if len(options) == 1 else {"anyOf": list(options)}


def _schema(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    match shape:
        case ScalarShape(type=kind):
            return dict(kind.json)
        case ChoiceShape(choices=choices):
            return {"enum": list(choices)}
        case ProseShape():
            return _any(_TEXT, {"type": "array", "items": _TEXT})
        case NameShape():
            return dict(_TEXT)
        case AuthorShape():
            return _any(_TEXT, _named(record_shape(Author), defs))
        case AuthorsShape():
            return _any(_TEXT, {"type": "array", "items": _schema(AuthorShape(), defs)})
        case EntryShape():
            return _any(*(_named(kind, defs) for kind in shape.kinds.values()))
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


def _named(
    shape: RecordShape, defs: dict[str, Any], *, without: str = "", mapping_only: bool = False
) -> dict[str, Any]:
    name = shape.cls.__name__ + (f"-without-{without}" if without else "")
    if name not in defs:
        defs[name] = {}  # records contain each other
        defs[name] = _record(shape, defs, without=without, mapping_only=mapping_only)
    return {"$ref": f"#/$defs/{name}"}


def _record(
    shape: RecordShape, defs: dict[str, Any], *, without: str = "", mapping_only: bool = False
) -> dict[str, Any]:
    fields = [f for f in shape.fields.values() if f.attribute != without]
    mapping: dict[str, Any] = {
        "type": "object",
        "description": (shape.cls.__doc__ or "").strip(),
        "properties": {
            **{f.key: _property(f, defs) for f in fields if f.attribute != shape.cls.REST},
            "include": _INCLUDE,
        },
        "additionalProperties": _rest(shape, defs),
    }
    required = [f.key for f in fields if f.required]
    if required:
        mapping["required"] = required
    short = shape.cls.SHORT
    options = [mapping]
    if mapping_only:
        return mapping
    if short.scalar is not None and short.scalar != without:
        options.append(_schema(shape.fields[short.scalar].shape, defs))
    if short.sequence is not None:
        options.append({"type": "array", **_items(shape.fields[short.sequence].shape, defs)})
    if short.null:
        options.append(_NULL)
    return _any(*options)


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
        schema = _any(schema, _NULL)
    out: dict[str, Any] = {"description": f.doc.about, **schema}
    if f.doc.example:
        out["examples"] = [f.doc.example]
    return out
