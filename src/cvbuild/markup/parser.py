"""One paragraph, read from left to right: what each sign in it means."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, Final

from cvbuild.diagnostics import BAD_CITATION, BAD_MATH, BAD_URL, RAW_LATEX, UNCLOSED_MARKUP, Sink
from cvbuild.formulas import check_math
from cvbuild.markup.addresses import advice, bare_address, link_address, to_url
from cvbuild.markup.characters import BLANK, BLANKS, ESCAPED
from cvbuild.markup.citations import CitationError, Part, read_citation, read_count
from cvbuild.markup.emphasis import Item, pair_runs, read_run
from cvbuild.markup.place import Place
from cvbuild.markup.punctuation import ROWS, curl_quote
from cvbuild.source import Span
from cvbuild.text import Break, Cite, Code, Count, Emph, Inline, Link, Math, Raw, Str, Strong, Url

_UNEVEN: Final = re.compile(r"  |\n|\t|\r")

# Where something may happen; the first character chooses the method of `Parser`.
_PLACES: Final = re.compile(r"\*+|_+|`+|\[|\]|<|\$|\\|https?://")
_SMART_PLACES: Final = re.compile(r"\*+|_+|`+|\[|\]|<|\$|\\|\"|'|--+|\.\.\.+|https?://")

_TICKS: Final = re.compile(r"`+")
_RAW: Final = re.compile(r"\{=(?:latex|tex)\}")
# A block between rows of three backticks or more, each on a line of its own.
RAW_BLOCK: Final = re.compile(
    r"^(`{3,})[ \t]*\{=(?:latex|tex)\}[ \t]*\r?\n(.*?)^[ \t]*\1[ \t]*$", re.MULTILINE | re.DOTALL
)
_LINE_ENDS: Final = re.compile(r"\r?\n")
_LINE_END: Final = re.compile(r"\\\r?\n[ \t]*")
_MATH: Final = re.compile(r"(\$\$?)(?=[^\s$])((?:[^\\$]|\\.)+)(?<!\s)\1(?![0-9])", re.DOTALL)
_AUTOLINK: Final = re.compile(r"<((?:https?|ftp|mailto|tel|doi):[^\s<>]*|[A-Za-z][A-Za-z0-9+.-]+://[^\s<>]*)>", re.I)
_AUTOMAIL: Final = re.compile(r"<([\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>")


class Parser:
    """Reads one paragraph once, from left to right.

    `items` is what was read: words, inlines, and runs whose meaning is decided
    when what they may enclose is complete. Each method in `SIGNS` takes the
    start and the end of its sign, adds what it means to `items`, and returns
    the offset behind what it read.
    """

    __slots__ = ("before", "brackets", "items", "linked", "place", "places", "shift", "sink", "text", "uneven")

    def __init__(self, text: str, shift: int, place: Place, sink: Sink, smart: bool) -> None:
        stripped = text.lstrip(BLANK)
        self.text = stripped.rstrip(BLANK)
        self.shift = shift + len(text) - len(stripped)
        self.place = place
        self.sink = sink
        self.places = _SMART_PLACES if smart else _PLACES
        self.uneven = bool(_UNEVEN.search(self.text))  # whether it has white space to normalise
        self.items: list[Item] = []
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
        return pair_runs(self.items, self.unclosed)

    def words(self, words: str) -> None:
        """Add characters that mean themselves."""
        self.items.append(BLANKS.sub(" ", words) if self.uneven else words)
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
        if found := RAW_BLOCK.match(self.text, start):
            return self.raw(found[2].removesuffix("\n"), *found.span())
        ticks = self.text[start:end]
        for row in _TICKS.finditer(self.text, end):
            if row[0] == ticks:
                code = _LINE_ENDS.sub(" ", self.text[end : row.start()])
                if found := _RAW.match(self.text, row.end()):
                    return self.raw(code, start, found.end())
                padded = code.strip(" ") and code[0] == code[-1] == " "
                self.whole(Code(code[1:-1] if padded else code))
                return row.end()
        self.unclosed(f"{ticks} opens code that is not closed", start, end, "write \\` for a backtick that prints")
        self.words(ticks)
        return end

    def raw(self, tex: str, start: int, end: int) -> int:
        """`` `\\LaTeX`{=latex} `` (pandoc's `raw_attribute`), and a block of it; code, where that is not allowed."""
        span = self.where(start, end)
        allowed = span.source.raw_latex if span is not None else True
        if allowed:
            self.whole(Raw(tex, span))
            return end
        if allowed is None:
            self.sink.add(RAW_LATEX, "raw LaTeX can stand in a CV only, not in this file", span)
        else:
            hint = "--raw-latex allows it; TeX then runs what the writer of this CV says, so trust them (docs/raw-latex.md)"
            self.sink.add(RAW_LATEX, "raw LaTeX is not passed on to TeX unless you allow it", span, hint=hint)
        self.whole(Code(tex))
        return end

    def math(self, start: int, end: int) -> int:
        """`$math$` (pandoc): no space inside the dollars, no digit behind them. `$$` is set in the line as well."""
        found = _MATH.match(self.text, start)
        if not found:
            self.words("$")
            return end
        tex = BLANKS.sub(" ", found[2])
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
        if found := ESCAPED.match(self.text, start):
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
        """`[@key; see @key, p. 3]`, `[#name]`, or perhaps the beginning of a link."""
        if count := read_count(self.text, start):
            self.whole(Count(count[1], self.where(*count.span())))
            return count.end()
        try:
            parts = read_citation(self.text, start)
        except CitationError as error:
            hint = "citations are written [@key; @key, p. 3]; write \\@ for a sign that prints"
            self.sink.add(BAD_CITATION, str(error), self.where(start, error.end), hint=hint)
            parts = ()
        if parts:
            self.cite(parts)
            self.linked = start
            return parts[-1].end + 1
        self.brackets.append((len(self.items), start))
        self.words("[")
        return end

    def cite(self, parts: tuple[Part, ...]) -> None:
        """Add a citation; the words around its keys are texts of their own."""
        spans = tuple(self.where(*part.place) for part in parts)
        before = tuple(self.inner(part.start, part.place[0]) for part in parts)
        after = tuple(self.inner(part.place[1], part.end, leading=True) for part in parts)
        alone = not any((*before, *after))
        keys = tuple(part.key for part in parts)
        self.whole(Cite(keys, spans) if alone else Cite(keys, spans, before, after))

    def inner(self, start: int, end: int, leading: bool = False) -> tuple[Inline, ...]:
        """The meaning of a part of the text by itself, with a space before it if there is one and `leading`."""
        words = self.text[start:end]
        body = Parser(words, self.shift + start, self.place, self.sink, self.places is _SMART_PLACES).body()
        return (Str(" "), *body) if body and leading and words[0] in BLANK else body

    def close_bracket(self, start: int, end: int) -> int:
        """The `]` of `[words](address)` (CommonMark 6.3, without titles and references)."""
        index, opened = self.brackets.pop() if self.brackets else (0, -1)
        if opened < 0 or self.text[end : end + 1] != "(":
            self.words("]")
            return end
        address, behind = link_address(self.text, end + 1)
        if address is None or opened < self.linked:
            nested = opened < self.linked
            what = "a link cannot stand in a link" if nested else "the address of the link is not closed, or has spaces"
            self.unclosed(what, opened, behind, "a link is written [words](https://address)")
            self.words("]")
            return end
        words = pair_runs(self.items[index + 1 :], self.unclosed) or (Str(address),)
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
        address = bare_address(self.text, start)
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
            self.sink.add(BAD_URL, message, self.where(start, end), hint=advice(address))
            self.items.extend(word for word in words if word != Str(""))
            self.before = "x"
        else:
            self.whole(Link(url, words))

    # emphasis and smart punctuation

    def run(self, start: int, end: int) -> int:
        """Stars and underscores, which may open or close emphasis."""
        if run := read_run(self.text, start, end):
            self.items.append(run)
        else:
            self.words(self.text[start:end])
        return end

    def quote(self, start: int, end: int) -> int:
        """A straight quote."""
        self.words(curl_quote(self.text, start, self.before))
        return end

    def row(self, start: int, end: int) -> int:
        """Hyphens or full stops."""
        row = self.text[start:end]
        self.words(ROWS.get(row, row))
        return end

    SIGNS: ClassVar[dict[str, Callable[[Parser, int, int], int]]] = {
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
        "-": row,
        ".": row,
    }


def _unlinked(body: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Words of a link, without the links that bare addresses among them are: [https://x.org](https://x.org)."""
    out: list[Inline] = []
    for node in body:
        match node:
            case Strong(inner):
                out.append(Strong(_unlinked(inner)))
            case Emph(inner):
                out.append(Emph(_unlinked(inner)))
            case Link(_, inner):
                for word in inner:
                    _append(out, word)
            case _:
                _append(out, node)
    return tuple(out)


def _append(out: list[Inline], node: Inline) -> None:
    """Add an inline; words behind words are joined."""
    if isinstance(node, Str) and out and isinstance(last := out[-1], Str):
        node = Str(last.text + node.text)
        del out[-1]
    out.append(node)
