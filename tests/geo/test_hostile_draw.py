"""Names on the map are data to everybody who reads the drawn script: to Jinja, to the map component, to the browser."""

from __future__ import annotations

import json
import re

import folium
import geopandas as gpd
import pytest
import shapely
import streamlit_folium

from geo.draw import draw_ground
from geo.layers import layer
from tests.hostile import STRINGS

NAMES = [
    *STRINGS,
    "{{ 7*7 }} {{'x'}} {% if 1 %}",
    "{{ cycler.__init__.__globals__ }}",
    "map_div2",
    "drawnItems",
    "不rawnItems alert(coords);",
    "\\{{ x }}",
    "{{{",
]


def drawn_script(names: list[str]) -> str:
    """The script as the browser gets it, of stations with these names."""
    shapes = [shapely.Point(121.5 + n / 10_000, 31.3) for n in range(len(names))]
    codes = [f"{n} {name}" for n, name in enumerate(names)]
    frame = gpd.GeoDataFrame({"code": codes, "name": names, "props": [{} for _ in names]}, geometry=shapes, crs="EPSG:4326")
    drawn = draw_ground({"stations": frame}, [layer("stations")], script="() => 1", style="")
    # both ways in which it is rendered: as a page, whose scripts Jinja reads once more, and as the component takes it
    drawn.get_root().render()
    return str(streamlit_folium._get_map_string(drawn))


@pytest.mark.parametrize("fewer", [len(NAMES), 40], ids=["without labels", "with labels"])
def test_every_name_arrives_as_it_is(fewer: int) -> None:
    names = [name for name in NAMES if name][-fewer:]
    script = drawn_script(names)
    found = re.search(r"_add\((\{.*?\})\);\n", script)
    assert found
    # htmlsafe escapes are JSON's own, so the browser reads what json reads
    told = [feature["properties"] for feature in json.loads(found[1])["features"]]
    assert [one.get("name") for one in told] == names
    assert [one["code"] for one in told] == [f"{n} {name}" for n, name in enumerate(names)]
    assert not re.search(r"<script|</script", script, re.IGNORECASE)


def test_folium_itself_still_runs_what_it_rendered() -> None:
    """Should this fail, folium was mended and the care in geo/draw.py may go."""
    assert "_FOLIUM_ELEMENT_REF_PATTERN" in vars(streamlit_folium)
    assert folium.GeoJson._template.environment.policies["json.dumps_function"]({"a": "{{ 7*7 }}"}) == '{"a": "\\u007b{ 7*7 }}"}'
