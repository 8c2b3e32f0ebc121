"""A finding: a code, a message, a place, and a way out; and the sink that collects them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Literal

from cvbuild.frozen import frozen
from cvbuild.source import Span

Severity = Literal["error", "warning"]


@frozen
class Code:
    """One kind of mistake. `number` is stable; `title` and `about` are what the docs print."""

    number: str
    severity: Severity
    title: str
    about: str


@frozen
class Label:
    """A second place that helps to understand a diagnostic."""

    span: Span
    message: str


@frozen
class Diagnostic:
    """One finding. `span` is None only when no place in any input is to blame."""

    code: Code
    message: str
    span: Span | None = None
    hint: str | None = None
    labels: tuple[Label, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether this finding stops the pipeline."""
        return self.code.severity == "error"


_LONGEST = 800
"""Characters of a message or hint; what was written and is not understood may be as long as a file."""
_MANY = 300
"""Words that a misspelt one is compared with in full; of more, only those that begin or end like it."""


@dataclass(slots=True)
class Sink:
    """Collects diagnostics; every stage of the pipeline takes one and reports all it finds."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    _seen: set[Diagnostic] = field(default_factory=set, repr=False)

    def add(
        self,
        code: Code,
        message: str,
        span: Span | None = None,
        *,
        hint: str | None = None,
        labels: tuple[Label, ...] = (),
    ) -> None:
        """Report one finding; the same finding at the same place is kept once."""
        found = Diagnostic(code, _short(message), span, _short(hint) if hint else hint, labels)
        if found not in self._seen:
            self._seen.add(found)
            self.diagnostics.append(found)

    @property
    def failed(self) -> bool:
        """Whether any error was reported."""
        return any(d.is_error for d in self.diagnostics)

    def sorted(self) -> Iterator[Diagnostic]:
        """Findings in the order of their places; those without a place come last."""
        order: dict[str, int] = {}
        for d in self.diagnostics:
            if d.span is not None:
                order.setdefault(d.span.source.name, len(order))

        def key(d: Diagnostic) -> tuple[int, int, int]:
            if d.span is None:
                return (1, 0, 0)
            return (0, order[d.span.source.name], d.span.start)

        yield from sorted(self.diagnostics, key=key)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 200]} […] {text[-190:]}"


def closest(word: str, known: list[str], likeness: float = 0.6) -> str | None:
    """The known word that `word` most probably was meant to be, or None if none is as like as `likeness` (up to 1).

    Of many known words only so many are looked at that a file of nothing but mistakes is told in good time.
    """
    from difflib import get_close_matches

    wanted = word.lower().replace("_", "-")
    if len(wanted) > _LONGEST:
        return None
    if len(known) > _MANY:
        begin, end = wanted[:2], wanted[-3:]
        ends = [k for k in known if k[-3:].lower() == end]
        both = (k for k in ends if k[:2].lower() == begin)
        known = list(islice(chain(both, ends, (k for k in known if k[:2].lower() == begin)), _MANY))
    lowered = {k.lower(): k for k in known}
    found = get_close_matches(wanted, list(lowered), n=1, cutoff=likeness)
    return lowered[found[0]] if found else None
