"""The case list and its map, one case with its life, what it belongs to, its photos and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_, union_all

from model.cases import Attachment, CaseEvent, CaseLink, CaseRow, Category, stage_of
from model.facts import HAS_PLACE, Stamp
from model.people import Duty, Official
from model.places import Feature
from model.sql import scan
from model.squares import square_of
from model.units import CELL
from queries.filters import Filters
from queries.kpi import Kpi
from queries.kpis import case_condition
from queries.narrow import apply, matching
from queries.run import Question
from queries.states import state_of

# a page of the list, and how far a repeat may lie apart in time
PAGE = 100
PAGE_ROWS = 200
REPEAT_DAYS = 30
ROW = CaseRow
# the orders that the list offers; each ends in the id, so that pages never overlap
ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    # the day is indexed and in the same order
    "newest": (ROW.reported_on.desc(), ROW.reported_at.desc(), ROW.id.desc()),
    "oldest": (ROW.reported_on.asc(), ROW.reported_at.asc(), ROW.id.asc()),
    "due": (ROW.due_at.is_(None), ROW.due_at.asc(), ROW.id.asc()),
    # open ones first, the latest of them on top; void and suspended ones wait for nothing
    "urgent": (or_(ROW.closed_at.is_not(None), ROW.void, ROW.suspended), ROW.due_at.is_(None), ROW.due_at.asc(), ROW.id.asc()),
}
# without a period a state is that of now
TODAY = Filters()
ZONE = (Feature.code.label("zone"), Feature.name.label("zone_name"))
Part = Literal["numerator", "denominator"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which cases are meant: those that the filters leave, or those of them that a KPI counts in one of its parts."""

    filters: Filters
    kpi: Kpi | None = None
    part: Part = "numerator"


def case_page(choice: Choice, now: datetime, order: str = "newest", page: int = 1) -> Question:
    """One page of the list, as many as PAGE_ROWS, from page 1: the columns of `case_list`, zone, zone_name, and total (of all pages).

    The rows are found by their ids alone, and counted by themselves; only those of the page are read whole.
    """
    total = _found(select(func.count()).select_from(ROW), choice, now).scalar_subquery()
    found = _found(select(ROW.id.label("id")), choice, now)
    ids = found.order_by(*ORDERS[order]).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS).subquery("page")
    return _with_zone(select(*_listed(TODAY, now), *ZONE, total.label("total")).join(ids, ids.c.id == ROW.id)).order_by(*ORDERS[order])


def case_export(choice: Choice, now: datetime, order: str, limit: int) -> Question:
    """Everything kept of the cases, with names, zone, stage and state; at most so many."""
    columns = (*ROW.__table__.columns, Category.name_zh, Category.name_en, *ZONE, *_where_it_stands(TODAY, now))
    return _found(_with_zone(select(*columns)), choice, now).order_by(*ORDERS[order]).limit(limit)


def case_cells(choice: Choice, now: datetime, side: int = CELL) -> Question:
    """Columns cell (a cell, or a square of that side), n."""
    place = scan(ROW.cell)
    cell = square_of(place, side)
    return _found(select(cell.label("cell"), func.count().label("n")).where(place.is_not(None)), choice, now).group_by(cell)


def case_marks(choice: Choice, now: datetime, box: Box | None, limit: int) -> Question:
    """Columns id, lon, lat, external_id, title, state of cases that have a place, in a box of WGS-84 degrees if given.

    Where they are too many, the open ones come first, then the newest.
    """
    places = [HAS_PLACE]
    if box:
        west, south, east, north = box
        places += [ROW.lon.between(west, east), ROW.lat.between(south, north)]
    halves = []
    for order, mine in enumerate((ROW.closed_at.is_(None), ROW.closed_at.is_not(None))):
        half = _found(select(ROW.id, literal(order).label("half")).where(*places, mine), choice, now)
        halves.append(select(half.order_by(*ORDERS["newest"]).limit(limit).subquery()))
    ids = union_all(*halves).subquery("marked")
    question = select(ROW.id, ROW.lon, ROW.lat, ROW.external_id, ROW.title, state_of(TODAY, now).label("state"))
    return question.join(ids, ids.c.id == ROW.id).order_by(ids.c.half, *ORDERS["newest"]).limit(limit)


def case_list(
    filters: Filters,
    now: datetime,
    *,
    kpi: Kpi | None = None,
    part: str = "numerator",
    order: str = "newest",
    limit: int | None = PAGE,
    offset: int = 0,
    after: tuple[datetime, int] | None = None,
) -> Question:
    """The cases that the filters leave, or those that a KPI counts; by pages.

    `after` is the (reported_at, id) of the last row of the page before, for the orders newest and oldest: as fast on page 1,000 as on
    page 1. Without `limit` all rows come, for an export.
    """
    question = _chosen(select(*_listed(filters, now)).outerjoin(Category, _named()), filters, now, kpi, part).order_by(*ORDERS[order])
    if after:
        here, there = tuple_(ROW.reported_at, ROW.id), tuple_(*after)
        question = question.where(here < there if order == "newest" else here > there)
    return question.limit(limit).offset(offset) if limit else question


def case_count(filters: Filters, now: datetime, *, kpi: Kpi | None = None, part: str = "numerator") -> Question:
    """Column n: how many cases `case_list` has on all its pages."""
    return _chosen(select(func.count().label("n")).select_from(ROW), filters, now, kpi, part)


