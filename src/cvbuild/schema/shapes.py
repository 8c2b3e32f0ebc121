"""What may stand where: shapes made from the annotations of `cvbuild.model`.

A shape reads a node into a value of its type and reports all that is wrong on
the way; `INVALID` stands for what could not be read. The same shapes are
walked by `jsonschema` and `reference`, so the three never disagree.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from functools import cache, reduce
from operator import or_
from typing import Any, Literal, Protocol, get_args, get_origin

from cvbuild.diagnostics import (
    BAD_AUTHORS,
    BAD_CHOICE,
    DUPLICATE_KEY,
    LOST_COLON,
    MISSING_KEY,
    TWO_KINDS,
    UNKNOWN_ENTRY,
    UNKNOWN_KEY,
    WRONG_SHAPE,
    Label,
    Sink,
    closest,
)
from cvbuild.frozen import frozen
from cvbuild.model import AnyEntry, Author, Doc, Entry, Keyed, Lines, Prose, Record, Section
from cvbuild.names import AuthorsError, parse_name, split_authors, split_marks
from cvbuild.schema.values import INVALID, READERS, ScalarType, Value
from cvbuild.source import Span
from cvbuild.text import Text
from cvbuild.tree import Mapping, Node, Scalar, Sequence


class Shape(Protocol):
    """Anything that can read a node."""

    def read(self, node: Node, sink: Sink) -> Value:
        """The value of `node`, or `INVALID` after reporting why."""
        ...


def kind_of(node: Node) -> str:
    """What a node is, in the user's words."""
    match node:
        case Scalar(null=True):
            return "nothing"
        case Scalar():
            return "a text"
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"


def _wrong(node: Node, wanted: str, sink: Sink, hint: str | None = None) -> Value:
    if isinstance(node, Mapping) and hint is None and len(node.pairs) == 1 and isinstance(node.pairs[0][1], Scalar):
        hint = f"a text that contains a colon must stand in quotes: '{node.pairs[0][0].text}: …'"
    sink.add(WRONG_SHAPE, f"{wanted} is expected here, not {kind_of(node)}", _head(node), hint=hint)
    return INVALID


def _head(node: Node) -> Span:
    """Where to point for a whole node: at its first line, not at half a page."""
    text = node.span.text
    return node.span.part(0, len(text.split("\n", 1)[0]) or 1)


@frozen
class ScalarShape:
    """A single text of one type."""

    type: ScalarType

    def read(self, node: Node, sink: Sink) -> Value:
        """The value that the text stands for."""
        if isinstance(node, Scalar):
            return self.type.read(node, sink)
        several = isinstance(node, Sequence) and "range of dates" in self.type.name
        hint = "several dates are one text: `2018, 2020 – Present`" if several else None
        return _wrong(node, self.type.name, sink, hint)


@frozen
class ChoiceShape:
    """One of a few words."""

    choices: tuple[str, ...]

    def read(self, node: Node, sink: Sink) -> Value:
        """The word, if it is one of them."""
        if not isinstance(node, Scalar):
            return _wrong(node, "one of " + ", ".join(f"`{c}`" for c in self.choices), sink)
        word = " ".join(node.text.split())
        if word in self.choices:
            return word
        near = closest(word, list(self.choices))
        listed = ", ".join(f"`{c}`" for c in self.choices)
        hint = f"did you mean `{near}`? The choices are {listed}" if near else f"the choices are {listed}"
        sink.add(BAD_CHOICE, f"`{word}` is not one of the choices here", node.span, hint=hint)
        return INVALID


@frozen
class ProseShape:
    """Paragraphs, or lines: one text, or a list of texts."""

    type: ScalarType
    name: str

    def read(self, node: Node, sink: Sink) -> Value:
        """A tuple of paragraphs."""
        if isinstance(node, Sequence):
            parts = [self.read(item, sink) for item in node.items]
            return tuple(p for part in parts if part is not INVALID for p in part)
        return ScalarShape(self.type).read(node, sink)


