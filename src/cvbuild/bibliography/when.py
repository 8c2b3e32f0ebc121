"""Dates as .bib files write them, in a form that a CV reads; and how far a work has got."""

from __future__ import annotations

import re
from typing import Final

from cvbuild.dates import ENGLISH

_MONTHS: Final = {
    **{month.lower(): number for number, month in enumerate(ENGLISH.long, 1)},
    **{month[:3].lower(): number for number, month in enumerate(ENGLISH.long, 1)},
    "sept": 9, "januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7, "oktober": 10, "okt": 10,
    "dezember": 12, "dez": 12, "janvier": 1, "février": 2, "mars": 3, "avril": 4, "juin": 6, "juillet": 7,
    "août": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12,
}  # fmt: skip
_SEASONS: Final = {"spring": "Spring", "summer": "Summer", "fall": "Fall", "autumn": "Autumn", "winter": "Winter"}
_EDTF_SEASONS: Final = {"21": "Spring", "22": "Summer", "23": "Autumn", "24": "Winter"}

_EDTF: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?[?~%]*")
_YEAR: Final = re.compile(r"(?<![0-9])(?:1[0-9]|20)[0-9]{2}(?![0-9])")
_WORD: Final = re.compile(r"[^\W\d_]+")
_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{1,2}(?![0-9])")


def from_edtf(text: str) -> str | None:
    """The date of biblatex's `date`; of a range its start. None if it is not understood."""
    start, _, end = text.strip().partition("/")
    piece = start if start.strip(" .") else end
    found = _EDTF.fullmatch(piece.strip())
    if found is None:
        return None
    year, month, day = found[1], found[2], found[3]
    if month in _EDTF_SEASONS:
        return f"{_EDTF_SEASONS[month]} {year}"
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


def year_in(text: str) -> tuple[str | None, str]:
    """The first year in a text, and what else is there."""
    found = _YEAR.search(text)
    if found is None:
        return None, text.strip()
    rest = text[: found.start()] + text[found.end() :]
    return found[0], rest.strip(" .,;()[]/–-")


def with_month(year: str, month: str, day: str = "") -> str | None:
    """The date of `year` and BibTeX's `month`, which may hold a day; None if the month is not understood.

    Of two months, as in "July/August", it is the first.
    """
    text = month.strip().lower()
    words = [word for word in _WORD.findall(text) if word not in ("st", "nd", "rd", "th", "and", "of", "und", "et")]
    numbers = _NUMBER.findall(text)
    if words and words[0] in _SEASONS:
        return f"{_SEASONS[words[0]]} {year}"
    if words:
        number = _MONTHS.get(words[0])
    elif numbers and 1 <= int(numbers[0]) <= 12:
        number = int(numbers.pop(0))
    elif len(numbers) == 2 and 1 <= int(numbers[1]) <= 12:
        number = int(numbers.pop(1))
    else:
        return None
    if number is None:
        return None
    day = day or (numbers[0] if numbers else "")
    return f"{year}-{number:02}" + (f"-{int(day):02}" if day.isdecimal() and 1 <= int(day) <= 31 else "")


_STATUS: Final = (
    ("accepted", r"to (?:appear|be published)|accepted(?: for publication)?|forthcoming|accepted for presentation"),
    ("in press", r"in press|in print|prepublished|online first|published online|inpress"),
    ("under review", r"under (?:review|revision|submission|peer review)|in (?:review|revision)|in peer review"),
    ("submitted", r"submitted(?: for publication)?"),
    (
        "in preparation",
        r"in preparation|inpreparation|in progress|in prep\.?|manuscript in preparation|work in progress",
    ),
)
_STATUSES: Final = tuple(
    (
        status,
        re.compile(
            rf"\W*(?:{words})\b[\s.:,;]*(?:(?:to|in|at|by|for|with)\s+(?P<where>\S.*?)[\s.,;:]*|\W*)", re.IGNORECASE
        ),
    )
    for status, words in _STATUS
)


def status_in(text: str) -> tuple[str | None, str]:
    """How far a work has got, if that is all that a remark says; and the venue that it names.

    "Submitted to Annals of Statistics" gives "submitted" and the annals.
    """
    if len(text) < 200 and text[:1].isascii():
        for status, pattern in _STATUSES:
            if found := pattern.fullmatch(text):
                where = found["where"] or ""
                for opening, close in ("()", "[]"):
                    if where.count(opening) < where.count(close):  # of "(submitted to …)"
                        where = where.rstrip(close + " .")
                return status, where
    return None, ""
