"""A river walk (巡河) is kept: its track, how much of the reach it covered, who walked; saved twice it is still one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import shapely
from sqlalchemy import Connection, Engine, insert, or_, select

from actions.act import NOT_ALLOWED, Refused, acting
from geo.crs import project, project_shapes
from geo.walked import Walked, measure_walked_in_degrees
from i18n import Text
from model.cases import CaseLink, CaseRow
from model.kinds import Channel
from model.office import AuditLine
from model.people import Duty, Inspection, Official
from model.places import Feature
from model.roles import RIGHT_LABELS, ROLE_LABELS, Actor, Right, Role
from model.setup import Office

WHAT = "walk.end"
LAYER = "rivers"
# metres between two points beyond which nobody knows where the walker was: the telephone slept
MOST_STEP = 150.0
# metres of doubt above which a position is not a place
MOST_DOUBT = 100.0
NO_REACH = Text(zh="没有河段 {reach}；请重新选择河段", en="There is no reach {reach}; choose a reach again")
NO_CHIEF = Text(zh="没有编号为 {code} 的河长；请选择巡河的河长", en="There is no river chief {code}; choose who walks")
NOT_THEIRS = Text(
    zh="{code} 不是 {reach} 的河长，巡河没有记录；请选择自己的河段", en="{code} is no chief of {reach}; choose a reach of your own"
)
BACKWARDS = Text(zh="巡河结束时间早于开始时间，没有记录；请重新开始", en="The walk ends before it begins and was not kept; start again")
NO_METRES = Text(
    zh="还没有导入任何图层，无法量米；请先导入河段", en="No layer was imported yet, so nothing can be measured; import the reaches"
)
# what was found at the last step is saved a moment later
AFTERWARDS = timedelta(minutes=2)
# the note is data, in the office's language
FOUND = "发现问题 {n} 件：{numbers}"


class Point(NamedTuple):
    """One position of a track: WGS-84 degrees, metres of doubt, seconds since the walk began."""

    lon: float
    lat: float
    accuracy_m: float
    second: float


@dataclass(frozen=True, kw_only=True)
class RiverWalk:
    """A walk that ended. `run` names it on the telephone it was recorded with; reach and official are codes."""

    run: str
    reach: str
    official: str
    started_at: datetime
    ended_at: datetime
    points: Sequence[Point]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What was kept of a walk: inspections.id, metres and share of the reach, minutes; `new` is false for a repetition."""

    id: int
    metres: float
    share: float
    minutes: float
    findings: tuple[str, ...] = ()
    new: bool = True


class _AgainError(Exception):
    """The walk was kept before; undoes what this repetition began."""


def draw_track(points: Sequence[Point], crs: str) -> shapely.Geometry | None:
    """The track in WGS-84 without its doubtful points: a line, or several where it was broken; None when nobody moved."""
    good = [point for point in points if point.accuracy_m <= MOST_DOUBT]
    if len(good) < 2:
        return None
    degrees = np.array([point[:2] for point in sorted(good, key=lambda point: point.second)])
    x, y = project(degrees[:, 0], degrees[:, 1], crs)
    steps = np.hypot(np.diff(x), np.diff(y))
    pieces = np.split(degrees, np.flatnonzero(steps > MOST_STEP) + 1)
    lines = [shapely.LineString(piece) for piece in pieces if len(np.unique(piece, axis=0)) > 1]
    if not lines:
        return None
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def measure_track(reach: shapely.Geometry, points: Sequence[Point], crs: str) -> Walked:
    """How much of a reach (WGS-84) the points cover so far, in metres of `crs`."""
    track = draw_track(points, crs)
    return measure_walked_in_degrees(reach, track, crs) if track is not None else Walked(metres=0.0, share=0.0)


def end_walk(engine: Engine, actor: Actor, office: Office, walk: RiverWalk) -> Kept:
    """Keep a walk that ended, in one transaction; the same run again gives the same walk. Refused says why it was not."""
    if not actor.may(Right.WALK):
        raise Refused(NOT_ALLOWED, role=ROLE_LABELS[actor.role], right=RIGHT_LABELS[Right.WALK])
    if office.metric_crs is None:
        raise Refused(NO_METRES)
    if walk.ended_at < walk.started_at:
        raise Refused(BACKWARDS)
    if actor.role is Role.RIVER_CHIEF and actor.code != walk.official:
        raise Refused(NOT_THEIRS, code=actor.code, reach=walk.reach)
    subject, detail = f"walk:{walk.run}", f"{walk.reach} {walk.official} {walk.started_at.isoformat()}"
    try:
        with acting(engine, actor, Right.WALK, what=WHAT, subject=subject, at=office.now(), detail=detail) as connection:
            return _write(connection, office.metric_crs, walk)
    except _AgainError:
        with engine.connect() as connection:
            return _read_kept(connection, office.metric_crs, walk)


