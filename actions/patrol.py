"""A patrol on record: its draw and its stops when it begins, each stop once, its end and its track; pressed twice is pressed once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection, Engine, insert, select, update

from actions.act import Refused, acting
from i18n import Text
from model.engine import write
from model.office import AuditLine
from model.people import Official, Patrol
from model.roles import Actor, Right, Role
from model.words import writable

DRAWN, STARTED, STOPPED, ENDED = "patrol.draw", "patrol.start", "patrol.stop", "patrol.end"
ARRIVED, NOTHING_FOUND = "arrived", "nothing"
OUTCOMES = (ARRIVED, NOTHING_FOUND)
NO_OFFICIAL = Text(
    zh="没有编号为 {code} 的值班领导；请先导入人员，或选择巡查的人",
    en="there is no official {code}; load the officials, or choose who patrols",
)
NO_PATROL = Text(zh="没有这次巡查；请刷新本页", en="this patrol is not there; reload the page")
OVER = Text(zh="这次巡查已在 {at} 结束，不能再记", en="this patrol ended at {at}; nothing more can be kept of it")
NOT_THEIRS = Text(zh="这是 {who} 的巡查；请用 {who} 的身份操作", en="this is the patrol of {who}; act as {who}")
OTHER_DRAW = Text(
    zh="今天的抽取刚由别人登记，地点不同；请刷新后按登记的走",
    en="today's draw has just been put on record by somebody else, with other places; reload and follow it",
)


class _AgainError(Exception):
    """What is to be kept is kept already; undoes what this repetition began."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What a patrol begins with: the official's code, the day's draw and the stops in their order, as they go on record."""

    official: str
    # the record of analysis.draw.Draw, one line of JSON
    draw: str
    # the records of geo.stops.Stop
    stops: Sequence[Mapping[str, Any]]


def begin_patrol(engine: Engine, actor: Actor, begun: Begun, *, at: datetime) -> int:
    """Begin the official's patrol of the day and put its draw on record if that is not there yet; gives patrols.id.

    A patrol of the same official and day that was begun and not ended goes on; a day is never drawn twice.
    """
    on = at.date().isoformat()
    detail = _say({"on": on, "official": begun.official, "stops": list(begun.stops)})
    try:
        with acting(engine, actor, Right.PATROL, what=STARTED, subject=f"{on} {begun.official}", at=at, detail=detail) as connection:
            official = _find_official(connection, actor, begun.official)
            if _going_on(connection, official, at) is not None:
                raise _AgainError
            _keep_draw(connection, actor, begun, at)
            number = connection.scalar(insert(Patrol).values(official_id=official, started_at=at).returning(Patrol.id))
            assert number is not None
            return int(number)
    except _AgainError:
        with write(engine) as connection:
            going = _going_on(connection, _find_official(connection, actor, begun.official), at)
        assert going is not None
        return int(going)


def keep_stop(
    engine: Engine,
    actor: Actor,
    patrol_id: int,
    key: str,
    outcome: str,
    *,
    place: tuple[float, float],
    at: datetime,
    measured: bool = False,
) -> bool:
    """Somebody is at a stop, or found nothing there; `place` is WGS-84, of the phone when `measured`, else of the stop.

    The track grows by the place at the arrival. Gives False when this was kept before.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome of a stop; it takes {' or '.join(OUTCOMES)}")
    detail = {"key": key, "outcome": outcome, "lon": round(place[0], 6), "lat": round(place[1], 6), "measured": measured}
    subject = f"patrol:{patrol_id}"
    try:
        with acting(engine, actor, Right.PATROL, what=STOPPED, subject=subject, at=at, detail=_say(detail)) as connection:
            patrol = _find_patrol(connection, actor, patrol_id)
            if patrol.ended_at is not None:
                raise Refused(OVER, at=f"{patrol.ended_at.astimezone(at.tzinfo):%H:%M}")
            kept = [json.loads(line) for line in connection.scalars(_stops_of(subject)) if line]
            if any(one["key"] == key and one["outcome"] == outcome for one in kept):
                raise _AgainError
            if not any(one["key"] == key for one in kept):
                track = _longer(patrol.track, place)
                connection.execute(update(Patrol).where(Patrol.id == patrol_id).values(track=track))
    except _AgainError:
        return False
    return True


def end_patrol(engine: Engine, actor: Actor, patrol_id: int, *, note: str = "", at: datetime) -> bool:
    """The patrol is over; gives False when it was before."""
    words = " ".join(writable(note).split())[:500]
    try:
        with acting(engine, actor, Right.PATROL, what=ENDED, subject=f"patrol:{patrol_id}", at=at) as connection:
            patrol = _find_patrol(connection, actor, patrol_id)
            if patrol.ended_at is not None:
                raise _AgainError
            connection.execute(update(Patrol).where(Patrol.id == patrol_id).values(ended_at=at, note=words or None))
    except _AgainError:
        return False
    return True


def _find_official(connection: Connection, actor: Actor, code: str) -> int:
    """The official who patrols; a duty leader patrols under their own code only."""
    if actor.role is Role.DUTY_LEADER and actor.code not in {"", code}:
        raise Refused(NOT_THEIRS, who=code)
    found = connection.scalar(select(Official.id).where(Official.code == code))
    if found is None:
        raise Refused(NO_OFFICIAL, code=code)
    return found


def _going_on(connection: Connection, official: int, at: datetime) -> int | None:
    """The official's patrol that began today and has not ended."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    begun = select(Patrol.id).where(Patrol.official_id == official, Patrol.ended_at.is_(None))
    return connection.scalar(begun.where(Patrol.started_at >= midnight, Patrol.started_at <= at).order_by(Patrol.id.desc()).limit(1))


def _keep_draw(connection: Connection, actor: Actor, begun: Begun, at: datetime) -> None:
    """One line a day; a day that has its line must have been drawn the same."""
    on = at.date().isoformat()
    kept = connection.scalar(select(AuditLine.detail).where(AuditLine.what == DRAWN, AuditLine.subject == on).limit(1))
    if kept is None:
        connection.execute(insert(AuditLine).values(at=at, who=actor.who, what=DRAWN, subject=on, detail=begun.draw))
    elif json.loads(kept)["drawn"] != json.loads(begun.draw)["drawn"]:
        raise Refused(OTHER_DRAW)


def _find_patrol(connection: Connection, actor: Actor, patrol_id: int) -> Any:
    columns = (Patrol.id, Patrol.track, Patrol.ended_at, Official.code)
    found = connection.execute(
        select(*columns).join(Official, Official.id == Patrol.official_id).where(Patrol.id == patrol_id)
    ).one_or_none()
    if found is None:
        raise Refused(NO_PATROL)
    if actor.role is Role.DUTY_LEADER and actor.code not in {"", found.code}:
        raise Refused(NOT_THEIRS, who=found.code)
    return found


def _stops_of(subject: str) -> Any:
    return select(AuditLine.detail).where(AuditLine.what == STOPPED, AuditLine.subject == subject)


def _longer(track: shapely.Geometry | None, place: tuple[float, float]) -> shapely.LineString:
    """The track with one place more; the first place alone is a line of two equal points."""
    before = [] if track is None else [point for line in shapely.get_parts(track) for point in line.coords]
    if len(before) == 2 and before[0] == before[1]:
        before = before[:1]
    points = [*before, place]
    return shapely.LineString(points * 2 if len(points) == 1 else points)


def _say(detail: object) -> str:
    return json.dumps(detail, ensure_ascii=False, separators=(",", ":"))
