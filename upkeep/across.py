"""Everything of one database into another, empty one, whichever of the two engines each is on: an office grows out of its file."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, LargeBinary, Table, func, insert, select
from sqlalchemy.engine import make_url

from i18n import Text
from model.base import Base
from model.counts import is_counted_right
from model.engine import open_engine, write
from model.tables import TABLES
from upkeep import lite, postgres
from upkeep.record import count_rows, differing
from upkeep.said import UpkeepError

NOT_THERE = Text(
    zh="没有 {place} 这个文件；请写出 SQLite 文件的路径，或 postgresql:// 开头的地址",
    en="there is no file {place}; give the path of an SQLite file, or an address that begins with postgresql://",
)
OCCUPIED = Text(
    zh="DATABASE_URL 的数据库里已有内容（{tables}），复制不会覆盖；请换一个新建的空数据库",
    en="the database of DATABASE_URL is not empty ({tables}), and copying overwrites nothing; take a new, empty one",
)
NOT_THE_SAME = Text(
    zh="复制后与原来的不符（{tables}），已全部撤销；请先在原数据库上运行 python -m upkeep check",
    en="the copy is not as the original is ({tables}), and all of it was undone; run python -m upkeep check on the original first",
)
# so many rows are in memory at once; of photos, of which each may have megabytes, fewer
SOME_ROWS, FEW_ROWS = 2_000, 10


def copy_across(source: str, target: Engine) -> dict[str, int]:
    """Fill an empty database from another one, one moment of it; gives the rows of each table.

    `source` is an address, or the path of an SQLite file; it is brought to the newest migration, as a start of the dashboard would.
    All of it or nothing: UpkeepError where there is no such file, the target is not empty, or the copy is not as the original is.
    """
    engine = open_engine(_address_of(source))
    way = postgres if engine.dialect.name == "postgresql" else lite
    with way.snapshot(engine) as reader, write(target, in_turn=True) as writer:
        if occupied := [name for name, count in count_rows(writer).items() if count]:
            raise UpkeepError(OCCUPIED, tables=", ".join(occupied))
        rows = count_rows(reader)
        for name in TABLES:
            _copy_table(reader, writer, Base.metadata.tables[name])
        wrong = differing(rows, count_rows(writer))
        if wrong or not is_counted_right(writer):
            raise UpkeepError(NOT_THE_SAME, tables=", ".join(wrong) or "case_counts, case_sums, square_counts")
    return rows


def _address_of(source: str) -> str:
    """The address of a database; of a path, that of the file."""
    address = source if "://" in source else f"sqlite:///{Path(source).resolve()}"
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise UpkeepError(NOT_THERE, place=url.database)
    return address


def _copy_table(reader: Connection, writer: Connection, table: Table) -> None:
    many = FEW_ROWS if any(type(column.type) is LargeBinary for column in table.columns) else SOME_ROWS
    every = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=many)
    for rows in reader.execute(every).mappings().partitions():
        writer.execute(insert(table), [dict(row) for row in rows])
    number = table.autoincrement_column
    if number is not None and writer.dialect.name == "postgresql":
        # what is written next gets a number of its own; where no sequence gives the numbers, or no row has one, nothing happens
        last = select(func.max(number)).scalar_subquery()
        writer.execute(select(func.setval(func.pg_get_serial_sequence(table.name, number.name), last)))
