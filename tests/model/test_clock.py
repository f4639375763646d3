"""When is a case due? The 2017 National Day week by hand, laws by property, and a minute-by-minute oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.clock import WorkCalendar, due_at, due_times
from model.kinds import Limit

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar(country="CN", hours=((time(9), time(17, 30)),))
LUNCH = WorkCalendar(country="CN", hours=((time(9), time(12)), (time(13), time(17, 30))))
HOURS, DAYS = Limit.WORKING_HOURS, Limit.WORKING_DAYS


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# Saturday 30 September 2017 was worked in exchange; 1 to 8 October were closed
NATIONAL_DAY = [
    pytest.param("2017-09-29 16:30", HOURS, 2, "2017-09-30 10:00", id="hours go on over the make-up Saturday"),
    pytest.param("2017-09-30 17:00", HOURS, 2, "2017-10-09 10:30", id="hours jump the week"),
    pytest.param("2017-10-01 10:00", HOURS, 4, "2017-10-09 13:00", id="hours begin with the next opening"),
    pytest.param("2017-09-30 09:00", HOURS, 8.5, "2017-09-30 17:30", id="used up at closing time is due at closing time"),
    pytest.param("2017-09-30 17:30", HOURS, 0.5, "2017-10-09 09:30", id="closing time is closed"),
    pytest.param("2017-09-29 10:00", DAYS, 1, "2017-09-30 17:30", id="the make-up Saturday is a working day"),
    pytest.param("2017-09-29 10:00", DAYS, 3, "2017-10-10 17:30", id="three days reach behind the week"),
    pytest.param("2017-09-30 23:00", DAYS, 1, "2017-10-09 17:30", id="late on an open day is still that day"),
    pytest.param("2017-10-04 12:00", DAYS, 1, "2017-10-10 17:30", id="in the week: arrives on the 9th"),
    pytest.param("2017-10-09 09:00", DAYS, 1, "2017-10-10 17:30", id="the first morning after it: the same"),
    pytest.param("2017-10-04 12:00", DAYS, 5, "2017-10-16 17:30", id="five days from within the week"),
    pytest.param("2017-09-30 23:00", Limit.URGENT_HOURS, 4, "2017-10-01 03:00", id="urgent hours run through the night"),
    pytest.param("2017-09-30 10:00", Limit.CALENDAR_DAYS, 3, "2017-10-03 23:59:59", id="calendar days run through the week"),
]


@pytest.mark.parametrize(("start", "limit", "value", "due"), NATIONAL_DAY)
def test_national_day(start: str, limit: Limit, value: float, due: str) -> None:
    assert due_at(at(start), limit, value, OFFICE, SHANGHAI) == at(due)


SUSPENDED = [
    pytest.param(Limit.URGENT_HOURS, 4, "2017-10-11 20:00", id="six hours later round the clock"),
    pytest.param(HOURS, 4, "2017-10-12 11:00", id="two of four were used, two are left for the morning"),
    pytest.param(DAYS, 1, "2017-10-12 17:30", id="the next day's close is not in it"),
    pytest.param(Limit.CALENDAR_DAYS, 1, "2017-10-12 23:59:59", id="the next midnight is not in it"),
]


@pytest.mark.parametrize(("limit", "value", "due"), SUSPENDED)
def test_the_clock_stands_while_suspended(limit: Limit, value: float, due: str) -> None:
    stops = [(at("2017-10-11 12:00"), at("2017-10-11 18:00"))]
    assert due_at(at("2017-10-11 10:00"), limit, value, OFFICE, SHANGHAI, stopped=stops) == at(due)


def test_a_working_day_closed_in_suspension_does_not_count() -> None:
    stops = [(at("2017-10-12 10:00"), at("2017-10-14 10:00"))]
    assert due_at(at("2017-10-11 10:00"), DAYS, 1, OFFICE, SHANGHAI, stopped=stops) == at("2017-10-16 17:30")


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        due_at(at("2017-10-11 10:00"), DAYS, 0, OFFICE, SHANGHAI)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        due_at(datetime(2017, 10, 11), DAYS, 1, OFFICE, SHANGHAI)


minutes = st.datetimes(datetime(2016, 1, 1), datetime(2019, 12, 31)).map(lambda m: m.replace(second=0, microsecond=0, tzinfo=SHANGHAI))
limits = st.sampled_from(list(Limit))
calendars = st.sampled_from([OFFICE, LUNCH])


@given(start=minutes, later=st.integers(0, 20_000), limit=limits, value=st.integers(1, 40), more=st.integers(0, 9), calendar=calendars)
def test_later_or_longer_is_never_due_earlier(
    *, start: datetime, later: int, limit: Limit, value: int, more: int, calendar: WorkCalendar
) -> None:
    due = due_at(start, limit, value, calendar, SHANGHAI)
    assert due > start
    assert due_at(start + timedelta(minutes=later), limit, value, calendar, SHANGHAI) >= due
    assert due_at(start, limit, value + more, calendar, SHANGHAI) >= due


@given(start=minutes, limit=st.sampled_from([HOURS, DAYS]), value=st.integers(1, 40), calendar=calendars)
def test_never_due_on_a_closed_day(start: datetime, limit: Limit, value: int, calendar: WorkCalendar) -> None:
    due = due_at(start, limit, value, calendar, SHANGHAI).astimezone(SHANGHAI)
    assert calendar.is_working(due.date())
    assert calendar.is_open(due - timedelta(microseconds=1))


@given(start=minutes, limit=limits, value=st.integers(1, 20), first=st.integers(0, 5000), length=st.integers(1, 5000), calendar=calendars)
def test_a_stop_never_brings_the_deadline_forward(
    *, start: datetime, limit: Limit, value: int, first: int, length: int, calendar: WorkCalendar
) -> None:
    stop = start + timedelta(minutes=first), start + timedelta(minutes=first + length)
    due = due_at(start, limit, value, calendar, SHANGHAI, stopped=[stop])
    assert due >= due_at(start, limit, value, calendar, SHANGHAI)
    assert not stop[0] <= due - timedelta(microseconds=1) < stop[1] - timedelta(microseconds=1)


@settings(max_examples=40, deadline=None)
@given(start=minutes, value=st.integers(1, 20), first=st.integers(0, 3000), length=st.integers(1, 3000), calendar=calendars)
def test_working_hours_equal_a_walk_minute_by_minute(start: datetime, value: int, first: int, length: int, calendar: WorkCalendar) -> None:
    stop = start + timedelta(minutes=first), start + timedelta(minutes=first + length)
    now, left, step = start, value * 60, timedelta(minutes=1)
    while left:
        left -= calendar.is_open(now) and not stop[0] <= now < stop[1]
        now += step
    assert due_at(start, HOURS, value, calendar, SHANGHAI, stopped=[stop]) == now


@settings(max_examples=60, deadline=None)
@given(start=minutes, value=st.integers(1, 30))
def test_working_days_equal_a_walk_day_by_day(start: datetime, value: int) -> None:
    day, left = start.date(), value
    while not OFFICE.is_working(day):
        day += timedelta(days=1)
    while left:
        day += timedelta(days=1)
        left -= OFFICE.is_working(day)
    assert due_at(start, DAYS, value, OFFICE, SHANGHAI) == datetime.combine(day, time(17, 30), SHANGHAI)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.tuples(minutes, limits, st.integers(1, 30)), min_size=1, max_size=20))
def test_a_frame_of_cases_is_due_as_each_alone(rows: list[tuple[datetime, Limit, int]]) -> None:
    starts = pd.Series([pd.Timestamp(row[0]).tz_convert(UTC) for row in rows])
    due = due_times(starts, pd.Series([row[1].value for row in rows]), pd.Series([float(row[2]) for row in rows]), OFFICE, SHANGHAI)
    assert [moment.to_pydatetime() for moment in due] == [due_at(*row, OFFICE, SHANGHAI) for row in rows]


def test_a_frame_without_a_limit_has_no_deadline() -> None:
    starts = pd.Series([pd.Timestamp("2017-10-09 09:00", tz="Asia/Shanghai")] * 2, index=[7, 9])
    due = due_times(starts, pd.Series([None, "working_days"], index=[7, 9]), pd.Series([1.0, 1.0], index=[7, 9]), OFFICE, SHANGHAI)
    assert due.isna().tolist() == [True, False]
    assert due[9] == pd.Timestamp("2017-10-10 17:30", tz="Asia/Shanghai")


def test_moved_working_days_of_2017_are_known() -> None:
    worked = [date(2017, 1, 22), date(2017, 2, 4), date(2017, 4, 1), date(2017, 5, 27), date(2017, 9, 30)]
    assert all(OFFICE.is_working(day) for day in worked)
    assert not any(OFFICE.is_working(date(2017, 10, day)) for day in range(1, 9))
