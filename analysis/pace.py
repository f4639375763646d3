"""When will a target be met? The pace so far, the pace needed, and the day it is met at this pace with its interval.

The day comes from the Bayesian bootstrap (Rubin, 1981) of whole weeks: each of many futures draws how likely each past week is to come
again, then draws weeks until the target is met. So few or uneven weeks give a wide interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import isclose

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
WEEK_DAYS = 7
FUTURES = 1_000
HORIZON_WEEKS = 260
# the interval holds so many of the futures
INTERVAL = 0.80
# fewer weeks give no pace
LEAST_WEEKS = 4
SEED = 20_170_101


@dataclass(frozen=True, kw_only=True)
class Met:
    """When the target is met in the middle future, and the ends of the interval; None for an end beyond the horizon."""

    on: date | None
    low: date | None
    high: date | None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How a ledger stands today. Paces are in its unit a week; None where there is nothing to say."""

    done: float
    target: float | None
    # of the year up to today
    weeks: float
    pace: float | None
    # from tomorrow to the end of the ledger's year
    weeks_left: float
    needed: float | None
    met_on: date | None
    expected: Met | None

    @property
    def left(self) -> float | None:
        """What is missing to the target, never below 0."""
        return None if self.target is None else max(0.0, self.target - self.done)


def find_pace(entries: Sequence[tuple[date, float]], target: float | None, year: int, today: date) -> Pace:
    """The pace of a year's ledger from its (day, amount) entries up to today; later entries are left out."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    known = sorted((day, amount) for day, amount in entries if day <= today)
    done = float(sum(amount for _, amount in known))
    # work that began before the year sets the pace from its own first day
    start = min([first, *(day for day, _ in known)])
    end = min(today, last) if not known else max(min(today, last), known[-1][0])
    weeks = max(0.0, ((end - start).days + 1) / WEEK_DAYS)
    weeks_left = max(0.0, (last - max(today, first - timedelta(days=1))).days / WEEK_DAYS)
    met_on = None if target is None else _met_on(known, target)
    left = 0.0 if target is None or met_on else target - done
    return Pace(
        done=done,
        target=target,
        weeks=weeks,
        pace=done / weeks if weeks >= LEAST_WEEKS else None,
        weeks_left=weeks_left,
        needed=left / weeks_left if left > 0 and weeks_left > 0 else None,
        met_on=met_on,
        expected=_expect(weekly(known, start, end), left, max(today, end)) if left > 0 else None,
    )


def weekly(entries: Sequence[tuple[date, float]], start: date, end: date) -> Numbers:
    """Sums of the whole weeks that end on `end`; what came before the first of them is left out."""
    weeks = max(0, ((end - start).days + 1) // WEEK_DAYS)
    sums = np.zeros(weeks)
    for day, amount in entries:
        place = weeks - 1 - (end - day).days // WEEK_DAYS
        if 0 <= place < weeks:
            sums[place] += amount
    return sums


def _met_on(entries: Sequence[tuple[date, float]], target: float) -> date | None:
    """The first day on which the sum reached the target, when it still holds today; cents may be lost in adding."""
    sums = list(accumulate(amount for _, amount in entries))
    if not sums or not _reaches(sums[-1], target):
        return None
    return next(day for (day, _), total in zip(entries, sums, strict=True) if _reaches(total, target))


def _reaches(total: float, target: float) -> bool:
    return total >= target or isclose(total, target, rel_tol=1e-9)


def _expect(weeks: Numbers, left: float, today: date) -> Met | None:
    """The day on which what is left is done; None without a pace."""
    if len(weeks) < LEAST_WEEKS or weeks.sum() <= 0:
        return None
    needed = _weeks_needed(weeks, left)
    low, middle, high = np.quantile(needed, [(1 - INTERVAL) / 2, 0.5, (1 + INTERVAL) / 2], method="inverted_cdf")
    return Met(on=_day(middle, today), low=_day(low, today), high=_day(high, today))


def _weeks_needed(weeks: Numbers, left: float) -> Numbers:
    """In each future, how many weeks until so much is done, the last one by its part; inf beyond the horizon."""
    draw = np.random.Generator(np.random.PCG64(SEED))
    likely = draw.dirichlet(np.ones(len(weeks)), FUTURES).cumsum(axis=1)
    needed, total = np.full(FUTURES, np.inf), np.zeros(FUTURES)
    for week in range(HORIZON_WEEKS):
        running = np.flatnonzero(np.isinf(needed))
        if not len(running):
            break
        picked = (likely[running] < draw.random((len(running), 1))).sum(axis=1)
        gained = weeks[np.minimum(picked, len(weeks) - 1)]
        met = total[running] + gained >= left
        needed[running[met]] = week + (left - total[running[met]]) / gained[met]
        total[running] += gained
    return needed


def _day(weeks: float, today: date) -> date | None:
    return None if np.isinf(weeks) else today + timedelta(days=max(1, int(np.ceil(weeks * WEEK_DAYS))))
