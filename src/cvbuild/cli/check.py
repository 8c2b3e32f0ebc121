"""`cvbuild validate` and `cvbuild schema`: what is right and wrong about a CV."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cvbuild.cli.options import (
    AsOfOption,
    FormatOption,
    Input,
    PrivateOption,
    RawLatexOption,
    SetOption,
    ThemeOption,
    TodayOption,
    VariantOption,
    choices_of,
    day_of,
    path_of,
)
from cvbuild.cli.output import WRONG_CV, Format, Voice, status
from cvbuild.diagnostics import Diagnostic, Sink
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
    variant: VariantOption = None,
    settings: SetOption = None,
    private: PrivateOption = False,
    as_of: AsOfOption = None,
    form: FormatOption = Format.human,
) -> None:
    """Check a CV and its variants, and report everything that is wrong with them."""
    from cvbuild.pipeline import check, write_latex

    sink, files, path = Sink(), Files(day_of(today) or day_of(as_of)), path_of(cv)
    choices = choices_of(theme, settings, private, as_of)
    source = read_input(path, files, sink, raw_latex)
    remarks = Sink()
    names: list[str | None] = [None]
    if variant and "all" not in variant:
        names = [*variant]
    for name in names:
        own = Sink()
        checked = check(source, files, own, replace(choices, variant=name)) if source is not None else None
        if checked is not None:
            write_latex(checked, own)  # a broken template of a theme is found here
        _take_over(own, sink, name)
        if checked is not None and lint:
            from cvbuild.lint import lint as look

            found = Sink()
            look(checked.document, checked.database, checked.outline, files.today(), found)
            _take_over(found, remarks, name)
        if name is None and checked is not None:
            names += [other.name for other in checked.loaded.document.variants]
    before = len(sink.diagnostics)
    _take_over(remarks, sink, None)
    told, called = summary(sink.diagnostics), "<stdin>" if path is None else cv
    if sink.failed:
        last = f"cvbuild: {told} in {called}\n" if source is not None or status(sink) == WRONG_CV else ""
    else:
        last = f"cvbuild: {called} is valid" + (f", with {told}" if told else "") + "\n"
    leave = status(sink) or (WRONG_CV if len(sink.diagnostics) > before else 0)
    Voice("validate", form).tell(sink, last, status=leave)
    if leave:
        raise typer.Exit(leave)


def _take_over(found: Sink, sink: Sink, variant: str | None) -> None:
    """Report what was found in a variant, but for what was reported before: of other variants, or of the CV itself."""
    known = {_key(d) for d in sink.diagnostics}
    for d in found.diagnostics:
        if _key(d) not in known:
            where = f" (in the variant `{variant}`)" if variant is not None else ""
            sink.add(d.code, d.message + where, d.span, hint=d.hint, labels=d.labels)


def _key(d: Diagnostic) -> tuple[object, ...]:
    """What tells a finding from others; each variant reads included files anew."""
    place = (d.span.source.name, d.span.start, d.span.end) if d.span is not None else None
    return d.code, place, d.message.partition(" (in the variant `")[0]


def schema() -> None:
    """Print the JSON Schema of a CV file, for editors."""
    import json

    from cvbuild.schema.jsonschema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
