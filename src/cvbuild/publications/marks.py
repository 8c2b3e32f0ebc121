"""Marks behind names: what they are called, how they look, what they mean.

What is printed for a mark is said by the document, else by the theme, else here; and so is the order of several
marks. What a typed sign *means* is said by the document, else here: it does not change with the theme.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cvbuild.diagnostics import BAD_FIELD, MARK_NOT_SHOWN, UNKNOWN_MARK, UNUSED_MARK, Sink, closest
from cvbuild.model import MarkSpec, Work
from cvbuild.source import Source, Span
from cvbuild.text import Str, Text
from cvbuild.words import Words

EQUAL = "equal"
ALPHABETICAL = "alphabetical"
ADVISEE = "advisee"

# In the order in which several stand behind one name: name, sign, what the legend says, words in parentheses.
_DEFAULTS = (
    (EQUAL, "*", "indicates equal contribution", "equal contribution"),
    ("equal-2", "#", "indicates a second group of equal contributors", "second group of equal contributors"),
    ("equal-3", "§", "indicates a third group of equal contributors", "third group of equal contributors"),
    ("equal-last", "‡", "indicates equal last authorship", "equal last author"),
    ("corresponding", "†", "indicates corresponding author", "corresponding author"),
    (ALPHABETICAL, "‖", "indicates alphabetical author order", "alphabetical order"),
    (ADVISEE, None, "indicates an advisee", "advisee"),
)

# A number, or one sign, perhaps repeated, with what belongs to it.
_SIGN = re.compile(r"\d+|([^\s\d][\u0300-\u036f\ufe0e\ufe0f]*)\1*")
_LONGEST = 8
_NO_SIGN = ("has no sign", "write a `symbol`, or `show: words`, `show: underline` or `show: none`")


class Marks:
    """The marks of a document, in their order, each with all that is known of it."""

    def __init__(self, own: Iterable[MarkSpec], theme: Iterable[MarkSpec], words: Words, sink: Sink) -> None:
        self._own = own = tuple(own)
        theme = tuple(theme)
        table = {spec.name: spec for spec in defaults(words)}
        meant = {spec.symbol: spec.name for spec in table.values() if spec.symbol}
        order = dict.fromkeys([*(spec.name for spec in (*own, *theme)), *table])
        for spec in (*theme, *own):
            table[spec.name] = merge(table.get(spec.name), spec)
        self._table = {name: table[name] for name in order}
        self._rank = {name: i for i, name in enumerate(order)}
        meant.update({spec.name: spec.name for spec in own if not _is_word(spec.name)})
        meant.update({spec.symbol: spec.name for spec in reversed(own) if spec.symbol})
        self._meant: dict[str, str] = meant
        for spec in own:
            problem = _NO_SIGN if spec.symbol == "" else problem_of(self._table[spec.name])
            if problem is not None:
                sink.add(MARK_NOT_SHOWN, f"the mark `{spec.name}` {problem[0]}", spec.span, hint=problem[1])

    def __getitem__(self, name: str) -> MarkSpec:
        """The mark of this name, or a sign that is a mark of its own."""
        return self._table.get(name) or MarkSpec(name=name, symbol=name, show="symbol")

    def names(self, written: Iterable[str]) -> tuple[str, ...]:
        """Names of marks, in order, for what was written behind an author or in `marks:`: names and signs.

        A sign that nothing explains is its own name, and comes last. Words that are no names are left out.
        """
        found = dict.fromkeys(name for text in written for name in self._read(text) if name is not None)
        return tuple(self.in_order(found))

    def in_order(self, names: Iterable[str]) -> list[str]:
        """The order of the document's `marks:`, else of the theme, else of cvbuild; others last, as they come."""
        return sorted(names, key=lambda name: self._rank.get(name, len(self._rank)))

    def called(self, word: str, name: str) -> bool:
        """Whether `word` calls the mark `name`: as its name, as a sign that means it when typed, else as it is printed."""
        if word in self._table or word in self._meant:
            return self._meant.get(word, word) == name
        return word in (name, self[name].symbol)

    def meant(self, sign: str) -> str:
        """The name of the mark that a typed sign means; of one that nothing explains, the sign."""
        return self._meant.get(sign, sign)

    def check(self, works: Iterable[Work], sink: Sink, home: Source | None = None) -> None:
        """Report words at authors that are no names of marks, and marks that seem to be misspelt in `marks:`.

        A file other than `home`, the CV, may have annotations for other programs: these are warnings.
        """
        used: set[str | None] = set()
        for work in works:
            places = [(given.marks, given.span) for given in work.marks]
            places += [(author.marks, author.span) for author in work.authors if author.marks]
            told: set[str] = set()
            for written, span in places:
                for word in dict.fromkeys(written):
                    names = set(self._read(word))
                    used |= names
                    if None in names and word not in told:
                        told.add(word)
                        if span is not None and home is not None and span.source not in home.whole():
                            hint = f"to print it, add `{word}` to `marks:` at the top level of the CV"
                            message = f"there is no mark `{word}`; it is left out"
                            sink.add(BAD_FIELD, message, span, hint=hint)
                        else:
                            self.report(word, span, sink)
        known = [name for name, *_ in _DEFAULTS]
        for spec in self._own:
            near = closest(spec.name, known) if _is_word(spec.name) and spec.name not in (*known, *used) else None
            if near is not None:
                message = f"no author has the mark `{spec.name}`"
                sink.add(UNUSED_MARK, message, spec.span, hint=f"did you mean `{near}`?")

    def report(self, word: str, span: Span | None, sink: Sink) -> None:
        """Report a word that is no mark's name."""
        near = closest(word, list(self._table))
        known = ", ".join(f"`{name}`" for name in self._table)
        hint = f"did you mean `{near}`?" if near else f"the marks are {known}; the key `marks:` of the file adds others"
        sink.add(UNKNOWN_MARK, f"there is no mark `{word}`", span, hint=hint)

    def knows(self, word: str) -> bool:
        """Whether a word can call a mark: it is one's name, or a sign."""
        return None not in self._read(word)

    def _read(self, text: str) -> Iterator[str | None]:
        """Names of the marks in `text`; None for a word that is none."""
        if text in self._table:
            yield text
        elif text in self._meant:
            yield self._meant[text]
        elif "," in text:
            for part in filter(None, map(str.strip, text.split(","))):
                yield from self._read(part)
        elif _is_word(text):
            yield None
        else:
            for found in _SIGN.finditer(text):
                yield self.meant(found[0])


