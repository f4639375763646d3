"""What the office adds to a case: its days and hours in the office's zone, its 100 m square, its deadline, its life so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo.grid import NOWHERE, cells_of
from model.clock import Span, WorkCalendar, due_times
from model.kinds import STAGE_STAMPS, Limit, Stage
from model.put_off import Rule, granted_due
from model.types import SEPARATOR, hash_text, stable_id

# the spans in which the clock of a case stood, and how many extensions it was granted
PutOff = tuple[Sequence[Span], int]
Limits = dict[tuple[str, str], tuple[str, float]]
STAMPS = {"reported_at": Stage.REPORTED} | {stamp: stage for stage, stamp in STAGE_STAMPS.items()}


def stamp_local(cases: pd.DataFrame, zone: ZoneInfo, crs: str | None) -> pd.DataFrame:
    """The cases with reported_on, reported_hour, due_on, closed_on in `zone` and cell in `crs`, each where its source column is there.

    Times are aware; lon and lat are WGS-84. Without coordinates there is no cell.
    """
    stamped = cases.copy()
    for stamp, day in (("reported_at", "reported_on"), ("due_at", "due_on"), ("closed_at", "closed_on")):
        if stamp in cases:
            stamped[day] = cases[stamp].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    stamped["reported_hour"] = cases["reported_at"].dt.tz_convert(zone).dt.hour
    if {"lon", "lat"} <= set(cases.columns):
        stamped["cell"] = pd.Series(pd.NA, index=cases.index, dtype="Int64")
        placed = cases["lon"].notna() & cases["lat"].notna()
        if crs is not None and placed.any():
            cells = cells_of(cases.loc[placed, "lon"], cases.loc[placed, "lat"], crs)
            stamped.loc[placed, "cell"] = pd.array(cells, dtype="Int64")
            stamped["cell"] = stamped["cell"].mask(stamped["cell"] == NOWHERE)
    return stamped


def add_deadlines(
    cases: pd.DataFrame, limits: Limits, calendar: WorkCalendar, zone: ZoneInfo, put_off: Mapping[int, PutOff] | None = None
) -> pd.DataFrame:
    """The cases with `due_at` from their category's limit where the source gave none; the clock starts at accepted, else reported.

    `put_off` says by case id in which spans the clock stood (挂账) and how many extensions were granted here.
    """
    due = cases["due_at"] if "due_at" in cases else pd.Series(pd.NaT, index=cases.index, dtype="datetime64[us, UTC]")
    if "category" not in cases or not limits:
        return cases.assign(due_at=due)
    pairs = pd.Series(list(zip(cases["kind"], cases["category"], strict=True)), index=cases.index, dtype=object)
    limit = pairs.map({pair: kind for pair, (kind, _) in limits.items()})
    value = pairs.map({pair: amount for pair, (_, amount) in limits.items()}).astype(float)
    start = cases["accepted_at"].fillna(cases["reported_at"]) if "accepted_at" in cases else cases["reported_at"]
    free = due.isna()
    due = due.fillna(due_times(start, limit.where(free), value, calendar, zone))
    known = put_off or {}
    for row in cases.index[free & limit.notna() & cases["id"].isin(list(known))] if known else ():
        rule = Rule(limit=Limit(limit[row]), value=float(value[row]), calendar=calendar, zone=zone)
        stops, extensions = known[int(cases["id"][row])]
        due[row] = granted_due(start[row].to_pydatetime(), rule, stops, extensions)
    return cases.assign(due_at=due)


def life_of(cases: pd.DataFrame) -> pd.DataFrame:
    """One line of `case_events` for each time stamp of each case."""
    lines = []
    for stamp, stage in STAMPS.items():
        if stamp in cases:
            lines.append(pd.DataFrame({"case_id": cases["id"], "at": cases[stamp], "stage": stage.value}).dropna(subset="at"))
    life = pd.concat([line for line in lines if len(line)], ignore_index=True)
    moments = np.datetime_as_string(life["at"].dt.tz_convert(UTC).dt.tz_localize(None).to_numpy("datetime64[us]"), unit="us")
    # what stable_id would join, with no actor at the end; there are millions of them
    parts = zip(life["case_id"].astype(str), moments.tolist(), life["stage"], strict=True)
    life["id"] = [hash_text(f"{case}{SEPARATOR}{at}{SEPARATOR}{stage}{SEPARATOR}") for case, at, stage in parts]
    return life


def event_id(case_id: int, at: datetime, stage: str, actor: str | None) -> int:
    """The id of one line of a case's life, as `life_of` gives it."""
    return stable_id(case_id, at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"), stage, actor)


def ids_of(cases: pd.DataFrame) -> pd.Series[Any]:
    """`cases.id` of each case: the stable hash of source and external id."""
    pairs = zip(cases["source"], cases["external_id"], strict=True)
    return pd.Series([stable_id(*pair) for pair in pairs], index=cases.index, dtype="int64")
