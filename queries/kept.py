"""Which part of a count is kept already? The months whose settled cases are summed up, and the cases that must be looked at beside them.

A count over a period is the kept sums of its whole months, and single cases: those of these months that are not settled, and those of
the days at its ends. Of open cases there are sums, too, for what hangs on no clock or only on the day of the deadline. Where a case was
closed after the clock's now (the clock was set back), the sums know too much and are not used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, Subquery, and_, case, cast, exists, false, func, or_, select, union_all

from model.cases import CaseRow
from model.facts import HAS_PLACE, NEVER_OF_SETTLED, OF_SETTLED, Fact, Stamp
from model.kept_facts import SLIPPED, UNSETTLED, has
from model.places import Feature
from model.sql import hide
from model.sums import FIELDS, FROM_ITS_REPORT, OPEN, OPEN_FACTS, OPEN_FIELD, OVERDUE, CaseSum, kept_facts
from queries.facts import Clock, is_used, placed
from queries.filters import PARAMS, UNASSIGNED, Filters
from queries.looked import Cases
from queries.narrow import leaves_settled

ROW = CaseRow
# the field of the filters that leaves some values of a kept field
FILTERED = {"channel": "channels", "department": "departments", "community": "communities", "zone": "zones"}
# the hour of the report of the cases that have a place
PLACED_HOUR = "placed_hour"
DAYS = {Stamp.REPORTED: ROW.reported_on, Stamp.BEFORE: ROW.reported_on, Stamp.DUE: ROW.due_on, Stamp.CLOSED: ROW.closed_on}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The whole months of a stamp from `first` (None: since ever) to before `end`, and which sums hold them."""

    stamp: Stamp
    field: str
    clock: Clock
    values: tuple[str, ...]
    first: date | None
    end: date
    # whether the sums of open cases answer for these
    knows_open: bool = False
    # whether the filters leave any settled case
    has_settled: bool = True

    @property
    def sums(self) -> list[ColumnElement[bool]]:
        """Which rows of the sums they are."""
        return self._rows(_kept_stamp(self.stamp))

    @property
    def open_sums(self) -> list[ColumnElement[bool]]:
        """Which rows of the sums hold their open cases; a deadline of today has come for some of them only."""
        stamp = _kept_stamp(self.stamp)
        past = [CaseSum.month < self.clock.now.date()] if stamp == Stamp.DUE else []
        return [*self._rows(OPEN[stamp]), *past]

    def spread(self, step: str) -> list[ColumnElement[bool]]:
        """Which rows of the sums hold the hours to a step in bins."""
        return self._rows(step)

    def _rows(self, stamp: str) -> list[ColumnElement[bool]]:
        months = [CaseSum.month >= self.first] if self.first else []
        chosen = [_among(self.field, self.values)] if self.values else []
        chosen += [] if self.has_settled else [false()]
        return [CaseSum.field == self.field, CaseSum.stamp == str(stamp), CaseSum.month < self.end, *months, *chosen, self._holds()]

    @property
    def facts(self) -> frozenset[Fact]:
        """What is true of every one of their cases and not kept in the masks."""
        return OF_SETTLED | {Fact(self.stamp.value)}

    @property
    def open_facts(self) -> frozenset[Fact]:
        """The same of their open cases."""
        return frozenset({Fact.NOT_VOID, Fact(self.stamp.value)})

    def looked_at(self) -> list[Cases]:
        """The single cases beside them."""
        day = DAYS[self.stamp]
        inside = [day < self.end, *([day >= self.first] if self.first else [])]
        come = placed(self.stamp, self.clock)
        # few cases are not settled, and those that are closed very few: their own index is the shortest way to them
        beside = SLIPPED if self.knows_open or self.stamp == Stamp.CLOSED else UNSETTLED
        days = (ROW.reported_on, ROW.due_on, ROW.due_at, ROW.closed_on, ROW.closed_at)
        all_hidden = [hide(one, *days) for one in (*inside, come)]
        # SQLite looks at every row even where the whole condition is false, so the range itself is empty then
        never = case((self._holds(), date.max), else_=self.first or date.min)
        each = (day >= select(never).scalar_subquery(), day < self.end, *all_hidden, ~self._holds())
        found = [Cases(where=(beside, *all_hidden, self._holds()), beside=True), Cases(where=each, beside=True)]
        if ends := self._ends(day):
            found += Cases(where=(or_(*ends), come)).apart(self.clock)
        today = self.clock.now.date()
        if self.stamp == Stamp.DUE and self.knows_open and (self.first is None or self.first <= today) and today < self.end:
            found.append(Cases(where=(ROW.due_on == today, ROW.closed_at.is_(None), ROW.due_at <= self.clock.now, self._holds())))
        if self.stamp == Stamp.DUE and self.end > today:
            # closed before a deadline of this month that has not come: the sums have them already
            early = (day >= today, day < self.end, ROW.due_at > self.clock.now)
            found.append(Cases(where=(has(Fact.ENDED), *early, self._holds()), times=-1))
        return found

    def _ends(self, day: Any) -> list[ColumnElement[bool]]:
        """The days of the period before and after the whole months."""
        since, until = _span(self.stamp, self.clock)
        before = [day.between(since, self.first - timedelta(days=1))] if since and self.first and since < self.first else []
        return [*before, *([day.between(self.end, until)] if until >= self.end else [])]

    def _holds(self) -> ColumnElement[bool]:
        """Whether every settled case was closed by now, and every open one reported; one look for the whole statement."""
        now = self.clock.now
        later = [select(ROW.id).where(ROW.closed_on >= now.date(), ROW.closed_at > now)]
        if self.knows_open and _kept_stamp(self.stamp) == Stamp.REPORTED and self.end > now.date():
            later.append(select(ROW.id).where(UNSETTLED, ROW.reported_on > now.date(), ROW.reported_on < self.end))
        return and_(*(~exists(one).correlate(None) for one in later))


