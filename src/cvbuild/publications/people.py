"""Lists of people: co-authors of the works, and those whom `people:` registers under a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cvbuild.dates import DateRange, Day, PartialDate, When, sort_key
from cvbuild.diagnostics import EMPTY_PEOPLE, Sink
from cvbuild.frozen import frozen
from cvbuild.model import KnownPerson, PeopleSpec, Person, Work
from cvbuild.names import Name, fold, parse_name, printed
from cvbuild.publications.coauthors import CoAuthor, co_authors
from cvbuild.publications.database import Database
from cvbuild.publications.marks import Marks
from cvbuild.publications.registry import name_of
from cvbuild.publications.select import selected
from cvbuild.publications.who import Who
from cvbuild.text import Date, Emph, Inline, Link, Str, Text, text
from cvbuild.words import Words

_ROLES: Final = {"advisees": "advisee", "advisors": "advisor", "colleagues": "colleague"}
_MANY: Final = 20


@frozen
class People:
    """Who is listed, in this order. `paragraph` is the list as one text, if that is how it shall be set."""

    entries: tuple[Person, ...]
    paragraph: Text | None


def make_people(spec: PeopleSpec, database: Database, who: Who, marks: Marks, words: Words, sink: Sink) -> People:
    """The list that `spec` describes. A list without anybody is reported."""
    found = _ordered(_listed(spec, database, who, marks, sink), spec)
    if not found:
        role = _ROLES.get(spec.select)
        hint = f"give somebody of `people:` the `role: {role}`" if role else None
        sink.add(EMPTY_PEOPLE, "this list of people is empty", spec.span, hint=hint)
    entries = tuple(_entry(one, spec, words) for one in found)
    layout = spec.layout or ("paragraph" if spec.select == "co-authors" and len(entries) > _MANY else "lines")
    return People(entries, _paragraph(entries, spec) if layout == "paragraph" else None)


def _listed(spec: PeopleSpec, database: Database, who: Who, marks: Marks, sink: Sink) -> list[CoAuthor]:
    works = database.works if spec.works is None else selected(spec.works, database, who, marks, sink)
    if spec.select == "co-authors":
        listed = list(co_authors(works, who, sink))
        known = {one.person.key for one in listed if one.person is not None}
        if spec.works is None:  # registered as such, but no work of the database tells it
            more = (p for p in who.people.values() if "co-author" in p.role and p.key not in known)
            listed.extend(CoAuthor(parse_name(name_of(person)), person, ()) for person in more)
        return listed
    counted = spec.order == "works" or not {"works", "years"}.isdisjoint(spec.show)
    theirs: dict[str, tuple[Work, ...]] = {}
    if counted:
        theirs = {one.person.key: one.works for one in co_authors(works, who, Sink()) if one.person is not None}
    return [
        CoAuthor(parse_name(name_of(person)), person, theirs.get(person.key, ()))
        for person in who.people.values()
        if spec.select == "all" or _ROLES[spec.select] in person.role
    ]


def _ordered(found: list[CoAuthor], spec: PeopleSpec) -> list[CoAuthor]:
    order = spec.order or ("name" if spec.select == "co-authors" else "written")
    if order == "written":
        return found
    found = sorted(found, key=lambda one: name_key(one.name))
    if order == "newest":
        found.sort(key=_latest, reverse=True)
    elif order == "works":
        found.sort(key=lambda one: -len(one.works))
    return found


def name_key(name: Name) -> tuple[str, str, str]:
    """For the order of the alphabet: by family name with its particle, then by given name."""
    return fold(f"{name.particle} {name.family}"), fold(name.given), str(name)


def _latest(one: CoAuthor) -> tuple[Day, Day]:
    """The end of the time in `people:`, else the newest work."""
    if one.person is not None and one.person.date is not None:
        return sort_key(one.person.date)
    last = max((date.last for date in one.dates), default=(0, 0, 0))
    return last, last


def _entry(one: CoAuthor, spec: PeopleSpec, words: Words) -> Person:
    person = one.person or KnownPerson(key=str(one.name))
    mentoring = spec.select != "co-authors"
    show = spec.show or (("affiliations", "dates") if mentoring else ("affiliations",))
    date, remarks = None, list[Text]()
    if "works" in show and one.works:
        remarks.append(text(f"{len(one.works)}\u00a0{words('work' if len(one.works) == 1 else 'works')}"))
    if "years" in show:
        date = _years(one.dates)
    if "dates" in show:
        date = person.date or date
    if mentoring and person.now is not None:
        remarks.append(text(f"{words('now')} ", person.now))
    if person.note is not None:
        remarks.append(person.note)
    return Person(
        person=text(printed(str(one.name) or name_of(person))),
        role=person.position if mentoring else None,
        affiliations=person.affiliations if "affiliations" in show else (),
        date=date,
        url=person.url,
        note=text(*_joined(remarks, "; ")) if remarks else None,
        span=person.span or spec.span,
    )


def _years(dates: Iterable[PartialDate]) -> When | None:
    years = [date.year for date in dates]
    if not years:
        return None
    first, last = PartialDate(min(years)), PartialDate(max(years))
    return When((first if first == last else DateRange(first, last),))


def _joined(texts: Iterable[Text], separator: str) -> Iterator[Text | str]:
    for i, one in enumerate(texts):
        if i:
            yield separator
        yield one


def _paragraph(entries: tuple[Person, ...], spec: PeopleSpec) -> Text:
    """All names in one text, with what there is to tell of each in parentheses."""
    told = [list(_told(entry)) for entry in entries]
    separator = "; " if any(told) else ", "
    out: list[Inline] = []
    for i, (entry, facts) in enumerate(zip(entries, told, strict=True)):
        if i:
            out.append(Str(separator))
        out.extend((Link(entry.url, entry.person.body),) if entry.url is not None else entry.person.body)
        if facts:
            out.extend(text(" (", *_joined(facts, "; " if any("," in str(f) for f in facts) else ", "), ")").body)
    return Text(tuple(out), spec.span)


def _told(entry: Person) -> Iterator[Text]:
    if entry.role is not None:
        yield entry.role
    yield from (Text((Emph(place.body),)) for place in entry.affiliations)  # names stand out from them
    if entry.note is not None:
        yield entry.note
    if entry.date is not None:
        yield text(Date(entry.date))
