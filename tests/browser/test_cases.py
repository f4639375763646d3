"""The cases page in a real browser: the list and the map bound both ways, from a figure to its cases, on a phone too."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Frame, Page, expect
from sqlalchemy import Engine, select

from model.cases import CaseRow
from tests.browser.conftest import Device, OpenPage
from tests.browser.look import MAP, fits_its_width, map_frame, picture, settled, websocket_bytes
from tests.browser.server import Server

ONLY_LOOKS = True

TABLE = "[data-testid=stDataFrame]"
PANEL = ".st-key-case_panel"
HEADER_PX, ROW_PX = 36, 35
PAGE_BYTES = 150_000
# marks well inside the map, and not under its buttons: their ids and where they are drawn
MARKS = """() => {
  const size = finegrid.map.getSize(), found = [];
  finegrid.map.eachLayer((shape) => {
    if (shape.subject?.layer !== 'cases') return;
    const { x, y } = finegrid.map.latLngToContainerPoint(shape.getLatLng());
    if (x > 90 && y > 60 && x < size.x - 90 && y < size.y - 60) found.push([shape.subject.code, x, y]);
  });
  return found;
}"""


def drawn(page: Page) -> Frame:
    frame = map_frame(page)
    frame.wait_for_function("() => window.finegrid && finegrid.count().zones === 31")
    return frame


def marked(page: Page, frame: Frame) -> None:
    """Wait until the map shows single cases."""
    frame.wait_for_function("() => finegrid.count().cases > 0")
    settled(page)


def press_row(page: Page, row: int) -> None:
    """Press a cell of a row of the list, counted from 0, and wait until its case is there."""
    table, place = page.locator(TABLE), {"x": 60, "y": HEADER_PX + ROW_PX * row + ROW_PX // 2}
    # as a person does: the table must have seen the pointer before it is pressed
    table.hover(position={**place, "x": 90})
    table.hover(position=place)
    table.click(position=place)
    expect(page.locator(PANEL)).to_be_visible()
    settled(page)


def param(page: Page, name: str) -> str | None:
    values = parse_qs(urlsplit(page.url).query).get(name)
    return values[0] if values else None


def listed(page: Page) -> int:
    """How many cases the page says that it lists."""
    said = page.locator(".st-key-listing").get_by_text(re.compile(r"^[\d,]+ (件|cases)$"))
    return int(re.sub(r"\D", "", said.inner_text()))


def place_of(engine: Engine, case_id: str | None) -> tuple[float, float]:
    with engine.connect() as connection:
        lon, lat = connection.execute(select(CaseRow.lon, CaseRow.lat).where(CaseRow.id == int(case_id or 0))).one()
    return lon, lat


def looks_at(frame: Frame, place: tuple[float, float]) -> None:
    """Wait until the middle of the map is that place (WGS-84 degrees), from near."""
    frame.wait_for_function(
        """([lon, lat]) => {
          const middle = finegrid.map.getCenter();
          return Math.hypot(middle.lng - lon, middle.lat - lat) < 2e-4 && finegrid.map.getZoom() >= 17;
        }""",
        arg=list(place),
    )


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("on", ["phone", "desk", "wall"])
def test_it_fits_every_screen_in_both_languages(page: OpenPage, on: Device, language: str) -> None:
    opened = page("/cases?order=urgent", on=on, language=language)
    frame = drawn(opened)
    fits_its_width(opened)
    picture(opened, f"cases-{on}-{language[:2]}", whole=on == "phone")
    press_row(opened, 2)
    marked(opened, frame)
    fits_its_width(opened)
    picture(opened, f"case-{on}-{language[:2]}")


@pytest.mark.parametrize("on", ["phone", "desk"])
def test_it_can_be_read_in_the_dark(page: OpenPage, on: Device) -> None:
    opened = page("/cases?order=urgent", on=on, theme="dark")
    frame = drawn(opened)
    press_row(opened, 1)
    marked(opened, frame)
    picture(opened, f"case-{on}-dark")


def test_a_press_on_a_row_opens_the_case_and_the_map_goes_there(page: OpenPage, demo_engine: Engine) -> None:
    opened = page("/cases")
    frame = drawn(opened)
    press_row(opened, 3)
    expect(opened.locator(PANEL)).to_be_visible()
    first = param(opened, "case")
    looks_at(frame, place_of(demo_engine, first))
    # the next one in the list, by its button
    opened.locator(".st-key-case_later button").first.click()
    opened.wait_for_url(lambda url: f"case={first}" not in url)
    looks_at(frame, place_of(demo_engine, param(opened, "case")))
    # and back the way the browser goes
    opened.go_back()
    opened.wait_for_url(re.compile(f"case={first}"))
    settled(opened)
    looks_at(frame, place_of(demo_engine, first))
    opened.locator(".st-key-case_close button").first.click()
    expect(opened.locator(PANEL)).to_have_count(0)
    assert param(settled(opened), "case") is None


def test_a_press_on_the_map_opens_the_case(page: OpenPage) -> None:
    opened = page("/cases?q=单车&state=overdue")
    frame = drawn(opened)
    frame.wait_for_function(f"() => ({MARKS})().length > 0")
    marks = frame.evaluate(MARKS)
    _, x, y = marks[0]
    opened.locator(MAP).click(position={"x": x, "y": y})
    opened.wait_for_url(re.compile(r"case=\d+"))
    expect(opened.locator(PANEL)).to_be_visible()
    # where marks lie on each other, the uppermost one is meant
    near = {code for code, east, south in marks if abs(east - x) < 20 and abs(south - y) < 20}
    assert param(opened, "case") in near


def test_an_address_opens_a_case_anywhere(page: OpenPage, demo_engine: Engine) -> None:
    with demo_engine.connect() as connection:
        case = connection.execute(select(CaseRow.id, CaseRow.title).order_by(CaseRow.reported_at).limit(1)).one()
    opened = page(f"/cases?case={case.id}")
    expect(opened.locator(PANEL).get_by_role("heading", name=case.title)).to_be_visible()
    looks_at(drawn(opened), place_of(demo_engine, str(case.id)))


def test_a_figure_leads_to_exactly_its_cases(page: OpenPage) -> None:
    opened = page("/?period=last_month")
    drawn(opened)
    button = opened.locator(".st-key-receipt_on_time_closing_rate button").first
    above = int(button.inner_text().split("÷")[0].replace(",", ""))
    button.click()
    opened.get_by_text("查看分子案件").locator("visible=true").first.click()
    opened.wait_for_url(re.compile("/cases"))
    settled(opened)
    assert listed(opened) == above
    opened.locator(".st-key-drop_kpi button").first.click()
    expect(opened.locator(".st-key-drop_kpi")).to_have_count(0)
    assert listed(settled(opened)) != above
    assert param(opened, "kpi") is None
    assert param(opened, "since") == "2017-09-01"


def test_two_signs_of_chinese_find_their_cases(page: OpenPage, demo_engine: Engine) -> None:
    opened = page("/cases")
    opened.get_by_placeholder("搜编号、标题、地址、内容").fill("噪声")
    opened.keyboard.press("Enter")
    opened.wait_for_url(re.compile("q="))
    texts = (CaseRow.title, CaseRow.address, CaseRow.description, CaseRow.external_id)
    with demo_engine.connect() as connection:
        rows = connection.execute(select(*texts)).all()
    assert listed(settled(opened)) == sum(any(text and "噪声" in text for text in row) for row in rows) > 0


def test_on_a_phone_the_case_lies_over_the_list(page: OpenPage) -> None:
    opened = page("/cases", on="phone")
    drawn(opened)
    opened.locator(TABLE).scroll_into_view_if_needed()
    press_row(opened, 1)
    panel = opened.locator(PANEL)
    box = panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    panel.evaluate("(panel) => panel.scrollTo(0, panel.scrollHeight)")
    expect(opened.locator(".st-key-case_close button").first).to_be_in_viewport()
    assert panel.evaluate("(panel) => panel.scrollWidth - panel.clientWidth") <= 0
    opened.locator(".st-key-case_close button").first.click()
    expect(panel).to_have_count(0)
    expect(opened.locator(TABLE)).to_be_in_viewport()


def test_a_page_of_the_list_is_light(page: OpenPage, dashboard: Server) -> None:
    opened = page(None)
    received = websocket_bytes(opened)
    opened.goto(f"{dashboard.url}/cases")
    drawn(settled(opened))
    received.forget()
    opened.locator(".st-key-pages").get_by_text("2", exact=True).click()
    settled(opened)
    expect(opened.get_by_text(re.compile("第 201–400 件"))).to_be_visible()
    assert received.raw < PAGE_BYTES
    received.forget()
    press_row(opened, 0)
    settled(opened)
    assert received.raw < PAGE_BYTES


def test_the_files_can_be_taken_away(page: OpenPage) -> None:
    opened = page("/cases?period=today")
    count = listed(opened)
    opened.locator(".st-key-export button").first.click()
    for key, end in (("xlsx", ".xlsx"), ("csv", "_csv.zip")):
        with opened.expect_download() as download:
            opened.locator(f".st-key-export_{key} button").first.click()
        assert download.value.suggested_filename == f"cases_20171031-1800_{count}{end}"