@frozen
class ListShape:
    """Several of one shape; one alone needs no list, and a `Keyed` list may be a mapping."""

    item: Shape
    keyed: Keyed | None = None

    def read(self, node: Node, sink: Sink) -> Value:
        """A tuple of the items that could be read."""
        items = self._items(node, sink)
        if self.keyed is not None and self.keyed.unique:
            self._check_unique(items, self.keyed.by, sink)
        return tuple(item for item in items if item is not INVALID)

    def _items(self, node: Node, sink: Sink) -> list[Value]:
        if isinstance(node, Sequence):
            return [self.item.read(item, sink) for item in node.items]
        if isinstance(node, Mapping) and self.keyed is not None:
            assert isinstance(self.item, RecordShape)
            return [self.item.read_pair(self.keyed.by, key, value, sink) for key, value in node.pairs]
        if self.keyed is not None:
            return [_wrong(node, "a mapping", sink, hint="write each below a key of its own: `key: …`")]
        return [self.item.read(node, sink)]

    def _check_unique(self, items: list[Value], by: str, sink: Sink) -> None:
        seen: dict[str, Span] = {}
        for item in items:
            if item is INVALID or item.span is None:
                continue
            name = getattr(item, by)
            if name in seen:
                labels = (Label(seen[name], "first written here"),)
                sink.add(DUPLICATE_KEY, f"`{name}` is here twice", item.span.part(0, 1), labels=labels)
            elif name is not None:
                seen[name] = item.span


@frozen
class AuthorsShape:
    """Authors: one text with all names, or a list with one name each."""

    def read(self, node: Node, sink: Sink) -> Value:
        """A tuple of `Author`."""
        if isinstance(node, Scalar):
            if node.null:
                return ()
            try:
                pieces = split_authors(node.text)
            except AuthorsError as error:
                span = part_of(node, error.start, error.end)
                sink.add(
                    BAD_AUTHORS,
                    str(error),
                    span,
                    hint="write `Ada Lovelace, Charles Babbage`, or a list with one name each",
                )
                return INVALID
            whole = part_of(node, 0, len(node.text))  # once: to look for it takes as long as all names together
            moved = whole is node.span
            return tuple(
                Author(
                    name=parse_name(piece.name),
                    marks=_marks(piece.marks),
                    span=whole if moved else whole.part(piece.start, piece.end),
                )
                for piece in pieces
            )
        return ListShape(AuthorShape()).read(node, sink)


@frozen
class AuthorShape:
    """One author, as a text or as a mapping."""

    def read(self, node: Node, sink: Sink) -> Value:
        """An `Author`."""
        if isinstance(node, Scalar):
            name, marks = split_marks(node.text)
            if not name or name.count("{") != name.count("}"):
                problem = "a brace is not closed" if name else "an author without a name"
                sink.add(BAD_AUTHORS, problem, node.span)
                return INVALID
            return Author(name=parse_name(name), marks=_marks(marks), span=node.span)
        if isinstance(node, Mapping):
            name_node = node.get("name")
            if isinstance(name_node, Scalar):
                inner = self.read(name_node, sink)
                rest = Mapping(tuple((k, v) for k, v in node.pairs if k.text != "name"), node.span)
                other = record_shape(Author).read_fields(
                    rest, sink, given={"name": None if inner is INVALID else inner.name}
                )
                if inner is INVALID or other is INVALID:
                    return INVALID
                return dataclasses.replace(other, marks=inner.marks + other.marks)
        return record_shape(Author).read(node, sink)


def _marks(signs: str) -> tuple[str, ...]:
    return (signs,) if signs else ()


@frozen
class NameShape:
    """A person's name alone (only inside a mapping of an author)."""

    def read(self, node: Node, sink: Sink) -> Value:
        """A `Name`."""
        return parse_name(node.text) if isinstance(node, Scalar) else _wrong(node, "a name", sink)


def part_of(node: Scalar, start: int, end: int) -> Span:
    """The place of some characters of a scalar; the whole scalar if folding moved them."""
    at = node.span.text.find(node.text)
    return node.span if at < 0 else node.span.part(at + start, at + end)


@frozen
class FieldShape:
    """One key of a mapping."""

    key: str
    attribute: str
    shape: Shape
    required: bool
    doc: Doc


