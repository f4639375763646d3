"""The forecast: exact where the answer is known, as sure as it says where chance rules, silent where it knows nothing better."""

from __future__ import annotations

from datetime import date, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from analysis.forecast import HORIZON, INTERVAL, JUDGED, LEAST_DAYS, Forecast, forecast, kinds_of_days, predict, repeat_last_week
from model.clock import WorkCalendar

WEEK = np.array([20, 30, 25, 22, 18, 6, 3], dtype=float)
CHINA = WorkCalendar(country="CN", hours=((time(9), time(17, 30)),))


def weekdays(size: int) -> np.ndarray:
    """Kinds of days without a holiday, with the gap and the horizon behind them."""
    return np.arange(size + 2 * HORIZON) % 7


def by_chance(seed: int, size: int = 250, shares: tuple[float, ...] = (1.0,), scale: float = 1.0) -> np.ndarray:
    """Poisson counts of two channels, with the rhythm of a week."""
    mean = scale * WEEK[weekdays(size)[:size], None, None] * np.array([2.0, 0.5])[:, None] * np.array(shares)
    return np.random.default_rng(seed).poisson(mean).astype(float)


def made(counts: np.ndarray, gap: int = 0) -> Forecast:
    return forecast(counts, weekdays(len(counts)), gap=gap)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        pytest.param(date(2017, 9, 29), 4, id="a Friday"),
        pytest.param(date(2017, 9, 30), 4, id="a Saturday made a working day"),
        pytest.param(date(2017, 10, 2), 6, id="a Monday of the National Day week"),
        pytest.param(date(2017, 10, 7), 5, id="a Saturday of that week"),
        pytest.param(date(2017, 10, 9), 0, id="the Monday after"),
    ],
)
def test_kinds_of_days(day: date, kind: int) -> None:
    assert kinds_of_days([day], CHINA.is_working).tolist() == [kind]


@pytest.mark.parametrize("gap", [0, 1, 5])
def test_a_steady_week_goes_on(gap: int) -> None:
    size = LEAST_DAYS + 9
    kinds = weekdays(size)
    outlook = made(WEEK[kinds[:size], None, None], gap).outlook()

    assert outlook.days_mean == pytest.approx(WEEK[kinds[size + gap : size + gap + HORIZON]])
    assert outlook.mean == pytest.approx(2 * WEEK.sum())
    assert outlook.error == pytest.approx(0)
    # the simplest guess makes no error either, so there is nothing to be better than
    assert np.isnan(outlook.relative_error)
    assert not outlook.has_skill


def test_a_holiday_is_foreseen_as_a_sunday() -> None:
    days = [date(2017, 1, 1) + timedelta(days=n) for n in range(320)]
    kinds = kinds_of_days(days, CHINA.is_working)
    size = (date(2017, 9, 25) - days[0]).days
    ahead = forecast(WEEK[kinds[:size], None, None], kinds[: size + HORIZON]).outlook()

    assert ahead.days_mean == pytest.approx(WEEK[kinds[size : size + HORIZON]])
    assert ahead.days_mean[(date(2017, 10, 2) - days[size]).days] == pytest.approx(WEEK[6])
    # last week's Monday says nothing of a holiday
    later = forecast(WEEK[kinds[: size + 20], None, None], kinds[: size + 20 + HORIZON]).outlook()
    assert later.error < 1e-9 < later.naive_error


def test_the_level_follows_the_last_weeks() -> None:
    counts = np.concatenate([WEEK[weekdays(140)[:140]], 2 * WEEK[weekdays(140)[:56]]])[:, None, None]

    assert made(counts).outlook().mean == pytest.approx(4 * WEEK.sum(), rel=0.1)


@pytest.mark.parametrize(("gap", "taken"), [(0, [93, 94, 95, 96, 97, 98, 99] * 2), (1, [94, 95, 96, 97, 98, 99, 93] * 2)])
def test_the_simplest_guess_by_hand(gap: int, taken: list[int]) -> None:
    counts = np.arange(130, dtype=float)[:, None, None]

    assert repeat_last_week(counts, 100, gap)[:, 0, 0].tolist() == taken
    assert all((100 + gap + n - day) % 7 == 0 and day < 100 for n, day in enumerate(taken))


