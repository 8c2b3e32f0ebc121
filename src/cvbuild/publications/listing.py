"""A list of publications as it will be printed."""

from __future__ import annotations

from dataclasses import field

from cvbuild.frozen import frozen
from cvbuild.model import Legend, Work
from cvbuild.source import Span
from cvbuild.text import Text


@frozen(kw_only=True)
class ListItem:
    """One printed work. `label` is its number as printed, without brackets; None if unnumbered."""

    label: str | None
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
    """A list of publications. `widest` is the longest label, for the indentation; "" if unnumbered.

    `legend` is the list's own wish; None leaves the marks to be explained further out.
    """

    kind: str = field(default="listing", init=False)
    groups: tuple[Group, ...]
    widest: str
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
