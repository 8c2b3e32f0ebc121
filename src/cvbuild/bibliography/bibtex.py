"""A .bib file -> its entries as written, each field with its place.

The grammar is that of BibTeX and of btparse, which biber reads with: braces
are balanced whatever stands before them, `%` begins a comment between fields and
entries, `@comment{…}` is passed over, `#` joins values.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from cvbuild.dates import ENGLISH
from cvbuild.diagnostics import BAD_ENTRY, BAD_FIELD, Label, Sink
from cvbuild.frozen import frozen
from cvbuild.source import Source, Span

MACROS: Final = {month[:3].lower(): month for month in ENGLISH.long}
"""What @string need not define: `jan` to `dec`."""

_START: Final = re.compile(r"@[ \t]*([A-Za-z][\w+-]*)\s*([{(])")
_FIRST: Final = re.compile(r"^[ \t]*(@)[ \t]*[A-Za-z][\w+-]*[ \t]*[{(]", re.MULTILINE)
_BLANK: Final = re.compile(r"\s*(?:%[^\n]*\s*)*")
_NAME: Final = re.compile(r"[^\s\"#%'(),={}]+")
_KEY: Final = re.compile(r"[^\s,{}=]+")
_BARE: Final = re.compile(r"[^\s\"#%(),={}]+")
_FIELD: Final = re.compile(r"[^\s\"#%'(),={}]+\s*=")
_STRAY: Final = re.compile(r"\s*,?\s*([A-Za-z][\w+:-]*)\s*=\s*[{\"0-9]")
_MOST_WASTED: Final = 10_000_000
_WASTED_EACH: Final = 10_000  # by a malformed entry, whatever it is: a thousand of them are no .bib file
_LONGEST_JOINED: Final = 20_000_000
_SWALLOWED: Final = re.compile(r"(?:\n[ \t]*|,\s*)[A-Za-z][\w+-]*[ \t]*=")
# An entry that begins on a line of its own inside a value shows that the value was not closed.
_NEXT = r"\n[ \t]*@[A-Za-z]+[ \t]*[{(][ \t]*[^\s,{}()\"=]+[ \t]*[,=]"
_SIMPLE: Final = re.compile(r"\{[^{}@]*\}")
_BRACE: Final = re.compile(r"[{}]|" + _NEXT)
_QUOTE: Final = re.compile(r"[{}\"]|\\\"|" + _NEXT)


@frozen
class Field:
    """What stands behind a field's name, in LaTeX, without its braces or quotes.

    `unknown` are the words in it that no @string defines.
    """

    text: str
    span: Span
    unknown: tuple[Span, ...] = ()

    def part(self, start: int, end: int) -> Span:
        """The place of some characters of it; all of it where it was put together from pieces."""
        if self.span.end - self.span.start == len(self.text):
            return self.span.part(start, end)
        return self.span


@frozen
class Entry:
    """One entry. `type` and the names of the fields are in lower case, `key` is as written."""

    type: str
    key: str
    span: Span
    kind: Span
    fields: dict[str, Field]


@frozen
class Entries:
    """The entries of a file in their order. `broken` are the keys of those that could not be read."""

    entries: tuple[Entry, ...]
    broken: frozenset[str]


def read_bibtex(source: Source, sink: Sink, macros: dict[str, str] | None = None) -> Entries:
    """All entries of a .bib file; what is wrong with one is reported at its place, and the others are read.

    `macros` are those that files before this one define; what @string says in this one is added.
    """
    return _Reader(source, sink, {} if macros is None else macros).read()


class _Broken(Exception):
    """An entry that cannot be read on."""

    def __init__(self, message: str, start: int, end: int, hint: str, opened: tuple[int, str] | None = None) -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.hint, self.opened = message, start, end, hint, opened


class _Reader:
    def __init__(self, source: Source, sink: Sink, macros: dict[str, str]) -> None:
        self.source, self.text, self.sink = source, source.text, sink
        self.macros = macros
        self.entries: list[Entry] = []
        self.broken: list[str] = []
        self.firsts: list[int] | None = None  # where entries begin at the start of a line; made when it is needed
        self.joined = 0  # characters of values that macros and `#` have made
        self.wasted = 0  # characters that were read for values without an end
        self.key: str | None = None  # of the entry that is being read
        self.last: Field | None = None  # that was read in it

    def read(self) -> Entries:
        text, at = self.text, 0
        while found := _START.search(text, at):
            at = found.end()
            line = text.rfind("\n", 0, found.start()) + 1
            if "%" in text[line : found.start()]:
                continue
            self.key = self.last = None
            try:
                at = self.entry(found)
            except _Broken as broken:
                at = self.recover(found.start(), broken)
        return Entries(tuple(self.entries), frozenset(self.broken))

    def span(self, start: int, end: int) -> Span:
        return self.source.at(start, end)

    def recover(self, start: int, broken: _Broken) -> int:
        """Report what is wrong with the entry that begins at `start`; where to read on."""
        if self.key is not None:
            self.broken.append(self.key)
        labels: tuple[Label, ...] = ()
        if broken.opened is not None:
            at, what = broken.opened
            labels = (Label(self.span(at, at + 1), what),)
        of = f" in `{self.key}`" if self.key is not None else ""
        self.sink.add(
            BAD_ENTRY, broken.message + of, self.span(broken.start, broken.end), hint=broken.hint, labels=labels
        )
        self.wasted += _WASTED_EACH
        if self.wasted > _MOST_WASTED:
            at = len(self.text.rstrip())
            self.sink.add(BAD_ENTRY, "too much of the file is malformed; the rest is not read", self.span(at, at + 1))
            return len(self.text)
        if self.firsts is None:
            self.firsts = [found.start(1) for found in _FIRST.finditer(self.text)]
        line = bisect_right(self.firsts, start)
        ends = self.firsts[line : line + 1]
        behind = _START.search(self.text, max(broken.start, start + 1))
        return min([*ends, behind.start()] if behind else ends, default=len(self.text))

    def blank(self, at: int) -> int:
        """Where the next thing stands that is neither white space nor a comment."""
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    # --- entries ---

    def entry(self, found: re.Match[str]) -> int:
        kind, opening = found[1].lower(), found.end() - 1
        close = "}" if found[2] == "{" else ")"
        if kind in ("comment", "control"):
            return self.braced(opening) if close == "}" else found.end()
        if kind == "preamble":
            return self.closed(self.value(self.blank(found.end()))[1], close, opening)
        if kind == "string":
            return self.macro(self.blank(found.end()), close, opening)
        at = self.blank(found.end())
        key = _KEY.match(self.text, at)
        behind = self.blank(key.end()) if key else at
        if key is None or self.text[behind : behind + 1] == "=":
            hint = f"write @{found[1]}{{some-key, …}}"
            raise _Broken("the key of the entry is missing", opening, opening + 1, hint)
        self.key = key[0]
        at = behind
        if self.text[at : at + 1] == ",":
            at += 1
        elif self.text[at : at + 1] != close:
            if not _FIELD.match(self.text, at):
                raise _Broken("a comma is missing behind the key", key.end(), key.end() + 1, "a key has no spaces")
            self.wrong("a comma is missing behind the key", key.end(), f"write `{key[0]},`")
        fields, at = self.fields(at, close, opening)
        self.entries.append(Entry(kind, key[0], self.span(*key.span()), self.span(found.start(), found.end(1)), fields))
        if stray := _STRAY.match(self.text, at):
            hint = "is there a brace too many before it?"
            self.wrong(f"`{stray[1]}` stands behind the end of the entry", stray.start(1), hint, stray.end(1))
        return at

    def wrong(self, message: str, start: int, hint: str, end: int | None = None) -> None:
        """Report an error behind which the entry can be read on."""
        self.sink.add(BAD_ENTRY, f"{message} in `{self.key}`", self.span(start, end or start + 1), hint=hint)

    def fields(self, at: int, close: str, opening: int) -> tuple[dict[str, Field], int]:
        fields: dict[str, Field] = {}
        names: dict[str, Span] = {}
        text = self.text
        while True:
            at = self.blank(at)
            here = text[at : at + 1]
            if here == close:
                return fields, at + 1
            if here == ",":
                at += 1
                continue
            name = _NAME.match(text, at)
            equals = self.blank(name.end()) if name else at
            if name is None or text[equals : equals + 1] != "=":
                raise self.unexpected(at, close, opening, name)
            field, at = self.value(self.blank(equals + 1))
            self.last = field
            word = name[0].lower()
            if word in fields:
                labels = (Label(names[word], "first written here"),)
                self.sink.add(
                    BAD_FIELD,
                    f"`{self.key}` has the field `{word}` twice; the first counts",
                    self.span(*name.span()),
                    labels=labels,
                )
            else:
                fields[word] = field
                names[word] = self.span(*name.span())
            behind = self.blank(at)
            if text[behind : behind + 1] == ",":
                at = behind + 1
            elif text[behind : behind + 1] != close:
                if not _FIELD.match(text, behind):
                    raise self.unexpected(behind, close, opening, _NAME.match(text, behind))
                self.wrong(f"a comma is missing behind the field `{word}`", at - 1, "fields are parted by commas")

    def unexpected(self, at: int, close: str, opening: int, word: re.Match[str] | None) -> _Broken:
        """Something else than a field, a comma, or the end of the entry."""
        opened = (opening, "the entry begins here")
        if at >= len(self.text) or self.text[at] == "@":
            if self.last is not None and _SWALLOWED.search(self.last.text):
                start = self.last.span.start - 1
                return _Broken("this brace is not closed", start, start + 1, "each `{` needs its `}`")
            at = min(at, len(self.text.rstrip()))
            return _Broken(f"`{close}` is missing", at, at + 1, f"an entry ends with `{close}`", opened)
        if word is not None:
            hint = "a field is written `name = {value},`"
            return _Broken(f"`=` is expected behind `{word[0]}`", *word.span(), hint)
        hint = "is a brace or a quote closed too early before it?"
        return _Broken(f"`{self.text[at]}` is not expected here", at, at + 1, hint, opened)

    def closed(self, at: int, close: str, opening: int) -> int:
        at = self.blank(at)
        if self.text[at : at + 1] != close:
            raise self.unexpected(at, close, opening, _NAME.match(self.text, at))
        return at + 1

    def macro(self, at: int, close: str, opening: int) -> int:
        """``@string{name = value}``"""
        name = _NAME.match(self.text, at)
        equals = self.blank(name.end()) if name else at
        if name is None or self.text[equals : equals + 1] != "=":
            raise _Broken("the name of the macro is missing", at, at + 1, "write @string{name = {text}}")
        field, at = self.value(self.blank(equals + 1))
        self.macros[name[0].lower()] = field.text
        at = self.blank(at)
        return self.closed(at + 1 if self.text[at : at + 1] == "," else at, close, opening)

    # --- values ---

    def value(self, at: int) -> tuple[Field, int]:
        """Pieces joined by `#`, and the offset behind them."""
        start = at
        self.unknown: tuple[Span, ...] = ()
        text, first, last, at = self.piece(at)
        behind = at
        while True:
            behind = self.blank(at)
            if self.text[behind : behind + 1] != "#":
                return Field(text, self.span(first, last), self.unknown), at
            more, _, _, at = self.piece(self.blank(behind + 1))
            text += more
            self.bound(len(text), at)
            first, last = start, at

    def piece(self, at: int) -> tuple[str, int, int, int]:
        """One piece: its text, where that begins and ends, and the offset behind it."""
        sign = self.text[at : at + 1]
        if sign in ("{", '"'):
            end = self.braced(at) if sign == "{" else self.quoted(at)
            return self.text[at + 1 : end - 1], at + 1, end - 1, end
        found = _BARE.match(self.text, at)
        if found is None:
            hint = "write it in braces: `name = {value}`"
            raise _Broken("a value is missing", max(0, at - 1), at, hint)
        word = found[0]
        text = word
        if not word.isdecimal():
            known = self.macros.get(word.lower(), MACROS.get(word.lower()))
            if known is None:
                self.unknown += (self.span(*found.span()),)
            else:
                text = known
                self.bound(len(known), at)
        return text, *found.span(), found.end()

    def bound(self, length: int, at: int) -> None:
        """A few macros that double each other would fill the memory."""
        self.joined += length
        if self.joined > _LONGEST_JOINED:
            self.wasted = _MOST_WASTED + 1
            raise _Broken("the macros of this file expand to too much", at - 1, at, "write the text itself")

    def braced(self, at: int) -> int:
        """The offset behind the brace that closes the one at `at`."""
        if simple := _SIMPLE.match(self.text, at):
            return simple.end()
        depth, end = 0, at
        for found in _BRACE.finditer(self.text, at):
            if found[0] == "{":
                depth += 1
            elif found[0] == "}":
                depth -= 1
                if not depth:
                    return found.end()
            else:
                break
            end = found.end()
        self.wasted += end - at
        raise _Broken("this brace is not closed", at, at + 1, "each `{` needs its `}`; LaTeX's \\{ counts too")

    def quoted(self, at: int) -> int:
        """The offset behind the quote that closes the one at `at`: the first outside of braces."""
        depth = 0
        for found in _QUOTE.finditer(self.text, at + 1):
            sign = found[0]
            if sign == "{":
                depth += 1
            elif sign == "}":
                depth -= 1
                if depth < 0:
                    raise _Broken("this brace closes nothing", found.start(), found.end(), "is a quote missing?")
            elif sign == '"' and not depth:
                return found.end()
            elif sign[0] == "\n":
                break
        self.wasted += len(self.text) - at
        raise _Broken("this quote is not closed", at, at + 1, "values are easier to write in braces")
