"""Text that runs left to right and right to left: Unicode's algorithm (UAX 9), as far as a paragraph of a CV needs it.

Not done are the invisible signs for embedding and overriding. Engines that set
Hebrew words from right to left do not know where a run of them ends among digits,
spaces and brackets, nor that brackets are mirrored; that is settled here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_RIGHT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")

# L and R: letters of either direction; N: a number; S: what may stand between numbers; T: before
# or after one; M: what goes with the character before it; O: all else, and brackets, which stand for themselves.
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_KINDS = {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N", "ES": "S", "CS": "S", "ET": "T", "NSM": "M", "BN": "M"}


def has_right(text: str) -> bool:
    """Whether some of the text runs from right to left."""
    return _RIGHT.search(text) is not None


def runs_right(text: str) -> bool:
    """Whether a paragraph as a whole runs from right to left: its first letter does, and most of its letters.

    The first letter alone, as in rule P2, may be that of an author's name in a Latin list.
    """
    letters = [found for found in kinds_of(text) if found in "LR"]
    return letters[:1] == ["R"] and letters.count("R") > letters.count("L")


def kind(text: str, right: bool) -> str:
    """What a piece of text counts as, if it is not looked into, in a paragraph that runs to this direction."""
    kinds = {_KINDS.get(unicodedata.bidirectional(character), "O") for character in text}
    if {"L", "R"} <= kinds:
        return "R" if right else "L"
    return next((kind for kind in "LRN" if kind in kinds), "O")


def levels(kinds: Sequence[str], right: bool) -> list[int]:
    """The level of each piece: odd ones run from right to left; higher ones stand inside of lower ones."""
    base = "R" if right else "L"
    out: list[str] = []
    for at, found in enumerate(kinds):  # rules W1, W4, W5
        if found == "M":
            found = out[-1] if out else "O"
        elif found in "ST":
            before, after = kinds[at - 1] if at else "", kinds[at + 1] if at + 1 < len(kinds) else ""
            between = before == after == "N" if found == "S" else "N" in (before, after)
            found = "N" if between else "O"
        out.append(found if found in "LRN" else "O")
    strong = base
    for at, found in enumerate(out):  # W7
        if found in "LR":
            strong = found
        elif found == "N" and strong == "L":
            out[at] = "L"
    for opening, closing in _pairs(kinds):  # N0
        before = next((found for found in reversed(out[:opening]) if found != "O"), base).replace("N", "R")
        inside = {found.replace("N", "R") for found in out[opening:closing]} - {"O"}
        if inside:
            out[opening] = out[closing] = base if base in inside else before
    at = 0
    while at < len(out):  # N1, N2
        end = at
        while end < len(out) and out[end] == "O":
            end += 1
        if end > at:
            before = out[at - 1].replace("N", "R") if at else base
            after = out[end].replace("N", "R") if end < len(out) else base
            out[at:end] = [before if before == after else base] * (end - at)
        at = end + 1
    return [{"R": 1, "L": 2 if right else 0, "N": 2}[found] for found in out]  # I1, I2


def _pairs(kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Where each pair of brackets opens and closes, in the order in which they open."""
    found, open_ones = [], []
    for at, kind in enumerate(kinds):
        if kind in _BRACKETS:
            open_ones.append(at)
        elif kind in _BRACKETS.values():
            known = next((n for n in reversed(range(len(open_ones))) if _BRACKETS[kinds[open_ones[n]]] == kind), None)
            if known is not None:
                found.append((open_ones[known], at))
                del open_ones[known:]
    return sorted(found)


def mirrored(text: str) -> str:
    """Brackets and quotation marks as they look in text that runs from right to left."""
    return text.translate(_MIRRORED)


def kinds_of(text: str) -> list[str]:
    """What each character counts as."""
    return [
        character if character in "()[]{}" else _KINDS.get(unicodedata.bidirectional(character), "O")
        for character in text
    ]
