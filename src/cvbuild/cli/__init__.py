"""The command line: what the user asked for, in and out. All work is done in lower rooms.

Exit status: 0, all is well; 1, the CV is wrong; 2, wrong usage, or the machine
lacks something (a file, the engine, a place to write to).
"""

from __future__ import annotations

from typing import Annotated

import typer

from cvbuild import __version__
from cvbuild.cli.check import schema, validate
from cvbuild.cli.commands import Commands
from cvbuild.cli.doctor import doctor
from cvbuild.cli.engine import engine_app
from cvbuild.cli.explain import explain
from cvbuild.cli.new import new
from cvbuild.cli.options import EngineName
from cvbuild.cli.render import Begun, render
from cvbuild.cli.shell import completion, man
from cvbuild.cli.theme import theme_app
from cvbuild.cli.watch import watch
from cvbuild.cli.works import collaborators, export, import_

__all__ = ["Begun", "EngineName", "app"]


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


app.command()(new)
app.command()(render)
app.command()(watch)
app.command()(validate)
app.command()(collaborators)
app.command("import")(import_)
app.command()(export)
app.command()(schema)
app.command()(explain)
app.command()(completion)
app.command()(man)
app.add_typer(theme_app, name="theme")
app.command()(doctor)
app.add_typer(engine_app, name="engine")
