"""A city in a real browser: squares at their true place and size, their cases one press away, cells again in a chosen part."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Frame, Page, expect
from sqlalchemy import Engine, func, select

from geo.grid import cell_frame
from model.cases import CaseRow
from model.engine import open_engine
from model.setup import read_office
from model.units import SQUARE
from queries.filters import Filters
from queries.overview import cells
from queries.run import frame_of
from tests.browser.conftest import Device, OpenPage, Serve
from tests.browser.look import MAP, fits_its_width, map_frame, picture, settled
from tests.browser.server import Server

# a square where nothing lies over it, in the subdistrict north of the demo's
PLACE = "([lat, lon]) => { const point = finegrid.map.latLngToContainerPoint([lat, lon]); return [point.x, point.y]; }"
BOXES = """() => Object.fromEntries(
  Object.values(finegrid.map._layers)
    .filter((shape) => shape.subject?.layer === 'cells')
    .map((shape) => { const b = shape.getBounds(); return [shape.subject.code, [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]]; }),
)"""


@pytest.fixture(scope="module")
def server(serve: Serve, city_url: str) -> Server:
    return serve("serve.py", DATABASE_URL=city_url)


@pytest.fixture(scope="module")
def city(city_url: str) -> Engine:
    return open_engine(city_url)


def drawn(page: Page) -> Frame:
    """The map's frame with the squares of all subdistricts on it."""
    frame = map_frame(page)
    frame.wait_for_function("() => window.finegrid && finegrid.count().zones === 48 * 31 && finegrid.count().cells > 0")
    return frame


def shows(page: Page, words: str) -> None:
    """The choice above the map says what it shows."""
    expect(page.locator(".st-key-show input")).to_have_value(words)


def a_square(city: Engine) -> tuple[int, int, tuple[float, float]]:
    """A busy square beside the demo's own subdistrict: its number, its cases, its middle (latitude, longitude)."""
    office = read_office(city)
    counts = frame_of(city, cells(Filters(), office.now(), SQUARE)).sort_values(["n", "cell"], ascending=False)
    with city.connect() as connection:
        east = connection.scalar(select(func.max(CaseRow.lon)).where(CaseRow.community.not_like("%·%"))) or 0
        north = connection.scalar(select(func.max(CaseRow.lat))) or 0
    shapes = cell_frame(counts["cell"].to_numpy(np.int64), str(office.metric_crs)).geometry
    for square, n in zip(counts["cell"], counts["n"], strict=True):
        middle = shapes[square].centroid
        if middle.x < east and middle.y > north - 0.08:
            return int(square), int(n), (middle.y, middle.x)
    raise AssertionError("found no square in the north-west of the city")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("on", ["phone", "desk", "wall"])
def test_it_fits_every_screen_in_both_languages(page: OpenPage, server: Server, on: Device, language: str) -> None:
    opened = page(server.url, on=on, language=language)
    frame = drawn(opened)
    fits_its_width(opened)
    shows(opened, "案件网格（1公里）" if language == "zh-CN" else "Case cells (1 km)")
    legend = "每格（1公里）案件数" if language == "zh-CN" else "Cases per 1 km square"
    assert legend in frame.locator(".legend").evaluate("(one) => one.textContent")
    picture(opened, f"city-{on}-{language[:2]}", whole=on == "phone")


def test_squares_lie_where_they_are(page: OpenPage, server: Server, city: Engine) -> None:
    opened = page(server.url + "/?period=all")
    boxes = drawn(opened).evaluate(BOXES)

    office = read_office(city)
    counts = frame_of(city, cells(Filters(), office.now(), SQUARE))
    shapes = cell_frame(counts["cell"].to_numpy(np.int64), str(office.metric_crs)).geometry
    assert set(boxes) == {str(cell) for cell in counts["cell"]}
    for code, box in boxes.items():
        # a hundred-thousandth of a degree is a metre
        assert box == pytest.approx(shapes[int(code)].bounds, abs=1e-5)


def test_a_pressed_square_opens_its_receipt_and_its_cases(page: OpenPage, server: Server, city: Engine) -> None:
    square, n, middle = a_square(city)
    opened = page(server.url + "/?period=all&lang=en", language="en-US")
    frame = drawn(opened)
    x, y = frame.evaluate(PLACE, list(middle))

    opened.locator(MAP).click(position={"x": x, "y": y})

    expect(opened.get_by_text("The cell pressed on the map (1 km)")).to_be_visible()
    settled(opened)
    # no zone was chosen with it: zones reach over the edges of a square
    assert "zone=" not in opened.url
    assert frame.evaluate("() => document.querySelector('.tip').innerText") == f"Cases per 1 km square: {n:,}"
    opened.get_by_role("link", name="Cases of the numerator").first.click()
    expect(opened).to_have_url(re.compile(rf"/cases\?.*cell={square}"))
    settled(opened)
    expect(opened.get_by_text(re.compile(rf"^{n:,} cases$")).first).to_be_visible()
    expect(opened.get_by_role("button", name=re.compile("Cell: 1 km square"))).to_be_visible()


def test_single_cases_come_where_a_square_is_larger_than_the_view(page: OpenPage, server: Server, city: Engine) -> None:
    _, _, middle = a_square(city)
    opened = page(server.url + "/?period=all")
    frame = drawn(opened)

    frame.evaluate("(at) => { finegrid.map.setView(at, 16, { animate: false }); }", list(middle))
    frame.wait_for_function("() => finegrid.count().cases > 0")


def test_a_chosen_zone_is_drawn_in_cells_and_brought_into_view(page: OpenPage, server: Server) -> None:
    opened = page(server.url + "/?period=all")
    frame = drawn(opened)
    wide = frame.evaluate("() => finegrid.map.getZoom()")

    box = opened.locator(".st-key-zone")
    box.locator("input").first.fill("责任区7·19")
    opened.get_by_role("option", name="责任区7·19", exact=True).first.click()

    shows(opened, "案件网格（100米）")
    settled(opened)
    frame.wait_for_function("(wide) => finegrid.map.getZoom() > wide + 2", arg=wide)
    assert all(len(code) < 13 for code in frame.evaluate(BOXES))
    opened.locator(".st-key-let_zone_go button").click()
    shows(opened, "案件网格（1公里）")
    frame.wait_for_function("(wide) => finegrid.map.getZoom() === wide", arg=wide)
