"""`python -m bench`: builds cases by the million, asks every page's questions of an engine and of DuckDB, and prints one table.

`--sizes 41282 1000000`, `--engines sqlite postgresql`, `--pages overview zones`, `--import-rows 1000000` (0: no import),
`--viewers 60` (0: none, and no browser either) for `--seconds 60`, `--folder var/bench`.
PostgreSQL is a server of the benchmark's own unless DATABASE_URL names one.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import logging
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from bench.cases import City
from bench.duck import Duck
from bench.imports import Brought, bring, write_csv
from bench.measure import REPEATS, Timing, measure
from bench.questions import PAGES, Asked, collect, sqlite_url
from bench.screens import Crowds, Seen, measure_screen
from bench.server import Make, makers
from bench.store import fill, write_parquet
from bench.table import crowd_table, import_table, machine, page_table, screen_table, wrong_answers
from config import ROOT
from ingest.demo import build
from model.engine import open_engine
from ui.warm import spare_the_collector

ENGINES = ("sqlite", "postgresql")
# pages are run on so many cases of the same city: the questions are those of its zones and years, and the pages' own work is short
SMALL = 8_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 0 unless an engine answered otherwise than DuckDB."""
    asked = make_parser().parse_args(arguments)
    folder: Path = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    given = os.environ.get("DATABASE_URL", "")
    template = make_template(folder, asked.template)
    timings: dict[str, list[Timing]] = {}
    screens: list[Seen] = []
    brought: list[Brought] = []
    with makers(folder, asked.engines, given if given.startswith("postgresql") else None) as make:
        for size in asked.sizes:
            found, seen = measure_size(City(template, size), make, folder, asked)
            timings |= found
            screens += seen
        if asked.import_rows:
            brought = measure_import(City(template, asked.import_rows), make, folder)
    template.dispose()
    print(f"{machine()}\n\n{page_table(timings)}\n")
    if screens:
        print(f"{screen_table(screens)}\n\n{crowd_table(screens)}\n")
    if brought:
        print(import_table(brought))
    wrong = wrong_answers(one for some in timings.values() for one in some)
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


def make_parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="how long do the pages' questions take?")
    parser.add_argument("--sizes", type=int, nargs="+", default=[41_282, 1_000_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES))
    parser.add_argument("--import-rows", type=int, default=1_000_000)
    parser.add_argument("--viewers", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    parser.add_argument("--template", type=Path, help="an SQLite file that holds the demo; else it is built")
    return parser


def make_template(folder: Path, given: Path | None) -> Engine:
    """The demo's database, which every case is drawn from; built once."""
    file = folder / "template.db"
    if given:
        for old in folder.glob(f"{file.name}*"):
            old.unlink()
        shutil.copyfile(given, file)
    fresh = not file.exists()
    engine = open_engine(sqlite_url(file))
    if fresh:
        say("building the demo")
        build(engine)
    return engine


def measure_size(city: City, make: dict[str, Make], folder: Path, asked: argparse.Namespace) -> tuple[dict[str, list[Timing]], list[Seen]]:
    """The timings of every engine over one city, by the name of their column, and what people at screens waited for there."""
    crowd = Crowds(viewers=asked.viewers, seconds=asked.seconds)
    say(f"{city.size.cases:,} cases in {city.size.subdistricts} subdistricts over {city.size.years} years: the pages' questions")
    questions = _questions_of(city, folder, asked.pages)
    parquet = folder / "parquet"
    shutil.rmtree(parquet, ignore_errors=True)
    found: dict[str, list[Timing]] = {}
    screens: list[Seen] = []
    for name, make_database in make.items():
        say(f"{name}: filling the database")
        engine = make_database(f"cases_{city.size.cases}")
        fill(engine, city)
        if not parquet.exists():
            write_parquet(city, engine, parquet)
        duck = Duck(parquet)
        title = f"{name} {city.size.cases:,}"
        found[title] = [one for one in map(_told(engine, duck, asked.repeats), questions) if one]
        duck.close()
        engine.dispose()
        if crowd.viewers:
            say(f"{name}: Chromium, then {crowd.viewers} viewers for {crowd.seconds:.0f} s")
            screens.append(measure_screen(title, engine.url.render_as_string(hide_password=False), crowd))
    return found, screens


def _questions_of(city: City, folder: Path, pages: Sequence[str]) -> list[Asked]:
    """What the pages ask of a few cases of the same city."""
    few = City(city.template, replace(city.size, cases=min(SMALL, city.size.cases)))
    with makers(folder, ["sqlite"], None) as make:
        engine = make["sqlite"]("questions")
        fill(engine, few)
        engine.dispose()
    return collect(sqlite_url(folder / "questions.db"), pages)


def _told(engine: Engine, duck: Duck, repeats: int) -> Callable[[Asked], Timing | None]:
    """Measure, and say what was measured."""

    def work(asked: Asked) -> Timing | None:
        found = measure(asked, engine, duck, repeats=repeats)
        if found:
            say(f"  {found.page}, {found.filters}: {found.ratio:.2f} ({found.seconds * 1000:,.0f} : {found.duck_seconds * 1000:,.0f} ms)")
        return found

    return work


def measure_import(city: City, make: dict[str, Make], folder: Path) -> list[Brought]:
    """The import and the bulk load of the same rows on every engine."""
    file = folder / "cases.csv"
    say(f"{city.size.cases:,} rows as CSV")
    write_csv(city, file)
    found = []
    for name, make_database in make.items():
        say(f"{name}: python -m ingest, then the bulk load")
        engine = make_database("import")
        found.append(bring(engine, city, file))
        engine.dispose()
    file.unlink()
    return found


def say(words: str) -> None:
    """Where the benchmark is."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    # the process is the benchmark's own; a caller of main keeps its logging, and its collector
    logging.disable(logging.WARNING)
    # as the server does: else Python walks through all libraries with every hundred thousand rows
    spare_the_collector()
    # else DuckDB says at the end that the collector left something to it
    atexit.register(gc.unfreeze)
    sys.exit(main())
