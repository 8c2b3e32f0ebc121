r"""Makes the fonts of the bundle known to pdfTeX, whose fonts have no more than 256 characters.

`install` runs this as a program of its own, with fontTools on the path, and hands it a
plan (`Plan`, as JSON) on standard input. Each face becomes some fonts with the same letters
of ASCII, punctuation and ligatures in their lower half, and with 128 others in their upper
half, a *slice*. A text with "naïve" and "Москва" changes the slice twice, while everything
in ASCII is in whichever is current; so kerning works nearly everywhere, and hyphenation too.
The first slice is the encoding T1 of LaTeX; that of Cyrillic has the letters of Russian where
T2A has them. What is made:

    NAME-SLICE.tfm    the metrics, without the ligatures of TeX (--, '', ?`)
    *.enc             what glyphs the slots have; pdfTeX takes these from the same .ttf as others do
    cveightbit.map    which .enc and .ttf belong to a .tfm
    cveightbit.def    for the preamble: the names of the faces, and the slot of each character
    NAME.ttf          of fonts with cubic curves, which pdfTeX cannot read
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from cvbuild.engine.fonts import code_points
from cvbuild.engine.tfm import Box, Metrics, write_tfm


class Plan(TypedDict):
    """`faces` and `icons` are fonts as the preamble declares them, file:features; `characters` are ranges."""

    bundle: str
    out: str
    faces: list[str]
    icons: list[str]
    characters: str


# The lower half of all slices. The accents are where LaTeX expects them; ‘ and ’ are not, so
# that ` and ' are what they are.
_LOWER: dict[int, str] = {
    **dict(enumerate("\u02cb´ˆ˜¨˝˚ˇ˘¯˙¸˛‚‹›“”„«»–—‘’ıȷ")),
    0x20: "…",
    **{code: chr(code) for code in range(0x21, 0x7F)},
    0x7F: "•",
}
_LIGATURES = (0x1B, 0x1C, 0x1D, 0x1E, 0x1F)
_T1 = (
    "ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖŒØÙÚÛÜÝÞẞàáâãäåæçèéêëìíîïðñòóôõöœøùúûüýþß"
)
_RUSSIAN = {0x9C: "Ё", 0xBC: "ё", **{0xC0 + n: chr(0x410 + n) for n in range(64)}}
# What belongs together: Cyrillic, Greek, Vietnamese and Romanian, signs. What has no place there comes after.
_GROUPS: tuple[tuple[dict[int, str], str], ...] = (
    ({0x80 + n: character for n, character in enumerate(_T1)}, ""),
    (_RUSSIAN, "400-4FF"),
    ({}, "37E-3FF"),
    ({}, "110-111 128-129 168-169 1A0-1A1 1AF-1B0 218-21B 1EA0-1EF9 100-17F"),
    ({}, "A1-BF D7 F7 2010-2044 20AC 2116 2122 2190-2194 2202-2265 2070-22FF"),
)


def slices(characters: list[int]) -> list[dict[int, int]]:
    """The characters of each slice by their slots; of the upper halves, each holds what the others don't."""
    left = dict.fromkeys(c for c in sorted(characters) if c > 0x7F and chr(c) not in _LOWER.values())
    for fixed, _ in _GROUPS:
        for character in fixed.values():
            left.pop(ord(character), None)
    made = []
    for fixed, ranges in _GROUPS:
        made.append({slot: ord(c) for slot, c in fixed.items() if ord(c) in characters})
        _fill(made[-1], [c for c in dict.fromkeys(code_points(ranges)) if c in left], left)
    while left:
        made.append({})
        _fill(made[-1], list(left), left)
    lower = {slot: ord(character) for slot, character in _LOWER.items()}
    return [{**lower, **upper} for upper in made]


def _fill(upper: dict[int, int], wanted: list[int], left: dict[int, None]) -> None:
    free = [slot for slot in range(0x80, 0x100) if slot not in upper]
    for slot, character in zip(free, wanted, strict=False):
        upper[slot] = character
        del left[character]


@dataclass(frozen=True, slots=True)
class Face:
    """A font with some of its features on: how the preamble calls it, and how the files are called here."""

    key: str
    file: str
    features: frozenset[str]
    letterspace: float

    @classmethod
    def parse(cls, key: str) -> Face:
        """Read what stands in the preamble, such as "EBGaramond-Regular.ttf:+smcp;+lnum;letterspace=6"."""
        file, _, options = key.partition(":")
        features = frozenset(option[1:] for option in options.split(";") if option.startswith("+"))
        space = re.search(r"letterspace=([\d.]+)", options)
        return cls(key, file, features | {"liga"}, float(space[1]) / 100 if space else 0.0)

    @property
    def name(self) -> str:
        """What the files are called."""
        return "cv-" + re.sub(r"\W+", "-", f"{Path(self.file).stem} {self.key.partition(':')[2]}").strip("-").lower()


