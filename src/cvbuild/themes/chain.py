"""Which file of a theme comes from which folder of its chain."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Final

from cvbuild.diagnostics import UNKNOWN_TEMPLATE, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.theme import Theme, ThemeError, check_closed, template_places

JOINED: Final = ("theme.toml", "styles.yaml")
"""Files that are all read, where of others the nearest counts alone."""


@frozen
class Member:
    """A file of a theme: its name, as templates call it (`blocks/talk.tex`), and where it is, the nearest place first.

    A place is the folder of a theme, and the path of the file.
    """

    name: str
    places: tuple[tuple[Path, Path], ...]

    @property
    def joined(self) -> bool:
        """Whether the files of all places count, and not only the nearest."""
        return self.name in JOINED


def members(theme: Theme) -> list[Member]:
    """All files of a theme and of those that it extends; hidden ones, and copies that editors leave, are none."""
    found: dict[str, list[tuple[Path, Path]]] = {}
    for folder in theme.folders:
        for name in _files(folder):
            found.setdefault(name, []).append((folder, folder / name))
    return [Member(name, tuple(found[name])) for name in sorted(found, key=lambda name: (name.count("/"), name))]


def _files(folder: Path) -> list[str]:
    """Names of the files below a folder. Links are followed as far as a theme may have them, and into no folder twice."""
    names: list[str] = []
    seen = {folder.resolve()}

    def counts(inside: Path) -> bool:
        real = inside.resolve()
        if inside.name[0] in "._" or real in seen:
            return False
        seen.add(real)
        try:
            check_closed(inside, folder)
        except ThemeError:
            return False
        return True

    for above, inside, files in os.walk(folder, followlinks=True):
        inside[:] = [name for name in inside if counts(Path(above, name))]
        below = Path(above).relative_to(folder)
        names += [(below / name).as_posix() for name in files if name[0] != "." and name[-1] != "~"]
    return names


def find_member(theme: Theme, wanted: str, sink: Sink) -> Member | None:
    """The file that templates call so; or the one file that is called so but for its folder or ending (`talk`).

    None and a diagnostic if there is none, or several.
    """
    known = members(theme)
    parts = [part for part in wanted.replace(os.sep, "/").split("/") if part not in ("", ".")]
    if parts and ".." not in parts:
        places = [(folder, path) for folder, path in template_places(theme.folders, parts) if path.is_file()]
        if places:
            return Member("/".join(parts), tuple(places))
    fitting = [member for member in known if wanted in _short(member.name)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = " and ".join(f"`{member.name}`" for member in fitting)
        sink.add(UNKNOWN_TEMPLATE, f"`{wanted}` may be {names}", hint="say which")
        return None
    names_of = {short: member.name for member in reversed(known) for short in (*_short(member.name), member.name)}
    near = closest(wanted, list(names_of))
    hint = f"did you mean `{names_of[near]}`?" if near else f"`cvbuild theme which {theme.name}` lists what it has"
    sink.add(UNKNOWN_TEMPLATE, f"the theme `{theme.name}` has no file `{wanted}`", hint=hint)
    return None


def _short(name: str) -> set[str]:
    """What a file may also be called: `talk` is the one of LaTeX, `html/talk` that of web pages."""
    path = PurePosixPath(name)
    stem = f"html/{path.stem}" if path.parts[0] == "html" else path.stem
    return {path.name, stem, path.with_suffix("").as_posix()} - {name}
