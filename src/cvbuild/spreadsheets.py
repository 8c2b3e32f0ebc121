"""Tables as CSV or as an Excel workbook. Both are the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from cvbuild.frozen import frozen

_FORMULA = tuple("=+-@＝＋－＠")
_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)


class NoXlsx(Exception):
    """The library that writes Excel workbooks is not installed. The message says how to get it."""


@frozen
class Sheet:
    """One table: its name, its heads, and its rows."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV by RFC 4180, in UTF-8.

    A cell that a spreadsheet would take for a formula is written with an apostrophe before it, so that it is shown
    and never computed.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def to_xlsx(sheets: Iterable[Sheet], created: datetime = _OLDEST) -> bytes:
    """An Excel workbook in which every cell is text; it bears the time `created`. Raises `NoXlsx`."""
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise NoXlsx("XlsxWriter is not installed; get it with `pip install 'cvbuild[xlsx]'`") from error
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": created.replace(tzinfo=None)})
        bold, wrapped = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for column, head in enumerate(sheet.heads):
                cells = [row[column] for row in sheet.rows]
                page.set_column(column, column, min(max(map(len, (head, *cells))) + 2, 50))
                page.write_string(0, column, head, bold)
                for line, cell in enumerate(cells, 1):
                    page.write_string(line, column, cell, wrapped)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell on one line that no spreadsheet computes."""
    cell = " ".join(cell.split())
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
