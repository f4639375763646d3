"""The headlines of bikes, rivers, weak areas, ledgers and the patrol follow what is planted, both ways, and say when all is well."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, insert, update

from model.cases import CaseLink, CaseRow
from model.engine import write
from model.office import Ledger, LedgerEntry
from model.people import Duty, Inspection, Official, Patrol, Shift
from model.places import Feature, WaterSample
from tests.wall.plant import TODAY, change, days, headline, keep

PLACE = shapely.box(121.49, 31.31, 121.53, 31.35)
LINE = shapely.LineString([(121.50, 31.32), (121.51, 31.33)])
MORNING = datetime(2017, 10, 31, 1, tzinfo=UTC)
LEADER = {"id": 1, "code": "L1", "name": "值班领导01"}


def add(engine: Engine, *rows: tuple[type, Any]) -> None:
    """Write rows, each with its table."""
    with write(engine) as connection:
        for table, values in rows:
            connection.execute(insert(table), values)


def feature(number: int, layer: str, name: str, **props: object) -> tuple[type, Any]:
    """A feature of a layer; a reach is a line."""
    shape = LINE if layer == "rivers" else PLACE
    return Feature, {"id": number, "layer": layer, "code": name, "name": name, "props": props, "geometry": shape}


@pytest.mark.parametrize(
    ("near", "out", "said"),
    [
        pytest.param(2, 5, "近30天 7 件非机动车案件，5 件附近没有停放区；甲区最多，5 件", id="most are far"),
        pytest.param(5, 2, "近30天 7 件非机动车案件，2 件附近没有停放区；甲区最多，2 件", id="few are far"),
        pytest.param(7, 0, "近30天 7 件非机动车案件都在停放区附近", id="none is far"),
        pytest.param(0, 0, "近30天没有非机动车案件", id="nothing to report"),
    ],
)
def test_bikes(engine: Engine, near: int, out: int, said: str) -> None:
    keep(engine, days(1, back=0))
    bicycles = CaseRow.id <= near + out
    change(engine, update(CaseRow).where(bicycles).values(title="共享单车乱停放", lon=121.5, lat=31.32, zone_id=1))
    add(engine, feature(1, "zones", "甲区"), feature(2, "bikes", "停放区1"))
    parked = [{"case_id": case, "layer": "bikes", "feature_id": 2, "metres": 9.0} for case in range(1, near + 1)]
    zoned = [{"case_id": case, "layer": "zones", "feature_id": 1, "metres": 0.0} for case in range(1, near + out + 1)]
    add(engine, *((CaseLink, link) for link in (*parked, *zoned)))
    assert headline(engine, "bikes") == said


@pytest.mark.parametrize(
    ("walked_days_ago", "ammonia", "said"),
    [
        pytest.param(40, 0.5, "甲河巡河已逾期 9 天；水质都达目标", id="a walk is overdue"),
        pytest.param(33, 1.8, "甲河巡河已逾期 2 天；1 条水质未达目标", id="both are bad"),
        pytest.param(3, 1.8, "巡河都按时；1 条河段水质未达目标", id="the water is bad"),
        pytest.param(3, 0.5, "1 条河段都按时巡河，水质都达目标", id="nothing to report"),
    ],
)
def test_rivers(engine: Engine, walked_days_ago: int, ammonia: float, said: str) -> None:
    keep(engine, days(1, back=0))
    began = MORNING - timedelta(days=walked_days_ago)
    walk = {"feature_id": 1, "official_id": 1, "started_at": began, "ended_at": began + timedelta(minutes=30), "walked_m": 900.0}
    sample = {"dissolved_oxygen": 6.0, "permanganate": 4.0, "ammonia": ammonia, "phosphorus": 0.1}
    add(
        engine,
        feature(1, "rivers", "甲河", class_target="III"),
        (Official, LEADER),
        (Duty, {"official_id": 1, "feature_id": 1, "role": "river_chief_subdistrict", "since": date(2017, 1, 1)}),
        (Inspection, walk),
        (WaterSample, {"feature_id": 1, "sampled_at": MORNING} | sample),
    )
    assert headline(engine, "rivers") == said


def test_without_a_reach(engine: Engine) -> None:
    keep(engine, days(1, back=0))
    assert headline(engine, "rivers") == "还没有河段数据：请导入河道图层"


@pytest.mark.parametrize(
    ("signed_days_ago", "said"),
    [
        pytest.param(4, "甲地块已回潮：销项后 1 天又出现同类问题，共 4 件", id="it came back"),
        pytest.param(0, "1 处薄弱区域销项后都未见回潮", id="it holds"),
        pytest.param(None, "1 处薄弱区域尚未销项", id="it is under way"),
    ],
)
def test_weak_areas(engine: Engine, signed_days_ago: int | None, said: str) -> None:
    # a case of one class in the area on each of seven days
    keep(engine, days(1, back=0))
    change(engine, update(CaseRow).values(category="0102"))
    signed = {} if signed_days_ago is None else {"signed_off_on": str(TODAY - timedelta(days=signed_days_ago))}
    add(engine, feature(1, "weak_areas", "甲地块", **signed))
    add(engine, (CaseLink, [{"case_id": case, "layer": "weak_areas", "feature_id": 1, "metres": 0.0} for case in range(1, 8)]))
    assert headline(engine, "weak_areas") == said


def test_without_a_weak_area(engine: Engine) -> None:
    keep(engine, days(1, back=0))
    assert headline(engine, "weak_areas") == "没有薄弱区域"


@pytest.mark.parametrize(
    ("done", "said"),
    [
        pytest.param({"甲": 10, "乙": 4}, "2 本有目标的台账中 1 本已达目标；最落后的是乙，完成 40%", id="one is behind"),
        pytest.param({"甲": 3, "乙": 4}, "2 本有目标的台账中 0 本已达目标；最落后的是甲，完成 30%", id="the other is further behind"),
        pytest.param({"甲": 10, "乙": 12}, "2 本有目标的台账都已达目标", id="nothing to report"),
        pytest.param({}, "还没有设了目标的台账", id="no ledger"),
    ],
)
def test_ledgers(engine: Engine, done: dict[str, int], said: str) -> None:
    keep(engine, days(1, back=0))
    for name, amount in done.items():
        add(engine, (Ledger, {"key": name, "label": {"zh": name, "en": name}, "year": 2017, "target": 10.0, "unit": "places"}))
        add(engine, (LedgerEntry, {"ledger_key": name, "on_date": TODAY, "measure": "", "amount": float(amount)}))
    assert headline(engine, "ledgers") == said


@pytest.mark.parametrize(
    ("minutes", "found", "said"),
    [
        pytest.param(None, 0, "今天值班：值班领导01，分管甲区；巡查还没有开始，上报 0 件", id="not begun"),
        pytest.param(0, 1, "今天值班：值班领导01，分管甲区；巡查进行中，上报 1 件", id="under way"),
        pytest.param(40, 3, "今天值班：值班领导01，分管甲区；巡查已完成，上报 3 件", id="done"),
    ],
)
def test_the_patrol(engine: Engine, minutes: int | None, found: int, said: str) -> None:
    keep(engine, days(4, back=0))
    change(engine, update(CaseRow).where(CaseRow.id <= found).values(channel="patrol"))
    add(
        engine,
        feature(1, "zones", "甲区"),
        (Official, LEADER),
        (Duty, {"official_id": 1, "feature_id": 1, "role": "leader", "since": date(2017, 1, 1)}),
        (Shift, {"on_date": TODAY, "role": "duty_leader", "official_id": 1}),
    )
    if minutes is not None:
        ended = MORNING + timedelta(minutes=minutes) if minutes else None
        add(engine, (Patrol, {"official_id": 1, "started_at": MORNING, "ended_at": ended}))
    assert headline(engine, "patrol") == said


def test_nobody_on_patrol(engine: Engine) -> None:
    keep(engine, days(1, back=0))
    assert headline(engine, "patrol") == "今天没有排班：请网格中心补上轮值"


def test_the_clock_with_cases_due_today(engine: Engine) -> None:
    keep(engine, days(1, back=0))
    tonight = MORNING + timedelta(hours=12)
    change(engine, update(CaseRow).where(CaseRow.id == 1).values(closed_at=None, closed_on=None, due_at=tonight))
    assert headline(engine, "clock") == "没有超期案件；今天有 1 件到期"
