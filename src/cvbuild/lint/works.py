"""Rules about what one work says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cvbuild.dates import Day, PartialDate
from cvbuild.diagnostics import (
    BACKWARD_PAGES,
    FUTURE_DATE,
    LATEX_IN_TEXT,
    LONG_UNDER_REVIEW,
    NO_YEAR,
    STATUS_ELSEWHERE,
    TITLE_FORM,
)
from cvbuild.lint.findings import Cv, Finding, characters
from cvbuild.model import Work
from cvbuild.publications.database import date_of, kind_of
from cvbuild.text import Str, Text, walk

# Kinds that appear somewhere at some time. A preprint may be a draft, software and data are never finished.
_APPEARS = ("article", "conference", "workshop", "chapter", "book", "thesis", "report", "patent")
_WAITING = ("submitted", "under review", "accepted", "in press")
_ARXIV_MONTH = re.compile(r"([0-9]{2})(0[1-9]|1[0-2])\.[0-9]")
_PAGES = re.compile(r"\s*([0-9]+)\s*(?:-{1,3}|[‐-―−])\s*([0-9]+)\s*")
_STATUS = re.compile(
    r"(?:(?P<submitted>submitted)|(?P<review>(?:currently )?(?:under|in) review)|(?P<accepted>accepted)"
    r"|(?P<press>to appear|forthcoming|in press)|(?P<preparation>in preparation))(?: (?:to|in|at|for) .*| for publication)?\.?",
    re.IGNORECASE,
)
_STATUS_OF = {
    "submitted": "submitted", "review": "under review", "accepted": "accepted", "press": "in press",
    "preparation": "in preparation",
}  # fmt: skip
_LATEX = re.compile(r"\{[^{}\s]*\}|\\[a-zA-Z]+")
_ACCENT = re.compile(r"""\\['^"]\{?[a-zA-Z]\}?""")
_MAY_END_WITH_POINT = re.compile(r"(?:\b(?:etc|al|inc|jr|sr|vol|no|co|ltd|st|dr|vs|[A-Za-z])|\.)\.$", re.IGNORECASE)


def no_year(cv: Cv) -> Iterator[Finding]:
    """A published work without a year, where others have one."""
    if not any(date_of(work) for work in cv.works):
        return
    for work in cv.works:
        if work.status == "published" and date_of(work) is None and kind_of(work) in _APPEARS:
            hint = "write `year:`, or `status:` if it has not appeared yet"
            yield Finding(NO_YEAR, f"`{work.key}` is published, but without a year", work.span, (work.key,), hint)


def long_under_review(cv: Cv) -> Iterator[Finding]:
    """Submitted, under review, accepted or in press for more than two years."""
    year, month, day = cv.today
    for work in cv.works:
        date = date_of(work) or _of_arxiv(work)
        if work.status in _WAITING and date is not None and date.last < (year - 2, month, day):
            since = " ".join(filter(None, (f"since {date.year}", "or longer" if date_of(work) is None else "")))
            message = f"`{work.key}` is `{work.status}` {since}: more than two years"
            hint = "has it appeared, or been withdrawn?"
            yield Finding(LONG_UNDER_REVIEW, message, cv.place(work, "status"), (work.key,), hint)


def _of_arxiv(work: Work) -> PartialDate | None:
    """When a work came to arXiv, by its number."""
    found = _ARXIV_MONTH.match(work.arxiv or "")
    return PartialDate(2000 + int(found[1]), int(found[2])) if found else None


def future_date(cv: Cv) -> Iterator[Finding]:
    """Published more than three months from now, or not published and more than three years ahead."""
    for work in cv.works:
        date = date_of(work)
        limit = _later(cv.today, 3 if work.status == "published" else 36)
        if date is not None and date.first > limit:
            message = f"`{work.key}` is `{work.status}` with a date in the future"
            place = cv.place(work, "date" if work.date is not None else "year")
            hint = "is the year right? What has not appeared yet has a `status:`"
            yield Finding(FUTURE_DATE, message, place, (work.key,), hint if work.status == "published" else None)


def _later(day: Day, months: int) -> Day:
    years, month = divmod(day[1] - 1 + months, 12)
    return day[0] + years, month + 1, day[2]


def backward_pages(cv: Cv) -> Iterator[Finding]:
    """Pages that end before they begin. `1234-56` is 1234 to 1256."""
    for work in cv.works:
        found = _PAGES.fullmatch(work.pages or "")
        if found is None:
            continue
        start, end = found[1], found[2]
        if len(end) < len(start):
            end = start[: len(start) - len(end)] + end
        if int(end) < int(start):
            message = f"the pages of `{work.key}` end before they begin: {work.pages}"
            yield Finding(BACKWARD_PAGES, message, cv.place(work, "pages"), (work.key,))


def title_form(cv: Cv) -> Iterator[Finding]:
    """A title in capitals, or with a full stop that the style adds itself."""
    for work in cv.works:
        title = characters(work.title).strip()
        place = cv.place(work, "title")
        if title.isupper() and len(title.split()) > 2 and sum(map(str.isalpha, title)) > 14:
            yield Finding(TITLE_FORM, f"the title of `{work.key}` is all in capitals", place, (work.key,))
        if title.endswith(".") and not _MAY_END_WITH_POINT.search(title):
            message = f"the title of `{work.key}` ends with a full stop"
            yield Finding(TITLE_FORM, message, place, (work.key,), "styles put one where it belongs")


def latex_in_text(cv: Cv) -> Iterator[Finding]:
    r"""Braces or commands of LaTeX in a title or the name of a venue, where they are printed as they stand.

    Formulas between dollars and code between backticks may hold them.
    """
    for work in cv.works:
        for name in ("title", "journal", "conference", "workshop", "book", "venue", "publisher"):
            value: Text | None = getattr(work, name)
            if not value:
                continue
            texts = [node.text for node in walk(value.body) if isinstance(node, Str)]
            found = next((found for text in texts if (found := _LATEX.search(text))), None)
            written = value.span.text if value.span is not None and cv.is_own(work) else ""
            if found is None and not written.startswith('"'):
                found = _ACCENT.search(written)
            if found is not None:
                message = f"`{found[0]}` in the {name} of `{work.key}` is LaTeX, and printed as text"
                hint = "YAML needs no braces around capitals, and takes letters with accents as they are"
                yield Finding(LATEX_IN_TEXT, message, cv.place(work, name), (work.key,), hint)


def status_elsewhere(cv: Cv) -> Iterator[Finding]:
    """“To appear”, “submitted” and the like in a note or in place of a journal, of a work that is called published."""
    for work in cv.works:
        if work.status != "published":
            continue
        for name in ("note", "journal", "conference", "venue"):
            value = getattr(work, name)
            found = _STATUS.fullmatch(characters(value).strip()) if value else None
            if found is not None:
                status = _STATUS_OF[str(found.lastgroup)]
                message = f"`{work.key}` is “{characters(value)}” by its {name}, but counts as published"
                yield Finding(STATUS_ELSEWHERE, message, cv.place(work, name), (work.key,), f"write `status: {status}`")