class RecordShape:
    """A mapping with known keys, or a shorthand for one."""

    def __init__(self, cls: type[Record]) -> None:
        self.cls = cls
        self._fields: dict[str, FieldShape] | None = None

    @property
    def fields(self) -> dict[str, FieldShape]:
        """Its keys, as written in the file, in the order of the class."""
        if self._fields is None:  # made late, because records contain each other
            hints = typing.get_type_hints(self.cls, include_extras=True)
            own = [f for f in dataclasses.fields(self.cls) if f.name not in ("span", "written")]
            own.sort(key=lambda f: f.name in self.cls.LAST)
            self._fields = {f.name.replace("_", "-"): _field_shape(f, hints[f.name]) for f in own}
        return self._fields

    def read(self, node: Node, sink: Sink) -> Value:
        """A record from a mapping, or from the shorthand that the class allows."""
        short = self.cls.SHORT
        if isinstance(node, Mapping):
            return self.read_fields(node, sink, given={})
        return self._read_short(node, short.item or short.scalar, short.sequence, {}, sink)

    def read_pair(self, by: str, key: Scalar, node: Node, sink: Sink) -> Value:
        """A record from ``key: value``, where the key fills the field `by`."""
        shape = self.fields[by].shape
        given = {by: shape.read(key, sink)}
        if isinstance(node, Mapping):
            return self.read_fields(node, sink, given=given, place=key.span)
        return self._read_short(node, self.cls.SHORT.scalar, self.cls.SHORT.sequence, given, sink, key)

    def _read_short(
        self,
        node: Node,
        scalar: str | None,
        sequence: str | None,
        given: dict[str, Value],
        sink: Sink,
        key: Scalar | None = None,
    ) -> Value:
        place = key.span if key is not None else node.span
        if isinstance(node, Scalar) and node.null:
            if self.cls.SHORT.null:
                return self._make(dict(given), place, tuple(given))
            sink.add(WRONG_SHAPE, "nothing is written here", place, hint="write a value, or delete the key")
            return INVALID
        name = scalar if isinstance(node, Scalar) else sequence if isinstance(node, Sequence) else None
        if name is None:
            wanted = "a mapping" if scalar is None else "a text or a mapping"
            first = next((f.key for f in self.fields.values() if f.attribute in ("title", "name")), None)
            if first is not None and key is not None and isinstance(node, Scalar) and len(node.text) < 80:
                hint = f"write `{key.text}: {{{first}: {node.text}}}`"
            else:
                hint = f"its keys are {_listed(list(self.fields))}"
            return _wrong(node, wanted, sink, hint=hint)
        if isinstance(node, Scalar) and (word := self._before_lost_colon(node.text)):
            sink.add(
                LOST_COLON, f"`{word}` is a key, but no colon stands behind it", node.span, hint=f"write `{word}: …`"
            )
        values = dict(given)
        values[name] = self.fields[name].shape.read(node, sink)
        return self._make(values, place, (*given, name))

    def _before_lost_colon(self, text: str) -> str | None:
        """The key with which a section begins that is nothing but a key and one more word, or a list: `people advisees`."""
        found = re.fullmatch(r"([a-z]+)[ \n](?:\[.*\]|\{.*\}|[\w-]+)", text, re.DOTALL)
        return found[1] if found and self.cls is Section and found[1] in self.fields else None

    def read_fields(self, node: Mapping, sink: Sink, *, given: dict[str, Value], place: Span | None = None) -> Value:
        """A record from the pairs of a mapping; `given` fields were read elsewhere."""
        values = dict(given)
        order: list[str] = [*given]
        rest: list[Value] = []
        empty: dict[str, Span] = {}  # keys with nothing behind them
        ok = True
        meant: set[str] = set()  # keys that were probably meant by unknown ones
        for key, value in node.pairs:
            known = self.fields.get(key.text)
            if known is not None and known.attribute in given:
                sink.add(DUPLICATE_KEY, f"`{key.text}` is already given by the key above", key.span)
                ok = False
            elif known is not None:
                if isinstance(value, Scalar) and not value.text.strip():
                    empty[known.attribute] = key.span
                if isinstance(value, Scalar) and value.null and not self._takes_null(known):
                    empty[known.attribute] = key.span
                    continue
                values[known.attribute] = known.shape.read(value, sink)
                order.append(known.attribute)
            elif self.cls.REST is not None:
                rest.append(self._rest_item(self.cls.REST, key, value, sink))
            else:
                meant.add(self._report_unknown(key, value, sink))
        if self.cls.REST is not None and rest:
            values[self.cls.REST] = (*values.get(self.cls.REST, ()), *(r for r in rest if r is not INVALID))
        where = place if place is not None else _head(node)
        for f in self.fields.values():
            if f.required and _is_blank(values.get(f.attribute)) and f.key in meant:
                ok = False
            elif f.required and _is_blank(values.get(f.attribute)):
                hint = f"for example `{f.key}: {f.doc.example}`" if f.doc.example else None
                sink.add(
                    MISSING_KEY,
                    f"`{f.key}` is missing: {f.doc.about[0].lower()}{f.doc.about[1:].rstrip('.')}",
                    empty.get(f.attribute, where),
                    hint=hint,
                )
                ok = False
        if not ok:
            return INVALID
        return self._make(values, place or node.span, tuple(order))

    def _takes_null(self, known: FieldShape) -> bool:
        return isinstance(known.shape, RecordShape) and known.shape.cls.SHORT.null

    def _rest_item(self, name: str, key: Scalar, value: Node, sink: Sink) -> Value:
        shape = self.fields[name].shape
        assert isinstance(shape, ListShape)
        assert isinstance(shape.item, RecordShape)
        assert shape.keyed is not None
        return shape.item.read_pair(shape.keyed.by, key, value, sink)

    def _report_unknown(self, key: Scalar, value: Node, sink: Sink) -> str:
        """Report an unknown key; returns the key that was probably meant, "" if there is none."""
        near = RENAMED.get(key.text.lower().replace("-", "_"))
        word: str | None = ""
        if near is not None and near[0] in self.fields:
            word, hint = near
        elif near is not None and near[0] == "at" and "institution" in self.fields:
            hint = "that is written `institution:` here"
        elif "sections" in self.fields and key.text in FOREIGN and isinstance(value, Mapping):
            word, hint = "name", FOREIGN[key.text]
        else:
            word = closest(key.text, list(self.fields))
            hint = f"did you mean `{word}`?" if word else f"the keys here are {_listed(list(self.fields))}"
        sink.add(UNKNOWN_KEY, f"unknown key `{key.text}`", key.span, hint=hint)
        return word or ""

    def _make(self, values: dict[str, Value], span: Span, order: tuple[str, ...]) -> Value:
        good = {name: value for name, value in values.items() if value is not INVALID}
        if any(f.required and f.attribute not in good for f in self.fields.values()):
            return INVALID
        return self.cls(**good, span=span, written=order)


