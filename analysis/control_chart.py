"""Do an area's cases come back to their old level? Counts by week against exact Poisson limits, with the false alarms these give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

WEEK_DAYS = 7
# a week of the old level lies above its limit about as rarely as beyond three sigma of a normal one
BEFORE_RISK = 0.00135
# after sign-off a tenth of the old level is put up with; at that level one week in a hundred, at most, alarms for nothing
TOLERATED, AFTER_RISK = 0.10, 0.01
# fewer whole weeks say no level
LEAST_WEEKS = 8


@dataclass(frozen=True, kw_only=True)
class Limits:
    """A c-chart's limits: a week with more than `upper` cases alarms, which happens with `false_alarm` while the mean is `mean`."""

    mean: float
    upper: int
    false_alarm: float

    @property
    def weeks_between(self) -> float:
        """How many weeks lie between two false alarms on average; inf when there can be none."""
        return 1 / self.false_alarm if self.false_alarm > 0 else float("inf")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """An area's cases by whole weeks before and after its sign-off, oldest first; weeks are counted from that day both ways."""

    before_weeks: tuple[date, ...]
    before: tuple[int, ...]
    after_weeks: tuple[date, ...]
    after: tuple[int, ...]
    before_limits: Limits
    after_limits: Limits
    # how many weeks pass until the first alarm, on average, should the old level come back
    weeks_to_notice: float

    @property
    def alarms(self) -> tuple[date, ...]:
        """The first days of the weeks after sign-off that lie above the limit."""
        return tuple(week for week, n in zip(self.after_weeks, self.after, strict=True) if n > self.after_limits.upper)


def poisson_limits(mean: float, risk: float) -> Limits:
    """The lowest limit that counts of this mean pass with a probability of `risk` at most; ValueError for a negative mean."""
    if not mean >= 0:
        raise ValueError(f"a mean of {mean} cases a week was found; it takes 0 or more")
    upper = int(poisson.ppf(1 - risk, mean)) if mean > 0 else 0
    return Limits(mean=mean, upper=upper, false_alarm=float(poisson.sf(upper, mean)) if mean > 0 else 0.0)


def control_chart(days: Sequence[date], first: date, signed_off_on: date, today: date) -> Chart | None:
    """The chart of cases on these days; `first` is the first day of the data. None with fewer than `LEAST_WEEKS` weeks before sign-off.

    The day of sign-off ends the last week before it. Montgomery, Introduction to Statistical Quality Control, 7.3 (c-chart), with exact
    probability limits instead of three sigma: at few cases a week the normal curve gives wrong alarms.
    """
    before_count = ((signed_off_on - first).days + 1) // WEEK_DAYS
    after_count = max(0, (today - signed_off_on).days // WEEK_DAYS)
    if before_count < LEAST_WEEKS:
        return None
    offsets = np.array([(day - signed_off_on).days for day in days], dtype=np.int64)
    before = _counts(offsets + before_count * WEEK_DAYS - 1, before_count)
    after = _counts(offsets - 1, after_count)
    mean = float(before.mean())
    after_limits = poisson_limits(mean * TOLERATED, AFTER_RISK)
    noticed = float(poisson.sf(after_limits.upper, mean)) if mean > 0 else 0.0
    start = signed_off_on - timedelta(days=before_count * WEEK_DAYS - 1)
    return Chart(
        before_weeks=_weeks(start, before_count),
        before=tuple(int(n) for n in before),
        after_weeks=_weeks(signed_off_on + timedelta(days=1), after_count),
        after=tuple(int(n) for n in after),
        before_limits=poisson_limits(mean, BEFORE_RISK),
        after_limits=after_limits,
        weeks_to_notice=1 / noticed if noticed else float("inf"),
    )


def _counts(offsets: NDArray[np.int64], weeks: int) -> NDArray[np.int64]:
    """Cases by week, from days counted from the first week's first day."""
    inside = offsets[(offsets >= 0) & (offsets < weeks * WEEK_DAYS)]
    return np.bincount(inside // WEEK_DAYS, minlength=weeks)[:weeks] if weeks else np.zeros(0, dtype=np.int64)


def _weeks(start: date, count: int) -> tuple[date, ...]:
    return tuple(start + timedelta(days=WEEK_DAYS * week) for week in range(count))
