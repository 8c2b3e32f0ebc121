"""The document as it will be printed: blocks in order, lists and citations resolved.

A theme sees only this. No string in it belongs to an output language yet.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Any

from cvbuild.dates import PartialDate
from cvbuild.diagnostics import BAD_CHOICE, CITED_NOWHERE, UNKNOWN_WORK, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.model import AnyEntry, Document, Legend, ListSpec, MarkSpec, PeopleSpec, Person, Record, Section, Work
from cvbuild.names import Identity, parse_name
from cvbuild.profiles import look_up
from cvbuild.publications import (
    Database,
    Group,
    LegendLine,
    Listing,
    Marks,
    Styles,
    Typesetter,
    Who,
    check_registry,
    check_styles,
    make_database,
    make_legend,
    make_listings,
    make_people,
)
from cvbuild.source import Span
from cvbuild.text import Cite, Inline, Ref, Role, Str, Text, Url, rewrite
from cvbuild.words import ENGLISH, Words


@frozen(kw_only=True)
class Contact:
    """One way to reach the owner. `kind` names the icon: email, phone, website, orcid, github, …"""

    kind: str
    label: str
    words: str
    url: Url | None = None


@frozen(kw_only=True)
class Paragraphs:
    """Prose. `kind` is the template's name."""

    kind: str = field(default="paragraphs", init=False)
    paragraphs: tuple[Text, ...]
    span: Span | None = None


@frozen(kw_only=True)
class Run:
    """Consecutive entries of one kind: bullet, position, degree, course, award, talk, person or item."""

    kind: str
    entries: tuple[AnyEntry, ...]
    span: Span | None = None


@frozen(kw_only=True)
class OutSection:
    """A heading and its blocks. `level` is 1 for a section of the document."""

    kind: str = field(default="section", init=False)
    title: Text | None
    level: int
    anchor: str
    blocks: tuple[Block, ...]
    span: Span | None = None


Block = Paragraphs | Run | Listing | LegendLine | OutSection


@frozen(kw_only=True)
class Outline:
    """The whole document. `blocks` are legends and sections of level 1, in order."""

    name: str
    title: Text | None
    headline: Text | None
    address: tuple[Text, ...]
    contacts: tuple[Contact, ...]
    summary: tuple[Text, ...]
    blocks: tuple[Block, ...]
    language: str
    updated: PartialDate | None
    words: Words
    span: Span | None = None


def make_outline(
    document: Document,
    sink: Sink,
    brought: tuple[Work, ...] = (),
    broken: frozenset[str] = frozenset(),
    marks: tuple[MarkSpec, ...] = (),
    styles: Styles = (),
) -> Outline:
    """Resolve a document. What cannot be resolved is reported, and left out of the result.

    `brought` are the works of the files that `publications:` names. `broken` are the keys of works that were reported before: what refers to them is passed over.
    `marks` is what the theme says of marks; `styles` are those of the theme.
    """
    builder = _Builder(document, sink, brought, broken, marks, styles)
    outline = builder.outline()
    builder.who.report()
    return outline


