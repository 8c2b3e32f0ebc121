r"""Outline -> Markdown: CommonMark, and of what GitHub adds only formulas.

Whatever a CV says reads back as the same words. Two things need care. Signs that mean something are escaped, and no
others, so that the file is pleasant to read too: ``snake_case`` and ``1.5 * 2`` have signs that mean nothing where they stand.
And stars make words bold only where the rules of CommonMark for delimiters let them; elsewhere, as inside a word, HTML
does. The rules: https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis.

Emphasis is written with ``_`` and strong words with ``**``, never one inside its like, so that runs of delimiters do not meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from string import punctuation
from typing import Final, Literal, NamedTuple
from urllib.parse import quote

from cvbuild.checked import Checked
from cvbuild.diagnostics import Sink
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
    walk,
)
from cvbuild.writers.prose import (
    UNDERLINED,
    Block,
    Body,
    Dialect,
    Entries,
    Entry,
    Heading,
    Line,
    Numbered,
    Paragraph,
    Point,
    Points,
    Works,
    every_body,
    visible,
)

HARD_BREAK: Final = "\\\n"
_BREAKS: Final = re.compile("[\u0085\u2028\u2029]")
_BLANKS: Final = re.compile(r"[ \t\n\r\f\v\x1c-\x1f]+")
_STRAY: Final = re.compile(
    r"""[\\`*<\[\]~]            # always
    | (?<![^\W_])_ | _(?![^\W_])  # not inside a word
    | &(?=\#?\w+;) | !$ """,
    re.VERBOSE,
)
# What would begin a block, or underline the line before it as a heading.
_BLOCK: Final = re.compile(
    r"(?:[+-](?=\s|$)|-(?=[-|:])|=(?=[=\s]|$)|#(?=#{0,5}(?:\s|$))|>|\||:(?=-)|\d{1,9}(?=[.)](?:\s|$)))"
)
_CLOSING: Final = re.compile(r"(?:^|(?<=\s))#+$")  # of a heading: these belong to the sign of the heading
_SIMPLE_FORMULA: Final = re.compile(r"(?:[^\\`*<>\[\]!|&~_$]|\\[A-Za-z]|(?<=[^\W_])_(?=[^\W_]))+")
_URL_SAFE: Final = "!$&'*+,-./:;=?@[]_|~()#%"

Kind = Literal["strong", "emph"]
_STAR: Final = {"strong": "**", "emph": "_"}
_TAG: Final = {"strong": "strong", "emph": "em"}


class _Words(NamedTuple):
    """Characters that are not escaped yet."""

    text: str


class _Ready(NamedTuple):
    """What is Markdown already."""

    text: str


class _Verbatim(NamedTuple):
    """Characters of code."""

    text: str


class _Edge(NamedTuple):
    """Where strong or emphasised words begin, or end."""

    kind: Kind
    opens: bool


_Piece = _Words | _Ready | _Verbatim | _Edge


def write(checked: Checked, sink: Sink) -> bytes:
    """The CV as Markdown."""
    return Markdown(checked, sink).document().encode()


