"""New themes, and copies of templates to be edited. Nothing here takes the place of a file, unless it is told to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from cvbuild.diagnostics import (
    BAD_THEME,
    BAD_THEME_NAME,
    CANNOT_WRITE,
    THEME_EXISTS,
    UNKNOWN_TEMPLATE,
    Sink,
)
from cvbuild.files import Files, shown
from cvbuild.model import ThemeChoice
from cvbuild.outputs import write_files
from cvbuild.places import builtin_themes, user_themes
from cvbuild.report import printable
from cvbuild.theme import (
    OptionSpec,
    Theme,
    ThemeError,
    check_closed,
    find_theme,
    is_theme_name,
    list_themes,
    search_folders,
)
from cvbuild.themes.chain import Member, find_member, members

Drafts = Mapping[Path, bytes]
"""Files that shall be written, with what goes into them."""

_EXAMPLE: Final = "blocks/award.tex"
_OWN: Final = ("theme.toml", "preamble.tex")
"""What `eject` with `everything` leaves alone: the first is the theme's own, the second best left to the engine."""


def eject(
    theme: Theme,
    wanted: Iterable[str],
    target: Path,
    cv_folder: Path,
    files: Files,
    sink: Sink,
    *,
    everything: bool = False,
    force: bool = False,
) -> Drafts | None:
    """Copies of files of a theme for the theme in the folder `target`, which extends it if it is new.

    `wanted` are names as `find_member` takes them; `everything` is all templates. A file that `target` has is only
    replaced by `force`, and then by the one that it hides. None and diagnostics if something is wrong.
    """
    drafts: dict[Path, bytes] = {}
    if not files.has(target / "theme.toml"):
        if not _can_extend(target, theme, cv_folder, files, sink):
            return None
        drafts[target / "theme.toml"] = _ejected_toml(theme.folders[0].name).encode()
    elif find_theme(ThemeChoice(), cv_folder, files, sink, override=f"{target}/.") is None:
        return None
    chosen = [member for name in wanted if (member := find_member(theme, name, sink)) is not None]
    if everything:
        chosen = [member for member in members(theme) if member.name not in _OWN]
    for member in chosen:
        if member.name == "theme.toml":
            sink.add(UNKNOWN_TEMPLATE, "a theme.toml is not copied: it says what a theme extends")
            continue
        found = _taken(member, target, files, sink)
        if found is not None:
            name, data = found
            drafts[target / name] = data
    _check_free(drafts, sink, force=force)
    return drafts if not sink.failed else None


def _taken(member: Member, target: Path, files: Files, sink: Sink) -> tuple[str, bytes] | None:
    """A file of a theme, but not the one that `target` itself has: its name in any theme, and what is in it."""
    for folder, path in member.places:
        if folder.resolve() == target.resolve():
            continue
        try:
            check_closed(path, folder)
            return path.relative_to(folder).as_posix(), files.read(path)
        except (ThemeError, OSError) as error:
            sink.add(BAD_THEME, f"`{shown(path)}` cannot be read: {error}")
            return None
    sink.add(UNKNOWN_TEMPLATE, f"only the theme in `{shown(target)}` has `{member.name}`: there is nothing to copy")
    return None


def _can_extend(target: Path, theme: Theme, cv_folder: Path, files: Files, sink: Sink) -> bool:
    """Whether a theme in `target` can name this theme as the one that it extends."""
    name = theme.folders[0].name
    if not is_theme_name(target.name):
        sink.add(BAD_THEME_NAME, f"`{target.name}` is no name for a theme", hint=_better(target.name))
    elif any(target.name == folder.name for folder in theme.folders):
        sink.add(
            BAD_THEME_NAME, f"a theme that extends `{target.name}` needs another name", hint="give one with `--to`"
        )
    else:
        by_name = find_theme(ThemeChoice(name=name), cv_folder, files, Sink())
        if by_name is not None and by_name.folders[0].resolve() == theme.folders[0].resolve():
            return True
        where = shown(search_folders(cv_folder)[0])
        sink.add(
            BAD_THEME,
            f"a theme cannot extend that in `{shown(theme.folders[0])}`",
            hint=f"it would be found in `{where}`",
        )
    return False


def new_theme(name: str, extends: str, cv_folder: Path | None, files: Files, sink: Sink) -> Drafts | None:
    """The files of a new theme beside the CVs of a folder, or, without one, of a theme of the user for all CVs.

    It looks like the one that it extends, until it is edited. None and diagnostics if something is wrong.
    """
    folder = Path(user_themes()) if cv_folder is None else cv_folder / "themes"
    here = Path(builtin_themes()) if cv_folder is None else cv_folder  # no theme lies beside the built-in ones
    if not is_theme_name(name):
        sink.add(BAD_THEME_NAME, f"`{name}` is no name for a theme", hint=_better(name))
        return None
    if name == "base" or name in list_themes(here):
        sink.add(BAD_THEME_NAME, f"there is a theme `{name}` already", hint="choose another name")
        return None
    with suppress(OSError):
        if any((folder / name).iterdir()):
            sink.add(THEME_EXISTS, f"the folder `{shown(folder / name)}` exists, and is not empty")
            return None
    theme = find_theme(ThemeChoice(name=extends), here, files, sink, override=extends)
    if theme is None:
        return None
    if theme.folders[0].name != extends:
        sink.add(BAD_THEME, "a theme extends another one by its name, not by its folder")
        return None
    drafts = {"theme.toml": _new_toml(name, theme), "theme.tex": _new_tex(theme)}
    known = {member.name: member for member in members(theme)}
    if _EXAMPLE in known:
        found = _taken(known[_EXAMPLE], folder / name, files, sink)
        if found is not None:
            drafts[_EXAMPLE] = _example(found[1].decode("utf-8", "replace"), extends)
    return {folder / name / file: text.encode() for file, text in drafts.items()} if not sink.failed else None


