"""Which script a character belongs to, as far as the fonts of the themes do not cover it.

The themes' fonts have Latin, Greek, Cyrillic and, by the fallback, Chinese, Japanese and Korean. Everything else
that can be printed with the fonts of the extra (`cvbuild engine install --scripts`) is listed here, by the codes of
ISO 15924. `latn` and `zsym` are rare letters and signs, of which some fonts of the themes have some.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

RANGES: Final = {
    "latn": "180-19F 1A2-1AE 1B1-1CC 1DD-1FF 200-217 21C-2C5 2C8 2CC-2D7 2DE-2FF 30D-30E 310 312-31A 31C-322 329-32D 32F-330 332-377 37A-37D 37F 3D0-3E1"
    " 3F0-3FF 460-48F 492-52F 1AB0-1AC0 1C80-1C88 1D00-1DFF 1E00-1E9D 1E9F 1EFA-1EFF 2090-209C 20F0 2C60-2C7F"
    " 2DE0-2DFF A640-A69F A700-A7FF AB30-AB6B",
    "zsym": "2017 201B 201F 2023-2025 2027 2031 2034-2038 203B-2043 2045-205E 2070 2074-208E 20A0-20AB 20AD-20BF"
    " 20D0-20EF 2100-2115 2117-2121 2123-2BFF 2E00-2E4F 1D000-1D245 1D300-1D7FF 1F000-1FAFF",
    "adlm": "1E900-1E95F",
    "arab": "600-6FF 750-77F 8A0-8FF FDF2 FDFA-FDFC",
    "armn": "530-58F FB13-FB17",
    "beng": "980-9FF",
    "cans": "1400-167F 18B0-18FF",
    "cher": "13A0-13FF AB70-ABBF",
    "copt": "3E2-3EF 2C80-2CFF",
    "deva": "900-97F 1CD0-1CFF A8E0-A8FF",
    "ethi": "1200-139F 2D80-2DDF AB01-AB2E",
    "geor": "10A0-10FF 1C90-1CBF 2D00-2D2F",
    "glag": "2C00-2C5F",
    "goth": "10330-1034F",
    "gujr": "A80-AFF",
    "guru": "A00-A7F",
    "hebr": "590-5FF FB1D-FB4F",
    "java": "A980-A9DF",
    "khmr": "1780-17FF 19E0-19FF",
    "knda": "C80-CFF",
    "laoo": "E80-EFF",
    "mlym": "D00-D7F",
    "mong": "1800-18AF",
    "mymr": "1000-109F A9E0-A9FF AA60-AA7F",
    "nkoo": "7C0-7FF",
    "ogam": "1680-169C",
    "olck": "1C50-1C7F",
    "orya": "B00-B7F",
    "runr": "16A0-16F8",
    "sinh": "D80-DFF",
    "syrc": "700-74F",
    "taml": "B80-BFF",
    "telu": "C00-C7F",
    "tfng": "2D30-2D7F",
    "thaa": "780-7BF",
    "thai": "E00-E7F",
    "tibt": "F00-FFF",
    "vaii": "A500-A63F",
    "yiii": "A000-A4CF",
}
SIGNS: Final = ("latn", "zsym")
# Their letters are not drawn in the order in which they are written, or several as one.
REORDERED: Final = frozenset("beng deva gujr guru java khmr knda mlym mymr orya sinh taml telu tibt".split())

# Whatever the themes' fonts have surely. Most texts are known at a glance to need nothing else.
_PLAIN: Final = frozenset(map(chr, (*range(0x180), *range(0x2010, 0x2017), *range(0x2018, 0x201F), 0x2022, 0x2026)))
_COMMON: Final = (
    "[^\0-\u017f\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u0218-\u021b\u0384-\u03ce\u0400-\u045f\u1ea0-\u1ef9\u2010-\u2016\u2018-\u201e\u2020-\u2022\u2026\u2030\u20ac"
    "\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)


def foreign(text: str) -> bool:
    """Whether some character of the text belongs to a script of the table."""
    if text.isascii() or _PLAIN.issuperset(text):
        return False
    return _common().search(text) is not None and _pattern().search(text) is not None


@cache
def script_of(character: str) -> str | None:
    """The script of the table that a character belongs to."""
    found = _pattern().match(character)
    return found.lastgroup if found else None


def pieces(text: str) -> Iterator[tuple[str | None, str]]:
    """The text in pieces of one script each; None stands for what belongs to no script of the table.

    Spaces between words of one script belong to it; of letters and signs, each is a piece of its own,
    with the marks that stand on it.
    """
    at = 0
    for found in _pattern().finditer(text):
        if found.start() > at:
            yield None, text[at : found.start()]
        yield found.lastgroup, found[0]
        at = found.end()
    if at < len(text):
        yield None, text[at:]


def taken_apart(text: str) -> str:
    """Rare letters with marks as a letter and marks, if these are not rare: any font can put them together."""

    def apart(found: re.Match[str]) -> str:
        parts = unicodedata.normalize("NFD", found[0])
        return found[0] if any(map(script_of, parts)) else parts

    return _rare().sub(apart, text)


def deciding(run: str) -> str:
    """The character of a run of `SIGNS` that a font must have so that the run can be printed with it."""
    return next(character for character in run if script_of(character) in SIGNS)


@cache
def _common() -> re.Pattern[str]:
    """Made when it is needed: so large a set takes milliseconds to compile."""
    return re.compile(_COMMON)


@cache
def _rare() -> re.Pattern[str]:
    return re.compile(f"[{_class('latn')}]")


@cache
def _pattern() -> re.Pattern[str]:
    """One group for each script, named after it."""
    marks = "\u0300-\u036f\u20d0-\u20ff\ufe0e\ufe0f"
    joined = f"[{marks}]|\u200d[\u2640-\u27bf\U0001f000-\U0001faff]|[\U0001f3fb-\U0001f3ff]"
    rare = _class("latn")
    groups = [
        # A letter of any font belongs to the rare mark that stands on it.
        f"(?P<latn>[A-Za-z\u00c0-\u024f\u0370-\u052f](?:[{marks}]*(?=[{rare}])[{marks}])+|[{rare}][{marks}]*)",
        f"(?P<zsym>[{_class('zsym')}](?:{joined})*)",
    ]
    for script in [script for script in RANGES if script not in SIGNS]:
        own = _class(script)
        more = f"{marks}\u0964\u0965\u200c\u200d"
        groups.append(f"(?P<{script}>[{own}](?:[{own}{more}]|[ \u00a0](?=[{own}]))*)")
    return re.compile("|".join(groups))


def _class(script: str) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges(script))


def ranges(script: str) -> Iterator[tuple[int, int]]:
    """First and last character of each range of a script."""
    for item in RANGES[script].split():
        first, _, last = item.partition("-")
        yield int(first, 16), int(last or first, 16)
