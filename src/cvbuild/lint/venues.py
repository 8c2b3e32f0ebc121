"""The rule about names of journals and conferences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cvbuild.diagnostics import VENUE_TWICE, Label
from cvbuild.frozen import frozen
from cvbuild.lint.findings import Cv, Finding, characters
from cvbuild.model import Work
from cvbuild.names import fold
from cvbuild.source import Span

_SMALL = frozenset(
    "an and at by for from in of on the to und der die das des de la le les du et di".split()
)  # left out by those who abbreviate; but one letter, as in “Physical Review A”, tells journals apart
_NUMBERS = re.compile(
    r"\([^()]*\)|'?\b(?:[0-9]+(?:st|nd|rd|th)?|(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]?)?"
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|[a-z]+teenth|[a-z]+tieth))\b",
    re.IGNORECASE,
)
_PROCEEDINGS = re.compile(
    r"^(?:in )?proc(?:eedings|\.)? (?:of )?(?:the )?|\bannual (?=conference|meeting|symposium|international)",
    re.IGNORECASE,
)
_ADVANCES = ("adv", "advances")


@frozen(eq=False)
class _Form:
    """One way in which a venue is written.

    `look` is what of it is the same each year; `words` are those that count, `points` tells which of them end with one;
    `whole` are also those that come before the words that count, as in “Proceedings of the”.
    """

    text: str
    look: str
    words: tuple[str, ...]
    points: tuple[bool, ...]
    whole: tuple[str, ...]
    works: list[Work]
    span: Span | None


def two_venues(cv: Cv) -> Iterator[Finding]:
    """A journal or conference that is spelt in two ways: long and abbreviated, or with other capitals or points.

    Words are compared as abbreviations, one by one, without small words, numbers and what stands in parentheses; one
    word of capitals with the first letters of the other name; and a name with the short names that other works give.
    """
    forms: dict[str, _Form] = {}
    shorts: dict[str, _Form] = {}
    for work in cv.works:
        name = next((name for name in ("journal", "conference") if getattr(work, name)), None)
        if name is None:
            continue
        text = " ".join(characters(getattr(work, name)).split())
        look = " ".join(_NUMBERS.sub(" ", text).split())
        form = forms.get(look)
        if form is None:
            form = forms[look] = _form(text, look, cv.place(work, name))
        form.works.append(work)
        if work.short:
            shorts.setdefault(fold(characters(work.short)), form)
    for other, usual in _pairs(list(forms.values()), shorts):
        message = f"“{other.text}” and “{usual.text}” look like one venue, spelt in two ways"
        labels = (Label(usual.span, "spelt like this here"),) if usual.span is not None else ()
        about = (other.text, usual.text, other.works[0].key)
        hint = "write both alike; `short:` is for the short name"
        yield Finding(VENUE_TWICE, message, other.span, about, hint, labels)


def _form(text: str, look: str, span: Span | None) -> _Form:
    pieces = _pieces(_PROCEEDINGS.sub(" ", look))
    if len(pieces) > 3 and pieces[0][0] in _ADVANCES:
        del pieces[0]  # "Advances in Mathematics" is another journal than "Mathematics"; of longer names there is one
    words, points = tuple(word for word, _ in pieces), tuple(point for _, point in pieces)
    return _Form(text, look, words, points, tuple(word for word, _ in _pieces(look)), [], span)


def _pieces(name: str) -> list[tuple[str, bool]]:
    """The words that count, and whether a point stands behind each."""
    found = [word for word in re.findall(r"[\w'’-]+\.?", name) if word.rstrip(".").lower() not in _SMALL]
    return [(piece, word.endswith(".")) for word in found for piece in fold(word).split()]


def _pairs(forms: list[_Form], shorts: dict[str, _Form]) -> Iterator[tuple[_Form, _Form]]:
    """Each form that is a spelling of another one, with the most frequent of these."""
    leaders = sorted(forms, key=lambda form: -len(form.works))  # stable: the first written among equals
    groups: dict[tuple[str, ...], list[_Form]] = {}  # an abbreviation begins with the same letter
    done: set[str] = set()
    for form in leaders:
        group = groups.setdefault(tuple(word[0] for word in form.words), [])
        same = [other for other in group if _alike(form, other)]
        if form.words:
            group.append(form)
        if same and all(_alike(same[0], other) for other in same[1:]):  # of several, who knows which
            done.add(form.look)
            yield form, same[0]
    for form in forms:
        if form.look in done or not _is_acronym(form):
            continue
        long = shorts.get(form.words[0])
        if long is None or long is form:
            meant = [other for other in forms if len(other.words) > 1 and _stands_for(form, other)]
            long = meant[0] if len({other.words for other in meant}) == 1 else None
        if long is not None:
            yield (form, long) if len(form.works) <= len(long.works) else (long, form)


def _is_acronym(form: _Form) -> bool:
    bare = "".join(filter(str.isalpha, _NUMBERS.sub("", form.text)))
    return len(form.words) == 1 and len(bare) > 2 and sum(map(str.isupper, bare)) * 2 > len(bare)


def _alike(one: _Form, other: _Form) -> bool:
    """Whether each word of the one is the same as, or abbreviates, its fellow in the other."""
    if len(one.words) == 1 and one.words != other.words and True not in one.points + other.points:
        return False  # “STOC” is not “Stochastics”
    return all(
        _same_word(a, b, p, q) for a, b, p, q in zip(one.words, other.words, one.points, other.points, strict=True)
    )


def _same_word(a: str, b: str, a_point: bool, b_point: bool) -> bool:
    if a == b:
        return True
    if len(a) > len(b):
        a, b, a_point, b_point = b, a, b_point, a_point
    if a_point:
        return b.startswith(a) or (a[0] == b[0] and a[-1] == b[-1] and _inside(a, b))
    if b_point:
        return False
    return (a == "j" and b.startswith("journal")) or (len(a) > 2 and b.startswith(a) and len(b) > len(a) + 1)


def _inside(a: str, b: str) -> bool:
    """Whether the letters of `a` are letters of `b`, in this order: “natl” in “national”."""
    letters = iter(b)
    return all(letter in letters for letter in a)


def _stands_for(acronym: _Form, other: _Form) -> bool:
    return any(_abbreviates(acronym.words[0], words) for words in {other.words, other.whole})


def _abbreviates(acronym: str, words: tuple[str, ...]) -> bool:
    """Whether `acronym` is the beginnings of all the words, in order: “neurips” of neural information …"""
    if not words:
        return not acronym
    return any(
        acronym.startswith(words[0][:length]) and _abbreviates(acronym[length:], words[1:])
        for length in range(1, min(len(words[0]), len(acronym)) + 1)
    )
