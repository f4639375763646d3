"""The join against plain loops over shapely and the ellipsoid, and against figures worked out by hand."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.along import locate_along
from geo.crs import project, project_shapes, unproject
from geo.join import link_cases
from geo.layers import Along, Contains, Layer, Nearest, View, Which, layer
from geo.sector import sight_of, view_sector

CRS = "EPSG:4549"
EARTH = Geod(ellps="WGS84")
# the centre line of 钱家浜, © OpenStreetMap contributors, rounded to 10 m
QIANJIABANG = [(121.5202, 31.3387), (121.5199, 31.3391), (121.5201, 31.3396), (121.5235, 31.3405)]
QIANJIABANG += [(121.5241, 31.3410), (121.5256, 31.3404), (121.5264, 31.3404), (121.5275, 31.3419)]
EAST, NORTH = 642_000.0, 3_468_000.0


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape in metres from EAST, NORTH of the metric CRS, in WGS-84."""
    return shapely.transform(shape, lambda xy: np.column_stack(unproject(xy[:, 0] + EAST, xy[:, 1] + NORTH, CRS)))


def cases(*places: tuple[float, float], **columns: list[str]) -> pd.DataFrame:
    """Cases 1, 2, 3 … at longitudes and latitudes."""
    lon, lat = np.array(places, dtype=float).reshape(-1, 2).T
    made = {"lon": lon, "lat": lat, "category": columns.get("category", "0101"), "title": columns.get("title", "")}
    return pd.DataFrame(made, index=range(1, len(places) + 1))


def cases_at(*places: tuple[float, float], **columns: list[str]) -> pd.DataFrame:
    """Cases at metres from EAST, NORTH."""
    return cases(*[(p.x, p.y) for p in degrees(np.array([shapely.Point(place) for place in places]))], **columns)


def features(
    shapes: list[shapely.Geometry], codes: list[str] | None = None, props: list[dict[str, object]] | None = None
) -> gpd.GeoDataFrame:
    """Features 101, 102, 103 … of WGS-84 shapes."""
    size = len(shapes)
    columns = {"code": codes or [f"{row:03d}" for row in range(size)], "props": props or [{} for _ in range(size)]}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326", index=range(101, 101 + size))


def joined(join: Contains | Nearest | Along | View | None, key: str = "cameras") -> Layer:
    """A layer with that join."""
    one = layer(key)
    return Layer(key="trial", label=one.label, geometry=one.geometry, fields=one.fields, join=join, style=one.style)


def pairs(links: pd.DataFrame) -> list[tuple[int, int]]:
    return list(zip(links["case_id"], links["feature_id"], strict=True))


# --- contains -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        pytest.param((121.505, 31.305), [101], id="inside"),
        pytest.param((121.51, 31.305), [102], id="on a shared border: the lower code"),
        pytest.param((121.51, 31.31), [103], id="on a corner of four"),
        pytest.param((121.50, 31.30), [101], id="on the outer corner"),
        pytest.param((121.53, 31.30), [], id="outside"),
        pytest.param((np.nan, 31.30), [], id="without a place"),
    ],
)
def test_contains(place: tuple[float, float], wanted: list[int]) -> None:
    corners = [(121.50, 31.30), (121.51, 31.30), (121.51, 31.31), (121.50, 31.31)]
    squares = features([shapely.box(x, y, x + 0.01, y + 0.01) for x, y in corners], ["Z4", "Z3", "Z1", "Z2"])
    links = link_cases(cases(place), squares, joined(Contains()), CRS)
    assert links["feature_id"].tolist() == wanted
    assert links["metres"].tolist() == [0.0] * len(wanted)
    assert links["along"].isna().all()
    assert links["side"].isna().all()


STEPS = st.lists(st.integers(1, 50), min_size=1, max_size=5)


