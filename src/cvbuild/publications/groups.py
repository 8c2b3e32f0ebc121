"""The groups of a list: which works stand under which heading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cvbuild.diagnostics import UNKNOWN_NAME, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.model import GroupLabel, Heading, ListSpec, OrderKey, Work
from cvbuild.names import fold
from cvbuild.publications.database import Database, date_of, kind_of
from cvbuild.publications.order import KINDS, STATUSES, by_alphabet
from cvbuild.publications.select import tags_of, venues_of, without_case
from cvbuild.text import Text, text
from cvbuild.words import Words

_KIND_WORDS: Final = (
    "Journal articles", "Conference papers", "Workshop papers", "Preprints", "Book chapters", "Books", "Theses",
    "Reports", "Patents", "Software", "Datasets", "Talks", "Other publications",
)  # fmt: skip
_WORDS: Final[dict[str, str]] = {status: status.capitalize() for status in STATUSES}
_WORDS.update(zip(KINDS, _KIND_WORDS, strict=True))
UNDATED: Final = "Undated"
OTHER: Final = "Other"


@frozen
class Cluster:
    """Works of one group. `value` is what they have in common, None if the list has no groups."""

    value: str | None
    heading: Text | None
    works: tuple[Work, ...]


class Grouping:
    """Tells the group of a work, in the words of one list."""

    def __init__(self, spec: ListSpec, database: Database, words: Words) -> None:
        self.spec = spec
        self.words = words
        self.database = database
        # A venue is called by its short name if any work tells it.
        works = database.known if spec.group == "venue" else ()
        self.short = {fold(names[-1]): names[0] for names in map(venues_of, works) if len(names) > 1}
        self.headings = {self.name(heading.value): heading for heading in spec.headings}

    def clusters(self, works: list[Work], order: tuple[OrderKey, ...]) -> tuple[Cluster, ...]:
        """The groups of `works`, which are in this `order`: as the headings of the list are written, then the others."""
        if self.spec.group is None or self.spec.group == "none":
            return (Cluster(None, None, tuple(works)),) if works else ()
        found: dict[str, tuple[str, list[Work]]] = {}
        for work in works:
            value = self.value(work)
            found.setdefault(self.name(value), (value, []))[1].append(work)
        first = list(self.headings)
        ranks = self._ranks([value for value, _ in found.values()], order)
        places = {name: (first.index(name) if name in first else len(first), ranks[found[name][0]]) for name in found}
        return tuple(
            Cluster(found[name][0], self._heading(found[name][0]), tuple(found[name][1]))
            for name in sorted(found, key=places.__getitem__)
        )

    def name(self, value: str) -> str:
        """A name by which the list may call a group, in the form in which groups are compared."""
        same = fold if self.spec.group == "venue" else without_case
        return same(self.short.get(fold(value), value))

    def value(self, work: Work) -> str:
        """What puts a work into its group."""
        match self.spec.group:
            case "kind":
                return kind_of(work)
            case "status":
                return work.status
            case "year":
                date = date_of(work)
                return str(date.year) if date is not None else UNDATED
            case "venue":
                names = venues_of(work)
                return self.short.get(fold(names[-1]), names[0]) if names else OTHER
            case _:
                tag = next((tag for tag in tags_of(work) if self.name(tag) in self.headings), OTHER)
                return work.topic or tag

    def check(self, named: Iterable[Heading | GroupLabel], sink: Sink) -> None:
        """Report headings and labels for groups that no work of the database can be in."""
        named = tuple(named) if self.database.known else ()
        known = {self.name(value): value for value in self._possible()} if named else {}
        for one in named:
            if self.name(one.value) not in known:
                near = closest(one.value, list(known.values()))
                hint = f"did you mean `{near}`?" if near else None
                sink.add(UNKNOWN_NAME, f"no work is in a group `{one.value}`", one.span, hint=hint)

    def _possible(self) -> Iterable[str]:
        """All that a heading or a label may be for: also what other lists group by, as `lists:` speaks for all."""
        works = self.database.known
        yield from (*KINDS, *STATUSES, UNDATED, OTHER)
        for work in works:
            yield from (*tags_of(work), *venues_of(work))
            if work.topic is not None:
                yield work.topic
            if (date := date_of(work)) is not None:
                yield str(date.year)

    def _ranks(self, values: list[str], order: tuple[OrderKey, ...]) -> dict[str, int]:
        """The places of groups without a heading of the list's own."""
        match self.spec.group:
            case "kind" | "status":
                ranked: list[str] = [*KINDS, *STATUSES]
            case "year" if order[:1] == ("written",):
                ranked = values
            case "year":
                up = "oldest" in order
                ranked = sorted(values, key=lambda year: int(year) if year.isdecimal() else 10000, reverse=not up)
            case _:
                ranked = sorted(values, key=lambda value: (value == OTHER, by_alphabet(value), value))
        return {value: place for place, value in enumerate(ranked)}

    def _heading(self, value: str) -> Text:
        own = self.headings.get(self.name(value))
        return own.text if own is not None else text(self.words(_WORDS.get(value, value)))
