r"""Text -> LaTeX for the fields of a .bib file; `latex` reads it back.

In UTF-8, with braces that are always balanced: BibTeX counts those of ``\{`` too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cvbuild.bibliography.latex import to_markdown
from cvbuild.bibliography.notes import Notes
from cvbuild.diagnostics import Sink
from cvbuild.markup import parse
from cvbuild.text import Break, Cite, Code, Emph, Inline, Link, Math, Raw, Str, Strong, Text, plain

_SIGNS: Final = {
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
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    '"': r"\textquotedbl{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "\u00a0": "~",
    "\u2009": r"\,",
}
_TYPED: Final = {"’": "'", "“": "``", "”": "''", "‘": "`", "–": "--", "—": "---"}
_TABLE: Final = str.maketrans(_SIGNS)
_TYPED_TABLE: Final = str.maketrans(_SIGNS | _TYPED)
# Signs that TeX's fonts would join to another one (`-` and `-`, ’ and ’, `?` and ‘), and what begins an address.
_LIGATURES: Final = re.compile(
    r"(?<=-)(?=-)|(?<=[’”])(?=[’”])|(?<=[‘“])(?=[‘“])|(?<=[–—-])(?=[–—-])|(?<=[!?])(?=[‘“])|(?<=,)(?=,)|(?<=:)(?=//)"
)
_BRACES: Final = re.compile(r"\\[\\$&%#_^~,]|\\?[{}]")
_ADDRESS_SIGNS: Final = re.compile(r"[%#&_$~]")
_HARD_IN_ADDRESS: Final = {"{": "%7B", "}": "%7D", "\\": "%5C"}

# A word that lower case would change: a capital behind its first letter, or a capital that stands alone.
_WORD: Final = re.compile(r"[^\s–—/-]+")
_INNER_CAPITAL: Final = re.compile(r"(?<=[^\W_])[A-Z\u00c0-\u00de\u0391-\u03a9\u0410-\u042f]|^[A-Z]$|[A-Z]\.?[A-Z]")
_SENTENCE: Final = re.compile(r"(?:^|[.:?!–—]\s+)\W*$")


def plain_to_tex(text: str) -> str:
    """Characters, of which each is to be read as itself."""
    return _balanced(_LIGATURES.sub("\0", text).translate(_TABLE).replace("\0", "{}"))


def text_to_tex(text: Text, *, title: bool = False) -> str:
    """Formatted text; the capitals of a `title` in braces, where a style would make them small."""
    written = ""
    for typed in (True, False):
        written = _balanced(_inlines(_protected(text.body) if title else text.body, typed))
        if parse(to_markdown(written, Notes()), Sink()).body == text.body:
            break
    return written


def address_to_tex(address: str) -> str:
    """An address, which is not escaped; what would unbalance the braces of the file is percent-encoded."""
    return "".join(_HARD_IN_ADDRESS.get(character, character) for character in address)


def _balanced(tex: str) -> str:
    r"""`tex`, its ``\{`` and ``\}`` spelled out if BibTeX would lose count of them."""
    depth = 0
    for found in _BRACES.finditer(tex):
        depth += found[0].endswith("{") - found[0].endswith("}")
        if depth < 0:
            break
    if not depth:
        return tex
    named = {r"\{": r"\textbraceleft{}", r"\}": r"\textbraceright{}"}
    formula = {r"\{": r"\lbrace ", r"\}": r"\rbrace "}
    pieces = re.split(r"((?<!\\)\$[^$]*(?<!\\)\$)", tex)
    return "".join(
        _BRACES.sub(lambda found, names=formula if i % 2 else named: names.get(found[0], found[0]), piece)
        for i, piece in enumerate(pieces)
    )


def _inlines(body: Iterable[Inline | _Kept], typed: bool) -> str:
    return "".join(_inline(node, typed) for node in body)


class _Kept:
    """A piece of a title whose capitals are to stay."""

    def __init__(self, node: Inline) -> None:
        self.node = node


def _inline(node: Inline | _Kept, typed: bool) -> str:
    match node:
        case _Kept():
            inner = _inline(node.node, typed)
            # "{\…}" would be a special character to BibTeX, in which letters change all the same
            return f"{{{{{inner}}}}}" if inner.startswith("\\") else f"{{{inner}}}"
        case Str(text):
            return _LIGATURES.sub("\0", text).translate(_TYPED_TABLE if typed else _TABLE).replace("\0", "{}")
        case Emph(body):
            return rf"\emph{{{_inlines(body, typed)}}}"
        case Strong(body):
            return rf"\textbf{{{_inlines(body, typed)}}}"
        case Code(text):
            return rf"\texttt{{{plain_to_tex(text)}}}"
        case Math(tex):
            return f"${tex}$"
        case Raw(tex):
            return tex
        case Break():
            return r"\newline{}"
        case Link(url, body):
            address = _ADDRESS_SIGNS.sub(r"\\\g<0>", address_to_tex(url.href)).replace(r"\~", "~")
            return (
                rf"\url{{{address}}}" if plain(body) == url.href else rf"\href{{{address}}}{{{_inlines(body, typed)}}}"
            )
        case Cite(keys):
            return rf"\cite{{{','.join(keys)}}}"
        case _:
            return plain_to_tex(plain((node,)))


# --- capitals of titles ---


def _protected(body: tuple[Inline, ...]) -> tuple[Inline | _Kept, ...]:
    """A title whose names, acronyms and formulas are kept."""
    words = [_core(word) for node in body if isinstance(node, Str) for word in _WORD.findall(node.text)]
    small = sum(len(word) > 3 and word[0].islower() for word in words)
    names = small > 0 and small >= sum(len(word) > 3 and word[0].isupper() for word in words[1:])
    out: list[Inline | _Kept] = []
    for node in body:
        if isinstance(node, Math):
            out.append(_Kept(node))
        elif isinstance(node, Str):
            out.extend(_words(node.text, names, first=not out))
        else:
            out.append(node)
    return tuple(out)


def _core(word: str) -> str:
    """A word without the punctuation around it."""
    return word.strip(".,;:!?()[]“”‘’\"'")


def _words(text: str, names: bool, first: bool) -> Iterable[Inline | _Kept]:
    """The pieces of a text. In a title whose words are mostly small, every capital but the first makes a name."""
    at = 0
    for found in _WORD.finditer(text):
        word = found[0]
        core = _core(word)
        begins = (first or found.start() > 0) and _SENTENCE.search(text[: found.start()]) is not None
        kept = _INNER_CAPITAL.search(core) is not None and not (begins and len(core) == 1)
        if not core or not (kept or (names and core[0].isupper() and not begins)):
            continue
        start = found.start() + word.index(core)
        if start > at:
            yield Str(text[at:start])
        yield _Kept(Str(core))
        at = start + len(core)
    if at < len(text):
        yield Str(text[at:])
