"""Dates and ranges as precise as they were written, and their order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import total_ordering
from typing import Final, TypeAlias

from cvbuild.frozen import frozen


class Season(Enum):
    """A season or term. Fall and autumn are the same time, but each prints as it was written."""

    WINTER = "Winter"
    SPRING = "Spring"
    SUMMER = "Summer"
    FALL = "Fall"
    AUTUMN = "Autumn"


class Present(Enum):
    """The end of what has not ended; `PRESENT` is the only one."""

    PRESENT = "Present"


PRESENT: Final = Present.PRESENT


class Today(Enum):
    """The day on which a CV is typeset; `TODAY` is the only one."""

    TODAY = "today"


TODAY: Final = Today.TODAY

Day: TypeAlias = tuple[int, int, int]
"""Year, month, day."""

LONG_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# The first and the last month of a season. Terms of one year follow each other as winter, spring, summer, fall,
# as universities count them. The spans overlap, because terms do not begin on the same day everywhere.
_MONTHS_OF: Final[Mapping[Season, tuple[int, int]]] = {
    Season.WINTER: (1, 3),
    Season.SPRING: (1, 6),
    Season.SUMMER: (5, 9),
    Season.FALL: (8, 12),
    Season.AUTUMN: (8, 12),
}


def _length(year: int, month: int) -> int:
    """Days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@total_ordering
@frozen
class PartialDate:
    """A year, a month, a day, or a season of a year. What was not written is None.

    Dates are in the order of the last day that they may mean, then of the
    first: 2019 < March 2020 < Fall 2020 < December 2020 and 2020 < Fall 2020.
    Impossible dates cannot be made: they raise ValueError with a message for
    the user.
    """

    year: int
    month: int | None = None
    day: int | None = None
    season: Season | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999:
            raise ValueError(f"there is no year {self.year}")
        if self.season is not None and (self.month is not None or self.day is not None):
            raise ValueError("a season has no month and no day")
        if self.month is None:
            if self.day is not None:
                raise ValueError("the month is missing")
            return
        if not 1 <= self.month <= 12:
            raise ValueError(f"there is no month {self.month}")
        if self.day is not None and not 1 <= self.day <= _length(self.year, self.month):
            raise ValueError(f"{LONG_MONTHS[self.month - 1]} {self.year} has no day {self.day}")

    @property
    def first(self) -> Day:
        """The first day that this may mean."""
        month = self.month or (_MONTHS_OF[self.season][0] if self.season else 1)
        return self.year, month, self.day or 1

    @property
    def last(self) -> Day:
        """The last day that this may mean."""
        month = self.month or (_MONTHS_OF[self.season][1] if self.season else 12)
        return self.year, month, self.day or _length(self.year, month)

    def __lt__(self, other: PartialDate) -> bool:
        return self._rank() < other._rank()

    def _rank(self) -> tuple[Day, Day, str]:
        return self.last, self.first, self.season.value if self.season else ""


@frozen
class DateRange:
    """From a date to a date, or to the present. Without a start: until `end`."""

    start: PartialDate | None
    end: PartialDate | Present

    def __post_init__(self) -> None:
        if self.start is not None and isinstance(self.end, PartialDate) and is_before(self.end, self.start):
            raise ValueError("the range ends before it begins")


@frozen
class When:
    """One or more dates and ranges, in the order written."""

    parts: tuple[PartialDate | DateRange, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("the date is empty")


def is_before(end: PartialDate, start: PartialDate) -> bool:
    """Whether `end` lies before `start` however the two are read; to some, winter is the end of the year."""
    last = (end.year, 12, 31) if end.season is Season.WINTER else end.last
    return last < start.first


def sort_key(when: When) -> tuple[Day, Day]:
    """Ascending order by the latest end, then by its start; the present is behind all dates.

    Newest first is `sorted(entries, key=..., reverse=True)`, which keeps the
    source order of entries that are equal. A less precise date ends with its
    last day and begins with its first: newest first, December 2020 comes
    before 2020, and 2020 before May 2020.
    """
    return max(
        (end.last if isinstance(end, PartialDate) else (9999, 12, 31), start.first if start else (0, 0, 0))
        for start, end in map(_ends, when.parts)
    )


def latest(when: When) -> PartialDate | Present:
    """The latest end of all parts."""
    ends = [end for _, end in map(_ends, when.parts)]
    return PRESENT if PRESENT in ends else max(end for end in ends if isinstance(end, PartialDate))


def year_of(when: When) -> int | None:
    """The last year that was written, as publications are grouped by; None for "Present" alone."""
    dates = [date for part in when.parts for date in _ends(part) if isinstance(date, PartialDate)]
    return max((date.year for date in dates), default=None)


def _ends(part: PartialDate | DateRange) -> tuple[PartialDate | None, PartialDate | Present]:
    return (part.start, part.end) if isinstance(part, DateRange) else (part, part)
