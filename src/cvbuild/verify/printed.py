"""What a reader gets from a PDF: its characters in reading order with their places, its links, bookmarks and information.

PDFium is asked, the library with which browsers show PDFs: it finds the gaps
between words, puts lines together, and marks a hyphen at the end of a line. Such
a hyphen is kept apart here (`Printed.soft`): the PDF alone does not tell whether it
was written, or put in by TeX.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from cvbuild.frozen import frozen

_SOFT = frozenset("\x02\ufffe")  # how PDFium gives a hyphen behind which it found the end of a line
_LIGATURES = range(0xFB00, 0xFB07)  # those of Latin: a font that extracts them as one sign is at fault


class Box(NamedTuple):
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, other: Box) -> bool:
        """Whether the middle of the other one lies in this one."""
        x, y = (other.left + other.right) / 2, (other.bottom + other.top) / 2
        return self.left - 1 <= x <= self.right + 1 and self.bottom - 1 <= y <= self.top + 1


@frozen
class Hot:
    """A place on a page that leads somewhere: to an address, or to a height on a page (from 0) of the document."""

    page: int
    box: Box
    href: str | None
    to: tuple[int, float | None] | None


@frozen
class Bookmark:
    """A bookmark: its level from 1, its words, and the page (from 0) to which it leads."""

    level: int
    words: str
    page: int | None


class Glyph(NamedTuple):
    """One character as it was extracted; `page` from 0."""

    text: str
    page: int
    box: Box


class Printed:
    """The text of a PDF. `text` has neither spaces nor hyphens of line ends; its positions are those of all methods."""

    def __init__(
        self,
        glyphs: Iterable[Glyph],
        feet: tuple[str, ...],
        hot: tuple[Hot, ...] = (),
        bookmarks: tuple[Bookmark, ...] = (),
        information: dict[str, str] | None = None,
    ) -> None:
        self.feet, self.hot, self.bookmarks, self.information = feet, hot, bookmarks, information or {}
        self.glyphs = tuple(glyphs)
        self.index: list[int] = []  # of the glyph of each character of `text`
        self.soft: set[int] = set()  # positions before which a line ended in a hyphen
        letters: list[str] = []
        for at, text in _clusters(self.glyphs):
            if text in _SOFT:
                self.soft.add(len(letters))
            else:
                letters.extend(text)
                self.index.extend([at] * len(text))
        self.text = "".join(letters)

    def page(self, at: int) -> int:
        """The page, from 1, of a position; of the last character for the end."""
        if not self.index:
            return 1
        return self.glyphs[self.index[min(at, len(self.index) - 1)]].page + 1

    def raw(self, start: int, end: int) -> str:
        """What a reader copies from a stretch, with spaces; a hyphen at a line end as it stands there."""
        if start >= end:
            return ""
        found = "".join(g.text for g in self.glyphs[self.index[start] : self.index[end - 1] + 1])
        return " ".join("".join("-" if c in _SOFT else c for c in found).split())

    def between(self, at: int) -> str:
        """What was extracted between the character at `at` and the one before it: spaces, a hyphen, or nothing."""
        if at <= 0 or at >= len(self.index):
            return " "
        first, last = self.index[at - 1] + 1, self.index[at]
        return "".join(g.text for g in self.glyphs[first:last])

    def boxes(self, start: int, end: int) -> Iterator[tuple[int, Box]]:
        """Page (from 0) and place of each character of a stretch."""
        for at in self.index[start:end]:
            yield self.glyphs[at].page, self.glyphs[at].box

    def leads(self, start: int, end: int) -> list[Hot | None]:
        """Where each character of a stretch leads, each answer once."""
        found: dict[tuple[object, ...] | None, Hot | None] = {}
        for page, box in self.boxes(start, end):
            hot = next((h for h in self.hot if h.page == page and h.box.holds(box)), None)
            found.setdefault((hot.href, hot.to) if hot else None, hot)
        return list(found.values())

    def line(self, at: int) -> tuple[int, int]:
        """From where to where the line goes on which a position lies: characters that stand beside each other."""
        if not 0 <= at < len(self.index):
            return at, at
        here = self.glyphs[self.index[at]]
        start = end = at
        while start > 0 and _beside(here, self.glyphs[self.index[start - 1]]):
            start -= 1
        while end < len(self.index) and _beside(here, self.glyphs[self.index[end]]):
            end += 1
        return start, end

    def place(self, at: int) -> tuple[int, float]:
        """Page (from 0) and height of a position."""
        glyph = self.glyphs[self.index[min(at, len(self.index) - 1)]]
        return glyph.page, glyph.box.top


def _beside(one: Glyph, other: Glyph) -> bool:
    """Whether the middle of a character is at the height of another one."""
    middle = (other.box.bottom + other.box.top) / 2
    return one.page == other.page and one.box.bottom - 1 <= middle <= one.box.top + 1


def _clusters(glyphs: tuple[Glyph, ...]) -> Iterator[tuple[int, str]]:
    """Letters together with the accents behind them, composed; each with the number of its first glyph."""
    held, first = "", 0
    for at, glyph in enumerate(glyphs):
        text = visible(glyph.text)
        if not text:
            continue
        if held and unicodedata.combining(text[0]):
            held += text
            continue
        if held:
            yield first, held if held in _SOFT else compact(held)
        held, first = text, at
    if held:
        yield first, held if held in _SOFT else compact(held)


def visible(text: str) -> str:
    """Text without spaces, and without the signs of which nothing is seen."""
    return "".join(
        c for c in text if not c.isspace() and (unicodedata.category(c) not in ("Cf", "Cc", "Cs") or c in _SOFT)
    )


def compact(text: str) -> str:
    """Text in the form in which it is compared: composed, and without spaces.

    Forms that fonts have for letters in their places (Arabic) are the letters; ligatures of Latin are not, for whoever
    searches for the word must find it.
    """
    composed = unicodedata.normalize("NFC", visible(text))
    if not any(c >= "\uf900" for c in composed):
        return composed
    return "".join(
        unicodedata.normalize("NFKC", c) if "\ufb07" <= c <= "\ufdff" or "\ufe70" <= c <= "\ufeff" else c
        for c in composed
    )


def read_pdf(data: bytes, foot: float, *, columns: bool = False) -> Printed:
    """Read a PDF; what stands lower than `foot` points on a page is its foot, and no part of the text.

    With `columns`, what stands in side columns, as marks in the PDF tell, follows behind the text of all pages. Raises
    ValueError if PDFium cannot read it.
    """
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
    glyphs: list[Glyph] = []
    beside: list[Glyph] = []
    feet: list[str] = []
    hot: list[Hot] = []
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        low = ""
        marked = _Marks(raw, text.raw) if columns else None
        for at, glyph in _glyphs(raw, text.raw, number):
            column = beside if marked is not None and marked.aside(at) else glyphs
            if glyph.box.top < foot and not glyph.text.isspace():
                low += glyph.text
            elif glyph.box.top < foot or glyph.text.isspace():
                low += " "
                column.append(Glyph(" ", number, glyph.box))
            else:
                column.append(glyph)
        for column in (glyphs, beside):
            column.append(Glyph(" ", number, Box(0, 0, 0, 0)))
        feet.append(" ".join(low.split()))
        hot.extend(_hot(raw, document.raw, page.raw, number))
    bookmarks = tuple(_bookmarks(document))
    return Printed((*glyphs, *beside), tuple(feet), tuple(hot), bookmarks, document.get_metadata_dict())


_SIDE: Final = "Side"
"""The mark around what stands in a side column."""


class _Marks:
    """Which characters of a page stand in a side column. Characters that PDFium made up, such as spaces, go with those before."""

    def __init__(self, raw: Any, text: Any) -> None:
        self._raw, self._text = raw, text
        self._last: tuple[int | None, bool] = (None, False)  # the object of the last character, and what is known of it

    def aside(self, at: int) -> bool:
        """Whether the character of this number does."""
        thing = self._raw.FPDFText_GetTextObject(self._text, at)
        if thing:
            address = ctypes.cast(thing, ctypes.c_void_p).value
            if address != self._last[0]:
                self._last = (address, _SIDE in self._names(thing))
        return self._last[1]

    def _names(self, thing: Any) -> Iterator[str]:
        for n in range(self._raw.FPDFPageObj_CountMarks(thing)):
            name, size = (ctypes.c_ushort * 32)(), ctypes.c_ulong()
            mark = self._raw.FPDFPageObj_GetMark(thing, n)
            if self._raw.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), ctypes.byref(size)):
                yield bytes(name)[: size.value].decode("utf-16-le").rstrip("\0")


def _glyphs(raw: Any, text: Any, page: int) -> Iterator[tuple[int, Glyph]]:
    """The characters of a page, each with the number of its last half in PDFium."""
    sides = [ctypes.c_double() for _ in range(4)]
    count, at = raw.FPDFText_CountChars(text), 0
    while at < count:
        code = raw.FPDFText_GetUnicode(text, at)
        raw.FPDFText_GetCharBox(text, at, *map(_reference, sides))
        left, right, bottom, top = (side.value for side in sides)
        if 0xD800 <= code < 0xDC00 and at + 1 < count:
            at += 1
            code = 0x10000 + ((code - 0xD800) << 10) + (raw.FPDFText_GetUnicode(text, at) - 0xDC00)
        yield at, Glyph(chr(code) if code else "\ufffd", page, Box(left, bottom, right, top))
        at += 1


def _reference(value: Any) -> Any:
    return ctypes.byref(value)


def _hot(raw: Any, document: Any, page: Any, number: int) -> Iterator[Hot]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, ctypes.byref(position), ctypes.byref(link)):
        rectangle = raw.FS_RECTF()
        if not raw.FPDFLink_GetAnnotRect(link, ctypes.byref(rectangle)):
            continue
        box = Box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        action = raw.FPDFLink_GetAction(link)
        href = None
        if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI:
            size = raw.FPDFAction_GetURIPath(document, action, None, 0)
            buffer = ctypes.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(document, action, buffer, size)
            href = buffer.value.decode("utf-8", "replace")
        goal = raw.FPDFLink_GetDest(document, link) or (raw.FPDFAction_GetDest(document, action) if action else None)
        to = None
        if href is None and goal:
            flags, spots = [ctypes.c_int() for _ in range(3)], [ctypes.c_float() for _ in range(3)]
            references = [*map(_reference, flags), *map(_reference, spots)]
            known = raw.FPDFDest_GetLocationInPage(goal, *references)
            to = (raw.FPDFDest_GetDestPageIndex(document, goal), spots[1].value if known and flags[1].value else None)
        yield Hot(number, box, href, to)


def _bookmarks(document: Any) -> Iterator[Bookmark]:
    for item in document.get_toc():
        goal = item.get_dest()
        yield Bookmark(item.level + 1, item.get_title(), goal.get_index() if goal is not None else None)
