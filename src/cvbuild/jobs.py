"""What a command line asks for, as jobs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer

from cvbuild.checked import Choices
from cvbuild.cli.options import path_of
from cvbuild.cli.output import WRONG_USAGE, say
from cvbuild.cli.targets import targets_of
from cvbuild.job import Job


def jobs_of(
    cv: str,
    to: str | None,
    output: str | None,
    choices: Choices,
    *,
    timeout: float = 60.0,
    keep_tex: bool = False,
    raw_latex: bool = False,
    verify: bool = False,
    variants: Sequence[str] = (),
) -> list[Job]:
    """The jobs that one CV asks for: one for each of the variants, or one for the CV itself."""
    wanted = _wanted(cv, variants, choices, raw_latex) if variants else {None: None}
    if len(wanted) > 1 and output is not None and not Path(output).is_dir():
        say("cvbuild: -o names a folder where several variants are written")
        raise typer.Exit(WRONG_USAGE)
    return [
        Job(
            cv=path_of(cv),
            targets=targets_of(cv, to, output, f"-{variant}" if variant is not None else "", stem),
            choices=replace(choices, variant=variant),
            timeout=timeout,
            keep_tex=keep_tex,
            raw_latex=raw_latex,
            verify=verify,
        )
        for variant, stem in wanted.items()
    ]


def _wanted(cv: str, names: Sequence[str], choices: Choices, raw_latex: bool) -> dict[str | None, str | None]:
    """The variants that are wanted, each with the name of its files if it has one of its own; None is the CV itself."""
    from cvbuild.choosing import variants_in
    from cvbuild.diagnostics import Sink
    from cvbuild.files import Files
    from cvbuild.reading import read_input

    path = path_of(cv)
    if path is None and (len(names) > 1 or "all" in names):
        say("cvbuild: of a CV from standard input, one variant can be made")
        raise typer.Exit(WRONG_USAGE)
    files, sink = Files(), Sink()  # all that is wrong is told when the job is done
    source = read_input(path, files, sink, raw_latex) if path is not None else None
    known = variants_in(source, files, choices) if source is not None else {}
    wanted: dict[str | None, str | None] = {}
    for name in names:
        if name == "all":
            wanted[None] = None
            wanted.update(known)
        else:
            if not re.fullmatch(r"[\w.-]+", name):
                say(f"cvbuild: no variant can be called `{name}`")
                raise typer.Exit(WRONG_USAGE)
            wanted[name] = known.get(name)
    return wanted
