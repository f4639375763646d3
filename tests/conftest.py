"""Databases for the tests: empty or with the demo, on SQLite and on a real PostgreSQL with PostGIS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from weakref import WeakSet

import pytest
from hypothesis import settings
from sqlalchemy import Engine, event

from config import ROOT
from model.engine import open_engine
from tests.once import FOLDER_VARIABLE, folder, once
from tests.postgres import Cluster, start_cluster

EMPTY, DEMO, DEMO_READ_ONLY = "empty_template", "demo_template", "demo"
NUMBERS = count(1)
# files that take long come first, so that no long one is left for the end; the second needs no demo, which the first is building
FIRST = ("bench/test_bench.py", "test_kills.py", "browser/", "ui/", "ingest/", "reports/", "wall/", "upkeep/")

# no test may reach the database or follow the settings of whoever runs it
for name in [name for name in os.environ if name == "DATABASE_URL" or (name.startswith("FINEGRID_") and name != FOLDER_VARIABLE)]:
    del os.environ[name]


SWEEPER = pytest.StashKey[subprocess.Popen[bytes]]()

# a busy machine makes a property slow, not wrong
settings.register_profile("finegrid", deadline=None)
settings.load_profile("finegrid")


def pytest_configure(config: pytest.Config) -> None:
    """The main process makes the folder of this run, and has somebody wait to take it away."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="finegrid-tests-")
        # PostgreSQL's user must be able to pass through it
        folder().chmod(0o711)
        command = [sys.executable, "-m", "tests.sweep", str(folder())]
        config.stash[SWEEPER] = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True)
    # lists that the pages keep are none of the project's
    os.environ["FINEGRID_LISTS"] = str(folder() / "lists")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The main process has the folder taken away, with every server that a worker left behind."""
    if sweeper := config.stash.get(SWEEPER, None):
        sweeper.communicate()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of `FIRST` stand first, each file whole and in its own order."""
    here = Path(__file__).parent
    names = {item.path: item.path.relative_to(here).as_posix() for item in items}
    items.sort(key=lambda item: next((place for place, start in enumerate(FIRST) if names[item.path].startswith(start)), len(FIRST)))


@pytest.fixture(scope="session", autouse=True)
def no_connection_stays_open() -> Iterator[None]:
    """Engines that the code under test opened for itself are closed at the end."""
    engines: WeakSet[Engine] = WeakSet()
    event.listen(Engine, "engine_connect", lambda connection: engines.add(connection.engine))
    yield
    for opened in list(engines):
        opened.dispose()


@pytest.fixture(scope="session", autouse=True)
def no_test_makes_the_office_s_own_database() -> Iterator[None]:
    """Settings that outlive their test open the database that `make run` shows, and leave an empty one there."""
    own = ROOT / "var" / "finegrid.db"
    there = own.exists()
    yield
    assert there or not own.exists(), f"a test made {own}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input files, which lies beside the project where there is one."""
    data = ROOT.parent / "shared" / "data"
    if not data.exists():
        pytest.skip(f"no real input files at {data}")
    return data


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this worker, to keep its databases apart."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def postgres_server() -> Cluster:
    """The running PostgreSQL of this run, with an empty migrated database to copy from."""
    cluster = Cluster(folder() / "postgres")

    def make() -> None:
        start_cluster(cluster.folder)
        open_engine(cluster.create(EMPTY)).dispose()
        cluster.seal(EMPTY)

    once("postgres", make)
    return cluster


