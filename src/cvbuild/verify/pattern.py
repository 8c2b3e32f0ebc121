"""Finds a text of which not all is known: hyphens at line ends, characters that no font has, formulas, raw LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from cvbuild.frozen import frozen
from cvbuild.verify.facts import Loose

_EXACT, _AMONG_OTHERS, _NOT_ALL = range(3)


@frozen
class Hit:
    """Where a pattern was found. `missing` are the positions at which a hyphen should stand and does not.

    `quality` tells how well its formulas agree: 0 if just their letters are there, 1 if there are more, 2 if some are not.
    """

    start: int
    end: int
    missing: frozenset[int] = frozenset()
    quality: int = _EXACT


class Pattern:
    """Known texts, and formulas around and between them, whose letters may come in any order.

    A formula that begins or ends the whole has no text at which it stops: there it reaches as far as its letters do.
    """

    def __init__(self, pieces: Sequence[str | Loose], excused: frozenset[str]) -> None:
        self._texts: list[re.Pattern[str]] = []
        self._gaps: list[_Gap] = [_Gap()]  # before the first text, between two of them, and behind the last one
        for piece in pieces:
            if isinstance(piece, str):
                known = ("(-?)" if c == "-" else "(?:.{0,2}?)" if c in excused else re.escape(c) for c in piece)
                self._texts.append(re.compile("".join(known), re.DOTALL))
                self._gaps.append(_Gap())
            else:
                self._gaps[-1].add(piece, excused)
        alone = not self._texts
        self.open_start = not alone and self._gaps[0].room > 0
        self.open_end = not alone and (self._gaps[-1].room > 0 or str(pieces[-1]).endswith("-"))

    def hits(self, text: str, low: int, high: int) -> Iterator[Hit]:
        """All places between two positions, from left to right."""
        if not self._texts:
            for at in range(low, high):
                if not _letters(text[at]):
                    continue
                end = self._gaps[0].reach(text[at : min(high, at + self._gaps[0].room)])
                if end:
                    yield Hit(at, at + end)
            return
        at, first = low, self._gaps[0]
        while at < high and (found := self._texts[0].search(text, at, high)) is not None:
            at = found.start() + 1
            hit = self._behind(0, found, text, high)
            if hit is not None and first.room:
                length = first.reach(text[max(low, hit.start - first.room) : hit.start][::-1])
                quality = _NOT_ALL if length is None else hit.quality
                hit = Hit(hit.start - (length or 0), hit.end, hit.missing, quality)
            if hit is not None:
                yield hit

    def _behind(self, n: int, found: re.Match[str], text: str, high: int) -> Hit | None:
        """The best hit whose text number `n` is the one that was found."""
        gap, end = self._gaps[n + 1], found.end()
        missing = frozenset(found.start(k) for k in range(1, found.re.groups + 1) if not found[k])
        if n + 1 == len(self._texts):
            if not gap.room:
                return Hit(found.start(), end, missing)
            length = gap.reach(text[end : min(high, end + gap.room)])
            return Hit(found.start(), end + (length or 0), missing, _NOT_ALL if length is None else _EXACT)
        best: Hit | None = None
        at, last = end, min(high, end + gap.room)
        while (
            at <= last
            and (following := self._texts[n + 1].search(text, at, high)) is not None
            and following.start() <= last
        ):
            at = following.start() + 1
            rest = self._behind(n + 1, following, text, high)
            if rest is not None:
                quality = max(rest.quality, gap.quality(text[end : following.start()]))
                if best is None or quality < best.quality:
                    best = Hit(found.start(), rest.end, missing | rest.missing, quality)
                if quality == _EXACT:
                    break
        return best


class _Gap:
    """Formulas, and raw LaTeX, between two texts."""

    def __init__(self) -> None:
        self.room = 0
        self.raw = False
        self.signs: Counter[str] = Counter()

    def add(self, piece: Loose, excused: frozenset[str]) -> None:
        self.room += piece.room
        self.raw |= not piece.words
        self.signs.update(c for c in piece.signs if c not in excused)

    def quality(self, text: str) -> int:
        """How well a text agrees with what should be there."""
        there = _letters(text)
        if self.signs - there:
            return _NOT_ALL
        return _EXACT if self.raw or there == self.signs else _AMONG_OTHERS

    def reach(self, text: str) -> int | None:
        """At how many characters all letters have been seen, and no other ones; nothing is known of raw LaTeX."""
        left = self.signs.copy()
        total = left.total()
        if not total:
            return 0
        for n, c in enumerate(text, start=1):
            for sign in _letters(c).elements():
                left[sign] -= 1
                total -= 1
                if left[sign] < 0 and not self.raw:
                    return None
            if total <= 0:
                return n
        return None


def _letters(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
