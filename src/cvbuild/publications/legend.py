"""The line that explains marks: composed from the marks that were really printed."""

from __future__ import annotations

from collections.abc import Iterable

from cvbuild.diagnostics import UNEXPLAINED_MARK, Sink
from cvbuild.model import Legend
from cvbuild.publications.listing import LegendLine, Listing
from cvbuild.source import Span
from cvbuild.text import Inline, Mark, Str, Text, walk
from cvbuild.words import Words

MEANINGS = {"*": "indicates equal contribution", "†": "indicates corresponding author"}
_ALPHABETICAL = "or alphabetical author order"


def printed_marks(listings: Iterable[Listing]) -> tuple[str, ...]:
    """Every mark printed in these lists, once, in the order of first appearance."""
    seen: dict[str, None] = {}
    for listing in listings:
        for item in listing.items:
            for node in walk(item.body.body):
                if isinstance(node, Mark):
                    seen.setdefault(node.symbol)
    return tuple(seen)


def make_legend(
    legend: Legend, listings: Iterable[Listing], words: Words, sink: Sink, span: Span | None
) -> LegendLine | None:
    """The legend for these lists; None if it is unwanted, or if no mark was printed in them."""
    marks = printed_marks(listings)
    own = {w.mark: w.text for w in legend.words}
    parts: list[tuple[Inline, ...]] = []
    for mark in marks:
        meaning = own.get(mark)
        if meaning is not None:
            said = meaning.body
        elif mark in MEANINGS:
            said = (Str(words(MEANINGS[mark])),)
        else:
            hint = f"write `legend: {{words: {{'{mark}': what it means}}}}`"
            sink.add(UNEXPLAINED_MARK, f"the mark {mark} is printed, but nothing says what it means", span, hint=hint)
            continue
        if mark == "*" and legend.alphabetical:
            said = (*said, Str(" " + words(_ALPHABETICAL)))
        parts.append((Mark(mark), Str(" "), *said))
    if not parts or legend.place == "none":
        return None
    body: list[Inline] = []
    for i, part in enumerate(parts):
        body.extend(((Str("; "),) if i else ()) + part)
    last = body[-1]
    if not (isinstance(last, Str) and last.text.endswith((".", "!", "?"))):
        body.append(Str("."))
    return LegendLine(text=Text(tuple(body), legend.span or span), span=legend.span or span)
