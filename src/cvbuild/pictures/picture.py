"""Bytes -> Picture, whatever kind of file they come from."""

from __future__ import annotations

from typing import Final

from cvbuild.diagnostics import LARGE_PICTURE, NO_PICTURE
from cvbuild.pictures import jpeg, png
from cvbuild.pictures.value import MAX_BYTES, Picture, PictureError

_SAVE: Final = "open it in a program for pictures, and save it as JPEG or PNG"
_DRAWN: Final = "turn it into a PNG, for example with `pdftoppm -png -r 600` or by “Export” in a drawing program"
# How files of other kinds begin: at this byte, these bytes (https://www.iana.org/assignments/media-types, and file(1)).
_OTHERS: Final[tuple[tuple[int, bytes, str, str], ...]] = (
    (0, b"%PDF", "a PDF", _DRAWN),
    (0, b"%!", "PostScript", _DRAWN),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript", _DRAWN),
    (0, b"GIF8", "a GIF", _SAVE),
    (0, b"BM", "a BMP", _SAVE),
    (0, b"II*\0", "a TIFF", _SAVE),
    (0, b"MM\0*", "a TIFF", _SAVE),
    (8, b"WEBP", "a WebP picture", _SAVE),
    (4, b"ftypavif", "an AVIF picture", _SAVE),
    (4, b"ftyphei", "a HEIC picture", f"{_SAVE}; iPhones take JPEG if “Most Compatible” is chosen for the camera"),
    (4, b"ftypmif1", "a HEIC picture", f"{_SAVE}; iPhones take JPEG if “Most Compatible” is chosen for the camera"),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000 picture", _SAVE),
    (0, b"\xff\x0a", "a JPEG XL picture", _SAVE),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture", _SAVE),
    (0, b"version https://git-lfs", "a place holder of Git LFS", "get the file itself with `git lfs pull`"),
)


def read_picture(data: bytes) -> Picture:
    """The picture in a file, without anything else that the file may say. Raises `PictureError`.

    `data` is the file, or at least `MAX_BYTES + 1` bytes of it.
    """
    if data.startswith(png.SIGNATURE):
        reader = png.read_png
    elif data.startswith(jpeg.START):
        reader = jpeg.read_jpeg
    else:
        raise _foreign(data)
    if len(data) > MAX_BYTES:
        hint = "a photo of 1000 pixels in width is enough, and far smaller"
        raise PictureError(f"has more than {MAX_BYTES >> 20} MiB", LARGE_PICTURE, hint)
    return reader(data)


def _foreign(data: bytes) -> PictureError:
    if not data:
        return PictureError("is empty")
    for at, begin, what, hint in _OTHERS:
        if data.startswith(begin, at):
            return PictureError(f"is {what}, not a PNG or JPEG picture", NO_PICTURE, hint)
    head = data[:1000].lower()
    if b"<svg" in head:
        return PictureError("is an SVG drawing, not a PNG or JPEG picture", NO_PICTURE, _DRAWN)
    if b"<html" in head:
        hint = "it was perhaps saved from a page that only showed the picture"
        return PictureError("is a web page, not a PNG or JPEG picture", NO_PICTURE, hint)
    return PictureError("is not a PNG or JPEG picture", NO_PICTURE, _SAVE)
