"""Commands of LaTeX, and of biblatex, that fields of .bib files use, and what they do with their arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cvbuild.formulas import check_math
from cvbuild.text import Code, Emph, Inline, Math, Str, Strong, plain

Body = tuple[Inline, ...]


def _strong(body: Body) -> Body:
    return (Strong(body),) if body else ()


def _emph(body: Body) -> Body:
    # emphasis inside emphasis stands upright; one level is all that is kept
    return (Emph(body),) if body else ()


def _code(body: Body) -> Body:
    text = plain(body)
    return (Code(text),) if text.strip() else body


def _same(body: Body) -> Body:
    return body


def _around(left: str, right: str) -> Callable[[Body], Body]:
    return lambda body: (Str(left), *body, Str(right))


def _upper(body: Body) -> Body:
    return tuple(Str(node.text.upper()) if isinstance(node, Str) else node for node in body)


def _lower(body: Body) -> Body:
    return tuple(Str(node.text.lower()) if isinstance(node, Str) else node for node in body)


def raised(sign: str) -> Callable[[Body], Body]:
    """A function that sets words above (`^`) or below (`_`) the line."""

    def set_words(body: Body) -> Body:
        text = plain(body)
        if text in ("*", "†", "‡", "§", "¶", "‖", "#"):  # behind names
            return (Str(text),)
        tex = f"{sign}{{{text}}}" if text.isdecimal() and text.isascii() else f"{sign}{{\\text{{{text}}}}}"
        return (Math(tex),) if text.strip() and check_math(tex) is None else body

    return set_words


ONE: Final[Mapping[str, Callable[[Body], Body]]] = {
    **dict.fromkeys(("emph", "textit", "textsl", "mkbibemph", "mkbibitalic", "textem", "italic"), _emph),
    **dict.fromkeys(("textbf", "mkbibbold", "strong"), _strong),
    **dict.fromkeys(("texttt", "code"), _code),
    **dict.fromkeys(
        ("textsc", "textsf", "textrm", "textnormal", "textup", "textmd", "textlf", "text", "mbox", "hbox", "fbox",
         "underline", "uline", "ul", "nolinkurl", "bibnamefont", "bibfnamefont", "BibitemShut", "bibstring", "ul",
         "mkbibnamefamily", "mkbibnamegiven", "textcyr", "foreignquote", "NoCaseChange", "capitalize", "title"),
        _same,
    ),
    **dict.fromkeys(("enquote", "mkbibquote"), _around("“", "”")),
    "mkbibparens": _around("(", ")"),
    "mkbibbrackets": _around("[", "]"),
    **dict.fromkeys(("MakeUppercase", "uppercase", "MakeTextUppercase"), _upper),
    **dict.fromkeys(("MakeLowercase", "lowercase", "MakeTextLowercase"), _lower),
    **dict.fromkeys(("textsuperscript", "mkbibsuperscript"), raised("^")),
    "textsubscript": raised("_"),
    **dict.fromkeys(("footnote", "thanks"), _around(" (", ")")),
}  # fmt: skip
"""What commands with one argument do with it."""
TWO: Final = {"texorpdfstring": 0, "textcolor": 1, "bibinfo": 1, "bibfield": 1, "foreignlanguage": 1, "noopsort": 1,
               "NoopSort": 1, "SortNoop": 1, "switchargs": 1, "hyperlink": 1, "raisebox": 1, "scalebox": 1}  # fmt: skip
"""Commands with two arguments, and which of them prints."""
DROPPED: Final = frozenset(("hspace", "vspace", "color", "label", "noopsort", "NoopSort", "SortNoop", "natexlab",
                             "printfirst", "fontsize", "selectlanguage", "phantom", "vphantom", "hphantom"))  # fmt: skip
"""Commands that print nothing of their argument. ``\\noopsort`` is used with one argument and with two."""
SILENT: Final = frozenset(
    ("relax", "protect", "noindent", "unskip", "ignorespaces", "xspace", "null", "allowbreak", "nobreak", "rm", "sf",
     "normalfont", "rmfamily", "sffamily", "upshape", "mdseries", "normalsize", "small", "footnotesize", "scriptsize",
     "tiny", "large", "Large", "displaystyle", "sc", "scshape", "hfill", "break", "sloppy", "bgroup", "egroup",
     "par", "hyphenation", "leavevmode", "nolinebreak", "nocorr", "frenchspacing", "cyr", "aftergroup",
     "hskip", "begingroup", "endgroup", "newblock")
)  # fmt: skip
"""Commands without arguments that print nothing."""
SWITCHES: Final[Mapping[str, Callable[[Body], Body]]] = {
    **dict.fromkeys(("it", "em", "sl", "itshape", "slshape", "bfit"), _emph),
    **dict.fromkeys(("bf", "bfseries"), _strong),
    **dict.fromkeys(("tt", "ttfamily"), _code),
}
"""Commands that set the rest of their group."""
