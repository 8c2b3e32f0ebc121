"""The markup of a text: what to write so that it reads as this tree of inlines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from cvbuild.diagnostics import Sink
from cvbuild.frozen import frozen
from cvbuild.markup.reading import parse
from cvbuild.markup.writing import raw
from cvbuild.text import Break, Cite, Code, Count, Emph, Inline, Link, Math, Raw, Str, Strong, Text, plain, walk

_ALWAYS: Final = re.compile(r"\A\(|[\\*_`\[\]<$\"']|\{(?==)")
_ROWS: Final = re.compile(r"(?<=-)-|(?<=\.)\.")
_ADDRESS: Final = re.compile(r"(?<=http)(s?):(?=//)", re.IGNORECASE)
_APOSTROPHE: Final = str.maketrans("’", "'")
_PLAIN_KEY: Final = re.compile(r"[\w:./+-]*[\w+/]")
_TICKS: Final = re.compile(r"`+")
_MOST_TRIED: Final = 300
"""Ways to choose stars and underscores that are tried."""


@frozen
class _Way:
    """Whether signs have backslashes, apostrophes are straight, and addresses stand as they are."""

    escaped: bool
    straight: bool
    bare: bool


_WAYS: Final = (
    _Way(escaped=False, straight=True, bare=True),
    _Way(escaped=False, straight=False, bare=True),
    _Way(escaped=True, straight=False, bare=True),
    _Way(escaped=True, straight=False, bare=False),
)


def spell(text: Text) -> str:
    """The plainest of some ways to write a text as markup, that `parse` reads as this text again.

    Nearly every text that `parse` can give has one. For others (emphasis that ends in a full stop and is
    followed by a letter, two spaces in a row) the answer is what comes nearest.
    """
    for way in _WAYS:
        for signs in _choices(text, way):
            written = _written(text.body, way, iter(signs)).replace("\\\n ", "\\\n\n")
            if _reads_as(written, text):
                return written
    return written


def _reads_as(written: str, text: Text) -> bool:
    sink = Sink()
    return parse(written, sink).body == text.body and not sink.diagnostics


def _choices(text: Text, way: _Way) -> Iterator[str]:
    """Stars for all emphasis; then stars and underscores in all combinations."""
    number = sum(isinstance(node, Emph | Strong) for node in walk(text.body))
    tried = _MOST_TRIED if way.escaped else 1
    return map("".join, islice(product("*_", repeat=number), tried))


def _written(body: tuple[Inline, ...], way: _Way, signs: Iterator[str]) -> str:
    parts: list[str] = []
    for node in body:
        match node:
            case Str(words):
                parts.append(_words(words, way))
            case Emph(inner) | Strong(inner):
                sign = next(signs) * (2 if isinstance(node, Strong) else 1)
                parts.append(sign + _written(inner, way, signs) + sign)
            case Code(words):
                parts.append(_code(words))
            case Math(tex):
                parts.append(f"${tex}$")
            case Raw(tex):
                parts.append(raw(tex))
            case Break():
                parts.append("\\\n")
            case Link(url, inner):
                bare = way.bare and inner == (Str(url.href),)
                parts.append(url.href if bare else _link(url.href, _written(inner, way, signs)))
            case Cite():
                parts.append(_citation(node, way, signs))
            case Count(name):
                parts.append(f"[#{name}]")
            case _:
                parts.append(_words(plain((node,)), way))
    return "".join(parts)


def _words(words: str, way: _Way) -> str:
    if way.escaped:
        words = _ALWAYS.sub(r"\\\g<0>", words)
        return _ADDRESS.sub(r"\1\\:", _ROWS.sub(r"\\\g<0>", words))
    return words.translate(_APOSTROPHE) if way.straight else words


def _citation(cite: Cite, way: _Way, signs: Iterator[str]) -> str:
    parts: list[str] = []
    for i, key in enumerate(cite.keys):
        called = f"@{key}" if _PLAIN_KEY.fullmatch(key) else f"@{{{key}}}"
        before, after = (_written(words[i], way, signs) if words else "" for words in (cite.before, cite.after))
        parts.append(f"{before}{'' if not before or before[-1].isspace() else ' '}{called}{after}")
    return "[" + "; ".join(parts) + "]"


def _code(words: str) -> str:
    rows = {len(row) for row in _TICKS.findall(words)}
    ticks = "`" * next(n for n in range(1, len(rows) + 2) if n not in rows)
    blank = " " if words.strip(" ") and (words[0] in "` " or words[-1] in "` ") else ""
    return f"{ticks}{blank}{words}{blank}{ticks}"


def _link(address: str, words: str) -> str:
    if re.search(r"[()\\]", address):
        address = "<" + address.replace("\\", "\\\\") + ">"
    return f"[{words}]({address})"
