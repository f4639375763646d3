"""How many cases lie in each square of a kilometre? From what is kept of them where nothing but a period is asked, else from the cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, cast, func, literal, select, union_all

from model.cases import CaseRow
from model.squares import Span, SquareCount, square_of
from queries.facts import Clock
from queries.filters import Filters
from queries.kept import is_used
from queries.narrow import apply
from queries.run import Question

ROW, KEPT = CaseRow, SquareCount
PLACE = square_of(ROW.cell)
NOTHING = literal(0, BigInteger)


def squares(filters: Filters, now: datetime) -> Question:
    """Columns cell (square of 1 km), n: the cases reported in the period, void ones left out."""
    if not is_kept(filters):
        question = select(PLACE.label("cell"), func.count().label("n")).where(ROW.cell.is_not(None), ROW.void.is_(False))
        return apply(question, filters, now).group_by(PLACE)
    found = union_all(*(_arm(where, KEPT.n) for where in _spans(filters.since, _last(filters, now)))).subquery("found")
    n = _sum(found.c.n)
    return select(found.c.cell, n.label("n")).group_by(found.c.cell).having(n > 0)


def kept_halves(filters: Filters, now: datetime, middle: date) -> Question:
    """Columns cell (square of 1 km), n (cases from the day `middle` on), n_before (earlier ones of the period), as they are kept."""
    last, before = _last(filters, now), middle - timedelta(days=1)
    arms = [_arm(where, KEPT.n, NOTHING) for where in _spans(max(middle, filters.since or middle), last)]
    arms += [_arm(where, NOTHING, KEPT.n) for where in _spans(filters.since, min(before, last or before))]
    found = union_all(*arms).subquery("found")
    n, n_before = (_sum(column) for column in (found.c.n, found.c.n_before))
    counted = select(found.c.cell, cast(n, Integer).label("n"), cast(n_before, Integer).label("n_before"))
    return counted.group_by(found.c.cell).having(n + n_before > 0)


def is_kept(filters: Filters) -> bool:
    """Whether the kept squares answer: every case of a period is asked about."""
    return is_used() and filters == Filters(since=filters.since, until=filters.until)


def _last(filters: Filters, now: datetime) -> date | None:
    """The last day that the period has seen; None without a period, which looks at every day."""
    return Clock.of(filters, now).day if filters.since or filters.until else None


def _spans(since: date | None, last: date | None) -> Iterator[list[ColumnElement[bool]]]:
    """Which rows hold a period: those of its whole months, and the days before and after them."""
    first = since if since is None or since.day == 1 else _next_month(since)
    end = None if last is None else last + timedelta(days=1)
    end = end if end is None or end.day == 1 else end.replace(day=1)
    months = [KEPT.day >= first] if first else []
    months += [KEPT.day < end] if end else []
    if first and end and first >= end:
        yield [KEPT.span == Span.DAY.value, KEPT.day.between(since, last)]
        return
    yield [KEPT.span == Span.MONTH.value, *months]
    if since and first and since < first:
        yield [KEPT.span == Span.DAY.value, KEPT.day.between(since, first - timedelta(days=1))]
    if last and end and end <= last:
        yield [KEPT.span == Span.DAY.value, KEPT.day.between(end, last)]


def _arm(where: list[ColumnElement[bool]], n: Any, n_before: Any = None) -> Select[Any]:
    """Rows that hold a part of the period."""
    columns = [KEPT.square.label("cell"), n.label("n"), *([] if n_before is None else [n_before.label("n_before")])]
    return select(*columns).where(*where)


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.sum(column), BigInteger)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
