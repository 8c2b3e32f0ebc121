"""One name, printed in full or with initials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Literal
from unicodedata import category

from cvbuild.names.name import Name, has_cjk, join

NameForm = Literal["full", "initials", "family-first", "family-initials"]

HYPHEN = re.compile("[-\u2010\u2011]")
_LETTER = re.compile(r"[^\W\d_]")
_PACKED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\.?")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)|(?<!\w)'(?=[stn]\b)")
_NO_BREAK = "\u00a0"


def format_name(name: Name, form: NameForm) -> str:
    """Print a name in one of four forms.

    ===============  ===================  ====================
    full             Guy L. Steele Jr.    Ludwig van der Berg
    initials         G. L. Steele Jr.     L. van der Berg
    family-first     Steele, Guy L., Jr.  van der Berg, Ludwig
    family-initials  Steele, G. L., Jr.   van der Berg, L.
    ===============  ===================  ====================

    The inverted forms place particle and suffix as the *Publication Manual* of the APA (7th edition, 9.8)
    does. Initials keep the hyphen of the name ("Y.-A."), and stand before a no-break space. A literal name
    is the same in every form.
    """
    if form == "full":
        return str(name)
    family = join(" ", name.particle, name.family)
    if form == "family-first":
        return join(", ", family, name.given, name.suffix)
    initials = _NO_BREAK.join(map(_abbreviate, unpack(name.given.split(), not str(name).isupper())))
    if form == "initials":
        return join(" ", join(_NO_BREAK, initials, family), name.suffix)
    return join(", ", family, initials, name.suffix)


def printed(name: str) -> str:
    """A name with the apostrophe of a printer, as all texts have it: O’Brien, ’t Hooft. Quotes stay."""
    return _APOSTROPHE.sub("\u2019", name) if "'" in name else name


def unpack(words: Iterable[str], capitals: bool) -> Iterator[str]:
    """Given names one by one: "J.R." is two, and so is "JR" (as in PubMed) if `capitals` mean something.

    They do unless the whole name is in capitals.
    """
    for word in words:
        if _PACKED.fullmatch(word) or (capitals and _may_be_initials(word)):
            yield from (f"{letter}." for letter in _LETTER.findall(word))
        else:
            yield word


def _may_be_initials(word: str) -> bool:
    return 2 <= len(word) <= 3 and word.isupper() and word.isalpha()


def _abbreviate(word: str) -> str:
    """The initials of one given name: "Yi-An" gives "Y.-A."."""
    return "-".join(_initial(part) for part in HYPHEN.split(word) if part)


def _initial(part: str) -> str:
    """The first letter with its accents; what is abbreviated already ("Yu."), or has no letter, stays."""
    letter = _LETTER.search(part)
    if letter is None or part.endswith(".") or has_cjk(part):
        return part
    accents = takewhile(lambda c: category(c).startswith("M"), part[letter.end() :])
    return f"{letter[0]}{''.join(accents)}."
