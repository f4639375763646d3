"""A finding becomes a case at once: in its zone, with its clock running, with its photo; saved twice it is still one."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from actions.act import NOT_ALLOWED, Refused, acting, reading
from actions.photos import MIME, Photo
from geo.grid import NOWHERE, cells_of
from i18n import Text
from ingest.links import read_ground, relink
from ingest.personal import remove_personal
from model.cases import Attachment, CaseEvent, CaseLink, CaseRow, Category
from model.clock import due_at, work_calendar
from model.counts import counting
from model.kinds import Channel, Limit, Stage
from model.places import Feature
from model.roles import RIGHT_LABELS, ROLE_LABELS, Actor, Right
from model.setup import Office
from model.types import stable_id
from model.words import writable

SOURCE = "finegrid"
MOST_LETTERS = 500
TITLE_LETTERS = 40
# without the letters and digits that are taken for each other when a number is read out
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NO_CATEGORY = Text(zh="类别 {code} 不在目录里；请重新选一个类别", en="There is no category {code} in the catalogue; pick one again")
NO_PLACE = Text(
    zh="位置 {lon}, {lat} 不是经纬度；请重新定位或在地图上点一下", en="{lon}, {lat} is no place; locate it again or tap the map"
)
TAKEN = Text(zh="编号 {number} 已被别人的案件用掉；请另报一件", en="The number {number} belongs to somebody else's case; report a new one")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What somebody found; `number` was given when the form opened, longitude and latitude are WGS-84."""

    number: str
    channel: Channel
    kind: str
    category: str
    lon: float
    lat: float
    text: str = ""
    photo: Photo | None = None
    # where on the round it was found, for the case's life line
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The case that a finding became. `removed` is how much personal data was taken out of its text; `new` is false for a repetition."""

    id: int
    number: str
    zone: str | None
    due_at: datetime | None
    removed: int = 0
    new: bool = True


def new_number(on: date) -> str:
    """A number for a finding that opens on that day: `20171031-7K3Q9XM2`, 39 bits drawn at random."""
    return f"{on:%Y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(8))}"


def find_finding(engine: Engine, actor: Actor, number: str) -> Saved | None:
    """The case that a finding of that number became, if it was saved; Refused when somebody else's was."""
    return _read_saved(engine, stable_id(SOURCE, number), actor)


def report_finding(engine: Engine, actor: Actor, office: Office, finding: Finding) -> Saved:
    """Make the finding a case, in one transaction; the same number again gives the same case. Refused says why it was not."""
    if not actor.may(Right.REPORT):
        raise Refused(NOT_ALLOWED, role=ROLE_LABELS[actor.role], right=RIGHT_LABELS[Right.REPORT])
    case_id, at = stable_id(SOURCE, finding.number), office.now()
    if saved := _read_saved(engine, case_id, actor):
        return saved
    _check_place(finding)
    try:
        with acting(engine, actor, Right.REPORT, what="case.report", subject=f"case:{case_id}", at=at, detail=finding.number) as connection:
            removed = _write(connection, office, finding, case_id=case_id, at=at, who=actor.who)
    except IntegrityError:
        # two taps met: the other one was first
        if saved := _read_saved(engine, case_id, actor):
            return saved
        raise
    made = _read_saved(engine, case_id, actor)
    if made is None:
        raise RuntimeError(f"case {case_id} was written and is not there")
    return Saved(id=made.id, number=made.number, zone=made.zone, due_at=made.due_at, removed=removed)


def _check_place(finding: Finding) -> None:
    lon, lat = finding.lon, finding.lat
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) < 90):
        raise Refused(NO_PLACE, lon=lon, lat=lat)


def _write(connection: Connection, office: Office, finding: Finding, *, case_id: int, at: datetime, who: str) -> int:
    """The case, the first line of its life, its photo, its links; returns how much personal data was taken out."""
    line = connection.execute(select(Category).where(Category.kind == finding.kind, Category.code == finding.category)).one_or_none()
    if line is None:
        raise Refused(NO_CATEGORY, code=finding.category)
    texts, found = remove_personal(pd.Series([writable(finding.text).strip()[:MOST_LETTERS], writable(finding.note)], dtype=object))
    text, note = str(texts[0]), str(texts[1])
    due = due_at(at, Limit(line.limit_type), line.limit_value, work_calendar(), office.timezone) if line.limit_type else None
    cell = int(cells_of([finding.lon], [finding.lat], office.metric_crs)[0]) if office.metric_crs else NOWHERE
    with counting(connection, [case_id], fresh=True):
        connection.execute(
            insert(CaseRow).values(
                **{"id": case_id, "source": SOURCE, "external_id": finding.number, "channel": finding.channel.value},
                **{"kind": finding.kind, "category": finding.category, "title": _title(text, line.name_zh), "description": text or None},
                **{"lon": finding.lon, "lat": finding.lat, "cell": None if cell == NOWHERE else cell},
                **{"reported_at": at, "reported_on": at.date(), "reported_hour": at.hour},
                **{"due_at": due, "due_on": due.astimezone(office.timezone).date() if due else None},
            )
        )
    life = {"case_id": case_id, "at": at, "stage": Stage.REPORTED.value, "actor": who, "note": note or None}
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    connection.execute(insert(CaseEvent).values(id=stable_id(case_id, moment, Stage.REPORTED.value, who), **life))
    if photo := finding.photo:
        kept = {"sha256": photo.sha256, "mime": MIME, "bytes": photo.bytes, "taken_at": photo.taken_at}
        connection.execute(insert(Attachment).values(case_id=case_id, id=stable_id(case_id, photo.sha256), **kept))
    if office.metric_crs:
        relink(connection, pd.Series([case_id]), read_ground(connection), office.metric_crs, fresh=True)
    return sum(found.values())


def _title(text: str, category: str) -> str:
    """The first words of the text, or the category's name."""
    first = text.splitlines()[0] if text else ""
    return first[:TITLE_LETTERS] or category


def _read_saved(engine: Engine, case_id: int, actor: Actor) -> Saved | None:
    """The case of that id if it is there; Refused when somebody else made it."""
    zone = (
        select(Feature.code)
        .join(CaseLink, CaseLink.feature_id == Feature.id)
        .where(CaseLink.case_id == case_id, CaseLink.layer == "zones")
        .limit(1)
        .scalar_subquery()
    )
    who = select(CaseEvent.actor).where(CaseEvent.case_id == case_id, CaseEvent.stage == Stage.REPORTED.value).limit(1).scalar_subquery()
    question = select(CaseRow.external_id, CaseRow.due_at, zone.label("zone"), who.label("who")).where(CaseRow.id == case_id)
    with reading(), engine.connect() as connection:
        row = connection.execute(question).one_or_none()
    if row is None:
        return None
    if row.who != actor.who:
        raise Refused(TAKEN, number=row.external_id)
    return Saved(id=case_id, number=row.external_id, zone=row.zone, due_at=row.due_at, new=False)
