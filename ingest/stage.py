"""Frames into tables: laid beside the table, compared with it, and written in whole statements on both databases."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyarrow import csv
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    Join,
    MetaData,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.schema import CreateTable, DropTable
from sqlalchemy.types import JSON, TypeEngine

from model.base import Base
from model.types import Geometry, Moment

POSTGRES = "postgresql"
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True)
class Stage:
    """A table beside `target` that holds one chunk of rows for it; `key` names the columns that make a row itself.

    A temporary one, or the lasting one of docs/citus.sql: a cluster joins with `target` only what is spread over its nodes likewise.
    """

    connection: Connection
    target: Table
    staged: Table
    key: tuple[str, ...]
    lasting: bool = False

    def fill(self, rows: pd.DataFrame) -> None:
        """Hold these rows and no others; their columns are among those of the stage."""
        self.connection.execute(delete(self.staged))
        write_rows(self.connection, self.staged, rows)

    @property
    def same_row(self) -> ColumnElement[bool]:
        """A row of the table and the staged row that stands for it."""
        return and_(*(self._same(name) for name in self.key))

    def _same(self, name: str) -> ColumnElement[bool]:
        # PostgreSQL finds no row by IS NOT DISTINCT FROM with an index, so only where it must
        ours, theirs = self.target.c[name], self.staged.c[name]
        return ours.is_not_distinct_from(theirs) if ours.nullable else ours == theirs

    def staged_values(self, names: Sequence[str]) -> dict[str, ColumnElement[Any]]:
        """What `put_over` and `states` take to write these columns as they are staged."""
        return {name: self.staged.c[name] for name in names if name not in self.key}

    def differs(self, values: dict[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        """Whether one of the values is not what the table holds."""
        return or_(False, *(self.target.c[name].is_distinct_from(value) for name, value in values.items()))

    def states(self, values: dict[str, ColumnElement[Any]]) -> pd.DataFrame:
        """The key of every staged row, and whether it is new, changed or the same."""
        state = case((self._is_absent, NEW), (self.differs(values), CHANGED), else_=SAME)
        asked = select(*(self.staged.c[name] for name in self.key), state.label("state")).select_from(self._both)
        rows = self.connection.execute(asked).all()
        return pd.DataFrame([tuple(row) for row in rows], columns=[*self.key, "state"])

    def put_over(self, values: dict[str, ColumnElement[Any]]) -> None:
        """Update the rows in which one of the values differs."""
        if values:
            self.connection.execute(update(self.target).values(values).where(self.same_row, self.differs(values)))

    def add_missing(self, more: Mapping[str, ColumnElement[Any]] | None = None) -> None:
        """Insert the staged rows that the table does not hold, with more columns that are worked out from them."""
        values = {column.name: column for column in self.staged.columns} | dict(more or {})
        absent = select(*values.values()).select_from(self._both).where(self._is_absent)
        self.connection.execute(insert(self.target).from_select(list(values), absent))

    @property
    def _both(self) -> Join:
        """Every staged row with the row of the table that it stands for, where there is one."""
        return self.staged.outerjoin(self.target, self.same_row)

    @property
    def _is_absent(self) -> ColumnElement[bool]:
        return self.target.c[self.target.primary_key.columns.keys()[0]].is_(None)


@contextmanager
def staging(connection: Connection, model: type[Base], names: Sequence[str], key: Sequence[str] = ()) -> Iterator[Stage]:
    """An empty stage for those columns of a table, for the length of a block; the key is the primary key unless said."""
    target = table_of(model)
    name, columns = f"staged_{target.name}", [Column(name, target.c[name].type) for name in names]
    key = tuple(key) or tuple(target.primary_key.columns.keys())
    if _is_lasting(connection, name):
        staged = Table(name, MetaData(), *columns)
        yield Stage(connection, target, staged, key, lasting=True)
        connection.execute(delete(staged))
        return
    staged = Table(name, MetaData(), *columns, prefixes=["TEMPORARY"])
    connection.execute(DropTable(staged, if_exists=True))
    connection.execute(CreateTable(staged))
    yield Stage(connection, target, staged, key)
    connection.execute(DropTable(staged))


def _is_lasting(connection: Connection, name: str) -> bool:
    """Whether the owner of the database made a lasting table of that name, as docs/citus.sql does."""
    return connection.dialect.name == POSTGRES and bool(connection.scalar(select(func.to_regclass(f"public.{name}").is_not(None))))


def table_of(model: type[Base]) -> Table:
    """The table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def add_rows(connection: Connection, model: type[Base], rows: pd.DataFrame) -> None:
    """Append the rows whose key the table does not hold yet."""
    if connection.dialect.name == POSTGRES:
        with staging(connection, model, list(rows.columns)) as stage:
            stage.fill(rows)
            stage.add_missing()
    else:
        write_rows(connection, table_of(model), rows, unless_held=True)


def write_rows(connection: Connection, table: Table, rows: pd.DataFrame, *, unless_held: bool = False) -> None:
    """Append rows to a table: COPY on PostgreSQL, one prepared statement on SQLite. Columns are named as in the table.

    `unless_held`, on SQLite alone: a row whose key is there already is left out.
    """
    if rows.empty:
        return
    dialect = connection.dialect.name
    columns = [wire(rows[name], table.c[name].type, dialect) for name in rows.columns]
    names = ", ".join(f'"{name}"' for name in rows.columns)
    if dialect == POSTGRES:
        _copy(connection, f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT csv)', columns)
    else:
        marks = ", ".join("?" * len(columns))
        lines = zip(*(column.to_pylist() for column in columns), strict=True)
        cursor = connection.connection.cursor()
        held = " ON CONFLICT DO NOTHING" if unless_held else ""
        cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}){held}', list(lines))
        cursor.close()


def _copy(connection: Connection, statement: str, columns: list[pa.Array]) -> None:
    # Arrow quotes every text and leaves absent values bare, which is how COPY tells '' from NULL
    lines = io.BytesIO()
    csv.write_csv(pa.table(columns, names=[str(i) for i in range(len(columns))]), lines, csv.WriteOptions(include_header=False))
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(lines.getvalue())


def wire(values: pd.Series[Any], kind: TypeEngine[Any], dialect: str) -> pa.Array:
    """A column as the driver takes it: the same as the column type itself would write."""
    match kind:
        case Moment():
            moments = pa.array(values.astype("datetime64[us, UTC]"), from_pandas=True).cast(pa.timestamp("us"))
            # a plain cast writes the same as a format does, in a tenth of the time
            found = moments.cast(pa.string())
            found = pc.binary_join_element_wise(found, "+00", "") if dialect == POSTGRES else found
        case Date():
            found = pa.array(values, type=pa.date32(), from_pandas=True).cast(pa.string())
        case Boolean():
            found = pa.array(values, type=pa.bool_(), from_pandas=True)
        case Integer():
            found = pa.array(values, type=pa.int64(), from_pandas=True)
        case Float():
            found = pa.array(values, type=pa.float64(), from_pandas=True)
        case Geometry():
            found = _shapes(values, dialect)
        case JSON():
            found = pa.array([None if value is None else json.dumps(value) for value in values], type=pa.string())
        case _:
            found = pa.array(values, type=pa.string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _shapes(values: pd.Series[Any], dialect: str) -> pa.Array:
    shapes = values.to_numpy(dtype=object)
    if dialect == POSTGRES:
        return pa.array(shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True), type=pa.string())
    return pa.array(shapely.to_wkb(shapes), type=pa.binary())
