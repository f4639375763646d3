"""A camera's direction comes in as a code or as a figure, under any of its headings, and a code keeps its doubt."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo.layers import layer
from geo.sector import sight_of
from ingest.clean import clean_features

CAMERAS = layer("cameras")


@pytest.mark.parametrize(
    ("columns", "bearing", "doubt"),
    [
        pytest.param({"direction": ["NE"]}, 45, 22.5, id="a code"),
        pytest.param({"朝向": ["西南"]}, 225, 22.5, id="in Chinese"),
        pytest.param({"camera:direction": [135]}, 135, 0, id="a figure"),
        pytest.param({"bearing_deg": ["NE"]}, 45, 22.5, id="a code where a figure belongs"),
        pytest.param({"方位角": ["45°"]}, 45, 0, id="a figure with its unit"),
        pytest.param({"方位角": [50], "朝向": ["NE"]}, 50, 0, id="both: the measured one"),
        pytest.param({"方位角": [None], "朝向": ["NNW"]}, 337.5, 11.25, id="only the code is filled in"),
        pytest.param({"方位角": ["东"], "朝向": [None]}, 90, 22.5, id="only the other is filled in"),
        pytest.param({}, None, 0, id="nothing"),
    ],
)
def test_directions(columns: dict[str, list[Any]], bearing: float | None, doubt: float) -> None:
    frame = gpd.GeoDataFrame({"code": ["C1"], **columns}, geometry=[shapely.Point(121.5, 31.3)], crs="EPSG:4326", index=[1])
    found = clean_features(frame, CAMERAS, "EPSG:4549")
    assert found.rejects.empty
    sight = sight_of(found.features["props"].iloc[0], CAMERAS)
    assert (sight.bearing_deg, sight.doubt_deg) == (bearing, doubt)


def test_pixels_come_in_or_are_those_of_1080p() -> None:
    shapes = [shapely.Point(121.5, 31.3), shapely.Point(121.6, 31.3)]
    frame = gpd.GeoDataFrame({"code": ["C1", "C2"], "水平像素": ["3,840", None]}, geometry=shapes, crs="EPSG:4326", index=[1, 2])
    found = clean_features(frame, CAMERAS, "EPSG:4549").features["props"]
    assert [sight_of(props, CAMERAS, 25).range_m for props in found] == pytest.approx([76.8, 38.4])
