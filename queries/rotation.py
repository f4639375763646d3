"""Who is, was and will be on duty, who is away, who answers for which zone, and what was changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import and_, func, or_, select

from model.cases import CaseLink, CaseRow
from model.kinds import Channel
from model.office import AuditLine, Setting
from model.people import Absence, Duty, Official, Patrol, Shift
from model.places import Feature
from queries.run import Question

# the role of a shift, and the roles of a zone's duties
ON_DUTY, LEADER, CADRE = "duty_leader", "leader", "cadre"
ZONES = "zones"
FEED_KEY = "calendar_key"
# who found a problem for the office; the hotline is everybody else
OURS = (Channel.PATROL, Channel.WECHAT, Channel.CHENGGUANTONG)
PERSON = (Official.id.label("official_id"), Official.code.label("official_code"), Official.name.label("official"))


def shifts(since: date, until: date) -> Question:
    """One row a day, both ends included: on_date, official_id, official_code, official, title, phone."""
    question = select(Shift.on_date, *PERSON, Official.title, Official.phone).join(Official, Official.id == Shift.official_id)
    return question.where(Shift.role == ON_DUTY, Shift.on_date.between(since, until)).order_by(Shift.on_date)


def absences(since: date) -> Question:
    """Who is away on that day or later: id, official_id, official_code, official, since, until, reason."""
    question = select(Absence.id, *PERSON, Absence.since, Absence.until, Absence.reason).join(Official, Official.id == Absence.official_id)
    return question.where(Absence.until >= since).order_by(Absence.since, Official.code)


def members() -> Question:
    """Everybody who was ever on duty or leads a zone: official_id, official_code, official, first_on, last_on (their shifts), leads_since.

    `leads_since` is the first day of the zones that they lead now; NULL when they lead none.
    """
    on = select(Shift.official_id, func.min(Shift.on_date).label("first_on"), func.max(Shift.on_date).label("last_on"))
    on_duty = on.where(Shift.role == ON_DUTY).group_by(Shift.official_id).subquery()
    lead = select(Duty.official_id, func.min(Duty.since).label("leads_since"))
    leading = lead.where(Duty.role == LEADER, Duty.until.is_(None)).group_by(Duty.official_id).subquery()
    return (
        select(*PERSON, on_duty.c.first_on, on_duty.c.last_on, leading.c.leads_since)
        .outerjoin(on_duty, on_duty.c.official_id == Official.id)
        .outerjoin(leading, leading.c.official_id == Official.id)
        .where(or_(on_duty.c.first_on.is_not(None), leading.c.leads_since.is_not(None)))
        .order_by(Official.code)
    )


def zone_duties() -> Question:
    """Every duty at a zone, past, present and to come: id, feature_id, zone, zone_name, role, official…, title, phone, since, until."""
    return (
        select(Duty.id, Duty.feature_id, Feature.code.label("zone"), Feature.name.label("zone_name"), Duty.role, *PERSON)
        .add_columns(Official.title, Official.phone, Duty.since, Duty.until)
        .join(Feature, Feature.id == Duty.feature_id)
        .join(Official, Official.id == Duty.official_id)
        .where(Feature.layer == ZONES, Feature.retired_on.is_(None), Duty.role.in_((LEADER, CADRE)))
        .order_by(Feature.code, Duty.role.desc(), Duty.since, Official.code)
    )


def officials() -> Question:
    """Everybody who can be given a duty: official_id, official_code, official, title; by code."""
    return select(*PERSON, Official.title).order_by(Official.code)


def changes(limit: int = 20) -> Question:
    """The newest changes of the rotation and of duties: at, who, what, subject, detail."""
    question = select(AuditLine.at, AuditLine.who, AuditLine.what, AuditLine.subject, AuditLine.detail)
    return question.where(AuditLine.what.like("roster.%")).order_by(AuditLine.id.desc()).limit(limit)


def feed_key() -> Question:
    """Column value: the secret in the address of the calendar feed; no row until it was opened."""
    return select(Setting.value).where(Setting.key == FEED_KEY)


def patrols(since: date, until: date) -> Question:
    """Patrols begun on these days, and on a day more at each end, since the office's zone is not asked: id, official_id, official_code,
    official, started_at, ended_at, track (WGS-84), note."""
    first, last = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (since, until))
    question = select(Patrol.id, *PERSON, Patrol.started_at, Patrol.ended_at, Patrol.track, Patrol.note)
    return (
        question.join(Official, Official.id == Patrol.official_id)
        .where(Patrol.started_at.between(first - timedelta(days=1), last + timedelta(days=2)))
        .order_by(Patrol.started_at, Patrol.id)
    )


def found(since: date, until: date) -> Question:
    """Cases found by the office or told by the hotline, reported on these days, void ones left out.

    Columns id, external_id, channel, kind, category, title, lon, lat, reported_at, reported_on, zone (code).
    """
    row = CaseRow
    in_zone = and_(CaseLink.case_id == row.id, CaseLink.layer == ZONES)
    return (
        select(row.id, row.external_id, row.channel, row.kind, row.category, row.title, row.lon, row.lat, row.reported_at, row.reported_on)
        .add_columns(Feature.code.label("zone"))
        .outerjoin(CaseLink, in_zone)
        .outerjoin(Feature, Feature.id == CaseLink.feature_id)
        .where(row.reported_on.between(since, until), row.channel.in_((*OURS, Channel.HOTLINE)), row.void.is_(False))
        .order_by(row.reported_at, row.id)
    )
