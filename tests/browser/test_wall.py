"""The wall in a real browser: it turns for hours, never empty, and comes back by itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Serve
from tests.browser.look import picture
from tests.browser.server import Server
from tests.browser.test_access import AXE, GRAVE
from tests.browser.watch import Watch
from wall.scene import scenes

CHANGES, SETTLED_AFTER = 200, 20
GROWTH = 1.05
BACK_MS = 30_000
# every scene, not in the order of their turn: the list of the address is what comes back
LIST = [*reversed(scenes())]
READY = "() => window.wall && wall.scenes.length > 0"
# one layer is whole and opaque under the other at every moment
COVERED = "() => [...document.querySelectorAll('.scene')].some((layer) => layer.firstChild && getComputedStyle(layer).opacity === '1')"


@pytest.fixture(scope="module")
def wall(serve: Serve, copy_demo: Callable[[], str]) -> Iterator[Server]:
    """The server over its own copy of the demo."""
    server = serve("serve.py", DATABASE_URL=copy_demo())
    yield server
    server.stop()


def open_wall(page: OpenPage, wall: Server, query: str, width: int = 1920, height: int = 1080) -> Page:
    """The wall, once its first scene stands."""
    opened = page(None)
    opened.set_viewport_size({"width": width, "height": height})
    opened.goto(f"{wall.url}/wall?{query}")
    opened.wait_for_function(READY)
    return opened


def colours_of(opened: Page) -> int:
    """How many colours are on the screen, of a small picture of it: an empty frame has one or two."""
    small = Image.open(io.BytesIO(opened.screenshot(type="jpeg", quality=60))).convert("L").resize((160, 90))
    return len(small.getcolors(256) or range(257))


def heap_of(opened: Page) -> float:
    """Bytes of the page's own objects, after a full collection."""
    session = opened.context.new_cdp_session(opened)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used)


