"""The small language in which styles say how a work is set.

    {authors}. {title}.< {"In"} *{venue}*>, <{volume}><({issue})>, {pages}, {year}.

``{field}``     what the work has to say there;
``{"word"}``    a word that cvbuild prints by itself, and that a style or a document may replace;
``*…*, **…**``  emphasis, strong emphasis;
``~``           a space at which no line ends;
``<…|…>``       the first alternative whose own fields are all there, or nothing;
``\\``           before one of these signs prints the sign itself.

What a field leaves behind that prints nothing is tidied up: of two separators that meet, the stronger stays
(``. ; : ,``); a pair of brackets with nothing between goes, and so does a separator behind an opening bracket,
before a closing one, between words and brackets, and at either end of the whole. A full stop is not set behind text
that ends in ``.``, ``?`` or ``!``, and a comma not behind ``?`` and ``!``; marks of authors are no text here. Only signs
of the pattern are ever dropped, none of the work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from cvbuild.diagnostics import closest
from cvbuild.frozen import frozen
from cvbuild.text import Emph, Inline, Mark, Str, Strong, plain, rewrite

Fields = Mapping[str, tuple[Inline, ...]]

_SIGNS = r"{}<>|*~\\"
_DEEPEST = 50
"""How many groups and emphases may stand in one another."""


class PatternError(ValueError):
    """A malformed pattern; `at` is the offset of the character to blame."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@frozen
class Literally:
    """Characters of the pattern itself."""

    text: str


@frozen
class Field:
    """A place for a field of the work."""

    name: str


@frozen
class Word:
    """A word of `cvbuild.words`, in English."""

    english: str


@frozen
class Alternative:
    """A pattern in a group, and the fields of it that stand outside its own groups."""

    body: Pattern
    fields: tuple[str, ...]


@frozen
class Group:
    """Alternatives, of which the first that holds is set."""

    alternatives: tuple[Alternative, ...]


@frozen
class Styled:
    """A pattern in emphasis."""

    look: Literal["emph", "strong"]
    body: Pattern


Part = Literally | Field | Word | Group | Styled
Pattern = tuple[Part, ...]


def parse_pattern(source: str, fields: frozenset[str], words: frozenset[str] = frozenset()) -> Pattern:
    """The pattern written as `source`. Raises `PatternError`, also for a field or a word that is not among these."""
    pattern, at = _Parser(source, fields, words).sequence(0, "")
    assert at == len(source)
    return pattern


class _Parser:
    def __init__(self, source: str, fields: frozenset[str], words: frozenset[str]) -> None:
        self.source = source
        self.fields = fields
        self.words = words
        self.depth = 0

    def sequence(self, at: int, closer: str) -> tuple[Pattern, int]:
        """Parts up to `closer` (``""``: the end; ``"|>"``: the end of an alternative), and where that is."""
        source, parts, literal = self.source, list[Part](), list[str]()
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError("groups and emphases stand too deep in one another", at)

        def flush() -> None:
            if literal:
                parts.append(Literally("".join(literal)))
                literal.clear()

        while at < len(source):
            char = source[at]
            if char == "*":
                star = "**" if source.startswith("**", at) else "*"
                if closer == star:
                    break
                flush()
                body, end = self.sequence(at + len(star), star)
                parts.append(Styled("strong" if star == "**" else "emph", body))
                at = end + len(star)
            elif closer == "|>" and char in "|>":
                break
            elif char == "{":
                flush()
                field, at = self._field(at)
                parts.append(field)
            elif char == "<":
                flush()
                group, at = self._group(at)
                parts.append(group)
            elif char in "}>":
                raise PatternError(f"`{char}` closes nothing", at)
            else:
                if char == "\\" and at + 1 < len(source) and source[at + 1] in _SIGNS:
                    at += 1
                    literal.append(source[at])
                else:
                    literal.append("\u00a0" if char == "~" else char)
                at += 1
        else:
            if closer:
                raise PatternError(f"`{'>' if closer == '|>' else closer}` is missing", len(source))
        flush()
        self.depth -= 1
        return tuple(parts), at

    def _field(self, at: int) -> tuple[Field | Word, int]:
        end = self.source.find("}", at)
        if end < 0:
            raise PatternError("`}` is missing", at)
        name = self.source[at + 1 : end].strip()
        quoted = len(name) > 1 and name[0] == name[-1] == '"'
        what, known = ("word", self.words) if quoted else ("field", self.fields)
        name = name[1:-1] if quoted else name
        if name not in known:
            near = closest(name, sorted(known))
            raise PatternError(f"there is no {what} `{name}`" + (f"; did you mean `{near}`?" if near else ""), at)
        return Word(name) if quoted else Field(name), end + 1

    def _group(self, at: int) -> tuple[Group, int]:
        alternatives: list[Alternative] = []
        while True:
            body, end = self.sequence(at + 1, "|>")
            alternatives.append(Alternative(body, tuple(_own_fields(body))))
            if self.source[end] == ">":
                return Group(tuple(alternatives)), end + 1
            at = end


