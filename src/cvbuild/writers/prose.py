"""An outline laid out in few kinds of blocks, for formats that are made of lines: Markdown and plain text.

White space means something there, so no template could be read that prints them; and what a theme decides (fonts,
columns, boxes) has no counterpart. So the arrangement of entries, which the templates of the base theme have for LaTeX,
is told here once in inlines, and each format is a dialect that says how a block and an inline look. What belongs to
the theme all the same is taken from its options: on which side dates stand, and how they are printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cvbuild.checked import Checked
from cvbuild.dates import PartialDate, When
from cvbuild.diagnostics import RAW_LEFT_OUT, Sink
from cvbuild.frozen import frozen
from cvbuild.model import (
    AnyEntry,
    Award,
    Bullet,
    Course,
    Degree,
    Item,
    Person,
    Position,
    Talk,
    Venue,
)
from cvbuild.outline import Block as OutBlock
from cvbuild.outline import Outline, OutSection, Paragraphs, Run
from cvbuild.publications import LegendLine, Listing, ListItem
from cvbuild.text import Date, Emph, Inline, Link, Raw, Str, Strong, Text, Url, plain, walk
from cvbuild.theme import Theme
from cvbuild.words import Words
from cvbuild.writers.base import date_printer

Body = tuple[Inline, ...]
UNDERLINED = frozenset(("advisee", "underlined"))
"""Roles that are underlined; so is every other that stands for a mark."""


@frozen
class Line:
    """A line of an entry, with its date, which is empty if it has none."""

    body: Body
    when: Body = ()


@frozen
class Heading:
    """A heading; the name of the owner is level 0, sections of the document are level 1."""

    level: int
    body: Body


@frozen
class Paragraph:
    """Prose."""

    body: Body


@frozen
class Entry:
    """A thing with a name, and what is said of it; a line, and what stands `below`."""

    lines: tuple[Line, ...]
    below: tuple[Block, ...] = ()


@frozen
class Entries:
    """Entries of one kind."""

    entries: tuple[Entry, ...]


@frozen
class Point:
    """A point of a list."""

    body: Body
    below: tuple[Block, ...] = ()


@frozen
class Points:
    """A list of points; each has a sign before it, unless its label tells enough (`signs` is false)."""

    points: tuple[Point, ...]
    signs: bool = True


@frozen
class Numbered:
    """A work. `label` is its number as the list prints it, `anchor` what citations lead to, `margin` a year beside it.

    `number` is the same without brackets, if it is a plain number of which the theme makes the label.
    """

    label: str | None
    number: int | None
    anchor: str
    body: Body
    margin: Body = ()


@frozen
class Works:
    """A list of works."""

    works: tuple[Numbered, ...]


Block = Heading | Paragraph | Entries | Points | Works


@frozen
class Contact:
    """A way to reach the owner."""

    label: str
    body: Body


@frozen
class Prose:
    """A whole CV."""

    name: str
    headline: Body
    title: Body
    address: tuple[Body, ...]
    contacts: tuple[Contact, ...]
    blocks: tuple[Block, ...]


def make_prose(checked: Checked) -> Prose:
    """The CV, laid out."""
    outline = checked.outline
    labels = checked.theme.options.get("contacts") != "plain"
    return Prose(
        name=outline.name,
        headline=_body(outline.headline),
        title=_body(outline.title),
        address=tuple(line.body for line in outline.address),
        contacts=tuple(
            Contact(c.label if labels and c.label != c.words else "", _linked((Str(c.words),), c.url))
            for c in outline.contacts
        ),
        blocks=(
            *(Paragraph(paragraph.body) for paragraph in outline.summary),
            *_Arranged(outline.words).blocks(outline.blocks, 0),
            *_foot(outline),
        ),
    )


def every_body(prose: Prose) -> Iterator[Body]:
    """Every piece of text in a CV, in order."""
    yield (Str(prose.name),)
    yield prose.headline
    yield prose.title
    yield from prose.address
    for contact in prose.contacts:
        yield contact.body
    yield from _inside(prose.blocks)


def _inside(blocks: Iterable[Block]) -> Iterator[Body]:
    for block in blocks:
        match block:
            case Heading(body=body) | Paragraph(body=body):
                yield body
            case Entries(entries):
                for entry in entries:
                    for line in entry.lines:
                        yield line.when
                        yield line.body
                    yield from _inside(entry.below)
            case Points(points):
                for point in points:
                    yield point.body
                    yield from _inside(point.below)
            case Works(works):
                for work in works:
                    yield work.margin
                    yield work.body


def dates_on_the_left(theme: Theme) -> bool:
    """Whether the theme has a column for dates on the left."""
    return bool(theme.options.get("dates") == "left")


def report_raw(bodies: Iterable[Body], sink: Sink) -> None:
    """Warn of LaTeX in texts, which only LaTeX can print; once for each place, whatever the formats."""
    told = {d.span for d in sink.diagnostics if d.code is RAW_LEFT_OUT}
    for body in bodies:
        for node in walk(body):
            if isinstance(node, Raw) and node.span not in told:
                told.add(node.span)
                sink.add(
                    RAW_LEFT_OUT,
                    "this LaTeX is printed in PDF and LaTeX only, and left out of other formats",
                    node.span,
                )


def visible(body: Iterable[Inline]) -> bool:
    """Whether there is anything to be seen of a text."""
    return any(isinstance(node, Date) or bool(plain((node,)).strip()) for node in body)


def _foot(outline: Outline) -> Iterator[Block]:
    if outline.updated is not None:
        yield Paragraph((Str(outline.words("Last updated") + " "), Date(outline.updated)))


class _Arranged:
    """Arranges blocks as the templates of the base theme do."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def blocks(self, blocks: Iterable[OutBlock], level: int) -> Iterator[Block]:
        for block in blocks:
            match block:
                case OutSection():
                    if block.title is not None:
                        yield Heading(block.level, block.title.body)
                    yield from self.blocks(block.blocks, block.level)
                case Paragraphs(paragraphs=paragraphs):
                    yield from (Paragraph(paragraph.body) for paragraph in paragraphs)
                case LegendLine(text=text):
                    yield Paragraph(text.body)
                case Listing():
                    yield from self.listing(block, level)
                case Run(kind="bullet", entries=points):
                    labels = all(isinstance(p, Bullet) and p.label is not None and not p.bullets for p in points)
                    yield self.points((p for p in points if isinstance(p, Bullet)), signs=not labels)
                case Run(entries=entries):
                    yield Entries(tuple(made for entry in entries for made in self.entry(entry)))

    def listing(self, listing: Listing, level: int) -> Iterator[Block]:
        for group in listing.groups:
            if group.heading is not None:
                yield Heading(level + 1, group.heading.body)
            yield Works(tuple(map(_numbered, group.items)))

    # --- entries ---

    def entry(self, entry: AnyEntry) -> Iterator[Entry]:
        match entry:
            case Talk():
                yield from self.talk(entry)
                return
            case Position(position=name) | Degree(degree=name):
                head = (Strong(_linked(name.body, entry.url)), *_place(entry.at, emph=True), *_place(entry.location))
                head += _remark(entry.note)
            case Course():
                head = (*_duty(entry.role), Emph(_linked(entry.course.body, entry.url)), *_rest(entry))
            case Award():
                head = (*_linked(entry.award.body, entry.url), *_remark(entry.amount), *_rest(entry))
            case Item():
                head = (*_duty(entry.role), *_linked(entry.title.body, entry.url), *_rest(entry))
            case Person():
                head = (Strong(_linked(entry.person.body, entry.url)), *_place(entry.role))
                for at, affiliation in enumerate(entry.affiliations):
                    head += (Str("; " if at else ", "), *affiliation.body)
                if entry.email is not None:
                    head += (Str(", "), *_linked((Str(entry.email),), Url(f"mailto:{entry.email}")))
                head += _remark(entry.note)
            case _:  # a point is a run of its own
                return
        yield Entry((Line(head, _when(entry)), *self.facts(entry)), tuple(self.below(entry)))

    def talk(self, entry: Talk) -> Iterator[Entry]:
        occasions = entry.occasions
        if entry.talk is None:  # only where it was
            for venue in occasions:
                shared = entry if entry.event is None else venue
                head = _linked(venue.event.body, venue.url or entry.url)
                if venue.location is None:
                    head += _place(shared.location)
                head += _rest(venue) if venue.note is not None else (*_rest(venue), *_remark(shared.note))
                below = tuple(self.below(entry)) if venue is occasions[-1] else ()
                yield Entry((Line(head, _date(venue.date or shared.date)),), below)
            return
        title = _linked(entry.talk.body, entry.url)
        own = entry.event is None  # what is said of place and time is said of the talk, not of its only occasion
        if len(occasions) == 1 and not (own and (entry.date or entry.location or entry.note)):
            lines = [Line(title, _date(occasions[0].date)), Line(_occasion(occasions[0]))]
        else:
            lines = [Line((*title, *_rest(entry)), _date(entry.date)) if own else Line(title)]
            lines += [Line(_occasion(venue), _date(venue.date)) for venue in occasions]
        yield Entry(tuple(lines), tuple(self.below(entry)))

    def facts(self, entry: AnyEntry) -> Iterator[Line]:
        """The labelled lines of an entry."""
        word = self.words
        if isinstance(entry, Position | Degree):
            for one, people in (("Advisor", entry.advisor), ("Mentor", entry.mentor)):
                if people:
                    label = word(one + "s" if len(people) > 1 else one)
                    yield Line((Str(f"{label}: "), *self.people(people)))
        if isinstance(entry, Degree) and entry.thesis is not None:
            yield Line((Str(f"{word('Thesis')}: "), *entry.thesis.body))
        if isinstance(entry, Position | Degree | Course | Award | Item):
            for fact in entry.facts:
                yield Line((*fact.label.body, Str(": "), *fact.text.body))

    def people(self, names: tuple[Text, ...]) -> Iterator[Inline]:
        for at, name in enumerate(names):
            if at:
                yield Str(f" {self.words('and')} " if at == len(names) - 1 else ", ")
            yield from name.body

    def below(self, entry: Position | Degree | Course | Award | Item | Person | Talk) -> Iterator[Block]:
        for paragraph in entry.text:
            yield Paragraph(paragraph.body)
        if entry.bullets:
            yield self.points(entry.bullets)

    def points(self, points: Iterable[Bullet], *, signs: bool = True) -> Points:
        return Points(tuple(map(self.point, points)), signs)

    def point(self, point: Bullet) -> Point:
        body: Body = ()
        if point.label is not None:
            colon = (point.text or point.bullets) and plain(point.label.body)[-1:] not in tuple(".:?!")
            body = (Strong((*point.label.body, *((Str(":"),) if colon else ()))), Str(" "))
        first, *others = (paragraph.body for paragraph in point.text) if point.text else ((),)
        below: list[Block] = [Paragraph(other) for other in others]
        if point.bullets:
            below.append(self.points(point.bullets))
        return Point((*body, *first), tuple(below))


