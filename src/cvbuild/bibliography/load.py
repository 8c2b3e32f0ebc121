"""The files that a CV names -> works, with everything that is wrong reported at its place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any, Final

from cvbuild.bibliography.bibtex import Entries as Bib
from cvbuild.bibliography.bibtex import Entry as BibEntry
from cvbuild.bibliography.bibtex import Field, read_bibtex
from cvbuild.bibliography.fields import to_work
from cvbuild.bibliography.inherit import inherit
from cvbuild.bibliography.latex import to_address, to_markdown, to_plain
from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.people import read_people
from cvbuild.bibliography.raw import Person, Raw
from cvbuild.bibliography.types import NO_WORKS as NO_WORK_TYPES
from cvbuild.bibliography.types import TYPES
from cvbuild.bibliography.vocabulary import FIELDS, known_target
from cvbuild.diagnostics import (
    BAD_CHOICE,
    BAD_DATABASE,
    BAD_FIELD,
    NO_WORKS,
    TWO_ENTRIES,
    UNKNOWN_LATEX,
    UNKNOWN_TYPE,
    Label,
    Sink,
    closest,
)
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.model import DatabaseFile, Document, FieldMapping, Work
from cvbuild.reading import WORKS, find_beside, read_file
from cvbuild.schema.shapes import record_shape
from cvbuild.source import Source, Span
from cvbuild.tree import Mapping as MappingNode
from cvbuild.tree import Node, Scalar, Sequence


@frozen
class Entry:
    """One work of a file, in the words of a CV. `span` is the place of its key, `work` has the keys of `model.Work`."""

    key: str
    span: Span
    work: MappingNode
    parent: bool = False

    def spelled_out(self) -> dict[str, Any]:
        """Its keys in the order in which they are written in YAML, as plain texts, lists and mappings."""
        return {key.text: _spelled_out(node) for key, node in self.work.pairs}


@frozen
class Entries:
    """The works of one file, in its order, and the keys of those that are broken.

    It is not `complete` if nothing can be said of what else the file might hold.
    """

    entries: tuple[Entry, ...]
    broken: frozenset[str] = frozenset()
    complete: bool = True


@frozen
class Brought:
    """What the files of a CV bring: works in the order of the files, and the keys of broken ones."""

    works: tuple[Work, ...]
    broken: frozenset[str] = frozenset()


def _spelled_out(node: Node) -> Any:
    match node:
        case Scalar(text):
            return text
        case Sequence(items):
            return [_spelled_out(item) for item in items]
        case MappingNode(pairs):
            return {key.text: _spelled_out(value) for key, value in pairs}


# --- one file ---


def read_entries(source: Source, own: Mapping[str, str], sink: Sink) -> Entries:
    """The works of a .bib file, or of a CSL-JSON file if the name of `source` ends so.

    `own` says where fields of one's own belong. Entries that are malformed are reported as errors and
    left out, what is strange in others as warnings.
    """
    if _is_json(source):
        from cvbuild.bibliography.csl import field_of, read_csl

        raws = read_csl(source, sink)
        own = {field_of(name): target for name, target in own.items()}
        return Entries((), complete=False) if raws is None else _converted(raws, own, frozenset(), sink)
    found = read_bibtex(source, sink)
    entries, parents = inherit(found.entries, sink)
    return _from_bibtex(found, entries, parents, own, sink)


def _from_bibtex(
    found: Bib, entries: Iterable[BibEntry], parents: frozenset[str], own: Mapping[str, str], sink: Sink
) -> Entries:
    """The works of a .bib file: what was `found` in it, and its `entries` with what they take from others."""
    for entry in found.entries:
        for name, value in entry.fields.items():
            for word in value.unknown if name in FIELDS or name in own else ():
                hint = f"write it in braces: `{{{word.text}}}`; or name the file that says it before this one"
                sink.add(BAD_FIELD, f"no @string says what `{word.text}` is", word, hint=hint)
    bibs = [
        Raw(e.type, e.key, e.span, e.kind, {name: _Latex(value) for name, value in e.fields.items()})
        for e in entries
        if e.type not in NO_WORK_TYPES
    ]
    return replace(_converted(bibs, own, parents, sink), broken=found.broken)


@frozen
class _Latex:
    """A field of a .bib file."""

    field: Field

    @property
    def span(self) -> Span:
        return self.field.span

    def markdown(self, notes: Notes) -> str:
        return to_markdown(self.field.text, notes)

    def plain(self, notes: Notes) -> str:
        return to_plain(self.field.text, notes)

    def address(self) -> str:
        return to_address(self.field.text)

    def people(self, notes: Notes) -> tuple[Person, ...]:
        return read_people(self.field, notes)


def _converted(raws: Iterable[Raw], own: Mapping[str, str], parents: frozenset[str], sink: Sink) -> Entries:
    entries: dict[str, Entry] = {}
    for raw in raws:
        if raw.key in entries:
            labels = (Label(entries[raw.key].span, "first written here"),)
            hint = "give one of them another key, or delete it"
            sink.add(TWO_ENTRIES, f"there are two works `{raw.key}`", raw.span, labels=labels, hint=hint)
            continue
        notes = Notes()
        if raw.type not in TYPES:
            near = closest(raw.type, list(TYPES))
            hint = f"did you mean `{near}`?" if near else "it is read like `misc`"
            sink.add(UNKNOWN_TYPE, f"`{raw.type}` is not a type of entry", raw.kind, hint=hint)
        work = to_work(raw, own, notes)
        if work.get("title") is None:
            notes.here = raw.span
            notes.problem(f"`{raw.key}` has no title", None)
        entries[raw.key] = Entry(raw.key, raw.span, work, raw.key in parents)
        _report(raw.key, notes, sink)
    return Entries(tuple(entries.values()))


def _report(key: str, notes: Notes, sink: Sink) -> None:
    """What was found in one entry, as warnings."""
    for message, hint, span in notes.problems:
        sink.add(BAD_FIELD, message, span, hint=hint)
    for tex, problem, place in notes.formulas:
        message = f"the formula `{tex}` of `{key}` is printed as text: {problem}"
        sink.add(UNKNOWN_LATEX, message, place)
    if notes.commands:
        names = [f"`\\{name}`" for name in notes.commands]
        listed = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
        what = "is not a LaTeX command" if len(names) == 1 else "are not LaTeX commands"
        place = next(iter(notes.commands.values()))
        sink.add(UNKNOWN_LATEX, f"{listed} in `{key}` {what} that cvbuild knows", place, hint=_UNKNOWN)


_UNKNOWN: Final = "the text behind it is printed as if it were not there; write that text without it"


def to_model(entries: Iterable[Entry], sink: Sink) -> tuple[Work, ...]:
    """The works themselves. What the schema does not accept is left out with a warning: nobody owns every line of a .bib."""
    shape = record_shape(Work)
    works: list[Work] = []
    for entry in entries:
        private = Sink()
        work = shape.read_pair("key", Scalar(entry.key, entry.span), entry.work, private)
        for found in private.diagnostics:
            message = f"{found.message}; it is left out" if found.is_error else found.message
            sink.add(BAD_FIELD, message, found.span, hint=found.hint, labels=found.labels)
        if isinstance(work, Work):
            works.append(work)
    return tuple(works)


# --- several files ---


@frozen
class Opened:
    """A file of works: its text, where fields of one's own belong, and where the CV names it."""

    source: Source
    own: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = None


