"""A PostgreSQL server of the tests' own, with PostGIS, on a Unix socket; PostgreSQL refuses root, so it runs as its own user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.machine import find_postgres

OWNER = "postgres"
# the cluster is thrown away: what a power cut would do to it does not matter, only speed does
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 100
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
"""
# the last line of a name counts
LASTING = """
fsync = on
synchronous_commit = on
full_page_writes = on
"""


@dataclass(frozen=True)
class Cluster:
    """One running server; its folder holds the data, the log and the socket."""

    folder: Path

    def url(self, database: str) -> str:
        """What DATABASE_URL takes for one of its databases."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def run(self, statement: sql.Composed) -> None:
        """One statement outside any transaction, in the database that is always there."""
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def create(self, database: str, *, template: str = "template1") -> str:
        """A new database, as a copy of a template; its URL."""
        self.run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def seal(self, database: str) -> None:
        """Nobody connects to it any more, so that it can be copied at any time."""
        self.run(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(database)))

    def protect(self, database: str) -> None:
        """Whoever connects from now on only reads."""
        self.run(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only TO on").format(sql.Identifier(database)))

    def drop(self, database: str) -> None:
        """The database is gone, whoever was connected."""
        self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def start(self) -> None:
        """The server of the folder is up, after whatever end."""
        _program(self.folder, "pg_ctl", "start", "--pgdata", "data", "--log", "log", "--wait", "--timeout", "60")

    def stop(self) -> None:
        """The server is down, its connections cut off, everything on the disk."""
        _program(self.folder, "pg_ctl", "stop", "--pgdata", "data", "--mode", "fast", "--wait")

    def crash(self) -> None:
        """Every process of the server is killed at once, as the power would take them."""
        mark = self.folder / "data" / "postmaster.pid"
        server = int(mark.read_text().split()[0])
        # first the one that would bring the others back
        for pid in (server, *_children_of(server)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{server}").exists() and not _is_dead(server):
            time.sleep(0.01)
        # where nobody buries the dead, the next server would take this one for alive
        for left in (mark, *self.folder.glob(".s.PGSQL.*")):
            left.unlink()

    @contextmanager
    def lend(self, database: str, *, template: str) -> Iterator[str]:
        """A copy of a template for as long as the block runs; its URL."""
        yield self.create(database, template=template)
        self.drop(database)


def start_cluster(folder: Path, *, lasting: bool = False) -> Cluster:
    """A new server in a new folder, ready for connections; one that is `lasting` waits for the disk as an office's does."""
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
    _program(
        folder,
        "initdb",
        "--pgdata",
        "data",
        "--username",
        OWNER,
        "--auth",
        "trust",
        "--encoding",
        "UTF8",
        "--locale",
        "C.UTF-8",
        "--no-sync",
    )
    with (folder / "data" / "postgresql.conf").open("a") as conf:
        conf.write(SETTINGS.format(folder=folder) + (LASTING if lasting else ""))
    cluster = Cluster(folder)
    cluster.start()
    return cluster


def stop_cluster(folder: Path) -> None:
    """The server of a folder is down, if it ever was up."""
    if (folder / "data" / "postmaster.pid").exists():
        _program(folder, "pg_ctl", "stop", "--pgdata", "data", "--mode", "immediate", "--wait")


def _children_of(server: int) -> list[int]:
    """The processes that a process started (Linux)."""
    return [int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split()]


def _is_dead(pid: int) -> bool:
    """Whether nothing of it is left but its entry."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", maxsplit=1)[1].split()[0] == "Z"
    return True


def _program(folder: Path, name: str, *arguments: str) -> None:
    programs = find_postgres()
    if programs is None:
        raise RuntimeError("found no PostgreSQL with PostGIS under /usr/lib/postgresql; run scripts/setup.sh tools")
    runner = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*runner, str(programs / name), *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        log = folder / "log"
        said = log.read_text() if log.exists() else ""
        raise RuntimeError(f"{name} failed: {done.stdout}{done.stderr}{said}")
