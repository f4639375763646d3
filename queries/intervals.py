"""How sure is a figure? Intervals of shares, counts, means and scores, and the ranks that a group may truly have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson

from queries.kpi import Kpi

# a share, mean or score of fewer cases is shown and marked, not ranked
MIN_CASES = 30
# every interval holds the truth in 95 of 100 such tables
DOUBT = 0.05
Values = NDArray[np.float64]
Ends = tuple[Values, Values]


def rank_groups(figures: pd.DataFrame, kpi: Kpi, spread: pd.DataFrame | None = None) -> pd.DataFrame:
    """The groups of one KPI from first to last, those without a rank at the end.

    `figures` is the answer of `read_kpis` by a grouping; `spread` is that of `hours_spread`, for means of hours. Columns group,
    value, numerator, denominator, cases, low and high (each group's own 95 % interval), rank (empty: not ranked), best and worst
    (the ranks that the group may have, all groups together at 95 %). Groups without a name are not ranked.
    """
    groups = figures[figures["kpi"] == kpi.key].drop(columns="kpi").reset_index(drop=True)
    groups["cases"] = groups["numerator"] if kpi.denominator is None else groups["denominator"]
    enough = (groups["cases"] >= MIN_CASES) | (kpi.unit == "cases")
    ranked = (groups["group"].notna() & groups["value"].notna() & enough).fillna(False).astype(bool)
    groups["low"], groups["high"] = _ends(groups, figures, kpi, spread, DOUBT)
    chosen = groups[ranked]
    low, high = _ends(chosen, figures, kpi, spread, joint_doubt(len(chosen)))
    sign = -1.0 if kpi.better == "lower" else 1.0
    groups["rank"] = (sign * chosen["value"]).rank(ascending=False, method="min").astype("Int64")
    groups.loc[ranked, ["best", "worst"]] = np.column_stack(_places(*((low, high) if sign > 0 else (-high, -low))))
    order = groups.assign(nothing=groups["rank"].isna()).sort_values(["nothing", "rank", "cases"], ascending=[True, True, False])
    return order.drop(columns="nothing").reset_index(drop=True)


def share_interval(above: Any, below: Any, doubt: float = DOUBT) -> Ends:
    """Wilson's score interval of shares; of a mean of weights between 0 and 1 it is on the safe side."""
    above, below = np.asarray(above, float), np.asarray(below, float)
    some = below > 0
    low, high = proportion_confint(np.where(some, above, 0), np.where(some, below, 1), alpha=doubt, method="wilson")
    return np.where(some, low, np.nan), np.where(some, high, np.nan)


def count_interval(counts: Any, doubt: float = DOUBT) -> Ends:
    """The exact Poisson interval (Garwood) of counts: what the same cause might have brought."""
    low, high = confint_poisson(np.asarray(counts, float), 1, method="exact-c", alpha=doubt)
    return np.atleast_1d(low).astype(float), np.atleast_1d(high).astype(float)


def mean_interval(mean: Any, deviation: Any, cases: Any, doubt: float = DOUBT) -> Ends:
    """The normal interval of means, from the standard deviation of single cases; never below 0."""
    mean, half = np.asarray(mean, float), norm.isf(doubt / 2) * np.asarray(deviation, float) / np.sqrt(np.asarray(cases, float))
    return np.maximum(mean - half, 0), mean + half


def share_difference(one: tuple[float, float], other: tuple[float, float], doubt: float = DOUBT) -> tuple[float, float]:
    """Newcombe's interval of the difference of two shares, each (numerator, denominator)."""
    low, high = confint_proportions_2indep(*one, *other, compare="diff", method="newcomb", alpha=doubt)
    return float(low), float(high)


def count_ratio(one: float, other: float, doubt: float = DOUBT) -> tuple[float, float]:
    """The interval of the ratio of two Poisson counts over equal times: Wilson's, of the first one's share in both."""
    low, high = (float(end[0]) for end in share_interval([one], [one + other], doubt))
    return low / (1 - low), high / (1 - high) if high < 1 else float("inf")


def joint_doubt(groups: int) -> float:
    """Šidák's doubt for each of so many intervals, that all of them together hold the truth at 95 %."""
    return float(1 - (1 - DOUBT) ** (1 / max(groups, 1)))


def _ends(groups: pd.DataFrame, figures: pd.DataFrame, kpi: Kpi, spread: pd.DataFrame | None, doubt: float) -> Ends:
    above, below, value = (groups[name].astype(float).to_numpy() for name in ("numerator", "denominator", "value"))
    match kpi.unit:
        case "share":
            return share_interval(above, below, doubt)
        case "cases":
            return count_interval(above, doubt)
        case "hours" if spread is not None:
            found = spread.set_index("group").reindex(groups["group"])
            return mean_interval(value, found["deviation"].astype(float), below, doubt)
        case "points":
            half = norm.isf(doubt / 2) * _score_deviation(figures, kpi, groups["group"])
            return np.maximum(value - half, 0), np.minimum(value + half, 100)
        case _:
            return np.full(len(groups), np.nan), np.full(len(groups), np.nan)


def _score_deviation(figures: pd.DataFrame, score: Kpi, groups: pd.Series[Any]) -> Values:
    """An upper bound of a score's standard error: a sum deviates at most by the sum of its parts' deviations."""
    total = np.zeros(len(groups))
    for part in score.parts:
        rows = figures[figures["kpi"] == part.kpi.key].set_index("group").reindex(groups)
        rate, cases = rows["value"].astype(float).to_numpy(), rows["denominator"].astype(float).to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            total += part.points * np.sqrt(rate * (1 - rate) / cases)
    return total


def _places(low: Values, high: Values) -> tuple[NDArray[Any], NDArray[Any]]:
    """The best and the worst rank: after all that are surely higher, before all that are surely lower (Klein, Wright, Wieczorek 2020)."""
    if np.isnan(low).any():
        nothing = np.full(len(low), np.nan)
        return nothing, nothing
    best = 1 + (low[None, :] > high[:, None]).sum(axis=1)
    worst = len(low) - (high[None, :] < low[:, None]).sum(axis=1)
    return best, worst
