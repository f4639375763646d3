"""What does a camera see? Its sector, by bearing, field of view and reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from geo.layers import Layer

EARTH = Geod(ellps="WGS84")
BLIND = frozenset({"planned", "offline"})
# degrees between two corners of the arc; a chord stays within 0.04 % of the reach
ARC_STEP = 3.0
# a wider view is drawn as a circle: the two edges of a narrower slit would cross by rounding
ALL_ROUND_DEG = 359.9


@dataclass(frozen=True)
class Sight:
    """Bearing of the optical axis in degrees clockwise from true north (None: all round), field of view in degrees, reach in metres."""

    bearing_deg: float | None
    view_deg: float
    range_m: float


def is_seeing(props: Mapping[str, Any]) -> bool:
    """Whether the camera works; planned and offline ones see nothing."""
    return str(props.get("status") or "").strip().lower() not in BLIND


def sight_of(props: Mapping[str, Any], layer: Layer) -> Sight:
    """The sight that the attributes describe, whatever the status; what is missing comes from the layer's defaults.

    All round without a bearing, with a field of view of 360° or more, or when the type is ptz.
    """
    view = _positive(props.get("field_of_view_deg"), layer.field("field_of_view_deg").default)
    reach = _positive(props.get("range_m"), layer.field("range_m").default)
    bearing = _number(props.get("bearing_deg"))
    all_round = bearing is None or view >= 360 or str(props.get("type") or "").strip().lower() == "ptz"
    return Sight(None if all_round or bearing is None else bearing % 360, min(view, 360.0), reach)


def view_sector(lon: float, lat: float, bearing_deg: float | None, view_deg: float, range_m: float) -> shapely.Polygon:
    """The sector in EPSG:4326 that a camera at lon, lat (WGS-84) sees, metres on the ellipsoid; a circle without a bearing."""
    all_round = bearing_deg is None or view_deg >= ALL_ROUND_DEG
    span = 360.0 if all_round else view_deg
    middle = 0.0 if bearing_deg is None else bearing_deg
    steps = np.linspace(middle - span / 2, middle + span / 2, ceil(span / ARC_STEP) + 1)
    size = len(steps)
    lons, lats, _ = EARTH.fwd(np.full(size, lon), np.full(size, lat), steps, np.full(size, range_m))
    arc = np.column_stack([lons, lats])
    return shapely.Polygon(arc if all_round else np.vstack([[lon, lat], arc]))


def in_view(azimuth: ArrayLike, bearing_deg: ArrayLike, view_deg: ArrayLike) -> NDArray[np.bool_]:
    """Whether a direction (degrees clockwise from true north) lies in the view; its two edges belong to it, NaN bearings see all round."""
    axis = np.asarray(bearing_deg, dtype=float)
    off = np.abs((np.asarray(azimuth, dtype=float) - axis + 180) % 360 - 180)
    # a millionth of a degree for the rounding of the azimuth
    seen: NDArray[np.bool_] = np.isnan(axis) | (off <= np.asarray(view_deg, dtype=float) / 2 + 1e-6)
    return seen


def _number(value: object) -> float | None:
    """A finite number, or None for anything else."""
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever a file had in its column
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def _positive(value: object, default: object) -> float:
    number = _number(value)
    return number if number is not None and number > 0 else float(default)  # type: ignore[arg-type]  # the layer declares a number
