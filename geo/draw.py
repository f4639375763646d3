"""The ground of a map: the layers drawn with folium, one object a layer, small enough to send once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from branca.element import MacroElement
from folium.template import Template

from geo.colour import SURFACES, on_dark
from geo.datum import Datum, Wgs84
from geo.figures import WGS84, place_shapes
from geo.layers import Layer, Style
from i18n import Text

# how far a drawn line may lie from the true one; a pixel of the closest zoom is 0.25 m, of a whole subdistrict 6 m
TOLERANCE_METRES = 1.5
METRES_PER_DEGREE = 111_320
# layers of more features than this carry no names on the map, and these never do
MAX_LABELS = 60
NAMELESS = frozenset({"boundary", "kerbs"})
MAX_LABEL_LETTERS = 18
MAX_CODE_LETTERS = 5
OPENSTREETMAP = "© OpenStreetMap contributors (ODbL)"
# what folium would run as a template, since it renders what it has rendered once more, and what the map component replaces
READ_BY_OTHERS = re.compile(r"\{(?=[{%#])|(?<=map)_(?=div)|(?<=drawn)I(?=tems)|(?<=aler)t(?=\()")


def dump_safely(value: Any, **options: Any) -> str:
    """JSON that says the same to JavaScript and nothing to anybody who reads the script before it: a name may be `{{ 7*7 }}`."""
    return READ_BY_OTHERS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, **options))


# all of folium's templates share one environment, and so does ours below
folium.GeoJson._template.environment.policies["json.dumps_function"] = dump_safely


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """A base map: its address with {z}/{x}/{y}, what it must be credited as, and its datum."""

    url: str
    attribution: str = ""
    datum: Datum = field(default_factory=Wgs84)


class _Script(MacroElement):
    """The script that keeps the drawn layers and draws figures over them."""

    _template = Template(
        "{% macro script(this, kwargs) %}({{ this.code }})({{ this._parent.get_name() }}, {{ this.config|tojson }}, "
        "[{% for layer in this.drawn %}{{ layer.get_name() }},{% endfor %}]);{% endmacro %}"
        "{% macro header(this, kwargs) %}<style>{{ this.style }}</style>{% endmacro %}"
    )

    def __init__(self, *, code: str, style: str, config: dict[str, Any], drawn: list[folium.GeoJson]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "Finegrid"
        self.code, self.style, self.config, self.drawn = code, style, config, drawn


def draw_ground(
    features: Mapping[str, gpd.GeoDataFrame],
    layers: Sequence[Layer],
    *,
    script: str,
    style: str,
    tiles: Tiles | None = None,
    attribution: str = "",
) -> folium.Map:
    """The map of these layers, in their order, nothing switched on yet: `script` and `style` do that when figures come.

    Frames are WGS-84 (EPSG:4326) with columns code, name, props; the map serves both languages and both themes.
    """
    datum = tiles.datum if tiles else WGS84
    ordered = [layer for layer in sorted(layers, key=lambda layer: (layer.order, layer.key)) if len(features.get(layer.key, ()))]
    frames = {layer.key: _simplify(features[layer.key], layer) for layer in ordered}
    ground = folium.Map(tiles=None, prefer_canvas=True, zoom_control=False, maxZoom=19, minZoom=9, zoomSnap=0.25, location=[0, 0])
    if tiles is not None:
        # folium hands the credit to Leaflet, which writes it as HTML
        folium.TileLayer(tiles=tiles.url, attr=escape(tiles.attribution) or " ", max_native_zoom=18, max_zoom=19).add_to(ground)
    drawn = [_draw_layer(frames[layer.key], layer, datum) for layer in ordered]
    for one in drawn:
        one.add_to(ground)
    config = {
        "layers": [_describe(layer, frames[layer.key]) for layer in ordered],
        "surfaces": SURFACES,
        "attribution": escape(attribution),
        "tiles": tiles is not None,
        "bounds": _bounds(frames, datum),
        # whether that is the office's own area, and not whatever there is
        "framed": "boundary" in frames or "zones" in frames,
    }
    ground.add_child(_Script(code=script, style=style, config=config, drawn=drawn))
    return ground


def _draw_layer(frame: gpd.GeoDataFrame, layer: Layer, datum: Datum) -> folium.GeoJson:
    shapes = place_shapes(frame.geometry.to_numpy(), datum)
    anchors = _anchors(frame, layer, datum)
    features = [
        {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}
        for properties, shape in zip(_properties(frame, layer, anchors), shapes, strict=True)
    ]
    marker = folium.CircleMarker(location=(0, 0), radius=layer.style.radius)
    return folium.GeoJson({"type": "FeatureCollection", "features": features}, show=False, control=False, marker=marker, smooth_factor=0.5)


def _properties(frame: gpd.GeoDataFrame, layer: Layer, anchors: Sequence[list[float] | None]) -> list[dict[str, Any]]:
    """Only what the map shows: code, name, the value that picks the colour, and where the label stands."""
    found = []
    for code, name, props, anchor in zip(frame["code"], frame["name"], frame["props"], anchors, strict=True):
        one: dict[str, Any] = {"code": str(code)}
        if isinstance(name, str) and name:
            one["name"] = name
        if layer.style.colour_by and (props or {}).get(layer.style.colour_by) is not None:
            one["kind"] = str(props[layer.style.colour_by])
        if anchor is not None:
            one["at"], one["label"] = anchor, _label(str(code), name, layer)
        found.append(one)
    return found


def _label(code: str, name: str | None, layer: Layer) -> str:
    """What is written on the map: the name when it is short; zones by code, as people call them."""
    if layer.covers_boundary and len(code) <= MAX_CODE_LETTERS and not code.isdigit():
        return code
    return name if isinstance(name, str) and 0 < len(name) <= MAX_LABEL_LETTERS else code


def _anchors(frame: gpd.GeoDataFrame, layer: Layer, datum: Datum) -> list[list[float] | None]:
    """Where labels stand, longitude and latitude: inside areas, half-way along lines, once a name; None without a label."""
    if len(frame) > MAX_LABELS or layer.sensitive or layer.key in NAMELESS:
        return [None] * len(frame)
    shapes = frame.geometry.to_numpy()
    lengths = shapely.length(shapes)
    names = [name or code for code, name in zip(frame["code"], frame["name"], strict=True)]
    longest: dict[str, int] = {}
    for place, name in enumerate(names):
        if name not in longest or lengths[place] > lengths[longest[name]]:
            longest[name] = place
    chosen = set(longest.values())
    points = place_shapes(np.array([_anchor(shape) for shape in shapes]), datum)
    return [[point.x, point.y] if place in chosen else None for place, point in enumerate(points)]


def _anchor(shape: shapely.Geometry) -> shapely.Point:
    match shape.geom_type:
        case "Polygon" | "MultiPolygon":
            largest = max(shapely.get_parts(shape), key=shapely.area)
            return shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=1e-5), 0)
        case "LineString" | "MultiLineString":
            longest = max(shapely.get_parts(shape), key=shapely.length)
            return shapely.line_interpolate_point(longest, 0.5, normalized=True)
        case _:
            return shapely.centroid(shape)


def _describe(layer: Layer, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """What the script must know of a layer: labels in both languages, styles in both themes."""
    choices = next((field.choices for field in layer.fields if field.key == layer.style.colour_by), {})
    kinds = {value: {**asdict(choices.get(value, Text(zh=value, en=value)))} for value in layer.style.colours}
    point = bool(len(frame)) and frame.geometry.iloc[0].geom_type in {"Point", "MultiPoint"}
    return {
        "key": layer.key,
        "order": layer.order,
        "label": asdict(layer.label),
        "kinds": kinds,
        "style": {"light": _style(layer.style, dark=False), "dark": _style(layer.style, dark=True)},
        "land": layer.key == "boundary",
        "covers": layer.covers_boundary,
        "point": point,
    }


def _style(style: Style, *, dark: bool) -> dict[str, Any]:
    colours = {value: on_dark(colour) if dark else colour for value, colour in style.colours.items()}
    colour = on_dark(style.colour) if dark else style.colour
    return {"colour": colour, "colours": colours, "weight": style.weight, "fill": style.fill, "radius": style.radius, "dash": style.dash}


def _simplify(frame: gpd.GeoDataFrame, layer: Layer) -> gpd.GeoDataFrame:
    """The frame with as few corners as the eye needs; areas that share borders still share them."""
    shapes = frame.geometry.to_numpy()
    tolerance = TOLERANCE_METRES / METRES_PER_DEGREE
    if layer.covers_boundary and shapely.coverage_is_valid(shapes):
        # the tolerance of a coverage is the square root of the area of the corner that may go
        simple = shapely.coverage_simplify(shapes, tolerance)
    else:
        simple = shapely.simplify(shapes, tolerance, preserve_topology=True)
    whole = np.where(shapely.is_empty(simple), shapes, simple)
    return frame.set_geometry(gpd.GeoSeries(whole, index=frame.index, crs=frame.crs))


def _bounds(frames: Mapping[str, gpd.GeoDataFrame], datum: Datum) -> list[list[float]] | None:
    """The corners that the first view shows, [[south, west], [north, east]]: the boundary's, else of everything."""
    if not frames:
        return None
    shapes = frames["boundary"] if "boundary" in frames else frames.get("zones")
    chosen = [shapes] if shapes is not None else list(frames.values())
    west, south, east, north = shapely.total_bounds(np.concatenate([place_shapes(frame.geometry.to_numpy(), datum) for frame in chosen]))
    return [[south, west], [north, east]]