def set_pattern(pattern: Pattern, fields: Fields, words: Callable[[str], str] = str) -> tuple[Inline, ...]:
    """The inlines that `pattern` gives with these fields; a field that is missing or empty prints nothing.

    `words` gives the word to print for an English one.
    """
    return _nested(_ended(_tidied(_pieces(pattern, fields, words))))


def as_written(pattern: Pattern, fields: Fields) -> str:
    """The characters that `pattern` gives if nothing is tidied up."""
    return plain(piece for part in _pieces(pattern, fields, str) for piece in (_inline(part.what),))


def misses(pattern: Pattern, fields: Fields) -> bool:
    """Whether a field that stands outside of all groups is missing."""
    return not all(fields.get(name) for name in _own_fields(pattern))


def has_fields(pattern: Pattern) -> bool:
    """Whether a pattern can print anything of a work."""
    return any(
        isinstance(part, Field)
        or (isinstance(part, Styled) and has_fields(part.body))
        or (isinstance(part, Group) and any(has_fields(one.body) for one in part.alternatives))
        for part in pattern
    )


def printed_fields(pattern: Pattern, fields: Fields) -> frozenset[str]:
    """The names of the fields that `set_pattern` would print."""
    return frozenset(
        part.name for part, _ in _parts(pattern, fields) if isinstance(part, Field) and fields.get(part.name)
    )


def _chosen(alternatives: tuple[Alternative, ...], fields: Fields) -> Pattern:
    for one in alternatives:
        if _holds(one, fields):
            return one.body
    return ()


def _holds(one: Alternative, fields: Fields) -> bool:
    if one.fields:
        return all(map(fields.get, one.fields))
    return any(_holds(a, fields) for part in one.body if isinstance(part, Group) for a in part.alternatives)


def _own_fields(pattern: Pattern) -> Iterator[str]:
    """Fields of a pattern outside its groups."""
    for part in pattern:
        if isinstance(part, Field):
            yield part.name
        elif isinstance(part, Styled):
            yield from _own_fields(part.body)


def _inline(what: str | Inline) -> Inline:
    return Str(what) if isinstance(what, str) else what


# --- tidying -----------------------------------------------------------------


class _Piece(NamedTuple):
    """Signs of the pattern (a `str`), or an inline of the work; `inside` are the emphases around it."""

    what: str | Inline
    inside: tuple[Styled, ...]


def _parts(
    pattern: Pattern, fields: Fields, inside: tuple[Styled, ...] = ()
) -> Iterator[tuple[Literally | Field | Word, tuple[Styled, ...]]]:
    """The parts that are set with these fields, each with the emphases around it."""
    for part in pattern:
        if isinstance(part, Group):
            yield from _parts(_chosen(part.alternatives, fields), fields, inside)
        elif isinstance(part, Styled):
            yield from _parts(part.body, fields, (*inside, part))
        else:
            yield part, inside


def _pieces(pattern: Pattern, fields: Fields, words: Callable[[str], str]) -> Iterator[_Piece]:
    for part, inside in _parts(pattern, fields):
        if isinstance(part, Literally):
            yield _Piece(part.text, inside)
        elif isinstance(part, Field):
            for node in fields.get(part.name, ()):
                yield _Piece(node, inside)
        elif word := words(part.english):
            yield _Piece(Str(word), inside)


