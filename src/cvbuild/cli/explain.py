"""`cvbuild explain`: what a code means."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from cvbuild.cli.output import WRONG_USAGE, say


def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="As CV105, or 105 (default: list them all).")
    ] = None,
) -> None:
    """Tell what a code means, with an example and the way out."""
    from cvbuild.diagnostics import Code
    from cvbuild.explain import explanation, find, table

    if code is None:
        typer.echo(table(), nl=False)
        return
    found = find(code)
    if isinstance(found, Code):
        colour = sys.stdout is not None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
        typer.echo(explanation(found, colour=colour), nl=False)
        return
    say(f"cvbuild: there is no code `{code}`" + ("; the nearest are" if found else ""))
    say(table(found).rstrip("\n") if found else "  hint: `cvbuild explain` lists them all")
    raise typer.Exit(WRONG_USAGE)
