"""`cvbuild doctor`: what is installed, and what to do about what is wrong."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Form(StrEnum):
    """Forms in which the findings can be told."""

    human = "human"
    json = "json"


def doctor(
    form: Annotated[Form, typer.Option("--format", help="Tell it to people, or to programs.")] = Form.human,
) -> None:
    """Look at what cvbuild needs on this machine, and say what to do about what is wrong."""
    from cvbuild.doctor import main

    raise typer.Exit(main(form.value))