_SEPARATORS = ",:;."  # from the weakest to the strongest
_SPACES = " \u00a0"
_WEAK = ",:;" + _SPACES
_AT_END = re.compile(rf"([{_SEPARATORS}])(”?)\s+$|^([{_SEPARATORS}])$")


def _tidied(pieces: Iterator[_Piece]) -> list[_Piece]:
    """The pieces without the signs that nothing printed between them has left without a use."""
    out: list[_Piece] = []
    for piece in pieces:
        while isinstance(piece.what, str) and piece.what and out and isinstance(out[-1].what, str):
            before, after = _met(out[-1].what, piece.what)
            kept = _Piece(before, out.pop().inside)
            piece = _Piece(after, piece.inside)
            if before and after:
                out.append(kept)
                break
            piece = piece if after else kept
        if piece.what:
            out.append(piece)
    return out


def _met(a: str, b: str) -> tuple[str, str]:
    """What stays of two pieces of a pattern that meet since nothing is printed between them."""
    if not a or not b:
        return a, b
    if a[-1] in "([“" and b[0] in _SEPARATORS + _SPACES:
        return _met(a, b.lstrip(_SEPARATORS + _SPACES))
    if a[-1] + b[0] in ("()", "[]", "“”"):
        return _met(a[:-1], b[1:])
    if b[:2] in (" (", " ["):
        return a.rstrip(_WEAK), b
    if b[0] in ")]":
        return (a.rstrip(_WEAK), b) if a[-1] in _WEAK else (a, b)
    found = _AT_END.search(a)
    if b[0] in _SEPARATORS:
        if found is None:
            return (a.rstrip(_SPACES) if b[0] in ",." else a), b
        if _SEPARATORS.index(b[0]) <= _SEPARATORS.index(found[1] or found[3]):
            return a, (b[1:].lstrip(_SPACES) if a[-1] in _SPACES else b[1:])
        quote = found[2] or ""
        return a[: found.start()], b[0] + quote + b[1:]
    return a, (b.lstrip(_SPACES) if a[-1] in _SPACES else b)


_STOPS = (".", "?", "!", "…")
_CLOSING = "”’\"'"


def _ended(pieces: Sequence[_Piece]) -> list[_Piece]:
    """No separators at either end, and no stop behind a stop."""
    out: list[_Piece] = []
    last = ""
    for piece in pieces:
        what = piece.what
        if isinstance(what, str):
            said = last.rstrip(_CLOSING)
            if not last:
                what = what.lstrip(_SEPARATORS + _SPACES)
            elif (what[0] == "." and said.endswith(_STOPS)) or (what[0] == "," and said.endswith(("?", "!"))):
                what = what[1:]
            last += what
        else:
            last = _said(what) or last
        if what:
            out.append(_Piece(what, piece.inside))
    while out and isinstance(out[-1].what, str):
        piece = out.pop()
        what = piece.what.rstrip(_WEAK) if isinstance(piece.what, str) else piece.what
        if what:
            out.append(_Piece(what, piece.inside))
            break
    return out


def _said(node: Inline) -> str:
    """The characters of a field, without the marks of authors at its end: in "Wu, L.*" the name ends in a stop."""
    return plain(rewrite((node,), lambda leaf: () if isinstance(leaf, Mark) else (leaf,))).rstrip("\u202f")


def _nested(pieces: Sequence[_Piece], depth: int = 0) -> tuple[Inline, ...]:
    """The inlines of pieces, each group of neighbours in its emphasis; strings that touch become one."""
    out: list[Inline] = []
    for around, group in groupby(pieces, lambda piece: id(piece.inside[depth]) if len(piece.inside) > depth else None):
        inner = list(group)
        if around is not None:
            body = _nested(inner, depth + 1)
            out.append(Emph(body) if inner[0].inside[depth].look == "emph" else Strong(body))
            continue
        for piece in inner:
            node = _inline(piece.what)
            if isinstance(node, Str) and out and isinstance(out[-1], Str):
                node = Str(out.pop().text + node.text)  # type: ignore[union-attr]
            out.append(node)
    return tuple(out)
