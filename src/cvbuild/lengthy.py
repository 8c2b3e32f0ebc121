"""A document that has more pages than it may: how much must go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import Any

from cvbuild.checked import Checked
from cvbuild.diagnostics import TOO_LONG, Sink
from cvbuild.source import Span
from cvbuild.tree import Mapping, Node, Scalar


def report_pages(checked: Checked, pdf: bytes, pages: int, sink: Sink) -> None:
    """Say how many pages and lines a PDF is too long; `checked` has a limit, and the PDF `pages`, which are more."""
    limit = checked.document.pages or pages
    found = lines_of(pdf)
    shapes = [[_shape(line, number) for line in page] for number, page in enumerate(found, start=1)]
    each = Counter(shape for page in shapes for shape in set(page))
    # What stands on every page, but for its number, is a head or a foot.
    over = sum(each[shape] < len(found) for page in shapes[limit:] for shape in page)
    lines = f"{over} line{'s' if over != 1 else ''}"
    more = f"the last of them has {lines}" if pages == limit + 1 else f"behind page {limit} are {lines} more"
    what = f"there are {pages} pages, and {limit} {'is' if limit == 1 else 'are'} allowed; {more}"
    sink.add(TOO_LONG, what, _place(checked), hint="the PDF is written; look at it, and leave something out")


def lines_of(pdf: bytes) -> list[list[str]]:
    """The lines of text on each page of a PDF, without spaces, from the top."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return [list(_lines(page.get_textpage())) for page in document]
    finally:
        document.close()


def _lines(page: Any) -> Iterator[str]:
    boxes = [page.get_rect(i) for i in range(page.count_rects())]  # left, bottom, right, top
    row: list[tuple[float, str]] = []
    bottom = inf
    for left, low, right, high in sorted(boxes, key=lambda box: -(box[1] + box[3])):
        if (low + high) / 2 < bottom and row:  # its middle is below the line
            yield "".join(text for _, text in sorted(row))
            row = []
        bottom = min(low, bottom) if row else low
        row.append((left, page.get_text_bounded(left, low, right, high)))
    if row:
        yield "".join(text for _, text in sorted(row))


def _shape(line: str, number: int) -> str:
    """A line with a sign for the number of its page."""
    return re.sub(rf"(?<!\d){number}(?!\d)", "#", "".join(line.split()), count=1)


def _place(checked: Checked) -> Span | None:
    """Where the limit is said."""
    node: Node | None = checked.loaded.root
    if checked.choices.variant is not None:
        node = _below(_below(node, "variants"), checked.choices.variant)
    limit = _below(node, "pages")
    return limit.span if isinstance(limit, Scalar) else checked.document.span


def _below(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None
