"""What the cameras page asks of the cases agrees with plain counting."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine

from queries.cameras import case_hours, case_places, cell_addresses
from queries.filters import Filters
from queries.run import frame_of
from tests.queries.factory import NOW, keep_cases, make_cases

OCTOBER = Filters(since=date(2017, 10, 1), until=date(2017, 10, 31))


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
    inside = chosen[chosen["lon"].between(121.49, 121.51) & chosen["lat"].between(31.31, 31.33)]
    places = frame_of(kept, case_places(filters, NOW, (121.49, 31.31, 121.51, 31.33)))
    assert set(places["id"]) == set(inside["id"])
    assert places.set_index("id")["hour"].to_dict() == inside.set_index("id")["reported_hour"].to_dict()


def test_what_is_written_of_cells(kept: Engine, made: pd.DataFrame) -> None:
    cells = (3_460_000_001, 3_460_000_007)
    found = frame_of(kept, cell_addresses(Filters(), NOW, cells))
    wanted = made[~made["void"] & made["cell"].isin(cells)]
    assert found["n"].sum() == len(wanted)
    by_zone = found.groupby(found["zone"].fillna("-"))["n"].sum().to_dict()
    assert by_zone == wanted["zone"].fillna("-").value_counts().to_dict()
    assert found.groupby("address")["n"].sum().to_dict() == wanted["address"].value_counts().to_dict()
