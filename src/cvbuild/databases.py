"""The works of a CV: what its files bring, and what it says itself, in one database."""

from __future__ import annotations

from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import Document
from cvbuild.publications import Database, make_database
from cvbuild.source import Source
from cvbuild.tree import Mapping, Node


def load_database(root: Node | None, document: Document, source: Source, files: Files, sink: Sink) -> Database | None:
    """The database of a CV, whose nodes are `root`; None, and a diagnostic, if one of its files cannot be read.

    Then nothing can be said of lists and citations: whatever they name may stand in that file.
    """
    broken = _broken_works(root, document)
    if not document.publications.files:
        return make_database(document.publications.works, (), sink, broken)
    from cvbuild.bibliography import load_works  # its patterns take milliseconds to compile

    brought = load_works(document, source, files, sink)
    if brought is None:
        return None
    return make_database(document.publications.works, brought.works, sink, broken | brought.broken)


def _broken_works(root: Node | None, document: Document) -> frozenset[str]:
    """The keys of works that are written in the CV, and could not be read."""
    written = root.get("publications") if isinstance(root, Mapping) else None
    keys: set[str] = set()
    if isinstance(written, Mapping):
        keys = {key.text for key, _ in written.pairs} - {"files", "fields", "works"}
        if isinstance(inner := written.get("works"), Mapping):
            keys |= {key.text for key, _ in inner.pairs}
    return frozenset(keys.difference(work.key for work in document.publications.works))
