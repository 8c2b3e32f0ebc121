"""The commands as a whole: how they are listed, and what is answered where none of them is meant."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import typer
import typer.main
from typer._click.exceptions import ClickException, MissingParameter
from typer.core import TyperGroup

from cvbuild.report import printable

COMMANDS: Final = {
    "new": "new:new",
    "render": "render:render",
    "watch": "watch:watch",
    "validate": "check:validate",
    "collaborators": "works:collaborators",
    "import": "works:import_",
    "export": "works:export",
    "schema": "check:schema",
    "explain": "explain:explain",
    "completion": "shell:completion",
    "man": "shell:man",
    "doctor": "doctor:doctor",
    "theme": "theme:theme_app",
    "engine": "engine:engine_app",
}
"""Where each command lies: its module in this room, and its function there. Only the one that is called is imported."""
GROUPS: Final = {
    "Begin": ("new", "import", "doctor", "engine"),
    "Make": ("render", "watch", "theme"),
    "Check": ("validate", "explain"),
    "Take out": ("export", "collaborators", "schema"),
    "At your shell": ("completion", "man"),
}
"""The commands in the order in which they are listed; a command that is in no group is listed behind them."""
_BEGIN: Final = """Your first CV:
  cvbuild new "Ada Lovelace"         writes cv.yaml, a CV that tells how to go on
  cvbuild watch cv.yaml --preview    shows it, anew each time that you save"""


class Subcommands(TyperGroup):
    """Commands below a command, each with the first sentence of its help, whole."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands in their order."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _about(command)) for name, command in self.commands.items()])


class Commands(TyperGroup):
    """The commands, in groups; what is no command is answered with what was probably meant."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """`cvbuild help render` is `cvbuild render --help`."""
        return super().parse_args(ctx, [*args[1:], "--help"] if args[:1] == ["help"] else args)

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, imported when it is first asked for; None if there is none."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            module, _, name = COMMANDS[cmd_name].partition(":")
            self.commands[cmd_name] = _made(cmd_name, getattr(import_module(f"cvbuild.cli.{module}"), name))
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant; a CV is none."""
        if args and args[0] not in COMMANDS:
            for name in COMMANDS:  # one of them may be meant
                self.get_command(ctx, name)
        if args and args[0] not in COMMANDS and Path(args[0]).suffix.lower() in (".yaml", ".yml"):
            ctx.fail(f"Say what to do with {args[0]}, for example: cvbuild render {args[0]}")
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What cvbuild is, and how to begin."""
        super().format_help_text(ctx, formatter)
        formatter.write_paragraph()
        for line in _BEGIN.split("\n"):
            formatter.write(f"  {line}\n")

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands in their groups, each with the first sentence of its help."""
        listed = {name for names in GROUPS.values() for name in names}
        others = tuple(name for name in COMMANDS if name not in listed)
        wide = max(map(len, COMMANDS))
        for title, names in {**GROUPS, "More": others}.items():
            rows = [(f"{name:{wide}}", _about(self.get_command(ctx, name))) for name in names]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def main(self, *args: Any, **others: Any) -> Any:
        """Run a command, and leave. What is wrong with the command line is told so that it cannot steer a terminal."""
        try:
            status = super().main(*args, **{**others, "standalone_mode": False})
        except ClickException as error:
            if isinstance(error, MissingParameter) and error.param is not None and error.param.name in ("cv", "cvs"):
                error = _which(error)
            elif isinstance(error, MissingParameter) and getattr(error.param, "metavar", None) == '"YOUR NAME"':
                error = _asked('Say your name, as it shall be printed, for example: cvbuild new "Ada Lovelace"', error)
            error.message = "\n".join(map(printable, error.message.split("\n")))
            error.show()
            sys.exit(error.exit_code)
        except typer.Abort:
            sys.exit(1)
        sys.exit(status if isinstance(status, int) else 0)


def _made(name: str, found: Any) -> Any:
    """A function, or an app with some of them, as a command of this name."""
    holder = typer.Typer(rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return typer.main.get_group(holder).commands[name]


def _about(command: Any) -> str:
    return " ".join((command.help or "").split("\n\n", 1)[0].split())


def _which(error: MissingParameter) -> ClickException:
    """No CV was named: which there are in this folder, or how to get one."""
    command = error.ctx.command_path if error.ctx is not None else "cvbuild render"
    try:
        here = sorted(path.name for path in Path().iterdir() if path.suffix.lower() in (".yaml", ".yml"))
    except OSError:
        here = []
    if not here:
        said = 'Say which CV. There is none in this folder; write one with: cvbuild new "YOUR NAME"'
    elif len(here) == 1:
        said = f"Say which CV, for example: {command} {here[0]}"
    else:
        some = ", ".join(here[:5]) + (", …" if len(here) > 5 else "")
        said = f"Say which CV. In this folder are {some}; for example: {command} {here[0]}"
    return _asked(said, error)


def _asked(said: str, error: ClickException) -> ClickException:
    """The same error, in words that say how to go on."""
    asked = ClickException(said)
    asked.exit_code = error.exit_code
    return asked
