"""How many cases came each day? What a forecast is made from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from model.cases import CaseRow
from model.places import Feature
from queries.filters import Filters
from queries.narrow import apply
from queries.run import Question


def daily_counts(filters: Filters, now: datetime) -> Question:
    """Columns day, channel, zone (code, NULL in no zone), n; void cases left out. Days without a case have no row."""
    inner = select(CaseRow.reported_on.label("day"), CaseRow.channel, CaseRow.zone_id, func.count().label("n"))
    narrowed = apply(inner.where(CaseRow.void.is_(False)), filters, now)
    counts = narrowed.group_by(CaseRow.reported_on, CaseRow.channel, CaseRow.zone_id).subquery()
    return select(counts.c.day, counts.c.channel, Feature.code.label("zone"), counts.c.n).outerjoin(Feature, Feature.id == counts.c.zone_id)
