"""What a CV says, but its outline does not: a loss on the way from the file to what is printed.

Three steps are looked at. Each scalar of the YAML must have become a value of the document, or stand under a key that is
read; each text, date and address of the document must be a part of the outline; and each listed work must have its title
and its authors there. What tells how things are printed (lists, styles, marks, the theme, …) is known not to be printed.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from cvbuild.checked import Loaded
from cvbuild.dates import PartialDate, When
from cvbuild.model import (
    Citations,
    Count,
    Document,
    KnownPerson,
    Legend,
    Lint,
    ListSpec,
    MarkSpec,
    PeopleSpec,
    Photo,
    Profile,
    Publications,
    Record,
    StyleSpec,
    ThemeChoice,
    Variant,
    WordChoice,
)
from cvbuild.names import parse_name
from cvbuild.outline import Outline, OutSection
from cvbuild.publications import Listing, ListItem
from cvbuild.source import Source, Span
from cvbuild.text import Cite, Text, Url, plain, walk
from cvbuild.text import Count as TextCount
from cvbuild.tree import Mapping, Node, Scalar, Sequence
from cvbuild.verify.facts import Unit, field_span, part_of
from cvbuild.verify.printed import compact

# What is said of how things are printed, and the databases of works and people, of which lists print what they select.
SETTINGS: Final = (
    Citations, Count, KnownPerson, Legend, Lint, ListSpec, MarkSpec, PeopleSpec, Photo, Publications, StyleSpec,
    ThemeChoice, Variant, WordChoice,
)  # fmt: skip
SILENT: Final[dict[type, frozenset[str]]] = {
    Document: frozenset(("aliases", "language", "private", "updated"))
}  # `updated` is looked for in the feet

Said = tuple[str, Span | None]


def unsaid(
    document: Document,
    outline: Outline,
    units: tuple[Unit, ...],
    loaded: Loaded | None,
    when: Callable[[When | PartialDate], str],
) -> Iterator[Said]:
    """What is lost, and where it was written."""
    printed = Counter(compact(part.words) for unit in units for part in unit.parts)
    hrefs = {lead.href for unit in units for part in unit.parts for lead in part.leads}
    hrefs |= {unit.url.href for unit in units if unit.url is not None}
    whole = tuple(printed)
    for value, span in _values(document, document.span):
        match value:
            case Url():
                lost = value.href not in hrefs
                words = value.href
            case Text() if any(isinstance(node, Cite | TextCount) for node in walk(value.body)):
                # What a citation becomes is known to the outline alone; what stands around it is known here.
                words = plain(value.body)
                texts = [compact(node) for node in _literals(value)]
                lost = not any(all(text in one for text in texts) for one in whole)
            case Text():
                words = part_of(value, "", None, when).words
                lost = not _take(words, printed)
            case When() | PartialDate():
                words = when(value)
                lost = not _take(words, printed)
            case Profile():
                words = value.label or value.user
                shown = compact(words.rstrip("/").rpartition("/")[2])
                lost = not any(shown in one for one in (*whole, *(compact(href or "") for href in hrefs)))
            case _:
                words = str(value)
                lost = not _take(words, printed)
        if lost and compact(words):
            yield words, getattr(value, "span", None) or span
    yield from _works(outline)
    if loaded is not None:
        yield from _nodes(loaded.root, loaded.document, printed, hrefs)


def _take(words: str, printed: Counter[str]) -> bool:
    """Whether a text is printed once more than it was asked for."""
    key = compact(words)
    printed[key] -= 1
    return printed[key] >= 0


def _literals(text: Text) -> Iterator[str]:
    for node in walk(text.body):
        inner = getattr(node, "text", None)
        if isinstance(inner, str):
            yield inner


def _values(value: Any, span: Span | None) -> Iterator[tuple[Any, Span | None]]:
    """Everything in a document that is to be printed."""
    match value:
        case None | bool() | int():
            return
        case str() | Text() | When() | PartialDate() | Url() | Profile():
            if value:
                yield value, span
        case tuple():
            for item in value:
                yield from _values(item, span)
        case _ if isinstance(value, SETTINGS):
            return
        case Record():
            silent = SILENT.get(type(value), frozenset()) | {"span", "tags", "written"}
            own_words = getattr(value, "when", None)
            for f in dataclasses.fields(value):
                if f.name not in silent and not (f.name == "date" and own_words):
                    yield from _values(getattr(value, f.name), field_span(f.name, value.span, value))
        case _:
            raise TypeError(f"nothing is known of a {type(value).__name__}")


def _works(outline: Outline) -> Iterator[Said]:
    """Titles and authors of listed works that their items do not have, though items of the same list do."""
    owner = parse_name(outline.name).family
    for listing in _listings(outline):
        titled = [item for item in listing.items if _has(item, plain(item.work.title.body))]
        for item in listing.items:
            title = plain(item.work.title.body)
            if titled and item not in titled and compact(title):
                yield title, item.work.title.span or item.span
        named = any(_has(item, a.name.family) for item in listing.items for a in item.work.authors)
        for item in listing.items if named else ():
            body = compact(str(item.body))
            shortened = "etal" in body or "…" in body
            for author in item.work.authors:
                if author.me or author.name.family == owner:  # whom a style may leave out
                    continue
                if not _has(item, author.name.family) and not shortened:
                    yield str(author.name), author.span or item.span


def _has(item: ListItem, words: str) -> bool:
    return _folded(words) in _folded(str(item.body))


def _folded(words: str) -> str:
    """Text as names and titles are compared: styles may change their letters and their apostrophes."""
    return compact(words).casefold().replace("'", "’")


def _listings(outline: Outline) -> Iterator[Listing]:
    def inside(blocks: tuple[Any, ...]) -> Iterator[Listing]:
        for block in blocks:
            if isinstance(block, Listing):
                yield block
            elif isinstance(block, OutSection):
                yield from inside(block.blocks)

    return inside(outline.blocks)


# --- the YAML ---

_SETTING_KEYS: Final = frozenset(
    f.name
    for f in dataclasses.fields(Document)
    if f.name not in ("name", "headline", "title", "address", "phone", "email", "website", "summary", "sections")
)
_SETTINGS_BELOW: Final = frozenset(("publications", "people", "legend", "tags", "private"))  # keys of a section


def _nodes(root: Node, document: Document, printed: Counter[str], hrefs: set[str | None]) -> Iterator[Said]:
    """Scalars of the file that became nothing."""
    if not isinstance(root, Mapping):
        return
    starts: dict[Source, list[int]] = {}
    keys: set[tuple[Source, int, str]] = set()
    _read(document, starts, keys)
    for offsets in starts.values():
        offsets.sort()

    def known(scalar: Scalar) -> bool:
        ordered = starts.get(scalar.span.source, [])
        at = bisect_left(ordered, scalar.span.start)
        return at < len(ordered) and ordered[at] < max(scalar.span.end, scalar.span.start + 1)

    def visit(node: Node, read: bool, settings: frozenset[str]) -> Iterator[Said]:
        match node:
            case Scalar(text=text):
                fine = read or node.null or known(node) or compact(text) in printed or text in hrefs
                if not fine and compact(text):
                    yield text, node.span
            case Sequence(items=items):
                for item in items:
                    yield from visit(item, False, _SETTINGS_BELOW)
            case Mapping(pairs=pairs):
                for key, value in pairs:
                    if key.text in settings:
                        continue
                    name = key.text.replace("-", "_")
                    yield from visit(value, (node.span.source, node.span.start, name) in keys, _SETTINGS_BELOW)

    yield from visit(root, False, _SETTING_KEYS)


def _read(value: Any, starts: dict[Source, list[int]], keys: set[tuple[Source, int, str]]) -> None:
    """Where each text and each record of a document begins, and which keys it was given."""
    match value:
        case Text(span=span):
            if span is not None:
                starts.setdefault(span.source, []).append(span.start)
        case tuple():
            for item in value:
                _read(item, starts, keys)
        case Record():
            if value.span is not None:
                starts.setdefault(value.span.source, []).append(value.span.start)
                keys.update((value.span.source, value.span.start, name) for name in value.written)
            for f in dataclasses.fields(value):
                if f.name not in ("span", "written"):
                    _read(getattr(value, f.name), starts, keys)
