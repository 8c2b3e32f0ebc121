"""The pages of one PDF: pictures of any width, links, and the text to select."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from cvbuild.raster import PDFIUM, Pixels, pixels

MAX_WIDTH: Final = 6000
MAX_PIXELS: Final = 25_000_000
"""Of one picture. A4 at four pixels to the point, on a screen of twice the usual density, has a third of it."""
MAX_KEPT: Final = 64 * 1024**2
"""Bytes of pictures that are kept, for other tabs."""
_SCHEMES: Final = ("https:", "http:", "mailto:", "tel:")


class Gone(Exception):
    """The PDF is not shown any more."""


class Picture(NamedTuple):
    """A page as PNG; `digest` tells whether it is equal to another one."""

    digest: str
    png: bytes


class Pages:
    """A PDF that is shown. Threads may share it. Raises `pypdfium2.PdfiumError` for what is no PDF."""

    def __init__(self, pdf: bytes) -> None:
        import pypdfium2

        self.pdf: Final = pdf
        with PDFIUM:
            self._document: Any = pypdfium2.PdfDocument(pdf)
            self.sizes: Final = tuple(self._document.get_page_size(number) for number in range(len(self._document)))
        self._closed = False
        self._kept: dict[tuple[int, int], Picture] = {}
        self._keeping = threading.Lock()

    def picture(self, number: int, width: int, known: str = "") -> Picture:
        """Page `number`, from 0, about `width` pixels wide. If its digest is `known`, the PNG may be left out.

        Raises `Gone` when it is closed.
        """
        with self._keeping:
            kept = self._kept.get((number, width))
        if kept is not None:
            return kept
        found = self._pixels(number, width)
        digest = found.digest()
        if digest == known:
            return Picture(digest, b"")
        made = Picture(digest, found.png(3))  # the level that takes the least time for a page of text
        with self._keeping:
            self._kept[number, width] = made
            while len(self._kept) > 1 and sum(len(picture.png) for picture in self._kept.values()) > MAX_KEPT:
                del self._kept[next(iter(self._kept))]
        return made

    def _pixels(self, number: int, width: int) -> Pixels:
        across, down = self.sizes[number]
        width = max(1, min(width, MAX_WIDTH))
        scale = min(width / across, (MAX_PIXELS / (across * down)) ** 0.5)
        with self._page(number) as page:
            return pixels(page, scale)

    def layout(self, number: int) -> dict[str, Any]:
        """What lies on page `number`, in points from its upper left corner, as JSON has it.

        `links`: each with its `box`, and an `address` or the `page` it leads to and how far `down`. `text`: pieces of lines in the order of
        the PDF, each with its `box`. Raises `Gone` when it is closed.
        """
        height = self.sizes[number][1]
        with self._page(number) as page:
            return {"links": _links(self._document, page, height), "text": _text(page, height)}

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        with PDFIUM:
            if self._closed:
                raise Gone
            page = self._document[number]
            try:
                yield page
            finally:
                page.close()

    def close(self) -> None:
        """Give its memory back; it cannot be asked any more."""
        with PDFIUM:
            self._closed = True
            self._document.close()


def _box(rectangle: tuple[float, float, float, float], height: float) -> list[float]:
    """Left, top, width and height of a rectangle; PDF gives left, bottom, right and top, from the lower left corner."""
    left, bottom, right, top = rectangle
    return [round(left, 2), round(height - top, 2), round(right - left, 2), round(top - bottom, 2)]


def _text(page: Any, height: float) -> list[dict[str, Any]]:
    text = page.get_textpage()
    try:
        boxes = [text.get_rect(at) for at in range(text.count_rects())]
        said = [(text.get_text_bounded(*box), box) for box in boxes]
    finally:
        text.close()
    return [{"text": words, "box": _box(box, height)} for words, box in said if words.strip()]


def _links(document: Any, page: Any, height: float) -> list[dict[str, Any]]:
    import pypdfium2.raw as pdfium

    found: list[dict[str, Any]] = []
    at, link, area = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    while pdfium.FPDFLink_Enumerate(page.raw, at, link):
        if not pdfium.FPDFLink_GetAnnotRect(link, area):
            continue
        leads = _target(document, link)
        if leads:
            found.append({"box": _box((area.left, area.bottom, area.right, area.top), height), **leads})
    return found


def _target(document: Any, link: Any) -> dict[str, Any]:
    """Where a link leads; {} where nobody should be led."""
    import pypdfium2.raw as pdfium

    action = pdfium.FPDFLink_GetAction(link)
    if action and pdfium.FPDFAction_GetType(action) == pdfium.PDFACTION_URI:
        size = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, size)
        address = buffer.value.decode("utf-8", "replace")
        return {"address": address} if address.lower().startswith(_SCHEMES) else {}
    goal = pdfium.FPDFLink_GetDest(document.raw, link)
    if not goal and action:
        goal = pdfium.FPDFAction_GetDest(document.raw, action)
    page = pdfium.FPDFDest_GetDestPageIndex(document.raw, goal) if goal else -1
    if page < 0:
        return {}
    has_x, has_y, has_zoom = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    x, y, zoom = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFDest_GetLocationInPage(goal, has_x, has_y, has_zoom, x, y, zoom)
    down = document.get_page_size(page)[1] - y.value if has_y.value else 0.0
    return {"page": page, "down": round(max(0.0, down), 2)}
