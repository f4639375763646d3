"""Squares hold the cases that plain counting finds in them, from what is kept and from the cases."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from model.engine import write
from model.squares import SquareCount
from model.units import BLOCK, CELL, SQUARE, cells_in, side_of
from queries.cases import Choice, case_cells, case_page
from queries.facts import looking_at_each
from queries.filters import Filters
from queries.narrow import MOST_CELLS, in_cells
from queries.overview import cells
from queries.run import frame_of
from queries.spots import cell_cases, cell_counts
from tests.queries.factory import NOW, keep_cases, make_cases

SIDES = (BLOCK, SQUARE)
CLOCKS = (NOW, NOW + timedelta(days=400))
# whole months, months cut at their ends, days of one month, and days that nobody has seen yet
DAYS = st.dates(date(2016, 11, 1), date(2017, 12, 31)) | st.sampled_from([date(2017, 3, 1), date(2017, 9, 30), date(2017, 10, 31)])
PERIODS = st.builds(Filters, since=st.none() | DAYS, until=st.none() | DAYS)
FILTERS = st.builds(lambda period, zones: period.with_(zones=zones), PERIODS, st.sampled_from([(), (), ("Z01", "Z03")]))
SUMMER = Filters(since=date(2017, 6, 11), until=date(2017, 9, 20))


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    cases = make_cases(1_500)
    # three columns of squares beside each other, four small ones in each, a few cases that lie nowhere
    number = pd.Series(range(len(cases)))
    moved = cases["cell"] + number % 3 * 10_000_000 + number % 4 * 2_000_000
    return cases.assign(cell=moved.astype("Int64").mask(pd.Series(range(len(cases))) % 20 == 0))


@pytest.fixture
def kept(engine: Engine, made: pd.DataFrame) -> Engine:
    keep_cases(engine, made)
    return engine


def square(cell: int, side: int = SQUARE) -> int:
    """By the words of the glossary: metres east and north of the corner, in sides."""
    east, north = divmod(cell, 1_000_000)
    return side * 10**12 + east * 100 // side * 1_000_000 + north * 100 // side


def placed(made: pd.DataFrame, filters: Filters, now: datetime, side: int = SQUARE) -> pd.DataFrame:
    """The cases of a period that lie in a square and are not void, with that square."""
    chosen = made[made["cell"].notna() & ~made["void"]]
    if filters.since or filters.until:
        last = min(filters.until or date.max, now.date())
        days = chosen["reported_on"]
        chosen = chosen[(days >= (filters.since or date.min)) & (days <= last)]
    if filters.zones:
        chosen = chosen[chosen["zone"].isin(filters.zones)]
    return chosen.assign(square=chosen["cell"].map(lambda cell: square(cell, side)))


def counted(frame: pd.DataFrame, column: str = "n") -> dict[int, int]:
    return {int(cell): int(n) for cell, n in zip(frame["cell"], frame[column], strict=True) if n}


@given(filters=FILTERS, now=st.sampled_from(CLOCKS), side=st.sampled_from(SIDES))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_squares_hold_every_case_of_a_period(kept: Engine, made: pd.DataFrame, filters: Filters, now: datetime, side: int) -> None:
    wanted = placed(made, filters, now, side)["square"].value_counts().to_dict()

    for how in (nullcontext, looking_at_each):
        with how():
            assert counted(frame_of(kept, cells(filters, now, side))) == wanted


@given(halves=st.tuples(PERIODS, DAYS), now=st.sampled_from(CLOCKS), side=st.sampled_from(SIDES))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_squares_now_and_before(kept: Engine, made: pd.DataFrame, halves: tuple[Filters, date], now: datetime, side: int) -> None:
    period, middle = halves
    cases = placed(made, period, now, side)
    late = cases["reported_on"] >= middle

    for how in (nullcontext, looking_at_each):
        with how():
            found = frame_of(kept, cell_counts(period, now, middle, None, side))
        assert counted(found) == cases[late]["square"].value_counts().to_dict()
        assert counted(found, "n_before") == cases[~late]["square"].value_counts().to_dict()
        assert set(found["first_on"]) <= {pd.Timestamp(made["reported_on"].min())}


@pytest.mark.parametrize("side", SIDES)
def test_what_is_kept_is_used_only_where_it_answers(kept: Engine, side: int) -> None:
    with write(kept) as connection:
        connection.execute(delete(SquareCount))

    # of small squares whole months are kept, and the days around them are counted
    months = Filters(since=date(2017, 7, 1), until=date(2017, 8, 31))
    assert frame_of(kept, cells(months, NOW, side)).empty
    assert frame_of(kept, cells(SUMMER, NOW, side)).empty == (side == SQUARE)
    assert frame_of(kept, cell_counts(months, NOW, date(2017, 8, 1), None, side)).empty
    assert not frame_of(kept, cells(months.with_(zones=("Z01",)), NOW, side)).empty
    assert not frame_of(kept, cell_counts(months, NOW, date(2017, 8, 1), Filters(communities=("东森",)), side)).empty
    assert not frame_of(kept, cells(months, NOW, CELL)).empty
    with looking_at_each():
        assert not frame_of(kept, cells(months, NOW, side)).empty


@pytest.mark.parametrize("side", SIDES)
def test_a_square_leads_to_its_cases(kept: Engine, made: pd.DataFrame, side: int) -> None:
    """What the map shows in a square, its list holds, and so do both lists of several squares."""
    shown = counted(frame_of(kept, cells(SUMMER, NOW, side)))

    for chosen in ((number,) for number in shown):
        listed = frame_of(kept, case_page(Choice(filters=SUMMER.with_(cells=chosen)), NOW))
        here = placed(made, SUMMER, NOW, side).query("square in @chosen")
        assert shown[chosen[0]] == len(here)
        # a list holds the void ones too, as it does of a cell
        assert len(listed) >= len(here)
        assert set(here["id"]) <= set(listed["id"])
        again = Filters.from_params(SUMMER.with_(cells=chosen).to_params())
        assert again.cells == chosen


def test_cells_and_squares_in_one_choice(kept: Engine, made: pd.DataFrame) -> None:
    cell = int(made["cell"].dropna().iloc[0])
    other = next(number for number in made["cell"].dropna().map(square).unique() if number != square(cell))

    found = frame_of(kept, case_page(Choice(filters=Filters(cells=(cell, other))), NOW))

    here = made[(made["cell"] == cell) | (made["cell"].notna() & (made["cell"].fillna(0).map(square) == other))]
    assert found["total"].iloc[0] == len(here)


def test_more_squares_than_a_statement_takes_values(kept: Engine, made: pd.DataFrame) -> None:
    many = tuple(square(3_460_000_000 + 10_000_000 * number) for number in range(MOST_CELLS // 100 + 1))

    found = frame_of(kept, case_page(Choice(filters=Filters(cells=many)), NOW))

    assert str(in_cells(many)).count("json") > 0 or "SELECT" in str(in_cells(many))
    assert found["total"].iloc[0] == made["cell"].dropna().map(square).isin(many).sum()


@pytest.mark.parametrize("side", SIDES)
def test_what_lies_in_some_squares(kept: Engine, made: pd.DataFrame, side: int) -> None:
    cases = placed(made, SUMMER, NOW, side)
    chosen = tuple(int(one) for one in cases["square"].unique()[:2])

    found = frame_of(kept, cell_cases(SUMMER, NOW, chosen))

    here = cases[cases["square"].isin(chosen)]
    assert set(found["cell"]) == set(chosen)
    assert found["n"].sum() == len(here)
    assert found.groupby("zone")["n"].sum().to_dict() == here["zone"].value_counts().to_dict()


@pytest.mark.parametrize("side", SIDES)
def test_the_case_map_in_squares(kept: Engine, made: pd.DataFrame, side: int) -> None:
    choice = Choice(filters=SUMMER)
    fine, coarse = (frame_of(kept, case_cells(choice, NOW, one)) for one in (CELL, side))
    around = fine["cell"].map(lambda cell: square(cell, side))
    assert counted(coarse) == fine.assign(cell=around).groupby("cell")["n"].sum().to_dict()


@given(number=st.integers(0, 999_999_999_999), side=st.sampled_from(SIDES))
def test_a_cell_lies_in_its_own_square(number: int, side: int) -> None:
    whole = square(number, side)
    assert (side_of(number), side_of(whole)) == (CELL, side)
    inside = cells_in(whole)
    assert number in inside
    assert len(set(inside)) == (side / 100) ** 2
    assert {square(cell, side) for cell in inside} == {whole}
    assert cells_in(number) == [number]
