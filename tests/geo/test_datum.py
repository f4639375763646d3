"""Datums: exact both ways, equal to an independent implementation, and recognised or refused but never mistaken."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import prcoords
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from config import ROOT
from geo.crs import project, project_shapes, unproject
from geo.datum import (
    Bd09,
    Control,
    Datum,
    Epsg,
    Gcj02,
    Pair,
    Reading,
    Reference,
    Wgs84,
    convert_frame,
    detect_datum,
    fit_control,
    from_wgs84,
    looks_projected,
    looks_swapped,
    parse_datum,
    swapped_points,
    to_wgs84,
)
from geo.datum.china import EAST, NORTH, SOUTH, WEST

EARTH = Geod(ellps="WGS84")
OSM = ROOT.parent / "shared" / "data" / "shanghai-osm-yangpu.gpkg"
READINGS = [pytest.param(Wgs84(), id="wgs84"), pytest.param(Gcj02(), id="gcj02"), pytest.param(Bd09(), id="bd09")]
SHIFTED = READINGS[1:]
# a Shanghai grid system's two control points, longitudes as a Chinese web map shows them
SHANGHAI_GRID = "control:-31611.92,4085.66=121.140153,31.270066;-26217.90,449.24=121.196344,31.237263@gcj02"
LONGITUDES, LATITUDES = st.floats(-180, 180), st.floats(-90, 90)
BESIDE_THE_BOX = st.one_of(st.floats(-0.3, 0.3), st.floats(-1e-6, 1e-6))


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        pytest.param("wgs84", Wgs84(), id="wgs84"),
        pytest.param(" WGS-84 ", Wgs84(), id="as people write it"),
        pytest.param("gcj02", Gcj02(), id="gcj02"),
        pytest.param("BD-09", Bd09(), id="bd09"),
        pytest.param("epsg:4549", Epsg(4549), id="a code"),
        pytest.param("control:0,0=121,31;10,-5.5=121.1,30.9", Control((Pair(0, 0, 121, 31), Pair(10, -5.5, 121.1, 30.9))), id="control"),
        pytest.param(
            "control: 0, 0 = 121, 31 ; 1000,0=121.1,31; 0,1000=121,31.1 @GCJ-02;",
            Control((Pair(0, 0, 121, 31), Pair(1000, 0, 121.1, 31), Pair(0, 1000, 121, 31.1)), Gcj02()),
            id="three points of a web map",
        ),
    ],
)
def test_spelling(text: str, datum: Datum) -> None:
    assert parse_datum(text) == datum
    assert parse_datum(str(datum)) == datum


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("", "datum '' is not known; wanted wgs84, gcj02, bd09, EPSG:n", id="nothing"),
        pytest.param("mars", "datum 'mars' is not known", id="a planet"),
        pytest.param("EPSG:abc", "is not known", id="no number"),
        pytest.param("control:1,2=121,31", "1 control point", id="one point"),
        pytest.param("control:1,2=121", "'1,2=121' is not of the form x,y=lon,lat", id="half a point"),
        pytest.param("control:1,2=31,121;3,4=31,122", "not a longitude and a latitude", id="latitude first"),
        pytest.param("control:1,2=121,31;1,2=121.1,31.1", "coincide", id="the same grid point twice"),
        pytest.param("control:1,2=121,31;100,200=121,31", "coincide", id="the same place twice"),
        pytest.param("control:0,0=121,31@gcj02;9,9=121.1,31@bd09", "name two datums, bd09 and gcj02", id="two datums"),
        pytest.param("control:0,0=121,31;9,9=121.1,31@mars", "'mars' are not known", id="points of a planet"),
    ],
)
def test_what_cannot_be_read_says_so(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=r"wanted|two datums") as caught:
        parse_datum(text)
    assert complaint in str(caught.value)


@given(lon=st.floats(73, 135), lat=st.floats(4, 53.5))
def test_shift_equals_an_independent_implementation(lon: float, lat: float) -> None:
    for datum, forward in ((Gcj02(), prcoords.wgs_gcj), (Bd09(), prcoords.wgs_bd)):
        wanted = forward(prcoords.Coords(lat, lon))
        assert from_wgs84(lon, lat, datum) == (pytest.approx(wanted.lon, abs=1e-9), pytest.approx(wanted.lat, abs=1e-9))


@pytest.mark.parametrize("datum", SHIFTED)
@given(lon=LONGITUDES, lat=LATITUDES)
def test_both_ways_exact_anywhere(datum: Reading, lon: float, lat: float) -> None:
    assert to_wgs84(*from_wgs84(lon, lat, datum), datum) == (pytest.approx(lon, abs=1e-9), pytest.approx(lat, abs=1e-9))
    assert from_wgs84(*to_wgs84(lon, lat, datum), datum) == (pytest.approx(lon, abs=1e-9), pytest.approx(lat, abs=1e-9))


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize("corner", [(WEST, 30), (EAST, 30), (105, SOUTH), (105, NORTH), (WEST, SOUTH), (EAST, NORTH)])
@given(east=BESIDE_THE_BOX, north=BESIDE_THE_BOX)
def test_both_ways_exact_beside_the_box(datum: Reading, corner: tuple[float, float], east: float, north: float) -> None:
    lon, lat = corner[0] + east, corner[1] + north
    assert to_wgs84(*from_wgs84(lon, lat, datum), datum) == (pytest.approx(lon, abs=1e-9), pytest.approx(lat, abs=1e-9))
    assert from_wgs84(*to_wgs84(lon, lat, datum), datum) == (pytest.approx(lon, abs=1e-9), pytest.approx(lat, abs=1e-9))


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize("place", [(-71.06, 42.36), (139.7, 35.7), (WEST, 30.0), (105.0, NORTH), (0.0, 0.0)])
def test_outside_china_nothing_moves(datum: Reading, place: tuple[float, float]) -> None:
    assert from_wgs84(*place, datum) == place
    assert to_wgs84(*place, datum) == place


@pytest.mark.parametrize("datum", SHIFTED)
def test_missing_values_stay_missing_and_arrays_keep_their_form(datum: Reading) -> None:
    lon, lat = np.array([[121.5, np.nan], [np.inf, -71.0]]), np.array([[31.3, 31.3], [31.3, 42.0]])
    for convert in (to_wgs84, from_wgs84):
        x, y = convert(lon, lat, datum)
        assert x.shape == y.shape == (2, 2)
        assert np.isfinite(x).tolist() == [[True, False], [False, True]]
        assert (x[1, 1], y[1, 1]) == (-71.0, 42.0)
        assert convert([], [], datum)[0].shape == (0,)


@given(lon=st.floats(121.2, 121.8), lat=st.floats(31.0, 31.4))
def test_gcj02_lies_459_to_497_metres_off_in_shanghai(lon: float, lat: float) -> None:
    _, _, metres = EARTH.inv(lon, lat, *from_wgs84(lon, lat, Gcj02()))
    assert 459 <= metres <= 497


def test_gcj02_in_the_subdistrict() -> None:
    lon, lat = from_wgs84(121.51, 31.33, Gcj02())
    assert (float(lon) - 121.51, float(lat) - 31.33) == (pytest.approx(0.0045, abs=2e-4), pytest.approx(-0.0020, abs=1e-4))


def test_the_shanghai_grid_starts_near_peoples_square() -> None:
    datum = parse_datum(SHANGHAI_GRID)
    assert isinstance(datum, Control)
    fit = fit_control(datum)
    # the two points are 6.5 km apart and some 30 m inexact, which the scale betrays; 32 km away that grows to 170 m
    assert (fit.scale, fit.rotation_deg) == (pytest.approx(0.995, abs=1e-4), pytest.approx(-0.07, abs=0.01))
    assert fit.residual_m == pytest.approx(0, abs=1e-6)
    origin = to_wgs84(0, 0, datum)
    assert EARTH.inv(*map(float, origin), 121.4673, 31.23515)[2] < 200
    for pair in datum.pairs:
        place = to_wgs84(pair.x, pair.y, datum)
        assert EARTH.inv(*map(float, place), *map(float, to_wgs84(pair.lon, pair.lat, Gcj02())))[2] < 0.001


@given(x=st.floats(-40_000, 40_000), y=st.floats(-40_000, 40_000))
def test_control_points_are_exact_both_ways(x: float, y: float) -> None:
    datum = parse_datum(SHANGHAI_GRID)
    assert from_wgs84(*to_wgs84(x, y, datum), datum) == (pytest.approx(x, abs=1e-3), pytest.approx(y, abs=1e-3))


@given(
    turn=st.floats(-180, 180),
    scale=st.floats(0.2, 5),
    east=st.floats(-1e5, 1e5),
    place=st.tuples(st.floats(-4e3, 4e3), st.floats(-4e3, 4e3)),
)
def test_two_control_points_give_back_a_turned_grid(turn: float, scale: float, east: float, place: tuple[float, float]) -> None:
    # a known grid, turned, scaled and moved
    def local(x: float, y: float) -> tuple[float, float]:
        there = scale * np.exp(1j * np.radians(turn)) * (complex(x, y) - complex(640_000, 3_468_000)) + east
        return there.real, there.imag

    def pair(x: float, y: float) -> Pair:
        lon, lat = unproject(x, y, "EPSG:4549")
        return Pair(*local(x, y), float(lon), float(lat))

    datum = Control((pair(636_000, 3_464_000), pair(644_000, 3_472_000)))
    x, y = 640_000 + place[0], 3_468_000 + place[1]
    metres = np.hypot(*np.subtract(project(*to_wgs84(*local(x, y), datum), "EPSG:4549"), (x, y)))
    assert metres < 0.25
    assert fit_control(datum).scale == pytest.approx(1 / scale, rel=5e-4)


def test_more_control_points_are_balanced_and_the_largest_miss_is_told() -> None:
    lon, lat = unproject([0 + 640_000, 640_000, 641_000, 641_000], [3_468_000, 3_469_000, 3_468_000, 3_469_000], "EPSG:4549")
    local = [(0, 0), (0, 1000), (1000, 0), (1000, 1004)]
    datum = Control(tuple(Pair(*xy, *place) for xy, place in zip(local, zip(lon.tolist(), lat.tolist(), strict=True), strict=True)))
    assert 1 < fit_control(datum).residual_m < 4


def test_register_codes() -> None:
    lon, lat = to_wgs84([500_000.0], [3_468_000.0], Epsg(4549))
    point = gpd.GeoSeries([shapely.Point(500_000, 3_468_000)], crs=4549).to_crs(4326)[0]
    assert (lon[0], lat[0]) == (pytest.approx(point.x, abs=1e-12), pytest.approx(point.y, abs=1e-12))
    assert from_wgs84(lon, lat, Epsg(4549)) == (pytest.approx([500_000]), pytest.approx([3_468_000]))
    for code, complaint in ((99_999, "not in the register"), (5773, "no plane coordinates"), (4610, "no published way")):
        with pytest.raises(ValueError, match=complaint):
            to_wgs84(0, 0, Epsg(code))


def test_frames_are_converted_vertex_by_vertex() -> None:
    square = shapely.box(121.5, 31.3, 121.51, 31.31)
    sent = gpd.GeoDataFrame(
        {"code": ["a", "b", "c"], "shape": shapely.transform([square, shapely.Point(121.5, 31.3), None], lambda xy: xy)},
        geometry="shape",
        crs=None,
        index=[5, 6, 7],
    )
    sent["shape"] = gpd.GeoSeries(shapely.force_3d(sent["shape"].to_numpy(), 4.0), index=sent.index)
    shifted = sent.set_geometry(
        gpd.GeoSeries(
            shapely.transform(
                sent["shape"].to_numpy(),
                lambda c: np.column_stack([*from_wgs84(c[:, 0], c[:, 1], Bd09()), c[:, 2]]),
                include_z=True,
            ),
            index=sent.index,
            name="shape",
        )
    )
    assert shifted.has_z[5]
    back = convert_frame(shifted, Bd09())
    assert (str(back.crs), back.geometry.name, back.index.tolist()) == ("EPSG:4326", "shape", [5, 6, 7])
    assert back.geometry[5].equals_exact(square, 1e-9)
    assert not back.geometry[5].has_z
    assert back.geometry[7] is None
    assert back["code"].tolist() == ["a", "b", "c"]


# --- recognised or refused, never mistaken -----------------------------------------------------------------------------

BOUNDARY = shapely.Polygon(
    [
        (121.4924, 31.3135),
        (121.4921, 31.3200),
        (121.4866, 31.3219),
        (121.4870, 31.3249),
        (121.4907, 31.3263),
        (121.4945, 31.3274),
        (121.4931, 31.3301),
        (121.4892, 31.3325),
        (121.5012, 31.3480),
        (121.5133, 31.3428),
        (121.5159, 31.3457),
        (121.5185, 31.3446),
        (121.5211, 31.3480),
        (121.5278, 31.3450),
        (121.5280, 31.3425),
        (121.5098, 31.3190),
        (121.5057, 31.3135),
    ]
)


def shifted(shapes: np.ndarray, datum: Datum) -> np.ndarray:
    """Shapes in WGS-84 as a file in that datum would have them."""
    return shapely.transform(shapes, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], datum)))


def scattered(count: int, area: shapely.Geometry, seed: int = 1) -> np.ndarray:
    """Points evenly over an area, in degrees."""
    west, south, east, north = area.bounds
    xy = np.random.default_rng(seed).uniform((west, south), (east, north), (count * 4, 2))
    return shapely.points(xy[shapely.contains_xy(area, xy[:, 0], xy[:, 1])][:count])


def wider(metres: float) -> shapely.Geometry:
    """The boundary and what lies around it."""
    area = project_shapes([BOUNDARY], "EPSG:4549")[0].buffer(metres)
    return shapely.transform(area, lambda xy: np.column_stack(unproject(xy[:, 0], xy[:, 1], "EPSG:4549")))


def zones() -> np.ndarray:
    """31 polygons that cover the boundary."""
    cells = shapely.voronoi_polygons(shapely.multipoints(scattered(31, BOUNDARY)), extend_to=BOUNDARY)
    return shapely.intersection(shapely.get_parts(cells), BOUNDARY)


def outcome(shapes: np.ndarray, datum: Datum, reference: Reference) -> str:
    """recognised, refused or mistaken."""
    verdict = detect_datum(shifted(shapes, datum), reference)
    assert verdict.why.zh
    assert verdict.why.en
    return "refused" if verdict.datum is None else "recognised" if verdict.datum == datum else "mistaken"


@pytest.mark.parametrize("datum", READINGS)
@pytest.mark.parametrize(
    ("shapes", "wanted"),
    [
        pytest.param(lambda: scattered(41_282, BOUNDARY), "recognised", id="the cases of a year"),
        pytest.param(lambda: np.append(scattered(20_000, BOUNDARY), scattered(400, wider(3000))), "recognised", id="2 % geocoded wrongly"),
        pytest.param(zones, "recognised", id="31 zones"),
        pytest.param(lambda: np.array([BOUNDARY]), "recognised", id="the boundary itself"),
        pytest.param(lambda: scattered(12, BOUNDARY), "refused", id="a dozen points"),
        pytest.param(lambda: scattered(5_000, wider(-700)), "refused", id="well inside, away from the border"),
        pytest.param(lambda: scattered(5_000, wider(2000)), "refused", id="wider than the boundary"),
        pytest.param(lambda: scattered(5_000, shapely.Point(121.5, 31.33).buffer(0.003)), "refused", id="one estate"),
        pytest.param(lambda: scattered(5_000, shapely.box(122, 31, 122.1, 31.1)), "refused", id="somewhere else"),
    ],
)
def test_by_the_boundary_alone(shapes, wanted: str, datum: Reading) -> None:
    assert outcome(shapes(), datum, Reference(boundary=BOUNDARY)) == wanted


@pytest.mark.parametrize("seed", range(40))
def test_by_the_boundary_no_odd_layer_is_mistaken(seed: int) -> None:
    random = np.random.default_rng(seed)
    datum = [Wgs84(), Gcj02(), Bd09()][seed % 3]
    west, south, east, north = BOUNDARY.bounds
    cut = shapely.box(west, south, west + (east - west) * random.uniform(0.2, 1), south + (north - south) * random.uniform(0.2, 1))
    layer = scattered(int(random.integers(5, 3000)), wider(random.uniform(-400, 1200)).intersection(cut.buffer(0.005)), seed)
    assert outcome(layer, datum, Reference(boundary=BOUNDARY)) != "mistaken"


@pytest.mark.parametrize("datum", READINGS)
def test_by_the_layer_itself(datum: Reading) -> None:
    points = scattered(60, wider(3000))
    assert outcome(points, datum, Reference(boundary=BOUNDARY, shapes=points)) == "recognised"
    assert outcome(points[:30], datum, Reference(shapes=points)) == "recognised"
    assert outcome(points[:3], datum, Reference(shapes=points)) == "refused"
    assert outcome(points[:30], datum, Reference(boundary=BOUNDARY, shapes=points[30:])) == "refused"


def test_a_single_straight_line_beside_its_like_is_refused() -> None:
    lon, lat = unproject(np.array([640_000.0] * 2), np.array([3_467_000.0, 3_470_000.0]), "EPSG:4549")
    canal = shapely.linestrings(np.column_stack([lon, lat]))
    beside = shapely.transform(canal, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], Gcj02())))
    assert outcome(np.array([beside]), Wgs84(), Reference(shapes=np.array([canal]))) == "refused"


def test_when_boundary_and_layer_disagree_there_is_no_answer() -> None:
    stored_wrongly = Reference(boundary=BOUNDARY, shapes=shifted(zones(), Gcj02()))
    assert detect_datum(shifted(zones(), Gcj02()), stored_wrongly).datum is None


def test_the_verdict_says_by_how_much() -> None:
    verdict = detect_datum(shifted(zones(), Gcj02()), Reference(boundary=BOUNDARY, shapes=zones()))
    assert verdict.datum == Gcj02()
    assert verdict.scores["gcj02"].inside == 1
    assert verdict.scores["gcj02"].metres == pytest.approx(0, abs=0.01)
    assert verdict.scores["wgs84"].inside < 0.95
    assert verdict.why.en.startswith("The coordinates are GCJ-02: as WGS-84 ")
    assert "按GCJ-02：100.0%在辖区边界内，距本图层已有要素0米" in verdict.why.zh


def test_outside_china_it_is_wgs84_at_once() -> None:
    boston = shapely.box(-71.2, 42.2, -71.0, 42.4)
    assert detect_datum(scattered(3, boston), Reference(boundary=boston)).datum == Wgs84()
    assert detect_datum(scattered(3, boston), Reference(boundary=BOUNDARY)).datum == Wgs84()


@pytest.mark.parametrize(
    ("shapes", "reference", "why"),
    [
        pytest.param(scattered(50, BOUNDARY), Reference(), "nothing|no boundary", id="nothing known"),
        pytest.param([], Reference(boundary=BOUNDARY), "no boundary", id="nothing given"),
        pytest.param([None, shapely.Point(), shapely.Point(np.nan, 31)], Reference(boundary=BOUNDARY), "no boundary", id="no places"),
        pytest.param(shapely.points([[640_000, 3_468_000], [-3000, 4000]]), Reference(boundary=BOUNDARY), "metres of a grid", id="metres"),
        pytest.param(shapely.points([[31.33, 121.5]]), Reference(boundary=BOUNDARY), "are swapped", id="latitude first"),
    ],
)
def test_what_cannot_be_told(shapes, reference: Reference, why: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        verdict = detect_datum(shapes, reference)
    assert verdict.datum is None
    assert any(part in verdict.why.en for part in why.split("|"))


def test_swapped_and_projected() -> None:
    reference = Reference(boundary=BOUNDARY)
    assert swapped_points([31.33, 121.5, 0, np.nan], [121.5, 31.33, 0, 31], reference).tolist() == [True, False, False, False]
    assert looks_swapped([31.33, 31.34, 121.5], [121.5, 121.5, 31.33], reference)
    assert not looks_swapped([121.5], [31.33], reference)
    assert swapped_points([31.33, 121.5], [121.5, 31.33], Reference()).tolist() == [True, False]
    # Boston's swapped values are degrees too; only what is known of the place tells
    boston = Reference(boundary=shapely.box(-71.2, 42.2, -71.0, 42.4))
    assert looks_swapped([42.3], [-71.1], boston)
    assert looks_projected([640_000, np.nan], [3_468_000, 1])
    assert looks_projected([-31611.92, -26217.90, -100], [4085.66, 449.24, 50])
    assert not looks_projected([121.5, 31.3], [31.3, 121.5])
    assert not looks_projected([], [])


@pytest.mark.skipif(not OSM.parent.exists(), reason="the folder of real data is not here")
@pytest.mark.parametrize("datum", READINGS)
@pytest.mark.parametrize(
    ("layer", "alone"),
    [
        # the layers reach far beyond the district, two of them lie wholly outside it: the boundary cannot tell
        pytest.param("waterways", "refused", id="waterways"),
        pytest.param("bicycle_parking_areas", "refused", id="bicycle_parking_areas"),
        pytest.param("surveillance_cameras", "refused", id="surveillance_cameras"),
        pytest.param("district", "recognised", id="district"),
    ],
)
def test_real_layers_of_shanghai(layer: str, alone: str, datum: Reading) -> None:
    shapes = gpd.read_file(OSM, layer=layer).geometry.to_numpy()
    boundary = gpd.read_file(OSM, layer="district").geometry[0]
    assert outcome(shapes, datum, Reference(boundary=boundary)) == alone
    assert outcome(shapes, datum, Reference(boundary=boundary, shapes=shapes)) == "recognised"
    # other features of the same layer are there already
    assert outcome(shapes[::2], datum, Reference(boundary=boundary, shapes=shapes[1::2])) != "mistaken"
