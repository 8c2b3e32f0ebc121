"""Dates as people write them in a CV, no more precise than they were written.

In: "2012.7 - Present", "May–August 2021", "2014, 2016–2018". Out: a `When`,
which prints in the style that the theme chooses, and sorts. Nothing is guessed:
what can be read in two ways is an error with a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import total_ordering
from typing import Final, Literal, TypeAlias, get_args


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

Day: TypeAlias = tuple[int, int, int]
"""Year, month, day."""

_LONG_MONTHS: Final = (
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
@dataclass(frozen=True, slots=True)
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
            raise ValueError(f"{_LONG_MONTHS[self.month - 1]} {self.year} has no day {self.day}")

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


@dataclass(frozen=True, slots=True)
class DateRange:
    """From a date to a date, or to the present. Without a start: until `end`."""

    start: PartialDate | None
    end: PartialDate | Present

    def __post_init__(self) -> None:
        if self.start is not None and isinstance(self.end, PartialDate) and _is_before(self.end, self.start):
            raise ValueError("the range ends before it begins")


@dataclass(frozen=True, slots=True)
class When:
    """One or more dates and ranges, in the order written."""

    parts: tuple[PartialDate | DateRange, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("the date is empty")


def _is_before(end: PartialDate, start: PartialDate) -> bool:
    """Whether `end` lies before `start` however the two are read; to some, winter is the end of the year."""
    last = (end.year, 12, 31) if end.season is Season.WINTER else end.last
    return last < start.first


# Order


def _ends(part: PartialDate | DateRange) -> tuple[PartialDate | None, PartialDate | Present]:
    return (part.start, part.end) if isinstance(part, DateRange) else (part, part)


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


# Printing

DatePattern = Literal["2012-07", "2012.7", "07/2012", "7/2012", "Jul 2012", "July 2012", "2012"]
"""How to print a month; each choice is written as an example of itself."""

PATTERNS: Final[tuple[DatePattern, ...]] = get_args(DatePattern)

# How a month and a day are printed.
_FORMATS: Final[Mapping[DatePattern, tuple[str, str]]] = {
    "2012-07": ("{year}-{month:02}", "{year}-{month:02}-{day:02}"),
    "2012.7": ("{year}.{month}", "{year}.{month}.{day}"),
    "07/2012": ("{month:02}/{year}", "{day:02}/{month:02}/{year}"),
    "7/2012": ("{month}/{year}", "{day}/{month}/{year}"),
    "Jul 2012": ("{short} {year}", "{day} {short} {year}"),
    "July 2012": ("{long} {year}", "{day} {long} {year}"),
    "2012": ("{year}", "{year}"),
}


@dataclass(frozen=True, slots=True)
class DateStyle:
    """A theme's choice. `separator` stands in a range exactly as given, with the spaces that it has or has not."""

    pattern: DatePattern = "Jul 2012"
    separator: str = "–"
    present: str = "Present"


@dataclass(frozen=True, slots=True)
class Words:
    """The names that a language has for months and seasons."""

    long: tuple[str, ...]
    short: tuple[str, ...]
    seasons: Mapping[Season, str]

    def __post_init__(self) -> None:
        if len(self.long) != 12 or len(self.short) != 12 or set(self.seasons) != set(Season):
            raise ValueError("a language has twelve months, and a name for every season")


ENGLISH: Final = Words(
    _LONG_MONTHS, tuple(month[:3] for month in _LONG_MONTHS), {season: season.value for season in Season}
)


def format_when(when: When, style: DateStyle = DateStyle(), words: Words = ENGLISH) -> str:
    """Print in a style and a language.

    A year prints as the year in every pattern. A season prints as "Summer
    2020", in the pattern "2012" as the year. A range whose ends print the same
    ("May–June 2021" in the pattern "2012") prints once. Parts are joined by
    ", ".
    """
    return ", ".join(dict.fromkeys(_format_part(part, style, words) for part in when.parts))


def _format_part(part: PartialDate | DateRange, style: DateStyle, words: Words) -> str:
    if isinstance(part, PartialDate):
        return _format_date(part, style, words)
    end = _format_date(part.end, style, words) if isinstance(part.end, PartialDate) else style.present
    if part.start is None:
        return end if part.end is PRESENT else style.separator.lstrip() + end
    start = _format_date(part.start, style, words)
    return start if start == end else start + style.separator + end


