"""Which tracks passed an area?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import project_shapes

# an area is seen from the street beside it
PASS_METRES = 20.0


def find_passes(areas: gpd.GeoDataFrame, tracks: Sequence[Any], crs: str, *, within: float = PASS_METRES) -> pd.DataFrame:
    """Which tracks came within so many metres of which areas: columns area (index of `areas`), track (place in `tracks`), metres.

    Areas and tracks are WGS-84 (EPSG:4326); metres are measured in `crs`, 0 inside. An area or track that is missing is passed by none.
    """
    shapes, lines = project_shapes(areas.geometry.to_numpy(), crs), project_shapes(np.array(tracks, dtype=object), crs)
    if not len(shapes) or not len(lines):
        return pd.DataFrame({"area": pd.Index([], dtype=areas.index.dtype), "track": np.array([], dtype=int), "metres": np.array([])})
    area, track = shapely.STRtree(lines).query(shapes, predicate="dwithin", distance=within)
    order = np.lexsort((track, area))
    area, track = area[order], track[order]
    return pd.DataFrame({"area": areas.index[area], "track": track, "metres": shapely.distance(shapes[area], lines[track])})