@given(columns=STEPS, rows=STEPS, seed=st.integers(0, 10_000))
def test_every_case_has_one_zone_the_lowest_that_holds_it(columns: list[int], rows: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    x = 121.5 + np.concatenate([[0], np.cumsum(columns)]) / 2**14
    y = 31.3 + np.concatenate([[0], np.cumsum(rows)]) / 2**14
    boxes = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(len(columns)) for j in range(len(rows))]
    codes = [f"{number:02d}" for number in random.permutation(len(boxes))]
    # on borders, on corners, inside, outside
    places = [(random.choice(x), random.uniform(y[0], y[-1])) for _ in range(5)] + [(random.choice(x), random.choice(y)) for _ in range(5)]
    places += [(random.uniform(x[0] - 0.001, x[-1] + 0.001), random.uniform(y[0] - 0.001, y[-1] + 0.001)) for _ in range(5)]
    links = link_cases(cases(*places), features(boxes, codes), joined(Contains()), CRS)
    wanted = []
    for case, place in enumerate(places, start=1):
        holding = [(code, row) for row, (box, code) in enumerate(zip(boxes, codes, strict=True)) if box.covers(shapely.Point(place))]
        wanted += [(case, 101 + min(holding)[1])] if holding else []
    assert pairs(links) == wanted


def test_a_sloping_border_drawn_once_leaves_no_case_between() -> None:
    border = [(121.5013, 31.3007), (121.5041, 31.3052), (121.5027, 31.3099)]
    west = shapely.Polygon([(121.49, 31.30), *border, (121.49, 31.31)])
    east = shapely.Polygon([*border, (121.52, 31.31), (121.52, 31.30)])
    on_border = shapely.line_interpolate_point(shapely.LineString(border), np.linspace(0, 1, 500), normalized=True)
    links = link_cases(cases(*[(p.x, p.y) for p in on_border]), features([west, east]), joined(Contains()), CRS)
    assert links["case_id"].tolist() == list(range(1, 501))


# --- nearest ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "wanted", "metres"),
    [
        pytest.param((0, 30), [101], 30, id="nearest"),
        pytest.param((50, 0), [102], 50, id="equally near: the lower code"),
        pytest.param((50.01, 0), [102], 49.99, id="a centimetre nearer"),
        pytest.param((49.99, 0), [101], 49.99, id="a centimetre nearer to the other"),
        pytest.param((205, 5), [103], 0, id="inside a polygon"),
        pytest.param((0, 50.02), [], 0, id="too far"),
    ],
)
def test_nearest(place: tuple[float, float], wanted: list[int], metres: float) -> None:
    shapes = [shapely.LineString([(-20, 0), (0, 0)]), shapely.LineString([(100, 0), (120, 0)]), shapely.box(200, 0, 210, 10)]
    zones = features([degrees(shape) for shape in shapes], ["B2", "B1", "B3"])
    links = link_cases(cases_at(place), zones, joined(Nearest(within=50)), CRS)
    assert links["feature_id"].tolist() == wanted
    assert links["metres"].tolist() == pytest.approx([metres] * len(wanted), abs=1e-6)


@pytest.mark.parametrize(
    ("category", "title", "chosen"),
    [
        pytest.param("0508", "", True, id="by category"),
        pytest.param("0101", "共享单车乱停放", True, id="by a word of the title"),
        pytest.param("Abandoned Bicycles", "", True, id="by a word of the category, capitals or not"),
        pytest.param("0101", "暴露垃圾", False, id="neither"),
        pytest.param(None, None, False, id="empty"),
    ],
)
def test_nearest_looks_only_at_its_cases(category: str | None, title: str | None, chosen: bool) -> None:
    which = Which(categories=frozenset({"0508"}), words=("单车", "bicycle", "(x"))
    places = cases_at((0, 10), (0, 10), category=[category, "0101"], title=[title, "乱停"])
    links = link_cases(places, features([degrees(shapely.Point(0, 0))]), joined(Nearest(within=50, which=which)), CRS)
    assert links["case_id"].tolist() == [1] * chosen


