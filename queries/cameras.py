"""What do the cameras need to know of the cases? How many there are by hour, where they lie, what is written of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from model.cases import CaseRow
from model.facts import HAS_PLACE
from model.places import Feature
from model.sql import is_one_of, scan
from queries.facts import Clock
from queries.filters import Filters
from queries.kept import kept_hours
from queries.narrow import apply
from queries.overview import cells
from queries.run import Question

ROW = CaseRow
# so many values each by itself; engines take some more
MOST_CELLS = 5_000
# the cases of so many days are soon sorted by cell
LONG_DAYS = 180


def counted_cells(filters: Filters, now: datetime) -> Question:
    """Columns cell, n, as `overview.cells`; a long period is not looked up by its days: a walk along the cells sorts nothing."""
    clock = Clock.of(filters, now)
    if clock.since is None or (clock.day - clock.since).days < LONG_DAYS or filters != Filters(since=filters.since, until=filters.until):
        return cells(filters, now)
    question = select(ROW.cell, func.count().label("n")).where(ROW.cell.is_not(None), ROW.void.is_(False))
    return question.where(scan(ROW.reported_on).between(clock.since, clock.day)).group_by(ROW.cell)


def case_hours(filters: Filters, now: datetime) -> Question:
    """Columns hour (0 to 23, the office's clock), n: the cases with a place, void ones left out."""
    kept = kept_hours(filters, now)
    if kept is not None:
        return select(kept.c.hour, kept.c.n).order_by(kept.c.hour)
    hour = ROW.reported_hour.label("hour")
    question = select(hour, func.count().label("n")).where(HAS_PLACE, ROW.void.is_(False))
    return apply(question, filters, now).group_by(hour).order_by(hour)


def case_places(filters: Filters, now: datetime, among: Sequence[int]) -> Question:
    """Columns id, lon, lat (WGS-84), cell, hour of the cases of some cells, in no order, void ones left out."""
    question = select(ROW.id, ROW.lon, ROW.lat, ROW.cell, ROW.reported_hour.label("hour")).where(
        _lies_in(among), HAS_PLACE, ROW.void.is_(False)
    )
    return apply(question, filters, now)


def cell_cases(filters: Filters, now: datetime, among: Sequence[int]) -> Question:
    """Columns id, cell: the cases of some cells, in no order, void ones left out."""
    return apply(select(ROW.id, ROW.cell).where(_lies_in(among), ROW.void.is_(False)), filters, now)


def _lies_in(among: Sequence[int]) -> ColumnElement[bool]:
    return is_one_of(ROW.cell, among) if len(among) > MOST_CELLS else ROW.cell.in_(among)


def cell_addresses(filters: Filters, now: datetime, among: Sequence[int]) -> Question:
    """Columns cell, address, zone, zone_name, n: what is written of the cases of some cells, void ones left out."""
    question = (
        select(ROW.cell, ROW.address, Feature.code.label("zone"), Feature.name.label("zone_name"), func.count().label("n"))
        .outerjoin(Feature, Feature.id == ROW.zone_id)
        .where(_lies_in(among), ROW.void.is_(False))
    )
    return apply(question, filters, now).group_by(ROW.cell, ROW.address, Feature.code, Feature.name)