def turn(opened: Page, times: int, *, looks: int) -> None:
    """Let it turn by its own timer so many times; look at it in the middle of some changes."""
    began = opened.evaluate("wall.turns")
    for look in range(1, looks + 1):
        opened.wait_for_function("(turns) => wall.turns >= turns", arg=began + times * look // looks)
        assert opened.evaluate(COVERED)
        assert colours_of(opened) > 8


def test_two_hundred_changes_and_a_dead_server(page: OpenPage, wall: Server, watch: Watch) -> None:
    opened = open_wall(page, wall, f"lang=zh&theme=light&seconds=0.1&refresh=1&scenes={','.join(LIST)}", 960, 540)
    turn(opened, SETTLED_AFTER, looks=4)
    heap, memory = heap_of(opened), wall.memory
    turn(opened, CHANGES - SETTLED_AFTER, looks=20)
    assert heap_of(opened) <= heap * GROWTH
    assert wall.memory <= memory * GROWTH
    assert watch.unexpected() == []
    watch.allow("net::ERR_CONNECTION_REFUSED|Failed to load resource|net::ERR_EMPTY_RESPONSE|net::ERR_CONNECTION_RESET|net::ERR_ABORTED")
    wall.stop(kill=True)
    opened.wait_for_function("() => document.body.classList.contains('lost') && !document.getElementById('note').hidden")
    assert opened.evaluate(COVERED)
    assert "连接中断" in opened.locator("#note").inner_text()
    wall.start()
    opened.wait_for_function("() => !document.body.classList.contains('lost')", timeout=BACK_MS)
    assert opened.evaluate("wall.scenes.map((scene) => scene.key)") == LIST
    assert opened.evaluate("document.body.classList.contains('light')")


def test_keys_step_and_pause(page: OpenPage, wall: Server) -> None:
    opened = open_wall(page, wall, "lang=zh&scenes=today,clock,zones")
    place = "wall.scenes[wall.place].key"
    for key, wanted in (("ArrowRight", "clock"), ("PageDown", "zones"), ("ArrowRight", "today"), ("PageUp", "zones"), ("Home", "today")):
        opened.keyboard.press(key)
        assert opened.evaluate(place) == wanted
    opened.keyboard.press(" ")
    assert opened.evaluate("wall.paused")
    opened.keyboard.press(" ")
    assert not opened.evaluate("wall.paused")
    assert opened.evaluate("getComputedStyle(document.body).cursor") == "none"
    assert opened.evaluate("document.documentElement.scrollHeight <= window.innerHeight")


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_scene_fits(page: OpenPage, wall: Server, language: str, theme: str, size: tuple[int, int]) -> None:
    opened = open_wall(page, wall, f"lang={language}&theme={theme}", *size)
    opened.emulate_media(reduced_motion="reduce")
    opened.keyboard.press(" ")
    for _ in range(opened.evaluate("wall.scenes.length")):
        key = opened.evaluate("wall.scenes[wall.place].key")
        outside = opened.evaluate(
            """() => [...document.querySelectorAll('.scene')].at(-1) && [...document.querySelectorAll(`.scene[data-scene="${
                wall.scenes[wall.place].key}"] text`)].filter((words) => {
              const box = words.getBoundingClientRect();
              return box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight;
            }).map((words) => words.textContent)"""
        )
        assert outside == [], key
        picture(opened, f"wall-{key}-{theme}-{language}-{size[0]}")
        opened.keyboard.press("ArrowRight")


def test_a_picture_of_another_day_says_which_day(page: OpenPage, wall: Server, watch: Watch) -> None:
    opened = open_wall(page, wall, "lang=zh&scenes=clock&refresh=2")
    opened.evaluate("() => { wall.seen = new Date(2017, 9, 30, 8, 5); }")
    watch.allow("Failed to load resource|net::ERR_FAILED")
    opened.route("**/wall/scenes*", lambda route: route.abort())
    expect(opened.locator("#note")).to_have_text("连接中断，显示的是 10月30日 08:05 的画面；久不恢复请管理员检查服务器")


GONE = {
    "zh": "数据库没有回答，显示的是 10月30日 08:05 的画面；久不恢复请管理员检查数据库",
    "en": "No answer from the database, picture of 30 Oct 08:05; have it checked if it lasts",
}


def answer_without_a_database(opened: Page) -> None:
    """From now on the server answers as it does when its database is gone."""
    opened.route("**/wall/scenes*", lambda route: route.fulfill(status=503, json={"error": "OperationalError"}))


@pytest.mark.parametrize("language", GONE)
def test_a_database_that_is_gone_says_what_to_do(page: OpenPage, wall: Server, watch: Watch, language: str) -> None:
    watch.allow("Failed to load resource|answer 503")
    opened = open_wall(page, wall, f"lang={language}&scenes=clock&refresh=2")
    opened.evaluate("() => { wall.seen = new Date(2017, 9, 30, 8, 5); }")
    answer_without_a_database(opened)
    note = opened.locator("#note")
    expect(note).to_have_text(GONE[language])
    # on the wall it stands in one line above the headline, and it is whole on a phone
    for width, height, lowest in ((1920, 1080, 120), (390, 844, 844)):
        opened.set_viewport_size({"width": width, "height": height})
        box = note.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] < lowest


def test_a_wall_that_never_had_a_picture_says_what_to_do(page: OpenPage, wall: Server, watch: Watch) -> None:
    watch.allow("Failed to load resource|answer 503")
    opened = page(None)
    answer_without_a_database(opened)
    opened.goto(f"{wall.url}/wall?lang=zh")
    expect(opened.locator("#note")).to_have_text("数据库没有回答；久不恢复请管理员检查数据库")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_grave_on_the_wall(page: OpenPage, wall: Server, language: str, theme: str) -> None:
    opened = open_wall(page, wall, f"lang={language}&theme={theme}")
    opened.keyboard.press(" ")
    opened.evaluate(AXE)
    found = []
    for _ in scenes():
        found += opened.evaluate("() => axe.run({resultTypes: ['violations']}).then(said => said.violations)")
        opened.keyboard.press("ArrowRight")
    assert [rule["id"] for rule in found if rule["impact"] in GRAVE] == []


def test_the_page_holds_no_data(wall: Server) -> None:
    page = Path(__file__).parents[2] / "wall" / "page"
    assert "责任区" not in "".join(file.read_text(encoding="utf-8") for file in page.iterdir())
