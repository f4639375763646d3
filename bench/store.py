"""The cases of a city in a database, by the engine's own bulk load, and the same rows as Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, Engine, Table, inspect, select, text
from sqlalchemy.schema import CreateIndex, DropIndex
from sqlalchemy.types import JSON

from bench.cases import City
from ingest.stage import table_of, wire, write_rows
from model.base import Base
from model.cases import CaseEvent, CaseLink, CaseRow
from model.counts import CaseCount, count_anew
from model.engine import write
from model.office import AuditLine, Import, Reject
from model.places import Feature
from model.squares import SquareCount
from model.sums import CaseSum
from model.tables import TABLES
from model.types import Geometry, Moment

BIG = (CaseRow, CaseLink, CaseEvent)
# what is kept of the cases beside them
KEPT = (CaseCount, CaseSum, SquareCount)
# what the template has of its own
LEFT_OUT = (*BIG, *KEPT, Reject, Import, AuditLine)


def fill(engine: Engine, city: City) -> None:
    """Write a city into a migrated, empty database; the indexes of the large tables are made when their rows are there."""
    with write(engine) as connection:
        copy_small(connection, city)
        dropped = _drop_indexes(connection)
    bulk_load(engine, city)
    for index in dropped:
        with write(engine) as connection:
            connection.execute(CreateIndex(index))
    with write(engine) as connection:
        count_anew(connection)
    _settle(engine)


def bulk_load(engine: Engine, city: City) -> None:
    """The cases, their links and lines of life: COPY on PostgreSQL, one prepared statement on SQLite."""
    for chunk in city.chunks():
        with write(engine) as connection:
            for model, rows in zip(BIG, (chunk.cases, chunk.links, chunk.events), strict=True):
                write_rows(connection, table_of(model), rows)


def write_parquet(city: City, engine: Engine, folder: Path) -> None:
    """The same rows as files, one a table: the large ones from the city, the small ones from the database that was filled."""
    folder.mkdir(parents=True, exist_ok=True)
    writers: dict[type[Base], pq.ParquetWriter] = {}
    for chunk in city.chunks():
        for model, rows in zip(BIG, (chunk.cases, chunk.links, chunk.events), strict=True):
            found = _arrow(table_of(model), rows)
            if model not in writers:
                writers[model] = pq.ParquetWriter(folder / f"{model.__tablename__}.parquet", found.schema)
            writers[model].write_table(found)
    for writer in writers.values():
        writer.close()
    with engine.connect() as connection:
        for name, model in TABLES.items():
            if model not in (*BIG, *KEPT):
                table = table_of(model)
                small = connection.execute(select(table)).all()
                found = _arrow(table, pd.DataFrame(small, columns=list(table.columns.keys()), dtype=object))
                pq.write_table(found, folder / f"{name}.parquet")


def _arrow(table: Table, rows: pd.DataFrame) -> pa.Table:
    """Rows as DuckDB reads them: moments in UTC without a zone, shapes as WKB, JSON as text; every column of the table is there."""
    columns = {}
    for column in table.columns:
        if column.name not in rows:
            rows = rows.assign(**{column.name: None})
        columns[column.name] = _column(rows[column.name], column.type)
    return pa.table(columns)


def _column(values: pd.Series[Any], kind: Any) -> pa.Array | pa.ChunkedArray:
    if isinstance(kind, Moment):
        return pa.array(values.astype("datetime64[us, UTC]"), from_pandas=True).cast(pa.timestamp("us"))
    found = wire(values, kind, "sqlite")
    if type(kind).__name__ == "Date":
        return found.cast(pa.date32())
    return found.cast(pa.string()) if isinstance(kind, JSON) and not isinstance(kind, Geometry) else found


def copy_small(connection: Connection, city: City) -> None:
    """Everything of the template but its cases, the zones of the other subdistricts, and the boundary around all of them."""
    with city.template.connect() as source:
        for model in TABLES.values():
            if model not in LEFT_OUT:
                rows = [dict(row) for row in source.execute(select(table_of(model))).mappings()]
                if model is Feature:
                    rows = [row | {"geometry": city.boundary(row["geometry"])} if row["layer"] == "boundary" else row for row in rows]
                    rows += city.zones()
                if rows:
                    connection.execute(table_of(model).insert(), rows)


def _drop_indexes(connection: Connection) -> Sequence[Any]:
    """The secondary indexes of the large tables are gone until they are made again, in the order of their making.

    Of two that would serve a question alike, SQLite takes the one that was made last.
    """
    indexes = {str(index.name): index for model in BIG for index in table_of(model).indexes}
    found = [indexes[name] for name in _index_names(connection) if name in indexes]
    for index in found:
        connection.execute(DropIndex(index))
    return found


def _index_names(connection: Connection) -> list[str]:
    """The indexes of the database; on SQLite in the order of their making."""
    if connection.dialect.name == "sqlite":
        return [str(name) for name in connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY rowid"))]
    return [str(one["name"]) for model in BIG for one in inspect(connection).get_indexes(model.__tablename__)]


def _settle(engine: Engine) -> None:
    """What a PostgreSQL server does by itself after a while: statistics, and which rows everybody sees. SQLite does nothing by itself."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
