"""Sound shapes pass, doubtful ones are refused by name, and what the zones leave open is found."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import wkt

from config import ROOT
from geo.crs import project_shapes
from geo.layers import LINE, POINT, POLYGON
from geo.repair import check_coverage, repair

CRS = "EPSG:4549"
NEIGHBOURHOODS = ROOT.parent / "shared" / "data" / "boston-neighbourhoods.geojson"


def frame(*shapes: str | None, **columns: list[object]) -> gpd.GeoDataFrame:
    """Shapes given as WKT in units of 0.001° from 121.5, 31.3; numbers that are no degrees stay what they are."""
    made = [None if text is None else wkt.loads(text) for text in shapes]
    placed = [None if one is None else shapely.transform(one, lambda xy: xy / 1000 + (121.5, 31.3)) for one in made]
    return gpd.GeoDataFrame(columns, geometry=placed, crs="EPSG:4326", index=range(10, 10 + len(made)))


@pytest.mark.parametrize(
    ("shape", "geometry", "reason"),
    [
        pytest.param(None, POLYGON, "it has no shape", id="missing"),
        pytest.param("POLYGON EMPTY", POLYGON, "it has no shape", id="empty"),
        pytest.param("POINT (1 1)", POLYGON, "its shape is a Point; wanted MultiPolygon, Polygon", id="a point among zones"),
        pytest.param("GEOMETRYCOLLECTION (POINT (1 1))", POLYGON, "its shape is a GeometryCollection", id="a collection"),
        pytest.param("MULTIPOINT ((1 1), (2 2))", POINT, "its shape is a MultiPoint", id="two points in one"),
        pytest.param("POINT (nan 1)", POINT, "not finite", id="not a number"),
        pytest.param("LINESTRING (0 0, 1 inf)", LINE, "not finite", id="infinite"),
        pytest.param("POINT (640000000 3468000000)", POINT, "no degrees; check the datum", id="metres taken for degrees"),
        pytest.param("LINESTRING (1 1, 1 1)", LINE, "the line has no length", id="a line that is a point"),
        pytest.param("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", POLYGON, "would change its area", id="a bow tie"),
        pytest.param(
            "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 5, 3 4, 3 6, 0 5, 0 0))", POLYGON, "would change its area", id="a loop: a hole, or twice?"
        ),
        pytest.param("POLYGON ((0 0, 5 0, 5 0, 0 0))", POLYGON, "would change its area", id="a ring without area"),
        pytest.param(
            "MULTIPOLYGON (((0 0, 10 0, 10 10, 0 10, 0 0)), ((5 5, 15 5, 15 15, 5 15, 5 5)))",
            POLYGON,
            "would change its area",
            id="two parts that overlap by a quarter",
        ),
    ],
)
def test_refused_by_name_with_the_reason(shape: str | None, geometry: frozenset[str], reason: str) -> None:
    checked = repair(frame(shape, name=["责任区07"]), CRS, geometry)
    assert checked.frame.empty
    assert checked.notes == {}
    assert checked.refused[10].en.startswith("责任区07: ")
    assert reason in checked.refused[10].en
    assert checked.refused[10].zh.startswith("责任区07：")


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param("POLYGON ((0 0, 10 0, 10 10, 5 10, 5 12, 5 10, 0 10, 0 0))", id="a spike"),
        pytest.param("POLYGON ((0 0, 10 0, 10 10, 5 5, 0 10, 5 5, 0 0))", id="a ring that runs along itself"),
        pytest.param("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 5, 3 6, 3 4, 0 5, 0 0))", id="a hole drawn as part of the ring"),
        pytest.param("POLYGON ((0 0, 10 0, 10 10, 10.01 10.01, 10 10.01, 10.01 10, 0 10, 0 0))", id="a tiny loop"),
    ],
)
def test_mended_where_the_meaning_is_plain(shape: str) -> None:
    given_frame = frame(shape, "POINT (1 1)", code=["Z1", "Z2"])
    checked = repair(given_frame, CRS)
    assert checked.refused == {}
    assert list(checked.notes) == [10]
    assert "repaired" in checked.notes[10].en
    assert checked.frame.geometry[10].is_valid
    assert checked.frame.geometry[10].geom_type in POLYGON
    before, after = shapely.area(project_shapes([given_frame.geometry[10], checked.frame.geometry[10]], CRS))
    assert after == pytest.approx(before, rel=0.001)


def test_sound_shapes_pass_as_they_are_without_heights() -> None:
    given_frame = frame("POLYGON ((0 0, 1 0, 1 1, 0 0))", "POINT Z (1 1 5)", "MULTIPOINT ((1 1))", "LINESTRING (0 0, 1 1)")
    checked = repair(given_frame, CRS)
    assert (checked.refused, checked.notes) == ({}, {})
    assert checked.frame.geom_type.tolist() == ["Polygon", "Point", "Point", "LineString"]
    assert not checked.frame.has_z.any()
    assert checked.frame.geometry[10].equals(given_frame.geometry[10])


@pytest.mark.skipif(not NEIGHBOURHOODS.parent.exists(), reason="the folder of real data is not here")
def test_boston_has_four_invalid_neighbourhoods_and_all_are_repaired() -> None:
    neighbourhoods = gpd.read_file(NEIGHBOURHOODS)
    checked = repair(neighbourhoods, "EPSG:32619", POLYGON)
    assert len(checked.frame) == 26
    assert checked.frame.is_valid.all()
    assert checked.refused == {}
    assert [neighbourhoods["name"][row] for row in checked.notes] == ["Hyde Park", "East Boston", "Downtown", "Beacon Hill"]


SQUARE = "POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))"
LEFT, RIGHT = "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))", "POLYGON ((1 0, 2 0, 2 1, 1 1, 1 0))"


@pytest.mark.parametrize(
    ("right", "kinds"),
    [
        pytest.param(RIGHT, [], id="exact"),
        pytest.param("POLYGON ((1 0, 2 0, 2 1, 1 1, 1 0.5, 1 0))", [], id="a vertex more on the border"),
        pytest.param("POLYGON ((1.1 0, 2 0, 2 1, 1.1 1, 1.1 0))", [("gap", "A, B")], id="a strip of 10 m left out"),
        pytest.param("POLYGON ((0.9 0, 2 0, 2 1, 0.9 1, 0.9 0))", [("overlap", "A, B")], id="a strip of 10 m twice"),
        pytest.param("POLYGON ((1.0001 0, 2 0, 2 1, 1.0001 1, 1.0001 0))", [], id="a centimetre of rounding"),
        pytest.param("POLYGON ((1.001 0, 2 0, 2 1, 1.001 1, 1.001 0))", [("gap", "A, B")], id="ten centimetres are a gap"),
        pytest.param("POLYGON ((1 0, 3 0, 3 1, 1 1, 1 0))", [], id="beyond the boundary"),
    ],
)
def test_coverage(right: str, kinds: list[tuple[str, str]]) -> None:
    boundary = frame(SQUARE).geometry[10]
    found = check_coverage(frame(LEFT, right, code=["A", "B"]), boundary, CRS)
    assert list(zip(found["kind"], found["codes"], strict=True)) == kinds
    assert list(found.columns) == ["kind", "square_metres", "codes", "geometry"]
    assert str(found.crs) == "EPSG:4326"


@given(width=st.floats(0.02, 0.4), height=st.floats(0.02, 0.9))
def test_a_hole_is_found_with_its_area(width: float, height: float) -> None:
    hole = shapely.box(0.3, 0.05, 0.3 + width, 0.05 + height)
    zone = shapely.box(0, 0, 1, 1).difference(hole)
    found = check_coverage(frame(zone.wkt, code=["A"]), frame(LEFT).geometry[10], CRS)
    area = shapely.area(project_shapes(frame(hole.wkt).geometry, CRS))[0]
    assert found["square_metres"].tolist() == pytest.approx([area], rel=1e-6)
    assert found["codes"].tolist() == ["A"]
