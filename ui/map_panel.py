"""The map on a page: the ground drawn once and kept mounted, figures sent over it, clicks and views coming back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import streamlit as st
import streamlit_folium

from config import settings
from geo.colour import Theme
from geo.datum import parse_datum, to_wgs84
from geo.draw import Tiles, draw_ground
from geo.figures import WGS84, Figures, make_message
from geo.layers import layer
from i18n import Language, Text
from ui.assets import map_links

SCRIPTS = Path(__file__).parent / "scripts"
PARTS = (
    *("map_ground.js", "map_figures.js", "map_focus.js", "map_labels.js", "map_pointer.js"),
    *("map_sectors.js", "map_controls.js", "map_talk.js"),
)
MAP = Text(zh="地图", en="Map")
# on a phone the map and what stands below it are one tap apart
TO_LIST, TO_MAP = Text(zh="看下方 ↓", en="Below ↓"), Text(zh="看地图", en="The map")
JUMP = '<a class="map-jump {way}" href="#{to}">{label}</a>'
MISSING = Text(
    zh="地图未能载入：服务器没有提供 static/vendor 中的文件；请检查 server.enableStaticServing 与该目录，再刷新本页。",
    en="The map did not load: the server does not give static/vendor. Check server.enableStaticServing and the folder, then reload.",
)
# the height of the frame stands before the map is there, so that nothing below it jumps; a phone keeps room for the page
HEIGHT = "<style>.st-key-{panel} {{ --map-height: {height}px; }}</style>"
CLICKABLE = frozenset({"zones", "cells", "cases", "outlines"})
View = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What lies under the figures. `version` must change whenever `load()` would give other features."""

    version: str
    # keys of geo.layers that this viewer may see; sensitive ones only for their roles
    layers: tuple[str, ...]
    # layer key → frame in WGS-84, index feature id, columns code, name, props, geometry
    load: Callable[[], Mapping[str, gpd.GeoDataFrame]]
    attribution: str = ""


@dataclass(frozen=True, kw_only=True)
class Click:
    """What was clicked, and the zone under it.

    `layer` is a layer's key and `code` the feature's; or "cells" with cases.cell, "cases" with cases.id, "outlines" with theirs;
    or, on a map that says that "place" is clickable, "place", and `place` is where (WGS-84 longitude and latitude).
    """

    layer: str
    code: str
    zone: str | None
    place: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class MapEvent:
    """What the viewer did: `click` is there for one run only; `view` (west, south, east, north) stays while few cases are in view."""

    click: Click | None = None
    view: View | None = None


def show_map(
    ground: Ground,
    figures: Figures,
    *,
    key: str,
    language: Language,
    theme: Theme,
    height: int = 640,
    clickable: frozenset[str] = CLICKABLE,
    on_click: Callable[[], None] | None = None,
    wants_view: bool = True,
) -> MapEvent:
    """Show the map and return what was done on it.

    `key` names the map in the session and may be shown once a page. `on_click` runs before the page does and reads
    `read_map(key).click`. `wants_view`: the page sends single cases, so it must hear which view holds few enough.
    """
    tiles = pick_tiles()
    datum = tiles.datum if tiles else WGS84
    panel = f"map-panel-{key}"
    with st.container(key=panel, gap=None):
        st.html(HEIGHT.format(panel=panel, height=height))
        st.html(f'<span id="{panel}"></span>' + JUMP.format(way="list", to=f"{panel}-end", label=TO_LIST.say(language)))
        arguments = _ground_arguments(ground.version, ground.layers, tiles, ground.attribution, ground.load)
        streamlit_folium._component_func(**arguments, key=f"{panel}-{arguments['id']}", height=height, default={})
        message = make_message(figures, language=language, theme=theme, datum=datum)
        message |= {"clickable": sorted(clickable), "wantsView": wants_view, "view": _kept(key).get("view")}
        data = {"panel": panel, "title": MAP.say(language), "missing": MISSING.say(language), "figures": message}
        _bridge()(key=key, data=data, on_click_change=on_click or _nothing, on_view_change=_nothing)
        st.html(f'<span id="{panel}-end"></span>' + JUMP.format(way="map", to=panel, label=TO_MAP.say(language)))
    return read_map(key)


def read_map(key: str) -> MapEvent:
    """What was done on the map of that key, known before it is shown again."""
    click, view = _kept(key).get("click"), _kept(key).get("view")
    return MapEvent(
        click=_click(click) if click else None,
        view=_true_view(view) if view else None,
    )


def pick_tiles() -> Tiles | None:
    """The base map that the settings name, if any."""
    chosen = settings()
    if not chosen.tiles:
        return None
    return Tiles(url=chosen.tiles, attribution=chosen.tiles_attribution, datum=parse_datum(chosen.tiles_datum))


@st.cache_data(max_entries=16, ttl=86_400, show_spinner=False)
def _ground_arguments(
    version: str,
    keys: tuple[str, ...],
    tiles: Tiles | None,
    attribution: str,
    _load: Callable[[], Mapping[str, gpd.GeoDataFrame]],
) -> dict[str, Any]:
    """What the map component is given; the same bytes in every run, so that the browser gets it once."""
    drawn = draw_ground(
        _load(),
        [layer(key) for key in keys],
        script=read_script(),
        style=(SCRIPTS / "map.css").read_text(encoding="utf-8"),
        tiles=tiles,
        attribution=attribution,
    )
    scripts, styles = map_links(drawn)
    drawn.get_root().render()
    header, html = streamlit_folium._get_header(drawn), streamlit_folium._get_html(drawn)
    # the component looks for this word to draw two maps; a feature may be called so
    script = streamlit_folium._get_map_string(drawn).replace("map_div2", "map_div\\u0032")
    return {
        "script": script,
        "header": header,
        "html": html,
        "id": streamlit_folium.generate_js_hash(script)[:16],
        "js_links": scripts,
        "css_links": styles,
        "width": None,
        "returned_objects": [],
        "zoom": None,
        "center": None,
        "feature_group": None,
        "layer_control": None,
        "return_on_hover": False,
        "pixelated": False,
        "wrap_longitude": False,
    }


@cache
def read_script() -> str:
    """The map's script files as one function of (map, config, drawn)."""
    body = "\n".join((SCRIPTS / part).read_text(encoding="utf-8") for part in PARTS)
    return f'(map, config, drawn) => {{\n"use strict";\n{body}\n}}'


@cache
def _bridge() -> Any:
    return st.components.v2.component("finegrid_map_bridge", js=(SCRIPTS / "map_bridge.js").read_text(encoding="utf-8"))


def _nothing() -> None:
    """The component wants a callback for every event it may report."""


def _kept(key: str) -> Mapping[str, Any]:
    """What the session holds of a map."""
    return st.session_state.get(key) or {}


def _click(click: Mapping[str, Any]) -> Click:
    """A click as the pages know it."""
    layer, code, place = str(click["layer"]), str(click["code"]), None
    if layer == "place":
        west, south, _, _ = _true_view([float(part) for part in code.split(",")] * 2)
        place = (west, south)
    return Click(layer=layer, code=code, zone=click.get("zone"), place=place)


def _true_view(view: Any) -> View:
    """A view as the base map sees it, in WGS-84."""
    tiles = pick_tiles()
    lon, lat = to_wgs84(view[::2], view[1::2], tiles.datum if tiles else WGS84)
    return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])
