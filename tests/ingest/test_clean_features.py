"""Features of a file become a layer's features, for every layer there is and for one made up here."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.layers import LINE, POINT, POLYGON, Field, Layer, Style, layer, layers
from i18n import Text
from ingest.clean import CleanFeatures, clean_features
from ingest.read import read_shapes

CRS = "EPSG:4549"
POINT_AT, POINT_BY = shapely.points([[121.51, 31.31], [121.52, 31.32]])
# 0.001 degrees of latitude are 110.87 m here
STREET = shapely.LineString([(121.51, 31.31), (121.51, 31.311)])
SQUARE = shapely.box(121.51, 31.31, 121.511, 31.311)
SHAPES = {"Point": POINT_AT, "LineString": STREET, "Polygon": SQUARE, "MultiPolygon": shapely.MultiPolygon([SQUARE])}

MADE_UP = Layer(
    key="things",
    label=Text(zh="东西", en="Things"),
    geometry=POINT | LINE,
    fields=(
        Field(
            key="kind",
            label=Text(zh="种类", en="Kind"),
            choices={"a": Text(zh="甲", en="Alpha"), "b": Text(zh="乙", en="Beta")},
            default="a",
        ),
        Field(key="count", label=Text(zh="数量", en="Count"), type="integer", unit="个", aliases=("n", "pop")),
        Field(key="width", label=Text(zh="宽度", en="Width"), type="number", unit="m"),
        Field(key="bearing", label=Text(zh="方位", en="Bearing"), type="number", unit="°"),
        Field(key="built", label=Text(zh="建成", en="Built"), type="date"),
        Field(key="lit", label=Text(zh="有灯", en="Lit"), type="boolean"),
        Field(key="note", label=Text(zh="备注", en="Note")),
        Field(key="keeper", label=Text(zh="管理员", en="Keeper"), access="personal"),
        Field(key="length_m", label=Text(zh="长度", en="Length"), type="number", unit="m", measured="length"),
    ),
    style=Style(colour="#000000"),
)
NEEDED = Layer(
    key="needed",
    label=Text(zh="必填", en="Needed"),
    geometry=POINT,
    fields=(Field(key="owner", label=Text(zh="业主", en="Owner"), required=True),),
    style=Style(colour="#000000"),
)


def clean(columns: dict[str, list[Any]], shapes: list[Any] | None = None, to: Layer = MADE_UP) -> CleanFeatures:
    count = len(next(iter(columns.values()))) if columns else len(shapes or [])
    frame = gpd.GeoDataFrame(
        columns, geometry=shapes or list(shapely.points([[121.5 + i / 100, 31.3] for i in range(count)])), crs="EPSG:4326"
    )
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return clean_features(frame, to, CRS)


def props(found: CleanFeatures) -> dict[str, Any]:
    return dict(found.features["props"].iloc[0])


@pytest.mark.parametrize(
    ("column", "value", "key", "wanted"),
    [
        ("kind", "b", "kind", "b"),
        ("种类", "乙", "kind", "b"),
        ("KIND", "beta", "kind", "b"),
        ("kind", None, "kind", "a"),
        ("数量", "12", "count", 12),
        ("n", 12.0, "count", 12),
        ("Count", "1,234个", "count", 1234),
        ("width", "2.5 m", "width", 2.5),
        ("宽度", "2.5米", "width", 2.5),
        ("width", 3, "width", 3.0),
        ("bearing", "NE", "bearing", 45.0),
        ("bearing", "西南", "bearing", 225.0),
        ("bearing", "90°", "bearing", 90.0),
        ("built", "2017年10月31日", "built", "2017-10-31"),
        ("built", "2017/10/31", "built", "2017-10-31"),
        ("built", pd.Timestamp("2017-10-31"), "built", "2017-10-31"),
        ("lit", "是", "lit", True),
        ("lit", False, "lit", False),
        ("note", " 电话13800138000 ", "note", "电话〔手机号〕"),
        ("note", "a\x00b", "note", "ab"),
    ],
)
def test_fields_by_any_of_their_names(column: str, value: Any, key: str, wanted: Any) -> None:
    found = clean({column: [value]})
    assert found.rejects.empty
    assert props(found)[key] == wanted
    assert type(props(found)[key]) is type(wanted)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("kind", "丙", "the value 丙 of kind is not a, b"),
        ("count", "many", "the value many of count is not a whole number"),
        ("count", "2.5", "is not a whole number"),
        ("width", "wide", "is not a number"),
        ("bearing", "90;180", "the value 90;180 of bearing"),
        ("built", "soon", "is not a date"),
        ("lit", "perhaps", "is not yes or no"),
        ("retired_on", "later", "the value later of retired_on is not a date"),
        ("code", "x" * 81, "the code is longer than 80"),
    ],
)
def test_values_that_do_not_fit(column: str, value: str, reason: str) -> None:
    found = clean({column: [value, None], "name": ["one", "two"]})
    assert found.rejects["row"].to_list() == [1]
    assert reason in found.rejects["reason"].iloc[0]
    assert "name=one" in found.rejects["raw"].iloc[0]
    assert found.features["name"].to_list() == ["two"]


def test_required_fields() -> None:
    found = clean({"业主": ["某公司", ""]}, to=NEEDED)
    assert found.rejects["row"].to_list() == [2]
    assert "the required field owner is empty" in found.rejects["reason"].iloc[0]


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        pytest.param({"Code": ["A", "B"], "id": [1, 2]}, ["A", "B"], id="code before id"),
        pytest.param({"编号": [1.0, 2.0]}, ["1", "2"], id="number of a float column"),
        pytest.param({"东西编号": ["A", "B"]}, ["A", "B"], id="the layer's own word"),
        pytest.param({"osm_id": ["12", "13"], "fid": [1, 2]}, ["12", "13"], id="osm_id before fid"),
        pytest.param({"name": ["one", "two"]}, ["one", "two"], id="name"),
        pytest.param({"code": ["A", None], "名称": ["one", "two"]}, ["A", "two"], id="name where there is no code"),
    ],
)
def test_codes(columns: dict[str, list[Any]], codes: list[str]) -> None:
    assert clean(columns).features["code"].to_list() == codes


def test_codes_of_shapes_are_stable() -> None:
    ring = [(121.51, 31.31), (121.52, 31.31), (121.52, 31.32)]
    area = Layer(key="areas", label=Text(zh="区", en="Areas"), geometry=POLYGON, style=Style(colour="#000000"))
    turned = [shapely.Polygon(ring), shapely.Polygon([*ring[1:], ring[0]]), shapely.Polygon([(x + 1e-10, y) for x, y in ring[::-1]])]
    codes = [clean({}, [shape], area).features["code"].iloc[0] for shape in turned]
    assert len(set(codes)) == 1
    assert clean({"name": ["same", "same"]}).features["code"].is_unique


def test_one_code_twice() -> None:
    found = clean({"code": ["A", "B", "A"]})
    assert found.features["code"].to_list() == ["A", "B"]
    assert "the code A is the same as in row 1" in found.rejects["reason"].iloc[0]
    # a row that is refused for something else gives its code to the next
    again = clean({"code": ["A", "A"], "kind": ["丙", "甲"]})
    assert again.rejects["row"].to_list() == [1]


@pytest.mark.parametrize(
    ("shape", "reason"),
    [(None, "no shape"), (shapely.Point(), "no shape"), (SQUARE, "the shape is a Polygon, wanted LineString/MultiLineString/Point")],
)
def test_shapes_that_the_layer_does_not_take(shape: Any, reason: str) -> None:
    found = clean({"code": ["A", "B"]}, [shape, POINT_AT])
    assert found.features["code"].to_list() == ["B"]
    assert reason in found.rejects["reason"].iloc[0]


def test_length_is_measured_where_the_file_does_not_say() -> None:
    found = clean({"code": ["A", "B"], "长度": ["44.06", None]}, [STREET, STREET.reverse()])
    assert [line["length_m"] for line in found.features["props"]] == [44.06, pytest.approx(110.87, abs=0.1)]


def test_a_parking_area_is_as_long_as_its_longer_side() -> None:
    # 0.001 degrees of longitude are 95.2 m here
    found = clean({"code": ["A"]}, [SQUARE], layer("bikes"))
    assert props(found)["length_m"] == pytest.approx(110.87, abs=0.2)


def test_people_are_left_out() -> None:
    found = clean({"管理员": ["某甲", "某乙"], "name": ["找13800138000", "b"], "kind": ["甲", "丙"]})
    told = found.features.to_csv() + found.rejects.to_csv()
    assert not any(word in told for word in ("某甲", "某乙", "13800138000"))
    assert found.removed == Counter({"column:keeper": 2, "mobile": 1})


def test_what_the_layer_does_not_want_is_told() -> None:
    found = clean({"code": ["A"], "colour": ["red"], "开始日期": ["2017-01-05"]})
    assert list(found.notes) == ["未使用的列：colour / columns not used: colour"]
    assert found.features["opened_on"].to_list() == [date(2017, 1, 5)]
    assert found.features["retired_on"].to_list() == [None]
    assert list(found.features.columns) == ["code", "name", "props", "geometry", "opened_on", "retired_on"]
    assert found.features.crs.to_epsg() == 4326


def test_rows_of_a_table_that_do_not_fit() -> None:
    frame = gpd.GeoDataFrame({"code": ["A"]}, geometry=[POINT_AT], crs="EPSG:4326", index=[2])
    frame.attrs["broken"] = [(3, "why", ["B", "13800138000"])]
    found = clean_features(frame, MADE_UP, CRS)
    assert found.rejects.to_numpy().tolist() == [[3, "why", "B | 〔手机号〕"]]


@pytest.mark.parametrize("key", sorted(layers()))
def test_every_layer_takes_its_own_words(key: str) -> None:
    one = layers()[key]
    shape = next(SHAPES[kind] for kind in sorted(one.geometry, reverse=True) if kind in SHAPES)
    values = {"text": "某处", "integer": "7", "number": "12.5", "date": "2017-10-31", "boolean": "是"}
    given_ = {field.label.zh: next(iter(field.choices.values())).zh if field.choices else values[field.type] for field in one.fields}
    found = clean({"编号": ["甲-1"], "名称": ["某某"], **{name: [value] for name, value in given_.items()}}, [shape], one)
    assert found.rejects.empty
    assert (found.features["code"].iloc[0], found.features["name"].iloc[0]) == ("甲-1", "某某")
    wanted = {field.key for field in one.fields if field.access != "personal"}
    assert set(props(found)) == wanted
    for field in one.fields:
        assert not field.choices or props(found)[field.key] in field.choices


cells = st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["12", "甲", "2017-10-31", "NE", "是", "1e999", "nan"]))


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(
        st.fixed_dictionaries(dict.fromkeys(("code", "name", "kind", "count", "width", "built", "lit"), cells)), min_size=1, max_size=4
    )
)
def test_every_feature_is_somewhere_once(lines: list[dict[str, Any]]) -> None:
    found = clean({name: [line[name] for line in lines] for name in lines[0]})
    assert sorted([*found.features.index, *found.rejects["row"]]) == list(range(1, len(lines) + 1))
    assert found.features["code"].is_unique
    assert found.features["code"].notna().all()


def test_real_layers(shared_data: Any) -> None:
    zones = clean_features(read_shapes(shared_data / "boston-neighbourhoods.geojson").set_crs(4326), layer("zones"), "EPSG:26986")
    assert (len(zones.features), len(zones.rejects)) == (26, 0)
    assert "Roslindale" in zones.features["code"].to_list()
    for key, count in (("rivers", 116), ("bikes", 52), ("cameras", 62)):
        one = layer(key)
        frame = read_shapes(shared_data / "shanghai-osm-yangpu.gpkg", names=(one.key, *one.aliases))
        found = clean_features(frame, one, CRS)
        assert (len(found.features), len(found.rejects)) == (count, 0)
        assert all(line.get("length_m", 1) > 0 for line in found.features["props"])
