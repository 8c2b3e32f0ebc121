"""What a command line asks for, as jobs."""

from __future__ import annotations

from cvbuild.checked import Choices
from cvbuild.cli.options import path_of
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
    dpi: float = 150.0,
) -> list[Job]:
    """The jobs that one CV asks for."""
    job = Job(
        cv=path_of(cv),
        targets=targets_of(cv, to, output),
        choices=choices,
        timeout=timeout,
        keep_tex=keep_tex,
        raw_latex=raw_latex,
        verify=verify,
        dpi=dpi,
    )
    return [job]
