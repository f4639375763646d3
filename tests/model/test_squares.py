"""The squares that are kept are those of a full count of the cases, whatever was written and in whatever order."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, insert, select, text, update

from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from model.cases import CaseRow
from model.counts import CaseCount, counting, is_counted_right, sum_up
from model.engine import migrate, write
from model.squares import SquareCount, by_rows, newest_square, sum_squares_up
from tests.ingest.sent import EAST, NORTH, SOUTH, WEST, a_case, write_cases, write_layer
from tests.model.test_counts import START, row_of
from tests.model.test_migrations import alembic

PLAIN = {"channel": "hotline", "kind": "event", "category": None, "source": "finegrid", "void": False, "day": 0, "cell": None}
# easting and northing, in cells, on either side of the lines between squares
EDGES = st.builds(
    lambda east, north: east * 1_000_000 + north,
    st.sampled_from([0, 3549, 3550, 3551, 3552, 3560]),
    st.sampled_from([9, 34659, 34660]),
)
CASES = st.builds(
    lambda cell, void, day: PLAIN | {"cell": cell, "void": void, "day": day},
    st.none() | EDGES,
    st.booleans(),
    st.integers(0, 40),
)
WRITES = st.lists(st.one_of(st.dictionaries(st.integers(1, 6), CASES, min_size=1, max_size=4), st.none()), max_size=6)


def kept(engine: Engine) -> Counter[tuple[int, str, date, int]]:
    """What the table of squares says."""
    table = SquareCount
    key = (table.side, table.span, table.day, table.square)
    with engine.connect() as connection:
        return Counter({tuple(names): int(n) for *names, n in connection.execute(select(*key, func.sum(table.n)).group_by(*key)) if n})


def counted(engine: Engine) -> Counter[tuple[int, str, date, int]]:
    """The same from every case, one by one."""
    found: Counter[tuple[int, str, date, int]] = Counter()
    with engine.connect() as connection:
        rows = connection.execute(select(CaseRow.reported_on, CaseRow.cell, CaseRow.void)).all()
    for day, cell, void in rows:
        if cell is not None and not void:
            east, north = divmod(cell, 1_000_000)
            for side, span, on in ((1_000, "day", day), (1_000, "month", day.replace(day=1)), (200, "month", day.replace(day=1))):
                found[side, span, on, side * 10**12 + east * 100 // side * 1_000_000 + north * 100 // side] += 1
    return found


def rows_of(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(SquareCount)) or 0


def put(engine: Engine, there: set[int], cases: dict[int, dict[str, Any]]) -> None:
    """Write cases as an import or an action does."""
    fresh = not there & cases.keys()
    with write(engine) as connection, counting(connection, list(cases), fresh=fresh):
        for case_id, case in cases.items():
            row = row_of(case_id, case)
            if case_id in there:
                connection.execute(update(CaseRow).where(CaseRow.id == case_id).values(row))
            else:
                connection.execute(insert(CaseRow), [row])
    there.update(cases)


@given(writes=WRITES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_kept_squares_are_those_of_a_full_count(engine: Engine, writes: list[dict[int, dict[str, Any]] | None]) -> None:
    """Cases come, move, change their day, and become void; now and then everything is summed up."""
    with write(engine) as connection:
        connection.execute(delete(CaseRow))
        connection.execute(delete(SquareCount))
    there: set[int] = set()
    for cases in writes:
        if cases is None:
            with write(engine) as connection:
                sum_squares_up(connection)
            assert rows_of(engine) == len(kept(engine))
        else:
            put(engine, there, cases)
        assert kept(engine) == counted(engine)


def test_what_moves_no_case_adds_no_row(engine: Engine) -> None:
    there: set[int] = set()
    put(engine, there, {1: PLAIN | {"cell": 3_550_034_660}})
    before = rows_of(engine)

    for number in range(20):
        put(engine, there, {1: PLAIN | {"cell": 3_550_034_660, "department": f"部门{number}"}})

    assert rows_of(engine) == before == 3


def test_days_that_grew_are_summed_up_and_no_others(engine: Engine) -> None:
    there: set[int] = set()
    for number in range(3):
        put(engine, there, {number: PLAIN | {"cell": 5, "day": 0}})
    with engine.connect() as connection:
        newest = newest_square(connection)
    for number in range(3, 6):
        put(engine, there, {number: PLAIN | {"cell": 5, "day": 20}})

    with write(engine) as connection:
        sum_squares_up(connection, newest)

    with engine.connect() as connection:
        found = connection.execute(select(SquareCount.span, SquareCount.day, SquareCount.n)).all()
    first, last = (START + timedelta(days=0)).date(), (START + timedelta(days=20)).date()
    assert sorted(tuple(row) for row in found if row.span == "day") == [("day", first, 1)] * 3 + [("day", last, 3)]
    assert kept(engine) == counted(engine)


def test_many_lines_that_are_not_committed_yet_are_summed_up_at_once(engine: Engine) -> None:
    """PostgreSQL, which counts as it goes, takes such a table for empty: a join of it with itself would take minutes for these lines."""
    days = [START.date() + timedelta(days=number) for number in range(100)]
    rows = [{"side": 1_000, "span": "day", "day": day, "square": square, "n": 1} for day in days for square in range(600)]
    with write(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = '10s'"))
        for _ in range(2):
            connection.execute(insert(SquareCount), rows)
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
                other.execute(text("ANALYZE square_counts"))

        sum_squares_up(connection)

    assert rows_of(engine) == len(rows) == sum(kept(engine).values()) / 2


@given(sizes=st.lists(st.integers(1, 9), max_size=20), most=st.integers(1, 12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_are_taken_together_up_to_so_many_rows(monkeypatch: pytest.MonkeyPatch, sizes: list[int], most: int) -> None:
    monkeypatch.setattr("model.squares.SOME_ROWS", most)
    days = [START.date() + timedelta(days=number) for number in range(len(sizes))]
    rows = dict(zip(days, sizes, strict=True))

    batches = list(by_rows(rows.items()))

    assert [day for batch in batches for day in batch] == days
    assert all(len(batch) == 1 or sum(rows[day] for day in batch) <= most for batch in batches)
    # and no batch could have taken the next day as well
    assert all(sum(rows[day] for day in (*one, other[0])) > most for one, other in itertools.pairwise(batches))


def test_summing_up_a_few_rows_at_a_time_leaves_the_same(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.squares.SOME_ROWS", 3)
    there: set[int] = set()
    for number in range(12):
        put(engine, there, {number: PLAIN | {"cell": 5, "day": number % 4, "channel": ["hotline", "wechat"][number % 2]}})

    with write(engine) as connection:
        sum_squares_up(connection)
        sum_up(connection)
        assert is_counted_right(connection)
        counts = connection.scalar(select(func.count()).select_from(CaseCount))

    assert kept(engine) == counted(engine)
    assert rows_of(engine) == len(kept(engine))
    # of all time: two channels, one each of kind and source, and none of the four others; by day: one channel on each of four
    assert counts == 2 + 1 + 1 + 4 + 4


@pytest.mark.parametrize(("side", "span"), [(1_000, "day"), (1_000, "month"), (200, "month")])
def test_a_wrong_square_is_noticed(engine: Engine, side: int, span: str) -> None:
    put(engine, set(), {1: PLAIN | {"cell": 5}})
    with write(engine) as connection:
        assert is_counted_right(connection)
        connection.execute(delete(SquareCount).where(SquareCount.side == side, SquareCount.span == span))
        assert not is_counted_right(connection)


def test_an_update_fills_the_squares_of_the_cases_that_are_there(engine: Engine) -> None:
    put(engine, set(), {number: PLAIN | {"cell": 3_559_034_659 + number, "day": number, "void": number == 3} for number in range(5)})
    with write(engine) as connection:
        command.downgrade(alembic(connection), "0006")

    migrate(engine)

    assert kept(engine) == counted(engine)
    assert sum(kept(engine).values()) == 3 * 4


def test_a_case_that_a_file_moves_is_counted_where_it_is(engine: Engine, tmp_path: Path) -> None:
    """Sent again elsewhere, on another day, or as it was: one row for each square of a day afterwards."""
    edge = shapely.box(WEST, SOUTH, EAST + 0.02, NORTH)
    load_layer(engine, "boundary", write_layer(tmp_path / "edge.geojson", [(edge, {"code": "B"})]), datum="wgs84")
    first = [a_case(number) for number in range(6)]
    moved = [a_case(0, lon=EAST + 0.015), a_case(1, reported_at="2017-09-03T10:00:00+08:00"), a_case(2, title="已移位"), a_case(7)]
    for number, cases in enumerate((first, moved, moved)):
        load_cases(engine, write_cases(tmp_path / f"{number}.csv", cases), datum="wgs84")
        assert kept(engine) == counted(engine)
        assert rows_of(engine) == len(kept(engine))
    assert sum(n for (_, span, _, _), n in kept(engine).items() if span == "day") == 7
    assert len({square for side, _, _, square in kept(engine) if side == 1_000}) == 2


def test_the_import_leaves_them_right(demo_engine: Engine) -> None:
    """The demo came in by its own import, one row for each square of a day."""
    assert kept(demo_engine) == counted(demo_engine)
    assert rows_of(demo_engine) == len(kept(demo_engine))
