"""What entries of a .bib file take from others: `crossref` and `xdata`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cvbuild.bibliography.bibtex import Entry, Field
from cvbuild.diagnostics import BAD_FIELD, Sink, closest
from cvbuild.source import Span

# What a child is called in the parent's place (biblatex 3.20, appendix B), and what it never takes.
_PARTS: Final = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_CHAPTERS: Final = frozenset(("inproceedings", "conference", "incollection", "inbook", "inreference", "bookinbook", "suppbook",
                              "suppcollection", "workshop"))  # fmt: skip
_DEEPEST: Final = 50
_ARTICLES: Final = frozenset(("article", "suppperiodical", "review"))
_OWN: Final = frozenset(
    ("title", "subtitle", "titleaddon", "doi", "url", "eprint", "eprinttype", "archiveprefix", "arxiv", "pages", "note",
     "addendum", "keywords", "abstract", "file", "crossref", "xref", "xdata", "ids", "entryset", "execute", "label", "options",
     "presort", "related", "relatedoptions", "relatedstring", "relatedtype", "shorttitle", "sortkey", "sortname",
     "sorttitle", "sortyear", "selected", "abbr", "preview", "pdf", "code", "slides", "html", "timestamp", "bibsource",
     "biburl", "key", "annote", "annotation", "author")
)  # fmt: skip


def inherit(entries: Iterable[Entry], sink: Sink) -> tuple[tuple[Entry, ...], frozenset[str]]:
    """The entries with all that they take from others, and the keys of those from which others take."""
    entries = tuple(entries)
    known = {entry.key.lower(): entry for entry in reversed(entries)}
    heir = _Heir(known, sink)
    return tuple(heir.full(entry) for entry in entries), frozenset(heir.parents)


class _Heir:
    def __init__(self, known: dict[str, Entry], sink: Sink) -> None:
        self.known, self.sink = known, sink
        self.done: dict[Span, Entry] = {}  # by the place of the key: two keys may differ in capitals only
        self.open: set[Span] = set()
        self.parents: set[str] = set()

    def full(self, entry: Entry) -> Entry:
        """An entry with the fields that it takes from others."""
        if "crossref" not in entry.fields and "xdata" not in entry.fields:
            return entry
        if entry.span in self.done:
            return self.done[entry.span]
        self.open.add(entry.span)
        fields = dict(entry.fields)
        if "xdata" in fields:
            for name in fields["xdata"].text.split(","):
                parent = self.parent(name, entry, fields["xdata"])
                for field, value in parent.fields.items() if parent else ():
                    if field not in ("xdata", "crossref"):
                        fields.setdefault(field, value)
        if "crossref" in fields and (parent := self.parent(fields["crossref"].text, entry, fields["crossref"])):
            self.parents.add(parent.key)
            self.take(entry.type, fields, parent)
        self.open.discard(entry.span)
        self.done[entry.span] = Entry(entry.type, entry.key, entry.span, entry.kind, fields)
        return self.done[entry.span]

    def take(self, kind: str, fields: dict[str, Field], parent: Entry) -> None:
        """Add to `fields` what the parent has and they have not."""
        for name, value in parent.fields.items():
            if kind in _CHAPTERS and name in _PARTS:
                fields.setdefault(_PARTS[name], value)
            elif kind in _ARTICLES and name == "title":
                if "journal" not in fields:
                    fields.setdefault("journaltitle", value)
            elif name == "author" and kind == "inbook":
                fields.setdefault("author", value)
            elif name not in _OWN:
                fields.setdefault(name, value)

    def parent(self, written: str, entry: Entry, field: Field) -> Entry | None:
        """The entry of this key, in capitals or not, complete."""
        key = written.strip().lower()
        found = self.known.get(key)
        if found is None:
            near = closest(key, list(self.known))
            hint = f"did you mean `{self.known[near].key}`?" if near else None
            message = f"there is no entry `{written.strip()}` from which `{entry.key}` could take fields"
            self.sink.add(BAD_FIELD, message, field.span, hint=hint)
            return None
        if len(self.open) > _DEEPEST:
            return found
        if found.span in self.open:
            self.sink.add(BAD_FIELD, f"`{entry.key}` takes fields from itself", field.span)
            return None
        return self.full(found)
