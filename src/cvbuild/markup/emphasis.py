"""Emphasis: rows of stars and underscores, and how they are paired (CommonMark 6.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from cvbuild.markup.characters import flanks, weight
from cvbuild.text import Emph, Inline, Str, Strong

_DEEPEST: Final = 20
"""Emphasis that may be open at one time; older ones are taken as written."""

_LONGEST_RUN: Final = 6
"""A longer row of stars is an ornament."""


class Run:
    """A row of stars or underscores, and how many of them still mean nothing."""

    __slots__ = ("closes", "count", "length", "opens", "sign", "start")

    def __init__(self, sign: str, length: int, start: int, opens: bool, closes: bool) -> None:
        self.sign = sign
        self.length = self.count = length
        self.start = start
        self.opens = opens
        self.closes = closes

    def matches(self, closer: Run) -> bool:
        """Whether `closer` may close this; the last clause is CommonMark's "rule of three" (6.2, rules 9 and 10)."""
        if self.sign != closer.sign:
            return False
        if not (self.closes or closer.opens):
            return True
        return (self.length + closer.length) % 3 != 0 or (self.length % 3 == 0 and closer.length % 3 == 0)


Item = str | Inline | Run
"""What a parser has read: words, inlines, and runs that are not paired yet."""

Report = Callable[[str, int, int, str], None]
"""Takes what looks like a mistake, the start and the end of it, and a hint."""


def read_run(text: str, start: int, end: int) -> Run | None:
    """The stars or underscores from `start` to `end`, and whether they may open or close; None for an ornament."""
    if end - start > _LONGEST_RUN:
        return None
    sign = text[start]
    before = weight(text[start - 1]) if start else 0
    after = weight(text[end]) if end < len(text) else 0
    opens, closes = flanks(before, after)
    if sign == "_" and opens and closes:
        opens, closes = before == 1, after == 1
    return Run(sign, end - start, start, opens, closes)


def pair_runs(items: Iterable[Item], report: Report) -> tuple[Inline, ...]:
    """What the items mean when the runs among them are paired (CommonMark, "process emphasis")."""
    out: list[Item] = []
    openers: list[tuple[int, Run]] = []  # and their places in `out`
    for item in items:
        if isinstance(item, Run):
            if item.closes:
                _close(item, openers, out, report)
            if not item.count:
                continue
            if item.opens:
                openers.append((len(out), item))
                del openers[:-_DEEPEST]
        out.append(item)
    return _joined(out, report)


def _close(closer: Run, openers: list[tuple[int, Run]], out: list[Item], report: Report) -> None:
    """Pair a run with the nearest in `out` that it may close, as often as there are signs left."""
    while closer.count:
        levels = (level for level in reversed(range(len(openers))) if openers[level][1].matches(closer))
        level = next(levels, None)
        if level is None:
            return
        at, opener = openers[level]
        body = _joined(out[at + 1 :], report)
        width = 2 if opener.count > 1 and closer.count > 1 else 1
        opener.count -= width
        closer.count -= width
        del openers[level + (opener.count > 0) :]
        del out[at + (opener.count > 0) :]
        out.append(Strong(body) if width == 2 else Emph(body))


def _joined(items: Iterable[Item], report: Report) -> tuple[Inline, ...]:
    """Inlines, with the words between them joined; what is left of a run is words."""
    out: list[Inline] = []
    words: list[str] = []
    for item in items:
        if isinstance(item, str):
            words.append(item)
        elif isinstance(item, Str):
            words.append(item.text)
        elif isinstance(item, Run):
            words.append(item.sign * item.count)
            _check_closed(item, report)
        else:
            if words:
                out.append(Str("".join(words)))
                words.clear()
            out.append(item)
    if words:
        out.append(Str("".join(words)))
    return tuple(out)


def _check_closed(run: Run, report: Report) -> None:
    """Report stars that nothing closed, if they could only open: not `x**2`, not a footnote's single star."""
    if run.opens and not run.closes and run.length > 1:
        hint = f"write \\{run.sign} for a sign that prints"
        report(f"`{run.sign * run.length}` is not closed", run.start, run.start + run.length, hint)
