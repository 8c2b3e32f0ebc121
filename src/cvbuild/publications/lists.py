"""Which works a list prints, in which order, in which groups, under which numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from itertools import count
from typing import get_args

from cvbuild.diagnostics import DUPLICATE_WORK, EMPTY_LIST, UNKNOWN_WORK, Sink
from cvbuild.frozen import frozen
from cvbuild.model import ListSpec, Status, Work, WorkKind
from cvbuild.publications.database import Database, date_of, kind_of
from cvbuild.publications.listing import Group, Listing, ListItem
from cvbuild.publications.styles import Styles, resolve_style
from cvbuild.publications.typeset import Typesetter
from cvbuild.text import Text, text

_GROUP_WORDS = {
    "article": "Journal articles",
    "conference": "Conference papers",
    "workshop": "Workshop papers",
    "preprint": "Preprints",
    "chapter": "Book chapters",
    "book": "Books",
    "thesis": "Theses",
    "report": "Reports",
    "patent": "Patents",
    "software": "Software",
    "dataset": "Datasets",
    "talk": "Talks",
    "other": "Other publications",
    "published": "Published",
    "accepted": "Accepted",
    "in press": "In press",
    "submitted": "Submitted",
    "under review": "Under review",
    "in preparation": "In preparation",
}


@frozen
class _Chosen:
    spec: ListSpec
    groups: tuple[tuple[Text | None, tuple[Work, ...]], ...]

    @property
    def size(self) -> int:
        return sum(len(works) for _, works in self.groups)


def make_listings(
    specs: Iterable[ListSpec],
    defaults: ListSpec | None,
    database: Database,
    styles: Styles,
    typesetter: Typesetter,
) -> tuple[Listing, ...]:
    """The lists of a document, given in document order, since numbers may go on from one to the next."""
    sink = typesetter.sink
    chosen = [_choose(_with_defaults(spec, defaults), database, typesetter) for spec in specs]
    out: list[Listing] = []
    for index, (one, numbers) in enumerate(zip(chosen, _numbers(chosen), strict=True), start=1):
        style = resolve_style(one.spec.style, styles, sink)
        label = iter(numbers)
        place = count(1)
        groups = tuple(
            Group(
                heading=heading,
                items=tuple(
                    ListItem(
                        label=next(label),
                        anchor=f"work.{index}.{next(place)}",
                        body=typesetter.body(work, style),
                        work=work,
                        span=work.span,
                    )
                    for work in works
                ),
            )
            for heading, works in one.groups
        )
        widest = max((n for n in numbers if n is not None), key=len, default="")
        out.append(Listing(groups=groups, widest=widest, legend=one.spec.legend, span=one.spec.span))
    return tuple(out)


def _with_defaults(spec: ListSpec, defaults: ListSpec | None) -> ListSpec:
    """What the document says of all its lists, unless the list says otherwise."""
    if defaults is None:
        return spec
    given = {f.name: getattr(spec, f.name) for f in fields(spec) if f.name not in ("span", "written")}
    unset = {name: getattr(defaults, name) for name, value in given.items() if value in (None, ())}
    return replace(spec, **unset)


def _choose(spec: ListSpec, database: Database, typesetter: Typesetter) -> _Chosen:
    works = _order(_select(spec, database, typesetter.sink), spec)
    if not works and not typesetter.sink.failed:
        typesetter.sink.add(EMPTY_LIST, "no work of the database `publications:` is selected here", spec.span)
    return _Chosen(spec, tuple(_group(works, spec, typesetter)))


def _select(spec: ListSpec, database: Database, sink: Sink) -> list[Work]:
    works = _by_key(spec, database, sink) if spec.keys else list(database.works)
    tests: list[Callable[[Work], bool]] = []
    if spec.kind:
        tests.append(lambda work: kind_of(work) in spec.kind)
    if spec.status:
        tests.append(lambda work: work.status in spec.status)
    if spec.tag:
        tests.append(lambda work: not set(spec.tag).isdisjoint(work.tags))
    return [work for work in works if all(test(work) for test in tests)]


def _by_key(spec: ListSpec, database: Database, sink: Sink) -> list[Work]:
    out: list[Work] = []
    for ref in spec.keys:
        work = database.by_key.get(ref.key)
        if work is not None and work in out:
            sink.add(DUPLICATE_WORK, f"`{ref.key}` is selected twice in one list", ref.span, hint="delete one of them")
        elif work is not None:
            out.append(work)
        elif ref.key not in database.broken:
            sink.add(UNKNOWN_WORK, f"there is no work `{ref.key}`", ref.span, hint=database.hint(ref.key))
    return out


def _order(works: list[Work], spec: ListSpec) -> list[Work]:
    order = next(iter(spec.order), "written" if spec.keys else "newest")
    if order == "written":
        return works
    # Works without a date are in the making: newer than all others. Python's sort keeps the written order of equals.
    return sorted(works, key=_age, reverse=order == "newest")


def _age(work: Work) -> tuple[int, int, int]:
    date = date_of(work)
    return (9999, 99, 99) if date is None else date.last


def _group(works: list[Work], spec: ListSpec, typesetter: Typesetter) -> Iterable[tuple[Text | None, tuple[Work, ...]]]:
    if spec.group is None or spec.group == "none":
        if works:
            yield None, tuple(works)
        return
    own = {heading.value: heading.text for heading in spec.headings}
    values: list[str] = []
    by_value: dict[str, list[Work]] = {}
    for work in works:
        by_value.setdefault(_group_value(work, spec.group), []).append(work)
    values = list(by_value)
    if spec.group in ("kind", "status"):
        ranks = list(get_args(WorkKind if spec.group == "kind" else Status))
        # The user's own headings come first, in the order written.
        values.sort(key=lambda value: (list(own).index(value) if value in own else len(own), ranks.index(value)))
    for value in values:
        heading = own.get(value) or text(typesetter.words(_GROUP_WORDS.get(value, value)))
        yield heading, tuple(by_value[value])


def _group_value(work: Work, group: str) -> str:
    if group == "kind":
        return kind_of(work)
    if group == "status":
        return work.status
    date = date_of(work)
    return str(date.year) if date is not None else "Undated"


def _numbers(chosen: list[_Chosen]) -> Iterable[list[str | None]]:
    """The labels of each list. Lists that resume form a chain with the one before; numbers run through a chain."""
    numbered = [c for c in chosen if c.spec.number != "none"]
    chains: list[list[_Chosen]] = []
    for one in numbered:
        if one.spec.resume and chains:
            chains[-1].append(one)
        else:
            chains.append([one])
    labels: dict[int, list[str | None]] = {}
    for chain in chains:
        total = sum(one.size for one in chain)
        down = chain[0].spec.number == "down"
        numbers = iter(range(total, 0, -1) if down else range(1, total + 1))
        for one in chain:
            labels[id(one)] = [str(next(numbers)) for _ in range(one.size)]
    for one in chosen:
        yield labels.get(id(one), [None] * one.size)
