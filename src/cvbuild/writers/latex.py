r"""Outline -> LaTeX, the same for all engines: in UTF-8.

The fonts have none of TeX's ligatures (``--``, ``''``), so that only
TeX's ten special characters and a few kinds of space need care. Inlines become
macros that the preamble of the base theme defines; what they look like is the
theme's affair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from cvbuild.outline import Outline
from cvbuild.text import Break, Cite, Code, Date, Emph, Inline, Link, Mark, Math, Ref, Role, Strong, Url
from cvbuild.writers.base import Writer, Written

_SPECIAL = {
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
    "\u2060": "",  # word joiner: TeX breaks only at spaces and hyphens anyway
    "\u2028": r"\cvbreak{}",
    "\u2029": r"\cvbreak{}",
}
_TABLE = str.maketrans(_SPECIAL)
# TeX finds no place to break in an address; it is shown one behind each of these signs.
_LONG_WORD = re.compile(r"\S{26,}")
_SPLIT = re.compile(r"(?<=[/._\-=&?])(?<!//)(?=\w)")
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

    def document(self, outline: Outline, pages: int | None = None) -> Written:
        r"""Everything behind the preamble, up to ``\end{document}``."""
        return self.write("cv.tex", outline, pages=pages)

    def preamble(self) -> str:
        r"""The static preamble of the theme: the nearest ``preamble.tex`` of its chain."""
        for folder in self.theme.folders:
            path = folder / "preamble.tex"
            if path.is_file():
                return path.read_text(encoding="utf-8")
        raise FileNotFoundError("preamble.tex")

    def escape(self, text: str) -> str:  # noqa: D102
        if len(text) > 25 and _HERE not in text:
            text = _LONG_WORD.sub(lambda found: _SPLIT.sub(_HERE, found[0]), text)
            return text.translate(_TABLE).replace(_HERE, r"\cvsplit{}")
        return text.translate(_TABLE)

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
            case Date(value):
                return self.escape(self.when(value))
            case Cite():
                raise TypeError("a citation was not resolved")
        raise TypeError(f"cannot write {type(node).__name__}")
