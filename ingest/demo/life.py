"""What becomes of a case: its time stamps against its deadline, and what the hotline notes of it."""

from __future__ import annotations

from datetime import time
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.demo.planted import AS_OF, LATE_DEPARTMENTS, ZONE
from ingest.demo.subjects import DEPARTMENTS
from model.catalogue import read_catalogue
from model.clock import WorkCalendar, due_times

Rng = np.random.Generator
# the calendar is fixed, or the demo would change with the settings of the machine that builds it
CALENDAR = WorkCalendar(country="CN", hours=((time(9, 0), time(17, 30)),))
PUNCTUALITY = {name: 0.955 + 0.004 * number for number, name in enumerate(DEPARTMENTS)} | LATE_DEPARTMENTS
# none is void: the report's totals are what the pages count, and void cases count nowhere
SUSPENDED, REWORKED, EXTENDED = 0.005, 0.028, 0.015
# of the late ones: how many are still open, when they are recent and when they are old
LEFT_RECENT, LEFT_OLD, RECENT_DAYS = 0.45, 0.10, 45
LATE_HOURS = 14.0
FIRST_CONTACT = (0.92, 0.05, 0.03)
RESOLUTIONS = {"resolved": 0.82, "explained": 0.15, "none": 0.03}
SATISFACTION = {"satisfied": 0.68, "fairly": 0.17, "neutral": 0.09, "not": 0.06}
ANSWERED = 0.70
HOUR = np.timedelta64(3600, "s")
NAT = np.datetime64("NaT", "s")
STAMPS = ("accepted_at", "dispatched_at", "handled_at", "verified_at", "closed_at")
Moments = NDArray[Any]


def add_life(cases: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """The cases with stamps (local time, none after the demo's clock), flags, and the hotline's answers."""
    size = len(cases)
    reported = cases["reported_at"].to_numpy("datetime64[s]")
    accepted = reported + _seconds(np.minimum(rng.lognormal(np.log(600), 0.7, size), 3600))
    due = _deadlines(cases.assign(accepted_at=accepted))
    stamps = dict(zip(STAMPS, (accepted, *_later_stamps(cases, accepted, due, rng)), strict=True))
    # what is planted counts: it is not suspended
    dice = np.where(cases["planted"].eq(True), 1.0, rng.random(size))
    suspended = dice < SUSPENDED
    for stamp in STAMPS[2:]:
        stamps[stamp][suspended] = NAT
    # what has not happened yet by the clock
    happened = np.ones(size, dtype=bool)
    for stamp in STAMPS:
        happened &= stamps[stamp] <= np.datetime64(AS_OF.replace(tzinfo=None), "s")
        stamps[stamp][~happened] = NAT
    closed = ~np.isnat(stamps["closed_at"])
    return cases.assign(
        **stamps,
        void=False,
        suspended=suspended,
        reworks=np.where(closed, (rng.random(size) < REWORKED) * rng.choice((1, 2), size, p=(0.9, 0.1)), 0),
        extensions=(rng.random(size) < EXTENDED).astype(int),
        **_answers(cases["channel"].to_numpy(), reported, stamps["accepted_at"], closed, rng),
    )


def _deadlines(cases: pd.DataFrame) -> Moments:
    """What the clock will say when the file comes in: local deadlines by the limit of the category, from acceptance on."""
    limits = pd.DataFrame(read_catalogue()).rename(columns={"code": "category"})
    found = cases[["kind", "category", "accepted_at"]].merge(limits, on=["kind", "category"], how="left", validate="many_to_one")
    if found["limit_value"].isna().any():
        raise ValueError(f"the catalogue has no limit for {sorted(set(found.loc[found['limit_value'].isna(), 'category']))}; give it one")
    begun = found["accepted_at"].dt.tz_localize(ZONE)
    due = due_times(begun, found["limit_type"], found["limit_value"], CALENDAR, ZONE)
    return np.asarray(due.dt.tz_convert(ZONE).dt.tz_localize(None).to_numpy("datetime64[s]"))


def _later_stamps(cases: pd.DataFrame, accepted: Moments, due: Moments, rng: Rng) -> tuple[Moments, ...]:
    """dispatched, handled, verified, closed as they would be if the clock ran on; NaT for what is left undone."""
    size, span = len(cases), (due - accepted).astype(float)
    dispatched = accepted + _seconds(np.minimum(rng.lognormal(np.log(900), 0.7, size), 0.08 * span))
    in_time = rng.random(size) < cases["department"].map(PUNCTUALITY).to_numpy(float)
    early = dispatched + _seconds((due - dispatched).astype(float) * (0.04 + 0.94 * rng.beta(1.8, 2.2, size)))
    late = due + _seconds(rng.lognormal(np.log(LATE_HOURS * 3600), 1.0, size)) + _seconds(np.full(size, 120.0))
    closed = np.where(in_time, _by_day(early, due, rng), _by_day(late, None, rng))
    handled = dispatched + _seconds((closed - dispatched).astype(float) * rng.uniform(0.55, 0.9, size))
    # of the late ones three in four were handled late too
    too_late = ~in_time & (rng.random(size) < 0.75)
    handled = np.where(too_late, due + _seconds((closed - due).astype(float) * rng.uniform(0.3, 0.9, size)), handled)
    verified = handled + _seconds((closed - handled).astype(float) * rng.uniform(0.3, 0.9, size))
    recent = accepted > np.datetime64(AS_OF.replace(tzinfo=None), "s") - RECENT_DAYS * 24 * HOUR
    left = ~in_time & (rng.random(size) < np.where(recent, LEFT_RECENT, LEFT_OLD))
    for stamp in (handled, verified, closed):
        stamp[left] = NAT
    return dispatched, handled, verified, closed


def _seconds(seconds: NDArray[np.float64]) -> Moments:
    return np.maximum(seconds, 1).astype("int64").astype("timedelta64[s]")


def _by_day(moments: Moments, latest: Moments | None, rng: Rng) -> Moments:
    """What would fall in the night happens the next morning, unless that were after `latest`."""
    day = moments.astype("datetime64[D]").astype("datetime64[s]")
    hour = (moments - day).astype("int64") // 3600
    morning = day + np.where(hour >= 20, 24, 0) * HOUR + 8 * HOUR + rng.integers(0, 3500, len(moments)).astype("timedelta64[s]")
    moved = (hour >= 20) | (hour < 8)
    return np.where(moved if latest is None else moved & (morning <= latest), morning, moments)


def _answers(channel: NDArray[Any], reported: Moments, accepted: Moments, closed: NDArray[np.bool_], rng: Rng) -> dict[str, NDArray[Any]]:
    """First contact, resolution and satisfaction: of hotline cases only, and the last two of closed ones."""
    size, hotline = len(channel), channel == "hotline"
    contact = rng.choice(("yes", "no", ""), size, p=FIRST_CONTACT)
    contact = np.where(hotline & ~np.isnat(accepted), contact, "")
    called = reported + _seconds(rng.lognormal(np.log(2.2 * 3600), 0.8, size))
    known = (contact == "yes") & (called <= np.datetime64(AS_OF.replace(tzinfo=None), "s"))
    answered = hotline & closed & (rng.random(size) < ANSWERED)
    return {
        "first_contact": contact,
        "first_contact_at": np.where(known, called, NAT),
        "resolution": np.where(hotline & closed, rng.choice(list(RESOLUTIONS), size, p=list(RESOLUTIONS.values())), ""),
        "satisfaction": np.where(answered, rng.choice(list(SATISFACTION), size, p=list(SATISFACTION.values())), ""),
    }
