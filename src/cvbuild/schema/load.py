"""Nodes -> `Document`."""

from __future__ import annotations

from cvbuild.diagnostics import WRONG_SHAPE, Sink
from cvbuild.model import Document
from cvbuild.schema.shapes import kind_of, record_shape
from cvbuild.tree import Mapping, Node


def load_document(root: Node, sink: Sink) -> Document | None:
    """The document of a CV file. What is wrong in it is reported and left out; None if too little remains."""
    if not isinstance(root, Mapping):
        hint = "begin with `name: Your Name`, then `sections:`"
        sink.add(WRONG_SHAPE, f"a CV is a mapping with keys, not {kind_of(root)}", root.span.part(0, 1), hint=hint)
        return None
    document = record_shape(Document).read_fields(root, sink, given={})
    return document if isinstance(document, Document) else None
