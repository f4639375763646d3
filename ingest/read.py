"""Reading a file: tables as rows of text, layers as shapes. No database, nothing cleaned yet."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ingest import delimited
from ingest import sheet as sheets
from ingest.archive import Table, find_table
from ingest.preset import Preset
from ingest.rows import Rows
from ingest.rows import chunk_rows as _chunk_rows
from ingest.shapes import read_shapes

__all__ = ["Rows", "count_rows", "read_headings", "read_rows", "read_shapes"]
SAMPLE_BYTES = 1 << 18
# bytes of a row in a packed workbook, when it does not say how many rows it has
BOOK_ROW = 120


def read_rows(path: Path | str, *, sheet: str | None = None, preset: Preset | None = None, chunk_rows: int = 50_000) -> Iterator[Rows]:
    """The rows of a CSV, TSV, XLSX or XLS file, or of a zip that holds exactly one, in chunks.

    Each chunk is `Rows(frame, broken)`: `frame` has a column of text per heading and the row in the file as its index,
    `broken` the rows that do not fit, for the rejects. The heading is the first row with several cells filled, or
    among the first ten that with most of the preset's headings. A text is streamed, so memory stays flat.
    """
    table = find_table(Path(path))
    lines = sheets.read_cells(table, sheet) if table.kind == "book" else delimited.read_cells(table)
    wanted = preset.headings() if preset else frozenset()
    return _chunk_rows(lines, wanted, chunk_rows, file=table.path.name)


def read_headings(path: Path | str, *, sheet: str | None = None) -> list[str]:
    """The headings of a table, for choosing a preset; empty when it holds nothing."""
    chunk = next(read_rows(path, sheet=sheet, chunk_rows=1), None)
    return [] if chunk is None else list(chunk.frame.columns)


def count_rows(path: Path | str) -> int:
    """About how many rows a table has, from its first lines or what it says of itself; for progress bars."""
    table = find_table(Path(path))
    if table.kind == "book":
        return _book_rows(table)
    head = next(table.blocks(), b"")[:SAMPLE_BYTES]
    lines = max(head.count(b"\n"), head.count(b"\r"), 1)
    return max(round(table.size / len(head) * lines) - 1, 0) if head else 0


def _book_rows(table: Table) -> int:
    with table.open() as stream:
        if not zipfile.is_zipfile(stream):
            return table.size // BOOK_ROW
        stream.seek(0)
        with zipfile.ZipFile(stream) as book:
            heads = [book.open(name).read(4096) for name in book.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
    said = [int(found[1]) for head in heads if (found := re.search(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"', head))]
    return max(said) - 1 if said else table.size // BOOK_ROW
