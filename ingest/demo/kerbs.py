"""The 229 shared-bike parking zones: lines along the kerbs of the schematic streets, 10,090 m in all."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Point

from ingest.demo.ground import GROUND_SEED, boundary, stations, streets
from ingest.demo.planted import BIKE_GAP_METRES, BIKE_SHORTAGE, CELL_METRES, HotSpot

ZONES = 229
TOTAL_METRES = 10_090
SHORTEST, LONGEST = 12, 120
OPERATORS = ("企业A", "企业B", "企业C")
SPACING_METRES = 0.60
KERB_METRES = 9.0
APART_METRES = 12.0
# how much likelier a kerb close to a station is, and how far "close" reaches
STATION_PULL, STATION_METRES = 9.0, 260.0


def cell_squares(hot: HotSpot) -> shapely.Polygon:
    """The 100 m cells of a hot spot in EPSG:4549."""
    corners = [(cell // 1_000_000 * CELL_METRES, cell % 1_000_000 * CELL_METRES) for cell in hot.cells()]
    return shapely.unary_union([shapely.box(x, y, x + CELL_METRES, y + CELL_METRES) for x, y in corners])


@cache
def kerb_lengths() -> tuple[int, ...]:
    """Whole metres of the parking zones, each 12 to 120, `TOTAL_METRES` in all."""
    rng = np.random.Generator(np.random.PCG64(GROUND_SEED + 1))
    drawn = np.clip(rng.gamma(4.0, TOTAL_METRES / ZONES / 4.0, ZONES), SHORTEST, LONGEST).astype(int)
    while (missing := TOTAL_METRES - drawn.sum()) != 0:
        one = rng.integers(ZONES)
        if SHORTEST <= drawn[one] + np.sign(missing) <= LONGEST:
            drawn[one] += np.sign(missing)
    return tuple(int(length) for length in drawn)


@cache
def kerb_lines() -> tuple[tuple[str, LineString], ...]:
    """(street, line in EPSG:4549) of each parking zone; none touches another, none lies near the planted shortage."""
    rng = np.random.Generator(np.random.PCG64(GROUND_SEED + 2))
    inside, shortage = boundary().buffer(-2), cell_squares(BIKE_SHORTAGE).buffer(BIKE_GAP_METRES)
    names, lines = list(streets()), list(streets().values())
    share = np.array([line.length for line in lines]) / sum(line.length for line in lines)
    placed: list[tuple[str, LineString]] = []
    for length in kerb_lengths():
        while True:
            street = rng.choice(len(lines), p=share)
            line = _kerb(lines[street], length, rng)
            taken = shapely.MultiLineString([other for _, other in placed])
            if (
                rng.random() * (1 + STATION_PULL) < _pull(line.centroid)
                and inside.contains(line)
                and not line.intersects(shortage)
                and (taken.is_empty or line.distance(taken) > APART_METRES)
            ):
                break
        placed.append((names[street], line))
    return tuple(placed)


def _kerb(street: LineString, length: int, rng: np.random.Generator) -> LineString:
    """A straight line of that length beside the street, on either side."""
    at = rng.uniform(length / 2, max(street.length - length / 2, length))
    before, after = (np.array(street.interpolate(at + step).coords[0]) for step in (-1.0, 1.0))
    along = (after - before) / np.linalg.norm(after - before)
    across = np.array([-along[1], along[0]]) * KERB_METRES * rng.choice((-1, 1))
    middle = (before + after) / 2 + across
    return LineString([middle - along * length / 2, middle + along * length / 2])


def _pull(place: Point) -> float:
    return 1 + STATION_PULL * float(np.exp(-((place.distance(stations()) / STATION_METRES) ** 2)))


def kerb_features() -> list[dict[str, Any]]:
    """code, name, road and shape (EPSG:4549) of the kerbs on both sides of the streets, open where another street crosses."""
    inside, crossed = boundary().buffer(-2), {name: street.buffer(KERB_METRES) for name, street in streets().items()}
    found = []
    for number, (name, street) in enumerate(streets().items(), start=1):
        others = shapely.union_all([area for other, area in crossed.items() if other != name])
        first, last = np.array(street.coords[0]), np.array(street.coords[-1])
        west_east = abs(last[0] - first[0]) > abs(last[1] - first[1])
        for mark, side, metres in (("L", "北" if west_east else "西", KERB_METRES), ("R", "南" if west_east else "东", -KERB_METRES)):
            line = street.offset_curve(metres).intersection(inside).difference(others)
            parts = [part for part in shapely.get_parts(line) if part.length > SHORTEST]
            if parts:
                kerb = shapely.MultiLineString(parts)
                found.append({"code": f"KB{number:02d}{mark}", "name": f"{name}{side}侧", "road": name, "geometry": kerb})
    return found


def bike_features() -> list[dict[str, Any]]:
    """code, name, length, operator and shape (EPSG:4549) of each parking zone."""
    return [
        {
            "code": f"BK{number:03d}",
            "name": f"{street}停放区{number}",
            "length_m": length,
            "spacing_m": SPACING_METRES,
            "operator": OPERATORS[number % 3],
            "geometry": line,
        }
        for number, ((street, line), length) in enumerate(zip(kerb_lines(), kerb_lengths(), strict=True), start=1)
    ]
