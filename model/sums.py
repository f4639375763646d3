"""Sums of the settled cases by month and by who answers for them, kept in the same transaction as the cases.

A page then adds up a few rows a month, and looks at single cases only where a clock still changes what is true of them, or where its
period cuts a month. Of the open ones there are sums by channel, since a city has tens of thousands; and by channel is kept on which
day how many began, and ceased, to stand overdue. Rows are only added, with what a change took away and what it brought, as in
`model.counts`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Case,
    ColumnElement,
    Connection,
    Date,
    Float,
    Index,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from model.base import Base
from model.cases import CaseRow
from model.facts import HAS_PLACE, Fact, Stamp
from model.hours import CONTACT, END
from model.kept_facts import OF_ITS_END, bits_of, has_all
from model.sql import month_of

# whose sums are kept: `zone` by the feature's id, `placed_hour` is that of the report of a case that has a place
FIELDS = ("channel", "department", "community", "zone", "category", "placed_hour")
# the field of the sums of open cases; it has the fewest values
OPEN_FIELD = "channel"
# whose hours are kept in bins
SPREAD_FIELDS = ("channel", "department", "community")
# the facts by which the cases of a month are told apart, by the stamp that puts them there
FACTS: dict[Stamp, frozenset[Fact]] = {
    Stamp.REPORTED: frozenset(
        {
            *(Fact.NOT_SUSPENDED, Fact.FOUND, Fact.FOUND_OR_TOLD, Fact.FIRST_CONTACT_TIMED, Fact.CONTACT_KNOWN, Fact.CONTACTED),
            *(Fact.NOT_LATE, Fact.LATE),
        }
    ),
    Stamp.DUE: frozenset({Fact.NOT_SUSPENDED, Fact.HANDLED_IN_TIME, Fact.HANDLED_LATE, Fact.ENDED_IN_TIME, Fact.REWORKED, Fact.EXTENDED}),
    Stamp.CLOSED: frozenset(
        {
            *(Fact.NOT_SUSPENDED, Fact.ENDED_IN_TIME, Fact.HAD_DEADLINE, Fact.RESOLVED, Fact.RESOLVED_OR_EXPLAINED),
            *(Fact.ANSWERED, Fact.SATISFIED, Fact.FAIRLY, Fact.NEUTRAL),
        }
    ),
}
# a city has more zones than a month has cases of each mask: fewer facts tell theirs apart; of the last ones only the number is asked
FEWER: dict[str, dict[Stamp, frozenset[Fact]]] = {
    "zone": {
        Stamp.REPORTED: frozenset({Fact.NOT_SUSPENDED, Fact.NOT_LATE, Fact.LATE}),
        Stamp.DUE: frozenset({Fact.NOT_SUSPENDED, Fact.ENDED_IN_TIME, Fact.REWORKED}),
        Stamp.CLOSED: FACTS[Stamp.CLOSED] - {Fact.RESOLVED, Fact.RESOLVED_OR_EXPLAINED},
    },
    **{field: {Stamp.REPORTED: frozenset()} for field in ("category", "placed_hour")},
}
# by which the open cases are told apart, and the stamp of their sums: by the month of the report, by the day of the deadline
OPEN_FACTS = {Stamp.REPORTED: FACTS[Stamp.REPORTED] - {Fact.NOT_LATE, Fact.LATE}, Stamp.DUE: FACTS[Stamp.DUE]}
OPEN = {Stamp.REPORTED: "open", Stamp.DUE: "open_due"}
# the cases, without the suspended, that began (ceased, with a minus) on a day to stand overdue when it ended; the mask of those that did
# so by being reported
OVERDUE, FROM_ITS_REPORT = "overdue", 1
ROW = CaseRow
DAYS = {Stamp.REPORTED: ROW.reported_on, Stamp.DUE: ROW.due_on, Stamp.CLOSED: ROW.closed_on}
HOURS = {Stamp.REPORTED: (ROW.contact_hours, ROW.contact_bin), Stamp.CLOSED: (ROW.end_hours, ROW.end_bin)}
VALUES: dict[str, ColumnElement[Any]] = {
    **{name: getattr(ROW, name) for name in SPREAD_FIELDS},
    "zone": cast(ROW.zone_id, String),
    "category": ROW.kind + "/" + ROW.category,
    "placed_hour": case((HAS_PLACE, cast(ROW.reported_hour, String))),
}
NAMES = ("field", "stamp", "month", "value", "mask", "n", "hours", "squares")


class CaseSum(Base):
    """So many settled cases more or fewer, void ones left out, of a month (its first day) and a field's value (NULL: none).

    `mask` has the bits of the kept facts that are true of them, `hours` their sum to the first contact (reported) or to the end (closed).
    Where the stamp is `contact` or `end` the mask is a bin of hours, with the sum of their squares. Where it is `open` or `open_due`
    they are open cases, and where it is `open_due` or `overdue` the month is a day.
    """

    __tablename__ = "case_sums"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    field: Mapped[str] = mapped_column(String(20))
    stamp: Mapped[str] = mapped_column(String(10))
    month: Mapped[date] = mapped_column(Date)
    value: Mapped[str | None] = mapped_column(String(120))
    mask: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(BigInteger)
    hours: Mapped[float | None]
    squares: Mapped[float | None]

    __table_args__ = (Index(None, "field", "stamp", "month"),)


def kept_facts(field: str, stamp: Stamp) -> frozenset[Fact] | None:
    """The facts that tell the cases of a field's value apart; None where no sums are kept."""
    return FEWER.get(field, FACTS).get(stamp) if field in FIELDS else None


