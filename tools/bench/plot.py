"""A small plot with logarithmic axes, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 20, 50
COLOURS = ("#1a4f8a", "#0f6b6b", "#9b1c1c", "#b8560f", "#5a2a82")


def plot(lines: Mapping[str, Sequence[tuple[float, float]]], x_title: str, y_title: str) -> str:
    """Each line goes through its points and bears its name at its end. All numbers are positive."""
    xs = [x for points in lines.values() for x, _ in points]
    ys = [y for points in lines.values() for _, y in points]
    x_axis = _Axis(min(xs), max(xs), LEFT, WIDTH - RIGHT)
    y_axis = _Axis(min(ys), max(ys), HEIGHT - BOTTOM, TOP)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for tick in x_axis.ticks():
        x = x_axis.place(tick)
        out.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        out.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{tick:g}</text>')
    for tick in y_axis.ticks():
        y = y_axis.place(tick)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    out.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x_title)}</text>'
    )
    middle = (TOP + HEIGHT - BOTTOM) / 2
    out.append(f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(y_title)}</text>')
    taken: list[float] = []
    ends = sorted(lines, key=lambda name: lines[name][-1][1], reverse=True)
    for name in ends:
        colour = COLOURS[list(lines).index(name) % len(COLOURS)]
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in lines[name]]
        out.append(
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}" '
            f'fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        at = max([places[-1][1], *(used + 15 for used in taken[-1:])])
        taken.append(at)
        out.append(f'<text x="{places[-1][0] + 8:.1f}" y="{at + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


class _Axis:
    """A logarithmic axis over whole decades, or parts of them where there are few."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        steps = [m * 10.0**e for e in range(floor(log10(low)), ceil(log10(high)) + 1) for m in (1, 2, 5)]
        self.low = max(step for step in steps if step <= low * 1.0001)
        self.high = min(step for step in [*steps, 10 * steps[-1]] if step >= high * 0.9999)
        self.steps = [step for step in steps if self.low <= step <= self.high]
        self.start, self.end = start, end

    def place(self, value: float) -> float:
        part = log10(value / self.low) / (log10(self.high / self.low) or 1.0)
        return self.start + part * (self.end - self.start)

    def ticks(self) -> list[float]:
        return self.steps
