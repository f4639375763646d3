"""Hot cells made into things to go to: hot spots with their shape, their cases, and whether they are new."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely
from scipy.stats import binomtest

from geo.crs import WGS84
from geo.grid import cell_frame
from geo.hotspots import AROUND, compare_spots, hot_spots, ordinary_counts

NEAR = (0, *AROUND)
SURE = 0.05


@dataclass(frozen=True)
class Spot:
    """Hot cells that touch, and the busy cells that make them hot."""

    hot: tuple[int, ...]
    busy: tuple[int, ...]
    n: int


def find_spots(now: pd.DataFrame, before: pd.DataFrame | None, crs: str) -> gpd.GeoDataFrame:
    """The hot spots of two frames of `hot_cells` as shapes: index spot; columns cells, n, n_before, state, geometry (EPSG:4326).

    A cell is hot by the cases in it and around it; the shape of a spot is made of the cells that hold them: those in or beside
    its hot cells with more cases than usual (mean and one standard deviation of the ordinary cells), as `cells` in the grid of `crs`.
    First come the spots of now, most cases first: `new`, `persistent`, or `hot` when nothing is known of before (None).
    Then, `cooling`, those of before with no hot cell in them or beside them now and surely fewer cases (5 %, binomial, beside the
    change of all cases). `n` and `n_before` are the cases in the shape.
    """
    spots, states = _spots(now), []
    if before is None:
        states = ["hot"] * len(spots)
    else:
        each = compare_spots(now, before)
        states = ["persistent" if (each[list(spot.hot)] == "persistent").any() else "new" for spot in spots]
        warm = {cell + step for cell in now.index[now["hot"]] for step in NEAR}
        cooled = [spot for spot in _spots(before) if warm.isdisjoint(spot.hot) and _fewer(spot, now, before)]
        spots, states = [*spots, *cooled], [*states, *["cooling"] * len(cooled)]
    squares = cell_frame([cell for spot in spots for cell in spot.busy], crs).geometry
    return gpd.GeoDataFrame(
        {
            "cells": pd.Series([spot.busy for spot in spots], dtype=object),
            "n": [_count(now, spot) for spot in spots],
            "n_before": pd.Series([None if before is None else _count(before, spot) for spot in spots], dtype="Int64"),
            "state": pd.Series(states, dtype=object),
        },
        geometry=[shapely.union_all(squares[list(spot.busy)].array) for spot in spots],
        crs=WGS84,
    ).set_axis(pd.RangeIndex(1, len(spots) + 1, name="spot"))


def _spots(cells: pd.DataFrame) -> list[Spot]:
    """The spots of one frame, most cases first; a busy cell between two belongs to the one with more in its hot cells."""
    numbers, usual = hot_spots(cells), ordinary_counts(cells["n"])
    busy = set(cells.index[cells["n"] > usual.mean() + usual.std()])
    spots = []
    for _, hot in sorted(numbers.groupby(numbers).groups.items()):
        held = sorted(busy & {cell + step for cell in hot for step in NEAR})
        busy.difference_update(held)
        if held:
            spots.append(Spot(tuple(map(int, hot)), tuple(map(int, held)), int(cells.loc[held, "n"].sum())))
    return sorted(spots, key=lambda spot: (-spot.n, spot.busy))


def _fewer(spot: Spot, now: pd.DataFrame, before: pd.DataFrame) -> bool:
    """Whether the cases of a spot fell more than chance and the change of all cases explain."""
    total, total_before = int(now["n"].sum()), int(before["n"].sum())
    n, share = _count(now, spot), total / (total + total_before)
    return bool(binomtest(n, n + spot.n, share, alternative="less").pvalue < SURE)


def _count(cells: pd.DataFrame, spot: Spot) -> int:
    return int(cells["n"].reindex(list(spot.busy), fill_value=0).sum())
