r"""The text of one YAML value, as inlines: a small Markdown, formulas, citations.

In: ``**Lei Wu**, *Phys. Rev. E*, $L^2$, [@wu2018], [code](https://x.org)``.
Out: a `Text`. Nothing is lost: what is not markup, or is malformed, prints as
it was written, and is reported where it is very probably a mistake.

The rules are those of CommonMark 0.31 (https://spec.commonmark.org/0.31.2/):
escapes 2.4, code spans 6.1, emphasis 6.2, links 6.3, autolinks 6.5; of
pandoc's manual: extensions `tex_math_dollars`, `citations`, `smart`; and of
GitHub's Markdown: a bare https:// address, 6.9. Left out, because a CV has no
use for them or because they would eat text: HTML, entities, images, titles and
references of links. Headings, lists and quotes are YAML's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import ClassVar, Final

from cvbuild.diagnostics import BAD_MATH, BAD_URL, UNCLOSED_MARKUP, Sink
from cvbuild.formulas import check_math
from cvbuild.source import Span
from cvbuild.text import Break, Cite, Code, Emph, Inline, Link, Math, Str, Strong, Text, Url

_BLANK: Final = " \t\r\n"
_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_UNEVEN: Final = re.compile(r"  |\n|\t|\r")
_BLANK_LINES: Final = re.compile(r"[ \t]*\r?\n(?:[ \t]*\r?\n)+")

# A text without any of these, and of the strings in `_is_plain`, is its own meaning.
_SIGNS: Final = re.compile(r"[*_`\[<$\\\"'\n\r\t]")

# Where something may happen; the first character chooses the method of `_Parser`.
_PLACES: Final = re.compile(r"\*+|_+|`+|\[|\]|<|\$|\\|https?://")
_SMART_PLACES: Final = re.compile(r"\*+|_+|`+|\[|\]|<|\$|\\|\"|'|--+|\.\.\.+|https?://")

_TICKS: Final = re.compile(r"`+")
_LINE_ENDS: Final = re.compile(r"\r?\n")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINE_END: Final = re.compile(r"\\\r?\n[ \t]*")
_MATH: Final = re.compile(r"(\$\$?)(?=[^\s$])((?:[^\\$]|\\.)+)(?<!\s)\1(?![0-9])", re.DOTALL)
_KEY: Final = re.compile(r"@[\w:./+-]+")
_CITATION: Final = re.compile(r"\[\s*{key}(?:\s*[;,]\s*{key})*\s*\](?!\()".replace("{key}", _KEY.pattern))
_AUTOLINK: Final = re.compile(r"<((?:https?|ftp|mailto|tel|doi):[^\s<>]*|[A-Za-z][A-Za-z0-9+.-]+://[^\s<>]*)>", re.I)
_AUTOMAIL: Final = re.compile(r"<([\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>")
_BARE: Final = re.compile(r"https?://[^\s<>\"`*\[\]\\^{}|“”‘’«»，。；：、！？（）《》「」【】]{1,2000}")
_ANGLED: Final = re.compile(r"<([^<>\n]*)>")
_ADDRESS_PIECE: Final = re.compile(r"[^\x00-\x20()\\]+|\\[!-/:-@\[-`{-~]|[()\\]")
_NOT_IN_ADDRESS: Final = re.compile(r"[\x00-\x1f\x7f<>\"]")
_LOOKS_LIKE_HOST: Final = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?:[/?#]|$)")

# What an apostrophe, not an opening quote, stands before: '90s, 'tis, rock 'n' roll.
_ELISION: Final = re.compile(r"[0-9]0s\b|[0-9]{2}\b(?!')|tis\b|twas\b|n'", re.I)
_QUOTES: Final = {'"': ("“", "”"), "'": ("‘", "’")}
_OPENING: Final = frozenset("([{<“‘«¡¿–—-/")

_DEEPEST: Final = 20
"""Emphasis that may be open at one time; older ones are taken as written."""

_LONGEST_ADDRESS: Final = 2000
"""Characters that an address may have; it bounds the time that hostile texts take."""

_LONGEST_RUN: Final = 6
"""A longer row of stars is an ornament."""


def parse(text: str, sink: Sink, span: Span | None = None, smart: bool = True) -> Text:
    """Read one paragraph: a line end is a space; behind a backslash it breaks the line.

    `span` is where the value stands in its file. Findings and citations point
    at their own characters if these can be found in it, else at all of it.
    """
    if _is_plain(text):
        return Text((Str(text),) if text else (), span)
    return Text(_Parser(text, 0, _Place(text, span), sink, smart).body(), span)


def paragraphs(text: str, sink: Sink, span: Span | None = None, smart: bool = True) -> tuple[Text, ...]:
    """Read a text whose paragraphs are separated by blank lines."""
    place = _Place(text, span)
    found, start = [], 0
    for end, following in [*(gap.span() for gap in _BLANK_LINES.finditer(text)), (len(text), len(text))]:
        parser = _Parser(text[start:end], start, place, sink, smart)
        if body := parser.body():
            found.append(Text(body, parser.where(0, len(parser.text))))
        start = following
    return tuple(found)


def to_url(address: str) -> Url | None:
    """An address that a link may lead to, or None.

    Schemes that can do more than lead somewhere (javascript:, file:, data:) are
    not allowed. `doi:10.…` becomes the address of the DOI's resolver.
    """
    scheme, _, rest = address.partition(":")
    if _NOT_IN_ADDRESS.search(address):
        return None
    address = address.replace(" ", "%20")
    match scheme.lower():
        case "http" | "https" | "ftp" if rest[:2] == "//" and rest[2:3].strip("/?#. "):
            return Url(address)
        case "mailto" if "@" in rest.strip("@"):
            return Url(address)
        case "tel" if any(map(str.isdigit, rest)):
            return Url(address)
        case "doi" if rest.startswith("10.") and "/" in rest:
            return Url(f"https://doi.org/{rest}")
        case _:
            return None


def _is_plain(text: str) -> bool:
    return not (
        _SIGNS.search(text)
        or "--" in text
        or "..." in text
        or "://" in text
        or "  " in text
        or text[:1] == " "
        or text[-1:] == " "
    )


class _Place:
    """Where the characters of a value stand in its file."""

    __slots__ = ("base", "span", "text")

    def __init__(self, text: str, span: Span | None) -> None:
        self.text = text
        self.span = span
        self.base: int | None = None

    def at(self, start: int, end: int) -> Span | None:
        """The characters `start` to `end` of the value, or all of it where that is not known.

        A quoted or a one-line value stands in the file as it is. In a folded
        one, a piece is found if it stands there once.
        """
        if self.span is None:
            return None
        written = self.span.text
        if self.base is None:
            self.base = written.find(self.text)
        if self.base >= 0:
            return self.span.part(self.base + start, self.base + end)
        piece = self.text[start:end]
        found = written.find(piece)
        if found < 0 or written.find(piece, found + 1) >= 0:
            return self.span
        return self.span.part(found, found + len(piece))


class _Run:
    """A row of stars or underscores, and how many of them still mean nothing."""

    __slots__ = ("closes", "count", "length", "opens", "sign", "start")

    def __init__(self, sign: str, length: int, start: int, opens: bool, closes: bool) -> None:
        self.sign = sign
        self.length = self.count = length
        self.start = start
        self.opens = opens
        self.closes = closes

    def matches(self, closer: _Run) -> bool:
        """Whether `closer` may close this; the last clause is CommonMark's "rule of three" (6.2, rules 9 and 10)."""
        if self.sign != closer.sign:
            return False
        if not (self.closes or closer.opens):
            return True
        return (self.length + closer.length) % 3 != 0 or (self.length % 3 == 0 and closer.length % 3 == 0)


