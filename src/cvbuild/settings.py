"""`--set path=value`: values of a CV that the command line says, put into its tree before anything is checked.

A path has the keys that lead to a value, with dots between them; a key that has a dot or an equals sign stands in quotes. Items of a
list are called by their number, from 0, or by their title. Where the file has a shorthand (`theme: turing`), it is
written out first, so that `theme.accent` can stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from cvbuild.diagnostics import BAD_SETTING, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.model import Author, Document
from cvbuild.schema.shapes import (
    AuthorsShape,
    EntryShape,
    ListShape,
    ProseShape,
    RecordShape,
    Shape,
    record_shape,
)
from cvbuild.source import CONTROL, Source, Span
from cvbuild.tree import Mapping, Node, Scalar, Sequence, parse

NAME = "--set"
"""What diagnostics call the settings; each of them is a line."""
_PART: Final = re.compile(r"""[ ]*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^.=]*?))[ ]*(?P<next>[.=])""")
_COLLECTION: Final = ("[", "{", '"', "'")
_NOTHING: Final = ("", "~", "null")


@frozen
class _Setting:
    path: tuple[Scalar, ...]
    value: Node


class _Nowhere(Exception):
    """A path that leads nowhere."""

    def __init__(self, message: str, span: Span, hint: str | None = None) -> None:
        super().__init__(message)
        self.span, self.hint = span, hint


def put(root: Node, settings: Iterable[str], cv: Source, variant: str | None, sink: Sink) -> Node:
    """The tree of a CV with values put in, one after the other. What leads nowhere is reported.

    What a setting says also holds where `variant` says it otherwise: the command line is nearer than the file.
    """
    lines = [" ".join(setting.splitlines()) for setting in settings]
    source = Source(NAME, "\n".join(lines), cv.folder, cv.raw_latex)
    cv.joined.append(source)
    for number in range(1, len(lines) + 1):
        found = _read(source, number, sink)
        if found is None:
            continue
        try:
            root = _at(root, record_shape(Document), found.path, found)
        except _Nowhere as error:
            sink.add(BAD_SETTING, str(error), error.span, hint=error.hint)
        else:
            root = _in_variant(root, variant, found)
    return root


def _in_variant(root: Node, variant: str | None, setting: _Setting) -> Node:
    """The tree with a setting in the variant too, if that says something else."""
    node: Node | None = root
    for name in ("variants", variant, setting.path[0].text):
        node = node.get(name) if isinstance(node, Mapping) and name is not None else None
    if node is None:
        return root
    first = setting.path[0]
    path = (Scalar("variants", first.span), Scalar(str(variant), first.span), *setting.path)
    try:
        return _at(root, record_shape(Document), path, setting)
    except _Nowhere:  # the variant says something of another kind, as which sections there are
        return root


# --- what is written ---


def _read(source: Source, number: int, sink: Sink) -> _Setting | None:
    start = source.offset(number)
    line = Span(source, start, start + len(source.line(number)))
    path: list[Scalar] = []
    at = 0
    while (not path or line.text[at - 1] == ".") and (found := _PART.match(line.text, at)):
        name = next(group for group in ("double", "single", "plain") if found[group] is not None)
        path.append(Scalar(found[name], line.part(*found.span(name))))
        at = found.end()
    if not path or line.text[at - 1] != "=" or not all(part.text for part in path):
        hint = "for example --set theme.accent=navy"
        sink.add(BAD_SETTING, f"`{line.text}` is not of the form path=value", line, hint=hint)
        return None
    value = _value(line, at, sink)
    return _Setting(tuple(path), value) if value is not None else None


def _value(line: Span, at: int, sink: Sink) -> Node | None:
    """The value: YAML if it begins as a list, a mapping or a text in quotes; else the text as it stands."""
    written = line.text[at:]
    at += len(written) - len(written.lstrip())
    span, text = line.part(at, len(line.text.rstrip())), written.strip()
    if CONTROL.search(text):
        sink.add(BAD_SETTING, "the value has a control character", span)
        return None
    if not text.startswith(_COLLECTION):
        return Scalar(text, span, null=text in _NOTHING)
    # At the same offsets as in the line, so that places are right.
    own = Sink()
    root = parse(Source(NAME, " " * span.start + text, line.source.folder, line.source.raw_latex), own)
    for found in own.diagnostics:
        there = Span(line.source, found.span.start, found.span.end) if found.span is not None else span
        sink.add(found.code, found.message, there, hint=found.hint)
    return _moved(root, line.source) if root is not None else None


def _moved(node: Node, source: Source) -> Node:
    span = Span(source, node.span.start, node.span.end)
    match node:
        case Scalar():
            return replace(node, span=span)
        case Sequence(items=items):
            return Sequence(tuple(_moved(item, source) for item in items), span)
        case Mapping(pairs=pairs):
            moved = ((replace(k, span=Span(source, k.span.start, k.span.end)), _moved(v, source)) for k, v in pairs)
            return Mapping(tuple(moved), span)


# --- where it belongs ---


def _at(node: Node | None, shape: Shape, path: tuple[Scalar, ...], setting: _Setting) -> Node:
    """`node`, which has `shape`, with the value at what is left of the path."""
    if not path:
        return setting.value
    match shape:
        case EntryShape():
            return _in_record(node, _entry(node, shape, path[0]), path, setting)
        case RecordShape():
            return _in_record(node, shape, path, setting)
        case ListShape():
            return _in_list(node, shape, path, setting)
        case AuthorsShape():
            if not isinstance(node, Sequence):
                raise _Nowhere("authors that are one text are set as one", path[0].span, "write their list first")
            return _in_items(node, record_shape(Author), path, setting)
        case ProseShape() if isinstance(node, Sequence):
            return _in_items(node, shape, path, setting)
    before = f"what stands before `{path[0].text}` is one value"
    raise _Nowhere(f"{before}, and has no parts", path[0].span, "end the path there")


def _entry(node: Node | None, shape: EntryShape, part: Scalar) -> RecordShape:
    kinds = shape.tell(node) if isinstance(node, Mapping) else [cls for cls in shape.kinds if cls.SHORT.scalar]
    if len(kinds) != 1:
        raise _Nowhere("it is not clear what this entry is", part.span)
    return shape.kinds[kinds[0]]


def _in_record(node: Node | None, shape: RecordShape, path: tuple[Scalar, ...], setting: _Setting) -> Node:
    part = path[0]
    if isinstance(node, Sequence) and part.text.isdecimal() and shape.cls.SHORT.sequence is not None:
        return _at(node, shape.fields[shape.cls.SHORT.sequence].shape, path, setting)  # `sections.Education.0`
    mapping = _written_out(node, shape, part)
    field, rest = shape.fields.get(part.text), shape.cls.REST
    if field is not None:
        return _with(mapping, part, _at(mapping.get(part.text), field.shape, path[1:], setting))
    if rest is None:
        near = closest(part.text, list(shape.fields))
        known = ", ".join(f"`{key}`" for key in list(shape.fields)[:25])
        raise _Nowhere(
            f"there is no key `{part.text}`",
            part.span,
            f"did you mean `{near}`?" if near else f"the keys here are {known}",
        )
    others = shape.fields[rest].shape
    assert isinstance(others, ListShape)
    below = mapping.get(rest)
    if isinstance(below, Mapping) and below.get(part.text) is not None:  # `publications: {works: {…}}`
        key = next(key for key, _ in mapping.pairs if key.text == rest)
        return _with(mapping, key, _at(below, others, path, setting))
    return _with(mapping, part, _at(mapping.get(part.text), others.item, path[1:], setting))


def _written_out(node: Node | None, shape: RecordShape, part: Scalar) -> Mapping:
    """A record as a mapping, where the file has a shorthand of it, or nothing."""
    short = shape.cls.SHORT
    match node:
        case None | Scalar(null=True):
            return Mapping((), part.span)
        case Mapping():
            return node
        case Scalar() if short.scalar is not None:
            return Mapping(((Scalar(short.scalar, node.span), node),), node.span)
        case Sequence() if short.sequence is not None:
            return Mapping(((Scalar(short.sequence, node.span), node),), node.span)
    raise _Nowhere(f"there is no place for `{part.text}` here", part.span)


def _with(mapping: Mapping, part: Scalar, value: Node) -> Mapping:
    """A mapping with a value below a key, in its place if it was there."""
    if mapping.get(part.text) is None:
        return Mapping((*mapping.pairs, (part, value)), mapping.span)
    return Mapping(tuple((key, value if key.text == part.text else old) for key, old in mapping.pairs), mapping.span)


def _in_list(node: Node | None, shape: ListShape, path: tuple[Scalar, ...], setting: _Setting) -> Node:
    part, keyed = path[0], shape.keyed
    if node is None or (isinstance(node, Scalar) and node.null):
        node = Mapping((), part.span) if keyed is not None else Sequence((), part.span)
    if keyed is None:
        return _in_items(
            node if isinstance(node, Sequence) else Sequence((node,), node.span), shape.item, path, setting
        )
    assert isinstance(shape.item, RecordShape)
    if isinstance(node, Mapping):
        key = _key(node, part)
        if key is None and not keyed.unique:
            raise _unknown(part, [key.text for key, _ in node.pairs])
        return _with(node, key or part, _at(node.get((key or part).text), shape.item, path[1:], setting))
    if isinstance(node, Sequence):
        titles = [_title(item, keyed.by) for item in node.items]
        if part.text in titles:
            return _item(node, titles.index(part.text), shape.item, path, setting)
        if not part.text.isdecimal():
            raise _unknown(part, [title for title in titles if title])
        return _in_items(node, shape.item, path, setting)
    raise _Nowhere(f"there is no place for `{part.text}` here", part.span)


def _key(mapping: Mapping, part: Scalar) -> Scalar | None:
    """The key of this name, or else of this number."""
    keys = {key.text: key for key, _ in mapping.pairs}
    if part.text in keys:
        return keys[part.text]
    numbers = dict(zip(map(str, range(len(keys))), keys.values(), strict=True))
    return numbers.get(part.text)


def _title(item: Node, by: str) -> str:
    title = item.get(by) if isinstance(item, Mapping) else None
    return title.text if isinstance(title, Scalar) else ""


def _in_items(node: Sequence, shape: Shape, path: tuple[Scalar, ...], setting: _Setting) -> Sequence:
    part, many = path[0], len(node.items)
    if not re.fullmatch("[0-9]{1,6}", part.text) or int(part.text) >= many:
        numbers = (
            f"its items are called 0 to {many - 1}" if many > 1 else "its item is called 0" if many else "it is empty"
        )
        raise _Nowhere(f"this list has no item `{part.text}`", part.span, numbers)
    return _item(node, int(part.text), shape, path, setting)


def _item(node: Sequence, at: int, shape: Shape, path: tuple[Scalar, ...], setting: _Setting) -> Sequence:
    new = _at(node.items[at], shape, path[1:], setting)
    return Sequence((*node.items[:at], new, *node.items[at + 1 :]), node.span)


def _unknown(part: Scalar, known: list[str]) -> _Nowhere:
    near = closest(part.text, known)
    listed = ", ".join(f"`{name}`" for name in known[:25])
    hint = f"did you mean `{near}`?" if near else f"there are {listed}" if known else None
    return _Nowhere(f"there is no `{part.text}` here", part.span, hint)
