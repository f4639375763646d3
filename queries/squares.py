"""How many cases lie in each square, as it is kept: where nothing but a period is asked, every case of it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, cast, func, literal, select, union_all

from model.cases import CaseRow
from model.squares import KEPT, Span, SquareCount, square_of
from model.units import CELL
from queries.facts import Clock, is_used
from queries.filters import Filters
from queries.run import Question

ROW, COUNT = CaseRow, SquareCount
NOTHING = literal(0, BigInteger)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows that hold a part of a period: where they are, which square they are of, and how many cases each counts."""

    where: tuple[ColumnElement[bool], ...]
    cell: ColumnElement[int]
    n: ColumnElement[int]


def kept_squares(filters: Filters, now: datetime, side: int) -> Question:
    """Columns cell (square of that side), n: the cases reported in the period, void ones left out, as they are kept."""
    found = union_all(*(_arm(part, part.n) for part in _parts(side, filters.since, _last(filters, now)))).subquery("found")
    n = _sum(found.c.n)
    return select(found.c.cell, n.label("n")).group_by(found.c.cell).having(n > 0)


def kept_halves(filters: Filters, now: datetime, middle: date, side: int) -> Question:
    """Columns cell (square of that side), n (cases from the day `middle` on), n_before (earlier ones of the period), as they are kept."""
    last, before = _last(filters, now), middle - timedelta(days=1)
    arms = [_arm(part, part.n, NOTHING) for part in _parts(side, max(middle, filters.since or middle), last)]
    arms += [_arm(part, NOTHING, part.n) for part in _parts(side, filters.since, min(before, last or before))]
    found = union_all(*arms).subquery("found")
    n, n_before = (_sum(column) for column in (found.c.n, found.c.n_before))
    counted = select(found.c.cell, cast(n, Integer).label("n"), cast(n_before, Integer).label("n_before"))
    return counted.group_by(found.c.cell).having(n + n_before > 0)


def is_kept(filters: Filters, side: int) -> bool:
    """Whether the kept squares answer: every case of a period is asked about, and not by cells."""
    return side != CELL and is_used() and filters == Filters(since=filters.since, until=filters.until)


def _last(filters: Filters, now: datetime) -> date | None:
    """The last day that the period has seen; None without a period, which looks at every day."""
    return Clock.of(filters, now).day if filters.since or filters.until else None


def _parts(side: int, since: date | None, last: date | None) -> Iterator[Part]:
    """What holds a period: its whole months, and the days before and after them."""
    first = since if since is None or since.day == 1 else _next_month(since)
    end = None if last is None else last + timedelta(days=1)
    end = end if end is None or end.day == 1 else end.replace(day=1)
    months = [COUNT.day >= first] if first else []
    months += [COUNT.day < end] if end else []
    if since and last and first and end and first >= end:
        yield _days(side, since, last)
        return
    yield _kept(side, Span.MONTH, *months)
    if since and first and since < first:
        yield _days(side, since, first - timedelta(days=1))
    if last and end and end <= last:
        yield _days(side, end, last)


def _days(side: int, since: date, last: date) -> Part:
    """Single days; from the cases where they are not kept."""
    if (side, Span.DAY) in KEPT:
        return _kept(side, Span.DAY, COUNT.day.between(since, last))
    placed = (ROW.cell.is_not(None), ROW.void.is_(False))
    return Part(where=(*placed, ROW.reported_on.between(since, last)), cell=square_of(ROW.cell, side), n=literal(1, BigInteger))


def _kept(side: int, span: Span, *where: ColumnElement[bool]) -> Part:
    # a column is used as an expression, which the checker takes for a column of a mapped class
    return Part(where=(COUNT.side == side, COUNT.span == span.value, *where), cell=COUNT.square.expression, n=COUNT.n.expression)


def _arm(part: Part, n: Any, n_before: Any = None) -> Select[Any]:
    columns = [part.cell.label("cell"), n.label("n"), *([] if n_before is None else [n_before.label("n_before")])]
    return select(*columns).where(*part.where)


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.sum(column), BigInteger)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
