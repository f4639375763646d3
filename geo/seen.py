"""Which camera sees which place?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.crs import Floats, project
from geo.sector import EARTH, Sight, in_view

# metres: a place so near a camera lies at its foot, whichever way it looks
FOOT = 1e-3
# the metric CRS may shorten a distance by a hundredth at the very most; the exact one is measured afterwards
SLACK = 1.01


class Seen(NamedTuple):
    """Rows of places and rows of cameras that see them, and the metres between them."""

    place: NDArray[np.intp]
    camera: NDArray[np.intp]
    metres: Floats


def find_seen(lon: ArrayLike, lat: ArrayLike, cameras: Floats, sights: Sequence[Sight], crs: str) -> Seen:
    """Every pair of a place and a camera whose sight holds it, by camera; places and `cameras` (two columns) are WGS-84 degrees.

    By distance and azimuth on the ellipsoid: a bearing counts from true north, and grid north is 0.8° off in Shanghai. `crs`
    (EPSG:n, metres) only finds what is near.
    """
    bearing = np.array([np.nan if sight.bearing_deg is None else sight.bearing_deg for sight in sights], dtype=float)
    view, reach = (np.array([getattr(sight, name) for sight in sights], dtype=float) for name in ("view_deg", "range_m"))
    lons, lats = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    tree = shapely.STRtree(shapely.points(*project(lons, lats, crs)))
    eyes = shapely.points(*project(cameras[:, 0], cameras[:, 1], crs))
    camera, place = tree.query(eyes, predicate="dwithin", distance=reach * SLACK)
    azimuth, _, metres = EARTH.inv(cameras[camera, 0], cameras[camera, 1], lons[place], lats[place])
    seen = (metres <= reach[camera]) & (in_view(azimuth, bearing[camera], view[camera]) | (metres <= FOOT))
    return Seen(place[seen], camera[seen], metres[seen])
