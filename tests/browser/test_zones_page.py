"""The zones and the evaluation page as a person uses them: a click opens, one more shows the receipt, the next the cases."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Device, OpenPage
from tests.browser.look import fits_its_width, map_frame, picture, settled

ONLY_LOOKS = True

ROW, HEADER = 30, 36
PAGES = (
    "zones?period=month",
    "zones?zone=Z17&view=against",
    "zones?view=changes",
    "zones?view=leaders",
    "evaluation",
    "evaluation?rules=city",
)
# how far a table's inside is wider than the table
TOO_WIDE = "tables => Math.max(0, ...tables.map(one => one.scrollWidth - one.clientWidth))"
MIDDLE = """(code) => {
  const at = finegrid.ground.get('zones').byCode.get(code).feature.properties.at;
  const point = finegrid.map.latLngToContainerPoint([at[1], at[0]]);
  return [point.x, point.y];
}"""


def click_cell(table: Locator, row: int, share: float) -> None:
    """Click a row of a table, counted from 0, so far from left to right."""
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    table.click(position={"x": box["width"] * share, "y": HEADER + ROW * row + ROW / 2})
    settled(table.page)


def ranking(page: Page) -> Locator:
    return page.locator("[class*=st-key-ranking_] [data-testid=stDataFrame]")


def follow(page: Page, link: Locator) -> int:
    """Go to the cases and give how many there are."""
    link.click()
    expect(page).to_have_url(re.compile("/cases"))
    settled(page)
    shown = page.get_by_text(re.compile(r"^[\d,]+ 件$"))
    return int(shown.first.inner_text().split()[0].replace(",", ""))


def test_a_row_opens_its_zone_and_the_address_keeps_it(page: OpenPage) -> None:
    opened = page("/zones?period=month")
    click_cell(ranking(opened), 2, 0.35)
    expect(opened).to_have_url(re.compile(r"zone=Z\d\d"))
    zone = re.search(r"zone=Z(\d\d)", opened.url)
    assert zone
    expect(opened.locator(".st-key-zone_opened h4")).to_have_text(f"责任区{int(zone[1])}")
    again = page(opened.url)
    expect(again.locator(".st-key-zone_opened h4")).to_have_text(f"责任区{int(zone[1])}")


def test_a_click_on_the_map_opens_its_zone(page: OpenPage) -> None:
    opened = page("/zones")
    frame = map_frame(opened)
    frame.wait_for_function("() => window.finegrid && finegrid.count().zones > 0")
    x, y = frame.evaluate(MIDDLE, "Z21")
    frame.locator(".leaflet-container").click(position={"x": x, "y": y})
    expect(opened.locator(".st-key-zone_opened h4")).to_have_text("责任区21")
    expect(opened).to_have_url(re.compile("zone=Z21"))


def test_a_card_shows_its_receipt_and_that_its_cases(page: OpenPage) -> None:
    opened = page("/zones?period=month")
    receipt = opened.locator(".st-key-card_receipt_Z05 button")
    above = int(receipt.inner_text().split("÷")[0].replace(",", ""))
    receipt.click()
    settled(opened)
    link = opened.get_by_test_id("stPopoverBody").get_by_text("查看分子案件").locator("visible=true")
    assert follow(opened, link) == above


def test_a_name_on_a_card_opens_the_zone_where_it_can_be_seen(page: OpenPage) -> None:
    opened = page("/zones")
    opened.locator(".st-key-open_Z30 button").click()
    expect(opened.locator(".st-key-zone_opened h4")).to_have_text("责任区30")
    expect(opened.locator(".st-key-zone_opened h4")).to_be_in_viewport()
    opened.locator(".st-key-open_Z31 button").click()
    expect(opened.locator(".st-key-zone_opened h4")).to_have_text("责任区31")
    expect(opened.locator(".st-key-zone_opened h4")).to_be_in_viewport()


def test_a_figure_of_two_zones_shows_its_receipt(page: OpenPage) -> None:
    opened = page("/zones?zone=Z02,Z29&view=against&period=month")
    click_cell(opened.locator(".st-key-against_table [data-testid=stDataFrame]"), 4, 0.6)
    expect(opened.get_by_test_id("stTable").last).to_contain_text("受理数")


def test_a_change_leads_to_the_cases_of_both_periods(page: OpenPage) -> None:
    opened = page("/zones?since=2017-09-01&until=2017-10-31&view=changes")
    click_cell(opened.locator(".st-key-changes_more [data-testid=stDataFrame]"), 0, 0.2)
    receipts = opened.get_by_test_id("stTable").locator("visible=true")
    expect(receipts).to_have_count(2)
    above = int(receipts.first.locator("tr", has_text="分子").locator("td").last.inner_text().replace(",", ""))
    assert follow(opened, opened.get_by_text("查看分子案件").locator("visible=true").first) == above


def test_an_evaluation_s_row_opens_its_group_and_its_deductions(page: OpenPage) -> None:
    opened = page("/evaluation")
    click_cell(ranking(opened), 9, 0.35)
    expect(opened).to_have_url(re.compile("group="))
    deductions = opened.locator(".st-key-deductions")
    expect(deductions).to_contain_text("绿化办")
    link = deductions.get_by_test_id("stPageLink").first
    said = int(link.inner_text().split("件")[0].split()[-1].replace(",", ""))
    assert follow(opened, link.locator("a")) == said


def test_a_number_of_the_big_table_shows_its_receipt(page: OpenPage) -> None:
    opened = page("/evaluation")
    click_cell(opened.locator(".st-key-evaluation_table [data-testid=stDataFrame]"), 9, 0.4)
    expect(opened.locator(".st-key-evaluation_table [data-testid=stTable]")).to_contain_text("公式")


def test_rules_switch_and_stay_in_the_address(page: OpenPage) -> None:
    opened = page("/evaluation")
    opened.get_by_role("radio", name="12345").click()
    settled(opened)
    expect(opened).to_have_url(re.compile("rules=hotline"))
    expect(opened.get_by_test_id("stMetricLabel").first).to_have_text("首次联系用时")
    expect(page(opened.url).get_by_text("以办结案件为分母")).to_be_visible()


@pytest.mark.parametrize("on", ["phone", "desk", "wall"])
@pytest.mark.parametrize("at", PAGES)
def test_nothing_is_wider_than_its_screen(page: OpenPage, at: str, on: Device) -> None:
    for language in ("en-US", "zh-CN") if on == "phone" else ("en-US",):
        opened = page(f"/{at}", on=on, language=language)
        fits_its_width(opened)
        inside = opened.locator("[data-testid=stDataFrame] .dvn-scroller").locator("visible=true")
        assert inside.evaluate_all(TOO_WIDE) <= 1


@pytest.mark.parametrize("at", ["zones", "evaluation"])
def test_they_are_pictured(page: OpenPage, at: str) -> None:
    picture(page(f"/{at}?lang=zh", on="phone"), f"{at}-phone-light", whole=True)
    picture(page(f"/{at}?lang=zh", theme="dark"), f"{at}-desk-dark")
