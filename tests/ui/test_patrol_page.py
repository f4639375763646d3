"""Today's patrol on the demo: what was planted is among the first stops and says why; the draw stays; what is pressed is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import streamlit as st
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

import config
from analysis.draw import is_same, read_draw
from config import ROOT
from geo.crs import project
from ingest.demo.planted import HELD, REPEAT_DAYS, REPEAT_POINT
from model.engine import open_engine
from model.office import AuditLine
from model.people import Patrol
from queries.run import count_queries
from ui.patrol_words import map_links, own_map

MORNING = "T09:00+08:00"
LEADER = "duty_leader:L03"
FIRST = 3


@pytest.fixture
def open_on(demo_copy: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Opens the patrol page over an own copy of the demo on a morning: `open_on(date(2017, 10, 31))`."""
    monkeypatch.setenv("DATABASE_URL", demo_copy)

    def open_it(day: date, **params: str) -> AppTest:
        monkeypatch.setenv("FINEGRID_AS_OF", day.isoformat() + MORNING)
        config.settings.cache_clear()
        open_engine.cache_clear()
        st.cache_data.clear()
        page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        for key, value in ({"as": LEADER} | params).items():
            page.query_params[key] = value
        page.switch_page("pages/patrol.py").run()
        assert not page.exception, page.exception
        return page

    yield open_it
    config.settings.cache_clear()
    open_engine.cache_clear()
    st.cache_data.clear()


def stops(page: AppTest) -> list[tuple[str, str]]:
    """Name and reason of every stop, in their order."""
    words = [one.value.strip("*").replace("\\", "") for one in page.markdown]
    heads = [place for place, word in enumerate(words) if re.match(r"\d · ", word)]
    return [(words[place], words[place + 2]) for place in sorted(heads, key=lambda place: words[place])]


def lines(what: str) -> list[str]:
    with open_engine().connect() as connection:
        return list(connection.scalars(select(AuditLine.detail).where(AuditLine.what == what).order_by(AuditLine.id)))


def test_the_planted_repeat_and_the_look_back_are_among_the_first_stops(open_on) -> None:
    found = stops(open_on(date(2017, 10, 31)))
    assert 5 <= len(found) <= 8
    first = dict(found[:FIRST])
    [(_, repeated)] = [(name, why) for name, why in first.items() if "江湾城路700号" in name]
    assert "30 天内同一处、同类 5 次：噪声扰民（热线信访 5 次）" in repeated
    [(_, look)] = [(name, why) for name, why in first.items() if HELD.name in name]
    assert "薄弱区域回头看超期" in look
    assert any(re.search(r"剩|超期\d+天", why) for _, why in found)


@pytest.mark.parametrize("after", [30, 60])
def test_the_look_back_is_there_on_its_day(open_on, after: int) -> None:
    found = stops(open_on(HELD.signed_off_on + timedelta(days=after)))
    [why] = [why for name, why in found if HELD.name in name]
    assert "薄弱区域回头看" in why
    # the most overdue of them, after its relapse perhaps another one, is among the first
    assert any("回头看" in reason for _, reason in found[:FIRST])


def test_the_repeat_point_is_there_from_its_fifth_case_on(open_on) -> None:
    page = open_on(REPEAT_DAYS[-1] + timedelta(days=1))
    assert any("江湾城路700号" in name for name, _ in stops(page)[:FIRST])
    assert not any("江湾城路700号" in name for name, _ in stops(open_on(REPEAT_DAYS[-1] - timedelta(days=1))))


def test_the_page_asks_few_questions(open_on) -> None:
    open_on(date(2017, 10, 31))
    st.cache_data.clear()
    with count_queries(open_engine()) as asked:
        page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        page.switch_page("pages/patrol.py").run()
    assert 0 < len(asked) <= 12


def test_a_patrol_from_its_beginning_to_its_end(open_on) -> None:
    page = open_on(date(2017, 10, 31))
    planned = stops(page)
    page.button(key="patrol_begin").click().run()
    [draw] = map(read_draw, lines("patrol.draw"))
    assert is_same(draw)
    assert draw.on == date(2017, 10, 31)
    assert stops(page) == planned

    page.button(key="stop_arrived_1").click().run()
    page.button(key="stop_nothing_2").click().run()
    assert [(kept["outcome"]) for kept in map(json.loads, lines("patrol.stop"))] == ["arrived", "nothing"]
    # those that were made stand at the end
    assert "已到 2/" in " ".join(one.value for one in page.markdown)
    page.button(key="patrol_end").click().run()
    with open_engine().connect() as connection:
        patrol = connection.execute(select(Patrol).order_by(Patrol.id.desc()).limit(1)).one()
    assert patrol.ended_at is not None
    x, y = project(*zip(*patrol.track.coords, strict=True), "EPSG:4549")
    assert ((x[1] - x[0]) ** 2 + (y[1] - y[0]) ** 2) ** 0.5 > 100

    # later on the day the stops and the draw are those on record, whatever came in meanwhile
    again = open_on(date(2017, 10, 31))
    assert stops(again) == planned
    assert not lines("patrol.draw")[1:]


def test_the_draw_of_a_day_does_not_change_before_it_is_on_record(open_on) -> None:
    drawn = [tuple(why for _, why in stops(open_on(date(2017, 10, 30))) if "随机" in why) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) >= 1


def test_the_draw_goes_on_with_what_was_not_drawn(open_on) -> None:
    out: list[str] = []
    for number in range(3):
        page = open_on(date(2017, 10, 29) + timedelta(days=number), **{"as": "administrator"})
        page.button(key="patrol_begin").click().run()
        draw = read_draw(lines("patrol.draw")[-1])
        assert list(draw.out) == out
        out += draw.drawn
    assert len(set(out)) == 6


def test_who_may_only_look_is_told_so(open_on) -> None:
    page = open_on(date(2017, 10, 31), **{"as": "viewer"})
    assert "只能查看" in " ".join(one.value for one in page.caption)
    assert not [button for button in page.button if button.key == "patrol_begin"]
    assert "021-0000" not in " ".join(one.value for one in (*page.caption, *page.markdown))


def test_the_sheet_stands_alone(open_on) -> None:
    page = open_on(date(2017, 10, 31), lang="en")
    assert [one for one in page.get("download_button") if one.proto.label.startswith("Sheet")]
    assert "30 days" in " ".join(why for _, why in stops(page))


def test_links_say_that_the_degrees_are_wgs84() -> None:
    lon, lat = REPEAT_POINT
    links = map_links(lon, lat, "江湾城路700号 (A)")
    assert links["geo"].startswith("geo:31.319000,121.505300?q=31.319000,121.505300(%E6")
    assert "dev=1" in links["amap_android"]
    assert "coord_type=wgs84" in links["baidu"]
    assert own_map(links, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)") == links["apple"]
    assert own_map(links, "Mozilla/5.0 (Linux; Android 14)") == links["geo"]
