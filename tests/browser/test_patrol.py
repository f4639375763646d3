"""The patrol on a phone: the first screen says who, where and why; begin, arrive, way there, all by thumb."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Device, OpenPage, Serve
from tests.browser.look import fits_its_width, map_frame, picture, settled

LEADER = "as=duty_leader:L03"


def test_a_leader_patrols_by_thumb(serve: Serve, demo_copy: str, page: OpenPage) -> None:
    server = serve("dashboard.py", DATABASE_URL=demo_copy, FINEGRID_AS_OF="2017-10-31T09:00+08:00")
    opened = page(f"{server.url}/patrol?{LEADER}", on="phone")
    fits_its_width(opened)

    # without scrolling: who is on, which zones, the first stop and its reason
    for words in ("今日值班", "分管", "8 站", "回头看超期"):
        expect(opened.get_by_text(re.compile(words)).first).to_be_in_viewport()
    way = opened.locator(".st-key-stop_1").get_by_role("link", name="导航")
    expect(way).to_be_in_viewport()
    expect(way).to_have_attribute("href", re.compile(r"^geo:31\.\d+,121\.\d+\?q="))
    map_frame(opened).wait_for_function("() => window.finegrid && finegrid.count().outlines === 9")
    picture(opened, "patrol-phone-zh", whole=True)

    opened.get_by_role("button", name="开始巡查").click()
    settled(opened)
    opened.locator(".st-key-stop_1").get_by_role("button", name="到达").click()
    settled(opened)
    expect(opened.get_by_text(re.compile(r"已到 1/8 站"))).to_be_in_viewport()
    # the second stop has come up to the top
    expect(opened.locator(".st-key-stop_2").get_by_role("link", name="导航")).to_be_in_viewport()
    opened.get_by_text("随机点位是怎么抽的").click()
    expect(opened.get_by_text("重算一遍，结果一致")).to_be_visible()


@pytest.mark.parametrize("on", ["phone", "desk", "wall"])
def test_the_rotation_fits_every_screen(page: OpenPage, on: Device) -> None:
    opened = page("/rotation?lang=en", on=on, language="en-US")
    expect(opened.locator(".rota li.today")).to_be_visible()
    fits_its_width(opened)
    picture(opened, f"rotation-{on}-en", whole=on == "phone")
