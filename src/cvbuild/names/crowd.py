"""Several known people, and whom of them a name fits best."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

from cvbuild.names.folding import fold, spelled_letters
from cvbuild.names.given import Match
from cvbuild.names.identity import Identity
from cvbuild.names.name import Name


class Fit(IntEnum):
    """How well a name fits a person: as `Match`, or better than that."""

    NO = 0
    DOUBTFUL = 1
    SURE = 2
    EXACT = 3
    """The name, or an alias, word for word."""
    SAID = 4
    """Not by the name: somebody said so."""


class Best(NamedTuple):
    """How well a name fits those whom it fits best, and their places in the crowd: none, one or several."""

    fit: Fit
    places: tuple[int, ...]


class Crowd:
    """People, told from each other by their names. A name is looked up in the time that its own length takes."""

    def __init__(self, people: Iterable[Identity]) -> None:
        self.people = tuple(people)
        self._by_family: dict[str, list[int]] = {}
        self._exact = [{fold(str(name)) for name in (one.name, *one.aliases)} for one in self.people]
        self._known: dict[Name, Best] = {}
        for place, one in enumerate(self.people):
            for family in one.families:
                self._by_family.setdefault(family, []).append(place)

    def best(self, name: Name) -> Best:
        """Whom a name fits best. A sure match of one person beats a doubtful one of another."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._best(name)
        return found

    def _best(self, name: Name) -> Best:
        fits = {place: self.fit(place, name) for place in self.near(name)}
        best = max(fits.values(), default=Fit.NO)
        return Best(best, tuple(place for place, fit in fits.items() if fit is best) if best else ())

    def fit(self, place: int, name: Name) -> Fit:
        """How well a name fits one person."""
        match = self.people[place].match(name)
        return Fit.EXACT if match is Match.SURE and fold(str(name)) in self._exact[place] else Fit(match)

    def near(self, name: Name) -> Iterator[int]:
        """The places of all whose family name begins or ends this name."""
        places: set[int] = set()
        for letters in spelled_letters(f"{name.given}{name.particle}{name.family}"):
            for cut in range(len(letters) + 1):
                places.update(self._by_family.get(letters[cut:], ()))
                places.update(self._by_family.get(letters[:cut], ()))
        return iter(sorted(places))
