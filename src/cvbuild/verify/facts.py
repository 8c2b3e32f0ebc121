"""What a PDF of an outline must hold, part by part, taken from the values themselves.

The walk knows the fields of no class: whatever is a text, a date, an address or a
string counts, so that a new field cannot be forgotten. Only what is known not to
be printed is listed (`SILENT`). A *unit* is what stands in its place in the document: a heading,
an entry's head, a paragraph, a point, a work. Inside a unit the theme may arrange the parts.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cvbuild.dates import PartialDate, When
from cvbuild.frozen import frozen
from cvbuild.model import Bullet, Entry, Record, Talk, Venue
from cvbuild.outline import Contact, Outline, OutSection, Paragraphs, Run
from cvbuild.publications import Group, LegendLine, Listing, ListItem
from cvbuild.source import Span
from cvbuild.text import (
    Break,
    Code,
    Date,
    Icon,
    Inline,
    Link,
    Mark,
    Math,
    Raw,
    Ref,
    Str,
    Text,
    Url,
    children,
    plain,
)
from cvbuild.text import Count as TextCount
from cvbuild.verify.printed import compact
from cvbuild.writers.bidi import has_right

# Fields that say how something is printed, where it stands, or where it was written: not words.
SILENT: dict[type, frozenset[str]] = {
    Outline: frozenset(  # `updated` stands in the foot, and is looked for there; of a photo it is known if a theme asks for it
        ("language", "updated", "words", "photo")
    ),
    Contact: frozenset(("kind", "label")),  # a theme may show an icon, or nothing
    Paragraphs: frozenset(("kind",)),
    Run: frozenset(("kind",)),
    OutSection: frozenset(("kind", "anchor")),
    Listing: frozenset(("kind", "widest", "labels", "legend")),  # their labels are those of the items
    LegendLine: frozenset(("kind",)),
    ListItem: frozenset(("anchor", "work", "label", "own")),  # see `_item`; the work is what the body was made of
}
_EVERYWHERE = frozenset(("span", "tags", "written"))
# What stands behind all else of its unit, in its own place.
_PLACED = (Entry, Venue, OutSection, Paragraphs, Run, Listing, LegendLine, Group, ListItem)
# What runs from left to right for sure: from a letter to a letter, with nothing between them that runs the other way.
_RIGHT = "\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc"
_LEFT = re.compile(rf"([^\W\d_{_RIGHT}](?:[^{_RIGHT}]*[^\W\d_{_RIGHT}])?)")
_BRACKETS = frozenset("()[]{}<>«»‹›“”‘’-")  # which are mirrored, or end a line
_LIGATURE = re.compile("[\ufb00-\ufb06]")  # which fonts give as letters, even where one was typed
_RAW = 400  # characters that raw LaTeX may print, and some for each of its own
_PROSE = frozenset(("text", "paragraphs", "summary"))


@frozen
class Lit:
    """Characters that must stand there, without spaces; `words` are the same with spaces."""

    text: str
    words: str


@frozen
class Loose:
    """What readers give in an order of their own: a formula, or text around letters that run from right to left.

    All its `signs` must be there; for a formula, between what stands around it, in `room` characters at most. `plain` is
    how a formula is written where there are letters only. Raw LaTeX has neither words nor signs: what it prints, TeX alone knows.
    """

    words: str
    signs: str
    room: int = 0
    plain: str = ""


@frozen
class Lead:
    """Words that must lead to an address, or to a place in the document.

    `nth` counts how often the same letters stand before them in their text.
    """

    words: str
    href: str | None = None
    target: str | None = None
    nth: int = 0


@frozen(eq=False)
class Part:
    """One text that must stand somewhere in its unit, whole. `field` is what it is called in the model."""

    field: str
    pieces: tuple[Lit | Loose, ...]
    span: Span | None = None
    leads: tuple[Lead, ...] = ()
    marks: int = 0

    @property
    def words(self) -> str:
        """The text as it should be read."""
        return "".join(p.words for p in self.pieces)

    @property
    def turned(self) -> bool:
        """Whether some of it runs from right to left: then readers put it, and the signs around it, in an order of theirs."""
        return any(isinstance(p, Loose) and not p.room for p in self.pieces)

    @property
    def plain(self) -> str:
        """The same without TeX's signs, as a bookmark has it."""
        return "".join(p.plain if isinstance(p, Loose) and p.room else p.words for p in self.pieces)

    @property
    def size(self) -> int:
        """How many characters are known of it."""
        return sum(len(p.text) if isinstance(p, Lit) else len(p.signs) if p.room else 0 for p in self.pieces)

    @property
    def blank(self) -> bool:
        """Whether there is nothing to look for: only raw LaTeX, or signs of a formula that are no letters."""
        return not self.size and not self.turned


