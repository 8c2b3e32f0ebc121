"""The document as it will be printed: blocks in order, lists and citations resolved.

A theme sees only this. No string in it belongs to an output language yet.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Any

from cvbuild import clock
from cvbuild.dates import TODAY, Day, PartialDate
from cvbuild.diagnostics import (
    BAD_CHOICE,
    CITED_NOWHERE,
    NOT_RESOLVED,
    SAME_NUMBER,
    UNKNOWN_COUNT,
    UNKNOWN_WORK,
    Sink,
    closest,
)
from cvbuild.frozen import frozen
from cvbuild.model import AnyEntry, Document, Legend, ListSpec, MarkSpec, PeopleSpec, Person, Record, Section
from cvbuild.names import Identity, parse_name
from cvbuild.profiles import look_up
from cvbuild.publications import (
    Cited,
    Database,
    Group,
    LegendLine,
    Listing,
    ListItem,
    Marks,
    Styles,
    Typesetter,
    Who,
    check_registry,
    check_styles,
    make_citation,
    make_legend,
    make_listings,
    make_people,
    selected,
)
from cvbuild.source import Span
from cvbuild.text import Cite, Count, Inline, Str, Text, Url, rewrite
from cvbuild.words import ENGLISH, Words

_REFERENCE = re.compile(r"\[[^\[\]]*@|\[#")
"""What a file with citations or counts has somewhere."""
_PLAIN_REFERENCE = re.compile(r"\[[^\[\]@]*@([\w:./+-]*\w)[^\[\]]*\]|\[#([\w.:+-]*\w)\]")
_COUNT_NAME = re.compile(r"[\w.:+-]*\w")


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
    database: Database,
    sink: Sink,
    marks: tuple[MarkSpec, ...] = (),
    styles: Styles = (),
    today: Callable[[], Day] = clock.today,
) -> Outline:
    """Resolve a document. What cannot be resolved is reported, and left out of the result.

    `database` holds its works, those of files too. `marks` is what the theme says of marks; `styles` are the theme's.
    `today` is asked only if the day is printed.
    """
    builder = _Builder(document, database, sink, marks, styles, today)
    outline = builder.outline()
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
        self.numbered = [
            {item.work.key: item for item in listing.items if item.label is not None} for listing in self.listings
        ]
        # Labels that stand for several works of one list, as lists may begin to count again in each group.
        self.several = {
            item.anchor
            for items in self.numbered
            for label, times in Counter(item.label for item in items.values()).items()
            if times > 1
            for item in items.values()
            if item.label == label
        }
        self.counts = self._counts()
        self.next_list = 0
        self.next_section = 0
        # Most documents cite nothing; then no tree needs to be rebuilt.
        self.cites = (
            document.span is None
            or bool(document.publications.files)
            or bool(_REFERENCE.search(document.span.source.text))
        )
        if self.cites:
            self._check_plain(document)

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
            blocks = self.with_legend(blocks, document.legend, free, document.legend.span, everywhere)
        return Outline(
            name=document.name,
            title=self.resolved(document.title, everywhere),
            headline=self.resolved(document.headline, everywhere),
            address=self.resolved(document.address, everywhere),
            contacts=tuple(self.contacts()),
            summary=self.resolved(document.summary, everywhere),
            blocks=tuple(blocks),
            language=document.language,
            updated=PartialDate(*self.today()) if document.updated is TODAY else document.updated,
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
            blocks = self.with_legend(blocks, legend, free, section.span, scopes)
            free = []
        title = self.resolved(section.title, scopes)
        out = OutSection(title=title or None, level=level, anchor=anchor, blocks=tuple(blocks), span=section.span)
        return out, free

    def people(self, spec: PeopleSpec, scopes: list[range]) -> Iterator[Block]:
        """A list of people, as entries or as one paragraph."""
        people = make_people(spec, self.database, self.who, self.marks, self.words, self.sink)
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
        line = dataclasses.replace(line, text=self.resolved(line.text, scopes))
        at = holding[0] if legend.place == "above" else holding[-1] + 1
        return [*blocks[:at], line, *blocks[at:]]

    # --- citations and counts ---

    def _resolved_listing(self, listing: Listing, scopes: list[range]) -> Listing:
        groups = tuple(
            Group(
                heading=self.resolved(group.heading, scopes),
                items=tuple(dataclasses.replace(item, body=self.resolved(item.body, scopes)) for item in group.items),
            )
            for group in listing.groups
        )
        return dataclasses.replace(listing, groups=groups)

    def resolved(self, value: Any, scopes: list[range]) -> Any:
        """`value` (a text, a record, or a tuple of them) with its citations and counts resolved.

        A citation takes the number in the innermost scope.
        """
        if not self.cites:
            return value
        return _map_texts(value, lambda text: Text(self._resolve(text.body, text.span, scopes), text.span))

    def _resolve(self, body: tuple[Inline, ...], span: Span | None, scopes: list[range]) -> tuple[Inline, ...]:
        def leaf(node: Inline) -> Iterable[Inline]:
            match node:
                case Cite():
                    return self.citation(node, span, scopes)
                case Count():
                    return self.count(node, span)
                case _:
                    return (node,)

        return rewrite(body, leaf)

    def citation(self, cite: Cite, span: Span | None, scopes: list[range]) -> Iterable[Inline]:
        """`[2, 4]`, each number leading to its item."""
        cited: list[Cited] = []
        for i, key in enumerate(cite.keys):
            place = cite.spans[i] if i < len(cite.spans) and cite.spans[i] is not None else span
            item = self._find(key, scopes)
            if item is not None:
                self._check_number(item, cited, place)
                around = [self._resolve(words[i], span, scopes) for words in (cite.before, cite.after) if words]
                cited.append(Cited(item, *around))
            elif key in self.database.by_key:
                hint = "select it in a list of publications that is numbered"
                self.sink.add(CITED_NOWHERE, f"`{key}` stands in no numbered list", place, hint=hint)
            elif key not in self.database.broken:
                hint = self.database.hint(key)
                if cite.before:  # words before it: perhaps no citation at all
                    hint += (" Or" if hint.endswith("?") else "; or") + " write \\@ for a sign that prints"
                self.sink.add(UNKNOWN_WORK, f"there is no work `{key}` to cite", place, hint=hint)
        return make_citation(cited, self.document.citations)

    def _find(self, key: str, scopes: list[range]) -> ListItem | None:
        """A work in the first numbered list of the innermost scope that prints it."""
        return next((self.numbered[i][key] for scope in scopes for i in scope if key in self.numbered[i]), None)

    def _check_number(self, item: ListItem, cited: list[Cited], span: Span | None) -> None:
        """Report a number that does not tell which work is meant."""
        same = next((o.item for o in cited if o.item.label == item.label and o.item.anchor != item.anchor), None)
        key = item.work.key
        if item.anchor in self.several:
            hint = "give each group numbers of its own, `labels: {article: 'J{n}', …}`, or each work, `label: 'J{n}'`"
            self.sink.add(SAME_NUMBER, f"other works of the list have the number of `{key}` too", span, hint=hint)
        elif same is not None:
            hint = "let one list go on with the numbers of the other (`resume: true`), or give it a `label`"
            what = f"`{same.work.key}` and `{key}` stand in two lists, and both are number {item.label}"
            self.sink.add(SAME_NUMBER, what, span, hint=hint)

    def count(self, count: Count, span: Span | None) -> Iterable[Inline]:
        """How many works there are of this name. Where nothing is counted, `[#1]` means itself."""
        number = self.counts.get(count.name)
        if number is None and self.counts:
            near = closest(count.name, list(self.counts))
            hint = f"did you mean `[#{near}]`?" if near else "write \\[# for signs that print"
            self.sink.add(UNKNOWN_COUNT, f"there is no count `{count.name}`", count.span or span, hint=hint)
        return (Str(f"[#{count.name}]" if number is None else str(number)),)

    def _check_plain(self, value: object, span: Span | None = None) -> None:
        """Report citations and counts in what is printed as written."""
        match value:
            case str():
                for found in _PLAIN_REFERENCE.finditer(value):
                    if found[1] in self.database.by_key or found[2] in self.counts:
                        what = f"`{found[0]}` is printed as written here"
                        self.sink.add(NOT_RESOLVED, what, _found(found[0], span))
            case tuple():
                for item in value:
                    self._check_plain(item, span)
            case Record():
                for f in dataclasses.fields(value):
                    if f.name != "written":
                        self._check_plain(getattr(value, f.name), _below(f.name, value.span))

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


def _found(words: str, span: Span | None) -> Span | None:
    """Where `words` stand in a file from `span` on; `span` itself if they cannot be found."""
    at = span.source.text.find(words, span.start) if span is not None else -1
    return Span(span.source, at, at + len(words)) if span is not None and at >= 0 else span


def _below(key: str, span: Span | None) -> Span | None:
    """From where a key stands in a file, if it is found behind the start of `span`; else `span` itself."""
    found = (
        re.compile(rf"(?<![\w-]){re.escape(key)}\s*:").search(span.source.text, span.start)
        if span is not None
        else None
    )
    return Span(span.source, found.start(), span.end) if span is not None and found is not None else span


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
