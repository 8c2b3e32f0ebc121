"""Pages of a PDF as pictures, by PDFium."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, Final

from cvbuild.frozen import frozen

POINTS: Final = 72.0
"""In an inch."""
_INCH: Final = 0.0254
"""In metres."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_OURS: Final = b"Software\0cvbuild"
_NUMBER: Final = b"Page\0"
HEAD: Final = 256
"""So many bytes of a file tell `page_number` all that it wants to know."""


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
        for number, page in enumerate(document, start=1):
            bitmap = page.render(scale=dpi / POINTS, rev_byteorder=True)
            yield Page(_png(bytes(bitmap.buffer), bitmap, dpi, number), bitmap.width, bitmap.height)
            bitmap.close()
            page.close()
    finally:
        document.close()


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


def _png(pixels: bytes, bitmap: Any, dpi: float, number: int) -> bytes:
    """The pixels as PNG: https://www.w3.org/TR/png-3/. It says how large the page is, and that this is page `number`."""
    width, height, stride, channels = bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels
    if stride != width * channels:
        pixels = b"".join(pixels[row * stride : row * stride + width * channels] for row in range(height))
    if channels == 3 and pixels[0::3] == pixels[1::3] == pixels[2::3]:  # black on white: half as large
        pixels, channels = pixels[0::3], 1
    line = width * channels
    rows = b"".join(b"\0" + pixels[row * line : (row + 1) * line] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    metre = round(dpi / _INCH)
    chunks = (
        (b"IHDR", header),
        (b"pHYs", struct.pack(">IIB", metre, metre, 1)),
        (b"tEXt", _OURS),
        (b"tEXt", _NUMBER + str(number).encode()),
        (b"IDAT", zlib.compress(rows, 6)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
