"""What is wrong with an answer, be it that no exception was raised."""

from __future__ import annotations

from collections.abc import Iterable

from cvbuild.diagnostics import Diagnostic
from cvbuild.report import human
from cvbuild.source import Span


class Wrong(AssertionError):
    """An answer that a user should never be given. The message says what is wrong with it."""


def judge(found: Iterable[Diagnostic]) -> None:
    """Look at diagnostics as they are printed. Raises `Wrong`."""
    found = list(found)
    for one in found:
        if not one.message.strip() or any(not label.message.strip() for label in one.labels):
            raise Wrong(f"{one.code.number} says nothing")
        for span in filter(None, (one.span, *(label.span for label in one.labels))):
            check_span(span, one.code.number)
    check_printed(human(found))


def check_span(span: Span, what: str) -> None:
    """A place lies in its file. Raises `Wrong`."""
    if not 0 <= span.start <= span.end <= len(span.source.text):
        raise Wrong(f"{what} is at {span.start}–{span.end} of {len(span.source.text)} characters")


def check_printed(text: str) -> None:
    """What is printed cannot steer the terminal. Raises `Wrong`."""
    odd = next((c for c in text if c != "\n" and not c.isprintable()), None)
    if odd is not None:
        raise Wrong(f"U+{ord(odd):04X} is printed")
