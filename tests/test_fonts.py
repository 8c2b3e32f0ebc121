"""What the fonts promise: every character is typed, and read back from the PDF; what is missing is told."""

from __future__ import annotations

import json
import re
import string
import tomllib
import unicodedata
from collections.abc import Iterable
from typing import Literal

import pytest

from cvbuild.engine.base import TexJob
from cvbuild.engine.fonts import code_points
from cvbuild.engine.parts import LOCK, locate
from cvbuild.engine.tectonic import TectonicEngine
from cvbuild.pipeline import Outcome, render
from cvbuild.profiles import NETWORKS
from tests.pdf import Pdf
from tests.support import source

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(locate() is None, reason="the embedded engine is not installed"),
]
FACES = [
    *(f"EBGaramond-{face}" for face in ("Regular", "Bold", "Italic", "BoldItalic")),
    *(f"SourceSans3-{face}" for face in ("Regular", "Bold", "Italic", "BoldItalic")),
    *(f"NotoSansMono-{face}" for face in ("Regular", "Bold")),
]


def printed(codes: Iterable[int]) -> list[str]:
    """Those of the characters that leave ink."""
    return [chr(code) for code in codes if unicodedata.category(chr(code)) not in {"Cn", "Cc", "Cf", "Zs", "Zl", "Zp"}]


BUNDLE = printed(code_points(tomllib.loads(LOCK.read_text(encoding="utf-8"))["bundle"]["characters"]))
# What every text face has: Latin of all Europe and of Vietnam, Greek with polytonic, Cyrillic, and the usual signs.
ALWAYS = printed(
    code_points(
        "21-7E A1-17F 1CD-1DC 1E4-1E7 1EA-1EB 1FA-1FF 218-21B 1E80-1E85 1E9E 1EA0-1EF9 384-3CE 1F00-1FFE 400-45F 490-491"
        " 2010-2011 2013-2015 2018-201A 201C-201E 2020-2022 2026 2030 2039-203A 20AC 20AB 2116 2122 2126 2190 2192"
        " 2206 2212 2260 2264-2265"
    )
)


def typed(character: str) -> str:
    """A character; a mark stands on a letter."""
    return "o" + character if unicodedata.category(character) == "Mn" else character


def same(character: str, read: str | None) -> bool:
    """Whether that is what was read; a ligature that was typed as one character may be read as letters."""
    form: Literal["NFC", "NFKC"] = "NFKC" if "\ufb00" <= character <= "\ufb06" else "NFC"
    return read is not None and unicodedata.normalize(form, read.strip()) == unicodedata.normalize(
        form, typed(character)
    )


def read(pdf: bytes) -> dict[str, str]:
    """The characters that were set as ``number:character;``, by their numbers."""
    # PDFium puts a space behind some marks, and may end a line there.
    words = " ".join(" ".join(Pdf(pdf).pages).split())
    return dict(re.findall(r"(\d+): ?(\S{0,4}?) ?;(?= |$)", words))


@pytest.mark.parametrize("face", FACES)
def test_every_character_of_a_font_reads_back(face: str) -> None:
    """Those that the font has; TeX itself is asked which."""
    parts = locate()
    assert parts
    lines = "\n\n".join(rf"\try{{{ord(c)}}}{{{'o' if c != typed(c) else ''}}}" for c in BUNDLE)
    document = (
        rf'\begin{{document}}\parindent0pt\parskip3pt\raggedright\font\x="[{face}.ttf]" at 9pt \x'
        "\n" r"\def\try#1#2{\iffontchar\x#1 #1:#2\char#1;\fi}" "\n" f"{lines}\n" r"\end{document}"
    )  # fmt: skip
    typeset = TectonicEngine(parts).run(TexJob("\\documentclass[11pt]{article}\n", document, 0))
    assert typeset.pdf
    assert typeset.messages == ()
    found = {}
    for page in Pdf(typeset.pdf).pages:
        for line in page.splitlines():
            number, colon, character = line.strip().removesuffix(";").partition(":")
            if colon:
                found[chr(int(number))] = character
    assert set(found) >= set(ALWAYS)
    wrong = {character: text for character, text in found.items() if not same(character, text)}
    # This font takes the letter apart, into i and a stroke.
    assert wrong == ({"ɨ": "i\u0335"} if face.startswith("NotoSansMono") else {})


