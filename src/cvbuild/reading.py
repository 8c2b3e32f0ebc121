"""Bytes -> Source: the only way in which the text of a file enters the program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

from cvbuild.diagnostics import CANNOT_READ, CONTROL_CHARACTER, NOT_UTF8, TOO_LARGE, Sink
from cvbuild.files import Files
from cvbuild.source import CONTROL, Source, Span

MAX_BYTES = 8 * 1024 * 1024


def read_file(path: Path, name: str, files: Files, sink: Sink, place: Span | None = None) -> Source | None:
    """The source at `path`, called `name` in diagnostics; None and a diagnostic if it cannot be had.

    `place` is where the file is named, if that is in another file.
    """
    try:
        data = files.read(path, MAX_BYTES + 1)
    except IsADirectoryError:
        sink.add(CANNOT_READ, f"`{name}` is a folder, not a file", place)
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        sink.add(CANNOT_READ, f"`{name}` cannot be read: {reason}", place)
        return None
    return decode(data, name, path.absolute().parent, sink, place)


def read_input(path: Path | None, files: Files, sink: Sink) -> Source | None:
    """The source at `path`, or out of standard input if that is None; None and a diagnostic if it cannot be had."""
    return read_file(path, str(path), files, sink) if path is not None else read_stream(sys.stdin, sink)


def read_stream(stream: TextIO | None, sink: Sink) -> Source | None:
    """The source that comes out of standard input; None and a diagnostic if that is closed, or it is not clean."""
    if stream is None:
        sink.add(CANNOT_READ, "standard input is closed")
        return None
    try:
        data, folder = stream.buffer.read(MAX_BYTES + 1), Path.cwd()
    except OSError as error:  # as when the folder that we are in is gone
        sink.add(CANNOT_READ, f"standard input cannot be read from here: {error.strerror}")
        return None
    return decode(data, "<stdin>", folder, sink)


def decode(data: bytes, name: str, folder: Path, sink: Sink, place: Span | None = None) -> Source | None:
    """The source with these bytes; None and a diagnostic if they are not clean UTF-8 text."""
    if len(data) > MAX_BYTES:
        sink.add(TOO_LARGE, f"`{name}` is larger than {MAX_BYTES // 1024**2} MiB", place)
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        sink.add(NOT_UTF8, f"`{name}` is UTF-16 text, not UTF-8", place, hint="save it again with the encoding UTF-8")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8-sig", "replace")
        source = _source(name, good + data[error.start :].decode("latin-1"), folder)
        at = len(_newlines(good))
        sink.add(
            NOT_UTF8,
            f"byte {data[error.start]:#04x} is not UTF-8",
            Span(source, at, at + 1),
            hint="save the file with the encoding UTF-8; it looks like Latin-1 or Windows-1252",
        )
        return None
    source = _source(name, text, folder)
    clean = True
    for found in CONTROL.finditer(source.text):
        clean = False
        sink.add(
            CONTROL_CHARACTER,
            f"control character U+{ord(found[0]):04X}",
            Span(source, found.start(), found.end()),
            hint="delete it",
        )
    return source if clean else None


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _source(name: str, text: str, folder: Path) -> Source:
    return Source(name, _newlines(text), folder)
