"""Killing an import at any moment leaves the database as it was before that file, and the next import works."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, create_engine, func, select

from config import ROOT
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from model.cases import CaseRow
from model.engine import open_engine
from tests.ingest.sent import EAST, NORTH, SOUTH, WEST, a_case, write_cases, write_layer

OLD, NEW = 800, 2_200
# what two runs of the same import cannot share
TIMES = {"imports": {"started_at", "ended_at"}, "audit_log": {"at"}}
MOMENTS = 20


def scattered(first: int, count: int, title: str) -> list[dict[str, object]]:
    dice = np.random.default_rng(first)
    places = zip(dice.uniform(WEST, EAST, count), dice.uniform(SOUTH, NORTH, count), strict=True)
    return [a_case(first + n, lon=lon, lat=lat, title=title) for n, (lon, lat) in enumerate(places)]


@pytest.fixture
def before(sqlite_url: str, tmp_path: Path) -> Path:
    """A small database in use: a zone and some cases; closed, so that the file is all there is."""
    engine = open_engine(sqlite_url)
    zone = write_layer(tmp_path / "zones.geojson", [(shapely.box(WEST, SOUTH, EAST, NORTH), {"code": "1"})])
    load_layer(engine, "zones", zone, datum="wgs84")
    load_cases(engine, write_cases(tmp_path / "old.csv", scattered(0, OLD, "旧")))
    engine.dispose()
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Half of the old cases changed, and new ones."""
    return write_cases(tmp_path / "new.csv", [*scattered(0, OLD // 2, "新"), *scattered(OLD, NEW, "新")])


def start(url: str, file: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "ingest", "cases", str(file)]
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def dump(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the times of the import itself; the file must be sound."""
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = {}
        for table in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in TIMES.get(table, ())]
            held[table] = sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)
    connection.close()
    return held


def copy(database: Path, to: Path) -> str:
    for path in to.parent.glob(f"{to.name}*"):
        path.unlink()
    shutil.copyfile(database, to)
    return f"sqlite:///{to}"


def wait_for_writing(import_: subprocess.Popen[bytes], log: Path) -> None:
    """Until the first page of the transaction is on disk, or the import has ended."""
    while import_.poll() is None and not (log.exists() and log.stat().st_size):
        wait_at_most(import_, 0.001)


def test_twenty_random_moments(before: Path, file: Path, tmp_path: Path) -> None:
    untouched, victim = dump(before), tmp_path / "victim.db"
    began = time.monotonic()
    assert start(copy(before, victim), file).wait() == 0
    whole_run, whole = time.monotonic() - began, dump(victim)
    assert len(whole["cases"]) == OLD + NEW
    dice, seen = random.Random(20171031), {"before": 0, "after": 0}

    for moment in range(MOMENTS):
        url = copy(before, victim)
        import_ = start(url, file)
        if moment % 2:
            # the commit itself is short, so every other moment is aimed at it
            wait_for_writing(import_, victim.with_name(victim.name + "-wal"))
            wait_at_most(import_, dice.uniform(0, 0.02))
        else:
            wait_at_most(import_, whole_run * dice.uniform(0.05, 0.95))
        import_.send_signal(signal.SIGKILL)
        import_.wait()

        found = dump(victim)
        seen["after" if found == whole else "before"] += 1
        assert found in (untouched, whole), f"neither before nor after at moment {moment}"
        engine = open_engine.__wrapped__(url)
        again = load_cases(engine, file)
        engine.dispose()
        assert again.rejected == 0
        assert dump(victim)["cases"] == whole["cases"]
    # how many fall before the commit depends on the machine, but never none
    assert seen["before"] >= 3


def wait_at_most(import_: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        import_.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return


def test_on_postgresql(postgres_url: str, tmp_path: Path, file: Path) -> None:
    engine = create_engine(postgres_url)
    load_cases(engine, write_cases(tmp_path / "old.csv", scattered(0, OLD, "旧")))
    for _ in range(2):
        import_ = start(postgres_url, file)
        while import_.poll() is None and not is_writing(engine):
            wait_at_most(import_, 0.001)
        import_.send_signal(signal.SIGKILL)
        import_.wait()
        with engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(CaseRow)) == OLD
    assert load_cases(engine, file).new == NEW
    engine.dispose()


def is_writing(engine: Engine) -> bool:
    """Whether another connection is in the middle of a transaction that has written."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()"
    )
    with engine.connect() as connection:
        return bool(connection.exec_driver_sql(asked).scalar())
