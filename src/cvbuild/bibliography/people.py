"""Lists of names in a .bib file, and what its annotations say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cvbuild.bibliography.bibtex import Field
from cvbuild.bibliography.latex import fold, to_name
from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.raw import Person
from cvbuild.names import AuthorsError, split_authors
from cvbuild.source import Span

ET_AL: Final = "et al."
_AND: Final = re.compile(r"(?<=\s)and(?=\s)|^and(?=\s)|(?<=\s)and$", re.IGNORECASE)
_PART: Final = re.compile(r"\s*([a-z-]+)\s*=\s*(\"[^\"]*\"|(?:[^,{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\s*(?:,|$)")
_EXTENDED: Final = re.compile(r"\s*(?:given|family|prefix|suffix)(?:-i)?\s*=")
_SIGNS: Final = "*†‡§¶‖#"
_ENDS_WITH_OTHERS: Final = re.compile(r"(?<=[^\s,])\s*,?\s+(?:et\.? al\.?|others)\s*$", re.IGNORECASE)
_HOMONYM: Final = re.compile(r"(?<=[^\W\d_]|\.) 0[0-9]{3}(?=$|,)")  # by which DBLP tells people of one name apart
_AFFILIATION: Final = re.compile(r"\^[0-9]+(?:,[0-9]+)*(?:,(?=[*†‡§¶‖#]))?")
_ORGANISATION: Final = re.compile(
    r"(?:(?P<kind>Collaboration|Consortium), (?P<name>[^{},]+)|[^{},]+ (?:Collaboration|Consortium))"
)
_OTHERS: Final = re.compile(r"\{?(?:others|et\.? ?al\.?)\}?", re.IGNORECASE)
_MARK: Final = re.compile(rf"\s*\^?([{re.escape(_SIGNS)}∗⋆]+)(?=\s*(?:,|$))|^([*†‡∗⋆]+)\s*(?=\w)")


def read_people(field: Field, notes: Notes) -> tuple[Person, ...]:
    """The names of a field, in their order; "and others" is `ET_AL`."""
    people: list[Person] = []
    for start, end in _pieces(field.text):
        piece = field.text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        span = field.part(left, left + len(piece.strip()))
        if _OTHERS.fullmatch(fold(piece)):
            people.append(Person(ET_AL, span))
        elif cut := _ENDS_WITH_OTHERS.search(piece):
            people.extend(_marked(name, span) for name in _names(to_name(piece[: cut.start()], notes), notes))
            people.append(Person(ET_AL, span))
        elif _EXTENDED.match(piece):
            people.append(_marked(_extended(piece, notes), span))
        else:
            people.extend(_marked(name, span) for name in _names(to_name(piece, notes), notes))
    return tuple(person for person in people if person.name)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """What stands between the words "and" outside of braces."""
    start = 0
    if "{" not in text:
        seen = text
    else:
        depth, shown = 0, []
        for character in text:
            depth += (character == "{") - (character == "}")
            shown.append("x" if depth > 0 or character == "}" else character)
        seen = "".join(shown)
    for found in _AND.finditer(seen):
        if seen[start : found.start()].strip():
            yield start, found.start()
        start = found.end()
    if seen[start:].strip():
        yield start, len(text)


def _names(name: str, notes: Notes) -> Iterator[str]:
    """The name; or the names, where they are parted by commas or semicolons as BibTeX does not know it."""
    name = _AFFILIATION.sub("", _HOMONYM.sub("", name))
    if organisation := _ORGANISATION.fullmatch(name):
        yield "{{{name} {kind}}}".format_map(organisation.groupdict()) if organisation["kind"] else f"{{{name}}}"
        return
    listed = name.endswith(",")  # Emmy Noether, David Hilbert, and …
    name = name.rstrip(", ")
    shown = re.sub(r"\{[^{}]*\}", "X", name)
    parts = shown.split(",")
    listed = listed and len(parts) > 1 and all(len(part.split()) > 1 for part in parts)
    joined = [part.split() for part in shown.split(" & ")]
    several = len(joined) > 1 and all(len(words) > 1 for words in joined)  # not Johnson & Johnson
    if several or listed or ";" in shown or len(parts) > 3 or (len(parts) == 3 and len(parts[1].split()) > 1):
        try:
            found = split_authors(name)
        except AuthorsError:
            found = ()
        if len(found) > 1:
            notes.problem("names are parted by the word `and` in a .bib file", "write `A. Noether and D. Hilbert`")
            yield from (person.name + person.marks for person in found)
            return
    yield name


def _marked(name: str, span: Span) -> Person:
    """A name, and the signs that stand behind a part of it, or before it."""
    signs = "".join(found[1] or found[2] for found in _MARK.finditer(name)).replace("∗", "*").replace("⋆", "*")
    return Person(_MARK.sub("", name).strip() if signs else name, span, (signs,) if signs else ())


def _extended(piece: str, notes: Notes) -> str:
    """``family=Schmidt, given=Hans, prefix=von`` as biblatex has it."""
    parts: dict[str, str] = {}
    for found in _PART.finditer(piece):
        parts[found[1]] = to_name(found[2].strip().strip('"'), notes).replace("{", "").replace("}", "")
    return inverted(parts.get("given", ""), parts.get("prefix", ""), parts.get("family", ""), parts.get("suffix", ""))


def inverted(given: str, particle: str, family: str, suffix: str = "") -> str:
    """The parts of a name as one text, from which `names.parse_name` takes the same parts."""
    given, particle, family, suffix = (fold(part) for part in (given, particle, family, suffix))
    if particle and not all(word[:1].islower() for word in particle.split()):
        particle, family = "", f"{particle} {family}".strip()
    if not given and not particle and not suffix:
        return f"{{{family}}}" if " " in family or "," in family else family
    if "," in family or (" " in family and family[:1].islower()):
        family = f"{{{family}}}"
    last = f"{particle} {family}".strip()
    given = f"{{{given}}}" if "," in given else given
    if not last:
        return given
    if suffix:
        return f"{last}, {suffix}, {given}"
    return f"{last}, {given}" if given else last


# --- annotations ---

WORDS: Final = {
    **dict.fromkeys(("equal", "first", "joint", "equal-contribution", "cofirst", "co-first"), "equal"),
    **dict.fromkeys(("corresponding", "corresp", "correspondence"), "corresponding"),
    **dict.fromkeys(("highlight", "me", "self", "bold", "myself", "mybold", "owner"), "me"),
}
_ANNOTATION: Final = re.compile(r"\s*([0-9]*)\s*(?::\s*([\w-]+)\s*)?=(.*)", re.DOTALL)


def read_annotations(text: str, count: int, notes: Notes) -> dict[int, list[str]]:
    """``1=equal;2=equal,corresponding`` -> the words for each of `count` names, from 0."""
    out: dict[int, list[str]] = {}
    for piece in text.split(";"):
        if not piece.strip():
            continue
        found = _ANNOTATION.fullmatch(piece)
        if found is None:
            notes.problem(f"`{fold(piece)}` is not an annotation", "write `1=equal; 2=corresponding`")
        elif not found[1]:
            notes.problem("an annotation of the whole list has no meaning here", "write the number of an author")
        elif found[2]:
            notes.problem(f"an annotation of the part `{found[2]}` of a name has no meaning here", None)
        elif not 1 <= int(found[1]) <= count:
            notes.problem(f"there is no author {found[1]} to annotate; there are {count}", None)
        else:
            words = [fold(word).strip('"').strip() for word in found[3].split(",")]
            out.setdefault(int(found[1]) - 1, []).extend(WORDS.get(word.lower(), word) for word in words if word)
    return out
