"""`cvbuild render` and `cvbuild watch`: CVs become PDFs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cvbuild import record
from cvbuild.cli.options import (
    EngineOption,
    FormatOption,
    Input,
    Inputs,
    JobsOption,
    OutputOption,
    RawLatexOption,
    ThemeOption,
    TimeoutOption,
    TodayOption,
    ToOption,
    at_once,
    day_of,
    seconds,
)
from cvbuild.cli.output import Format, Voice, put, refuse
from cvbuild.files import Files

if TYPE_CHECKING:
    from cvbuild.engine import Typesetter


class Begun(NamedTuple):
    """What `cvbuild.__main__` knows and has started before this module was imported."""

    command: list[str] | None = None
    typesetter: Typesetter | None = None


def render(
    context: typer.Context,
    cv: Inputs,
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
    raw_latex: RawLatexOption = False,
    today: TodayOption = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")] = False,
    form: FormatOption = Format.human,
    jobs: JobsOption = "auto",
    depfile: Annotated[
        str | None,
        typer.Option("--depfile", metavar="FILE.d", help="Also write a rule for make: what the output is made of."),
    ] = None,
) -> None:
    """Typeset CVs as PDF, or write them in other formats."""
    from cvbuild.checked import Choices
    from cvbuild.cli.task import Manner, Task, render_one, tell
    from cvbuild.jobs import all_jobs
    from cvbuild.targets import Refused

    begun: Begun = context.obj or Begun()
    most, day = at_once(jobs), day_of(today)
    try:
        asked = all_jobs(
            cv,
            to,
            output,
            Choices(theme=theme),
            timeout=seconds(timeout),
            keep_tex=keep_tex,
            raw_latex=raw_latex,
            verify=verify,
            depfile=depfile,
        )
    except Refused as why:
        refuse(str(why))
    alone = len(asked) == 1
    voice = Voice("render", form, taken=any(job.main is None for job in asked))
    how = Manner(voice, day, engine.value if engine else None, alone, records=begun.command is not None)
    if alone:
        told, tail = not quiet, ""
        done = [render_one(Task(asked[0], how), begun.typesetter, force=force)]
        tell(done[0], told=told)
    else:
        from cvbuild.cli.batch import render_all

        told = False
        if begun.typesetter is not None:  # which copies of this process would hold on to
            begun.typesetter.stop()
        done, tail = render_all([Task(job, how) for job in asked], most, force=force, quiet=quiet)
    if worst := max(one.status for one in done):
        raise typer.Exit(worst)
    keys = [one.key for one in done if one.key is not None]
    if begun.command is not None and len(keys) == len(done):
        record.keep_command(begun.command, record.Command(keys, told, tail))


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

    from cvbuild.checked import Choices
    from cvbuild.cli.task import words
    from cvbuild.clock import epoch
    from cvbuild.engine import Typesetter
    from cvbuild.job import make
    from cvbuild.jobs import all_jobs
    from cvbuild.targets import Refused
    from cvbuild.watch import follow

    try:
        (job,) = all_jobs([cv], None, output, Choices(theme=theme), timeout=seconds(timeout), raw_latex=raw_latex)
    except Refused as why:
        refuse(str(why))
    day = day_of(today)
    if job.cv is None or job.main is None:
        refuse("a stream cannot be watched; name files")
    if not job.cv.is_file():
        refuse(f"there is no file {job.cv}")
    gc.enable()
    pages: int | None = None
    voice = Voice("watch", form, pointer=False)
    with Typesetter(engine.value if engine else None) as typesetter, suppress(KeyboardInterrupt):

        def once() -> Files:
            nonlocal pages
            files = Files(day)
            made = make(job, typesetter, files, pages)
            said = words(voice, made, job)
            put(said.found + said.last, said.printed)
            pages = made.outcome.pages or pages
            if made.outcome.tex is not None:  # so that the engine is there before the next edit is
                typesetter.prepare(made.outcome.tex.preamble, epoch())
            files.states.update(made.outcome.inputs or {})
            return files

        follow(once)
