"""What does a camera see? Its sector, by bearing, field of view and reach, as recorded or for a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, isfinite, radians, tan
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from geo.layers import Layer
from geo.winds import BEARINGS, read_direction

EARTH = Geod(ellps="WGS84")
BLIND = frozenset({"planned", "offline"})
# degrees between two corners of the arc; a chord stays within 0.04 % of the reach
ARC_STEP = 3.0
# a wider view is drawn as a circle: the two edges of a narrower slit would cross by rounding
ALL_ROUND_DEG = 359.9
# pixels per metre that a task takes (IEC 62676-4, rounded)
TASKS = {"detect": 25, "observe": 62, "recognise": 125, "identify": 250}
# the widest lens that draws straight lines straight; a wider one is a fisheye
WIDEST_STRAIGHT_DEG = 120.0


@dataclass(frozen=True)
class Sight:
    """Bearing of the optical axis in degrees clockwise from true north (None: all round), field of view in degrees, reach in metres.

    `doubt_deg`: the axis may lie so far to either side, because only a direction code is known.
    """

    bearing_deg: float | None
    view_deg: float
    range_m: float
    doubt_deg: float = 0.0


def is_seeing(props: Mapping[str, Any]) -> bool:
    """Whether the camera works; planned and offline ones see nothing."""
    return str(props.get("status") or "").strip().lower() not in BLIND


def sight_of(props: Mapping[str, Any], layer: Layer, ppm: int | None = None) -> Sight:
    """The sight that the attributes describe, whatever the status; what is missing comes from the layer's defaults.

    All round without a bearing, with a field of view of 360° or more, or when the type is ptz. The reach is the recorded one,
    or with `ppm` the distance at which the picture still has so many pixels per metre. A ptz turns a lens of the default view.
    """
    default = layer.field("field_of_view_deg").default
    view = _positive(props.get("field_of_view_deg"), default)
    reach = _positive(props.get("range_m"), layer.field("range_m").default)
    bearing, doubt = _axis(props)
    turning = str(props.get("type") or "").strip().lower() == "ptz"
    if ppm is not None:
        lens = _positive(None, default) if turning and view >= 180 else view
        reach = task_reach(_positive(props.get("pixels"), layer.field("pixels").default), lens, ppm)
    if bearing is None or view >= 360 or turning:
        return Sight(None, min(view, 360.0), reach)
    return Sight(bearing % 360, view, reach, doubt)


def task_reach(pixels: float, view_deg: float, ppm: float) -> float:
    """Metres at which `pixels` across a view make `ppm` pixels per metre: pixels ÷ (2 · ppm · tan(view ÷ 2)).

    1920 pixels at 90° reach 38.4, 15.5, 7.7 and 3.8 m for 25, 62, 125 and 250. The formula is that of a straight lens. From
    120° on a lens spreads its pixels over the angle, pixels ÷ (ppm · view in radians), and never reaches further than at 120°.
    """
    straight = pixels / (2 * ppm * tan(radians(min(view_deg, WIDEST_STRAIGHT_DEG)) / 2))
    if view_deg <= WIDEST_STRAIGHT_DEG:
        return straight
    return min(straight, pixels / (ppm * radians(min(view_deg, 360.0))))


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


def _axis(props: Mapping[str, Any]) -> tuple[float | None, float]:
    """Bearing and doubt: the measured bearing, else the direction; a bearing that was itself read from a code keeps the code's doubt."""
    bearing, direction = _number(props.get("bearing_deg")), props.get("direction")
    said = read_direction(direction)
    if said is None or (bearing is not None and BEARINGS.get(str(direction).strip().casefold()) != bearing % 360):
        return bearing, 0.0
    return said


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
