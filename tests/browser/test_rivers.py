"""A river chief opens the board of the late reach on a telephone and starts the walk; the office's page fits every screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Device, OpenPage
from tests.browser.look import fits_its_width, map_frame, picture, settled

ONLY_LOOKS = True


def test_a_chief_finds_the_late_reach_and_starts_the_walk(page: OpenPage) -> None:
    opened = page("/rivers", on="phone")
    headline = opened.get_by_test_id("stAlert").first
    expect(headline).to_contain_text("经二河 巡河已逾期 12天：居委级河长居委河长13")
    opened.get_by_role("button", name="打开经二河公示牌").click()
    settled(opened)

    expect(opened).to_have_url(re.compile(r"reach=R13"))
    expect(opened.get_by_role("heading", name="经二河")).to_be_visible()
    start = opened.get_by_role("button", name="开始巡河")
    box = start.bounding_box()
    assert box is not None
    # on the first screen, and as wide as a thumb wants it
    assert box["y"] + box["height"] < 844
    assert box["width"] > 300
    expect(opened.locator("a[href='tel:02100000097']")).to_be_visible()
    expect(opened.get_by_text("河段上的未结案件")).to_be_visible()
    expect(opened.locator(".st-key-water_history .js-plotly-plot, .st-key-water_history canvas").first).to_be_visible()
    fits_its_width(opened)
    picture(opened, "reach-phone-zh", whole=True)

    start.click()
    expect(opened).to_have_url(re.compile(r"/walk\?.*reach=R13"))


def test_a_press_on_the_map_opens_a_reach(page: OpenPage) -> None:
    opened = page("/rivers?colour=class&lang=en", language="en-US")
    frame = map_frame(opened)
    frame.wait_for_function("() => window.finegrid && finegrid.count().rivers === 14")
    colours = frame.evaluate("() => [...new Set([...finegrid.ground.get('rivers').byCode.values()].map((shape) => shape.options.color))]")
    assert len(colours) == 3
    frame.evaluate("() => finegrid.ground.get('rivers').byCode.get('R02').fire('click', {latlng: map.getCenter()}, true)")
    expect(opened.get_by_role("heading", name="钱家浜")).to_be_visible()
    opened.get_by_role("button", name="All reaches").click()
    settled(opened)
    expect(opened.get_by_role("heading", name="钱家浜")).to_have_count(0)
    map_frame(opened)


@pytest.mark.parametrize("on", ["phone", "wall"])
def test_it_fits_every_screen(page: OpenPage, on: Device) -> None:
    opened = page("/rivers?lang=en", on=on, language="en-US", theme="dark")
    fits_its_width(opened)
    picture(opened, f"rivers-{on}-en-dark", whole=on == "phone")


# the cards of a row have one height, and the word that opens a receipt stands on one line
UNEVEN = """() => {
  const cells = [...document.querySelectorAll('.st-key-river_cards [data-testid=stGridCell]')];
  const cards = cells.map((cell) => cell.querySelector('[class*=st-key-card_]').getBoundingClientRect());
  const heights = Map.groupBy(cards, (card) => Math.round(card.top));
  const rows = [...heights.values()].filter((row) => new Set(row.map((card) => Math.round(card.height))).size > 1);
  const words = [...document.querySelectorAll('.st-key-river_cards [class*=st-key-receipt_] p')];
  const broken = words.filter((word) => word.getBoundingClientRect().height > 1.9 * parseFloat(getComputedStyle(word).fontSize));
  return { cards: cards.length, rows: rows.length, broken: broken.length };
}"""


def test_the_cards_of_a_phone_are_even(page: OpenPage) -> None:
    opened = settled(page("/rivers?lang=en", on="phone", language="en-US"))
    assert opened.evaluate(UNEVEN) == {"cards": 12, "rows": 0, "broken": 0}
