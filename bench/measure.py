"""How long the questions of a page take, together, on an engine and in DuckDB, and whether both answer the same."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb
import pandas as pd
import shapely
from sqlalchemy import Engine

from bench.duck import Duck
from bench.questions import Asked, Question
from queries.run import to_frame

REPEATS = 3
# what takes longer than so many seconds is asked once again, not several times
LONG_SECONDS = 20.0
CLOSE = 1e-6
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The questions of a page under some filters: how many were asked of both, the seconds of each engine for all of them together."""

    page: str
    filters: str
    questions: int
    seconds: float
    duck_seconds: float
    # the slowest question and its share of the seconds, for whoever wants to mend it
    slowest: str
    slowest_seconds: float
    # statements that were answered otherwise
    wrong: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """How many times as long as DuckDB."""
        return self.seconds / self.duck_seconds


def measure(asked: Asked, engine: Engine, duck: Duck, *, repeats: int = REPEATS) -> Timing | None:
    """Ask both; None when no question of them can be asked of both (DuckDB has no database size to tell)."""
    both, wrong = [], []
    for question, of_cases in zip(asked.questions, asked.of_cases, strict=True):
        try:
            theirs = duck.ask(of_cases)
        except duckdb.Error:
            continue
        both.append((question, of_cases))
        ours = ask(engine, question)
        if not same(question, ours, theirs):
            wrong.append(str(question))
    if not both:
        return None
    times = [_seconds(engine, one, repeats) for one, _ in both]
    slowest = max(range(len(both)), key=lambda place: times[place])
    return Timing(
        page=asked.page,
        filters=asked.filters,
        questions=len(both),
        seconds=sum(times),
        duck_seconds=sum(_median(partial(duck.ask, one), repeats) for _, one in both),
        slowest=str(both[slowest][0]),
        slowest_seconds=times[slowest],
        wrong=tuple(wrong),
    )


def ask(engine: Engine, question: Question) -> Rows:
    """The rows of a question as the engine gives them."""
    with engine.connect() as connection:
        return connection.execute(question).all()


def same(question: Question, ours: Rows, theirs: Rows) -> bool:
    """Whether two engines gave the same rows, in whatever order; sums of hours may differ in their last digits."""
    if len(ours) != len(theirs):
        return False
    left, right = _sorted(to_frame(question, ours)), _sorted(to_frame(question, theirs))
    return all(_alike(one, other) for mine, yours in zip(left, right, strict=True) for one, other in zip(mine, yours, strict=True))


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(one == other)


def _sorted(rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows in an order of their own: by everything that is exact first."""
    plain = [tuple(_plain(value) for value in row) for row in rows.itertuples(index=False)]
    return sorted(plain, key=lambda row: ([str(value) for value in row if not isinstance(value, float)], str(row)))


def _plain(value: Any) -> Any:
    """A value as both engines write it: shapes as WKB, JSON left out, what is missing as None."""
    match value:
        case dict() | list():
            return "json"
        case str() if value[:1] in ("{", "["):
            return "json"
        case shapely.Geometry():
            return shapely.to_wkb(value, include_srid=False)
        case bytes():
            return shapely.to_wkb(shapely.from_wkb(value), include_srid=False) if value[:1] in (b"\x00", b"\x01") else value
        case _:
            return None if value is not None and pd.isna(value) else value


def _seconds(engine: Engine, question: Question, repeats: int) -> float:
    return _median(lambda: ask(engine, question), repeats)


def _median(work: Callable[[], object], repeats: int) -> float:
    """The median seconds of so many runs; the engine is warm, it has answered once."""
    times: list[float] = []
    while len(times) < (1 if times and times[0] > LONG_SECONDS else repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)
