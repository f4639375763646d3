"""A river walk on a phone with a mocked position: kept through a reload and a dead server, and found by the office."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import shapely
from playwright.sync_api import Page, expect
from pyproj import Geod
from shapely.ops import substring

from tests.browser.conftest import OpenPage
from tests.browser.look import WAIT_MS, fits_its_width, map_frame, picture, settled
from tests.browser.server import Server
from tests.browser.watch import Watch
from tests.rows import read_rows

Rows = Callable[[str], list[Any]]
GEOD = Geod(ellps="WGS84")
LOST = r"WebSocket|Cannot send rerun|ERR_CONNECTION|Failed to fetch|_stcore/(stream|health|host-config)"
POINTS = "() => JSON.parse(localStorage.getItem('finegrid.walk'))?.points.length ?? 0"
FOUND = (
    "select count(*) from cases c join case_links l on l.case_id = c.id join features f on f.id = l.feature_id"
    " where c.source = 'finegrid' and f.layer = 'rivers'"
)
WORDS = {
    "zh-CN": ("走了", "还差 5 分钟", "巡河已记录", "发现问题 {n} 件", "已成为案件", "回到巡河", "河道垃圾", "河段公示牌", "共{n}次"),
    "en-US": (
        *("walked", "5 min to go", "The walk is kept", "Found: {n}", "It is case", "Back to the walk"),
        *("Rubbish in the river", "board", "{n} walks"),
    ),
}


@pytest.fixture
def rows(database: str) -> Rows:
    return partial(read_rows, database)


def read_reach(rows: Rows, code: str) -> shapely.LineString:
    return shapely.from_wkb(rows(f"select geometry from features where layer = 'rivers' and code = '{code}'")[0][0])


def stand_at(page: Page, reach: shapely.LineString, share: float) -> None:
    place = reach.interpolate(share, normalized=True)
    page.context.set_geolocation({"latitude": place.y, "longitude": place.x, "accuracy": 8})


def walk(page: Page, reach: shapely.LineString, first: int, last: int) -> None:
    """Go on along the reach, a tenth of it at a time; each step is on the phone before the next."""
    for tenth in range(first, last + 1):
        before = page.evaluate(POINTS)
        stand_at(page, reach, tenth / 10)
        page.wait_for_function(f"() => ({POINTS})() > {before}")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_whole_reach_is_in_view_before_it_is_walked(page: OpenPage, own: Server, rows: Rows, language: str) -> None:
    reach = read_reach(rows, "R01")
    opened = page(f"{own.url}/walk?reach=R01&as=river_chief:HC01", on="phone", language=language)
    frame = map_frame(opened)
    picture(opened, f"walk-before-{language}", whole=True)

    west, south, east, north = reach.bounds
    seen = "([west, south, east, north]) => finegrid.map.getBounds().contains([[south, west], [north, east]])"
    assert frame.evaluate(seen, [west, south, east, north])
    assert frame.evaluate("() => finegrid.map.getZoom()") >= 14
    assert frame.evaluate("() => finegrid.count().outlines") == 1


@pytest.mark.parametrize(("language", "number"), [("zh-CN", "13"), ("en-US", "02")])
def test_a_walk_is_recorded_and_found_by_the_office(
    page: OpenPage, own: Server, rows: Rows, watch: Watch, *, language: str, number: str
) -> None:
    watch.allow(LOST)
    walked, to_go, kept, findings, done, back, category, board, walks = WORDS[language]
    chief, reach = f"HC{number}", read_reach(rows, f"R{number}")
    counted = f"select count(*) from inspections where feature_id = (select id from features where code = 'R{number}')"
    before = rows(counted)[0][0]
    # the clock stands: what an earlier try of this test found belongs to the same minute
    found = 1 + rows(f"{FOUND} and f.code = 'R{number}'")[0][0]
    walked_m = GEOD.geometry_length(substring(reach, 0, 0.8, normalized=True))
    opened = page(None, on="phone", language=language)
    opened.context.grant_permissions(["geolocation"], origin=own.url)
    stand_at(opened, reach, 0)
    opened.goto(f"{own.url}/walk?reach=R{number}&as=river_chief:{chief}")
    settled(opened)
    fits_its_width(opened)
    opened.locator("button.start").click()
    opened.wait_for_function(f"() => ({POINTS})() > 0")
    walk(opened, reach, 1, 3)
    expect(opened.get_by_text(walked).first).to_be_visible()

    # what is found on the way is a case of the river; the recording goes on meanwhile
    opened.locator(".st-key-report_button button").click()
    expect(opened.locator(".st-key-report_save button")).to_be_visible()
    settled(opened)
    opened.locator(".st-key-report_category").get_by_text(category, exact=True).click()
    walk(opened, reach, 4, 5)
    opened.locator(".st-key-report_save button").click()
    expect(opened.get_by_text(done)).to_be_visible(timeout=WAIT_MS)
    opened.get_by_role("link", name=back).click()
    expect(opened.locator("button.end")).to_be_visible(timeout=WAIT_MS)

    # neither a dead server nor a page thrown away costs a point; the map's own files have come by then
    map_frame(opened)
    own.stop(kill=True)
    walk(opened, reach, 6, 7)
    own.start()
    opened.reload()
    expect(opened.locator("button.end")).to_be_visible(timeout=WAIT_MS)
    walk(opened, reach, 8, 8)
    expect(opened.get_by_text(to_go)).to_be_visible(timeout=WAIT_MS)
    map_frame(opened)
    settled(opened)
    picture(opened, f"walk-phone-{language}", whole=True)
    opened.locator("button.end").click()

    expect(opened.get_by_text(kept)).to_be_visible(timeout=WAIT_MS)
    expect(opened.locator(".st-key-walk_result")).to_contain_text(f"{100 * walked_m / GEOD.geometry_length(reach):.0f}%")
    expect(opened.locator(".st-key-walk_result")).to_contain_text(findings.format(n=found))
    opened.wait_for_function("() => localStorage.getItem('finegrid.walk') === null")
    settled(opened)
    fits_its_width(opened)
    picture(opened, f"walk-kept-{language}")
    assert rows(counted)[0][0] == before + 1
    check_what_was_kept(rows, reach, chief, walked_m)

    # the office finds it on the reach's own page
    opened.get_by_role("link", name=board).click()
    expect(opened.get_by_text(walks.format(n=before + 1))).to_be_visible(timeout=WAIT_MS)


def check_what_was_kept(rows: Rows, reach: shapely.LineString, chief: str, walked_m: float) -> None:
    """The walk is the chief's, from where it began, over so many metres of the reach, and says what was found."""
    [row] = rows("select i.*, o.code from inspections i join officials o on o.id = i.official_id order by i.id desc limit 1")
    assert row.code == chief
    track = shapely.from_wkb(row.track)
    assert track.geom_type == "LineString"
    assert shapely.Point(track.coords[0]).distance(reach.interpolate(0)) < 1e-5
    assert row.walked_m == pytest.approx(walked_m, rel=0.005)
    [case] = rows("select * from cases where source = 'finegrid' order by rowid desc limit 1")
    assert (case.channel, case.category) == ("river", "0111")
    assert case.external_id in row.note
