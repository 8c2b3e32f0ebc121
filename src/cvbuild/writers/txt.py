"""Outline -> plain text, for forms and e-mail: UTF-8 in lines of 78 columns.

Columns are counted as a terminal counts them: a Chinese character takes two, an accent by itself none. Where letters
cannot tell what a page shows otherwise, a sign does: underlined names stand between ``_``, and an address that the words of a
link do not tell stands behind them, once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Final

from cvbuild.checked import Checked
from cvbuild.diagnostics import Sink
from cvbuild.text import (
    Break,
    Cite,
    Code,
    Count,
    Date,
    Icon,
    Inline,
    Link,
    Mark,
    Math,
    Raw,
    Role,
    Str,
    Url,
    children,
    plain,
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
    Paragraph,
    Point,
    Points,
    Works,
    visible,
)

WIDTH: Final = 78
_LEAST: Final = 30
"""Columns that a text gets, however deep it stands."""
_DATES: Final = 22
"""The widest column for dates; longer ones are broken."""
_GAP: Final = 3
_NO_BREAK: Final = str.maketrans({"\u00a0": "\x00", "\u202f": "\x00", "\u2007": "\x00"})
_BREAK: Final = re.compile("[\u0085\u2028\u2029]")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")  # where a word may be broken, or not
# Between wide characters a line may end, but a stop does not begin one, nor does a bracket end one.
_WIDE_PARTS: Final = re.compile(
    r"[^\u1100-\uffdc\U0001f000-\U0003ffff]+|[（「『《【〔“‘]*.[）」』》】〕”’、。，．：；？！…]*", re.DOTALL
)
_UNDERLINES: Final = ("=", "-", "~")


def write(checked: Checked, sink: Sink) -> bytes:
    """The CV as plain text."""
    return PlainText(checked, sink).document().encode()


class PlainText(Dialect):
    """Writes plain text."""

    def __init__(self, checked: Checked, sink: Sink) -> None:
        super().__init__(checked, sink)
        self._told: set[str] = set()  # addresses
        self._column = self._date_column() if self.left else 0

    def document(self) -> str:
        """The whole file."""
        prose = self.prose
        head = [*self.heading(0, (Str(prose.name),)), *self.paragraph(prose.headline), *self.paragraph(prose.title)]
        parts = [head, [line for body in prose.address for line in self.paragraph(body)]]
        parts.append(self.contacts())
        parts += self.blocks(prose.blocks)
        return "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts if part) + "\n"

    def contacts(self) -> list[str]:
        """How to reach the owner: labels, if the theme has them, and what belongs to each."""
        lines = [(self.tidy(c.label), self.text(c.body)) for c in self.prose.contacts]
        if not any(label for label, _ in lines):
            return [line for _, text in lines for line in wrap(text, WIDTH, hang=2)]
        # What has no label is called by its only words, as "Google Scholar" is; its address belongs to them.
        lines = [(label, text) if label else _parted(text) for label, text in lines]
        column = max(width(label) for label, _ in lines) + 2
        return [line for label, text in lines for line in hanging(f"{label}:" if label else "", column, text)]

    # --- blocks, each as lines ---

    def blocks(self, blocks: Iterable[Block], room: int = WIDTH) -> Iterator[list[str]]:
        """The blocks; a blank line belongs between them."""
        heading: list[str] = []
        for block in blocks:
            match block:
                case Heading(level, body):
                    if heading:
                        yield heading
                    heading = self.heading(level, body)
                    continue
                case Paragraph(body):
                    lines = self.paragraph(body, room)
                case Entries(entries):
                    dated = any(visible(line.when) for entry in entries for line in entry.lines)
                    column = self._column if dated else 0
                    lines = _spread([self.entry(entry, room, column) for entry in entries])
                case Points(points, signs):
                    items = [self.point(point, room, signs=signs) for point in points]
                    lines = _spread(items, apart=room == WIDTH)
                case Works(works):
                    lines = self.works(Works(works))
            if lines:
                yield [*heading, *lines]  # a heading stands close to what it heads
                heading = []
        if heading:
            yield heading

    def heading(self, level: int, body: Body) -> list[str]:
        """A heading, underlined."""
        lines = wrap(self.text(body), WIDTH)
        sign = _UNDERLINES[min(level, len(_UNDERLINES) - 1)]
        return [*lines, sign * max(map(width, lines))] if lines else []

    def paragraph(self, body: Body, room: int = WIDTH) -> list[str]:
        """Prose."""
        return wrap(self.text(body), room)

    def entry(self, entry: Entry, room: int, column: int) -> list[str]:
        """An entry, and what stands below it; all but its dates, which stand in the `column`, is indented."""
        lines: list[str] = []
        for at, line in enumerate(entry.lines):
            lines += self.line(line, room, column, hang=2, indent=0 if at == 0 or column else 2)
        below = self.blocks(entry.below, max(room - (column or 2), _LEAST))
        return [*lines, *_indented(_stacked(below), column or 2)]

    def line(self, line: Line, room: int, column: int, *, hang: int, indent: int) -> list[str]:
        """A line of an entry, with its date in the column on the left, or at the right end of its first line."""
        when, text = self.text(line.when), self.text(line.body)
        if column:
            dates = wrap(when, column - _GAP)
            words = wrap(text, max(room - column, _LEAST), hang=hang)
            return [_padded(date, column) + said for date, said in zip_longest(dates, words, fillvalue="")]
        lines = wrap(text, max(room - indent, _LEAST), hang=hang, last=width(when) + 2 if when else 0)
        return _indented(_dated(lines, when, room - indent), indent)

    def point(self, point: Point, room: int, *, signs: bool) -> list[str]:
        """A point, with a hyphen before it or without, and what stands below it."""
        text = self.text(point.body)
        lines = hanging("-", 2, text, room) if signs else wrap(text, room, hang=2)
        return [*lines, *_indented(_stacked(self.blocks(point.below, max(room - 2, _LEAST))), 2)]

    def works(self, works: Works) -> list[str]:
        """Works, with their numbers, and the years beside them where dates stand."""
        labels = [self.tidy(work.label) if work.label else "" for work in works.works]
        label = max(map(width, labels), default=0)
        indent = label + 1 if label else 2
        column = self._column if any(work.margin for work in works.works) else 0
        lines: list[str] = []
        for own, work in zip(labels, works.works, strict=True):
            year = self.text(work.margin)
            sign = own.rjust(len(own) + label - width(own)) if label else "" if column else "-"
            hang = 0 if column and not label else indent
            room = WIDTH - column - (width(year) + 2 if year and not column else 0)
            said = hanging(sign, hang, self.text(work.body), room)
            if column:
                lines += [_padded(y, column) + s for y, s in zip_longest([year], said, fillvalue="")]
            else:
                lines += _dated(said, year, WIDTH)
        return lines

    def _date_column(self) -> int:
        """How wide the column of dates is, for all of the document."""
        widest = max((width(self.text(when)) for when in _dates(self.prose.blocks)), default=0)
        return min(widest, _DATES) + _GAP if widest else 0

    # --- inlines ---

    def text(self, body: Body) -> str:
        """A text in characters, with the addresses that it leads to."""
        words = plain(body)
        return self.tidy("".join(self.inline(node, words) for node in body))

    def tidy(self, text: str) -> str:
        """Blanks as one space, but for those at which a line must not end."""
        text = _INVISIBLE.sub("", _BREAK.sub("\n", text).translate(_NO_BREAK))
        return re.sub(" *\n *", "\n", _BLANKS.sub(" ", text)).strip()

    def inline(self, node: Inline, words: str) -> str:
        """An inline; `words` are all those among which it stands."""
        match node:
            case Str(text) | Code(text):
                return _BREAK.sub("\n", text.replace("\n", " "))
            case Break():
                return "\n"
            case Math():
                return plain((node,))
            case Mark(symbol):
                return symbol
            case Icon(label=label):
                return label
            case Date(value):
                return self.date(value)
            case Count(name):
                return f"[#{name}]"  # where nothing is counted
            case Raw():
                return ""
            case Cite():
                raise TypeError("a citation was not resolved")
            case Role(name, body, mark) if mark or name in UNDERLINED:
                return f"_{self.inside(body, words)}_"
            case Role("badge", body, _):
                return f"[{self.inside(body, words)}]"
            case Link(url, body):
                return self.inside(body, words) + self.address(url, words)
        return self.inside(children(node), words)

    def inside(self, body: Body, words: str) -> str:
        """Inlines, one after the other."""
        return "".join(self.inline(node, words) for node in body)

    def address(self, url: Url, words: str) -> str:
        """What is printed of the address of a link: nothing if it was said before, or if the words tell it."""
        if url.href in self._told or tells(words, url.href):
            return ""
        self._told.add(url.href)
        return f" <{url.href.removeprefix('mailto:')}>"


def tells(words: str, href: str) -> bool:
    """Whether words tell an address: all of it but the scheme, or the DOI or arXiv number that it is made of."""
    if href.startswith("tel:"):
        return True
    core = re.sub(r"^(?:https?://(?:www\.)?|mailto:)", "", href).rstrip("/").casefold()
    number = re.match(r"(?:dx\.)?doi\.org/(.+)|arxiv\.org/(?:abs|pdf)/(.+?)(?:\.pdf)?$", core)
    said = "".join(words.casefold().split())
    return core in said or (number is not None and (number[1] or number[2]) in said)


def width(text: str) -> int:
    """Columns that a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else unicodedata.category(c) not in ("Mn", "Me", "Cf")
        for c in text
    )