class Font:
    """A TrueType font, with the eyes of TeX."""

    def __init__(self, file: Path) -> None:
        from fontTools.ttLib import TTFont  # type: ignore[import-not-found,import-untyped,unused-ignore]

        self.ttf: Any = TTFont(file)
        self.em: int = self.ttf["head"].unitsPerEm
        self.cmap: dict[int, str] = self.ttf.getBestCmap()
        self._boxes: dict[str, Box] = {}
        self._kerns = list(self._pairs())

    def lookups(self, table: str, features: frozenset[str]) -> list[Any]:
        """The lookups of features, in the order in which they work, for text in no particular language."""
        if table not in self.ttf:
            return []
        of = self.ttf[table].table
        (script,) = (s.Script for s in of.ScriptList.ScriptRecord if s.ScriptTag in {"latn", "DFLT"} and _chosen(of, s))
        records = [of.FeatureList.FeatureRecord[n] for n in script.DefaultLangSys.FeatureIndex]
        numbers = {n for record in records if record.FeatureTag in features for n in record.Feature.LookupListIndex}
        return [of.LookupList.Lookup[n] for n in sorted(numbers)]

    def box(self, glyph: str, letterspace: float) -> Box:
        """The measures of a glyph."""
        if glyph not in self._boxes:
            advance = self.ttf["hmtx"][glyph][0]
            outline = self.ttf["glyf"][glyph]
            low, high, right = (getattr(outline, side, 0) for side in ("yMin", "yMax", "xMax"))
            sizes = (advance, max(high, 0), max(-low, 0), max(right - advance, 0))
            self._boxes[glyph] = Box(*(size / self.em for size in sizes))
        box = self._boxes[glyph]
        return Box(box.width + letterspace, box.height, box.depth, box.italic) if box.width else box

    def substitute(self, features: frozenset[str]) -> tuple[dict[str, str], dict[tuple[str, ...], str]]:
        """What features make of single glyphs, and what ligatures they make of glyphs that meet."""
        singles: dict[str, str] = {}
        ligatures: dict[tuple[str, ...], str] = {}
        for lookup in self.lookups("GSUB", features):
            for table in map(_plain, lookup.SubTable):
                if table.LookupType == 1:
                    singles = {old: table.mapping.get(new, new) for old, new in singles.items()} | {
                        old: new for old, new in table.mapping.items() if old not in singles
                    }
                elif table.LookupType == 4:
                    for first, sets in table.ligatures.items():
                        for each in sets:
                            ligatures.setdefault((first, *each.Component), each.LigGlyph)
        return singles, ligatures

    def kerns(self, left: str, rights: Mapping[int, str]) -> dict[int, float]:
        """The space between a glyph and others, where there is any, by their slots."""
        row: dict[int, float] = {}
        for lookup in self._kerns:
            tables = [of for coverage, of in lookup if left in coverage]
            for slot, right in rights.items():
                for of in tables:
                    if (value := of(left, right)) is not None:
                        if value:
                            row[slot] = row.get(slot, 0.0) + value / self.em
                        break
        return row

    def _pairs(self) -> Iterator[list[tuple[frozenset[str], Callable[[str, str], int | None]]]]:
        for lookup in self.lookups("GPOS", frozenset({"kern"})):
            tables = [table for table in map(_plain, lookup.SubTable) if table.LookupType == 2]
            yield [
                (frozenset(table.Coverage.glyphs), _by_pair(table) if table.Format == 1 else _by_class(table))
                for table in tables
            ]


def _chosen(of: Any, script: Any) -> bool:
    tags = {record.ScriptTag for record in of.ScriptList.ScriptRecord}
    return bool(script.ScriptTag == ("latn" if "latn" in tags else "DFLT"))


def _plain(table: Any) -> Any:
    return table.ExtSubTable if hasattr(table, "ExtSubTable") else table


def _advance(value: Any) -> int:
    return int(getattr(value, "XAdvance", 0) or 0)


def _by_pair(table: Any) -> Callable[[str, str], int | None]:
    rows = {
        left: {record.SecondGlyph: _advance(record.Value1) for record in pairs.PairValueRecord}
        for left, pairs in zip(table.Coverage.glyphs, table.PairSet, strict=True)
    }
    return lambda left, right: rows[left].get(right)


