"""The ground is small, true to its shapes, and harmless; the figures land where their cells and cases are."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Mapping
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import prcoords
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo.colour import Scale, make_scale
from geo.datum import Gcj02
from geo.draw import OPENSTREETMAP, TOLERANCE_METRES, Tiles, draw_ground
from geo.figures import MAX_CASES, Cells, Figures, Outline, Zones, make_message
from geo.layers import layer

EDGE = shapely.box(121.49, 31.31, 121.53, 31.35)
HOSTILE = "</script><img src=x onerror=alert(1)>"
METRES = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True)
DEGREES = Transformer.from_crs("EPSG:4549", "EPSG:4326", always_xy=True)
SCALE = make_scale([1, 5], title="t", theme="light", whole=True)


def frame(shapes: list[shapely.Geometry], names: list[str | None] | None = None) -> gpd.GeoDataFrame:
    codes = [f"F{n}" for n in range(len(shapes))]
    return gpd.GeoDataFrame(
        {"code": codes, "name": names or [None] * len(shapes), "props": [{}] * len(shapes)}, geometry=shapes, crs="EPSG:4326"
    )


def wobbly_zones(count: int) -> list[shapely.Geometry]:
    """Zones that share borders of many corners: unions of small cells of a fine pattern."""
    rng = random.Random(3)
    seeds = [shapely.Point(rng.uniform(121.49, 121.53), rng.uniform(31.31, 31.35)) for _ in range(count * 150)]
    centres = np.array([(point.x, point.y) for point in seeds[:count]])
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=EDGE))
    parts = [shapely.intersection(part, EDGE) for part in parts]
    middles = np.array([(part.centroid.x, part.centroid.y) for part in parts])
    owners = np.argmin(((middles[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
    return [shapely.coverage_union_all([part for part, owner in zip(parts, owners, strict=True) if owner == one]) for one in range(count)]


def draw(features: Mapping[str, gpd.GeoDataFrame], **more: Any) -> folium.Map:
    return draw_ground(features, [layer(key) for key in features], script="() => 0", style="", **more)


def data_of(ground: folium.Map) -> list[dict[str, Any]]:
    return [child.data for child in ground._children.values() if isinstance(child, folium.GeoJson)]


def shapes_of(ground: folium.Map) -> list[shapely.Geometry]:
    return [shapely.geometry.shape(feature["geometry"]) for data in data_of(ground) for feature in data["features"]]


def config_of(ground: folium.Map) -> dict[str, Any]:
    return next(child.config for child in ground._children.values() if hasattr(child, "config"))


def test_zones_are_simplified_and_still_share_their_borders():
    zones = wobbly_zones(31)

    drawn = np.array(shapes_of(draw({"zones": frame(zones)})))

    assert shapely.coverage_is_valid(drawn)
    assert shapely.get_num_coordinates(drawn).sum() < shapely.get_num_coordinates(np.array(zones)).sum()
    assert shapely.area(drawn).sum() == pytest.approx(EDGE.area, rel=1e-6)


def test_a_drawn_line_lies_where_the_true_one_does():
    steps = np.linspace(0, 1, 800)
    river = shapely.LineString(np.column_stack([121.49 + 0.04 * steps, 31.33 + 0.004 * np.sin(steps * 12)]))

    (drawn,) = shapes_of(draw({"rivers": frame([river])}))

    project = lambda shape: shapely.transform(shape, lambda xy: np.column_stack(METRES.transform(xy[:, 0], xy[:, 1])))  # noqa: E731
    assert shapely.hausdorff_distance(project(drawn), project(river)) < TOLERANCE_METRES + 1
    assert shapely.get_num_coordinates(drawn) < 200


def test_coordinates_have_five_decimals_and_properties_only_what_is_shown():
    (data,) = data_of(draw({"zones": frame([EDGE], ["西区"])}))

    numbers = re.findall(r"\d+\.(\d+)", json.dumps(data["features"][0]["geometry"]))
    assert max(map(len, numbers)) <= 5
    assert data["features"][0]["properties"].keys() == {"code", "name", "at", "label"}


def test_layers_lie_in_their_order_each_as_one_object():
    ground = draw(
        {
            "stations": frame([shapely.Point(121.5, 31.33)]),
            "rivers": frame([shapely.LineString([(121.5, 31.33), (121.51, 31.34)])]),
            "zones": frame([EDGE]),
        }
    )

    assert [one["key"] for one in config_of(ground)["layers"]] == ["zones", "rivers", "stations"]
    assert len(data_of(ground)) == 3


def test_a_layer_without_features_is_left_out():
    assert config_of(draw({"zones": frame([EDGE]), "bikes": frame([])}))["layers"][0]["key"] == "zones"
    assert config_of(draw({"bikes": frame([])}))["bounds"] is None


def test_without_an_office_s_own_area_the_first_view_is_of_what_the_page_is_about():
    assert config_of(draw({"zones": frame([EDGE])}))["framed"]
    assert not config_of(draw({"rivers": frame([shapely.LineString([(121.5, 31.33), (121.51, 31.34)])])}))["framed"]
    scale = Scale(title="", breaks=(0.0, 1.0), colours=("#000000",), labels=("",))
    coloured = Figures(visible=frozenset(), zones=Zones(values={}, scale=scale), zone_layer="bikes")
    for figures, home in (
        (coloured, "bikes"),
        (Figures(visible=frozenset(), home="fitness"), "fitness"),
        (Figures(visible=frozenset()), ""),
    ):
        assert make_message(figures, language="zh", theme="light")["home"] == home


def test_sensitive_points_carry_no_labels():
    (data,) = data_of(draw({"cameras": frame([shapely.Point(121.5, 31.33)], ["大门口"])}))

    assert "at" not in data["features"][0]["properties"]


def test_a_river_in_three_reaches_is_named_once():
    reaches = [shapely.LineString([(121.49 + n / 100, 31.33), (121.5 + n / 100 + n / 1000, 31.33)]) for n in range(3)]

    (data,) = data_of(draw({"rivers": frame(reaches, ["小吉浦", "小吉浦", "小吉浦"])}))

    assert ["at" in feature["properties"] for feature in data["features"]] == [False, False, True]


def test_nothing_hostile_leaves_as_html():
    ground = draw({"zones": frame([EDGE], [HOSTILE])}, attribution=HOSTILE, tiles=Tiles(url="/tiles/{z}/{x}/{y}.png", attribution=HOSTILE))

    page = ground.get_root().render()

    assert "<img" not in page
    assert "\\u003cimg src=x" in page


def test_the_credit_is_shown():
    assert config_of(draw({"zones": frame([EDGE])}, attribution=OPENSTREETMAP))["attribution"] == "© OpenStreetMap contributors (ODbL)"


def test_on_a_gcj02_base_map_everything_is_shifted_alike():
    point = shapely.Point(121.5064, 31.3210)
    tiles = Tiles(url="/tiles/{z}/{x}/{y}.png", datum=Gcj02())
    oracle = prcoords.wgs_gcj(prcoords.Coords(31.3210, 121.5064))

    (drawn,) = shapes_of(draw({"stations": frame([point])}, tiles=tiles))
    x, y = METRES.transform(point.x, point.y)
    cell = int(x // 100 * 1_000_000 + y // 100)
    figures = Figures(
        visible=frozenset(), cases=[(1, point.x, point.y, 0, "")], outlines=[Outline(code="H", shape=point)], cells=cells_of([(cell, 3)])
    )
    message = make_message(figures, language="zh", theme="light", datum=Gcj02())

    assert (drawn.x, drawn.y) == pytest.approx((oracle.lon, oracle.lat), abs=2e-5)
    assert (message["cases"]["west"] / 1e5, message["cases"]["south"] / 1e5) == pytest.approx((oracle.lon, oracle.lat), abs=2e-5)
    assert message["outlines"][0][1]["coordinates"] == pytest.approx((oracle.lon, oracle.lat), abs=2e-5)
    lon, lat = corner(message["cells"], *message["cells"]["rows"][0][:2])
    assert oracle.lon - 0.0011 < lon < oracle.lon
    assert oracle.lat - 0.0010 < lat < oracle.lat


def cells_of(counts: list[tuple[int, int]], crs: str = "EPSG:4549", scale: Scale = SCALE) -> Cells:
    return Cells(counts=counts, crs=crs, scale=scale)


def corner(cells: dict[str, Any], x: int, y: int) -> tuple[float, float]:
    """The south-west corner of a cell as the map's script computes it."""
    u, v = x / cells["size"][0], y / cells["size"][1]
    powers = [u**i * v**j for i in range(4) for j in range(4 - i)]
    return sum(map(float.__mul__, cells["lon"], powers)), sum(map(float.__mul__, cells["lat"], powers))


