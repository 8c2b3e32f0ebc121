"""`Document` -> `Outline`: what is written becomes what is printed, list by list and section by section."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cvbuild import clock
from cvbuild.dates import TODAY, Day, PartialDate
from cvbuild.diagnostics import BAD_CHOICE, UNKNOWN_COUNT, Sink, closest
from cvbuild.model import AnyEntry, Document, Legend, ListSpec, MarkSpec, PeopleSpec, Person, Section
from cvbuild.names import Identity, parse_name
from cvbuild.outline.blocks import Block, Outline, OutSection, Paragraphs, Run
from cvbuild.outline.contacts import contacts_of
from cvbuild.outline.references import References
from cvbuild.publications import (
    Database,
    Listing,
    Marks,
    Styles,
    Typesetter,
    Who,
    check_registry,
    check_styles,
    make_legend,
    make_listings,
    make_people,
    selected,
)
from cvbuild.source import Span
from cvbuild.words import ENGLISH, Words

if TYPE_CHECKING:
    from cvbuild.pictures import Portrait

_COUNT_NAME = re.compile(r"[\w.:+-]*\w")


def make_outline(
    document: Document,
    database: Database,
    sink: Sink,
    marks: tuple[MarkSpec, ...] = (),
    styles: Styles = (),
    photo: Portrait | None = None,
    today: Callable[[], Day] = clock.today,
) -> Outline:
    """Resolve a document. What cannot be resolved is reported, and left out of the result.

    `database` holds its works, those of files too. `marks` is what the theme says of marks; `styles` are the theme's.
    `today` is asked only if the day is printed.
    """
    builder = _Builder(document, database, sink, marks, styles, today)
    outline = builder.outline(photo)
    builder.who.report()
    return outline


class _Builder:
    def __init__(
        self,
        document: Document,
        database: Database,
        sink: Sink,
        marks: tuple[MarkSpec, ...],
        styles: Styles,
        today: Callable[[], Day],
    ) -> None:
        self.document, self.today = document, today
        self.sink = sink
        self.words = Words({w.word: w.text for w in document.words})
        self._check_words()
        self.database = database
        own = {style.name: style for style in document.styles if style.name is not None}
        self.styles: Styles = (own, *styles)
        check_styles(self.styles, sink)
        self.marks = Marks(document.marks, marks, self.words, sink)
        self.marks.check(self.database.works, sink, document.span.source if document.span else None)
        self.who = self._who()
        self.listings = self._listings()
        self.references = References(document, database, self.listings, self._counts(), sink)
        self.next_list = 0
        self.next_section = 0

    def outline(self, photo: Portrait | None) -> Outline:
        document = self.document
        everywhere = [range(len(self.listings))]
        blocks: list[Block] = []
        free: list[Listing] = []
        for section in document.sections:
            block, unexplained = self.section(section, 1, everywhere)
            if self._is_printed(section, block):
                blocks.append(block)
            free.extend(unexplained)
        if document.legend is not None:
            blocks = self.with_legend(blocks, document.legend, free, document.legend.span, everywhere)
        return Outline(
            name=document.name,
            title=self.references.resolved(document.title, everywhere),
            headline=self.references.resolved(document.headline, everywhere),
            address=self.references.resolved(document.address, everywhere),
            contacts=tuple(contacts_of(document, self.words, self.sink)),
            summary=self.references.resolved(document.summary, everywhere),
            blocks=tuple(blocks),
            language=document.language,
            updated=PartialDate(*self.today()) if document.updated is TODAY else document.updated,
            words=self.words,
            photo=photo,
            span=document.span,
        )

    def _check_words(self) -> None:
        for choice in self.document.words:
            if choice.word not in ENGLISH:
                near = closest(choice.word, list(ENGLISH))
                hint = f"did you mean `{near}`?" if near else "docs/reference.md lists the words"
                self.sink.add(
                    BAD_CHOICE, f"cvbuild never prints the word `{choice.word}` by itself", choice.span, hint=hint
                )

    def _who(self) -> Who:
        document = self.document
        owner = Identity.of(document.name, document.aliases)
        check_registry(document.people, owner, self.sink)
        who = Who(owner, document.people, self.sink, self.database.works)
        who.check()
        return who

    def _listings(self) -> tuple[Listing, ...]:
        document = self.document
        typesetter = Typesetter(self.who, self.marks, self.words, self.sink)
        specs = [spec for section in document.sections for spec in _specs(section)]
        return make_listings(specs, document.lists, self.database, self.styles, typesetter)

    def _counts(self) -> dict[str, int]:
        """How many works each of `counts:` selects."""
        for count in self.document.counts:
            if not _COUNT_NAME.fullmatch(count.name):
                hint = "a name is one word of letters, digits and hyphens"
                self.sink.add(UNKNOWN_COUNT, f"no text can call a count `{count.name}`", count.span, hint=hint)
        return {
            count.name: len(selected(count, self.database, self.who, self.marks, self.sink))
            for count in self.document.counts
        }

    # --- sections ---

    def section(self, section: Section, level: int, scopes: list[range]) -> tuple[OutSection, list[Listing]]:
        """The section as printed, and the listings in it whose marks are not explained yet."""
        anchor = f"section.{self.next_section}"
        self.next_section += 1
        own = range(self.next_list, self.next_list + sum(1 for _ in _specs(section)))
        scopes = [own, *scopes]
        blocks: list[Block] = []
        free: list[Listing] = []
        for attribute in section.written:
            if attribute == "text" and section.text:
                blocks.append(Paragraphs(paragraphs=self.references.resolved(section.text, scopes), span=section.span))
            elif attribute == "entries":
                blocks.extend(_runs(self.references.resolved(self._linked(section.entries), scopes)))
            elif attribute == "publications" and section.publications is not None:
                blocks.extend(self.listing(scopes, free))
            elif attribute == "people" and section.people is not None:
                blocks.extend(self.people(section.people, scopes))
            elif attribute == "sections":
                for inner in section.sections:
                    block, unexplained = self.section(inner, level + 1, scopes)
                    if self._is_printed(inner, block):
                        blocks.append(block)
                    free.extend(unexplained)
        legend = section.legend
        if legend is None and level == 1 and self.document.legend is None:
            legend = Legend()
        if legend is not None:
            blocks = self.with_legend(blocks, legend, free, section.span, scopes)
            free = []
        title = self.references.resolved(section.title, scopes)
        out = OutSection(title=title or None, level=level, anchor=anchor, blocks=tuple(blocks), span=section.span)
        return out, free

    def _is_printed(self, section: Section, block: OutSection) -> bool:
        """Whether a section is; not if its lists have nothing because works are left out: its heading would tell that."""
        if block.blocks or not self.database.left_out or not any(_specs(section)):
            return True
        self.next_section -= 1  # nor do the numbers of the others
        return False

    def people(self, spec: PeopleSpec, scopes: list[range]) -> Iterator[Block]:
        """A list of people, as entries or as one paragraph."""
        people = make_people(spec, self.database, self.who, self.marks, self.words, self.sink)
        if people.paragraph is not None:
            yield Paragraphs(paragraphs=(self.references.resolved(people.paragraph, scopes),), span=spec.span)
        elif people.entries:
            yield Run(kind="person", entries=self.references.resolved(people.entries, scopes), span=spec.span)

    def _linked(self, entries: tuple[AnyEntry, ...]) -> tuple[AnyEntry, ...]:
        """The entries, where a person without an address has that of `people:`."""
        if not self.document.people:
            return entries
        return tuple(
            dataclasses.replace(entry, url=known.url)
            if isinstance(entry, Person)
            and entry.url is None
            and (known := self.who.named(parse_name(str(entry.person)))) is not None
            else entry
            for entry in entries
        )

    def listing(self, scopes: list[range], free: list[Listing]) -> Iterator[Block]:
        """The next list of publications, with its own legend if it has one."""
        listing = self.references.listing(self.listings[self.next_list], scopes)
        self.next_list += 1
        if not listing.items and self.database.left_out:
            return
        if listing.legend is not None:
            yield from self.with_legend([listing], listing.legend, [listing], listing.span, scopes)
        else:
            free.append(listing)
            yield listing

    def with_legend(
        self, blocks: list[Block], legend: Legend, listings: list[Listing], span: Span | None, scopes: list[range]
    ) -> list[Block]:
        """`blocks` with a legend for `listings` above the first or below the last block that holds one."""
        line = make_legend(legend, listings, self.marks, self.words, self.sink, span)
        holding = [i for i, block in enumerate(blocks) if _holds_listing(block)]
        if line is None or not holding:
            return blocks
        line = dataclasses.replace(line, text=self.references.resolved(line.text, scopes))
        at = holding[0] if legend.place == "above" else holding[-1] + 1
        return [*blocks[:at], line, *blocks[at:]]


def _specs(section: Section) -> Iterator[ListSpec]:
    """Lists of publications in a section, in the order in which they are printed."""
    for attribute in section.written:
        if attribute == "publications" and section.publications is not None:
            yield section.publications
        elif attribute == "sections":
            for inner in section.sections:
                yield from _specs(inner)


def _runs(entries: tuple[AnyEntry, ...]) -> Iterator[Run]:
    start = 0
    for i in range(1, len(entries) + 1):
        if i == len(entries) or type(entries[i]) is not type(entries[start]):
            kind = type(entries[start]).__name__.lower()
            yield Run(kind=kind, entries=entries[start:i], span=entries[start].span)
            start = i


def _holds_listing(block: Block) -> bool:
    return isinstance(block, Listing) or (isinstance(block, OutSection) and any(map(_holds_listing, block.blocks)))
