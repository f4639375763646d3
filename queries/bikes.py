"""What is known of bicycles? The cases that speak of them with the parking zone they belong to, and the counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from model.cases import BICYCLE_CATEGORIES, BICYCLE_WORDS, CaseLink, CaseRow
from model.places import BikeCount, Feature
from model.sql import bicycles, holds, pattern
from queries.filters import Filters
from queries.narrow import apply
from queries.run import Question

ROW = CaseRow
LAYER = "bikes"


def bicycle_cases(filters: Filters, now: datetime, categories: tuple[str, ...], words: tuple[str, ...]) -> Question:
    """Cases of these categories, or with one of the words in category or title; void ones left out, newest first.

    Columns id, external_id, title, address, category, lon, lat, cell, reported_at, zone (code), zone_name, parking (code of the
    parking zone it belongs to, NULL outside of all) and metres to it.
    """
    zone, parking, to_parking = aliased(Feature), aliased(Feature), aliased(CaseLink)
    question = (
        select(
            *(ROW.id, ROW.external_id, ROW.title, ROW.address, ROW.category, ROW.lon, ROW.lat, ROW.cell, ROW.reported_at),
            *(zone.code.label("zone"), zone.name.label("zone_name"), parking.code.label("parking"), to_parking.metres),
        )
        .outerjoin(zone, zone.id == ROW.zone_id)
        .outerjoin(to_parking, and_(to_parking.case_id == ROW.id, to_parking.layer == LAYER))
        .outerjoin(parking, parking.id == to_parking.feature_id)
        .where(ROW.void.is_(False), _speaks(categories, words))
    )
    return apply(question, filters, now).order_by(ROW.reported_at.desc(), ROW.id)


def _speaks(categories: tuple[str, ...], words: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a case is of these categories or has one of the words; those of the parking zones' layer are indexed."""
    if (categories, words) == (BICYCLE_CATEGORIES, BICYCLE_WORDS):
        return bicycles()
    return or_(ROW.category.in_(categories), *(holds(text, pattern(word)) for text in (ROW.category, ROW.title) for word in words))


def newest_count(now: datetime) -> Question:
    """One row, counted_at: when bikes were counted last; NULL when never."""
    return select(func.max(BikeCount.counted_at, type_=BikeCount.counted_at.type).label("counted_at")).where(BikeCount.counted_at <= now)


def bike_counts(since: datetime, until: datetime) -> Question:
    """Columns zone (code of the parking zone), counted_at (UTC), operator, bikes; both ends belong to it."""
    return (
        select(Feature.code.label("zone"), BikeCount.counted_at, BikeCount.operator, BikeCount.bikes)
        .join(Feature, Feature.id == BikeCount.feature_id)
        .where(Feature.layer == LAYER, Feature.retired_on.is_(None), BikeCount.counted_at.between(since, until))
        .order_by(Feature.code, BikeCount.counted_at, BikeCount.operator)
    )