@settings(max_examples=60, deadline=None)
@given(
    columns=st.lists(st.integers(6400, 6700), min_size=1, max_size=30),
    rows=st.lists(st.integers(34500, 34800), min_size=1, max_size=30),
)
def test_cells_lie_where_the_projection_puts_them(columns: list[int], rows: list[int]):
    codes = sorted({column * 1_000_000 + row for column, row in zip(columns, rows, strict=False)})
    message = make_message(Figures(visible=frozenset(), cells=cells_of([(code, 1) for code in codes])), language="zh", theme="light")[
        "cells"
    ]

    for code, (x, y, _) in zip(codes, message["rows"], strict=True):
        lon, lat = corner(message, x, y)
        truth = DEGREES.transform(code // 1_000_000 * 100, code % 1_000_000 * 100)
        assert (message["west"] + x) * 1_000_000 + message["south"] + y == code
        # a ten-millionth of a degree is a centimetre
        assert (lon, lat) == pytest.approx(truth, abs=2e-7)


@settings(max_examples=40, deadline=None)
@given(columns=st.lists(st.integers(600, 680), min_size=1, max_size=30), rows=st.lists(st.integers(3420, 3500), min_size=1, max_size=30))
def test_squares_lie_where_the_projection_puts_them(columns: list[int], rows: list[int]):
    codes = sorted({10**15 + column * 1_000_000 + row for column, row in zip(columns, rows, strict=False)})
    message = make_message(Figures(visible=frozenset(), cells=cells_of([(code, 1) for code in codes])), language="zh", theme="light")[
        "cells"
    ]

    assert message["first"] == 10**15
    for code, (x, y, _) in zip(codes, message["rows"], strict=True):
        lon, lat = corner(message, x, y)
        truth = DEGREES.transform((code - 10**15) // 1_000_000 * 1_000, code % 1_000_000 * 1_000)
        # the browser counts in numbers of 53 bits
        assert float(message["first"]) + (message["west"] + x) * 1e6 + message["south"] + y == code < 2**53
        # over a whole city a millionth of a degree, a decimetre
        assert (lon, lat) == pytest.approx(truth, abs=1e-6)


def test_a_whole_subdistrict_of_cells_and_two_thousand_cases_are_small():
    codes = [(6450 + n % 30) * 1_000_000 + 34_650 + n // 30 for n in range(900)]
    figures = Figures(
        visible=frozenset({"zones"}),
        zones=Zones(
            values={f"Z{n:02}": n / 31 for n in range(31)},
            texts={f"Z{n:02}": "按期率 93.72%\n未结 12 · 超期 3" for n in range(31)},
            scale=SCALE,
        ),
        cells=cells_of([(code, 37) for code in codes]),
    )
    cells_only = json.dumps(make_message(figures, language="zh", theme="light"))
    singles = [(2**62 + n, 121.5 + n / 1e5, 31.33, 0, "0508 非机动车乱停放") for n in range(MAX_CASES)]
    message = make_message(Figures(visible=frozenset(), cases=singles), language="zh", theme="light")
    with_cases = json.dumps(message, ensure_ascii=False, separators=(",", ":"))

    assert len(cells_only) < 25_000
    assert len(with_cases.encode()) < 75_000
    assert len(gzip.compress(with_cases.encode())) < 40_000


def test_more_cases_than_may_be_shown_are_not_sent():
    figures = Figures(visible=frozenset(), cases=[(n, 121.5, 31.33, 0, "") for n in range(MAX_CASES + 1)])

    assert make_message(figures, language="en", theme="light")["cases"] is None


def test_ids_of_63_bits_and_places_come_back():
    singles = [(2**63 - 1, 121.5, 31.33, 1, "甲"), (7, 121.50123, 31.32999, 0, "乙"), (2**62, 121.49, 31.4, 2, "甲")]
    sent = make_message(Figures(visible=frozenset(), cases=singles), language="en", theme="dark")["cases"]
    back = [
        (int(code, 36), (sent["west"] + x) / 1e5, (sent["south"] + y) / 1e5, kind, sent["texts"][text])
        for code, x, y, kind, text in sent["rows"]
    ]
    assert back == singles
