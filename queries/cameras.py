"""What do the cameras need to know of the cases? How many there are by hour, where they lie, what is written of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from model.cases import CaseRow
from model.facts import HAS_PLACE
from model.places import Feature
from queries.filters import Filters
from queries.kept import kept_hours
from queries.narrow import apply
from queries.run import Question

ROW = CaseRow
Box = tuple[float, float, float, float]


def case_hours(filters: Filters, now: datetime) -> Question:
    """Columns hour (0 to 23, the office's clock), n: the cases with a place, void ones left out."""
    kept = kept_hours(filters, now)
    if kept is not None:
        return select(kept.c.hour, kept.c.n).order_by(kept.c.hour)
    hour = ROW.reported_hour.label("hour")
    question = select(hour, func.count().label("n")).where(HAS_PLACE, ROW.void.is_(False))
    return apply(question, filters, now).group_by(hour).order_by(hour)


def case_places(filters: Filters, now: datetime, box: Box) -> Question:
    """Columns id, lon, lat (WGS-84), cell, hour of the cases in a box (west, south, east, north; WGS-84 degrees), void ones left out."""
    west, south, east, north = box
    question = select(ROW.id, ROW.lon, ROW.lat, ROW.cell, ROW.reported_hour.label("hour")).where(
        ROW.lon.between(west, east), ROW.lat.between(south, north), ROW.void.is_(False)
    )
    return apply(question, filters, now).order_by(ROW.id)


def cell_cases(filters: Filters, now: datetime, cells: Sequence[int]) -> Question:
    """Columns id, cell: the cases of some cells, void ones left out."""
    return apply(select(ROW.id, ROW.cell).where(ROW.cell.in_(cells), ROW.void.is_(False)), filters, now).order_by(ROW.id)


def cell_addresses(filters: Filters, now: datetime, cells: Sequence[int]) -> Question:
    """Columns cell, address, zone, zone_name, n: what is written of the cases of some cells, void ones left out."""
    question = (
        select(ROW.cell, ROW.address, Feature.code.label("zone"), Feature.name.label("zone_name"), func.count().label("n"))
        .outerjoin(Feature, Feature.id == ROW.zone_id)
        .where(ROW.cell.in_(cells), ROW.void.is_(False))
    )
    return apply(question, filters, now).group_by(ROW.cell, ROW.address, Feature.code, Feature.name)
