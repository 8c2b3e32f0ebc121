"""Do something again whenever a file that it has read changes.

The files are looked at fifty times a second: for a hundred of them that takes less
than a hundredth of a processor. That works on every system and every file system, and however an
editor saves (in place, or by a new file under the old name).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cvbuild import clock
from cvbuild.files import ABSENT, DAY, digest, state

PAUSE = 0.02
"""Seconds between two looks."""
PATIENCE = 0.25
"""Seconds for which a file may be away, or empty, while an editor saves it."""
TICK = 0.1
"""Seconds in which a file may be written twice and bear the same time; …"""
SLOW_TICK = 2.1
"""… and where the file system keeps whole seconds."""
EMPTY = digest(b"")

Look = tuple[int, int, int]


class Seen(NamedTuple):
    """What was read, as in `Files.states`; and after how many seconds to do it again though none of it has changed, if at all."""

    states: Mapping[str, str]
    retry: float | None = None


def follow(once: Callable[[], Seen]) -> None:
    """Call `once` now, and again whenever one of the files that it says it has read changes. Never returns.

    What changes while `once` is at work is seen when it is done: it is not given up half-way, for then nothing would
    ever be made while somebody types faster than that.
    """
    while True:
        seen = once()
        _wait(dict(seen.states), time.monotonic() + seen.retry if seen.retry is not None else None)


def _wait(states: Mapping[str, str], end: float | None) -> None:
    """Wait until one of these files has another state than this, but not longer than to the end."""
    looks: dict[str, Look | None] = {}  # at first, all may have changed since they were read
    while end is None or time.monotonic() < end:
        now = {path: _look(path) for path in states}
        changed = [path for path in states if path not in looks or now[path] != looks[path] or _is_fresh(now[path])]
        looks = now
        if any(_settled(path, states[path]) != states[path] for path in changed):
            return
        time.sleep(PAUSE)


def _look(path: str) -> Look | None:
    if path == DAY:
        return clock.today()
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _is_fresh(look: Look | None) -> bool:
    """Whether a file was written so short a time ago that it may be again, and look the same."""
    if look is None:
        return False
    modified = look[2]
    return 0 <= time.time_ns() - modified < (TICK if modified % 10**9 else SLOW_TICK) * 1e9


def _settled(path: str, before: str) -> str:
    """The state of a file that has changed; one that is away or empty is given a moment to come back."""
    end = time.monotonic() + PATIENCE
    while (now := state(path)) in (ABSENT, EMPTY) and now != before and time.monotonic() < end:
        time.sleep(PAUSE)
    return now
