"""Rules about lists: their order, and what stands in none of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from cvbuild.dates import PRESENT, DateRange, Day, PartialDate, When
from cvbuild.diagnostics import NOT_PRINTED, ONLY_SELECTED, OUT_OF_ORDER
from cvbuild.lint.findings import Cv, Finding, Printed, characters
from cvbuild.model import AnyEntry, Bullet, Degree, Person, Position, Section, Talk, Work
from cvbuild.publications.database import date_of, kind_of
from cvbuild.source import Span

_PARTS = ("keys", "tag", "author", "role", "venue", "any_of", "limit")  # with one of these, a list is a selection
# How many things there must be for one of them to be out of order. Few things of any order look nearly sorted; but
# nearly everybody sorts degrees and positions by date, and not everybody people and works.
_FEWEST: dict[type[AnyEntry], int] = {Degree: 4, Position: 4, Person: 7}
_FEWEST_ENTRIES = 5
_FEWEST_WORKS = 7


# --- order -------------------------------------------------------------------


def out_of_order(cv: Cv) -> Iterator[Finding]:
    """One or two things that break the order of all the others.

    Looked at are the dated entries of a section, and lists of publications in the order written (or of keys), group
    by group. They must be enough (see `_FEWEST`), of three dates or more; one may be out of order, two of ten or more.
    """
    for section in _sections(cv.document.sections):
        yield from _entries_out_of_order(section)
    for printed in cv.lists:
        order = printed.said("order")
        written = order[0] == "written" if isinstance(order, tuple) and order else bool(printed.said("keys"))
        if not written:
            continue
        for group in printed.listing.groups:
            dated = [(item.work, When((date,))) for item in group.items if (date := date_of(item.work)) is not None]
            newest, wrong = _offenders([when for _, when in dated], _FEWEST_WORKS)
            for i in wrong:
                work = dated[i][0]
                message = f"`{work.key}` breaks the order of its list, in which all others stand {newest}"
                hint = "move it, or let `order: newest` sort the list"
                yield Finding(OUT_OF_ORDER, message, _reference(printed, work), (work.key,), hint)


def _reference(printed: Printed, work: Work) -> Span | None:
    keys = printed.said("keys")
    refs = keys if isinstance(keys, tuple) else ()
    return next((ref.span for ref in refs if ref.key == work.key and ref.span is not None), work.span)


def _sections(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _sections(section.sections)


def _entries_out_of_order(section: Section) -> Iterator[Finding]:
    dated = [(entry, when) for entry in section.entries if (when := _when(entry)) is not None]
    runs: list[list[When]] = []
    last: type | None = None
    for entry, when in dated:
        if type(entry) is not last:
            runs.append([])
            last = type(entry)
        runs[-1].append(when)
    if len(runs) > 1 and all(_in_order(run) for run in runs):
        return  # grouped by kind
    fewest = max((_FEWEST.get(type(entry), _FEWEST_ENTRIES) for entry, _ in dated), default=0)
    newest, wrong = _offenders([when for _, when in dated], fewest)
    title = characters(section.title)
    for i in wrong:
        entry = dated[i][0]
        where = f" of “{title}”" if title else ""
        message = f"this entry breaks the order{where}, in which all others stand {newest}"
        yield Finding(OUT_OF_ORDER, message, entry.span, (title,) if title else (), "move it, or is its date wrong?")


def _when(entry: AnyEntry) -> When | None:
    if isinstance(entry, Bullet):
        return None
    if isinstance(entry, Talk):
        parts = tuple(part for venue in entry.occasions if venue.date is not None for part in venue.date.parts)
        return When(parts) if parts else entry.date
    return entry.date


def _in_order(dates: list[When]) -> bool:
    return any(
        len(_longest(keys)) == len(keys) for read in (_ends, _starts) for keys in _both_ways(_comparable(dates, read))
    )


def _offenders(dates: list[When], fewest: int) -> tuple[str, list[int]]:
    """The order in which nearly all dates stand, in words, and the places of those that do not; none if none is clear.

    Entries may be sorted by their ends or by their starts: what breaks the fewer counts.
    """
    if len(dates) < fewest:
        return "", []
    best: tuple[str, list[int]] | None = None
    for read in (_ends, _starts):
        keys = _comparable(dates, read)
        for name, ranks in zip(("newest first", "oldest first"), _both_ways(keys), strict=True):
            kept = _longest(ranks)
            wrong = sorted(set(range(len(keys))).difference(kept))
            clear = len({keys[i] for i in kept}) >= 3
            if clear and (best is None or len(wrong) < len(best[1])):
                best = name, wrong
    allowed = 2 if len(dates) >= 10 else 1
    return best if best is not None and len(best[1]) <= allowed else ("", [])


def _both_ways(keys: list[tuple[int, ...]]) -> tuple[list[int], list[int]]:
    """Ranks that do not fall where `keys` do not rise, and ranks that do not fall where they do not fall."""
    rank = {key: i for i, key in enumerate(sorted(set(keys)))}
    return [-rank[key] for key in keys], [rank[key] for key in keys]


def _comparable(dates: list[When], read: Callable[[When], tuple[PartialDate | None, Day]]) -> list[tuple[int, ...]]:
    """Days, only as precise as the least precise of the dates: years, if one is but a year or a season."""
    found = [read(when) for when in dates]
    precision = min((_precision(date) for date, _ in found if date is not None), default=1)
    return [day[:precision] for _, day in found]


def _precision(date: PartialDate) -> int:
    return 3 if date.day is not None else 2 if date.month is not None else 1


def _ends(when: When) -> tuple[PartialDate | None, Day]:
    """The latest end; the present is behind all dates."""
    ends = [part.end if isinstance(part, DateRange) else part for part in when.parts]
    if PRESENT in ends:
        return None, (9999, 12, 31)
    last = max(end for end in ends if isinstance(end, PartialDate))
    return last, last.last


def _starts(when: When) -> tuple[PartialDate | None, Day]:
    """The latest start; a range without a start counts by its end."""
    starts = [part.start or part.end if isinstance(part, DateRange) else part for part in when.parts]
    dates = [start for start in starts if isinstance(start, PartialDate)]
    if not dates:
        return None, (9999, 12, 31)
    last = max(dates)
    return last, last.first


def _longest(ranks: Sequence[int]) -> list[int]:
    """The places of a longest part of `ranks` that never falls; of two that could go, the later one is left out."""
    tails: list[int] = []  # from the end on: the negative rank that the best part of each length ends with
    at: list[int] = []
    after: dict[int, int] = {}
    for i in range(len(ranks) - 1, -1, -1):
        length = bisect_right(tails, -ranks[i])
        if length:
            after[i] = at[length - 1]
        tails[length : length + 1] = [-ranks[i]]
        at[length : length + 1] = [i]
    out = at[-1:]
    while out and out[-1] in after:
        out.append(after[out[-1]])
    return out


# --- what stands in no list --------------------------------------------------


def only_selected(cv: Cv) -> Iterator[Finding]:
    """A selected work that is not in the full list of its kind, though there is one."""
    full = [printed for printed in cv.lists if _is_full(printed)]
    listed = {key for printed in full for key in printed.keys}
    chosen = {key for printed in cv.lists if printed.said("keys") or printed.said("tag") for key in printed.keys}
    for work in cv.works:
        selected = work.selected or "selected" in work.tags or work.key in chosen
        if selected and work.key not in listed and _expected(cv, full, work):
            message = f"`{work.key}` is selected, but stands in no full list of publications"
            hint = "does its kind, status or tag keep it out?"
            yield Finding(ONLY_SELECTED, message, work.span, (work.key,), hint)


def not_printed(cv: Cv) -> Iterator[Finding]:
    """A work of the owner, or written in the CV, that no list prints, though there is a full list."""
    full = [printed for printed in cv.lists if _is_full(printed)]
    for work in cv.works:
        selected = work.selected or "selected" in work.tags
        if full and work.key not in cv.printed and not (selected and _expected(cv, full, work)):
            message = f"no list prints `{work.key}`, which is of the kind `{kind_of(work)}` and `{work.status}`"
            yield Finding(NOT_PRINTED, message, work.span, (work.key,), "make a list for it, or delete the work")


def _is_full(printed: Printed) -> bool:
    """Whether a list prints all works, or all of some kinds, states or years."""
    without = printed.spec.without or printed.defaults.without
    return not any(printed.said(name) for name in _PARTS) and (
        without is None or not any(getattr(without, name, None) for name in _PARTS)
    )


def _expected(cv: Cv, full: list[Printed], work: Work) -> bool:
    """Whether a full list prints works of this kind."""
    kind = kind_of(work)
    return any(kind_of(item.work) == kind for printed in full for item in printed.listing.items)
