"""Where do cases keep coming up too far from any parking zone?"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geo.crs import WGS84
from geo.grid import cell_frame
from geo.hotspots import hot_spots


def find_gaps(cases: pd.DataFrame, crs: str, least: int) -> gpd.GeoDataFrame:
    """The service gaps: cells of 100 m with at least so many of the cases, those that touch as one, most cases first.

    cases: beyond reach of every zone, with cell (in the grid of `crs`) and metres (to the nearest zone). Index gap from 1; columns
    cells, n, nearest_m and median_m (of the metres), geometry (EPSG:4326). Cases without a cell belong to no gap.
    """
    placed = cases.dropna(subset=["cell"]).astype({"cell": "int64"})
    counts = placed.groupby("cell").size().rename("n")
    numbers = hot_spots(counts.to_frame().assign(hot=counts >= least))
    groups = [tuple(sorted(int(cell) for cell in cells)) for _, cells in sorted(numbers.groupby(numbers).groups.items())]
    squares = cell_frame([cell for cells in groups for cell in cells], crs).geometry
    inside = [placed[placed["cell"].isin(cells)]["metres"] for cells in groups]
    return gpd.GeoDataFrame(
        {
            "cells": pd.Series(groups, dtype=object),
            "n": pd.Series([len(metres) for metres in inside], dtype="int64"),
            "nearest_m": pd.Series([metres.min() for metres in inside], dtype="float64"),
            "median_m": pd.Series([metres.median() for metres in inside], dtype="float64"),
        },
        geometry=[shapely.union_all(squares[list(cells)].array) for cells in groups],
        crs=WGS84,
    ).set_axis(pd.RangeIndex(1, len(groups) + 1, name="gap"))
