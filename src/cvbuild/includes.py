"""`include:`: other YAML files as parts of a CV.

A mapping with the key `include` stands for what the files hold that it names, joined with the keys beside it:
mappings key by key, lists one behind the other, and of two single values the nearer one. Names are looked for in the folder of the
CV, wherever the file lies that has them, so it does not matter to what is in a file where it stands.
"""

from __future__ import annotations

import os
from pathlib import Path

from cvbuild.diagnostics import BAD_INCLUDE, DUPLICATE_KEY, NOT_JOINED, TOO_LARGE, WRONG_SHAPE, Label, Sink
from cvbuild.files import Files
from cvbuild.reading import CVS, MAX_BYTES, decode, find_beside, read_bytes
from cvbuild.source import Source, Span
from cvbuild.tree import MAX_DEPTH, MAX_NODES, Mapping, Node, Scalar, Sequence, parse

KEY = "include"
MAX_FILES = 100
MAX_TIMES = 1000
"""How often files are included, each of them perhaps more than once."""
MAX_TOTAL = 2 * MAX_BYTES
"""Bytes of all files that are included, together."""


def resolve(root: Node, source: Source, files: Files, sink: Sink) -> Node:
    """The tree of a CV, `source`, with what it includes in place; the files become `joined` to it.

    What cannot be included is reported, and left out.
    """
    try:
        return _Includer(source, files, sink).visit(
            root, 1, (os.path.realpath(source.folder / Path(source.name).name),)
        )
    except _TooMuch:
        return root


class _TooMuch(Exception):
    """Files that include each other so often that there is no end to it; this was reported."""