@given(seed=st.integers(0, 10_000))
def test_nearest_equals_a_plain_loop(seed: int) -> None:
    random = np.random.default_rng(seed)
    lines = [shapely.LineString(start + random.normal(0, 40, (3, 2))) for start in random.uniform(0, 400, (12, 2))]
    places = random.uniform(0, 400, (40, 2))
    links = link_cases(cases_at(*map(tuple, places)), features([degrees(line) for line in lines]), joined(Nearest(within=50)), CRS)
    wanted = {}
    for case, place in enumerate(places, start=1):
        far, row = min((line.distance(shapely.Point(place)), row) for row, line in enumerate(lines))
        if far <= 50:
            wanted[case] = (101 + row, pytest.approx(far, abs=1e-4))
    assert {
        case: (feature, metres) for case, feature, metres in zip(links["case_id"], links["feature_id"], links["metres"], strict=True)
    } == wanted


# --- along --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("turn", "side"), [pytest.param(-90, "left", id="left"), pytest.param(90, "right", id="right")])
@pytest.mark.parametrize("share", [0.1, 0.35, 0.5, 0.9])
def test_thirty_metres_beside_qianjiabang(turn: int, side: str, share: float) -> None:
    lons, lats = np.array(QIANJIABANG).T
    azimuths, _, steps = EARTH.inv(lons[:-1], lats[:-1], lons[1:], lats[1:])
    # by hand on the ellipsoid: along the third segment (the longest), then 30 m at a right angle
    lon, lat, _ = EARTH.fwd(lons[2], lats[2], azimuths[2], steps[2] * share)
    lon, lat, _ = EARTH.fwd(lon, lat, azimuths[2] + turn, 30)
    (link,) = link_cases(cases((lon, lat)), features([shapely.LineString(QIANJIABANG)]), layer("rivers"), CRS).to_dict("records")
    assert link["side"] == side
    assert link["metres"] == pytest.approx(30, abs=0.1)
    assert link["along"] == pytest.approx(steps[:2].sum() + steps[2] * share, abs=1)


BEND = shapely.LineString([(0, 0), (100, 0), (100, 100)])


@pytest.mark.parametrize(
    ("place", "metres", "along", "left"),
    [
        pytest.param((50, 10), 10, 50, True, id="left of the first leg"),
        pytest.param((50, -10), 10, 50, False, id="right of the first leg"),
        pytest.param((90, 10), 10, 90, True, id="inside the bend"),
        pytest.param((110, -10), np.hypot(10, 10), 100, False, id="outside the bend"),
        pytest.param((100.001, -10), 10, 100, False, id="outside, straight below the corner"),
        pytest.param((110, 0.001), 10, 100.001, False, id="outside, straight beside the corner"),
        pytest.param((-10, 1), np.hypot(10, 1), 0, True, id="before the start, left of the first direction"),
        pytest.param((-10, -1), np.hypot(10, 1), 0, False, id="before the start, right"),
        pytest.param((99, 110), np.hypot(10, 1), 200, True, id="beyond the end, left of the last direction"),
        pytest.param((101, 110), np.hypot(10, 1), 200, False, id="beyond the end, right"),
        pytest.param((30, 0), 0, 30, True, id="on the line: left"),
        pytest.param((100, 0), 0, 100, True, id="on the corner: left"),
        pytest.param((30, -0.002), 0.002, 30, False, id="two millimetres right of it"),
    ],
)
def test_bank_and_metre(place: tuple[float, float], metres: float, along: float, left: bool) -> None:
    found = locate_along(np.array([BEND]), shapely.points([place]))
    assert (found.metres[0], found.along[0], found.left[0]) == (pytest.approx(metres), pytest.approx(along, abs=1e-6), left)


ANGLES = st.lists(st.floats(-170, 170), min_size=1, max_size=6)


