"""Which open cases does somebody have to look after? The SQL of what supervision (督办) looks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, select

from config import settings
from model.cases import CaseEvent, CaseRow
from queries.facts import Clock


def due_within(clock: Clock, span: timedelta) -> ColumnElement[bool]:
    """The deadline lies ahead, at most so far."""
    return CaseRow.due_at.between(clock.moment, clock.moment + span)


def to_claim(clock: Clock) -> ColumnElement[bool]:
    """Dispatched here, neither claimed nor handled since.

    A source that does not say who dispatched a case does not say who claimed it either: its cases are not counted.
    """
    line = select(CaseEvent.id).where(CaseEvent.case_id == CaseRow.id, CaseEvent.at >= CaseRow.dispatched_at)
    here, claimed = (exists(line.where(CaseEvent.stage == stage, CaseEvent.actor.is_not(None))) for stage in ("dispatched", "claimed"))
    return and_(CaseRow.handled_at.is_(None), CaseRow.dispatched_at <= clock.moment, here, ~claimed)


def unclaimed(clock: Clock) -> ColumnElement[bool]:
    """Those to be claimed that were dispatched longer ago than FINEGRID_CLAIM_HOURS."""
    return and_(CaseRow.dispatched_at < clock.moment - timedelta(hours=settings().claim_hours), to_claim(clock))


def returned(clock: Clock) -> ColumnElement[bool]:
    """Sent back for rework, and no new feedback yet."""
    return and_(CaseRow.reworks > 0, CaseRow.handled_at.is_(None))


# by the state that the filters know it by
WAITING: dict[str, Callable[[Clock], ColumnElement[bool]]] = {
    "due_24h": lambda clock: due_within(clock, timedelta(hours=24)),
    "due_48h": lambda clock: due_within(clock, timedelta(hours=48)),
    "to_claim": to_claim,
    "unclaimed": unclaimed,
    "returned": returned,
}
