"""Each headline says what is planted, both ways, and that nothing is to report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, insert

from i18n import Language
from ingest.demo.planted import BIKE_SHORTAGE, RELAPSED
from model.cases import CaseLink, CaseRow
from model.counts import count_anew
from model.engine import write
from model.places import Feature
from model.setup import keep_setting
from tests.wall.plant import NOW, TODAY, days, headline, keep
from wall.changes import count_change, share_change
from wall.frame import draw_scene, look
from wall.scene import scenes


@pytest.mark.parametrize("key", scenes())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_scene_of_the_demo_speaks(demo_engine: Engine, key: str, language: Language) -> None:
    drawn = draw_scene(scenes()[key], look(demo_engine, language), "light")
    assert drawn.headline
    assert "{" not in drawn.headline
    assert "nan" not in drawn.svg
    assert ("2017年10月31日" if language == "zh" else "31 Oct 2017") in drawn.svg


def test_the_planted_truths_are_the_headlines(demo_engine: Engine) -> None:
    assert headline(demo_engine, "rivers") == "经二河巡河已逾期 12 天；3 条水质未达目标"
    assert f"{RELAPSED.name}已回潮：销项后 37 天" in headline(demo_engine, "weak_areas")
    assert "责任区14最多" in headline(demo_engine, "bikes")
    assert BIKE_SHORTAGE.street
    assert "绿化办最多" in headline(demo_engine, "clock")
    assert "值班领导03" in headline(demo_engine, "patrol")
    assert "10 本有目标的台账中 8 本已达目标" in headline(demo_engine, "ledgers")


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        pytest.param(40, 20, "近7天受理 280 件，比前7天多 100%", id="more"),
        pytest.param(20, 40, "近7天受理 140 件，比前7天少 50%", id="fewer"),
        pytest.param(20, 21, "近7天受理 140 件，与前7天相当", id="nothing to report"),
    ],
)
def test_the_week(engine: Engine, now: int, before: int, said: str) -> None:
    keep(engine, days(now, back=0) | days(before, back=7))
    assert headline(engine, "overview") == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        pytest.param(90, 30, "今天到 18 时受理 90 件，比昨天同时多 200%", id="more"),
        pytest.param(30, 90, "今天到 18 时受理 30 件，比昨天同时少 67%", id="fewer"),
        pytest.param(30, 31, "今天到 18 时受理 30 件，与昨天同时相当", id="nothing to report"),
    ],
)
def test_the_day_to_the_same_hour(engine: Engine, now: int, before: int, said: str) -> None:
    # what came yesterday evening must not count: it is not evening yet
    keep(engine, {(TODAY, 9): now, (TODAY - timedelta(days=1), 9): before, (TODAY - timedelta(days=1), 20): 500})
    assert headline(engine, "today") == said


def test_a_day_without_a_case(engine: Engine) -> None:
    keep(engine, {(TODAY - timedelta(days=1), 9): 4})
    assert headline(engine, "today") == "今天到 18 时还没有受理案件；昨天同时 4 件"


def test_the_clock_both_ways(engine: Engine) -> None:
    keep(engine, days(5, back=0), late=3)
    assert headline(engine, "clock") == "现在超期未结 3 件，城管中队最多（3 件）；今天还有 0 件到期"


def test_the_clock_without_a_late_case(engine: Engine) -> None:
    keep(engine, days(5, back=0))
    assert headline(engine, "clock") == "没有超期案件，今天也没有到期的"


def test_without_any_case_every_scene_says_what_to_do(engine: Engine) -> None:
    assert {headline(engine, key) for key in scenes()} == {"还没有案件数据：请网格中心导入。"}


def test_old_data_say_for_how_long(engine: Engine) -> None:
    keep(engine, {(TODAY - timedelta(days=4), 9): 4})
    assert "⚠ 数据已 4天8小时 未更新" in draw_scene(scenes()["today"], look(engine, "zh"), "dark").svg


def keep_zones(engine: Engine, in_time: dict[str, tuple[int, int]]) -> None:
    """Two zones with 200 cases due in each of two weeks, so many of them in time (this week, the week before)."""
    square = shapely.box(121.49, 31.31, 121.53, 31.35)
    rows: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for number, shares in enumerate(in_time.values(), start=1):
        for week, good in enumerate(shares):
            for place in range(200):
                day = TODAY - timedelta(days=7 * week + place % 6 + 1)
                at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
                key = len(rows) + 1
                rows.append(
                    {
                        **{"id": key, "source": "test", "external_id": str(key), "channel": "hotline", "kind": "event"},
                        **{"reported_at": at, "reported_on": day, "reported_hour": 9, "due_at": at + timedelta(hours=2), "due_on": day},
                        **{"closed_at": at + timedelta(hours=1 if place < good else 3), "closed_on": day, "zone_id": number},
                    }
                )
                links.append({"case_id": key, "layer": "zones", "feature_id": number, "metres": 0.0})
    zones = [
        {"id": number, "layer": "zones", "code": name, "name": name, "props": {}, "geometry": square}
        for number, name in enumerate(in_time, start=1)
    ]
    with write(engine) as connection:
        connection.execute(insert(Feature), zones)
        connection.execute(insert(CaseRow), rows)
        connection.execute(insert(CaseLink), links)
        count_anew(connection)
        keep_setting(connection, "as_of", NOW.isoformat())


@pytest.mark.parametrize(
    ("in_time", "said"),
    [
        pytest.param({"甲区": (156, 180), "乙区": (180, 178)}, "甲区近7天按期率下降 12 个百分点，只有 78%", id="worse"),
        pytest.param({"甲区": (180, 180), "乙区": (190, 160)}, "乙区近7天按期率上升 15 个百分点，达到 95%", id="better"),
        pytest.param({"甲区": (156, 180), "乙区": (190, 160)}, "甲区近7天按期率下降 12 个百分点，只有 78%", id="the fall comes first"),
        pytest.param(
            {"甲区": (178, 180), "乙区": (180, 178)},
            "近7天按期率最低的是甲区（89%）；各区与前7天比，没有确定的变化",
            id="nothing to report",
        ),
    ],
)
def test_the_zone_that_changed(engine: Engine, in_time: dict[str, tuple[int, int]], said: str) -> None:
    keep_zones(engine, in_time)
    drawn = draw_scene(scenes()["zones"], look(engine, "zh"), "dark")
    assert drawn.headline == said
    # colour is never the only sign of a sure change
    assert [drawn.svg.count(sign) for sign in "▼▲"] == [in_time["甲区"][0] == 156, in_time["乙区"][0] == 190]


@pytest.mark.parametrize(
    ("now", "before", "sure"),
    [
        pytest.param((70, 100), (90, 100), -1, id="surely fewer"),
        pytest.param((90, 100), (70, 100), 1, id="surely more"),
        pytest.param((88, 100), (90, 100), 0, id="chance"),
        pytest.param((3, 3), (1, 3), 0, id="too few to tell"),
        pytest.param((0, 0), (9, 10), 0, id="nothing to divide by"),
    ],
)
def test_only_sure_changes_of_shares_are_told(now: tuple[float, float], before: tuple[float, float], sure: int) -> None:
    assert share_change(now, before).sure == sure


def test_among_many_zones_chance_is_not_told() -> None:
    # one of 31 zones changes so much by chance in every second week
    assert share_change((75, 100), (88, 100)).sure == -1
    assert share_change((75, 100), (88, 100), among=31).sure == 0


def test_nothing_against_nothing_is_no_change() -> None:
    assert count_change(0, 0).sure == 0
