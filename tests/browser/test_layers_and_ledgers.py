"""The layers page draws any layer by its declaration; the ledgers page shows the report's figures."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from geo.layers import layers
from tests.browser.conftest import Device, OpenPage
from tests.browser.look import fits_its_width, map_frame, picture, settled

ONLY_LOOKS = True

# what the 2017 work report says, as the page writes it
REPORT = {
    "demolition": ("63,012.91 ㎡", "62,000 ㎡", "107 处"),
    "small_restaurants": ("备案 35", "关停 5", "办证 18", "未办结 1", "58 家", "59 家"),
    "highrise_fire": ("16 个小区", "楼栋 203"),
    "work_safety": ("672 家", "2,057", "5,762", "828", "978", "上报区 2"),
    "estate_renewal": ("2 个小区", "居民意见征询 3"),
    "sorting_pilots": ("2 个小区",),
    "low_carbon": ("启动 4",),
    "bus_lines": ("2 条",),
    "machines": ("9 个小区",),
    "sports_safety": ("健身苑点 15", "健身房 9", "运动场 3"),
    "river_encroachment": ("2,540 ㎡",),
}
FIGURES = {
    "zones": ("责任区", "31"),
    "bikes": ("总长（米）", "10,090"),
    "cameras": ("计划", "200"),
    "weak_areas": ("薄弱区域", "2"),
    "fitness": ("健身苑点", "15"),
}


def pick(page: Page, label: str) -> None:
    page.locator(".st-key-layer input").first.click()
    page.get_by_role("option", name=label).first.click()
    settled(page)


def test_every_layer_has_its_figures_map_and_table(page: OpenPage) -> None:
    opened = page("/layers")
    for key, (label, value) in FIGURES.items():
        pick(opened, layers()[key].label.zh)
        card = opened.get_by_test_id("stMetric").filter(has=opened.get_by_text(label, exact=True))
        expect(card.get_by_test_id("stMetricValue")).to_have_text(value)
        expect(opened.get_by_test_id("stDataFrame")).to_be_visible()
        map_frame(opened).wait_for_function("(key) => window.finegrid && finegrid.count()[key] > 0", arg=key)


@pytest.mark.parametrize("key", REPORT)
def test_the_report_s_ledgers_stand_on_the_page(ledgers_page: Page, key: str) -> None:
    card = ledgers_page.locator(f".st-key-ledger_{key}")
    for figure in REPORT[key]:
        expect(card).to_contain_text(figure)


@pytest.fixture(scope="module")
def ledgers_page(dashboard: object, chromium: object) -> Page:
    """The ledgers page, opened once for all its figures."""
    opened = chromium.new_page(locale="zh-CN")  # type: ignore[attr-defined]
    opened.goto(f"{dashboard.url}/ledgers")  # type: ignore[attr-defined]
    return settled(opened)


@pytest.mark.parametrize("on", ["phone", "desk", "wall"])
@pytest.mark.parametrize("at", ["layers", "ledgers"])
def test_they_fit_every_screen(page: OpenPage, at: str, on: Device) -> None:
    opened = page(f"/{at}?lang=en", on=on, language="en-US")
    fits_its_width(opened)
    picture(opened, f"{at}-{on}-en", whole=on == "phone")
