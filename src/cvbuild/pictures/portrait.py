"""The photo of a CV: read, checked, and measured for the header."""

from __future__ import annotations

from typing import Final

from cvbuild.diagnostics import BAD_LENGTH, BAD_PICTURE_FILE, RESOLUTION, Sink
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.lengths import points
from cvbuild.model import Document, Photo
from cvbuild.pictures.value import MAX_BYTES, Picture, PictureError
from cvbuild.reading import PICTURES, find_beside, read_bytes
from cvbuild.source import Source, Span
from cvbuild.tree import Mapping, Node

_SMALLEST, _LARGEST = points("1cm"), points("8cm")
# A photo without a size is as high as the words beside it, within these bounds.
_WIDEST, _HIGHEST, _LEAST = points("4.2cm"), points("3.2cm"), 0.72
_SLENDER: Final = 4
"""How many times as high as wide, or the other way round, a photo may be printed."""
_ABOVE: Final = 0.25
"""How much of what is cut off is cut off above: faces are in the upper half."""
_BLURRED, _FINE = 150, 600
_HEAVY: Final = 2_000_000


@frozen(kw_only=True)
class Portrait:
    """A photo as it is printed, in a frame.

    Lengths and numbers are text, as a template prints them. `least` and `most` bound the width of the frame; all else is
    measured in that width: the `ratio` of its height (`slenderness` is 1 by that), the size of the whole picture, and where
    its left lower corner is.
    """

    picture: Picture
    alt: str
    shape: str
    least: str
    most: str
    ratio: str
    slenderness: str
    across: str
    up: str
    x: str
    y: str
    span: Span | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is cut off."""
        return self.shape == "rectangle" and self.x == self.y == "0"


def load_portrait(root: Node | None, document: Document, source: Source, files: Files, sink: Sink) -> Portrait | None:
    """The photo of a CV, whose nodes are `root`; None if it has none, or, with diagnostics, if it cannot be printed."""
    photo = document.photo
    if photo is None:
        return None
    node = root.get("photo") if isinstance(root, Mapping) else None
    picture = _read(photo, _place(node, "file") or photo.span, source, files, sink)
    if not _check_lengths(photo, node, sink) or picture is None:
        return None
    wide, high = picture.upright
    own = high / wide
    ratio = min(max(_ratio(photo, own), 1 / _SLENDER), _SLENDER)
    across = max(1.0, ratio / own)
    most = _width(photo, ratio)
    least = most if photo.width or photo.height else _LEAST * most
    _check_resolution(picture, wide / across / (most / points("1in")), most, photo.span, sink)
    return Portrait(
        picture=picture,
        alt=photo.alt or document.name,
        shape=photo.shape,
        least=f"{_number(least)}pt",
        most=f"{_number(most)}pt",
        ratio=_number(ratio),
        slenderness=_number(1 / ratio),
        across=_number(across),
        up=_number(across * own),
        x=_number((1 - across) / 2),
        y=_number((ratio - across * own) * (1 - _ABOVE)),
        span=photo.span,
    )


def _read(photo: Photo, place: Span | None, source: Source, files: Files, sink: Sink) -> Picture | None:
    path = find_beside(photo.file, source, BAD_PICTURE_FILE, files, sink, place)
    if path is None:
        return None
    data = read_bytes(path, photo.file, MAX_BYTES + 1, files, sink, place, PICTURES)
    if data is None:
        return None
    from cvbuild.pictures.picture import read_picture  # most CVs have no photo

    try:
        return read_picture(data)
    except PictureError as error:
        sink.add(error.code, f"`{photo.file}` {error}", place, hint=error.hint)
        return None


def _place(node: Node | None, key: str) -> Span | None:
    """Where the value of a key stands in `photo:`."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value.span if value is not None else None


def _check_lengths(photo: Photo, node: Node | None, sink: Sink) -> bool:
    good = True
    for key, value in (("width", photo.width), ("height", photo.height)):
        if value is not None and not _SMALLEST <= value <= _LARGEST:
            good = False
            hint = f"without `{key}`, the photo is as high as the words beside it"
            sink.add(
                BAD_LENGTH, f"the {key} of a photo is between 1cm and 8cm", _place(node, key) or photo.span, hint=hint
            )
    return good


def _ratio(photo: Photo, own: float) -> float:
    """The height of the frame in its width."""
    if photo.shape == "circle":
        return 1.0
    return photo.height / photo.width if photo.width and photo.height else own


def _width(photo: Photo, ratio: float) -> float:
    """The width of the frame; the largest one if the header decides."""
    if photo.shape == "circle" and photo.width and photo.height:
        return min(photo.width, photo.height)
    if photo.width:
        return photo.width
    return photo.height / ratio if photo.height else min(_WIDEST, _HIGHEST / ratio)


def _check_resolution(picture: Picture, dots: float, width: float, span: Span | None, sink: Sink) -> None:
    """Warn of a photo with fewer pixels than a print needs, or with very many more. `dots` are those of an inch."""
    wide, _ = picture.upright
    if dots < _BLURRED:
        size = f"{width / points('1cm'):.1f} cm"
        hint = f"take one with {wide * 300 / dots:.0f} pixels or more from left to right, or print it smaller"
        message = f"the photo will look blurred: {dots:.0f} pixels to the inch, at a width of {size}"
        sink.add(RESOLUTION, message, span, hint=hint)
    elif dots > _FINE and len(picture.data) > _HEAVY:
        hint = f"make it smaller: {wide * _FINE / dots:.0f} pixels from left to right are enough"
        message = f"the photo makes the PDF {len(picture.data) / 1_000_000:.0f} MB larger"
        sink.add(RESOLUTION, message, span, hint=hint)


def _number(value: float) -> str:
    return f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")  # + 0.0: no negative zero
