"""The 100 m unit grid (万米单元网格): which square of 10,000 m² holds a point, and where is that square?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.crs import WGS84, Floats, project, project_shapes, unproject

SIDE = 100
# a cell is easting // 100 · 1,000,000 + northing // 100, both in metres of the metric CRS
ROWS = 1_000_000
NOWHERE = -1

Cells = NDArray[np.int64]


def cells_of(lon: ArrayLike, lat: ArrayLike, crs: str) -> Cells:
    """The cell of each WGS-84 point in the grid of `crs`; -1 where a coordinate is missing or the grid does not reach.

    A point on a line between two squares belongs to the eastern, or northern, one.
    """
    x, y = project(lon, lat, crs)
    column, row = np.floor(x / SIDE), np.floor(y / SIDE)
    known = (column >= 0) & (row >= 0) & (column < ROWS) & (row < ROWS)
    return np.where(known, np.where(known, column, 0).astype(np.int64) * ROWS + np.where(known, row, 0).astype(np.int64), NOWHERE)


def cell_frame(cells: ArrayLike, crs: str) -> gpd.GeoDataFrame:
    """The squares of the distinct cells in EPSG:4326, indexed by `cell` in ascending order; -1 has no square."""
    distinct = np.unique(np.asarray(cells, dtype=np.int64))
    distinct = distinct[distinct != NOWHERE]
    x, y = _corner(distinct)
    east, north = np.array([0, SIDE, SIDE, 0, 0]), np.array([0, 0, SIDE, SIDE, 0])
    lon, lat = unproject(x[:, None] + east, y[:, None] + north, crs)
    squares = shapely.polygons(np.stack([lon, lat], axis=-1))
    return gpd.GeoDataFrame({"cell": distinct}, geometry=squares, crs=WGS84).set_index("cell")


def study_cells(area: shapely.Geometry, crs: str) -> Cells:
    """The cells whose middle lies in an area (EPSG:4326), in ascending order: a study area, its empty cells too."""
    metres = shapely.union_all(project_shapes([area], crs))
    if metres.is_empty:
        return np.empty(0, dtype=np.int64)
    west, south, east, north = (int(edge // SIDE) for edge in metres.bounds)
    columns, rows = (grid.ravel() for grid in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1), indexing="ij"))
    inside = shapely.contains_xy(metres, (columns + 0.5) * SIDE, (rows + 0.5) * SIDE)
    return np.asarray(columns[inside] * ROWS + rows[inside], dtype=np.int64)


def cell_centres(cells: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """WGS-84 longitude and latitude of the middle of each cell, in the order given; NaN for -1."""
    given = np.asarray(cells, dtype=np.int64)
    x, y = _corner(given)
    lon, lat = unproject(x + SIDE / 2, y + SIDE / 2, crs)
    nowhere = given == NOWHERE
    return np.where(nowhere, np.nan, lon), np.where(nowhere, np.nan, lat)


def _corner(cells: Cells) -> tuple[Floats, Floats]:
    """Metres east and north of the south-west corner."""
    return (cells // ROWS * SIDE).astype(np.float64), (cells % ROWS * SIDE).astype(np.float64)
