"""The command line: what the user asked for, in and out. All work is done in lower rooms.

Exit status: 0, all is well; 1, the CV is wrong; 2, wrong usage, or the machine
lacks something (a file, the engine, a place to write to).
"""

from __future__ import annotations

from typing import Annotated

import typer

from cvbuild import __version__
from cvbuild.cli.begun import Begun
from cvbuild.cli.commands import Commands

__all__ = ["Begun", "app"]


app = typer.Typer(
    name="cvbuild",
    cls=Commands,
    help="A researcher's CV, from YAML to a beautifully typeset PDF.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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
