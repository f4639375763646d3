"""How much of the zones and of the rivers do the cameras see, and where do they see the same?"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WGS84, Floats, Shapes, project_shapes
from geo.layers import Layer
from geo.sector import Sight, is_seeing, sight_of, view_sector

STATUS = "installed"


def sight_frame(cameras: gpd.GeoDataFrame, layer: Layer, ppm: int | None = None) -> gpd.GeoDataFrame:
    """What each camera would see if it worked: its sector (EPSG:4326), index and order as given.

    Columns code, name, status, seeing, lon, lat, bearing (NaN: all round), view, metres, doubt, sight (`geo.sector.Sight`). The
    reach is the recorded one, or with `ppm` that of so many pixels per metre.
    """
    sights = [sight_of(props, layer, ppm) for props in cameras["props"]]
    places = shapely.get_coordinates(shapely.centroid(cameras.geometry.to_numpy()))
    bearings = [np.nan if sight.bearing_deg is None else sight.bearing_deg for sight in sights]
    columns = {
        "code": cameras["code"].astype(str),
        "name": cameras["name"],
        "status": [str(props.get("status") or STATUS).strip().lower() for props in cameras["props"]],
        "seeing": cameras["props"].map(is_seeing).astype(bool),
        "lon": places[:, 0],
        "lat": places[:, 1],
        "bearing": np.array(bearings, dtype=float),
        "view": np.array([sight.view_deg for sight in sights], dtype=float),
        "metres": np.array([sight.range_m for sight in sights], dtype=float),
        "doubt": np.array([sight.doubt_deg for sight in sights], dtype=float),
        "sight": pd.Series(sights, index=cameras.index, dtype=object),
    }
    sectors = [_sector(place[0], place[1], sight) for place, sight in zip(places, sights, strict=True)]
    return gpd.GeoDataFrame(columns, index=cameras.index, geometry=sectors, crs=WGS84)


def _sector(lon: float, lat: float, sight: Sight) -> shapely.Polygon:
    return view_sector(lon, lat, sight.bearing_deg, sight.view_deg, sight.range_m)


@dataclass(frozen=True)
class Ground:
    """What cameras cover, in the metres of a CRS: the ground that any of them sees, and the ground that two or more see."""

    once: shapely.Geometry
    twice: shapely.Geometry
    # rows of the pairs that overlap, and the m² they share
    pairs: pd.DataFrame
    crs: str

    @property
    def seen_m2(self) -> float:
        """Square metres that any camera sees."""
        return float(self.once.area)

    @property
    def twice_m2(self) -> float:
        """Square metres that two or more cameras see."""
        return float(self.twice.area)


def cover_ground(sectors: gpd.GeoSeries, crs: str) -> Ground:
    """The ground under sectors (EPSG:4326) in `crs` (EPSG:n, metres); `pairs` has columns one, other (labels of `sectors`), shared_m2."""
    shapes = project_shapes(sectors.to_numpy(), crs)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.intersection(shapes[one], shapes[other])
    areas = shapely.area(shared)
    labels = sectors.index.to_numpy()
    # two that only touch share nothing
    pairs = pd.DataFrame({"one": labels[one], "other": labels[other], "shared_m2": areas})[areas > 0]
    pairs = pairs.sort_values(["shared_m2", "one", "other"], ascending=[False, True, True], ignore_index=True)
    return Ground(shapely.union_all(shapes), shapely.union_all(shared[areas > 0]), pairs, crs)


def cover_areas(areas: gpd.GeoDataFrame, ground: Ground) -> pd.DataFrame:
    """By area (EPSG:4326, same index): code, name, area_m2, seen_m2, twice_m2, and `share`, the part of it that is seen (0 to 1)."""
    shapes = _metres(areas, ground.crs)
    seen = shapely.area(shapely.intersection(shapes, ground.once))
    twice = shapely.area(shapely.intersection(shapes, ground.twice))
    found = pd.DataFrame(
        {"code": areas["code"], "name": areas["name"], "area_m2": shapely.area(shapes), "seen_m2": seen, "twice_m2": twice}
    )
    return found.assign(share=_share(found["seen_m2"], found["area_m2"]))


def cover_lines(lines: gpd.GeoDataFrame, ground: Ground) -> pd.DataFrame:
    """By line (EPSG:4326, same index): code, name, length_m, seen_m, and `share`, the part of its length that is seen (0 to 1)."""
    shapes = _metres(lines, ground.crs)
    seen = shapely.length(shapely.intersection(shapes, ground.once))
    found = pd.DataFrame({"code": lines["code"], "name": lines["name"], "length_m": shapely.length(shapes), "seen_m": seen})
    return found.assign(share=_share(found["seen_m"], found["length_m"]))


def _metres(frame: gpd.GeoDataFrame, crs: str) -> Shapes:
    if frame.crs != WGS84:
        raise ValueError(f"the features are in {frame.crs}; wanted EPSG:4326, convert them first")
    return project_shapes(frame.geometry.to_numpy(), crs)


def _share(part: pd.Series[float], whole: pd.Series[float]) -> Floats:
    """NaN where there is nothing to share."""
    wholes = whole.to_numpy(float)
    return np.where(wholes > 0, part.to_numpy(float) / np.where(wholes > 0, wholes, 1.0), np.nan)