def merge(below: MarkSpec | None, spec: MarkSpec) -> MarkSpec:
    """What `spec` says of a mark, and for the rest what was said before. A new sign is shown."""
    below = below or MarkSpec(name=spec.name)
    show = spec.show or ("symbol" if spec.symbol else below.show)
    symbol = spec.symbol or below.symbol or (None if _is_word(spec.name) else spec.name)
    if show is None:
        show = "symbol" if symbol or spec.words is None else "words"
    return replace(
        below,
        symbol=symbol,
        show=show,
        legend=spec.legend or below.legend,
        words=spec.words or below.words or Text((Str(spec.name),)),
        span=spec.span,
    )


def problem_of(mark: MarkSpec) -> tuple[str, str] | None:
    """Why a mark cannot be shown as it is said to be, and what to do; None if it can."""
    if mark.symbol is not None and (len(mark.symbol) > _LONGEST or len(mark.symbol.split()) != 1):
        return f"has no sign but a text: `{mark.symbol}`", "write `show: words` and `words:` for words in parentheses"
    if mark.show == "symbol" and mark.symbol is None:
        return _NO_SIGN
    if mark.show == "underline" and mark.name == ALPHABETICAL:
        return "stands behind a list of authors, which is not underlined", "write `show: symbol` or `show: words`"
    return None


def defaults(words: Words) -> Iterator[MarkSpec]:
    """The marks that every document has, in their order."""
    for name, symbol, legend, said in _DEFAULTS:
        yield MarkSpec(
            name=name,
            symbol=symbol,
            show="symbol" if symbol else "underline",
            legend=Text((Str(words(legend)),)),
            words=Text((Str(words(said)),)),
        )


def _is_word(text: str) -> bool:
    """Whether this is meant as a name: a text with letters, and not a single letter."""
    return len(text) > 1 and any(map(str.isalpha, text))
