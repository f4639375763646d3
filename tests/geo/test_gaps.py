"""Service gaps: cells that touch are one, the largest first, with the distance to the nearest zone."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.gaps import find_gaps
from geo.grid import cell_frame

CRS = "EPSG:4549"
CELL = 6_437_034_684
EAST, NORTH = 1_000_000, 1


def strewn(*groups: tuple[int, int, float]) -> pd.DataFrame:
    """Cases of (cell, number, metres of the nearest of them; each further one lies a metre farther)."""
    rows = [(cell, metres + step) for cell, number, metres in groups for step in range(number)]
    return pd.DataFrame(rows, columns=["cell", "metres"]).astype({"cell": "Int64", "metres": "float64"})


def test_cells_that_touch_are_one_gap() -> None:
    far = CELL + 9 * EAST
    cases = strewn((CELL, 6, 60.0), (CELL + EAST + NORTH, 5, 52.0), (CELL + NORTH, 4, 51.0), (far, 7, 80.0))
    gaps = find_gaps(cases, CRS, 5)
    assert gaps["cells"].tolist() == [(CELL, CELL + EAST + NORTH), (far,)]
    assert gaps["n"].tolist() == [11, 7]
    assert gaps["nearest_m"].tolist() == [52.0, 80.0]
    assert gaps["median_m"].tolist() == [pytest.approx(60.0), 83.0]
    assert gaps.index.tolist() == [1, 2]
    assert gaps.geometry.iloc[1].equals(cell_frame([far], CRS).geometry.iloc[0])


def test_few_cases_and_none_make_no_gap() -> None:
    assert find_gaps(strewn((CELL, 4, 60.0)), CRS, 5).empty
    assert find_gaps(strewn(), CRS, 5).empty
    nowhere = pd.DataFrame({"cell": pd.Series([None] * 6, dtype="Int64"), "metres": [60.0] * 6})
    assert find_gaps(nowhere, CRS, 5).empty
