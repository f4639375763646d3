"""The bikes page on a phone: the shortage is read first, the map shows it, and a figure opens its receipt and its cases."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from ingest.demo.planted import BIKE_SHORTAGE
from tests.browser.conftest import OpenPage
from tests.browser.look import fits_its_width, map_frame, picture, settled

ONLY_LOOKS = True

SITES = 5


def test_on_a_phone_from_the_shortage_to_its_cases(page: OpenPage) -> None:
    opened = page("/bikes", on="phone")
    headline = opened.get_by_role("heading", name=re.compile(BIKE_SHORTAGE.street))
    expect(headline).to_be_in_viewport()
    expect(headline).to_contain_text("停放区")
    fits_its_width(opened)
    drawn = map_frame(opened)
    drawn.wait_for_function("(wanted) => window.finegrid?.count().bikes === 229 && finegrid.count().outlines >= wanted", arg=SITES + 1)
    picture(opened, "bikes-phone-zh", whole=True)

    opened.locator(".st-key-receipt_bikes_outside button").click()
    receipt = opened.get_by_test_id("stPopoverBody")
    expect(receipt).to_contain_text("离最近停放区超过 50 米")
    number = opened.locator(".st-key-card_bikes_outside").get_by_test_id("stMetricValue").inner_text()
    receipt.get_by_role("link").click()
    settled(opened)
    expect(opened.get_by_text(f"{number} 件", exact=True)).to_be_visible()


def test_more_zones_are_asked_for_on_a_desk(page: OpenPage) -> None:
    opened = page("/bikes?lang=en&sites=8", language="en-US", theme="dark")
    expect(opened.get_by_text(re.compile("8 new zones cover"))).to_be_visible()
    map_frame(opened).wait_for_function("(wanted) => window.finegrid?.count().outlines >= wanted", arg=8)
    picture(opened, "bikes-desk-en", whole=True)
    # the keyboard moves the slider by one
    opened.get_by_role("slider").press("ArrowRight")
    settled(opened)
    expect(opened.get_by_text(re.compile("9 new zones cover"))).to_be_visible()
    expect(opened).to_have_url(re.compile("sites=9"))
    fits_its_width(opened)
