"""`cvbuild render`: a CV becomes a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cvbuild import record
from cvbuild.cli.options import (
    EngineOption,
    FormatOption,
    Input,
    OutputOption,
    RawLatexOption,
    ThemeOption,
    TimeoutOption,
    TodayOption,
    ToOption,
    day_of,
    seconds,
)
from cvbuild.cli.output import Format, Said, Voice, pages_of, status
from cvbuild.files import Files
from cvbuild.report import Output, summary

if TYPE_CHECKING:
    from cvbuild.engine import Typesetter
    from cvbuild.job import Job, Made


class Begun(NamedTuple):
    """What `cvbuild.__main__` knows and has started before this module was imported."""

    command: list[str] | None = None
    last: record.Record | None = None
    typesetter: Typesetter | None = None


def render(
    context: typer.Context,
    cv: Input,
    to: ToOption = None,
    output: OutputOption = None,
    theme: ThemeOption = None,
    engine: EngineOption = None,
    keep_tex: Annotated[
        bool, typer.Option("--keep-tex", help="Keep the .tex file, and TeX's log, beside the PDF.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Typeset even if nothing has changed since the last time.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read the PDF back, and prove that all of the CV is in it, in order.")
    ] = False,
    timeout: TimeoutOption = 60.0,
    dpi: Annotated[
        int, typer.Option("--dpi", help="How fine pictures of pages are, in dots per inch.", min=10, max=600)
    ] = 150,
    raw_latex: RawLatexOption = False,
    today: TodayOption = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")] = False,
    form: FormatOption = Format.human,
) -> None:
    """Typeset a CV as PDF, or write it in other formats."""
    from cvbuild.checked import Choices
    from cvbuild.cli.jobs import jobs_of
    from cvbuild.engine import Typesetter
    from cvbuild.job import make

    begun: Begun = context.obj or Begun()  # there, `force` was looked at
    (job,) = jobs_of(
        cv,
        to,
        output,
        Choices(theme=theme),
        timeout=seconds(timeout),
        keep_tex=keep_tex,
        raw_latex=raw_latex,
        verify=verify,
        dpi=dpi,
    )
    files = Files(day_of(today))
    with begun.typesetter or Typesetter(engine.value if engine else None) as typesetter:
        made = make(job, typesetter, files, begun.last.pages if begun.last else None)
    voice = Voice("render", form, taken=job.main is None)
    tell(voice, made, job, quiet=quiet)
    outcome = made.outcome
    if outcome.sink.failed:
        raise typer.Exit(status(outcome.sink))
    if begun.command and job.cv and made.outputs and outcome.inputs is not None:
        said = _again(voice, made, job, quiet)
        record.keep(begun.command, record.Record(outcome.inputs, made.outputs, *said, outcome.pages))


def tell(voice: Voice, made: Made, job: Job, *, quiet: bool = False) -> None:
    """Say what came of a job."""
    outcome = made.outcome
    last = "" if quiet and not outcome.sink.failed else f"cvbuild: {ending(made, job)}\n{_proven(made)}"
    voice.tell(
        outcome.sink,
        last,
        status=status(outcome.sink),
        outputs=outputs_of(made, job, written=True),
        pages=outcome.pages or None,
    )


def ending(made: Made, job: Job) -> str:
    """What came of a job, in some words: what was written, or how much is wrong, and what is there then."""
    sink = made.outcome.sink
    if not sink.failed:
        return f"wrote {_named(made, job)}"
    kept = job.main is not None and job.main.exists() and str(job.main.absolute()) not in made.outputs
    what = f"{job.main} is left as it was" if kept else f"no {'PDF' if 'pdf' in job.targets else 'file'} was written"
    return f"{summary(sink.diagnostics)}; {what}"


def _proven(made: Made) -> str:
    if made.verified is None or made.outcome.sink.failed:
        return ""
    return f"cvbuild: verified: {made.verified} are in the PDF, in order\n"


def _again(voice: Voice, made: Made, job: Job, quiet: bool) -> Said:
    """What will be said the next time if nothing has changed until then."""
    outcome = made.outcome
    last = "" if quiet else f"cvbuild: {_named(made, job, 'up to date')}\n{_proven(made)}"
    return voice.words(outcome.sink, last, outputs=outputs_of(made, job, written=False), pages=outcome.pages)


def _named(made: Made, job: Job, state: str = "") -> str:
    """The files that were asked for and written, and how many pages there are, for people; `state`: what they are."""
    pages = pages_of(made.outcome.pages) if made.outcome.pages else ""
    if job.main is None:
        return pages or f"{next(iter(job.targets))} to standard output"
    names = _written(made, job) or [str(job.main)]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    said = f" {'is' if len(names) == 1 and ' to ' not in listed else 'are'} {state}" if state else ""
    return listed + said + (f" ({pages})" if pages else "")


def _written(made: Made, job: Job) -> list[str]:
    """The targets that were written, for people: of pictures of pages, the first and the last."""
    names: list[str] = []
    for name, target in job.targets.items():
        files = [path for path in _files(name, target, made.outcome.pages) if str(path.absolute()) in made.outputs]
        names += [f"{files[0]} to {files[-1]}"] if len(files) > 1 else map(str, files)
    return names


def _files(name: str, target: Path | None, pages: int) -> list[Path]:
    """The files that a target may stand for."""
    if target is None:
        return []
    return [target, *(target.with_name(f"{target.stem}-{n}.png") for n in range(1, pages + 1) if name == "png")]


def outputs_of(made: Made, job: Job, *, written: bool) -> tuple[Output, ...]:
    """The files of a job, named as the user does; those that were asked for come first, and pictures last."""
    if job.main is None or not made.outputs:
        return ()
    asked = [path for name, target in job.targets.items() for path in _files(name, target, made.outcome.pages)]
    others = sorted({job.main.with_name(Path(path).name) for path in made.outputs}, key=_is_picture)
    possible = dict.fromkeys((*asked, job.main.with_suffix(".tex"), job.main.with_suffix(".log"), *others))
    return tuple(Output(str(path), written) for path in possible if str(path.absolute()) in made.outputs)


def _is_picture(path: Path) -> tuple[bool, Path]:
    return path.name.startswith("picture-"), path
