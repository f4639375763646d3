"""A finding on a phone: a few taps, one case however often it is tapped, nothing typed is lost with the connection."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Page, expect

from tests.actions.pictures import head_of_png, take
from tests.browser.conftest import OpenPage
from tests.browser.look import MAP, WAIT_MS, fits_its_width, map_frame, picture, settled, websocket_words
from tests.browser.server import Server
from tests.browser.watch import Watch
from tests.rows import read_rows

Rows = Callable[[str], list[Any]]
HERE = {"latitude": 31.331, "longitude": 121.507, "accuracy": 12}
# where the photo was taken, which is in another zone than HERE
THERE = (121.503333, 31.325)
LOST = r"WebSocket|Cannot send rerun|ERR_CONNECTION|Failed to fetch|server is not responding|_stcore/(stream|health|host-config)"


@pytest.fixture
def rows(database: str) -> Rows:
    return partial(read_rows, database)


def photo(path: Path) -> Path:
    """A photo as a phone takes it: large, with its place and its time."""
    path.write_bytes(take(Image.effect_noise((3200, 2400), 40).convert("RGB"), lon=THERE[0], lat=THERE[1]))
    return path


def open_form(page: OpenPage, own: Server, at: str, language: str, *, here: bool) -> Page:
    opened = page(None, on="phone", language=language)
    if here:
        opened.context.grant_permissions(["geolocation"], origin=own.url)
        opened.context.set_geolocation(HERE)  # type: ignore[arg-type]
    opened.goto(f"{own.url}{at}")
    expect(opened.locator(".st-key-report_save button")).to_be_visible(timeout=WAIT_MS)
    return settled(opened)


WORDS = {
    "zh-CN": ("暴露垃圾", "照片", "已成为案件", "责任区13", "再报一件", "打开案件", "误差 12 米"),
    "en-US": ("Exposed rubbish", "Photo", "It is case", "责任区13", "Another", "Open the case", "±12 m"),
}


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_photo_a_category_and_it_is_a_case(page: OpenPage, own: Server, rows: Rows, tmp_path: Path, language: str) -> None:
    category, source, done, zone, another, open_it, doubt = WORDS[language]
    before = rows("select count(*) from cases")[0][0]
    opened = open_form(page, own, "/report?as=duty_leader:L01", language, here=True)
    # the place comes by itself; the camera opens in one tap
    expect(opened.get_by_text(doubt)).to_be_visible()
    expect(opened.locator("input.camera")).to_have_attribute("capture", "environment")
    fits_its_width(opened)

    opened.set_input_files("input.camera", photo(tmp_path / "photo.jpg"))
    expect(opened.locator(".st-key-report_source").get_by_role("radio", name=source)).to_be_checked(timeout=WAIT_MS)
    opened.get_by_role("button", name=category, exact=True).or_(opened.get_by_role("radio", name=category, exact=True)).first.click()
    opened.locator(".st-key-report_text textarea").fill("垃圾桶旁有积水，回电13812345678")
    settled(opened)
    picture(opened, f"report-phone-{language}", whole=True)
    opened.locator(".st-key-report_save button").dblclick()

    expect(opened.get_by_text(done)).to_be_visible(timeout=WAIT_MS)
    expect(opened.get_by_text(zone)).to_be_visible()
    settled(opened)
    fits_its_width(opened)
    picture(opened, f"report-saved-{language}")
    assert rows("select count(*) from cases")[0][0] == before + 1
    [case] = rows("select * from cases where source = 'finegrid' order by reported_at desc, rowid desc limit 1")
    assert (case.channel, case.category, case.description) == ("patrol", "0102", "垃圾桶旁有积水，回电〔手机号〕")
    assert (case.lon, case.lat) == pytest.approx(THERE, abs=1e-5)
    [kept] = rows(f"select * from attachments where case_id = {case.id}")
    image = Image.open(io.BytesIO(kept.bytes))
    assert max(image.size) == 1600
    assert not image.getexif()
    assert kept.taken_at.startswith("2017-10-31 09:55")
    assert opened.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('finegrid.')).length") == 0

    expect(opened.get_by_role("link", name=open_it)).to_have_attribute("href", re.compile(f"case={case.id}"))
    opened.get_by_role("button", name=another).click()
    expect(opened.locator(".st-key-report_text textarea")).to_have_value("")
    opened.goto(f"{own.url}/cases?case={case.id}")
    expect(opened.locator(".st-key-case_panel")).to_contain_text(case.external_id, timeout=WAIT_MS)
    opened.wait_for_function("() => [...document.querySelectorAll('.st-key-case_panel img')].some((one) => one.naturalWidth > 0)")


def restart(own: Server, opened: Page) -> None:
    """The server is killed under a page, and there again."""
    own.stop(kill=True)
    own.start()
    settled(opened)


def fill_and_lose_thrice(page: OpenPage, own: Server, tmp_path: Path) -> Page:
    """A form that is full, whose server died under it, whose page was thrown away, and whose server died once more."""
    opened = open_form(page, own, "/report?lang=zh", "zh-CN", here=False)
    # no position is allowed: a sentence says so, and the map takes the place
    expect(opened.get_by_text("手机没有允许本页使用位置")).to_be_visible()
    map_frame(opened)
    frame = opened.locator(MAP).bounding_box() or FloatRect(x=0, y=0, width=0, height=0)
    opened.locator(MAP).click(position={"x": frame["width"] / 2, "y": frame["height"] / 2})
    expect(opened.get_by_text(re.compile(r" · 责任区\d+"))).to_be_visible()
    opened.set_input_files("input.camera", photo(tmp_path / "photo.jpg"))
    expect(opened.locator("img.picture")).to_be_visible()
    settled(opened)
    opened.locator(".st-key-report_source").get_by_text("地图").click()
    settled(opened)
    opened.locator(".st-key-report_category").get_by_text("乱设摊").click()
    settled(opened)
    field = opened.locator(".st-key-report_text textarea")
    field.press_sequentially("窨井盖翘起，有人绊倒")

    restart(own, opened)
    expect(field).to_have_value("窨井盖翘起，有人绊倒")

    # and a phone that throws the page away finds it all again
    opened.reload()
    settled(opened)
    expect(field).to_have_value("窨井盖翘起，有人绊倒")
    expect(opened.locator("img.picture")).to_be_visible()

    restart(own, opened)
    return opened


def test_nothing_is_lost_with_the_server(page: OpenPage, own: Server, rows: Rows, tmp_path: Path, watch: Watch) -> None:
    watch.allow(LOST)
    before = rows("select count(*) from cases")[0][0]
    opened = fill_and_lose_thrice(page, own, tmp_path)
    # every part of the form is there again, and nothing was saved by itself
    expect(opened.locator(".st-key-report_text textarea")).to_have_value("窨井盖翘起，有人绊倒")
    expect(opened.locator("img.picture")).to_be_visible()
    expect(opened.locator(".st-key-report_category").get_by_role("radio", name="乱设摊", exact=True)).to_be_checked()
    assert rows("select count(*) from cases")[0][0] == before


def test_a_press_right_after_the_server_came_back_saves(page: OpenPage, own: Server, rows: Rows, tmp_path: Path, watch: Watch) -> None:
    watch.allow(LOST)
    before = rows("select count(*) from cases")[0][0]
    opened = fill_and_lose_thrice(page, own, tmp_path)
    # a press that a new session hears before it has the form back waits for it
    opened.locator(".st-key-report_save button").click()
    expect(opened.get_by_text("已成为案件")).to_be_visible(timeout=WAIT_MS)

    assert rows("select count(*) from cases")[0][0] == before + 1
    [case] = rows("select * from cases where description = '窨井盖翘起，有人绊倒'")
    assert rows(f"select count(*) from attachments where case_id = {case.id}")[0][0] == 1
    assert rows(f"select count(*) from case_links where case_id = {case.id} and layer = 'zones'")[0][0] == 1


def test_a_form_at_rest_says_nothing_to_the_server(page: OpenPage, own: Server, tmp_path: Path) -> None:
    opened = page(None, on="phone", language="zh-CN")
    opened.clock.install()
    said = websocket_words(opened)
    opened.goto(f"{own.url}/report?lang=zh")
    expect(opened.locator(".st-key-report_save button")).to_be_visible(timeout=WAIT_MS)
    settled(opened)
    opened.set_input_files("input.camera", photo(tmp_path / "photo.jpg"))
    expect(opened.locator(".st-key-report_source").get_by_role("radio", name="照片")).to_be_checked(timeout=WAIT_MS)
    for wait in range(6):
        opened.clock.fast_forward(10_000)
        settled(opened)
        # an answer that was lost is given once more; then nothing is said, however long nobody touches the page
        if wait == 2:
            said.clear()
    assert said == []


def test_a_bomb_is_refused_in_a_sentence(page: OpenPage, own: Server, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(head_of_png(50_000, 2_000))
    opened = open_form(page, own, "/report?lang=en", "en-US", here=True)
    opened.set_input_files("input.camera", bomb)
    expect(opened.get_by_text("50,000×2,000 pixels and was not opened")).to_be_visible()
    expect(opened.locator("img.picture")).to_be_hidden()