_Item = str | Inline | _Run


class _Parser:
    """Reads one paragraph once, from left to right.

    `items` is what was read: words, inlines, and runs whose meaning is decided
    when what they may enclose is complete. Each method in `SIGNS` takes the
    start and the end of its sign, adds what it means to `items`, and returns
    the offset behind what it read.
    """

    __slots__ = (
        "before",
        "brackets",
        "items",
        "linked",
        "place",
        "places",
        "shift",
        "sink",
        "text",
        "uneven",
    )

    def __init__(self, text: str, shift: int, place: _Place, sink: Sink, smart: bool) -> None:
        stripped = text.lstrip(_BLANK)
        self.text = stripped.rstrip(_BLANK)
        self.shift = shift + len(text) - len(stripped)
        self.place = place
        self.sink = sink
        self.places = _SMART_PLACES if smart else _PLACES
        self.uneven = bool(_UNEVEN.search(self.text))  # whether it has white space to normalise
        self.items: list[_Item] = []
        self.before = " "  # the last character that prints, for quotes
        self.brackets: list[tuple[int, int]] = []  # open ones: index of the item, offset in the text
        self.linked = -1  # where the last link begins: brackets around it cannot become one

    def body(self) -> tuple[Inline, ...]:
        """The whole paragraph."""
        text, search, signs, at = self.text, self.places.search, self.SIGNS, 0
        while found := search(text, at):
            start, end = found.span()
            if start > at:
                self.words(text[at:start])
            at = signs[text[start]](self, start, end)
        if at < len(text):
            self.words(text[at:])
        return self.enclosed(0)

    def words(self, words: str) -> None:
        """Add characters that mean themselves."""
        self.items.append(_BLANKS.sub(" ", words) if self.uneven else words)
        self.before = words[-1]

    def whole(self, inline: Inline) -> None:
        """Add an inline that quotes behind it take for a letter."""
        self.items.append(inline)
        self.before = "x"

    def where(self, start: int, end: int) -> Span | None:
        """The characters `start` to `end` of the paragraph, in the file."""
        return self.place.at(self.shift + start, self.shift + end)

    def unclosed(self, what: str, start: int, end: int, hint: str) -> None:
        """Report what looks like a mistake and prints as it was written."""
        self.sink.add(UNCLOSED_MARKUP, what, self.where(start, end), hint=hint)

    # code, formulas, escapes

    def code(self, start: int, end: int) -> int:
        """`` `code` `` (CommonMark 6.1): up to a row of as many backticks; one space inside the ticks is stripped."""
        ticks = self.text[start:end]
        for row in _TICKS.finditer(self.text, end):
            if row[0] == ticks:
                code = _LINE_ENDS.sub(" ", self.text[end : row.start()])
                padded = code.strip(" ") and code[0] == code[-1] == " "
                self.whole(Code(code[1:-1] if padded else code))
                return row.end()
        self.unclosed(f"{ticks} opens code that is not closed", start, end, "write \\` for a backtick that prints")
        self.words(ticks)
        return end

    def math(self, start: int, end: int) -> int:
        """`$math$` (pandoc): no space inside the dollars, no digit behind them. `$$` is set in the line as well."""
        found = _MATH.match(self.text, start)
        if not found:
            self.words("$")
            return end
        tex = _BLANKS.sub(" ", found[2])
        problem = check_math(tex)
        if problem is None:
            self.whole(Math(tex))
        else:
            hint = "write \\$ for a dollar sign that prints"
            self.sink.add(BAD_MATH, problem, self.where(*found.span()), hint=hint)
            self.whole(Code(found[0]))
        return found.end()

    def escape(self, start: int, end: int) -> int:
        """A backslash makes a sign a character (CommonMark 2.4), and breaks the line at its end (6.7)."""
        if found := _ESCAPED.match(self.text, start):
            self.words(found[1])
            return found.end()
        if self.items and (found := _LINE_END.match(self.text, start)):
            self.items.append(Break())
            self.before = " "
            return found.end()
        self.words("\\")
        return end

    # links and citations

    def open_bracket(self, start: int, end: int) -> int:
        """`[@key; @key]`, or perhaps the beginning of a link."""
        found = _CITATION.match(self.text, start)
        if found:
            keys = list(_KEY.finditer(found[0]))
            spans = (self.where(start + key.start(), start + key.end()) for key in keys)
            self.whole(Cite(tuple(key[0][1:] for key in keys), tuple(spans)))
            self.linked = start
            return found.end()
        self.brackets.append((len(self.items), start))
        self.words("[")
        return end

    def close_bracket(self, start: int, end: int) -> int:
        """The `]` of `[words](address)` (CommonMark 6.3, without titles and references)."""
        index, opened = self.brackets.pop() if self.brackets else (0, -1)
        if opened < 0 or self.text[end : end + 1] != "(":
            self.words("]")
            return end
        address, behind = _address(self.text, end + 1)
        if address is None or opened < self.linked:
            nested = opened < self.linked
            what = "a link cannot stand in a link" if nested else "the address of the link is not closed, or has spaces"
            self.unclosed(what, opened, behind, "a link is written [words](https://address)")
            self.words("]")
            return end
        words = self.enclosed(index + 1) or (Str(address),)
        del self.items[index:]
        self.link(address, _unlinked(words), end + 1, behind - 1)
        self.linked = opened
        return behind

    def auto_link(self, start: int, end: int) -> int:
        """`<https://address>` and `<me@address>` (CommonMark 6.5)."""
        if found := _AUTOLINK.match(self.text, start):
            self.link(found[1], (Str(found[1]),), start + 1, found.end() - 1)
            return found.end()
        if found := _AUTOMAIL.match(self.text, start):
            self.whole(Link(Url(f"mailto:{found[1]}"), (Str(found[1]),)))
            return found.end()
        self.words("<")
        return end

    def bare_link(self, start: int, end: int) -> int:
        """An address in the text (GitHub 6.9), without the punctuation behind it."""
        found = _BARE.match(self.text, start)
        address = _trimmed(found[0]) if found else ""
        url = to_url(address)
        if url is None or self.text[max(0, start - 1) : start].isalnum():
            self.words(self.text[start:end])
            return end
        self.whole(Link(url, (Str(address),)))
        return start + len(address)

    def link(self, address: str, words: tuple[Inline, ...], start: int, end: int) -> None:
        """Add a link, or its words alone if its address (at `start` to `end`) is not one."""
        url = to_url(address)
        if url is None:
            message = f"`{address}` is not an address" if address else "the address is empty"
            self.sink.add(BAD_URL, message, self.where(start, end), hint=_advice(address))
            self.items.extend(words)
            self.before = "x"
        else:
            self.whole(Link(url, words))

    # emphasis

    def run(self, start: int, end: int) -> int:
        """Stars and underscores: whether they may open or close emphasis (CommonMark 6.2)."""
        sign = self.text[start]
        if end - start > _LONGEST_RUN:
            self.words(self.text[start:end])
            return end
        before = _weight(self.text[start - 1]) if start else 0
        after = _weight(self.text[end]) if end < len(self.text) else 0
        opens, closes = _flanks(before, after)
        if sign == "_" and opens and closes:
            opens, closes = before == 1, after == 1
        self.items.append(_Run(sign, end - start, start, opens, closes))
        return end

    def enclosed(self, index: int) -> tuple[Inline, ...]:
        """What the items from `index` on mean: the runs are paired (CommonMark, "process emphasis")."""
        out: list[_Item] = []
        openers: list[tuple[int, _Run]] = []  # and their places in `out`
        for item in self.items[index:]:
            if isinstance(item, _Run):
                if item.closes:
                    self.close(item, openers, out)
                if not item.count:
                    continue
                if item.opens:
                    openers.append((len(out), item))
                    del openers[:-_DEEPEST]
            out.append(item)
        return self.joined(out)

    def close(self, closer: _Run, openers: list[tuple[int, _Run]], out: list[_Item]) -> None:
        """Pair a run with the nearest in `out` that it may close, as often as there are signs left."""
        while closer.count:
            levels = (level for level in reversed(range(len(openers))) if openers[level][1].matches(closer))
            level = next(levels, None)
            if level is None:
                return
            at, opener = openers[level]
            body = self.joined(out[at + 1 :])
            width = 2 if opener.count > 1 and closer.count > 1 else 1
            opener.count -= width
            closer.count -= width
            del openers[level + (opener.count > 0) :]
            del out[at + (opener.count > 0) :]
            out.append(Strong(body) if width == 2 else Emph(body))

    def joined(self, items: Iterable[_Item]) -> tuple[Inline, ...]:
        """Inlines, with the words between them joined; what is left of a run is words."""
        out: list[Inline] = []
        words: list[str] = []
        for item in items:
            if isinstance(item, str):
                words.append(item)
            elif isinstance(item, Str):
                words.append(item.text)
            elif isinstance(item, _Run):
                words.append(item.sign * item.count)
                self.check_closed(item)
            else:
                if words:
                    out.append(Str("".join(words)))
                    words.clear()
                out.append(item)
        if words:
            out.append(Str("".join(words)))
        return tuple(out)

    def check_closed(self, run: _Run) -> None:
        """Report stars that nothing closed, if they could only open: not `x**2`, not a footnote's single star."""
        if run.opens and not run.closes and run.length > 1:
            end = run.start + run.length
            hint = f"write \\{run.sign} for a sign that prints"
            self.unclosed(f"`{self.text[run.start : end]}` is not closed", run.start, end, hint)

    # smart punctuation

    def quote(self, start: int, end: int) -> int:
        """Straight quotes become curly by what stands around them; between two spaces they stay."""
        sign = self.text[start]
        at = end
        while self.text[at : at + 1] in ("*", "_"):
            at += 1
        opens, closes = _flanks(_weight(self.before), _weight(self.text[at : at + 1] or " "))
        if sign == "'" and _ELISION.match(self.text, end):
            opens, closes = False, True
        if opens and (not closes or self.before in _OPENING):
            self.words(_QUOTES[sign][0])
        else:
            self.words(_QUOTES[sign][1] if closes else sign)
        return end

    def dashes(self, start: int, end: int) -> int:
        """Two hyphens are an en dash, three an em dash; more are an ornament."""
        self.words({2: "–", 3: "—"}.get(end - start, self.text[start:end]))
        return end

    def dots(self, start: int, end: int) -> int:
        """Three full stops are an ellipsis; more are as written."""
        self.words("…" if end - start == 3 else self.text[start:end])
        return end

    SIGNS: ClassVar[dict[str, Callable[[_Parser, int, int], int]]] = {
        "*": run,
        "_": run,
        "`": code,
        "$": math,
        "\\": escape,
        "[": open_bracket,
        "]": close_bracket,
        "<": auto_link,
        "h": bare_link,
        '"': quote,
        "'": quote,
        "-": dashes,
        ".": dots,
    }


