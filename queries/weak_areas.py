"""The weak areas: the steps done at each, the cases inside them, and the patrols that may have seen them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, select

from model.cases import CaseLink, CaseRow, Category
from model.people import Patrol
from model.places import Feature, RectificationStep
from queries.filters import Filters
from queries.run import Question
from queries.states import state_of

LAYER = "weak_areas"
# without a period a state is that of now
TODAY = Filters()


def area_steps() -> Question:
    """Every step done at a weak area, in order of day: code, step, done_on, figures (what it brought, by name), note."""
    step = RectificationStep
    return (
        select(Feature.code, step.step, step.done_on, step.figures, step.note)
        .join(Feature, Feature.id == step.feature_id)
        .where(Feature.layer == LAYER, Feature.retired_on.is_(None))
        .order_by(Feature.code, step.done_on, step.step)
    )


def area_cases(now: datetime) -> Question:
    """The cases inside weak areas reported by now, oldest first, void ones left out.

    Columns area (the feature's code), id, external_id, title, channel, kind, category, name_zh, name_en, reported_on, lon, lat, state.
    """
    row = CaseRow
    inside = and_(CaseLink.case_id == row.id, CaseLink.layer == LAYER)
    named = and_(Category.kind == row.kind, Category.code == row.category)
    return (
        select(
            *(Feature.code.label("area"), row.id, row.external_id, row.title, row.channel, row.kind, row.category),
            *(Category.name_zh, Category.name_en, row.reported_on, row.lon, row.lat, state_of(TODAY, now).label("state")),
        )
        .join(CaseLink, inside)
        .join(Feature, Feature.id == CaseLink.feature_id)
        .outerjoin(Category, named)
        .where(Feature.retired_on.is_(None), row.void.is_(False), row.reported_at <= now)
        .order_by(row.reported_on, row.id)
    )


def first_case_day() -> Question:
    """Column day: the first day of the case data; no level of cases can be known before it."""
    return select(func.min(CaseRow.reported_on).label("day"))


def patrol_tracks() -> Question:
    """Every patrol with a track, oldest first: started_at, track (WGS-84)."""
    return select(Patrol.started_at, Patrol.track).where(Patrol.track.is_not(None)).order_by(Patrol.started_at, Patrol.id)
