"""A number opens its receipt in one press and its cases in two, and there are as many as the receipt says."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.look import settled

ONLY_LOOKS = True


def cases_of(opened: Page, receipt: Locator) -> tuple[int, int]:
    """The numerator of an open receipt, and the number of cases that its link leads to."""
    row = receipt.get_by_test_id("stTable").locator("tr").filter(has_text="分子").first
    numerator = int(row.inner_text().split()[-1].replace(",", ""))
    receipt.get_by_role("link", name="查看分子案件").click()
    told = opened.get_by_text(re.compile("共 [0-9,]+ 件")).first
    expect(told).to_be_visible(timeout=30_000)
    settled(opened)
    found = re.search("共 ([0-9,]+) 件", told.inner_text())
    assert found
    return numerator, int(found[1].replace(",", ""))


@pytest.mark.parametrize("kpi", ["reported", "closed", "closed_in_time", "on_time_closing_rate", "overdue_now", "proactive_rate"])
def test_a_card_of_the_overview(page: OpenPage, kpi: str) -> None:
    opened = settled(page("/?period=last_month"))
    opened.locator(f".st-key-receipt_{kpi} button").first.click()
    numerator, cases = cases_of(opened, opened.get_by_test_id("stPopoverBody"))
    assert numerator == cases > 0


@pytest.mark.parametrize(
    ("chart", "place"),
    [pytest.param("channels", ".bars path", id="a channel"), pytest.param("trend", ".nsewdrag", id="a week")],
)
def test_a_point_of_a_chart(page: OpenPage, chart: str, place: str) -> None:
    opened = settled(page("/"))
    mark = opened.locator(f".st-key-{chart} {place}").nth(1 if chart == "channels" else 0)
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box
    opened.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    receipt = opened.get_by_test_id("stTable")
    expect(receipt).to_be_visible()
    numerator, cases = cases_of(settled(opened), opened.get_by_test_id("stMain"))
    assert numerator == cases > 0


def test_an_hour_of_a_zone(page: OpenPage) -> None:
    opened = settled(page("/zones?view=against"))
    week = opened.locator("[class*=st-key-week_] .nsewdrag").first
    week.scroll_into_view_if_needed()
    box = week.bounding_box()
    assert box
    opened.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.3)
    link = opened.get_by_role("link", name="查看分子案件")
    expect(link).to_be_visible()
    numerator, cases = cases_of(settled(opened), opened.get_by_test_id("stMain"))
    assert numerator == cases > 0


def test_a_point_of_the_curve_of_closings(page: OpenPage) -> None:
    opened = settled(page("/evaluation"))
    curve = opened.locator(".st-key-curves_department .nsewdrag").first
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.4
    opened.mouse.move(x, y)
    opened.mouse.click(x, y)
    receipt = opened.locator(".st-key-curve_pressed")
    expect(receipt).to_be_visible()
    said = int(receipt.locator("tr").nth(1).inner_text().split()[-1].replace(",", ""))
    receipt.get_by_role("link", name="查看分子案件").click()
    told = opened.get_by_text(re.compile("共 [0-9,]+ 件")).first
    expect(told).to_contain_text(f"共 {said:,} 件", timeout=30_000)
