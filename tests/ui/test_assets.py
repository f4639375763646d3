"""No map asks another server for anything."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import folium
import folium.plugins
import pytest
from folium.elements import JSCSSMixin
from streamlit.testing.v1 import AppTest

from config import ROOT
from ui.assets import BASE, OutsideLinkError, check_links, map_links, use_local_assets
from ui.vendor import VENDOR, check_vendor


def test_a_map_loads_leaflet_from_our_own_server_and_nothing_else():
    scripts, styles = map_links(folium.Map(tiles=None))

    assert scripts == [f"{BASE}leaflet/leaflet.js"]
    assert styles == [f"{BASE}leaflet/leaflet.css"]


def test_every_link_leads_to_a_file_that_is_there():
    scripts, styles = map_links(folium.Map(tiles=None))

    assert [link for link in scripts + styles if not (VENDOR / link.removeprefix(BASE)).is_file()] == []


def test_the_lists_are_rewritten_in_place_and_once():
    use_local_assets()
    before = folium.folium._default_js

    use_local_assets()

    assert folium.Map.default_js is before is folium.folium._default_js
    assert all(url.startswith(BASE) for _, url in before)


def test_a_plugin_that_was_not_copied_is_refused_by_name():
    with pytest.raises(OutsideLinkError, match=r"fullscreen.*not ours.*ui/vendor\.py"):
        map_links(folium.Map(tiles=None).add_child(folium.plugins.Fullscreen()))


@pytest.mark.parametrize(
    "link", ["https://planted.example/a.js", "//planted.example/a.js", "http://planted.example/a.css", "/elsewhere.js", ""]
)
def test_a_link_that_leads_elsewhere_is_refused(link: str):
    with pytest.raises(OutsideLinkError):
        check_links([link])


def test_no_class_still_names_the_source_of_a_copied_file():
    use_local_assets()

    wanted = [JSCSSMixin, *JSCSSMixin.__subclasses__()]
    left = [
        url
        for owner in wanted
        for name, url in [*owner.default_js, *owner.default_css]
        if name.startswith("leaflet_css") or name == "leaflet"
    ]
    assert all(url.startswith(BASE) for url in left)


def test_the_copied_files_are_the_pinned_ones():
    assert check_vendor() == []


def test_an_altered_and_a_missing_copy_are_named(tmp_path: Path):
    shutil.copytree(VENDOR, tmp_path / "vendor")
    (tmp_path / "vendor/leaflet/leaflet.js").write_text("//")
    (tmp_path / "vendor/leaflet/LICENSE").unlink()

    assert sorted(check_vendor(tmp_path / "vendor")) == [
        "leaflet/LICENSE is missing; run python -m ui.vendor",
        "leaflet/leaflet.js is altered; run python -m ui.vendor",
    ]


def test_what_a_page_sends_names_no_other_server():
    page = AppTest.from_file(str(ROOT / "tests/browser/apps/map_panel_app.py"), default_timeout=30).run()

    assert not page.exception
    arguments = json.loads(page.get("component_instance")[0].proto.json_args)
    links = arguments["js_links"] + arguments["css_links"]
    assert all(link.startswith(BASE) for link in links)
    assert "<img" not in arguments["script"]
    assert "://" not in arguments["script"] + arguments["header"] + arguments["html"]


def test_a_second_run_sends_the_same_ground_byte_for_byte():
    page = AppTest.from_file(str(ROOT / "tests/browser/apps/map_panel_app.py"), default_timeout=30).run()
    before = page.get("component_instance")[0].proto.json_args

    page.radio(key="channel").set_value("wechat").run()
    page.radio(key="language").set_value("en").run()

    assert page.get("component_instance")[0].proto.json_args == before
