"""Deadlines that are put off, against a calendar worked out by hand (October and November 2017)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.clock import WorkCalendar
from model.kinds import Limit
from model.put_off import Rule, extended_due, resumed_due

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(country="CN", hours=((time(9), time(17, 30)),))
STARTS = some.datetimes(datetime(2017, 1, 2), datetime(2017, 11, 30)).map(lambda at: at.replace(tzinfo=ZONE))
RULES = some.tuples(some.sampled_from(list(Limit)), some.sampled_from([1.0, 2.0, 3.0, 8.0]))


def day(month: int, number: int, hour: int = 17, minute: int = 30) -> datetime:
    return datetime(2017, month, number, hour, minute, tzinfo=ZONE)


def rule(limit: Limit, value: float) -> Rule:
    return Rule(limit=limit, value=value, calendar=CALENDAR, zone=ZONE)


@pytest.mark.parametrize(
    ("limit", "value", "due", "wanted"),
    [
        # Thursday, and the Monday after the weekend
        pytest.param(Limit.WORKING_DAYS, 2, day(10, 26), day(10, 30), id="two working days over a weekend"),
        pytest.param(Limit.WORKING_HOURS, 4, day(10, 27, 16, 30), day(10, 30, 12, 0), id="an hour on Friday, three on Monday"),
        pytest.param(Limit.URGENT_HOURS, 4, day(10, 27, 22), day(10, 28, 2), id="round the clock"),
        pytest.param(Limit.CALENDAR_DAYS, 1, day(10, 27, 23, 59), day(10, 28, 23, 59), id="the next midnight"),
    ],
)
def test_an_extension_grants_the_limit_once_more(limit: Limit, value: float, due: datetime, wanted: datetime) -> None:
    assert extended_due(due, rule(limit, value)).astimezone(ZONE).replace(second=0) == wanted


@pytest.mark.parametrize(
    ("limit", "value", "began", "stop", "wanted"),
    [
        # due Monday 30th; two working days' ends (Thursday, Friday) fall into the stop
        pytest.param(Limit.WORKING_DAYS, 3, day(10, 25, 10, 0), (day(10, 26, 10, 0), day(10, 28, 9, 0)), day(11, 1), id="working days"),
        pytest.param(
            Limit.WORKING_HOURS, 4, day(10, 25, 10, 0), (day(10, 25, 11, 0), day(10, 25, 13, 0)), day(10, 25, 16, 0), id="working hours"
        ),
        pytest.param(
            Limit.URGENT_HOURS, 12, day(10, 25, 10, 0), (day(10, 25, 11, 0), day(10, 26, 11, 0)), day(10, 26, 22, 0), id="round the clock"
        ),
    ],
)
def test_a_clock_that_stood_puts_the_deadline_off(
    limit: Limit, value: float, began: datetime, stop: tuple[datetime, datetime], wanted: datetime
) -> None:
    one = rule(limit, value)
    assert resumed_due(one.after(began), began, one, [stop]).astimezone(ZONE) == wanted


def test_a_deadline_that_was_past_stays() -> None:
    one = rule(Limit.WORKING_HOURS, 4)
    due = one.after(day(10, 25, 10, 0))
    assert resumed_due(due, day(10, 25, 10, 0), one, [(due + timedelta(hours=1), due + timedelta(days=9))]) == due


def test_a_deadline_from_elsewhere_moves_by_the_hours_that_the_clock_stood() -> None:
    stop = (day(10, 25, 10, 0), day(10, 25, 15, 0))
    for known in (rule(Limit.WORKING_DAYS, 5), None):
        assert resumed_due(day(10, 26, 8, 0), day(10, 24, 8, 0), known, [stop]).astimezone(ZONE) == day(10, 26, 13, 0)


@given(STARTS, RULES, some.integers(0, 2), some.floats(0, 200), some.floats(0, 300))
def test_standing_still_never_brings_a_deadline_nearer(
    began: datetime, kind: tuple[Limit, float], extensions: int, after: float, length: float
) -> None:
    one = rule(*kind)
    due = one.after(began)
    for _ in range(extensions):
        longer = extended_due(due, one)
        assert longer > due
        due = longer
    since = began + timedelta(hours=after)
    stop = (since, since + timedelta(hours=length))
    later = resumed_due(due, began, one, [stop], extensions=extensions)
    assert later >= due
    assert later <= due or due > since
