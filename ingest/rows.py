"""Rows of a table as they stand in the file, whole ones and broken ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest import reasons
from ingest.reasons import Unreadable, both

# characters of one cell; more is an accident or an attack, and no case needs it
MOST_CELL = 1_000_000
HEADING_WITHIN = 10
# columns of a table; cells of a chunk, whose rows are then fewer
MOST_COLUMNS = 2_000
MOST_HELD = 3_000_000
TEXT = pd.StringDtype("pyarrow")
Numbered = tuple[int, list[str]]


class Rows(NamedTuple):
    """A chunk of a file. The index of `frame` is the row in the file (heading 1, first row 2); cells are trimmed text or <NA>.

    `broken` holds the rows that do not fit the heading: row, reason, and cells (a list of texts).
    """

    frame: pd.DataFrame
    broken: pd.DataFrame


def make_rows(headings: Sequence[str], numbered: Sequence[Numbered]) -> Rows:
    """Rows from lists of cells: those with too many or too few, or with a cell too large, are broken."""
    width = len(headings)
    whole: list[list[str]] = []
    index: list[int] = []
    broken: list[tuple[int, str, list[str]]] = []
    for row, cells in numbered:
        if len(cells) > width and not any(map(str.strip, cells[width:])):
            del cells[width:]
        if len(cells) == width:
            whole.append(cells)
            index.append(row)
        elif any(map(str.strip, cells)):
            text = reasons.TOO_MANY_FIELDS if len(cells) > width else reasons.TOO_FEW_FIELDS
            broken.append((row, both(text, found=len(cells), wanted=width), [_shorten(cell) for cell in cells]))
    columns = [_column([cells[i] for cells in whole]) for i in range(width)]
    places = pd.Index(index, dtype="int64")
    frame = pd.DataFrame({i: make_series(column, places) for i, column in enumerate(columns)}, index=places, dtype=TEXT)
    frame.columns = pd.Index(headings, dtype=object)
    kept, large = _split_large(frame, columns)
    return Rows(kept.dropna(how="all"), _broken(sorted(broken + large)))


def _column(cells: list[str]) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(pa.array(cells, type=pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def make_series(column: pa.Array, index: pd.Index) -> pd.Series[Any]:
    """A column of text without going through Python."""
    return pd.Series(column.to_pandas(types_mapper={pa.string(): TEXT}.get).array, index=index)


def _split_large(frame: pd.DataFrame, columns: list[pa.Array]) -> tuple[pd.DataFrame, list[tuple[int, str, list[str]]]]:
    if not any((pc.max(pc.binary_length(column)).as_py() or 0) > MOST_CELL for column in columns):
        return frame, []
    lengths = frame.apply(lambda cells: cells.str.len()).max(axis=1).fillna(0)
    large = lengths[lengths > MOST_CELL]
    reasons_of = {row: both(reasons.LARGE_CELL, found=f"{int(n):,}", limit=f"{MOST_CELL:,}") for row, n in large.items()}
    cells = frame.loc[large.index].fillna("").to_numpy().tolist()
    broken = [(int(row), reasons_of[row], [_shorten(cell) for cell in line]) for row, line in zip(large.index, cells, strict=True)]
    return frame.drop(index=large.index), broken


def _shorten(cell: str) -> str:
    # nothing of a huge cell is kept: cutting it could leave half of a telephone number that no check finds
    return cell if len(cell) <= MOST_CELL else f"〔{len(cell):,}〕"


def _broken(lines: Sequence[tuple[int, str, list[str]]]) -> pd.DataFrame:
    rows, why, cells = ([line[i] for line in lines] for i in range(3))
    told = {"row": pd.Series(rows, dtype="int64"), "reason": pd.Series(why, dtype=TEXT), "cells": pd.Series(cells, dtype=object)}
    return pd.DataFrame(told)


def find_heading(numbered: Sequence[Numbered], wanted: frozenset[str] = frozenset()) -> int | None:
    """Which of the first rows is the heading: that with most of the wanted names, else the first with several cells filled.

    Exports often carry a title line or two above it. None when there is no filled row at all.
    """
    filled = [{cell.strip() for cell in cells} - {""} for _, cells in numbered[:HEADING_WITHIN]]
    hits = [len(names & wanted) for names in filled]
    if wanted and max(hits, default=0) > 1:
        return hits.index(max(hits))
    widest = max(map(len, filled), default=0)
    return next((i for i, names in enumerate(filled) if names and len(names) >= min(widest, 2)), None)


def name_headings(cells: Sequence[str]) -> list[str]:
    """Headings trimmed, empty ones at the end dropped; an empty one is `#4`, a repeated one `name (2)`."""
    names = [cell.strip().lstrip("\ufeff") for cell in cells]
    while names and not names[-1]:
        names.pop()
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        plain = name or f"#{i + 1}"
        seen[plain] = seen.get(plain, 0) + 1
        names[i] = plain if seen[plain] == 1 else f"{plain} ({seen[plain]})"
    return names


def chunk_rows(lines: Iterator[Numbered], wanted: frozenset[str], size: int, *, file: str = "") -> Iterator[Rows]:
    """Numbered lists of cells as chunks of rows under their heading; nothing when no row is filled, Unreadable when that is too wide."""
    lines = ((row, cells[: MOST_COLUMNS + 1]) for row, cells in lines)
    first: list[Numbered] = []
    for line in lines:
        first.append(line)
        if len(first) == HEADING_WITHIN:
            break
    at = find_heading(first, wanted)
    if at is None:
        return
    headings = name_headings(first[at][1])
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(reasons.TOO_WIDE, file=file, found=f"> {MOST_COLUMNS:,}", limit=f"{MOST_COLUMNS:,}")
    size = min(size, max(MOST_HELD // max(len(headings), 1), 1))
    held = first[at + 1 :]
    for line in lines:
        if len(held) >= size:
            yield make_rows(headings, held)
            held = []
        held.append(line)
    yield make_rows(headings, held)
