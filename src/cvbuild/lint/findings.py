"""What a rule finds, and what the rules look at."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

from cvbuild.dates import Day
from cvbuild.diagnostics import Code, Label, Sink
from cvbuild.frozen import frozen
from cvbuild.model import Author, Document, Legend, ListSpec, Section, Work
from cvbuild.names import Identity, is_et_al
from cvbuild.outline import Block, Outline, OutSection
from cvbuild.publications import Database, Listing, Marks, Who
from cvbuild.source import Span
from cvbuild.text import Code as CodeText
from cvbuild.text import Math, Str, Text, walk
from cvbuild.words import Words

# How .bib and CSL-JSON files call some fields.
_ELSEWHERE = {
    "arxiv": "arxiv|eprint", "conference": "conference|booktitle", "pages": "pages?", "date": "date|year|issued",
    "year": "year|date|issued",
}  # fmt: skip


@frozen
class Finding:
    """One remark. `about` are the keys, titles or names by which `lint: {ignore: …}` may call it."""

    code: Code
    message: str
    span: Span | None
    about: tuple[str, ...] = ()
    hint: str | None = None
    labels: tuple[Label, ...] = ()


@frozen
class Printed:
    """A list of publications with the wish that made it, and the legend that speaks for it."""

    listing: Listing
    spec: ListSpec
    defaults: ListSpec
    legend: Legend | None

    def said(self, name: str) -> object:
        """What the list says for a key, or else what the document says for all lists; falsy if neither does."""
        return getattr(self.spec, name) or getattr(self.defaults, name)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all works printed, in order."""
        return tuple(item.work.key for item in self.listing.items)


class Cv:
    """A CV as the rules see it; what several of them need is worked out once."""

    def __init__(self, document: Document, database: Database, outline: Outline, today: Day) -> None:
        self.document = document
        self.database = database
        self.outline = outline
        self.today = today
        self.owner = Identity.of(document.name, document.aliases)
        # What is wrong with marks and people was told when the outline was made.
        self.marks = Marks(document.marks, (), Words(), Sink())
        self._who = Who(self.owner, document.people, Sink(), database.works)

    @cached_property
    def lists(self) -> tuple[Printed, ...]:
        """Every list of publications, in print order."""
        specs = dict(_specs(self.document.sections, self.document.legend))
        defaults = self.document.lists or ListSpec()
        found = ((listing, specs.get(_start(listing.span))) for listing in _listings(self.outline.blocks))
        return tuple(
            Printed(listing, pair[0], defaults, pair[0].legend or defaults.legend or pair[1])
            for listing, pair in found
            if pair is not None
        )

    @cached_property
    def printed(self) -> frozenset[str]:
        """The keys of the works that a list prints."""
        return frozenset(key for one in self.lists for key in one.keys)

    @cached_property
    def works(self) -> tuple[Work, ...]:
        """The works that concern the CV: those printed, those written in it, and those by its owner.

        A .bib file may hold much else.
        """
        return tuple(
            work for work in self.database.works if work.key in self.printed or self.is_own(work) or self.by_owner(work)
        )

    def is_own(self, work: Work) -> bool:
        """Whether a work is written in the CV itself, and not brought by a file."""
        here = self.document.span
        return work.span is None or here is None or work.span.source in here.source.whole()

    def by_owner(self, work: Work) -> bool:
        """Whether the owner may be one of the authors."""
        return any(self.may_be_owner(author) for author in work.authors)

    def may_be_owner(self, author: Author) -> bool:
        """Whether an author is the owner, or might be."""
        return self._who.is_owner(author) or self._who.may_be_owner(author)

    def marks_of(self, author: Author) -> tuple[str, ...]:
        """The names of the marks behind an author."""
        return self.marks.names(author.marks)

    def place(self, work: Work, name: str) -> Span | None:
        """Where a field of a work was written: its value, or else the key of the work."""
        value = getattr(work, name)
        if isinstance(value, Text) and value.span is not None:
            return value.span
        if work.span is None:
            return None
        source = work.span.source
        starts = self._starts[id(source)]
        after = bisect_right(starts, work.span.start)
        end = starts[after] if after < len(starts) else len(source.text)
        field = re.compile(
            rf"(?:^|[{{,])[ \t]*['\"]?(?:{_ELSEWHERE.get(name, name)})['\"]?[ \t]*[:=][ \t]*['\"{{]?(?P<value>[^\s,}}'\"][^\n,}}'\"]*)",
            re.MULTILINE | re.IGNORECASE,
        )
        found = field.search(source.text, work.span.end, end)
        if found is None:
            return work.span
        return Span(source, found.start("value"), found.start("value") + len(found["value"].rstrip()))

    @cached_property
    def _starts(self) -> dict[int, list[int]]:
        """Where works begin in each source."""
        starts: dict[int, list[int]] = {}
        for work in self.database.works:
            if work.span is not None:
                starts.setdefault(id(work.span.source), []).append(work.span.start)
        return {source: sorted(found) for source, found in starts.items()}


def people(work: Work) -> tuple[Author, ...]:
    """The authors who are named, without “et al.”."""
    return tuple(author for author in work.authors if not is_et_al(author.name))


def characters(text: Text | None) -> str:
    """What stands in a text, formulas as they were written."""
    if text is None:
        return ""
    return "".join(
        node.tex if isinstance(node, Math) else node.text
        for node in walk(text.body)
        if isinstance(node, Str | CodeText | Math)
    )


def _listings(blocks: Iterable[Block]) -> Iterator[Listing]:
    for block in blocks:
        if isinstance(block, Listing):
            yield block
        elif isinstance(block, OutSection):
            yield from _listings(block.blocks)


def _specs(sections: Iterable[Section], legend: Legend | None) -> Iterator[tuple[int, tuple[ListSpec, Legend | None]]]:
    for section in sections:
        nearest = section.legend or legend
        if section.publications is not None:
            yield _start(section.publications.span), (section.publications, nearest)
        yield from _specs(section.sections, nearest)


def _start(span: Span | None) -> int:
    return span.start if span is not None else -1
