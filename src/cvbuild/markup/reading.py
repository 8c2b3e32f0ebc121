"""A whole value: one paragraph, or several between blank lines."""

from __future__ import annotations

import re
from typing import Final

from cvbuild.diagnostics import Sink
from cvbuild.markup.parser import RAW_BLOCK, Parser
from cvbuild.markup.place import Place
from cvbuild.source import Span
from cvbuild.text import Str, Text

_BLANK_LINES: Final = re.compile(r"[ \t]*\r?\n(?:[ \t]*\r?\n)+")

# A text without any of these, and of the strings in `_is_plain`, is its own meaning.
_SIGNS: Final = re.compile(r"[*_`\[<$\\\"'\n\r\t]")


def parse(text: str, sink: Sink, span: Span | None = None, smart: bool = True) -> Text:
    """Read one paragraph: a line end is a space; behind a backslash it breaks the line.

    `span` is where the value stands in its file. Findings and citations point
    at their own characters if these can be found in it, else at all of it.
    """
    if _is_plain(text):
        return Text((Str(text),) if text else (), span)
    return Text(Parser(text, 0, Place(text, span), sink, smart).body(), span)


def paragraphs(text: str, sink: Sink, span: Span | None = None, smart: bool = True) -> tuple[Text, ...]:
    """Read a text whose paragraphs are separated by blank lines."""
    place = Place(text, span)
    found, start = [], 0
    blocks = (
        [block.span() for block in RAW_BLOCK.finditer(text)] if "```" in text else []
    )  # have blank lines of their own
    gaps = [gap.span() for gap in _BLANK_LINES.finditer(text)]
    gaps = [(end, next_) for end, next_ in gaps if not any(first < end < last for first, last in blocks)]
    for end, following in [*gaps, (len(text), len(text))]:
        parser = Parser(text[start:end], start, place, sink, smart)
        if body := parser.body():
            found.append(Text(body, parser.where(0, len(parser.text))))
        start = following
    return tuple(found)


def _is_plain(text: str) -> bool:
    return not (
        _SIGNS.search(text)
        or "--" in text
        or "..." in text
        or "://" in text
        or "  " in text
        or text[:1] == " "
        or text[-1:] == " "
    )
