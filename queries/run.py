"""Turning a Select into a frame, and counting how many Selects a page asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Boolean, Connection, Date, DateTime, Engine, Float, Integer, String, event
from sqlalchemy.sql.expression import Select
from sqlalchemy.types import TypeDecorator, TypeEngine

# what a question returns: a Select of whatever columns
Question = Select[*tuple[Any, ...]]
# texts, missing ones as NaN
TEXT = pd.StringDtype(na_value=float("nan"))


def frame_of(engine: Engine, select: Question) -> pd.DataFrame:
    """The rows of a Select: times aware in UTC, days as datetime64, whole numbers and truths nullable, texts as str."""
    with engine.connect() as connection:
        return to_frame(select, connection.execute(select).all())


def to_frame(select: Question, rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Rows as a Select's columns are typed, wherever they were read."""
    columns = {column.key or column.name: column.type for column in select.selected_columns}
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame({name: _series(value, kind) for (name, kind), value in zip(columns.items(), values, strict=True)})


def _series(values: tuple[Any, ...], kind: TypeEngine[Any]) -> pd.Series[Any]:  # noqa: PLR0911 - a table of cases
    """One column with the dtype that its SQL type means."""
    match kind.impl if isinstance(kind, TypeDecorator) else kind:
        case DateTime():
            return pd.Series(pd.to_datetime(pd.Series(values, dtype=object), utc=True)).astype("datetime64[us, UTC]")
        case Date():
            return pd.Series(values, dtype="datetime64[s]")
        case Boolean():
            return pd.Series(values, dtype="boolean")
        case Integer():
            return pd.Series(values, dtype="Int64")
        case Float():
            return pd.Series(values, dtype="float64")
        case String():
            return pd.Series(values, dtype=TEXT)
        case _:
            return pd.Series(values, dtype=object)


@dataclass
class QueryCount:
    """The statements that an engine was asked while it was counted."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)


@contextmanager
def count_queries(engine: Engine) -> Iterator[QueryCount]:
    """Count the statements sent to the engine inside the block; BEGIN and pragmas are not among them."""
    count = QueryCount()

    def note(_: Connection, __: Any, statement: str, *___: Any) -> None:
        if not statement.lstrip().upper().startswith(("BEGIN", "PRAGMA")):
            count.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", note)