@frozen(eq=False)
class Unit:
    """Parts that stand in one place, in the theme's order. `url` is where one of them must lead.

    `shared` tells that what is said here holds for what follows, so that a theme may say it there again. `aside`
    tells that it stands in a side column.
    """

    kind: str
    parts: tuple[Part, ...]
    url: Url | None = None
    span: Span | None = None
    level: int = 0
    anchor: str = ""
    shared: bool = False
    aside: bool = False


def units_of(outline: Outline, when: Callable[[When | PartialDate], str]) -> tuple[Unit, ...]:
    """All that must be printed of an outline, in order; `when` tells a date in the theme's form.

    What stands in a side column (`Unit.aside`) follows behind all else, in its own order: contacts, then sections.
    """
    units = tuple(_Walk(when, outline).record(outline, "header"))
    return (*(unit for unit in units if not unit.aside), *(unit for unit in units if unit.aside))


class _Walk:
    def __init__(self, when: Callable[[When | PartialDate], str], whole: Outline) -> None:
        self.when, self.whole = when, whole
        self.aside = False  # whether all that is met stands in the side column

    def record(self, value: Any, kind: str) -> Iterator[Unit]:
        """The unit of a record, and those behind it."""
        parts: list[Part] = []
        later: list[Unit] = []
        around, self.aside = self.aside, self.aside or getattr(value, "aside", False)
        self._fill(value, parts, later)
        aside, self.aside = self.aside, around
        if isinstance(value, ListItem):
            parts = [*self._number(value), *parts]
        if isinstance(value, Outline) and value.columns:
            kinds = {"address", *(contact.kind for contact in value.contacts)}
            contacts = tuple(part for part in parts if part.field in kinds)
            parts = [part for part in parts if part not in contacts]
            if contacts:
                yield Unit("contacts", contacts, span=value.span, aside=True)
        if parts:
            yield Unit(
                kind,
                tuple(parts),
                (value.venues[0].url if _bare(value) else None) or getattr(value, "url", None),
                getattr(value, "span", None) or parts[0].span,
                value.level if isinstance(value, OutSection) else 0,
                getattr(value, "anchor", ""),
                _bare(value),
                aside,
            )
        yield from later

    def _fill(self, value: Any, parts: list[Part], later: list[Unit]) -> None:
        silent = SILENT.get(type(value), frozenset()) | _EVERYWHERE
        span = getattr(value, "span", None)
        own_words = getattr(value, "when", None)
        for f in dataclasses.fields(value):
            if f.name in silent or (f.name == "date" and own_words):  # `when` is printed where the date would be
                continue
            inner, place = getattr(value, f.name), field_span(f.name, span, value)
            if f.name == "venues" and _bare(value):
                self._fill(inner[0], parts, later)
                inner = inner[1:]
            if f.name in _PROSE and isinstance(inner, tuple):
                self._prose(inner, f.name, place, parts if isinstance(value, Bullet) else None, later)
            else:
                self._value(inner, f.name, place, parts, later)

    def _prose(
        self, texts: tuple[Text, ...], field: str, span: Span | None, head: list[Part] | None, later: list[Unit]
    ) -> None:
        """Paragraphs. The first one of a point stands on the line of its label, in the `head` of the unit."""
        for text in filter(None, texts):
            part = part_of(text, field, span, self.when)
            if head is not None:
                head.append(part)
                head = None
            else:
                later.append(Unit("paragraph", (part,), span=part.span, aside=self.aside))

    def _value(self, value: Any, field: str, span: Span | None, parts: list[Part], later: list[Unit]) -> None:
        match value:
            case None | bool() | int() | Url():
                pass  # addresses are looked for as links: see `Unit.url`
            case str():
                if compact(value):
                    parts.append(Part(field, tuple(_pieces(value)), span))
            case Text():
                if value:
                    parts.append(part_of(value, field, span, self.when))
            case When() | PartialDate():
                parts.append(Part(field, tuple(_pieces(self.when(value))), span))
            case tuple():
                for item in value:
                    self._value(item, field, span, parts, later)
            case Contact():
                leads = (Lead(compact(value.words), value.url.href),) if value.url is not None else ()
                place = field_span(value.kind, self.whole.span, self.whole)
                parts.append(Part(value.kind, tuple(_pieces(value.words)), place, leads))
            case _ if isinstance(value, _PLACED):
                later.extend(self.record(value, type(value).__name__.lower()))
            case _ if dataclasses.is_dataclass(value):
                self._fill(value, parts, later)
            case _:
                raise TypeError(f"nothing is known of a {type(value).__name__}")

    def _number(self, item: ListItem) -> Iterator[Part]:
        number = item.own if item.own is not None else item.label
        if number is not None and compact(number):
            yield Part("number", tuple(_pieces(number)), item.span)


