"""Inlines -> the Markdown that `parse` reads as them: for what comes out of other formats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cvbuild.diagnostics import Sink
from cvbuild.markup.characters import weight
from cvbuild.markup.reading import parse
from cvbuild.text import Code, Emph, Inline, Link, Math, Raw, Str, Strong, plain, walk

JOINER: Final = "\u2060"
"""A word joiner, which prints nothing: for signs that would mean something else side by side."""

# An underscore inside a word means itself. So does most that is escaped here; but what follows is not always known.
_SIGNS: Final = re.compile(r"[*`$\\\[]|<(?=\S)|(?<![^\W_])_|_(?![^\W_])")
_ADDRESS: Final = re.compile(r"(https?://[^\s<>\"`*\[\]\\^{}|]+)")
_ANGLED: Final = re.compile(r"(?:https?|ftp|mailto|tel|doi):[^\s<>]*", re.IGNORECASE)


def escape(text: str) -> str:
    """Characters that mean themselves. Quotes, dashes and dots are left to be made curly and long."""
    if "://" in text:
        # Every second piece is an address, which ends at a backslash.
        pieces = _ADDRESS.split(text)
        return "".join(piece if i % 2 else _SIGNS.sub(r"\\\g<0>", piece) for i, piece in enumerate(pieces))
    return _SIGNS.sub(r"\\\g<0>", text)


def write(body: Iterable[Inline]) -> str:
    """Markdown for words, emphasis, code, formulas and links.

    No letter is lost: where the dialect cannot say it all, the words stand without emphasis and links.
    """
    body = tuple(body)
    if all(isinstance(node, Str) for node in body):
        return escape("".join(node.text for node in body if isinstance(node, Str)))
    written = _Writer().write(body)
    if _letters(parse(written, Sink(), smart=False).body) == _letters(body):
        return written
    return escape(plain(body))


def _letters(body: Iterable[Inline]) -> str:
    """All that prints, formulas as they are written, without white space."""
    parts = []
    for node in walk(body):
        match node:
            case Str(text) | Code(text) | Math(text) | Raw(text):
                parts.append(text)
    return "".join("".join(parts).replace(JOINER, "").split())


class _Writer:
    """Writes from left to right; `out` is what was written so far, `closed` where its last closing sign begins."""

    def __init__(self) -> None:
        self.out = ""
        self.closed: int | None = None

    def write(self, body: Iterable[Inline]) -> str:
        for node in body:
            self.node(node)
        return self.out

    def add(self, text: str) -> None:
        """Add what is written in the dialect. A sign must not grow, and not lose its meaning, by what follows it."""
        if not text:
            return
        last, first = self.out[-1:], text[0]
        if last == "`" and text.startswith("{="):  # code that is not LaTeX
            text, first = "\\" + text, "\\"
        if (last == first and first in "*$`") or (last == "$" and first.isdigit()):
            text, first = JOINER + text, JOINER
        if self.closed is not None and weight(first) == 2 and weight(self.last()) < 2:
            self.out = self.out[: self.closed] + JOINER + self.out[self.closed :]
        self.closed = None
        self.out += text

    def last(self) -> str:
        """The last character before the closing signs."""
        at = self.closed or len(self.out)
        while self.out[at - 1] == "*":
            at -= 1
        return self.out[at - 1]

    def node(self, node: Inline) -> None:
        match node:
            case Str(text):
                self.add(escape(text))
            case Strong(body):
                self.emphasis("**", body)
            case Emph(body):
                self.emphasis("*", body)
            case Code(text):
                self.add(_code(text))
            case Math(tex):
                self.add(f"${tex}$")
            case Raw(tex):
                self.add(raw(tex))
            case Link(url, body) if plain(body) == url.href and _ANGLED.fullmatch(url.href):
                self.add(f"<{url.href}>")
            case Link(url, body):
                self.add(f"[{_Writer().write(body)}](<{url.href}>)")
            case _:
                self.add(escape(plain((node,))))

    def emphasis(self, sign: str, body: tuple[Inline, ...]) -> None:
        """Stars must touch the words; where these begin with punctuation inside a word, a joiner comes first."""
        inner = _Writer().write(body)
        words = inner.strip()
        if not words:
            self.add(inner)
            return
        self.add(inner[: len(inner) - len(inner.lstrip())])
        if self.out and weight(self.out[-1]) == 2 and weight(words.lstrip("*")[0]) < 2:
            words = JOINER + words
        self.add(sign + words)
        self.closed = len(self.out)
        self.out += sign
        self.add(inner[len(inner.rstrip()) :])


def raw(tex: str) -> str:
    """LaTeX that is passed on: in the line, or as a block if it has lines of its own."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", tex)), default=0) + 1)
    if "\n" in tex:
        ticks = ticks if len(ticks) > 2 else "```"
        return f"{ticks}{{=latex}}\n{tex}\n{ticks}"
    return f"{ticks}{tex}{ticks}{{=latex}}" if tex else ""


def _code(text: str) -> str:
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text else ""
