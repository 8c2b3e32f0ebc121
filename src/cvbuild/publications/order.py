"""In which order a list prints its works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args

from cvbuild.model import OrderKey, Status, Work, WorkKind
from cvbuild.names import Name, fold
from cvbuild.publications.database import date_of, kind_of, venue_of

KINDS: tuple[WorkKind, ...] = get_args(WorkKind)
STATUSES: tuple[Status, ...] = get_args(Status)
_ARTICLES = ("a ", "an ", "the ")


def in_order(works: Sequence[Work], order: Sequence[OrderKey]) -> list[Work]:
    """The works in this order; where one key does not decide, the next one does, and at last the order given."""
    out = list(works)
    places = {work.key: place for place, work in enumerate(works)}
    for name in reversed(order):
        if name == "written":
            out.sort(key=lambda work: places[work.key])
        else:
            # Python's sort keeps the order of equals, also when it is reversed.
            out.sort(key=_KEYS[name], reverse=name == "newest")
    return out


def by_alphabet(title: str) -> str:
    """The letters by which a title is sorted: without case, accents, and a leading article."""
    folded = fold(title)
    article = next((a for a in _ARTICLES if folded.startswith(a)), "")
    return folded[len(article) :]


def _age(work: Work) -> tuple[int, int, int]:
    """Works without a date are in the making: newer than all others."""
    date = date_of(work)
    return (9999, 99, 99) if date is None else date.last


def _authors(work: Work) -> tuple[bool, list[tuple[str, str, str]]]:
    """By family names, then given names; works without authors come last."""
    return not work.authors, [_name(author.name) for author in work.authors]


def _name(name: Name) -> tuple[str, str, str]:
    return fold(name.family), fold(name.given), fold(name.particle)


def _venue(work: Work) -> tuple[bool, str]:
    venue = venue_of(work) or work.short
    return not venue, by_alphabet(str(venue)) if venue else ""


_KEYS: dict[OrderKey, Callable[[Work], Any]] = {
    "newest": _age,
    "oldest": _age,
    "rank": lambda work: (work.rank is None, work.rank or 0),
    "title": lambda work: by_alphabet(str(work.title)),
    "author": _authors,
    "venue": _venue,
    "kind": lambda work: KINDS.index(kind_of(work)),
    "status": lambda work: STATUSES.index(work.status),
    "key": lambda work: (fold(work.key), work.key),
}
