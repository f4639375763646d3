"""Hot spots as shapes: what they hold, how they are numbered, new against persistent against cooling."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.grid import cell_frame
from geo.hotspots import hot_cells
from geo.spots import find_spots
from model.units import ROWS

CRS = "EPSG:4549"
SIDE = 30
CELLS = pd.Index([east * ROWS + north for east in range(6400, 6400 + SIDE) for north in range(34600, 34600 + SIDE)])


def judged(*spots: tuple[int, int, int]) -> pd.DataFrame:
    """Chance, and two cells side by side with so many cases more at each (east, north, cases)."""
    counts = pd.Series(np.random.default_rng(1).poisson(20, len(CELLS)), index=CELLS)
    for east, north, cases in spots:
        counts[[east * ROWS + north, (east + 1) * ROWS + north]] += cases
    return hot_cells(counts)


def test_spots_have_numbers_states_cases_and_shapes() -> None:
    now = judged((6404, 34604, 150), (6420, 34620, 300))
    before = judged((6404, 34604, 150), (6404, 34622, 150))

    found = find_spots(now, before, CRS)

    assert found.index.to_list() == [1, 2, 3]
    assert found["state"].to_list() == ["new", "persistent", "cooling"]
    assert {6420 * ROWS + 34620, 6421 * ROWS + 34620} <= set(found.loc[1, "cells"])
    for spot in found.itertuples():
        assert spot.n == now.loc[list(spot.cells), "n"].sum()
        assert spot.n_before == before.loc[list(spot.cells), "n"].sum()
        assert spot.geometry.equals_exact(cell_frame(list(spot.cells), CRS).union_all(), 1e-9)


def test_a_spot_holds_the_cells_that_have_the_cases() -> None:
    ring = [6410 * ROWS + 34610, 6412 * ROWS + 34610, 6410 * ROWS + 34612, 6412 * ROWS + 34612]
    counts = pd.Series(0, index=CELLS)
    counts.iloc[::50] = 1
    counts[ring] = 4

    [spot] = find_spots(hot_cells(counts), None, CRS).to_dict("records")

    assert set(ring) <= set(spot["cells"])
    assert 6411 * ROWS + 34611 not in spot["cells"]  # the middle is hot by its neighbours and empty
    assert spot["n"] >= 16


def test_without_a_time_before_a_spot_is_hot_and_no_more() -> None:
    [spot] = find_spots(judged((6420, 34620, 300)), None, CRS).to_dict("records")

    assert spot["state"] == "hot"
    assert pd.isna(spot["n_before"])


def test_no_spot_gives_an_empty_frame() -> None:
    found = find_spots(judged()[:10].assign(hot=False), None, CRS)

    assert found.empty
    assert {"cells", "n", "n_before", "state", "geometry"} <= set(found.columns)


def test_a_spot_that_moves_to_the_next_cell_persists() -> None:
    found = find_spots(judged((6404, 34606, 150)), judged((6404, 34605, 150)), CRS)

    assert found["state"].to_list() == ["persistent"]
