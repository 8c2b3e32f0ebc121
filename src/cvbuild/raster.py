"""Pages of a PDF as pictures, by PDFium."""

from __future__ import annotations

import hashlib
import struct
import threading
import zlib
from collections.abc import Iterator
from typing import Any, Final

from cvbuild.frozen import frozen

POINTS: Final = 72.0
"""In an inch."""
PDFIUM: Final = threading.RLock()
"""Held by whoever calls PDFium, which serves one thread at a time."""
HEAD: Final = 256
"""So many bytes of a file tell `page_number` all that it wants to know."""
_INCH: Final = 0.0254
"""In metres."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_OURS: Final = b"Software\0cvbuild"
_NUMBER: Final = b"Page\0"


@frozen
class Page:
    """A page as a PNG file, with its size in pixels."""

    png: bytes
    width: int
    height: int


@frozen
class Pixels:
    """A page as pixels: rows of `stride` bytes, with so many bytes (`channels`) for each pixel."""

    data: bytes
    width: int
    height: int
    stride: int
    channels: int

    def digest(self) -> str:
        """Equal for pictures that are equal, and for no others."""
        return hashlib.sha256(f"{self.width} {self.height} {self.channels} ".encode() + self.data).hexdigest()

    def png(self, level: int = 6, said: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
        """The pixels as PNG: https://www.w3.org/TR/png-3/.

        `level` is how hard zlib tries; `said` are chunks that go before the pixels, each with its kind.
        """
        data, channels, line = self.data, self.channels, self.width * self.channels
        if self.stride != line:
            data = b"".join(data[at : at + line] for at in range(0, self.height * self.stride, self.stride))
        if channels == 3 and data[0::3] == data[1::3] == data[2::3]:  # black on white: half as large
            data, channels, line = data[0::3], 1, self.width
        rows = b"".join(b"\0" + data[at : at + line] for at in range(0, self.height * line, line))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
        chunks = ((b"IHDR", header), *said, (b"IDAT", zlib.compress(rows, level)), (b"IEND", b""))
        return _SIGNATURE + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )


def pages(pdf: bytes, dpi: float = 150.0) -> Iterator[Page]:
    """The pages of a PDF, in order. Raises `pypdfium2.PdfiumError` for what is no PDF.

    Each picture says that cvbuild has made it, which page it shows (`page_number`), and how large that is.
    """
    import pypdfium2

    metre = round(dpi / _INCH)
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            with PDFIUM:
                page = document[number]
                found = pixels(page, dpi / POINTS)
                page.close()
            said = (
                (b"pHYs", struct.pack(">IIB", metre, metre, 1)),
                (b"tEXt", _OURS),
                (b"tEXt", _NUMBER + str(number + 1).encode()),
            )
            yield Page(found.png(said=said), found.width, found.height)
    finally:
        with PDFIUM:
            document.close()


def pixels(page: Any, scale: float) -> Pixels:
    """A page of a `pypdfium2.PdfDocument` with `scale` pixels to the point. The caller holds `PDFIUM`."""
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        return Pixels(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels)
    finally:
        bitmap.close()


def page_number(png: bytes) -> int | None:
    """Which page a PNG file shows that `pages` has made; None for any other file. The first `HEAD` bytes are enough."""
    if not png.startswith(_SIGNATURE):
        return None
    texts = {}
    at = len(_SIGNATURE)
    while at + 8 <= len(png) and (kind := png[at + 4 : at + 8]) != b"IDAT":
        length = int.from_bytes(png[at : at + 4], "big")
        if kind == b"tEXt":
            key, _, text = png[at + 8 : at + 8 + length].partition(b"\0")
            texts[key + b"\0"] = text
        at += 12 + length
    number = texts.get(_NUMBER, b"")
    return int(number) if texts.get(_OURS[:9]) == _OURS[9:] and number.isdigit() else None
