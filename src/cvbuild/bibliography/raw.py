"""What a file says of one work, before it is put into the words of a CV: the same for all formats.

The names of types and fields are those of biblatex, in lower case; other formats are translated into them.
"""

from __future__ import annotations

from typing import Protocol

from cvbuild.bibliography.notes import Notes
from cvbuild.frozen import frozen
from cvbuild.source import Span


@frozen
class Person:
    """A name as `names.parse_name` reads it, marks such as * behind it, and its place."""

    name: str
    span: Span
    marks: tuple[str, ...] = ()


class Value(Protocol):
    """What a field holds."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        ...

    def markdown(self, notes: Notes) -> str:
        """As formatted text in the dialect of a CV."""
        ...

    def plain(self, notes: Notes) -> str:
        """As characters."""
        ...

    def address(self) -> str:
        """As an address or a number, of which every character counts."""
        ...

    def people(self, notes: Notes) -> tuple[Person, ...]:
        """As a list of names."""
        ...


@frozen
class Raw:
    """One work of a file. `span` is the place of its key, `kind` that of its type."""

    type: str
    key: str
    span: Span
    kind: Span
    values: dict[str, Value]
