"""The words of `cvbuild explain`."""

from __future__ import annotations

import re
import textwrap

from cvbuild.diagnostics import CODES, Code
from cvbuild.explain.example import Example, example_of
from cvbuild.report import human

_WIDTH = 80


def find(word: str) -> Code | list[Code]:
    """The code that is meant by ``CV105``, ``cv105`` or ``105``; or else the nearest codes.

    Those are the nearest by number; for other words, those whose title or meaning has them.
    """
    found = re.fullmatch(r"(?:CV)?[-\s]*([0-9]{1,9})", word.strip(), re.IGNORECASE)
    if not found:
        said = word.strip().lower()
        titled = [code for code in CODES.values() if said and said in code.title]
        return titled or [code for code in CODES.values() if said and said in code.about.lower()]
    number = int(found[1])
    if known := CODES.get(f"CV{number:03}"):
        return known
    return _sorted(sorted(CODES.values(), key=lambda code: abs(int(code.number[2:]) - number))[:4])


def table(codes: list[Code] | None = None) -> str:
    """Codes with their severity and title, a line each; all of them if none are given."""
    listed = _sorted(CODES.values() if codes is None else codes)
    return "".join(f"{code.number}  {code.severity:7}  {code.title}\n" for code in listed)


def _sorted(codes: object) -> list[Code]:
    return sorted(codes, key=lambda code: code.number)  # type: ignore[call-overload, no-any-return]


def explanation(code: Code, *, colour: bool = False) -> str:
    """All that there is to say of a code: what it means, an example, what cvbuild says of it, and the cure."""
    parts = [f"{code.number}, {code.severity}: {code.title}\n", textwrap.fill(code.about, _WIDTH) + "\n"]
    example = example_of(code)
    if example is not None:
        parts += ["For example:\n", textwrap.indent(example.text, "    ")]
        parts += ["cvbuild says:\n", textwrap.indent(report_of(example, colour=colour), "    ")]
        if example.cured is not None:
            parts += ["Cured:\n", textwrap.indent(cure_of(example), "    ")]
    return "\n".join(parts)


def report_of(example: Example, *, colour: bool = False) -> str:
    """What cvbuild says of an example, as far as it is about its code."""
    return human((d for d in example.findings() if d.code is example.code), colour=colour)


def cure_of(example: Example) -> str:
    """The lines that cure an example; all of it, where lines go away."""
    if not example.cure or example.cured is None:
        return example.cured or ""
    kept = len(example.cured.splitlines()) >= len(example.text.splitlines())
    if not kept:
        return example.cured
    return "".join(f"{number:5} | {line}\n" for number, line in example.cure)
