"""What becomes of characters: typed in a CV, read back from its PDF, or told by a warning at their line."""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from cvbuild.engine.typesetter import Typesetter
from cvbuild.pipeline import Outcome, render
from cvbuild.source import Source
from tests.pdf import Pdf

Fate = Literal["as written", "as its equivalent", "told", "no ink", "lost"]
ENGINES = ("tectonic", "xelatex", "lualatex", "pdflatex")

# Blank, but no space by its category: a grapheme joiner, fillers, inherent vowels, variation selectors, a blank
# pattern of Braille, a note without a head.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U0001d159]")
_READ = re.compile(r"Q(\d+)q(.*?)Z", re.DOTALL)

CLASSES = {
    "Latin letters, in one or two characters": "é e\u0301 ệ ệ ß ẞ ĳ Ł ı İ ǆ",
    "marks on any letter": "x̌ q̄ n̥ r̩ a\u0301\u0323 o\u0328\u0304 é̱",
    "marks on nothing": "\u0301 \u0301\u0302",
    "Greek, Cyrillic": "ὅτι ᾧ Ω Й и\u0306 Ѣ ӑ",
    "ligatures and digraphs": "ﬁ ﬂ ﬀ ﬃ ﬄ ﬅ ﬆ fi fl ffi Th ct st",
    "Roman numerals, fractions, small figures": "Ⅳ ⅷ ½ ⅔ ⅝ x² x⁵ H₂O ª º ™ ℠",
    "currencies": "$ € £ ¥ ¢ ₹ ₽ ₿ ₪ ₫ ฿ ﷼",
    "dashes and hyphens": "a-b a‐b a‑b a‒b a–b a—b a―b a−b \\-\\- \\-\\-\\-",
    "quotation marks": "‘a’ “b” ‚c‘ „d“ ‹e› «f» \\'g\\' \\\"h\\\" \\`\\` \\'\\' <\\< >\\> ,, ′ ″",
    "spaces of all widths": "a\u00a0b\u1680c\u2000d\u2002e\u2003f\u2004g\u2005h\u2006i\u2007j\u2008k\u2009l\u200am\u202fn\u205fo\u3000p",
    "no width": "a\u00adb\u200bc\u200cd\u200de\u2060f\ufeffg\u034fh",
    "directions": "a\u200eb\u200fc\u202ad\u202be\u202cf\u202dg\u202eh\u2066i\u2067j\u2068k\u2069l\u061cm",
    "line and paragraph separators": "a\u2028b\u2029c\u0085d",
    "Hebrew, Arabic, Persian": "in a line of Latin words, which are many more: שלום שָׁלוֹם مرحبا می\u200cخواهم ۱۲۳۴۵۶",
    "Indian scripts": "हिन्दी क्\u200dष বাংলা தமிழ்",
    "Thai, Armenian, Georgian": "ไทย Հայերեն մեր ქართული",
    "Chinese, Japanese, Korean": "東京、漢字。「日本」 かなカナ 서울 ｶﾅ Ａ１",
    "rare Chinese": "𠀀 㐀 龘",
    "mathematical letters": "𝔄 𝒪 ℝ 𝟙 𝐱 𝛼 ℏ",
    "signs": "→ ⇒ ∑ ∫ ≤ ∞ √ ✓ ★ ☎ ⚛ ␣ ℃ ♪ ⟨⟩",
    "emoji": "🎓 ❤\ufe0f 👩\u200d🔬 👍🏽 🇩🇪 1\ufe0f\u20e3 🥲",
    "for private use": "\ue000 \ue123 \U000f0000 \U00100000",
    "tags, noncharacters, not assigned": "\U000e0041 \ufdd0 \U0001fffe \u0378",
    "annotations and replacement": "\ufff9a\ufffab\ufffbc \ufffd \ufffc",
}


