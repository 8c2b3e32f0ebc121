"""The names of persons: read, shorten, split a list of them, and find the owner of the CV among them.

Floor 2, and a room of its own: strings come in, frozen values go out, and nothing here knows of YAML or
LaTeX. Names are read by the grammar of BibTeX (Oren Patashnik, *BibTeXing*, 1988, section 4): "Given particle
Family", "particle Family, Given" or "particle Family, Suffix, Given", where a particle is a word that begins
with a lower-case letter and braces protect what they hold. Where people write otherwise, the function that
departs from the grammar says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NamedTuple
from unicodedata import category, combining, normalize

NameForm = Literal["full", "initials", "family-first", "family-initials"]

_CJK_LETTER = "\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_CJK = re.compile(f"[{_CJK_LETTER}]")
_CJK_NAME = re.compile(rf"[{_CJK_LETTER}](?:[{_CJK_LETTER}\s・·]*[{_CJK_LETTER}])?")
_HYPHEN = re.compile("[-\u2010\u2011]")
_WORD_OR_COMMA = re.compile(r"[^\s,]+|,")
_PUNCTUATION = re.compile(r"[\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_PACKED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\.?")
_SUFFIX = re.compile(r"[JjSs][Rr]\.?|II|III|IV|ii|iii|iv")
_NO_BREAK = "\u00a0"


class AuthorsError(ValueError):
    """A list of authors that cannot be split; characters `start` to `end` of it are to blame."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


# Reading and printing one name


@dataclass(frozen=True, slots=True)
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

    def __str__(self) -> str:
        return _join(" ", self.given, self.particle, self.family, self.suffix)


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
        shield = _shield(text)
    except AuthorsError:
        shield = text
    if not text.isascii() and _CJK.search(text):
        parts = [part.strip() for part in text.split(",")]
        return _literal("".join(parts) if len(parts) == 2 and all(map(_CJK.match, parts)) else text)
    if text.startswith("{") and not shield.strip(_SHIELDED):
        return _literal(text)
    match [part for part in _parts(text, shield) if part]:
        case []:
            return Name("", "", "")
        case [words]:
            return _natural(words)
        case [words, [last]] if _SUFFIX.fullmatch(last.text) and (len(words) > 1 or not last.text.isupper()):
            return replace(_natural(words), suffix=last.text)
        case [family, given]:
            return _family_first(family, given, [])
        case [family, given, [last]] if _SUFFIX.fullmatch(last.text):
            return _family_first(family, given, [last])
        case [family, suffix, given]:
            return _family_first(family, given, suffix)
        case _:
            return _literal(text)


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
    family = _join(" ", name.particle, name.family)
    if form == "family-first":
        return _join(", ", family, name.given, name.suffix)
    initials = _NO_BREAK.join(map(_abbreviate, _unpack(name.given.split(), not str(name).isupper())))
    if form == "initials":
        return _join(" ", _join(_NO_BREAK, initials, family), name.suffix)
    return _join(", ", family, initials, name.suffix)


def _join(separator: str, *parts: str) -> str:
    return separator.join(filter(None, parts))


def _bare(text: str) -> str:
    """`text`, whose white space is collapsed, without its braces."""
    if "{" in text or "}" in text:
        text = " ".join(text.replace("{", "").replace("}", "").split())
    return text


def _literal(text: str) -> Name:
    return Name("", "", _bare(text), literal=True)


_SHIELDED = "X"


def _shield(text: str) -> str:
    """`text` with each character of a braced group replaced by a capital, so that rules do not see inside.

    Raises `AuthorsError` if the braces are not balanced.
    """
    if "{" not in text and "}" not in text:
        return text
    seen: list[str] = []
    opened: list[int] = []
    for at, character in enumerate(text):
        if character == "{":
            opened.append(at)
        seen.append(_SHIELDED if opened else character)
        if character == "}":
            if not opened:
                raise AuthorsError("this brace closes nothing", at, at + 1)
            opened.pop()
    if opened:
        raise AuthorsError("this brace is not closed", opened[-1], opened[-1] + 1)
    return "".join(seen)


def _parts(text: str, shield: str) -> list[list[_Word]]:
    """The words of `text`, one list for each part between commas."""
    parts: list[list[_Word]] = [[]]
    for found in _WORD_OR_COMMA.finditer(shield):
        seen = found[0]
        if seen == ",":
            parts.append([])
        elif word := _bare(text[found.start() : found.end()]):
            first_letter = next(filter(str.isalpha, seen), "")
            parts[-1].append(_Word(word, first_letter.islower()))
    return parts


