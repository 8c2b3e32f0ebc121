"""The folder of TeX's files: those that are made and not taken from a package, and the formats' sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cvbuild.engine.parts import sha256_of

_LANGUAGES = """\
english hyphen.tex
=usenglish
=USenglish
=american
dumylang dumyhyph.tex
nohyphenation zerohyph.tex
"""

# LaTeX's own default is Latin Modern, which is not in the bundle: our families stand in for it.
_STAND_INS = {
    "lmr": ("EBGaramond-Regular", "EBGaramond-Bold", "EBGaramond-Italic", "EBGaramond-BoldItalic"),
    "lmss": ("SourceSans3-Regular", "SourceSans3-Bold", "SourceSans3-Italic", "SourceSans3-BoldItalic"),
    "lmtt": ("NotoSansMono-Regular", "NotoSansMono-Bold", "NotoSansMono-Regular", "NotoSansMono-Bold"),
}


def derive(bundle: Path) -> None:
    """Write the files of the bundle that are made, not taken."""
    (bundle / "language.dat").write_text(_LANGUAGES, encoding="ascii")
    fonts = sorted(file.stem for file in bundle.glob("*.pfb"))
    _write(bundle / "pdftex.map", (f"{font} {font.upper()} <{font}.pfb\n" for font in fonts))
    for unused in ("kanjix.map", "ckx.map"):
        (bundle / unused).touch()
    # hyperref loads this font to mark links in XeTeX, and never prints it.
    (bundle / "pzdr.tfm").write_bytes((bundle / "cmr10.tfm").read_bytes())
    for family, faces in _STAND_INS.items():
        _write(bundle / f"tu{family}.fd", _font_definition(family, *faces))
    data = bundle / "UnicodeData.txt"
    _write(data, _trimmed_unicode(data.read_text(encoding="utf-8").splitlines(keepends=True)))


def list_files(bundle: Path) -> dict[str, str]:
    """Every file in the folder and the folders in it, with its SHA-256."""
    files = (file for file in bundle.rglob("*") if file.is_file())
    return {file.relative_to(bundle).as_posix(): sha256_of(file) or "" for file in sorted(files)}


def listing(files: Mapping[str, str]) -> str:
    """What `list_files` found, as bundle.lock holds it and `sha256sum --check` reads it."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files.items()))


def bundle_hash(files: Mapping[str, str]) -> str:
    """The SHA-256 of the listing, by which Tectonic tells one bundle from another."""
    return hashlib.sha256(listing(files).encode()).hexdigest()


def _write(file: Path, lines: Iterable[str]) -> None:
    file.write_text("".join(lines), encoding="utf-8", newline="\n")


def _font_definition(family: str, regular: str, bold: str, italic: str, bold_italic: str) -> Iterator[str]:
    yield f"\\ProvidesFile{{tu{family}.fd}}[cvbuild]\n\\DeclareFontFamily{{TU}}{{{family}}}{{}}\n"
    for series, shape, font in (("m", "n", regular), ("b", "n", bold), ("m", "it", italic), ("b", "it", bold_italic)):
        yield f'\\DeclareFontShape{{TU}}{{{family}}}{{{series}}}{{{shape}}}{{<->"[{font}.ttf]"}}{{}}\n'
    for alias, real in (("{bx}{n}", "b/n"), ("{bx}{it}", "b/it"), ("{m}{sl}", "m/it"), ("{b}{sl}", "b/it")):
        yield f"\\DeclareFontShape{{TU}}{{{family}}}{alias}{{<->ssub*{family}/{real}}}{{}}\n"


def _trimmed_unicode(lines: list[str]) -> list[str]:
    """UnicodeData.txt up to U+2FFF, where letter case ends, with the ligatures and the wide forms.

    That makes formats a third as large. An unassigned character every 4096 keeps
    the readers of the file from filling the gaps.
    """
    kept = {code: f"{code:04X};<cvbuild stub>;Co;0;L;;;;;N;;;;;\n" for code in range(0x3000, 0x110000, 0x1000)}
    for line in lines:
        code = int(line.split(";", 1)[0], 16)
        if code < 0x3000 or 0xFB00 <= code < 0xFB10 or 0xFF00 <= code < 0xFFF0:
            kept[code] = line
    return [line for _, line in sorted(kept.items())]


# A format is LaTeX, and perhaps a preamble, as an image of TeX's memory. XeTeX cannot
# put OpenType fonts into it: a preamble is read with Computer Modern selected, and the
# text fonts are selected again, but not loaded, afterwards. The characters of math
# beyond U+2FFF all become U+FFFD, which no math font has: that saves two thirds of the image.
_FORMAT = r"""\let\cvbuilddump\dump
\let\dump\relax
\input xelatex.ini
%s\count255="2FFF
\def\next{\Umathcodenum\count255="FFFD \ifnum\count255<"10FFFF \advance\count255 by 1 \expandafter\next\fi}
\next
\let\next\undefined
\let\dump\cvbuilddump
\let\cvbuildkeep\undefined
\errorstopmode
\dump
"""
_PREAMBLE = r"""\makeatletter
\let\cvbuildencoding\encodingdefault \let\cvbuildroman\rmdefault
\let\cvbuildsans\sfdefault \let\cvbuildmono\ttdefault
\def\encodingdefault{OT1}\def\rmdefault{cmr}\def\sfdefault{cmss}\def\ttdefault{cmtt}
\fontencoding{OT1}\fontfamily{cmr}\fontseries{m}\fontshape{n}\selectfont
\makeatother
%s
\makeatletter
\let\encodingdefault\cvbuildencoding
\def\cvbuildkeep#1#2#3{\def\next{#2}\ifx#1\next\let#1#3\fi}
\cvbuildkeep\rmdefault{cmr}\cvbuildroman
\cvbuildkeep\sfdefault{cmss}\cvbuildsans
\cvbuildkeep\ttdefault{cmtt}\cvbuildmono
\fontencoding\encodingdefault\fontfamily\familydefault
\makeatother
"""


def format_source(preamble: str | None) -> str:
    """The TeX file from which Tectonic makes a format: LaTeX alone, or with a preamble."""
    return _FORMAT % ("" if preamble is None else _PREAMBLE % preamble)