def written(text: str) -> str:
    """A text in double quotes of YAML."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in quoted)


def cv(lines: Iterable[str], theme: str = "noether") -> Source:
    """A CV with a point for each line, of which the first stands in line 5."""
    items = "".join(f"    - {written(line)}\n" for line in lines)
    return Source("cv.yaml", f"name: N\ntheme: {theme}\nsections:\n  A:\n{items}")


def told(outcome: Outcome) -> dict[int, set[str]]:
    """The characters that warnings tell to be missing, by line."""
    found: dict[int, set[str]] = {}
    for d in outcome.sink.diagnostics:
        if d.code.number == "CV604":
            codes = re.findall(r"\(U\+([0-9A-F]+)\)", d.message)
            found.setdefault(d.span.line if d.span else 0, set()).update(chr(int(code, 16)) for code in codes)
    return found


def without_ink(character: str) -> bool:
    """Whether nothing is seen of a character, and so nothing lost if it is not in the PDF."""
    return unicodedata.category(character) in ("Cf", "Zs", "Zl", "Zp", "Cc") or bool(_BLANK.match(character))


def fates(texts: Sequence[str], engine: str, theme: str = "noether", around: str = "") -> list[dict[str, Fate]]:
    """What has become of each character of each text. Raises AssertionError if there is no PDF."""
    lines = [f"Q{number}q{around}{text}{around}Z" for number, text in enumerate(texts)]
    outcome = render(cv(lines, theme), typesetter=Typesetter(engine), timeout=600)
    assert outcome.pdf is not None, (engine, outcome.sink.diagnostics[:3])
    missing = told(outcome)
    read = dict(_READ.findall("\n".join(Pdf(outcome.pdf).pages)))
    found = []
    for number, text in enumerate(texts):
        text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
        got = "".join(read.get(str(number), "").removeprefix(around).removesuffix(around).split())
        found.append({c: fate(c, got, missing.get(number + 5, set())) for c in text if not c.isspace()})
    return found


def fate(character: str, read: str, missing: set[str]) -> Fate:
    """What has become of a character of a text, of which this was read, and these characters were told."""
    both = [(unicodedata.normalize(form, character), unicodedata.normalize(form, read)) for form in ("NFD", "NFKD")]
    # What is told under the name of an equivalent, is told.
    if {character, unicodedata.normalize("NFC", character)} & missing:
        return "told"
    if character in read:
        return "as written"
    if any(set("".join(one.split())) <= set(other) and one.strip() for one, other in both):
        return "as its equivalent"
    return "no ink" if without_ink(character) else "lost"


# --- Pairs ---

PRINTABLE = "".join(c for c in string.printable if not c.isspace())


def rows(length: int = 11) -> list[str]:
    """All 8836 pairs of printable ASCII characters, some to a row; what stands at its ends touches no pair."""
    return [
        f"x {' '.join(first + second for second in PRINTABLE[start : start + length])} x"
        for first in PRINTABLE
        for start in range(0, len(PRINTABLE), length)
    ]


def escaped(text: str) -> str:
    """A text that means itself in the markup."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _points(make: Callable[[str], str]) -> Callable[[list[str]], str]:
    return lambda some: "sections:\n  A:\n" + "".join(f"    - {written(make(row))}\n" for row in some)


def _works(some: list[str]) -> str:
    titles = (" ".join(some[at : at + 6]) for at in range(0, len(some), 6))
    works = "".join(
        f"  w{at}: {{title: {written(escaped(title))}, authors: [A B], year: 2020}}\n"
        for at, title in enumerate(titles)
    )
    return f"publications:\n{works}sections: {{A: {{publications: all}}}}\n"


def _labels(some: list[str]) -> str:
    return "sections:\n  A:\n" + "".join(f"    - {{label: {written(escaped(row))}, text: t}}\n" for row in some)


def _headings(some: list[str]) -> str:
    titles = (" ".join(some[at : at + 4]) for at in range(0, len(some), 4))
    return "sections:\n" + "".join(f"  {written(escaped(title))}: [x]\n" for title in titles)


def _name(some: list[str]) -> str:
    text = " ".join(some)
    return f"title: {written(escaped(text))}\nheadline: {written(escaped(text))}\nsections: {{A: [x]}}\n"


# Where pairs are tried: what makes the rest of a CV of rows, and what a PDF has of it.
PLACES: dict[str, tuple[Callable[[list[str]], str], Callable[[Pdf], str]]] = {
    "text": (_points(escaped), lambda pdf: pdf.text),
    "bold": (_points(lambda row: f"**{escaped(row)}**"), lambda pdf: pdf.text),
    "italic": (_points(lambda row: f"*{escaped(row)}*"), lambda pdf: pdf.text),
    "code": (_points(lambda row: f"``` {row} ```"), lambda pdf: pdf.text),
    "words of a link": (_points(lambda row: f"[{escaped(row)}](https://x.org)"), lambda pdf: pdf.text),
    "label": (_labels, lambda pdf: pdf.text),
    "title of a work": (_works, lambda pdf: pdf.text),
    "heading": (_headings, lambda pdf: pdf.text),
    "bookmark": (_headings, lambda pdf: " ".join(title for _, title in pdf.bookmarks)),
    "title of the PDF": (_name, lambda pdf: pdf.metadata["Title"]),
    "subject of the PDF": (_name, lambda pdf: pdf.metadata["Subject"]),
}


def lost_pairs(place: str, some: list[str], engine: str, theme: str = "noether") -> list[str]:
    """The pairs of these rows that do not arrive at a place, exactly."""
    make, read = PLACES[place]
    source = Source("cv.yaml", f"name: N\ntheme: {theme}\n{make(some)}")
    outcome = render(source, typesetter=Typesetter(engine), timeout=600)
    assert outcome.pdf is not None, (place, engine, outcome.sink.diagnostics[:3])
    text = f" {' '.join(read(Pdf(outcome.pdf)).split())} "
    return [pair for row in some for pair in row.split() if f" {pair} " not in text]
