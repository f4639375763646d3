"""Forty cameras along 政立路 that were installed in 2017, and the two hundred planned west of 淞沪路."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import split

from ingest.demo.ground import GROUND_SEED, SPINE, boundary, in_metres, spot, streets
from ingest.demo.kerbs import cell_squares
from ingest.demo.planted import BLIND_SPOT

INSTALLED, PLANNED = 40, 200
# the belt along 政立路, in degrees of latitude
BELT = (31.3135, 31.3165)
# the furthest view; what lies further from every camera is surely unseen
LONGEST_RANGE = 62.0
COMPASS = np.arange(0, 360, 45)


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera: place in EPSG:4549, clockwise bearing from north (None: it turns), view in degrees, range in metres."""

    code: str
    name: str
    status: str
    type: str
    place: Point
    bearing: int | None
    view: int
    range_m: int

    def sees(self, place: Point) -> bool:
        """Whether its sector holds a place in EPSG:4549."""
        east, north = place.x - self.place.x, place.y - self.place.y
        if np.hypot(east, north) > self.range_m:
            return False
        if self.bearing is None:
            return True
        off = (np.degrees(np.arctan2(east, north)) - self.bearing + 180) % 360 - 180
        return bool(abs(off) <= self.view / 2)


@cache
def west_of_spine() -> Polygon:
    """The part of the ring west of 淞沪路, EPSG:4549."""
    halves = shapely.get_parts(split(boundary(), in_metres(LineString(SPINE))))
    return min(halves, key=lambda half: half.centroid.x)


@cache
def cameras() -> tuple[Camera, ...]:
    """C001…C040 installed, then P001…P200 planned; none that is installed reaches the planted blind spot."""
    rng = np.random.Generator(np.random.PCG64(GROUND_SEED + 3))
    belt = shapely.box(spot(121.4900, BELT[0]).x, spot(121.50, BELT[0]).y, spot(121.5070, BELT[0]).x, spot(121.50, BELT[1]).y)
    estates = boundary().intersection(belt).difference(cell_squares(BLIND_SPOT).buffer(LONGEST_RANGE + 1)).buffer(-5)
    installed = [_camera(f"C{n:03d}", "installed", place, rng) for n, place in enumerate(_scatter(estates, INSTALLED, 28, rng), start=1)]
    answer = list(_scatter(cell_squares(BLIND_SPOT), 4, 45, rng))
    rest = _scatter(west_of_spine().buffer(-8), PLANNED - len(answer), 60, rng)
    planned = [_camera(f"P{n:03d}", "planned", place, rng) for n, place in enumerate([*rest, *answer], start=1)]
    return (*installed, *planned)


def _scatter(area: Polygon, count: int, apart: float, rng: np.random.Generator) -> list[Point]:
    """Places in an area, at least so many metres from each other."""
    left, bottom, right, top = area.bounds
    places: list[Point] = []
    while len(places) < count:
        place = Point(rng.uniform((left, bottom), (right, top)))
        if area.contains(place) and all(place.distance(other) > apart for other in places):
            places.append(place)
    return places


def _camera(code: str, status: str, place: Point, rng: np.random.Generator) -> Camera:
    kind = str(rng.choice(("fixed", "dome", "ptz"), p=(0.6, 0.25, 0.15)))
    view = {"fixed": int(rng.choice((60, 75, 90))), "dome": 110, "ptz": 360}[kind]
    street = min(streets(), key=lambda name: streets()[name].distance(place))
    return Camera(
        code=code,
        name=f"{street}探头{code}",
        status=status,
        type=kind,
        place=place,
        bearing=None if kind == "ptz" else int(rng.choice(COMPASS)),
        view=view,
        range_m=int(rng.choice((30, 38, 50, int(LONGEST_RANGE)))),
    )


def camera_features() -> list[dict[str, Any]]:
    """Everything the layer file holds of each camera, shapes in EPSG:4549."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "status": one.status,
            "type": one.type,
            "bearing_deg": one.bearing,
            "field_of_view_deg": one.view,
            "range_m": one.range_m,
            "opened_on": "2017-06-30" if one.status == "installed" else None,
            "geometry": one.place,
        }
        for one in cameras()
    ]
