"""CSL-JSON."""

from __future__ import annotations

from cvbuild.bibliography.raw import Raw
from cvbuild.diagnostics import Sink
from cvbuild.source import Source


def read_csl(source: Source, sink: Sink) -> list[Raw]:
    """The works of a CSL-JSON file."""
    return []
