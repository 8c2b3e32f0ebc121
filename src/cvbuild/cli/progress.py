"""A line that shows how far several jobs are, where there is a terminal."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from typing import Final

_WIDTH: Final = 24
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """One line at the lower end of a terminal; elsewhere nothing. Leave it as a context manager: the line goes away."""

    def __init__(self, total: int, *, shown: bool) -> None:
        terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._total, self._shown = total, shown and terminal

    def show(self, done: int, failed: int) -> None:
        """Draw the line anew."""
        full = _WIDTH * done // self._total
        bar = "=" * full + (">" if full < _WIDTH else "") + " " * (_WIDTH - full - 1)
        wrong = f", {failed} failed" if failed else ""
        width = shutil.get_terminal_size().columns - 1
        self._put(_CLEAR + f"[{bar}] {done} of {self._total}{wrong}"[:width])

    def clear(self) -> None:
        """Make place for something else."""
        self._put(_CLEAR)

    def _put(self, text: str) -> None:
        if self._shown:
            with suppress(OSError):
                sys.stderr.write(text)
                sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
