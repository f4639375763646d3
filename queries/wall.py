"""What only the wall asks: the hours of a few days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from model.cases import CaseRow
from queries.run import Question


def hours_of_days(since: date, until: date) -> Question:
    """Columns day, hour, n: cases reported on these days by hour, void ones left out."""
    row = CaseRow
    return (
        select(row.reported_on.label("day"), row.reported_hour.label("hour"), func.count().label("n"))
        .where(row.reported_on.between(since, until), row.void.is_(False))
        .group_by(row.reported_on, row.reported_hour)
        .order_by(row.reported_on, row.reported_hour)
    )