def kept_of(stamp: Stamp, facts: Iterable[Fact], filters: Filters, clock: Clock, by: str | None, *, with_open: bool = False) -> Kept | None:
    """What is kept of a count of such facts under such filters; None where each case must be looked at.

    Who asks `with_open` adds the sums of the open cases where they are known.
    """
    has_settled, field = leaves_settled(filters, clock), _field_of(filters.with_(states=()), by)
    known = kept_facts(field, _kept_stamp(stamp)) if field and stamp in DAYS else None
    asked = set(facts) - {Fact(stamp.value)}
    if not is_used() or has_settled is None or known is None or not asked <= known | OF_SETTLED | NEVER_OF_SETTLED:
        return None
    since, until = _span(stamp, clock)
    if since and since > until:
        return None
    first, end = _whole_months(since, until, clock.now.date())
    if first and first >= end:
        return None
    values = getattr(filters, FILTERED[field]) if field in FILTERED else ()
    of_open = OPEN_FACTS.get(_kept_stamp(stamp)) if with_open and field == OPEN_FIELD and not filters.states else None
    knows_open = of_open is not None and asked <= of_open | {Fact.NOT_VOID, Fact.ENDED}
    return Kept(stamp=stamp, field=field, clock=clock, values=values, first=first, end=end, knows_open=knows_open, has_settled=has_settled)


def kept_overdue(filters: Filters, clock: Clock, by: str | None) -> tuple[list[ColumnElement[bool]], list[Cases]] | None:
    """Which rows of the sums add up to the cases that stand overdue, and the single cases beside them; None where each must be looked at.

    Of a day of the past the sums know all but who was closed in the very moment in which it ended. Of today they know how it began.
    """
    if not is_used() or _field_of(filters, by) != OPEN_FIELD or by == "month":
        return None
    now, past = clock.now, clock.moment < clock.now
    day = clock.moment.date()
    chosen = [_among(OPEN_FIELD, filters.channels)] if filters.channels else []
    rows = [CaseSum.field == OPEN_FIELD, CaseSum.stamp == OVERDUE, *chosen]
    begun = datetime.combine(day, time(), now.tzinfo)
    was_late = hide(and_(ROW.due_at < begun, ROW.reported_on < day), ROW.reported_on)
    if past:
        return [*rows, CaseSum.month < day], [Cases(where=(ROW.closed_on == day, ROW.closed_at == begun, was_late), times=-1)]
    rows.append(or_(CaseSum.month < day, and_(CaseSum.month == day, CaseSum.mask == FROM_ITS_REPORT)))
    stands = or_(ROW.closed_at.is_(None), ROW.closed_at > now)
    return rows, [
        Cases(where=(ROW.due_on == day, ROW.due_at < now, hide(ROW.reported_on <= day, ROW.reported_on), stands)),
        Cases(where=(ROW.closed_on == day, ROW.closed_at > now, ROW.due_at < begun, hide(ROW.reported_on == day, ROW.reported_on))),
        Cases(where=(ROW.closed_on == day, ROW.closed_at <= now, was_late), times=-1),
    ]


