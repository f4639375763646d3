"""A device that turns dark in the evening turns the whole page dark, its maps and charts too."""

from __future__ import annotations

from tests.browser.conftest import OpenPage
from tests.browser.look import map_frame
from tests.browser.server import Server

DARK = "() => document.documentElement.dataset.theme === 'dark'"
# longer than the page waits for the files of a map
LATER_MS = 15_000


def test_maps_and_charts_turn_dark_with_the_device_and_stay_so(page: OpenPage, dashboard: Server) -> None:
    opened = page(None)
    opened.clock.install()
    opened.goto(f"{dashboard.url}/zones?lang=zh")
    frame = map_frame(opened)
    frame.wait_for_function("() => document.documentElement.dataset.theme === 'light'")

    opened.emulate_media(color_scheme="dark")

    frame.wait_for_function(DARK)
    # figures of before, kept by a timer of before, must not come back
    opened.clock.fast_forward(LATER_MS)
    assert frame.evaluate(DARK)
