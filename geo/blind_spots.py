"""Where do many cases lie that no camera sees?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WGS84, project
from geo.grid import cell_centres, cell_frame
from geo.hotspots import AROUND

# a cell whose middle lies so near a working camera belongs to the ground that the cameras are meant to watch
WATCHED_METRES = 200.0


def find_blind_spots(cells: pd.DataFrame, eyes: pd.DataFrame, crs: str, *, within: float = WATCHED_METRES) -> gpd.GeoDataFrame:
    """Blind spots: groups of cells with uncommonly many unseen cases.

    `cells` is indexed by cell of the grid of `crs`, with `n` cases and how many of them are `seen`; `eyes` has lon, lat (WGS-84) of the
    working cameras. A cell belongs to one when its unseen cases exceed the mean by a standard deviation over all cells with
    cases, and cells of one kind that touch, at a corner too, make one. Gives the frame [cells, n, unseen, watched, geometry (EPSG:4326)]:
    first those on `watched` ground (middle within so many metres of a working camera: a hole among the cameras), then those where no
    camera stands near; both by unseen cases, most first. Index from 1.
    """
    unseen = cells["n"] - cells["seen"]
    many = cells.index[(unseen > unseen.mean() + unseen.std(ddof=0)) & (unseen > 0)].to_numpy(np.int64)
    near = _near(many, eyes, crs, within)
    groups = [(group, watched) for watched in (True, False) for group in _touching(many[near == watched])]
    rows = [{"cells": group, "n": int(cells.loc[list(group), "n"].sum()), "unseen": int(unseen[list(group)].sum())} for group, _ in groups]
    squares = cell_frame(many, crs).geometry
    found = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=["cells", "n", "unseen"]).assign(watched=np.array([watched for _, watched in groups], dtype=bool)),
        geometry=[shapely.union_all(squares[list(group)].array) for group, _ in groups],
        crs=WGS84,
    )
    ordered = found.sort_values(["watched", "unseen"], ascending=False, kind="stable")
    return ordered.set_axis(pd.RangeIndex(1, len(ordered) + 1, name="spot"))


def _near(
    cells: np.ndarray[tuple[int], np.dtype[np.int64]], eyes: pd.DataFrame, crs: str, within: float
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the middle of each cell lies within so many metres of a camera."""
    if not len(eyes) or not len(cells):
        return np.zeros(len(cells), dtype=bool)
    x, y = project(*cell_centres(cells, crs), crs)
    tree = shapely.STRtree(shapely.points(*project(eyes["lon"], eyes["lat"], crs)))
    return np.isin(np.arange(len(cells)), tree.query(shapely.points(x, y), predicate="dwithin", distance=within)[0])


def _touching(cells: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[tuple[int, ...]]:
    """The cells in groups that touch at a side or a corner."""
    left, groups = {int(cell) for cell in cells}, []
    while left:
        group, edge = set(), {min(left)}
        while edge:
            group |= edge
            left -= edge
            edge = {cell + step for cell in edge for step in AROUND} & left
        groups.append(tuple(sorted(group)))
    return groups
