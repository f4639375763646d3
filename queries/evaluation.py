"""What does the evaluation (考核) show beside the KPIs? How long cases took, and what a score was lost on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Float, Integer, case, cast, func, literal, select

from model.cases import CaseRow
from queries.facts import hours_to
from queries.filters import Filters
from queries.groups import key_of
from queries.kpi import Kpi
from queries.kpis import case_condition
from queries.rules import HANDLED_LATE, HANDLING, HANDLING_IN_TIME, HOURS_TO_CONTACT, HOURS_TO_END, UNHANDLED
from queries.run import Question
from queries.sql import whole

Step = Literal["contact", "end"]
# the upper ends of the bins in hours; the last bin is open
EDGES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 24, 30, 36, 42, 48, 60, 72, 84, 96, 120, 144, 168, 216, 264, 336, 480, 720, 1080)
# whose numerator holds the cases that a part of the score was lost on, where it is not the part's own
LOST_ON = {HANDLING.key: UNHANDLED, HANDLING_IN_TIME.key: HANDLED_LATE}
STEPS: dict[Step, Kpi] = {"contact": HOURS_TO_CONTACT, "end": HOURS_TO_END}
# times are kept to the second: an hour that is short by less is a whole one
HALF_SECOND = 0.5 / 3600


def hours_histogram(step: Step, filters: Filters, now: datetime, by: str) -> Question:
    """Columns group, bin (index into EDGES), n, hours (their sum), squares (sum of squared hours), longest.

    The hours are those from the report to the first contact or to the end, over the cases that the KPI of that step counts.
    """
    kpi = STEPS[step]
    key = key_of(by, kpi.stamp)
    hours = hours_to(step)
    full = whole(hours + HALF_SECOND).label("full")
    cases = select(
        *(key.inner.label("key"), full, func.count().label("n"), func.sum(hours).label("hours")),
        *(func.sum(hours * hours).label("squares"), func.max(hours).label("longest")),
    ).select_from(CaseRow)
    counts = key.joined(cases).where(case_condition(kpi, "denominator", filters, now)).group_by("key", "full").subquery()
    place = case(*((counts.c.full < edge, literal(number)) for number, edge in enumerate(EDGES)), else_=len(EDGES)).label("bin")
    sums = (cast(func.sum(counts.c[name]), Float).label(name) for name in ("hours", "squares"))
    longest = cast(func.max(counts.c.longest), Float).label("longest")
    group = key.outer(counts.c.key).label("group")
    columns = (group, place, cast(func.sum(counts.c.n), Integer).label("n"), *sums, longest)
    return select(*columns).group_by(group if key.bucket else counts.c.key, "bin").order_by(group, "bin")


def hours_spread(histogram: pd.DataFrame) -> pd.DataFrame:
    """Columns group, n, mean, deviation (standard deviation of single cases), in hours."""
    sums = histogram.groupby("group", dropna=False)[["n", "hours", "squares"]].sum().astype(float).reset_index()
    mean = sums["hours"] / sums["n"]
    variance = (sums["squares"] - sums["n"] * mean**2) / (sums["n"] - 1).where(sums["n"] > 1)
    return pd.DataFrame({"group": sums["group"], "n": sums["n"], "mean": mean, "deviation": np.sqrt(variance.clip(lower=0))})


def hours_quantiles(histogram: pd.DataFrame, shares: Sequence[float]) -> list[float]:
    """The hours within which these shares of the cases were done; linear within a bin, NaN without cases. Groups count together."""
    limits, known = hours_curve(histogram)
    if not known[-1:]:
        return [float("nan")] * len(shares)
    return [float(one) for one in np.interp(shares, known, limits)]


def hours_curve(histogram: pd.DataFrame) -> tuple[list[float], list[float]]:
    """The share of cases (second) done within so many hours (first), at the ends of the bins; empty lists without cases."""
    counts = histogram.groupby("bin")["n"].sum().astype(float)
    total = float(counts.sum())
    if not total:
        return [], []
    longest = float(histogram["longest"].max())
    last = int(counts.index.max())
    limits = [0.0, *(float(edge) for edge in EDGES[:last]), longest]
    shares = np.concatenate([[0.0], np.cumsum([counts.get(place, 0.0) for place in range(last + 1)]) / total])
    return limits, [float(one) for one in shares]


def deductions(figures: pd.DataFrame, score: Kpi) -> pd.DataFrame:
    """What each part of a score was lost on: columns group (when there is one), part (KPI key), points, lost, cases, due, kpi.

    So many `cases` of those `due` cost the points; `kpi` is the key of the KPI whose numerator they are.

    `figures` is the answer of `read_kpis` by a grouping, with the parts of the score among its KPIs.
    """
    found = []
    for part in score.parts:
        rows = figures[figures["kpi"] == part.kpi.key]
        below = rows["denominator"].astype("Float64")
        cases = rows["numerator"] if part.complement else below - rows["numerator"]
        kpi = LOST_ON.get(part.kpi.key, part.kpi)
        lost = part.points * cases / below.where(below > 0)
        found.append(
            pd.DataFrame({"part": part.kpi.key, "points": part.points, "lost": lost, "cases": cases, "due": below, "kpi": kpi.key})
        )
        if "group" in rows:
            found[-1].insert(0, "group", rows["group"])
    return pd.concat(found, ignore_index=True)
