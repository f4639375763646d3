"""Chromium without an internet, and dashboards to open in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize, sync_playwright

from config import ROOT
from tests.browser.look import settled
from tests.browser.server import Server
from tests.browser.watch import Watch
from tests.machine import find_chromium

Device = Literal["phone", "desk", "wall"]
VIEWPORTS: dict[Device, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desk": {"width": 1440, "height": 900},
    "wall": {"width": 1920, "height": 1080},
}
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # every other host is unreachable, as on the intranet
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

Serve = Callable[..., Server]


class OpenPage(Protocol):
    """Opens a page; `at` is a path on the dashboard, a whole URL, or None for a blank page."""

    def __call__(
        self, at: str | None = "/", *, on: Device = "desk", language: str = "zh-CN", theme: Literal["light", "dark"] = "light"
    ) -> Page: ...


@pytest.fixture(scope="session")
def servers() -> Iterator[list[Server]]:
    """Every server of this worker; all are down at the end."""
    started: list[Server] = []
    yield started
    for server in started:
        server.stop(kill=True)


@pytest.fixture(scope="session")
def serve(servers: list[Server], tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Starts a server: `serve("dashboard.py", DATABASE_URL=url)`; it runs until `stop()` or the end of the session."""

    def start(script: str = "dashboard.py", *, port: int = 0, address: str = "127.0.0.1", **env: str) -> Server:
        log = tmp_path_factory.mktemp("server") / "log"
        server = Server(script=ROOT / script, log=log, env=env, port=port, address=address)
        servers.append(server)
        server.start()
        return server

    return start


@pytest.fixture(scope="module")
def database(copy_demo: Callable[[], str]) -> str:
    """A copy of the demo for a file of tests that write."""
    return copy_demo()


@pytest.fixture(scope="module")
def own(serve: Serve, database: str) -> Server:
    """A server of the file's own over its copy of the demo."""
    return serve("dashboard.py", DATABASE_URL=database)


@pytest.fixture(scope="session")
def dashboard(serve: Serve, copy_demo: Callable[[], str]) -> Server:
    """The dashboard over a copy of the demo; a test that changes data serves its own `demo_copy`."""
    return serve("serve.py", DATABASE_URL=copy_demo())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser per worker."""
    program = find_chromium()
    if program is None:
        raise RuntimeError("found no Chromium; run scripts/setup.sh tools")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


Window = tuple[Device, str, str]


@pytest.fixture(scope="module")
def windows() -> Iterator[list[tuple[Window, BrowserContext]]]:
    """Windows that no test of the file looks into at the moment, by how they are opened; they know the program's files already."""
    free: list[tuple[Window, BrowserContext]] = []
    yield free
    for _, context in free:
        context.close()


@pytest.fixture
def watch() -> Watch:
    """What goes wrong unseen on this test's pages; `watch.allow(pattern)` for what the test breaks on purpose."""
    return Watch()


@pytest.fixture
def page(
    request: pytest.FixtureRequest, chromium: Browser, servers: list[Server], watch: Watch, windows: list[tuple[Window, BrowserContext]]
) -> Iterator[OpenPage]:
    """Opens pages: `page("/?lang=en", on="phone", language="en", theme="dark")`; fails the test for what went wrong unseen.

    Each page has a window of its own. A file that says `ONLY_LOOKS = True` does nothing to its windows but open pages in them:
    its next test gets them again, without what the pages kept there.
    """
    taken: list[tuple[Window, BrowserContext]] = []

    def take(on: Device, language: str, theme: Literal["light", "dark"]) -> BrowserContext:
        wanted = (on, language, theme)
        found = next((one for one in windows if one[0] == wanted), None)
        if found:
            windows.remove(found)
        else:
            made = chromium.new_context(viewport=VIEWPORTS[on], locale=language, color_scheme=theme, timezone_id="Asia/Shanghai")
            found = (wanted, made)
        taken.append(found)
        return found[1]

    def open_page(at: str | None = "/", *, on: Device = "desk", language: str = "zh-CN", theme: Literal["light", "dark"] = "light") -> Page:
        opened = take(on, language, theme).new_page()
        watch.follow(opened)
        if at is None:
            return opened
        if at.startswith("/"):
            at = request.getfixturevalue("dashboard").url + at
        opened.goto(at)
        return settled(opened)

    for server in servers:
        server.new_errors()  # whatever it said in an earlier test
    yield open_page
    for window in taken:
        if getattr(request.module, "ONLY_LOOKS", False) and is_emptied(window[1]):
            windows.append(window)
        else:
            window[1].close()
    watch.complaints += [f"server log: {said}" for server in servers if (said := server.new_errors())]
    if wrong := watch.unexpected():
        pytest.fail("\n".join(wrong), pytrace=False)


def is_emptied(context: BrowserContext) -> bool:
    """Whether a window could be freed of its pages and of what they kept in the browser; the program's files stay there."""
    try:
        for opened in context.pages:
            if opened.url.startswith("http"):
                opened.evaluate("() => { localStorage.clear(); }")
            opened.close()
        context.clear_cookies()
    except Error:
        return False
    return True
