"""When is a case due? Time limits on the working calendar, where moved working days (调休) count.

What each limit means (DESIGN §6; the four types as grid systems name them):
- urgent hours (紧急工作时) run round the clock from the start.
- working hours (工作时) count office hours only; a limit that is used up at closing time is due at closing time.
- working days (工作日) end with the office hours of the n-th working day after the day of arrival, which does not
  count itself (Civil Code of China, arts. 201 and 203: the first day is not counted, the last ends when business
  stops). What arrives on a closed day arrives with the next opening: the first day of a holiday has the same
  deadline as the first morning after it.
- calendar days (自然日) end with the n-th day after the day of arrival, at 23:59:59, open or closed.
While a case is suspended (挂账) its clock stands: hours are added back, and a day counts only when the clock runs
at its end. Parts of a day count as a whole day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from config import settings
from model.kinds import Limit

Micros = NDArray[Any]
Span = tuple[datetime, datetime]
DAY = 86_400_000_000
HOUR = 3_600_000_000
EPOCH = date(1970, 1, 1)
# the least share of working days in a year, for how far ahead a calendar must be laid out
CALENDAR_PER_WORKING_DAY = 2


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """When the office is open: working days of a country (ISO code), office hours of a day in local time."""

    country: str
    hours: tuple[tuple[time, time], ...]

    def is_working(self, day: date) -> bool:
        """Whether the office opens on that day; a Saturday that was made a working day counts."""
        return _country(self.country).is_working_day(day)

    def is_holiday(self, day: date) -> bool:
        """Whether it is a public holiday or a day off that was moved to it, and the office stays closed."""
        country = _country(self.country)
        return day in country and not country.is_working_day(day)

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at that local moment."""
        return self.is_working(moment.date()) and any(a <= moment.time() < b for a, b in self.hours)


def work_calendar() -> WorkCalendar:
    """The office's calendar, from the settings."""
    return WorkCalendar(country=settings().holidays, hours=settings().office_hours)


def due_at(
    start: datetime, limit: Limit, value: float, calendar: WorkCalendar, zone: ZoneInfo, *, stopped: Sequence[Span] = ()
) -> datetime:
    """When a case that began at `start` is due, in UTC; `stopped` are the spans in which its clock stood."""
    check_value(value)
    begin = _local(start, zone)
    stops = _merge([(_local(a, zone), _local(b, zone)) for a, b in stopped if b > start])
    ruler = _ruler(calendar, begin, max([begin, *(b for _, b in stops)]), value)
    match limit:
        case Limit.URGENT_HOURS:
            return _running(start, timedelta(hours=value), sorted(stopped))
        case Limit.WORKING_HOURS:
            due = _worked_off(ruler, begin, round(value * HOUR), stops)
        case Limit.WORKING_DAYS:
            due = _nth_end(ruler.closings(_awake(begin, stops)), value, stops)
        case Limit.CALENDAR_DAYS:
            due = _nth_end(ruler.midnights(_awake(begin, stops)), value, stops)
    return (datetime(1970, 1, 1) + timedelta(microseconds=int(due))).replace(tzinfo=zone).astimezone(UTC)


def due_times(
    starts: pd.Series[Any], limits: pd.Series[str], values: pd.Series[float], calendar: WorkCalendar, zone: ZoneInfo
) -> pd.Series[Any]:
    """When each case is due, in UTC, on the index of `starts` (aware times); NaT where there is no start, limit or value."""
    due = pd.Series(pd.NaT, index=starts.index, dtype="datetime64[us, UTC]")
    known = starts.notna() & limits.notna() & values.notna()
    if not known.any():
        return due
    begin = starts[known].dt.tz_convert(zone).dt.tz_localize(None).astype("datetime64[us]").astype("int64")
    check_value(float(values[known].min()))
    ruler = _ruler(calendar, int(begin.min()), int(begin.max()), float(values[known].max()))
    for limit, rows in limits[known].groupby(limits[known]):
        at = rows.index
        amount = values[at].to_numpy(float)
        if limit == Limit.URGENT_HOURS:
            due[at] = starts[at] + pd.to_timedelta(np.round(amount * HOUR).astype("int64"), unit="us")
        else:
            ends = _due_local(ruler, Limit(limit), begin[at].to_numpy(), amount)
            local: pd.Series[Any] = pd.Series(ends.view("datetime64[us]"), index=at)
            due[at] = local.dt.tz_localize(zone, ambiguous=np.ones(len(local), bool), nonexistent="shift_forward").dt.tz_convert(UTC)
    return due


def check_value(value: float) -> None:
    """ValueError unless the limit is longer than nothing."""
    if not value > 0:
        raise ValueError(f"a time limit of {value} was found; it takes a number above 0")


