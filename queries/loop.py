"""What supervision (督办) looks at: per department how much is late, near, unclaimed or sent back, and those cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from model.cases import CaseEvent, CaseRow, Category, stage_of
from model.facts import Fact
from model.loop import URGED
from model.people import Duty, Official
from model.places import Feature
from queries.facts import Clock, fact
from queries.filters import Filters
from queries.narrow import matching
from queries.run import Question
from queries.states import state_of
from queries.waiting import WAITING

MOST_ROWS = 200
ROW = CaseRow
# what supervision lists, by the key of the page's choice
LISTS = ("overdue", *WAITING)
# the roles of `duties` by the role that signs them
CHIEFS = "river_chief%"


def waiting(now: datetime) -> dict[str, ColumnElement[bool]]:
    """What puts an open, running case on each list."""
    clock = Clock.of(Filters(), now)
    return {"overdue": fact(Fact.OVERDUE, clock)} | {name: condition(clock) for name, condition in WAITING.items()}


def supervision(now: datetime) -> Question:
    """A row each department (NULL for none): department, running, a count for each of LISTS, oldest_due_at; most overdue first."""
    counts = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in waiting(now).items()]
    question = select(ROW.department, func.count().label("running"), *counts, func.min(ROW.due_at).label("oldest_due_at"))
    grouped = question.where(*_running(now)).group_by(ROW.department)
    return grouped.order_by(func.sum(case((waiting(now)["overdue"], 1), else_=0)).desc(), ROW.department)


def supervised(kind: str, now: datetime, department: str | None = None, limit: int = MOST_ROWS) -> Question:
    """The cases of one list, the longest overdue first: what the case list says of them, zone_name, claimed_at, urged_at, urges."""
    named = and_(Category.kind == ROW.kind, Category.code == ROW.category)
    question = (
        select(
            *(ROW.id, ROW.external_id, ROW.title, ROW.address, ROW.department, ROW.category, Category.name_zh, Category.name_en),
            *(ROW.reported_at, ROW.dispatched_at, ROW.due_at, ROW.handled_at, ROW.closed_at, ROW.void, ROW.suspended, ROW.reworks),
            *(Feature.name.label("zone_name"), stage_of().label("stage"), state_of(Filters(), now).label("state")),
            *(_newest("claimed").label("claimed_at"), _newest(URGED).label("urged_at")),
        )
        .select_from(ROW)
        .outerjoin(Category, named)
        .outerjoin(Feature, Feature.id == ROW.zone_id)
        .where(*_running(now), waiting(now)[kind])
    )
    if department is not None:
        question = question.where(*matching(Filters(departments=(department,)), now))
    return question.order_by(ROW.due_at.is_(None), ROW.due_at, ROW.id).limit(limit)


def departments() -> Question:
    """Column department: every department that a case was ever given to."""
    return select(ROW.department).where(ROW.department.is_not(None)).group_by(ROW.department).order_by(ROW.department)


def signers(role: str) -> Question:
    """Columns code, name, title of the officials who may look as this role: leaders of zones, or chiefs of reaches."""
    duty = Duty.role.like(CHIEFS) if role == "river_chief" else or_(Duty.role == "leader", Duty.role == role)
    serving = select(Duty.official_id).where(duty)
    return select(Official.code, Official.name, Official.title).where(Official.id.in_(serving)).order_by(Official.code)


def _running(now: datetime) -> list[Any]:
    """Open, and its clock runs."""
    return matching(Filters(states=("running",)), now)


def _newest(stage: str) -> Any:
    """When a case last had a line of that stage."""
    return select(func.max(CaseEvent.at)).where(CaseEvent.case_id == ROW.id, CaseEvent.stage == stage).scalar_subquery()
