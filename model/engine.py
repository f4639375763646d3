"""Opening the database: SQLite by default, PostgreSQL by URL; the same transactions on both."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError

from config import settings
from model.migrated import NewerDatabaseError, knows, migration_of, migrations, newest

# how long a change waits for another one to end, and how long an import waits for another import
LOCK_WAIT_SECONDS, TURN_WAIT_SECONDS = 30, 1800
# whose turn it is, on PostgreSQL: any number that nothing else locks
TAKING_TURNS = 20171031


@cache
def open_engine(url: str = "") -> Engine:
    """The engine of a URL (default: the setting), its tables migrated to the newest; one engine per URL and process."""
    url = url or settings().database_url
    engine = _open_sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _open_postgresql(url)
    migrate(engine)
    return engine


def _open_postgresql(url: str) -> Engine:
    """Pooled connections that are tried before they are used: the database, or a pooler before it, may have been restarted."""
    kept, more = settings().pool
    # without prepared statements nothing outlives a transaction
    told: dict[str, Any] = {"connect_timeout": 10} | ({} if settings().prepared else {"prepare_threshold": None})
    return create_engine(url, pool_pre_ping=True, pool_size=kept, max_overflow=more, connect_args=told)


def _open_sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": LOCK_WAIT_SECONDS})
    if path and path != ":memory:" and not path.startswith("file:"):
        _watch_file(engine, Path(path))

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # the driver must not begin transactions by itself, or a write could start as a read and fail half way
        connection.isolation_level = None
        # what is sorted stays in memory up to the size of the cache; with temp_store=MEMORY all of it would, in half the speed
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        seconds = connection.get_execution_options().get("writing", 0)
        if seconds:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={int(seconds * 1000)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if seconds else "BEGIN")

    return engine


def _watch_file(engine: Engine, path: Path) -> None:
    """A file that was replaced while it was open is opened anew, and one that is gone is not made anew: nobody writes into a ghost."""
    opened: list[Path] = []

    @event.listens_for(engine, "do_connect")
    def look_first(*_: Any) -> None:
        if opened and not path.exists():
            raise _error(sqlite3.SQLITE_CANTOPEN, f"{path} is gone; put it back, or restore a backup: python -m upkeep restore FILE")
        if not _may_write(path.parent) and not path.with_name(f"{path.name}-shm").exists():
            raise _error(sqlite3.SQLITE_READONLY_DIRECTORY, f"{path.parent} cannot be written; SQLite keeps its log there, even to read")

    @event.listens_for(engine, "connect")
    def remember(_: Any, record: Any) -> None:
        record.info["file"] = _file_of(path)
        opened[:] = [path]

    @event.listens_for(engine, "checkout")
    def look_again(_: Any, record: Any, __: Any) -> None:
        if record.info["file"] != _file_of(path):
            raise DisconnectionError(f"{path} is no longer the file that was opened")

    @event.listens_for(engine, "commit")
    def look_last(connection: Connection) -> None:
        if connection.info["file"] != _file_of(path):
            raise _error(sqlite3.SQLITE_CANTOPEN, f"{path} is gone, and so is this change; put it back, or restore a backup")


def _error(code: int, said: str) -> sqlite3.OperationalError:
    """An error as SQLite itself raises it, with its result code."""
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = code
    return error


def _file_of(path: Path) -> tuple[int, int] | None:
    """Which file stands at the path: its disk and its number there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _may_write(folder: Path) -> bool:
    """Whether this process may make files there; not so on a disk that is read-only."""
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


@contextmanager
def write(engine: Engine, *, in_turn: bool = False) -> Iterator[Connection]:
    """One write transaction: all of it or nothing; on SQLite one writer at a time.

    With `in_turn` it first waits for every other one of that kind to end, half an hour at most: of two imports one follows the other.
    """
    seconds = TURN_WAIT_SECONDS if in_turn else LOCK_WAIT_SECONDS
    with engine.connect() as plain:
        connection = plain.execution_options(writing=seconds)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(seconds * 1000)}")
                if in_turn:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TAKING_TURNS})")
            yield connection


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest migration; creates them in an empty database, and asks for no right where nothing is to do."""
    with engine.connect() as connection:
        found = migration_of(connection)
    if found == newest():
        return
    if found and not knows(found):
        raise NewerDatabaseError(f"the database is of a newer program (migration {found}); update this program, or restore an older backup")
    config = migrations()
    # of several processes that start at once one migrates, and the others find it done
    with write(engine, in_turn=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def has_tables(engine: Engine) -> bool:
    """Whether the database was ever migrated."""
    return inspect(engine).has_table("features")
