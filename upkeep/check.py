"""Is the database sound? Its file or server, its migration, its rows and their counts, its disk, and who may change the audit log."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from i18n import Text
from model.counts import is_counted_right
from model.migrated import migration_of
from upkeep import lite
from upkeep.record import count_rows
from upkeep.roles import may_rewrite

STANDS = Text(zh="{engine}，迁移 {migration}", en="{engine}, migration {migration}")
SOUND = Text(zh="完整性检查通过", en="the integrity check passed")
ROOM = Text(zh="数据库 {used} MB，磁盘余 {free} MB", en="the database has {used} MB, its disk {free} MB left")
LITTLE_ROOM = Text(
    zh="磁盘余量（{free} MB）不足数据库的两倍（{used} MB），可能放不下一份备份和一次导入；请腾出空间",
    en="the disk has {free} MB left, less than twice the database's {used} MB: a backup and an import may not fit; make room",
)
KEPT = Text(zh="审计日志：本账号不能修改", en="the audit log cannot be changed by this role")
NOT_KEPT = Text(
    zh="审计日志：本账号可以修改（{rights}）；看板请用 python -m upkeep roles 设置的账号",
    en="this role may change the audit log ({rights}); run the dashboard as the role that python -m upkeep roles sets up",
)
COUNTED = Text(zh="汇总数与案件一致", en="what is counted beside the cases agrees with them")
MISCOUNTED = Text(
    zh="汇总数与案件不一致（有人绕过程序改过案件？）：请运行 python -m upkeep recount",
    en="what is counted beside the cases does not agree with them (were cases changed by hand?): run python -m upkeep recount",
)
ROWS = Text(zh="{table}：{count} 行", en="{table}: {count} rows")


def look_through(engine: Engine) -> Iterator[tuple[bool, Text]]:
    """What was found, line by line, with whether it is as it should be; UpkeepError when a file is not sound."""
    with engine.connect() as connection:
        yield True, _fill(STANDS, engine=engine.dialect.name, migration=migration_of(connection))
        for table, count in count_rows(connection).items():
            yield True, _fill(ROWS, table=table, count=f"{count:,}")
        right = is_counted_right(connection)
        yield right, COUNTED if right else MISCOUNTED
        rights = may_rewrite(connection)
    yield not rights, _fill(NOT_KEPT, rights=", ".join(rights)) if rights else KEPT
    if engine.dialect.name == "sqlite":
        yield from _look_at_file(Path(str(engine.url.database)))


def _look_at_file(path: Path) -> Iterator[tuple[bool, Text]]:
    """SQLite's own checks, and the room that is left."""
    lite.count_copy(path)
    yield True, SOUND
    used, free = path.stat().st_size, shutil.disk_usage(path.parent).free
    yield free > 2 * used, _fill(ROOM if free > 2 * used else LITTLE_ROOM, used=f"{used / 1e6:,.0f}", free=f"{free / 1e6:,.0f}")


def _fill(text: Text, **values: object) -> Text:
    return Text(zh=text.say("zh", **values), en=text.say("en", **values))
