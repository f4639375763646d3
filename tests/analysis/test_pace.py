"""The pace of a ledger: what is needed, when it was met, and when it will be."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.pace import Pace, find_pace, weekly

TODAY = date(2017, 10, 31)
ENTRIES = st.lists(st.tuples(st.dates(date(2017, 1, 1), date(2017, 12, 31)), st.floats(0.5, 500)), max_size=40)


def every_week(amount: float, *, until: date = TODAY) -> list[tuple[date, float]]:
    """The same amount on the last day of each week that ends on a day."""
    days = [until - timedelta(days=7 * n) for n in range(60)]
    return [(day, amount) for day in days if day.year == 2017]


def test_an_even_pace_by_hand() -> None:
    """44 entries of 10 make 440 by 31 October; 60 are missing: six weeks of ten, on 12 December; 61 days are left, 8.71 weeks."""
    pace = find_pace(every_week(10), 500, 2017, TODAY)
    assert (pace.done, pace.left, pace.met_on) == (440, 60, None)
    assert pace.pace == pytest.approx(440 / (304 / 7))
    assert pace.weeks_left == pytest.approx(61 / 7)
    assert pace.needed == pytest.approx(60 / (61 / 7))
    assert pace.expected is not None
    assert (pace.expected.low, pace.expected.on, pace.expected.high) == (date(2017, 12, 12),) * 3


def test_met_on_the_first_day_that_reached_it() -> None:
    entries = [(date(2017, 3, 1), 40.0), (date(2017, 5, 2), 60.0), (date(2017, 6, 1), 5.0)]
    pace = find_pace(entries, 100, 2017, TODAY)
    assert (pace.met_on, pace.needed, pace.expected, pace.left) == (date(2017, 5, 2), None, None, 0)


def test_cents_that_adding_loses_are_not_missing() -> None:
    assert find_pace([(TODAY, 0.1)] * 3, 0.3, 2017, TODAY).met_on == TODAY


def test_what_was_taken_back_is_not_met() -> None:
    entries = [(date(2017, 3, 1), 100.0), (date(2017, 4, 1), -20.0)]
    assert find_pace(entries, 100, 2017, TODAY).met_on is None


@pytest.mark.parametrize(
    ("entries", "target", "today", "pace", "needed"),
    [
        pytest.param([], 4, TODAY, 0.0, 4 / (61 / 7), id="nothing done"),
        pytest.param([], None, TODAY, 0.0, None, id="no target"),
        pytest.param([(date(2017, 1, 3), 52.0)], 100, date(2018, 2, 1), 52 / (365 / 7), None, id="the year is over"),
        pytest.param([(date(2017, 1, 3), 1.0)], 100, date(2017, 1, 20), None, 99 / (345 / 7), id="too few weeks"),
        pytest.param([], 10, date(2016, 12, 1), None, 10 / (365 / 7), id="the year has not begun"),
    ],
)
def test_where_there_is_little_to_say(
    entries: list[tuple[date, float]], target: float | None, today: date, pace: float | None, needed: float | None
) -> None:
    found = find_pace(entries, target, 2017, today)
    assert found.met_on is None
    assert found.pace == (None if pace is None else pytest.approx(pace))
    assert found.needed == (None if needed is None else pytest.approx(needed))
    assert found.expected is None or sum(amount for _, amount in entries) > 0


def test_a_future_year_has_all_its_weeks() -> None:
    assert find_pace([], 10, 2017, date(2016, 12, 1)).weeks_left == pytest.approx(365 / 7)


def test_whole_weeks_end_today() -> None:
    entries = [(date(2017, 1, 1), 9.0), (date(2017, 1, 2), 1.0), (date(2017, 1, 8), 2.0), (date(2017, 1, 15), 4.0)]
    assert weekly(entries, date(2017, 1, 1), date(2017, 1, 15)).tolist() == [3.0, 4.0]


@given(ENTRIES, st.floats(1, 5_000))
def test_a_target_is_met_or_missing(entries: list[tuple[date, float]], target: float) -> None:
    pace: Pace = find_pace(entries, target, 2017, TODAY)
    done = sum(amount for day, amount in entries if day <= TODAY)
    assert pace.done == pytest.approx(done)
    assert pace.left == pytest.approx(max(0.0, target - done), abs=1e-6)
    if pace.met_on is not None:
        assert sum(amount for day, amount in entries if day <= pace.met_on) >= target * (1 - 1e-9)
        assert sum(amount for day, amount in entries if day < pace.met_on) < target
        assert pace.needed is None
    else:
        assert pace.needed is not None
        assert pace.needed * pace.weeks_left + pace.done == pytest.approx(target)
    if pace.expected is not None:
        days = [one or date.max for one in (pace.expected.low, pace.expected.on, pace.expected.high)]
        assert TODAY < days[0] <= days[1] <= days[2]


@given(ENTRIES, st.floats(100, 5_000), st.floats(1.1, 4))
def test_a_higher_target_is_never_met_sooner(entries: list[tuple[date, float]], target: float, times: float) -> None:
    lower, higher = (find_pace(entries, one, 2017, TODAY) for one in (target, target * times))
    if higher.met_on is not None:
        assert lower.met_on is not None
        assert lower.met_on <= higher.met_on
    if lower.expected is not None and higher.expected is not None:
        assert (lower.expected.on or date.max) <= (higher.expected.on or date.max)


def test_the_interval_holds_what_comes() -> None:
    """Of many ledgers of chance, each met at a pace that stays, about four in five are met within the interval."""
    draw, held, tried = np.random.Generator(np.random.PCG64(5)), 0, 0
    for _ in range(150):
        weeks = draw.poisson(3, 80)
        entries = [(date(2017, 1, 1) + timedelta(days=7 * week + 6), float(n)) for week, n in enumerate(weeks) if n]
        today = date(2017, 1, 1) + timedelta(days=7 * 26 - 1)
        target = float(weeks[:26].sum() + 40)
        expected = find_pace([one for one in entries if one[0] <= today], target, 2017, today).expected
        met = find_pace(entries, target, 2017, date(2018, 12, 31)).met_on
        assert expected is not None
        assert met is not None
        # an entry stands for its whole week
        tried, held = tried + 1, held + ((expected.low or date.max) <= met <= (expected.high or date.max) + timedelta(days=6))
    assert 0.72 <= held / tried <= 0.97
