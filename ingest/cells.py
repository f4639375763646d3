"""The cells of a workbook as text, one JSON line a row: a process of its own, because a crafted workbook ends the one that opens it.

Two cells in far corners are a sheet of 17 billion cells to the library, which then aborts. Run by ingest.sheet with the workbook on
its standard input and the name of the sheet as argument; it imports nothing of ours, so that it starts at once.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

# bytes of address space: a sheet of six million cells fits
MOST_MEMORY = 2 << 30
# a sheet of Excel has no more
MOST_ROWS = 1_048_576
# spreadsheets keep 15 digits; a longer number lost some, and is left as 3.1E+17 so that nobody takes it for an id
EXACT_BELOW = 1e15
# cells that hold no value but what went wrong
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


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


def _number(cell: float) -> str:
    if abs(cell) >= EXACT_BELOW:
        return f"{cell:.15G}"
    # repr is the shortest exact text; Decimal writes it without an exponent
    return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")


def tell(book: Any, sheet: str) -> Iterator[object]:
    """What is written: `[row, texts]` of every filled row; `{"sheets": names}` where there is no such sheet, `{"rows": n}` of too many.

    Without a name it is the first visible sheet that holds anything.
    """
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415  within the bounds of memory

    if sheet and sheet not in book.sheet_names:
        yield {"sheets": book.sheet_names}
        return
    shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    for name in [sheet] if sheet else shown or book.sheet_names:
        found = book.get_sheet_by_name(name)
        if found.height > MOST_ROWS:
            yield {"rows": found.height}
            return
        if found.height:
            for row, cells in enumerate(found.to_python(skip_empty_area=False), 1):
                texts = [text_of(cell) for cell in cells]
                if any(texts):
                    yield [row, texts]
            return


def main() -> None:
    """Read the workbook on the standard input and write its cells; the last line is `null`, or says why there is none."""
    try:
        import resource  # noqa: PLC0415  only Unix has it

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    except ImportError:
        pass
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  as above

    out = sys.stdout
    try:
        for said in tell(CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())), sys.argv[1]):
            out.write(json.dumps(said) + "\n")
        out.write("null\n")
    except (CalamineError, OSError) as error:
        out.write(json.dumps({"broken": str(error)}) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
