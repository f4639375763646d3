"""A backup while everybody goes on working: one moment of the database in one file, read back before it counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from i18n import Text
from model.migrated import migration_of
from upkeep import lite, postgres
from upkeep.place import settle, unfinished
from upkeep.record import Record, count_rows, differing, hash_of, record_path, write_record
from upkeep.said import UpkeepError

THERE_ALREADY = Text(
    zh="{file} 已存在，备份不会覆盖任何文件；请换一个文件名", en="{file} exists, and a backup overwrites nothing; give another name"
)
NOT_AS_READ = Text(
    zh="备份里的行数与数据库当时的不同（{tables}），已丢弃；请再备份一次，并检查磁盘",
    en="the backup does not hold the rows that the database had ({tables}) and was thrown away; back up again and have the disk checked",
)
SUFFIXES = {"sqlite": "db", "postgresql": "dump"}
# the names that `backup FOLDER` gives, and the only ones that `--keep` takes away
NAME = re.compile(r"finegrid-\d{8}T\d{6}Z\.(db|dump)")


def back_up(engine: Engine, to: Path) -> tuple[Path, int]:
    """Write a backup into a new file, or into a folder under the name of the moment; gives the file and how many rows it holds.

    It is one moment of the database, whatever is written meanwhile; nobody waits for it. UpkeepError when it would overwrite anything.
    """
    made_at = datetime.now(UTC)
    file = to / f"finegrid-{made_at:%Y%m%dT%H%M%SZ}.{SUFFIXES[engine.dialect.name]}" if to.is_dir() else to
    for path in (file, record_path(file)):
        if path.exists():
            raise UpkeepError(THERE_ALREADY, file=path)
    with unfinished(file) as part, unfinished(record_path(file)) as told:
        record = _write(engine, part, made_at)
        write_record(told, record)
        settle(part, file)
        settle(told, record_path(file))
    return file, sum(record.rows.values())


def drop_old(folder: Path, keep: int) -> list[Path]:
    """Take away all but the newest backups of a folder that were named by the moment; gives those that are gone."""
    found = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = found[: max(len(found) - keep, 0)]
    for path in old:
        path.unlink()
        record_path(path).unlink(missing_ok=True)
    return old


def _write(engine: Engine, part: Path, made_at: datetime) -> Record:
    """The copy of one moment and what is to be known of it; raises unless the copy holds what was counted in that moment."""
    way = postgres if engine.dialect.name == "postgresql" else lite

    with way.snapshot(engine) as connection:
        rows, migration = count_rows(connection), migration_of(connection)
        way.copy(connection, part)
    held = way.count_copy(part)
    if wrong := differing(rows, held):
        raise UpkeepError(NOT_AS_READ, tables=", ".join(wrong))
    return Record(made_at=made_at, engine=engine.dialect.name, migration=migration, rows=rows, sha256=hash_of(part))
