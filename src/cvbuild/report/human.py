"""Diagnostics for people: `file:line:column: error CVnnn: message`, the line, a caret, a hint."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

from cvbuild.diagnostics import Diagnostic
from cvbuild.report.excerpt import excerpt
from cvbuild.source import Span

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "bold": "\x1b[1m", "dim": "\x1b[2m", "hint": "\x1b[36m"}
_END = "\x1b[0m"
_MOST = 500
"""Findings that are told in words; who has more begins with the first."""


def human(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """All diagnostics as text for a terminal; "" if there are none."""
    found = list(diagnostics)
    said = "".join(line + "\n" for d in found[:_MOST] for line in _lines(d, colour))
    return said if len(found) <= _MOST else f"{said}… and {len(found) - _MOST:,} more, which `--format json` tells\n"


def _lines(d: Diagnostic, colour: bool) -> Iterator[str]:
    def paint(text: str, name: str) -> str:
        return f"{_COLOURS[name]}{text}{_END}" if colour else text

    severity = d.code.severity
    head = f"{severity} {d.code.number}"
    place = _place(d.span) if d.span is not None else ""
    yield f"{paint(place, 'bold')}{paint(head, severity)}: {printable(d.message)}"
    if d.span is not None:
        yield from _excerpt(d.span, "^", lambda text: paint(text, severity))
    for label in d.labels:
        yield f"  {paint(_place(label.span), 'bold')}{printable(label.message)}"
        yield from _excerpt(label.span, "-", lambda text: paint(text, "dim"))
    if d.hint:
        yield f"  {paint('hint:', 'hint')} {printable(d.hint)}"


def _place(span: Span) -> str:
    return f"{printable(span.source.name)}:{span.line}:{span.column}: "


def _excerpt(span: Span, sign: str, paint: Callable[[str], str]) -> Iterator[str]:
    """The line of a span, and a row of signs under the span."""
    found = excerpt(span)
    if found is None:
        return
    gutter = f"{found.number:5} | "
    yield gutter + printable(found.text)
    pad = "".join(" " * width(c) for c in found.text[: found.start])
    signs = sign * max(1, sum(width(c) for c in found.text[found.start : found.end]))
    yield " " * (len(gutter) - 2) + "| " + pad + paint(signs)


def width(char: str) -> int:
    """Columns that a terminal uses for a character, as `printable` shows it."""
    if char == "\t":
        return 4
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def printable(text: str) -> str:
    """Nothing that a file says, or is called, may steer the terminal."""
    return "".join("    " if c == "\t" else c if c.isprintable() else "�" for c in text)
