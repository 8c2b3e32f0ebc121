"""`cvbuild import`, `export` and `collaborators`: works and people, for and from other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cvbuild.cli.options import (
    AsOfOption,
    ForceOption,
    FormatOption,
    Input,
    PrivateOption,
    SetOption,
    TextOption,
    TodayOption,
    choices_of,
    day_of,
    path_of,
    text_target,
)
from cvbuild.cli.output import WRONG_USAGE, Format, Voice, counted, put_out, say, status
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.reading import read_input
from cvbuild.report import summary


def import_(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help=".bib files, and .json files of CSL-JSON; `-`: standard input.")
    ],
    output: TextOption = None,
    force: ForceOption = False,
    form: FormatOption = Format.human,
) -> None:
    """Write the works of .bib or CSL-JSON files as YAML, to be edited by hand and put into a CV."""
    from cvbuild.exchange import import_works

    sink, read = Sink(), Files()
    sources = [read_input(path_of(file), read, sink) for file in files]
    target = text_target(output, files, force)
    found = import_works([source for source in sources if source is not None], sink)
    text = found.text.encode() if found.works or not sink.failed else None
    put_out(Voice("import", form, target is None), text, target, counted(found.works, "work"), sink)


def export(
    cv: Input,
    bib: Annotated[bool, typer.Option("--bib", help="As a .bib file, for BibTeX and biblatex.")] = False,
    settings: SetOption = None,
    private: PrivateOption = False,
    as_of: AsOfOption = None,
    output: TextOption = None,
    force: ForceOption = False,
    form: FormatOption = Format.human,
) -> None:
    """Write the works of a CV for other programs, with all that the CV says of them."""
    from cvbuild.exchange import export_bib

    if not bib:
        say("cvbuild: say what to write: `cvbuild export --bib`")
        raise typer.Exit(WRONG_USAGE)
    sink, files, path = Sink(), Files(), path_of(cv)
    source = read_input(path, files, sink, raw_latex=True)  # nothing here runs it
    found = export_bib(source, files, sink, choices_of(None, settings, private, as_of)) if source is not None else None
    target = text_target(output, files.states, force)
    text = found.text.encode() if found is not None else None
    put_out(
        Voice("export", form, target is None),
        text,
        target,
        counted(found.works if found is not None else 0, "work"),
        sink,
    )


def collaborators(
    cv: Input,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="A .csv or .xlsx file (default: CSV to standard output).")
    ] = None,
    months: Annotated[int, typer.Option("--months", help="Co-authors of works of so many months.", min=1)] = 48,
    today: TodayOption = None,
    settings: SetOption = None,
    private: PrivateOption = False,
    form: FormatOption = Format.human,
) -> None:
    """List advisors, advisees and co-authors, as the NSF wants to know them."""
    from datetime import date

    from cvbuild.collaborators import as_csv, as_sheets
    from cvbuild.collaborators import collaborators as rows_of
    from cvbuild.pipeline import check
    from cvbuild.spreadsheets import NoXlsx, to_xlsx

    day, target = day_of(today), _sheet_target(cv, output)
    voice = Voice("collaborators", form, taken=target is None)
    sink, files, path = Sink(), Files(day), path_of(cv)
    source = read_input(path, files, sink, raw_latex=True)  # nothing here runs it
    checked = check(source, files, sink, choices_of(None, settings, private)) if source is not None else None
    if checked is None:
        voice.tell(sink, f"cvbuild: {summary(sink.diagnostics)}; nothing is written\n", status=status(sink))
        raise typer.Exit(status(sink))
    sink = Sink()  # what a check warns of is not asked for here
    rows = rows_of(checked.document, checked.database, date(*files.today()), months, sink)
    try:
        data = to_xlsx(as_sheets(rows)) if target is not None and target.suffix.lower() == ".xlsx" else as_csv(rows)
    except NoXlsx as error:
        say(f"cvbuild: {error}")
        raise typer.Exit(WRONG_USAGE) from None
    put_out(voice, data, target, counted(sum(row.table != "1" for row in rows), "row"), sink)


def _sheet_target(cv: str, output: str | None) -> Path | None:
    """Where the tables go; None for standard output."""
    if output is None or output == "-":
        return None
    target = Path(output)
    if target.suffix.lower() not in (".csv", ".xlsx") or target.absolute() == Path(cv).absolute():
        say("cvbuild: the tables are written to a .csv or an .xlsx file")
        raise typer.Exit(WRONG_USAGE)
    return target