class _Includer:
    def __init__(self, source: Source, files: Files, sink: Sink) -> None:
        self.source, self.files, self.sink = source, files, sink
        self.read: dict[str, Node | None] = {}
        self.bytes = 0
        self.nodes = 0
        self.times = 0

    def visit(self, node: Node, depth: int, chain: tuple[str, ...]) -> Node:
        """A node with all in place; `chain` are the files that led here."""
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            deep = depth > MAX_DEPTH
            problem = f"nested more than {MAX_DEPTH} deep" if deep else "the included files come to too much"
            self.sink.add(TOO_LARGE, problem, node.span.part(0, 1))
            raise _TooMuch
        match node:
            case Scalar():
                return node
            case Sequence(items=items):
                found = [self.visit(item, depth + 1, chain) for item in items]
                if all(new is old for new, old in zip(found, items, strict=True)):
                    return node
                return Sequence(tuple(_spliced(items, found)), node.span)
            case Mapping():
                return self.mapping(node, depth, chain)

    def mapping(self, node: Mapping, depth: int, chain: tuple[str, ...]) -> Node:
        pairs = tuple((key, self.visit(value, depth + 1, chain)) for key, value in node.pairs if key.text != KEY)
        named = node.get(KEY)
        if named is None:
            return (
                node
                if all(new is old for (_, new), (_, old) in zip(pairs, node.pairs, strict=True))
                else (Mapping(pairs, node.span))
            )
        names = named.items if isinstance(named, Sequence) else (named,)
        brought: Node | None = None
        for name in names:
            one = self.file(name, depth, chain)
            if one is not None:
                brought = one if brought is None else self.joined(brought, one, None)
        if brought is None:
            return Mapping(pairs, node.span) if pairs else Scalar("", node.span, null=True)
        if not pairs:
            return brought
        return self.joined(Mapping(pairs, node.span), brought, named.span)

    def file(self, name: Node, depth: int, chain: tuple[str, ...]) -> Node | None:
        """What is in a file; None, and a diagnostic, if it cannot be had."""
        if not isinstance(name, Scalar) or name.null:
            hint = f"write `{KEY}: people.yaml`, or a list of names"
            self.sink.add(WRONG_SHAPE, "the name of a file is expected here", name.span.part(0, 1), hint=hint)
            return None
        if not name.text.lower().endswith(CVS):
            what = f"`{name.text}` is no YAML file"
            self.sink.add(BAD_INCLUDE, what, name.span, hint="works of a .bib file are brought by `publications:`")
            return None
        self.times += 1
        if self.times > MAX_TIMES:
            self.sink.add(BAD_INCLUDE, f"files are included more than {MAX_TIMES} times", name.span)
            raise _TooMuch
        path = find_beside(name.text, self.source, BAD_INCLUDE, self.files, self.sink, name.span)
        if path is None:
            return None
        real = os.path.realpath(path)
        if real in chain:
            self.sink.add(
                BAD_INCLUDE, f"`{name.text}` includes itself", name.span, hint="delete one of the two `include:`"
            )
            return None
        if real not in self.read:
            self.read[real] = self.parsed(name, path)
        root = self.read[real]
        return self.visit(root, depth, (*chain, real)) if root is not None else None

    def parsed(self, name: Scalar, path: Path) -> Node | None:
        if len(self.read) >= MAX_FILES:
            self.sink.add(BAD_INCLUDE, f"more than {MAX_FILES} files are included", name.span)
            raise _TooMuch
        shown = name.text if self.source.name.startswith("<") else str(Path(self.source.name).parent / name.text)
        data = read_bytes(path, shown, MAX_BYTES + 1, self.files, self.sink, name.span, CVS)
        if data is None:
            return None
        self.bytes += len(data)
        if self.bytes > MAX_TOTAL:
            what = f"the included files have more than {MAX_TOTAL // 1024**2} MiB together"
            self.sink.add(TOO_LARGE, what, name.span)
            raise _TooMuch
        source = decode(data, shown, self.source.folder, self.sink, name.span, self.source.raw_latex)
        if source is None:
            return None
        self.source.joined.append(source)
        return parse(source, self.sink)

    def joined(self, near: Node, far: Node, include: Span | None) -> Node:
        """Two nodes in one. `include` is where the far one is included beside the near one; None if both are included."""
        match near, far:
            case _, Scalar(null=True):  # a file that includes nothing but what could not be had: that was told
                return near
            case Mapping(pairs=pairs), Mapping():
                others = {key.text: (key, value) for key, value in far.pairs}
                out = [
                    (key, self.joined_value(key, value, others.pop(key.text), include) if key.text in others else value)
                    for key, value in pairs
                ]
                return Mapping((*out, *others.values()), near.span)
            case Sequence(), Sequence():
                return Sequence((*near.items, *far.items), near.span)
        what = f"{_called(far)} cannot be joined with {_called(near)}"
        hint = "write both as lists, or both as mappings"
        labels = (Label(far.span.part(0, 1), "what the file brings"),) if include is not None else ()
        self.sink.add(NOT_JOINED, what, include or far.span.part(0, 1), hint=hint, labels=labels)
        return near

    def joined_value(self, key: Scalar, near: Node, other: tuple[Scalar, Node], include: Span | None) -> Node:
        far_key, far = other
        if isinstance(near, Scalar) and near.null:
            return far
        if isinstance(far, Scalar) and far.null:
            return near
        if isinstance(near, Scalar) and isinstance(far, Scalar):
            if include is None:
                labels = (Label(key.span, "first written here"),)
                what = f"two included files say what `{key.text}` is"
                hint = "keep one of them, or say it in the file that includes both: that wins"
                self.sink.add(DUPLICATE_KEY, what, far_key.span, labels=labels, hint=hint)
            return near
        return self.joined(near, far, key.span if include is not None else None)


def _spliced(items: tuple[Node, ...], found: list[Node]) -> list[Node]:
    """The items of a list, where a file that holds a list stands for all its items."""
    out: list[Node] = []
    for old, new in zip(items, found, strict=True):
        if isinstance(old, Mapping) and isinstance(new, Sequence):
            out.extend(new.items)
        else:
            out.append(new)
    return out


def _called(node: Node) -> str:
    return "a list" if isinstance(node, Sequence) else "a mapping" if isinstance(node, Mapping) else "a single value"
