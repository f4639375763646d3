"""How many cases there are of each value: kept beside them in the same transaction, so that no page has to count them all.

Rows are only added, with what a change took away and what it brought, and a reader sums them: an action never waits for an import.
An import sums them up when it is done. Whatever writes cases does so inside `counting`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    String,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from model.base import Base
from model.cases import CaseRow
from model.facts import SETTLED, Stamp
from model.kept_facts import are_facts_right, keep_facts
from model.squares import SquareCount, add_squares, are_squares_right, by_rows, change_squares, squares_of
from model.sums import FIELDS as SUMMED
from model.sums import OPEN, CaseSum, add_sums

# the field that is counted day by day as well
DAILY = "channel"
PLAIN = ("channel", "kind", "source", "department", "community", "zone_id", "category", "reported_on")
# `zone` by the id of the feature
FIELDS = ("channel", "kind", "source", "department", "community", "category", "zone")


class CaseCount(Base):
    """So many cases more or fewer, void ones left out, of a field's value (NULL: none): of a day, or of all time where `day` is NULL."""

    __tablename__ = "case_counts"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    field: Mapped[str] = mapped_column(String(20))
    day: Mapped[date | None] = mapped_column(Date)
    value: Mapped[str | None] = mapped_column(String(120))
    n: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "field", "day"),)


@contextmanager
def counting(connection: Connection, ids: Any, *, fresh: bool = False, spread: bool = False) -> Iterator[None]:
    """Keep counts, sums and squares right while the block writes these cases: a list of ids, or a Select of them that stays the same.

    `fresh` ones are not there before the block; `spread` ones may lie on several nodes of a cluster.
    """
    if not fresh:
        _hold(connection, ids, spread=spread)
        squares = squares_of(connection, ids)
        add_counts(connection, ids, sign=-1)
        add_sums(connection, ids, sign=-1)
    yield
    keep_facts(connection, ids)
    add_counts(connection, ids)
    add_sums(connection, ids)
    if fresh:
        add_squares(connection, ids)
    else:
        change_squares(connection, ids, squares)


def _hold(connection: Connection, ids: Any, *, spread: bool) -> None:
    """Nobody else changes these cases until the transaction ends."""
    held = CaseRow.id.in_(ids)
    if spread:
        # Citus gives FOR UPDATE on one node alone; a change to what is there already holds the rows of all of them
        connection.execute(update(CaseRow).where(held).values(void=CaseRow.void).execution_options(synchronize_session=False))
    else:
        connection.execute(select(CaseRow.id).where(held).order_by(CaseRow.id).with_for_update())


def add_counts(connection: Connection, ids: Any = None, *, sign: int = 1) -> None:
    """Add (or take away) these cases as they are now; all cases where no ids are given."""
    some = select(*(getattr(CaseRow, name) for name in PLAIN), func.count().label("n")).where(CaseRow.void.is_(False))
    chosen = (some if ids is None else some.where(CaseRow.id.in_(ids))).group_by(*(getattr(CaseRow, name) for name in PLAIN)).cte("chosen")
    values: dict[str, Any] = {name: chosen.c[name] for name in FIELDS[:5]} | {
        "category": chosen.c.kind + "/" + chosen.c.category,
        "zone": cast(chosen.c.zone_id, String),
    }
    n = cast(sign * func.sum(chosen.c.n), BigInteger)
    of_all_time = [
        select(literal(field).label("field"), cast(null(), Date).label("day"), value.label("value"), n.label("n")).group_by(value)
        for field, value in values.items()
    ]
    daily = select(literal(DAILY), chosen.c.reported_on, values[DAILY], n).group_by(chosen.c.reported_on, values[DAILY])
    connection.execute(insert(CaseCount).from_select(["field", "day", "value", "n"], union_all(*of_all_time, daily)))


def count_anew(connection: Connection) -> None:
    """What is kept with the cases and beside them, from all cases, whatever was kept."""
    keep_facts(connection)
    for kept in (CaseCount, CaseSum, SquareCount):
        connection.execute(delete(kept))
    add_counts(connection)
    add_sums(connection)
    add_squares(connection)


def is_counted_right(connection: Connection) -> bool:
    """Whether what is kept is right: facts, counts of every field and day, sums by the month of the report and of the open, squares."""
    if not are_facts_right(connection):
        return False
    alive = select(func.count()).select_from(CaseRow).where(CaseRow.void.is_(False))
    of_all_time = select(CaseCount.field, func.sum(CaseCount.n)).where(CaseCount.day.is_(None)).group_by(CaseCount.field)
    daily = select(CaseCount.field, func.sum(CaseCount.n)).where(CaseCount.day.is_not(None)).group_by(CaseCount.field)
    sums = select(CaseSum.field, func.sum(CaseSum.n)).where(CaseSum.stamp == Stamp.REPORTED.value).group_by(CaseSum.field)
    n_alive, n_settled = (connection.scalar(wanted) or 0 for wanted in (alive, alive.where(SETTLED)))
    for kept, n, fields in ((of_all_time, n_alive, FIELDS), (daily, n_alive, (DAILY,)), (sums, n_settled, SUMMED)):
        found = {field: int(total) for field, total in connection.execute(kept)}
        if any(found.get(field, 0) != n for field in fields):
            return False
    n_open = connection.scalar(alive.where(CaseRow.closed_at.is_(None)))
    sum_of_open = connection.scalar(select(func.sum(CaseSum.n)).where(CaseSum.stamp == OPEN[Stamp.REPORTED]))
    return n_open == (sum_of_open or 0) and are_squares_right(connection)


def sum_up(connection: Connection) -> None:
    """One row for each value again; what somebody else adds meanwhile stays beside it.

    Field by field and some days at a time, so that memory does not grow with the years.
    """
    kept, value = CaseCount, func.coalesce(CaseCount.value, "")
    for field in FIELDS:
        _add_up(connection, kept.field == field, kept.day.is_(None))
    daily = select(kept.day, func.count()).where(kept.field == DAILY, kept.day.is_not(None)).group_by(kept.day).order_by(kept.day)
    several = connection.execute(daily.having(func.count() > func.count(value.distinct()))).all()
    for days in by_rows(several):
        _add_up(connection, kept.field == DAILY, kept.day.in_(days))


def _add_up(connection: Connection, *these: ColumnElement[bool]) -> None:
    gone = delete(CaseCount).where(*these).returning(CaseCount.field, CaseCount.day, CaseCount.value, CaseCount.n)
    sums: Counter[tuple[str, date | None, str | None]] = Counter()
    for field, day, value, n in connection.execute(gone):
        sums[field, day, value] += n
    rows = [{"field": field, "day": day, "value": value, "n": n} for (field, day, value), n in sums.items() if n]
    if rows:
        connection.execute(insert(CaseCount), rows)
