"""A finding is a case at once, whole or not at all, and once however often it is saved; on both databases."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine, func, select

from actions import findings
from actions.act import Refused
from actions.findings import LETTERS, Finding, find_finding, new_number, report_finding
from actions.photos import Photo
from model.cases import Attachment, CaseEvent, CaseLink, CaseRow
from model.kinds import Channel
from model.office import AuditLine
from model.roles import Actor, Role
from tests.actions.ground import build, place

LEADER = Actor(role=Role.DUTY_LEADER, code="L01")
NUMBER = "20171031-7K3Q9XM2"
EAST, NORTH = place(620, 230)
FOUND = Finding(
    number=NUMBER, channel=Channel.PATROL, kind="event", category="0102", lon=EAST, lat=NORTH, text="垃圾桶旁有积水，回电13812345678"
)
# a Tuesday, 18:00: after office hours
NOW = datetime(2017, 10, 31, 10, tzinfo=UTC)


def one(engine: Engine, *columns: Any, **where: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(select(*columns).filter_by(**where)).one()


def count(engine: Engine, table: Any) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_finding_is_a_case_with_all_that_belongs_to_it(engine: Engine) -> None:
    office = build(engine)
    photo = Photo(bytes=b"\xff\xd8 small", sha256="ab" * 32, taken_at=NOW - timedelta(minutes=5))

    saved = report_finding(engine, LEADER, office, replace(FOUND, photo=photo, note="巡查点 3"))

    row = one(engine, CaseRow.__table__, external_id=NUMBER)
    assert (row.id, row.source, row.channel, row.kind, row.category) == (saved.id, "finegrid", "patrol", "event", "0102")
    assert row.description == "垃圾桶旁有积水，回电〔手机号〕"
    assert (row.reported_at, row.reported_on, row.reported_hour) == (NOW, date(2017, 10, 31), 18)
    # exposed rubbish: four working hours, from 9 the next morning
    assert (row.due_at, row.due_on) == (datetime(2017, 11, 1, 5, tzinfo=UTC), date(2017, 11, 1))
    assert row.cell == (643_000 + 620) // 100 * 1_000_000 + (3_468_000 + 230) // 100
    assert (saved.number, saved.zone, saved.due_at, saved.removed, saved.new) == (NUMBER, "Z02", row.due_at, 1, True)
    life = one(engine, CaseEvent.__table__, case_id=saved.id)
    assert (life.at, life.stage, life.actor, life.note) == (NOW, "reported", "duty_leader:L01", "巡查点 3")
    kept = one(engine, Attachment.__table__, case_id=saved.id)
    assert (kept.bytes, kept.sha256, kept.mime, kept.taken_at) == (photo.bytes, photo.sha256, "image/jpeg", photo.taken_at)
    audit = one(engine, AuditLine.__table__)
    assert (audit.who, audit.what, audit.subject, audit.detail) == ("duty_leader:L01", "case.report", f"case:{saved.id}", NUMBER)
    reach = one(engine, CaseLink.__table__, case_id=saved.id, layer="rivers")
    # 30 m north of a reach drawn eastwards: on its left, 520 m from its start
    assert (round(reach.metres), round(reach.along), reach.side) == (30, 520, "left")


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=some.integers(2, 4), east=some.floats(1, 999), text=some.text(max_size=600), on=some.dates(date(2017, 1, 1), date(2018, 1, 1)))
def test_however_often_it_is_saved_it_is_one_case(prepared: tuple[Engine, Any], taps: int, east: float, text: str, on: date) -> None:
    engine, office = prepared
    lon, lat = place(east, 100)
    finding = replace(FOUND, number=new_number(on), lon=lon, lat=lat, text=text.replace("\0", ""))
    before = count(engine, CaseRow), count(engine, AuditLine)

    saved = [report_finding(engine, LEADER, office, finding) for _ in range(taps)]

    assert [one.new for one in saved] == [True] + [False] * (taps - 1)
    assert len({(one.id, one.number, one.zone, one.due_at) for one in saved}) == 1
    assert (count(engine, CaseRow), count(engine, AuditLine)) == (before[0] + 1, before[1] + 1)


@pytest.fixture
def prepared(engine: Engine) -> tuple[Engine, Any]:
    return engine, build(engine)


def test_two_taps_at_the_same_moment_make_one_case(prepared: tuple[Engine, Any]) -> None:
    engine, office = prepared
    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda _: report_finding(engine, LEADER, office, FOUND), range(4)))

    assert {one.id for one in saved} == {saved[0].id}
    assert (count(engine, CaseRow), count(engine, CaseEvent), count(engine, AuditLine)) == (1, 1, 1)


def test_it_is_whole_or_not_at_all(prepared: tuple[Engine, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    engine, office = prepared

    def fail(*_: object, **__: object) -> None:
        raise OSError("the power goes")

    monkeypatch.setattr(findings, "relink", fail)
    with pytest.raises(OSError, match="power"):
        report_finding(engine, LEADER, office, FOUND)

    assert [count(engine, table) for table in (CaseRow, CaseEvent, Attachment, CaseLink, AuditLine)] == [0] * 5


@pytest.mark.parametrize(
    ("actor", "change", "says"),
    [
        pytest.param(Actor(role=Role.VIEWER), {}, "浏览不能上报问题", id="who may only look"),
        pytest.param(Actor(role=Role.DEPARTMENT, code="城管中队"), {}, "处置部门不能上报问题", id="who handles"),
        pytest.param(LEADER, {"category": "9999"}, "9999 不在目录里", id="a category that is none"),
        pytest.param(LEADER, {"lat": math.nan}, "不是经纬度", id="a place that is none"),
        pytest.param(LEADER, {"lon": 300.0}, "不是经纬度", id="a place beyond the earth"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    prepared: tuple[Engine, Any], actor: Actor, change: dict[str, Any], says: str
) -> None:
    engine, office = prepared
    with pytest.raises(Refused) as refused:
        report_finding(engine, actor, office, replace(FOUND, **change))

    assert says in refused.value.say("zh")
    assert [count(engine, table) for table in (CaseRow, CaseEvent, AuditLine)] == [0] * 3


def test_somebody_else_s_number_is_refused(prepared: tuple[Engine, Any]) -> None:
    engine, office = prepared
    report_finding(engine, LEADER, office, FOUND)
    other = Actor(role=Role.DUTY_LEADER, code="L02")
    with pytest.raises(Refused, match=NUMBER):
        report_finding(engine, other, office, replace(FOUND, text="别的事"))


def test_it_is_found_again_by_its_number(prepared: tuple[Engine, Any]) -> None:
    engine, office = prepared
    assert find_finding(engine, LEADER, NUMBER) is None
    saved = report_finding(engine, LEADER, office, FOUND)
    assert find_finding(engine, LEADER, NUMBER) == replace(saved, removed=0, new=False)


def test_outside_every_zone_it_has_none(prepared: tuple[Engine, Any]) -> None:
    engine, office = prepared
    lon, lat = place(-300, 50)
    assert report_finding(engine, LEADER, office, replace(FOUND, lon=lon, lat=lat)).zone is None


def test_numbers_can_be_read_out() -> None:
    number = new_number(date(2017, 10, 31))
    assert number.startswith("20171031-")
    assert len(number) == 17
    assert not set("01OIL") & set(LETTERS)