def _is_blank(value: Value) -> bool:
    """Whether nothing was written, or nothing but white space."""
    return value is None or value == "" or value == Text(())


# How other tools (RenderCV, JSON Resume) call what has another name here.
RENAMED: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("company", "institution", "organization", "school", "university", "employer"), ("at", "that is written `at:` here")),
    **dict.fromkeys(("highlights", "details", "points"), ("bullets", "points are written `bullets:` here")),
    **dict.fromkeys(("start_date", "end_date", "start", "end"), ("date", "write one range: `date: 2018.7 - Present`")),
    **dict.fromkeys(("area", "study_type", "studytype", "field"), ("degree", "write it in one: `degree: Ph.D. in Mathematics`")),
    **dict.fromkeys(("social_networks", "networks", "social"), ("profiles", "accounts are written `profiles:` here")),
    **dict.fromkeys(("description", "body", "content"), ("text", "paragraphs are written `text:` here")),
    "details": ("text", "the text is written `text:` here"),
    "summary": ("text", "paragraphs are written `text:` here"),
    "place": ("location", "the place is written `location:` here"),
    "thesis": ("kind", "write `kind: thesis` and `institution:`"),
    "by": ("at", "who gave it is written `at:` here"),
    "author": ("authors", "did you mean `authors`?"),
    "size": ("width", "write `width:` or `height:`"),
    **dict.fromkeys(("image", "path", "src"), ("file", "the file is written `file:` here")),
    "booktitle": ("conference", "write `conference:`, `workshop:` or `book:` here"),
    "number": ("issue", "the number of an issue is written `issue:` here"),
    "eprint": ("arxiv", "the arXiv number is written `arxiv:` here"),
    "title": ("file", "each work stands below a key of its own: `publications: {wu2018sgd: {title: …}}`"),
    "reverse_numbering": ("number", "write `number: down`"),
}  # fmt: skip


# What the files of other tools have around everything.
FOREIGN: dict[str, str] = {
    "cv": "this looks like a file of RenderCV; here all that stands below `cv:` stands at the top level, without it",
    "basics": "this looks like a JSON Resume; here `name:`, `email:`, … stand at the top level, all else below `sections:`",
}


