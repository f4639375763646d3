"""What the cameras page asks of the cases agrees with plain counting."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine

from queries.cameras import MOST_CELLS, case_hours, case_places, cell_addresses, cell_cases, counted_cells
from queries.filters import Filters
from queries.run import frame_of
from tests.queries.factory import NOW, keep_cases, make_cases

YEAR = Filters(since=date(2017, 1, 1), until=date(2017, 12, 31))
OCTOBER = Filters(since=date(2017, 10, 1), until=date(2017, 10, 31))
CELLS = tuple(range(3_460_000_005, 3_460_000_025))


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    cases = make_cases(600)
    # every tenth has no place
    cases.loc[cases.index % 10 == 0, ["lon", "lat"]] = None
    return cases


@pytest.fixture
def kept(engine: Engine, made: pd.DataFrame) -> Engine:
    keep_cases(engine, made)
    return engine


@pytest.mark.parametrize("filters", [Filters(), OCTOBER, OCTOBER.with_(channels=("hotline",))], ids=["all", "a month", "a channel"])
def test_hours_and_places(kept: Engine, made: pd.DataFrame, filters: Filters) -> None:
    chosen = made[~made["void"] & made["lon"].notna()]
    if filters.since:
        chosen = chosen[pd.to_datetime(chosen["reported_on"]).between("2017-10-01", "2017-10-20")]
    if filters.channels:
        chosen = chosen[chosen["channel"].isin(filters.channels)]
    hours = frame_of(kept, case_hours(filters, NOW)).set_index("hour")["n"]
    assert hours.to_dict() == chosen["reported_hour"].value_counts().to_dict()
    inside = chosen[chosen["cell"].isin(CELLS)]
    places = frame_of(kept, case_places(filters, NOW, CELLS))
    assert set(places["id"]) == set(inside["id"])
    assert places.set_index("id")["hour"].to_dict() == inside.set_index("id")["reported_hour"].to_dict()


@pytest.mark.parametrize("beyond", [0, MOST_CELLS], ids=["a few cells", "more cells than each by itself"])
def test_the_cases_of_cells(kept: Engine, made: pd.DataFrame, beyond: int) -> None:
    cells = (*CELLS, *range(9_000_000_000, 9_000_000_000 + beyond))
    wanted = made[~made["void"] & made["cell"].isin(CELLS)]
    found = frame_of(kept, cell_cases(Filters(), NOW, cells))
    assert dict(zip(found["id"], found["cell"], strict=True)) == dict(zip(wanted["id"], wanted["cell"], strict=True))
    assert frame_of(kept, cell_cases(Filters(), NOW, ())).empty


@pytest.mark.parametrize(
    "filters",
    [Filters(), YEAR, Filters(since=YEAR.since), OCTOBER, YEAR.with_(channels=("hotline",))],
    ids=lambda one: str(one.to_params()),
)
def test_the_cells_of_any_period(kept: Engine, made: pd.DataFrame, filters: Filters) -> None:
    chosen = made[~made["void"]]
    # nothing after the clock's day is known yet
    if filters.since:
        chosen = chosen[pd.to_datetime(chosen["reported_on"]).between(pd.Timestamp(filters.since), pd.Timestamp(NOW.date()))]
    if filters.channels:
        chosen = chosen[chosen["channel"].isin(filters.channels)]
    found = frame_of(kept, counted_cells(filters, NOW)).set_index("cell")["n"]
    assert found.to_dict() == chosen["cell"].value_counts().to_dict()


def test_what_is_written_of_cells(kept: Engine, made: pd.DataFrame) -> None:
    cells = (3_460_000_001, 3_460_000_007)
    found = frame_of(kept, cell_addresses(Filters(), NOW, cells))
    wanted = made[~made["void"] & made["cell"].isin(cells)]
    assert found["n"].sum() == len(wanted)
    by_zone = found.groupby(found["zone"].fillna("-"))["n"].sum().to_dict()
    assert by_zone == wanted["zone"].fillna("-").value_counts().to_dict()
    assert found.groupby("address")["n"].sum().to_dict() == wanted["address"].value_counts().to_dict()