class Markdown(Dialect):
    """Writes Markdown."""

    def __init__(self, checked: Checked, sink: Sink) -> None:
        super().__init__(checked, sink)
        self.cited = {node.target for body in every_body(self.prose) for node in walk(body) if isinstance(node, Ref)}

    def document(self) -> str:
        """The whole file."""
        prose = self.prose
        head = [f"# {self.heading((Str(prose.name),))}"]
        head += [self.inlines(body) for body in (prose.headline, prose.title) if visible(body)]
        if prose.address:
            head.append(HARD_BREAK.join(filter(None, map(self.inlines, prose.address))))
        contacts = [self.inlines((Str(f"{c.label}: " if c.label else ""), *c.body)) for c in prose.contacts]
        if contacts:
            head.append(" · ".join(contacts))
        return "\n\n".join([*filter(None, head), *self.blocks(prose.blocks)]) + "\n"

    # --- blocks ---

    def blocks(self, blocks: Iterable[Block]) -> list[str]:
        """The blocks as texts of one or several lines; a blank line belongs between them."""
        out: list[str] = []
        for listed, group in groupby(blocks, lambda block: isinstance(block, Entries | Points | Works)):
            if listed:  # lists without anything between them would be read as one, so they are written as one
                out += self.lists(group)
                continue
            for block in group:
                match block:
                    case Heading(level, body):
                        out.append("#" * min(level + 1, 6) + " " + self.heading(body))
                    case Paragraph(body):
                        out.append(self.inlines(body))
        return list(filter(None, out))

    def lists(self, blocks: Iterable[Block]) -> list[str]:
        """Neighbouring lists."""
        out: list[str] = []
        items: list[list[str]] = []
        stop = "."
        for block in blocks:
            match block:
                case Entries(entries):
                    items += map(self.entry, entries)
                case Points(points):
                    items += map(self.point, points)
                case Works(works):
                    first = _first(works)
                    made = [self.work(work, counted=first is not None) for work in works]
                    if first is None:
                        items += made
                    else:
                        out += [_list(items), _list(made, first, stop)]
                        items, stop = [], ")" if stop == "." else "."
        return [*out, _list(items)]

    def entry(self, entry: Entry) -> list[str]:
        """The blocks of an item of a list: its lines, and what stands below."""
        lines = list(filter(None, map(self.line, entry.lines)))
        return list(filter(None, [HARD_BREAK.join(lines), *self.blocks(entry.below)]))

    def line(self, line: Line) -> str:
        """A line and its date, on the side on which the theme has it."""
        if not visible(line.when):
            return self.inlines(line.body)
        if not visible(line.body):
            return self.inlines(line.when)
        parts = (line.when, line.body) if self.left else (line.body, line.when)
        return self.inlines((*parts[0], Str(" · "), *parts[1]))

    def point(self, point: Point) -> list[str]:
        """The blocks of an item of a list."""
        return list(filter(None, [self.inlines(point.body), *self.blocks(point.below)]))

    def work(self, work: Numbered, *, counted: bool) -> list[str]:
        """A work; with its number, unless the list is `counted` by Markdown."""
        label = (Str(f"{work.label} "),) if work.label and not counted else ()
        margin = (*work.margin, Str(" · ")) if work.margin and self.left else ()
        behind = (Str(" · "), *work.margin) if work.margin and not self.left else ()
        anchor = f'<a id="{work.anchor}"></a>' if work.anchor in self.cited else ""
        return [anchor + self.inlines((*margin, *label, *work.body, *behind))]

    # --- inlines ---

    def heading(self, body: Body) -> str:
        """What stands behind the signs of a heading, in one line."""
        written = self.inlines(body).replace(HARD_BREAK, " ")
        return _CLOSING.sub(lambda found: "\\" + found[0], written)

    def inlines(self, body: Iterable[Inline]) -> str:
        """A text as Markdown. It begins a line."""
        return _joined(self.pieces(body, frozenset()))

    def pieces(self, body: Iterable[Inline], inside: frozenset[str]) -> list[_Piece]:
        """The pieces of inlines, one after the other."""
        out: list[_Piece] = []
        for node in body:
            out += self.inline(node, inside)
        return out

    def inline(self, node: Inline, inside: frozenset[str]) -> list[_Piece]:
        """The pieces of an inline; `inside` tells what it stands in: strong, emph, link."""
        match node:
            case Str(text):
                return _words(text)
            case Strong(body):
                return self.formatted("strong", body, inside)
            case Emph(body):
                return self.formatted("emph", body, inside)
            case Code(text):
                return [_Verbatim(text)] if text.strip() else []
            case Math(tex):
                return [_Ready(_formula(tex))]
            case Break():
                return [_Ready(HARD_BREAK)]
            case Link(url, body):
                return self.link(quote(url.href, safe=_URL_SAFE), body, inside)
            case Ref(target, body):
                return self.link("#" + target, body, inside)
            case Role("self" | "badge", body, ""):
                return self.formatted("strong", body, inside)
            case Role(name, body, mark):
                inner = self.pieces(body, inside)
                underlined = (mark or name in UNDERLINED) and visible(body)
                return [_Ready("<ins>"), *inner, _Ready("</ins>")] if underlined else inner
            case Mark(symbol):
                return _words(symbol)
            case Icon(label=label):
                return _words(label)
            case Date(value):
                return _words(self.date(value))
            case Count(name):
                return _words(f"[#{name}]")  # where nothing is counted
            case Raw():
                return []
            case Cite():
                raise TypeError("a citation was not resolved")
        raise TypeError(f"cannot write {type(node).__name__}")

    def formatted(self, kind: Kind, body: Body, inside: frozenset[str]) -> list[_Piece]:
        """Strong or emphasised words, without the blanks around them."""
        inner = self.pieces(body, inside | {kind})
        if kind in inside:
            return inner
        before, inner, after = _trimmed(inner)
        return [*before, _Edge(kind, True), *inner, _Edge(kind, False), *after] if inner else [*before, *after]

    def link(self, address: str, body: Body, inside: frozenset[str]) -> list[_Piece]:
        """A link, which holds no other."""
        inner = self.pieces(body, inside | {"link"})
        if "link" in inside:
            return inner
        before, inner, after = _trimmed(inner)
        if not inner:
            return [*before, *after]
        if re.search(r"[()*_]", address):
            address = f"<{address}>"
        address = re.sub(r"&(?=[#\w]+;)", "&amp;", address)
        # What is formatted ends with the link.
        return [*before, _Ready("["), _Ready(_joined(inner, line=False)), _Ready(f"]({address})"), *after]


