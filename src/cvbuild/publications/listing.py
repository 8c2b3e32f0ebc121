"""A list of publications as it will be printed."""

from __future__ import annotations

from dataclasses import field

from cvbuild.frozen import frozen
from cvbuild.model import Legend, Work
from cvbuild.source import Span
from cvbuild.text import Text


@frozen(kw_only=True)
class ListItem:
    """One printed work. `label` is its number as citations print it, without brackets; None if unnumbered.

    `own` is the number as the list prints it, if a pattern of the user's says so; if None, the theme decorates `label`.
    `number` is its place in a `series` of works that are counted together. `margin` is the year beside it, or nothing.
    """

    label: str | None
    own: str | None = None
    series: int = 0
    number: int = 0
    margin: str = ""
    anchor: str
    body: Text
    work: Work
    span: Span | None = None


@frozen(kw_only=True)
class Group:
    """Works under one heading (None if the list is not grouped)."""

    heading: Text | None
    items: tuple[ListItem, ...]


@frozen(kw_only=True)
class Listing:
    """A list of publications. `widest` is the longest number that the theme decorates; `labels` are all others.

    Both are for the indentation, and empty if the list is not numbered. `margin` tells whether years stand in it.
    `legend` is the list's own wish; None leaves the marks to be explained further out.
    """

    kind: str = field(default="listing", init=False)
    groups: tuple[Group, ...]
    widest: str
    labels: tuple[str, ...] = ()
    margin: bool = False
    legend: Legend | None = None
    span: Span | None = None

    @property
    def items(self) -> tuple[ListItem, ...]:
        """All printed works, whatever their group."""
        return tuple(item for group in self.groups for item in group.items)


@frozen(kw_only=True)
class LegendLine:
    """What the marks printed in its scope mean."""

    kind: str = field(default="legend", init=False)
    text: Text
    span: Span | None = None