@given(angles=ANGLES, share=st.floats(0.001, 0.999), aside=st.floats(0.01, 40), left=st.booleans())
def test_the_bank_is_right_beside_any_segment(angles: list[float], share: float, aside: float, left: bool) -> None:
    headings = np.radians(np.cumsum([0, *angles]))
    corners = np.concatenate([[0], np.cumsum(100 * np.exp(1j * headings))])
    line = shapely.LineString(np.column_stack([corners.real, corners.imag]))
    foot = corners[0] + share * (corners[1] - corners[0])
    place = foot + (1j if left else -1j) * aside * (corners[1] - corners[0]) / 100
    point = shapely.Point(place.real, place.imag)
    found = locate_along(np.array([line]), np.array([point]))
    assert found.metres[0] == pytest.approx(line.distance(point))
    assert found.along[0] == pytest.approx(line.project(point), abs=1e-6)
    # the foot is the nearest place of the whole line, and not of a later leg that comes back
    if found.metres[0] == pytest.approx(aside, abs=1e-9) and found.along[0] == pytest.approx(100 * share, abs=1e-6):
        assert found.left[0] == left


@given(turn=st.floats(-179, 179).filter(lambda angle: abs(angle) > 0.1), share=st.floats(0.01, 0.99), aside=st.floats(0.01, 40))
def test_outside_a_bend_is_the_outer_bank(turn: float, share: float, aside: float) -> None:
    # the wedge from which the corner itself is the nearest place: between the normals of both legs, on the outer side
    after = np.exp(1j * np.radians(turn))
    outer = -1j if turn > 0 else 1j
    place = 100 + aside * outer * np.exp(1j * np.radians(turn * share))
    line = shapely.LineString([(0, 0), (100, 0), (100 + 100 * after.real, 100 * after.imag)])
    found = locate_along(np.array([line]), shapely.points([[place.real, place.imag]]))
    assert found.along[0] == pytest.approx(100, abs=1e-6)
    assert found.left[0] == (turn < 0)


@pytest.mark.parametrize(
    ("parts", "place", "along"),
    [
        pytest.param([[(0, 0), (100, 0)], [(100, 0), (100, 50)]], (105, 20), 120, id="parts that join"),
        pytest.param([[(100, 0), (100, 50)], [(0, 0), (100, 0)]], (105, 20), 120, id="parts that join, in the wrong order"),
        pytest.param([[(0, 0), (100, 0)], [(120, 0), (150, 0)]], (130, 5), 110, id="parts apart: no metres for the gap"),
        pytest.param([[(0, 0), (100, 0)], [(150, 0), (100, 0)]], (130, 5), 120, id="parts against each other: in order"),
        pytest.param([[(0, 0), (100, 0)], [(120, 0), (150, 0)]], (110, 5), 100, id="equally near to two parts: the first"),
    ],
)
def test_lines_of_several_parts(parts: list[list[tuple[float, float]]], place: tuple[float, float], along: float) -> None:
    line = degrees(shapely.MultiLineString(parts))
    links = link_cases(cases_at(place), features([line]), joined(Along(within=50)), CRS)
    assert links["along"].tolist() == pytest.approx([along], abs=1e-3)


def test_along_gives_every_line_within_reach() -> None:
    lines = [degrees(shapely.LineString([(0, y), (100, y)])) for y in (0, 30, 49.9, 100.1)]
    links = link_cases(cases_at((50, 50)), features(lines), joined(Along(within=50)), CRS)
    assert list(zip(links["feature_id"], links["side"], strict=True)) == [(101, "left"), (102, "left"), (103, "left")]
    assert links["metres"].tolist() == pytest.approx([50, 20, 0.1], abs=1e-3)


# --- view ---------------------------------------------------------------------------------------------------------------

HOME = (121.51, 31.33)


def placed(azimuth: float, metres: float) -> tuple[float, float]:
    """The place so many metres from HOME in a direction clockwise from true north."""
    lon, lat, _ = EARTH.fwd(*HOME, azimuth, metres)
    return lon, lat