def _text(words: Iterable[_Word]) -> str:
    return " ".join(word.text for word in words)


def _natural(words: list[_Word]) -> Name:
    """A name in the order in which it is spoken."""
    suffix: list[_Word] = []
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1].text):
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


def _unpack(words: Iterable[str], capitals: bool) -> Iterator[str]:
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
    return "-".join(_initial(part) for part in _HYPHEN.split(word) if part)


def _initial(part: str) -> str:
    """The first letter with its accents; what is abbreviated already ("Yu."), or has no letter, stays."""
    letter = _LETTER.search(part)
    if letter is None or part.endswith(".") or _CJK.search(part):
        return part
    accents = takewhile(lambda c: category(c).startswith("M"), part[letter.end() :])
    return f"{letter[0]}{''.join(accents)}."


# Is this the owner?


class Match(IntEnum):
    """How surely a name is the owner's."""

    NO = 0
    DOUBTFUL = 1
    SURE = 2


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
def _letters(text: str) -> str:
    return fold(text).replace(" ", "")


def _spell_out(text: str) -> str:
    """`text` with ü as ue, and the like."""
    return text if text.isascii() else normalize("NFC", text).translate(_SPELLED_OUT)


def _spellings(text: str) -> tuple[str, ...]:
    return (text,) if text.isascii() else (text, _spell_out(text))


@lru_cache(maxsize=8192)
def _spelled_letters(text: str) -> tuple[str, ...]:
    return tuple(map(_letters, _spellings(text)))


# What a given name like "Yi-An" is made of, folded; an abbreviated part ends with a full stop.
_Parts = tuple[str, ...]


def _given(words: Iterable[str], capitals: bool) -> tuple[_Parts, ...]:
    """Given names, one tuple each."""
    split = (tuple(filter(None, map(_part, _HYPHEN.split(word)))) for word in _unpack(words, capitals))
    return tuple(filter(None, split))


def _part(text: str) -> str:
    letters = _letters(text)
    return f"{letters}." if len(letters) == 1 or (letters and text.endswith(".")) else letters


def _flat(names: Iterable[_Parts]) -> list[str]:
    return [part for name in names for part in name]


def _key(words: list[str], capitals: bool) -> str:
    """A whole name as one word, in which "L. E. I. Wu" is not "Lei Wu"."""
    return "".join(_flat(_given(words, capitals)))


def _compare_given(mine: tuple[_Parts, ...], theirs: tuple[_Parts, ...]) -> Match:
    """Compare the given names of an owner with those of a candidate who has the same family name."""
    ours, others = _flat(mine), _flat(theirs)
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


def _ends_between_names(names: tuple[_Parts, ...], count: int) -> bool:
    """Whether the first `count` parts are some whole names, and not half of a hyphenated one."""
    for name in names:
        if count <= 0:
            break
        count -= len(name)
    return count == 0


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write the owner's name, in folded letters.

    With `only_itself` it vouches for this form, and raises no doubts about others: an alias of initials, or
    an unlikely reading of capitals.
    """

    family: str
    given: tuple[_Parts, ...]
    letters: str
    key: str
    suffix: str
    only_itself: bool = field(compare=False)

    def compare(self, words: list[str], letters: list[str], capitals: bool, suffix: str) -> Match:
        """Compare with a candidate's words, which are in either order, and the letters of each."""
        if suffix and self.suffix and suffix != self.suffix:
            return Match.NO
        best = Match.NO
        if "".join(letters) == self.letters and _key(words, capitals) == self.key:
            best = Match.SURE
        elif cut := _words_at_end(letters, self.family):
            best = _compare_given(self.given, _given(words[:-cut], capitals))
        if cut := _words_at_start(letters, self.family):
            initial = len(self.family) == 1 and words[0].endswith(".")  # "E. Weinan" is not "E Weinan"
            best = best if initial else max(best, _compare_given(self.given, _given(words[cut:], capitals)))
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


