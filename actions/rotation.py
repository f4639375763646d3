"""Changes of the rotation: planned days, swaps, absences, who answers for a zone; the past stays as it was."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select, update

from actions.act import Refused, acting
from i18n import Text
from model.people import Absence, Duty, Official, Shift
from model.places import Feature
from model.roles import Actor, Right
from model.setup import keep_setting
from model.words import writable

ON_DUTY, LEADER, FEED_KEY = "duty_leader", "leader", "calendar_key"
PAST = Text(zh="{day} 已经开始或已经过去，不能再改；请选 {today} 之后的日子", en="{day} has begun or is over; choose a day after {today}")
NOBODY = Text(zh="{day} 没有人值班；请先排班", en="nobody is on duty on {day}; plan that day first")
MOVED = Text(zh="{day} 的值班已被别人改过；请刷新后再试", en="somebody else has changed {day}; reload and try again")
AWAY = Text(
    zh="{who} {since} 至 {until} 请假，不能在 {day} 值班；请换人", en="{who} is away from {since} to {until} and cannot serve on {day}"
)
SAME = Text(zh="这两天是同一个人值班，不用对调", en="the same person serves on both days; there is nothing to swap")
BACKWARDS = Text(zh="结束日期 {until} 早于开始日期 {since}；请改正", en="the end {until} lies before the beginning {since}; correct it")
TWICE = Text(
    zh="{who} 已有 {since} 开始的请假；请先删去那一条", en="{who} already has an absence that begins on {since}; remove that one first"
)
GONE = Text(zh="这一条已不存在；请刷新", en="this entry is no longer there; reload")
ALREADY = Text(zh="{who} 已经负责 {zone}；请选别人", en="{who} already answers for {zone}; choose somebody else")
TOO_EARLY = Text(
    zh="{zone} 现在的负责人从 {since} 起负责，交接日须晚于这一天", en="who answers for {zone} began on {since}; the handover must be later"
)


def plan_shifts(engine: Engine, actor: Actor, shifts: Mapping[date, int], *, at: datetime) -> None:
    """Put officials on duty on days after today, over what was planned there; all of them or none."""
    days = sorted(shifts)
    if not days:
        return
    _check_future(days[0], at)
    detail = _say({day.isoformat(): who for day, who in sorted(shifts.items())})
    subject = f"{days[0]}…{days[-1]}"
    with acting(engine, actor, Right.ROSTER, what="roster.plan", subject=subject, at=at, detail=detail) as connection:
        _check_present(connection, shifts)
        _put(connection, shifts)


def swap_shifts(engine: Engine, actor: Actor, one: tuple[date, int], other: tuple[date, int], *, at: datetime) -> None:
    """Two leaders exchange their days; each is given with who served when it was looked at."""
    for day, _ in (one, other):
        _check_future(day, at)
    if one[1] == other[1]:
        raise Refused(SAME)
    swapped = {one[0]: other[1], other[0]: one[1]}
    detail = _say({"was": {day.isoformat(): who for day, who in (one, other)}})
    with acting(engine, actor, Right.ROSTER, what="roster.swap", subject=f"{one[0]}↔{other[0]}", at=at, detail=detail) as connection:
        for day, who in (one, other):
            _check_serving(connection, day, who)
        _check_present(connection, swapped)
        _put(connection, swapped)


def stand_in(engine: Engine, actor: Actor, day: date, official_id: int, *, instead_of: int | None, at: datetime) -> None:
    """Somebody else serves on a day after today; whoever serves is who it counts for."""
    _check_future(day, at)
    detail = _say({"was": instead_of, "is": official_id})
    with acting(engine, actor, Right.ROSTER, what="roster.stand_in", subject=str(day), at=at, detail=detail) as connection:
        _check_serving(connection, day, instead_of)
        _check_present(connection, {day: official_id})
        _put(connection, {day: official_id})


def add_absence(
    engine: Engine, actor: Actor, official_id: int, since: date, until: date, *, reason: str | None = None, at: datetime
) -> None:
    """Somebody is away on these days, both included; their planned days stay until they are dealt anew."""
    if until < since:
        raise Refused(BACKWARDS, since=since, until=until)
    detail = _say({"since": since.isoformat(), "until": until.isoformat()})
    with acting(engine, actor, Right.ROSTER, what="roster.absence", subject=f"official:{official_id}", at=at, detail=detail) as connection:
        there = select(Absence.id).where(Absence.official_id == official_id, Absence.since == since)
        if connection.scalar(there) is not None:
            raise Refused(TWICE, who=_name(connection, official_id), since=since)
        connection.execute(
            insert(Absence).values(official_id=official_id, since=since, until=until, reason=writable(reason or "").strip() or None)
        )


def remove_absence(engine: Engine, actor: Actor, absence_id: int, *, at: datetime) -> None:
    """The absence is not, or no longer, taken."""
    with acting(engine, actor, Right.ROSTER, what="roster.present", subject=f"absence:{absence_id}", at=at) as connection:
        if connection.execute(delete(Absence).where(Absence.id == absence_id)).rowcount == 0:
            raise Refused(GONE)


def hand_over(
    engine: Engine, actor: Actor, feature_id: int, role: str, *, to: int, instead_of: int | None, since: date, at: datetime
) -> None:
    """From a day on somebody else answers for a zone: the old duty ends the day before, the new one begins; history stays true."""
    detail = _say({"role": role, "was": instead_of, "is": to, "since": since.isoformat()})
    with acting(engine, actor, Right.ROSTER, what="roster.hand_over", subject=f"feature:{feature_id}", at=at, detail=detail) as connection:
        zone = connection.scalar(select(Feature.code).where(Feature.id == feature_id)) or str(feature_id)
        held = connection.execute(select(Duty).where(Duty.feature_id == feature_id, Duty.role == role, Duty.until.is_(None))).all()
        if any(duty.official_id == to for duty in held):
            raise Refused(ALREADY, who=_name(connection, to), zone=zone)
        old = next((duty for duty in held if duty.official_id == instead_of), None)
        if instead_of is not None and old is None:
            raise Refused(GONE)
        if old is not None:
            if since <= old.since:
                raise Refused(TOO_EARLY, zone=zone, since=old.since)
            connection.execute(update(Duty).where(Duty.id == old.id).values(until=since - timedelta(days=1)))
        connection.execute(insert(Duty).values(official_id=to, feature_id=feature_id, role=role, since=since, until=None))


def open_feed(engine: Engine, actor: Actor, *, at: datetime) -> str:
    """A new secret for the address of the calendar feed, which is given back; addresses with the old one stop."""
    key = secrets.token_urlsafe(12)
    with acting(engine, actor, Right.ROSTER, what="roster.feed", subject="calendar", at=at) as connection:
        keep_setting(connection, FEED_KEY, key)
    return key


def _check_future(day: date, at: datetime) -> None:
    if day <= at.date():
        raise Refused(PAST, day=day, today=at.date())


def _check_serving(connection: Connection, day: date, who: int | None) -> None:
    serving = connection.scalar(select(Shift.official_id).where(Shift.on_date == day, Shift.role == ON_DUTY))
    if serving is None and who is not None:
        raise Refused(NOBODY, day=day)
    if serving != who:
        raise Refused(MOVED, day=day)


def _check_present(connection: Connection, shifts: Mapping[date, int]) -> None:
    """Nobody serves who is away."""
    away = select(Absence.official_id, Absence.since, Absence.until).where(Absence.until >= min(shifts), Absence.since <= max(shifts))
    for absence in connection.execute(away).all():
        for day, who in shifts.items():
            if who == absence.official_id and absence.since <= day <= absence.until:
                raise Refused(AWAY, who=_name(connection, who), since=absence.since, until=absence.until, day=day)


def _put(connection: Connection, shifts: Mapping[date, int]) -> None:
    connection.execute(delete(Shift).where(Shift.role == ON_DUTY, Shift.on_date.in_(list(shifts))))
    connection.execute(insert(Shift), [{"on_date": day, "role": ON_DUTY, "official_id": who} for day, who in sorted(shifts.items())])


def _name(connection: Connection, official_id: int) -> str:
    return connection.scalar(select(Official.name).where(Official.id == official_id)) or str(official_id)


def _say(detail: object) -> str:
    return json.dumps(detail, ensure_ascii=False, separators=(",", ":"))
