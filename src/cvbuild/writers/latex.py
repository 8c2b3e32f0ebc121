r"""Outline -> LaTeX, the same for all engines: in UTF-8.

The fonts have none of TeX's ligatures (``--``, ``''``), so that only
TeX's ten special characters and a few kinds of space need care. Inlines become
macros that the preamble of the base theme defines; what they look like is the
theme's affair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from typing import ClassVar
from urllib.parse import quote

from cvbuild import scripts
from cvbuild.dates import PartialDate, When
from cvbuild.outline import Outline
from cvbuild.text import (
    Break,
    Cite,
    Code,
    Count,
    Date,
    Emph,
    Icon,
    Inline,
    Link,
    Mark,
    Math,
    Raw,
    Ref,
    Role,
    Str,
    Strong,
    Url,
    plain,
)
from cvbuild.theme import read_theme_file
from cvbuild.writers import bidi
from cvbuild.writers.base import Writer, Written

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\n": " ",
    "\t": " ",
    "\u00a0": "~",  # no-break space: stretches with its line
    "\u00ad": r"\-",  # soft hyphen
    "\u2009": r"\,",
    "\u202f": r"\,",  # narrow no-break space
    "\u200b": r"\hspace{0pt}",  # zero-width space: a place to break
    "\u205f": r"\,",  # a space of formulas, which text fonts lack
    "\r": " ",
    "\u0085": r"\cvbreak{}",  # next line
    "\u2028": r"\cvbreak{}",
    "\u2029": r"\cvbreak{}",
    "\u06f6": "\\cvactual{\u06f6}{\u06f6}",  # XeTeX's readers see another figure
    # Signs without ink, of which nothing is lost on paper: the word joiner (TeX breaks only at spaces and hyphens
    # anyway), directions (writers.bidi finds them by itself), what says how formulas are meant, and which of its
    # two forms an emoji shall have (there is one).
    **dict.fromkeys("\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
    **dict.fromkeys("\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f\ufe0e\ufe0f", ""),
}
_TABLE = str.maketrans(SPECIAL)
_NO_BREAK = "\u00a0"
# TeX finds no place to break in an address; it is shown one behind each of these signs.
_LONG_WORD = re.compile(r"\S{26,}")
_SPLIT = re.compile(r"(?<=[/._\-=&?])(?<!//)(?=\w)")
# What is no word of any language, and may end anywhere; TeX's engines fail on the longest ones (1000 letters).
_ENDLESS = re.compile(r"\w{61,}")
_PIECE = re.compile(r"\w{6}(?=\w)")
_SPLIT_HERE = r"\cvsplit{}"
# Writes to the log alone, at once. Whatever takes a text apart before it sets it leaves it whole.
_PROBE = r"\protected\def\cvprobe#1{\immediate\write-1{@cvprobe #1}}"
_HERE = "\ue000"  # not a character of any text: stands for \cvsplit{} while the rest is escaped
# Characters that may stand in a link as they are; "%" because addresses come percent-encoded.
_URL_SAFE = "!$'()*+,-./:;=?@[]_|~&#%"


class LatexWriter(Writer):
    """Writes LaTeX."""

    syntax: ClassVar[Mapping[str, str]] = {
        "block_start_string": "<%",
        "block_end_string": "%>",
        "variable_start_string": "<<",
        "variable_end_string": ">>",
        "comment_start_string": "<#",
        "comment_end_string": "#>",
    }
    longest_line = 20_000  # XeTeX reads lines of 200,000 bytes at the most

    def document(self, outline: Outline, pages: int | None = None) -> Written:
        r"""Everything behind the preamble, up to ``\end{document}``."""
        written = self.write("cv.tex", outline, pages=pages)
        return replace(written, text=_PROBE + written.text) if self.probing else written

    def preamble(self) -> str:
        r"""The static preamble of the theme: the nearest ``preamble.tex`` of its chain."""
        for folder in self.theme.folders:
            with suppress(FileNotFoundError):
                return read_theme_file(folder / "preamble.tex", folder, self.files)
        raise FileNotFoundError("preamble.tex")

    def escape(self, text: str) -> str:  # noqa: D102
        if scripts.foreign(text):
            return self._mixed((Str(text),))
        if len(text) > 25 and _HERE not in text:
            text = _LONG_WORD.sub(lambda found: _SPLIT.sub(_HERE, found[0]), text)
            text = _ENDLESS.sub(lambda found: _PIECE.sub(rf"\g<0>{_HERE}", found[0]), text)
            return text.translate(_TABLE).replace(_HERE, _SPLIT_HERE)
        return text.translate(_TABLE)

    def when(self, value: When | PartialDate) -> str:
        """A date, in the theme's way. It is broken between its parts only: behind a dash or a comma."""
        joined = super().when(value).replace(" ", _NO_BREAK)
        separator = self.date_style.separator.replace(" ", _NO_BREAK)
        for between in {separator, f",{_NO_BREAK}"}:
            joined = joined.replace(
                between, between.rstrip(_NO_BREAK) + " " if between.endswith(_NO_BREAK) else between
            )
        return joined

    # --- text of other scripts ---

    _right: bool | None = None  # whether the text that is being written runs from right to left; None: not yet known

    def inlines(self, body: Iterable[Inline]) -> str:  # noqa: D102
        body = tuple(body)
        if self._right is not None:
            return self._mixed(body)
        written = super().inlines(body)
        # Each inline is right by itself; which of two comes first is known to both of them only.
        return self._mixed(body) if len(body) > 1 and r"\cvrtl{" in written else written

    def _mixed(self, body: tuple[Inline, ...]) -> str:
        """Inlines of several scripts, in the order in which they stand on the line."""
        words = plain(body)
        if not bidi.has_right(words):
            return "".join([self._runs(n.text) if isinstance(n, Str) else self.inline(n) for n in body])
        outside = self._right
        self._right = right = bidi.runs_right(words) if outside is None else outside
        try:
            return self._in_order(body, right)
        finally:
            self._right = outside

    def _in_order(self, body: tuple[Inline, ...], right: bool) -> str:
        pieces: list[str | Inline] = []
        for node in body:
            pieces += node.text if isinstance(node, Str) else [node]
        kinds = [
            kind
            for node in body
            for kind in (bidi.kinds_of(node.text) if isinstance(node, Str) else [self._kind(node, right)])
        ]
        written = ""
        leveled = zip(bidi.levels(kinds, right), pieces, strict=True)
        for inside, group in groupby(leveled, lambda item: item[0] > 0):
            part = ""
            for level, inner in groupby(group, lambda item: item[0]):
                text = ""
                for single, run in groupby((piece for _, piece in inner), lambda piece: isinstance(piece, str)):
                    if single:
                        text += self._runs("".join(map(str, run)), turned=level == 1)
                    else:
                        text += "".join(self._in_place(node, level) for node in run if not isinstance(node, str))
                part += rf"\cvltr{{{text}}}" if level == 2 else text
            written += rf"\cvrtl{{{part}}}" if inside else part
        return written

    def _kind(self, node: Inline, right: bool) -> str:
        """What an inline counts as. A mark goes with the name before it, whatever follows."""
        return "M" if isinstance(node, Mark) else bidi.kind(plain((node,)), right)

    def _in_place(self, node: Inline, level: int) -> str:
        """An inline. The ends of a link would be swapped in text that is turned around, so it is turned back."""
        turned = level == 1 and isinstance(node, Link | Ref)
        return rf"\cvltr{{{self.inline(node)}}}" if turned else self.inline(node)

    def _runs(self, text: str, turned: bool = False) -> str:
        r"""Text of one direction, each run marked with its script."""
        written = ""
        for script, run in scripts.pieces(scripts.taken_apart(text)):
            if script is None:
                # Engines turn whole words around, but not the signs inside a word of a font for Latin.
                if turned:
                    signs = re.split(r"(?<=\S)(?=\S)", bidi.mirrored(run))
                    written += r"\cvapart{}".join(sign.translate(_TABLE) for sign in signs)
                else:
                    written += self.escape(run)
            elif script in scripts.SIGNS:
                written += rf"\cvscript{script}{{{scripts.deciding(run)}}}{{{run.translate(_TABLE)}}}"
            else:
                words = run.translate(_TABLE)
                if script in scripts.REORDERED:
                    words = re.sub(r"[^ ~]+", r"\\cvword{\g<0>}", words)
                written += rf"\cvscript{script}{{{words}}}"
        return written

    def broken(self, line: str) -> list[str]:  # noqa: D102
        out: list[str] = []
        while len(line) > self.longest_line and not re.search(r"(?<!\\)%", line):  # behind it, a line is a comment
            blank = line.rfind(" ", 1, self.longest_line)
            split = line.rfind(_SPLIT_HERE, 0, self.longest_line)
            if split > blank:
                end = split + len(_SPLIT_HERE)
                out.append(line[:end] + "%")
                line = line[end:]
            elif blank > 0 and line[blank - 1] != "\\":
                out.append(line[:blank])
                line = line[blank + 1 :]
            else:
                break
        return [*out, line]

    def probe(self, number: int) -> str:  # noqa: D102
        return rf"\cvprobe{{{number}}}"

    def comment(self, words: str) -> str:  # noqa: D102
        return "%" + words

    def url(self, url: Url) -> str:
        """An address inside ``\\href{…}``, which may itself stand in the argument of a macro."""
        href = quote(url.href, safe=_URL_SAFE)
        return re.sub(r"[%#&~_]", lambda found: "\\" + found[0] if found[0] in "%#&_" else r"\string~", href)

    def inline(self, node: Inline) -> str:  # noqa: D102
        match node:
            case Strong(body):
                return rf"\cvstrong{{{self.inlines(body)}}}"
            case Emph(body):
                return rf"\cvemph{{{self.inlines(body)}}}"
            case Code(text):
                return rf"\cvcode{{{self.escape(text)}}}"
            case Math(tex):
                return f"${tex}$"
            case Raw(tex, span):
                return self.probed(span) + _closed(tex)
            case Break():
                return r"\cvbreak{}"
            case Link(url, body):
                return rf"\href{{{self.url(url)}}}{{\cvlink{{{self.inlines(body)}}}}}"
            case Ref(target, body):
                return rf"\cvref{{{target}}}{{{self.inlines(body)}}}"
            case Role(name, body):
                return rf"\cvrole{{{name}}}{{{self.inlines(body)}}}"
            case Mark(symbol):
                return rf"\cvmark{{{self.escape(symbol)}}}"
            case Icon(kind, label):
                return rf"\cvlinkicon{{{kind}}}{{{self.escape(label)}}}"
            case Date(value):
                return self.escape(self.when(value))
            case Count(name):
                return self.escape(f"[#{name}]")  # where nothing is counted
            case Cite():
                raise TypeError("a citation was not resolved")
        raise TypeError(f"cannot write {type(node).__name__}")


def _closed(tex: str) -> str:
    """LaTeX of the user. A comment in its last line ends with it: what follows is not the user's."""
    return tex + "\n" if re.search(r"(?<!\\)(?:\\\\)*%[^\n]*\Z", tex) else tex