@dataclass(frozen=True, slots=True)
class Owner:
    """The person whose CV it is: the name as displayed, and the other forms that are known to be meant."""

    name: Name
    aliases: tuple[Name, ...] = ()
    _forms: tuple[_Form, ...] = field(init=False, repr=False, compare=False)
    _families: tuple[str, ...] = field(init=False, repr=False, compare=False)

    @classmethod
    def of(cls, name: str, aliases: Iterable[str] = ()) -> Owner:
        """The owner with this name and these aliases, each as `parse_name` reads it."""
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
        object.__setattr__(self, "_families", tuple({form.family for form in forms}))

    def match(self, other: Name) -> Match:
        """Whether `other` is the owner, compared as a person and not as a string.

        The family name must agree in full, though the words may stand in either order ("Ma Yi-An"). Case,
        accents, punctuation and ü or ue do not matter. With the same family name:

        - SURE: the same given names, or the owner's first in full with those behind it left out or
          abbreviated ("Emily Fox" is "Emily B. Fox");
        - DOUBTFUL: only initials agree ("L. Wu"), or the other has a further given name or a suffix;
        - NO: a given name, an initial or a suffix contradicts, one has no given name, or one has half of a
          hyphenated name ("Yi Ma" is not "Yi-An Ma").

        The best of the name and the aliases counts; an alias of initials vouches only for exactly itself.
        """
        ends = self._families
        for spelled in _spelled_letters(f"{other.given}{other.particle}{other.family}"):
            if spelled.endswith(ends) or spelled.startswith(ends):
                return self._match(other)
        return Match.NO

    def _match(self, other: Name) -> Match:
        best = Match.NO
        whole = _join(" ", other.given, other.particle, other.family)
        suffix = _letters(other.suffix)
        capitals = not whole.isupper()
        for spelled in _spellings(whole):
            words = [_letters(spelled)] if other.literal else spelled.split()
            letters = list(map(_letters, words))
            for form in self._forms:
                best = max(best, form.compare(words, letters, capitals, suffix))
        return best


def _scripts(name: Name) -> Iterator[Name]:
    """The name, and if it is in two scripts ("Lei Wu (吴磊)") also each of them."""
    yield name
    if found := _CJK_NAME.findall(name.family):
        yield from map(parse_name, found)
        yield parse_name(_CJK_NAME.sub(" ", name.family).strip(" ()[],;/|（），"))


def _forms(name: Name, alias: bool) -> Iterator[_Form]:
    """The forms of an owner's name: with ü and with ue, and with short words in capitals as words and as initials."""
    suffix = _letters(name.suffix)
    likely = not str(name).isupper()
    for spell in (str, _spell_out):
        given, particle, family = spell(name.given), spell(name.particle), spell(name.family)
        words = [_letters(family)] if name.literal else f"{given} {particle} {family}".split()
        letters = "".join(map(_letters, words))
        for capitals in (likely, not likely):
            names = _given(given.split(), capitals)
            abbreviated = all(part.endswith(".") for part in _flat(names))
            only_itself = capitals is not likely or (alias and abbreviated)
            yield _Form(_letters(particle + family), names, letters, _key(words, capitals), suffix, only_itself)


# Splitting a list of authors


@dataclass(frozen=True, slots=True)
class AuthorText:
    """One author in a list: characters `start` to `end` hold the `name` (still to be parsed) and its `marks`."""

    start: int
    end: int
    name: str
    marks: str


class _Piece(NamedTuple):
    """What stands between two separators, and the separator before it: "", ",", ";", "and", ", and"."""

    start: int
    end: int
    name: str
    marks: str
    before: str


MARKS = "*†‡§¶‖#"
_MARKS = frozenset(MARKS)
ET_AL = "et al."
_ET_AL = (ET_AL, "et al", "others")

_COMMAS = frozenset(",，、")
_SEMICOLONS = frozenset(";；")
_SEPARATOR = re.compile(
    r",|，|、|;|；"
    r"|and(?<![^\s,，、;；]and)(?!\S)"
    r"|&(?<![^\s,，、;；]&)(?!\S)"
    r"|et(?<![^\s,，、;；]et)(?=\s+al\.?\s*\Z)"
)
_INITIALS = re.compile(r"[^\W\d_]\.(?:[\s\u2010\u2011-]*[^\W\d_]\.)*")


