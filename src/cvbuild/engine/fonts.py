"""Makes the fonts of the bundle small, and such that every character can be copied.

`install` runs this file as a script of its own, with fontTools on the path, and
hands it a plan (`Shape`, as JSON) on standard input. Tectonic reads a font ten
times over and computes its SHA-256 each time, so a font of half the size saves
a tenth of the time of a CV.

A PDF tells for each glyph which character it stands for. Where a font shows
several characters by one glyph, such as the hyphen and the non-breaking hyphen,
the last of them is what a reader would copy; so each gets a glyph of its own.
Glyphs without a character, such as the joined forms of Arabic, are known by their
names.
"""

from __future__ import annotations

import copy
import io
import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypedDict


class Shape(TypedDict):
    """What becomes of one font.

    The licences ask for another name: `names` replaces words of it. The letters of a
    `complex` script change their shapes by rules of the font, which know its glyphs.
    """

    file: str
    characters: str  # ranges of code points, such as "20-7E A0"
    icons: list[str]  # names of glyphs
    features: list[str]
    names: dict[str, str]
    complex: bool


def shape(plan: Shape) -> None:
    """Carry out the plan for one font, in its place."""
    from fontTools import subset  # type: ignore[import-not-found,import-untyped,unused-ignore]

    options = subset.Options(
        layout_features=plan["features"],
        hinting=False,
        glyph_names=True,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14],
        recalc_timestamp=False,
        drop_tables=["DSIG", "STAT", "gasp", "meta", "FFTM"],
    )
    font = subset.load_font(plan["file"], options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points(plan["characters"]), glyphs=plan["icons"])
    subsetter.subset(font)
    if plan["complex"]:
        font = _name_glyphs(font)
    elif "glyf" in font:
        _unshare(font)
        # pdfTeX reads no newer table; what came with version 4 are three flags that no TeX looks at.
        font["OS/2"].version = min(font["OS/2"].version, 3)
        font["OS/2"].fsSelection &= 0x7F
    if plan["names"]:
        _rename(font, plan["names"])
    subset.save_font(font, plan["file"], options)


def code_points(ranges: str) -> list[int]:
    """The code points of ranges such as "20-7E A0"."""
    found: list[int] = []
    for item in ranges.split():
        first, _, last = item.partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


def _unshare(font: Any) -> None:
    """Give every printed character a glyph of its own."""
    claimants = defaultdict(list)
    for character, glyph in font.getBestCmap().items():
        if unicodedata.category(chr(character)) not in {"Zs", "Cf"}:
            claimants[glyph].append(character)
    for glyph, characters in sorted(claimants.items()):
        for character in sorted(characters, key=_claim)[1:]:
            own = f"uni{character:04X}.own"
            font["glyf"][own] = copy.deepcopy(font["glyf"][glyph])
            font["hmtx"][own] = font["hmtx"][glyph]
            for table in font["cmap"].tables:
                if character in table.cmap:
                    table.cmap[character] = own
    font.setGlyphOrder(font["glyf"].glyphOrder)


def _name_glyphs(font: Any) -> Any:
    """The font with its glyphs named after the characters that they stand for, by the rules that lead to them.

    So joined forms, ligatures and conjuncts can be copied: programs find the characters in names such as
    uni0644_uni0627, by the rules of the Adobe Glyph List.
    """
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found,import-untyped,unused-ignore]

    words = {glyph: chr(character) for character, glyph in sorted(font.getBestCmap().items(), reverse=True)}
    names = {glyph: _glyph_name(_joined(letter)) for glyph, letter in words.items()}
    rules = list(_rules(font))
    while found := {
        to: [words[glyph] for glyph in of] for of, to in rules if to not in words and words.keys() >= set(of)
    }:
        words |= {glyph: "".join(letters) for glyph, letters in found.items()}
    order = font.getGlyphOrder()
    for number, glyph in enumerate(order):
        if glyph in words:
            names.setdefault(glyph, f"{_glyph_name(words[glyph])}.{number}")
    file = io.BytesIO()
    font.save(file)
    font = TTFont(file, recalcTimestamp=False)
    font.setGlyphOrder([names.get(glyph, glyph) for glyph in order])
    font["post"].extraNames, font["post"].mapping = [], {}
    return font


def _joined(letter: str) -> str:
    """The letters that a ligature stands for: XeTeX knows none with a character of its own, such as U+FB13."""
    compatible = unicodedata.decomposition(letter).startswith("<compat>")
    return unicodedata.normalize("NFKC", letter) if "\ufb00" <= letter <= "\ufb4f" and compatible else letter


def _glyph_name(text: str) -> str:
    return "_".join(f"uni{ord(letter):04X}" if letter <= "\uffff" else f"u{ord(letter):05X}" for letter in text)


def _rules(font: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """What becomes what in a font: some glyphs, one glyph."""
    lookups = font["GSUB"].table.LookupList if "GSUB" in font else None
    for table in (table for lookup in (lookups.Lookup if lookups else ()) for table in lookup.SubTable):
        table = getattr(table, "ExtSubTable", table)
        match type(table).__name__:
            case "SingleSubst":
                yield from (((of,), to) for of, to in table.mapping.items())
            case "AlternateSubst":
                yield from (((of,), to) for of, all_to in table.alternates.items() for to in all_to)
            case "LigatureSubst":
                yield from (
                    ((of, *to.Component), to.LigGlyph) for of, all_to in table.ligatures.items() for to in all_to
                )


def _claim(character: int) -> tuple[bool, int]:
    """Who keeps the glyph that others only borrow: a letter before a sign that stands for it."""
    return (unicodedata.normalize("NFKC", chr(character)) != chr(character), character)


def _rename(font: Any, names: dict[str, str]) -> None:
    """Replace words in the names of a font, but not in its copyright, trademark and licence."""

    def renamed(name: str) -> str:
        for old, new in names.items():
            name = name.replace(old, new)
        return name

    for record in font["name"].names:
        if record.nameID not in {0, 7, 13, 14}:
            record.string = renamed(record.toUnicode())
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [renamed(name) for name in cff.fontNames]
        for top in cff.topDictIndex:
            for key in {"FullName", "FamilyName"} & set(top.rawDict):
                setattr(top, key, renamed(getattr(top, key)))


if __name__ == "__main__":
    for each in json.load(sys.stdin):
        shape(each)