def _format_date(date: PartialDate, style: DateStyle, words: Words) -> str:
    if date.season is not None and style.pattern != "2012":
        return f"{words.seasons[date.season]} {date.year}"
    if date.month is None:
        return str(date.year)
    return _FORMATS[style.pattern][date.day is not None].format(
        year=date.year,
        month=date.month,
        day=date.day,
        long=words.long[date.month - 1],
        short=words.short[date.month - 1],
    )


# Reading


class DateError(ValueError):
    """A text that is not a date. `start` and `end` are offsets into it, `hint` is a way out."""

    def __init__(self, message: str, start: int, end: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint


class ReversedRange(DateError):
    """A range that ends before it begins."""


def parse_when(text: str) -> When:
    """Read what a person wrote as a date; raises `DateError`.

    >>> format_when(parse_when("2012.7 - present"))
    'Jul 2012–Present'
    """
    parts = list(_Reader(text).parts())
    _fill_in(parts)
    return When(tuple(part.value() for part in parts))


_EXAMPLES: Final = "write 2020, 2020-07, 2020-07-31, July 2020, Summer 2020, or a range such as 2018 – Present"

_EARLIER_FIRST: Final = "write the earlier date first, and the years of both"

_NAMES: Final[Mapping[str, int | Season]] = {
    **{month.lower(): number for number, month in enumerate(_LONG_MONTHS, 1)},
    **{month[:3].lower(): number for number, month in enumerate(_LONG_MONTHS, 1)},
    "sept": 9,
    **{season.value.lower(): season for season in Season},
}

_YEAR: Final = r"(?P<year>[0-9]{4})(?![0-9])"
_MONTH: Final = r"(?P<month>[0-9]{1,2})(?![0-9])"
_DAY: Final = r"(?P<day>[0-9]{1,2})(?![0-9])(?:st\b|nd\b|rd\b|th\b)?"
_NAME: Final = rf"(?P<name>{'|'.join(sorted(_NAMES, key=len, reverse=True))})\b\.?"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# The ways to write one date. In a list or a range, the year, and the month of a day, may be left to a neighbour.
_FORMS: Final = (
    _compile(rf"{_YEAR}(?:(?P<sign>[-./]){_MONTH}(?:(?P=sign){_DAY})?|\s+{_NAME})?"),
    _compile(rf"{_NAME}(?:\s*{_DAY})?(?:,?\s*{_YEAR})?"),
    _compile(rf"(?:(?P<day>[0-9]{{1,2}})\.(?=[0-9]+\.))?{_MONTH}[-./]{_YEAR}"),
    _compile(rf"{_DAY}(?:\.?\s*{_NAME})?(?:,?\s+{_YEAR})?"),
)
_BETWEEN_PARTS: Final = _compile(r"\s*(?:[,;]\s*(?:and\b|&)?|and\b|&)\s*")
_DASH: Final = _compile(r"\s*(?:-{1,3}|[‐‑‒–—―−])\s*")
_UNTIL: Final = _compile(r"\s*\b(?:to|until|till|through)\b\s*")
_SINCE: Final = _compile(r"(?:since|from)\b\s*")
_PRESENT: Final = _compile(r"(?:present|now|current(?:ly)?|ongoing|today)\b")
_SHORT_RANGE: Final = _compile(
    r"(?P<start>[0-9]{4})(?P<sign>\s*(?:-{1,3}|[–—/])\s*)(?P<end>[0-9]{2})(?=\s*(?:[,;&]|$))"
)
_LONGEST_SHORT_RANGE: Final = 20
_TWO_READINGS: Final = _compile(r"[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{2,4}")
_WRITTEN_WORD: Final = _compile(r"[^\W\d_]+")


@dataclass(slots=True)
class _Point:
    """One date as far as it was written, and where."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: Season | None = None

    def value(self) -> PartialDate:
        if self.year is None:
            raise DateError("the year is missing", self.start, self.end, _EXAMPLES)
        try:
            return PartialDate(self.year, self.month, self.day, self.season)
        except ValueError as error:
            raise DateError(str(error), self.start, self.end) from None


@dataclass(slots=True)
class _Part:
    """One date or range, and where it was written."""

    points: list[_Point] = field(default_factory=list)
    is_range: bool = False
    until: bool = False

    def value(self) -> PartialDate | DateRange:
        dates = [point.value() for point in self.points]
        if not self.is_range:
            return dates[0]
        if len(dates) < 2:
            return DateRange(None, dates[0]) if self.until else DateRange(dates[0] if dates else None, PRESENT)
        if _is_before(dates[1], dates[0]):
            start, end = self.points[0].start, self.points[1].end
            raise ReversedRange("the range ends before it begins", start, end, _EARLIER_FIRST)
        return DateRange(dates[0], dates[1])


def _fill_in(parts: list[_Part]) -> None:
    """Give "May–August 2021", "10–14 June 2019" and "Spring and Fall 2014" the years and months that they share."""
    year: int | None = None
    for part in reversed(parts):
        match part.points:
            case [_Point(day=int()) as first, _Point(day=int()) as second]:
                second.month = first.month if second.month is None else second.month
                second.year = first.year if second.year is None else second.year
                first.month = second.month if first.month is None else first.month
        for point in reversed(part.points):
            point.year = year = year if point.year is None else point.year


class _Reader:
    """Reads a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text.rstrip()
        self.at = len(text) - len(text.lstrip())
        if not self.text:
            raise DateError("the date is empty", 0, len(text), _EXAMPLES)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Step over what a pattern matches here."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def parts(self) -> Iterator[_Part]:
        """All parts of the text."""
        yield self.part()
        while self.at < len(self.text):
            if not self.match(_BETWEEN_PARTS):
                raise self.unexpected()
            yield self.part()

    def part(self) -> _Part:
        """One date or range."""
        if years := self.short_range():
            return _Part(years, is_range=True)
        if self.match(_PRESENT):
            return _Part(is_range=True)
        if self.match(_DASH) or self.match(_UNTIL):
            return _Part([self.point()], is_range=True, until=True)
        since = self.match(_SINCE)
        part = _Part([self.point()], is_range=since is not None)
        dash = self.match(_DASH)
        if dash or self.match(_UNTIL):
            part.is_range = True
            is_open = dash and (self.at == len(self.text) or self.text[self.at] in ",;")
            if not is_open and not self.match(_PRESENT):
                part.points.append(self.point())
        return part

    def short_range(self) -> list[_Point]:
        """The years of "2023–24"; not "2010-11" or "2010/11", which are months, and not "2024-13"."""
        found = _SHORT_RANGE.match(self.text, self.at)
        if not found or (found["sign"] in ("-", "/") and 1 <= int(found["end"]) <= 12):
            return []
        start = int(found["start"])
        end = start + (int(found["end"]) - start) % 100
        if not 0 < end - start <= _LONGEST_SHORT_RANGE:
            return []
        self.at = found.end()
        return [_Point(*found.span("start"), start), _Point(*found.span("end"), end)]

    def point(self) -> _Point:
        """One date."""
        for form in _FORMS:
            if found := self.match(form):
                return _point(found)
        raise self.unexpected()

    def unexpected(self) -> DateError:
        """What is wrong with the text from here on."""
        start, end = self.at, len(self.text)
        word = _WRITTEN_WORD.search(self.text, start)
        if word and word[0].lower() not in _NAMES:
            hint = _similar(word[0]) or _EXAMPLES
            return DateError(f"`{word[0]}` is not a month or a season", *word.span(), hint)
        if found := _TWO_READINGS.search(self.text):
            hint = "a day is written 2012-07-31, or 31 July 2012"
            return DateError(f"`{found[0]}` can be read in two ways", *found.span(), hint)
        if start == end:
            return DateError("a date is missing at the end", 0, end, _EXAMPLES)
        rest = self.text[start:].lstrip()
        return DateError(f"`{rest}` is not a date", end - len(rest), end, _EXAMPLES)


def _point(found: re.Match[str]) -> _Point:
    """What one of the forms matched."""
    point = _Point(*found.span())
    for part, written in found.groupdict().items():
        if part in ("year", "month", "day") and written:
            setattr(point, part, int(written))
        elif part == "name" and written:
            name = _NAMES[written.lower()]
            setattr(point, "season" if isinstance(name, Season) else "month", name)
    return point


def _similar(word: str) -> str | None:
    """The word that was probably meant."""
    from difflib import get_close_matches  # costs a millisecond

    known = {name.lower(): name for name in (*_LONG_MONTHS, *(season.value for season in Season), "Present", "until")}
    known |= {month[:3].lower(): month[:3] for month in _LONG_MONTHS}
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"did you mean `{known[found[0]]}`?" if found else None
