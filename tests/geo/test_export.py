"""What is taken away comes back: GeoPackage and GeoJSON hold every feature, and nothing that must stay."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.export import export_features, write_geojson, write_geopackage
from geo.layers import Field, layer, layers
from i18n import Text

ABOUT = {"source": "新江湾城街道（演示）", "note": "演示数据，均为虚构", "attribution": "© OpenStreetMap contributors (ODbL)"}
# drawn clockwise, with a hole drawn counterclockwise: both against RFC 7946
WRONG_WAY = shapely.Polygon(
    [(121.49, 31.31), (121.49, 31.32), (121.50, 31.32), (121.50, 31.31)],
    [[(121.493, 31.313), (121.497, 31.313), (121.497, 31.317), (121.493, 31.317)]],
)
LINE = shapely.LineString([(121.123456789, 31.3), (121.5, 31.3123456789)])


def frame(**columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[WRONG_WAY, LINE], crs="EPSG:4326")


FRAME = frame(
    code=["W1", "W2"],
    name=["“国权北路”=1+1", None],
    cases=[28, np.int64(0)],
    length=[1.5, np.nan],
    day=[pd.Timestamp("2017-06-20"), pd.NaT],
)


def test_the_geojson_is_as_the_rfc_wants_it() -> None:
    found = json.loads(write_geojson(FRAME, name="weak_areas", about=ABOUT))
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert found["note"] == "演示数据，均为虚构"
    assert found["attribution"].startswith("© OpenStreetMap")
    first, second = found["features"]
    outer, hole = (shapely.LinearRing(ring) for ring in first["geometry"]["coordinates"])
    assert (outer.is_ccw, hole.is_ccw) == (True, False)
    assert first["properties"] == {"code": "W1", "name": "“国权北路”=1+1", "cases": 28, "length": 1.5, "day": "2017-06-20T00:00:00"}
    assert second["properties"] == {"code": "W2", "name": None, "cases": 0, "length": None, "day": None}
    assert second["geometry"]["coordinates"] == [[121.1234568, 31.3], [121.5, 31.3123457]]


def test_both_files_open_with_every_feature(tmp_path: Path) -> None:
    files = {
        "a.geojson": write_geojson(FRAME, name="weak", about=ABOUT),
        "a.gpkg": write_geopackage(FRAME, name="weak", title="薄弱", about=ABOUT),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        read = pyogrio.read_dataframe(tmp_path / name)
        assert read.crs.to_epsg() == 4326
        assert read["code"].tolist() == ["W1", "W2"]
        assert read["cases"].tolist() == [28, 0]
        assert read["name"][0] == "“国权北路”=1+1"
        assert shapely.normalize(read.geometry[0]).equals_exact(shapely.normalize(WRONG_WAY), 1e-7)
    info = pyogrio.read_info(tmp_path / "a.gpkg")
    assert pyogrio.list_layers(tmp_path / "a.gpkg")[0][0] == "weak"
    assert info["layer_metadata"]["IDENTIFIER"] == "薄弱"
    assert info["dataset_metadata"]["note"] == ABOUT["note"]


@pytest.mark.parametrize("key", layers())
def test_any_layer_leaves_with_its_declared_fields_alone(key: str, tmp_path: Path) -> None:
    one = layer(key)
    props = {field.key: field.default for field in one.fields} | {"phone": "not declared"}
    shape = {"Point": shapely.Point(121.5, 31.3), "LineString": LINE}.get(sorted(one.geometry)[0], WRONG_WAY)
    features = gpd.GeoDataFrame(
        {"layer": key, "code": ["X1"], "name": ["一"], "props": [props], "cases": [3]}, geometry=[shape], crs="EPSG:4326"
    )
    left = export_features(features, one)
    public = [field.key for field in one.fields if field.access == "public" and field.key not in {"code", "name"}]
    assert list(left.columns) == ["code", "name", *public, "cases", "geometry"]
    (tmp_path / "x.gpkg").write_bytes(write_geopackage(left, name=key, title=one.label.zh, about=ABOUT))
    assert len(pyogrio.read_dataframe(tmp_path / "x.gpkg")) == 1


def test_personal_and_sensitive_fields_stay_unless_the_role_may_see_them() -> None:
    secret = Field(key="owner", label=Text(zh="业主", en="Owner"), access="personal")
    guarded = Field(key="key_code", label=Text(zh="门禁", en="Door code"), access="sensitive")
    one = replace(layer("weak_areas"), fields=(secret, guarded, *layer("weak_areas").fields))
    features = FRAME.assign(props=[{"owner": "某人", "key_code": "1", "step": "sealed"}, None])
    assert {"owner", "key_code"}.isdisjoint(export_features(features, one).columns)
    assert export_features(features, one, sensitive=True)["owner"].dropna().tolist() == ["某人"]


def test_metres_are_refused() -> None:
    with pytest.raises(ValueError, match="project them to EPSG:4326"):
        write_geojson(FRAME.to_crs("EPSG:4549"), name="x", about={})


VALUES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_infinity=True, allow_nan=True) | st.text(max_size=8)


@given(st.lists(VALUES, min_size=2, max_size=2))
def test_any_value_leaves_as_json(values: list[object]) -> None:
    read = json.loads(write_geojson(frame(value=values), name="x", about={}))
    for value, one in zip(values, read["features"], strict=True):
        found = one["properties"]["value"]
        if isinstance(value, float) and not np.isfinite(value):
            assert found is None
        else:
            assert found == value
