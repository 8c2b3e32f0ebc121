"""What time it is: the time that a PDF bears, and the day that counts as today.

Both follow SOURCE_DATE_EPOCH, if the environment has it, as reproducible-builds.org
specifies it. Like `places`, this module imports next to nothing.
"""

from __future__ import annotations

import os
import time

LATEST = 253_402_300_799
"""The last second of the year 9999, which is the latest that GCC takes too."""
OLDEST = 315_532_800
"""The beginning of 1980, the oldest time that every file format can express."""

_NAME = "SOURCE_DATE_EPOCH"


class NoTime(ValueError):
    """SOURCE_DATE_EPOCH is set, and is not a time."""


def epoch() -> int:
    """The time that a PDF bears, in seconds since 1970: SOURCE_DATE_EPOCH, or else `OLDEST`, whenever it is made.

    Raises `NoTime`.
    """
    given = os.environ.get(_NAME)
    if given is None:
        return OLDEST
    # Not more digits than that: `int` takes long for a million of them.
    if not (given.isascii() and given.isdecimal() and len(given) <= 12 and int(given) <= LATEST):
        shown = given if len(given) <= 40 else f"{given[:40]}…"
        raise NoTime(f"SOURCE_DATE_EPOCH is {shown!a}, and not a number of seconds since 1970 (0 to {LATEST})")
    return int(given)


def today() -> tuple[int, int, int]:
    """Year, month and day: of SOURCE_DATE_EPOCH (in UTC), or else of the clock, where we are. Raises `NoTime`."""
    now = time.gmtime(epoch()) if _NAME in os.environ else time.localtime()
    return now.tm_year, now.tm_mon, now.tm_mday