def put(drafts: Drafts, sink: Sink) -> bool:
    """Write files, and the folders that they need; whether that was done. If not, nothing is left behind."""
    made: list[Path] = []
    try:
        for folder in sorted({path.parent for path in drafts}):
            for above in [*reversed(folder.parents), folder]:
                if not above.is_dir():
                    above.mkdir()
                    made.append(above)
    except OSError as error:
        sink.add(CANNOT_WRITE, f"the folder `{shown(above)}` cannot be made: {error.strerror}")
    if not sink.failed and write_files(drafts, sink):
        return True
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()
    return False


def _check_free(drafts: Drafts, sink: Sink, *, force: bool) -> None:
    for path in drafts:
        if (path.exists() or path.is_symlink()) and not force:
            sink.add(THEME_EXISTS, f"`{shown(path)}` exists", hint="`--force` writes over it")


def _better(name: str) -> str:
    """A name of a theme like one that is none."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in Path(name).name).strip("-_")
    return f"for example `{kept[:64]}`" if is_theme_name(kept[:64]) else "letters, digits, `-` and `_`"


def _ejected_toml(extends: str) -> str:
    return f'description = "{extends}, with templates of my own"\nextends = "{extends}"\n'


def _new_toml(name: str, theme: Theme) -> str:
    """A theme.toml with all options of the theme that it extends, as comments but for the accent."""
    extends = theme.folders[0].name
    lines = [
        f'description = "{name}: {extends}, and what I change"',
        f'extends = "{extends}"',
        "",
        "# Options, with their defaults. A CV may choose otherwise, below `theme:`.",
        "# To change a default, remove the `# ` before both of its lines.",
    ]
    for spec in sorted(theme.specs.values(), key=lambda spec: spec.name != "accent"):
        sign = "" if spec.name == "accent" else "# "
        about = printable(" ".join(f"{spec.about} {meant(spec)}".split()))  # whatever it says: one line, a comment
        value = spec.default if spec.type == "bool" else _quoted(spec.default)
        lines += ["", f"# {about}", f"{sign}[options.{_key(spec.name)}]", f"{sign}default = {value}"]
    lines += [
        "",
        "# An option that only this theme has; templates see it as opt.motto:",
        "# [options.motto]",
        '# type = "text"',
        '# default = ""',
        '# about = "A line below the CV."',
        "",
        "# How marks behind authors are shown:",
        "# [marks]",
        '# corresponding = "◊"',
    ]
    return "\n".join(lines) + "\n"


def meant(spec: OptionSpec) -> str:
    """What an option takes, as a sentence."""
    if spec.choices:
        return f"One of: {', '.join(spec.choices)}."
    kind = {"bool": "true or false", "colour": "a colour", "length": "a length", "number": "a number"}.get(spec.type)
    if spec.min and spec.max:
        return f"{(kind or 'a text').capitalize()} from {spec.min} to {spec.max}."
    return f"{(kind or 'a text').capitalize()}" + (
        f", at least {spec.min}." if spec.min else f", at most {spec.max}." if spec.max else "."
    )


def _key(name: str) -> str:
    """A key of TOML: https://toml.io/en/v1.0.0#keys."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(text: str) -> str:
    """A text of TOML, which themes take as default for every type: https://toml.io/en/v1.0.0#string."""
    return '"' + "".join(rf"\u{ord(c):04X}" if c < " " or c in '"\\\x7f' else c for c in text) + '"'


def _new_tex(theme: Theme) -> str:
    first = next((folder.name for folder in theme.folders if (folder / "theme.tex").is_file()), None)
    include = (
        f'% First, all that the theme sets that this one extends:\n<% include "{first}/theme.tex" %>\n' if first else ""
    )
    return (
        "% Macros of this theme, read before the document begins. docs/themes.md lists what there is.\n"
        + include
        + "% Then, what is different. Remove a `%` to try a line:\n"
        "% \\cvfont{cvsans}{cvsans}\n"
        "% \\renewcommand\\cvleadingratio{1.3}\n"
        "% \\renewcommand\\cvsectionformat[1]{\\noindent\\large\\bfseries\\cvcoloured{accent}{#1}\\par}\n"
        "% \\renewcommand\\cvdatestyle[1]{\\textit{#1}}\n"
    )


def _example(text: str, extends: str) -> str:
    return (
        f"<#\n   An example: how awards are printed. This is a copy of what the theme `{extends}` does; edit it, or remove the file,\n"
        f"   and they are printed as before. `cvbuild theme which {extends}` lists all files that a theme can have of its own.\n#>\n"
    ) + text
