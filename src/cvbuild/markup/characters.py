"""White space, escapes, and the weight of characters: what the signs of the markup have in common."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

BLANK: Final = " \t\r\n"
BLANKS: Final = re.compile(r"[ \t\r\n]+")
ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


@cache
def weight(character: str) -> int:
    """0 for white space, 1 for punctuation and symbols (CommonMark 2.1: Unicode's P and S), 2 for the rest."""
    if character.isspace():
        return 0
    return 1 if unicodedata.category(character)[0] in "PS" else 2


def flanks(before: int, after: int) -> tuple[bool, bool]:
    """Whether a sign between characters of these weights is left-flanking, right-flanking (CommonMark 6.2)."""
    return after > 0 and (after == 2 or before < 2), before > 0 and (before == 2 or after < 2)