def kept_hours(filters: Filters, now: datetime) -> Subquery | None:
    """Columns hour, n of the cases reported in a period that have a place; None where nothing of it is kept, and without a period."""
    kept = kept_of(Stamp.REPORTED, {Fact.REPORTED, Fact.NOT_VOID}, filters, Clock.of(filters, now), PLACED_HOUR)
    if kept is None or not (filters.since or filters.until):
        return None
    placed_hour = case((HAS_PLACE, ROW.reported_hour)).label("hour")
    branches = [select(kept_key(PLACED_HOUR).label("hour"), CaseSum.n.label("n")).where(*kept.sums)]
    for cases in kept.looked_at():
        found = cases.that(ROW.void.is_(False)).that_match(filters, kept.clock)
        single = select(placed_hour, (cases.times * func.count()).label("n")).where(*found.where)
        branches.append(single.group_by("hour"))
    counts = union_all(*branches).subquery("kept")
    n = cast(func.sum(counts.c.n), BigInteger).label("n")
    known = select(counts.c.hour, n).where(counts.c.hour.is_not(None))
    return known.group_by(counts.c.hour).having(func.sum(counts.c.n) > 0).subquery("counts")


def kept_key(by: str) -> ColumnElement[Any]:
    """The group of a row of the sums, as the inner count of cases has it."""
    match by:
        case "zone" | "placed_hour":
            return cast(CaseSum.value, BigInteger)
        case "month":
            return CaseSum.month.expression
        case _:
            return CaseSum.value.expression


def _kept_stamp(stamp: Stamp) -> Stamp:
    """The stamp under which the cases of a period before are kept."""
    return Stamp.REPORTED if stamp == Stamp.BEFORE else stamp


def _field_of(filters: Filters, by: str | None) -> str:
    """The field whose sums answer under these filters; empty where none do."""
    narrowed = {name for name in PARAMS if getattr(filters, name)}
    if filters.text or len(narrowed) > 1:
        return ""
    if by in FIELDS:
        return by if narrowed <= {FILTERED.get(by, "")} else ""
    if by not in (None, "month"):
        return ""
    return next((field for field, name in FILTERED.items() if {name} == narrowed), "" if narrowed else OPEN_FIELD)


def _among(field: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    """The rows of the sums that the filter leaves."""
    if field == "zone":
        ids = select(cast(Feature.id, String)).where(Feature.layer == "zones", Feature.code.in_(values))
        found = CaseSum.value.in_(ids)
    else:
        found = CaseSum.value.in_(values)
    return or_(found, CaseSum.value.is_(None)) if UNASSIGNED in values else found


def _span(stamp: Stamp, clock: Clock) -> tuple[date | None, date]:
    """The first and the last day that the stamp's period has seen."""
    return (clock.before or (date.max, date.min)) if stamp == Stamp.BEFORE else (clock.since, clock.day)


def _whole_months(since: date | None, until: date, today: date) -> tuple[date | None, date]:
    """The first day of the whole months, and the day after their last; the month of today is whole, since nothing is later."""
    first = since if since is None or since.day == 1 else _next_month(since)
    after = until + timedelta(days=1)
    return first, after if after.day == 1 else _next_month(until) if until >= today else until.replace(day=1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
