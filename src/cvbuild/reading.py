"""Bytes -> Source: the only way in which the text of a file enters the program; and which files a CV may name."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TextIO

from cvbuild.diagnostics import CANNOT_READ, CONTROL_CHARACTER, NOT_UTF8, TOO_LARGE, Code, Sink, closest
from cvbuild.files import Files
from cvbuild.source import CONTROL, Source, Span

MAX_BYTES = 8 * 1024 * 1024


def read_file(path: Path, name: str, files: Files, sink: Sink, place: Span | None = None) -> Source | None:
    """The source at `path`, called `name` in diagnostics; None and a diagnostic if it cannot be had.

    `place` is where the file is named, if that is in another file.
    """
    data = read_bytes(path, name, MAX_BYTES + 1, files, sink, place)
    if data is None:
        return None
    return decode(data, name, path.absolute().parent, sink, place)


def read_bytes(path: Path, name: str, limit: int, files: Files, sink: Sink, place: Span | None = None) -> bytes | None:
    """What is in a file, up to `limit` bytes; None and a diagnostic if it cannot be had. `name` and `place` as above."""
    try:
        return files.read(path, limit)
    except IsADirectoryError:
        sink.add(CANNOT_READ, f"`{name}` is a folder, not a file", place)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = _hint(path) if isinstance(error, FileNotFoundError) and place is not None else None
        sink.add(CANNOT_READ, f"`{name}` cannot be read: {reason}", place, hint=hint)
    return None


def find_beside(name: str, source: Source, code: Code, files: Files, sink: Sink, place: Span | None) -> Path | None:
    """Where the file lies that a CV, `source`, names at `place`; None and the diagnostic `code` if it may not be read.

    A CV may be somebody else's. So it names files in its own folder, or below it, also when all links are
    followed; and no pipes or devices, which may never end. Whether the file is there is seen when it is read.
    """
    if not name:
        sink.add(code, "the name of a file is missing", place)
        return None
    path = source.folder / name
    try:
        inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(source.folder))
    except ValueError:  # what no file can be called
        sink.add(code, f"`{name}` is not the name of a file", place)
        return None
    if not inside:
        files.has(path)
        hint = "put it beside the CV, or into a folder there"
        sink.add(code, f"`{name}` lies outside of the folder of the CV", place, hint=hint)
        return None
    try:
        mode = path.stat().st_mode
    except OSError:
        return path  # reading it will tell why it cannot be read
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        files.has(path)
        sink.add(code, f"`{name}` is not a file", place)
        return None
    return path


def _hint(path: Path) -> str | None:
    """What else a file that is not there may be called."""
    try:
        there = sorted(file.name for file in path.parent.iterdir() if file.is_file() and not file.name.startswith("."))
    except OSError:
        return None
    near = closest(path.name, there)
    return f"did you mean `{near}`?" if near else None


def read_input(path: Path | None, files: Files, sink: Sink) -> Source | None:
    """The source at `path`, or out of standard input if that is None; None and a diagnostic if it cannot be had."""
    return read_file(path, str(path), files, sink) if path is not None else read_stream(sys.stdin, sink)


def read_stream(stream: TextIO | None, sink: Sink) -> Source | None:
    """The source that comes out of standard input; None and a diagnostic if that is closed, or it is not clean."""
    if stream is None:
        sink.add(CANNOT_READ, "standard input is closed")
        return None
    return decode(stream.buffer.read(MAX_BYTES + 1), "<stdin>", Path.cwd(), sink)


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
