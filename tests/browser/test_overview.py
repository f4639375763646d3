"""The overview in a real browser: drawn with no internet, equal to the database, quick and light to change."""

from __future__ import annotations

import gzip
import re
import statistics
import time

import pytest
from playwright.sync_api import Frame, Page, Response, expect
from sqlalchemy import Engine, text

from tests.browser.conftest import Device, OpenPage
from tests.browser.look import MAP, fits_its_width, map_frame, picture, settled, websocket_bytes
from tests.browser.server import Server

FIRST_VIEW_BYTES = 400_000
CHANGE_BYTES = 100_000
CHANGE_SECONDS = 0.5
PLACE_OF_ZONE = """(code) => {
  const at = finegrid.ground.get('zones').byCode.get(code).feature.properties.at;
  const point = finegrid.map.latLngToContainerPoint([at[1], at[0]]);
  return [point.x, point.y];
}"""


def drawn(page: Page) -> Frame:
    """The map's frame with its figures on it."""
    frame = map_frame(page)
    frame.wait_for_function("() => window.finegrid && finegrid.count().zones === 31 && finegrid.count().cells > 0")
    return frame


def value_of(page: Page, label: str) -> str:
    """What a KPI card says."""
    card = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return card.get_by_test_id("stMetricValue").inner_text()


def choose(page: Page, key: str, option: str) -> None:
    """Choose one option of a select by its key."""
    box = page.locator(f".st-key-{key}")
    box.locator("input").first.click()
    page.get_by_role("option", name=option, exact=True).first.click()


def scalar(engine: Engine, statement: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(statement)).scalar_one())


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("on", ["phone", "desk", "wall"])
def test_it_fits_every_screen_in_both_languages(page: OpenPage, on: Device, language: str) -> None:
    opened = page("/", on=on, language=language)
    drawn(opened)
    fits_its_width(opened)
    picture(opened, f"overview-{on}-{language[:2]}", whole=on == "phone")


def test_the_report_s_cases_stand_on_the_page(page: OpenPage, demo_engine: Engine) -> None:
    opened = page("/")
    assert value_of(opened, "受理") == "41,282"
    assert value_of(opened, "结案") == f"{scalar(demo_engine, 'select count(*) from cases where closed_at is not null'):,}"
    for number in ("26,729", "13,108", "1,400", "45"):
        expect(opened.locator(".st-key-channels").get_by_text(number, exact=True)).to_be_visible()


def test_the_page_speaks_the_other_language_and_stays_where_it_is(page: OpenPage) -> None:
    opened = page("/?zone=Z07")
    opened.get_by_role("button", name="English").click()
    expect(opened.get_by_role("heading", name="Overview")).to_be_visible()
    settled(opened)
    assert "zone=Z07" in opened.url
    assert "lang=en" in opened.url


def test_a_click_on_a_zone_filters_the_page_and_a_link_reopens_it(page: OpenPage, demo_engine: Engine) -> None:
    opened = page("/")
    frame = drawn(opened)
    x, y = frame.evaluate(PLACE_OF_ZONE, "Z14")
    opened.locator(MAP).click(position={"x": x, "y": y})
    card = opened.locator(".st-key-zone_card")
    expect(card).to_contain_text("责任区14")
    expect(card).to_contain_text("值班领导")
    settled(opened)
    inside = scalar(
        demo_engine,
        "select count(*) from case_links l join features f on f.id = l.feature_id join cases c on c.id = l.case_id"
        " where f.layer = 'zones' and f.code = 'Z14' and not c.void",
    )
    assert value_of(opened, "受理") == f"{inside:,}"
    assert "zone=Z14" in opened.url

    again = page(opened.url)
    expect(again.locator(".st-key-zone_card")).to_contain_text("责任区14")
    assert value_of(again, "受理") == f"{inside:,}"


def test_zooming_in_shows_single_cases(page: OpenPage) -> None:
    opened = page("/?period=30d")
    frame = drawn(opened)
    frame.evaluate("() => { finegrid.map.setView([31.325, 121.503], 17, { animate: false }); }")
    frame.wait_for_function("() => finegrid.count().cases > 0")
    assert frame.evaluate("() => finegrid.count().cases") <= 2000


def test_layers_switch_on_and_off(page: OpenPage) -> None:
    opened = page("/")
    frame = drawn(opened)
    assert frame.evaluate("() => finegrid.count().cameras") == 0
    opened.get_by_role("button", name="图层").click()
    opened.get_by_text("监控探头").click()
    frame.wait_for_function("() => finegrid.count().cameras === 240")
    opened.get_by_text("共享单车停放区").first.click()
    frame.wait_for_function("() => finegrid.count().bikes === 0")


def test_the_first_view_is_light(page: OpenPage, dashboard: Server) -> None:
    opened = page(None)
    received = websocket_bytes(opened)
    answers: list[Response] = []
    # the driver cannot take a method of a built-in type
    opened.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    opened.goto(dashboard.url)
    settled(opened)
    drawn(opened)
    own = [one for one in answers if not re.search(r"/static/|/component/.*\.(js|css|html)|favicon", one.url) and one.status == 200]
    sent = received.gzipped + sum(len(gzip.compress(one.body())) for one in own)
    assert sent <= FIRST_VIEW_BYTES, f"the first view took {sent:,} bytes"


def test_a_filter_change_is_light_and_keeps_the_map(page: OpenPage, dashboard: Server) -> None:
    opened = page(None)
    received = websocket_bytes(opened)
    opened.goto(dashboard.url)
    settled(opened)
    frame = drawn(opened)
    frame.evaluate("() => { window.markOfTheTest = 'still here'; }")
    for period in ("本月", "近30天", "上月"):
        received.forget()
        choose(opened, "period", period)
        settled(opened)
        assert received.raw <= CHANGE_BYTES, f"{period} took {received.raw:,} bytes"
    assert map_frame(opened).evaluate("() => window.markOfTheTest") == "still here"


@pytest.mark.timing
def test_a_filter_change_is_on_the_screen_in_half_a_second(page: OpenPage) -> None:
    opened = page("/")
    drawn(opened)
    choose(opened, "period", "本月")
    settled(opened)
    took = []
    for period in ("上月", "近30天", "近7天", "今年以来", "本月", "全部时间", "上月"):
        before = value_of(opened, "受理")
        opened.locator(".st-key-period input").first.click()
        option = opened.get_by_role("option", name=period, exact=True).first
        option.wait_for()
        start = time.perf_counter()
        option.click()
        card = opened.get_by_test_id("stMetric").filter(has=opened.get_by_text("受理", exact=True))
        expect(card.get_by_test_id("stMetricValue")).not_to_have_text(before)
        took.append(time.perf_counter() - start)
        settled(opened)
    assert statistics.median(took) <= CHANGE_SECONDS, took
