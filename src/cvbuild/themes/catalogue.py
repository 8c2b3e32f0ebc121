"""All themes that can be used from a folder, and those that cannot, with the reason."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Literal

from cvbuild.diagnostics import BAD_THEME, BAD_THEME_NAME, Diagnostic, Sink
from cvbuild.files import Files, shown
from cvbuild.frozen import frozen
from cvbuild.model import ThemeChoice
from cvbuild.theme import Theme, find_theme, is_theme_name, search_folders, theme_styles

Place = Literal["beside the CV", "your own", "built in"]


@frozen
class Listed:
    """A theme by its name: where it lies, and what it is; or the `problems` for which it cannot be used.

    Of several with one name the first is used; the others are `hidden` by it, and not looked into.
    """

    name: str
    folder: Path
    place: Place
    theme: Theme | None = None
    problems: tuple[Diagnostic, ...] = ()
    hidden: bool = False


def catalogue(cv_folder: Path, files: Files) -> list[Listed]:
    """What lies where themes are looked for, in this order; the theme `base`, which is only there to be extended, is left out."""
    places: tuple[Place, ...] = ("beside the CV", "your own", "built in")
    found: dict[Path, Listed] = {}
    used: set[str] = set()
    for place, above in zip(places, search_folders(cv_folder), strict=True):
        for folder in _folders(above):
            if folder.name == "base" or folder in found:
                continue
            listed = _look(folder, place, cv_folder, files, used)
            if listed.theme is not None or not listed.hidden:
                found[folder] = listed
    return list(found.values())


def _folders(above: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(folder for folder in above.iterdir() if folder.is_dir() and folder.name[0] not in "._")
    return []


def _look(folder: Path, place: Place, cv_folder: Path, files: Files, used: set[str]) -> Listed:
    sink, theme, name = Sink(), None, folder.name
    if not files.has(folder / "theme.toml"):
        sink.add(BAD_THEME, f"the folder `{shown(folder)}` is no theme, for it has no theme.toml")
    elif not is_theme_name(name):
        sink.add(BAD_THEME_NAME, f"`{name}` is no name for a theme", hint="letters, digits, `-` and `_`")
    elif name in used:
        return Listed(name, folder, place, hidden=True)
    else:
        used.add(name)
        theme = find_theme(ThemeChoice(name=name), cv_folder, files, sink)
        if theme is not None:
            theme_styles(theme, files, sink)
    return Listed(name, folder, place, theme if not sink.failed else None, tuple(sink.sorted()))
