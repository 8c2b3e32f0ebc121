"""A CV in which no error was found: what all writers write from."""

from __future__ import annotations

from cvbuild.dates import Day
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.model import Document
from cvbuild.outline import Outline
from cvbuild.publications import Database
from cvbuild.source import Source
from cvbuild.theme import Theme
from cvbuild.tree import Node


@frozen(kw_only=True)
class Choices:
    """What whoever calls says of a CV, over what its file says."""

    theme: str | None = None
    variant: str | None = None
    """The variant that is wanted; None for the CV itself."""
    settings: tuple[str, ...] = ()
    """Each of the form path=value."""
    private: bool = False
    """Whether private things are wanted too."""
    as_of: Day | None = None
    """The day as of which the CV is wanted."""


AS_WRITTEN = Choices()


@frozen
class Loaded:
    """A CV as it is read: the tree of its file, with all that it includes and that the command line sets, and its document."""

    root: Node
    document: Document


@frozen
class Checked:
    """A CV in which no error was found.

    `document` is the one that was asked for: the CV, or a variant of it, without what is private. `loaded` is what
    its file holds, all of it: nothing of that may be printed. `pdf` is where a page in the web finds the PDF, if both are made.
    """

    source: Source
    document: Document
    database: Database
    outline: Outline
    theme: Theme
    files: Files
    loaded: Loaded
    choices: Choices
    pdf: str | None = None
