"""The line of a file at which a finding points."""

from __future__ import annotations

from cvbuild.frozen import frozen
from cvbuild.source import Span

_MAX_WIDTH = 160


@frozen
class Excerpt:
    """Line `number` of a file; the finding is about its characters `start` to `end`. A very long line is cut to what matters."""

    number: int
    text: str
    start: int
    end: int


def excerpt(span: Span) -> Excerpt | None:
    """The line at which a span begins; None if it is blank."""
    line = span.source.line(span.line)
    start = span.column - 1
    end = min(len(line), start + max(1, span.end - span.start))
    newline = span.text.find("\n")
    if newline >= 0:
        end = min(end, start + newline)
    if not line.strip():
        return None
    if len(line) > _MAX_WIDTH:
        first = max(0, start - 60)
        lead, tail = "…" if first else "", "…" if first + _MAX_WIDTH < len(line) else ""
        line = lead + line[first : first + _MAX_WIDTH] + tail
        start, end = start - first + len(lead), min(end - first + len(lead), len(line))
    return Excerpt(span.line, line, start, end)
