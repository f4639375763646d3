"""How many bikes stood in each parking zone: four days, and again half an hour after the morning peak."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd

from ingest.demo.ground import stations
from ingest.demo.kerbs import OPERATORS, SPACING_METRES, STATION_METRES, bike_features
from ingest.demo.planted import AS_OF, ZONE

DAYS = (date(2017, 10, 24), date(2017, 10, 28), date(2017, 10, 30), date(2017, 10, 31))
# share of the places taken at each hour, far from a station and at it
LOADS = {time(8): (0.55, 1.15), time(8, 30): (0.50, 1.05), time(12): (0.45, 0.70), time(17, 30): (0.55, 1.05), time(21): (0.70, 0.50)}
WEEKEND_LOAD = 0.75
# of the zones that are over-full at eight, how many are cleared within half an hour, and how far
CLEARED, CLEARED_TO = 0.65, 0.60
SHARES = (0.5, 0.3, 0.2)


def bike_counts(rng: np.random.Generator) -> pd.DataFrame:
    """Counts by zone, moment and operator; none after the demo's clock."""
    zones = bike_features()
    places = np.array([zone["length_m"] for zone in zones], dtype=float) / SPACING_METRES
    near = np.exp(-((np.array([zone["geometry"].distance(stations()) for zone in zones]) / STATION_METRES) ** 2))
    codes = [zone["code"] for zone in zones]
    frames: list[pd.DataFrame] = []
    for day in DAYS:
        before = np.zeros(len(zones))
        for at, (far, close) in LOADS.items():
            moment = datetime.combine(day, at, ZONE)
            if moment > AS_OF:
                continue
            load = (far + (close - far) * near) * (WEEKEND_LOAD if day.weekday() >= 5 else 1.0) * rng.lognormal(0, 0.22, len(zones))
            if at == time(8, 30):
                cleared = rng.random(len(zones)) < CLEARED
                load = np.where(before > 1, np.where(cleared, CLEARED_TO, before), load)
            before = load
            frames.append(_split(codes, moment, rng.poisson(places * load), rng))
    return pd.concat(frames, ignore_index=True)


def _split(codes: list[Any], moment: datetime, bikes: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """The bikes of each zone by operator."""
    counts = np.array([rng.multinomial(total, SHARES) for total in bikes])
    return pd.DataFrame(
        {
            "layer": "bikes",
            "feature_code": np.repeat(codes, len(OPERATORS)),
            "counted_at": moment,
            "operator": list(OPERATORS) * len(codes),
            "bikes": counts.ravel(),
        }
    )
