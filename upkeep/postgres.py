"""A PostgreSQL database copied by its own tools while it is in use, and counted in the copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from i18n import Text
from upkeep.said import UpkeepError

NO_PROGRAM = Text(
    zh="本机没有 {program}；请安装 PostgreSQL 客户端（Debian：apt install postgresql-client）",
    en="{program} is not installed here; install PostgreSQL's client (Debian: apt install postgresql-client)",
)
FAILED = Text(zh="{program} 没有成功：{said}", en="{program} failed: {said}")
BEGINS = re.compile(rb"COPY (?:public\.)?\"?(\w+)\"? .*FROM stdin;\n")
ENDS = b"\\.\n"


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment, which pg_dump is told to see, too."""
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def copy(connection: Connection, to: Path) -> None:
    """The moment that the connection sees as pg_dump's own compressed format."""
    moment = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar())
    # what docs/citus.sql makes for imports is empty between them
    whole = ["--format=custom", "--exclude-table=staged_*", "--no-owner", "--no-privileges"]
    run("pg_dump", [*whole, f"--snapshot={moment}", f"--file={to}"], connection.engine.url)


def count_copy(file: Path) -> dict[str, int]:
    """The rows of every table in a dump; reads and unpacks all of it."""
    command = [program("pg_restore"), "--data-only", "--file=-", str(file)]
    rows: dict[str, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        assert reading.stdout is not None
        assert reading.stderr is not None
        table = ""
        for line in reading.stdout:
            if table and line == ENDS:
                table = ""
            elif table:
                rows[table] += 1
            elif begun := BEGINS.fullmatch(line):
                table = begun[1].decode()
                rows[table] = 0
        said = reading.stderr.read().decode(errors="replace").strip()
    if reading.returncode:
        raise UpkeepError(FAILED, program="pg_restore", said=said)
    return rows


def load(file: Path, url: URL) -> None:
    """Everything of a dump into an empty database, in one transaction."""
    run("pg_restore", ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments", str(file)], url)


def run(name: str, arguments: Sequence[str], url: URL) -> None:
    """Run one of PostgreSQL's programs on the database of a URL; its password goes by the environment, where nobody else sees it."""
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": url.password} if url.password else {}
    command = [program(name), f"--dbname={plain}", *arguments]
    done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise UpkeepError(FAILED, program=name, said=done.stderr.strip())


def program(name: str) -> str:
    """Where a program is, the newest of several."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise UpkeepError(NO_PROGRAM, program=name)
    return found
