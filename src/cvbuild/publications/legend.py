"""The line that explains marks: composed from the marks that were really printed."""

from __future__ import annotations

from collections.abc import Iterable

from cvbuild.diagnostics import ONE_SIGN, UNEXPLAINED_MARK, Sink
from cvbuild.model import Legend, MarkSpec
from cvbuild.publications.bylines import underlined
from cvbuild.publications.listing import LegendLine, Listing
from cvbuild.publications.marks import EQUAL, Marks
from cvbuild.source import Span
from cvbuild.text import Inline, Mark, Role, Str, Text, plain, walk
from cvbuild.words import Words

_ALPHABETICAL = "or alphabetical author order"
_UNDERLINING = "underlining"
_STOPS = (".", "!", "?")

Meaning = tuple[Inline, ...]


def printed_marks(listings: Iterable[Listing]) -> tuple[str, ...]:
    """The name of every mark that is printed in these lists as a sign or a line, in the order of first appearance."""
    seen: dict[str, None] = {}
    for listing in listings:
        for item in listing.items:
            for node in walk(item.body.body):
                if isinstance(node, Mark):
                    seen.setdefault(node.name or node.symbol)
                elif isinstance(node, Role) and node.mark:
                    seen.setdefault(node.mark)
    return tuple(seen)


def make_legend(
    legend: Legend, listings: Iterable[Listing], marks: Marks, words: Words, sink: Sink, span: Span | None
) -> LegendLine | None:
    """The legend for these lists; None if it is unwanted, or if no mark was printed in them.

    Marks of the same meaning share a phrase. A mark without a meaning is reported, and so are two of one look.
    """
    for own in legend.words:
        if not marks.knows(own.mark):
            marks.report(own.mark, own.span, sink)
    phrases: dict[Meaning, dict[str, MarkSpec]] = {}
    for name in marks.in_order(printed_marks(listings)):
        mark = marks[name]
        meaning = _meaning(mark, legend, marks, words)
        if meaning is None:
            if legend.place != "none":
                _report(mark, span, sink)
        else:
            phrases.setdefault(meaning, {}).setdefault(_look(mark), mark)
    _check_looks(phrases, span, sink)
    if not phrases or legend.place == "none":
        return None
    body: list[Inline] = []
    for meaning, said in phrases.items():
        if body:
            body.append(Str(" " if plain(body).endswith(_STOPS) else "; "))
        body.extend(_subject(list(said.values()), words, first=not body))
        body.append(Str(" "))
        body.extend(_plural(meaning) if len(said) > 1 else meaning)
    if not plain(body).endswith(_STOPS):
        body.append(Str("."))
    return LegendLine(text=Text(tuple(body), legend.span or span), span=legend.span or span)


def _meaning(mark: MarkSpec, legend: Legend, marks: Marks, words: Words) -> Meaning | None:
    """What the legend says of a mark: its own words, else the mark's."""
    said = next((own.text for own in legend.words if marks.called(own.mark, mark.name)), None) or mark.legend
    if said is None:
        return None
    if legend.alphabetical and mark.name in (EQUAL, "*"):
        return (*said.body, Str(" " + words(_ALPHABETICAL)))
    return said.body


def _look(mark: MarkSpec) -> str:
    return "" if mark.show == "underline" else mark.symbol or ""


def _subject(marks: list[MarkSpec], words: Words, first: bool) -> Iterable[Inline]:
    """Signs, as in "* and †"; the word "underlining" is underlined itself."""
    for i, mark in enumerate(marks):
        if i:
            last = i == len(marks) - 1
            yield Str((", " if len(marks) > 2 else " ") + (words("and") + " " if last else ""))
        if mark.show == "underline":
            word = words(_UNDERLINING)
            yield underlined(mark.name, (Str(word[:1].upper() + word[1:] if first and not i else word),))
        else:
            yield Mark(mark.symbol or "", mark.name)


def _plural(meaning: Meaning) -> Meaning:
    """Of two marks: "indicate", not "indicates"."""
    match meaning:
        case (Str(text), *rest) if text.startswith("indicates "):
            return (Str("indicate " + text.removeprefix("indicates ")), *rest)
    return meaning


def _report(mark: MarkSpec, span: Span | None, sink: Sink) -> None:
    shown = mark.symbol if mark.show == "symbol" else mark.name
    if mark.name == mark.symbol:
        hint = f"write `legend: {{words: {{'{shown}': what it means}}}}`, or name it and its meaning in `marks:`"
    else:
        hint = f"write `marks: {{{mark.name}: {{legend: what it means}}}}`"
    sink.add(UNEXPLAINED_MARK, f"the mark {shown} is printed, but nothing says what it means", span, hint=hint)


def _check_looks(phrases: dict[Meaning, dict[str, MarkSpec]], span: Span | None, sink: Sink) -> None:
    seen: dict[str, str] = {}
    for said in phrases.values():
        for look, mark in said.items():
            other = seen.setdefault(look, mark.name)
            if other != mark.name:
                what = f"the sign {look}" if look else "underlining"
                message = f"{what} stands for two marks in these lists: `{other}` and `{mark.name}`"
                sink.add(ONE_SIGN, message, span, hint=f"give `{mark.name}` another sign in `marks:`")
