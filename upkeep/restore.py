"""A backup back into an empty place; whatever is there already is never overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import URL, make_url

from i18n import Text
from model.engine import open_engine
from model.migrated import knows
from model.tables import TABLES
from upkeep import lite, postgres
from upkeep.place import settle, unfinished
from upkeep.record import Record, count_rows, differing, read_record
from upkeep.said import UpkeepError

OCCUPIED = Text(
    zh="{place} 里已有内容，恢复不会覆盖；请先把它移开，或把 DATABASE_URL 设为空的位置",
    en="{place} is not empty, and restoring overwrites nothing; move it aside first, or set DATABASE_URL to an empty place",
)
OTHER_ENGINE = Text(
    zh="这份备份来自 {made}，而 DATABASE_URL 是 {wanted}；请换成同一种数据库",
    en="this backup is of {made}, DATABASE_URL is {wanted}; restore into the same kind of database",
)
TOO_NEW = Text(
    zh="这份备份来自更新的程序（{migration}）；请先更新程序", en="this backup is of a newer program ({migration}); update the program first"
)
NOT_THE_SAME = Text(
    zh="恢复后的行数与记录不符（{tables}）；请换一份备份",
    en="what was restored has not the rows of its record ({tables}); take another backup",
)


def restore(file: Path, url: str) -> dict[str, int]:
    """Fill the empty database of a URL from a backup, bring it to the newest migration, and give the rows of its tables."""
    record, place = read_record(file), make_url(url)
    engine = place.get_backend_name()
    if record.engine != engine:
        raise UpkeepError(OTHER_ENGINE, made=record.engine, wanted=engine)
    if not knows(record.migration):
        raise UpkeepError(TOO_NEW, migration=record.migration)
    if engine == "postgresql":
        _into_postgres(file, place)
    else:
        _into_file(file, place)
    return _look(open_engine(url), record)


def _into_file(file: Path, place: URL) -> None:
    to = Path(str(place.database))
    # a log without its database would be played into the restored one
    for path in (to, *(to.with_name(to.name + end) for end in ("-wal", "-shm", "-journal"))):
        if path.exists():
            raise UpkeepError(OCCUPIED, place=path)
    to.parent.mkdir(parents=True, exist_ok=True)
    with unfinished(to) as part:
        shutil.copyfile(file, part)
        lite.count_copy(part)
        settle(part, to)


def _into_postgres(file: Path, place: URL) -> None:
    engine = create_engine(place)
    try:
        there = set(inspect(engine).get_table_names()) & {*TABLES, "alembic_version"}
    finally:
        engine.dispose()
    if there:
        raise UpkeepError(OCCUPIED, place=place.render_as_string())
    postgres.load(file, place)


def _look(engine: Engine, record: Record) -> dict[str, int]:
    """Every row that the record counted is there."""
    with engine.connect() as connection:
        rows = count_rows(connection)
    if wrong := differing(record.rows, rows):
        raise UpkeepError(NOT_THE_SAME, tables=", ".join(wrong))
    return rows
