"""What a picture is, and what can be wrong with one."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Literal

from cvbuild.diagnostics import BROKEN_PICTURE, LARGE_PICTURE, Code
from cvbuild.frozen import frozen

MAX_BYTES = 20 * 1024 * 1024
MAX_SIDE = 30_000
MAX_PIXELS = 64_000_000
MAX_UNPACKED = 200_000_000
"""Bytes that the engine must hold while it puts a PNG into a PDF."""

Kind = Literal["png", "jpg"]


@frozen
class Picture:
    """A PNG or JPEG file that holds nothing but the picture.

    `width` and `height` are pixels as the file has them. To stand upright, it is `mirrored` left to right first, if it
    needs to be, and then turned against the clock by so many `quarters` of a circle.
    """

    kind: Kind
    data: bytes
    width: int
    height: int
    mirrored: bool = False
    quarters: int = 0

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as they are seen."""
        return (self.height, self.width) if self.quarters % 2 else (self.width, self.height)

    @property
    def name(self) -> str:
        """What the file is called beside the document: safe for TeX, and the same only for the same picture."""
        return f"picture-{_sha256(self.data)[:12]}.{self.kind}"


@lru_cache(maxsize=4)  # a template may ask often, and for 20 MB it takes a while
def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class PictureError(Exception):
    """A picture that cannot be used: `code` is the kind of diagnostic, and the message goes on after the file's name."""

    def __init__(self, message: str, code: Code = BROKEN_PICTURE, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def check_size(width: int, height: int) -> None:
    """Whether a picture of so many pixels can be printed. Raises `PictureError`."""
    if not width or not height:
        raise PictureError("has no pixels")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        hint = "a photo of 1000 pixels in width is enough"
        raise PictureError(f"has {width:,} × {height:,} pixels, which are too many", LARGE_PICTURE, hint)
