"""The shift of Chinese web maps, exact both ways."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from CoordinatesConverter import wgs84tobd09, wgs84togcj02
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Forward = Callable[[Floats, Floats], tuple[Floats, Floats]]
FORWARD: dict[str, Forward] = {"gcj02": wgs84togcj02, "bd09": wgs84tobd09}

# outside this box, the usual one of the public formulas, nothing is shifted: west, east, south, north in degrees
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
# the shift fades over this rim inside the box (all of it foreign land or sea), so that no two points become one
RIM = 0.1
# degrees; far below a millimetre (1e-8)
EXACT = 1e-11


def shift(lon: ArrayLike, lat: ArrayLike, name: str) -> tuple[Floats, Floats]:
    """`gcj02` or `bd09` degrees of WGS-84 degrees; outside China's box, and where a value is missing, unchanged."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    east, north = _offset(lon, lat, FORWARD[name])
    return lon + east, lat + north


def unshift(lon: ArrayLike, lat: ArrayLike, name: str) -> tuple[Floats, Floats]:
    """WGS-84 degrees of `gcj02` or `bd09` degrees: the exact inverse of `shift`, by fixed-point iteration."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    found_lon, found_lat = lon, lat
    for _ in range(50):
        east, north = _offset(found_lon, found_lat, FORWARD[name])
        next_lon, next_lat = lon - east, lat - north
        settled = np.isclose(next_lon, found_lon, rtol=0, atol=EXACT) & np.isclose(next_lat, found_lat, rtol=0, atol=EXACT)
        found_lon, found_lat = next_lon, next_lat
        if np.all(settled | ~np.isfinite(lon + lat)):
            break
    return found_lon, found_lat


def in_box(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Where the shift applies at all."""
    inside: NDArray[np.bool_] = _depth(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)) > 0
    return inside


def _offset(lon: Floats, lat: Floats, forward: Forward) -> tuple[Floats, Floats]:
    """How far the public formula moves each point, in degrees east and north."""
    fade = np.clip(_depth(lon, lat) / RIM, 0, 1)
    within = fade > 0
    east, north = np.zeros_like(lon), np.zeros_like(lat)
    if within.any():
        moved_lon, moved_lat = forward(lon[within], lat[within])
        east[within] = fade[within] * (moved_lon - lon[within])
        north[within] = fade[within] * (moved_lat - lat[within])
    return east, north


def _depth(lon: Floats, lat: Floats) -> Floats:
    """Degrees to the nearest side of the box, negative outside; NaN for a missing value."""
    sides: Floats = np.minimum(np.minimum(lon - WEST, EAST - lon), np.minimum(lat - SOUTH, NORTH - lat))
    return sides
