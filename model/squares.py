"""How many cases there are in each square, kept beside the cases in the same transaction: of 1 km by day and month, of 200 m by month.

A district and a city are drawn in squares: they have thousands of cells, and counting them all anew takes longer than a page may take.
Rows are only added, with what a change took away or brought, as in `model.counts`; a change that moves no case adds none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    Select,
    String,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from model.base import Base
from model.cases import CaseRow
from model.sql import month_of
from model.units import BLOCK, CELL, ROWS, SQUARE, abreast_in, first_of

ROW = CaseRow
NAMES = ("side", "span", "day", "square", "n")
# so many days are looked at, and so many rows summed up, at once: memory does not grow with the years
SOME_DAYS, SOME_ROWS = 31, 50_000


class Span(StrEnum):
    """How long the cases were reported that one row counts."""

    DAY = "day"
    MONTH = "month"


# what is kept; the single days of the small squares of a city would be as many as its cases
KEPT = ((SQUARE, Span.DAY), (SQUARE, Span.MONTH), (BLOCK, Span.MONTH))


class SquareCount(Base):
    """So many cases more or fewer, void ones left out, of a square: of the day of their report, or of its month (its first day).

    The side is in metres. The number of the square says it too; here it leads the index.
    """

    __tablename__ = "square_counts"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    side: Mapped[int] = mapped_column(Integer)
    span: Mapped[str] = mapped_column(String(5))
    day: Mapped[date] = mapped_column(Date)
    square: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(BigInteger)

    # a reader finds everything in the index
    __table_args__ = (Index("ix_square_counts", *NAMES),)


Counts = Counter[tuple[int, str, date, int]]


def square_of(cell: Any, side: int) -> ColumnElement[int]:
    """SQL: the square of that side around a cell, `first_of(side)` + easting // side * 1,000,000 + northing // side; a cell is its own."""
    if side == CELL:
        return cell  # type: ignore[no-any-return]
    abreast = abreast_in(side)
    first, rows, few, column = (literal_column(str(one), BigInteger) for one in (first_of(side), ROWS, abreast, abreast * ROWS))
    found: ColumnElement[int] = first + cell // column * rows + cell % rows // few
    return found


def _counted(ids: Any) -> Select[Any]:
    """Columns side, span, day, square, n of these cases as they are now; of all cases where no ids are given."""
    some = select(ROW.reported_on.label("day"), ROW.cell, func.count().label("n")).where(ROW.cell.is_not(None), ROW.void.is_(False))
    chosen = (some if ids is None else some.where(ROW.id.in_(ids))).group_by(ROW.reported_on, ROW.cell).subquery()
    n = cast(func.sum(chosen.c.n), BigInteger).label("n")
    square, block = (square_of(chosen.c.cell, side).label("square") for side in (SQUARE, BLOCK))
    days = select(chosen.c.day, square, n).group_by(chosen.c.day, "square").cte("days")
    month, months = month_of(days.c.day).label("month"), month_of(chosen.c.day).label("month")
    kept = (
        select(*_of(SQUARE, Span.DAY), *days.c),
        select(*_of(SQUARE, Span.MONTH), month, days.c.square, cast(func.sum(days.c.n), BigInteger)).group_by("month", days.c.square),
        select(*_of(BLOCK, Span.MONTH), months, block, n).group_by("month", "square"),
    )
    every = union_all(*kept).subquery("kept")
    return select(*(every.c[name] for name in NAMES))


def _of(side: int, span: Span) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return literal(side, Integer).label("side"), literal(span.value).label("span")


def squares_of(connection: Connection, ids: Any) -> Counts:
    """What these cases count for as they are now."""
    return Counter({(side, span, day, square): n for side, span, day, square, n in connection.execute(_counted(ids))})


def add_squares(connection: Connection, ids: Any = None) -> None:
    """Add these cases as they are now; all cases where no ids are given."""
    connection.execute(insert(SquareCount).from_select(NAMES, _counted(ids)))


def change_squares(connection: Connection, ids: Any, before: Counts) -> None:
    """Add what these cases count for now and did not before, and take away what they no longer do."""
    after = squares_of(connection, ids)
    after.subtract(before)
    _put(connection, after)


def newest_square(connection: Connection) -> int:
    """The id of the newest row: what comes after it is new."""
    return connection.scalar(select(func.coalesce(func.max(SquareCount.id), 0))) or 0


def sum_squares_up(connection: Connection, since: int = 0) -> None:
    """One row for each square again, in the days and months that got rows after the one with that id.

    What somebody else adds meanwhile stays beside it.
    """
    kept = SquareCount
    for side, span in KEPT:
        these = (kept.side == side, kept.span == span.value)
        grown = connection.scalars(select(kept.day).where(*these, kept.id > since).distinct().order_by(kept.day)).all()
        for first in range(0, len(grown), SOME_DAYS):
            # not one join: PostgreSQL takes lines that are not committed yet for one, and would loop over all of them for each
            some = select(kept.day, func.count()).where(*these, kept.day.in_(grown[first : first + SOME_DAYS])).group_by(kept.day)
            several = connection.execute(some.having(func.count() > func.count(kept.square.distinct())).order_by(kept.day))
            for days in by_rows(several.all()):
                gone = delete(kept).where(*these, kept.day.in_(days)).returning(kept.day, kept.square, kept.n)
                sums: Counts = Counter()
                for day, square, n in connection.execute(gone):
                    sums[side, span.value, day, square] += n
                _put(connection, sums)


def by_rows(sizes: Iterable[Any]) -> Iterator[list[date]]:
    """Days one after another in lists that have `SOME_ROWS` rows together at most; a day that alone has more stands alone."""
    some: list[date] = []
    rows = 0
    for day, n in sizes:
        if some and rows + n > SOME_ROWS:
            yield some
            some, rows = [], 0
        some.append(day)
        rows += n
    if some:
        yield some


def _put(connection: Connection, counts: Counts) -> None:
    rows = [dict(zip(NAMES, (*key, n), strict=True)) for key, n in counts.items() if n]
    if rows:
        connection.execute(insert(SquareCount), rows)


def are_squares_right(connection: Connection) -> bool:
    """Whether the days, and the months of each side, count as many cases as lie in a cell."""
    placed = select(func.count()).select_from(ROW).where(ROW.void.is_(False), ROW.cell.is_not(None))
    sums = select(SquareCount.side, SquareCount.span, func.sum(SquareCount.n)).group_by(SquareCount.side, SquareCount.span)
    found, wanted = {(side, span): int(n) for side, span, n in connection.execute(sums)}, connection.scalar(placed) or 0
    return all(found.get((side, span.value), 0) == wanted for side, span in KEPT)
