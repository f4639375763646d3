"""Looking at a page: when it is ready, the map inside it, what it was sent, a picture of it."""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page, expect

from config import ROOT

PICTURES = ROOT / "tests" / "pictures"
WAIT_MS = 30_000
MAP = "iframe[data-testid=stCustomComponentV1]"
# nothing runs, nothing is stale and nothing is still to come, for a quarter of a second on end:
# between a click and the run it starts there is a moment in which nothing runs either
SETTLED = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const busy = !app
    || app.dataset.testConnectionState !== 'CONNECTED'
    || app.dataset.testScriptState !== 'notRunning'
    || !document.querySelector('[data-testid=stElementContainer]')
    || document.querySelector('[data-testid=stSkeleton], [data-testid=stAppSkeleton], [data-stale=true]');
  if (busy) { window.settledSince = undefined; return false; }
  window.settledSince ??= performance.now();
  return performance.now() - window.settledSince > 250;
}"""


@dataclass
class Received:
    """The frames that a page's WebSockets received, in order."""

    frames: list[bytes] = field(default_factory=list)

    @property
    def raw(self) -> int:
        """Bytes as they came."""
        return sum(map(len, self.frames))

    @property
    def gzipped(self) -> int:
        """Bytes if every frame were compressed by itself."""
        return sum(len(gzip.compress(frame)) for frame in self.frames)

    def forget(self) -> None:
        """Count from here."""
        self.frames.clear()


def settled(page: Page) -> Page:
    """The page, once it is connected and everything it was asked for is on the screen."""
    page.evaluate("() => { window.settledSince = undefined; }")
    page.wait_for_function(SETTLED, timeout=WAIT_MS)
    return page


def map_frame(page: Page) -> Frame:
    """The frame of the page's map, once Leaflet has drawn it; its `window.map` is the Leaflet map."""
    handle = page.wait_for_selector(MAP, state="attached", timeout=WAIT_MS)
    frame = handle.content_frame() if handle else None
    if frame is None:
        raise AssertionError(f"found no frame in {MAP} at {page.url}")
    frame.wait_for_function("() => window.map && window.map._loaded", timeout=WAIT_MS)
    return frame


def websocket_bytes(page: Page) -> Received:
    """What the page's WebSockets receive from now on; ask for it before the page is opened."""
    received = Received()

    def keep(event: dict[str, Any]) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        received.frames.append(base64.b64decode(data) if frame["opcode"] == 2 else data.encode())

    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", keep)
    return received


def websocket_words(page: Page) -> list[str | bytes]:
    """What the page's WebSockets send from now on; ask for it before the page is opened."""
    said: list[str | bytes] = []

    def keep(frame: str | bytes) -> None:
        said.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    return said


def picture(page: Page, name: str, *, whole: bool = False) -> Path:
    """A picture of what is on the screen, or of the whole page, kept under tests/pictures."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    before = page.viewport_size
    if whole and before:
        height = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": before["width"], "height": max(height, before["height"])})
        settled(page)
    page.screenshot(path=path, animations="disabled")
    if whole and before:
        page.set_viewport_size(before)
    return path


def fits_its_width(page: Page) -> None:
    """Fail if the page can be pushed sideways."""
    wider = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px wider than its window"
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
