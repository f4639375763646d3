"""One step of a case's loop, or a word of supervision: checked, written with its line and its audit, never over somebody else's step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Row, and_, func, insert, select, update

from actions.act import Refused, acting
from actions.photos import MIME, Photo
from i18n import LANGUAGES, Text, show_moment
from ingest.personal import remove_from
from model.cases import Attachment, CaseEvent, CaseRow, Category
from model.clock import work_calendar
from model.counts import counting
from model.kinds import Limit, Resolution
from model.loop import LINE_LABELS, MOVES, URGED, Given, Line, Standing, Step, standing_of
from model.loop_rules import changes_of, stops_of, why_not
from model.put_off import Rule, extended_due, resumed_due
from model.roles import Actor, Right
from model.types import stable_id
from model.who import say_who
from model.words import writable

# characters of a note, and of cases.department beside the role in the audit log
NOTE_LENGTH, DEPARTMENT_LENGTH = 500, 60
MOST_URGED = 200
NO_CASE = Text(zh="没有这件案件；请从案件列表重新打开", en="There is no such case; open it again from the list")
MOVED = Text(
    zh="{who}已于{when}办理“{what}”，您的这一步没有保存；请看过最新情况再办",
    en="{who} did “{what}” at {when} meanwhile, so your step was not saved; look at the case as it is now, then decide",
)
CHANGED = Text(
    zh="案件在您打开之后有了变动，您的这一步没有保存；请看过最新情况再办",
    en="The case changed after you opened it, so your step was not saved; look at the case as it is now, then decide",
)
NONE_CHOSEN = Text(zh="没有可督办的案件；请选未结且今天还没督办过的案件", en="Nothing to urge; choose open cases that were not urged today")
TOO_MANY = Text(zh="一次最多督办 {most} 件；请分几次选", en="At most {most} cases can be urged at once; choose fewer")


def take_step(
    engine: Engine,
    actor: Actor,
    case_id: int,
    step: Step,
    *,
    saw: str,
    at: datetime,
    note: str = "",
    department: str | None = None,
    resolution: Resolution | None = None,
    photo: Photo | None = None,
) -> Standing:
    """Take a step and give the standing after it; Refused, with nothing written, where the rules or somebody else's step forbid it.

    `saw` is the `Standing.mark` that the one who acts had before them, `at` the office's clock in the office's zone.
    """
    given = Given(
        note=clean_note(note),
        department=clean_note(department or "")[:DEPARTMENT_LENGTH] or None,
        resolution=resolution,
        photo=photo is not None,
    )
    detail = " · ".join(part for part in (given.department, resolution and resolution.value, given.note) if part) or None
    with acting(engine, actor, MOVES[step].right, what=f"case.{step}", subject=f"case:{case_id}", at=at, detail=detail) as connection:
        row, standing = _lock(connection, case_id)
        if standing.mark != saw:
            raise _told(standing, saw, at)
        if reason := why_not(standing, step, actor, given, at):
            raise Refused(reason[0], **reason[1])
        changes = changes_of(standing, step, given, at) | _deadline(row, standing, step, at)
        if changes:
            with counting(connection, [case_id]):
                connection.execute(update(CaseRow).where(CaseRow.id == case_id).values(**changes))
        told = " · ".join(part for part in (given.department, given.note) if part) or None
        _write_line(connection, case_id, Line(at=at, stage=MOVES[step].stage, actor=actor.who), told)
        if photo:
            _keep_photo(connection, case_id, photo)
        return _lock(connection, case_id)[1]


def urge(engine: Engine, actor: Actor, case_ids: Sequence[int], *, at: datetime, note: str = "") -> list[int]:
    """Write a word of supervision (督办) on each of these cases that is open and was not urged today; gives their ids.

    Refused when there is none. One transaction: a line for each case, and one in the audit log that names them all.
    """
    chosen = sorted(set(case_ids))
    if len(chosen) > MOST_URGED:
        raise Refused(TOO_MANY, most=MOST_URGED)
    words = clean_note(note)
    detail = ",".join(map(str, chosen)) + (f" · {words}" if words else "")
    with acting(engine, actor, Right.DISPATCH, what="case.urge", subject=f"cases:{len(chosen)}", at=at, detail=detail) as connection:
        # one after the other, always in the same order: no two wait for each other, and a cluster locks on one node at a time
        done = [one for one in chosen if _lock_open(connection, one) and not _urged_on(connection, one, at)]
        if not done:
            raise Refused(NONE_CHOSEN)
        for case_id in done:
            _write_line(connection, case_id, Line(at=at, stage=URGED, actor=actor.who), words or None)
        return done


def read_standing(connection: Connection, case_id: int) -> Standing | None:
    """Where a case stands now."""
    row = connection.execute(_row(case_id)).one_or_none()
    return standing_of(row._asdict(), _lines(connection, case_id)) if row else None


def clean_note(text: str) -> str:
    """What somebody typed, on one line, without personal data, bounded."""
    return remove_from(" ".join(writable(text.replace("\0", " ")).split()))[0][:NOTE_LENGTH]


def _lock(connection: Connection, case_id: int) -> tuple[Row[Any], Standing]:
    """The case and where it stands; nobody else can move it until this transaction ends."""
    row = connection.execute(_row(case_id).with_for_update(of=CaseRow)).one_or_none()
    if row is None:
        raise Refused(NO_CASE)
    return row, standing_of(row._asdict(), _lines(connection, case_id))


def _lock_open(connection: Connection, case_id: int) -> bool:
    """Whether the case is there and open; if so, nobody else can move it until this transaction ends."""
    still_open = select(CaseRow.id).where(CaseRow.id == case_id, CaseRow.closed_at.is_(None), CaseRow.void.is_(False))
    return connection.scalar(still_open.with_for_update()) is not None


def _row(case_id: int) -> Any:
    limit = and_(Category.kind == CaseRow.kind, Category.code == CaseRow.category)
    columns = (*CaseRow.__table__.columns, Category.limit_type, Category.limit_value)
    return select(*columns).select_from(CaseRow).outerjoin(Category, limit).where(CaseRow.id == case_id)


def _lines(connection: Connection, case_id: int) -> list[Line]:
    question = select(CaseEvent.at, CaseEvent.stage, CaseEvent.actor).where(CaseEvent.case_id == case_id)
    return [Line(at=at, stage=stage, actor=actor) for at, stage, actor in connection.execute(question.order_by(CaseEvent.at, CaseEvent.id))]


def _told(standing: Standing, saw: str, at: datetime) -> Refused:
    """Who did what when, for the one who came second."""
    last = standing.last
    if last is None or last.actor is None or not standing.went_on_since(saw):
        return Refused(CHANGED)
    when = {language: show_moment(last.at.astimezone(at.tzinfo), language) for language in LANGUAGES}
    what = next((move.label for move in MOVES.values() if move.stage == last.stage), None) or LINE_LABELS.get(last.stage)
    what = what or Text(zh=last.stage, en=last.stage)
    return Refused(MOVED, who=say_who(last.actor), when=Text(**when), what=what)


def _deadline(row: Row[Any], standing: Standing, step: Step, at: datetime) -> dict[str, Any]:
    """What the clock makes of the deadline: an extension and the end of a suspension move it, a first dispatch may set it."""
    zone = at.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise TypeError(f"{at!r} is not in the office's zone; give Office.now()")
    rule = _rule(row, zone)
    began, due = standing.accepted_at or standing.reported_at or at, standing.due_at
    moved = due
    match step:
        case Step.DISPATCH if due is None and rule:
            moved = rule.after(began)
        case Step.EXTEND if due and rule:
            moved = extended_due(due, rule)
        case Step.RESUME if due:
            stops = stops_of(standing.lines, at)
            moved = resumed_due(due, began, rule, stops, extensions=standing.extensions) if stops else due
    return {"due_at": moved, "due_on": moved.astimezone(zone).date()} if moved and moved != due else {}


def _rule(row: Row[Any], zone: ZoneInfo) -> Rule | None:
    """The rule of the case's category, on the office's calendar."""
    if row.limit_type is None or row.limit_value is None:
        return None
    return Rule(limit=Limit(row.limit_type), value=row.limit_value, calendar=work_calendar(), zone=zone)


def _write_line(connection: Connection, case_id: int, line: Line, note: str | None) -> None:
    """One line of the case's life. Where the clock has not moved since the last line, its id follows that line's, so that order stays."""
    same = select(func.max(CaseEvent.id)).where(CaseEvent.case_id == case_id, CaseEvent.at == line.at)
    last = connection.scalar(same)
    moment = line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    number = stable_id(case_id, moment, line.stage, line.actor) if last is None else last + 1
    values = {"at": line.at, "stage": line.stage, "actor": line.actor, "note": note}
    connection.execute(insert(CaseEvent).values(case_id=case_id, id=number, **values))


def _keep_photo(connection: Connection, case_id: int, photo: Photo) -> None:
    """Keep the photo with the case; the same picture once only."""
    number = stable_id(case_id, photo.sha256)
    if connection.scalar(select(Attachment.id).where(Attachment.case_id == case_id, Attachment.id == number)) is None:
        kept = {"sha256": photo.sha256, "mime": MIME, "bytes": photo.bytes, "taken_at": photo.taken_at}
        connection.execute(insert(Attachment).values(case_id=case_id, id=number, **kept))


def _urged_on(connection: Connection, case_id: int, at: datetime) -> bool:
    """Whether the case was urged on that day of the office."""
    began = at.replace(hour=0, minute=0, second=0, microsecond=0)
    urged = select(CaseEvent.id).where(CaseEvent.case_id == case_id, CaseEvent.stage == URGED, CaseEvent.at.between(began, at))
    return connection.scalar(urged.limit(1)) is not None
