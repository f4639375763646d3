"""When cases are reported: the week, the hour, the season, and the holidays of 2017."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from ingest.demo.planted import AS_OF, FIRST_DAY, LAST_DAY, PEAK_HOURS, WEEKEND_FACTORS

Rng = np.random.Generator
Moments = NDArray[np.datetime64]
# Spring Festival and National Day 2017: offices rest, citizens go on
HOLIDAYS = ((date(2017, 1, 27), date(2017, 2, 2)), (date(2017, 10, 1), date(2017, 10, 8)))
HOLIDAY_FACTORS = {"hotline": 0.75, "petition": 0.02, "wechat": 0.7, "chengguantong": 0.5}
# how high the peaks of a day stand over its other busy hours, and which hours are busy
PEAK = 2.4
BUSY_HOURS = {"hotline": (8, 22), "petition": (9, 17), "wechat": (6, 23), "chengguantong": (7, 19)}
QUIET = {"hotline": 0.12, "petition": 0.0, "wechat": 0.06, "chengguantong": 0.02}
# a mild rise over the year, and more in summer
YEARLY_RISE, SUMMER = 0.12, 0.10


def hour_weights(channel: str) -> NDArray[np.float64]:
    """The 24 weights of a day."""
    first, last = BUSY_HOURS[channel]
    weights = np.array([1.0 if first <= hour < last else QUIET[channel] for hour in range(24)])
    weights[list(PEAK_HOURS[channel])] *= PEAK
    return np.asarray(weights / weights.sum())


def day_weight(channel: str, day: date) -> float:
    """How many cases a day brings, against an ordinary working day in January."""
    through = (day - FIRST_DAY).days / 365
    weight = 1 + YEARLY_RISE * through + SUMMER * np.sin(np.pi * np.clip((through - 0.35) / 0.4, 0, 1))
    if any(first <= day <= last for first, last in HOLIDAYS):
        weight *= HOLIDAY_FACTORS[channel]
    elif day.weekday() >= 5:
        weight *= WEEKEND_FACTORS[channel]
    return float(weight)


def report_times(channel: str, count: int, rng: Rng, *, first: date = FIRST_DAY, last: date = LAST_DAY) -> Moments:
    """Moments of report in local time, in order; none after the demo's clock."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    hours = hour_weights(channel)
    today = np.where(np.arange(24) < AS_OF.hour, hours, 0.0)
    weights = np.array([day_weight(channel, day) * (today.sum() if day == LAST_DAY else 1.0) for day in days])
    picked = rng.choice(len(days), size=count, p=weights / weights.sum())
    whole = rng.choice(24, size=count, p=hours)
    part = rng.choice(24, size=count, p=today / today.sum())
    hour = np.where(np.array(days)[picked] == LAST_DAY, part, whole)
    seconds = hour * 3600 + rng.integers(0, 3600, count)
    return np.sort(np.datetime64(first, "s") + picked * np.timedelta64(86_400, "s") + seconds * np.timedelta64(1, "s"))
