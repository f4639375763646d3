"""What can be true of a case, as SQL: the words in which KPIs and states are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from model.cases import LASTED_DAYS, CaseRow
from model.facts import FILED_AT, HANDLED_AT, TIMELESS, Fact, Stamp
from model.hours import EDGES, bin_of, is_within
from model.kept_facts import HOURS, has
from model.sql import hide, lasting, scan
from queries.filters import Filters

# "due soon" looks so many days beyond today
SOON_DAYS = 2
# whether everything is counted from what a case itself says
_from_the_cases = False


@contextmanager
def looking_at_each() -> Iterator[None]:
    """Inside the block, in any thread, nothing that is kept is used: what it says must be what the cases say."""
    global _from_the_cases  # noqa: PLW0603 - pages run in threads of their own
    before, _from_the_cases = _from_the_cases, True
    try:
        yield
    finally:
        _from_the_cases = before


def is_used() -> bool:
    """Whether what is kept is used."""
    return not _from_the_cases


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The office's clock (aware, in the office's zone) and the period that is looked at."""

    now: datetime
    since: date | None = None
    until: date | None = None
    before: tuple[date, date] | None = None

    @classmethod
    def of(cls, filters: Filters, now: datetime) -> Clock:
        """The clock of a viewer's period; nothing after `now` is known yet."""
        if now.tzinfo is None:
            raise ValueError(f"{now!r} has no time zone; give the office's clock, Office.now()")
        earlier = filters.previous()
        before = (earlier.since, earlier.until) if earlier else None
        return cls(now=now, since=filters.since, until=filters.until, before=cast("tuple[date, date] | None", before))

    @property
    def moment(self) -> datetime:
        """The end of the period, or now when that is earlier: when open cases are counted."""
        if self.until is None or self.until >= self.now.date():
            return self.now
        return datetime.combine(self.until + timedelta(days=1), time(), self.now.tzinfo)

    @property
    def soon(self) -> tuple[date, date]:
        """The days after the day of the moment that are soon."""
        today = self.moment.date()
        return today + timedelta(days=1), today + timedelta(days=SOON_DAYS)

    @property
    def day(self) -> date:
        """The last calendar day that the period has seen."""
        return min(self.until, self.now.date()) if self.until else self.now.date()


ROW = CaseRow
# how the facts that hang on the clock are asked
FACTS: dict[Fact, Callable[[Clock], ColumnElement[bool]]] = {
    Fact.REPORTED: lambda clock: placed(Stamp.REPORTED, clock),
    Fact.BEFORE: lambda clock: placed(Stamp.BEFORE, clock),
    Fact.DUE: lambda clock: placed(Stamp.DUE, clock),
    Fact.CLOSED: lambda clock: placed(Stamp.CLOSED, clock),
    Fact.STANDING: lambda clock: placed(Stamp.STANDING, clock),
    Fact.FILED: lambda clock: clock.now >= FILED_AT,
    Fact.HANDLED: lambda clock: clock.now >= HANDLED_AT,
    Fact.UNHANDLED: lambda clock: or_(HANDLED_AT.is_(None), clock.now < HANDLED_AT),
    Fact.ENDED: lambda clock: ROW.closed_at <= clock.now,
    Fact.OVERDUE: lambda clock: ROW.due_at < clock.moment,
    Fact.DUE_TODAY: lambda clock: and_(ROW.due_on == clock.moment.date(), ROW.due_at >= clock.moment),
    Fact.DUE_SOON: lambda clock: ROW.due_on.between(*clock.soon),
    Fact.JUDGED: lambda clock: or_(ROW.due_at.is_(None), ROW.closed_at <= clock.now, ROW.due_at < clock.now),
    Fact.LATE: lambda clock: or_(ROW.closed_at > ROW.due_at, and_(ROW.closed_at.is_(None), ROW.due_at < clock.now)),
}


def fact(name: Fact, clock: Clock) -> ColumnElement[bool]:
    """The SQL of a fact; NULL counts as false."""
    return timeless(name) if name in TIMELESS else FACTS[name](clock)