def _first(works: tuple[Numbered, ...]) -> int | None:
    """The first number, if Markdown can count the works: it does so by ones, upwards."""
    first = works[0].number if works else None
    if first is None or first > 10**8 or any(work.number != first + at for at, work in enumerate(works)):
        return None
    return first


def _list(items: list[list[str]], number: int | None = None, stop: str = ".") -> str:
    """A list of items, each of which is a list of blocks; its first `number`, if it is counted."""
    items = list(filter(None, items))
    between = "\n\n" if any(len(item) > 1 and not all(map(_is_list, item[1:])) for item in items) else "\n"
    written = []
    for at, item in enumerate(items):
        marker = "- " if number is None else f"{number + at}{stop} "
        written.append(marker + re.sub(r"\n(?!\n)", "\n" + " " * len(marker), between.join(item)))
    return between.join(written)


def _is_list(block: str) -> bool:
    return block.startswith("- ")


def _words(text: str) -> list[_Piece]:
    first, *others = _BREAKS.split(text)
    out: list[_Piece] = [_Words(first)] if first else []
    for other in others:
        out += [_Ready(HARD_BREAK), _Words(other)]
    return out


def _trimmed(pieces: list[_Piece]) -> tuple[list[_Piece], list[_Piece], list[_Piece]]:
    """Blanks at the beginning, the rest, blanks at the end: what is formatted neither begins nor ends with a blank."""
    before: list[_Piece] = []
    while pieces and (blank := _blank(pieces[0], first=True)):
        before.append(blank)
        rest = _Words(pieces[0].text[len(blank.text) :]) if isinstance(pieces[0], _Words) else None
        pieces = [*([rest] if rest is not None and rest.text else []), *pieces[1:]]
    after: list[_Piece] = []
    while pieces and (blank := _blank(pieces[-1], first=False)):
        after.insert(0, blank)
        last = pieces[-1]
        rest = _Words(last.text[: len(last.text) - len(blank.text)]) if isinstance(last, _Words) else None
        pieces = [*pieces[:-1], *([rest] if rest is not None and rest.text else [])]
    return before, pieces, after


def _blank(piece: _Piece, *, first: bool) -> _Words | _Ready | None:
    """The blanks with which a piece begins, or ends."""
    match piece:
        case _Words(text):
            rest = len(text.lstrip()) if first else len(text.rstrip())
            blank = text[: len(text) - rest] if first else text[rest:]
            return _Words(blank) if blank else None
        case _Ready(text) if text == HARD_BREAK:
            return piece
    return None