@pytest.mark.parametrize(
    ("props", "azimuth", "metres", "seen"),
    [
        pytest.param({"bearing_deg": 90}, 90, 30, True, id="ahead"),
        pytest.param({"bearing_deg": 90}, 134.9, 30, True, id="just inside the edge"),
        pytest.param({"bearing_deg": 90}, 135.1, 30, False, id="just outside the edge: true north, not grid north"),
        pytest.param({"bearing_deg": 90}, 45.1, 30, True, id="just inside the other edge"),
        pytest.param({"bearing_deg": 90}, 44.9, 30, False, id="just outside the other edge"),
        pytest.param({"bearing_deg": 350}, 10, 30, True, id="across north"),
        pytest.param({"bearing_deg": -10}, 10, 30, True, id="a negative bearing"),
        pytest.param({"bearing_deg": "90", "range_m": "50"}, 90, 45, True, id="numbers as text"),
        pytest.param({"bearing_deg": 90}, 90, 38.1, False, id="beyond the default reach"),
        pytest.param({"bearing_deg": 90, "range_m": 100}, 90, 99.9, True, id="just within its reach"),
        pytest.param({"bearing_deg": 90, "range_m": 100}, 90, 100.1, False, id="just beyond its reach"),
        pytest.param({"bearing_deg": 90, "field_of_view_deg": 20}, 101, 30, False, id="a narrow view"),
        pytest.param({"bearing_deg": 90, "field_of_view_deg": 360}, 270, 30, True, id="all round"),
        pytest.param({}, 200, 30, True, id="no bearing: all round"),
        pytest.param({"bearing_deg": None, "range_m": float("nan")}, 200, 30, True, id="empty values"),
        pytest.param({"bearing_deg": 90, "type": "ptz"}, 270, 30, True, id="ptz turns"),
        pytest.param({"bearing_deg": 90, "status": "planned"}, 90, 30, False, id="planned sees nothing"),
        pytest.param({"bearing_deg": 90, "status": "offline"}, 90, 30, False, id="offline sees nothing"),
        pytest.param({"bearing_deg": 90, "status": "installed"}, 90, 30, True, id="installed"),
        pytest.param({"bearing_deg": 90}, 270, 0, True, id="at its foot"),
    ],
)
def test_view(props: dict[str, object], azimuth: float, metres: float, seen: bool) -> None:
    links = link_cases(cases(placed(azimuth, metres)), features([shapely.Point(HOME)], props=[props]), joined(View()), CRS)
    assert links["feature_id"].tolist() == [101] * seen
    assert links["metres"].tolist() == pytest.approx([metres] * seen, abs=1e-6)


@given(
    bearing=st.one_of(st.none(), st.floats(0, 360)),
    view=st.floats(10, 360),
    azimuth=st.floats(0, 360),
    metres=st.floats(0.1, 300),
    reach=st.floats(5, 300),
)
def test_the_drawn_sector_holds_what_is_seen(bearing: float | None, view: float, azimuth: float, metres: float, reach: float) -> None:
    props = {"bearing_deg": bearing, "field_of_view_deg": view, "range_m": reach}
    sight = sight_of(props, layer("cameras"))
    sector = view_sector(*HOME, sight.bearing_deg, sight.view_deg, sight.range_m)
    assert sector.is_valid
    lon, lat = placed(azimuth, metres)
    point, drawn = project_shapes([shapely.Point(lon, lat), sector], CRS)
    links = link_cases(cases((lon, lat)), features([shapely.Point(HOME)], props=[props]), joined(View()), CRS)
    # chords lie within 0.04 % of the reach inside the arc
    if drawn.boundary.distance(point) > 0.001 * reach:
        assert len(links) == drawn.covers(point)


def test_a_sector_has_its_area() -> None:
    sector = project_shapes([view_sector(*HOME, 30, 90, 100), view_sector(*HOME, None, 90, 100)], CRS)
    assert shapely.area(sector) == pytest.approx([np.pi * 2500, np.pi * 10_000], rel=2e-3)


