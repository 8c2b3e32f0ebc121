"""Signs that are looked for in every file, whether it is sound or not; what is wrong with a file is told in `syntax`."""

from __future__ import annotations

import re
import unicodedata

CUT = re.compile(r"[ \t]+(#[^\s#!:\-=][^\n]*)")
"""A comment that may be meant for a part of the text before it."""


def strange(char: str) -> bool:
    """Whether a character looks like a space, or like nothing, and is no space to YAML."""
    return bool(char) and char not in " \t\n" and unicodedata.category(char) in ("Zs", "Cf")
