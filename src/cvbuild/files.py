"""Reading files, and remembering which: what a result depends on is what was read for it, and what was looked for."""

from __future__ import annotations

import hashlib
import os

from cvbuild import clock

ABSENT = "-"
"""The state of a file that is not there, or cannot be read."""


DAY = "today"
"""What stands for the day among the paths; these are all absolute."""


class Files:
    """All that one run reads from the file system, and from the calendar.

    `states` says for the path of each file, as text, the SHA-256 of what was read, or `ABSENT`; and for `DAY`, if the
    clock was asked, the day. If `day` is given, it counts as today, and the clock is not asked.
    """

    def __init__(self, day: tuple[int, int, int] | None = None) -> None:
        self.states: dict[str, str] = {}
        self._day = day

    def today(self) -> tuple[int, int, int]:
        """The day that counts as today. Raises `clock.NoTime`."""
        if self._day is None:
            self._day = clock.today()
            self.states[DAY] = _written(self._day)
        return self._day

    def read(self, path: str | os.PathLike[str], limit: int = -1) -> bytes:
        """What is in a file, up to `limit` bytes. Raises OSError."""
        name = os.path.abspath(path)
        self.states[name] = ABSENT
        with open(path, "rb") as stream:
            data = stream.read(limit)
        self.states[name] = digest(data) if len(data) != limit else state(name)  # there may be more of it
        return data

    def text(self, path: str | os.PathLike[str]) -> str:
        """A file of UTF-8 text. Raises OSError or UnicodeDecodeError."""
        return self.read(path).decode("utf-8").replace("\r\n", "\n")

    def has(self, path: str | os.PathLike[str]) -> bool:
        """Whether there is such a file."""
        name = os.path.abspath(path)
        if not os.path.isfile(name):
            self.states.setdefault(name, ABSENT)
            return False
        if self.states.get(name, ABSENT) == ABSENT:
            self.states[name] = state(name)
        return True


def shown(path: str | os.PathLike[str]) -> str:
    """How a file is called in diagnostics: by its way from the current folder, if it lies there or below."""
    name, here = os.path.abspath(path), os.path.join(os.getcwd(), "")
    return name.removeprefix(here)


def state(path: str) -> str:
    """The state of a file now. A pipe or a device has none: to read it would be to take something away, or to wait."""
    if path == DAY:
        return _written(clock.today())
    if not os.path.isfile(path):
        return ABSENT
    try:
        with open(path, "rb") as stream:
            return digest(stream.read())
    except OSError:
        return ABSENT


def _written(day: tuple[int, int, int]) -> str:
    return "{:04}-{:02}-{:02}".format(*day)


def lies_in(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> bool:
    """Whether a path, with all links in it followed, lies in a folder."""
    inside, real = os.path.realpath(folder), os.path.realpath(path)
    return real == inside or real.startswith(os.path.join(inside, ""))


def digest(data: bytes) -> str:
    """The state of a file that holds `data`."""
    return hashlib.sha256(data).hexdigest()
