"""How many bikes does a kerb hold, how full is it, and was it cleared in time?"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

# metres of kerb that one bike takes: upright, or at an angle
UPRIGHT, ANGLED = 0.60, 0.50
# our own definitions: full from 90 % of the places, over-full beyond all of them
FULL_SHARE = 0.90
CLEAR_WITHIN = timedelta(minutes=30)
# 3.0 metres hold five bikes of 0.6, whatever the last binary digit says
ROUNDING = 1e-9
CLEARED, NOT_CLEARED, UNKNOWN = "cleared", "not_cleared", "unknown"


def places_of(metres: ArrayLike, spacing: ArrayLike) -> NDArray[np.int64]:
    """Whole bikes that each zone holds: its metres divided by the spacing, the rest left over; 0 where either is missing."""
    length, apart = np.broadcast_arrays(np.asarray(metres, dtype=float), np.asarray(spacing, dtype=float))
    known = np.isfinite(length) & np.isfinite(apart) & (length > 0) & (apart > 0)
    return np.where(known, np.floor(np.where(known, length, 0) / np.where(known, apart, 1) + ROUNDING), 0).astype(np.int64)


def total_places(metres: ArrayLike, spacing: ArrayLike) -> int:
    """Whole bikes that all metres hold together, rounded down once: 10,090 m are 16,816 at 0.60 m and 20,180 at 0.50 m."""
    length, apart = np.broadcast_arrays(np.asarray(metres, dtype=float), np.asarray(spacing, dtype=float))
    known = np.isfinite(length) & np.isfinite(apart) & (length > 0) & (apart > 0)
    sums = pd.Series(length[known]).groupby(apart[known]).sum()
    return int(np.floor((sums.to_numpy() / sums.index.to_numpy(float)).sum() + ROUNDING * 1000)) if len(sums) else 0


def latest_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """The newest count of each zone (index zone): counted_at, bikes of all operators. counts: zone, counted_at, operator, bikes."""
    return _together(counts).drop_duplicates("zone", keep="last").set_index("zone").sort_index()


def over_full(counts: pd.DataFrame, places: pd.Series) -> pd.DataFrame:
    """Each time a zone was over-full: zone, since, bikes, outcome (cleared, not_cleared, unknown), oldest first.

    counts: zone, counted_at (the office's time), operator, bikes; places by zone. A time is a run of counts of one zone on one day
    with more bikes than places; it begins with its first count. It is cleared when a count in the 30 minutes after that is not
    over-full; not cleared when the first count from 30 minutes on (or at 30 minutes sharp) still is; unknown when the zone was not
    counted again that day, or only later and then was not over-full.
    """
    totals = _together(counts)
    totals = totals[totals["zone"].isin(places.index[places > 0])].sort_values(["zone", "counted_at"], ignore_index=True)
    over = (totals["bikes"] > totals["zone"].map(places).astype(float)).to_numpy(bool)
    same = _same_day(totals)
    first = over & ~(same & np.append(False, over[:-1]))
    rows = np.flatnonzero(first)
    outcome = [_outcome(totals["counted_at"], over, same, int(row)) for row in rows]
    found: pd.DataFrame = totals.iloc[rows].rename(columns={"counted_at": "since"})
    found = found.assign(outcome=pd.Series(outcome, index=found.index, dtype="str"))
    return found.sort_values(["since", "zone"], ignore_index=True)


def _together(counts: pd.DataFrame) -> pd.DataFrame:
    """The bikes of all operators by zone and counted_at, in the order of time."""
    sums = counts.groupby(["counted_at", "zone"])["bikes"].sum().rename("bikes")
    found: pd.DataFrame = sums.to_frame().reset_index()
    return found


def _same_day(totals: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a row is of the same zone and day as the one before it."""
    zone, day = totals["zone"], totals["counted_at"].dt.date
    same: NDArray[np.bool_] = ((zone == zone.shift()) & (day == day.shift())).to_numpy(bool)
    return same


def _outcome(at: pd.Series, over: NDArray[np.bool_], same: NDArray[np.bool_], row: int) -> str:
    """What became of the time that begins in a row."""
    for later in range(row + 1, len(over)):
        if not same[later]:
            return UNKNOWN
        waited = at.iloc[later] - at.iloc[row]
        if waited <= CLEAR_WITHIN and not over[later]:
            return CLEARED
        if waited >= CLEAR_WITHIN:
            return NOT_CLEARED if over[later] else UNKNOWN
    return UNKNOWN


def by_hour(counts: pd.DataFrame) -> pd.DataFrame:
    """Bikes by operator (columns) and hour (rows): the mean of each zone's counts in that hour, summed over the zones."""
    if counts.empty:
        return pd.DataFrame()
    hour = counts["counted_at"].dt.hour.rename("hour")
    means = counts.groupby([hour, "operator", "zone"])["bikes"].mean()
    return means.groupby(level=["hour", "operator"]).sum().unstack("operator").sort_index()