def _numbered(item: ListItem) -> Numbered:
    label = item.own if item.own is not None else f"[{item.label}]" if item.label is not None else None
    plain_number = item.own is None and item.label is not None and item.label.isdecimal() and item.label.isascii()
    return Numbered(
        label,
        int(item.label) if plain_number and item.label is not None else None,
        item.anchor,
        item.body.body,
        (Str(item.margin),) if item.margin else (),
    )


def _body(value: Text | None) -> Body:
    return value.body if value is not None else ()


def _linked(body: Body, url: Url | None) -> Body:
    return (Link(url, body),) if url is not None else body


def _place(place: Text | None, *, emph: bool = False) -> Body:
    if place is None:
        return ()
    return (Str(", "), Emph(place.body)) if emph else (Str(", "), *place.body)


def _remark(note: Text | None) -> Body:
    return (Str(" ("), *note.body, Str(")")) if note is not None else ()


def _duty(role: Text | None) -> Body:
    return (Strong(role.body), Str(", ")) if role is not None else ()


def _rest(entry: Course | Award | Item | Talk | Venue) -> Body:
    """What follows a name: where, and a remark."""
    at = entry.at if isinstance(entry, Course | Award | Item) else None
    return (*_place(at), *_place(entry.location), *_remark(entry.note))


def _occasion(venue: Venue) -> Body:
    return (Emph(_linked(venue.event.body, venue.url)), *_rest(venue))


def _when(entry: Position | Degree | Course | Award | Item | Person) -> Body:
    """The date of an entry, or the words that stand for it."""
    if not isinstance(entry, Person) and entry.when is not None:
        return entry.when.body
    return _date(entry.date)


def _date(date: When | None) -> Body:
    return (Date(date),) if date is not None else ()


class Dialect:
    """What the dialects share: how the theme prints dates, in the words of the CV."""

    def __init__(self, checked: Checked, sink: Sink) -> None:
        self.prose = make_prose(checked)
        report_raw(every_body(self.prose), sink)
        self.left = dates_on_the_left(checked.theme)
        self._date = date_printer(checked.theme, checked.outline.words)

    def date(self, value: When | PartialDate) -> str:
        """A date, in the theme's way."""
        return self._date(value)
