"""Citations: numbers of works in brackets, each leading to its work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cvbuild.frozen import frozen
from cvbuild.model import Citations
from cvbuild.publications.listing import ListItem
from cvbuild.text import Inline, Ref, Role, Str

Words = tuple[Inline, ...]


@frozen
class Cited:
    """A work that is cited, as it stands in a numbered list, and the words before and behind its number."""

    item: ListItem
    before: Words = ()
    after: Words = ()


def make_citation(cited: Iterable[Cited], form: Citations) -> tuple[Role, ...]:
    """`[2, 4, 11–13]`: in the order of the lists; with words around a number, `[see 4, p. 3; 2]`, as written.

    Each pair of brackets is a citation of its own, as between two of them a line may end.
    """
    cited = tuple(cited)
    if not cited:  # all are left out
        return ()
    parts: list[Words]
    if any(one.before or one.after for one in cited):
        between = "; "
        parts = [_with_words(one) for one in cited]
        apart = [(Str("["), *part, Str("]")) for part in parts]
    else:
        between = ", "
        items = {one.item.anchor: one.item for one in cited}
        runs = list(_runs(sorted(items.values(), key=_place), form.ranges))
        ends = [run if len(run) == 1 else [run[0], run[-1]] for run in runs]
        parts = [_joined([(_ref(item),) for item in run], "–") for run in ends]
        apart = [_joined([(Str("["), _ref(item), Str("]")) for item in run], "–") for run in ends]
    brackets = apart if form.form == "apart" else [(Str("["), *_joined(parts, between), Str("]"))]
    return tuple(Role("citation", body) for body in brackets)


def _place(item: ListItem) -> tuple[int, int]:
    return item.series, item.number


def _ref(item: ListItem) -> Ref:
    return Ref(item.anchor, (Str(item.label or ""),))


def _with_words(one: Cited) -> Words:
    return (*one.before, *((Str(" "),) if one.before else ()), _ref(one.item), *one.after)


def _joined(parts: list[Words], between: str) -> Words:
    out: list[Inline] = []
    for i, part in enumerate(parts):
        out.extend((*((Str(between),) if i and between else ()), *part))
    return tuple(out)


def _runs(items: list[ListItem], ranges: bool) -> Iterator[list[ListItem]]:
    """Each item alone, or together with its neighbours where three or more follow each other."""
    start = 0
    for end in range(1, len(items) + 1):
        if end < len(items) and _follows(items[end - 1], items[end]):
            continue
        if ranges and end - start > 2:
            yield items[start:end]
        else:
            yield from ([item] for item in items[start:end])
        start = end


def _follows(one: ListItem, other: ListItem) -> bool:
    """Whether a range may lead from one item to the other: J2, J3."""
    look = _look(one)
    return look is not None and look == _look(other) and one.series == other.series and one.number + 1 == other.number


def _look(item: ListItem) -> tuple[str, str] | None:
    """What stands before and behind the number in a label; None if it is not all that changes from label to label."""
    found = re.fullmatch(r"(\D*)([0-9]+)(\D*)", item.label or "")
    return (found[1], found[3]) if found and int(found[2]) == item.number else None
