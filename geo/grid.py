"""The unit grids: which cell (万米单元网格) holds a point, where is a cell or square, and which of both is an area drawn in?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.crs import WGS84, Floats, Shapes, project, project_shapes, unproject
from i18n import Text
from model.units import BLOCK, CELL, ROWS, SIDES, SQUARE, first_of

NOWHERE = -1
# an area of up to so many cells (25 km², 250 km²) is drawn in what has this side, a larger one in squares of a kilometre:
# nobody can read more of them, and no page can count them in time
MOST_CELLS = {CELL: 2_500, BLOCK: 25_000}
# how long a side is, and what a map of each is called
UNITS: dict[int, Text] = {CELL: Text(zh="100米", en="100 m"), BLOCK: Text(zh="200米", en="200 m"), SQUARE: Text(zh="1公里", en="1 km")}
CASES_PER: dict[int, Text] = {
    CELL: Text(zh="每格（100米）案件数", en="Cases per 100 m cell"),
    BLOCK: Text(zh="每格（200米）案件数", en="Cases per 200 m square"),
    SQUARE: Text(zh="每格（1公里）案件数", en="Cases per 1 km square"),
}

Cells = NDArray[np.int64]


def cells_of(lon: ArrayLike, lat: ArrayLike, crs: str) -> Cells:
    """The cell of each WGS-84 point in the grid of `crs`; -1 where a coordinate is missing or the grid does not reach.

    A point on a line between two cells belongs to the eastern, or northern, one.
    """
    x, y = project(lon, lat, crs)
    column, row = np.floor(x / CELL), np.floor(y / CELL)
    known = (column >= 0) & (row >= 0) & (column < ROWS) & (row < ROWS)
    return np.where(known, np.where(known, column, 0).astype(np.int64) * ROWS + np.where(known, row, 0).astype(np.int64), NOWHERE)


def cell_frame(cells: ArrayLike, crs: str) -> gpd.GeoDataFrame:
    """The shapes of the distinct cells and squares in EPSG:4326, indexed by `cell` in ascending order; -1 has none."""
    distinct = np.unique(np.asarray(cells, dtype=np.int64))
    distinct = distinct[distinct != NOWHERE]
    lon, lat = unproject(*corners_of(distinct), crs)
    return gpd.GeoDataFrame({"cell": distinct}, geometry=shapely.polygons(np.stack([lon, lat], axis=-1)), crs=WGS84).set_index("cell")


def corners_of(cells: ArrayLike) -> tuple[Floats, Floats]:
    """Metres east and north of the corners of each cell or square, from the south-west one around to it: five a row."""
    given = np.asarray(cells, dtype=np.int64)
    (x, y), side = _corner(given), sides_of(given)
    east, north = np.array([0, 1, 1, 0, 0]), np.array([0, 0, 1, 1, 0])
    return x[:, None] + side[:, None] * east, y[:, None] + side[:, None] * north


def study_area(ground: Mapping[str, pd.DataFrame], codes: Collection[str] = ()) -> Sequence[shapely.Geometry]:
    """The shapes (EPSG:4326) of these zones, of all of them, or of the boundary where there are none.

    `ground` is frames by layer with code and geometry.
    """
    found = []
    if (zones := ground.get("zones")) is not None:
        found = list(zones.loc[zones["code"].isin(codes), "geometry"] if codes else zones["geometry"])
    return found or (list(ground["boundary"]["geometry"]) if "boundary" in ground else [])


def side_for(area: Sequence[shapely.Geometry], crs: str | None) -> int:
    """The side of what these shapes (EPSG:4326) are drawn in: cells, or squares where they are as large as a district or a city."""
    if not len(area) or crs is None:
        return CELL
    metres = shapely.area(project_shapes(area, crs)).sum()
    return next((side for side, most in MOST_CELLS.items() if metres <= most * CELL**2), SQUARE)


def study_cells(area: shapely.Geometry, crs: str, side: int = CELL) -> Cells:
    """The cells, or squares, whose middle lies in an area (EPSG:4326), in ascending order: a study area, its empty ones too."""
    metres = shapely.union_all(project_shapes([area], crs))
    if metres.is_empty:
        return np.empty(0, dtype=np.int64)
    west, south, east, north = (int(edge // side) for edge in metres.bounds)
    columns, rows = (grid.ravel() for grid in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1), indexing="ij"))
    inside = shapely.contains_xy(metres, (columns + 0.5) * side, (rows + 0.5) * side)
    return np.asarray(first_of(side) + columns[inside] * ROWS + rows[inside], dtype=np.int64)


def near_cells(cells: ArrayLike, areas: Shapes, crs: str, *, within: ArrayLike = 0.0) -> Cells:
    """Those of the cells, in ascending order, that an area (EPSG:4326) touches or comes near, `within` so many metres for all or each."""
    distinct = np.unique(np.asarray(cells, dtype=np.int64))
    distinct = distinct[distinct != NOWHERE]
    x, y = _corner(distinct)
    squares = shapely.STRtree(shapely.box(x, y, x + CELL, y + CELL))
    found: Cells = distinct[np.unique(squares.query(project_shapes(areas, crs), predicate="dwithin", distance=within)[1])]
    return found


def cell_centres(cells: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """WGS-84 longitude and latitude of the middle of each cell or square, in the order given; NaN for -1."""
    given = np.asarray(cells, dtype=np.int64)
    (x, y), half = _corner(given), sides_of(given) / 2
    lon, lat = unproject(x + half, y + half, crs)
    nowhere = given == NOWHERE
    return np.where(nowhere, np.nan, lon), np.where(nowhere, np.nan, lat)


def sides_of(cells: Cells) -> NDArray[np.int64]:
    """Metres of the side of each, as its number says."""
    return np.maximum(cells // SIDES, 0) + np.where(cells < SIDES, CELL, 0)


def places_of(cells: Cells) -> tuple[Cells, Cells]:
    """The column and the row of each, in sides east and north."""
    place: Any = np.maximum(cells, 0) % SIDES
    return place // ROWS, place % ROWS


def _corner(cells: Cells) -> tuple[Floats, Floats]:
    """Metres east and north of the south-west corner."""
    side = sides_of(cells)
    column, row = places_of(cells)
    return (column * side).astype(np.float64), (row * side).astype(np.float64)
