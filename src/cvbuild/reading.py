"""Bytes -> Source: the only way in which the text of a file enters the program; and which files a CV may name."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import TextIO

from cvbuild.diagnostics import CANNOT_READ, CONTROL_CHARACTER, NOT_TEXT, NOT_UTF8, TOO_LARGE, Code, Sink, closest
from cvbuild.files import Files
from cvbuild.source import CONTROL, Source, Span

MAX_BYTES = 8 * 1024 * 1024
_MOST_CONTROLS = 20
"""Places of control characters that are told in one run."""
CVS = (".yaml", ".yml", ".json")
"""Endings of names that may be meant for each other."""
WORKS = (".bib", ".bibtex", ".json")
PICTURES = (".jpg", ".jpeg", ".png")


def read_file(
    path: Path,
    name: str,
    files: Files,
    sink: Sink,
    place: Span | None = None,
    raw_latex: bool | None = None,
    kinds: tuple[str, ...] = (),
) -> Source | None:
    """The source at `path`, called `name` in diagnostics; None and a diagnostic if it cannot be had.

    `place` is where the file is named, if that is in another file; `raw_latex` is as in `Source`; `kinds` are the
    endings of the files that can stand there, if its own does not tell.
    """
    data = read_bytes(path, name, MAX_BYTES + 1, files, sink, place, kinds)
    if data is None:
        return None
    return decode(data, name, path.absolute().parent, sink, place, raw_latex)


def read_bytes(
    path: Path,
    name: str,
    limit: int,
    files: Files,
    sink: Sink,
    place: Span | None = None,
    kinds: tuple[str, ...] = (),
) -> bytes | None:
    """What is in a file, up to `limit` bytes; None and a diagnostic if it cannot be had. The others are as above."""
    kinds = kinds or (WORKS if path.suffix.lower() in WORKS[:2] else CVS)
    try:
        return files.read(path, limit)
    except IsADirectoryError:
        sink.add(CANNOT_READ, f"`{name}` is a folder, not a file", place, hint=_hint_in(path, name, place, kinds))
    except FileNotFoundError:
        folder = path.parent
        missing = f"there is no file `{name}`" if folder.is_dir() else f"there is no folder `{Path(name).parent}`"
        sink.add(CANNOT_READ, missing, place, hint=_hint_near(path, name, place, kinds) if folder.is_dir() else None)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        sink.add(CANNOT_READ, f"`{name}` cannot be read: {reason}", place)
    return None


def find_beside(name: str, source: Source, code: Code, files: Files, sink: Sink, place: Span | None) -> Path | None:
    """Where the file lies that a CV, `source`, names at `place`; None and the diagnostic `code` if it may not be read.

    A CV may be somebody else's. So it names files in its own folder, or below it, also when all links are
    followed; and no pipes or devices, which may never end. Whether the file is there is seen when it is read.
    """
    if not name:
        sink.add(code, "the name of a file is missing", place)
        return None
    if CONTROL.search(name):
        return None  # the tree told it
    if re.match(r"[a-z]+://", name, re.IGNORECASE):
        hint = "save the file beside the CV, and write its name"
        sink.add(code, f"`{name}` is an address, not a file", place, hint=hint)
        return None
    path = source.folder / name
    try:
        inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(source.folder))
    except ValueError:  # what no file can be called
        sink.add(code, f"`{name}` is not the name of a file", place)
        return None
    if not inside or (name.startswith("~") and not path.exists()):  # the user's folder, as a shell has it
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


def read_input(path: Path | None, files: Files, sink: Sink, raw_latex: bool = False) -> Source | None:
    """The source at `path`, or out of standard input if that is None; None and a diagnostic if it cannot be had."""
    if path is None:
        return read_stream(sys.stdin, sink, raw_latex)
    return read_file(path, str(path), files, sink, raw_latex=raw_latex)


def read_stream(stream: TextIO | None, sink: Sink, raw_latex: bool = False) -> Source | None:
    """The source that comes out of standard input; None and a diagnostic if that is closed, or it is not clean."""
    if stream is None:
        sink.add(CANNOT_READ, "standard input is closed")
        return None
    try:
        data, folder = stream.buffer.read(MAX_BYTES + 1), Path.cwd()
    except OSError as error:  # as when the folder that we are in is gone
        sink.add(CANNOT_READ, f"standard input cannot be read from here: {error.strerror}")
        return None
    return decode(data, "<stdin>", folder, sink, raw_latex=raw_latex)


def decode(
    data: bytes, name: str, folder: Path, sink: Sink, place: Span | None = None, raw_latex: bool | None = None
) -> Source | None:
    """The source with these bytes; None and a diagnostic if they are not clean UTF-8 text."""
    try:
        text = data.decode("utf-8-sig") if len(data) <= MAX_BYTES else None
    except UnicodeDecodeError as error:
        if not _is_something_else(data, name, sink, place):
            _report_encoding(data, error, name, folder, sink)
        return None
    if text is None:
        if not _is_something_else(data, name, sink, place):
            hint = "is it the right file? A CV of a hundred pages has a hundredth of that"
            sink.add(TOO_LARGE, f"`{name}` is larger than {MAX_BYTES // 1024**2} MiB", place, hint=hint)
        return None
    source = _source(name, text, folder, raw_latex)
    first = CONTROL.search(source.text)
    if first is None:
        if data.startswith((b"%PDF-", b"{\\rtf")) and _is_something_else(data, name, sink, place):
            return None
        return source
    if not _is_something_else(data, name, sink, place):
        _report_controls(source, sink)
    return None


def _is_something_else(data: bytes, name: str, sink: Sink, place: Span | None) -> bool:
    """Whether a file is no text, or text of another encoding that is recognised; if so, this is reported."""
    from cvbuild.recognise import binary_kind, wide_encoding

    if encoding := wide_encoding(data):
        hint = "save it again with the encoding UTF-8"
        sink.add(NOT_UTF8, f"`{name}` is {encoding} text, not UTF-8", place, hint=hint)
        return True
    if kind := binary_kind(data):
        hint = (
            "give the YAML file of which it was made"
            if kind == "a PDF" and place is None
            else "cvbuild reads text: YAML, and .bib or .json files of works"
        )
        sink.add(NOT_TEXT, f"`{name}` is {kind}", place, hint=hint)
        return True
    return False


def _report_encoding(data: bytes, error: UnicodeDecodeError, name: str, folder: Path, sink: Sink) -> None:
    from cvbuild.recognise import narrow_encoding

    good = data[: error.start].decode("utf-8-sig", "replace")
    source = _source(name, good + data[error.start :].decode("latin-1"), folder)
    at = len(_newlines(good))
    if error.end == len(data) and error.reason == "unexpected end of data":
        hint = "the file ends within a character: is it whole?"
    elif not good.isascii():
        hint = "the text above is UTF-8, and this is not: type these characters anew"
    else:
        hint = f"save the file with the encoding UTF-8; perhaps it is {narrow_encoding(data)} now"
    sink.add(NOT_UTF8, f"byte {data[error.start]:#04x} is not UTF-8", Span(source, at, at + 1), hint=hint)


def _report_controls(source: Source, sink: Sink) -> None:
    """One finding for each run of control characters."""
    runs = list(re.finditer(f"(?:{CONTROL.pattern})+", source.text))
    for found in runs[:_MOST_CONTROLS]:
        codes = list(dict.fromkeys(f"U+{ord(char):04X}" for char in found[0]))
        listed = ", ".join(codes[:3]) + (", …" if len(codes) > 3 else "")
        what = f"control character{'s' if len(found[0]) > 1 else ''} {listed}"
        sign = _meant(found[0])
        hint = f"write `{sign}` in its place" if sign else "delete it" if len(found[0]) == 1 else "delete them"
        sink.add(CONTROL_CHARACTER, what, Span(source, found.start(), found.end()), hint=hint)
    if len(runs) > _MOST_CONTROLS:
        sink.add(CONTROL_CHARACTER, f"there are control characters in {len(runs) - _MOST_CONTROLS} more places")


def _meant(char: str) -> str:
    """The sign of Windows-1252 that was meant by a control character of Latin-1; "" if there is none."""
    return char.encode("latin-1").decode("cp1252", "ignore") if "\x80" <= char <= "\x9f" and len(char) == 1 else ""


def _hint_near(path: Path, name: str, place: Span | None, kinds: tuple[str, ...]) -> str | None:
    """A file that is there, and may be meant instead."""
    there = _files_in(path.parent, kinds)
    # Of two files with the same name, the one whose ending stands first in `kinds`: `cv.json` may be made of `cv.yaml`.
    ranked = sorted(there, key=lambda other: kinds.index(Path(other).suffix.lower()), reverse=True)
    stems = {Path(other).stem: other for other in ranked}
    near = stems.get(closest(path.stem, list(stems)) or "")
    if near is not None:
        return f"did you mean `{_as_written(path, name, place).parent / near}`?"
    if not there:
        return (
            'there is no CV in this folder; `cvbuild new "YOUR NAME"` writes one'
            if place is None and kinds is CVS
            else None
        )
    return f"in this folder {'is' if len(there) == 1 else 'are'} {_listed(there)}"


def _hint_in(folder: Path, name: str, place: Span | None, kinds: tuple[str, ...]) -> str | None:
    there = _files_in(folder, tuple(kind for kind in kinds if kind != ".json"))
    written = _as_written(folder, name, place)
    return f"name a file in it: {_listed([str(written / other) for other in there])}" if there else None


def _as_written(path: Path, name: str, place: Span | None) -> Path:
    """How a file is called where it is named: in a CV, from the folder of that on."""
    folder = place.source.folder if place is not None else None
    return path.relative_to(folder) if folder is not None and path.is_relative_to(folder) else Path(name)


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{other}`" for other in names[:5]) + (", …" if len(names) > 5 else "")


def _files_in(folder: Path, kinds: tuple[str, ...]) -> list[str]:
    try:
        return sorted(
            path.name for path in folder.iterdir() if path.suffix.lower() in kinds and not path.name.startswith(".")
        )
    except OSError:
        return []


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _source(name: str, text: str, folder: Path, raw_latex: bool | None = None) -> Source:
    return Source(name, _newlines(text), folder, raw_latex)
