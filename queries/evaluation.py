"""What does the evaluation (考核) show beside the KPIs? How long cases took, and what a score was lost on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Float, Integer, cast, func, select, union_all

from model.cases import CaseRow
from model.facts import Fact
from model.hours import EDGES
from model.sums import SPREAD_FIELDS, CaseSum
from queries.facts import Clock, bin_to, hours_to
from queries.filters import Filters
from queries.groups import Key, key_of
from queries.kept import kept_key, kept_of
from queries.kpi import Kpi
from queries.looked import Cases, cases_of
from queries.rules import HANDLED_LATE, HANDLING, HANDLING_IN_TIME, HOURS_TO_CONTACT, HOURS_TO_END, UNHANDLED
from queries.run import Question

Step = Literal["contact", "end"]
# whose numerator holds the cases that a part of the score was lost on, where it is not the part's own
LOST_ON = {HANDLING.key: UNHANDLED, HANDLING_IN_TIME.key: HANDLED_LATE}
STEPS: dict[Step, Kpi] = {"contact": HOURS_TO_CONTACT, "end": HOURS_TO_END}


def hours_histogram(step: Step, filters: Filters, now: datetime, by: str) -> Question:
    """Columns group, bin (index into EDGES), n, hours (their sum), squares (sum of squared hours).

    The hours are those from the report to the first contact or to the end, over the cases that the KPI of that step counts.
    """
    kpi = STEPS[step]
    key, clock = key_of(by, kpi.stamp), Clock.of(filters, now)
    kept = kept_of(kpi.stamp, kpi.below, filters, clock, by) if by in SPREAD_FIELDS else None
    if kept is None:
        branches = [_bins(step, key, cases) for cases in cases_of(kpi.below, filters, clock)]
    else:
        # which days they are of is said by what they stand beside
        facts = kpi.below - {Fact(kpi.stamp.value)}
        beside = (_bins(step, key, cases.that(cases.have(facts, clock)).that_match(filters, clock)) for cases in kept.looked_at())
        columns = (CaseSum.mask.label("bin"), CaseSum.n.label("n"), CaseSum.hours.label("hours"), CaseSum.squares.label("squares"))
        branches = [select(kept_key(by).label("key"), *columns).where(*kept.spread(step)), *beside]
    counts = (union_all(*branches) if len(branches) > 1 else branches[0]).subquery("bins")
    sums = (cast(func.sum(counts.c[name]), Float).label(name) for name in ("hours", "squares"))
    group = key.outer(counts.c.key).label("group")
    n = cast(func.sum(counts.c.n), Integer).label("n")
    grouped = select(group, counts.c.bin.label("bin"), n, *sums).group_by(group if key.bucket else counts.c.key, counts.c.bin)
    return grouped.having(func.sum(counts.c.n) > 0).order_by(group, counts.c.bin)


def _bins(step: Step, key: Key, single: Cases) -> Question:
    """Single cases by key and bin."""
    hours = hours_to(step)
    sums: dict[str, ColumnElement[Any]] = {"n": func.count(), "hours": func.sum(hours), "squares": func.sum(hours * hours)}
    columns = ((total if single.times == 1 else single.times * total).label(name) for name, total in sums.items())
    counted = select(key.inner.label("key"), bin_to(step).label("bin"), *columns).select_from(CaseRow)
    return key.joined(counted).where(*single.where).group_by("key", "bin")


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
    last = int(counts.index.max())
    limits = [0.0, *(float(edge) for edge in EDGES[: last + 1])]
    if last == len(EDGES):
        # the open bin ends as far behind its mean as it begins before it
        beyond = histogram[histogram["bin"] == last]
        limits.append(2 * float(beyond["hours"].sum()) / counts[last] - EDGES[-1])
    shares = np.concatenate([[0.0], np.cumsum([counts.get(place, 0.0) for place in range(last + 1)]) / total])
    return limits, [float(one) for one in shares]


def up_to(step: Step, place: int) -> tuple[str, ...]:
    """`Filters.within` of the cases that a point of `hours_curve` counts; the end of the open bin counts them all."""
    return (f"{step}/{EDGES[place - 1]}",) if 0 < place <= len(EDGES) else ()


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
