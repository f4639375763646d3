"""Metres come from the right zone, and agree with the ellipsoid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from geo.crs import metric_crs, project, project_shapes, to_metres, unproject

EARTH = Geod(ellps="WGS84")


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        pytest.param(121.4, 31.3, "EPSG:4549", id="west Shanghai"),
        pytest.param(121.52, 31.34, "EPSG:4549", id="Shanghai east of 121.5° stays in the city's zone"),
        pytest.param(121.55, 29.87, "EPSG:4550", id="Ningbo"),
        pytest.param(75.0, 39.0, "EPSG:4534", id="the westernmost zone"),
        pytest.param(134.5, 48.3, "EPSG:4554", id="the easternmost zone"),
        pytest.param(116.4, 39.9, "EPSG:4548", id="Beijing"),
        pytest.param(-71.06, 42.36, "EPSG:32619", id="Boston"),
        pytest.param(151.2, -33.9, "EPSG:32756", id="Sydney"),
        pytest.param(180.0, 0.0, "EPSG:32601", id="the date line"),
    ],
)
def test_zone(lon: float, lat: float, crs: str) -> None:
    assert metric_crs(lon, lat) == crs


@pytest.mark.parametrize("meridian", range(75, 136, 3))
def test_chinese_zone_has_its_central_meridian(meridian: int) -> None:
    crs = CRS.from_user_input(metric_crs(min(max(meridian, 73.7), 134.7), 35))
    assert crs.name == f"CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E"


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 85), (0, -81), (float("nan"), 31), (121, float("nan"))])
def test_out_of_range_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="wanted -180 to 180"):
        metric_crs(lon, lat)


@given(lon=st.floats(121.0, 122.0), lat=st.floats(30.8, 31.6), azimuth=st.floats(0, 360), metres=st.floats(1, 5000))
def test_shanghai_metres_are_within_a_thousandth_of_the_ellipsoid(lon: float, lat: float, azimuth: float, metres: float) -> None:
    far_lon, far_lat, _ = EARTH.fwd(lon, lat, azimuth, metres)
    x, y = project([lon, far_lon], [lat, far_lat], metric_crs(lon, lat))
    assert np.hypot(np.diff(x), np.diff(y))[0] == pytest.approx(metres, rel=1e-3)


@given(lon=st.floats(-179, 179), lat=st.floats(-79, 83))
def test_there_and_back(lon: float, lat: float) -> None:
    crs = metric_crs(lon, lat)
    back_lon, back_lat = unproject(*project(lon, lat, crs), crs)
    assert (float(back_lon), float(back_lat)) == pytest.approx((lon, lat), abs=1e-9)


def test_shapes_and_frames_project_alike() -> None:
    points = gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=[shapely.Point(121.5, 31.3), None], crs="EPSG:4326", index=[7, 8])
    metric = to_metres(points, "EPSG:4549")
    assert metric.index.tolist() == [7, 8]
    shapes = project_shapes(points.geometry, "EPSG:4549")
    assert shapes[0].equals_exact(metric.geometry[7], 1e-6)
    assert shapes[1] is None


def test_errors_say_what_was_wanted() -> None:
    points = gpd.GeoDataFrame(geometry=[shapely.Point(121.5, 31.3)])
    with pytest.raises(ValueError, match=r"no CRS; .*EPSG:4326"):
        to_metres(points, "EPSG:4549")
    with pytest.raises(ValueError, match=r"EPSG:2249 counts in US survey foot; wanted a projected CRS in metres"):
        to_metres(points.set_crs(4326), "EPSG:2249")
    with pytest.raises(ValueError, match="EPSG:4490 counts in degree"):
        project(121.5, 31.3, "EPSG:4490")