def merge_files(files: Iterable[Opened], sink: Sink) -> Entries:
    """The works of several files, in their order. As for BibTeX, all .bib files are one: entries take fields from
    others wherever they stand, and macros hold in the files that follow. A key that is there twice is an error.
    """
    files = tuple(files)
    macros: dict[str, str] = {}
    bibs: dict[int, Bib] = {}
    lent: set[int] = set()  # files that define macros
    for at, file in enumerate(files):
        if not _is_json(file.source):
            before = dict(macros)
            bibs[at] = read_bibtex(file.source, sink, macros)
            lent |= {at} if macros != before else set()
    full, parents = inherit((entry for bib in bibs.values() for entry in bib.entries), sink)
    entries: dict[str, Entry] = {}
    broken: set[str] = set()
    complete = True
    for at, file in enumerate(files):
        if at in bibs:
            here, full = full[: len(bibs[at].entries)], full[len(bibs[at].entries) :]
            found = _from_bibtex(bibs[at], here, parents, file.own, sink)
        else:
            found = read_entries(file.source, file.own, sink)
        broken |= found.broken
        complete = complete and found.complete
        if not found.entries and not found.broken and found.complete and at not in lent:
            sink.add(NO_WORKS, f"`{file.source.name}` has no entries", file.span)
        for entry in found.entries:
            if entry.key in entries:
                labels = (Label(entries[entry.key].span, "first written here"),)
                hint = "give one of them another key, or delete it"
                sink.add(TWO_ENTRIES, f"there are two works `{entry.key}`", entry.span, labels=labels, hint=hint)
            else:
                entries[entry.key] = entry
    return Entries(tuple(entries.values()), frozenset(broken), complete)


