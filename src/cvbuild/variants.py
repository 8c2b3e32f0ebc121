"""Other documents from the same file: variants, without what is private, as of a day. `Document` -> `Document`.

Works that files bring are not known to a document; `Apart` says of each work whether it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any, Final, TypeVar

from cvbuild.dates import PRESENT, DateRange, Day, PartialDate, When
from cvbuild.diagnostics import BAD_VARIANT, UNKNOWN_SECTION, UNKNOWN_VARIANT, UNUSED_TAG, Label, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.model import (
    NO_PROSE,
    Bullet,
    Document,
    Entry,
    KnownPerson,
    ListSpec,
    Record,
    Section,
    ThemeChoice,
    Variant,
    VariantSection,
    Work,
)
from cvbuild.publications import Database, date_of
from cvbuild.publications.place import place_of
from cvbuild.publications.select import tags_of, without_case
from cvbuild.source import Span
from cvbuild.text import plain

ALL: Final = "all"
_NAME: Final = re.compile(r"[^\W_](?:[\w.-]*\w)?")
_SECRET: Final = frozenset(("private", "variants"))
_AnyRecord = TypeVar("_AnyRecord", bound=Record)


@frozen(kw_only=True)
class Apart:
    """What a document leaves out: private things if `private`, what bears one of the tags `without`, and what came after `day`."""

    private: bool = True
    without: frozenset[str] = frozenset()
    day: Day | None = None

    def leaves_out(self, one: Section | Entry | Work | KnownPerson) -> bool:
        """Whether a section, an entry, a work or a person is left out for what it says of itself."""
        if self.private and one.private:
            return True
        if isinstance(one, KnownPerson):
            return False
        tags = tags_of(one) if isinstance(one, Work) else one.tags
        if self.without and not self.without.isdisjoint(map(without_case, tags)):
            return True
        if self.day is None:
            return False
        if isinstance(one, Work):
            date = date_of(one)
            return date is not None and date.first > self.day
        when, venues = getattr(one, "date", None), getattr(one, "venues", ())
        if venues and getattr(one, "event", None) is None:
            return not any(_occasions(venues, self.day))
        return when is not None and as_of(when, self.day) is None


# --- variants ---


def files_of(document: Document) -> dict[str, str | None]:
    """The names of the variants, each with that of its files, if it says one, without an ending."""
    return {
        variant.name: variant.file.removesuffix(".pdf") if variant.file is not None else None
        for variant in document.variants
    }


def check_variants(document: Document, sink: Sink) -> None:
    """Report names that cannot be a part of a file's name, two variants that write one file, and sections that are not there."""
    seen: dict[str, Variant] = {}
    for variant in document.variants:
        if not _NAME.fullmatch(variant.name) or variant.name.casefold() == ALL:
            hint = (
                "`all` means all of them"
                if variant.name.casefold() == ALL
                else "a name has letters, digits, `-` and `_`"
            )
            sink.add(BAD_VARIANT, f"no variant can be called `{variant.name}`", variant.span, hint=hint)
        name = files_of(document)[variant.name]
        if name is not None and not _NAME.fullmatch(name):
            hint = "a name without a folder; -o names a folder"
            sink.add(
                BAD_VARIANT, f"`{variant.file}` is no name for its files", place_of("file", variant.span), hint=hint
            )
        for part in variant.sections:
            if not _placed(part, document):
                _report_section(part, document, sink)
        key = (name or f"-{variant.name}").casefold()
        other = seen.setdefault(key, variant)
        if other is not variant:
            labels = (Label(other.span, "the other"),) if other.span is not None else ()
            sink.add(
                BAD_VARIANT, f"`{variant.name}` and `{other.name}` write the same file", variant.span, labels=labels
            )


def _report_section(part: VariantSection, document: Document, sink: Sink) -> None:
    titles = [str(one.title) for one in _everywhere(document.sections) if one.title]
    near = closest(str(part.title), titles)
    hint = f"did you mean `{near}`?" if near else "the sections are " + ", ".join(f"`{title}`" for title in titles)
    sink.add(UNKNOWN_SECTION, f"the CV has no section `{part.title}`", part.span, hint=hint if titles else None)


def variant_of(document: Document, name: str, sink: Sink) -> Variant | None:
    """The variant of this name; None, and a diagnostic, if there is none."""
    known = {variant.name: variant for variant in document.variants}
    if name not in known:
        near = closest(name, list(known))
        listed = ", ".join(f"`{other}`" for other in known)
        hint = (
            f"did you mean `{near}`?"
            if near
            else f"there {'are' if len(known) > 1 else 'is'} {listed}"
            if known
            else "the CV has no `variants:`"
        )
        sink.add(UNKNOWN_VARIANT, f"there is no variant `{name}`", hint=hint)
    return known.get(name)


