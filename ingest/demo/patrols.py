"""Where the duty leaders walked in September and October 2017: through the zones that they lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import shapely
from shapely import LineString

from ingest.demo.ground import in_degrees, in_metres
from ingest.demo.people import duties, shifts
from ingest.demo.planted import AS_OF, LOOKED_BACK_ON, RELAPSED, WEAK_AREAS, ZONE, WeakArea
from ingest.demo.zones import zone_shapes

Row = dict[str, Any]
FIRST = date(2017, 9, 1)
# a leg of a patrol stays this close to the middle of its zone
AROUND_METRES, LEGS_A_ZONE, STEP_METRES = 90.0, 3, 60.0
PACE_METRES_A_SECOND = 0.9
# what is planted at the weak areas would be lost if a patrol passed them by chance: at least so far from their middle
KEPT_AWAY_METRES = 150.0


def patrols(rng: np.random.Generator) -> list[Row]:
    """One walk a day by whoever was on duty; tracks are WGS-84 lines as WKT."""
    led: dict[str, list[int]] = {}
    for duty in duties():
        if duty["role"] == "leader" and duty["until"] is None:
            led.setdefault(duty["official_code"], []).append(int(duty["feature_code"][1:]))
    on_duty = [shift for shift in shifts() if FIRST <= shift["on_date"] <= AS_OF.date()]
    return [_walk(shift["official_code"], shift["on_date"], led[shift["official_code"]], rng) for shift in on_duty]


def _walk(official: str, day: date, zones: list[int], rng: np.random.Generator) -> Row:
    middles = [zone_shapes()[zone - 1].representative_point() for zone in zones]
    seen = [_middle(RELAPSED)] if day == LOOKED_BACK_ON else []
    kept_away = [_middle(area) for area in WEAK_AREAS if not (seen and area is RELAPSED)]
    line = _line(middles, seen, rng)
    while any(line.dwithin(place, KEPT_AWAY_METRES) for place in kept_away):
        line = _line(middles, seen, rng)
    started = datetime.combine(day, time(int(rng.choice((9, 10, 14))), int(rng.integers(0, 60))), ZONE)
    return {
        "official_code": official,
        "started_at": started,
        "ended_at": started + timedelta(seconds=round(line.length / PACE_METRES_A_SECOND)),
        "track": shapely.to_wkt(in_degrees(line), rounding_precision=6),
        "note": "",
    }


def _middle(area: WeakArea) -> shapely.Point:
    """The middle of a weak area, in metres."""
    return in_metres(shapely.Polygon(area.ring)).centroid


def _line(middles: Sequence[shapely.Point], seen: Sequence[shapely.Point], rng: np.random.Generator) -> LineString:
    """A way past some places around the middles, and then to those to be seen, in metres."""
    stops = np.vstack([np.array([[middle.x, middle.y]]) + rng.normal(0, AROUND_METRES, (LEGS_A_ZONE, 2)) for middle in middles])
    return shapely.segmentize(LineString([*stops, *([one.x, one.y] for one in seen)]), STEP_METRES)
