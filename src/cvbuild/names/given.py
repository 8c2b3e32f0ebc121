"""Given names, compared: in full, abbreviated, and left out."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from cvbuild.names.folding import letters_of
from cvbuild.names.forms import HYPHEN, unpack

Parts = tuple[str, ...]
"""What a given name like "Yi-An" is made of, folded; an abbreviated part ends with a full stop."""


class Match(IntEnum):
    """How surely a name is a person's."""

    NO = 0
    DOUBTFUL = 1
    SURE = 2


def given_names(words: Iterable[str], capitals: bool) -> tuple[Parts, ...]:
    """Given names, one tuple each."""
    split = (tuple(filter(None, map(_part, HYPHEN.split(word)))) for word in unpack(words, capitals))
    return tuple(filter(None, split))


def _part(text: str) -> str:
    letters = letters_of(text)
    return f"{letters}." if len(letters) == 1 or (letters and text.endswith(".")) else letters


def flat(names: Iterable[Parts]) -> list[str]:
    """The parts of all names in one list."""
    return [part for name in names for part in name]


def key_of(words: list[str], capitals: bool) -> str:
    """A whole name as one word, in which "L. E. I. Wu" is not "Lei Wu"."""
    return "".join(flat(given_names(words, capitals)))


def compare_given(mine: tuple[Parts, ...], theirs: tuple[Parts, ...]) -> Match:
    """Compare the given names of a person with those of a candidate who has the same family name."""
    ours, others = flat(mine), flat(theirs)
    if "".join(ours) == "".join(others):
        return Match.SURE
    if not ours or not others or not all(map(_compatible, ours, others)):
        return Match.NO
    common = min(len(ours), len(others))
    if not _ends_between_names(mine if len(ours) > len(others) else theirs, common):
        last = ours[common - 1] + others[common - 1]
        return Match.DOUBTFUL if "." in last else Match.NO  # "Yi Ma" is not "Yi-An Ma"
    first = list(mine[0])
    first_in_full = first == others[: len(first)] and not any(part.endswith(".") for part in first)
    return Match.SURE if first_in_full and len(others) <= len(ours) else Match.DOUBTFUL


def _compatible(one: str, other: str) -> bool:
    """Whether two parts are equal, or one abbreviates the other."""
    return one == other or _abbreviates(one, other) or _abbreviates(other, one)


def _abbreviates(short: str, long: str) -> bool:
    return short.endswith(".") and long.startswith(short[:-1])


def _ends_between_names(names: tuple[Parts, ...], count: int) -> bool:
    """Whether the first `count` parts are some whole names, and not half of a hyphenated one."""
    for name in names:
        if count <= 0:
            break
        count -= len(name)
    return count == 0
