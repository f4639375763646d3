"""The map on a page: drawn without an internet, kept mounted, its figures redrawn, its clicks and views heard."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from config import ROOT
from tests.browser.conftest import OpenPage, Serve
from tests.browser.look import MAP, map_frame, picture, settled, websocket_bytes
from tests.browser.server import Server
from tests.browser.watch import Watch

APP = ROOT / "tests" / "browser" / "apps" / "map_panel_app.py"
LAYERS = {"boundary": 1, "zones": 31, "rivers": 3, "stations": 3, "weak_areas": 2}
PAINTED = """() => {
  const canvas = document.querySelector('.leaflet-overlay-pane canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return colours.size;
}"""
MIDDLE = """(code) => {
  const at = finegrid.ground.get('zones').byCode.get(code).feature.properties.at;
  const point = finegrid.map.latLngToContainerPoint([at[1], at[0]]);
  return [point.x, point.y];
}"""


@pytest.fixture(scope="module")
def server(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The page where Streamlit finds static/ beside it."""
    folder = tmp_path_factory.mktemp("map")
    shutil.copytree(ROOT / "static", folder / "static")
    shutil.copy(APP, folder)
    return serve(str(folder / APP.name), PYTHONPATH=str(ROOT))


def drawn(page: Page) -> Frame:
    """The map's frame, once figures are on it."""
    frame = map_frame(page)
    frame.wait_for_function("() => window.finegrid && finegrid.count().zones > 0")
    return frame


def count(frame: Frame) -> dict[str, int]:
    return frame.evaluate("() => finegrid.count()")


def runs(page: Page) -> int:
    return int(page.get_by_text(re.compile(r"^runs \d+$")).inner_text().split()[1])


def zoom_to(frame: Frame, lat: float, lon: float, zoom: float) -> None:
    frame.evaluate("([lat, lon, zoom]) => { finegrid.map.setView([lat, lon], zoom, { animate: false }); }", [lat, lon, zoom])


def press_zone(page: Page, frame: Frame, code: str) -> None:
    x, y = frame.evaluate(MIDDLE, code)
    page.locator(MAP).click(position={"x": x, "y": y})


def test_the_map_is_drawn_without_an_internet(page: OpenPage, server: Server):
    # the watch of the page fails this test for any request that leaves or fails
    frame = drawn(page(server.url))

    assert count(frame) == {**LAYERS, "bikes": 0, "cameras": 0, "cells": count(frame)["cells"], "cases": 0, "outlines": 1}
    assert count(frame)["cells"] > 700
    # five classes, the land, and lines of every layer
    assert frame.evaluate(PAINTED) > 10
    assert frame.locator(".leaflet-control-attribution").inner_text() == "© OpenStreetMap contributors (ODbL)"
    expect(frame.locator(".leaflet-control-scale-line")).to_have_text(re.compile(r"\d+ k?m"))


def test_the_legend_says_what_colours_mean(page: OpenPage, server: Server):
    opened = page(f"{server.url}/?cells=0")
    frame = drawn(opened)

    words = frame.locator(".legend").inner_text().split("\n")
    assert words[:2] == ["图例", "按期率"]
    assert [word for word in words if word.endswith("%")] == words[2:7]
    # the thirty-first zone has no figure
    assert "无数据" in words
    assert {"辖区边界", "河道河段", "地铁站", "薄弱区域"} <= set(words)

    opened.locator(".st-key-cells label").click()
    expect(frame.locator(".legend")).to_contain_text("放大可查看单个案件")
    expect(frame.locator(".legend")).not_to_contain_text("按期率")


def test_the_first_view_is_small(page: OpenPage, server: Server):
    opened = page(None)
    received = websocket_bytes(opened)
    opened.goto(server.url)
    drawn(opened)

    assert received.raw < 250_000
    assert received.gzipped < 100_000


CHANGES = [
    pytest.param(lambda page: page.get_by_text("petition").click(), id="a filter"),
    pytest.param(lambda page: page.get_by_role("button", name="bikes").click(), id="a layer"),
    pytest.param(lambda page: page.locator(".st-key-cells label").click(), id="the cells"),
    pytest.param(lambda page: page.locator(".st-key-language").get_by_text("en").click(), id="the language"),
]


@pytest.mark.parametrize("where", ["", "/?fragment=1"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_sends_figures_only(page: OpenPage, server: Server, change: Callable[[Page], None], where: str):
    opened = page(None)
    received = websocket_bytes(opened)
    opened.goto(server.url + where)
    frame = drawn(opened)
    settled(opened)
    frame.evaluate("() => { window.mark = 1; window.before = JSON.stringify([finegrid.count(), document.body.innerText]); }")
    received.forget()

    change(opened)
    frame.wait_for_function("() => JSON.stringify([finegrid.count(), document.body.innerText]) !== window.before")
    settled(opened)

    assert frame.evaluate("() => window.mark") == 1
    assert received.raw < 100_000
    assert runs(opened) == 2


@pytest.mark.parametrize("where", ["", "/?fragment=1"])
@pytest.mark.parametrize("query", ["cells=0", "cells=1"])
def test_a_click_gives_the_zone_in_one_run(page: OpenPage, server: Server, where: str, query: str):
    opened = page(f"{server.url}{where or '/?'}&{query}")
    frame = drawn(opened)

    press_zone(opened, frame, "Z12")

    expect(
        opened.get_by_text(re.compile(r"^click \['zones', 'Z12', 'Z12'\]" if query == "cells=0" else r"^click \['cells', '\d+', 'Z12'\]"))
    ).to_be_visible()
    settled(opened)
    assert runs(opened) == 2
    assert opened.get_by_text(re.compile(r"^whole")).inner_text() == ("whole 1" if where else "whole 2")
    # the same zone again is heard again
    press_zone(opened, frame, "Z12")
    expect(opened.get_by_text("runs 3")).to_be_visible()


def test_single_cases_come_when_few_are_in_view(page: OpenPage, server: Server):
    opened = page(server.url)
    frame = drawn(opened)

    zoom_to(frame, 31.343, 121.524, 16)
    frame.wait_for_function("() => finegrid.count().cases > 0")
    settled(opened)
    assert runs(opened) == 2

    # a step inside the view that was sent asks nothing
    frame.evaluate("() => { finegrid.map.panBy([20, 0], { animate: false }); }")
    opened.get_by_text("wechat").click()
    expect(opened.get_by_text("runs 3")).to_be_visible()
    settled(opened)
    assert runs(opened) == 3
    assert count(frame)["cases"] > 0

    # out again: they go, and the server hears it once
    zoom_to(frame, 31.33, 121.506, 13)
    frame.wait_for_function("() => finegrid.count().cases === 0")
    expect(opened.get_by_text("view None singles 0")).to_be_visible()
    assert runs(opened) == 4


def test_a_case_gives_its_whole_id(page: OpenPage, server: Server):
    opened = page(server.url)
    frame = drawn(opened)
    zoom_to(frame, 31.343, 121.524, 16)
    frame.wait_for_function("() => finegrid.count().cases > 0")
    settled(opened)

    x, y = frame.evaluate(
        """() => {
          const shapes = Object.values(finegrid.map._layers).filter((shape) => shape.subject?.layer === 'cases');
          const points = shapes.map((shape) => finegrid.map.latLngToContainerPoint(shape.getLatLng()));
          const free = points.find((point) => point.x > 120 && point.x < 500 && point.y > 120 && point.y < 500);
          return [free.x, free.y];
        }"""
    )
    opened.locator(MAP).click(position={"x": x, "y": y})

    # 2**62 and some: more than a number of JavaScript holds
    expect(opened.get_by_text(re.compile(r"^click \['cases', '46116860184273\d{5}', 'Z\d\d'\]"))).to_be_visible()


def test_hostile_names_stay_words(page: OpenPage, server: Server):
    # an alert, a request for x or an error on the page would fail this test by the watch
    opened = page(f"{server.url}/?cells=0")
    frame = drawn(opened)

    for code in ("Z03", "Z05"):
        x, y = frame.evaluate(MIDDLE, code)
        opened.locator(MAP).hover(position={"x": x, "y": y})
        expect(frame.locator(".tip")).to_contain_text("<img src=x onerror=\"alert('owned')\">")
    assert frame.locator("img").count() == 0


def test_the_map_says_why_it_stays_blank(page: OpenPage, serve: Serve, watch: Watch, tmp_path: Path):
    watch.allow("404|Failed to load|failed request|page error")
    (tmp_path / "static").mkdir()
    shutil.copy(APP, tmp_path)
    bare = serve(str(tmp_path / APP.name), PYTHONPATH=str(ROOT))

    opened = page(bare.url)

    expect(opened.get_by_text("地图未能载入")).to_be_visible(timeout=20_000)
    bare.stop()


def test_one_finger_scrolls_the_page_two_move_the_map(chromium: Browser, server: Server):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)
    opened = context.new_page()
    opened.goto(server.url)
    frame = drawn(opened)
    settled(opened)

    assert frame.evaluate("() => getComputedStyle(finegrid.map.getContainer()).touchAction") == "pan-x pan-y"
    sizes = frame.evaluate(
        "() => [...document.querySelectorAll('.bar button, .legend summary')].map((one) => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
    assert frame.evaluate("() => document.querySelector('.legend').open") is False
    context.close()


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(page: OpenPage, server: Server):
    opened = page(server.url)
    frame = drawn(opened)
    zoom = frame.evaluate("() => finegrid.map.getZoom()")
    opened.locator(MAP).hover(position={"x": 300, "y": 300})

    opened.mouse.wheel(0, 200)
    opened.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop > 0")
    assert frame.evaluate("() => finegrid.map.getZoom()") == zoom
    expect(frame.locator(".hint")).to_have_class("hint shown")

    opened.keyboard.down("Control")
    opened.mouse.wheel(0, -200)
    frame.wait_for_function("(zoom) => finegrid.map.getZoom() > zoom", arg=zoom)
    opened.keyboard.up("Control")


def test_the_map_can_be_walked_by_keyboard(page: OpenPage, server: Server):
    opened = page(server.url, language="en-GB")
    frame = drawn(opened)
    middle = frame.evaluate("() => finegrid.map.getCenter().lng")

    expect(opened.locator(MAP)).to_have_attribute("title", "地图")
    expect(frame.get_by_role("region", name="地图：方向键移动，加减键缩放")).to_be_visible()
    frame.get_by_role("region").focus()
    opened.keyboard.press("ArrowRight")
    frame.wait_for_function("(middle) => finegrid.map.getCenter().lng > middle", arg=middle)
    expect(frame.get_by_role("button", name="放大")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", ["phone", "desk", "wall"])
def test_pictures_are_kept(page: OpenPage, server: Server, device, theme):
    opened = page(server.url, on=device, theme=theme)
    frame = drawn(opened)
    settled(opened)

    assert frame.evaluate("() => document.documentElement.dataset.theme") == theme
    picture(opened, f"map-{device}-{theme}")
