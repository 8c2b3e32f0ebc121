"""Places: findings and citations point at the characters of the file that are meant."""

from __future__ import annotations

from cvbuild.source import Span


class Place:
    """Where the characters of a value stand in its file."""

    __slots__ = ("base", "span", "text")

    def __init__(self, text: str, span: Span | None) -> None:
        self.text = text
        self.span = span
        self.base: int | None = None

    def at(self, start: int, end: int) -> Span | None:
        """The characters `start` to `end` of the value, or all of it where that is not known.

        A quoted or a one-line value stands in the file as it is. In a folded
        one, a piece is found if it stands there once.
        """
        if self.span is None:
            return None
        written = self.span.text
        if self.base is None:
            self.base = written.find(self.text)
        if self.base >= 0:
            return self.span.part(self.base + start, self.base + end)
        piece = self.text[start:end].split("\n", 1)[0]  # of several lines, the first: others may stand further right
        found = written.find(piece)
        if found < 0 or written.find(piece, found + 1) >= 0:
            return self.span
        return self.span.part(found, found + len(piece))
