"""PNG: the chunks that make the picture, and nothing that tells more than it.

Engines differ in what they make of chunks that are not needed (pdfTeX copies the pixels as they are; dvipdfmx
corrects them by gAMA and cHRM), so only those are kept that all of them read in the same way, and the
profile of the colours.

Source: PNG (Third Edition), W3C 2025.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from cvbuild.diagnostics import LARGE_PICTURE
from cvbuild.pictures.value import MAX_UNPACKED, Picture, PictureError, check_size

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEPT: Final = {b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"sRGB", b"IDAT", b"IEND"}
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
# The passes of an interlaced picture: first column and row, and the distance to the next of each (8.1).
_PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_MAX_PROFILE: Final = 4_000_000
_PIECE: Final = 1 << 18
_CUT: Final = "ends too early: a part of the file is missing"


def read_png(data: bytes) -> Picture:
    """The picture in a PNG file. Raises `PictureError`."""
    chunks = list(_chunks(data))
    if chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise PictureError("is damaged: it does not begin with its size")
    width, height, depth, colour, compression, filtering, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    check_size(width, height)
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlaced > 1:
        raise PictureError("is damaged: its header says what cannot be")
    lines = _lines(width, height, depth * _CHANNELS[colour], bool(interlaced))
    if sum(length * count for length, count in lines) > MAX_UNPACKED:
        hint = "a photo of 1000 pixels in width is enough"
        raise PictureError(f"has {width:,} × {height:,} pixels, which are too many", LARGE_PICTURE, hint)
    _check_order(chunks, colour, depth)
    _check_pixels((body for kind, body in chunks if kind == b"IDAT"), lines)
    kept = [_chunk(kind, body) for kind, body in chunks if kind != b"iCCP" or _good_profile(body)]
    return Picture("png", SIGNATURE + b"".join(kept), width, height)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks that are kept, up to the end of the picture."""
    at = len(SIGNATURE)
    while True:
        if at + 8 > len(data):
            raise PictureError(_CUT)
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if not kind.isalpha() or length >= 1 << 31:
            raise PictureError("is damaged: something stands in it that belongs to no part")
        end = at + 12 + length
        if end > len(data):
            raise PictureError(_CUT)
        body = data[at + 8 : end - 4]
        if kind in _KEPT:
            if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
                raise PictureError(f"is damaged: the checksum of a part ({kind.decode()}) is wrong")
            yield kind, body
        elif kind[:1].isupper():
            raise PictureError(f"has a part that no picture can do without, and cvbuild does not know: {kind.decode()}")
        if kind == b"IEND":
            return
        at = end


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _check_order(chunks: list[tuple[bytes, bytes]], colour: int, depth: int) -> None:
    """Whether the chunks are those that a picture with these colours has, in their order."""
    kinds = [kind for kind, _ in chunks]
    found = dict(chunks)
    if any(kinds.count(kind) > 1 for kind in _KEPT - {b"IDAT"}):
        raise PictureError("is damaged: a part stands in it twice")
    first, last = (kinds.index(b"IDAT"), len(kinds) - 2) if b"IDAT" in kinds else (0, 0)
    if not first or set(kinds[first : last + 1]) != {b"IDAT"} or found[b"IEND"]:
        raise PictureError("is damaged: its parts are not in order")
    palette = len(found.get(b"PLTE", b""))
    if (colour == 3) != bool(palette) and colour in (0, 3, 4):
        raise PictureError("is damaged: its colours are not there")
    if palette % 3 or palette > 768 or (colour == 3 and palette > 3 << depth):
        raise PictureError("is damaged: its colours are not in order")
    clear = len(found.get(b"tRNS", b""))
    if clear > {0: 2, 2: 6, 3: palette // 3}.get(colour, 0) or (clear and colour != 3 and clear != 2 + 2 * colour):
        raise PictureError("is damaged: what it says of transparency cannot be")


def _lines(width: int, height: int, bits: int, interlaced: bool) -> list[tuple[int, int]]:
    """Of the unpacked lines: how many bytes they have, and how many such lines there are, in order."""
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    out: list[tuple[int, int]] = []
    for x, y, across, down in passes:
        columns, rows = -((x - width) // across), -((y - height) // down)
        if columns > 0 and rows > 0:
            out.append((1 + (columns * bits + 7) // 8, rows))
    return out


def _check_pixels(parts: Iterable[bytes], lines: list[tuple[int, int]]) -> None:
    """Unpack the pixels, piece by piece, and see whether they are all there, each line with a filter that exists."""
    unpacker = zlib.decompressobj()
    runs = iter(lines)
    length, left = next(runs)
    ahead = 0  # bytes to the filter of the next line
    missing = sum(length * count for length, count in lines)
    for piece in _unpacked(unpacker, parts):
        missing -= len(piece)
        if missing < 0:
            raise PictureError("is damaged: it has more pixels than it says")
        at = ahead
        while at < len(piece) and left:
            here = min(left, (len(piece) - 1 - at) // length + 1)
            if max(piece[at : at + here * length : length]) > 4:
                raise PictureError("is damaged: its pixels cannot be read")
            at += here * length
            left -= here
            if not left:
                length, left = next(runs, (1, 0))
        ahead = at - len(piece)
    if missing or not unpacker.eof:
        raise PictureError("is damaged: a part of its pixels is missing")


def _unpacked(unpacker: zlib._Decompress, parts: Iterable[bytes]) -> Iterator[bytes]:
    try:
        for part in parts:
            waiting = part
            while waiting and not unpacker.eof:
                yield unpacker.decompress(waiting, _PIECE)
                waiting = unpacker.unconsumed_tail
        while not unpacker.eof and (piece := unpacker.decompress(b"", _PIECE)):
            yield piece
    except zlib.error:
        raise PictureError("is damaged: its pixels cannot be unpacked") from None


def _good_profile(body: bytes) -> bool:
    """Whether a profile of colours is one, and not too large: without it, the picture is printed all the same."""
    name, _, rest = body.partition(b"\0")
    if not 1 <= len(name) <= 79 or rest[:1] != b"\0":
        return False
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(rest[1:], _MAX_PROFILE)
    except zlib.error:
        return False
    return unpacker.eof and len(profile) >= 128 and profile[36:40] == b"acsp"
