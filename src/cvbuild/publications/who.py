"""Who an author is: the owner of the CV, somebody of `people:`, or neither."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cvbuild.diagnostics import AMBIGUOUS_AUTHOR, DOUBTFUL_OWNER, DOUBTFUL_PERSON, UNKNOWN_PERSON, Sink, closest
from cvbuild.model import Author, KnownPerson, Work
from cvbuild.names import Crowd, Fit, Identity, Name
from cvbuild.publications.registry import identity_of, is_homonym_of

_OWNER = 0


class _Doubt(NamedTuple):
    """A form of a name, and those whom it may mean, by their places in the crowd."""

    form: str
    places: tuple[int, ...]
    fit: Fit


class Who:
    """Knows whose CV it is and who occurs in it.

    An author is somebody if he is said to be (`me`, `person`), or if the name fits this person surely, and nobody
    else as well; a person is at most one of the authors of a work. An entry of `people:` that has the owner's name
    is only found by `person`: whoever has this name in his own CV is the owner.

    What is in doubt is nobody. Doubts are collected; `report` tells them, one for each form of a name.
    """

    def __init__(self, owner: Identity, people: Iterable[KnownPerson], sink: Sink, works: Iterable[Work] = ()) -> None:
        people = tuple(people)
        self.owner = owner
        self.people = {person.key: person for person in people}
        self.sink = sink
        self.works = tuple(works)
        self._among = {id(author): work.authors for work in self.works for author in work.authors}
        named = [(person, identity_of(person)) for person in people]
        found = [(person, identity) for person, identity in named if not is_homonym_of(owner, identity)]
        self._crowd = Crowd((owner, *(identity for _, identity in found)))
        self._persons: list[KnownPerson | None] = [None, *(person for person, _ in found)]
        self._said = {person.key: place for place, person in enumerate(self._persons) if person is not None}
        for person, _ in named:  # those who are only found by `person`
            if person.key not in self._said:
                self._said[person.key] = len(self._persons)
                self._persons.append(person)
        self._doubts: dict[_Doubt, dict[int, tuple[tuple[Author, ...], Author]]] = {}
        self._answers: dict[int, tuple[Author, int | None]] = {}

    def is_owner(self, author: Author, others: tuple[Author, ...] = ()) -> bool:
        """Whether an author is the owner of the CV. `others` are all authors of a work that is not in `works`."""
        return self._place(author, others) == _OWNER

    def person(self, author: Author, others: tuple[Author, ...] = ()) -> KnownPerson | None:
        """Who of `people:` an author is; None if nobody, or if that is not sure. `others` is as in `is_owner`."""
        place = self._place(author, others)
        return self._persons[place] if place is not None else None

    def named(self, name: Name) -> KnownPerson | None:
        """Who of `people:` surely has this name, outside of works."""
        fit, places = self._crowd.best(name)
        return self._persons[places[0]] if fit >= Fit.SURE and len(places) == 1 else None

    def may_be_owner(self, author: Author, others: tuple[Author, ...] = ()) -> bool:
        """Whether it is in doubt that an author is the owner. `others` is as in `is_owner`."""
        place = self._place(author, others)
        return place is None and _OWNER in self._free(author, self._among.get(id(author), others))

    def report(self) -> None:
        """Tell what was in doubt so far, and in how many works."""
        for doubt, found in self._doubts.items():
            author = min((author for _, author in found.values()), key=lambda a: a.span.start if a.span else 0)
            self._report(doubt, author, len(found))

    def check(self) -> None:
        """Report each `person` of an author of `works` that is no key of `people:`."""
        for work in self.works:
            for author in work.authors:
                if author.person is not None and author.person not in self.people:
                    near = closest(author.person, list(self.people))
                    hint = (
                        f"did you mean `{near}`?" if near else "add this key to `people:` at the top level of the file"
                    )
                    self.sink.add(UNKNOWN_PERSON, f"`people:` has no key `{author.person}`", author.span, hint=hint)

    def _place(self, author: Author, others: tuple[Author, ...]) -> int | None:
        known = self._answers.get(id(author))
        if known is None:
            known = self._answers[id(author)] = (author, self._find(author, self._among.get(id(author), others)))
        return known[1]

    def _find(self, author: Author, authors: tuple[Author, ...]) -> int | None:
        fit, places = self._best(author)
        if fit is Fit.SAID or not places:
            return places[0] if places else None
        free = self._free(author, authors)
        if len(free) == 1 and fit >= Fit.SURE and free[0] not in self._taken(author, authors, fit):
            return free[0]
        if free:
            doubt = _Doubt(str(author.name), free, fit)
            # A work is known by its authors, who are kept so that their `id` stays theirs.
            self._doubts.setdefault(doubt, {}).setdefault(id(authors or author), (authors, author))
        return None

    def _best(self, author: Author) -> tuple[Fit, tuple[int, ...]]:
        if author.me:
            return Fit.SAID, (_OWNER,)
        if author.person is not None:
            place = self._said.get(author.person)
            return (Fit.SAID, (place,)) if place is not None else (Fit.NO, ())
        return self._crowd.best(author.name)

    def _called(self, place: int) -> str:
        person = self._persons[place]
        return f"`{person.key}` of `people:`" if person is not None else f"the owner of this CV, “{self.owner.name}”"

    def _free(self, author: Author, authors: tuple[Author, ...]) -> tuple[int, ...]:
        """Whom an author fits best, but for those whom another author of the work fits better."""
        fit, places = self._best(author)
        if not places:  # nearly everybody, and papers have thousands of authors
            return ()
        taken = self._taken(author, authors, fit + 1)
        return tuple(place for place in places if place not in taken)

    def _taken(self, author: Author, authors: tuple[Author, ...], least: int) -> set[int]:
        """Who is another author of the work, by a fit that is at least so good."""
        fits = map(self._best, _without(author, authors))
        return {places[0] for fit, places in fits if fit >= least and len(places) == 1}

    def _report(self, doubt: _Doubt, author: Author, works: int) -> None:
        form, span = doubt.form, author.span
        times = f" (in {works} works)" if works > 1 else ""
        names = [self._called(place) for place in doubt.places]
        said = [
            "me: true" if (person := self._persons[place]) is None else f"person: {person.key}"
            for place in doubt.places
        ]
        say = " or ".join(f"`{{name: {form}, {one}}}`" for one in said)
        file = f"for a work that a file brings, `people: {{{form}: {{{said[-1]}}}}}` below its key"
        if len(doubt.places) > 1:
            fits = f"fits {', '.join(names[:-1])} and {names[-1]} equally well"
            message = f"“{form}” {fits}, and is counted as nobody{times}"
            alias = f"add `aliases: [{form}]` to the right one, or " if doubt.fit is Fit.DOUBTFUL else ""
            hint = f"{alias}write in the work {say}; {file}"
            self.sink.add(AMBIGUOUS_AUTHOR, message, span, hint=hint)
        elif doubt.fit >= Fit.SURE:
            message = f"two authors of one work fit {names[0]}; “{form}” is counted as nobody{times}"
            hint = f"write for the right one {say}; {file}"
            self.sink.add(AMBIGUOUS_AUTHOR, message, span, hint=hint)
        elif doubt.places == (_OWNER,):
            message = f"is “{form}” {names[0]}? Only the initials agree{times}"
            hint = f"if so, add `aliases: [{form}]` below `name:`; if not, write the name in full"
            self.sink.add(DOUBTFUL_OWNER, message, span, hint=hint)
        else:
            message = f"is “{form}” {names[0]}? The names do not agree in full{times}"
            person = self._persons[doubt.places[0]]
            assert person is not None
            hint = (
                f"if so, add `aliases: [{form}]` below `{person.key}` in `people:`;"
                " if not, write the name in full, or register this person too"
            )
            self.sink.add(DOUBTFUL_PERSON, message, span, hint=hint)


def _without(author: Author, authors: tuple[Author, ...]) -> list[Author]:
    """The other authors of a work."""
    at = next((i for i, other in enumerate(authors) if other is author), None)
    if at is None:
        at = next((i for i, other in enumerate(authors) if other == author), None)
    return [other for i, other in enumerate(authors) if i != at]
