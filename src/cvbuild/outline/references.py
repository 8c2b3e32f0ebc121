"""Citations and counts in texts: `[@wu2018]` becomes the number in a list, `[#papers]` how many there are."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cvbuild.diagnostics import (
    CITED_LEFT_OUT,
    CITED_NOWHERE,
    NOT_RESOLVED,
    SAME_NUMBER,
    UNKNOWN_COUNT,
    UNKNOWN_WORK,
    Sink,
    closest,
)
from cvbuild.model import Document, Record
from cvbuild.publications import Cited, Database, Group, Listing, ListItem, make_citation
from cvbuild.source import Span
from cvbuild.text import Cite, Count, Inline, Str, Text, rewrite

_REFERENCE = re.compile(r"\[[^\[\]]*@|\[#")
"""What a file with citations or counts has somewhere."""
_PLAIN_REFERENCE = re.compile(r"\[[^\[\]@]*@([\w:./+-]*\w)[^\[\]]*\]|\[#([\w.:+-]*\w)\]")


class References:
    """Resolves the citations and counts of a document, whose lists are `listings`; `counts` are the counts by name.

    A scope is a range of lists, by their places in `listings`; scopes are given from the innermost outwards.
    """

    def __init__(
        self,
        document: Document,
        database: Database,
        listings: tuple[Listing, ...],
        counts: Mapping[str, int],
        sink: Sink,
    ) -> None:
        self.document, self.database, self.counts, self.sink = document, database, counts, sink
        self._numbered = [
            {item.work.key: item for item in listing.items if item.label is not None} for listing in listings
        ]
        # Labels that stand for several works of one list, as lists may begin to count again in each group.
        self._several = {
            item.anchor
            for items in self._numbered
            for label, times in Counter(item.label for item in items.values()).items()
            if times > 1
            for item in items.values()
            if item.label == label
        }
        # Most documents cite nothing; then no tree needs to be rebuilt.
        self._occur = (
            document.span is None
            or bool(document.publications.files)
            or any(_REFERENCE.search(source.text) for source in document.span.source.whole())
        )
        if self._occur:
            self._check_plain(document)

    def resolved(self, value: Any, scopes: list[range]) -> Any:
        """`value` (a text, a record, or a tuple of them) with its citations and counts resolved.

        A citation takes the number in the innermost scope.
        """
        if not self._occur:
            return value
        return _map_texts(value, lambda text: Text(self._resolve(text.body, text.span, scopes), text.span))

    def _resolve(self, body: tuple[Inline, ...], span: Span | None, scopes: list[range]) -> tuple[Inline, ...]:
        if self.database.left_out:
            body = tuple(self._closed_up(body))

        def leaf(node: Inline) -> Iterable[Inline]:
            match node:
                case Cite():
                    return self._citation(node, span, scopes)
                case Count():
                    return self._count(node, span)
                case _:
                    return (node,)

        return rewrite(body, leaf)

    def _closed_up(self, body: tuple[Inline, ...]) -> Iterator[Inline]:
        """Inlines without the space before a citation that will be left out; at the beginning, without that behind it."""
        first = bool(body) and self._is_gone(body[0])
        for node, following in zip(body, (*body[1:], None), strict=False):
            if first and not self._is_gone(node):
                first = False
                node = Str(node.text.lstrip()) if isinstance(node, Str) else node
            yield Str(node.text.rstrip()) if self._is_gone(following) and isinstance(node, Str) else node

    def _is_gone(self, node: Inline | None) -> bool:
        """Whether nothing will be left of a citation."""
        return isinstance(node, Cite) and all(key in self.database.left_out for key in node.keys)

    def _citation(self, cite: Cite, span: Span | None, scopes: list[range]) -> Iterable[Inline]:
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
            elif key in self.database.left_out:
                hint = "leave out the text too, or print the work: both can bear `private: true`, or one tag"
                self.sink.add(CITED_LEFT_OUT, f"`{key}` is left out here, and so is its citation", place, hint=hint)
            elif key not in self.database.broken:
                hint = self.database.hint(key)
                if cite.before:  # words before it: perhaps no citation at all
                    hint += (" Or" if hint.endswith("?") else "; or") + " write \\@ for a sign that prints"
                self.sink.add(UNKNOWN_WORK, f"there is no work `{key}` to cite", place, hint=hint)
        return make_citation(cited, self.document.citations)

    def _find(self, key: str, scopes: list[range]) -> ListItem | None:
        """A work in the first numbered list of the innermost scope that prints it."""
        return next((self._numbered[i][key] for scope in scopes for i in scope if key in self._numbered[i]), None)

    def _check_number(self, item: ListItem, cited: list[Cited], span: Span | None) -> None:
        """Report a number that does not tell which work is meant."""
        same = next((o.item for o in cited if o.item.label == item.label and o.item.anchor != item.anchor), None)
        key = item.work.key
        if item.anchor in self._several:
            hint = "give each group numbers of its own, `labels: {article: 'J{n}', …}`, or each work, `label: 'J{n}'`"
            self.sink.add(SAME_NUMBER, f"other works of the list have the number of `{key}` too", span, hint=hint)
        elif same is not None:
            hint = "let one list go on with the numbers of the other (`resume: true`), or give it a `label`"
            what = f"`{same.work.key}` and `{key}` stand in two lists, and both are number {item.label}"
            self.sink.add(SAME_NUMBER, what, span, hint=hint)

    def _count(self, count: Count, span: Span | None) -> Iterable[Inline]:
        """How many works there are of this name. Where nothing is counted, `[#1]` means itself."""
        number = self.counts.get(count.name)
        if number is None and self.counts:
            near = closest(count.name, list(self.counts))
            hint = f"did you mean `[#{near}]`?" if near else "write \\[# for signs that print"
            self.sink.add(UNKNOWN_COUNT, f"there is no count `{count.name}`", count.span or span, hint=hint)
        return (Str(f"[#{count.name}]" if number is None else str(number)),)

    def listing(self, listing: Listing, scopes: list[range]) -> Listing:
        """A list of publications with its headings and items resolved."""
        if not self._occur:
            return listing
        groups = tuple(
            Group(
                heading=self.resolved(group.heading, scopes),
                items=tuple(dataclasses.replace(item, body=self.resolved(item.body, scopes)) for item in group.items),
            )
            for group in listing.groups
        )
        return dataclasses.replace(listing, groups=groups)

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
