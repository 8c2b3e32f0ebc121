"""One name, read.

The grammar is that of BibTeX (Oren Patashnik, *BibTeXing*, 1988, section 4): "Given particle Family",
"particle Family, Given" or "particle Family, Suffix, Given", where a particle is a word that begins with a
lower-case letter and braces protect what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from itertools import takewhile
from typing import NamedTuple
from unicodedata import normalize

from cvbuild.frozen import frozen
from cvbuild.names.braces import SHIELDED, AuthorsError, bare, shield_braces

CJK_LETTER = "\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
SUFFIX = re.compile(r"[JjSs][Rr]\.?|II|III|IV|ii|iii|iv")
_WORD_OR_COMMA = re.compile(r"[^\s,]+|,")


@cache
def _cjk() -> re.Pattern[str]:
    """Made when it is needed: so large a set takes milliseconds to compile."""
    return re.compile(f"[{CJK_LETTER}]")


def has_cjk(text: str) -> bool:
    """Whether there is a Chinese, Japanese or Korean letter in `text`."""
    return max(text, default="") >= CJK_LETTER[0] and _cjk().search(text) is not None


@frozen
class Name:
    """A person's name in parts, or the name of an organisation.

    A `literal` name is printed whole in every form, and has its text in `family`: an organisation in
    braces, or a name in Chinese, Japanese or Korean letters.
    """

    given: str
    particle: str
    family: str
    suffix: str = ""
    literal: bool = False

    @property
    def is_organisation(self) -> bool:
        """Whether this is no person: a literal name that is not in Chinese, Japanese or Korean letters."""
        return self.literal and not has_cjk(self.family)

    def __str__(self) -> str:
        return join(" ", self.given, self.particle, self.family, self.suffix)


class _Word(NamedTuple):
    """A word without its braces, and whether it looks like a particle."""

    text: str
    lower: bool


@lru_cache(maxsize=8192)
def parse_name(text: str) -> Name:
    """Read one name, as `Name`; no text is refused and no letter is lost.

    White space is collapsed, the result is in Unicode's form C, and braces are removed once they have
    protected their words: ``Ursula K. {Le Guin}`` has the family name "Le Guin", and braces around everything
    make an organisation. Beyond BibTeX's grammar:

    - a name with Chinese, Japanese or Korean letters is literal; a comma in it ("马, 逸安") is dropped;
    - Jr, Sr, II, III and IV are also understood without a comma, after the only comma ("Guy Steele, Jr.") and
      after the given name ("Steele, Guy, Jr.");
    - the first word is a given name even in lower case if the whole name is ("bell hooks");
    - with more commas than the grammar knows, the text is kept whole, as a literal.
    """
    text = normalize("NFC", " ".join(text.split()))
    try:
        shield = shield_braces(text)
    except AuthorsError:
        shield = text
    if has_cjk(text):
        parts = [part.strip() for part in text.split(",")]
        return _literal("".join(parts) if len(parts) == 2 and all(map(_cjk().match, parts)) else text)
    if text.startswith("{") and not shield.strip(SHIELDED):
        return _literal(text)
    match [part for part in _parts(text, shield) if part]:
        case []:
            return Name("", "", "")
        case [words]:
            return _natural(words)
        case [words, [last]] if SUFFIX.fullmatch(last.text) and (len(words) > 1 or not last.text.isupper()):
            return replace(_natural(words), suffix=last.text)
        case [family, given]:
            return _family_first(family, given, [])
        case [family, given, [last]] if SUFFIX.fullmatch(last.text):
            return _family_first(family, given, [last])
        case [family, suffix, given]:
            return _family_first(family, given, suffix)
        case _:
            return _literal(text)


def _literal(text: str) -> Name:
    return Name("", "", bare(text), literal=True)


def _parts(text: str, shield: str) -> list[list[_Word]]:
    """The words of `text`, one list for each part between commas."""
    parts: list[list[_Word]] = [[]]
    for found in _WORD_OR_COMMA.finditer(shield):
        seen = found[0]
        if seen == ",":
            parts.append([])
        elif word := bare(text[found.start() : found.end()]):
            first_letter = next(filter(str.isalpha, seen), "")
            parts[-1].append(_Word(word, first_letter.islower()))
    return parts


def _natural(words: list[_Word]) -> Name:
    """A name in the order in which it is spoken."""
    suffix: list[_Word] = []
    if len(words) > 2 and SUFFIX.fullmatch(words[-1].text):
        words, suffix = words[:-1], words[-1:]
    front, given = words[:-1], words[:-1]
    if not all(word.lower for word in words):
        given = list(takewhile(lambda word: not word.lower, front))
    particle = list(takewhile(lambda word: word.lower, front[len(given) :]))
    return Name(_text(given), _text(particle), _text(words[len(given) + len(particle) :]), _text(suffix))


def _family_first(family: list[_Word], given: list[_Word], suffix: list[_Word]) -> Name:
    """A name with its family name first, before a comma."""
    particle = list(takewhile(lambda word: word.lower, family[:-1]))
    return Name(_text(given), _text(particle), _text(family[len(particle) :]), _text(suffix))


def _text(words: Iterable[_Word]) -> str:
    return " ".join(word.text for word in words)


def join(separator: str, *parts: str) -> str:
    """The parts that are not empty, with the separator between them."""
    return separator.join(filter(None, parts))
