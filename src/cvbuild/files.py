"""Reading files, and remembering which: what a result depends on is what was read for it, and what was looked for."""

from __future__ import annotations

import hashlib
import os

ABSENT = "-"
"""The state of a file that is not there, or cannot be read."""


class Files:
    """All that one run reads from the file system.

    `states` says for the path of each file, as text, the SHA-256 of what was read, or `ABSENT`.
    """

    def __init__(self) -> None:
        self.states: dict[str, str] = {}

    def read(self, path: str | os.PathLike[str], limit: int = -1) -> bytes:
        """What is in a file, up to `limit` bytes. Raises OSError."""
        name = os.path.abspath(path)
        self.states[name] = ABSENT
        with open(path, "rb") as stream:
            data = stream.read(limit)
        self.states[name] = digest(data)
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


def state(path: str) -> str:
    """The state of a file now. A pipe or a device has none: to read it would be to take something away, or to wait."""
    if not os.path.isfile(path):
        return ABSENT
    try:
        with open(path, "rb") as stream:
            return digest(stream.read())
    except OSError:
        return ABSENT


def lies_in(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> bool:
    """Whether a path, with all links in it followed, lies in a folder."""
    inside, real = os.path.realpath(folder), os.path.realpath(path)
    return real == inside or real.startswith(os.path.join(inside, ""))


def digest(data: bytes) -> str:
    """The state of a file that holds `data`."""
    return hashlib.sha256(data).hexdigest()
