"""Opening the database: SQLite by default, PostgreSQL by URL; the same transactions on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url

from config import ROOT, settings

LOCK_WAIT_SECONDS = 30


@cache
def open_engine(url: str = "") -> Engine:
    """The engine of a URL (default: the setting), its tables migrated to the newest; one engine per URL and process."""
    url = url or settings().database_url
    if make_url(url).get_backend_name() == "sqlite":
        engine = _open_sqlite(url)
    else:
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
    migrate(engine)
    return engine


def _open_sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": LOCK_WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # the driver must not begin transactions by itself, or a write could start as a read and fail half way
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """One write transaction: all of it or nothing, one writer at a time."""
    with engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        with connection.begin():
            yield connection


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest migration; creates them in an empty database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "model" / "migrations"))
    with write(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def has_tables(engine: Engine) -> bool:
    """Whether the database was ever migrated."""
    return inspect(engine).has_table("features")
