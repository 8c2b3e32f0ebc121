"""`cvbuild validate` and `cvbuild schema`: what is right and wrong about a CV."""

from __future__ import annotations

from typing import Annotated

import typer

from cvbuild.cli.options import Input, ThemeOption, TodayOption, day_of, path_of
from cvbuild.cli.output import WRONG_CV, report, say, status
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.reading import read_input
from cvbuild.report import summary


def validate(
    cv: Input,
    theme: ThemeOption = None,
    lint: Annotated[
        bool, typer.Option("--lint", help="Also look for what is valid and yet probably not meant; see docs/lint.md.")
    ] = False,
    today: TodayOption = None,
) -> None:
    """Check a CV, and report everything that is wrong with it."""
    from cvbuild.build import check, write_latex

    sink, files, path = Sink(), Files(day_of(today)), path_of(cv)
    source = read_input(path, files, sink)
    checked = check(source, files, sink, theme) if source is not None else None
    if checked is not None:
        write_latex(checked, sink)  # a broken template of a theme is found here
    before = len(sink.diagnostics)
    if checked is not None and lint:
        from cvbuild.lint import lint as look

        look(checked.document, checked.database, checked.outline, files.today(), sink)
    report(sink)
    if sink.failed:
        if source is not None:
            say(f"cvbuild: {summary(sink.diagnostics)} in {source.name}")
        raise typer.Exit(status(sink))
    warnings = summary(sink.diagnostics)
    say(f"cvbuild: {'<stdin>' if path is None else cv} is valid" + (f", with {warnings}" if warnings else ""))
    if len(sink.diagnostics) > before:
        raise typer.Exit(WRONG_CV)


def schema() -> None:
    """Print the JSON Schema of a CV file, for editors."""
    import json

    from cvbuild.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
