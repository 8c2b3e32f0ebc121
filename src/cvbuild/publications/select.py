"""Which works of the database a selection means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from unicodedata import combining, normalize

from cvbuild.dates import DateRange, PartialDate
from cvbuild.diagnostics import DUPLICATE_WORK, UNKNOWN_NAME, UNKNOWN_WORK, Sink, closest
from cvbuild.model import Author, OwnerRole, Selection, Work, WorkRef
from cvbuild.names import Identity, Match, fold, is_et_al, parse_name
from cvbuild.publications.database import Database, date_of, kind_of, venue_of
from cvbuild.publications.marks import Marks
from cvbuild.publications.place import place_of
from cvbuild.publications.who import Who
from cvbuild.source import Span

Test = Callable[[Work], bool]
# What the owner is by a mark.
_MARKED: dict[str, OwnerRole] = {
    **dict.fromkeys(("equal", "equal-2", "equal-3"), "equal"),
    "equal-last": "equal-last",
    "corresponding": "corresponding",
}


def selected(selection: Selection, database: Database, who: Who, marks: Marks, sink: Sink) -> list[Work]:
    """The works that have all that `selection` says: in the order of its keys, else as they stand in the database.

    Keys that are not there, or there twice, are errors; a venue, tag or author that no work has is a warning.
    """
    works = _by_key(selection.keys, database, sink) if selection.keys else list(database.works)
    return list(filter(_Tests(database, who, marks, sink).of(selection, ordered=True), works))


def tags_of(work: Work) -> tuple[str, ...]:
    """The tags of a work; `selected: true` is one of them."""
    return (*work.tags, "selected") if work.selected and "selected" not in work.tags else work.tags


def venues_of(work: Work) -> tuple[str, ...]:
    """The names of the place where a work appeared, the short one first."""
    return tuple(str(name) for name in (work.short, venue_of(work)) if name)


def without_case(text: str) -> str:
    """Tags and groups as they are compared: without case and accents; C++ is not C."""
    letters = "".join(c for c in normalize("NFKD", text) if combining(c) < 10)
    return " ".join(letters.casefold().split())


def _by_key(refs: Iterable[WorkRef], database: Database, sink: Sink) -> list[Work]:
    out: dict[str, Work] = {}
    for ref in refs:
        work = database.by_key.get(ref.key)
        if ref.key in out:
            sink.add(DUPLICATE_WORK, f"`{ref.key}` is selected twice in one list", ref.span, hint="delete one of them")
        elif work is not None:
            out[ref.key] = work
        elif ref.key not in database.broken and ref.key not in database.left_out:
            sink.add(UNKNOWN_WORK, f"there is no work `{ref.key}`", ref.span, hint=database.hint(ref.key))
    return list(out.values())


class _Tests:
    """Makes tests of selections, and reports names that no work has."""

    def __init__(self, database: Database, who: Who, marks: Marks, sink: Sink) -> None:
        self.database, self.who, self.marks, self.sink = database, who, marks, sink

    def of(self, selection: Selection, ordered: bool = False) -> Test:
        """Whether a work has all that `selection` says; its keys were looked up before if they are `ordered`."""
        tests: list[Test] = []
        if selection.keys and not ordered:
            keys = {work.key for work in _by_key(selection.keys, self.database, self.sink)}
            tests.append(lambda work: work.key in keys)
        if selection.kind:
            tests.append(lambda work: kind_of(work) in selection.kind)
        if selection.status:
            tests.append(lambda work: work.status in selection.status)
        if selection.venue:
            tests.append(self._named("venue", selection.venue, selection.span, venues_of))
        if selection.year is not None:
            spans = tuple(map(_days, selection.year.parts))
            tests.append(lambda work: _falls(date_of(work), spans))
        if selection.tag:
            tests.append(self._named("tag", selection.tag, selection.span, tags_of))
        if selection.author:
            tests.append(self._authors(selection))
        if selection.role:
            tests.append(lambda work: not self._roles(work).isdisjoint(selection.role))
        if selection.any_of:
            some = tuple(map(self.of, selection.any_of))
            tests.append(lambda work: any(test(work) for test in some))
        if selection.without is not None:
            out = self.of(selection.without)
            tests.append(lambda work: not out(work))
        return lambda work: all(test(work) for test in tests)

    def _named(
        self, what: str, wanted: tuple[str, ...], span: Span | None, names: Callable[[Work], tuple[str, ...]]
    ) -> Test:
        """Whether one of a work's names is wanted; case and accents do not matter, nor in venues punctuation."""
        same = fold if what == "venue" else without_case
        has = {work.key: frozenset(map(same, names(work))) for work in self.database.known}
        known = frozenset[str]().union(*has.values())
        for name in wanted:
            if same(name) not in known:
                others = (name for work in self.database.known for name in names(work))
                self._report(f"no work has the {what} `{name}`", name, span, others)
        folded = frozenset(map(same, wanted))
        if what == "venue":  # the long name of a venue and the short one, if any work tells both
            folded = folded.union(*(names for names in has.values() if not names.isdisjoint(folded)))
        return lambda work: not folded.isdisjoint(has[work.key])

    def _authors(self, selection: Selection) -> Test:
        persons = tuple(self._person(name) for name in selection.author)
        for name, person in zip(selection.author, persons, strict=True):
            if not any(person(author, work.authors) for work in self.database.known for author in work.authors):
                names = (str(author.name) for work in self.database.works for author in work.authors)
                self._report(f"no work has the author `{name}`", name, selection.span, names)
        return lambda work: any(person(author, work.authors) for person in persons for author in work.authors)

    def _person(self, name: str) -> Callable[[Author, tuple[Author, ...]], bool]:
        """Whether an author is meant by `name`: a key of `people:`, else anybody with this name or alias."""
        folded, compared = fold(name), Identity.of(name)
        mine = any(fold(str(own)) == folded for own in (self.who.owner.name, *self.who.owner.aliases))
        is_key = name in self.who.people

        def test(author: Author, authors: tuple[Author, ...]) -> bool:
            if mine and self.who.is_owner(author, authors):
                return True
            known = self.who.person(author)
            if is_key or known is None:
                key = author.person if known is None else known.key
                return key == name or (not is_key and compared.match(author.name) is Match.SURE)
            names = (known.name or known.key, *known.aliases)
            return folded in map(fold, names) or compared.match(parse_name(names[0])) is Match.SURE

        return test

    def _roles(self, work: Work) -> set[OwnerRole]:
        """What the owner is in a work."""
        authors = [a for a in work.authors if not is_et_al(a.name)]
        complete = len(authors) == len(work.authors)
        roles: set[OwnerRole] = set()
        at = next((i for i, a in enumerate(authors) if self.who.is_owner(a, work.authors)), None)
        if at is not None:
            if at == 0:
                roles.add("first")
            if complete and at == len(authors) - 1:
                roles.add("last" if at else "sole")
            roles.update(_MARKED[name] for name in self.marks.names(authors[at].marks) if name in _MARKED)
        persons = (self.who.person(author) for i, author in enumerate(authors) if i != at)
        if any(person is not None and "advisee" in person.role for person in persons):
            roles.add("advising")
        return roles

    def _report(self, message: str, name: str, span: Span | None, known: Iterable[str]) -> None:
        if self.database.works:
            near = closest(name, list(dict.fromkeys(known)))
            hint = f"did you mean `{near}`?" if near else None
            self.sink.add(UNKNOWN_NAME, message, place_of(name, span), hint=hint)


_Day = tuple[int, int, int]


def _days(part: PartialDate | DateRange) -> tuple[_Day, _Day]:
    """The first and the last day that a date or a range may mean."""
    if isinstance(part, PartialDate):
        return part.first, part.last
    start = part.start.first if part.start is not None else (0, 0, 0)
    return start, part.end.last if isinstance(part.end, PartialDate) else (9999, 99, 99)


def _falls(date: PartialDate | None, spans: Iterable[tuple[_Day, _Day]]) -> bool:
    """Whether a date may lie in one of these spans; what has no date lies in none."""
    return date is not None and any(date.first <= last and first <= date.last for first, last in spans)
