"""The cameras page as a person uses it: the blind spot's cases in one press, the plan's slider, the sectors on the map."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ingest.demo.planted import BLIND_SPOT
from tests.browser.conftest import Device, OpenPage
from tests.browser.look import fits_its_width, map_frame, picture, settled

ONLY_LOOKS = True


def test_the_plan_and_the_way_to_the_cases(page: OpenPage) -> None:
    opened = page("/cameras?planned=3&view=order")
    map_frame(opened).wait_for_function("() => window.finegrid && finegrid.cameras() === 240 && finegrid.count().outlines > 0")
    expect(opened.get_by_test_id("stMarkdown").filter(has_text="装前 3 个")).to_be_visible()
    knob = opened.locator(".st-key-planned").get_by_role("slider")
    knob.press("ArrowRight")
    settled(opened)
    expect(opened.get_by_test_id("stMarkdown").filter(has_text="装前 4 个")).to_be_visible()
    expect(opened).to_have_url(re.compile("planned=4"))
    # the receipt in one press, the cases of the blind spot in another
    opened.locator(".st-key-receipt_plan button").click()
    expect(opened.get_by_text("Nemhauser")).to_be_visible()
    opened.keyboard.press("Escape")
    opened.get_by_role("link", name="查看这里的案件").click()
    expect(opened).to_have_url(re.compile("/cases.*cell=" + "%2C".join(map(str, sorted(BLIND_SPOT.cells())))))
    settled(opened)
    expect(opened.get_by_text(re.compile(r"^744 件$")).first).to_be_visible()


@pytest.mark.parametrize(("on", "language", "theme"), [("phone", "zh-CN", "dark"), ("desk", "en-US", "light")])
def test_it_fits_every_screen(page: OpenPage, on: Device, language: str, theme: str) -> None:
    opened = page("/cameras?planned=12", on=on, language=language, theme=theme)  # type: ignore[arg-type]  # a theme's name
    map_frame(opened).wait_for_function("() => window.finegrid && finegrid.cameras() === 240")
    fits_its_width(opened)
    picture(opened, f"cameras-{on}-{theme}", whole=on == "phone")
