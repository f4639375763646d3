"""What does today's patrol need? The cases whose clock presses, what patrols put on record, the data's version before a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select, true
from sqlalchemy.orm import aliased

from model.cases import CaseRow, Category
from model.facts import HAS_PLACE, Fact
from model.office import AuditLine, Import
from model.people import Official, Patrol, Shift
from model.places import Feature
from queries.facts import Clock, fact, standing
from queries.filters import Filters
from queries.rotation import ON_DUTY
from queries.run import Question

# the lines of the audit log that patrols write
DRAWN, STARTED, STOPPED, ENDED = "patrol.draw", "patrol.start", "patrol.stop", "patrol.end"
# so many of them reach back over more than one cycle of the draw and over every visit that still counts
MOST_LINES = 1_000
PRESSING_HOURS = 24


def pressing_cases(now: datetime) -> Question:
    """Open cases that are overdue or due within a day, waiting to be handled, with a place; the soonest due first.

    Columns id, external_id, kind, category, name_zh, name_en, address, department, lon, lat, cell, due_at, zone (code).
    """
    row, clock = CaseRow, Clock.of(Filters(), now)
    return (
        select(row.id, row.external_id, row.kind, row.category, Category.name_zh, Category.name_en, row.address, row.department)
        .add_columns(row.lon, row.lat, row.cell, row.due_at, Feature.code.label("zone"))
        .outerjoin(Category, and_(Category.kind == row.kind, Category.code == row.category))
        .outerjoin(Feature, Feature.id == row.zone_id)
        .where(standing(clock), fact(Fact.NOT_SUSPENDED, clock), row.handled_at.is_(None))
        .where(row.due_at <= now + timedelta(hours=PRESSING_HOURS), HAS_PLACE)
        .order_by(row.due_at, row.id)
    )


def patrol_lines(now: datetime) -> Question:
    """What patrols put on record up to now, the newest first: id, at, who, what, subject, detail (JSON)."""
    line = AuditLine
    question = select(line.id, line.at, line.who, line.what, line.subject, line.detail)
    return question.where(line.what.like("patrol.%"), line.at <= now).order_by(line.id.desc()).limit(MOST_LINES)


def patrol_day(day_began: datetime, now: datetime) -> Question:
    """A row for every patrol begun since the day began, one without a patrol where there is none: patrol_id, official_code, official,
    started_at, ended_at.

    Every row has who is on duty that day (on_duty, the code; on_duty_name, on_duty_phone; NULL for nobody), and import_id and audit_id,
    the newest of each before the day began, 0 where there was none.
    """
    imported = select(func.coalesce(func.max(Import.id), 0)).where(Import.ended_at < day_began).scalar_subquery()
    written = select(func.coalesce(func.max(AuditLine.id), 0)).where(AuditLine.at < day_began).scalar_subquery()
    before = select(imported.label("import_id"), written.label("audit_id")).subquery("before")
    person = aliased(Official, name="person")
    shift = select(person.code.label("on_duty"), person.name.label("on_duty_name"), person.phone.label("on_duty_phone"))
    shift = shift.join(Shift, Shift.official_id == person.id).where(Shift.on_date == now.date(), Shift.role == ON_DUTY)
    on = shift.subquery("shift")
    return (
        select(Patrol.id.label("patrol_id"), Official.code.label("official_code"), Official.name.label("official"))
        .add_columns(Patrol.started_at, Patrol.ended_at, before.c.import_id, before.c.audit_id)
        .add_columns(on.c.on_duty, on.c.on_duty_name, on.c.on_duty_phone)
        .select_from(before)
        .outerjoin(on, true())
        .outerjoin(Patrol, Patrol.started_at.between(day_began, now))
        .outerjoin(Official, Official.id == Patrol.official_id)
        .order_by(Patrol.id)
    )
