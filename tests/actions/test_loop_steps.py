"""Steps of the loop on both databases: one line and one audit each, stamps by the office's clock, nobody's step overwritten."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine, func, insert, select, update

from actions.act import Refused
from actions.loop import MOST_URGED, NOTE_LENGTH, read_standing, take_step, urge
from actions.photos import Photo
from model.cases import Attachment, CaseEvent, CaseRow, Category
from model.engine import write
from model.kinds import Resolution
from model.loop import MOVES, Phase, Standing, Step
from model.office import AuditLine
from model.roles import Actor, Role

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2017, 10, 31, 18, tzinfo=ZONE)
CASE = 7
CENTRE, OURS, THEIRS = (
    Actor(role=Role.GRID_CENTRE),
    Actor(role=Role.DEPARTMENT, code="城管中队"),
    Actor(role=Role.DEPARTMENT, code="绿化办"),
)
VIEWER = Actor(role=Role.VIEWER)
DAY = (
    (Step.DISPATCH, CENTRE, {"department": "城管中队"}),
    (Step.CLAIM, OURS, {}),
    (Step.FEEDBACK, OURS, {"note": "已清理"}),
    (Step.SEND_BACK, CENTRE, {"note": "还有剩的"}),
    (Step.FEEDBACK, OURS, {"photo": Photo(bytes=b"jpeg", sha256="ab")}),
    (Step.VERIFY, CENTRE, {}),
    (Step.CLOSE, CENTRE, {"resolution": Resolution.RESOLVED}),
)
STAGES = ["reported", "dispatched", "claimed", "handled", "returned", "handled", "verified", "closed"]


def make_case(engine: Engine, case_id: int = CASE, **values: object) -> None:
    """A case that was just reported, with its line, due in three working days."""
    row = {"id": case_id, "source": "finegrid", "external_id": str(case_id), "channel": "patrol", "kind": "event", "category": "0102"}
    row |= {"reported_at": NOW - timedelta(hours=2), "reported_on": NOW.date(), "reported_hour": 16, "due_at": None}
    line = {"case_id": case_id, "id": 1, "at": row["reported_at"], "stage": "reported", "actor": "duty_leader:L01"}
    with write(engine) as connection:
        connection.execute(insert(CaseRow).values(**(row | values)))
        connection.execute(insert(CaseEvent).values(**line))


def add_rule(engine: Engine) -> None:
    rule = {"kind": "event", "code": "0102", "name_zh": "暴露垃圾", "name_en": "Litter", "limit_type": "working_hours", "limit_value": 4.0}
    with write(engine) as connection:
        connection.execute(insert(Category).values(rule))


def standing(engine: Engine, case_id: int = CASE) -> Standing:
    with engine.connect() as connection:
        found = read_standing(connection, case_id)
    assert found is not None
    return found


def take(engine: Engine, step: Step, actor: Actor, *, at: datetime = NOW, **given: object) -> Standing:
    return take_step(engine, actor, CASE, step, saw=standing(engine).mark, at=at, **given)  # type: ignore[arg-type]


def stages(engine: Engine, case_id: int = CASE) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(CaseEvent.stage).where(CaseEvent.case_id == case_id).order_by(CaseEvent.at, CaseEvent.id)))


def count(engine: Engine, table: type) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("minutes", [pytest.param(7, id="a clock that runs"), pytest.param(0, id="a clock that stands, as the demo's")])
def test_the_whole_loop(engine: Engine, minutes: int) -> None:
    add_rule(engine)
    make_case(engine)
    at = NOW
    for step, actor, what in DAY:
        at += timedelta(minutes=minutes)
        take(engine, step, actor, at=at, **what)
    after = standing(engine)
    assert after.phase is Phase.CLOSED
    assert stages(engine) == STAGES
    with engine.connect() as connection:
        row = connection.execute(select(CaseRow.__table__).where(CaseRow.id == CASE)).one()
        log = connection.execute(select(AuditLine.what, AuditLine.who, AuditLine.subject, AuditLine.at).order_by(AuditLine.id)).all()
        photo = connection.execute(select(Attachment.case_id, Attachment.mime, Attachment.bytes)).one()
    assert [line.what for line in log] == [f"case.{step}" for step, _, _ in DAY]
    assert [line.who for line in log] == [actor.who for _, actor, _ in DAY]
    assert {line.subject for line in log} == {"case:7"}
    assert [line.at for line in log] == [NOW + timedelta(minutes=minutes * n) for n in range(1, 8)]
    assert (row.accepted_at, row.dispatched_at) == (NOW + timedelta(minutes=minutes),) * 2
    assert row.handled_at == NOW + timedelta(minutes=minutes * 5)
    assert (row.closed_at, row.closed_on) == (NOW + timedelta(minutes=minutes * 7), date(2017, 10, 31))
    assert (row.department, row.reworks, row.resolution) == ("城管中队", 1, "resolved")
    # four working hours from 16:00: an hour and a half today, two and a half tomorrow
    assert row.due_at == datetime(2017, 11, 1, 11, 30, tzinfo=ZONE)
    assert row.due_on == date(2017, 11, 1)
    assert tuple(photo) == (CASE, "image/jpeg", b"jpeg")


@pytest.mark.parametrize(
    ("done", "step", "actor", "given"),
    [
        pytest.param(0, Step.CLAIM, OURS, {}, id="claim before dispatch"),
        pytest.param(1, Step.CLAIM, THEIRS, {}, id="claim by another department"),
        pytest.param(1, Step.FEEDBACK, OURS, {"note": "好了"}, id="feedback before claim"),
        pytest.param(2, Step.CLAIM, OURS, {}, id="claim twice"),
        pytest.param(2, Step.FEEDBACK, OURS, {"note": "  \0 "}, id="feedback of nothing"),
        pytest.param(3, Step.CLOSE, CENTRE, {"resolution": Resolution.RESOLVED}, id="close before verify"),
        pytest.param(3, Step.VERIFY, OURS, {}, id="the department verifies itself"),
        pytest.param(3, Step.SEND_BACK, CENTRE, {}, id="back without a word"),
        pytest.param(7, Step.SEND_BACK, CENTRE, {"note": "再看"}, id="back after the end"),
        pytest.param(7, Step.EXTEND, CENTRE, {"note": "再看"}, id="extended after the end"),
        pytest.param(0, Step.DISPATCH, VIEWER, {"department": "城管中队"}, id="a viewer dispatches"),
    ],
)
def test_an_illegal_step_writes_nothing(engine: Engine, done: int, step: Step, actor: Actor, given: dict[str, object]) -> None:
    make_case(engine)
    for one, by, what in DAY[:done]:
        take(engine, one, by, **what)
    before = standing(engine), stages(engine), count(engine, AuditLine)
    with pytest.raises(Refused) as refused:
        take(engine, step, actor, **given)
    assert refused.value.say("zh") != refused.value.say("en")
    assert "{" not in str(refused.value)
    assert (standing(engine), stages(engine), count(engine, AuditLine)) == before


def test_an_unknown_case_is_refused(engine: Engine) -> None:
    with pytest.raises(Refused, match="没有这件案件"):
        take_step(engine, CENTRE, 99, Step.VERIFY, saw="", at=NOW)


def test_the_second_is_told_who_did_what_when(engine: Engine) -> None:
    make_case(engine)
    saw = take(engine, Step.DISPATCH, CENTRE, department="城管中队").mark
    take_step(engine, OURS, CASE, Step.CLAIM, saw=saw, at=NOW + timedelta(minutes=2))
    with pytest.raises(Refused) as refused:
        take_step(engine, CENTRE, CASE, Step.DISPATCH, saw=saw, at=NOW + timedelta(minutes=3), department="绿化办")
    assert refused.value.say("zh").startswith("城管中队已于2017年10月31日 18:02办理“认领”")
    assert "城管中队 did “Claim” at 31 Oct 2017 18:02" in refused.value.say("en")
    assert standing(engine).department == "城管中队"


def test_what_an_import_changed_meanwhile_is_not_overwritten(engine: Engine) -> None:
    make_case(engine, dispatched_at=NOW - timedelta(hours=1), department="城管中队")
    saw = standing(engine).mark
    with write(engine) as connection:
        connection.execute(update(CaseRow).values(closed_at=NOW))
    with pytest.raises(Refused, match="有了变动"):
        take_step(engine, OURS, CASE, Step.CLAIM, saw=saw, at=NOW)


@pytest.mark.parametrize(
    ("steps", "second"),
    [
        pytest.param(1, ((Step.CLAIM, OURS, {}), (Step.DISPATCH, CENTRE, {"department": "绿化办"})), id="claimed and dispatched anew"),
        pytest.param(1, ((Step.CLAIM, OURS, {}), (Step.CLAIM, OURS, {})), id="two taps"),
        pytest.param(3, ((Step.VERIFY, CENTRE, {}), (Step.SEND_BACK, CENTRE, {"note": "不行"})), id="verified and sent back"),
    ],
)
def test_two_at_once_one_wins_and_one_is_told(
    engine: Engine, steps: int, second: tuple[tuple[Step, Actor, dict[str, object]], ...]
) -> None:
    make_case(engine)
    for step, actor, what in DAY[:steps]:
        take(engine, step, actor, **what)
    saw, lines, together = standing(engine).mark, len(stages(engine)), threading.Barrier(2)
    said: list[Standing | Refused] = []

    def act(step: Step, actor: Actor, what: dict[str, object]) -> None:
        together.wait(20)
        try:
            said.append(take_step(engine, actor, CASE, step, saw=saw, at=NOW, **what))  # type: ignore[arg-type]
        except Refused as refused:
            said.append(refused)

    threads = [threading.Thread(target=act, args=one) for one in second]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    [winner] = [one for one in said if isinstance(one, Standing)]
    [told] = [one for one in said if isinstance(one, Refused)]
    assert "没有保存" in told.say("zh")
    assert standing(engine) == winner
    assert len(stages(engine)) == lines + 1
    assert count(engine, AuditLine) == steps + 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(some.tuples(some.sampled_from(list(Step)), some.sampled_from((CENTRE, OURS, THEIRS)), some.booleans()), max_size=12),
    some.integers(100, 1 << 50),
)
def test_random_walks_agree_with_their_lines(engine: Engine, attempts: list[tuple[Step, Actor, bool]], case_id: int) -> None:
    with write(engine) as connection:
        for table in (CaseRow, CaseEvent):
            connection.execute(table.__table__.delete())
    # the audit log only grows
    logged = count(engine, AuditLine)
    make_case(engine, case_id, due_at=NOW + timedelta(days=3))
    took = ["reported"]
    for step, actor, other in attempts:
        given = {"note": "写明", "department": "绿化办" if other else "城管中队", "resolution": Resolution.RESOLVED}
        before = standing(engine, case_id)
        try:
            after = take_step(engine, actor, case_id, step, saw=before.mark, at=NOW, **given)  # type: ignore[arg-type]
        except Refused:
            assert standing(engine, case_id) == before
            continue
        took.append(MOVES[step].stage)
        assert after == standing(engine, case_id) != before
    assert stages(engine, case_id) == took
    assert count(engine, AuditLine) == logged + len(took) - 1


class TestDeadlines:
    def test_an_extension_moves_it_by_the_rule_of_its_category(self, engine: Engine) -> None:
        add_rule(engine)
        make_case(engine, due_at=datetime(2017, 11, 1, 11, 30, tzinfo=ZONE))
        after = take(engine, Step.EXTEND, CENTRE, note="等材料")
        assert (after.extensions, after.due_at) == (1, datetime(2017, 11, 1, 15, 30, tzinfo=ZONE))

    def test_a_suspended_case_loses_no_time(self, engine: Engine) -> None:
        add_rule(engine)
        make_case(engine, due_at=datetime(2017, 11, 1, 11, 30, tzinfo=ZONE))
        assert take(engine, Step.SUSPEND, CENTRE, note="等施工").phase is Phase.SUSPENDED
        with pytest.raises(Refused, match="已挂账"):
            take(engine, Step.DISPATCH, CENTRE, department="城管中队")
        after = take(engine, Step.RESUME, CENTRE, at=datetime(2017, 11, 2, 10, tzinfo=ZONE))
        # it stood for the whole of the 1st and an hour of the 2nd
        assert after.due_at == datetime(2017, 11, 2, 12, 30, tzinfo=ZONE)
        with engine.connect() as connection:
            assert connection.scalar(select(CaseRow.due_on)) == date(2017, 11, 2)


class TestNotes:
    def test_they_come_in_without_personal_data_on_one_line_and_bounded(self, engine: Engine) -> None:
        make_case(engine)
        take(engine, Step.DISPATCH, CENTRE, department="城管中队", note="请联系\n13812345678 " + "长" * 900)
        with engine.connect() as connection:
            note = connection.scalar(select(CaseEvent.note).where(CaseEvent.stage == "dispatched"))
            detail = connection.scalar(select(AuditLine.detail))
        assert note is not None
        assert "13812345678" not in note + str(detail)
        assert "请联系 〔手机号〕" in note
        assert len(note) <= NOTE_LENGTH + len("城管中队 · ")


class TestUrging:
    def test_each_open_case_gets_its_line_once_a_day(self, engine: Engine) -> None:
        for case_id, values in {1: {}, 2: {"closed_at": NOW}, 3: {"void": True}, 4: {}}.items():
            make_case(engine, case_id, **values)
        marks = standing(engine, 1).mark
        assert urge(engine, CENTRE, [1, 2, 3, 4, 4], at=NOW, note="请速办") == [1, 4]
        assert standing(engine, 1).mark == marks
        with pytest.raises(Refused, match="没有可督办"):
            urge(engine, CENTRE, [1, 4], at=NOW)
        assert urge(engine, CENTRE, [1], at=NOW + timedelta(days=1)) == [1]
        assert stages(engine, 1) == ["reported", "urged", "urged"]
        with engine.connect() as connection:
            log = connection.execute(select(AuditLine.what, AuditLine.subject, AuditLine.detail).order_by(AuditLine.id)).all()
        assert [tuple(line) for line in log] == [("case.urge", "cases:4", "1,2,3,4 · 请速办"), ("case.urge", "cases:1", "1")]

    def test_only_the_centre_may_and_not_without_end(self, engine: Engine) -> None:
        make_case(engine)
        with pytest.raises(Refused, match="不能派遣"):
            urge(engine, OURS, [CASE], at=NOW)
        with pytest.raises(Refused, match="一次最多"):
            urge(engine, CENTRE, range(MOST_URGED + 1), at=NOW)
        assert stages(engine) == ["reported"]


def test_the_mark_is_the_same_wherever_it_is_read(engine: Engine) -> None:
    make_case(engine, due_at=NOW)
    first = standing(engine)
    assert replace(first, due_at=NOW, reported_at=NOW - timedelta(hours=2)).mark == first.mark
