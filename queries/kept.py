"""Which part of a count is kept already? The months whose settled cases are summed up, and the cases that must be looked at beside them.

A count over a period is the kept sums of its whole months, and single cases: those of these months that are not settled, and those of
the days at its ends. Where a case was closed after the clock's now (the clock was set back), the sums know too much and are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, Subquery, case, cast, exists, func, or_, select, union_all

from model.cases import CaseRow
from model.facts import BITS, HAS_PLACE, NEVER_OF_SETTLED, OF_SETTLED, SETTLED, UNSETTLED, Fact, Stamp
from model.places import Feature
from model.sql import hide
from model.sums import FIELDS, CaseSum, kept_facts
from queries.facts import Clock, placed
from queries.filters import PARAMS, UNASSIGNED, Filters
from queries.narrow import matching

ROW = CaseRow
# the field of the filters that leaves some values of a kept field
FILTERED = {"channel": "channels", "department": "departments", "community": "communities", "zone": "zones"}
# the field that is summed over where no other is asked about: it has the fewest values
SMALLEST = "channel"
# the hour of the report of the cases that have a place
PLACED_HOUR = "placed_hour"
# whether everything is counted from the cases themselves
_from_the_cases = False
DAYS = {Stamp.REPORTED: ROW.reported_on, Stamp.BEFORE: ROW.reported_on, Stamp.DUE: ROW.due_on, Stamp.CLOSED: ROW.closed_on}


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
class Kept:
    """The whole months of a stamp from `first` (None: since ever) to before `end`, and which sums hold them."""

    stamp: Stamp
    field: str
    clock: Clock
    values: tuple[str, ...]
    first: date | None
    end: date

    @property
    def sums(self) -> list[ColumnElement[bool]]:
        """Which rows of the sums they are."""
        return self._rows(Stamp.REPORTED if self.stamp == Stamp.BEFORE else self.stamp)

    def spread(self, step: str) -> list[ColumnElement[bool]]:
        """Which rows of the sums hold the hours to a step in bins."""
        return self._rows(step)

    def _rows(self, stamp: str) -> list[ColumnElement[bool]]:
        months = [CaseSum.month >= self.first] if self.first else []
        chosen = [_among(self.field, self.values)] if self.values else []
        return [CaseSum.field == self.field, CaseSum.stamp == str(stamp), CaseSum.month < self.end, *months, *chosen, self._holds()]

    @property
    def bits(self) -> int:
        """The bits that are set in the mask of every one of their cases and not kept in it."""
        return sum(BITS[one] for one in OF_SETTLED | {Fact(self.stamp.value)})

    def looked_at(self) -> list[tuple[int, list[ColumnElement[bool]]]]:
        """The single cases beside them: how often each counts, and which they are."""
        day = DAYS[self.stamp]
        inside = [day < self.end, *([day >= self.first] if self.first else [])]
        come = placed(self.stamp, self.clock)
        # few cases are not settled: their own index is the shortest way to them
        days = (ROW.reported_on, ROW.due_on, ROW.due_at, ROW.closed_on, ROW.closed_at)
        all_hidden = [hide(one, *days) for one in (*inside, come)]
        # SQLite looks at every row even where the whole condition is false, so the range itself is empty then
        never = case((self._holds(), date.max), else_=self.first or date.min)
        each = [day >= select(never).scalar_subquery(), day < self.end, *all_hidden, ~self._holds()]
        found = [(1, [UNSETTLED, *all_hidden, self._holds()]), (1, each)]
        if ends := self._ends(day):
            found.append((1, [or_(*ends), come]))
        if self.stamp == Stamp.DUE and self.end > self.clock.now.date():
            # closed before a deadline of this month that has not come: the sums have them already
            early = [day >= self.clock.now.date(), day < self.end, ROW.due_at > self.clock.now]
            found.append((-1, [SETTLED, *early, self._holds()]))
        return found

    def _ends(self, day: Any) -> list[ColumnElement[bool]]:
        """The days of the period before and after the whole months."""
        since, until = _span(self.stamp, self.clock)
        before = [day.between(since, self.first - timedelta(days=1))] if since and self.first and since < self.first else []
        return [*before, *([day.between(self.end, until)] if until >= self.end else [])]

    def _holds(self) -> ColumnElement[bool]:
        """Whether every settled case was closed by now; one look for the whole statement."""
        now = self.clock.now
        return ~exists(select(ROW.id).where(ROW.closed_on >= now.date(), ROW.closed_at > now)).correlate(None)


def kept_of(stamp: Stamp, facts: Iterable[Fact], filters: Filters, clock: Clock, by: str | None) -> Kept | None:
    """What is kept of a count of such facts under such filters; None where each case must be looked at."""
    field = _field_of(filters, by)
    known = kept_facts(field, Stamp.REPORTED if stamp == Stamp.BEFORE else stamp) if field and stamp in DAYS else None
    if not is_used() or not field or known is None or not set(facts) - {Fact(stamp.value)} <= known | OF_SETTLED | NEVER_OF_SETTLED:
        return None
    since, until = _span(stamp, clock)
    if since and since > until:
        return None
    first, end = _whole_months(since, until, clock.now.date())
    if first and first >= end:
        return None
    values = getattr(filters, FILTERED[field]) if field in FILTERED else ()
    return Kept(stamp=stamp, field=field, clock=clock, values=values, first=first, end=end)


def kept_hours(filters: Filters, now: datetime) -> Subquery | None:
    """Columns hour, n of the cases reported in a period that have a place; None where nothing of it is kept, and without a period."""
    kept = kept_of(Stamp.REPORTED, {Fact.REPORTED, Fact.NOT_VOID}, filters, Clock.of(filters, now), PLACED_HOUR)
    if kept is None or not (filters.since or filters.until):
        return None
    placed_hour = case((HAS_PLACE, ROW.reported_hour)).label("hour")
    branches = [select(kept_key(PLACED_HOUR).label("hour"), CaseSum.n.label("n")).where(*kept.sums)]
    for times, where in kept.looked_at():
        single = select(placed_hour, (times * func.count()).label("n")).where(ROW.void.is_(False), *where, *matching(filters, now))
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


def _field_of(filters: Filters, by: str | None) -> str:
    """The field whose sums answer under these filters; empty where none do."""
    narrowed = {name for name in PARAMS if getattr(filters, name)}
    if filters.text or len(narrowed) > 1:
        return ""
    if by in FIELDS:
        return by if narrowed <= {FILTERED.get(by, "")} else ""
    if by not in (None, "month"):
        return ""
    return next((field for field, name in FILTERED.items() if {name} == narrowed), "" if narrowed else SMALLEST)


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
