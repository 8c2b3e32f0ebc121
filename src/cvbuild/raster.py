"""Pages of a PDF as pictures, by PDFium."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, Final

from cvbuild.frozen import frozen

POINTS: Final = 72.0
"""In an inch."""


@frozen
class Page:
    """A page as a PNG file, with its size in pixels."""

    png: bytes
    width: int
    height: int


def pages(pdf: bytes, dpi: float = 150.0) -> Iterator[Page]:
    """The pages of a PDF, in order. Raises `pypdfium2.PdfiumError` for what is no PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            bitmap = page.render(scale=dpi / POINTS, rev_byteorder=True)
            yield Page(_png(bytes(bitmap.buffer), bitmap), bitmap.width, bitmap.height)
            bitmap.close()
            page.close()
    finally:
        document.close()


def _png(pixels: bytes, bitmap: Any) -> bytes:
    """The pixels as PNG: https://www.w3.org/TR/png-3/."""
    width, height = bitmap.width, bitmap.height
    stride, channels = bitmap.stride, bitmap.n_channels
    rows = b"".join(b"\0" + pixels[row * stride : row * stride + width * channels] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
