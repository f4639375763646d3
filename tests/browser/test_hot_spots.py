"""In a real browser: hot spots outlined and numbered on the overview, their lines leading to cases; the forecast on every screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import Device, OpenPage
from tests.browser.look import fits_its_width, map_frame, picture, settled

ONLY_LOOKS = True

NUMBERS = "() => [...document.querySelectorAll('.badge span')].map((one) => one.textContent).sort()"


def outlined(page: Page, count: int) -> Frame:
    """The map's frame with so many outlines."""
    frame = map_frame(page)
    frame.wait_for_function("(count) => window.finegrid && finegrid.count().outlines === count", arg=count)
    return frame


def test_the_planted_spots_are_outlined_and_can_be_switched_off(page: OpenPage) -> None:
    opened = page("/")
    frame = outlined(opened, 4)
    assert frame.evaluate(NUMBERS) == ["1", "2", "3", "4"]
    picture(opened, "hot-spots")

    opened.get_by_role("button", name="热点", exact=True).click()
    outlined(opened, 0)
    assert frame.evaluate(NUMBERS) == []

    opened.get_by_role("button", name="重复点位", exact=True).click()
    outlined(opened, 10)
    assert frame.evaluate(NUMBERS) == list("ABCDEFGHIJ")


def test_a_spot_leads_to_its_cases(page: OpenPage) -> None:
    opened = page("/", language="en-US")
    outlined(opened, 4)
    line = opened.locator(".st-key-hot_spots button").first
    count = re.search(r"([\d,]+) cases", line.inner_text())

    line.click()
    opened.get_by_role("link", name="Cases of the numerator").first.click()

    expect(opened).to_have_url(re.compile(r"/cases\?.*cell="))
    settled(opened)
    assert count
    expect(opened.get_by_text(re.compile(rf"^{count[1]} cases$")).first).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("on", ["phone", "desk", "wall"])
def test_the_forecast_fits_every_screen_in_both_languages(page: OpenPage, on: Device, language: str) -> None:
    opened = page("/forecast", on=on, language=language)
    headline = re.compile(
        r"未来14天预计 [\d,]+ 件（[\d,]+–[\d,]+）" if language == "zh-CN" else r"[\d,]+ cases expected in the next 14 days"
    )

    expect(opened.get_by_role("heading", name=headline)).to_be_visible()
    expect(opened.locator(".js-plotly-plot")).to_be_visible()
    fits_its_width(opened)
    picture(opened, f"forecast-{on}-{language[:2]}", whole=on == "phone")
