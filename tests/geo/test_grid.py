"""Every point lies in its own square of 100 m, and the squares tile."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.crs import project, project_shapes, unproject
from geo.grid import NOWHERE, cell_centres, cell_frame, cells_of, study_cells

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
