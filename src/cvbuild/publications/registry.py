"""The entries of `people:`: the names by which they are known, and entries that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from cvbuild.diagnostics import REGISTERED_OWNER, REGISTERED_TWICE, Label, Sink
from cvbuild.model import KnownPerson
from cvbuild.names import Crowd, Fit, Identity, Match


def name_of(person: KnownPerson) -> str:
    """The name of a registered person, as printed."""
    return person.name or person.key


def identity_of(person: KnownPerson) -> Identity:
    """Who a registered person is by name."""
    return Identity.of(name_of(person), person.aliases)


def is_homonym_of(owner: Identity, person: Identity) -> bool:
    """Whether the name of a person is surely the owner's too."""
    return owner.match(person.name) is Match.SURE


def check_registry(people: Iterable[KnownPerson], owner: Identity, sink: Sink) -> None:
    """Report entries that are the owner, and entries of one name or alias.

    Two people of one name are meant to be two if each has a key of his own, and the name below it.
    """
    people = tuple(people)
    crowd = Crowd(map(identity_of, people))
    near: set[tuple[int, int]] = set()
    homonyms = {place for place, identity in enumerate(crowd.people) if is_homonym_of(owner, identity)}
    for place, (person, identity) in enumerate(zip(people, crowd.people, strict=True)):
        if place in homonyms and person.name is None:
            message = f"`{person.key}` is the name of the owner of this CV"
            hint = (
                "delete this entry; if it is somebody else, give it a key of its own with `name:`,"
                " and write `person:` for the authors whom it means"
            )
            sink.add(REGISTERED_OWNER, message, person.span, hint=hint)
        for alias in identity.aliases if place not in homonyms else ():
            if owner.match(alias) is Match.SURE:
                message = f"the alias “{alias}” of `{person.key}` is a form of the owner's name too"
                sink.add(REGISTERED_OWNER, message, person.span, hint="delete it; nobody is told apart by it")
        for name in (identity.name, *identity.aliases):
            near.update(combinations(crowd.near(name), 2))
    for one, other in sorted(near):
        if homonyms.isdisjoint((one, other)) and (people[one].name is None or people[other].name is None):
            _check_pair(crowd, people, one, other, sink)


def _check_pair(crowd: Crowd, people: tuple[KnownPerson, ...], one: int, other: int, sink: Sink) -> None:
    names = [(name, at) for at, place in ((one, other), (other, one))
             for name in (crowd.people[place].name, *crowd.people[place].aliases)]  # fmt: skip
    shared = next((name for name, at in names if crowd.fit(at, name) >= Fit.SURE), None)
    first, second = people[one], people[other]
    labels = (Label(first.span, "the other"),) if first.span is not None else ()
    hint = "make one entry of them, with `aliases:`; if they are two people, give each a key of its own with `name:`"
    if shared is not None:
        message = f"“{shared}” fits both `{first.key}` and `{second.key}` of `people:`"
        sink.add(REGISTERED_TWICE, message, second.span, hint=hint, labels=labels)
    elif any(crowd.fit(at, crowd.people[place].name) is Fit.DOUBTFUL for at, place in ((one, other), (other, one))):
        message = f"`{first.key}` and `{second.key}` of `people:` may be the same person"
        sink.add(REGISTERED_TWICE, message, second.span, hint=hint, labels=labels)
