"""Writes the metrics that pdfTeX needs of a font: a TFM file, as Knuth's TFtoPL describes it.

A TFM knows up to 256 characters, with no more than 15 heights, 15 depths and 63 italic
corrections: values that lie close together are made one. Everything else is exact to a
millionth of the size of the font.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_DESIGN_SIZE = 10  # points; only its own name, as all is relative to it
_KERN = 128
_STOP = 128


@dataclass(frozen=True, slots=True)
class Box:
    """The measures of a character, in ems."""

    width: float
    height: float = 0.0
    depth: float = 0.0
    italic: float = 0.0


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a TFM says, by slots.

    `kerns` is the space, in ems, between a character and the next; `ligatures` what two that
    meet become. `at_end` is the space behind the last letter of a word. `parameters` are
    slant, space, stretch, shrink, x-height, quad, and the extra space of a sentence's end.
    """

    boxes: Mapping[int, Box]
    parameters: Sequence[float]
    kerns: Mapping[int, Mapping[int, float]] = field(default_factory=dict)
    ligatures: Mapping[tuple[int, int], int] = field(default_factory=dict)
    at_end: float = 0.0


def write_tfm(metrics: Metrics) -> bytes:
    """The bytes of the TFM file. Raises `ValueError` if the format cannot hold the metrics."""
    boxes = metrics.boxes
    widths = _table((box.width for box in boxes.values()), 255)
    heights = _table((box.height for box in boxes.values()), 15)
    depths = _table((box.depth for box in boxes.values()), 15)
    italics = _table((box.italic for box in boxes.values()), 63)
    steps, starts, kerns = _programs(metrics)
    first, last = min(boxes), max(boxes)
    characters = b""
    for slot in range(first, last + 1):
        if slot not in boxes:
            characters += bytes(4)
            continue
        box, start = boxes[slot], starts.get(slot)
        # The index 0 means that there is no character: a width of zero has an index too.
        characters += bytes((
            widths.index[_fix(box.width)],
            heights.index[_fix(box.height)] << 4 | depths.index[_fix(box.depth)],
            italics.index[_fix(box.italic)] << 2 | (start is not None),
            start or 0,
        ))  # fmt: skip
    header = struct.pack(">Ii", 0, _fix(_DESIGN_SIZE))
    tables = [widths.values, heights.values, depths.values, italics.values]
    lengths = [2, first, last, *map(len, tables), len(steps), len(kerns), 0, len(metrics.parameters)]
    total = 6 + 2 + (last - first + 1) + sum(lengths[3:])
    if max(total, len(steps), len(kerns)) > 32767:
        raise ValueError("too much for a TFM file")
    return b"".join((
        struct.pack(">12H", total, *lengths),
        header,
        characters,
        *map(_words, tables),
        b"".join(map(bytes, steps)),
        _words(kerns),
        _words([_fix(value) for value in metrics.parameters]),
    ))  # fmt: skip


def _fix(value: float) -> int:
    return round(value * 2**20)


def _words(values: Sequence[int]) -> bytes:
    return struct.pack(f">{len(values)}i", *values)


@dataclass(frozen=True, slots=True)
class _Table:
    values: list[int]  # of which the first is zero, as the format demands
    index: Mapping[int, int]


def _table(wanted: Iterable[float], most: int) -> _Table:
    """A table of at most so many values besides zero, and for each value its place there.

    A width of zero gets a place of its own, as place 0 says that there is no character.
    """
    distinct = sorted(set(map(_fix, wanted)) - ({0} if most < 255 else set()))
    reach = 0
    while len(groups := _groups(distinct, reach)) > most:
        reach = min(max(group[-1] - group[0], following[0] - group[0]) for group, following in pairwise(groups))
    values, index = [0], {0: 0}
    for group in groups:
        index.update(dict.fromkeys(group, len(values)))
        values.append((group[0] + group[-1]) // 2)
    return _Table(values, index)


def _groups(ascending: Sequence[int], reach: int) -> list[list[int]]:
    """Neighbours, as many together as lie within `reach`."""
    groups: list[list[int]] = []
    for value in ascending:
        if groups and value - groups[-1][0] <= reach:
            groups[-1].append(value)
        else:
            groups.append([value])
    return groups


def _programs(metrics: Metrics) -> tuple[list[tuple[int, int, int, int]], dict[int, int], list[int]]:
    """What happens between two characters: the steps, where those of each slot start, and the kerns.

    Each slot has a program, a list of steps; slots with the same one share it. A start must be
    below 256, so there is a step for each program, at the beginning, that leads to it.
    """
    boundary = 0  # stands for the end of a word; a slot in which no letter is
    wanted = (kern for row in metrics.kerns.values() for kern in row.values())
    kerns = sorted({_fix(kern) for kern in (*wanted, metrics.at_end)} - {0})
    place = {kern: number for number, kern in enumerate(kerns)}
    programs: dict[tuple[tuple[int, int, int], ...], list[int]] = {}
    for slot in sorted(metrics.boxes):
        own = [(right, 0, made) for (left, right), made in sorted(metrics.ligatures.items()) if left == slot]
        between = {**metrics.kerns.get(slot, {}), **({boundary: metrics.at_end} if metrics.at_end else {})}
        for right, kern in sorted(between.items()):
            if value := _fix(kern):
                own.append((right, _KERN + place[value] // 256, place[value] % 256))
        if own:
            programs.setdefault(tuple(own), []).append(slot)
    before = 1 if metrics.at_end else 0
    if before + len(programs) > 256:
        raise ValueError("too many programs for a TFM file")
    steps: list[tuple[int, int, int, int]] = [(255, boundary, 0, 0)] if before else []
    body: list[tuple[int, int, int, int]] = []
    starts: dict[int, int] = {}
    for program, slots in programs.items():
        at = before + len(programs) + len(body)
        starts.update(dict.fromkeys(slots, len(steps)))
        steps.append((254, 0, at // 256, at % 256))
        body += [(0, *step) for step in program]
        body[-1] = (_STOP, *program[-1])
    return steps + body, starts, kerns
