"""What a document is when it will be printed: blocks in order. No string in it belongs to an output language yet."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from cvbuild.dates import PartialDate
from cvbuild.frozen import frozen
from cvbuild.model import AnyEntry
from cvbuild.publications import LegendLine, Listing
from cvbuild.source import Span
from cvbuild.text import Text, Url
from cvbuild.words import Words

if TYPE_CHECKING:
    from cvbuild.pictures import Portrait


@frozen(kw_only=True)
class Contact:
    """One way to reach the owner. `kind` names the icon: email, phone, website, orcid, github, …"""

    kind: str
    label: str
    words: str
    url: Url | None = None


@frozen(kw_only=True)
class Paragraphs:
    """Prose. `kind` is the template's name."""

    kind: str = field(default="paragraphs", init=False)
    paragraphs: tuple[Text, ...]
    span: Span | None = None


@frozen(kw_only=True)
class Run:
    """Consecutive entries of one kind: bullet, position, degree, course, award, talk, person or item."""

    kind: str
    entries: tuple[AnyEntry, ...]
    span: Span | None = None


@frozen(kw_only=True)
class OutSection:
    """A heading and its blocks. `level` is 1 for a section of the document.

    In a theme with two columns, `aside` tells that it stands in the side column, `wide` that it goes across both.
    """

    kind: str = field(default="section", init=False)
    title: Text | None
    level: int
    anchor: str
    blocks: tuple[Block, ...]
    aside: bool = False
    wide: bool = False
    span: Span | None = None


Block = Paragraphs | Run | Listing | LegendLine | OutSection


@frozen(kw_only=True)
class Outline:
    """The whole document. `blocks` are legends and sections of level 1, in order.

    `columns` tells that address and contacts stand in a column beside the text, together with sections that are `aside`.
    """

    name: str
    title: Text | None
    headline: Text | None
    address: tuple[Text, ...]
    contacts: tuple[Contact, ...]
    summary: tuple[Text, ...]
    blocks: tuple[Block, ...]
    language: str
    updated: PartialDate | None
    words: Words
    photo: Portrait | None = None
    columns: bool = False
    span: Span | None = None
