"""Letters as names are compared: without accents and case, and with ü as ue where it may be meant."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, combining, normalize

_PUNCTUATION = re.compile(r"[\W_]+")
_LATIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)


def fold(text: str) -> str:
    """The form in which names are compared: no accents, no case, and words with one space between them.

    Punctuation separates words. The marks that make another letter in Indic scripts and in kana are kept.
    """
    if text.isascii():
        return text.lower() if text.isalpha() else _PUNCTUATION.sub(" ", text).strip().lower()
    letters = (c for c in normalize("NFKD", text) if combining(c) < 10)
    text = "".join(c if c.isalnum() or category(c).startswith("M") else " " for c in letters)
    return " ".join(text.casefold().translate(_LATIN).split())


@lru_cache(maxsize=8192)
def letters_of(text: str) -> str:
    """Folded text as one word."""
    return fold(text).replace(" ", "")


def spell_out(text: str) -> str:
    """`text` with ü as ue, and the like."""
    return text if text.isascii() else normalize("NFC", text).translate(_SPELLED_OUT)


def spellings(text: str) -> tuple[str, ...]:
    """`text` as written, and spelled out."""
    return (text,) if text.isascii() else (text, spell_out(text))


@lru_cache(maxsize=8192)
def spelled_letters(text: str) -> tuple[str, ...]:
    """The letters of each spelling."""
    return tuple(map(letters_of, spellings(text)))