def _by_class(table: Any) -> Callable[[str, str], int | None]:
    lefts, rights = table.ClassDef1.classDefs, table.ClassDef2.classDefs
    rows = [[_advance(record.Value1) for record in row.Class2Record] for row in table.Class1Record]
    return lambda left, right: rows[lefts.get(left, 0)][rights.get(right, 0)]


@dataclass(slots=True)
class Made:
    """What the files with one for all are made of."""

    out: Path
    faces: list[str] = field(default_factory=list)
    characters: list[str] = field(default_factory=list)
    maps: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)  # glyph names → what they stand for

    def font(self, name: str, file: str, postscript: str, glyphs: Mapping[int, str], metrics: Metrics) -> None:
        """Write the metrics and the encoding of one font, and map it to its file."""
        (self.out / f"{name}.tfm").write_bytes(write_tfm(metrics))
        listed = "".join(f"/{glyphs.get(slot, '.notdef')}\n" for slot in range(256))
        encoding = "cv-" + hashlib.sha256(listed.encode()).hexdigest()[:8]
        (self.out / f"{encoding}.enc").write_text(f"/{encoding} [\n{listed}] def\n", "ascii", newline="\n")
        self.maps.append(f"{name} {postscript} <{encoding}.enc <{file}\n")

    def stands_for(self, glyph: str, words: str) -> None:
        """Tell pdfTeX what whoever copies a glyph gets. Of two that share a glyph, the first is told."""
        self.words.setdefault(glyph, " ".join(f"{ord(c):04X}" for c in words))

    def finish(self) -> None:
        """Write the files with one for all."""
        (self.out / "cveightbit.map").write_text("".join(self.maps), "ascii", newline="\n")
        words = [f"\\pdfglyphtounicode{{{glyph}}}{{{words}}}\n" for glyph, words in sorted(self.words.items())]
        lines = [*self.faces, *self.characters, *words]
        text = "% Made by cvbuild.engine.eightbit for pdfTeX.\n" + "".join(lines)
        (self.out / "cveightbit.def").write_text(text, "utf-8", newline="\n")


def make_faces(plan: Plan, made: Made) -> None:
    """The fonts of text."""
    faces = [Face.parse(key) for key in plan["faces"]]
    fonts = {face.file: Font(Path(plan["bundle"]) / face.file) for face in faces}
    known = {c for font in fonts.values() for c in font.cmap}
    layout = slices([c for c in code_points(plan["characters"]) if c in known and _printed(c)])
    for face in faces:
        made.faces.append(f"\\cv@eightface{{{face.key}}}{{{face.name}}}\n")
        _make_face(face, fonts[face.file], layout, made)
    lower = {ord(character) for character in _LOWER.values()}
    made.faces.append(f"\\cv@eightslices{{{len(layout)}}}\n")
    for number, characters in enumerate(layout):
        for slot, character in sorted(characters.items()):
            if character > 0x7F and (number == 0 or character not in lower):
                where = "" if character in lower else str(number)
                made.characters.append(
                    f"\\cv@eightcharacter{{{where}}}{{{slot:02X}}}{{{character:04X}}}{{{chr(character)}}}\n"
                )


def _printed(character: int) -> bool:
    """Whether a character is in a font; the invisible ones, and the usual spaces, are LaTeX's affair."""
    return character not in {0x20, 0xA0} and unicodedata.category(chr(character)) not in {"Zl", "Zp", "Cf", "Cc"}


def _make_face(face: Face, font: Font, layout: list[dict[int, int]], made: Made) -> None:
    singles, ligatures = font.substitute(face.features)
    postscript = font.ttf["name"].getDebugName(6)
    for number, characters in enumerate(layout):
        glyphs: dict[int, str] = {}
        names: dict[int, str] = {}
        for slot, character in characters.items():
            if character in font.cmap:
                plain = font.cmap[character]
                glyphs[slot] = singles.get(plain, plain)
                # A name by number is looked up in the font, and is what pdfTeX says the glyph stands for.
                names[slot] = f"uni{character:04X}" if glyphs[slot] == plain else glyphs[slot]
                if glyphs[slot] != plain:
                    made.stands_for(glyphs[slot], chr(character))
        joined = _join(glyphs, ligatures if not face.letterspace else {})
        for slot, (glyph, words) in joined.glyphs.items():
            glyphs[slot] = names[slot] = glyph
            made.stands_for(glyph, "".join(chr(characters[s]) for s in words))
        slant = math.tan(math.radians(-font.ttf["post"].italicAngle))
        space = font.ttf["hmtx"][font.cmap[0x20]][0] / font.em + face.letterspace
        x_height = font.ttf["OS/2"].sxHeight / font.em
        metrics = Metrics(
            boxes={slot: font.box(glyph, face.letterspace) for slot, glyph in sorted(glyphs.items())},
            parameters=(slant, space, space / 2, space / 3, x_height, 1.0, space / 3),
            kerns={slot: font.kerns(glyph, glyphs) for slot, glyph in glyphs.items()},
            ligatures=joined.pairs,
            at_end=-face.letterspace,
        )
        made.font(f"{face.name}-{number}", face.file, postscript, names, metrics)


