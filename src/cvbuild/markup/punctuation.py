"""Smart punctuation: quotes, dashes and dots as they are typed, and as they print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from cvbuild.markup.characters import flanks, weight

# What an apostrophe, not an opening quote, stands before: '90s, 'tis, rock 'n' roll.
_ELISION: Final = re.compile(r"[0-9]0s\b|[0-9]{2}\b(?!')|tis\b|twas\b|n'", re.I)
_QUOTES: Final = {'"': ("“", "”"), "'": ("‘", "’")}
_OPENING: Final = frozenset("([{<“‘«¡¿–—-/")

ROWS: Final[Mapping[str, str]] = {"--": "–", "---": "—", "...": "…"}
"""Rows of hyphens and of full stops that print as a dash or an ellipsis; longer ones are as written."""


def curl_quote(text: str, at: int, before: str) -> str:
    """The straight quote at `at` becomes curly by what stands around it; between two spaces it stays.

    `before` is the last character in front of it that prints.
    """
    sign, behind = text[at], at + 1
    after = behind
    while text[after : after + 1] in ("*", "_"):
        after += 1
    opens, closes = flanks(weight(before), weight(text[after : after + 1] or " "))
    if sign == "'" and _ELISION.match(text, behind):
        opens, closes = False, True
    if opens and (not closes or before in _OPENING):
        return _QUOTES[sign][0]
    return _QUOTES[sign][1] if closes else sign
