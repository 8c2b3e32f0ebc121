"""JPEG: the segments that make the picture, and nothing that tells where and by whom it was taken.

An engine puts a JPEG file into the PDF as it is, so whatever the file says is published: the place
(GPS), the camera and its number, the time, a small picture from before it was cropped. A segment is
kept if it is needed to draw the picture; all others, and what follows the end, are left out.

Source: ITU-T T.81, annex B; JFIF 1.02; Exif 2.32, section 4.5; ICC.1:2022, annex B.4.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from cvbuild.diagnostics import NO_PICTURE
from cvbuild.pictures.value import Picture, PictureError, check_size

START: Final = b"\xff\xd8\xff"
_SOI, _EOI, _SOS, _DNL = 0xD8, 0xD9, 0xDA, 0xDC
_ALONE: Final = {0x01, *range(0xD0, 0xD8)}
"""Markers without a length behind them."""
_TABLES: Final = {0xDB, 0xC4, 0xDD}
"""Quantization and Huffman tables, and the interval of restarts."""
_FRAMES: Final = {0xC0, 0xC1, 0xC2}
"""Baseline, extended and progressive: what PDF readers show (ISO 32000-1, 7.4.8)."""
_OTHER_FRAMES: Final = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xD0), 0xDE}
"""Lossless, hierarchical and arithmetic coding."""
_NEXT_MARKER: Final = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
"""The end of a scan: in it, FF stands before 00 or the number of a restart."""
_AGAIN: Final = "open it in a program for pictures, and save it as an RGB JPEG"
_CUT: Final = "ends too early: a part of the file is missing"
# Whether the picture must be mirrored, and quarters against the clock, for each value of Exif's Orientation.
_UPRIGHT: Final = {
    2: (True, 0), 3: (False, 2), 4: (True, 2), 5: (True, 1), 6: (False, 3), 7: (True, 3), 8: (False, 1),
}  # fmt: skip


def read_jpeg(data: bytes) -> Picture:
    """The picture in a JPEG file. Raises `PictureError`."""
    kept = [data[:2]]
    size: tuple[int, int] | None = None
    upright = (False, 0)
    scans = 0
    at = 2
    while True:
        marker, start = _marker(data, at)
        if marker == _EOI:
            break
        if marker in _ALONE:
            at = start
            continue
        if marker == _SOI:
            raise PictureError("is damaged: a second picture begins in it")
        end = start + _length(data, start)
        body = data[start + 2 : end]
        if marker in _FRAMES:
            if size is not None:
                raise PictureError("is damaged: it tells its size twice")
            size = _size(body)
        elif marker in _OTHER_FRAMES:
            raise PictureError("is a JPEG of a kind that cannot be printed", NO_PICTURE, _AGAIN)
        elif marker == _SOS:
            if size is None:
                raise PictureError("is damaged: it does not tell its size")
            scan_end = _NEXT_MARKER.search(data, end)
            if scan_end is None:
                raise PictureError(_CUT)
            scans += scan_end.start() > end
            end = scan_end.start()
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            upright = _UPRIGHT.get(_orientation(body[6:]), (False, 0))
        if (segment := _cleaned(marker, body)) is not None:
            kept.append(struct.pack(">BBH", 0xFF, marker, len(segment) + 2) + segment)
        if marker == _SOS:
            kept.append(data[start + 2 + len(body) : end])
        at = end
    if size is None or not scans:
        raise PictureError("is damaged: there is no picture in it")
    return Picture("jpg", b"".join(kept) + b"\xff\xd9", *size, *upright)


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker at a place, and where it ends. There may be several FF before it."""
    start = at
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at >= len(data):
        raise PictureError(_CUT)
    if at == start or data[at] == 0:
        raise PictureError("is damaged: something stands in it that belongs to no part")
    return data[at], at + 1


def _length(data: bytes, at: int) -> int:
    if at + 2 > len(data):
        raise PictureError(_CUT)
    length = int.from_bytes(data[at : at + 2], "big")
    if length < 2:
        raise PictureError("is damaged: the length of a part is wrong")
    if at + length > len(data):
        raise PictureError(_CUT)
    return length


def _size(body: bytes) -> tuple[int, int]:
    """Width and height out of the header of a frame."""
    if len(body) < 6 or len(body) != 6 + 3 * body[5]:
        raise PictureError("is damaged: its header has a wrong length")
    precision, height, width, components = struct.unpack(">BHHB", body[:6])
    if height == 0 and width:
        raise PictureError("is a JPEG that does not tell its height", NO_PICTURE, _AGAIN)
    check_size(width, height)
    if precision != 8:
        raise PictureError(f"has {precision} bits in a colour, where JPEG in a PDF has 8", NO_PICTURE, _AGAIN)
    if components == 4:
        raise PictureError("has the colours of a printing press (CMYK)", NO_PICTURE, _AGAIN)
    if components not in (1, 3):
        raise PictureError(f"has {components} colours", NO_PICTURE, _AGAIN)
    return width, height


def _cleaned(marker: int, body: bytes) -> bytes | None:
    """What is kept of a segment; None if it is left out.

    Of applications' segments, those are needed that tell what the colours mean.
    """
    if marker in _TABLES or marker in _FRAMES or marker == _SOS:
        return body
    if marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 14:
        return body[:12] + b"\0\0"  # without its small picture
    if marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
        return body
    if marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
        return body[:12]
    return None


def _orientation(tiff: bytes) -> int:
    """How the camera was held, out of Exif's first directory; 1 (upright) if that cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    (at,) = struct.unpack(order + "I", tiff[4:8])
    (count,) = struct.unpack(order + "H", tiff[at : at + 2]) if at + 2 <= len(tiff) else (0,)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, values, value = struct.unpack(order + "HHIH", tiff[entry : entry + 10])
        if (tag, kind, values) == (0x0112, 3, 1):
            return int(value)
    return 1
