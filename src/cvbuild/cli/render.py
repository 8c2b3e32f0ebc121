"""`cvbuild render` and `cvbuild watch`: a CV becomes a PDF."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cvbuild import record
from cvbuild.cli.options import (
    AsOfOption,
    EngineOption,
    FormatOption,
    Input,
    OutputOption,
    PrivateOption,
    RawLatexOption,
    SetOption,
    ThemeOption,
    TimeoutOption,
    TodayOption,
    ToOption,
    VariantOption,
    choices_of,
    day_of,
    path_of,
    seconds,
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
    variant: VariantOption = None,
    settings: SetOption = None,
    private: PrivateOption = False,
    as_of: AsOfOption = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")] = False,
    form: FormatOption = Format.human,
) -> None:
    """Typeset a CV as PDF, or write it in other formats."""
    from cvbuild.cli.jobs import jobs_of
    from cvbuild.engine import Typesetter
    from cvbuild.job import make

    begun: Begun = context.obj or Begun()  # there, `force` was looked at
    jobs = jobs_of(
        cv,
        to,
        output,
        choices_of(theme, settings, private, as_of),
        timeout=seconds(timeout),
        keep_tex=keep_tex,
        raw_latex=raw_latex,
        verify=verify,
        variants=variant or (),
    )
    day, leave = day_of(today) or day_of(as_of), 0
    with begun.typesetter or Typesetter(engine.value if engine else None) as typesetter:
        for job in jobs:
            made = make(job, typesetter, Files(day), begun.last.pages if begun.last else None)
            voice = Voice("render", form, taken=job.main is None)
            tell(voice, made, job, quiet=quiet)
            outcome = made.outcome
            leave = max(leave, status(outcome.sink))
    if leave:
        raise typer.Exit(leave)
    if len(jobs) == 1 and begun.command and job.cv and made.outputs and outcome.inputs is not None:
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
    variant: VariantOption = None,
    settings: SetOption = None,
    private: PrivateOption = False,
    as_of: AsOfOption = None,
    form: FormatOption = Format.human,
) -> None:
    """Typeset a CV again each time that it, its theme, or anything else that it is made of is saved."""
    import gc

    from cvbuild.cli.jobs import jobs_of
    from cvbuild.clock import epoch
    from cvbuild.engine import Typesetter
    from cvbuild.job import make
    from cvbuild.watch import follow

    choices, wanted = choices_of(theme, settings, private, as_of), variant or ()
    jobs = jobs_of(cv, None, output, choices, timeout=seconds(timeout), raw_latex=raw_latex, variants=wanted)
    day, path = day_of(today) or day_of(as_of), path_of(cv)
    if path is None or any(job.main is None for job in jobs):
        say("cvbuild: a stream cannot be watched; name files")
        raise typer.Exit(WRONG_USAGE)
    if not path.is_file():
        say(f"cvbuild: there is no file {path}")
        raise typer.Exit(WRONG_USAGE)
    gc.enable()
    pages: dict[str | None, int] = {}
    voice = Voice("watch", form, pointer=False)
    with Typesetter(engine.value if engine else None) as typesetter, suppress(KeyboardInterrupt):

        def once() -> Files:
            every = Files(day)
            for job in jobs:
                files = Files(day)
                made = make(job, typesetter, files, pages.get(job.choices.variant))
                tell(voice, made, job)
                if made.outcome.pages:
                    pages[job.choices.variant] = made.outcome.pages
                if made.outcome.tex is not None:  # so that the engine is there before the next edit is
                    typesetter.prepare(made.outcome.tex.preamble, epoch())
                every.states.update({**files.states, **(made.outcome.inputs or {})})
            return every

        follow(once)


def tell(voice: Voice, made: Made, job: Job, *, quiet: bool = False) -> None:
    """Say what came of a job."""
    outcome = made.outcome
    if outcome.sink.failed:
        kept = job.main is not None and job.main.exists() and str(job.main.absolute()) not in made.outputs
        what = (
            f"{job.main} is left as it was" if kept else f"no {'PDF' if 'pdf' in job.targets else 'file'} was written"
        )
        last = f"cvbuild: {summary(outcome.sink.diagnostics)}; {what}\n"
    else:
        last = "" if quiet else f"cvbuild: wrote {_named(made, job)}\n{_proven(made)}"
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
    last = "" if quiet else f"cvbuild: {_named(made, job, 'up to date')}\n{_proven(made)}"
    return voice.words(outcome.sink, last, outputs=_outputs(made, job, written=False), pages=outcome.pages)


def _named(made: Made, job: Job, state: str = "") -> str:
    """The files that were asked for and written, and how many pages there are, for people; `state`: what they are."""
    pages = pages_of(made.outcome.pages) if made.outcome.pages else ""
    if job.main is None:
        return pages or next(iter(job.targets))
    names = [str(path) for path in _written(made, job)] or [str(job.main)]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    said = f" {'is' if len(names) == 1 else 'are'} {state}" if state else ""
    return listed + said + (f" ({pages})" if pages else "")


def _written(made: Made, job: Job) -> list[Path]:
    """The targets that were written."""
    return [path for path in job.targets.values() if path is not None and str(path.absolute()) in made.outputs]


def _outputs(made: Made, job: Job, *, written: bool) -> tuple[Output, ...]:
    """The files of a job, named as the user does; those that were asked for come first, and pictures last."""
    if job.main is None:
        return ()
    asked = [path for path in job.targets.values() if path is not None]
    others = sorted({job.main.with_name(Path(path).name) for path in made.outputs}, key=_is_picture)
    possible = dict.fromkeys((*asked, job.main.with_suffix(".tex"), job.main.with_suffix(".log"), *others))
    return tuple(Output(str(path), written) for path in possible if str(path.absolute()) in made.outputs)


def _is_picture(path: Path) -> tuple[bool, Path]:
    return path.name.startswith("picture-"), path
