"""A file's text, and a place in it.

Floor 0: everything that can be wrong in a CV is wrong *somewhere*, so every
value that is read from a file carries the `Span` it came from.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import field
from pathlib import Path

from cvbuild.frozen import frozen

# Everything that YAML 1.2 calls unprintable, except line ends and tab (section 5.1), and lone surrogates.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_COLON = re.compile(r"[ \t]*:[ \t]*['\"]?")


@frozen(eq=False)
class Source:
    """The text of one input file.

    `name` is what diagnostics call it (the path as the user gave it, or
    ``<stdin>``); `folder` is the directory that relative paths in it mean.
    `raw_latex` tells whether texts in it may hold LaTeX that is passed on as it
    is: only the user at the command line can allow that, and only for a CV file;
    None is for files of other kinds, which never may. `joined` are the sources whose
    texts are parts of this one: the files that a CV includes, and what the command line sets in it.
    Two sources are equal only if they are the same object.
    """

    name: str
    text: str
    folder: Path = field(default_factory=Path)
    raw_latex: bool | None = None
    joined: list[Source] = field(default_factory=list, init=False, repr=False)
    _starts: list[int] = field(default_factory=list, init=False, repr=False)

    def whole(self) -> tuple[Source, ...]:
        """This source, and those that are joined to it."""
        return (self, *self.joined)

    def line_starts(self) -> list[int]:
        """Offsets at which each line begins, computed once."""
        if not self._starts:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts.extend(starts)
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both counted from 1."""
        offset = max(0, min(offset, len(self.text)))
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its line ending."""
        starts = self.line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def at(self, offset: int, end: int | None = None) -> Span:
        """The character at an offset, or those up to `end`; less where the text ends before."""
        start = max(0, min(offset, len(self.text)))
        return Span(self, start, max(start, min(offset + 1 if end is None else end, len(self.text))))

    def offset(self, line: int) -> int:
        """Offset of the first character of line `line` (from 1)."""
        starts = self.line_starts()
        return starts[max(1, min(line, len(starts))) - 1]


@frozen
class Span:
    """Characters `start` (included) to `end` (excluded) of a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, from 1."""
        return self.source.position(self.start)[1]

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    def part(self, start: int, end: int) -> Span:
        """The characters `start` to `end` of this span, clamped to it."""
        low = min(self.start + max(0, start), self.end)
        return Span(self.source, low, min(max(low, self.start + end), self.end))

    def behind(self, value: str) -> Span:
        """Where `value` stands, if it is written right behind this key; or else the key."""
        found = _COLON.match(self.source.text, self.end)
        if found is None or not value or not self.source.text.startswith(value, found.end()):
            return self
        return Span(self.source, found.end(), found.end() + len(value))

    def line_part(self) -> Span:
        """From the first character to the end of its line."""
        end = self.source.text.find("\n", self.start)
        return Span(self.source, self.start, end if end >= 0 else len(self.source.text))
