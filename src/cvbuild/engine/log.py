"""What TeX said, as messages: the classic log of a TeX system, and what Tectonic prints.

Both parsers take text and give `Message`s, in the order in which TeX spoke, each
once. TeX counts lines in the whole file, a `Message` counts them in
`TexJob.document`: `first_line` is the number of lines that come before it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile

from cvbuild.engine.base import DOCUMENT_FILE, MAIN_FILE, Message
from cvbuild.frozen import frozen

_PLACE = re.compile(r"(?!l\.\d)(?P<file>(?:[A-Za-z]:)?[^\s:\\][^:]*\.\w+):(?P<line>\d+): ?(?P<text>.*)")
_OVERFULL = re.compile(r"(?P<text>Overfull \\[hv]box \([^)]*\)).*?(?:lines? (?P<line>\d+).*)?$")
_MISSING = re.compile(r"Missing character: There is no (?P<shown>.+?) (?:\((?:U\+|\")(?P<code>[0-9A-F]+)\) )?in font ")
_UNSET = re.compile(r"Unicode character (?P<shown>.+?) \(U\+(?P<code>[0-9A-F]+)\)")
_CONTINUED = re.compile(r"(?:\([^)]*\))?\s+(?=\S)|(?=\*\*\* )")
_LAST_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.)(?=\s*$)")
_UNDEFINED = re.compile(r"Undefined control sequence\.?$")
_PROBE = re.compile(r"@cvprobe (\d+)")
_REFUSED = re.compile(
    r"not found|not loadable|an't (?:find|write)|failed to open|[Uu]nable to load|inclusion failed|Error opening"
)
# A path from the root, from home, or upwards; a drive's letter; a pipe.
_ELSEWHERE = re.compile(r"""['"`=\[](?P<file>(?:[A-Za-z]:[/\\]|[/~|]|[^'"`\]\s]*\.\./)[^'"`\]]*)""")
_NO_FILE = re.compile(r"File `([^']+)' not found")
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
    messages = tuple(messages)
    missing = {m.character for m in messages if m.kind == "missing-character" and m.character is not None}
    places: dict[str, list[int]] = {}
    lines = document.splitlines() if messages else []
    for number, text in enumerate(lines if missing else (), 1):
        for character in missing.intersection(text):
            places.setdefault(character, []).append(number)

    def located(message: Message) -> Message:
        if message.kind == "error" and message.line is None and (file := _file_of(message)):
            named = (n for n, text in enumerate(lines, 1) if any(f"{before}{file}" in text for before in "{ |[="))
            return replace(message, line=next(named, None))
        if message.kind != "missing-character" or message.character is None:
            return message
        found = places.get(message.character, [])
        before = [n for n in found if message.line is not None and n <= message.line]
        line = before[-1] if before else found[0] if found and message.line is None else message.line
        return replace(message, line=line)

    return tuple(dict.fromkeys(map(located, messages)))


def _file_of(message: Message) -> str | None:
    """The file that an error names, without what TeX has put behind its name."""
    missing = _NO_FILE.search(message.text)
    file = message.outside or (missing[1] if missing else None)
    return file.removesuffix(".tex") if file else None


@frozen
class Probe:
    """A probe of a document: its number, and whether TeX stopped while it looked for the end of what begins there."""

    number: int
    runaway: bool = False


def last_probe(log: str) -> Probe | None:
    r"""The probe that TeX came by last before it stopped with an error.

    A probe is written to the log when TeX comes by. It does not come by what it cannot find the end of, but
    shows where that begins; the first probe in what it shows is then told.
    """
    lines = log.splitlines()
    error = next((at for at, text in enumerate(lines) if text.startswith("! ") or _is_error(text)), len(lines))
    for at in range(error - 1, max(-1, error - 8), -1):
        if lines[at].startswith("Runaway "):
            if shown := re.search(r"\\cvprobe ?\{(\d+)\}", "".join(lines[at + 1 : error])):
                return Probe(int(shown[1]), runaway=True)
            break
    for at in range(error - 1, -1, -1):
        if found := _PROBE.match(lines[at]):
            return Probe(int(found[1]))
    return None


def probe_of_page(log: str, said: str) -> Probe | None:
    """A probe on the page of which TeX `said` something when it was complete: what did not fit on the page before.

    A page is complete when what comes next has begun, and told so by its first probe; the one before is meant.
    """
    lines = log.splitlines()
    told = next((at for at, text in enumerate(lines) if said in text), len(lines))
    before = next((at for at in range(told - 1, -1, -1) if re.match(r"(?:\(\S+ )?\[\d+", lines[at])), told)
    for end in (before, told):
        for at in range(end - 1, -1, -1):
            if found := _PROBE.match(lines[at]):
                return Probe(max(0, int(found[1]) - 1))
    return None


def _is_error(text: str) -> bool:
    found = _PLACE.match(text)
    return found is not None and found["text"] != ""


def with_context(messages: Iterable[Message], log: str) -> tuple[Message, ...]:
    """Give messages what the log shows of their places, where whoever told them has left that out."""
    shown: dict[str, str] = {}
    for message in _read_log(log.splitlines(), 0):
        if message.context:
            shown.setdefault(message.text, message.context)
    return tuple(m if m.context else replace(m, context=shown.get(m.text, "")) for m in messages)


def _read_log(lines: list[str], first_line: int) -> Iterator[Message]:
    for at, text in enumerate(lines):
        if found := _OVERFULL.match(text):
            line, shown = _in_document(found["line"], first_line), takewhile(str.strip, lines[at + 1 : at + 20])
            yield Message("overfull", found["text"], line, context="".join(shown))
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
        inside = _in_document(place["line"], first_line)
        preamble = int(place["line"]) if inside is None else None
        return replace(_error(place["text"], inside, following), preamble=preamble)
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
    return Message(
        "error", text, line, _character(unset) if unset else None, context=_shown(following), outside=_outside(text)
    )


def _shown(following: list[str]) -> str:
    """What TeX shows of the place of an error: the macros that it was in, and at last the line of the file."""
    for at, more in enumerate(following):
        if re.match(r"l\.\d+ ", more):
            return "\n".join(following[: at + 2])
    return ""


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
        code = int(found["code"], 16)
        return chr(code) if code <= sys.maxunicode and not 0xD800 <= code < 0xE000 else None
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
