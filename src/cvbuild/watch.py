"""Do something again whenever a file that it has read changes.

The files are looked at fifty times a second: for a hundred of them that takes less
than a hundredth of a processor. That works on every system and every file system, and however an
editor saves (in place, or by a new file under the old name).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

from cvbuild import clock
from cvbuild.files import ABSENT, DAY, Files, digest, state

PAUSE = 0.02
"""Seconds between two looks."""
PATIENCE = 0.25
"""Seconds for which a file may be away, or empty, while an editor saves it."""
EMPTY = digest(b"")


def follow(once: Callable[[], Files]) -> None:
    """Call `once` now, and again whenever one of the files that it says it has read changes. Never returns."""
    while True:
        before = dict(once().states)
        _wait(before)


def _wait(states: Mapping[str, str]) -> None:
    """Wait until one of these files has another state than this."""
    looks: dict[str, tuple[int, int, int] | None] = {}  # at first, all may have changed since they were read
    while True:
        now = {path: _look(path) for path in states}
        changed = [path for path in states if path not in looks or now[path] != looks[path]]
        looks = now
        if any(_settled(path, states[path]) != states[path] for path in changed):
            return
        time.sleep(PAUSE)


def _look(path: str) -> tuple[int, int, int] | None:
    if path == DAY:
        return clock.today()
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _settled(path: str, before: str) -> str:
    """The state of a file that has changed; one that is away or empty is given a moment to come back."""
    end = time.monotonic() + PATIENCE
    while (now := state(path)) in (ABSENT, EMPTY) and now != before and time.monotonic() < end:
        time.sleep(PAUSE)
    return now
