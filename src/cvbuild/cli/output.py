"""What commands say, what they write, and the status they end with."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import typer

from cvbuild.diagnostics import BAD_TIME, CANNOT_READ, CANNOT_WRITE, NO_ENGINE, Sink
from cvbuild.report import human, summary

WRONG_CV = 1
WRONG_USAGE = 2


def put_out(data: bytes | None, target: Path | None, what: str, sink: Sink) -> None:
    """Write `data`, in which there is so much as `what` says; tell what is wrong, and end with the status for it."""
    from cvbuild.outputs import write_file, write_stream

    done = data is not None and (write_file(target, data, sink) if target is not None else write_stream(data, sink))
    report(sink)
    if sink.failed:
        say(
            f"cvbuild: {summary(sink.diagnostics)}; {f'the other {what} are written' if done else 'nothing is written'}"
        )
        raise typer.Exit(status(sink))
    if target is not None:
        say(f"cvbuild: wrote {target} ({what})")


def status(sink: Sink) -> int:
    """The exit status that fits the errors."""
    machine = all(d.code in (CANNOT_READ, CANNOT_WRITE, BAD_TIME, NO_ENGINE) for d in sink.diagnostics if d.is_error)
    return WRONG_USAGE if machine else WRONG_CV


def pages_of(number: int) -> str:
    """So many pages, in words."""
    return counted(number, "page")


def counted(number: int, what: str) -> str:
    """So many of a thing, in words."""
    return f"{number} {what}{'s' if number != 1 else ''}"


def report(sink: Sink) -> str:
    """Print all diagnostics; returns them as they were printed."""
    colour = sys.stderr is not None and sys.stderr.isatty() and "NO_COLOR" not in os.environ
    said = human(sink.sorted(), colour=colour)
    _put(said)
    return said


def say(text: str) -> None:
    """Tell the user something, on standard error."""
    _put(text + "\n")


def _put(text: str) -> None:
    """Write to standard error; `print` would take standard output if that is closed."""
    if sys.stderr is not None:
        with suppress(OSError):  # nobody listens, or the disk of a log is full
            sys.stderr.write(text)
            sys.stderr.flush()
