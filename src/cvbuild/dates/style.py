"""Dates, printed in the style of a theme and in a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from cvbuild.dates.date import LONG_MONTHS, PRESENT, DateRange, PartialDate, Season, When
from cvbuild.frozen import frozen

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


@frozen
class DateStyle:
    """A theme's choice. `separator` stands in a range exactly as given, with the spaces that it has or has not."""

    pattern: DatePattern = "Jul 2012"
    separator: str = "–"
    present: str = "Present"


@frozen
class Words:
    """The names that a language has for months and seasons."""

    long: tuple[str, ...]
    short: tuple[str, ...]
    seasons: Mapping[Season, str]

    def __post_init__(self) -> None:
        if len(self.long) != 12 or len(self.short) != 12 or set(self.seasons) != set(Season):
            raise ValueError("a language has twelve months, and a name for every season")


ENGLISH: Final = Words(
    LONG_MONTHS, tuple(month[:3] for month in LONG_MONTHS), {season: season.value for season in Season}
)

PLAIN: Final = DateStyle()


def format_when(when: When, style: DateStyle = PLAIN, words: Words = ENGLISH) -> str:
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
