"""Pictures: read from beside a CV, checked, and cleaned of what does not belong into a PDF."""

from cvbuild.pictures.portrait import Portrait, load_portrait
from cvbuild.pictures.value import Picture, PictureError

__all__ = ["Picture", "PictureError", "Portrait", "load_portrait"]