@cache
def _weight(character: str) -> int:
    """0 for white space, 1 for punctuation and symbols (CommonMark 2.1: Unicode's P and S), 2 for the rest."""
    if character.isspace():
        return 0
    return 1 if unicodedata.category(character)[0] in "PS" else 2


def _flanks(before: int, after: int) -> tuple[bool, bool]:
    """Whether a sign between characters of these weights is left-flanking, right-flanking (CommonMark 6.2)."""
    return after > 0 and (after == 2 or before < 2), before > 0 and (before == 2 or after < 2)


def _address(text: str, at: int) -> tuple[str | None, int]:
    """The address of a link behind its `(`, and the offset behind its `)`; None if it is malformed."""
    at = _skip_blanks(text, at)
    if found := _ANGLED.match(text, at):
        address, end = found[1], found.end()
    else:
        end = _end_of_address(text, at)
        address = text[at:end]
    behind = _skip_blanks(text, end)
    if text[behind : behind + 1] != ")":
        return None, end
    return _ESCAPED.sub(r"\1", address), behind + 1


def _end_of_address(text: str, start: int) -> int:
    """Where a blank ends an address, or a `)` that has no `(` in it; `start` if a `(` has no `)`."""
    at, depth = start, 0
    while at - start < _LONGEST_ADDRESS and (piece := _ADDRESS_PIECE.match(text, at)):
        depth += (piece[0] == "(") - (piece[0] == ")")
        if depth < 0:
            break
        at = piece.end()
    return at if depth <= 0 else start


def _skip_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _trimmed(address: str) -> str:
    """A bare address without the punctuation, and the `)` of the sentence, that stand behind it."""
    while address:
        last = address[-1]
        if last not in "?!.,:;_~'" and (last != ")" or address.count("(") >= address.count(")")):
            break
        address = address[:-1]
    return address


def _unlinked(body: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Words of a link, without the links that bare addresses among them are: [https://x.org](https://x.org)."""
    out: list[Inline] = []
    for node in body:
        match node:
            case Link(_, inner):
                out.extend(inner)
            case Strong(inner):
                out.append(Strong(_unlinked(inner)))
            case Emph(inner):
                out.append(Emph(_unlinked(inner)))
            case _:
                out.append(node)
    return tuple(out)


def _advice(address: str) -> str:
    """What to write instead of an address that is none."""
    if not address.strip("#"):
        return "write the address between the parentheses, or the words without brackets"
    if _LOOKS_LIKE_HOST.match(address):
        return f"write https://{address}"
    if "@" in address and ":" not in address:
        return f"write mailto:{address}"
    return "an address begins with https://, http://, mailto:, tel:, ftp:// or doi:"
