"""Where a word stands, of which the model keeps no place of its own."""

from __future__ import annotations

import re

from cvbuild.source import Span


def place_of(words: str, span: Span | None) -> Span | None:
    """Where `words` stand in what begins at `span`: in it, or in the deeper lines below its key; else `span` itself."""
    if span is None:
        return None
    text = span.source.text
    line = text.rfind("\n", 0, span.start) + 1
    indent = len(text[line:]) - len(text[line:].lstrip(" -"))
    rest = re.compile(rf"\n {{0,{indent}}}[^\s-]").search(text, span.end)
    at = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)").search(text, span.start, rest.start() if rest else len(text))
    return Span(span.source, *at.span()) if at else span
