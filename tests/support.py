"""What many tests need: a CV from a few lines of YAML, at every stage of the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent

from cvbuild import tree
from cvbuild.checked import Checked
from cvbuild.dates import Day
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.files import Files
from cvbuild.lint import lint
from cvbuild.model import Document
from cvbuild.outline import Block, Outline, OutSection, make_outline
from cvbuild.pipeline import check, write_latex
from cvbuild.publications import LegendLine, Listing, make_database
from cvbuild.schema import load_document
from cvbuild.source import Source

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def source(yaml: str) -> Source:
    return Source("cv.yaml", dedent(yaml).lstrip("\n"), ROOT, raw_latex=False)


def load(yaml: str) -> tuple[Document | None, list[Diagnostic]]:
    sink = Sink()
    root = tree.parse(source(yaml), sink)
    document = load_document(root, sink) if root is not None else None
    return document, list(sink.sorted())


def document(yaml: str) -> Document:
    found, diagnostics = load(yaml)
    assert found is not None, diagnostics
    assert not any(d.is_error for d in diagnostics), diagnostics
    return found


def outlined(found: Document, sink: Sink) -> Outline:
    """The outline of a document that needs no files."""
    return make_outline(found, make_database(found.publications.works, (), sink), sink)


def outline(yaml: str) -> tuple[Outline, list[Diagnostic]]:
    sink = Sink()
    return outlined(document(yaml), sink), list(sink.sorted())


def problems(yaml: str) -> list[str]:
    """``line:column code`` of everything that is reported about a CV before it is written."""
    sink = Sink()
    check(source(yaml), Files(), sink)
    return places(sink.sorted())


TODAY = (2026, 11, 21)


def remarks(yaml: str, today: Day = TODAY) -> list[Diagnostic]:
    """What lint says of a CV in which nothing is wrong."""
    sink = Sink()
    checked = check(source(yaml), Files(), sink)
    assert checked is not None, list(sink.sorted())
    lint(checked.document, checked.database, checked.outline, today, sink)
    return [d for d in sink.sorted() if d.code.number.startswith("CV7")]


def places(found: Iterable[Diagnostic]) -> list[str]:
    """``line:column code`` of each."""
    return [f"{d.span.line}:{d.span.column} {d.code.number}" if d.span else d.code.number for d in found]


def whole_latex(yaml: str) -> str:
    """The document part of a CV in LaTeX: all but the preamble."""
    sink = Sink()
    checked = check(source(yaml), Files(), sink)
    assert isinstance(checked, Checked), list(sink.sorted())
    tex = write_latex(checked, sink)
    assert tex is not None, list(sink.sorted())
    return tex.written.text


def blocks(found: Outline) -> Iterator[Block]:
    """Every block of an outline, in print order."""

    def inside(block: Block) -> Iterator[Block]:
        yield block
        if isinstance(block, OutSection):
            for inner in block.blocks:
                yield from inside(inner)

    for block in found.blocks:
        yield from inside(block)


def listings(found: Outline) -> list[Listing]:
    return [block for block in blocks(found) if isinstance(block, Listing)]


def legends(found: Outline) -> list[str]:
    return [str(block.text) for block in blocks(found) if isinstance(block, LegendLine)]


def items(listing: Listing) -> list[tuple[str | None, str]]:
    """Label and text of every item."""
    return [(item.label, str(item.body)) for item in listing.items]