def _write(connection: Connection, crs: str, walk: RiverWalk) -> Kept:
    """The line of `inspections`. The reach is locked meanwhile, so that two saves of one walk come one after the other."""
    reach = connection.execute(
        select(Feature.id, Feature.geometry)
        .where(Feature.layer == LAYER, Feature.code == walk.reach, Feature.retired_on.is_(None))
        .with_for_update()
    ).one_or_none()
    if reach is None:
        raise Refused(NO_REACH, reach=walk.reach)
    if _find_kept(connection, walk.run) is not None:
        raise _AgainError
    official = _find_chief(connection, reach.id, walk)
    track = draw_track(walk.points, crs)
    walked = measure_track(reach.geometry, walk.points, crs)
    numbers = tuple(connection.execute(_findings(reach.id, walk)).scalars())
    values: dict[str, Any] = {
        **{"feature_id": reach.id, "official_id": official, "started_at": walk.started_at, "ended_at": walk.ended_at},
        **{"track": track, "walked_m": round(walked.metres, 1)},
        "note": FOUND.format(n=len(numbers), numbers="、".join(numbers)) if numbers else None,
    }
    key = connection.execute(insert(Inspection).values(values).returning(Inspection.id)).scalar_one()
    return Kept(id=key, metres=walked.metres, share=walked.share, minutes=_minutes(walk.started_at, walk.ended_at), findings=numbers)


def _find_chief(connection: Connection, reach: int, walk: RiverWalk) -> int:
    """The official's id; Refused unless they answered for the reach on the day of the walk."""
    official = connection.execute(select(Official.id).where(Official.code == walk.official)).scalar_one_or_none()
    if official is None:
        raise Refused(NO_CHIEF, code=walk.official or "—")
    on = walk.started_at.date()
    duty = select(Duty.id).where(
        Duty.official_id == official, Duty.feature_id == reach, Duty.since <= on, or_(Duty.until.is_(None), Duty.until >= on)
    )
    if connection.execute(duty.limit(1)).first() is None:
        raise Refused(NOT_THEIRS, code=walk.official, reach=walk.reach)
    return int(official)


def _findings(reach: int, walk: RiverWalk) -> Any:
    """The numbers of the cases found at the reach during the walk."""
    return (
        select(CaseRow.external_id)
        .join(CaseLink, CaseLink.case_id == CaseRow.id)
        .where(CaseLink.layer == LAYER, CaseLink.feature_id == reach, CaseRow.channel == Channel.RIVER.value)
        .where(CaseRow.reported_at.between(walk.started_at, walk.ended_at + AFTERWARDS), CaseRow.void.is_(False))
        .order_by(CaseRow.reported_at, CaseRow.external_id)
    )


def _find_kept(connection: Connection, run: str) -> str | None:
    """What the audit log says of that run."""
    line = select(AuditLine.detail).where(AuditLine.what == WHAT, AuditLine.subject == f"walk:{run}")
    return connection.execute(line.limit(1)).scalar_one_or_none()


def _read_kept(connection: Connection, crs: str, walk: RiverWalk) -> Kept:
    """The walk as it was kept the first time."""
    reach, official, started = str(_find_kept(connection, walk.run)).split(" ", 2)
    found = connection.execute(
        select(Inspection.id, Inspection.started_at, Inspection.ended_at, Inspection.walked_m, Feature.geometry)
        .join(Feature, Feature.id == Inspection.feature_id)
        .join(Official, Official.id == Inspection.official_id)
        .where(Feature.layer == LAYER, Feature.code == reach, Official.code == official)
        .where(Inspection.started_at == datetime.fromisoformat(started))
        .limit(1)
    ).one()
    length = project_shapes([found.geometry], crs)[0].length
    metres, minutes = found.walked_m or 0.0, _minutes(found.started_at, found.ended_at)
    return Kept(id=found.id, metres=metres, share=metres / length if length else 0.0, minutes=minutes, new=False)


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60
