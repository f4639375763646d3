"""Lines of a CSV or TSV text as cells; a stray quote costs its own row and not the rows after it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice

from ingest.archive import Table
from ingest.encoding import detect_encoding
from ingest.rows import Numbered

# characters after which an open quote is taken for a stray one
MOST_RECORD = 8_000_000
DELIMITERS = ",\t;|"
SAMPLE_LINES, SAMPLE_SIGNS = 50, 1_000_000
# below so many columns, prose with commas looks like a row
FEW_COLUMNS = 4

# for the whole process: cells are measured when the rows are made
csv.field_size_limit(2 * MOST_RECORD)


class _Tape:
    """Physical lines, and those taken since the current record began; pretends to end where a quote stays open too long."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.taken: list[str] = []
        self.size = 0

    def __iter__(self) -> _Tape:
        return self

    def __next__(self) -> str:
        if self.size > MOST_RECORD:
            raise StopIteration
        line = next(self.lines)
        self.taken.append(line)
        self.size += len(line)
        return line

    def start_record(self) -> None:
        self.taken = []
        self.size = 0


def read_cells(table: Table) -> Iterator[Numbered]:
    """Every record of a text with its number (the first is 1); blank lines count but are not given."""
    encoding = detect_encoding(table.blocks())
    with table.open() as stream, io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text:
        lines: Iterator[str] = iter(partial(text.readline, MOST_RECORD), "")
        first = list(_sample(lines))
        delimiter, skipped = _find_delimiter(first)
        yield from _number(_rejoin(first[skipped:], lines), delimiter, skipped)


def _sample(lines: Iterator[str]) -> Iterator[str]:
    """The first lines, fewer where they are long."""
    seen = 0
    for line in islice(lines, SAMPLE_LINES):
        yield line
        seen += len(line)
        if seen > SAMPLE_SIGNS:
            return


def _rejoin(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _number(lines: Iterator[str], delimiter: str, row: int) -> Iterator[Numbered]:
    tape = _Tape(lines)
    reader = csv.reader(tape, delimiter=delimiter)
    width = 0
    while True:
        tape.start_record()
        record = next(reader, None)
        if record is None:
            return
        for cells in _mend(record, tape.taken, delimiter, width) if len(tape.taken) > 1 else (record,):
            row += 1
            if cells:
                width = max(width, len(cells)) if row <= SAMPLE_LINES else width
                yield row, cells


def _mend(record: list[str], taken: list[str], delimiter: str, width: int) -> list[list[str]]:
    """The record itself, or, when it swallowed other rows behind a stray quote, each of its lines as a row of its own."""
    alone = [next(csv.reader([line], delimiter=delimiter), []) for line in taken]
    inside = alone[1:-1] if len(record) == width and _is_sound(taken, delimiter) else alone[1:]
    return alone if width >= FEW_COLUMNS and any(len(cells) == width for cells in inside) else [record]


def _is_sound(taken: list[str], delimiter: str) -> bool:
    """Whether every quote is closed where a cell ends."""
    try:
        next(csv.reader(taken, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _find_delimiter(lines: list[str]) -> tuple[str, int]:
    """The delimiter that cuts most lines into the same number of cells, at best many; and how many lines say so themselves."""
    if lines and (said := re.fullmatch(r"\ufeff?sep=(.)\r?\n?", lines[0])):
        return said[1], 1

    def score(delimiter: str) -> float:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if len(cells) > 1)
        return max((width * count for width, count in widths.items()), default=0)

    return max(DELIMITERS, key=score), 0
