"""`cvbuild render` and `cvbuild watch`: a CV becomes a PDF."""

from __future__ import annotations

from contextlib import suppress
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
    day_of,
    path_of,
    seconds,
    target_of,
)
from cvbuild.cli.output import WRONG_USAGE, Format, Said, Voice, pages_of, say, status
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
    raw_latex: RawLatexOption = False,
    today: TodayOption = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")] = False,
    form: FormatOption = Format.human,
) -> None:
    """Typeset a CV as PDF."""
    from cvbuild.engine import Typesetter
    from cvbuild.job import Job, make

    begun: Begun = context.obj or Begun()  # there, `force` was looked at
    job = Job(path_of(cv), target_of(cv, output), theme, seconds(timeout), keep_tex, raw_latex, verify)
    files = Files(day_of(today))
    with begun.typesetter or Typesetter(engine.value if engine else None) as typesetter:
        made = make(job, typesetter, files, begun.last.pages if begun.last else None)
    voice = Voice("render", form, taken=job.target is None)
    tell(voice, made, job, quiet=quiet)
    outcome = made.outcome
    if outcome.sink.failed:
        raise typer.Exit(status(outcome.sink))
    if begun.command and job.cv and made.outputs and outcome.inputs is not None:
        said = _again(voice, made, job, quiet)
        record.keep(begun.command, record.Record(outcome.inputs, made.outputs, *said, outcome.pages))


def watch(
    cv: Input,
    output: OutputOption = None,
    theme: ThemeOption = None,
    engine: EngineOption = None,
    timeout: TimeoutOption = 60.0,
    raw_latex: RawLatexOption = False,
    today: TodayOption = None,
    form: FormatOption = Format.human,
) -> None:
    """Typeset a CV again each time that it, its theme, or anything else that it is made of is saved."""
    import gc

    from cvbuild.clock import epoch
    from cvbuild.engine import Typesetter
    from cvbuild.job import Job, make
    from cvbuild.watch import follow

    job = Job(path_of(cv), target_of(cv, output), theme, seconds(timeout), raw_latex=raw_latex)
    day = day_of(today)
    if job.cv is None or job.target is None:
        say("cvbuild: a stream cannot be watched; name files")
        raise typer.Exit(WRONG_USAGE)
    if not job.cv.is_file():
        say(f"cvbuild: there is no file {job.cv}")
        raise typer.Exit(WRONG_USAGE)
    gc.enable()
    pages: int | None = None
    voice = Voice("watch", form, pointer=False)
    with Typesetter(engine.value if engine else None) as typesetter, suppress(KeyboardInterrupt):

        def once() -> Files:
            nonlocal pages
            files = Files(day)
            made = make(job, typesetter, files, pages)
            tell(voice, made, job)
            pages = made.outcome.pages or pages
            if made.outcome.tex is not None:  # so that the engine is there before the next edit is
                typesetter.prepare(made.outcome.tex.preamble, epoch())
            files.states.update(made.outcome.inputs or {})
            return files

        follow(once)


def tell(voice: Voice, made: Made, job: Job, *, quiet: bool = False) -> None:
    """Say what came of a job."""
    outcome, pages = made.outcome, pages_of(made.outcome.pages)
    if outcome.sink.failed:
        kept = job.target is not None and job.target.exists() and str(job.target.absolute()) not in made.outputs
        what = f"{job.target} is left as it was" if kept else "no PDF was written"
        last = f"cvbuild: {summary(outcome.sink.diagnostics)}; {what}\n"
    elif quiet:
        last = ""
    else:
        last = f"cvbuild: wrote {job.target} ({pages})\n" if job.target is not None else f"cvbuild: wrote {pages}\n"
        last += _proven(made)
    voice.tell(
        outcome.sink,
        last,
        status=status(outcome.sink),
        outputs=_outputs(made, job, written=True),
        pages=outcome.pages or None,
    )


def _proven(made: Made) -> str:
    return f"cvbuild: verified: {made.verified} are in the PDF, in order\n" if made.verified is not None else ""


def _again(voice: Voice, made: Made, job: Job, quiet: bool) -> Said:
    """What will be said the next time if nothing has changed until then."""
    outcome = made.outcome
    last = "" if quiet else f"cvbuild: {job.target} is up to date ({pages_of(outcome.pages)})\n{_proven(made)}"
    return voice.words(outcome.sink, last, outputs=_outputs(made, job, written=False), pages=outcome.pages)


def _outputs(made: Made, job: Job, *, written: bool) -> tuple[Output, ...]:
    """The files of a job, named as the user does; the PDF comes first, and pictures behind the .tex and the log."""
    if job.target is None:
        return ()
    pictures = sorted(
        job.target.with_name(name) for path in made.outputs if (name := Path(path).name).startswith("picture-")
    )
    possible = dict.fromkeys((job.target, job.target.with_suffix(".tex"), job.target.with_suffix(".log"), *pictures))
    return tuple(Output(str(path), written) for path in possible if str(path.absolute()) in made.outputs)
