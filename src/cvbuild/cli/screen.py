"""A terminal that shows the present state of something, and not how it came about."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable

from cvbuild.report import width

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Screen:
    """The place in a terminal below what was there before; each `draw` takes the place of the one before."""

    def __init__(self) -> None:
        self._drawn: list[str] = []

    def draw(self, head: Iterable[str], body: Iterable[str], foot: Iterable[str], more: str) -> None:
        """Show some lines. What is too long for the window is cut in the body; `more` says where to read the rest."""
        if sys.stderr is None:
            return
        columns, rows = _size()
        up = height(self._drawn, columns)
        self._drawn = fitted([*head], [*body], [*foot], more, columns, rows - 1)
        text = "".join(line + "\n" for line in self._drawn)
        try:
            sys.stderr.write((f"\x1b[{up}A" if up else "") + "\r\x1b[J" + text)
            sys.stderr.flush()
        except OSError:  # the window is closed
            pass


def is_screen() -> bool:
    """Whether standard error is a terminal on which one can go back."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def fitted(head: list[str], body: list[str], foot: list[str], more: str, columns: int, rows: int) -> list[str]:
    """These lines, with so much of the body as goes into so many rows."""
    if height([*head, *body, *foot], columns) <= rows:
        return [*head, *body, *foot]
    rest = rows - height([*head, more, *foot], columns)
    kept = 0
    while kept < len(body) and (rest := rest - height(body[kept : kept + 1], columns)) >= 0:
        kept += 1
    return [*head, *body[:kept], more, *foot]


def height(lines: Iterable[str], columns: int) -> int:
    """Rows that lines take."""
    return sum(max(1, -(-sum(map(width, _COLOUR.sub("", line))) // columns)) for line in lines)


def _size() -> tuple[int, int]:
    try:
        found = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        return 80, 24
    return found.columns or 80, found.lines or 24