def wrap(text: str, room: int, *, hang: int = 0, last: int = 0) -> list[str]:
    """Lines of a text, none wider than `room` unless a single word is; all but the first begin with `hang` blanks.

    `last` columns are left free at the end of the first line.
    """
    lines: list[str] = []
    for part in text.split("\n") if text else ():
        line, begun = "", False
        for blank, word in _words(part):
            indent = hang if lines else 0
            free = room - indent - (0 if lines else last)
            if begun and width(line) + len(blank) + width(word) > free:
                lines.append(" " * indent + line)
                line = word
            else:
                line += (blank if begun else "") + word
            begun = True
        lines.append(" " * (hang if lines else 0) + line)
    return [line.replace("\x00", " ") for line in lines]


def _words(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a line between which it may be broken, each with the blank before it."""
    for word in text.split(" "):
        if width(word) == len(word):
            yield " ", word
        else:
            for at, part in enumerate(_WIDE_PARTS.findall(word)):
                yield "" if at else " ", part


def hanging(sign: str, indent: int, text: str, room: int = WIDTH) -> list[str]:
    """Lines of a text, the first of which begins with `sign`, and all others with as many blanks as are left for it."""
    lines = wrap(text, max(room - indent, _LEAST))
    return [(_padded(sign, indent) if at == 0 else " " * indent) + line for at, line in enumerate(lines)]


def _parted(text: str) -> tuple[str, str]:
    """Words, and the address that stands behind them."""
    words, _, address = text.rpartition(" <")
    return (words, address.removesuffix(">")) if words and address.endswith(">") else ("", text)


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def _dated(lines: list[str], when: str, room: int) -> list[str]:
    """Lines with a date at the right end of the first; if there is no room for it, behind the last."""
    if not when or not lines:
        return [*lines, *wrap(when, room)]
    if width(lines[0]) + 2 + width(when) > room or "\n" in when:
        return [*lines, *(" " * 2 + date for date in wrap(when, max(room - 2, _LEAST)))]
    when = when.replace("\x00", " ")
    return [_padded(lines[0], room - width(when)) + when, *lines[1:]]


def _indented(lines: Iterable[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _stacked(blocks: Iterable[list[str]]) -> list[str]:
    """Blocks below the head of something: paragraphs among them are set apart from each other."""
    return _spread(list(blocks), apart=False)


def _spread(items: list[list[str]], *, apart: bool = True) -> list[str]:
    """Items one after the other, with blank lines between them if one has several lines (and they shall be `apart`)."""
    items = [item for item in items if item]
    blank = [""] if apart and any(len(item) > 2 for item in items) else []
    return [line for at, item in enumerate(items) for line in (*(blank if at else ()), *item)]


def _dates(blocks: Iterable[Block]) -> Iterator[Body]:
    """All that stands in the column of dates."""
    for block in blocks:
        match block:
            case Entries(entries):
                yield from (line.when for entry in entries for line in entry.lines)
            case Works(works):
                yield from (work.margin for work in works)