# --- all ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("join", [None, Contains(), Nearest(within=50), Along(within=50), View()])
def test_nothing_to_link_gives_no_links(join: Contains | Nearest | Along | View | None) -> None:
    columns = ["case_id", "layer", "feature_id", "metres", "along", "side"]
    some = features([shapely.Point(HOME)])
    for found in (
        link_cases(cases(), some, joined(join), CRS),
        link_cases(cases(HOME), some.iloc[:0], joined(join), CRS),
        link_cases(cases((np.nan, np.nan)), some, joined(join), CRS),
        link_cases(cases((0.0, 0.0)), some, joined(join), CRS),
    ):
        assert found.empty
        assert list(found.columns) == columns


def test_only_planned_cameras_give_no_links() -> None:
    planned = features([shapely.Point(HOME)], props=[{"status": "planned"}])
    assert link_cases(cases(HOME), planned, joined(View()), CRS).empty


def test_features_in_metres_are_refused() -> None:
    with pytest.raises(ValueError, match=r"features of layer trial are in EPSG:4549; wanted EPSG:4326"):
        link_cases(cases(HOME), features([shapely.Point(HOME)]).to_crs(4549), joined(View()), CRS)


def test_links_carry_the_ids_of_their_frames_in_order() -> None:
    many = cases(*[HOME] * 3).set_axis([2**62, 7, 5])
    links = link_cases(many, features([shapely.Point(HOME)] * 2), joined(View()), CRS)
    assert pairs(links) == [(5, 101), (5, 102), (7, 101), (7, 102), (2**62, 101), (2**62, 102)]
    assert links["layer"].unique().tolist() == ["trial"]


@pytest.mark.timing
def test_a_year_of_cases_over_all_layers_takes_two_seconds() -> None:
    random = np.random.default_rng(0)
    places = cases_at(*map(tuple, random.uniform(0, 2950, (41_282, 2))), category=random.choice(["0508", "0101"], 41_282).tolist())
    starts = random.uniform(100, 2850, (240, 2))
    zones = shapely.intersection(
        shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(starts[:31]))), shapely.box(0, 0, 2950, 2950)
    )
    bikes = [shapely.LineString([start, start + 44]) for start in starts[:229]]
    rivers = [shapely.LineString(start + np.cumsum(random.normal(40, 40, (40, 2)), axis=0)) for start in starts[:12]]
    views = [{"bearing_deg": float(random.uniform(0, 360)), "range_m": 100} for _ in starts]
    given_features = {
        "zones": features(list(degrees(zones))),
        "weak_areas": features(list(degrees(zones[:2]))),
        "bikes": features([degrees(line) for line in bikes]),
        "rivers": features([degrees(line) for line in rivers]),
        "cameras": features([degrees(shapely.Point(start)) for start in starts], props=views),
    }
    began = time.perf_counter()
    links = {key: link_cases(places, frame, layer(key), CRS) for key, frame in given_features.items()}
    # measured 0.5 s; four times that for a busy machine
    assert time.perf_counter() - began < 2
    assert len(links["zones"]) == len(places)
    assert all(len(found) for found in links.values())


def test_metres_of_the_join_are_within_a_thousandth_of_the_ellipsoid() -> None:
    random = np.random.default_rng(3)
    near = [placed(azimuth, metres) for azimuth, metres in zip(random.uniform(0, 360, 200), random.uniform(1, 49, 200), strict=True)]
    links = link_cases(cases(*near), features([shapely.Point(HOME)]), joined(Nearest(within=50)), CRS)
    lon, lat = np.array(near).T
    _, _, metres = EARTH.inv(np.full(200, HOME[0]), np.full(200, HOME[1]), lon, lat)
    assert links["metres"].to_numpy() == pytest.approx(metres, rel=1e-3)
    x, y = project(lon, lat, CRS)
    assert np.isfinite(x + y).all()
