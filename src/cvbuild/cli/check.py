"""`cvbuild validate` and `cvbuild schema`: what is right and wrong about a CV."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from cvbuild.cli.options import (
    AsOfOption,
    ForceOption,
    FormatOption,
    Inputs,
    PrivateOption,
    RawLatexOption,
    SetOption,
    ThemeOption,
    TodayOption,
    VariantOption,
    choices_of,
    day_of,
    path_of,
    text_target,
)
from cvbuild.cli.output import WRONG_CV, Format, Voice, refuse, status
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.report import summary


def validate(
    cv: Inputs,
    theme: ThemeOption = None,
    raw_latex: RawLatexOption = False,
    lint: Annotated[
        bool, typer.Option("--lint", help="Also look for what is valid and yet probably not meant; see docs/lint.md.")
    ] = False,
    today: TodayOption = None,
    variant: VariantOption = None,
    settings: SetOption = None,
    private: PrivateOption = False,
    as_of: AsOfOption = None,
    form: FormatOption = Format.human,
) -> None:
    """Check CVs and their variants, and report everything that is wrong with them."""
    from cvbuild.job import attempt_to_examine, examine

    if cv.count("-") > 1:
        refuse("standard input can be read only once")
    choices, day = choices_of(theme, settings, private, as_of), day_of(today) or day_of(as_of, "--as-of")
    look, worst = (examine if len(cv) == 1 else attempt_to_examine), 0
    for one in cv:
        found = look(path_of(one), Files(day), choices, variants=variant or (), lint=lint, raw_latex=raw_latex)
        sink, name = found.sink, "<stdin>" if one == "-" else one
        what = summary(sink.diagnostics)
        if sink.failed:
            last = f"cvbuild: {what} in {name}\n" if found.readable or status(sink) == WRONG_CV else ""
        else:
            last = f"cvbuild: {name} is valid" + (f", with {what}" if what else "") + "\n"
        leave = status(sink) or (WRONG_CV if found.remarked else 0)
        Voice("validate", form).tell(sink, last, status=leave)
        worst = max(worst, leave)
    if worst:
        raise typer.Exit(worst)


def schema(
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", help="The file to write, as .cvbuild/cv.schema.json (default: standard output)."
        ),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Print the JSON Schema of a CV file, for editors, or write it beside a CV."""
    from pathlib import Path

    from cvbuild.cli.output import put_out
    from cvbuild.starter import editor_schema, is_schema

    text, target = editor_schema(), None
    if output is not None and output != "-":
        with suppress(OSError, UnicodeDecodeError):  # told below
            Path(output).parent.mkdir(exist_ok=True)
            force = force or is_schema(Files().text(output))  # an older one, which nobody wrote by hand
        target = text_target(output, (), force)
    put_out(Voice("schema"), text.encode(), target, "for editors", Sink())