STYLES = {
    "regular": ("- {}", "{}"),
    "bold": ("- {}", "**{}**"),
    "italic": ("- {}", "*{}*"),
    "bold italic": ("- {}", "***{}***"),
    "code": ("- {}", "`{}`"),
    "heading": ("", ""),
}


def cv(style: str, theme: str, characters: Iterable[str]) -> str:
    """A CV with characters in one style."""
    items = []
    for character in characters:
        text = typed(character)
        escaped = "\\" + text if text in string.punctuation and style != "code" else text
        if style == "code" and text == "`":
            continue
        items.append(f"{ord(character)}:{escaped};")
    head = f"name: N\ntheme: {theme}\nsections:\n"
    if style == "heading":
        groups = [" ".join(items[at : at + 8]) for at in range(0, len(items), 8)]
        return head + "".join(f"  {json.dumps(group)}: [x]\n" for group in groups)
    return head + "  A:\n" + "".join(f"    - {json.dumps(STYLES[style][1].format(item))}\n" for item in items)


def missing(outcome: Outcome, line: int | None = None) -> set[str]:
    """The characters that warnings tell to be missing, of the whole CV or of one line of it."""
    found = [d for d in outcome.sink.diagnostics if d.code.number == "CV604"]
    told = [d.message for d in found if line is None or (d.span is not None and d.span.line == line)]
    return {chr(int(code, 16)) for message in told for code in re.findall(r"\(U\+([0-9A-F]+)\)", message)}


