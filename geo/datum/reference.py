"""What is known of the place already, and coordinates that cannot be right whatever their datum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What is known in WGS-84 (EPSG:4326): the boundary polygon, and shapes that the file's layer already has."""

    boundary: shapely.Geometry | None = None
    shapes: ArrayLike | None = None

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of what is known; None when nothing is."""
        known = [self.boundary] if self.boundary is not None else self.shapes
        if known is None or len(np.asarray(known, dtype=object)) == 0:
            return None
        box = shapely.total_bounds(np.asarray(known, dtype=object))
        return None if np.isnan(box).any() else (box[0], box[1], box[2], box[3])


def looks_projected(x: ArrayLike, y: ArrayLike) -> bool:
    """Whether most of the values are no degrees at all, but metres of some grid: then an EPSG code or control points are wanted."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    known = np.isfinite(x) & np.isfinite(y)
    return bool(known.any() and np.mean(np.maximum(np.abs(x[known]), np.abs(y[known])) > 180) > 0.5)


def swapped_points(lon: ArrayLike, lat: ArrayLike, reference: Reference) -> NDArray[np.bool_]:
    """Which points lie far from what is known (over 1°), but near it with longitude and latitude changed over."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    box = reference.bounds()
    if box is None:
        beyond: NDArray[np.bool_] = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
        return beyond
    west, south, east, north = box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1
    right = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    changed = (lat >= west) & (lat <= east) & (lon >= south) & (lon <= north)
    swapped: NDArray[np.bool_] = changed & ~right
    return swapped


def looks_swapped(lon: ArrayLike, lat: ArrayLike, reference: Reference) -> bool:
    """Whether most points have longitude and latitude changed over."""
    swapped = swapped_points(lon, lat, reference)
    return bool(swapped.size and swapped.mean() > 0.5)
