"""Dates, read from what a person wrote; what can be read in two ways is an error with a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cvbuild.dates.date import LONG_MONTHS, PRESENT, DateRange, PartialDate, Season, When, is_before

_EXAMPLES: Final = "write 2020, 2020-07, 2020-07-31, July 2020, Summer 2020, or a range such as 2018 – Present"

_EARLIER_FIRST: Final = "write the earlier date first, and the years of both"

_NAMES: Final[Mapping[str, int | Season]] = {
    **{month.lower(): number for number, month in enumerate(LONG_MONTHS, 1)},
    **{month[:3].lower(): number for number, month in enumerate(LONG_MONTHS, 1)},
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
_SHORT_YEAR: Final = _compile(r"(?<![0-9])[0-9]{1,2}[-/.][0-9]{2}(?![0-9])")
_WRITTEN_WORD: Final = _compile(r"[^\W\d_]+")


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
        if is_before(dates[1], dates[0]):
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
        if found := _SHORT_YEAR.search(self.text):
            hint = "a month is written 2020-07, or July 2020"
            return DateError(f"`{found[0]}` has no year of four digits", *found.span(), hint)
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

    known = {name.lower(): name for name in (*LONG_MONTHS, *(season.value for season in Season), "Present", "until")}
    known |= {month[:3].lower(): month[:3] for month in LONG_MONTHS}
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"did you mean `{known[found[0]]}`?" if found else None
