"""YAML -> nodes with spans. Scalars stay text; what they mean is for the schema to say.

PyYAML's own loaders turn ``010`` into 8 and ``no`` into False, drop the first
of two equal keys and know no places; so only its composer is used here (the
one on libyaml where there is one, which is as fast as loading plain data).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from cvbuild.diagnostics import (
    COMMENT_CUTS_VALUE,
    CONTROL_CHARACTER,
    DUPLICATE_KEY,
    EMPTY,
    KEY_NOT_TEXT,
    MISSING_SPACE,
    NEEDS_QUOTES,
    SWALLOWED_ITEM,
    TOO_LARGE,
    YAML_ALIAS,
    YAML_SYNTAX,
    YAML_TAG,
    Label,
    Sink,
)
from cvbuild.frozen import frozen
from cvbuild.source import CONTROL, Source, Span
from cvbuild.tree.signs import CUT, strange

MAX_DEPTH = 40
MAX_NODES = 400_000
_Loader: type[yaml.BaseLoader] | type[yaml.CBaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULL = frozenset(("", "~", "null", "Null", "NULL"))


@frozen
class Scalar:
    """A text. `null` if it was written as nothing, ``~`` or ``null`` without quotes."""

    text: str
    span: Span
    null: bool = False


@frozen
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@frozen
class Mapping:
    """A mapping, in the order written, without two equal keys."""

    pairs: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None."""
        return next((value for name, value in self.pairs if name.text == key), None)


Node = Scalar | Sequence | Mapping


def path_to(node: Node, offset: int) -> tuple[str, ...]:
    """The keys, and numbers of items from 0, that lead to what stands at an offset of the source."""
    match node:
        case Mapping(pairs=pairs):
            for key, value in pairs:
                if key.span.start <= offset < key.span.end:
                    return (key.text,)
                if value.span.start <= offset < value.span.end:
                    return (key.text, *path_to(value, offset))
        case Sequence(items=items):
            for number, item in enumerate(items):
                if item.span.start <= offset < item.span.end:
                    return (str(number), *path_to(item, offset))
    return ()


def parse(source: Source, sink: Sink) -> Node | None:
    """The tree of a YAML file; None and a diagnostic if it is not valid YAML.

    A part that is valid and yet wrong (a key that is there twice, a tag) is reported and left out.
    """
    if not _shallow_enough(source, sink):
        return None
    try:
        root = yaml.compose(source.text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        from cvbuild.tree.syntax import report_syntax

        report_syntax(source, error, sink)
        return None
    except yaml.YAMLError as error:  # the reader's errors carry a position of their own
        at = getattr(error, "position", 0)
        sink.add(YAML_SYNTAX, str(getattr(error, "reason", error)), source.at(at))
        return None
    except RecursionError:  # the pure Python composer, on depth that the quick check let pass
        sink.add(TOO_LARGE, f"nested more than {MAX_DEPTH} deep", Span(source, 0, 0))
        return None
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.style and not root.value):
        sink.add(EMPTY, f"`{source.name}` is empty", Span(source, 0, 0), hint="begin with `name: Your Name`")
        return None
    if isinstance(root, yaml.ScalarNode):
        from cvbuild.tree.syntax import report_flat

        if report_flat(source, root, sink):
            return None
    try:
        return _Converter(source, sink).convert(root).node
    except _Bomb:
        return None


# libyaml's composer recurses for each level and overflows the C stack at some
# ten thousand of them. Its event parser does not recurse, so depth is counted
# there, but only for texts that could be deep at all.
_MAYBE_DEEP = re.compile(rf"^[ \-?:]{{{MAX_DEPTH},}}", re.MULTILINE)


def _shallow_enough(source: Source, sink: Sink) -> bool:
    text = source.text
    if text.count("[") + text.count("{") <= MAX_DEPTH and not _MAYBE_DEEP.search(text):
        return True
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    at = event.start_mark.index if event.start_mark is not None else 0
                    sink.add(TOO_LARGE, f"nested more than {MAX_DEPTH} deep", source.at(at))
                    return False
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        pass  # reported by the composer
    return True