class EntryShape:
    """An entry, whose kind is seen from the key that names it; a bare text is a point."""

    def __init__(self, classes: tuple[type[Entry], ...]) -> None:
        self.kinds = {cls: record_shape(cls) for cls in classes}

    def read(self, node: Node, sink: Sink) -> Value:
        """An entry of the kind that the keys tell."""
        if isinstance(node, Scalar):
            if node.null:
                return _wrong(node, "an entry", sink, hint="write a text, or a mapping such as `position: …`")
            return self.kinds[next(c for c in self.kinds if c.SHORT.scalar)].read(node, sink)
        if not isinstance(node, Mapping):
            return _wrong(
                node, "an entry", sink, hint="a point with points below it is written `text: …` with `bullets:`"
            )
        found = self.tell(node)
        if len(found) == 1:
            return self.kinds[found[0]].read(node, sink)
        if found:
            names = [key for key, _ in node.pairs if any(key.text in cls.NAMED_BY for cls in found)]
            both = " and ".join(f"`{key.text}`" for key in names)
            sink.add(
                TWO_KINDS,
                f"an entry is one thing, but {both} name two",
                names[-1].span,
                hint="make two entries, or keep one",
            )
        else:
            self._report_none(node, sink)
        return INVALID

    def tell(self, node: Mapping) -> list[type[Entry]]:
        """The kinds that the keys name; `text` and `label` only count where nothing else does."""
        keys = {key.text for key, _ in node.pairs}
        found = [cls for cls in self.kinds if keys.intersection(cls.NAMED_BY)]
        strong = [cls for cls in found if cls.SHORT.scalar is None]
        return strong or found

    def _report_none(self, node: Mapping, sink: Sink) -> None:
        naming = [name for cls in self.kinds for name in cls.NAMED_BY]
        if not node.pairs:
            sink.add(UNKNOWN_ENTRY, "an entry without keys", node.span, hint="begin with one of " + _listed(naming))
            return
        key, value = node.pairs[0]
        every = {name for shape in self.kinds.values() for name in shape.fields}
        strange = next((k for k, _ in node.pairs if k.text not in every), None)
        if len(node.pairs) == 1 and isinstance(value, Scalar) and strange is not None:
            near = closest(key.text, naming, 0.75)
            hint = (
                f"did you mean `{near}`?"
                if near and near != "text"
                else f"to print this line as it stands, quote it: '{key.text}: …'; for a bold label write `label: {key.text}` and `text: …`"
            )
        else:
            near = next((n for k, _ in node.pairs if (n := closest(k.text, naming)) and k.text not in every), None)
            other = next(
                (
                    RENAMED[k.text.lower()][1]
                    for k, _ in node.pairs
                    if k.text.lower() in RENAMED and k.text not in every
                ),
                None,
            )
            hint = f"did you mean `{near}`?" if near else other or "begin with one of " + _listed(naming)
        place = (strange or key).span
        sink.add(UNKNOWN_ENTRY, "this entry has no key that tells what it is", place, hint=hint)


def _listed(words: list[str]) -> str:
    some = words if len(words) <= _MANY else words[: _MANY - 4]
    return ", ".join(f"`{w}`" for w in some) + (" and others (see docs/reference.md)" if some is not words else "")


_MANY = 25
"""So many keys are listed in a hint."""


# --- from annotations to shapes ----------------------------------------------


_SHAPES: dict[type[Record], RecordShape] = {}


def record_shape(cls: type[Record]) -> RecordShape:
    """The one shape of a class of `cvbuild.model`."""
    if cls not in _SHAPES:
        _SHAPES[cls] = RecordShape(cls)
    return _SHAPES[cls]


@cache
def entry_shape() -> EntryShape:
    """The one shape of an entry."""
    return EntryShape(get_args(AnyEntry))


def _field_shape(f: dataclasses.Field[Any], hint: Any) -> FieldShape:
    meta: tuple[Any, ...] = ()
    if get_origin(hint) is typing.Annotated:
        hint, *rest = get_args(hint)
        meta = tuple(rest)
    doc = next((m for m in meta if isinstance(m, Doc)), Doc(""))
    keyed = next((m for m in meta if isinstance(m, Keyed)), None)
    required = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    return FieldShape(f.name.replace("_", "-"), f.name, _shape(hint, keyed), required, doc)


def _shape(hint: Any, keyed: Keyed | None = None) -> Shape:
    if hint in (Prose, Lines):
        return ProseShape(READERS[hint], "paragraphs" if hint is Prose else "lines")
    if hint == AnyEntry:
        return entry_shape()
    if hint in READERS:
        return ScalarShape(READERS[hint])
    origin = get_origin(hint)
    if origin is Literal:
        return ChoiceShape(_choices(hint))
    if origin is tuple:
        item = get_args(hint)[0]
        return AuthorsShape() if item is Author else ListShape(_shape(item), keyed)
    if origin in (typing.Union, types.UnionType):
        return _shape(reduce(or_, (arg for arg in get_args(hint) if arg is not types.NoneType)), keyed)
    if isinstance(hint, type) and issubclass(hint, Record):
        return record_shape(hint)
    return NameShape()


def _choices(hint: Any) -> tuple[str, ...]:
    out: list[str] = []
    for arg in get_args(hint):
        out.extend(_choices(arg) if get_origin(arg) is Literal else [arg])
    return tuple(out)
