"""`cvbuild render`: CVs become PDFs, or files of other formats."""

from __future__ import annotations

from typing import Annotated

import typer

from cvbuild import record
from cvbuild.cli.begun import Begun
from cvbuild.cli.options import (
    AsOfOption,
    EngineOption,
    FormatOption,
    Inputs,
    JobsOption,
    OutputOption,
    PrivateOption,
    RawLatexOption,
    SetOption,
    ThemeOption,
    TimeoutOption,
    TodayOption,
    ToOption,
    VariantOption,
    at_once,
    choices_of,
    day_of,
    seconds,
)
from cvbuild.cli.output import Format, Voice, refuse


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
    dpi: Annotated[
        int, typer.Option("--dpi", help="How fine pictures of pages are, in dots per inch.", min=10, max=600)
    ] = 150,
    raw_latex: RawLatexOption = False,
    today: TodayOption = None,
    variant: VariantOption = None,
    settings: SetOption = None,
    private: PrivateOption = False,
    as_of: AsOfOption = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")] = False,
    form: FormatOption = Format.human,
    jobs: JobsOption = "auto",
    depfile: Annotated[
        str | None,
        typer.Option("--depfile", metavar="FILE.d", help="Also write a rule for make: what the output is made of."),
    ] = None,
) -> None:
    """Typeset CVs as PDF, or write them in other formats."""
    from cvbuild.cli.task import Manner, Task, render_one, tell
    from cvbuild.jobs import all_jobs
    from cvbuild.targets import Refused

    begun: Begun = context.obj or Begun()
    most, day = at_once(jobs), day_of(today) or day_of(as_of, "--as-of")
    try:
        asked = all_jobs(
            cv,
            to,
            output,
            choices_of(theme, settings, private, as_of),
            variants=variant or (),
            timeout=seconds(timeout),
            keep_tex=keep_tex,
            raw_latex=raw_latex,
            verify=verify,
            dpi=dpi,
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
