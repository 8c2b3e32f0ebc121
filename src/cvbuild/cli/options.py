"""What several commands take: their arguments, options, and what is read out of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cvbuild.cli.output import Format, refuse
from cvbuild.formats import FORMATS

if TYPE_CHECKING:
    from cvbuild.checked import Choices


class EngineName(StrEnum):
    """Engines that can be asked for."""

    tectonic = "tectonic"
    xelatex = "xelatex"
    lualatex = "lualatex"
    pdflatex = "pdflatex"


Input = Annotated[str, typer.Argument(metavar="CV.yaml", help="The CV; `-` reads standard input.")]
Inputs = Annotated[list[str], typer.Argument(metavar="CV.yaml…", help="The CVs; `-` reads standard input.")]
JobsOption = Annotated[
    str,
    typer.Option(
        "-j", "--jobs", metavar="N", help="How many CVs to work on at once (default, `auto` or 0: one per processor)."
    ),
]
ThemeOption = Annotated[
    str | None, typer.Option("--theme", help="Use this theme instead of the CV's own: a name, or a folder.")
]
ToOption = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="FORMAT,…", help=f"What to make: {', '.join(FORMATS)}, or several of them (default: pdf)."
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", help="The file to write, or its folder (default: beside the CV; `-`: standard output)."
    ),
]
EngineOption = Annotated[EngineName | None, typer.Option("--engine", help="The engine (default: the embedded one).")]
TimeoutOption = Annotated[float, typer.Option("--timeout", help="Seconds after which typesetting is given up.", min=1)]
TodayOption = Annotated[
    str | None,
    typer.Option(
        "--today", metavar="YYYY-MM-DD", help="The day that counts as today (default: SOURCE_DATE_EPOCH, or the clock)."
    ),
]
TextOption = Annotated[
    str | None, typer.Option("-o", "--output", help="The file to write (default, or `-`: standard output).")
]
FormatOption = Annotated[
    Format,
    typer.Option("--format", help="How to tell what is wrong: to people, as JSON, or to GitHub (docs/formats.md)."),
]
RawLatexOption = Annotated[
    bool,
    typer.Option(
        "--raw-latex", help="Pass LaTeX in the CV on to TeX: code of whoever wrote it. See docs/raw-latex.md."
    ),
]
VariantOption = Annotated[
    list[str] | None,
    typer.Option("--variant", metavar="NAME", help="A variant of the CV; `all`: each of them, and the CV itself."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Set a value of the CV, as theme.accent=navy; see docs/variants.md."
    ),
]
PrivateOption = Annotated[bool, typer.Option("--private", help="With what the CV says is private.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The CV as it was on this day.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Write over a file that exists.")]


def path_of(cv: str) -> Path | None:
    """The file that holds the CV; None for standard input."""
    return Path(cv) if cv != "-" else None


def seconds(timeout: float) -> float:
    """The time limit, if it is one."""
    if not timeout >= 1:  # "nan" is a number to typer
        refuse("--timeout is a number of seconds, 1 or more")
    return timeout


def text_target(output: str | None, inputs: Iterable[str], force: bool) -> Path | None:
    """Where a text goes, which is none of the files that it is made of; None for standard output."""
    if output is None or output == "-":
        return None
    target = Path(output)
    problem = None
    if target.is_dir() or not target.parent.is_dir():
        problem = f"{target} is a folder" if target.is_dir() else f"the folder {target.parent} does not exist"
    elif any(os.path.realpath(name) == os.path.realpath(target) for name in inputs if name != "-"):
        problem = f"{target} is read; the output must have another name"
    elif target.exists() and not force:
        problem = f"{target} exists; --force writes over it"
    if problem is not None:
        refuse(problem)
    return target


def at_once(jobs: str) -> int | None:
    """How many CVs to work on at once; None: as many as there are processors."""
    if jobs in ("auto", "0"):
        return None
    if not (jobs.isascii() and jobs.isdecimal() and len(jobs) < 5):
        refuse(f"-j is a number, or `auto`, and not `{jobs}`")
    return int(jobs)


def choices_of(
    theme: str | None = None, settings: list[str] | None = None, private: bool = False, as_of: str | None = None
) -> Choices:
    """What the command line says of a CV, over what its file says."""
    from cvbuild.checked import Choices

    return Choices(theme=theme, settings=tuple(settings or ()), private=private, as_of=day_of(as_of, "--as-of"))


def day_of(today: str | None, option: str = "--today") -> tuple[int, int, int] | None:
    """The day that was asked for, if one was."""
    from datetime import date

    if today is None:
        return None
    try:
        if not (len(today) == 10 and today[4] == today[7] == "-"):  # `date` takes weeks too
            raise ValueError
        day = date.fromisoformat(today)
    except ValueError:
        refuse(f"{option} is a day, as 2026-11-21, and not `{today}`")
    return day.year, day.month, day.day
