"""Kills at random moments of imports and actions: what was told as kept is there whole, and nothing is there by half.

Ten on each database, so that the suite stays short; `KILLS=50` makes them a hundred. An import alone, killed at chosen moments, is in
tests/ingest/test_kill.py.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from config import ROOT
from model.cases import CaseRow
from model.engine import open_engine
from model.trouble import UNREACHABLE
from tests.books import balance, bring_again, furnish
from tests.disks import SAVED, plan
from tests.killed import Hand, Told
from tests.once import folder
from tests.postgres import Cluster, start_cluster, stop_cluster
from tests.ui.conftest import forget

KILLS = int(os.environ.get("KILLS", "10"))
# of PostgreSQL's own processes: its recovery takes seconds
SERVER_KILLS = max(KILLS // 10, 2)
# of things that a worker is let to do before it is killed in the middle of the next
MOST_TOLD = 5
# how a refusal begins that a worker hears while the server is away
REFUSALS = {"The database cannot be reached", "Nothing was saved", "It is not certain that it was saved"}


def kill_at_random(url: str, engine: Engine, place: Path, kills: int) -> Told:
    """So many workers one after the other, each killed in the middle of something; after each the books are balanced."""
    dice, told = random.Random(20171031), Told()
    for seed in range(kills):
        hand = Hand.at(url, seed, place)
        began = time.monotonic()
        for _ in range(dice.randint(1, MOST_TOLD)):
            began = time.monotonic()
            told.said.append(hand.ear.recv())
        # the next thing takes about as long as the last one did
        hand.listen(told, dice.uniform(0, 1.2) * (time.monotonic() - began))
        hand.kill(told)
        told.untold = balance(engine, told)
    return told


def test_workers_killed_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    engine = furnish(sqlite_url, tmp_path)
    told = kill_at_random(sqlite_url, engine, tmp_path, KILLS)
    bring_again(engine, told)
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "finegrid.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    report("sqlite", KILLS, told)


def test_workers_killed_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    engine = furnish(postgres_url, tmp_path)
    told = kill_at_random(postgres_url, engine, tmp_path, KILLS)
    bring_again(engine, told)
    engine.dispose()
    report("postgresql", KILLS, told)


def report(where: str, kills: int, told: Told) -> None:
    """With `-s`: how much was kept."""
    kinds = dict(Counter(one[0] for one in told.said))
    print(f"\n{where}: {kills} kills, {len(told.kept)} told as kept, {told.untold} kept and not told: {kinds}")


@pytest.fixture(scope="module")
def lasting_server() -> Iterator[Cluster]:
    """A server that waits for the disk, as an office's does."""
    cluster = start_cluster(folder() / "postgres-lasting", lasting=True)
    yield cluster
    stop_cluster(cluster.folder)


def test_the_server_killed(lasting_server: Cluster, tmp_path: Path) -> None:
    url = lasting_server.create("office")
    engine = furnish(url, tmp_path)
    dice, told = random.Random(20171031), Told()
    hand = Hand.at(url, 0, tmp_path)
    assert hand.ear.recv() == ("ready",)
    for kill in range(SERVER_KILLS):
        told.said.append(hand.ear.recv())
        hand.listen(told, dice.uniform(0, 0.5))
        if kill % 2:
            lasting_server.crash()
            lasting_server.start()
        else:
            kill_backend(engine)
        wait_until_up(url)
        balance(engine, told)
        # the same worker goes on by itself
        hand.go_on(told)
    hand.kill(told)
    told.untold = balance(engine, told)
    bring_again(engine, told)
    engine.dispose()
    report("the server", SERVER_KILLS, told)


def test_a_worker_does_not_run_the_page_that_was_tested_here(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(sqlite_url, tmp_path).dispose()
    page = ModuleType("__main__")
    page.__file__ = str(tmp_path / "page.py")
    Path(page.__file__).write_text("from pathlib import Path\nPath(__file__).with_name('ran').touch()\n", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "__main__", page)

    hand = Hand.at(sqlite_url, 0, tmp_path)

    assert hand.ear.recv() == ("ready",)
    hand.kill(Told())
    assert not (tmp_path / "ran").exists()


def test_the_server_stopped_and_started(lasting_server: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = lasting_server.create("stopped")
    engine, told = furnish(url, tmp_path), Told()
    monkeypatch.setenv("DATABASE_URL", url)
    forget()
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert not page.error
    hand = Hand.at(url, 0, tmp_path)
    for _ in range(4):
        told.said.append(hand.ear.recv())

    lasting_server.stop()

    hand.listen(told, 0.5)
    assert [error.value for error in page.run().error] == [UNREACHABLE.zh]
    assert plan(engine) == f"Nothing was saved. {UNREACHABLE.en}"
    lasting_server.start()
    # the same page, the same worker and the same connections go on by themselves
    assert not page.run().error
    assert plan(engine) == SAVED
    hand.go_on(told)
    hand.kill(told)
    balance(engine, told)
    # whoever worked heard one sentence for everything that was not kept
    assert {one[1].split(". ")[0] for one in told.of("refused")} <= REFUSALS
    engine.dispose()
    # the page's own
    open_engine().dispose()
    forget()


def kill_backend(engine: Engine) -> None:
    """The process that serves the worker, in the middle of what it does; the server ends all others with it and recovers."""
    busy = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY backend_xid IS NULL"
    with engine.connect() as connection:
        pid = connection.exec_driver_sql(busy).scalar_one()
    os.kill(pid, signal.SIGKILL)


def wait_until_up(url: str) -> None:
    """Until the server has recovered; a new connection each time."""
    engine, deadline = create_engine(url), time.monotonic() + 60
    try:
        while True:
            try:
                with engine.connect() as connection:
                    connection.scalar(select(func.count()).select_from(CaseRow))
                return
            except OperationalError:
                assert time.monotonic() < deadline, "the server does not come back"
                time.sleep(0.02)
    finally:
        engine.dispose()
