"""What commands say, in which form and where; what they write; and the status they end with."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import typer

from cvbuild import __version__
from cvbuild.diagnostics import (
    BAD_THEME_NAME,
    BAD_TIME,
    BROKEN_OFF,
    CANNOT_READ,
    CANNOT_WRITE,
    MISTAKE,
    NO_ENGINE,
    THEME_EXISTS,
    TOO_LONG,
    Sink,
)
from cvbuild.frozen import frozen
from cvbuild.record import Said
from cvbuild.report import Output, Result, human, printable, summary

WRONG_CV = 1
WRONG_USAGE = 2
BROKEN = 3
_NOT_OF_THE_CV = (CANNOT_READ, CANNOT_WRITE, BAD_TIME, NO_ENGINE, BROKEN_OFF, BAD_THEME_NAME, THEME_EXISTS)
"""What the machine lacks, or a command line asks for that cannot be."""


class Format(StrEnum):
    """Forms in which diagnostics can be told."""

    human = "human"
    json = "json"
    github = "github"


@frozen
class Voice:
    """How a command tells what came of it.

    People are told on standard error, programs on standard output; unless that is `taken` by what the command makes.
    `pointer`: people at a terminal are also told where to read more.
    """

    command: str
    form: Format = Format.human
    taken: bool = False
    pointer: bool = True

    def words(
        self,
        sink: Sink,
        last: str = "",
        *,
        status: int = 0,
        outputs: tuple[Output, ...] = (),
        pages: int | None = None,
    ) -> Said:
        """The words for what was found and made; `last` is a line that only people are told."""
        found, last = tuple(sink.sorted()), clean(last)
        if self.form is Format.human:
            colour = _at_terminal() and "NO_COLOR" not in os.environ
            return Said(human(found, colour=colour), last, self._pointer(sink) if _at_terminal() else "")
        if self.form is Format.json:
            from cvbuild.report.json import as_json

            told = as_json(Result(self.command, found, status, outputs, pages), __version__)
            return Said(told) if self.taken else Said(printed=told)
        from cvbuild.report.github import github

        return Said(github(found), last) if self.taken else Said(last=last, printed=github(found))

    def tell(
        self,
        sink: Sink,
        last: str = "",
        *,
        status: int = 0,
        outputs: tuple[Output, ...] = (),
        pages: int | None = None,
    ) -> None:
        """Say the `words`."""
        said = self.words(sink, last, status=status, outputs=outputs, pages=pages)
        put(said.found + said.last + said.pointer, said.printed)

    def _pointer(self, sink: Sink) -> str:
        first = min(sink.sorted(), key=lambda d: not d.is_error, default=None)
        if first is None or not self.pointer:
            return ""
        return f"`cvbuild explain {first.code.number}` tells more\n"


def put_out(voice: Voice, data: bytes | None, target: Path | None, what: str, sink: Sink) -> None:
    """Write `data`, in which there is so much as `what` says; tell what is wrong, and end with the status for it."""
    from cvbuild.outputs import write_file, write_stream

    done = data is not None and (write_file(target, data, sink) if target is not None else write_stream(data, sink))
    outputs = (Output(str(target)),) if done and target is not None else ()
    if sink.failed:
        rest = f"the other {what} {'is' if what.startswith('1 ') else 'are'} written" if done else "nothing is written"
        voice.tell(sink, f"cvbuild: {summary(sink.diagnostics)}; {rest}\n", status=status(sink), outputs=outputs)
        raise typer.Exit(status(sink))
    voice.tell(sink, f"cvbuild: wrote {target} ({what})\n" if target is not None else "", outputs=outputs)


def status(sink: Sink) -> int:
    """The exit status that fits the errors; 0 if there are none, and no limit of pages was passed."""
    errors = [d.code for d in sink.diagnostics if d.is_error]
    if not errors:
        return WRONG_CV if any(d.code is TOO_LONG for d in sink.diagnostics) else 0
    if MISTAKE in errors:
        return BROKEN
    return WRONG_USAGE if all(code in _NOT_OF_THE_CV for code in errors) else WRONG_CV


def pages_of(number: int) -> str:
    """So many pages, in words."""
    return counted(number, "page")


def counted(number: int, what: str) -> str:
    """So many of a thing, in words."""
    return f"{number} {what}{'s' if number != 1 else ''}"


def say(text: str) -> None:
    """Tell the user something, on standard error."""
    put(clean(text) + "\n")


def refuse(what: str) -> NoReturn:
    """Say why a command line cannot be followed, and end."""
    say(f"cvbuild: {what}")
    raise typer.Exit(WRONG_USAGE)


def clean(text: str) -> str:
    """Lines that cannot steer the terminal, whatever the files in them are called."""
    return "\n".join(map(printable, text.split("\n")))


def _at_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def put(aside: str, printed: str = "") -> None:
    """Write to standard error, and to standard output; `print` would take the second if the first is closed."""
    if sys.stderr is not None and aside:
        with suppress(OSError):
            sys.stderr.write(aside)
            sys.stderr.flush()
    if printed and sys.stdout is not None:
        try:
            sys.stdout.buffer.write(printed.encode("utf-8", "surrogateescape"))
            sys.stdout.buffer.flush()
        except OSError:  # whoever listened is gone; the status still tells
            sys.stdout = None