@dataclass(slots=True)
class _Joined:
    """Ligatures: their slots, with glyph and the slots of the letters; and what two that meet become."""

    glyphs: dict[int, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    pairs: dict[tuple[int, int], int] = field(default_factory=dict)


def _join(glyphs: Mapping[int, str], ligatures: Mapping[tuple[str, ...], str]) -> _Joined:
    """Give ligatures slots, and let them grow letter by letter, as TeX does it: ffi is ff and i."""
    slot_of = {glyph: slot for slot, glyph in sorted(glyphs.items(), reverse=True)}
    free = iter(_LIGATURES)
    joined = _Joined()
    made: dict[tuple[str, ...], int] = {}
    for letters, glyph in sorted(ligatures.items(), key=lambda item: (len(item[0]), item[0])):
        before = made.get(letters[:-1]) if len(letters) > 2 else slot_of.get(letters[0])
        if before is None or any(letter not in slot_of for letter in letters):
            continue
        made[letters] = slot = next(free)
        joined.glyphs[slot] = (glyph, tuple(slot_of[letter] for letter in letters))
        joined.pairs[before, slot_of[letters[-1]]] = slot
    return joined


def make_icons(plan: Plan, made: Made) -> None:
    """The fonts of icons: no letters, and up to 256 icons."""
    for key in plan["icons"]:
        face = Face.parse(key)
        file = f"{face.name}.ttf"
        _with_quadratic_curves(Path(plan["bundle"]) / face.file, made.out / file)
        font = Font(made.out / file)
        slot_of: dict[str, int] = {}
        names: dict[int, str] = {}
        for character, glyph in sorted(font.cmap.items()):
            if character > 0xFF:
                slot = slot_of.setdefault(glyph, len(slot_of))
                names.setdefault(slot, f"uni{character:04X}")
                made.characters.append(f"\\cv@eighticon{{{face.key}}}{{{slot:02X}}}{{{character:04X}}}\n")
        boxes = {slot: font.box(glyph, 0.0) for glyph, slot in slot_of.items()}
        made.faces.append(f"\\cv@eightface{{{face.key}}}{{{face.name}}}\n")
        metrics = Metrics(boxes, (0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.0))
        made.font(f"{face.name}-0", file, font.ttf["name"].getDebugName(6), names, metrics)


def _with_quadratic_curves(source: Path, target: Path) -> None:
    """Make a TrueType font of one with cubic curves, closer to it than a thousandth of an em."""
    from fontTools.fontBuilder import FontBuilder  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from fontTools.pens.transformPen import TransformPen  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found,import-untyped,unused-ignore]

    old = TTFont(source)
    scale = 2048 / old["head"].unitsPerEm
    drawn = old.getGlyphSet()
    outlines = {}
    for glyph in old.getGlyphOrder():
        pen = TTGlyphPen(None)
        drawn[glyph].draw(TransformPen(Cu2QuPen(pen, 1.0, reverse_direction=True), (scale, 0, 0, scale, 0, 0)))
        outlines[glyph] = pen.glyph()
    new = FontBuilder(2048, isTTF=True)
    new.setupGlyphOrder(old.getGlyphOrder())
    new.setupCharacterMap(old.getBestCmap())
    new.setupGlyf(outlines)
    widths = {glyph: round(old["hmtx"][glyph][0] * scale) for glyph in outlines}
    new.setupHorizontalMetrics(
        {
            glyph: (widths[glyph], new.font["glyf"][glyph].xMin if outlines[glyph].numberOfContours else 0)
            for glyph in outlines
        }
    )
    new.setupHorizontalHeader(ascent=round(old["hhea"].ascent * scale), descent=round(old["hhea"].descent * scale))
    new.setupOS2(version=3)
    new.setupPost()
    new.font["name"] = old["name"]
    new.font["head"].created = new.font["head"].modified = old["head"].modified
    new.font.recalcTimestamp = False
    new.font["head"].fontRevision = old["head"].fontRevision
    new.save(target)


def make(plan: Plan) -> None:
    """Carry out the plan."""
    out = Path(plan["out"])
    out.mkdir(parents=True, exist_ok=True)
    made = Made(out)
    make_faces(plan, made)
    make_icons(plan, made)
    made.finish()


if __name__ == "__main__":
    make(json.load(sys.stdin))
