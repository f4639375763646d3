"""What stands on the ground, layer by layer, ready to be written: features with their shapes in EPSG:4549."""

from __future__ import annotations

from typing import Any

import numpy as np
from shapely import Point

from ingest.demo.cameras import camera_features
from ingest.demo.ground import GROUND_SEED, STATIONS, boundary, spot
from ingest.demo.kerbs import bike_features, kerb_features
from ingest.demo.planted import WEAK_AREAS
from ingest.demo.rivers import reach_features
from ingest.demo.spots import in_polygon, weak_shape
from ingest.demo.zones import boundary_shape, committee_of, household_counts, zone_shapes

Row = dict[str, Any]
CODE = "310110020"
FITNESS_POINTS = 15
FITNESS_KINDS = ("健身器材", "健身步道", "乒乓球台")
# the report gives totals over both areas ("more than" for three of them); the shares and the figures above its least are made up
STEP_FIGURES = {
    "W1": {
        "sealed": {"rooms_sealed": 43, "fire_hazards_removed": 4},
        "rectified": {"businesses": 4, "residents": 131, "demolished_m2": 1_380},
    },
    "W2": {
        "sealed": {"rooms_sealed": 31, "fire_hazards_removed": 2},
        "rectified": {"businesses": 2, "residents": 93, "demolished_m2": 660},
    },
}
MADE_UP = "演示数据"


def layer_features() -> dict[str, list[Row]]:
    """The features of every layer, in the order in which they are loaded; the boundary first."""
    return {
        "boundary": [{"code": CODE, "name": "新江湾城街道（示意边界）", "geometry": boundary_shape()}],
        "zones": _zones(),
        "rivers": reach_features(),
        "stations": _stations(),
        "weak_areas": _weak_areas(),
        "kerbs": kerb_features(),
        "bikes": bike_features(),
        "cameras": camera_features(),
        "fitness": _fitness(),
    }


def _zones() -> list[Row]:
    return [
        {
            "code": f"Z{number:02d}",
            "name": f"责任区{number}",
            "committee": f"居委会{committee_of(number):02d}",
            "households": households,
            "geometry": shape,
        }
        for number, (shape, households) in enumerate(zip(zone_shapes(), household_counts(), strict=True), start=1)
    ]


def _stations() -> list[Row]:
    return [
        {"code": f"S{number:02d}", "name": name, "line": line, "geometry": spot(lon, lat)}
        for number, (name, line, lon, lat) in enumerate(STATIONS, start=1)
    ]


def _weak_areas() -> list[Row]:
    return [
        {
            "code": area.code,
            "name": area.name,
            "step": "rectified",
            "signed_off_on": area.signed_off_on.isoformat(),
            "signed_off_by": "值班领导01",
            "closed_by": "部队封闭管理",
            "geometry": weak_shape(area.ring),
        }
        for area in WEAK_AREAS
    ]


def _fitness() -> list[Row]:
    """Fifteen fitness points, each in a zone of its own."""
    rng = np.random.Generator(np.random.PCG64(GROUND_SEED + 5))
    places = [in_polygon(zone.intersection(boundary()).buffer(-20), 1, rng)[0] for zone in zone_shapes()[::2]][:FITNESS_POINTS]
    return [
        {
            "code": f"F{number:02d}",
            "name": f"健身苑点{number:02d}",
            "kind": FITNESS_KINDS[number % len(FITNESS_KINDS)],
            "opened": 2005 + number % 12,
            "geometry": Point(place),
        }
        for number, place in enumerate(places, start=1)
    ]


def rectification_steps() -> list[Row]:
    """The three steps at both weak areas; the figures of both together are the report's, or just above its "more than"."""
    return [
        {
            "layer": "weak_areas",
            "feature_code": area.code,
            "step": step,
            "done_on": done_on,
            "figures": STEP_FIGURES[area.code].get(step, {}),
            "note": MADE_UP,
        }
        for area in WEAK_AREAS
        for step, done_on in (("cut_off", area.cut_off_on), ("sealed", area.sealed_on), ("rectified", area.rectified_on))
    ]
