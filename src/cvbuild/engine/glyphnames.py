"""Makes Adobe's list of glyph names small: Tectonic reads all of it for every CV.

The PDF tells which characters the glyphs of a font stand for. Where the font itself
does not tell, as for ligatures and for the old fonts of mathematics, that is found
in this list, by the name of the glyph. Of its 4281 names the fonts of the bundle
have a third.

`install` runs this file with fontTools on the path, and hands it the folder (as
JSON) on standard input.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LIST = "glyphlist.txt"


def trim(bundle: Path) -> None:
    """Take out of the list in this folder what none of its fonts has."""
    needed = {name for file in bundle.iterdir() for name in _glyphs(file)}
    file = bundle / LIST
    lines = file.read_text(encoding="ascii").splitlines(keepends=True)
    file.write_text("".join(kept(lines, needed)), encoding="ascii", newline="\n")


def kept(lines: Iterable[str], glyphs: Iterable[str]) -> Iterator[str]:
    """The lines for the parts of these names, and the comments, which hold the licence.

    A name is made of parts: ``f_i.sc`` stands for f and i (Adobe Glyph List Specification, section 2).
    """
    parts = {part for glyph in glyphs for part in glyph.partition(".")[0].split("_")}
    return (line for line in lines if line.startswith("#") or line.partition(";")[0] in parts)


def _glyphs(file: Path) -> Iterable[str]:
    from fontTools import t1Lib, ttLib  # type: ignore[import-not-found,import-untyped,unused-ignore]

    if file.suffix in {".ttf", ".otf"}:
        return list(ttLib.TTFont(file, lazy=True).getGlyphOrder())
    if file.suffix == ".pfb":
        font = t1Lib.T1Font(str(file))
        font.parse()
        return list(font["CharStrings"])
    return ()


if __name__ == "__main__":
    trim(Path(json.load(sys.stdin)))
