"""What does the bulletin (专报) say of single cases? The patrol's findings, their life and photos, and what is due within hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, select

from model.cases import Attachment, CaseEvent, CaseRow, Category, stage_of
from model.facts import Fact, Stamp
from model.kinds import Channel
from model.loop import MOVES
from model.people import Official, Shift
from model.places import Feature
from queries.facts import Clock, fact, placed
from queries.filters import Filters
from queries.narrow import apply, matching
from queries.run import Question
from queries.states import state_of

ROW = CaseRow
# what is due so many hours from the cut-off on is named
SOON_HOURS = 24
# the stages of a case's life that the loop writes (派遣 → 认领 → 反馈 → 核查 → 结案, or 返工)
LOOP_STAGES = tuple(sorted({move.stage for move in MOVES.values()}))


def patrol_only(filters: Filters) -> Filters:
    """The same filters, of the patrol's cases alone."""
    return filters.with_(channels=(Channel.PATROL.value,))


def findings(filters: Filters, now: datetime, limit: int) -> Question:
    """The patrol's cases of the period, oldest first: what, where, who handles, where each stands; `total` counts them all."""
    question = select(
        *(ROW.id, ROW.external_id, ROW.kind, ROW.category, Category.name_zh, Category.name_en, ROW.title, ROW.description),
        *(ROW.address, ROW.department, ROW.lon, ROW.lat, Feature.code.label("zone"), Feature.name.label("zone_name")),
        *(ROW.reported_at, ROW.due_at, ROW.handled_at, ROW.closed_at, ROW.reworks),
        *(stage_of().label("stage"), state_of(filters, now).label("state"), func.count().over().label("total")),
    ).where(ROW.void.is_(False))
    return apply(_with_names(question), patrol_only(filters), now).order_by(ROW.reported_at, ROW.id).limit(limit)


def finding_steps(filters: Filters, now: datetime) -> Question:
    """Columns case_id, at, stage, actor: what the loop did with the patrol's cases of the period, until the cut-off; oldest first."""
    columns = (CaseEvent.case_id, CaseEvent.at, CaseEvent.stage, CaseEvent.actor)
    question = select(*columns).join(ROW, ROW.id == CaseEvent.case_id).where(ROW.void.is_(False), CaseEvent.stage.in_(LOOP_STAGES))
    question = question.where(CaseEvent.at <= Clock.of(filters, now).moment)
    return apply(question, patrol_only(filters), now).order_by(CaseEvent.at, CaseEvent.id)


def finding_photos(filters: Filters, now: datetime, limit: int) -> Question:
    """Columns case_id, mime, bytes, taken_at, of photos of the patrol's cases, at most so many: one of each case before a second."""
    turn = func.row_number().over(partition_by=Attachment.case_id, order_by=(Attachment.taken_at, Attachment.id))
    turns = select(Attachment.case_id, Attachment.id, turn.label("turn"), ROW.reported_at).join(ROW, ROW.id == Attachment.case_id)
    first = apply(turns.where(ROW.void.is_(False)), patrol_only(filters), now)
    first = first.order_by("turn", ROW.reported_at, Attachment.case_id).limit(limit)
    chosen = first.subquery("chosen")
    same = and_(chosen.c.case_id == Attachment.case_id, chosen.c.id == Attachment.id)
    columns = (Attachment.case_id, Attachment.mime, Attachment.bytes, Attachment.taken_at)
    return select(*columns).join(chosen, same).order_by(chosen.c.reported_at, Attachment.case_id, chosen.c.turn)


def due_within(filters: Filters, now: datetime, limit: int, hours: int = SOON_HOURS) -> Question:
    """Open cases whose deadline falls within so many hours of the cut-off, the next first; `total` counts them all."""
    clock = Clock.of(filters, now)
    question = select(
        *(ROW.id, ROW.external_id, ROW.kind, ROW.category, Category.name_zh, Category.name_en, ROW.address, ROW.department),
        *(Feature.code.label("zone"), Feature.name.label("zone_name"), ROW.reported_at, ROW.due_at, func.count().over().label("total")),
    ).where(
        fact(Fact.NOT_VOID, clock),
        fact(Fact.NOT_SUSPENDED, clock),
        placed(Stamp.STANDING, clock),
        ROW.due_at.between(clock.moment, clock.moment + timedelta(hours=hours)),
        *matching(filters, now),
    )
    return _with_names(question).order_by(ROW.due_at, ROW.id).limit(limit)


def on_duty(since: date, until: date) -> Question:
    """Columns on_date, code, title, of the duty leaders in these days; never a name."""
    columns = (Shift.on_date, Official.code, Official.title)
    question = select(*columns).join(Official, Official.id == Shift.official_id)
    return question.where(Shift.on_date.between(since, until), Shift.role == "duty_leader").order_by(Shift.on_date)


def _with_names(question: Question) -> Question:
    """The question with the names of each case's category and its zone, which is one or none."""
    named = and_(Category.kind == ROW.kind, Category.code == ROW.category)
    return question.outerjoin(Category, named).outerjoin(Feature, Feature.id == ROW.zone_id)
