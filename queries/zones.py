"""What sets the zones apart? When each one's cases come, and what changed most in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, select
from statsmodels.stats.multitest import fdrcorrection

from model.cases import CaseRow, Category
from model.facts import Stamp
from model.places import Feature
from model.sql import weekday_of
from queries.facts import Clock, placed
from queries.filters import Filters
from queries.narrow import apply, matching
from queries.run import Question

Values = NDArray[np.float64]
ROW = CaseRow
HOURS = 24
WEEK = 7 * HOURS
# changes are taken for real when at most one in twenty of those shown as real is chance
FALSE_SHARE = 0.05
RECENT_DAYS = 30


def rhythms(filters: Filters, now: datetime, codes: tuple[str, ...]) -> Question:
    """Columns zone (code), weekday (Monday 0), hour, n: when the cases of these zones are reported, by the office's clock."""
    # one number is sorted in half the time of three
    slot = (ROW.zone_id * WEEK + weekday_of(ROW.reported_on) * HOURS + ROW.reported_hour).label("slot")
    zones = select(Feature.id).where(Feature.layer == "zones", Feature.code.in_(codes))
    cases = select(slot, func.count().label("n")).where(ROW.void.is_(False), ROW.zone_id.in_(zones))
    counts = apply(cases, filters, now).group_by("slot").subquery()
    hour = cast(counts.c.slot, Integer) % WEEK
    return (
        select(Feature.code.label("zone"), (hour // HOURS).label("weekday"), (hour % HOURS).label("hour"), counts.c.n)
        .join(Feature, Feature.id == counts.c.slot // WEEK)
        .order_by(Feature.code, counts.c.slot)
    )


def changes(filters: Filters, now: datetime) -> Question:
    """Columns zone (code), category (`event/0102`), name_zh, name_en, now, before: cases reported, by zone and category.

    Before is the equal period before; without both ends of a period every count of it is 0.
    """
    clock = Clock.of(filters, now)
    present, past = placed(Stamp.REPORTED, clock), placed(Stamp.BEFORE, clock)
    sums = {name: func.sum(case((inside, 1), else_=0)).label(name) for name, inside in (("now", present), ("before", past))}
    counted = (
        select(ROW.zone_id.label("zone"), ROW.kind, ROW.category, *sums.values())
        .where(ROW.void.is_(False), _span(filters, clock), *matching(filters, now))
        .group_by(ROW.zone_id, ROW.kind, ROW.category)
        .subquery()
    )
    known = counted.c
    return (
        select(
            *(Feature.code.label("zone"), (known.kind + "/" + known.category).label("category"), Category.name_zh, Category.name_en),
            *(cast(known[name], Integer).label(name) for name in sums),
        )
        .join(Feature, Feature.id == known.zone)
        .outerjoin(Category, and_(Category.kind == known.kind, Category.code == known.category))
        .order_by(Feature.code, known.kind, known.category)
    )


def recent(filters: Filters, now: datetime) -> Filters:
    """The last thirty days of a period, for when there is nothing before the whole of it."""
    until = Clock.of(filters, now).day
    return filters.with_(since=until - timedelta(days=RECENT_DAYS - 1), until=until)


def _span(filters: Filters, clock: Clock) -> ColumnElement[bool]:
    """The days of the period and of the one before it, which meet."""
    earlier = filters.previous()
    return placed(Stamp.REPORTED, replace(clock, since=earlier.since if earlier else filters.since))


def judge_changes(counts: pd.DataFrame, filters: Filters, now: datetime) -> pd.DataFrame:
    """The counts with ratio, z (signed; positive: more than before) and sure, the surest first.

    Counts are compared as rates a day; z is the signed root deviance of two Poisson counts, sure holds the false ones among
    those it marks to 5 % (Benjamini and Hochberg).
    """
    earlier = filters.previous()
    if counts.empty or earlier is None or not (earlier.since and earlier.until and filters.since):
        return counts.assign(ratio=np.nan, z=0.0, sure=False).iloc[:0]
    days = (Clock.of(filters, now).day - filters.since).days + 1
    share = days / (days + (earlier.until - earlier.since).days + 1)
    present, past = counts["now"].to_numpy(float), counts["before"].to_numpy(float)
    z = _signed_root(present, past, share)
    sure = fdrcorrection(2 * norm.sf(np.abs(z)), alpha=FALSE_SHARE)[0]
    with np.errstate(divide="ignore"):
        ratio = np.where(past > 0, present / np.where(past > 0, past, 1) * (1 - share) / share, np.inf)
    judged = counts.assign(ratio=ratio, z=z, sure=sure)
    return judged.iloc[np.argsort(-np.abs(z), kind="stable")].reset_index(drop=True)


def _signed_root(present: Values, past: Values, share: float) -> Values:
    """The signed root of the deviance of `present` among all, when `share` of them is expected."""
    total = present + past

    def term(found: Values, expected: Values) -> Values:
        return np.where(found > 0, found * np.log(np.where(found > 0, found, 1) / np.where(expected > 0, expected, 1)), 0.0)

    deviance = 2 * (term(present, total * share) + term(past, total * (1 - share)))
    root: Values = np.sign(present - total * share) * np.sqrt(np.maximum(deviance, 0))
    return root
