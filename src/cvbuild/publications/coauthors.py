"""The co-authors of works: each person once, however the name is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from cvbuild.dates import PartialDate
from cvbuild.diagnostics import PERHAPS_THE_SAME, Sink
from cvbuild.frozen import frozen
from cvbuild.model import Author, KnownPerson, Work
from cvbuild.names import Crowd, Identity, Match, Name, fold, is_et_al, parse_name, spelled_letters
from cvbuild.publications.database import date_of
from cvbuild.publications.registry import name_of
from cvbuild.publications.who import Who
from cvbuild.source import Span


@frozen
class CoAuthor:
    """Somebody who wrote works with the owner: the name in its fullest form, and the works in the order given."""

    name: Name
    person: KnownPerson | None
    works: tuple[Work, ...]

    @property
    def dates(self) -> list[PartialDate]:
        """When the works appeared, as far as that is known."""
        return [date for work in self.works if (date := date_of(work)) is not None]


@dataclass(slots=True)
class _Form:
    """One way in which authors who are not registered are written, and the works in which they are."""

    name: Name
    span: Span | None
    works: dict[str, Work] = field(default_factory=dict)
    families: frozenset[str] = field(init=False)
    initial: str = field(init=False)

    def __post_init__(self) -> None:
        self.families = frozenset(spelled_letters(self.name.particle + self.name.family))
        self.initial = fold(self.name.given)[:1]


def is_person(author: Author) -> bool:
    """Whether this author is no "et al." and no organisation."""
    name = author.name
    return not is_et_al(name) and bool(name.family) and not name.is_organisation


def co_authors(works: Iterable[Work], who: Who, sink: Sink) -> tuple[CoAuthor, ...]:
    """Everybody but the owner who is an author of `works`, in the order in which they first occur.

    Forms of the name of somebody who is not registered are one person only if that is sure; where it may be, that is
    reported, and each form stands for itself. Whoever may be the owner is left out: `Who` reports that.
    """
    registered: dict[str, tuple[KnownPerson, dict[str, Work]]] = {}
    forms: dict[str, _Form] = {}
    order: dict[str, int] = {}
    for work in works:
        for author in work.authors:
            if not is_person(author) or who.is_owner(author, work.authors):
                continue
            person = who.person(author, work.authors)
            if person is not None:
                registered.setdefault(person.key, (person, {}))[1][work.key] = work
                order.setdefault(f"@{person.key}", len(order))
            elif not who.may_be_owner(author, work.authors):
                form = str(author.name)
                known = forms.setdefault(form, _Form(author.name, author.span))
                known.works[work.key] = work
                order.setdefault(form, len(order))
    found = [
        (order[f"@{key}"], CoAuthor(parse_name(name_of(person)), person, tuple(theirs.values())))
        for key, (person, theirs) in registered.items()
    ]
    for group in _persons(list(forms.values()), sink):
        fullest = max(group, key=lambda form: _fullness(form.name))
        theirs = {key: work for form in group for key, work in form.works.items()}
        found.append(
            (min(order[str(form.name)] for form in group), CoAuthor(fullest.name, None, tuple(theirs.values())))
        )
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def _fullness(name: Name) -> tuple[int, int, int, str]:
    """More letters of given names first, then accents, then the form with capitals and small letters."""
    text = str(name)
    letters = max(map(len, spelled_letters(name.given)))
    return letters, sum(not c.isascii() for c in text), sum(c.islower() for c in text), text


def _persons(forms: list[_Form], sink: Sink) -> Iterator[list[_Form]]:
    """The forms of each person together. What is not sure stays apart, and is reported."""
    sure: dict[int, set[int]] = {}
    doubts: dict[int, set[int]] = {}
    for (i, j), match in _matches(forms):
        if match is Match.SURE:
            sure.setdefault(i, set()).add(j)
            sure.setdefault(j, set()).add(i)
        else:
            short, long = sorted((i, j), key=lambda at: _fullness(forms[at].name))
            doubts.setdefault(short, set()).add(long)
    # "Emily Fox" fits Emily B. and Emily C., who are not one: it is neither. Without such forms,
    # each in a group fits each.
    torn = {i for i, near in sure.items() if any(k not in sure[j] for j, k in combinations(near, 2))}
    for i in torn:
        doubts.setdefault(i, set()).update(sure[i])
    for i, form in enumerate(forms):
        group = {i} if i in torn else {i, *sure.get(i, set()) - torn}
        if i == min(group):
            yield [forms[j] for j in sorted(group)]
        if i in doubts:
            _report(form, [forms[j] for j in sorted(doubts[i])], sink)


def _matches(forms: list[_Form]) -> Iterator[tuple[tuple[int, int], Match]]:
    """Pairs of forms that are one person, surely or perhaps. Two authors of one work are not."""
    crowd = Crowd(Identity(form.name) for form in forms)
    pairs = {(min(i, j), max(i, j)) for i, form in enumerate(forms) for j in crowd.near(form.name) if i != j}
    for i, j in sorted(pairs):
        one, other = forms[i], forms[j]
        same = not one.families.isdisjoint(other.families)
        if (same and one.initial != other.initial) or not one.works.keys().isdisjoint(other.works):
            continue
        match = max(crowd.people[i].match(other.name), crowd.people[j].match(one.name))
        if match is Match.SURE and same and fold(one.name.suffix) == fold(other.name.suffix):
            yield (i, j), match
        elif match is Match.SURE or (match is Match.DOUBTFUL and same):  # "Lei Wu" and "Wu Lei", father and son
            yield (i, j), Match.DOUBTFUL


def _report(form: _Form, others: list[_Form], sink: Sink) -> None:
    names = " or ".join(f"“{other.name}”" for other in others)
    times = f" (in {len(form.works)} works)" if len(form.works) > 1 else ""
    cure = f"{{{others[0].name}: {{aliases: [{form.name}]}}}}"
    hint = (
        f"if so, write `people: {cure}`; if not, register both"
        if len(others) == 1
        else f"write `people: {cure}`, or the right one"
    )
    message = f"the co-author “{form.name}” may be {names}; they are counted apart{times}"
    sink.add(PERHAPS_THE_SAME, message, form.span, hint=hint)
