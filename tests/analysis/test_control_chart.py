"""Control charts against hand-worked Poisson limits and counted weeks."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.control_chart import control_chart, poisson_limits

SIGNED = date(2017, 6, 20)
FIRST = date(2017, 1, 1)


def above(limit: int, mean: float) -> float:
    """P(X > limit) by the sum of the series."""
    return 1 - exp(-mean) * sum(mean**n / factorial(n) for n in range(limit + 1))


@pytest.mark.parametrize(
    ("mean", "risk", "upper", "false_alarm"),
    [
        # 1 - e^-1 (1 + 1 + 1/2 + 1/6 + 1/24 + 1/120); with four it were 0.00366
        pytest.param(1.0, 0.00135, 5, 0.000594, id="one a week"),
        # 1 - e^-0.1 (1 + 0.1); with none it were 0.0952
        pytest.param(0.1, 0.01, 1, 0.004679, id="one in ten weeks"),
        pytest.param(4.0, 0.00135, 11, 0.000915, id="four a week"),
        pytest.param(0.0, 0.01, 0, 0.0, id="none ever"),
    ],
)
def test_limits_by_hand(mean: float, risk: float, upper: int, false_alarm: float) -> None:
    found = poisson_limits(mean, risk)
    assert found.upper == upper
    assert found.false_alarm == pytest.approx(false_alarm, abs=1e-6)


@given(st.floats(0.01, 40), st.floats(1e-4, 0.2))
def test_the_limit_is_the_lowest_that_keeps_its_promise(mean: float, risk: float) -> None:
    found = poisson_limits(mean, risk)
    assert found.false_alarm == pytest.approx(above(found.upper, mean), abs=1e-9)
    assert found.false_alarm <= risk + 1e-9
    assert found.upper == 0 or above(found.upper - 1, mean) > risk - 1e-9
    assert found.weeks_between == pytest.approx(1 / found.false_alarm)


def test_a_mean_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="takes 0 or more"):
        poisson_limits(-1, 0.01)


def test_weeks_are_counted_from_the_sign_off_both_ways() -> None:
    ago = [0, 6, 7, 24 * 7 - 1, 24 * 7]
    days = [SIGNED - timedelta(days=n) for n in ago] + [SIGNED + timedelta(days=n) for n in (1, 7, 8, 37, 133, 134)]
    chart = control_chart(days, FIRST, SIGNED, SIGNED + timedelta(days=139))
    assert chart is not None
    # 171 days to the sign-off are 24 whole weeks; the first three days of the data belong to none
    assert chart.before == (1, *([0] * 21), 1, 2)
    assert chart.before_weeks[0] == date(2017, 1, 4)
    assert chart.before_weeks[-1] + timedelta(days=6) == SIGNED
    # 139 days since are 19 whole weeks
    assert chart.after == (2, 1, 0, 0, 0, 1, *([0] * 12), 1)
    assert chart.after_weeks[0] == SIGNED + timedelta(days=1)
    assert chart.before_limits.mean == pytest.approx(4 / 24)


def test_two_cases_in_a_week_alarm_where_a_tenth_is_put_up_with() -> None:
    """24 weeks with 26 cases: mean 1.0833, put up with 0.10833; P(X > 1) is 0.00546, one week in 183; the old level shows in 3.4 weeks."""
    before = [SIGNED - timedelta(days=6 * n) for n in range(26)]
    after = [SIGNED + timedelta(days=n) for n in (37, 38, 52)]
    chart = control_chart(before + after, FIRST, SIGNED, date(2017, 10, 31))
    assert chart is not None
    assert chart.before_limits.mean == pytest.approx(26 / 24)
    assert (chart.before_limits.upper, chart.after_limits.upper) == (5, 1)
    assert chart.after_limits.false_alarm == pytest.approx(0.00546, abs=1e-5)
    assert chart.after_limits.weeks_between == pytest.approx(183.1, abs=0.1)
    assert chart.weeks_to_notice == pytest.approx(1 / above(1, 26 / 24))
    assert chart.alarms == (SIGNED + timedelta(days=36),)


def test_too_short_a_history_gives_no_chart() -> None:
    assert control_chart([], SIGNED - timedelta(days=54), SIGNED, SIGNED) is None
    quiet = control_chart([], SIGNED - timedelta(days=55), SIGNED, SIGNED)
    assert quiet is not None
    assert (quiet.before, quiet.after, quiet.alarms, quiet.weeks_to_notice) == ((0,) * 8, (), (), float("inf"))
