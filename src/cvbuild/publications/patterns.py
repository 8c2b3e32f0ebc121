"""The small language in which styles say how a work is set.

    {authors}. {title}.< In *{venue}*><, {volume}<:{pages}>|, {pages}>, {year}.

``{field}``     what the work has to say there;
``*…*, **…**``  emphasis, strong emphasis;
``<…|…>``       the first alternative whose own fields are all there, or nothing;
``\\``           before one of these signs prints the sign itself.

A full stop is not set behind text that ends in ``.``, ``?`` or ``!``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cvbuild.frozen import frozen
from cvbuild.text import Emph, Inline, Str, Strong, plain


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
class Group:
    """Alternatives, of which the first that holds is set."""

    alternatives: tuple[Pattern, ...]


@frozen
class Styled:
    """A pattern in emphasis."""

    look: Literal["emph", "strong"]
    body: Pattern


Part = Literally | Field | Group | Styled
Pattern = tuple[Part, ...]


def parse_pattern(source: str, fields: frozenset[str]) -> Pattern:
    """The pattern written as `source`. Raises `PatternError`, also for a field that is not among `fields`."""
    pattern, at = _Parser(source, fields).sequence(0, "")
    assert at == len(source)
    return pattern


class _Parser:
    def __init__(self, source: str, fields: frozenset[str]) -> None:
        self.source = source
        self.fields = fields

    def sequence(self, at: int, closer: str) -> tuple[Pattern, int]:
        """Parts up to `closer` (``""``: the end; ``"|>"``: the end of an alternative), and where that is."""
        source, parts, literal = self.source, list[Part](), list[str]()

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
                if char == "\\" and at + 1 < len(source):
                    at += 1
                literal.append(source[at])
                at += 1
        else:
            if closer:
                raise PatternError(f"`{'>' if closer == '|>' else closer}` is missing", len(source))
        flush()
        return tuple(parts), at

    def _field(self, at: int) -> tuple[Field, int]:
        end = self.source.find("}", at)
        if end < 0:
            raise PatternError("`}` is missing", at)
        name = self.source[at + 1 : end].strip()
        if name not in self.fields:
            raise PatternError(f"there is no field `{name}`", at)
        return Field(name), end + 1

    def _group(self, at: int) -> tuple[Group, int]:
        alternatives: list[Pattern] = []
        while True:
            body, end = self.sequence(at + 1, "|>")
            alternatives.append(body)
            if self.source[end] == ">":
                return Group(tuple(alternatives)), end + 1
            at = end


def set_pattern(pattern: Pattern, fields: Mapping[str, tuple[Inline, ...]]) -> tuple[Inline, ...]:
    """The inlines that `pattern` gives with these fields; a field that is missing or empty prints nothing."""
    return _tidy(_set(pattern, fields))


def _set(pattern: Pattern, fields: Mapping[str, tuple[Inline, ...]]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for part in pattern:
        match part:
            case Literally(text):
                out.append(Str(text))
            case Field(name):
                out.extend(fields.get(name, ()))
            case Group(alternatives):
                out.extend(next((_set(a, fields) for a in alternatives if _holds(a, fields)), ()))
            case Styled(look, body):
                inner = _set(body, fields)
                if inner:
                    out.append(Emph(inner) if look == "emph" else Strong(inner))
    return tuple(out)


def _holds(pattern: Pattern, fields: Mapping[str, tuple[Inline, ...]]) -> bool:
    own = list(_own_fields(pattern))
    if own:
        return all(fields.get(name) for name in own)
    return any(_holds(a, fields) for part in pattern if isinstance(part, Group) for a in part.alternatives)


def _own_fields(pattern: Pattern) -> list[str]:
    """Fields of a pattern outside its groups."""
    out: list[str] = []
    for part in pattern:
        if isinstance(part, Field):
            out.append(part.name)
        elif isinstance(part, Styled):
            out.extend(_own_fields(part.body))
    return out


_STOPS = (".", "?", "!", "…")


def _tidy(body: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Join neighbouring strings, drop a full stop behind another stop, and white space at the ends."""
    out: list[Inline] = []
    last = ""
    for node in body:
        if isinstance(node, Str):
            value = node.text
            if value.startswith(".") and last.rstrip("”’\"')").endswith(_STOPS):
                value = value[1:]
            if not out:
                value = value.lstrip()
            if not value:
                continue
            if out and isinstance(out[-1], Str):
                value = out.pop().text + value  # type: ignore[union-attr]
            node = Str(value)
        out.append(node)
        last = plain((node,)) or last
    if out and isinstance(out[-1], Str):
        out[-1] = Str(out[-1].text.rstrip())
    return tuple(out)
