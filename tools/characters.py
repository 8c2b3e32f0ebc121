"""Is any character lost? What is typed in a CV is in the PDF, or a diagnostic names it, at its line.

    python -m tools.characters [--engine NAME …] [--theme NAME …] [--only sweep|pairs|…] [--write]
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from typing import Any

import pikepdf

from cvbuild.build import Outcome, render
from cvbuild.engine.typesetter import Typesetter
from cvbuild.source import CONTROL, Source
from tests.pdf import Pdf

OTHER = {}
ENGINES = ("tectonic", "xelatex", "lualatex", "pdflatex")
_FOUND = re.compile(r"Q(\d+)q(.{0,30}?)Z", re.DOTALL)


def told(outcome: Outcome) -> dict[int, set[str]]:
    """The characters that warnings tell to be missing, by line."""
    found: dict[int, set[str]] = {}
    for d in outcome.sink.diagnostics:
        if d.code.number in ("CV604", "CV103"):
            codes = re.findall(r"U\+([0-9A-F]{4,6})", d.message)
            found.setdefault(d.span.line if d.span else 0, set()).update(chr(int(code, 16)) for code in codes)
    return found


def sweep(characters: Iterable[str], engine: str, theme: str) -> dict[str, str]:
    characters = [c for c in characters if not CONTROL.match(c)]
    lines = ["name: N", f"theme: {theme}", "sections:", "  A:"]
    for c in characters:
        text = json.dumps(c)
        if c.isprintable() and c not in "\\\"":
            text = f'"{c}"'
        if c in "\\*_`[]<>$\"'{}@#":
            c = "\\" + c
        if ord(c[0]) > 0xFFFF and not c.isprintable():
            text = f'"\\U{ord(c):08X}"'
        lines.append(f'    - "Q{ord(c[-1])}qo{json.dumps(c)[1:-1] if len(c) > 1 else text[1:-1]}oZ"')
    outcome = render(Source("cv.yaml", "\n".join(lines)), typesetter=Typesetter(engine), timeout=600)
    if outcome.pdf is None:
        return {"": str(outcome.sink.diagnostics[:3])}
    missing = told(outcome)
    read = dict(_FOUND.findall("\n".join(Pdf(outcome.pdf).pages)))
    result = {}
    for number, c in enumerate(characters, 5):
        t = c in missing.get(number, set())
        got = read.get(str(ord(c)))
        typed = f"o{c}o"
        if got is not None: got = re.sub(r"\s", "", got); 
        typed = re.sub(r"\s", "", typed)
        if got is None:
            r = "gone"
        elif got == typed:
            r = "exact"
        elif unicodedata.normalize("NFC", got) == unicodedata.normalize("NFC", typed):
            r = "canonical"
        elif re.sub(r"\s", "", unicodedata.normalize("NFKC", got)) == re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)):
            r = "compat"
        elif got == "oo":
            r = "nothing"
        else:
            r = "other"; OTHER[c] = got
        result[c] = r + ("+told" if t else "")
    extra = set().union(*missing.values()) - {c for c in result if "told" in result[c]} if missing else set()
    if extra:
        result["misplaced"] = str(sorted(extra)[:20])
    return result


def batched(items, size):
    items = list(items)
    return (items[at : at + size] for at in range(0, len(items), size))
