"""What somebody at a screen waits for: the overview's first view and a change of its period, in Chromium, and many viewers at once."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from bench.viewer_report import Report
from bench.viewer_server import serve
from bench.viewers import Crowd, run
from tests.alone import alone
from tests.browser.conftest import FLAGS, VIEWPORTS
from tests.browser.look import map_frame, settled, websocket_bytes
from tests.machine import find_chromium

VIEWS = 3
# places in the list of periods, behind the one that a page begins with; each is another question than the one before it
PERIODS = range(1, 5)
DRAWN = "() => window.finegrid && finegrid.count().zones > 0 && finegrid.count().cells > 0"
# the map is told to draw once for every answer that brings other figures
COUNT_ANSWERS = """() => {
  const draw = finegrid.draw;
  window.answers = 0;
  finegrid.draw = (figures) => { draw(figures); window.answers += 1; };
}"""
ANSWERED = "(before) => window.answers > before"


@dataclass(frozen=True, kw_only=True)
class Waited:
    """Medians: seconds and compressed bytes to the drawn map, of a first view and of a change of the period."""

    first_seconds: float
    first_bytes: float
    change_seconds: float
    change_bytes: float


@dataclass(frozen=True, kw_only=True)
class Crowds:
    """So many viewers at once, each acting every ten seconds, for so long."""

    viewers: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A database as people at screens see it: one alone in a browser, and many at once."""

    name: str
    alone: Waited
    crowd: Report


def measure_screen(name: str, url: str, crowd: Crowds) -> Seen:
    """Serve a database as an office does, warm, and look at it: first one browser, then a crowd."""
    with serve(url) as server:
        waited = alone(_look, server.url)
        # who looks for a few seconds only comes and acts within them
        arrive, every = (min(longest, crowd.seconds) for longest in (Crowd.arrive, Crowd.every))
        viewers = Crowd(url=server.url, viewers=crowd.viewers, seconds=crowd.seconds, arrive=arrive, every=every)
        return Seen(name=name, alone=waited, crowd=alone(run, viewers, server))


def _look(url: str) -> Waited:
    """Several first views, each in a browser that knows nothing, then a change of the period in the last of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        firsts = [_first_view(browser, url) for _ in range(VIEWS)]
        changes = _changes(browser, url)
        browser.close()
    first, change = (tuple(map(statistics.median, zip(*some, strict=True))) for some in (firsts, changes))
    return Waited(first_seconds=first[0], first_bytes=first[1], change_seconds=change[0], change_bytes=change[1])


def _first_view(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds to the drawn map of a browser with nothing in its cache, and bytes of what is not an asset, compressed."""
    page = _window(browser)
    received = websocket_bytes(page)
    began = time.perf_counter()
    page.goto(url)
    map_frame(page).wait_for_function(DRAWN)
    seconds = time.perf_counter() - began
    settled(page)
    page.context.close()
    return seconds, float(received.gzipped)


def _changes(browser: Browser, url: str) -> list[tuple[float, float]]:
    """Seconds from the choice of a period to the map that shows it, and its bytes, compressed; each period is new to the window."""
    page = _window(browser)
    received = websocket_bytes(page)
    page.goto(url)
    frame = map_frame(page)
    frame.wait_for_function(DRAWN)
    settled(page)
    found = []
    box = page.locator(".st-key-period")
    frame.evaluate(COUNT_ANSWERS)
    for place in PERIODS:
        received.forget()
        before = frame.evaluate("() => window.answers")
        box.locator("input").first.click()
        option = page.get_by_role("option").nth(place)
        option.wait_for()
        began = time.perf_counter()
        option.click()
        frame.wait_for_function(ANSWERED, arg=before)
        seconds = time.perf_counter() - began
        settled(page)
        found.append((seconds, float(received.gzipped)))
    page.context.close()
    return found


def _window(browser: Browser) -> Page:
    return browser.new_context(viewport=VIEWPORTS["desk"], locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
