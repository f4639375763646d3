"""Which projected CRS do metres come from, and how does one get there and back?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]
WGS84 = "EPSG:4326"
FORWARD, INVERSE = TransformDirection.FORWARD, TransformDirection.INVERSE
# a projection is made anew in every thread that uses it (60 ms), and every run of a page is a new thread: one thread keeps them
_PROJECTING = ThreadPoolExecutor(1, thread_name_prefix="projecting")

# area of use of CGCS2000 (EPSG:4490): west, south, east, north; neighbours inside the box get the same kind of zone, and true metres
CHINA = (73.62, 3.0, 134.77, 53.56)
# a city across the border of two zones works in one of them: west, south, east, north → central meridian
ONE_ZONE_CITIES = {"Shanghai": ((120.85, 30.65, 122.25, 31.90), 120)}


def metric_crs(lon: float, lat: float) -> str:
    """The projected CRS in metres for a WGS-84 point: `EPSG:4549` around 120° E in China, a WGS-84 UTM zone elsewhere.

    In China it is the CGCS2000 3-degree Gauss-Krüger zone with 'CM' in its name, EPSG:4534 (75° E) to EPSG:4554 (135° E);
    CGCS2000 and WGS-84 agree to centimetres. Raises ValueError beyond ±180° and outside 80° S to 84° N.
    """
    if not (-180 <= lon <= 180 and -80 <= lat <= 84):
        raise ValueError(f"no projected CRS for longitude {lon}, latitude {lat}; wanted -180 to 180 and -80 to 84 degrees")
    for box, meridian in ONE_ZONE_CITIES.values():
        if _holds(box, lon, lat):
            return _gauss_kruger(meridian)
    if _holds(CHINA, lon, lat):
        return _gauss_kruger(3 * int((lon + 1.5) // 3))
    zone = int((lon + 180) // 6) % 60 + 1
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def _gauss_kruger(meridian: int) -> str:
    return f"EPSG:{4534 + (meridian - 75) // 3}"


def _holds(box: tuple[float, float, float, float], lon: float, lat: float) -> bool:
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def project(lon: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Metres east and north in `crs` of WGS-84 degrees; a point that cannot be projected becomes inf."""
    return _transform(lon, lat, crs, FORWARD)


def unproject(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """WGS-84 longitude and latitude of metres in `crs`; the inverse of `project`."""
    return _transform(x, y, crs, INVERSE)


def project_shapes(shapes: ArrayLike, crs: str) -> Shapes:
    """Shapes in metres in `crs` from shapes in WGS-84 degrees, vertex by vertex; None stays None."""
    projected: Shapes = shapely.transform(np.asarray(shapes, dtype=object), lambda xy: np.column_stack(project(xy[:, 0], xy[:, 1], crs)))
    return projected


def circles(lon: ArrayLike, lat: ArrayLike, metres: float, crs: str) -> Shapes:
    """Circles of so many metres in `crs` around WGS-84 points, as WGS-84 polygons of 64 sides."""
    east, north = project(lon, lat, crs)
    rings = shapely.buffer(shapely.points(east, north), metres, quad_segs=16)
    back: Shapes = shapely.transform(rings, lambda xy: np.column_stack(unproject(xy[:, 0], xy[:, 1], crs)))
    return back


def to_metres(frame: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """The frame in metres in `crs`, same index; raises ValueError when it has no CRS or `crs` does not count in metres."""
    if frame.crs is None:
        raise ValueError(f"the frame has no CRS; set the one it is in (wanted EPSG:4326), then project it to {crs}")
    _transformer(crs)
    return frame.to_crs(crs)


def _transform(x: ArrayLike, y: ArrayLike, crs: str, direction: TransformDirection) -> tuple[Floats, Floats]:
    def work() -> tuple[Floats, Floats]:
        first, second = _transformer(crs).transform(np.asarray(x, dtype=float), np.asarray(y, dtype=float), direction=direction)
        return np.asarray(first), np.asarray(second)

    return _PROJECTING.submit(work).result()


@lru_cache(maxsize=32)
def _transformer(crs: str) -> Transformer:
    """From WGS-84 degrees, longitude first, to `crs`."""
    unit = CRS.from_user_input(crs).axis_info[0].unit_name
    if unit != "metre":
        raise ValueError(f"{crs} counts in {unit}; wanted a projected CRS in metres, such as EPSG:4549")
    return Transformer.from_crs(WGS84, crs, always_xy=True)