def test_errors_by_hand() -> None:
    counts = by_chance(1)
    size = len(counts)
    origins = [size - HORIZON - 7 * n for n in range(JUDGED)]
    daily = counts.sum(axis=(1, 2))
    naive = [abs(daily[day] - daily[day - 7 * (1 + (day - origin) // 7)]) for origin in origins for day in range(origin, origin + HORIZON)]

    assert made(counts).outlook().naive_error == pytest.approx(np.mean(naive))


def test_intervals_hold_as_often_as_they_promise() -> None:
    outlooks = [made(by_chance(seed)).outlook() for seed in range(60)]

    assert INTERVAL - 0.07 < sum(float(one.held) for one in outlooks) / sum(one.tried for one in outlooks) < INTERVAL + 0.08
    assert INTERVAL - 0.03 < np.mean([one.days_held for one in outlooks]) < INTERVAL + 0.07


def test_new_outcomes_fall_into_the_intervals() -> None:
    held = []
    for seed in range(150):
        counts = by_chance(seed, 250 + HORIZON)
        ahead = made(counts[:250]).outlook()
        held.append(ahead.low <= counts[250:].sum() <= ahead.high)

    assert INTERVAL - 0.1 < np.mean(held) < INTERVAL + 0.1


def test_chance_alone_gives_the_interval_of_chance() -> None:
    ahead = [made(by_chance(seed)).outlook() for seed in range(30)]
    true = 5 * WEEK.sum()
    wide = np.median([float(one.high - one.low) for one in ahead])

    assert np.mean([one.mean for one in ahead]) == pytest.approx(true, rel=0.02)
    assert 0.95 < wide / (poisson.ppf(0.9, true) - poisson.ppf(0.1, true)) < 1.6


def test_over_chance_alone_the_mean_beats_last_week() -> None:
    outlooks = [made(by_chance(seed, scale=5)).outlook(by=("channel",)) for seed in range(12)]

    # the guess has the chance of two days in it, the mean of one: their errors stand as 1 to the root of 2
    assert np.mean([one.relative_error for one in outlooks]) == pytest.approx(1 / np.sqrt(2), abs=0.06)
    assert np.mean([one.has_skill for one in outlooks]) > 0.95


def test_where_last_week_is_the_best_guess_there_is_no_skill() -> None:
    steps = np.random.default_rng(2).normal(0, 12, (60, 7)).cumsum(axis=0)
    counts = np.maximum(np.round(300 + steps).ravel(), 0)[:, None, None]

    assert not made(counts).outlook().has_skill


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000), st.integers(1, 4), st.integers(0, 3))
def test_parts_add_up_to_the_whole(seed: int, zones: int, gap: int) -> None:
    ahead = made(by_chance(seed, 130, shares=tuple(np.arange(zones) / 3)), gap)
    whole, both = ahead.outlook(), ahead.outlook(by=("channel", "zone"))

    assert both.mean.shape == (2, zones)
    for by, axis in (("channel", 1), ("zone", 0)):
        part = ahead.outlook(by=(by,))
        assert part.mean == pytest.approx(both.mean.sum(axis=axis))
        assert part.mean.sum() == pytest.approx(float(whole.mean))
    alone = ahead.part([1], [zones - 1]).outlook()
    assert [alone.mean, alone.low, alone.high] == pytest.approx([both.mean[1, -1], both.low[1, -1], both.high[1, -1]])
    assert (both.low <= both.high).all()
    assert ((both.days_low >= 0) & (both.days_low <= both.days_high)).all()


def test_a_prediction_knows_nothing_of_what_came_after() -> None:
    counts = by_chance(5)
    changed = counts.copy()
    changed[150:] = 999

    assert predict(counts, weekdays(250), 150) == pytest.approx(predict(changed, weekdays(250), 150))


def test_groups_without_a_case_are_nothing_and_not_an_error() -> None:
    counts = by_chance(1, shares=(1.0, 0.0))
    outlook = made(np.concatenate([counts, np.zeros_like(counts)], axis=1)).outlook(by=("channel", "zone"))

    assert outlook.mean[2:].tolist() == [[0, 0], [0, 0]]
    assert outlook.high[2:].tolist() == [[0, 0], [0, 0]]
    assert not outlook.has_skill[2:].any()


@pytest.mark.parametrize(("size", "kinds", "said"), [(LEAST_DAYS, 300, "at least"), (LEAST_DAYS + 1, LEAST_DAYS + 5, "need one each")])
def test_too_little_is_said(size: int, kinds: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        forecast(np.ones((size, 1, 1)), np.zeros(kinds, dtype=np.int64), gap=1)


def test_the_least_history_gives_a_forecast_and_no_verdict_on_its_intervals() -> None:
    outlook = made(by_chance(4, LEAST_DAYS)).outlook()

    assert outlook.mean == pytest.approx(5 * WEEK.sum(), rel=0.15)
    assert outlook.tried == 0
    assert np.isnan(outlook.held)
