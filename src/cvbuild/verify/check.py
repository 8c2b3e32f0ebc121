"""Reads a PDF back, and reports what of the CV is not in it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final
from urllib.parse import quote

from cvbuild.checked import Loaded
from cvbuild.diagnostics import (
    LINK_LOST,
    NEVER_PRINTED,
    PDF_INFORMATION,
    TEXT_ALTERED,
    TEXT_FROM_NOWHERE,
    TEXT_LOST,
    TEXT_MOVED,
    UNREADABLE_PDF,
    Sink,
)
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.lengths import points
from cvbuild.model import Document
from cvbuild.outline import Outline
from cvbuild.source import Span
from cvbuild.text import plain
from cvbuild.theme import Theme
from cvbuild.verify.facts import Lead, Lit, Loose, Part, Unit, units_of
from cvbuild.verify.match import Found, Matcher, Stretch
from cvbuild.verify.printed import Hot, Printed, compact, read_pdf
from cvbuild.verify.said import unsaid
from cvbuild.words import ENGLISH
from cvbuild.writers import LatexWriter

_LONG = 12  # characters; a shorter text that stands somewhere else may be another one
_HINT = "a template of the theme `{}` does not print it, or not whole"


@frozen
class Verified:
    """How much was found: words, links to addresses and works, marks of authors, and numbers of works."""

    words: int = 0
    links: int = 0
    marks: int = 0
    numbers: int = 0

    def __str__(self) -> str:
        told = ((self.words, "word"), (self.links, "link"), (self.marks, "mark"), (self.numbers, "number"))
        parts = [f"{count:,} {what}{'s' if count != 1 else ''}" for count, what in told if count]
        return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def verify(
    pdf: bytes,
    document: Document,
    outline: Outline,
    theme: Theme,
    files: Files,
    sink: Sink,
    *,
    loaded: Loaded | None = None,
    missing: Iterable[str] = (),
) -> Verified:
    """Compare a PDF with the CV that it was made of; what differs is reported, at its place in the CV.

    `missing` are the characters that no font has, which were reported already; `loaded` is what the CV's file holds.
    """
    writer = LatexWriter(theme, outline.words, files)
    units = units_of(outline, writer.when)
    try:
        printed = read_pdf(pdf, 0.7 * points(str(theme.options["margins"])), columns=outline.columns)
    except ValueError as error:
        sink.add(UNREADABLE_PDF, f"the PDF cannot be read back: {error}", hint="another engine may make a better one")
        return Verified()
    for words, span in unsaid(document, outline, units, loaded, writer.when):
        sink.add(NEVER_PRINTED, f"`{_short(words)}` is nowhere in what is printed", span)
    matcher = Matcher(printed, frozenset(missing))
    check = _Check(outline, theme, printed, matcher, matcher.match(units), sink)
    check.texts()
    check.links()
    check.bookmarks()
    check.information()
    if outline.updated is not None:
        check.foot(writer.when(outline.updated))
    if not sink.failed:
        check.strangers(_own_words(outline, theme, files))
    return check.counted()


class _Check:
    def __init__(
        self, outline: Outline, theme: Theme, printed: Printed, matcher: Matcher, found: list[Found], sink: Sink
    ) -> None:
        self.outline, self.theme, self.sink = outline, theme, sink
        self.printed, self.matcher, self.found = printed, matcher, found
        self.claimed = bytearray(len(printed.text))
        for _, place in self.placed():
            self._claim(place)
        self.linked = 0

    def placed(self) -> Iterator[tuple[Part, Stretch]]:
        """Each part that was found."""
        for one in self.found:
            yield from ((p, s) for p, s in zip(one.unit.parts, one.places, strict=True) if s is not None)

    def counted(self) -> Verified:
        parts = [part for part, _ in self.placed()]
        return Verified(
            words=sum(len(part.words.split()) for part in parts),
            links=self.linked,
            marks=sum(part.marks for part in parts),
            numbers=sum(part.field == "number" for part in parts),
        )

    # --- texts ---

    def texts(self) -> None:
        """Report parts that are not there, not in order, or not as they were written."""
        for n, one in enumerate(self.found):
            self._swapped(one)
            for part, place in zip(one.unit.parts, one.places, strict=True):
                if part.turned or (place is None and any(other.turned for other in one.unit.parts)):
                    self._scattered(part, *self._bounds(n))
                elif place is None:
                    if not part.blank:
                        self._lost(one, part)
                else:
                    self._gaps(part, place)
                    for piece in self.matcher.lacking(part, place):
                        what = f"not all of `{_short(piece.words)}` is in the PDF{self._page(place.start)}"
                        self.sink.add(TEXT_ALTERED, what, _spot(part.span, piece.words))

    def _swapped(self, one: Found) -> None:
        """Texts of one list, as advisors are, stand in its order, though a theme may arrange the fields."""
        both = list(zip(one.unit.parts, one.places, strict=True))
        for (before, there), (part, place) in pairwise(both):
            if before.field == part.field and there is not None and place is not None and place.start < there.start:
                what = f"`{_short(part.words)}` stands before `{_short(before.words)}` in the PDF"
                self.sink.add(TEXT_MOVED, f"{what}{self._page(place.start)}", part.span)

    def _bounds(self, n: int) -> tuple[int, int]:
        """Between which positions all of a unit must lie, whatever the order of its own text."""
        low, high = 0, len(self.printed.text)
        for one in reversed(self.found[:n]):
            if (place := _largest(one)) is not None:
                low = place.start if any(part.turned for part in one.unit.parts) else place.end
                break
        for one in self.found[n + 1 :]:
            if (place := _largest(one)) is not None:
                high = place.end if any(part.turned for part in one.unit.parts) else place.start
                break
        if any(part.turned for part in self.found[n].unit.parts):
            # Readers also turn what stands beside it on its line, as a heading in the margin.
            low, high = self.printed.line(low - 1)[0] if low else 0, self.printed.line(high)[1]
        return low, max(low, high)

    def _lost(self, one: Found, part: Part) -> None:
        elsewhere = next((s for s in self.matcher.places(part) if not any(self.claimed[s.start : s.end])), None)
        if elsewhere is not None and part.size >= _LONG:
            self._claim(elsewhere)
            where = "before" if elsewhere.start < one.low else "behind"
            what = f"`{_short(part.words)}` stands {where} its place in the PDF{self._page(elsewhere.start)}"
            self.sink.add(TEXT_MOVED, what, part.span)
            return
        near = self._nearest(one, part)
        if near is None:
            what = f"`{_short(part.words)}` ({_called(part, one.unit)}) is not in the PDF{self._page(one.low)}"
            self.sink.add(TEXT_LOST, what, part.span, hint=_HINT.format(self.theme.name))
            return
        near = self.matcher.widened(near)
        self._claim(near)
        wanted, there, words = _difference(part.words, self.printed.raw(near.start, near.end))
        what = f"expected `{wanted}`, but the PDF has `{there}`{self._page(near.start)}"
        self.sink.add(TEXT_ALTERED, what, _spot(part.span, words))

    def _nearest(self, one: Found, part: Part) -> Stretch | None:
        """What stands in the place of a part and looks like it, of all that belongs to nothing else."""
        text = compact(part.words)
        best, score = None, 0.55
        for run in self._free(one.low, one.high):
            there = self.printed.text[run.start : run.end]
            # Words of the theme may stand around it: only what lies between its first and its last letters counts.
            blocks = [
                b for b in difflib.SequenceMatcher(None, text, there, autojunk=False).get_matching_blocks() if b.size
            ]
            same = sum(block.size for block in blocks)
            if not blocks or not same:
                continue
            first, last = blocks[0], blocks[-1]
            start = max(0, first.b - first.a)
            end = min(len(there), last.b + last.size + len(text) - last.a - last.size)
            ratio = 2 * same / (len(text) + end - start)
            if ratio > score:
                best, score = Stretch(run.start + start, run.start + end), ratio
        return best

    def _free(self, low: int, high: int) -> Iterator[Stretch]:
        """The stretches between two positions that belong to nothing yet."""
        at = low
        while at < high:
            end = at
            while end < high and self.claimed[end] == self.claimed[at]:
                end += 1
            if not self.claimed[at]:
                yield Stretch(at, end)
            at = end

    def _scattered(self, part: Part, low: int, high: int) -> None:
        """Text that runs from right to left, at least in part: all its words and signs are there, in some order."""
        text = self.printed.text[low:high]
        signs = Counter(unicodedata.normalize("NFKC", text))
        need = Counter(c for piece in part.pieces if isinstance(piece, Loose) for c in piece.signs)
        for word, times in Counter(map(compact, _WORD.findall(part.words))).items():
            there = max(text.count(word), text.count(word[::-1]))
            if there < times and not self.matcher.excused.intersection(word) and not (part.turned and word.isdigit()):
                what = f"`{word}` of `{_short(part.words)}` is not in the PDF{self._page(low)}"
                self.sink.add(TEXT_LOST, what, _spot(part.span, word))
            for form in {word, word[::-1]}:
                for found in re.finditer(re.escape(form), text):
                    self._claim(Stretch(low + found.start(), low + found.end()))
        lost = [
            c for c, times in need.items() if signs[c] < times and not c.isalpha() and c not in self.matcher.excused
        ]
        if lost:
            what = f"`{''.join(lost)}` of `{_short(part.words)}` is not in the PDF{self._page(low)}"
            self.sink.add(TEXT_LOST, what, _spot(part.span, lost[0]))

    def _claim(self, place: Stretch) -> None:
        self.claimed[place.start : place.end] = b"\1" * (place.end - place.start)

    def _gaps(self, part: Part, place: Stretch) -> None:
        """Words that run together, or fall apart, for whoever copies them."""
        positions = self.matcher.aligned(part, place)
        if not positions:
            return
        spaces = _spaces(part.words)
        for n, at in positions:
            between = self.printed.between(at)
            gap = any(c.isspace() for c in between)
            if n in spaces and not gap and at not in self.printed.soft and _parted(self.printed.text, at):
                words = _around(part.words, n)
                what = f"the words `{words}` run together in the PDF{self._page(at)}"
            elif n not in spaces and " " in between and _parted(self.printed.text, at):
                words = _around(part.words, n)
                what = f"the PDF has a space in `{words}`{self._page(at)}"
            else:
                continue
            self.sink.add(TEXT_ALTERED, what, _spot(part.span, words))

    # --- links ---

    def links(self) -> None:
        """Report words that do not lead where they must."""
        targets = {one.unit.anchor: one for one in self.found if one.unit.anchor}
        for n, one in enumerate(self.found):
            for part, place in zip(one.unit.parts, one.places, strict=True):
                if part.leads and (place is not None or part.turned):
                    whole = Stretch(*self._bounds(n)) if part.turned or place is None else place
                    for lead in part.leads:
                        self._lead(part, lead, whole, targets)
            if one.unit.url is not None:
                self._named(one)

    def _lead(self, part: Part, lead: Lead, place: Stretch, targets: dict[str, Found]) -> None:
        """Check one link. If it is not known which of equal words they are, one of them must lead there."""
        spots = list(self.matcher.spots(lead.words, place))
        if all(isinstance(piece, Lit) for piece in part.pieces):
            spots = spots[lead.nth : lead.nth + 1]
        if not spots:
            return  # letters that are lost, or in another order: nothing to put a finger on
        if lead.href is not None:
            wrong = [self._wrong(spot, lead.href) for spot in spots]
            if all(wrong):
                self._astray(part, lead.href, (wrong[0] or [None])[0], spots[0], lead.words)
                return
        else:
            goal = targets.get(lead.target or "")
            start = min((s.start for s in goal.places if s is not None), default=None) if goal is not None else None
            if start is None:
                return
            if not any(self._meets(spot, start) for spot in spots):
                words = self.printed.raw(spots[0].start, spots[0].end)
                what = f"`{words}` does not lead to its place in the PDF{self._page(spots[0].start)}"
                self.sink.add(LINK_LOST, what, _spot(part.span, words))
                return
        self.linked += 1

    def _wrong(self, spot: Stretch, href: str) -> list[Hot | None]:
        """Where else than to an address some words lead."""
        hot = self.printed.leads(spot.start, spot.end)
        return [h for h in hot if h is None or h.href is None or _same(h.href) != _same(href)]

    def _meets(self, spot: Stretch, start: int) -> bool:
        """Whether words lead to the line of a position."""
        page, height = self.printed.place(start)
        hot = self.printed.leads(spot.start, spot.end)
        return all(h is not None and h.to is not None and _meets(h.to, page, height) for h in hot)

    def _named(self, one: Found) -> None:
        """The name of an entry leads to its address."""
        url = one.unit.url
        assert url is not None
        for part, place in zip(one.unit.parts, one.places, strict=True):
            if place is not None and not part.leads and not self._wrong(place, url.href):
                self.linked += 1
                return
        place = next((s for s in one.places if s is not None), None)
        if place is not None:
            self._astray(one.unit.parts[0], url.href, None, place, url.href)

    def _astray(self, part: Part, href: str, there: Hot | None, spot: Stretch, words: str) -> None:
        shown = self.printed.raw(spot.start, spot.end)
        how = f"leads to {there.href}, not to {href}" if there and there.href else f"does not lead to {href}"
        where = part.span
        for wanted in (href, href.partition(":")[2], words):
            if where is part.span:
                where = _spot(part.span, wanted)
        self.sink.add(LINK_LOST, f"`{_short(shown)}` {how} in the PDF{self._page(spot.start)}", where)

    # --- what the PDF says about itself ---

    def bookmarks(self) -> None:
        """Bookmarks are the headings of sections, in order, with their levels, and lead to their pages."""
        sections = [one for one in self.found if one.unit.kind == "outsection"]
        sections.sort(key=lambda one: int(one.unit.anchor.rpartition(".")[2]))  # those of a side column stand last
        wanted = [(one.unit, one.unit.parts[0], one.places[0]) for one in sections]
        there = list(self.printed.bookmarks)
        levels: list[int] = []  # a section without a title has no bookmark; those below it move up
        for n, (unit, part, place) in enumerate(wanted):
            while levels and levels[-1] >= unit.level:
                levels.pop()
            levels.append(unit.level)
            if n >= len(there):
                self.sink.add(PDF_INFORMATION, f"no bookmark leads to `{_short(part.words)}`", part.span)
                continue
            mark = there[n]
            if compact(mark.words) not in (compact(part.plain), self._without(compact(part.plain))):
                what = f"the PDF has the bookmark `{mark.words}` for the heading `{_short(part.words)}`"
                self.sink.add(PDF_INFORMATION, what, part.span)
            elif mark.level != len(levels) or (place is not None and mark.page != self.printed.place(place.start)[0]):
                what = f"the bookmark `{mark.words}` has another level or page than its heading"
                self.sink.add(PDF_INFORMATION, what, part.span)
        for mark in there[len(wanted) :]:
            self.sink.add(PDF_INFORMATION, f"the bookmark `{mark.words}` leads to no heading of the CV")

    def _without(self, text: str) -> str:
        return "".join(c for c in text if c not in self.matcher.excused)

    def information(self) -> None:
        """Title, author and subject."""
        outline = self.outline
        title = f"{outline.name}: {plain(outline.title.body)}" if outline.title else outline.name
        subject = plain(outline.headline.body) if outline.headline else ""
        for key, wanted in (("Title", title), ("Author", outline.name), ("Subject", subject)):
            there = self.printed.information.get(key, "")
            if compact(there) not in (compact(wanted), self._without(compact(wanted))):
                what = f"the PDF has the {key.lower()} `{_short(there)}`, not `{_short(wanted)}`"
                self.sink.add(PDF_INFORMATION, what, outline.span)

    def foot(self, date: str) -> None:
        """The date of the document stands in the feet, or wherever the theme puts it."""
        feet = [compact(foot) for foot in self.printed.feet]
        if not any(compact(date) in text for text in (*feet, self.printed.text)):
            outline = self.outline
            what = f"`{date}` (updated) is not in the PDF"
            self.sink.add(TEXT_LOST, what, _spot(outline.span, "updated:"), hint=_HINT.format(self.theme.name))

    def strangers(self, known: frozenset[str]) -> None:
        """Report words that belong to nothing, and what is printed once too often. Where raw LaTeX stands, nobody knows."""
        pieces = (piece for one in self.found for part in one.unit.parts for piece in part.pieces)
        if any(isinstance(piece, Loose) and not piece.words for piece in pieces):
            return
        strange: list[tuple[str, int]] = []
        twice: list[tuple[str, int]] = []
        once = [one for one in self.found if not one.unit.shared]
        again = {part.words for one in self.found if one.unit.shared for part in one.unit.parts}
        said = {word.casefold() for words in again for word in _WORD.findall(words)}
        known |= said
        texts = (part.words for one in once for part in one.unit.parts)
        own = {word.casefold() for words in texts for word in _WORD.findall(words)}
        for part in {
            part.words: part for part, _ in self.placed() if part.size >= _LONG and part.words not in again
        }.values():
            for place in self.matcher.places(part):
                if not any(self.claimed[place.start : place.end]):
                    twice.append((_short(part.words), place.start))
                    self._claim(place)
        for run in self._free(0, len(self.claimed)):
            for word in _WORD.findall(self.printed.raw(run.start, run.end)):
                figures = (
                    word.isdecimal() and word in own and word not in said
                )  # those in the code of a template are no words of it
                if (word.casefold() not in known or figures) and not self.matcher.excused.intersection(word):
                    (twice if word.casefold() in own else strange).append((word, run.start))
        self._too_much("words that neither the CV nor the theme has", strange)
        self._too_much("more often than the CV", twice)

    def _too_much(self, what: str, words: list[tuple[str, int]]) -> None:
        if words:
            starts = sorted((place.start, n) for n, (_, place) in enumerate(self.placed()))
            parts = [part for part, _ in self.placed()]
            near = starts[max(0, bisect_right(starts, (words[0][1], len(parts))) - 1)][1] if starts else None
            first = ", ".join(f"`{word}`" for word in list(dict.fromkeys(word for word, _ in words))[:5])
            what = f"the PDF has {what}: {first}{self._page(words[0][1])}"
            self.sink.add(TEXT_FROM_NOWHERE, what, parts[near].span if near is not None else None)

    def _page(self, at: int) -> str:
        return f", page {self.printed.page(at)}" if len(self.printed.feet) > 1 else ""


_ENDS: Final = ".,;:()[]{}“”‘’\"'!?"
_WORD: Final = re.compile(r"[^\W_]+")
# Characters that addresses have as they are; others are written with a percent sign.
_PLAIN: Final = "!$'()*+,-./:;=?@[]_|~&#%"


def _own_words(outline: Outline, theme: Theme, files: Files) -> frozenset[str]:
    """Words that may stand in the PDF though they are not the user's: those of cvbuild, of contacts, and of templates."""
    texts = [outline.words(word) for word in ENGLISH]
    texts += [contact.label for contact in outline.contacts]
    texts += [str(value) for value in theme.options.values()]
    for folder in theme.folders:
        for path in sorted(folder.rglob("*.tex")):
            if path.name != "preamble.tex":
                texts.append(files.text(path))
    return frozenset(word.casefold() for text in texts for word in _WORD.findall(text))


