"""Which formats of a CV are wanted, and where their files go: what `--to` and `-o` say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final, NoReturn

from cvbuild.diagnostics import closest
from cvbuild.formats import FORMATS

# Endings of what is no output; a file of such a name is probably something else that must not be written over.
_OTHERS: Final = frozenset(f".{kind}" for kind in "bib csv doc docx htm jpeg jpg odt ps svg toml yaml yml".split())


class Refused(Exception):
    """What is asked for cannot be done, whatever is in the CV; the message says why."""


def targets_of(
    cv: str, to: str | None, output: str | None, suffix: str = "", stem: str | None = None
) -> dict[str, Path | None]:
    """The formats that are wanted, each with the path of its file; None for standard output.

    Files that are not named by `-o` have the name of the CV, with `suffix` behind it; or the name `stem`. Raises `Refused`.
    """
    try:
        formats = _formats(to, output)
        return {name: _target(cv, output, name, formats, suffix, stem) for name in formats}
    except OSError as error:
        _refuse(f"{output or cv} cannot be found or written from here: {error.strerror}")


def _formats(to: str | None, output: str | None) -> list[str]:
    if to is None:
        kind = Path(output).suffix.lower()[1:] if output is not None else ""
        return [kind if kind in FORMATS else "pdf"]
    names = [name.strip().lower() for name in to.split(",") if name.strip()]
    if not names:
        _refuse(f"--to names no format; there are {', '.join(FORMATS)}")
    for name in names:
        if name not in FORMATS:
            near = closest(name, list(FORMATS))
            known = f"did you mean `{near}`?" if near else f"there are {', '.join(FORMATS)}"
            _refuse(f"`{name}` is no format that cvbuild writes; {known}")
    return list(dict.fromkeys(names))


def _target(cv: str, output: str | None, name: str, formats: list[str], suffix: str, stem: str | None) -> Path | None:
    ending, several = FORMATS[name].ending, len(formats) > 1
    if output == "-" or (output is None and cv == "-"):
        _check_stream(name, several)
        return None
    if not Path(cv).name:
        _refuse(f"`{cv}` is no file")
    if output is None and Path(cv).suffix.lower() == ".pdf":
        _refuse(f"{cv} is the name of a PDF; give the YAML file of the CV")
    own = (stem or (Path(cv).stem if cv != "-" else "cv") + suffix) + ending
    target = Path(cv).with_name(own) if output is None else Path(output)
    if target.is_dir() and output is None:
        _refuse(f"{target} is a folder; name {FORMATS[name].called} with -o")
    if target.is_dir():
        target = target / own
    elif several and output is not None:
        if target.suffix and target.suffix.lower()[1:] not in formats:
            _refuse(f"{target} is no name for {' and '.join(formats)}")
        target = target.with_suffix(ending)
    if cv != "-" and target.absolute() == Path(cv).absolute():
        _refuse(f"{target} is the CV itself; the output must have another name")
    kind = target.suffix.lower()
    if kind != ending and (kind in _OTHERS or kind[1:] in FORMATS):
        _refuse(f"{target} is no name for {FORMATS[name].called}, which is what is written")
    if not target.parent.is_dir():
        _refuse(f"the folder {target.parent} does not exist")
    return target


def _check_stream(name: str, several: bool) -> None:
    if several:
        _refuse("only one format can go to standard output")
    if sys.stdout is None:
        _refuse("standard output is closed")
    if name in ("pdf", "png") and sys.stdout.isatty():
        _refuse(f"{FORMATS[name].called} is not for a terminal; use -o FILE, or redirect the output")


def _refuse(what: str) -> NoReturn:
    raise Refused(what)
