"""What the presets make of works: the tables in docs/styles.md, between two comments there."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from cvbuild import tree
from cvbuild.diagnostics import Sink
from cvbuild.model import Status, WorkKind
from cvbuild.outline import make_outline
from cvbuild.publications import Listing, make_database
from cvbuild.publications.database import kind_of
from cvbuild.publications.presets import PRESETS
from cvbuild.schema import load_document
from cvbuild.source import Source
from cvbuild.text import Emph, Inline, Strong, children, plain

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "styles.md"
WORKS = ROOT / "tests" / "styles" / "works.txt"
BEGIN, END = "<!-- begin: made by `make docs` -->", "<!-- end -->"


def styles_page() -> str:
    """docs/styles.md with its tables made anew."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return before + BEGIN + "\n\n" + tables() + END + rest.partition(END)[2]


def tables() -> str:
    """A table for the first of the works set by hand of each kind, then of each status."""
    blocks = WORKS.read_text(encoding="utf-8").split("\n\n")[1:]
    works = [block.strip().split("\n")[0] for block in blocks]
    printed = {preset: items(works, preset) for preset in PRESETS if preset != "with"}
    first: dict[str, int] = {}
    for i, (what, _) in enumerate(printed["plain"]):
        first.setdefault(what, i)
    out = []
    for what in (*get_args(WorkKind), *get_args(Status)):
        if what in first:
            i = first[what]
            out += [f"**{what}**: `{works[i][1:-1]}`", "", "| style | prints |", "|---|---|"]
            out += [f"| `{preset}` | {printed[preset][i][1]} |" for preset in printed] + [""]
    return "\n".join(out) + "\n"


def items(works: list[str], preset: str) -> list[tuple[str, str]]:
    """What each work is (its status, if it is not published; else its kind), and what a list prints, in Markdown."""
    yaml = (
        f"name: N\nsections: {{P: {{publications: {{select: all, order: written, style: {preset}}}}}}}\npublications:\n"
    )
    yaml += "".join(f"  k{i}: {work}\n" for i, work in enumerate(works))
    sink = Sink()
    root = tree.parse(Source("styles.yaml", yaml, ROOT), sink)
    document = load_document(root, sink) if root is not None else None
    assert document is not None
    assert not sink.diagnostics
    database = make_database(document.publications.works, (), sink)
    (section,) = make_outline(document, database, sink).blocks
    (listing,) = (block for block in getattr(section, "blocks", ()) if isinstance(block, Listing))
    works_of = [item.work for item in listing.items]
    what = [kind_of(work) if work.status == "published" else work.status for work in works_of]
    return list(zip(what, (markdown(item.body.body) for item in listing.items), strict=True))


def markdown(body: tuple[Inline, ...]) -> str:
    """Text with its emphasis."""
    parts = []
    for node in body:
        inner = markdown(children(node)) if children(node) else plain((node,))
        stars = "*" if isinstance(node, Emph) else "**" if isinstance(node, Strong) else ""
        parts.append(stars + inner + stars)
    return "".join(parts)
