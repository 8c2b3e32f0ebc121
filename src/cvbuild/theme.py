"""Find a theme, follow the chain of themes that it extends, and check its options.

A theme is a folder with a ``theme.toml``::

    description = "…"
    extends = "base"
    [options.font-size]
    type = "length"            # choice, length, colour, text, bool, number or titles
    default = "10.5pt"
    min = "8pt"
    max = "14pt"
    about = "The size of running text."
    [marks]
    equal = "◊"                # or {symbol = "◊", show = "symbol", legend = "…", words = "…"}

and templates. A file that a theme lacks is taken from the one it extends. Styles of
publications stand in ``styles.yaml``, as they do below ``styles:`` in a CV.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from cvbuild import tree
from cvbuild.diagnostics import BAD_OPTION, BAD_THEME, EMPTY, UNKNOWN_THEME, WRONG_SHAPE, Sink, closest
from cvbuild.files import Files, lies_in, shown
from cvbuild.frozen import frozen
from cvbuild.lengths import points
from cvbuild.model import MarkShow, MarkSpec, Option, StyleSpec, ThemeChoice, ThemeStyles
from cvbuild.places import builtin_themes, user_themes
from cvbuild.publications.marks import defaults, merge, problem_of
from cvbuild.reading import read_file
from cvbuild.schema import record_shape
from cvbuild.source import Source, Span
from cvbuild.text import Text, text
from cvbuild.words import Words

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@frozen
class OptionSpec:
    """One option that a theme takes, as its ``theme.toml`` describes it."""

    name: str
    type: str
    default: str
    about: str
    choices: tuple[str, ...] = ()
    min: str | None = None
    max: str | None = None


@dataclass(frozen=True)
class Theme:
    """A theme with the folders of its chain, the nearest first, the value of each of its options, and its marks."""

    name: str
    folders: tuple[Path, ...]
    specs: Mapping[str, OptionSpec]
    values: Mapping[str, Any]
    marks: tuple[MarkSpec, ...] = ()
    description: str = ""

    @cached_property
    def options(self) -> Mapping[str, Any]:
        """Values by names that a template can write: ``date_style`` for ``date-style``."""
        return {name.replace("-", "_"): value for name, value in self.values.items()}


def theme_styles(theme: Theme, files: Files, sink: Sink) -> tuple[Mapping[str, StyleSpec], ...]:
    """The styles of publications in each theme of the chain, by name, the nearest theme first.

    What is wrong in a ``styles.yaml`` is reported there.
    """
    paths = [folder / "styles.yaml" for folder in theme.folders]
    found = [path for path in paths if files.has(path)]
    try:
        for path in found:
            check_closed(path, path.parent)
    except ThemeError as error:
        sink.add(BAD_THEME, str(error))
        return ()
    return tuple(_styles(path, files, sink) for path in found)


def _styles(path: Path, files: Files, sink: Sink) -> Mapping[str, StyleSpec]:
    own = Sink()  # what is wrong elsewhere does not keep this file from being read
    source = read_file(path, shown(path), files, own)
    root = tree.parse(source, own) if source is not None else None
    if isinstance(root, tree.Mapping):
        read = record_shape(ThemeStyles).read_fields(root, own, given={})
    else:
        read = None
        if root is not None:
            own.add(WRONG_SHAPE, "a theme's styles are a mapping: each style below its name", root.span.part(0, 1))
    for found in own.diagnostics:
        if found.code is EMPTY:
            continue  # a file that says nothing brings no styles
        sink.add(found.code, found.message, found.span, hint=found.hint, labels=found.labels)
    styles = read.styles if isinstance(read, ThemeStyles) else ()
    return {style.name: style for style in styles if style.name is not None}


def read_theme_file(path: Path, folder: Path, files: Files) -> str:
    """The text of a file of the theme in `folder`. Raises OSError, UnicodeDecodeError, and `ThemeError` as `check_closed`."""
    check_closed(path, folder)
    if path.exists() and not (path.is_file() or path.is_dir()):  # to open a pipe could take for ever
        raise ThemeError(f"`{shown(path)}` is not a file")
    return files.text(path)


def check_closed(path: Path, folder: Path) -> None:
    """Raises `ThemeError` if a file of a theme leads out of its folder: a theme from elsewhere shall not show other files.

    The user's own themes may be put together by links, as managers of settings do.
    """
    own = any(folder.is_relative_to(trusted) for trusted in (user_themes(), builtin_themes()))
    if not own and not lies_in(path, folder):
        raise ThemeError(f"`{shown(path)}` leads out of the folder of the theme")


class ThemeError(Exception):
    """A theme that cannot be used; the message says why, and `span` where, if that is in a file of the theme."""

    def __init__(self, message: str, span: Span | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.span = span
        self.hint = hint


def is_theme_name(name: str) -> bool:
    """Whether a theme can have this name, and so this folder."""
    return _NAME.fullmatch(name) is not None


def template_places(folders: Sequence[Path], parts: Sequence[str], below: str = "") -> list[tuple[Path, Path]]:
    """Where a template is looked for: the folder of a theme, and the place in it, in this order.

    `parts` are those of its name, between slashes. First each folder of the chain; then, as `base/cv.tex`, the
    folder of the theme that the first part names. `below`: the folder inside of a theme in which it is.
    """
    first, *rest = parts
    places = [(folder, folder.joinpath(below, first, *rest)) for folder in folders]
    return places + [(folder, folder.joinpath(below, *rest)) for folder in folders if rest and folder.name == first]


def search_folders(cv_folder: Path) -> tuple[Path, ...]:
    """Where a theme is looked for by its name, in this order."""
    return (cv_folder / "themes", Path(user_themes()), Path(builtin_themes()))


def list_themes(cv_folder: Path) -> list[str]:
    """Names of all themes that can be used for a CV in this folder (`base` is only there to be extended)."""
    found = {p.parent.name for folder in search_folders(cv_folder) for p in folder.glob("*/theme.toml")}
    return sorted(found - {"base"})


def find_theme(
    choice: ThemeChoice, cv_folder: Path, files: Files, sink: Sink, override: str | None = None
) -> Theme | None:
    """The theme that a document chose, or the one (a name or a folder) given on the command line instead.

    A CV file can only name a theme, never a path; None and diagnostics if there is none, or its options are wrong.
    """
    name = override or choice.name
    try:
        chain = _chain(name, cv_folder, files, is_path=override is not None and os.sep in override)
        specs = _specs(chain, files)
        marks = _marks(chain)
    except ThemeError as error:
        sink.add(BAD_THEME, str(error), error.span or choice.span, hint=error.hint)
        return None
    except (TypeError, AttributeError) as error:
        sink.add(
            BAD_THEME, f"the theme.toml of `{name}`, or of a theme that it extends, is malformed: {error}", choice.span
        )
        return None
    except LookupError:
        known = list_themes(cv_folder)
        near = closest(name, known)
        hint = f"did you mean `{near}`?" if near else "the themes are " + ", ".join(f"`{t}`" for t in known)
        bare = next((f / name for f in search_folders(cv_folder) if is_theme_name(name) and (f / name).is_dir()), None)
        if bare is not None:
            hint = f"the folder `{shown(bare)}` is no theme, for it has no theme.toml"
        span = choice.span if override is None else None
        sink.add(UNKNOWN_THEME, f"there is no theme `{name}`", span, hint=hint)
        return None
    values = {spec.name: convert(spec, spec.default) for spec in specs.values()}
    for option in choice.options:
        if _check(option, specs, name, foreign=override is not None and override != choice.name, sink=sink):
            values[option.name] = _value(specs[option.name], option)
    description = chain[next(iter(chain))].get("description", "")
    return Theme(name, tuple(chain), specs, values, marks, description if isinstance(description, str) else "")


def _value(spec: OptionSpec, option: Option) -> Any:
    """The value that a document gives an option. Raises ValueError with a message for the user."""
    if spec.type == "titles" and option.items:
        return tuple(str(item) for item in option.items)
    if option.items:
        raise ValueError("one value is expected, not a list")
    return convert(spec, option.value or "")


def _check(option: Option, specs: Mapping[str, OptionSpec], theme: str, *, foreign: bool, sink: Sink) -> bool:
    spec = specs.get(option.name)
    if spec is None:
        if foreign:  # --theme was given: options of the document's own theme may have no meaning here
            return False
        near = closest(option.name, list(specs))
        hint = f"did you mean `{near}`?" if near else "its options are " + ", ".join(f"`{n}`" for n in specs)
        sink.add(BAD_OPTION, f"the theme `{theme}` has no option `{option.name}`", option.span, hint=hint)
        return False
    try:
        _value(spec, option)
    except ValueError as error:
        place = option.span.behind(option.value or "") if option.span is not None else None
        sink.add(BAD_OPTION, f"`{option.name}`: {error}", place, hint=spec.about or None)
        return False
    return True


def _chain(name: str, cv_folder: Path, files: Files, *, is_path: bool) -> dict[Path, dict[str, Any]]:
    """The folders of a theme and of those that it extends, the nearest first, with their theme.toml."""
    chain: dict[Path, dict[str, Any]] = {}
    wanted: str | None = name
    while wanted is not None:
        try:
            folder = Path(wanted) if is_path and not chain else _find(wanted, cv_folder, files, skip=chain)
        except LookupError:
            if not chain:
                raise
            near = closest(wanted, list_themes(cv_folder))
            raise ThemeError(
                f"the theme `{name}` extends `{wanted}`, which is not there",
                _said_at(list(chain)[-1], r"^\s*extends\s*=\s*(\"[^\"\n]*\"|'[^'\n]*')", files),
                f"did you mean `{near}`?" if near else None,
            ) from None
        if not files.has(folder / "theme.toml"):
            raise ThemeError(f"the folder `{folder}` has no theme.toml")
        if folder in chain or len(chain) == 10:
            raise ThemeError(f"the theme `{name}` extends itself")
        chain[folder] = _load(folder, files)
        wanted = chain[folder].get("extends")
    return chain


def _find(name: str, cv_folder: Path, files: Files, skip: Container[Path]) -> Path:
    """The folder of a theme by name. A theme may extend one of its own name further down the search order."""
    if not is_theme_name(name):
        raise LookupError(name)
    for base in search_folders(cv_folder):
        folder = base / name
        if folder not in skip and files.has(folder / "theme.toml"):
            if base.parent == cv_folder and not lies_in(folder, cv_folder):
                raise ThemeError(
                    f"the theme `{folder}` leads out of the folder of the CV; put it into `{user_themes()}`"
                )
            return folder
    raise LookupError(name)


def _load(folder: Path, files: Files) -> dict[str, Any]:
    path = folder / "theme.toml"
    try:
        return tomllib.loads(read_theme_file(path, folder, files))
    except (OSError, UnicodeDecodeError) as error:
        raise ThemeError(f"{shown(path)}: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(str(error).partition(" (at ")[0], _toml_place(path, str(error), files)) from None


def _toml_place(path: Path, message: str, files: Files) -> Span:
    """The place that a message of `tomllib` tells; the first character if it tells none."""
    source = Source(shown(path), files.text(path), path.parent)
    found = re.search(r"at line (\d+), column (\d+)", message)
    at = source.offset(int(found[1])) + int(found[2]) - 1 if found else 0
    return Span(source, at, at + 1)


def _said_at(folder: Path, pattern: str, files: Files) -> Span | None:
    """Where a theme.toml has what the group of a pattern matches; None if it is written in another way."""
    path = folder / "theme.toml"
    source = Source(shown(path), files.text(path), path.parent)
    found = re.search(pattern, source.text, re.MULTILINE)
    return Span(source, *found.span(1)) if found else None


def _specs(chain: Mapping[Path, Mapping[str, Any]], files: Files) -> dict[str, OptionSpec]:
    """All options of a chain; a nearer theme may change the default of an option, or anything else about it."""
    merged: dict[str, dict[str, Any]] = {}
    for folder, read in reversed(list(chain.items())):
        for name, table in read.get("options", {}).items():
            if not isinstance(table, dict):
                raise ThemeError(f"{shown(folder / 'theme.toml')}: `options.{name}` is no table")
            merged[name] = {**merged.get(name, {}), **table}
    specs: dict[str, OptionSpec] = {}
    for name, table in merged.items():
        spec = OptionSpec(
            name=name,
            type=str(table.get("type", "text")),
            default=str(table.get("default", ""))
            if not isinstance(table.get("default"), bool)
            else str(table["default"]).lower(),
            about=str(table.get("about", "")),
            choices=tuple(str(c) for c in table.get("choices", ())),
            min=str(table["min"]) if "min" in table else None,
            max=str(table["max"]) if "max" in table else None,
        )
        try:
            convert(spec, spec.default)
        except ValueError as error:
            key = "type" if "cannot have the type" in str(error) else "default"
            pattern = rf"^\s*\[options\.{re.escape(name)}\](?:(?!^\s*\[)[\s\S])*?^\s*{key}\s*=\s*([^#\n]*[^#\s])"
            places = (_said_at(folder, pattern, files) for folder in chain)
            place = next((place for place in places if place is not None), None)
            raise ThemeError(f"the default of the option `{name}` is wrong: {error}", place) from None
        specs[name] = spec
    return specs


def _marks(chain: Mapping[Path, Mapping[str, Any]]) -> tuple[MarkSpec, ...]:
    """What a chain says of marks: those of a nearer theme come first, and add to what is said further out."""
    merged: dict[str, dict[str, str]] = {}
    for folder, read in chain.items():
        said_of = read.get("marks", {})
        if not isinstance(said_of, dict):
            raise ThemeError(f"{shown(folder / 'theme.toml')}: `marks` is no table")
        for name, value in said_of.items():
            said = {"symbol": value} if isinstance(value, str) else value
            place = f"{shown(folder / 'theme.toml')}: `marks.{name}`"
            if not isinstance(said, dict) or not all(isinstance(v, str) and v.strip() for v in said.values()):
                raise ThemeError(f"{place} is neither a sign nor a table of texts")
            if not said.keys() <= {"symbol", "show", "legend", "words"}:
                raise ThemeError(f"{place} has other keys than `symbol`, `show`, `legend` and `words`")
            if said.get("show", "none") not in get_args(MarkShow):
                raise ThemeError(f"{place}: `show` is one of " + ", ".join(f"`{v}`" for v in get_args(MarkShow)))
            if "symbol" in said:  # which is shown, unless the same theme says otherwise
                said = {"show": "symbol", **said}
            merged[name] = {**said, **merged.get(name, {})}
    specs = tuple(_mark(name, said) for name, said in merged.items())
    known = {mark.name: mark for mark in defaults(Words())} if specs else {}
    known |= {spec.name: merge(known.get(spec.name), spec) for spec in specs}
    signs: dict[str, str] = {}
    for mark in known.values():
        if problem := problem_of(mark):
            raise ThemeError(f"the mark `{mark.name}` of a theme {problem[0]}")
        if mark.show == "symbol" and signs.setdefault(str(mark.symbol), mark.name) != mark.name:
            raise ThemeError(f"a theme has the sign {mark.symbol} for `{signs[str(mark.symbol)]}` and `{mark.name}`")
    return specs


def _mark(name: str, said: Mapping[str, str]) -> MarkSpec:
    def prose(key: str) -> Text | None:
        return text(said[key]) if key in said else None

    show: Any = said.get("show")
    return MarkSpec(name=name, symbol=said.get("symbol"), show=show, legend=prose("legend"), words=prose("words"))


# --- values ------------------------------------------------------------------

_COLOURS = {
    "black": "000000", "gray": "666666", "grey": "666666", "navy": "1A2F5A", "blue": "1A4F8A", "teal": "0F6B6B",
    "green": "1E6B3A", "olive": "5B6B1E", "brown": "6B4423", "red": "9B1C1C", "maroon": "7A1F2B", "purple": "5A2A82",
    "orange": "B8560F",
}  # fmt: skip


def convert(spec: OptionSpec, value: str) -> Any:
    """The value of an option, typed. Raises ValueError with a message for the user."""
    value = value.strip() if spec.type != "text" else value
    match spec.type:
        case "choice":
            if value not in spec.choices:
                raise ValueError(f"`{value}` is not one of " + ", ".join(f"`{c}`" for c in spec.choices))
            return value
        case "bool":
            if value.lower() not in ("true", "false", "yes", "no", "on", "off"):
                raise ValueError(f"`{value}` is neither `true` nor `false`")
            return value.lower() in ("true", "yes", "on")
        case "number":
            return _number(spec, value)
        case "length":
            return _length(spec, value)
        case "colour":
            return _colour(value)
        case "text":
            return value
        case "titles":  # of sections: None leaves it to cvbuild
            return None if value == "auto" else () if value in ("none", "") else (value,)
        case _:
            raise ValueError(f"an option cannot have the type `{spec.type}`")


def _number(spec: OptionSpec, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"`{value}` is not a number") from None
    if not (float(spec.min or "-inf") <= number <= float(spec.max or "inf")):
        raise ValueError(f"{value} is not between {spec.min} and {spec.max}")
    return number


def _length(spec: OptionSpec, value: str) -> str:
    length = points(value)
    if (spec.min and length < points(spec.min) - 0.01) or (spec.max and length > points(spec.max) + 0.01):
        raise ValueError(f"{value} is not between {spec.min} and {spec.max}")
    return value.replace(" ", "")


def _colour(value: str) -> str:
    """Six hexadecimal digits."""
    if value.lower() in _COLOURS:
        return _COLOURS[value.lower()]
    digits = value.removeprefix("#")
    if re.fullmatch(r"[0-9A-Fa-f]{3}", digits):
        digits = "".join(2 * d for d in digits)
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", digits):
        names = ", ".join(_COLOURS)
        raise ValueError(f"`{value}` is not a colour such as '#1a4f8a' (in quotes), or one of {names}")
    return digits.upper()
