"""Every point lies in its own cell, and the cells tile; so do the squares of a city."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.crs import project, project_shapes, unproject
from geo.grid import NOWHERE, cell_centres, cell_frame, cells_of, near_cells, side_for, sides_of, study_area, study_cells
from model.units import BLOCK, CELL, SQUARE

CRS = "EPSG:4549"
PLACES = st.lists(st.tuples(st.floats(120.9, 122.0), st.floats(30.7, 31.8)), min_size=1, max_size=20)


def test_cell_by_hand() -> None:
    lon, lat = unproject([640_149.0], [3_468_051.0], CRS)
    assert cells_of(lon, lat, CRS).tolist() == [6401_034680]


@given(places=PLACES)
def test_each_point_lies_in_its_square(places: list[tuple[float, float]]) -> None:
    lon, lat = np.array(places).T
    cells = cells_of(lon, lat, CRS)
    squares = project_shapes(cell_frame(cells, CRS).geometry.loc[cells], CRS)
    assert shapely.dwithin(squares, shapely.points(*project(lon, lat, CRS)), 1e-5).all()
    assert shapely.area(squares) == pytest.approx(10_000, abs=0.01)


@given(lon=st.floats(120.9, 122.0), lat=st.floats(30.7, 31.8))
def test_squares_tile_without_overlap(lon: float, lat: float) -> None:
    cell = int(cells_of([lon], [lat], CRS)[0])
    block = [cell + east * 1_000_000 + north for east in (-1, 0, 1) for north in (-1, 0, 1)]
    squares = shapely.set_precision(project_shapes(cell_frame(block, CRS).geometry, CRS), 0.001)
    assert shapely.area(shapely.union_all(squares)) == pytest.approx(90_000, abs=0.01)
    assert shapely.area(squares).sum() == pytest.approx(90_000, abs=0.01)
    assert shapely.get_num_interior_rings(shapely.union_all(squares)) == 0


@given(places=PLACES)
def test_centres_lie_in_their_cells(places: list[tuple[float, float]]) -> None:
    cells = cells_of(*np.array(places).T, CRS)
    assert cells_of(*cell_centres(cells, CRS), CRS).tolist() == cells.tolist()


def test_squares_are_a_hundred_true_metres_wide() -> None:
    (square,) = cell_frame(cells_of([121.51], [31.33], CRS), CRS).geometry
    assert Geod(ellps="WGS84").geometry_length(square.exterior) == pytest.approx(400, rel=1e-3)


def test_points_without_a_place_have_no_cell() -> None:
    cells = cells_of([np.nan, 121.5, np.inf, 121.5], [31.3, np.nan, 31.3, 31.3], CRS)
    assert cells[:3].tolist() == [NOWHERE] * 3
    frame = cell_frame(cells, CRS)
    assert (frame.index.name, len(frame), str(frame.crs)) == ("cell", 1, "EPSG:4326")
    assert np.isnan(cell_centres(cells, CRS)[0]).tolist() == [True, True, True, False]
    assert cell_frame([], CRS).empty


def test_a_study_area_is_every_cell_whose_middle_it_holds() -> None:
    corners = [(640_010, 3_468_010), (640_390, 3_468_010), (640_390, 3_468_240), (640_010, 3_468_240)]
    lon, lat = unproject(*np.array(corners, dtype=float).T, CRS)
    area = shapely.Polygon(np.column_stack([lon, lat]))

    found = study_cells(area, CRS)

    assert found.tolist() == [6400_034680, 6400_034681, 6401_034680, 6401_034681, 6402_034680, 6402_034681, 6403_034680, 6403_034681]
    middles = shapely.points(*cell_centres(found, CRS))
    assert shapely.contains(area, middles).all()


def test_an_empty_area_has_no_cells() -> None:
    assert study_cells(shapely.Polygon(), CRS).tolist() == []


def square_of(cell: int, side: int = SQUARE) -> int:
    """The square around a cell, by the words: metres of its corner in whole sides, its side before them."""
    east, north = divmod(cell, 1_000_000)
    return side * 10**12 + east * 100 // side * 1_000_000 + north * 100 // side


@given(places=PLACES, side=st.sampled_from([BLOCK, SQUARE]))
def test_a_square_holds_its_cells(places: list[tuple[float, float]], side: int) -> None:
    cells = cells_of(*np.array(places).T, CRS)
    squares = [square_of(cell, side) for cell in cells.tolist()]
    around = shapely.set_precision(project_shapes(cell_frame(squares, CRS).geometry.loc[squares], CRS), 0.001)
    inside = shapely.set_precision(project_shapes(cell_frame(cells, CRS).geometry.loc[cells], CRS), 0.001)
    assert shapely.covers(around, inside).all()
    assert shapely.area(around) == pytest.approx(side**2, abs=1)
    assert sides_of(np.array(squares)).tolist() == [side] * len(squares)
    lon, lat = cell_centres(squares, CRS)
    # the middle of a small square is the corner of four cells
    lon, lat = lon - 1e-5, lat - 1e-5
    assert [square_of(cell, side) for cell in cells_of(lon, lat, CRS).tolist()] == squares


def test_neighbours_of_a_square_are_sums_as_those_of_a_cell_are() -> None:
    number = square_of(6401_034680)
    block = cell_frame([number + east * 1_000_000 + north for east in (-1, 0, 1) for north in (-1, 0, 1)], CRS).geometry
    whole = shapely.set_precision(project_shapes(block, CRS), 0.001)
    assert shapely.area(shapely.union_all(whole)) == pytest.approx(9e6, abs=1)
    assert shapely.get_num_interior_rings(shapely.union_all(whole)) == 0


def box(east: float, north: float, width: float, height: float) -> shapely.Geometry:
    """A rectangle of metres from a corner, in degrees."""
    metres = shapely.get_coordinates(shapely.box(east, north, east + width, north + height))
    return shapely.Polygon(np.column_stack(unproject(*metres.T, CRS)))


def test_a_city_is_studied_in_squares() -> None:
    found = study_cells(box(640_400, 3_460_400, 3_000, 2_000), CRS, SQUARE)
    east, north = divmod(found % 10**12, 1_000_000)
    assert sorted(zip(east.tolist(), north.tolist(), strict=True)) == [(x, y) for x in (640, 641, 642) for y in (3460, 3461)]
    assert (found // 10**12 == 1_000).all()


@pytest.mark.parametrize(
    ("kilometres", "side"),
    [
        pytest.param([(3, 3)], CELL, id="a subdistrict"),
        pytest.param([(4.9, 5)], CELL, id="a large subdistrict"),
        pytest.param([(5.1, 5)], BLOCK, id="a small district"),
        pytest.param([(24.9, 10)], BLOCK, id="a district"),
        pytest.param([(25.1, 10)], SQUARE, id="a city"),
        pytest.param([(10, 10), (10, 10), (10, 10)], SQUARE, id="a city of parts"),
        pytest.param([], CELL, id="nothing known"),
    ],
)
def test_an_area_is_drawn_in_what_can_be_read(kilometres: list[tuple[float, float]], side: int) -> None:
    area = [box(600_000 + 20_000 * place, 3_460_000, 1_000 * wide, 1_000 * high) for place, (wide, high) in enumerate(kilometres)]
    assert side_for(area, CRS) == side
    assert side_for(area, None) == CELL


def test_the_study_area_is_the_chosen_zones_else_all_else_the_boundary() -> None:
    zones = pd.DataFrame({"code": ["Z1", "Z2"], "geometry": [box(640_000, 3_460_000, 10, 10), box(641_000, 3_460_000, 10, 10)]})
    edge = pd.DataFrame({"code": ["B"], "geometry": [box(640_000, 3_460_000, 2_000, 10)]})
    ground = {"zones": zones, "boundary": edge}
    assert list(study_area(ground, ("Z2",))) == [zones["geometry"][1]]
    assert list(study_area(ground)) == list(zones["geometry"])
    assert list(study_area({"boundary": edge}, ("Z2",))) == list(edge["geometry"])
    assert list(study_area({})) == []


def _to_degrees(metres: np.ndarray) -> np.ndarray:
    return np.column_stack(unproject(*metres.T, CRS))


def test_the_cells_that_areas_touch_or_come_near() -> None:
    squares = [6401_034680 + east * 1_000_000 + north for east in range(4) for north in range(4)]
    # one area within the first square, 5 m from the one north of it; one over a corner of four; one far from them all
    metres = [(640_150, 3_468_050, 640_180, 3_468_095), (640_290, 3_468_190, 640_310, 3_468_210), (700_000, 3_400_000, 700_100, 3_400_100)]
    areas = np.array([shapely.transform(shapely.box(*one), _to_degrees) for one in metres])
    corner = [6402_034681, 6402_034682, 6403_034681, 6403_034682]

    assert near_cells([*squares, NOWHERE, squares[0]], areas, CRS).tolist() == [6401_034680, *corner]
    assert near_cells(squares, areas, CRS, within=np.array([6.0, 0.0, 0.0])).tolist() == [6401_034680, 6401_034681, *corner]
    assert near_cells([], areas, CRS).tolist() == near_cells(squares, areas[:0], CRS).tolist() == []