def case(case_id: int, filters: Filters, now: datetime) -> Question:
    """One case with everything kept of it, its category's names and limit, stage and state, and how many photos it has."""
    named = (Category.name_zh, Category.name_en, Category.limit_type, Category.limit_value)
    photos = select(func.count()).where(Attachment.case_id == ROW.id).scalar_subquery().label("photos")
    columns = (*ROW.__table__.columns, *named, *_where_it_stands(filters, now), photos)
    return select(*columns).select_from(ROW).outerjoin(Category, _named()).where(ROW.id == case_id)


def case_life(case_id: int) -> Question:
    """The life line of a case: at, stage, actor, note; oldest first."""
    columns = (CaseEvent.at, CaseEvent.stage, CaseEvent.actor, CaseEvent.note)
    return select(*columns).where(CaseEvent.case_id == case_id).order_by(CaseEvent.at, CaseEvent.id)


def case_belongs(case_id: int, today: date) -> Question:
    """What a case belongs to and who answers for that today: layer, code, name, props, metres, along, side, role, official; a row each."""
    serving = and_(Duty.feature_id == Feature.id, Duty.since <= today, or_(Duty.until.is_(None), Duty.until >= today))
    return (
        select(
            *(CaseLink.layer, Feature.code, Feature.name, Feature.props, CaseLink.metres, CaseLink.along, CaseLink.side),
            *(Duty.role, Official.name.label("official")),
        )
        .join(Feature, Feature.id == CaseLink.feature_id)
        .outerjoin(Duty, serving)
        .outerjoin(Official, Official.id == Duty.official_id)
        .where(CaseLink.case_id == case_id)
        .order_by(CaseLink.layer, CaseLink.metres, Feature.code, Duty.role.desc(), Official.code)
    )


def case_photos(case_id: int) -> Question:
    """Columns id, mime, bytes, taken_at of a case's photos, the oldest first."""
    question = select(Attachment.id, Attachment.mime, Attachment.bytes, Attachment.taken_at).where(Attachment.case_id == case_id)
    return question.order_by(Attachment.taken_at.is_(None), Attachment.taken_at, Attachment.id)


def neighbours(
    box: Box,
    at: datetime,
    *,
    days: int = REPEAT_DAYS,
    but: int | None = None,
    like: tuple[str, str] | None = None,
) -> Question:
    """Cases in a box (west, south, east, north; WGS-84 degrees) reported within so many days of a moment, newest first.

    `but` leaves one case out; `like` wants the same (kind, category). The caller measures metres and cuts the corners.
    """
    west, south, east, north = box
    span = timedelta(days=days)
    question = select(
        *(ROW.id, ROW.external_id, ROW.channel, ROW.kind, ROW.category, ROW.title, ROW.address),
        *(ROW.lon, ROW.lat, ROW.reported_at, ROW.closed_at, stage_of().label("stage")),
    ).where(
        # the day is indexed, the moment is exact
        ROW.reported_on.between((at - span).date() - timedelta(days=1), (at + span).date() + timedelta(days=1)),
        ROW.reported_at.between(at - span, at + span),
        ROW.lon.between(west, east),
        ROW.lat.between(south, north),
        ROW.void.is_(False),
    )
    if but is not None:
        question = question.where(ROW.id != but)
    if like:
        question = question.where(ROW.kind == like[0], ROW.category == like[1])
    return question.order_by(ROW.reported_at.desc(), ROW.id)


def _chosen(question: Question, filters: Filters, now: datetime, kpi: Kpi | None, part: str) -> Question:
    """The question narrowed to the filters, or to what a KPI counts in them."""
    if kpi is None:
        return apply(question, filters, now, stamp=Stamp.REPORTED)
    return question.where(case_condition(kpi, "numerator" if part == "numerator" else "denominator", filters, now))


def _found(question: Question, choice: Choice, now: datetime) -> Question:
    """The question narrowed to the choice. A list wants the state of now, a KPI that of the end of its period."""
    if choice.kpi:
        return question.where(case_condition(choice.kpi, choice.part, choice.filters, now))
    return apply(question, choice.filters.with_(states=()), now).where(*matching(Filters(states=choice.filters.states), now))


def _listed(filters: Filters, now: datetime) -> tuple[Any, ...]:
    """What the list says of a case."""
    return (
        *(ROW.id, ROW.external_id, ROW.source, ROW.channel, ROW.kind, ROW.category, Category.name_zh, Category.name_en),
        *(ROW.title, ROW.address, ROW.community, ROW.department, ROW.lon, ROW.lat, ROW.cell),
        *(ROW.reported_at, ROW.due_at, ROW.handled_at, ROW.closed_at, ROW.void, ROW.suspended, ROW.reworks, ROW.extensions),
        *_where_it_stands(filters, now),
    )


def _where_it_stands(filters: Filters, now: datetime) -> tuple[ColumnElement[str], ...]:
    return stage_of().label("stage"), state_of(filters, now).label("state")


def _with_zone(question: Question) -> Question:
    """The question with its category's names and its zone, which is one or none."""
    return question.outerjoin(Category, _named()).outerjoin(Feature, Feature.id == ROW.zone_id)


def _named() -> ColumnElement[bool]:
    return and_(Category.kind == ROW.kind, Category.code == ROW.category)
