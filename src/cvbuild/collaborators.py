"""The facts of the NSF template "Collaborators & Other Affiliations", from `people:` and the works."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from cvbuild.dates import DateRange, DateStyle, Day, PartialDate, When, format_when
from cvbuild.diagnostics import NO_AFFILIATION, UNDATED_WORK, Sink
from cvbuild.frozen import frozen
from cvbuild.model import Document, KnownPerson, PersonRole, Position, Section, Work
from cvbuild.names import Identity, Name, parse_name
from cvbuild.publications import Database, Who, co_authors, date_of, name_key, name_of
from cvbuild.spreadsheets import Sheet, to_csv

Table = Literal["1", "3", "4"]
HEADS: Final = ("Table", "Type", "Name", "Organizational Affiliation", "Optional (email)", "Last Active", "Note")
_SHEETS: Final[dict[Table, str]] = {"1": "1 Yourself", "3": "3 Advisors and advisees", "4": "4 Co-authors"}
_TYPES: Final[tuple[tuple[PersonRole, str], ...]] = (("advisor", "G"), ("advisee", "T"))
_NAMED: Final = 5


@frozen(kw_only=True)
class Row:
    """One row of one of the tables. `type` is the template's letter, `note` a help for you that it has no place for."""

    table: Table
    type: str = ""
    name: str
    affiliation: str = ""
    email: str = ""
    last_active: str = ""
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """As in `HEADS`."""
        return self.table, self.type, self.name, self.affiliation, self.email, self.last_active, self.note


def collaborators(document: Document, database: Database, today: date, months: int, sink: Sink) -> tuple[Row, ...]:
    """The rows of tables 1, 3 and 4. What is missing for them is reported.

    A work counts if any day that its date may mean is in the `months` before `today`. One that is still to appear
    counts as of today, unless it bears an older date. One that has appeared and has no date counts, to be on the safe
    side, and is reported.
    """
    who = Who(Identity.of(document.name, document.aliases), document.people, sink, database.works)
    first = _months_before(today, months)
    recent = {work.key: work for work in database.works if _is_recent(work, first, today)}
    _report_undated(recent.values(), sink)
    rows = [*_oneself(document, today), *_advising(document)]
    for one in sorted(co_authors(recent.values(), who, sink), key=lambda one: name_key(one.name)):
        active = max((_active(work, today) for work in one.works), key=lambda when: when.last if when else (0, 0, 0))
        rows.append(_row("4", "A", one.name, one.person, active))
    who.report()
    _report_missing(rows, sink)
    return tuple(rows)


def as_csv(rows: Iterable[Row]) -> bytes:
    """All tables in one."""
    return to_csv(HEADS, (row.cells for row in rows))


def as_sheets(rows: Iterable[Row]) -> tuple[Sheet, ...]:
    """Each table with the columns of the template, to be copied there."""
    rows = tuple(rows)
    return tuple(
        Sheet(name, HEADS[1:], tuple(row.cells[1:] for row in rows if row.table == table))
        for table, name in _SHEETS.items()
    )


def in_parts(name: Name) -> str:
    """A name as the template wants it: "Last, First, Middle"."""
    first, _, middle = name.given.partition(" ")
    family = " ".join(filter(None, (name.particle, name.family, name.suffix)))
    return ", ".join(filter(None, (family, first, middle)))


def _is_recent(work: Work, first: Day, today: date) -> bool:
    when = date_of(work)
    if when is None:
        return True
    return when.last >= first and (work.status != "published" or when.first <= _day(today))


def _active(work: Work, today: date) -> PartialDate | None:
    """When the authors last worked on it, as far as that is known."""
    if work.status != "published":
        return PartialDate(today.year, today.month, today.day)
    return date_of(work)


def _oneself(document: Document, today: date) -> Iterator[Row]:
    """The owner, once for each institution of the last twelve months."""
    own = Row(table="1", name=in_parts(parse_name(document.name)), email=next(iter(document.email), ""))
    found: dict[str, Row] = {}
    for position in _positions(document.sections):
        for part in position.date.parts if position.date is not None else ():
            start, end = (part.start, part.end) if isinstance(part, DateRange) else (part, part)
            last = end if isinstance(end, PartialDate) else None
            begun = start is None or start.first <= _day(today)
            if position.at is not None and begun and (last is None or last.last >= _months_before(today, 12)):
                over = last if last is not None and last.last < _day(today) else None
                row = replace(own, affiliation=str(position.at), last_active=_written(over))
                found.setdefault(row.affiliation, row)
    yield from found.values() or (own,)


def _positions(sections: Iterable[Section]) -> Iterator[Position]:
    for section in sections:
        yield from (entry for entry in section.entries if isinstance(entry, Position))
        yield from _positions(section.sections)


def _advising(document: Document) -> Iterator[Row]:
    for role, letter in _TYPES:
        for person in document.people:
            if role in person.role:
                note = str(person.position) if person.position is not None else ""
                yield replace(_row("3", letter, parse_name(name_of(person)), person), note=note)


def _row(table: Table, letter: str, name: Name, person: KnownPerson | None, active: PartialDate | None = None) -> Row:
    return Row(
        table=table,
        type=letter,
        name=in_parts(name),
        affiliation=str(person.affiliations[0]) if person is not None and person.affiliations else "",
        email=(person.email or "") if person is not None else "",
        last_active=_written(active),
    )


def _report_undated(works: Iterable[Work], sink: Sink) -> None:
    for work in works:
        if work.status == "published" and date_of(work) is None:
            hint = "give it a `date` or a `year`"
            sink.add(UNDATED_WORK, f"`{work.key}` has no date; its authors are listed", work.span, hint=hint)


def _report_missing(rows: Iterable[Row], sink: Sink) -> None:
    people = {(row.name, row.affiliation): row for row in rows if row.table != "1"}
    missing = [row.name for row in people.values() if not row.affiliation]
    if any(row.table == "1" and not row.affiliation for row in rows):
        hint = "a `position` with `at` and `date` tells it"
        sink.add(NO_AFFILIATION, "your own affiliation of the last 12 months is not known", hint=hint)
    if missing:
        names = "; ".join(missing[:_NAMED]) + (f"; and {len(missing) - _NAMED} more" if len(missing) > _NAMED else "")
        message = f"the affiliations of {len(missing)} of {len(people)} people are not known: {names}"
        sink.add(NO_AFFILIATION, message, hint="write `affiliations:` for each of them below `people:`")


def _written(when: PartialDate | None) -> str:
    """A date as precisely as it is known: 2020, 2020-07, 2020-07-31."""
    return format_when(When((when,)), DateStyle("2012-07")) if when is not None else ""


def _day(day: date) -> Day:
    return day.year, day.month, day.day


def _months_before(day: date, months: int) -> Day:
    year, month = divmod(max(day.year * 12 + day.month - 1 - months, 12), 12)
    return year, month + 1, min(day.day, monthrange(year, month + 1)[1])
