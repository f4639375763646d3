"""How fast do cases come in? `python -m ingest` against the engine's own bulk load of the same rows."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Engine, delete

from bench.cases import Chunk, City
from bench.store import BIG, KEPT, bulk_load, copy_small
from config import ROOT
from ingest.preset import presets
from model.engine import write

# what a citizen may leave in a text: one row in so many holds a telephone number that has to go
PERSONAL_EVERY, PERSONAL = 10, "，电话13800138000"


@dataclass(frozen=True, kw_only=True)
class Brought:
    """One import and one bulk load of the same rows, in seconds; the most memory that the import took."""

    engine: str
    rows: int
    seconds: float
    bulk_seconds: float
    peak_mb: float


def write_csv(city: City, file: Path) -> None:
    """The cases as our own columns, moments in ISO 8601 with their zone; some texts hold a telephone number."""
    names = [name for name in presets()["finegrid"].columns if name in city.columns]
    with file.open("wb") as out:
        for number, chunk in enumerate(city.chunks()):
            rows = pa.table({name: _text(chunk, name) for name in names})
            csv.write_csv(rows, out, csv.WriteOptions(include_header=number == 0))


def _text(chunk: Chunk, name: str) -> pa.Array:
    values: pd.Series[Any] = chunk.cases[name]
    if name.endswith("_at"):
        return pa.array(values.dt.strftime("%Y-%m-%dT%H:%M:%S+00:00"), type=pa.string(), from_pandas=True)
    if name == "description":
        values = values.mask(values.index % PERSONAL_EVERY == 0, values + PERSONAL)
    return pa.array(values, from_pandas=True)


def bring(engine: Engine, city: City, file: Path) -> Brought:
    """Import a file into a migrated, empty database that gets the city's ground first; then load the same cases in bulk."""
    with write(engine) as connection:
        copy_small(connection, city)
    begun = time.perf_counter()
    peak = _import(file, engine.url.render_as_string(hide_password=False))
    seconds = time.perf_counter() - begun
    _clear(engine)
    begun = time.perf_counter()
    bulk_load(engine, city)
    return Brought(
        engine=engine.dialect.name, rows=city.size.cases, seconds=seconds, bulk_seconds=time.perf_counter() - begun, peak_mb=peak / 1024
    )


def _import(file: Path, url: str) -> int:
    """Run the command as anybody does; the most memory (KB) that it took."""
    command = [
        sys.executable,
        "-m",
        "bench.imports",
        sys.executable,
        "-m",
        "ingest",
        "cases",
        str(file),
        "--preset",
        "finegrid",
        "--datum",
        "wgs84",
    ]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"python -m ingest cases {file} failed:\n{done.stdout}{done.stderr}")
    return int(done.stdout.strip().splitlines()[-1])


def _clear(engine: Engine) -> None:
    with write(engine) as connection:
        for model in (*BIG, *KEPT):
            connection.execute(delete(model))


def run_child(command: list[str]) -> int:
    """Run a command and print, last of all, the most memory (KB) that it took; this process has no other child."""
    done = subprocess.run(command, check=False)
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return done.returncode


if __name__ == "__main__":
    sys.exit(run_child(sys.argv[1:]))