def varied(document: Document, variant: Variant) -> Document:
    """The document that a variant is; its works, and what bears tags of `without`, are still in it."""
    said = {
        name: getattr(variant, name)
        for name in ("headline", "title", "summary", "legend", "language", "updated")
        if name in variant.written
    }
    changed = replace(
        document, **said, pages=variant.pages, private=document.private if variant.private is None else ()
    )
    if variant.lists is not None:
        changed = replace(changed, lists=_over(document.lists, variant.lists))
    if variant.theme is not None:
        changed = replace(changed, theme=_themed(document.theme, variant.theme))
    if variant.words:
        own = {choice.word for choice in variant.words}
        words = (*(choice for choice in document.words if choice.word not in own), *variant.words)
        changed = replace(changed, words=words)
    if "sections" in variant.written:
        sections = tuple(one for part in variant.sections for one in _placed(part, document))
        changed = replace(changed, sections=sections)
    if variant.only:
        tags = frozenset(map(without_case, variant.only))
        changed = replace(changed, sections=tuple(_only(changed.sections, tags)))
    return _without_fields(changed, variant.hide)


def _over(base: _AnyRecord | None, own: _AnyRecord) -> _AnyRecord:
    """A record with what another one says in place of what it says itself."""
    if base is None:
        return own
    said: dict[str, Any] = {name: getattr(own, name) for name in own.written}
    if isinstance(base, ListSpec) and "keys" in said and "select" not in said:
        said["select"] = None
    return replace(base, **said, written=tuple(dict.fromkeys((*base.written, *own.written))))


def _themed(base: ThemeChoice, own: ThemeChoice) -> ThemeChoice:
    """A theme with the options that a variant adds; those of another theme mean nothing to it."""
    if "name" in own.written and own.name != base.name:
        return own
    said = {option.name for option in own.options}
    return replace(base, options=(*(option for option in base.options if option.name not in said), *own.options))


def _placed(part: VariantSection, document: Document) -> list[Section]:
    """The sections that a part of a variant means: those of the CV with its title, or a new one."""
    found = [one for one in _everywhere(document.sections) if part.title is not None and _called(one) == _called(part)]
    says = [name for name in part.written if name != "title"]
    if found or not says:
        return [_changed(one, part) for one in found]
    return [Section(**{f.name: getattr(part, f.name) for f in fields(Section)})]


def _changed(section: Section, part: VariantSection) -> Section:
    """A section of the CV with what a variant says otherwise."""
    said: dict[str, Any] = {name: getattr(part, name) for name in part.written if name != "title"}
    if part.publications is not None:
        said["publications"] = _over(section.publications, part.publications)
    return replace(section, **said, written=tuple(dict.fromkeys((*section.written, *said))))


def _everywhere(sections: Iterable[Section]) -> Iterator[Section]:
    """All sections: those at the top first."""
    sections = tuple(sections)
    yield from sections
    for section in sections:
        yield from _everywhere(section.sections)


def _called(section: Section) -> str:
    return without_case(plain(section.title.body)) if section.title is not None else ""


def _only(sections: Iterable[Section], tags: frozenset[str]) -> Iterator[Section]:
    """Sections with one of these tags, whole; of the others, what in them has one."""
    for section in sections:
        if _bears(section, tags):
            yield section
            continue
        entries = tuple(entry for entry in section.entries if _bears(entry, tags))
        inner = tuple(_only(section.sections, tags))
        if entries or inner:
            yield replace(section, entries=entries, sections=inner, text=NO_PROSE, publications=None, people=None)


def _bears(one: Section | Entry, tags: frozenset[str]) -> bool:
    return not tags.isdisjoint(map(without_case, one.tags))


def check_tags(document: Document, works: Iterable[Work], sink: Sink) -> None:
    """Warn of tags that a variant names and nothing bears: most are misspelt."""
    for variant in document.variants:
        if variant.without or variant.only:
            _check_tags(variant, document, works, sink)


def _check_tags(variant: Variant, document: Document, works: Iterable[Work], sink: Sink) -> None:
    known = [tag for section in _everywhere(document.sections) for tag in (*section.tags, *_tags(section.entries))]
    known += [tag for section in variant.sections for tag in (*section.tags, *_tags(section.entries))]
    known += [tag for work in works for tag in tags_of(work)]
    bearing = frozenset(map(without_case, known))
    for name in ("without", "only"):
        for tag in getattr(variant, name):
            if without_case(tag) not in bearing:
                near = closest(tag, list(dict.fromkeys(known)))
                hint = f"did you mean `{near}`?" if near else None
                sink.add(UNUSED_TAG, f"nothing has the tag `{tag}`", _place(name, tag, variant.span), hint=hint)


def _place(name: str, tag: str, span: Span | None) -> Span | None:
    at = place_of(name, span)
    return place_of(tag, at) if at is not span else span