def timeless(name: Fact) -> ColumnElement[bool]:
    """The SQL of a fact that hangs on no clock: by what is kept with a case, which stands in the indexes as "void" does."""
    return has(name) if is_used() and name != Fact.NOT_VOID else TIMELESS[name]


def placed(stamp: Stamp, clock: Clock) -> ColumnElement[bool]:
    """Whether a stamp puts a case into the period. A deadline that has not passed is not due yet."""
    row = CaseRow
    match stamp:
        case Stamp.REPORTED:
            return _between(row.reported_on, clock.since, clock.day)
        case Stamp.BEFORE:
            since, until = clock.before or (date.max, date.min)
            return _between(row.reported_on, since, until)
        case Stamp.DUE:
            return _passed(row.due_on, row.due_at, clock)
        case Stamp.CLOSED:
            return _passed(row.closed_on, row.closed_at, clock)
        case Stamp.STANDING:
            # nearly every case was reported by then: no index helps
            reported = scan(row.reported_on) <= clock.day
            return and_(or_(row.closed_at.is_(None), row.closed_at > clock.moment), reported)


def placed_by_day(stamp: Stamp, clock: Clock) -> ColumnElement[bool]:
    """The same of a case whose deadline and end lie before today, by its days alone."""
    day = {Stamp.DUE: ROW.due_on, Stamp.CLOSED: ROW.closed_on}.get(stamp)
    return placed(stamp, clock) if day is None else _between(day, clock.since, clock.day)


def may_stand(clock: Clock) -> ColumnElement[bool]:
    """A day's condition that every standing case meets, for the index to find them by."""
    return or_(CaseRow.closed_on.is_(None), CaseRow.closed_on >= clock.day)


def ways_to_stand(clock: Clock) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The same as two conditions, of which each standing case meets one; for both at once SQLite would look up every case they find.

    On a day long past they were reported in the weeks before it, or are among the few that went on for long.
    """
    row, day = CaseRow, clock.day
    if (clock.now.date() - day).days < LASTED_DAYS:
        return row.closed_on.is_(None), row.closed_on >= day
    lately = and_(row.reported_on.between(day - timedelta(days=LASTED_DAYS), day), hide(row.closed_on >= day, row.closed_on))
    return and_(lately, ~lasting()), and_(hide(row.reported_on <= day, row.reported_on), lasting())


def standing(clock: Clock) -> ColumnElement[bool]:
    """Not void and not closed at the clock's moment."""
    # the day first: it stands in the indexes, and of nearly every case it says that there is nothing more to look up
    return and_(may_stand(clock), placed(Stamp.STANDING, clock), CaseRow.void.is_(False))


def _passed(day: InstrumentedAttribute[Any], moment: InstrumentedAttribute[Any], clock: Clock) -> ColumnElement[bool]:
    """A moment lies in the period and has come."""
    come = moment <= clock.now
    if clock.until is None or clock.until >= clock.now.date():
        return and_(come, day >= clock.since) if clock.since else come
    return and_(come, _between(day, clock.since, clock.day))


def _between(column: InstrumentedAttribute[Any], since: date | None, until: date) -> ColumnElement[bool]:
    """Days from since to until inclusive; an endless range is scanned."""
    if since is None:
        return scan(column) <= until
    return column.between(since, until)


def hours_to(step: str) -> ColumnElement[float]:
    """Hours from the report to the first contact (`contact`) or the end (`end`) of a case."""
    return _kept(f"{step}_hours") if is_used() else HOURS[step]


def bin_to(step: str) -> ColumnElement[int]:
    """The bin of these hours; where there are none it says nothing."""
    return _kept(f"{step}_bin") if is_used() else bin_of(HOURS[step])


def takes_less(step: str, edge: int) -> ColumnElement[bool]:
    """Whether these hours are known, and fewer than so many, which is an end of a bin."""
    return _kept(f"{step}_bin") <= EDGES.index(edge) if is_used() else is_within(HOURS[step], edge)


def _kept(name: str) -> Any:
    return getattr(ROW, name).expression