# --- the files of a CV ---


def load_works(document: Document, source: Source, files: Files, sink: Sink) -> Brought | None:
    """The works that the files of `publications:` bring, in their order; None if a file could not be read.

    `source` is the CV. Entries from which others take fields, and which have no authors, are works only if
    the CV calls their keys.
    """
    publications = document.publications
    everywhere = _targets(publications.fields, sink)
    opened: list[Opened] = []
    complete = True
    seen: set[str] = set()
    for file in publications.files:
        name = os.path.normpath(file.file)
        if name in seen:
            sink.add(BAD_DATABASE, f"`{file.file}` is named twice", file.span, hint="delete one of them")
            continue
        seen.add(name)
        read = _read(file, source, files, sink)
        if read is None:
            complete = False
        else:
            opened.append(Opened(read, {**everywhere, **_targets(file.fields, sink)}, file.span))
    found = merge_files(opened, sink)
    if not complete or not found.complete:
        return None
    kept = (e for e in found.entries if not e.parent or e.work.get("authors") is not None or _calls(source, e.key))
    return Brought(to_model(kept, sink), found.broken)


def _calls(cv: Source, key: str) -> bool:
    """Whether a key stands in a CV as a word of its own."""
    word = re.compile(rf"(?<![\w:./-]){re.escape(key)}(?![\w:/-])")
    return any(word.search(source.text) for source in cv.whole())


def _is_json(source: Source) -> bool:
    return source.name.lower().endswith(".json")


def _targets(mappings: Iterable[FieldMapping], sink: Sink) -> dict[str, str]:
    out: dict[str, str] = {}
    for mapping in mappings:
        hint = known_target(mapping.target)
        if hint is None:
            out[mapping.name.lower()] = mapping.target
        else:
            sink.add(BAD_CHOICE, f"`{mapping.target}` is not a key of a work", mapping.span, hint=hint)
    return out


def _read(file: DatabaseFile, source: Source, files: Files, sink: Sink) -> Source | None:
    """The source of a file of works, if it may be read."""
    name = file.file
    if not name.lower().endswith((".bib", ".bibtex", ".json")):
        hint = "works stand in .bib files, or in .json files of CSL-JSON"
        sink.add(BAD_DATABASE, f"`{name}` is neither a .bib file nor a .json file", file.span, hint=hint)
        return None
    path = find_beside(name, source, BAD_DATABASE, files, sink, file.span)
    if path is None:
        return None
    shown = name if source.name.startswith("<") else str(Path(source.name).parent / name)
    return read_file(path, shown, files, sink, file.span, kinds=WORKS)
