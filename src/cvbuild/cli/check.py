"""`cvbuild validate` and `cvbuild schema`: what is right and wrong about a CV."""

from __future__ import annotations

from typing import Annotated

import typer

from cvbuild.cli.options import FormatOption, Input, RawLatexOption, ThemeOption, TodayOption, day_of, path_of
from cvbuild.cli.output import WRONG_CV, Format, Voice, status
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.reading import read_input
from cvbuild.report import summary


def validate(
    cv: Input,
    theme: ThemeOption = None,
    raw_latex: RawLatexOption = False,
    lint: Annotated[
        bool, typer.Option("--lint", help="Also look for what is valid and yet probably not meant; see docs/lint.md.")
    ] = False,
    today: TodayOption = None,
    form: FormatOption = Format.human,
) -> None:
    """Check a CV, and report everything that is wrong with it."""
    from cvbuild.checked import Choices
    from cvbuild.pipeline import check, write_latex

    sink, files, path = Sink(), Files(day_of(today)), path_of(cv)
    source = read_input(path, files, sink, raw_latex)
    checked = check(source, files, sink, Choices(theme=theme)) if source is not None else None
    if checked is not None:
        write_latex(checked, sink)  # a broken template of a theme is found here
    before = len(sink.diagnostics)
    if checked is not None and lint:
        from cvbuild.lint import lint as look

        look(checked.document, checked.database, checked.outline, files.today(), sink)
    found, name = summary(sink.diagnostics), "<stdin>" if path is None else cv
    if sink.failed:
        last = f"cvbuild: {found} in {name}\n" if source is not None or status(sink) == WRONG_CV else ""
    else:
        last = f"cvbuild: {name} is valid" + (f", with {found}" if found else "") + "\n"
    leave = status(sink) or (WRONG_CV if len(sink.diagnostics) > before else 0)
    Voice("validate", form).tell(sink, last, status=leave)
    if leave:
        raise typer.Exit(leave)


def schema() -> None:
    """Print the JSON Schema of a CV file, for editors."""
    import json

    from cvbuild.schema.jsonschema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
