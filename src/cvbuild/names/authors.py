"""Lists of authors, split into names and the marks behind them."""

from __future__ import annotations

import re
from typing import NamedTuple

from cvbuild.frozen import frozen
from cvbuild.names.braces import AuthorsError, shield_braces
from cvbuild.names.name import SUFFIX, Name, parse_name

MARKS = "*†‡§¶‖#∗⋆★☆♯∥◊◇◆•°△▲▽▼○●□■♠♣♥♦♡♢✉✝※"
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


@frozen
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
        if piece.before == "," and (semicolons or SUFFIX.fullmatch(piece.name)):
            people[-1].append(piece)
        else:
            people.append([piece])
    if _inverted(people):
        people = [family + given for family, given in zip(people[::2], people[1::2], strict=True)]
    return tuple(map(_author, [*people, *([piece] for piece in rest)]))


def is_et_al(name: Name) -> bool:
    """Whether this stands for people who are not named."""
    return str(name) in _ET_AL


def split_marks(text: str) -> tuple[str, str]:
    """The name and the marks of one author, such as ``Weinan E*``, in which commas belong to the name."""
    piece = _piece(text, 0, len(text), "")
    return piece.name, piece.marks


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
    elif all(family.before == "and" for family in families[1:]) and not any(map(_begins_with_initial, families)):
        return True
    return all(map(_is_initials, givens)) and not any(map(_is_initials, families))


def _begins_with_initial(piece: _Piece) -> bool:
    """``J. Roe`` is a name in its natural order, and no family name."""
    found = _INITIALS.match(piece.name)
    return found is not None and found.end() < len(piece.name)


def _is_initials(piece: _Piece) -> bool:
    return _INITIALS.fullmatch(piece.name) is not None


def _pieces(text: str) -> list[_Piece]:
    """Everything between separators, never empty."""
    separators = _separators(shield_braces(text))
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
