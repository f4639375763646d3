"""Where new parking zones could stand: clear of those that are there, of the asked length, and reaching what lies near."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, box

from geo.crs import project_shapes, unproject
from geo.kerbs import CLEAR_METRES, LEAST_METRES, ONWARD_METRES, STEP_METRES, cut_kerbs, free_kerbs, metres_to_nearest, reached

CRS = "EPSG:4549"
# metres east and north of this corner make the drawings below easy to read
EAST, NORTH = 548_000.0, 3_467_000.0


def on_the_ground(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """Shapes drawn in metres from the corner, in WGS-84, each under its name."""

    def degrees(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(unproject(xy[:, 0] + EAST, xy[:, 1] + NORTH, CRS))

    drawn = shapely.transform(np.array(list(shapes.values()), dtype=object), degrees) if shapes else []
    return gpd.GeoDataFrame({"name": list(shapes)}, geometry=list(drawn), crs="EPSG:4326")


def drawn_again(frame: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Shapes in the metric CRS, in metres from the corner."""
    return list(shapely.transform(frame.geometry.to_numpy(), lambda xy: xy - [EAST, NORTH]))


NOTHING = on_the_ground()
STREET = on_the_ground(street=LineString([(0, 0), (300, 0)]))


def test_a_kerb_is_free_where_no_zone_stands() -> None:
    zones = on_the_ground(a=LineString([(100, 0), (144, 0)]), across=LineString([(200, 18), (240, 18)]))
    free = drawn_again(free_kerbs(STREET, zones, None, CRS))
    assert [[round(x) for x in shapely.get_coordinates(one)[:, 0]] for one in free] == [
        [0, 100 - int(CLEAR_METRES)],
        [144 + int(CLEAR_METRES), 300],
    ]


def test_a_kerb_ends_at_the_boundary_and_at_areas() -> None:
    area = on_the_ground(office=box(-10, -50, 250, 50)).geometry.iloc[0]
    yard = on_the_ground(yard=box(60, -20, 120, 20))
    free = drawn_again(free_kerbs(STREET, yard, area, CRS))
    assert sum(one.length for one in free) == pytest.approx(54 + 124, abs=0.5)


def test_every_stretch_has_the_length_or_is_all_there_is() -> None:
    kerbs = gpd.GeoDataFrame(
        {"name": ["long", "short", "stub"]},
        geometry=[LineString([(0, 0), (95, 0)]), LineString([(0, 9), (30, 9)]), LineString([(0, 18), (LEAST_METRES - 1, 18)])],
        crs=CRS,
    )
    found = cut_kerbs(kerbs, 40)
    starts = [shapely.get_coordinates(one)[0, 0] for one in found.geometry]
    assert found["name"].tolist() == ["long"] * 7 + ["short"]
    assert starts == [*np.arange(0, 55, STEP_METRES), 55, 0]
    assert found["metres"].tolist() == [40] * 7 + [30]


def test_without_kerbs_the_zones_lines_run_on() -> None:
    zones = on_the_ground(line=LineString([(0, 0), (40, 0)]), yard=box(1000, 100, 1010, 130))
    free = free_kerbs(NOTHING, zones, None, CRS)
    assert free["name"].tolist() == ["line", "line", "yard", "yard"]
    expected = ONWARD_METRES - CLEAR_METRES
    assert [one.length for one in free.geometry] == pytest.approx([expected] * 4, abs=0.1)
    # the yard's longer side runs north and south
    assert {round(x) for x in shapely.get_coordinates(drawn_again(free)[2:])[:, 0]} == {1005}


def test_nothing_at_all() -> None:
    free = free_kerbs(NOTHING, NOTHING, None, CRS)
    stretches = cut_kerbs(free, 40)
    assert len(free) == len(stretches) == 0
    stretch, place = reached(stretches, [121.5], [31.3], 50)
    assert len(stretch) == len(place) == 0
    assert np.isinf(metres_to_nearest(NOTHING, [121.5], [31.3], CRS)).all()


@given(st.lists(st.tuples(st.floats(-80, 380), st.floats(-90, 90)), min_size=1, max_size=20), st.sampled_from([30.0, 50.0, 80.0]))
def test_what_a_stretch_reaches_is_what_lies_near_it(places: list[tuple[float, float]], within: float) -> None:
    stretches = cut_kerbs(free_kerbs(STREET, NOTHING, None, CRS), 40)
    x, y = np.array(places).T
    lon, lat = unproject(x + EAST, y + NORTH, CRS)
    found = set(zip(*(one.tolist() for one in reached(stretches, lon, lat, within)), strict=True))
    points = project_shapes(shapely.points(lon, lat), CRS)
    wanted = {(s, p) for s, line in enumerate(stretches.geometry) for p, point in enumerate(points) if line.distance(point) <= within}
    assert found == wanted
    zones = on_the_ground(a=LineString([(0, 0), (40, 0)]), b=box(100, 20, 120, 60))
    drawn = project_shapes(zones.geometry, CRS)
    nearest = [min(shape.distance(point) for shape in drawn) for point in points]
    assert metres_to_nearest(zones, lon, lat, CRS) == pytest.approx(nearest)
