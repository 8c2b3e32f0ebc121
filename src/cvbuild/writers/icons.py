"""Small drawings for contacts and links, made for cvbuild: lines on a square of 16 by 16.

Signs of companies are not among them; a network is called by its name.
"""

from __future__ import annotations

from typing import Final

_PAPER: Final = "M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M5.5 8h5M5.5 10.5h5"
_CODE: Final = "M5 4.5 1.5 8 5 11.5M11 4.5 14.5 8 11 11.5M9.2 3 6.8 13"
_VIDEO: Final = "M1.5 4h9v8h-9zM10.5 7l4-2.5v7l-4-2.5"
_MODEL: Final = "M8 1.5l6 3v7l-6 3-6-3v-7zM2 4.5l6 3 6-3M8 7.5v7"
_LINES: Final = {
    "address": "M8 14.5C5 11 3 8.5 3 6.2a5 5 0 0 1 10 0C13 8.5 11 11 8 14.5zM8 4.5a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 1 0 0-3.4z",
    "blog": "M2 14l1-4 8-8 3 3-8 8zM9 4l3 3",
    "book": "M3 13.5v-10a2 2 0 0 1 2-2h8v10H5a2 2 0 0 0 0 3h8v-3",
    "code": _CODE,
    "data": "M2.5 4c0-3 11-3 11 0v8c0 3-11 3-11 0zM2.5 4c0 3 11 3 11 0M2.5 8c0 3 11 3 11 0",
    "demo": "M4 2.5 13 8l-9 5.5z",
    "email": "M1.5 3.5h13v9h-13zM1.5 4 8 9l6.5-5",
    "github": _CODE,
    "gitlab": _CODE,
    "huggingface": _MODEL,
    "link": "M6.5 9.5l3-3M7 4.5 8.5 3A3.2 3.2 0 0 1 13 7.5L11.5 9M9 11.5 7.5 13A3.2 3.2 0 0 1 3 8.5L4.5 7",
    "model": _MODEL,
    "paper": _PAPER,
    "pdf": _PAPER,
    "phone": "M5 1.8 2.6 3C2.2 8.8 7.2 13.8 13 13.4l1.2-2.4-3-2.2-1.7 1.3C8 9.4 6.6 8 5.9 6.5l1.3-1.7z",
    "poster": "M2.5 1.5h11v13h-11zM4.5 11 7 7.5l2 2L10.5 8l1.5 3M5 4.5h3",
    "press": "M1.5 3h10v10h-10zM11.5 6h3v5.5c0 2-3 2-3 0M4 6h5M4 8.5h5M4 11h3",
    "review": "M1.5 2.5h13v8h-6L5 13.5v-3H1.5z",
    "slides": "M1.5 2.5h13M2.5 2.5v8h11v-8M8 10.5v2M5.5 14.5l2.5-2 2.5 2",
    "supplement": "M12.5 7.5l-5 5A3 3 0 0 1 3 8l6-6a2 2 0 0 1 3 3l-5.5 5.5a.9.9 0 0 1-1.3-1.3L10 4.5",
    "video": _VIDEO,
    "website": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13zM1.5 8h13M8 1.5c-4.5 4-4.5 9 0 13 4.5-4 4.5-9 0-13",
    "youtube": _VIDEO,
}


def svg(kind: str) -> str:
    """The drawing for a kind of contact or link, for eyes only; nothing if there is none."""
    lines = _LINES.get(kind)
    return f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{lines}"/></svg>' if lines else ""
