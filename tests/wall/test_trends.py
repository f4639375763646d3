"""Beside a figure of the wall stands what it was in the period before, as planted, with a sign that colour only repeats."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import Engine, update

from model.cases import CaseLink, CaseRow
from model.office import Ledger, LedgerEntry
from model.people import Duty, Inspection, Official, Patrol
from model.places import WaterSample
from queries.kpi import Better
from tests.wall.plant import TODAY, change, days, keep
from tests.wall.test_headlines_of_layers import LEADER, MORNING, add, feature
from wall.canvas import Canvas
from wall.changes import Change, count_change, stock_change, trend_of
from wall.frame import draw_scene, look
from wall.parts import Bar, Tile, draw_bars, draw_tiles
from wall.scene import scenes


def words(engine: Engine, key: str) -> list[str]:
    """Everything that is written on a scene."""
    svg = draw_scene(scenes()[key], look(engine, "zh"), "dark").svg
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")]


@pytest.mark.parametrize(
    ("seen", "better", "said", "colour"),
    [
        pytest.param(stock_change(5, 3), "lower", "▲ 3", "bad", id="more of what should be few"),
        pytest.param(stock_change(3, 5), "lower", "▼ 5", "good", id="less of it"),
        pytest.param(stock_change(5, 3), "higher", "▲ 3", "good", id="more of what should be many"),
        pytest.param(stock_change(5, 3), "", "▲ 3", "quiet", id="neither good nor bad"),
        pytest.param(stock_change(3, 3), "lower", "＝ 3", "quiet", id="the same"),
        pytest.param(count_change(6, 3), "lower", "≈ 3", "quiet", id="it may be chance"),
        pytest.param(count_change(60, 3), "lower", "▲ 3", "bad", id="it is not chance"),
    ],
)
def test_the_sign_says_it_and_colour_repeats_it(seen: Change, better: Better, said: str, colour: str) -> None:
    trend = trend_of(seen, f"{seen.before:g}", better)
    assert (trend.words, trend.colour) == (said, colour)


def test_among_many_zones_a_count_changes_by_chance() -> None:
    assert count_change(80, 55).sure == 1
    assert count_change(80, 55, among=31).sure == 0


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        pytest.param(40, 20, "▲ 140", id="more"),
        pytest.param(20, 40, "▼ 280", id="fewer"),
        pytest.param(20, 21, "≈ 147", id="by chance"),
        pytest.param(20, 20, "＝ 140", id="alike"),
    ],
)
def test_the_zones_of_the_overview(engine: Engine, now: int, before: int, said: str) -> None:
    keep(engine, days(now, back=0) | days(before, back=7))
    add(engine, feature(1, "zones", "甲区"))
    link_all(engine, 7 * (now + before))
    assert said in words(engine, "overview")


def link_all(engine: Engine, n: int) -> None:
    """Every planted case lies in the zone 1."""
    change(engine, update(CaseRow).values(zone_id=1))
    add(engine, (CaseLink, [{"case_id": case, "layer": "zones", "feature_id": 1, "metres": 0.0} for case in range(1, n + 1)]))


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [pytest.param(90, 30, "▲ 昨天同时 30", id="more"), pytest.param(30, 31, "≈ 昨天同时 31", id="by chance")],
)
def test_today(engine: Engine, now: int, before: int, said: str) -> None:
    keep(engine, {(TODAY, 9): now, (TODAY - timedelta(days=1), 9): before, (TODAY - timedelta(days=1), 20): 500})
    assert said in words(engine, "today")


@pytest.mark.parametrize(
    ("closed", "late_today", "tile", "bar"),
    [
        pytest.param(0, 0, "＝ 一周前 2", "＝ 2", id="the same"),
        pytest.param(1, 0, "▼ 一周前 2", "▼ 2", id="one was closed since"),
        pytest.param(0, 3, "▲ 一周前 2", "▲ 2", id="others became late since"),
    ],
)
def test_the_clock_a_week_ago(engine: Engine, closed: int, late_today: int, tile: str, bar: str) -> None:
    # two late cases of a week ago in the morning, which the wall of that evening had
    keep(engine, days(5, back=7) | days(5, back=0), late=2)
    if closed:
        on = TODAY - timedelta(days=3)
        change(engine, update(CaseRow).where(CaseRow.id == 1).values(closed_at=MORNING - timedelta(days=3), closed_on=on))
    if late_today:
        change(engine, update(CaseRow).where(CaseRow.id.between(36, 35 + late_today)).values(closed_at=None, closed_on=None))
    said = words(engine, "clock")
    assert tile in said
    assert bar in said


@pytest.mark.parametrize(
    ("walked_days_ago", "said"),
    [pytest.param(33, "▲ 一周前 0", id="late since two days"), pytest.param(40, "＝ 一周前 1", id="late since nine days")],
)
def test_the_reaches_overdue_a_week_ago(engine: Engine, walked_days_ago: int, said: str) -> None:
    keep(engine, days(1, back=0))
    began = MORNING - timedelta(days=walked_days_ago)
    walk = {"feature_id": 1, "official_id": 1, "started_at": began, "ended_at": began + timedelta(minutes=30), "walked_m": 900.0}
    duty = {"official_id": 1, "feature_id": 1, "role": "river_chief_subdistrict", "since": date(2017, 1, 1)}
    add(engine, feature(1, "rivers", "甲河"), (Official, LEADER), (Duty, duty), (Inspection, walk))
    assert said in words(engine, "rivers")


@pytest.mark.parametrize(
    ("ammonia", "said"),
    [
        # III up to 1.0, IV up to 1.5, V up to 2.0 mg/L; the target is III
        pytest.param((1.8, 0.9), ["▼ 上次采样 1", "▲ 0"], id="it kept its class again"),
        pytest.param((0.9, 1.8), ["▲ 上次采样 0", "▲ 0", "▼ 1"], id="it lost it"),
        pytest.param((1.8, 1.8), ["＝ 上次采样 1", "＝ 1"], id="as before"),
    ],
)
def test_the_sample_before(engine: Engine, ammonia: tuple[float, float], said: list[str]) -> None:
    keep(engine, days(1, back=0))
    add(engine, feature(1, "rivers", "甲河", class_target="III"))
    for value, ago in zip(ammonia, (30, 1), strict=True):
        sample = {"dissolved_oxygen": 6.0, "permanganate": 4.0, "ammonia": value, "phosphorus": 0.1}
        add(engine, (WaterSample, {"feature_id": 1, "sampled_at": MORNING - timedelta(days=ago)} | sample))
    found = words(engine, "rivers")
    assert [one for one in said if one not in found] == []


def test_the_first_sample_has_none_before(engine: Engine) -> None:
    keep(engine, days(1, back=0))
    sample = {"dissolved_oxygen": 6.0, "permanganate": 4.0, "ammonia": 0.9, "phosphorus": 0.1}
    add(engine, feature(1, "rivers", "甲河", class_target="III"), (WaterSample, {"feature_id": 1, "sampled_at": MORNING} | sample))
    assert not any("上次采样" in one for one in words(engine, "rivers"))


@pytest.mark.parametrize(
    ("out_now", "out_before", "said"),
    [
        pytest.param(60, 20, ["▲ 前30天 29%", "▲ 20"], id="more"),
        pytest.param(20, 60, ["▼ 前30天 86%", "▼ 60"], id="fewer"),
        pytest.param(30, 30, ["＝ 前30天 43%", "＝ 30"], id="alike"),
    ],
)
def test_bikes_of_the_month_before(engine: Engine, out_now: int, out_before: int, said: list[str]) -> None:
    # seventy bicycle cases in the month and as many in the one before, so many of them with no parking zone near
    keep(engine, days(10, back=0) | days(10, back=30))
    change(engine, update(CaseRow).values(title="共享单车乱停放", lon=121.5, lat=31.32))
    add(engine, feature(1, "zones", "甲区"), feature(2, "bikes", "停放区1"))
    link_all(engine, 140)
    near = [*range(out_now + 1, 71), *range(71 + out_before, 141)]
    add(engine, (CaseLink, [{"case_id": case, "layer": "bikes", "feature_id": 2, "metres": 9.0} for case in near]))
    found = words(engine, "bikes")
    assert [one for one in said if one not in found] == []


def test_the_relapses_of_the_month_before(engine: Engine) -> None:
    # the class was there before the sign-off: what came after it is a relapse
    keep(engine, days(2, back=0) | days(1, back=30) | days(1, back=40))
    change(engine, update(CaseRow).values(category="0102"))
    add(engine, feature(1, "weak_areas", "甲地块", signed_off_on=str(TODAY - timedelta(days=38))))
    add(engine, (CaseLink, [{"case_id": case, "layer": "weak_areas", "feature_id": 1, "metres": 0.0} for case in range(1, 29)]))
    assert any("近30天 14 件（≈ 前30天 7）" in one for one in words(engine, "weak_areas"))


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        pytest.param({0: 4, 29: 1, 30: 3}, "+5 ▲ (3)", id="more"),
        pytest.param({29: 2, 30: 3, 59: 4, 60: 50}, "+2 ▼ (7)", id="less, each to its day"),
        pytest.param({5: 3, 35: 3}, "+3 ＝ (3)", id="alike"),
    ],
)
def test_what_was_done_lately(engine: Engine, amounts: dict[int, int], said: str) -> None:
    keep(engine, days(1, back=0))
    add(engine, (Ledger, {"key": "甲", "label": {"zh": "甲", "en": "A"}, "year": 2017, "target": 10.0, "unit": "places"}))
    for ago, amount in amounts.items():
        entry = {"ledger_key": "甲", "on_date": TODAY - timedelta(days=ago), "measure": "", "amount": float(amount)}
        add(engine, (LedgerEntry, entry))
    assert said in words(engine, "ledgers")


def test_the_patrol_of_the_week_before(engine: Engine) -> None:
    keep(engine, days(4, back=0) | days(1, back=7))
    change(engine, update(CaseRow).values(channel="patrol"))
    add(engine, (Official, LEADER))
    for ago in (0, 1, 8):
        began = MORNING - timedelta(days=ago)
        add(engine, (Patrol, {"official_id": 1, "started_at": began, "ended_at": began + timedelta(minutes=40)}))
    found = words(engine, "patrol")
    assert [one for one in ("昨天全天 4", "▲ 前7天 7", "≈ 前7天 1") if one not in found] == []


def drawn(canvas: Canvas, tag: str) -> list[Element]:
    return ElementTree.fromstring(canvas.svg()).findall(f".//{{*}}{tag}")


def test_the_mark_of_a_target_stands_on_the_scale_of_its_bars() -> None:
    canvas = Canvas("light")
    draw_bars(canvas, [Bar(name="甲", value=4, words="4"), Bar(name="乙", value=2, words="2", target=3)])
    longest, other = (float(one.get("width", "")) for one in drawn(canvas, "rect")[1:])
    left = float(drawn(canvas, "rect")[1].get("x", ""))
    [mark] = drawn(canvas, "polyline")
    assert other == pytest.approx(longest / 2, abs=0.2)
    assert float(mark.get("points", "").split(",")[0]) - left == pytest.approx(longest * 3 / 4, abs=0.2)
    # the figure stands behind the mark, not under it
    assert float(drawn(canvas, "text")[-1].get("x", "")) > left + longest * 3 / 4


@pytest.mark.parametrize(
    ("done", "wanted"),
    [
        pytest.param({"甲": 4.0}, {"甲": 0.4}, id="short of it"),
        pytest.param({"甲": 10.0}, {"甲": 1.0}, id="reached"),
        pytest.param({"甲": 12.0, "乙": 5.0}, {"乙": 0.5, "甲": 1.2}, id="over it"),
        pytest.param({"甲": 90.0, "乙": 5.0}, {"乙": 0.5, "甲": 1.25}, id="far over it is cut"),
    ],
)
def test_the_target_of_the_ledgers(engine: Engine, done: dict[str, float], wanted: dict[str, float]) -> None:
    keep(engine, days(1, back=0))
    for name, amount in done.items():
        add(engine, (Ledger, {"key": name, "label": {"zh": name, "en": name}, "year": 2017, "target": 10.0, "unit": "places"}))
        add(engine, (LedgerEntry, {"ledger_key": name, "on_date": TODAY, "measure": "", "amount": amount}))
    root = ElementTree.fromstring(draw_scene(scenes()["ledgers"], look(engine, "zh"), "light").svg)
    bars = [one for one in root.findall(".//{*}rect") if one.get("rx") == "6"][1::2]
    [mark] = root.findall(".//{*}polyline")
    aim = float(mark.get("points", "").split(",")[0]) - float(bars[0].get("x", ""))
    assert [float(bar.get("width", "")) / aim for bar in bars] == pytest.approx(list(wanted.values()), abs=0.005)


def test_what_was_before_stands_in_its_tile() -> None:
    canvas = Canvas("light")
    tiles = [
        Tile(name="超期未结", figure="510", unit="件", trend=trend_of(stock_change(510, 477), "一周前 477", "lower")) for _ in range(4)
    ]
    draw_tiles(canvas, tiles, x=72, width=760)
    boxes = [{name: float(one.get(name, "")) for name in ("x", "y", "width", "height")} for one in drawn(canvas, "rect")[1:]]
    trends = [one for one in drawn(canvas, "text") if "一周前" in (one.text or "")]
    for box, trend in zip(boxes, trends, strict=True):
        assert box["y"] < float(trend.get("y", "")) < box["y"] + box["height"] - 10
        assert trend.get("fill") == canvas.colours["bad"]
