"""Where cases happen: along streets, in estates, near stations, at the water, at the parking zones; never outside the ring."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import Floats
from ingest.demo.ground import GROUND_SEED, RIVERS, boundary, in_metres, stations, streets
from ingest.demo.kerbs import kerb_lines
from ingest.demo.planted import CELL_METRES, WEAK_AREAS, HotSpot
from ingest.demo.zones import zone_shapes

Rng = np.random.Generator
Draw = Callable[[], Floats]
# the shares of the background; what is left lies anywhere, a little denser in the south
ON_STREETS, IN_ESTATES, AT_STATIONS = 0.25, 0.12, 0.008
STREET_METRES, ESTATE_METRES, STATION_METRES = 16.0, 55.0, 190.0
ESTATES_A_ZONE = 4
SOUTHERN_EXTRA = 0.35
# bicycles stand badly where they are parked: this share of them within sight of a parking zone
AT_KERBS, KERB_METRES = 0.65, 11.0
BANK_METRES = 9.0
EDGE_METRES, WEAK_MARGIN_METRES = 3.0, 10.0


@cache
def open_ground() -> BaseGeometry:
    """Where the background may lie, EPSG:4549: inside the ring and outside the weak areas, whose cases are planted one by one."""
    weak = shapely.union_all([weak_shape(area.ring).buffer(WEAK_MARGIN_METRES) for area in WEAK_AREAS])
    ground = boundary().buffer(-EDGE_METRES).difference(weak)
    shapely.prepare(ground)
    return ground


def weak_shape(ring: tuple[tuple[float, float], ...]) -> Polygon:
    """A weak area in EPSG:4549."""
    return in_metres(Polygon(ring))


def background(count: int, rng: Rng) -> Floats:
    """Rows of easting and northing of ordinary cases."""
    return _keep(lambda: _mixed(max(2 * count, 50), rng), count)


def by_the_water(count: int, rng: Rng) -> Floats:
    """Places within a few metres of a river."""
    reaches = [in_metres(LineString(line)).intersection(boundary()) for lines in RIVERS.values() for line in lines]
    lines = [part for reach in reaches for part in shapely.get_parts(reach) if part.length > 5]
    return _keep(lambda: _along(lines, max(3 * count, 50), BANK_METRES, rng), count)


def by_bicycles(count: int, rng: Rng) -> Floats:
    """Places of badly parked bicycles: most of them at a parking zone."""
    near = rng.binomial(count, AT_KERBS)
    kerbs = [line for _, line in kerb_lines()]
    close = _keep(lambda: _along(kerbs, max(3 * near, 50), KERB_METRES, rng), near)
    return rng.permutation(np.vstack([close, background(count - near, rng)]))


def in_hot_spot(hot: HotSpot, count: int, rng: Rng) -> Floats:
    """Places in the three cells of a hot spot, a few metres from their edges."""
    cells = np.array(hot.cells())[rng.integers(0, 3, count)]
    corner = np.column_stack([cells // 1_000_000, cells % 1_000_000]) * float(CELL_METRES)
    return corner + rng.uniform(4, CELL_METRES - 4, (count, 2))


def in_polygon(area: Polygon, count: int, rng: Rng) -> Floats:
    """Places well inside a polygon."""
    core = area.buffer(-8)
    left, bottom, right, top = core.bounds
    return _within(core, lambda: rng.uniform((left, bottom), (right, top), (20 * count + 20, 2)), count)


def _keep(draw: Draw, count: int) -> Floats:
    return _within(open_ground(), draw, count)


def _within(area: BaseGeometry, draw: Draw, count: int) -> Floats:
    """The first `count` drawn places that lie in an area."""
    kept = np.empty((0, 2))
    while len(kept) < count:
        places = draw()
        kept = np.vstack([kept, places[shapely.contains_xy(area, places[:, 0], places[:, 1])]])
    return kept[:count]


def _mixed(count: int, rng: Rng) -> Floats:
    """Places of all four sorts, in random order."""
    on_streets, in_estates, at_stations, anywhere = rng.multinomial(
        count, [ON_STREETS, IN_ESTATES, AT_STATIONS, 1 - ON_STREETS - IN_ESTATES - AT_STATIONS]
    )
    platforms = np.array([point.coords[0] for point in stations().geoms])
    return rng.permutation(
        np.vstack(
            [
                _along(list(streets().values()), on_streets, STREET_METRES, rng),
                _around(_estates(), in_estates, ESTATE_METRES, rng),
                _around(platforms, at_stations, STATION_METRES, rng),
                _anywhere(anywhere, rng),
            ]
        )
    )


def _along(lines: list[LineString], count: int, sideways: float, rng: Rng) -> Floats:
    lengths = np.array([line.length for line in lines])
    picked = rng.choice(len(lines), size=count, p=lengths / lengths.sum())
    points = shapely.line_interpolate_point(np.array(lines, dtype=object)[picked], rng.uniform(0, 1, count), normalized=True)
    return np.asarray(shapely.get_coordinates(points) + rng.normal(0, sideways, (count, 2)))


def _around(centres: Floats, count: int, metres: float, rng: Rng) -> Floats:
    return centres[rng.integers(0, len(centres), count)] + rng.normal(0, metres, (count, 2))


def _anywhere(count: int, rng: Rng) -> Floats:
    left, bottom, right, top = boundary().bounds
    places = rng.uniform((left, bottom), (right, top), (int(count * 2.2) + 40, 2))
    southern = 1 + SOUTHERN_EXTRA * (top - places[:, 1]) / (top - bottom)
    kept = places[rng.random(len(places)) * (1 + SOUTHERN_EXTRA) < southern]
    kept = kept[shapely.contains_xy(boundary(), kept[:, 0], kept[:, 1])]
    return kept[:count] if len(kept) >= count else np.vstack([kept, _anywhere(count - len(kept), rng)])


@cache
def _estates() -> NDArray[np.float64]:
    """Centres of estates, four in every zone, the same for every seed."""
    rng = np.random.Generator(np.random.PCG64(GROUND_SEED + 4))
    return np.vstack([in_polygon(zone.buffer(-30), ESTATES_A_ZONE, rng) for zone in zone_shapes()])
