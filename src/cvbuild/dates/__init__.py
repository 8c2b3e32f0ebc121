"""Dates as people write them in a CV, no more precise than they were written.

In: "2012.7 - Present", "May–August 2021", "2014, 2016–2018". Out: a `When`,
which prints in the style that the theme chooses, and sorts. Nothing is guessed:
what can be read in two ways is an error with a hint.
"""

from cvbuild.dates.date import (
    PRESENT,
    TODAY,
    DateRange,
    Day,
    PartialDate,
    Present,
    Season,
    Today,
    When,
    latest,
    sort_key,
    year_of,
)
from cvbuild.dates.reading import DateError, ReversedRange, parse_when
from cvbuild.dates.style import ENGLISH, PATTERNS, DatePattern, DateStyle, Words, format_when

__all__ = [
    "ENGLISH",
    "PATTERNS",
    "PRESENT",
    "TODAY",
    "DateError",
    "DatePattern",
    "DateRange",
    "DateStyle",
    "Day",
    "PartialDate",
    "Present",
    "ReversedRange",
    "Season",
    "Today",
    "When",
    "Words",
    "format_when",
    "latest",
    "parse_when",
    "sort_key",
    "year_of",
]
