"""A CV in which no error was found: what all writers write from."""

from __future__ import annotations

from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.model import Document
from cvbuild.outline import Outline
from cvbuild.publications import Database
from cvbuild.source import Source
from cvbuild.theme import Theme


@frozen(kw_only=True)
class Choices:
    """What whoever calls says of a CV, over what its file says."""

    theme: str | None = None


AS_WRITTEN = Choices()


@frozen
class Checked:
    """A CV in which no error was found."""

    source: Source
    document: Document
    database: Database
    outline: Outline
    theme: Theme
    files: Files
