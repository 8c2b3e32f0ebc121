"""What came of a command, before it is told in one form or another."""

from __future__ import annotations

from collections.abc import Iterable

from cvbuild.diagnostics import Diagnostic
from cvbuild.frozen import frozen


@frozen
class Output:
    """A file that a command makes. It was not `written` if nothing had changed."""

    path: str
    written: bool = True


@frozen
class Result:
    """What came of a command. `pages` is None where no PDF was made; `status` is the exit status."""

    command: str
    diagnostics: tuple[Diagnostic, ...]
    status: int
    outputs: tuple[Output, ...] = ()
    pages: int | None = None


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many errors and warnings there are, in words; "" if there are none."""
    found = list(diagnostics)
    errors = sum(d.is_error for d in found)
    warnings = len(found) - errors
    parts = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return " and ".join(parts)