@pytest.fixture
def postgres_url(postgres_server: Cluster, worker: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    with postgres_server.lend(f"t_{worker}_{next(NUMBERS)}", template=EMPTY) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    template = folder() / "empty.db"
    once("sqlite", lambda: open_engine(f"sqlite:///{template}").dispose())
    return _copy(template, tmp_path / "finegrid.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A fresh migrated database, once on each of the two."""
    opened = open_engine(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def demo_url() -> str:
    """The demo subdistrict on SQLite, built once per run; only to read."""
    once("demo", lambda: _build_demo(f"sqlite:///{folder() / 'demo.db'}"))
    return f"sqlite:///{folder() / 'demo.db'}"


@pytest.fixture(scope="session")
def demo_engine(demo_url: str) -> Iterator[Engine]:
    """The demo subdistrict on SQLite; a test that writes to it fails."""
    opened = open_engine(demo_url)
    event.listen(opened, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    opened.dispose()
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def copy_demo(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Makes one more copy of the demo subdistrict on SQLite, to write to; its URL."""
    return lambda: _copy(folder() / "demo.db", tmp_path_factory.mktemp("demo") / "demo.db")


@pytest.fixture
def demo_copy(copy_demo: Callable[[], str]) -> str:
    """The demo subdistrict on SQLite, to write to; its URL."""
    return copy_demo()


@pytest.fixture(scope="session")
def hostile_url(demo_url: str) -> str:
    """The demo with hostile words wherever an office writes some, on SQLite, made once per run; only to read."""

    def make() -> None:
        # beside its only use: it brings every part of the import and of the actions
        from tests.hostile_office import make_hostile  # noqa: PLC0415

        files = folder() / "hostile-files"
        files.mkdir()
        opened = open_engine(_copy(folder() / "demo.db", folder() / "hostile.db"))
        make_hostile(opened, files)
        opened.dispose()

    once("hostile", make)
    return f"sqlite:///{folder() / 'hostile.db'}"


@pytest.fixture(scope="session")
def city_url(demo_engine: Engine) -> str:
    """A small city on SQLite, made once per run; only to read."""
    return _area(demo_engine, "city")


@pytest.fixture(scope="session")
def district_url(demo_engine: Engine) -> str:
    """A small district on SQLite, made once per run; only to read."""
    return _area(demo_engine, "district")


def _area(template: Engine, name: str) -> str:
    def make() -> None:
        # beside its only use: the benchmark makes it
        from tests.city import CITY, DISTRICT, build_city  # noqa: PLC0415

        build_city(template, folder() / f"{name}.db", {"city": CITY, "district": DISTRICT}[name])

    once(name, make)
    return f"sqlite:///{folder() / f'{name}.db'}"


@pytest.fixture(scope="session")
def postgres_demo_url(postgres_server: Cluster) -> str:
    """The demo subdistrict on PostgreSQL, built once per run; the server refuses writes."""

    def make() -> None:
        _build_demo(postgres_server.create(DEMO, template=EMPTY))
        postgres_server.seal(DEMO)
        postgres_server.create(DEMO_READ_ONLY, template=DEMO)
        postgres_server.protect(DEMO_READ_ONLY)

    once("postgres-demo", make)
    return postgres_server.url(DEMO_READ_ONLY)


@pytest.fixture(scope="session")
def postgres_demo_engine(postgres_demo_url: str) -> Iterator[Engine]:
    """The demo subdistrict on PostgreSQL; a test that writes to it fails."""
    opened = open_engine(postgres_demo_url)
    yield opened
    opened.dispose()


@pytest.fixture
def postgres_demo_copy(postgres_server: Cluster, postgres_demo_url: str, worker: str) -> Iterator[str]:
    """The demo subdistrict on PostgreSQL, to write to; its URL."""
    with postgres_server.lend(f"d_{worker}_{next(NUMBERS)}", template=DEMO) as url:
        yield url


@pytest.fixture(scope="module")
def shared_postgres_demo(postgres_server: Cluster, postgres_demo_url: str, worker: str) -> Iterator[str]:
    """The same, one for all tests of a file; its URL."""
    with postgres_server.lend(f"d_{worker}_{next(NUMBERS)}", template=DEMO) as url:
        yield url


def _build_demo(url: str) -> None:
    """The demo as the command builds it, in a process of its own."""
    command = [sys.executable, "-m", "ingest", "demo"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"python -m ingest demo failed:\n{done.stdout}{done.stderr}")


def _copy(database: Path, to: Path) -> str:
    """A copy of an SQLite file; a log beside it would mean that somebody is still writing."""
    log = database.with_name(database.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise RuntimeError(f"{database} is open for writing; a copy would be torn")
    shutil.copyfile(database, to)
    return f"sqlite:///{to}"
