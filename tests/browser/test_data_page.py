"""The data page in a real browser: a dry run, an import, the book; and a page asked for before the entry ever ran."""

from __future__ import annotations

import re
from pathlib import Path

import shapely
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, select, text

from model.places import Feature
from tests.browser.conftest import OpenPage, Serve
from tests.browser.look import fits_its_width, picture, settled
from tests.browser.server import Server
from tests.browser.test_overview import choose
from tests.ingest.test_gpx import write_gpx

MIXED = """external_id,channel,kind,category,title,description,reported_at,lon,lat
A1,hotline,event,0102,暴露垃圾,请回电13812345678,2017-10-30T09:00:00+08:00,121.503,31.325
A2,hotline,event,0102,暴露垃圾,好,2017-10-30T09:00:00+08:00,121.508,31.33
A3,hotline,event,0102,坏日期,x,2017-13-45,121.503,31.325
A4,hotline,event,0102,零纬度,x,2017-10-30T09:00:00+08:00,121.503,0
"""


def upload(page: Page, path: Path) -> None:
    page.set_input_files("input[type=file]", path)
    expect(page.locator(".st-key-dry_run button")).to_be_visible()
    settled(page)


def count(url: str, statement: str) -> int:
    with create_engine(url).connect() as connection:
        return int(connection.execute(text(statement)).scalar_one())


def test_a_page_asked_for_first_still_goes_through_the_entry(page: OpenPage, serve: Serve, database: str) -> None:
    fresh = serve("dashboard.py", DATABASE_URL=database)
    opened = page(f"{fresh.url}/data")
    expect(opened.get_by_role("heading", name="数据")).to_be_visible()
    expect(opened.get_by_role("link", name="总览")).to_be_visible()
    expect(opened.get_by_text("dashboard", exact=True)).to_have_count(0)


def test_a_file_is_tried_then_brought_in(page: OpenPage, own: Server, database: str, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.csv"
    mixed.write_text(MIXED, encoding="gb18030")
    before = count(database, "select count(*) from cases")
    opened = page(f"{own.url}/data")
    upload(opened, mixed)

    opened.locator(".st-key-dry_run button").click()
    expect(opened.get_by_text("新增 2，更新 0，未变 0，退回 2")).to_be_visible()
    settled(opened)
    assert count(database, "select count(*) from cases") == before
    picture(opened, "data-dry-run", whole=True)

    opened.locator(".st-key-load button").click()
    expect(opened.get_by_text("已导入")).to_be_visible()
    settled(opened)
    assert count(database, "select count(*) from cases") == before + 2
    assert count(database, "select count(*) from cases where description like '%13812345678%'") == 0

    opened.get_by_role("tab", name="导入记录").click()
    expect(opened.locator(".st-key-history_import input")).to_have_value(re.compile("mixed.csv"))


def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(page: OpenPage, own: Server, database: str, tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("a,b\n1,2\n", encoding="utf-8")
    before = count(database, "select count(*) from cases")
    opened = page(f"{own.url}/data?lang=en", on="phone", language="en-US")
    upload(opened, strange)
    opened.locator(".st-key-load button").click()
    expect(opened.get_by_text("The file was not imported, nothing was changed")).to_be_visible()
    assert count(database, "select count(*) from cases") == before
    fits_its_width(opened)


def test_a_walk_comes_out_of_a_phone_s_own_app(page: OpenPage, own: Server, database: str, tmp_path: Path) -> None:
    engine = create_engine(database)
    with engine.connect() as connection:
        shape = connection.execute(select(Feature.geometry).where(Feature.layer == "rivers", Feature.code == "R05")).scalar_one()
    engine.dispose()
    line = max(shapely.get_parts(shape), key=shapely.length)
    points = [line.interpolate(share / 10, normalized=True) for share in range(11)]
    track = write_gpx(tmp_path / "evening.gpx", [(point.x, point.y) for point in points])
    before = count(database, "select count(*) from inspections")
    opened = page(f"{own.url}/data", on="phone")
    choose(opened, "import_target", "一次巡河的轨迹（GPX）")
    choose(opened, "import_chief", "HC05 居委河长05")
    picture(opened, "data-track-empty", whole=True)
    upload(opened, track)

    opened.locator(".st-key-dry_run button").click()
    expect(opened.get_by_text(re.compile("沿河段 R05 走了 [1-9,0-9]+ 米"))).to_be_visible()
    assert count(database, "select count(*) from inspections") == before
    fits_its_width(settled(opened))
    picture(opened, "data-track", whole=True)

    opened.locator(".st-key-load button").click()
    expect(opened.get_by_text("已导入")).to_be_visible()
    assert count(database, "select count(*) from inspections") == before + 1