def split_authors(text: str) -> tuple[AuthorText, ...]:
    """Split a list of authors as people write it, such as ``Weinan E*, Chao Ma* and Lei Wu``.

    Separators are commas and "and" or "&", or semicolons and "and" if there is any semicolon: then commas
    belong to the names. Braces protect. Without semicolons, a comma belongs to a name

    - before a suffix: "Guy L. Steele, Jr., Lei Wu" are two;
    - if *all* the names are inverted in the manner of BibTeX, one comma each and joined only by "and":
      "E, Weinan and Ma, Chao";
    - if all are inverted and abbreviated, as the APA has it: "Wu, L., Ma, C., & E, W.";
    - if it is the only separator, and what stands before it has no given name: "Wu, Lei" and "van der Berg,
      Ludwig" are one, "Lei Wu, Chao Ma" are two, and so are names in CJK letters or in braces.

    Marks (`MARKS`, also written with a backslash as in Markdown) at the end of a name are set apart, in the
    order written. "et al." or "others" at the end is an author of the name `ET_AL`.

    Raises `AuthorsError` for an empty piece, marks without a name, and unbalanced braces.
    """
    pieces = _pieces(text)
    semicolons = any(piece.before.startswith(";") for piece in pieces)
    rest = [pieces.pop()._replace(name=ET_AL)] if len(pieces) > 1 and pieces[-1].name in _ET_AL else []
    people: list[list[_Piece]] = []
    for piece in pieces:
        if piece.before == "," and (semicolons or _SUFFIX.fullmatch(piece.name)):
            people[-1].append(piece)
        else:
            people.append([piece])
    if _inverted(people):
        people = [family + given for family, given in zip(people[::2], people[1::2], strict=True)]
    return tuple(map(_author, [*people, *([piece] for piece in rest)]))


def _author(pieces: list[_Piece]) -> AuthorText:
    name = ", ".join(piece.name for piece in pieces)
    return AuthorText(pieces[0].start, pieces[-1].end, name, "".join(piece.marks for piece in pieces))


def _inverted(people: list[list[_Piece]]) -> bool:
    """Whether what looks like people is in truth family names and given names by turns."""
    families = [person[0] for person in people[::2]]
    givens = [person[0] for person in people[1::2]]
    if len(families) != len(givens) or any(given.before != "," for given in givens):
        return False
    if len(families) == 1:
        family, given = parse_name(families[0].name), parse_name(givens[0].name)
        if not (family.given or family.literal or given.literal):
            return True
    elif all(family.before == "and" for family in families[1:]):
        return True
    return all(map(_is_initials, givens)) and not any(map(_is_initials, families))


def _is_initials(piece: _Piece) -> bool:
    return _INITIALS.fullmatch(piece.name) is not None


def _pieces(text: str) -> list[_Piece]:
    """Everything between separators, never empty."""
    separators = _separators(_shield(text))
    pieces: list[_Piece] = []
    start, before = 0, ""
    for kind, left, right in [*separators, ("", len(text), len(text))]:
        piece = _piece(text, start, left, before)
        if not piece.name.strip("{} "):
            if piece.marks:
                raise AuthorsError("a mark without a name", piece.start, piece.end)
            if not kind and separators:
                _, left, right = separators[-1]
            blamed = (left, right) if left < right else (0, len(text))
            raise AuthorsError("a name is missing here", *blamed)
        pieces.append(piece)
        start, before = right, kind
    return pieces


def _piece(text: str, start: int, end: int, before: str) -> _Piece:
    """The piece within `start` and `end`, its white space and marks taken off."""
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    cut = end = start + len(raw.strip())
    while start < cut and (text[cut - 1] in _MARKS or text[cut - 1].isspace()):
        cut -= 1
        if text[cut] in _MARKS and cut > start and text[cut - 1] == "\\":
            cut -= 1
    marks = "".join(c for c in text[cut:end] if c in _MARKS)
    return _Piece(start, end, " ".join(text[start:cut].split()), marks, before)


def _separators(shield: str) -> list[tuple[str, int, int]]:
    """The kind of each separator and its place; a comma and an "and" behind it are one.

    In front of a final "et al." there is a separator, of no width, if none is written.
    """
    separators: list[tuple[str, int, int]] = []
    for found in _SEPARATOR.finditer(shield):
        sign = found[0]
        start, end = found.start(), found.start() if sign == "et" else found.end()
        kind = "," if sign in _COMMAS else ";" if sign in _SEMICOLONS else "and"
        if kind == "and" and separators:
            before, left, right = separators[-1]
            linked = before.endswith("and")
            if not (linked and sign != "et") and not shield[right:start].strip():
                separators[-1] = (before if linked else f"{before} and", left, end)
                continue
        separators.append((kind, start, end))
    return separators


def split_marks(text: str) -> tuple[str, str]:
    """The name and the marks of one author, such as ``Weinan E*``, in which commas belong to the name."""
    piece = _piece(text, 0, len(text), "")
    return piece.name, piece.marks
