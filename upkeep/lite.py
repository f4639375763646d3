"""An SQLite database copied while it is in use, and looked through."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from i18n import Text
from model.tables import TABLES
from upkeep.said import UpkeepError

UNSOUND = Text(
    zh="{file} 没有通过完整性检查：{found}；请换一份备份，或恢复最近的备份",
    en="{file} is not sound: {found}; take another backup, or restore the newest one",
)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A reading transaction: it sees one moment and, with a write-ahead log, holds nobody up."""
    with engine.connect() as connection:
        yield connection


def copy(connection: Connection, to: Path) -> None:
    """The moment that the connection sees, page by page into a file that needs no log beside it.

    SQLite's online backup (https://www.sqlite.org/backup.html) goes on in the transaction that is open.
    """
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    with closing(sqlite3.connect(to)) as target:
        # a copy that breaks off is thrown away: it needs no journal that would lie about afterwards
        target.execute("PRAGMA journal_mode=OFF")
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")


def count_copy(file: Path) -> dict[str, int]:
    """The rows of a file that passed SQLite's own checks; UpkeepError when it did not."""
    # only read: a file that is looked at stays as it is
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(3)")]
            lost = connection.execute("PRAGMA foreign_key_check").fetchmany(3)
            if found != ["ok"] or lost:
                raise UpkeepError(UNSOUND, file=file, found="; ".join([*found, *(f"{row[0]} → {row[2]}" for row in lost)]))
            there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            # the names are ours, from the models
            return {name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in TABLES if name in there}
        except sqlite3.DatabaseError as error:
            raise UpkeepError(UNSOUND, file=file, found=error) from error
