"""How many cases will come in the next days, how sure is that, and is it better than the simplest guess?

The prediction is the mean of each kind of day (a weekday, a holiday counting as a Sunday) over the last year, times how much the
last weeks lie above or below it, for each channel; zones share a channel as they did lately, so that every sum agrees. It was chosen
by its error over 12 to 26 origins against "the same weekday last week": exponential smoothing and ARIMA, which know no holidays,
made 20 to 40 % more of it on a year with holidays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

Numbers = NDArray[np.float64]
Kinds = NDArray[np.int64]

HORIZON = 14
# days after which a day counts half, for the level and for the shares of the zones
LEVEL_HALF_LIFE, SHARE_HALF_LIFE = 14.0, 28.0
PROFILE_DAYS = 364
# a backtest starts after eight weeks, moves by weeks, and needs four outcomes to say anything
TRAINING_DAYS, STEP_DAYS, LEAST_ORIGINS = 56, 7, 4
# outcomes that the skill is judged by, and all that the intervals learn from
JUDGED, REMEMBERED = 12, 26
LEAST_DAYS = TRAINING_DAYS + (LEAST_ORIGINS - 1) * STEP_DAYS + HORIZON
# the interval holds so many of the outcomes; skill is an error so much smaller than the simplest guess's
INTERVAL, LEAST_SKILL = 0.80, 0.05
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The next days of some groups: each array has the shape of the groups, `days_…` a first axis of days before it.

    `error` and `naive_error` are mean absolute errors a day over the judged origins; `held` of `tried` sums, and the share
    `days_held` of days, lay in the interval that was given for them at the time (NaN when too few outcomes were known then).
    """

    mean: Numbers
    low: Numbers
    high: Numbers
    days_mean: Numbers
    days_low: Numbers
    days_high: Numbers
    error: Numbers
    naive_error: Numbers
    held: Numbers
    tried: int
    days_held: Numbers

    @property
    def relative_error(self) -> Numbers:
        """The error against that of "the same weekday last week"; NaN where that made none."""
        return np.divide(self.error, self.naive_error, out=np.full_like(self.error, np.nan), where=self.naive_error > 0)

    @property
    def has_skill(self) -> NDArray[np.bool_]:
        """Whether the prediction is worth more than the simplest guess."""
        return np.asarray(self.relative_error <= 1 - LEAST_SKILL)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Predictions for the next days and those that would have been made before: [day, channel, zone] and [origin, day, channel, zone]."""

    predicted: Numbers
    past: Numbers
    naive: Numbers
    actual: Numbers
    # outcomes that an origin does not know yet: those of so many origins before it
    lag: int

    def part(self, channels: Sequence[int], zones: Sequence[int]) -> Forecast:
        """The same forecast for some channels and zones, by their places."""
        chosen = (..., np.asarray(channels)[:, None], np.asarray(zones))
        named = {name: getattr(self, name)[chosen] for name in ("predicted", "past", "naive", "actual")}
        return Forecast(**named, lag=self.lag)

    def outlook(self, *, by: Sequence[str] = ()) -> Outlook:
        """The outlook of the sum, or by "channel", by "zone", or by both."""
        over = tuple(axis for axis, name in ((1, "channel"), (2, "zone")) if name not in by)
        later = tuple(axis + 1 for axis in over)
        return _judge(
            self.predicted.sum(axis=over),
            *(one.sum(axis=later) for one in (self.past, self.naive, self.actual)),
            lag=self.lag,
        )


def kinds_of_days(days: Sequence[date], is_working: Callable[[date], bool]) -> Kinds:
    """The kind of each day: its weekday, Monday 0; a weekday without work counts as a Sunday, a weekend day with work as a Friday."""
    kinds = [(day.weekday(), is_working(day)) for day in days]
    return np.array([weekday if works == (weekday < SATURDAY) else FRIDAY if works else SUNDAY for weekday, works in kinds], dtype=np.int64)


def forecast(counts: Numbers, kinds: Kinds, *, gap: int = 0) -> Forecast:
    """The forecast of the `HORIZON` days that come `gap` days after the last one of `counts` [day, channel, zone].

    `kinds` covers the days of `counts`, the gap and the horizon. ValueError when there are fewer than `LEAST_DAYS` days and the gap.
    """
    size = len(counts)
    if size < LEAST_DAYS + gap:
        raise ValueError(f"{size} days were found; a forecast takes at least {LEAST_DAYS + gap} without a break")
    if len(kinds) < size + gap + HORIZON:
        raise ValueError(f"{len(kinds)} kinds of days were found; {size} days, {gap} between and {HORIZON} ahead need one each")
    origins = list(range(size - gap - HORIZON, TRAINING_DAYS - 1, -STEP_DAYS))[:REMEMBERED][::-1]
    return Forecast(
        predicted=predict(counts, kinds, size, gap),
        past=np.stack([predict(counts, kinds, origin, gap) for origin in origins]),
        naive=np.stack([repeat_last_week(counts, origin, gap) for origin in origins]),
        actual=np.stack([counts[origin + gap : origin + gap + HORIZON] for origin in origins]),
        lag=-(-(gap + HORIZON) // STEP_DAYS),
    )


def predict(counts: Numbers, kinds: Kinds, origin: int, gap: int = 0) -> Numbers:
    """Means for the horizon [day, channel, zone], from the days before `origin` alone."""
    first = max(0, origin - PROFILE_DAYS)
    known, past = counts[first:origin], kinds[first:origin]
    channels = known.sum(axis=2)
    present = np.unique(past)
    of_kind = (past[:, None] == present).astype(float)
    profile = of_kind.T @ channels / of_kind.sum(axis=0)[:, None]
    recent = _fading(len(known), LEVEL_HALF_LIFE)
    usual = recent @ profile[np.searchsorted(present, past)]
    level = np.divide(recent @ channels, usual, out=np.zeros_like(usual), where=usual > 0)
    ahead = kinds[origin + gap : origin + gap + HORIZON]
    share = np.tensordot(_fading(len(known), SHARE_HALF_LIFE), known, 1)
    whole = share.sum(axis=1, keepdims=True)
    share = np.divide(share, whole, out=np.full_like(share, 1 / share.shape[1]), where=whole > 0)
    return np.asarray((profile[np.searchsorted(present, ahead)] * level)[:, :, None] * share)


def repeat_last_week(counts: Numbers, origin: int, gap: int = 0) -> Numbers:
    """The simplest guess for the horizon: the same weekday of the last week that is known."""
    return np.stack([counts[day - 7 * -(-(day - origin + 1) // 7)] for day in range(origin + gap, origin + gap + HORIZON)])


def _fading(size: int, half_life: float) -> Numbers:
    """Weights of days, the last one 1."""
    return np.asarray(0.5 ** (np.arange(size - 1, -1, -1) / half_life))


def _judge(predicted: Numbers, past: Numbers, naive: Numbers, actual: Numbers, *, lag: int) -> Outlook:
    """The outlook of groups, from their predictions [day, …] and past ones [origin, day, …]."""
    noise = _noise(past, actual)
    days_low, days_high = _interval(predicted, *noise)
    low, high = _interval(predicted.sum(axis=0), *noise)
    judged = range(max(0, len(past) - JUDGED), len(past))
    held, days_held = [], []
    for origin in judged:
        if (known := origin - lag + 1) < LEAST_ORIGINS:
            continue
        then = _noise(past[:known], actual[:known])
        held.append(_holds(past[origin].sum(axis=0), actual[origin].sum(axis=0), then))
        days_held.append(_holds(past[origin], actual[origin], then).mean(axis=0))
    none = np.full(predicted.shape[1:], np.nan)
    return Outlook(
        mean=predicted.sum(axis=0),
        low=low,
        high=high,
        days_mean=predicted,
        days_low=days_low,
        days_high=days_high,
        error=np.abs(past - actual)[judged.start :].mean(axis=(0, 1)),
        naive_error=np.abs(naive - actual)[judged.start :].mean(axis=(0, 1)),
        held=np.sum(held, axis=0) if held else none,
        tried=len(held),
        days_held=np.mean(days_held, axis=0) if held else none,
    )


def _noise(past: Numbers, actual: Numbers) -> tuple[Numbers, Numbers]:
    """How outcomes scatter: the variance of a day over its mean, at least 1, and the squared share by which whole spans miss beyond it."""
    spans, outcomes = past.sum(axis=1), actual.sum(axis=1)
    fitted = past * np.divide(outcomes, spans, out=np.zeros_like(spans), where=spans > 0)[:, None]
    spread = ((actual - fitted) ** 2).sum(axis=(0, 1))
    expected = fitted.sum(axis=(0, 1)) * (HORIZON - 1) / HORIZON
    daily = np.maximum(np.divide(spread, expected, out=np.ones_like(spread), where=expected > 0), 1.0)
    beyond = ((outcomes - spans) ** 2 - daily * spans).sum(axis=0)
    squares = (spans**2).sum(axis=0)
    return daily, np.maximum(np.divide(beyond, squares, out=np.zeros_like(beyond), where=squares > 0), 0.0)


def _interval(mean: Numbers, daily: Numbers, common: Numbers) -> tuple[Numbers, Numbers]:
    """The ends of the interval around means, with the negative binomial of that mean and variance."""
    variance = np.maximum(daily * mean + common * mean**2, 1e-9)
    tails = ((1 - INTERVAL) / 2, (1 + INTERVAL) / 2)
    excess = np.maximum(variance - mean, 1e-9)
    wide = [nbinom.ppf(tail, np.maximum(mean, 1e-9) ** 2 / excess, np.clip(mean / variance, 1e-9, 1 - 1e-12)) for tail in tails]
    plain = [poisson.ppf(tail, mean) for tail in tails]
    low, high = (np.where(variance > mean * (1 + 1e-6), one, other) for one, other in zip(wide, plain, strict=True))
    return np.maximum(low, 0.0), np.maximum(high, 0.0)


def _holds(mean: Numbers, outcome: Numbers, noise: tuple[Numbers, Numbers]) -> Numbers:
    """1 where the outcome lies in the interval."""
    low, high = _interval(mean, *noise)
    return ((outcome >= low) & (outcome <= high)).astype(float)
