"""Where the benchmark's databases are made: SQLite files in a folder, and a PostgreSQL set as an office would set it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from config import ROOT
from model.engine import open_engine
from tests.postgres import Cluster, _program, start_cluster, stop_cluster

OFFICE = ROOT / "deploy" / "postgresql.conf"
# a migrated, empty database of that name
Make = Callable[[str], Engine]


@contextmanager
def makers(folder: Path, engines: Sequence[str], given: str | None) -> Iterator[dict[str, Make]]:
    """How a database is made on each engine; `given` is the address of a PostgreSQL, else one is started for as long as the block runs."""
    with ExitStack() as stack:
        found: dict[str, Make] = {}
        if "sqlite" in engines:
            found["sqlite"] = lambda name: _make_file(folder / f"{name}.db")
        if "postgresql" in engines:
            url = given or stack.enter_context(_serve(folder / "postgres")).url("postgres")
            found["postgresql"] = lambda name: _make_on_server(url, name)
        yield found


def _make_file(file: Path) -> Engine:
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    open_engine.cache_clear()
    return open_engine(f"sqlite:///{file}")


def _make_on_server(url: str, name: str) -> Engine:
    """Databases of an earlier benchmark give way; others are left alone, since the name says whose it is."""
    whose = f"finegrid_bench_{name}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{whose}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{whose}" TEMPLATE template0'))
    admin.dispose()
    open_engine.cache_clear()
    return open_engine(make_url(url).set(database=whose).render_as_string(hide_password=False))


@contextmanager
def _serve(folder: Path) -> Iterator[Cluster]:
    """A server in a new folder for as long as the block runs; the folder is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    cluster = start_cluster(folder)
    try:
        with (folder / "data" / "postgresql.conf").open("a") as conf:
            conf.write(OFFICE.read_text(encoding="utf-8"))
        _program(folder, "pg_ctl", "restart", "--pgdata", "data", "--log", "log", "--wait", "--timeout", "60")
        yield cluster
    finally:
        stop_cluster(folder)
        shutil.rmtree(folder, ignore_errors=True)
