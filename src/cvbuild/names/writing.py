"""A name, written so that `parse_name` reads it again: in braces what the grammar would read otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.names.authors import MARKS, split_authors, split_marks
from cvbuild.names.braces import AuthorsError
from cvbuild.names.name import Name, has_cjk, join, parse_name

_SPLITTING = frozenset(",;，；、&")


def write_name(name: Name, *, inverted: bool = False) -> str:
    """The plainest way to write a name that is read as this name again, by itself and in a list
    whose names are parted by "and" or semicolons.

    "Ludwig van der Berg", or "van der Berg, Ludwig" if `inverted`. A name that `parse_name` can give has such
    a way; for any other the answer is the whole name in braces.
    """
    return next(
        (way for way in _ways(name, inverted) if way and _reads_as(way, name)), f"{{{str(name).strip('{}') or '?'}}}"
    )


def _reads_as(written: str, name: Name) -> bool:
    try:
        pieces = split_authors(f"{{X}}; {written}")
    except AuthorsError:
        return False
    one = len(pieces) == 2 and pieces[1].name == written and split_marks(written + "*") == (written, "*")
    return one and parse_name(written) == name


def _ways(name: Name, inverted: bool) -> Iterator[str]:
    """Ways to write a name, the best first."""
    if name.literal:
        if has_cjk(name.family) and " " not in name.family:
            yield name.family
        yield f"{{{name.family}}}"
        return
    given, particle, family, suffix = name.given, name.particle, name.family, name.suffix
    natural = join(" ", given, particle, family, suffix)
    turned = _turned(particle, family, suffix, given)
    yield from (turned, natural) if inverted else (natural, turned)
    # In braces: words that would be read otherwise; the family name too; every word.
    particle = " ".join(f"{word[0]}{{{word[1:]}}}" if _hides(word) else word for word in particle.split())
    yield _turned(particle, _some_shielded(family), _some_shielded(suffix), _some_shielded(given))
    yield _turned(particle, f"{{{family}}}", _some_shielded(suffix), _some_shielded(given))
    yield _turned(particle, f"{{{family}}}", suffix and f"{{{suffix}}}", _shielded(given))
    yield join(" ", _shielded(given), particle, f"{{{family}}}")
    # Braces around all of it would make an organisation.
    first, rest = family[:1], family[1:]
    for apart in (f"{{{first}}}{rest}", f"{first}{{{rest}}}"):
        yield _turned(particle, apart, suffix, _shielded(given))


def _turned(particle: str, family: str, suffix: str, given: str) -> str:
    return join(", ", join(" ", particle, family), suffix, given)


def _some_shielded(text: str) -> str:
    return " ".join(f"{{{word}}}" if _hides(word) else word for word in text.split())


def _hides(word: str) -> bool:
    return word in ("and", "et", "al.", "al", "others") or word[-1] in MARKS or not _SPLITTING.isdisjoint(word)


def _shielded(text: str) -> str:
    return " ".join(f"{{{word}}}" for word in text.split())
