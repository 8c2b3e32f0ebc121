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

    def png(self, level: int = 6) -> bytes:
        """The pixels as PNG: https://www.w3.org/TR/png-3/. `level` is how hard zlib tries."""
        size = self.width * self.channels
        rows = b"".join(b"\0" + self.data[at : at + size] for at in range(0, self.height * self.stride, self.stride))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, {1: 0, 3: 2, 4: 6}[self.channels], 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, level)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )


def pages(pdf: bytes, dpi: float = 150.0) -> Iterator[Page]:
    """The pages of a PDF, in order. Raises `pypdfium2.PdfiumError` for what is no PDF."""
    import pypdfium2

    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            with PDFIUM:
                page = document[number]
                found = pixels(page, dpi / POINTS)
                page.close()
            yield Page(found.png(), found.width, found.height)
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
