"""What commands say, in which form and where; what they write; and the status they end with."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import typer

from cvbuild import __version__
from cvbuild.diagnostics import BAD_TIME, CANNOT_READ, CANNOT_WRITE, NO_ENGINE, TOO_LONG, Sink
from cvbuild.frozen import frozen
from cvbuild.report import Output, Result, human, printable, summary

WRONG_CV = 1
WRONG_USAGE = 2


class Format(StrEnum):
    """Forms in which diagnostics can be told."""

    human = "human"
    json = "json"
    github = "github"


class Said(NamedTuple):
    """What a command says, on standard error and on standard output."""

    aside: str
    printed: str = ""


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
        found, last = tuple(sink.sorted()), _clean(last)
        if self.form is Format.human:
            colour = _at_terminal() and "NO_COLOR" not in os.environ
            return Said(human(found, colour=colour) + last + (self._pointer(sink) if _at_terminal() else ""))
        if self.form is Format.json:
            from cvbuild.report.json import as_json

            told = as_json(Result(self.command, found, status, outputs, pages), __version__)
            return Said(told) if self.taken else Said("", told)
        from cvbuild.report.github import github

        return Said(github(found) + last) if self.taken else Said(last, github(found))

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
        aside, printed = self.words(sink, last, status=status, outputs=outputs, pages=pages)
        _put(aside)
        if printed and sys.stdout is not None:
            try:
                sys.stdout.buffer.write(printed.encode("utf-8", "surrogateescape"))
                sys.stdout.buffer.flush()
            except OSError:  # whoever listened is gone; the status still tells
                sys.stdout = None

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
    machine = all(code in (CANNOT_READ, CANNOT_WRITE, BAD_TIME, NO_ENGINE) for code in errors)
    return WRONG_USAGE if machine else WRONG_CV


def pages_of(number: int) -> str:
    """So many pages, in words."""
    return counted(number, "page")


def counted(number: int, what: str) -> str:
    """So many of a thing, in words."""
    return f"{number} {what}{'s' if number != 1 else ''}"


def say(text: str) -> None:
    """Tell the user something, on standard error."""
    _put(_clean(text) + "\n")


def _clean(text: str) -> str:
    """Lines that cannot steer the terminal, whatever the files in them are called."""
    return "\n".join(map(printable, text.split("\n")))


def _at_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _put(text: str) -> None:
    """Write to standard error; `print` would take standard output if that is closed."""
    if sys.stderr is not None and text:
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()
