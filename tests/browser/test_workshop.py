"""The browser fixtures do what the other tests trust them to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import VIEWPORTS, OpenPage, Serve
from tests.browser.look import fits_its_width, map_frame, picture, settled, websocket_bytes
from tests.browser.server import Server
from tests.browser.watch import Watch

HELLO = "tests/browser/apps/hello_app.py"
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def hello(serve: Serve) -> Server:
    return serve(HELLO, FINEGRID_GREETING="你好，网格")


def test_a_page_settles_with_what_its_environment_says(page: OpenPage, hello: Server):
    opened = page(hello.url)

    expect(opened.get_by_role("heading", name="你好，网格")).to_be_visible(timeout=1)
    fits_its_width(opened)


def test_a_page_settles_again_after_a_click(page: OpenPage, hello: Server):
    opened = page(hello.url)

    opened.locator(".st-key-press button").click()

    expect(settled(opened).get_by_text("pressed")).to_be_visible(timeout=1)


@pytest.mark.parametrize("device", VIEWPORTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_device_sees_its_own_page(page: OpenPage, hello: Server, device, theme):
    opened = page(hello.url, on=device, language="en-GB", theme=theme)

    seen = opened.evaluate("() => [innerWidth, navigator.language, matchMedia('(prefers-color-scheme: dark)').matches]")
    assert seen == [VIEWPORTS[device]["width"], "en-GB", theme == "dark"]


def test_the_map_is_found_in_its_frame(page: OpenPage, hello: Server):
    assert map_frame(page(hello.url)).evaluate("() => window.map.zoom") == 14


def test_what_the_server_sends_is_counted(page: OpenPage, hello: Server):
    opened = page(None)
    received = websocket_bytes(opened)
    opened.goto(hello.url)
    settled(opened)

    assert "你好，网格".encode() in b"".join(received.frames)
    assert 0 < received.gzipped < received.raw

    received.forget()
    opened.locator(".st-key-press button").click()
    settled(opened)
    assert b"pressed" in b"".join(received.frames)


def test_a_picture_is_kept(page: OpenPage, hello: Server):
    path = picture(page(hello.url, on="phone"), "workshop-phone", whole=True)

    assert path.read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        pytest.param("console", "console error: planted", id="console"),
        pytest.param("script", "page error: planted", id="script"),
        pytest.param("dialog", "dialog: planted", id="dialog"),
        pytest.param("foreign", "foreign request: https://planted.example/a.png", id="foreign"),
        pytest.param("missing", "answer 404: .*/app/static/planted.png", id="missing"),
    ],
)
def test_what_goes_wrong_unseen_is_seen(page: OpenPage, hello: Server, watch: Watch, planted: str, complaint: str):
    page(f"{hello.url}/?break={planted}")

    watch.allow(complaint)
    assert len(watch.unexpected()) < len(watch.complaints)
    watch.allow("Failed to load resource|ERR_NAME_NOT_RESOLVED")


def test_a_traceback_on_the_server_is_seen(page: OpenPage, hello: Server, watch: Watch):
    page(f"{hello.url}/?break=server")

    assert "planted" in (said := hello.new_errors())
    assert hello.new_errors() == ""
    watch.allow("server log")
    assert said.count("Traceback") == 1


def test_no_other_host_can_be_reached(page: OpenPage, watch: Watch):
    watch.allow("http://planted.example/")
    opened = page(None)

    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        opened.goto("http://planted.example/")


def test_a_server_comes_back_on_its_port(page: OpenPage, serve: Serve, watch: Watch):
    watch.allow("WebSocket|ERR_CONNECTION_REFUSED|failed request")
    server = serve(HELLO)
    opened = page(server.url)

    server.stop(kill=True)
    expect(opened.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")).to_have_count(0)
    server.start()

    expect(settled(opened).get_by_role("heading", name="你好")).to_be_visible()
    server.stop()


def test_a_server_that_cannot_start_says_why(serve: Serve):
    with pytest.raises(RuntimeError, match=r"no_such_app\.py did not answer(.|\n)*does not exist"):
        serve("tests/browser/apps/no_such_app.py")
