"""What is on view leaves as files that open with every feature; on a phone the relapse leads to its cases in two presses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyogrio
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.look import fits_its_width, map_frame, picture, settled


def download(page: Page, label: str, folder: Path) -> Path:
    """The file behind a button."""
    with page.expect_download() as waited:
        page.get_by_role("button", name=label).click()
    path = folder / waited.value.suggested_filename
    waited.value.save_as(path)
    return path


def test_a_layer_is_taken_away_and_opens(page: OpenPage, tmp_path: Path) -> None:
    opened = page("/layers?layer=bikes")
    opened.get_by_role("button", name="带走（GIS 文件）").click()
    package, plain = download(opened, "GeoPackage", tmp_path), download(opened, "GeoJSON", tmp_path)
    assert [package.name, plain.name] == ["finegrid-bikes-2017-10-31.gpkg", "finegrid-bikes-2017-10-31.geojson"]
    for path in (package, plain):
        read = pyogrio.read_dataframe(path)
        assert (len(read), read.crs.to_epsg()) == (229, 4326)
        assert round(read["length_m"].sum()) == 10_090
        assert read["cases"].sum() == 1_882
    collection = json.loads(plain.read_text(encoding="utf-8"))
    assert collection["note"] == "演示数据，均为虚构"
    assert "OpenStreetMap" in collection["attribution"]
    assert "crs" not in collection


def test_camera_positions_leave_in_no_public_file(page: OpenPage, tmp_path: Path) -> None:
    opened = page("/layers?layer=cameras&lang=en")
    opened.get_by_role("button", name="Take away (GIS files)").click()
    read = pyogrio.read_dataframe(download(opened, "GeoPackage", tmp_path))
    assert len(read) == 240
    expect(opened.get_by_text("Not to be published")).to_be_visible()
    expect(opened.get_by_role("button", name="GeoJSON")).to_have_count(0)


# file → page, rows, and what one of them says; the first of it picks the row
SUBJECTS: dict[str, tuple[str, int, dict[str, object]]] = {
    "river_reaches": ("/rivers", 14, {"code": "R13", "days_late": 12, "water_class": "III", "worst_factor": "ammonia"}),
    "bike_zones": ("/bikes", 229, {}),
    "bike_sites": ("/bikes", 5, {"site": 1, "added": 102, "zone": "Z14"}),
    "weak_areas": ("/weak_areas", 2, {"code": "W1", "relapses": 2, "within_60_days": "relapsed"}),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_a_subject_s_page_has_on_view_leaves_as_files(page: OpenPage, tmp_path: Path, name: str) -> None:
    at, rows, facts = SUBJECTS[name]
    opened = page(at)
    opened.locator(f".st-key-take_{name} button").first.click()
    for label in ("GeoPackage", "GeoJSON"):
        read = pyogrio.read_dataframe(download(opened, label, tmp_path))
        assert (len(read), read.crs.to_epsg(), read.geometry.is_empty.any()) == (rows, 4326, False)
        for key, value in list(facts.items())[:1]:
            [row] = read[read[key] == value].to_dict("records")
            assert {one: row[one] for one in facts} == facts
        if name == "bike_zones":
            assert (round(read["metres"].sum()), read["cases"].sum()) == (10_090, 1_882)


def test_what_cameras_see_leaves_for_its_roles_only(page: OpenPage, tmp_path: Path) -> None:
    opened = page("/cameras?planned=3")
    opened.locator(".st-key-take_camera_sights button").first.click()
    expect(opened.get_by_role("button", name="GeoJSON")).to_have_count(0)
    read = pyogrio.read_dataframe(download(opened, "GeoPackage", tmp_path))
    assert (len(read), read["seeing"].sum()) == (240, 40)
    assert sorted(read["plan_order"].dropna()) == [1, 2, 3]
    expect(page("/cameras?as=viewer").locator(".st-key-take_camera_sights")).to_have_count(0)


def test_on_a_phone_the_relapse_leads_to_its_cases(page: OpenPage) -> None:
    opened = page("/weak_areas", on="phone")
    expect(opened.get_by_role("heading", level=4)).to_contain_text("W1 国权北路1001号北侧地块（烂尾楼）已回潮")
    map_frame(opened).wait_for_function("() => window.finegrid && finegrid.count().weak_areas === 2")
    fits_its_width(opened)
    picture(opened, "weak_areas-phone", whole=True)
    opened.locator(".st-key-receipt_relapse_relapses button").click()
    opened.get_by_role("link", name="查看分子案件").click()
    settled(opened)
    expect(opened.get_by_text("2 件", exact=True).first).to_be_visible()
    # exactly the two, by name
    expect(opened.get_by_role("button", name=re.compile("^指定案件"))).to_be_visible()


def test_a_press_on_a_ledger_opens_its_entries(page: OpenPage) -> None:
    opened = page("/ledgers", on="phone")
    opened.locator(".st-key-open_demolition button").click()
    settled(opened)
    expect(opened.locator(".st-key-ledger_cards")).to_be_in_viewport()
    map_frame(opened).wait_for_function("() => window.finegrid && finegrid.count().cases === 107")
    fits_its_width(opened)