def _tags(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield from entry.tags
        yield from _tags(getattr(entry, "bullets", ()))


# --- what is left out ---


def without(document: Document, apart: Apart) -> Document:
    """The document without what is left out; nothing in it tells that there was more.

    Works stay: lists and texts take them from the database (`works_without`).
    """
    people = tuple(person for person in document.people if not apart.leaves_out(person))
    day = apart.day
    if day is not None:
        people = tuple(_person_as_of(person, day) for person in people)
    changed = replace(document, people=people, sections=tuple(_sections(document.sections, apart)))
    if day is not None and isinstance(document.updated, PartialDate) and document.updated.first > day:
        changed = replace(changed, updated=PartialDate(*day))
    return _without_fields(changed, document.private if apart.private else ())


def works_without(database: Database, document: Document, apart: Apart) -> Database:
    """The database without works that are left out. `document` is the one that still has them, and all people."""
    hidden = {person.key for person in document.people if apart.leaves_out(person)}
    left = database.without(apart.leaves_out)
    if not hidden:
        return left
    works = tuple(_without_people(work, hidden) for work in left.works)
    return replace(left, works=works, by_key={work.key: work for work in works})


def published(document: Document, database: Database) -> Document:
    """The document as writers see it: nothing of other variants, and none of the works that are left out."""
    works = tuple(work for work in document.publications.works if work.key not in database.left_out)
    return replace(
        document,
        variants=(),
        private=(),
        written=tuple(name for name in document.written if name not in _SECRET),
        publications=replace(document.publications, works=works),
    )


def _without_people(work: Work, hidden: set[str]) -> Work:
    """A work whose authors are not said to be people who are left out."""
    if not any(author.person in hidden for author in work.authors):
        return work
    authors = tuple(replace(author, person=None) if author.person in hidden else author for author in work.authors)
    return replace(work, authors=authors, people=tuple(one for one in work.people if one.person not in hidden))


def _without_fields(document: Document, names: Iterable[str]) -> Document:
    """The document without these fields of its header."""
    gone = frozenset(names)
    if not gone:
        return document
    empty: dict[str, Any] = {f.name: f.default for f in fields(document) if f.name in gone}
    return replace(document, **empty, written=tuple(name for name in document.written if name not in gone))


def _sections(sections: Iterable[Section], apart: Apart) -> Iterator[Section]:
    for section in sections:
        if apart.leaves_out(section):
            continue
        entries = tuple(_entry(entry, apart) for entry in section.entries if not apart.leaves_out(entry))
        inner = tuple(_sections(section.sections, apart))
        emptied = (section.entries or section.sections) and not (entries or inner)
        if emptied and not (section.text or section.publications or section.people):
            continue  # a heading alone would tell that there was something
        yield replace(section, entries=entries, sections=inner)


def _entry(entry: Any, apart: Apart) -> Any:
    """An entry with what is left out in it gone, and its dates as they were."""
    changed: dict[str, Any] = {}
    bullets: tuple[Bullet, ...] = getattr(entry, "bullets", ())
    if bullets:
        changed["bullets"] = tuple(_entry(one, apart) for one in bullets if not apart.leaves_out(one))
    if apart.day is not None:
        if getattr(entry, "date", None) is not None:
            changed["date"] = as_of(entry.date, apart.day)
        if getattr(entry, "venues", ()):
            changed["venues"] = tuple(_occasions(entry.venues, apart.day))
    return replace(entry, **changed) if changed else entry


def _occasions(venues: Iterable[Any], day: Day) -> Iterator[Any]:
    for venue in venues:
        if venue.date is None:
            yield venue
        elif (date := as_of(venue.date, day)) is not None:
            yield replace(venue, date=date)


def _person_as_of(person: KnownPerson, day: Day) -> KnownPerson:
    """A person as known on a day: an advisee who came later was none, and who was still there had gone nowhere."""
    if person.date is None:
        return person
    date = as_of(person.date, day)
    if date is None:
        role = tuple(one for one in person.role if one != "advisee")
        return replace(person, role=role, date=None, position=None, now=None)
    return replace(person, date=date, now=person.now if date == person.date else None)


# --- dates ---


def as_of(when: When, day: Day) -> When | None:
    """What a date said on a day; None if all of it was still to come.

    A date lies ahead if the first day that it may mean does: in March 2023, “2023” is there, and “May 2023” is not. A
    range that ends ahead of the day goes on until the present.
    """
    parts = tuple(part for part in (_part_as_of(part, day) for part in when.parts) if part is not None)
    return when if parts == when.parts else When(parts) if parts else None


def _part_as_of(part: PartialDate | DateRange, day: Day) -> PartialDate | DateRange | None:
    if isinstance(part, PartialDate):
        return part if part.first <= day else None
    if part.start is not None and part.start.first > day:
        return None
    if part.start is not None and isinstance(part.end, PartialDate) and part.end.first > day:
        return DateRange(part.start, PRESENT)
    return part
