"""What TeX said, as messages: the classic log of a TeX system, and what Tectonic prints.

Both parsers take text and give `Message`s, in the order in which TeX spoke, each
once. TeX counts lines in the whole file, a `Message` counts them in
`TexJob.document`: `first_line` is the number of lines that come before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cvbuild.engine.base import Message

MAIN_FILE = "cv.tex"
"""The name under which every engine hands the job to TeX; all that comes out is called so too."""
DOCUMENT_FILE = "document.tex"
"""The name of a document that `MAIN_FILE` only leads to."""

_PLACE = re.compile(r"(?!l\.\d)(?P<file>(?:[A-Za-z]:)?[^\s:\\][^:]*\.\w+):(?P<line>\d+): ?(?P<text>.*)")
_OVERFULL = re.compile(r"(?P<text>Overfull \\[hv]box \([^)]*\)).*?(?:lines? (?P<line>\d+).*)?$")
_MISSING = re.compile(r"Missing character: There is no (?P<shown>.+?) (?:\((?:U\+|\")(?P<code>[0-9A-F]+)\) )?in font ")
_UNSET = re.compile(r"Unicode character (?P<shown>.+?) \(U\+(?P<code>[0-9A-F]+)\)")
_CONTINUED = re.compile(r"(?:\([^)]*\))?\s+(?=\S)|(?=\*\*\* )")
_LAST_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.)(?=\s*$)")
_UNDEFINED = re.compile(r"Undefined control sequence\.?$")
_REFUSED = re.compile(
    r"not found|not loadable|an't (?:find|write)|failed to open|[Uu]nable to load|inclusion failed|Error opening"
)
# A path from the root, from home, or upwards; a drive's letter; a pipe.
_ELSEWHERE = re.compile(r"""['"`=\[](?P<file>(?:[A-Za-z]:[/\\]|[/~|]|[^'"`\]\s]*\.\./)[^'"`\]]*)""")
_CLOSED = re.compile(r"^(?:Permission denied|Operation not permitted|Access is denied)\b.*\(os error \d+\)$")
_EPILOGUE = re.compile(r"Emergency stop\.?$|==> Fatal error occurred")
_RULER = "=" * 79


def parse_log(log: str, *, first_line: int) -> tuple[Message, ...]:
    """Read the .log of pdfTeX, XeTeX or LuaTeX, run with -file-line-error and long lines.

    The document must have been called cv.tex or document.tex, and `max_print_line` been raised, so
    that no message is broken. Errors in other files keep their place in the text.
    """
    return _tidy(_read_log(log.splitlines(), first_line))


def parse_tectonic(stderr: str, *, first_line: int) -> tuple[Message, ...]:
    """Read what Tectonic printed to standard error."""
    return _tidy(_read_tectonic(stderr.splitlines(), first_line))


def locate_characters(messages: Iterable[Message], document: str) -> tuple[Message, ...]:
    """Give missing characters and files their lines, by looking for them in `TexJob.document`.

    Of a character, TeX tells the end of the paragraph, or nothing; the line is then the last one
    up to there, or the first of all, that holds it. Of a file, it often tells nothing.
    """
    lines = document.splitlines()

    def located(message: Message) -> Message:
        if message.kind == "error" and message.line is None and message.outside:
            named = (n for n, text in enumerate(lines, 1) if message.outside.removesuffix(".tex") in text)
            return replace(message, line=next(named, None))
        if message.kind != "missing-character" or message.character is None:
            return message
        found = [n for n, text in enumerate(lines, 1) if message.character in text]
        before = [n for n in found if message.line is not None and n <= message.line]
        line = before[-1] if before else found[0] if found and message.line is None else message.line
        return replace(message, line=line)

    return tuple(dict.fromkeys(map(located, messages)))


def _read_log(lines: list[str], first_line: int) -> Iterator[Message]:
    for at, text in enumerate(lines):
        if found := _OVERFULL.match(text):
            yield Message("overfull", found["text"], _in_document(found["line"], first_line))
        elif _MISSING.match(text):
            yield _missing(text, None)
        elif text.startswith("! "):
            yield _error(text[2:], None, lines[at + 1 :])
        elif found := _PLACE.match(text):
            yield _placed_error(found, first_line, lines[at + 1 :])


def _read_tectonic(lines: list[str], first_line: int) -> Iterator[Message]:
    """Tectonic tells the place in its headers, and repeats what XeTeX printed if that failed."""
    ruler = lines.index(_RULER) if _RULER in lines else len(lines)
    repeated = [m for m in _read_log(lines[ruler:], first_line) if m.kind == "error"]
    failed = False
    for at, header in enumerate(lines[:ruler]):
        severity, _, text = header.partition(": ")
        place = _PLACE.match(text)
        words = (place["text"] or "".join(lines[at + 1 : at + 2])) if place else text
        if severity == "error" and (place or words.startswith("!")):
            failed = True
            error = (
                _placed_error(place, first_line, lines[at + 1 :]) if place else _error(words[1:], None, lines[at + 1 :])
            )
            undefined = _UNDEFINED.search(error.text) and repeated
            yield replace(error, text=repeated[0].text) if undefined else error
        elif severity == "warning" and (found := _OVERFULL.match(words)):
            yield Message("overfull", found["text"], _in_document(found["line"], first_line))
        elif severity == "warning" and _MISSING.match(words):
            yield _missing(words, _in_document(place["line"], first_line) if place else None)
    if not failed:
        yield from repeated or _last_words(lines)


def _last_words(lines: list[str]) -> Iterator[Message]:
    """The cause of a failure that is not TeX's: the last line that tells one."""
    causes = [text for text in lines if text.startswith(("error: ", "caused by: "))]
    for cause in causes[-1:] if any(text.startswith("error: ") for text in causes) else []:
        yield _error(cause.partition(": ")[2], None, [])


def _placed_error(place: re.Match[str], first_line: int, following: list[str]) -> Message:
    if place["file"].removeprefix("./") in (MAIN_FILE, DOCUMENT_FILE):
        return _error(place["text"], _in_document(place["line"], first_line), following)
    name = place["file"].replace("\\", "/").rpartition("/")[2]
    return _error(f"{name}:{place['line']}: {place['text'].strip()}", None, following)


def _error(text: str, line: int | None, following: list[str]) -> Message:
    """An error that begins with `text`; `following` are the lines that come after it."""
    text, context = text.strip(), ""
    for more in following:
        continued = _CONTINUED.match(more)
        if not continued:
            context = more
            break
        text = f"{text} {more[continued.end() :].strip()}"
    if _UNDEFINED.search(text):
        command = _LAST_COMMAND.search(context)
        text = text.rstrip(".") + (f": {command[0]}" if command else "")
    unset = _UNSET.search(text)
    return Message("error", text, line, _character(unset) if unset else None, _outside(text))


def _outside(text: str) -> str | None:
    """The file of an error, if it can only lie outside of TeX's reach; "" if it is one, and Tectonic does not name it."""
    if _CLOSED.search(text):
        return ""
    found = _ELSEWHERE.search(text) if _REFUSED.search(text) else None
    return found["file"].strip() if found else None


def _missing(text: str, line: int | None) -> Message:
    found = _MISSING.match(text)
    assert found
    character = _character(found)
    text = text.replace(found["shown"], character or found["shown"], 1)
    return Message("missing-character", text, line, character)


def _character(found: re.Match[str]) -> str | None:
    """The character that `found` speaks of; None if TeX could only print the slot of a font."""
    if found["code"]:
        return chr(int(found["code"], 16))
    return found["shown"] if len(found["shown"]) == 1 else None


def _in_document(line: str | None, first_line: int) -> int | None:
    """The line in the document, or None if the place lies in the preamble or nowhere."""
    inside = int(line) - first_line if line else 0
    return inside if inside > 0 else None


def _tidy(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Each message once; the epilogue of a failed run only if nothing else says what failed."""
    once = tuple(dict.fromkeys(messages))
    last_words = [m for m in once if m.kind == "error" and _EPILOGUE.match(m.text)]
    if all(m.kind != "error" or m in last_words for m in once):
        last_words = last_words[1:]
    return tuple(m for m in once if m not in last_words)