def part_of(value: Text, field: str, span: Span | None, when: Callable[[When | PartialDate], str]) -> Part:
    """The part that a text is."""
    found = _Inlines(when)
    found.add(value.body)
    return Part(field, found.done(), value.span or span, tuple(found.leads), found.marks)


class _Inlines:
    """Collects what is seen of inlines."""

    def __init__(self, when: Callable[[When | PartialDate], str]) -> None:
        self.when = when
        self.pieces: list[Lit | Loose] = []
        self.literal: list[str] = []
        self.leads: list[Lead] = []
        self.marks = 0

    def add(self, body: Iterable[Inline]) -> None:
        for node in body:
            match node:
                case Str(words) | Code(words):
                    self.literal.append(words)
                case Mark(words):
                    self.marks += 1
                    self.literal.append(words)
                case Icon(label=words):
                    self.literal.append(words)
                case Break():
                    self.literal.append(" ")
                case Date(value):
                    self.literal.append(self.when(value))
                case TextCount(name):
                    self.literal.append(f"[#{name}]")
                case Raw(tex):
                    self._close()
                    self.pieces.append(Loose("", "", _RAW + 3 * len(tex)))
                case Math(tex):
                    self._close()
                    self.pieces.append(_formula(tex, plain((node,))))
                case _:
                    before = self.seen()
                    self.add(children(node))
                    if isinstance(node, Link | Ref):
                        inside = _Inlines(self.when)
                        inside.add(node.body)
                        words = inside.seen()
                        nth = sum(1 for _ in occurrences(words, before))
                        if words and isinstance(node, Link):
                            self.leads.append(Lead(words, href=node.url.href, nth=nth))
                        elif words and isinstance(node, Ref):
                            self.leads.append(Lead(words, target=node.target, nth=nth))

    def seen(self) -> str:
        """All literal characters so far, without spaces."""
        return "".join(compact(p.words) for p in self.pieces if isinstance(p, Lit)) + compact("".join(self.literal))

    def _close(self) -> None:
        words = "".join(self.literal)
        self.pieces.extend(_pieces(words))
        self.literal.clear()

    def done(self) -> tuple[Lit | Loose, ...]:
        self._close()
        return tuple(self.pieces)


def _bare(value: object) -> bool:
    """Whether a talk has neither title nor event: then its date, place and remark stand beside its first occasion."""
    return isinstance(value, Talk) and value.talk is None and value.event is None and bool(value.venues)


def occurrences(words: str, text: str) -> Iterator[int]:
    """Where `words` stand in a text."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _lit(words: str) -> Lit:
    words = _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), words)
    return Lit(compact(words), words)


def _pieces(words: str) -> Iterator[Lit | Loose]:
    """Text as pieces: what runs from right to left stands for itself, with all around it that has no direction."""
    if not has_right(words):
        if compact(words):
            yield _lit(words)
        return
    for n, piece in enumerate(_LEFT.split(words)):
        if n % 2:
            yield _lit(piece)
        elif compact(piece):
            signs = "".join(c for c in unicodedata.normalize("NFKC", compact(piece)) if c not in _BRACKETS)
            yield Loose(piece, signs)


def _formula(tex: str, letters: str) -> Loose:
    signs = "".join(c for c in unicodedata.normalize("NFKC", letters) if c.isalnum())
    return Loose(f"${tex}$", signs, 3 * len(tex) + 10, letters)


def field_span(name: str, span: Span | None, value: object) -> Span | None:
    """Where a field of a record is written, as well as can be told."""
    if span is None or not isinstance(value, Record | Outline):
        return span
    start = r"^" if isinstance(value, Outline) else r"(?<![\w-])"
    key = re.compile(rf"{start}['\"]?{re.escape(name.replace('_', '-'))}['\"]?\s*:\s*", re.MULTILINE)
    found = key.search(span.source.text, span.start, span.end)
    if found is None:
        return span
    line = span.source.text.find("\n", found.end())
    return Span(span.source, found.end(), max(found.end() + 1, line if line >= 0 else span.end))