def _joined(pieces: Iterable[_Piece], *, line: bool = True) -> str:
    """Pieces as Markdown; `line`: they begin a line."""
    pieces = _merged(pieces)
    tags = _with_tags(pieces)
    formula = any(isinstance(p, _Ready) and p.text.startswith("$") for p in pieces)
    dollars = sum(p.text.count("$") for p in pieces if isinstance(p, _Words))
    # GitHub takes two dollars in a line for a formula, escaped or not, but for those in an element of their own.
    dollar = "<span>$</span>" if dollars and (formula or dollars > 1) else r"\$"
    out = ""
    for at, piece in enumerate(pieces):
        match piece:
            case _Words(text):
                begins = not out if line else False
                begins = begins or out.endswith(HARD_BREAK)
                text = _BLANKS.sub(" ", text.lstrip(" \t\n\r\f\v") if begins else text)
                out += _escaped(text, begins).replace("$", dollar)
            case _Verbatim(text):
                out += _code(text)
            case _Ready(text):
                out = (out.rstrip(" ") if text == HARD_BREAK else out) + text
            case _Edge(kind, opens) if at in tags:
                out += f"<{'' if opens else '/'}{_TAG[kind]}>"
            case _Edge(kind):
                out += _STAR[kind]
    if not line:
        return out
    while True:  # a break at either end would be a backslash
        cut = out.strip(" \n")
        cut = cut.removesuffix("\\") if out.endswith(HARD_BREAK) else cut
        cut = cut.removeprefix(HARD_BREAK)
        if cut == out:
            return out
        out = cut


def _merged(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Neighbours as one: words, and what ends and begins again at once."""
    out: list[_Piece] = []
    for piece in pieces:
        last = out[-1] if out else None
        if isinstance(piece, _Words) and isinstance(last, _Words):
            out[-1] = _Words(last.text + piece.text)
        elif isinstance(piece, _Verbatim) and isinstance(last, _Verbatim):
            out[-1] = _Verbatim(last.text + piece.text)
        elif isinstance(piece, _Edge) and piece.opens and last == _Edge(piece.kind, False):
            out.pop()
        else:
            out.append(piece)
    return out


def _with_tags(pieces: list[_Piece]) -> set[int]:
    """The edges that must be tags of HTML, since stars would not be read as such."""
    open_at: dict[str, int] = {}
    found: set[int] = set()
    for at, piece in enumerate(pieces):
        if isinstance(piece, _Edge) and piece.opens:
            open_at[piece.kind] = at
        elif isinstance(piece, _Edge):
            start = open_at.pop(piece.kind)
            before = pieces[start - 1] if start else None
            after = pieces[at + 1] if at + 1 < len(pieces) else None
            begins = _free(before, -1, piece.kind) or _by_letter(before, pieces[start + 1], 0, piece.kind)
            ends = _free(after, 0, piece.kind) or _by_letter(after, pieces[at - 1], -1, piece.kind)
            if not (begins and ends):
                found |= {start, at}
    return found


def _free(piece: _Piece | None, at: int, kind: Kind) -> bool:
    """Whether a delimiter is read as such beside a piece: at its character `at`."""
    if piece is None:
        return True
    if isinstance(piece, _Edge | _Verbatim):
        return piece != _Edge(kind, True) and piece != _Edge(kind, False)
    char = piece.text[at : at + 1 or None]
    return char in " \t\n" or unicodedata.category(char)[0] in "PZ" or char in punctuation


def _by_letter(outside: _Piece | None, inside: _Piece, at: int, kind: Kind) -> bool:
    """Whether a letter inside makes a delimiter known as such, whatever stands outside: so it is with stars."""
    if kind != "strong" or not isinstance(inside, _Words) or isinstance(outside, _Edge):
        return False
    return unicodedata.category(inside.text[at]).startswith(("L", "N"))


def _escaped(text: str, begins: bool) -> str:
    """Words, so that they are read as they are; `begins`: they begin a line."""
    start = ""
    if begins and (block := _BLOCK.match(text)):
        # A number is made harmless by the sign behind it.
        at = block.end() if text[0].isdigit() else 0
        start, text = text[:at] + "\\" + text[at], text[at + 1 :]
    return start + _STRAY.sub(r"\\\g<0>", text)


def _code(text: str) -> str:
    """Verbatim characters."""
    text = _BLANKS.sub(" ", _BREAKS.sub(" ", text))
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" ")) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _formula(tex: str) -> str:
    """A formula as GitHub reads it; one whose signs would mean something in Markdown has a form of its own."""
    tex = _BLANKS.sub(" ", tex).strip()
    return f"${tex}$" if _SIMPLE_FORMULA.fullmatch(tex) else f"${_code(tex)}$"
