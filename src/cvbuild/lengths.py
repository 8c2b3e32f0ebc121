"""Lengths with a unit, such as 2cm."""

from __future__ import annotations

import re

# TeX's own definition of its units (The TeXbook, p. 57), in points.
_POINTS = {"pt": 1.0, "pc": 12.0, "in": 72.27, "bp": 72.27 / 72, "cm": 72.27 / 2.54, "mm": 72.27 / 25.4}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(pt|pc|in|bp|cm|mm)", re.ASCII)


def points(value: str) -> float:
    """A length in TeX's points. Raises ValueError with a message for the user."""
    found = _LENGTH.fullmatch(value)
    if not found:
        raise ValueError(f"`{value}` is not a length such as 2cm, 20mm, 1in or 11pt")
    return float(found[1]) * _POINTS[found[2]]
