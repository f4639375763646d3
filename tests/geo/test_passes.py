"""Which tracks passed an area, against distances drawn by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import unproject
from geo.passes import find_passes

CRS = "EPSG:4549"
EAST, NORTH = 547_000.0, 3_467_000.0


def shape(*points: tuple[float, float], ring: bool = False) -> shapely.Geometry:
    """A line or an area in WGS-84 from metres beside a corner of the subdistrict."""
    x, y = np.array(points).T
    lon, lat = unproject(EAST + x, NORTH + y, CRS)
    corners = np.column_stack([lon, lat])
    return shapely.Polygon(corners) if ring else shapely.LineString(corners)


AREAS = gpd.GeoDataFrame(
    index=["A", "B"],
    geometry=[
        shape((0, 0), (100, 0), (100, 100), (0, 100), ring=True),
        shape((500, 0), (600, 0), (600, 100), (500, 100), ring=True),
    ],
    crs="EPSG:4326",
)


def test_tracks_within_twenty_metres_pass() -> None:
    tracks = [
        shape((-50, 50), (150, 50)),
        shape((-50, 119), (550, 119)),
        shape((-50, 121), (550, 121)),
        None,
        shape((115, -50), (115, 300)),
    ]
    found = find_passes(AREAS, tracks, CRS)
    assert list(zip(found["area"], found["track"], strict=True)) == [("A", 0), ("A", 1), ("A", 4), ("B", 1)]
    assert np.allclose(found["metres"], [0, 19, 15, 19], atol=0.01)
    assert len(find_passes(AREAS, tracks, CRS, within=22)) == 6


def test_no_track_and_no_area() -> None:
    assert find_passes(AREAS, [], CRS).empty
    assert find_passes(AREAS.iloc[:0], [shape((0, 0), (1, 1))], CRS).empty
    assert find_passes(AREAS, [None], CRS).empty