def add_sums(connection: Connection, ids: Any = None, *, sign: int = 1) -> None:
    """Add (or take away) these cases as they are now; all cases where no ids are given."""
    days = (month_of(day).label(f"{stamp}_month") for stamp, day in DAYS.items())
    hours = [
        column.label(f"{stamp}_{name}") for stamp, found in HOURS.items() for name, column in zip(("hours", "bin"), found, strict=True)
    ]
    alive = select(
        *(VALUES[field].label(field) for field in FIELDS),
        has_all(OF_ITS_END).label("settled"),
        ROW.closed_at.is_(None).label("open"),
        *(column.label(name) for name, column in {"due_on": ROW.due_on, **_overdue_days()}.items()),
        *(ROW.facts.op("&")(bits_of(kept)).label(f"{stamp}_mask") for stamp, kept in FACTS.items()),
        *days,
        *hours,
    ).where(ROW.void.is_(False))
    chosen = (alive if ids is None else alive.where(ROW.id.in_(ids))).cte("chosen")
    arms = [_arm(chosen.c, field, stamp, sign) for field in FIELDS for stamp in DAYS if kept_facts(field, stamp) is not None]
    arms += [_spread(chosen.c, field, step, sign) for field in SPREAD_FIELDS for step in (CONTACT, END)]
    arms += [*(_open_arm(chosen.c, stamp, sign) for stamp in OPEN), *_overdue_arms(chosen.c, sign)]
    connection.execute(insert(CaseSum).from_select(NAMES, union_all(*arms)))


def _overdue_days() -> dict[str, Case[Any]]:
    """SQL: the day at whose end a case stands overdue for the first time, and the day at whose end no more; NULL where there is none.

    A case that is reported on a day after its deadline stands from the day of its report, all day long.
    """
    begun = case((ROW.due_on >= ROW.reported_on, ROW.due_on), else_=ROW.reported_on)
    late = and_(ROW.suspended.is_(False), ROW.due_at.is_not(None), or_(ROW.closed_at.is_(None), ROW.closed_at > ROW.due_at))
    stood = and_(late, or_(ROW.closed_on.is_(None), ROW.closed_on > begun))
    from_its_report = case((ROW.due_on < ROW.reported_on, _number(FROM_ITS_REPORT)), else_=_number(0))
    return {"late_from": case((stood, begun)), "late_until": case((stood, ROW.closed_on)), "late_mask": from_its_report}


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), BigInteger)


def _arm(chosen: Any, field: str, stamp: Stamp, sign: int) -> Select[Any]:
    """The sums of one field over the cases that one stamp puts into each month."""
    month, value = chosen[f"{stamp}_month"], chosen[field]
    kept = kept_facts(field, stamp) or frozenset()
    mask = chosen[f"{stamp}_mask"].op("&")(bits_of(kept)) if kept else _number(0)
    hours = sign * func.sum(chosen[f"{stamp}_hours"]) if stamp in HOURS else cast(null(), Float)
    n = cast(sign * func.count(), BigInteger)
    group = (month, value, mask) if kept else (month, value)
    row = (literal(field), literal(stamp.value), month, value, mask, n, hours, cast(null(), Float))
    return _named(row).where(chosen.settled, month.is_not(None)).group_by(*group)


