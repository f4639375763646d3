"""Cells of a workbook (XLSX, XLS) as text: numbers as they are written, dates as ISO 8601, formulas by their cached value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from ingest import reasons
from ingest.archive import Table
from ingest.reasons import Unreadable
from ingest.rows import Numbered

# spreadsheets keep 15 digits; a longer number lost some, and is left as 3.1E+17 so that nobody takes it for an id
EXACT_BELOW = 1e15
# cells that hold no value but what went wrong
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


def read_cells(table: Table, sheet: str | None = None) -> Iterator[Numbered]:
    """Every filled row of a sheet with its number; without a name it is the first visible sheet that holds anything."""
    with table.open() as stream:
        try:
            book = CalamineWorkbook.from_filelike(stream)
            for row, cells in enumerate(_rows(book, table.path.name, sheet), 1):
                texts = [text_of(cell) for cell in cells]
                if any(texts):
                    yield row, texts
        except (CalamineError, OSError) as error:
            raise Unreadable(reasons.BROKEN_ARCHIVE, file=table.path.name, found=error) from error


def _rows(book: CalamineWorkbook, file: str, sheet: str | None) -> Iterator[list[Any]]:
    if sheet is not None and sheet not in book.sheet_names:
        raise Unreadable(reasons.NO_SHEET, file=file, sheet=sheet, found=", ".join(book.sheet_names))
    shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    for name in [sheet] if sheet else shown or book.sheet_names:
        found = book.get_sheet_by_name(name)
        if found.height:
            yield from found.to_python(skip_empty_area=False)
            return


def _number(cell: float) -> str:
    if abs(cell) >= EXACT_BELOW:
        return f"{cell:.15G}"
    # repr is the shortest exact text; Decimal writes it without an exponent
    return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")


def text_of(cell: object) -> str:
    """One cell as text: `101000295613`, `0.5`, `2017-10-31T18:00:00`, `true`; an error or nothing is empty."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case float():
            return _number(cell)
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return "" if str(cell) in ERRORS else str(cell)
