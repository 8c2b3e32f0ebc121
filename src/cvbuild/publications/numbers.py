"""The numbers of works in lists: who counts with whom, and what a number looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from cvbuild.diagnostics import BAD_LABEL, NO_EFFECT, SAME_NUMBER, Sink
from cvbuild.frozen import frozen
from cvbuild.model import ListSpec, Work
from cvbuild.publications.database import date_of, kind_of
from cvbuild.publications.groups import Cluster, Grouping
from cvbuild.publications.patterns import (
    Fields,
    Pattern,
    PatternError,
    Styled,
    as_written,
    misses,
    parse_pattern,
    set_pattern,
)
from cvbuild.publications.place import place_of
from cvbuild.text import Str, plain

FIELDS = frozenset(("n", "year", "yy", "key"))


@frozen
class Numbered:
    """The works of one list, in their groups, and how the list wants them numbered."""

    spec: ListSpec
    grouping: Grouping
    clusters: tuple[Cluster, ...]


@frozen
class Number:
    """The number of a work. `label` is how citations call it; `own` how the list prints it, if a pattern says so.

    `n` is its place in a `series`: the works that count together. Series are numbered in document order.
    """

    label: str
    own: str | None
    series: int
    n: int


@frozen
class _Place:
    """A work that is to be numbered: where it stands, and by which pattern and in which series."""

    work: Work
    pattern: str | None
    series: tuple[str | None, ...]


def number_lists(lists: list[Numbered], sink: Sink) -> list[list[Number | None]]:
    """The numbers of each list, in the order in which the works are printed.

    Lists that resume form a chain with the numbered list before. In a chain, works with one pattern are a series
    (with `restart: true` those of one group, with `restart: false` all), which rises from 1, or falls to it.
    """
    chains: list[list[int]] = []
    for index, one in enumerate(lists):
        if one.spec.number == "none":
            continue
        if one.spec.resume and chains:
            way = lists[chains[-1][0]].spec.number or "up"
            if one.spec.number not in (None, way):
                what = f"the numbers of the list go on from a list where they go {way}, and do so, too"
                hint = f"write `number: {one.spec.number}` in the first of these lists"
                sink.add(NO_EFFECT, what, place_of("number", one.spec.span), hint=hint)
            chains[-1].append(index)
        else:
            chains.append([index])
    out: list[list[Number | None]] = [[None for c in one.clusters for _ in c.works] for one in lists]
    series: dict[tuple[object, ...], int] = {}
    for chain in chains:
        places = {index: list(_places(lists[index], sink)) for index in chain}
        total = Counter(place.series for index in chain for place in places[index])
        down = lists[chain[0]].spec.number == "down"
        done: Counter[tuple[str | None, ...]] = Counter()
        for index in chain:
            for at, place in enumerate(places[index]):
                n = total[place.series] - done[place.series] if down else done[place.series] + 1
                done[place.series] += 1
                rank = series.setdefault((chain[0], *place.series), len(series))
                out[index][at] = _number(place, n, rank)
            _check(lists[index].spec, places[index], out[index], sink)
    return out


def _places(one: Numbered, sink: Sink) -> Iterable[_Place]:
    spec = one.spec
    labels = {one.grouping.name(label.value): label.label for label in spec.labels}
    for label in (spec.label, *labels.values()):
        if label is not None:
            _check_pattern(label, spec, sink)
    for cluster in one.clusters:
        group = one.grouping.name(cluster.value) if cluster.value is not None else None
        for work in cluster.works:
            pattern = labels.get(group) if group is not None else None
            pattern = pattern or labels.get(one.grouping.name(kind_of(work))) or spec.label
            counts = None if spec.restart is False else pattern
            yield _Place(work, pattern, (counts, group if spec.restart else None))


def _check_pattern(pattern: str, spec: ListSpec, sink: Sink) -> None:
    try:
        styled = any(isinstance(part, Styled) for part in parse_pattern(pattern, FIELDS))
        problem = "a number has no emphasis" if styled else None
    except PatternError as error:
        problem = str(error)
    if problem is None and not pattern.strip():
        problem = "it is empty"
    if problem is not None:
        hint = "for example `J{n}`; the fields are " + ", ".join(f"`{name}`" for name in sorted(FIELDS))
        place = place_of(pattern, spec.span)
        sink.add(BAD_LABEL, f"the pattern `{pattern}` of a number is malformed: {problem}", place, hint=hint)


@cache
def _parsed(pattern: str) -> Pattern:
    try:
        return parse_pattern(pattern, FIELDS)
    except PatternError:
        return ()  # reported


def _number(place: _Place, n: int, series: int) -> Number:
    if place.pattern is None:
        return Number(str(n), None, series, n)
    date = date_of(place.work)
    said: Mapping[str, str] = {
        "n": str(n),
        "key": place.work.key,
        "year": str(date.year) if date is not None else "",
        "yy": f"{date.year % 100:02}" if date is not None else "",
    }
    fields: Fields = {name: (Str(value),) for name, value in said.items() if value}
    pattern = _parsed(place.pattern)
    # Signs are tidied up only where a year is missing; else the number is as written: `{n}:`, `.{n}`.
    own = (plain(set_pattern(pattern, fields)) if misses(pattern, fields) else as_written(pattern, fields)).strip()
    own = own or str(n)
    return Number(_bare(own), own, series, n)


def _bare(label: str) -> str:
    """A number as citations print it: `[J1]`, `(J1)` and `J1.` are J1."""
    for opening, closing in ("[]", "()"):
        inner = label.removeprefix(opening).removesuffix(closing)
        if len(inner) == len(label) - 2 and not set(inner) & {opening, closing}:
            return inner.strip() or label
    shorn = label.rstrip(".:,;")
    return (shorn[:-1] if shorn.endswith(")") and "(" not in shorn else shorn).strip() or label


def _check(spec: ListSpec, places: list[_Place], numbers: list[Number | None], sink: Sink) -> None:
    """Report what a pattern calls by one name, unless numbers shall begin again in each group."""
    if spec.restart:
        return
    seen: dict[str, str] = {}
    for place, number in zip(places, numbers, strict=True):
        assert number is not None
        if number.label in seen:
            what = f"`{seen[number.label]}` and `{place.work.key}` both have the number {number.label}"
            hint = "put `{n}` into the pattern, or give each group a pattern of its own"
            sink.add(SAME_NUMBER, what, place_of(place.pattern or "", spec.span), hint=hint)
            return
        seen[number.label] = place.work.key
