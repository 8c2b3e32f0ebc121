"""JSON -> nodes with spans, as `tree` makes them of YAML: Python's own reader tells no places."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Final

from cvbuild.diagnostics import BAD_ENTRY, TOO_LARGE, Sink
from cvbuild.source import CONTROL, Source, Span
from cvbuild.tree import MAX_DEPTH, Mapping, Node, Scalar, Sequence

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_WORD: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.+-])|true\b|false\b|null\b")
_HINTS: Final = {
    ",": "is a comma missing, or one too many?",
    ":": "a key is followed by a colon",
    '"': "keys and texts stand in double quotes",
}


class _Wrong(Exception):
    def __init__(self, message: str, at: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.at, self.hint = message, at, hint


def read_json(source: Source, sink: Sink) -> Node | None:
    """The tree of a JSON file; numbers and `true` are scalars too. None and a diagnostic if it is not valid."""
    reader = _Reader(source)
    try:
        node, at = reader.node(reader.blank(0), 0)
        end = reader.blank(at)
        if end < len(source.text):
            raise _Wrong("something stands behind the end", end, "is a bracket closed too early?")
        return node
    except _Wrong as wrong:
        sink.add(BAD_ENTRY, wrong.message, source.at(wrong.at), hint=wrong.hint)
    except RecursionError:
        sink.add(TOO_LARGE, f"nested more than {MAX_DEPTH} deep", Span(source, 0, 0))
    return None


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source, self.text = source, source.text

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def node(self, at: int, depth: int) -> tuple[Node, int]:
        """The value that begins at `at`, and the offset behind it."""
        sign = self.text[at : at + 1]
        if depth > MAX_DEPTH:
            raise _Wrong(f"nested more than {MAX_DEPTH} deep", at)
        if sign == '"':
            return self.string(at)
        if sign == "{":
            return self.mapping(at, depth)
        if sign == "[":
            return self.sequence(at, depth)
        found = _WORD.match(self.text, at)
        if found is None:
            what = "a value is expected here" + (f", not `{sign}`" if sign else ", but the file ends")
            raise _Wrong(what, min(at, max(0, len(self.text) - 1)), _HINTS["," if sign in "]}" else '"'])
        return Scalar(found[0], Span(self.source, *found.span()), null=found[0] == "null"), found.end()

    def string(self, at: int) -> tuple[Scalar, int]:
        """A text in quotes; its place is what stands between them."""
        try:
            text, end = scanstring(self.text, at + 1, False)
        except JSONDecodeError as error:
            raise _Wrong(error.msg.rstrip(" :").lower(), error.pos, "a backslash is written twice") from None
        if CONTROL.search(text):  # by an escape
            text = CONTROL.sub("", text)
        return Scalar(text, Span(self.source, at + 1, end - 1)), end

    def mapping(self, at: int, depth: int) -> tuple[Node, int]:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        start, at = at, self.blank(at + 1)
        while self.text[at : at + 1] != "}" or pairs:
            if self.text[at : at + 1] != '"':
                raise _Wrong("a key in quotes is expected here", min(at, max(0, len(self.text) - 1)), _HINTS[","])
            key, at = self.string(at)
            at = self.blank(at)
            if self.text[at : at + 1] != ":":
                raise _Wrong("`:` is expected here", at, _HINTS[":"])
            value, at = self.node(self.blank(at + 1), depth + 1)
            pairs[key.text] = key, value
            at = self.blank(at)
            if self.text[at : at + 1] != ",":
                break
            at = self.blank(at + 1)
        end = self.close(at, "}", start)
        return Mapping(tuple(pairs.values()), Span(self.source, start, end)), end

    def sequence(self, at: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        start, at = at, self.blank(at + 1)
        while self.text[at : at + 1] != "]" or items:
            item, at = self.node(at, depth + 1)
            items.append(item)
            at = self.blank(at)
            if self.text[at : at + 1] != ",":
                break
            at = self.blank(at + 1)
        end = self.close(at, "]", start)
        return Sequence(tuple(items), Span(self.source, start, end)), end

    def close(self, at: int, sign: str, start: int) -> int:
        if self.text[at : at + 1] != sign:
            line = self.source.position(start)[0]
            what = f"`,` or `{sign}` is expected here: the `{self.text[start]}` of line {line} is not closed"
            raise _Wrong(what, min(at, max(0, len(self.text) - 1)), _HINTS[","])
        return at + 1
