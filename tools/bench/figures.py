"""Numbers from numbers: medians, ratios, straight lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Ratio:
    """How two commands compare: the ratio of their medians, and the quartiles of the rounds' own ratios."""

    of_medians: float
    low: float
    high: float


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """`ours` in parts of `theirs`; both have one time for each round."""
    each = [a / b for a, b in zip(ours, theirs, strict=True)]
    low, _, high = quartiles(each)
    return Ratio(median(ours) / median(theirs), low, high)


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return low, middle, high


@dataclass(frozen=True, slots=True)
class Line:
    """The straight line ``base + slope * x``, and the part of the variance that it leaves unexplained."""

    base: float
    slope: float
    unexplained: float


def fit(points: Sequence[tuple[float, float]]) -> Line:
    """The line of least squares through points with at least two different x."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    base = mean_y - slope * mean_x
    left = sum((y - base - slope * x) ** 2 for x, y in points)
    total = sum((y - mean_y) ** 2 for _, y in points)
    return Line(base, slope, left / total if total else 0.0)
