"""The command line: what the user asked for, in and out. All work is done in lower rooms.

Exit status: 0, all is well; 1, the CV is wrong; 2, wrong usage, or the machine
lacks something (a file, the engine, a place to write to).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer._click.exceptions import ClickException
from typer.core import TyperGroup

from cvbuild import __version__
from cvbuild.cli.check import schema, validate
from cvbuild.cli.engine import engine_app
from cvbuild.cli.explain import explain
from cvbuild.cli.options import EngineName
from cvbuild.cli.render import Begun, render
from cvbuild.cli.watch import watch
from cvbuild.cli.works import collaborators, export, import_
from cvbuild.report import printable

__all__ = ["Begun", "EngineName", "app"]


class _Commands(TyperGroup):
    """The commands; a CV where one of them should stand is answered with what was probably meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and Path(args[0]).suffix.lower() in (".yaml", ".yml"):
            ctx.fail(f"Say what to do with {args[0]}, for example: cvbuild render {args[0]}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **others: Any) -> Any:
        """Run a command, and leave. What is wrong with the command line is told so that it cannot steer a terminal."""
        try:
            status = super().main(*args, **{**others, "standalone_mode": False})
        except ClickException as error:
            error.message = "\n".join(map(printable, error.message.split("\n")))
            error.show()
            sys.exit(error.exit_code)
        except typer.Abort:
            sys.exit(1)
        sys.exit(status if isinstance(status, int) else 0)


app = typer.Typer(
    name="cvbuild",
    cls=_Commands,
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


app.command()(render)
app.command()(watch)
app.command()(validate)
app.command()(collaborators)
app.command("import")(import_)
app.command()(export)
app.command()(schema)
app.command()(explain)
app.add_typer(engine_app, name="engine")
