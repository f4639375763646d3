"""The planted hot spots are found as they were planted, and nothing else, whatever the seed."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.grid import cells_of, study_cells
from geo.hotspots import hot_cells
from geo.repeats import repeat_points
from geo.spots import find_spots
from ingest.demo.cases import make_cases
from ingest.demo.ground import METRIC_CRS, boundary, in_degrees
from ingest.demo.planted import HOT_SPOTS, HOT_WINDOW_DAYS, LAST_DAY, REPEAT_CLASS, REPEAT_DAYS

SEEDS = (1, 2, 3, 4, 5)
STATES = {one.key: "persistent" if one.early_since else "new" for one in HOT_SPOTS}


def dealt(seed: int) -> pd.DataFrame:
    """The cases of a seed, with their cells and days."""
    cases = make_cases(np.random.Generator(np.random.PCG64(seed)))
    return cases.assign(cell=cells_of(cases["lon"], cases["lat"], METRIC_CRS), day=cases["reported_at"].dt.date, id=range(len(cases)))


def spots_of(cases: pd.DataFrame, days: int) -> gpd.GeoDataFrame:
    """The hot spots of the last days against as many before."""
    middle, first = (LAST_DAY - timedelta(days=n * days - 1) for n in (1, 2))
    area = np.union1d(study_cells(in_degrees(boundary()), METRIC_CRS), cases["cell"])

    def counted(since: date, until: date) -> pd.DataFrame:
        chosen = cases[cases["day"].between(since, until)]
        return hot_cells(chosen.groupby("cell").size().reindex(area, fill_value=0))

    return find_spots(counted(middle, LAST_DAY), counted(first, middle - timedelta(days=1)), METRIC_CRS)


def matched(spots: gpd.GeoDataFrame) -> dict[str, str]:
    """Of each planted spot that lies whole in a found one, the state of that one."""
    return {one.key: row.state for one in HOT_SPOTS for row in spots.itertuples() if set(one.cells()) <= set(row.cells)}


@pytest.mark.parametrize("seed", SEEDS)
def test_four_planted_spots_with_their_states(seed: int) -> None:
    spots = spots_of(dealt(seed), HOT_WINDOW_DAYS)

    assert matched(spots) == STATES


def test_nothing_else_is_found() -> None:
    others = {seed: len(spots_of(dealt(seed), HOT_WINDOW_DAYS)) - len(HOT_SPOTS) for seed in SEEDS}

    # at 5 % false discovery now and then one comes; three of five seeds without one is what was asked for
    assert sum(more == 0 for more in others.values()) >= 4, others


@pytest.mark.parametrize("days", [14, 30])
def test_shorter_times_find_them_too(days: int) -> None:
    assert set(matched(spots_of(dealt(1), days))) == set(STATES)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_one_repeat_point_of_the_hotline(seed: int) -> None:
    cases = dealt(seed)
    recent = cases[(cases["channel"] == "hotline") & (cases["day"] > LAST_DAY - timedelta(days=30))]

    [point] = repeat_points(recent, METRIC_CRS).to_dict("records")

    assert point["category"] == REPEAT_CLASS
    assert sorted(cases.set_index("id").loc[list(point["ids"]), "day"]) == list(REPEAT_DAYS)
