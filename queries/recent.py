"""What somebody in the street reaches for first: the categories of late, and what was found on this walk."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import and_, func, select

from model.cases import CaseEvent, CaseLink, CaseRow, Category
from model.kinds import Channel, Stage
from model.places import Feature
from model.sql import scan
from queries.run import Question

RECENT_DAYS = 30
MOST_RECENT = 6


def recent_categories(since: date, who: str, layer: str = "", most: int = MOST_RECENT) -> Question:
    """Columns kind, code, name_zh, name_en, own, n: the categories in use since a day, those that `who` reported first, then by number.

    `layer` counts only cases that belong to one of its features: on the bank, what is found on the bank. Void cases are left out.
    """
    # in the order of the categories' index SQLite would walk through all cases
    kind, category = scan(CaseRow.kind).label("kind"), scan(CaseRow.category).label("category")
    late = [CaseRow.reported_on >= since, CaseRow.void.is_(False)]
    if layer:
        late.append(CaseRow.id.in_(select(CaseLink.case_id).where(CaseLink.layer == layer)))
    counts = select(kind, category, func.count().label("n")).where(*late).group_by(kind, category).subquery("counts")
    mine = select(kind, category, func.count(CaseRow.id.distinct()).label("own")).join(CaseEvent, CaseEvent.case_id == CaseRow.id)
    mine = mine.where(CaseEvent.actor == who, CaseEvent.stage == Stage.REPORTED.value, *late).group_by(kind, category)
    found = mine.subquery("mine")
    own = func.coalesce(found.c.own, 0).label("own")
    return (
        select(counts.c.kind, counts.c.category.label("code"), Category.name_zh, Category.name_en, own, counts.c.n)
        .join(Category, and_(Category.kind == counts.c.kind, Category.code == counts.c.category))
        .outerjoin(found, and_(found.c.kind == counts.c.kind, found.c.category == counts.c.category))
        .order_by(own.desc(), counts.c.n.desc(), counts.c.kind, counts.c.category)
        .limit(most)
    )


def all_categories() -> Question:
    """Columns kind, code, name_zh, name_en, limit_type, limit_value of the whole catalogue, by kind and code."""
    return select(
        *(Category.kind, Category.code, Category.name_zh, Category.name_en, Category.limit_type, Category.limit_value),
    ).order_by(Category.kind.desc(), Category.code)


def found_on_walk(reach: str, since: datetime, until: datetime) -> Question:
    """Columns id, external_id, title, reported_at: what was found at a reach (its code) on river walks in that time, newest first."""
    return (
        select(CaseRow.id, CaseRow.external_id, CaseRow.title, CaseRow.reported_at)
        .join(CaseLink, CaseLink.case_id == CaseRow.id)
        .join(Feature, Feature.id == CaseLink.feature_id)
        .where(CaseLink.layer == "rivers", Feature.layer == "rivers", Feature.code == reach)
        .where(CaseRow.channel == Channel.RIVER.value, CaseRow.reported_at.between(since, until), CaseRow.void.is_(False))
        .order_by(CaseRow.reported_at.desc(), CaseRow.external_id)
    )
