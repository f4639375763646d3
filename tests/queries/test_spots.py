"""Counts by cell, cases with their places and daily counts agree with plain counting of the same cases."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine

from queries.filters import Filters
from queries.forecast import daily_counts
from queries.run import frame_of
from queries.spots import cell_cases, cell_counts, placed_cases
from tests.queries.factory import NOW, keep_cases, make_cases

SUMMER = Filters(since=date(2017, 6, 1), until=date(2017, 9, 30))
MIDDLE = date(2017, 8, 1)


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return make_cases(900)


@pytest.fixture(scope="module")
def reported(made: pd.DataFrame) -> pd.DataFrame:
    """The cases of the summer that are not void."""
    return made[pd.to_datetime(made["reported_on"]).between("2017-06-01", "2017-09-30") & ~made["void"]]


@pytest.fixture
def kept(engine: Engine, made: pd.DataFrame) -> Engine:
    keep_cases(engine, made)
    return engine


def test_cells_now_and_before(kept: Engine, made: pd.DataFrame, reported: pd.DataFrame) -> None:
    found = frame_of(kept, cell_counts(SUMMER, NOW, MIDDLE)).set_index("cell")

    late = reported["reported_on"] >= MIDDLE
    for column, rows in (("n", reported[late]), ("n_before", reported[~late])):
        counts = found[column]
        assert counts[counts > 0].to_dict() == rows["cell"].value_counts().to_dict()
    assert set(found["first_on"]) == {pd.Timestamp(made["reported_on"].min())}


def test_cells_follow_the_filters(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, cell_counts(SUMMER.with_(zones=("Z02",), channels=("hotline", "wechat")), NOW, MIDDLE))

    chosen = reported[(reported["zone"] == "Z02") & reported["channel"].isin(["hotline", "wechat"])]
    assert (found["n"] + found["n_before"]).sum() == len(chosen)


def test_how_many_of_a_cell_lie_in_a_part(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, cell_counts(SUMMER, NOW, MIDDLE, Filters(communities=("东森",)))).set_index("cell")["n_part"]

    chosen = reported[reported["community"] == "东森"]
    assert found[found > 0].to_dict() == chosen["cell"].value_counts().to_dict()


def test_what_lies_in_some_cells(kept: Engine, reported: pd.DataFrame) -> None:
    cells = tuple(int(cell) for cell in reported["cell"].unique()[:6])

    found = frame_of(kept, cell_cases(SUMMER, NOW, cells))

    chosen = reported[reported["cell"].isin(cells)]
    assert found["n"].sum() == len(chosen)
    keys = chosen["kind"] + "/" + chosen["category"]
    assert found.groupby("category")["n"].sum().to_dict() == keys.value_counts().to_dict()
    assert found.groupby("zone")["n"].sum().to_dict() == chosen["zone"].value_counts().to_dict()
    assert found.loc[found["category"] == "event/0101", "name_zh"].unique().tolist() == ["类0101"]


def test_cases_with_a_place_and_a_category(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, placed_cases(SUMMER, NOW)).set_index("id")

    chosen = reported[reported["category"].notna()].set_index("id")
    assert set(found.index) == set(chosen.index)
    assert found["channel"].to_dict() == chosen["channel"].to_dict()


def test_days_by_channel_and_zone(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, daily_counts(SUMMER, NOW))

    counted = reported.assign(day=pd.to_datetime(reported["reported_on"])).groupby(["day", "channel", "zone"], dropna=False).size()
    assert found["n"].sum() == len(reported)
    assert found.groupby(["day", "channel", "zone"], dropna=False)["n"].sum().sort_index().to_list() == counted.sort_index().to_list()
    assert found["zone"].isna().any()