def _due_local(ruler: _Ruler, limit: Limit, begin: Micros, amount: NDArray[Any]) -> Micros:
    """Deadlines as local microseconds."""
    days = np.ceil(amount).astype("int64")
    match limit:
        case Limit.WORKING_HOURS:
            return ruler.moment(ruler.worked(begin) + np.round(amount * HOUR).astype("int64"))
        case Limit.WORKING_DAYS:
            return np.asarray(ruler.open_days[ruler.days_before[begin // DAY - ruler.first] + days] * DAY + ruler.ends[-1])
        case Limit.CALENDAR_DAYS:
            return np.asarray((begin // DAY + days + 1) * DAY - 1_000_000)
    raise ValueError(f"{limit} has no local deadline")


class _Ruler:
    """Working time laid out as a line: local microseconds → worked microseconds and back. Days count from 1970-01-01."""

    def __init__(self, calendar: WorkCalendar, first: int, last: int) -> None:
        self.first = first
        self.open = np.array([calendar.is_working(EPOCH + timedelta(days=day)) for day in range(first, last + 1)])
        self.days_before = np.concatenate([[0], np.cumsum(self.open)]).astype("int64")
        self.open_days = (np.flatnonzero(self.open) + first).astype("int64")
        self.begins, self.ends = (np.array([_of_day(span[i]) for span in calendar.hours], dtype="int64") for i in (0, 1))
        self.worked_after = np.cumsum(self.ends - self.begins)
        self.day_length = int(self.worked_after[-1])

    def worked(self, at: Micros) -> Micros:
        """How long the office had been open by then, since the ruler's first day."""
        day, moment = at // DAY - self.first, at % DAY
        today = np.clip(moment[:, None] - self.begins, 0, self.ends - self.begins).sum(axis=1)
        return np.asarray(self.days_before[day] * self.day_length + self.open[day] * today, dtype="int64")

    def moment(self, worked: Micros) -> Micros:
        """The first moment at which the office had been open so long; `worked` above 0."""
        day, rest = (worked - 1) // self.day_length, (worked - 1) % self.day_length + 1
        span = np.searchsorted(self.worked_after, rest, side="left")
        return np.asarray(self.open_days[day] * DAY + self.ends[span] - (self.worked_after[span] - rest), dtype="int64")

    def closings(self, start: int) -> Micros:
        """The closing times that a limit in working days counts: those after the day of arrival, or after the next open one."""
        return np.asarray(self.open_days[self.days_before[start // DAY - self.first] + 1 :] * DAY + self.ends[-1])

    def midnights(self, start: int) -> Micros:
        """The last second of each day after the day of arrival."""
        days = np.arange(start // DAY + 1, self.first + len(self.open), dtype="int64")
        return np.asarray((days + 1) * DAY - 1_000_000)


def _ruler(calendar: WorkCalendar, begin: int, end: int, value: float) -> _Ruler:
    """A ruler long enough for limits of `value` days or hours; whole years, so that calls share one."""
    ahead = round(value) * CALENDAR_PER_WORKING_DAY + 60
    first, last = (EPOCH + timedelta(days=day) for day in (begin // DAY - 1, end // DAY + ahead))
    return _years(calendar, first.year, last.year)


@lru_cache(maxsize=16)
def _years(calendar: WorkCalendar, first: int, last: int) -> _Ruler:
    return _Ruler(calendar, (date(first, 1, 1) - EPOCH).days, (date(last, 12, 31) - EPOCH).days)


@lru_cache(maxsize=8)
def _country(code: str) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(code)
    except NotImplementedError as error:
        raise ValueError(f"FINEGRID_HOLIDAYS is {code!r}; it takes a country code such as CN or US") from error


def _of_day(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond


def _local(moment: datetime, zone: ZoneInfo) -> int:
    """Microseconds of the wall clock since 1970-01-01 00:00 on it."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; give it the office's zone or UTC")
    return (moment.astimezone(zone).replace(tzinfo=None) - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        elif b > a:
            merged.append((a, b))
    return merged


def _awake(begin: int, stops: list[tuple[int, int]]) -> int:
    """The start, or the end of the stop that it falls into."""
    return next((b for a, b in stops if a <= begin < b), begin)


def _running(start: datetime, length: timedelta, stops: list[Span]) -> datetime:
    """Round the clock; each stop that begins before the deadline puts it off."""
    due, seen = start.astimezone(UTC) + length, start
    for a, b in stops:
        if a < due and b > seen:
            due, seen = due + (b - max(a, seen)), b
    return due


def _worked_off(ruler: _Ruler, begin: int, length: int, stops: list[tuple[int, int]]) -> int:
    """Office hours only; each stop that begins before the deadline puts it off by the office hours in it."""

    def worked(at: int) -> int:
        return int(ruler.worked(np.array([at]))[0])

    target = worked(begin) + length
    for a, b in stops:
        if a < ruler.moment(np.array([target]))[0]:
            target += worked(b) - worked(max(a, begin))
    return int(ruler.moment(np.array([target]))[0])


def _nth_end(ends: Micros, value: float, stops: list[tuple[int, int]]) -> int:
    """The end of the n-th day on whose end the clock runs."""
    runs = np.ones(len(ends), dtype=bool)
    for a, b in stops:
        runs &= ~((ends >= a) & (ends < b))
    return int(ends[runs][int(np.ceil(value)) - 1])