@frozen
class _Converted:
    node: Node
    size: int
    height: int


class _Bomb(Exception):
    """Aliases of aliases, made to fill the memory. Whatever else such a file says is not worth a word."""


class _Converter:
    """Turns PyYAML's nodes into ours, each aliased node once, and bounds what aliases expand to."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self.source = source
        self.sink = sink
        self.done: dict[int, _Converted] = {}
        self.open: set[int] = set()

    def span(self, node: yaml.Node) -> Span:
        return Span(self.source, node.start_mark.index, node.end_mark.index)

    def convert(self, node: yaml.Node) -> _Converted:
        known = self.done.get(id(node))
        if known is not None:
            return known
        span = self.span(node)
        if id(node) in self.open:
            self.sink.add(YAML_ALIAS, "an alias refers to what it stands in", span)
            return _Converted(Scalar("", span, null=True), 1, 1)
        self.open.add(id(node))
        if node.tag is not None and node.tag not in _TAGS:
            self.sink.add(
                YAML_TAG, f"the tag `{_short_tag(node.tag)}` has no meaning here", span, hint="delete the tag"
            )
        result = self._convert(node, span)
        self.open.discard(id(node))
        if result.size > MAX_NODES or result.height > MAX_DEPTH:
            hint = "no CV needs that: write out what is meant"
            self.sink.add(YAML_ALIAS, "the aliases in here expand to too much", span, hint=hint)
            raise _Bomb
        self.done[id(node)] = result
        return result

    def _convert(self, node: yaml.Node, span: Span) -> _Converted:
        if isinstance(node, yaml.ScalarNode):
            plain = not node.style
            for found in CONTROL.finditer(node.value):  # by an escape such as "\\x07"
                hint = "delete its escape"
                self.sink.add(CONTROL_CHARACTER, f"control character U+{ord(found[0]):04X}", span, hint=hint)
            if plain:
                self._check_comment(span)
                self._check_list(span)
                self._check_anchor(node, span)
            return _Converted(Scalar(node.value, span, null=plain and node.value in _NULL), 1, 1)
        parts: list[_Converted] = []
        result: Node
        if isinstance(node, yaml.SequenceNode):
            parts = [self.convert(child) for child in node.value]
            items = tuple(part.node for part in parts)
            result = Sequence(items, span if node.flow_style else _until(span, items))
        else:
            assert isinstance(node, yaml.MappingNode)
            pairs = dict(self._pairs(node, parts))
            end = tuple(value for _, value in pairs.values())
            result = Mapping(tuple(pairs.values()), span if node.flow_style else _until(span, end))
        return _Converted(result, 1 + sum(p.size for p in parts), 1 + max((p.height for p in parts), default=0))

    def _pairs(self, node: yaml.MappingNode, parts: list[_Converted]) -> Iterator[tuple[str, tuple[Scalar, Node]]]:
        seen: dict[str, Span] = {}
        merged: list[tuple[Scalar, Node]] = []
        for key_node, value_node in node.value:
            value = self.convert(value_node)
            parts.append(value)
            if not isinstance(key_node, yaml.ScalarNode):
                self.sink.add(KEY_NOT_TEXT, "a key must be plain text", self.span(key_node), hint="quote it")
                continue
            key = Scalar(key_node.value, self.span(key_node))
            if not key_node.style and self._is_mistyped(key):
                continue
            if key.text == "<<" and not key_node.style:
                self._check_merge(value.node)
                bases = value.node.items if isinstance(value.node, Sequence) else (value.node,)
                for base in bases:
                    merged.extend(base.pairs if isinstance(base, Mapping) else ())
            elif key.text in seen:
                self.sink.add(
                    DUPLICATE_KEY,
                    f"the key `{key.text}` is here twice",
                    key.span,
                    labels=(Label(seen[key.text], "first written here"),),
                    hint="keep one of them, or give one another name",
                )
            else:
                seen[key.text] = key.span
                yield key.text, (key, value.node)
        for key, inherited in merged:
            if key.text not in seen:
                seen[key.text] = key.span
                yield key.text, (key, inherited)

    def _check_merge(self, node: Node) -> None:
        bases = node.items if isinstance(node, Sequence) else (node,)
        for base in bases:
            if not isinstance(base, Mapping):
                hint = "write `<<: *name`, where `&name` stands before a mapping"
                self.sink.add(
                    YAML_ALIAS, "`<<` takes over the keys of a mapping, and this is none", base.span, hint=hint
                )

    def _is_mistyped(self, key: Scalar) -> bool:
        """Whether a key begins with what should not be a part of it; if so, this is reported."""
        if strange(key.text[:1]) or strange(key.text[-1:]):
            from cvbuild.tree.syntax import report_strange

            report_strange(self.source, key.span.start if strange(key.text[:1]) else key.span.end - 1, self.sink)
            return True
        if re.match(r"-[^\W\d_]", key.text):
            hint = f"write `- {key.text[1:]}: …`"
            self.sink.add(MISSING_SPACE, "a space is missing behind the `-`", key.span.part(0, 1), hint=hint)
            return True
        return False

    def _check_list(self, span: Span) -> None:
        # Lines that begin with "-" and are one text to YAML. "-One" lacks a space; or else, an item that
        # is indented too far goes on with the text of the item before.
        lines = span.text.split("\n")
        if len(lines) == 1:
            return
        if _GLUED.match(lines[0]) and all(line.lstrip().startswith("-") for line in lines):
            each = all(_GLUED.match(line) for line in lines)
            what = "each `-` of this list" if each else "this `-`"
            hint = f"write `- {lines[0][1:]}`{', and so on' if each else ''}"
            self.sink.add(MISSING_SPACE, f"a space is missing behind {what}", span.part(0, 1), hint=hint)
        elif found := _SWALLOWED.search(span.text):
            self.sink.add(
                SWALLOWED_ITEM,
                "this is no item of a list, but goes on with the text above",
                span.part(found.start(1), found.end(1)),
                hint="put its `-` right below the one above, or quote the text",
            )

    def _check_anchor(self, node: yaml.ScalarNode, span: Span) -> None:
        # "headline: &c" is nothing to YAML, with a name for it.
        if not node.value and span.text.startswith("&"):
            from cvbuild.tree.syntax import quoted

            hint = f"write `{quoted(span.text)}`"
            self.sink.add(NEEDS_QUOTES, "a text that begins with `&` must stand in quotes", span, hint=hint)

    def _check_comment(self, span: Span) -> None:
        # "Lab #3" loses "#3". A comment is mostly written "# like this", so that is let pass.
        found = CUT.match(self.source.text, span.end)
        if found:
            said = found[1].rstrip()
            self.sink.add(
                COMMENT_CUTS_VALUE,
                f"`{said if len(said) <= 30 else said[:29] + '…'}` is a comment, and not part of the value",
                Span(self.source, found.start(1), found.end(1)),
                hint="put the value in quotes, or write `# ` with a space for a comment",
            )


_GLUED = re.compile(r"\s*-[^\W\d_]")
_SWALLOWED = re.compile(r"\n[ \t]*(-)[ \t]\S")
_YAML_TAG = "tag:yaml.org,2002:"
_TAGS = frozenset((*(_YAML_TAG + name for name in ("str", "seq", "map", "int", "float", "bool", "null")), "!"))


def _short_tag(tag: str) -> str:
    return "!!" + tag.removeprefix(_YAML_TAG) if tag.startswith(_YAML_TAG) else tag


def _until(span: Span, items: tuple[Node, ...]) -> Span:
    """End a block collection where its last item ends: YAML's own end is the next token's start."""
    return Span(span.source, span.start, max(items[-1].span.end, span.start)) if items else span
