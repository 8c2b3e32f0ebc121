"""Whether the photo of a CV was printed."""

from __future__ import annotations

from collections.abc import Container

from cvbuild.checked import Checked
from cvbuild.diagnostics import PHOTO_NOT_PRINTED, Sink


def check_photo(checked: Checked, printed: Container[str], sink: Sink) -> None:
    """Warn of a photo that is not among the pictures `printed` (by their names), unless the CV itself wants it so."""
    photo, theme = checked.outline.photo, checked.theme
    if photo is None or photo.picture.name in printed:
        return
    left_out = theme.options.get("photo") == "none"
    if left_out and any(option.name == "photo" for option in checked.document.theme.options):
        return
    hint = "say `photo: right` or `left` below `theme:`" if left_out else None
    sink.add(PHOTO_NOT_PRINTED, f"the theme `{theme.name}` does not print the photo", photo.span, hint=hint)