@pytest.mark.parametrize("theme", ["noether", "turing"])
@pytest.mark.parametrize("style", STYLES)
def test_every_character_of_a_cv_reads_back(style: str, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a warning tells that it is missing. All in one theme; the other has its share, with the same fonts."""
    monkeypatch.setenv("CVBUILD_SCRIPTS_DIR", "/nonexistent")
    tried = BUNDLE if theme == "noether" else [*BUNDLE[::4], "ȋ", "ḯ"]
    outcome = render(source(cv(style, theme, tried)))
    assert outcome.pdf, outcome.sink.diagnostics
    told = missing(outcome)
    assert not told & set(ALWAYS)
    found = read(outcome.pdf)
    lost = {c for c in tried if not same(c, found.get(str(ord(c))))}
    # Not typed; taken apart, see above; read as a dotless i with marks.
    apart = {"`", "ɨ"} if style == "code" else {"ȋ", "ḯ"} if theme == "turing" else set()
    assert lost == told | (apart & set(tried))


SURPRISES = {
    "a letter and a mark": "cafe\u0301 Sa\u0303o",
    "ligatures as characters": "ﬁn ﬂow",
    "kinds of hyphens": "non\u2011breaking soft\u00adhyphen",
    "kinds of spaces": "a\u2009b\u202fc\u00a0d\u200be\u2003f\u2002g\u200ah",
    "mathematics": "∑ ∫ ≈ ∈ ∀ ∃ ⊂ ∪ ≡ ∞ √ ∂",
    "arrows and ticks": "→ ← ⇒ ↦ ✓ ✗",
    "small figures": "x⁵ H₂O ½ ⅓ ⅝",
    "currencies": "₫ ₽ ₿ ₹ €",
    "phonetics": "ˈfəʊnɛtɪks ɸʘǃ",
    "Hebrew with points": "שָׁלוֹם",
    "Arabic": "جامعة القاهرة",
    "Indian": "हिन्दी தமிழ்",
    "emoji": "🎓 👩\u200d🔬 ❤\ufe0f 🇩🇪",
    "letters of mathematics": "𝔄 𝒪 ℝ 𝟙",
    "signs without ink": "a\u200cb\u200dc\u200ed\u2060e\ufefff",
    "rare Chinese": "𠀀 㐀",
    "wide letters": "Ａ１ ｶﾅ",
    "for private use": "\ue123",
    "not a letter yet": "\u0378",
}


@pytest.mark.parametrize("theme", ["noether", "turing"])
def test_nothing_is_lost_in_silence(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each character with ink is in the PDF, or a warning tells that it is not."""
    monkeypatch.setenv("CVBUILD_SCRIPTS_DIR", "/nonexistent")
    lines = "".join(
        f"    - {json.dumps(f'Q{n}q {text} Z', ensure_ascii=False)}\n" for n, text in enumerate(SURPRISES.values())
    )
    outcome = render(source(f"name: N\ntheme: {theme}\nsections:\n  A:\n{lines}"))
    assert outcome.pdf, outcome.sink.diagnostics
    read = dict(re.findall(r"Q(\d+)q(.*?)Z", "\n".join(Pdf(outcome.pdf).pages), re.DOTALL))
    for n, text in enumerate(SURPRISES.values()):
        shown = unicodedata.normalize("NFKC", read[str(n)])
        inked = [c for c in unicodedata.normalize("NFC", text) if c in printed(map(ord, text)) or c in "éã\ue123\u0378"]
        lost = {c for c in inked if unicodedata.normalize("NFKC", c) not in shown and c not in "\ufe0f"}
        assert lost <= missing(outcome, line=n + 5), text


def test_a_missing_character_tells_where_to_get_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVBUILD_SCRIPTS_DIR", "/nonexistent")
    outcome = render(source("name: N\nsections:\n  A:\n    - אב\n    - \ue123\n"))
    hints = [d.hint for d in outcome.sink.diagnostics if d.code.number == "CV604"]
    assert [hint is not None and "--scripts" in hint for hint in hints] == [True, False]


@pytest.mark.parametrize("ranges", ["3041-3094 309B-309E 30A1-30F6 30FB-30FE 4E00-76FF", "7700-9FA5", "AC00-D7A3"])
def test_chinese_japanese_korean_read_back(ranges: str) -> None:
    """Of the fallback's characters every third, in a CV; `python -m tools.characters` tries all."""
    sample = printed(code_points(ranges))[::3]
    lines = ["".join(sample[at : at + 400]) for at in range(0, len(sample), 400)]
    outcome = render(source(f"name: N\nsections:\n  A: {json.dumps(lines, ensure_ascii=False)}\n"))
    assert outcome.pdf
    assert outcome.sink.diagnostics == []
    shown = "".join(Pdf(outcome.pdf).text.split())
    assert [c for c in sample if c not in shown] == []


def test_every_kind_of_contact_has_an_icon_that_is_drawn() -> None:
    users = {"mastodon": "'@me@example.org'", "orcid": "0000-0002-1825-0097"}
    profiles = "".join(f"  {network}: {users.get(network, 'me1')}\n" for network in NETWORKS)
    contacts = "email: me@example.org\nphone: +49 30 123456\nwebsite: https://me.example.org\naddress: Here\n"
    yaml = f"name: N\n{contacts}profiles:\n{profiles}theme: {{name: turing, contacts: icons}}\n"
    outcome = render(source(yaml))
    assert outcome.pdf, outcome.sink.diagnostics
    assert outcome.tex
    assert outcome.sink.diagnostics == []
    kinds = {*NETWORKS, "email", "phone", "website", "address"}
    assert kinds - set(re.findall(r"\\cvdeclareicon\{([^}]*)\}", outcome.tex.preamble)) == set()
    icons = [name for name in Pdf(outcome.pdf).drawn_fonts() if "CvbuildIcons" in name or "CvbuildBrands" in name]
    assert len(icons) == len(kinds)
