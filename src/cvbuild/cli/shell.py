"""`cvbuild completion` and `cvbuild man`: what a shell wants to know. `cvbuild.__main__` answers them, if they are well-formed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cvbuild.shell import MANUAL, SCRIPTS, text_of


class Shell(StrEnum):
    """Shells that can complete commands."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> None:
    """Print a script by which a shell completes commands, options, themes and files."""
    typer.echo(text_of(SCRIPTS[shell.value]), nl=False)


def man() -> None:
    """Print the manual page, as roff: `cvbuild man | man -l -` shows it."""
    typer.echo(text_of(MANUAL), nl=False)