def _largest(one: Found) -> Stretch | None:
    """The longest stretch of a unit that was found."""
    return max((s for s in one.places if s is not None), key=lambda s: s.end - s.start, default=None)


def _called(part: Part, unit: Unit) -> str:
    """What a part is, in words."""
    return "number of a work" if part.field == "number" else part.field.replace("_", "-")


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else words[:57].rstrip() + "…"


def _same(href: str) -> str:
    """An address in one form."""
    return quote(href, safe=_PLAIN)


def _meets(to: tuple[int, float | None], page: int, height: float) -> bool:
    """Whether a link leads to a line: to its page, and no more than an inch from it."""
    return to[0] == page and (to[1] is None or abs(to[1] - height) < 72)


def _spaces(words: str) -> set[int]:
    """Positions in the text without spaces before which there is a space."""
    found: set[int] = set()
    position = 0
    for piece in re.split(r"(\s+)", words):
        if piece.isspace():
            found.add(position)
        else:
            position += len(compact(piece))
    return found


def _parted(text: str, at: int) -> bool:
    """Whether a space matters here: between letters of scripts that have spaces and need no shaping."""
    return all(c.isalnum() and c < "\u0590" for c in text[at - 1 : at + 1])


def _around(words: str, n: int) -> str:
    """The words on both sides of a position in the text without spaces."""
    position = 0
    pieces = words.split()
    for at, piece in enumerate(pieces):
        if position >= n:
            return " ".join(pieces[max(0, at - 1) : at + 1])
        position += len(compact(piece))
        if position > n:
            return piece
    return pieces[-1]


def _difference(wanted: str, there: str) -> tuple[str, str, str]:
    """The first words that differ: as they should be and as they are, with a word around them; and the former alone."""
    ours, theirs = wanted.split(), there.split()
    matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if kind != "equal" and not (kind == "insert" and (a1 in (0, len(ours)))):
            context = slice(max(0, a1 - 1), a2 + 1), slice(max(0, b1 - 1), b2 + 1)
            return _short(" ".join(ours[context[0]])), _short(" ".join(theirs[context[1]])), " ".join(ours[a1:a2])
    return _short(wanted), _short(there), ""


def _spot(span: Span | None, words: str) -> Span | None:
    """Where words stand in what is written at `span`: the first of them that can be found there, else all of it."""
    if span is None:
        return None
    for word in (words, *sorted(words.split(), key=len, reverse=True), *_WORD.findall(words)):
        at = span.source.text.find(word, span.start, span.end) if word else -1
        if at >= 0:
            return Span(span.source, at, at + len(word))
    return span