class _Builder:
    def __init__(
        self,
        document: Document,
        sink: Sink,
        brought: tuple[Work, ...],
        broken: frozenset[str],
        marks: tuple[MarkSpec, ...],
        styles: Styles,
    ) -> None:
        self.document = document
        self.sink = sink
        self.words = Words({w.word: w.text for w in document.words})
        self._check_words()
        self.database: Database = make_database(document.publications.works, brought, sink, broken)
        own = {style.name: style for style in document.styles if style.name is not None}
        self.styles: Styles = (own, *styles)
        check_styles(self.styles, sink)
        self.marks = Marks(document.marks, marks, self.words, sink)
        self.marks.check(self.database.works, sink)
        self.who = self._who()
        self.listings = self._listings()
        self.numbers = [
            {item.work.key: (item.label, item.anchor) for item in listing.items if item.label is not None}
            for listing in self.listings
        ]
        self.next_list = 0
        self.next_section = 0
        # Most documents cite nothing; then no tree needs to be rebuilt.
        self.cites = document.span is None or "[@" in document.span.source.text

    def outline(self) -> Outline:
        document = self.document
        everywhere = [range(len(self.listings))]
        blocks: list[Block] = []
        free: list[Listing] = []
        for section in document.sections:
            block, unexplained = self.section(section, 1, everywhere)
            blocks.append(block)
            free.extend(unexplained)
        if document.legend is not None:
            blocks = self.with_legend(blocks, document.legend, free, document.legend.span)
        return Outline(
            name=document.name,
            title=self.resolved(document.title, everywhere),
            headline=self.resolved(document.headline, everywhere),
            address=self.resolved(document.address, everywhere),
            contacts=tuple(self.contacts()),
            summary=self.resolved(document.summary, everywhere),
            blocks=tuple(blocks),
            language=document.language,
            updated=document.updated,
            words=self.words,
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
                blocks.append(Paragraphs(paragraphs=self.resolved(section.text, scopes), span=section.span))
            elif attribute == "entries":
                blocks.extend(_runs(self.resolved(self._linked(section.entries), scopes)))
            elif attribute == "publications" and section.publications is not None:
                blocks.extend(self.listing(scopes, free))
            elif attribute == "people" and section.people is not None:
                blocks.extend(self.people(section.people, scopes))
            elif attribute == "sections":
                for inner in section.sections:
                    block, unexplained = self.section(inner, level + 1, scopes)
                    blocks.append(block)
                    free.extend(unexplained)
        legend = section.legend
        if legend is None and level == 1 and self.document.legend is None:
            legend = Legend()
        if legend is not None:
            blocks = self.with_legend(blocks, legend, free, section.span)
            free = []
        title = self.resolved(section.title, scopes)
        out = OutSection(title=title or None, level=level, anchor=anchor, blocks=tuple(blocks), span=section.span)
        return out, free

    def people(self, spec: PeopleSpec, scopes: list[range]) -> Iterator[Block]:
        """A list of people, as entries or as one paragraph."""
        people = make_people(spec, self.database, self.who, self.words, self.sink)
        if people.paragraph is not None:
            yield Paragraphs(paragraphs=(self.resolved(people.paragraph, scopes),), span=spec.span)
        elif people.entries:
            yield Run(kind="person", entries=self.resolved(people.entries, scopes), span=spec.span)

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
        listing = self.listings[self.next_list]
        self.next_list += 1
        if self.cites:
            listing = self._resolved_listing(listing, scopes)
        if listing.legend is not None:
            yield from self.with_legend([listing], listing.legend, [listing], listing.span)
        else:
            free.append(listing)
            yield listing

    def with_legend(
        self, blocks: list[Block], legend: Legend, listings: list[Listing], span: Span | None
    ) -> list[Block]:
        """`blocks` with a legend for `listings` above the first or below the last block that holds one."""
        line = make_legend(legend, listings, self.marks, self.words, self.sink, span)
        holding = [i for i, block in enumerate(blocks) if _holds_listing(block)]
        if line is None or not holding:
            return blocks
        at = holding[0] if legend.place == "above" else holding[-1] + 1
        return [*blocks[:at], line, *blocks[at:]]

    # --- citations ---

    def _resolved_listing(self, listing: Listing, scopes: list[range]) -> Listing:
        groups = tuple(
            Group(
                heading=group.heading,
                items=tuple(dataclasses.replace(item, body=self.resolved(item.body, scopes)) for item in group.items),
            )
            for group in listing.groups
        )
        return dataclasses.replace(listing, groups=groups)

    def resolved(self, value: Any, scopes: list[range]) -> Any:
        """`value` (a text, a record, or a tuple of them) with its citations resolved, the innermost scope first."""
        if not self.cites:
            return value
        return _map_texts(value, lambda text: self._resolve_text(text, scopes))

    def _resolve_text(self, text: Text, scopes: list[range]) -> Text:
        def leaf(node: Inline) -> Iterable[Inline]:
            return self.citation(node, text.span, scopes) if isinstance(node, Cite) else (node,)

        return Text(rewrite(text.body, leaf), text.span)

    def citation(self, cite: Cite, span: Span | None, scopes: list[range]) -> Iterable[Inline]:
        """`[2, 4]`, each number leading to its item."""
        found: dict[str, str] = {}
        for i, key in enumerate(cite.keys):
            place = cite.spans[i] if i < len(cite.spans) and cite.spans[i] is not None else span
            target = self._find(key, scopes)
            if target is not None:
                found[target[0]] = target[1]
            elif key in self.database.by_key:
                hint = "select it in a list of publications that is numbered"
                self.sink.add(CITED_NOWHERE, f"`{key}` stands in no numbered list", place, hint=hint)
            elif key not in self.database.broken:
                self.sink.add(UNKNOWN_WORK, f"there is no work `{key}` to cite", place, hint=self.database.hint(key))
        out: list[Inline] = [Str("[")]
        for label in sorted(found, key=lambda label: (len(label), label)):
            if len(out) > 1:
                out.append(Str(", "))
            out.append(Ref(found[label], (Str(label),)))
        return (Role("citation", (*out, Str("]"))),)

    def _find(self, key: str, scopes: list[range]) -> tuple[str, str] | None:
        """Label and anchor of a work in the first numbered list of the innermost scope that prints it."""
        return next((self.numbers[i][key] for scope in scopes for i in scope if key in self.numbers[i]), None)

    # --- header ---

    def contacts(self) -> Iterator[Contact]:
        """Every way to reach the owner: phone, e-mail, website, then profiles in the order written."""
        document, words = self.document, self.words
        for phone in document.phone:
            digits = "".join(c for c in phone if c.isdigit() or c == "+")
            url = Url("tel:" + digits) if len(digits) > 4 else None
            yield Contact(kind="phone", label=words("Phone"), words=phone, url=url)
        for email in document.email:
            yield Contact(kind="email", label=words("Email"), words=email, url=Url("mailto:" + email))
        for url in document.website:
            shown = url.href.removeprefix("https://").removeprefix("http://").rstrip("/")
            yield Contact(kind="website", label=words("Website"), words=shown, url=url)
        for profile in document.profiles:
            account = look_up(profile, self.sink)
            if account is not None:
                yield Contact(kind=account.kind, label=account.label, words=account.words, url=account.url)


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


def _map_texts(value: Any, change: Callable[[Text], Text]) -> Any:
    """Rebuild a record with every `Text` in it changed."""
    if isinstance(value, Text):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_map_texts(item, change) for item in value)
    if isinstance(value, Record):
        changed = {
            f.name: _map_texts(old, change)
            for f in dataclasses.fields(value)
            if isinstance(old := getattr(value, f.name), Text | Record)
            or (isinstance(old, tuple) and f.name != "written")
        }
        return dataclasses.replace(value, **changed)
    return value