def _open_arm(chosen: Any, stamp: Stamp, sign: int) -> Select[Any]:
    """The sums of the open cases by one stamp."""
    day = chosen.due_on if stamp == Stamp.DUE else chosen[f"{stamp}_month"]
    mask = chosen[f"{stamp}_mask"].op("&")(bits_of(OPEN_FACTS[stamp]))
    hours = sign * func.sum(chosen[f"{stamp}_hours"]) if stamp in HOURS else cast(null(), Float)
    n = cast(sign * func.count(), BigInteger)
    row = (literal(OPEN_FIELD), literal(OPEN[stamp]), day, chosen[OPEN_FIELD], mask, n, hours, cast(null(), Float))
    return _named(row).where(chosen.open, day.is_not(None)).group_by(day, chosen[OPEN_FIELD], mask)


def _overdue_arms(chosen: Any, sign: int) -> list[Select[Any]]:
    """The days on which cases began and ceased to stand overdue."""
    arms = []
    for day, mask, times, more in (
        (chosen.late_from, chosen.late_mask, sign, [chosen.late_mask]),
        (chosen.late_until, _number(0), -sign, []),
    ):
        n = cast(times * func.count(), BigInteger)
        row = (literal(OPEN_FIELD), literal(OVERDUE), day, chosen[OPEN_FIELD], mask, n, cast(null(), Float), cast(null(), Float))
        arms.append(_named(row).where(day.is_not(None)).group_by(day, chosen[OPEN_FIELD], *more))
    return arms


def _spread(chosen: Any, field: str, step: str, sign: int) -> Select[Any]:
    """The hours of one field in bins, by the month that the KPI of that step goes by; suspended cases do not count there."""
    stamp = Stamp.REPORTED if step == CONTACT else Stamp.CLOSED
    month, value, hours = chosen[f"{stamp}_month"], chosen[field], chosen[f"{stamp}_hours"]
    running = chosen[f"{stamp}_mask"].op("&")(bits_of(frozenset({Fact.NOT_SUSPENDED}))) != 0
    place = chosen[f"{stamp}_bin"]
    sums = (sign * func.sum(hours), sign * func.sum(hours * hours))
    row = (literal(field), literal(step), month, value, place, cast(sign * func.count(), BigInteger), *sums)
    return _named(row).where(chosen.settled, running, hours.is_not(None)).group_by(month, value, place)


def _named(row: tuple[ColumnElement[Any], ...]) -> Select[Any]:
    return select(*(column.label(name) for name, column in zip(NAMES, row, strict=True)))


def newest_sum(connection: Connection) -> int:
    """The id of the newest row: what comes after it is new."""
    return connection.scalar(select(func.coalesce(func.max(CaseSum.id), 0))) or 0


def sum_months_up(connection: Connection, since: int = 0) -> None:
    """One row for each value and mask again, in the months that got rows after the one with that id.

    What somebody else adds meanwhile stays beside it. Month by month, so that memory does not grow with the years.
    """
    grown = select(CaseSum.field, CaseSum.stamp, CaseSum.month).where(CaseSum.id > since).distinct()
    for field, stamp, month in connection.execute(grown).all():
        gone = delete(CaseSum).where(CaseSum.field == field, CaseSum.stamp == stamp, CaseSum.month == month)
        sums: dict[tuple[Any, int], list[Any]] = {}
        for value, mask, *figures in connection.execute(
            gone.returning(CaseSum.value, CaseSum.mask, CaseSum.n, CaseSum.hours, CaseSum.squares)
        ):
            known = sums.setdefault((value, mask), [0, None, None])
            known[:] = [_plus(one, other) for one, other in zip(known, figures, strict=True)]
        same = {"field": field, "stamp": stamp, "month": month}
        rows = [same | {"value": value, "mask": mask, **dict(zip(NAMES[5:], known, strict=True))} for (value, mask), known in sums.items()]
        if rows := [row for row in rows if row["n"]]:
            connection.execute(insert(CaseSum), rows)


def _plus(one: Any, other: Any) -> Any:
    return one if other is None else other if one is None else one + other
