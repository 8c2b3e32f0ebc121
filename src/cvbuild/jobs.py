"""What is asked for, as jobs."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cvbuild.checked import Choices
from cvbuild.job import Job
from cvbuild.targets import Refused, targets_of


def all_jobs(
    cvs: Sequence[str],
    to: str | None,
    output: str | None,
    choices: Choices,
    *,
    variants: Sequence[str] = (),
    timeout: float = 60.0,
    keep_tex: bool = False,
    raw_latex: bool = False,
    verify: bool = False,
    dpi: float = 150.0,
    depfile: str | None = None,
) -> list[Job]:
    """The jobs that some CVs ask for, in their order. Raises `Refused`, also if two of them would write the same file.

    `output` and `depfile` are folders if there are several jobs. One whose name ends in a slash is made.
    """
    for folder in (output, depfile):
        if folder is not None and folder != "-":
            _make_folder(folder, len(cvs) > 1)
    if cvs.count("-") > 1:
        raise Refused("standard input can be read only once")
    asked = Job(
        cv=None,
        targets={},
        choices=choices,
        timeout=timeout,
        keep_tex=keep_tex,
        raw_latex=raw_latex,
        verify=verify,
        dpi=dpi,
    )
    jobs = [job for cv in cvs for job in _jobs_of(cv, to, output, variants, asked)]
    if depfile is not None:
        jobs = [replace(job, depfile=_depfile(job, Path(depfile), len(jobs) > 1)) for job in jobs]
    _check_apart(jobs)
    return jobs


def _jobs_of(cv: str, to: str | None, output: str | None, variants: Sequence[str], asked: Job) -> list[Job]:
    """The jobs that one CV asks for, done as `asked`: one for each of the variants, or one for the CV itself."""
    wanted = _wanted(cv, variants, asked.choices, asked.raw_latex) if variants else {None: None}
    if len(wanted) > 1 and output is not None and not Path(output).is_dir():
        raise Refused(f"{output} is no folder, and several variants need one; {output}/ makes it")
    return [
        replace(
            asked,
            cv=Path(cv) if cv != "-" else None,
            targets=targets_of(cv, to, output, f"-{variant}" if variant is not None else "", stem),
            choices=replace(asked.choices, variant=variant),
        )
        for variant, stem in wanted.items()
    ]


def _wanted(cv: str, names: Sequence[str], choices: Choices, raw_latex: bool) -> dict[str | None, str | None]:
    """The variants that are wanted, each with the name of its files if it has one of its own; None is the CV itself."""
    from cvbuild.choosing import variants_in
    from cvbuild.diagnostics import Sink
    from cvbuild.files import Files
    from cvbuild.reading import read_input

    path = Path(cv) if cv != "-" else None
    if path is None and (len(names) > 1 or "all" in names):
        raise Refused("of a CV from standard input, one variant can be made")
    files, sink = Files(), Sink()  # all that is wrong is told when the job is done
    source = read_input(path, files, sink, raw_latex) if path is not None else None
    known = variants_in(source, files, choices) if source is not None else {}
    wanted: dict[str | None, str | None] = {}
    for name in names:
        if name == "all":
            wanted[None] = None
            wanted.update(known)
        elif re.fullmatch(r"[\w.-]+", name):
            wanted[name] = known.get(name)
        else:
            raise Refused(f"no variant can be called `{name}`")
    return wanted


def _depfile(job: Job, named: Path, several: bool) -> Path:
    """Where the rule for `make` is written."""
    if named.is_dir():
        return named / f"{job.main.stem if job.main is not None else 'cv'}.d"
    if several:
        raise Refused(f"{named} is no folder, and several files need one; {named}/ makes it")
    for path in (job.cv, *job.targets.values()):
        if path is not None and _place(named) == _place(path):
            raise Refused(
                f"--depfile needs a name of its own, and {named} is {'the CV' if path is job.cv else 'an output'}"
            )
    if not named.parent.is_dir():
        raise Refused(f"the folder {named.parent} does not exist")
    return named


def _make_folder(output: str, several: bool) -> None:
    """See to it that there is a folder to write into, if it must be one."""
    if output.endswith(("/", os.sep)):
        try:
            Path(output).mkdir(exist_ok=True)
        except OSError as error:
            raise Refused(f"the folder {output} cannot be made: {error.strerror}") from None
    elif several and not Path(output).is_dir():
        raise Refused(f"{output} is no folder, and several CVs need one; {output}/ makes it")


def _check_apart(jobs: Sequence[Job]) -> None:
    """See to it that no two jobs write the same file, and none writes over the CV of another."""
    if len(jobs) < 2:
        return
    if sum(None in job.targets.values() for job in jobs) > 1:
        raise Refused("only one CV can go to standard output")
    cvs = {_place(job.cv): job.cv for job in jobs if job.cv is not None}
    owners: dict[str, Job] = {}
    for job in jobs:
        for path in _files(job):
            if (cv := cvs.get(_place(path))) is not None:
                raise Refused(f"{path}, made of {job.name}, would be written over the CV {cv}")
            other = owners.setdefault(_place(path), job)
            if other is not job:
                if job.cv == other.cv and job.choices != other.choices:
                    raise Refused(f"two variants of {job.cv} would both be written to {path}")
                if job.cv == other.cv:
                    raise Refused(f"{job.name} is given twice: {path} can be written only once")
                raise Refused(f"{other.name} and {job.name} would both be written to {path}")


def _files(job: Job) -> list[Path]:
    """The files that a job is known to write."""
    kept = [job.main.with_suffix(end) for end in (".tex", ".log")] if job.keep_tex and job.main else []
    rule = [job.depfile] if job.depfile is not None else []
    return [*dict.fromkeys([*(path for path in job.targets.values() if path is not None), *kept]), *rule]


def _place(path: Path) -> str:
    """Where a file lies, however it is called."""
    return os.path.normcase(os.path.realpath(path))
