"""A known person, and how surely another name is that person's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import cache

from cvbuild.frozen import frozen
from cvbuild.names.folding import letters_of, spell_out, spelled_letters, spellings
from cvbuild.names.given import Match, Parts, compare_given, flat, given_names, key_of
from cvbuild.names.name import CJK_LETTER, Name, has_cjk, join, parse_name


@frozen
class Identity:
    """Who a person is by name: the name as displayed, and the other forms that are known to be meant."""

    name: Name
    aliases: tuple[Name, ...] = ()
    _forms: tuple[_Form, ...] = field(init=False, repr=False, compare=False)
    families: tuple[str, ...] = field(init=False, repr=False, compare=False)

    @classmethod
    def of(cls, name: str, aliases: Iterable[str] = ()) -> Identity:
        """The person with this name and these aliases, each as `parse_name` reads it."""
        return cls(parse_name(name), tuple(map(parse_name, aliases)))

    def __post_init__(self) -> None:
        forms = dict.fromkeys(
            form
            for alias, name in [(False, self.name), *((True, name) for name in self.aliases)]
            for one in _scripts(name)
            for form in _forms(one, alias)
            if form.letters
        )
        object.__setattr__(self, "_forms", tuple(forms))
        object.__setattr__(self, "families", tuple({form.family for form in forms}))

    def match(self, other: Name) -> Match:
        """Whether `other` is this person, compared as a person and not as a string.

        The family name must agree in full, though the words may stand in either order ("Ma Yi-An"). Case,
        accents, punctuation and ü or ue do not matter. With the same family name:

        - SURE: the same given names, or this person's first in full with those behind it left out or
          abbreviated ("Emily Fox" is "Emily B. Fox");
        - DOUBTFUL: only initials agree ("L. Wu"), or the other has a further given name or a suffix;
        - NO: a given name, an initial or a suffix contradicts, one has no given name, or one has half of a
          hyphenated name ("Yi Ma" is not "Yi-An Ma").

        The best of the name and the aliases counts; an alias of initials vouches only for exactly itself.
        """
        ends = self.families
        for spelled in spelled_letters(f"{other.given}{other.particle}{other.family}"):
            if spelled.endswith(ends) or spelled.startswith(ends):
                return self._match(other)
        return Match.NO

    def _match(self, other: Name) -> Match:
        best = Match.NO
        whole = join(" ", other.given, other.particle, other.family)
        suffix = letters_of(other.suffix)
        capitals = not whole.isupper()
        for spelled in spellings(whole):
            words = [letters_of(spelled)] if other.literal else spelled.split()
            letters = list(map(letters_of, words))
            for form in self._forms:
                best = max(best, form.compare(words, letters, capitals, suffix))
        return best


@frozen
class _Form:
    """One way to write the person's name, in folded letters.

    With `only_itself` it vouches for this form, and raises no doubts about others: an alias of initials, or
    an unlikely reading of capitals.
    """

    family: str
    given: tuple[Parts, ...]
    letters: str
    key: str
    suffix: str
    only_itself: bool = field(compare=False)

    def compare(self, words: list[str], letters: list[str], capitals: bool, suffix: str) -> Match:
        """Compare with a candidate's words, which are in either order, and the letters of each."""
        if suffix and self.suffix and suffix != self.suffix:
            return Match.NO
        best = Match.NO
        if "".join(letters) == self.letters and key_of(words, capitals) == self.key:
            best = Match.SURE
        elif cut := _words_at_end(letters, self.family):
            best = compare_given(self.given, given_names(words[:-cut], capitals))
        if cut := _words_at_start(letters, self.family):
            initial = len(self.family) == 1 and words[0].endswith(".")  # "E. Weinan" is not "E Weinan"
            best = best if initial else max(best, compare_given(self.given, given_names(words[cut:], capitals)))
        if suffix and not self.suffix:
            best = min(best, Match.DOUBTFUL)
        return Match.NO if self.only_itself and best is not Match.SURE else best


def _words_at_start(letters: list[str], family: str) -> int:
    """How many words, from the first on, are together the family name; 0 if none are."""
    done = 0
    for count, word in enumerate(letters, 1):
        if not family.startswith(word, done):
            return 0
        done += len(word)
        if done == len(family):
            return count
    return 0


def _words_at_end(letters: list[str], family: str) -> int:
    """How many words, from the last on backwards, are together the family name; 0 if none are."""
    left = len(family)
    for count, word in enumerate(reversed(letters), 1):
        if not family.endswith(word, 0, left):
            return 0
        left -= len(word)
        if left == 0:
            return count
    return 0


def _scripts(name: Name) -> Iterator[Name]:
    """The name, and if it is in two scripts ("Lei Wu (吴磊)") also each of them."""
    yield name
    cjk_name = _cjk_name() if has_cjk(name.family) else None
    if cjk_name and (found := cjk_name.findall(name.family)):
        yield from map(parse_name, found)
        yield parse_name(cjk_name.sub(" ", name.family).strip(" ()[],;/|（），"))


@cache
def _cjk_name() -> re.Pattern[str]:
    return re.compile(rf"[{CJK_LETTER}](?:[{CJK_LETTER}\s・·]*[{CJK_LETTER}])?")


def _forms(name: Name, alias: bool) -> Iterator[_Form]:
    """The forms of a name: with ü and with ue, and with short words in capitals as words and as initials."""
    suffix = letters_of(name.suffix)
    likely = not str(name).isupper()
    for spell in (str, spell_out):
        given, particle, family = spell(name.given), spell(name.particle), spell(name.family)
        words = [letters_of(family)] if name.literal else f"{given} {particle} {family}".split()
        letters = "".join(map(letters_of, words))
        for capitals in (likely, not likely):
            names = given_names(given.split(), capitals)
            abbreviated = all(part.endswith(".") for part in flat(names))
            only_itself = capitals is not likely or (alias and abbreviated)
            yield _Form(letters_of(particle + family), names, letters, key_of(words, capitals), suffix, only_itself)
