"""Colours that can be read on a page.

The ratio of contrast, and how much of it text needs (AA: 4.5), are those of WCAG 2.2
(https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio, 1.4.3).
"""

from __future__ import annotations

from typing import Final

_ENOUGH: Final = 4.6
_LIGHT: Final = (0xF7, 0xF5, 0xF0)
_DARK: Final = (0x24, 0x27, 0x2C)
"""What is darker than any light page of ours, and lighter than any dark one."""
_STEPS: Final = 50

_Rgb = tuple[int, int, int]


def on_light(colour: str) -> str:
    """A colour (six hexadecimal digits), darkened as far as text on a light page needs it."""
    return _readable(_rgb(colour), (0, 0, 0), _LIGHT)


def on_dark(colour: str) -> str:
    """A colour, lightened as far as text on a dark page needs it."""
    rgb = _rgb(colour)
    if max(rgb) < 0x30:  # black means no colour at all: so does white here
        return "FFFFFF"
    return _readable(rgb, (255, 255, 255), _DARK)


def contrast(one: str, other: str) -> float:
    """The ratio of contrast of two colours, from 1 to 21."""
    return _contrast(_rgb(one), _rgb(other))


def _readable(colour: _Rgb, toward: _Rgb, page: _Rgb) -> str:
    mixed = colour
    for step in range(1, _STEPS + 1):
        if _contrast(mixed, page) >= _ENOUGH:
            break
        mixed = tuple(c + (t - c) * step // _STEPS for c, t in zip(colour, toward, strict=True))  # type: ignore[assignment]
    return "".join(f"{c:02X}" for c in mixed)


def _rgb(colour: str) -> _Rgb:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def _contrast(one: _Rgb, other: _Rgb) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: _Rgb) -> float:
    red, green, blue = (
        share / 12.92 if (share := c / 255) <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for c in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
