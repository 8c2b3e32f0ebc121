"""What may stand in brackets: citations as in pandoc, and counts of works."""

from __future__ import annotations

import re
from typing import Final

from cvbuild.frozen import frozen

# Up to the next bracket, but for counts; so that each character is looked at once.
_INSIDE: Final = re.compile(r"\[((?:[^\[\]\\]|\\.|\[#[\w.:+-]*\w\])*)", re.DOTALL)
_KEY: Final = re.compile(r"(?<![\w\\@])-?@(?:\{([^{}]+)\}|([\w:./+-]*[\w+/]))")
_AT: Final = re.compile(r"\[\s*-?@")
_BETWEEN: Final = re.compile(r"(?<!\\);|,(?=\s*-?@)")
_COUNT: Final = re.compile(r"\[#([\w.:+-]*\w)\](?!\()")


class CitationError(ValueError):
    """What looks like a citation and is none; `end` is where it stops to look like one."""

    def __init__(self, message: str, end: int) -> None:
        super().__init__(message)
        self.end = end


@frozen
class Part:
    """One work of a citation: its key, the place of the key, and where its words begin and end."""

    key: str
    place: tuple[int, int]
    start: int
    end: int


def read_count(text: str, start: int) -> re.Match[str] | None:
    """The `[#name]` that begins at `start`; its name is group 1."""
    return _COUNT.match(text, start) if text.startswith("[#", start) else None


def read_citation(text: str, start: int) -> tuple[Part, ...]:
    """The works of `[see @key, p. 3; @key]`, which begins at `start`; none if this is no citation.

    A minus before `@`, which suppresses names in pandoc, changes nothing here: numbers have no names.
    Raises `CitationError` for what is probably meant to be a citation and is malformed.
    """
    found = _INSIDE.match(text, start)
    if found is None or "@" not in found[1]:
        return ()
    begins = _AT.match(text, start) is not None
    closed = text.startswith("]", found.end())
    if closed and text.startswith("(", found.end() + 1):
        return ()  # a link
    if not begins and _KEY.search(text, start + 1, found.end()) is None:
        return ()  # an e-mail address, or anything else
    if not closed:
        what = "brackets stand in the citation" if found.end() < len(text) else "the citation is not closed"
        raise CitationError(what, found.end())
    parts: list[Part] = []
    at = start + 1
    ends = [gap.span() for gap in _BETWEEN.finditer(text, at, found.end())]
    for end, following in [*ends, (found.end(), found.end())]:
        keys = list(_KEY.finditer(text, at, end))
        if not keys and text.startswith(",", end):
            continue  # it belongs to the words before the next key
        if len(keys) != 1:
            raise CitationError(_problem(text[at:end], len(keys)), found.end() + 1)
        parts.append(Part(keys[0][1] or keys[0][2], keys[0].span(), at, end))
        at = following
    return tuple(parts)


def _problem(words: str, keys: int) -> str:
    said = " ".join(words.split())
    if keys:
        return f"`{said}` in the citation has {keys} keys without a semicolon between them"
    return f"`{said}` in the citation has no key" if said else "a part of the citation is empty"
