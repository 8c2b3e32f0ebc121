"""Finds each part of what is expected in what a PDF holds: whole, in its unit, units one behind the other.

First each unit is looked for by its longest part, and of all the places where these stand the heaviest chain that
runs forward is taken (a part that occurs twice is no trouble then). The other parts of a unit must lie between its
neighbours in this chain. Where two places are left for a part, that one counts which is on the side where the same
field stands in other units: so a year that was lost is not replaced by that of the next entry.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cvbuild.verify.facts import Lit, Loose, Part, Unit
from cvbuild.verify.printed import Printed

_MANY = 60  # places of one part that are looked at
_MARGINAL = frozenset(("margin", "date", "when"))
_GAP = 14  # characters of the theme's own between two parts of a unit
_CAPITALS = frozenset(("name", "title", "headline", "heading"))  # what a theme may set in capitals


@dataclass(slots=True)
class Stretch:
    """Where a part was found: positions in `Printed.text`."""

    start: int
    end: int


@dataclass(slots=True)
class Found:
    """What was found of a unit: a stretch for each part; and the stretch of the text in which all of it must lie."""

    unit: Unit
    places: list[Stretch | None] = field(default_factory=list)
    low: int = 0
    high: int = 0


class Matcher:
    """Looks for parts in a text. Characters of `excused` need not be there: a diagnostic has told that they are lost."""

    def __init__(self, printed: Printed, excused: frozenset[str] = frozenset()) -> None:
        self.printed, self.excused = printed, excused
        self._patterns: dict[Part, re.Pattern[str] | str] = {}
        self._places: dict[tuple[str, ...], list[Stretch]] = {}

    # --- one part ---

    def places(self, part: Part, low: int = 0, high: int | None = None) -> Iterator[Stretch]:
        """Where a part stands in a stretch of the text, from left to right."""
        text = self.printed.text
        high = len(text) if high is None else high
        for pattern in self._forms(part):
            if isinstance(pattern, str):
                at = text.find(pattern, low, high)
                while at >= 0:
                    start, end = self._ends(part, at, at + len(pattern), low, high)
                    if self._whole(start, end, part):
                        yield Stretch(start, end)
                    at = text.find(pattern, at + 1, high)
            else:
                for found in pattern.finditer(text, low, high):
                    start, end = self._ends(part, found.start(), found.end(), low, high)
                    if self._agrees(found) and self._whole(start, end, part):
                        yield Stretch(start, end)

    def spots(self, words: str, place: Stretch) -> Iterator[Stretch]:
        """Where some letters stand in a stretch, in the middle of words too."""
        pattern = re.compile("(?=(" + "".join("-?" if c == "-" else re.escape(c) for c in words) + "))")
        for found in pattern.finditer(self.printed.text, place.start, place.end):
            yield Stretch(found.start(1), found.end(1))

    def _forms(self, part: Part) -> Iterator[re.Pattern[str] | str]:
        if not part.size:
            return
        yield self._pattern(part, capitals=False)
        if part.field in _CAPITALS:
            big = self._pattern(part, capitals=True)
            if big != self._pattern(part, capitals=False):
                yield big

    def _pattern(self, part: Part, *, capitals: bool) -> re.Pattern[str] | str:
        """A text that is looked for as it is; or a pattern, if there are hyphens, formulas, or lost characters in it."""
        kept = part.pieces
        if part.turned:  # its longest piece that runs from left to right stands for all of it
            kept = tuple(sorted((p for p in kept if isinstance(p, Lit)), key=lambda p: -len(p.text))[:1])
        else:  # formulas at the ends are looked for from there, see `_ends`
            inner = [n for n, p in enumerate(kept) if isinstance(p, Lit)]
            kept = kept[inner[0] : inner[-1] + 1]
        pieces = [(p.text.upper() if capitals else p.text) if isinstance(p, Lit) else p for p in kept]
        odd = len(pieces) != 1 or not isinstance(pieces[0], str) or "-" in pieces[0]
        if isinstance(pieces[0], str) and not odd and not self.excused.intersection(pieces[0]):
            return pieces[0]
        out = []
        for piece in pieces:
            if isinstance(piece, Loose):
                out.append(f"(?:.{{0,{piece.room}}}?)")
            else:
                for c in piece:
                    out.append("(-?)" if c == "-" else "(?:.{0,2}?)" if c in self.excused else re.escape(c))
        return re.compile("".join(out), re.DOTALL)

    def _agrees(self, found: re.Match[str]) -> bool:
        """Whether each hyphen that was not found is one at the end of a line."""
        return all(found[n] or found.start(n) in self.printed.soft for n in range(1, found.re.groups + 1))

    def _ends(self, part: Part, start: int, end: int, low: int, high: int) -> tuple[int, int]:
        """A stretch with the formulas at its ends, which no pattern can tell from what follows: as much as holds their signs."""
        if part.turned:
            return start, end
        first, last = part.pieces[0], part.pieces[-1]
        if isinstance(last, Loose):
            end += self._reach(last, self.printed.text[end : min(high, end + last.room)])
        if isinstance(first, Loose):
            start -= self._reach(first, reversed(self.printed.text[max(low, start - first.room) : start]))
        return start, end

    def _reach(self, formula: Loose, there: Iterable[str]) -> int:
        """How many characters it takes until all signs of a formula have come by; none if they never do."""
        need = Counter(c for c in formula.signs if c not in self.excused)
        for reach, c in enumerate(there if need else (), start=1):
            need -= Counter(unicodedata.normalize("NFKC", c))
            if not need:
                return reach
        return 0

    def _alone(self, part: Part, low: int, high: int) -> Iterator[Stretch]:
        """Where a text may stand that is nothing but a formula."""
        text = self.printed.text
        signs = "".join(p.signs for p in part.pieces if isinstance(p, Loose))
        room = sum(p.room for p in part.pieces if isinstance(p, Loose))
        formula = Loose(part.words, signs, room)
        begins = (n for n in range(low, high) if not set(signs).isdisjoint(unicodedata.normalize("NFKC", text[n])))
        for start in begins:
            if reach := self._reach(formula, text[start : min(high, start + room)]):
                yield Stretch(start, start + reach)

    def around(self, part: Part, inner: Stretch) -> Stretch | None:
        """Where a part stands around another one: a date in the margin is read behind the line on which it stands."""
        text, size = self.printed.text, 2 * part.size + 20
        low, cut = max(0, inner.start - size), inner.end - inner.start
        both = text[low : inner.start] + text[inner.end : inner.end + size]

        def place(at: int) -> int:
            return at + low if at + low < inner.start else at + low + cut

        for pattern in self._forms(part):
            for found in re.finditer(re.escape(pattern) if isinstance(pattern, str) else pattern, both):
                start, end = place(found.start()), place(found.end() - 1) + 1
                hyphens = range(1, found.re.groups + 1)
                if start < inner.start < end and all(
                    found[n] or {place(found.start(n)), inner.start} & self.printed.soft for n in hyphens
                ):
                    return Stretch(*self._ends(part, start, end, 0, len(text)))
        return None

    def _whole(self, start: int, end: int, part: Part | None = None) -> bool:
        """Whether a stretch does not begin or end in the middle of a word; raw LaTeX at an end of a part may go on with it."""
        before, behind = (part.pieces[0].words, part.pieces[-1].words) if part is not None else (" ", " ")
        return start >= end or not ((before and self._joined(start)) or (behind and self._joined(end)))

    def _joined(self, at: int) -> bool:
        text = self.printed.text
        if at <= 0 or at >= len(text):
            return False
        before, after = text[at - 1], text[at]
        if not (_latin(before) and _latin(after)):
            return False
        return self.printed.between(at) == "" or at in self.printed.soft

    def aligned(self, part: Part, place: Stretch) -> list[tuple[int, int]]:
        """Where a space must stand, and where none: position in the text of the part, and in that of the PDF.

        Only what lies between two characters of a text without formulas, lost characters, or runs from right to left.
        """
        if len(part.pieces) != 1 or not isinstance(part.pieces[0], Lit):
            return []
        text, at, out = part.pieces[0].text, place.start, []
        if self.excused.intersection(text):
            return []
        for n, c in enumerate(text):
            if at < place.end and (self.printed.text[at] == c or c != "-"):
                if n:
                    out.append((n, at))
                at += 1
        return out if at == place.end else []

    def lacking(self, part: Part, place: Stretch) -> list[Loose]:
        """The formulas of a part whose letters and digits are not all there."""
        loose = [p for p in part.pieces if isinstance(p, Loose)]
        rest = Counter(unicodedata.normalize("NFKC", self.printed.text[place.start : place.end]))
        rest.subtract(c for p in part.pieces if isinstance(p, Lit) for c in unicodedata.normalize("NFKC", p.text))
        need = Counter(c for p in loose for c in p.signs)
        lost = {c for c, n in need.items() if rest[c] < n and c not in self.excused}
        return [p for p in loose if lost.intersection(p.signs)]

    # --- all of them ---

    def match(self, units: Sequence[Unit]) -> list[Found]:
        """Look for all units."""
        chain = self._chain(units)
        found = [Found(unit) for unit in units]
        low = 0
        for n, one in enumerate(found):
            one.low = low
            if n in chain:
                low = chain[n][1].end
        high = len(self.printed.text)
        for n in reversed(range(len(found))):
            found[n].high = high
            if n in chain:
                high = chain[n][1].start
        sides = self._sides(found, chain)
        taken: list[tuple[int, int]] = sorted((s.start, s.end) for _, s in chain.values())
        for n, one in enumerate(found):
            self._fill(one, chain.get(n), sides, taken)
        for one in found:  # what is left belongs to the unit around it, on whichever side it stands
            for at, part in enumerate(one.unit.parts):
                places = self.places(part, one.low, one.high) if part.size else self._alone(part, one.low, one.high)
                free = (s for s in places if _is_free(s, taken))
                if one.places[at] is None and (place := next(free, None)) is not None:
                    one.places[at] = place
                    insort(taken, (place.start, place.end))
        return found

    def _chain(self, units: Sequence[Unit]) -> dict[int, tuple[int, Stretch]]:
        """For units: which part holds it, and where; one behind the other."""
        best: list[tuple[int, int]] = [(0, 0)]  # ends, and the weight of the best chain up to there; both rise
        links: dict[tuple[int, int], tuple[tuple[int, int], int, int, Stretch] | None] = {(0, 0): None}
        for n, unit in enumerate(units):
            anchor, places = self._anchor(unit)
            new = []
            for place in places:
                before = best[bisect_right(best, (place.start, 1 << 60)) - 1]
                weight = (
                    before[1] + unit.parts[anchor].size + (self._near(unit, anchor, place) if len(places) > 1 else 0)
                )
                new.append(((place.end, weight), before, place))
            for node, before, place in new:
                at = bisect_left(best, node)
                if (at and best[at - 1][1] >= node[1]) or node in links:
                    continue
                insort(best, node)
                links[node] = (before, n, anchor, place)
                at = bisect_left(best, node) + 1
                while at < len(best) and best[at][1] <= node[1]:
                    del best[at]
        chain: dict[int, tuple[int, Stretch]] = {}
        link = links[best[-1]]
        while link is not None:
            before, n, anchor, place = link
            chain[n] = (anchor, place)
            link = links[before]
        return chain

    def _anchor(self, unit: Unit) -> tuple[int, list[Stretch]]:
        """The part of a unit by which it is best known, long and seldom, and its places."""
        found = [([*self._everywhere(part), *self._split(unit, part)], n) for n, part in enumerate(unit.parts)]
        known = [(unit.parts[n].size ** 2 / len(places), -n) for places, n in found if places]
        if not known:
            return 0, []
        n = -max(known)[1]
        return n, found[n][0]

    def _split(self, unit: Unit, part: Part) -> list[Stretch]:
        """Places of a text around the year or date of the same unit, if that stands in the margin."""
        if part.field in _MARGINAL:
            return []
        inner = [place for other in unit.parts if other.field in _MARGINAL for place in self._everywhere(other)]
        around = (self.around(part, place) for place in inner)
        return sorted({place.start: place for place in around if place is not None}.values(), key=lambda s: s.start)

    def _near(self, unit: Unit, anchor: int, place: Stretch) -> int:
        """How much of the rest of a unit is found around a place, with no more than a few words in between."""
        start, end, weight = place.start, place.end, 0
        rest = [part for n, part in enumerate(unit.parts) if n != anchor]
        while rest:
            for part in rest:
                reach = part.size + _GAP
                before = next(self.places(part, max(0, start - reach), start), None)
                there = before or next(self.places(part, end, end + reach), None)
                if there is not None:
                    start, end, weight = min(start, there.start), max(end, there.end), weight + part.size
                    rest.remove(part)
                    break
            else:
                break
        return weight

    def _everywhere(self, part: Part) -> list[Stretch]:
        key = (*(p.text if isinstance(p, Lit) else p.words for p in part.pieces), str(part.field in _CAPITALS))
        if key not in self._places:
            places = []
            for place in self.places(part):
                places.append(place)
                if len(places) == _MANY:
                    break
            self._places[key] = places
        return self._places[key]

    def _sides(self, found: list[Found], chain: dict[int, tuple[int, Stretch]]) -> dict[tuple[str, str, str], str]:
        """On which side of a part another one of the same unit stands, where nearly all units agree about that."""
        votes: dict[tuple[str, str, str], Counter[str]] = {}
        for n, one in enumerate(found):
            if n not in chain:
                continue
            anchor, place = chain[n]
            for at, part in enumerate(one.unit.parts):
                if at != anchor:
                    there = [
                        "before" if s.end <= place.start else "behind"
                        for s in self.places(part, one.low, one.high)
                        if s.end <= place.start or s.start >= place.end
                    ]
                    side = there[0] if len(set(there)) == 1 else None
                    # Before the first unit of a kind, and behind the last one, there is nothing of their neighbours.
                    if side is None and there and (n == 0 or found[n - 1].unit.kind != one.unit.kind):
                        side = "before"
                    elif side is None and there and (n + 1 == len(found) or found[n + 1].unit.kind != one.unit.kind):
                        side = "behind"
                    if side is not None:
                        votes.setdefault(_side_key(one.unit, anchor, at), Counter())[side] += 1
        return {
            key: side
            for key, counted in votes.items()
            for side, times in counted.most_common(1)
            if times >= 2 and times >= 0.7 * counted.total()
        }

    def _fill(
        self,
        one: Found,
        link: tuple[int, Stretch] | None,
        sides: dict[tuple[str, str, str], str],
        taken: list[tuple[int, int]],
    ) -> None:
        one.places = [None] * len(one.unit.parts)
        anchor = link[0] if link else -1
        if link:
            one.places[anchor] = link[1]
        for at in sorted(range(len(one.unit.parts)), key=lambda n: -one.unit.parts[n].size):
            if at == anchor:
                continue
            part = one.unit.parts[at]
            side = sides.get(_side_key(one.unit, anchor, at)) if link else None
            free = [s for s in self.places(part, one.low, one.high) if _is_free(s, taken)]
            if link and not free and (inside := self._inside(part, one.unit.parts[anchor], link[1])):
                one.places[at] = inside
                continue
            if link:
                middle = link[1]
                free = [s for s in free if side is None or (s.end <= middle.start) == (side == "before")]
                if part.field == "number":  # two works do not have the same one: the nearest it is
                    free.sort(key=lambda s: min(abs(s.start - middle.end), abs(middle.start - s.end)))
            if free:  # the first of them: what stands before this unit cannot belong to a later one
                one.places[at] = free[0]
                insort(taken, (free[0].start, free[0].end))

    def _inside(self, part: Part, around: Part, place: Stretch) -> Stretch | None:
        """Where a part stands inside of another one that is split by it."""
        for inner in self.places(part, place.start, place.end):
            if place.end - place.start > around.size and self.around(around, inner) == place:
                return inner
        return None


def _side_key(unit: Unit, anchor: int, at: int) -> tuple[str, str, str]:
    return unit.kind, unit.parts[anchor].field, unit.parts[at].field


def _is_free(place: Stretch, taken: list[tuple[int, int]]) -> bool:
    at = bisect_left(taken, (place.start, place.end))
    return not ((at < len(taken) and taken[at][0] < place.end) or (at > 0 and taken[at - 1][1] > place.start))


def _latin(c: str) -> bool:
    """Whether words of this character are separated by spaces."""
    return c.isalnum() and c < "\u2e80"
