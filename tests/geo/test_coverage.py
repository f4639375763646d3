"""Coverage of areas and lines against shapes drawn and measured in EPSG:4549 itself."""

from __future__ import annotations

from math import acos, pi, sqrt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.blind_spots import find_blind_spots
from geo.coverage import Ground, cover_areas, cover_ground, cover_lines, sight_frame
from geo.crs import unproject
from geo.layers import layer

CRS = "EPSG:4549"
X, Y = 642_700.0, 3_466_800.0
CELL = 6427_034668


def in_degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.column_stack(unproject(xy[:, 0], xy[:, 1], CRS)))


def frame(shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Features from shapes in EPSG:4549 metres from a corner."""
    codes = [f"F{number}" for number in range(len(shapes))]
    moved = [in_degrees(shapely.transform(shape, lambda xy: np.add(xy, (X, Y)))) for shape in shapes]
    return gpd.GeoDataFrame({"code": codes, "name": codes, "props": [{} for _ in shapes]}, geometry=moved, crs="EPSG:4326")


def cameras(*places: tuple[float, float, dict[str, object]]) -> gpd.GeoDataFrame:
    made = frame([shapely.Point(x, y) for x, y, _ in places])
    made["props"] = [dict(props) for _, _, props in places]
    return made.set_axis(range(11, 11 + len(places)))


def ground_of(*places: tuple[float, float, dict[str, object]]) -> Ground:
    sights = sight_frame(cameras(*places), layer("cameras"))
    return cover_ground(sights.loc[sights["seeing"], "geometry"], CRS)


def lens_area(reach: float, apart: float) -> float:
    """What two circles of one radius share: 2r² acos(d/2r) - d/2 · √(4r² - d²)."""
    return 2 * reach**2 * acos(apart / (2 * reach)) - apart / 2 * sqrt(4 * reach**2 - apart**2)


def test_two_circles_and_their_lens() -> None:
    ground = ground_of((0, 0, {"range_m": 50}), (60, 0, {"range_m": 50}))
    lens = lens_area(50, 60)
    assert ground.seen_m2 == pytest.approx(2 * pi * 2500 - lens, rel=2e-3)
    assert ground.twice_m2 == pytest.approx(lens, rel=5e-3)
    assert ground.pairs.to_dict("records") == [{"one": 11, "other": 12, "shared_m2": pytest.approx(lens, rel=5e-3)}]


def test_cameras_that_do_not_work_cover_nothing() -> None:
    ground = ground_of((0, 0, {"range_m": 50}), (10, 0, {"range_m": 50, "status": "offline"}), (20, 0, {"status": "planned"}))
    assert ground.seen_m2 == pytest.approx(pi * 2500, rel=2e-3)
    assert ground.twice_m2 == 0
    assert ground.pairs.empty


def test_zones_are_seen_by_the_share_of_their_area() -> None:
    ground = ground_of((0, 0, {"range_m": 50}))
    zones = frame(
        [shapely.box(0, -100, 100, 100), shapely.box(-100, -100, 0, 100), shapely.box(300, 0, 400, 100), shapely.box(-10, -10, 10, 10)]
    )
    found = cover_areas(zones, ground)
    assert found["area_m2"].tolist() == pytest.approx([20_000, 20_000, 10_000, 400], rel=1e-6)
    assert found["seen_m2"].tolist() == pytest.approx([pi * 1250, pi * 1250, 0, 400], rel=2e-3)
    assert found["share"].tolist() == pytest.approx([pi / 16, pi / 16, 0, 1], rel=2e-3)


def test_rivers_are_seen_by_the_share_of_their_length() -> None:
    ground = ground_of((0, 0, {"range_m": 50}), (80, 0, {"range_m": 50}))
    rivers = frame(
        [shapely.LineString([(-200, 0), (300, 0)]), shapely.LineString([(-200, 30), (300, 30)]), shapely.LineString([(0, 90), (9, 90)])]
    )
    found = cover_lines(rivers, ground)
    assert found["length_m"].tolist() == pytest.approx([500, 500, 9], rel=1e-6)
    # through both middles 180 m; 30 m beside them two chords of 80 m, end to end
    assert found["seen_m"].tolist() == pytest.approx([180, 160, 0], abs=0.2)
    assert found["share"].tolist() == pytest.approx([0.36, 0.32, 0], abs=1e-3)


def test_nothing_to_cover_and_nothing_that_covers() -> None:
    ground = ground_of((0, 0, {"status": "planned"}))
    assert (ground.seen_m2, ground.twice_m2) == (0, 0)
    assert cover_areas(frame([shapely.box(0, 0, 10, 10)]), ground)["share"].tolist() == [0]
    assert cover_areas(frame([]), ground).empty
    assert cover_lines(frame([]), ground).empty
    with pytest.raises(ValueError, match="EPSG:4326"):
        cover_areas(frame([shapely.box(0, 0, 10, 10)]).to_crs(CRS), ground)


def test_the_task_sets_the_reach() -> None:
    sights = sight_frame(cameras((0, 0, {"range_m": 50, "bearing_deg": 90, "pixels": 3840})), layer("cameras"), 25)
    assert sights["metres"].item() == pytest.approx(76.8)
    assert sights["code"].tolist() == ["F0"]


somewhere = st.tuples(
    st.floats(-150, 150),
    st.floats(-150, 150),
    st.fixed_dictionaries(
        {"range_m": st.floats(5, 120), "bearing_deg": st.floats(0, 360) | st.none(), "field_of_view_deg": st.floats(20, 340)}
    ),
)


@settings(max_examples=40)
@given(st.lists(somewhere, min_size=1, max_size=8))
def test_what_is_seen_is_what_a_fine_grid_says(places: list[tuple[float, float, dict[str, object]]]) -> None:
    """Each square of 5 m is asked by itself which cameras see its middle, by angle and distance alone."""
    ground = ground_of(*places)
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(-277.5, 280, 5), np.arange(-277.5, 280, 5)))
    seen = np.zeros(len(x), dtype=int)
    for east, north, props in places:
        away, up = x - east, y - north
        # grid north lies 0.26° from true north here; the grid's squares are far coarser
        off = np.abs((np.degrees(np.arctan2(away, up)) - (props["bearing_deg"] or 0) + 180) % 360 - 180)
        seen += (np.hypot(away, up) <= props["range_m"]) & ((off <= props["field_of_view_deg"] / 2) | (props["bearing_deg"] is None))
    edge = 40 * sum(props["range_m"] for _, _, props in places)
    assert abs(ground.seen_m2 - 25 * (seen >= 1).sum()) < edge
    assert abs(ground.twice_m2 - 25 * (seen >= 2).sum()) < edge
    assert ground.twice_m2 <= ground.seen_m2 + 1e-6
    assert shapely.difference(ground.twice, ground.once.buffer(1e-3)).area < 1e-3


def grid(counts: dict[tuple[int, int], tuple[int, int]]) -> pd.DataFrame:
    """Cells by column and row from a corner: cases, seen; around them a hundred quiet ones."""
    quiet = {(column, row): (1, 0) for column in range(10, 20) for row in range(10)}
    cells = {CELL + column * 1_000_000 + row: numbers for (column, row), numbers in {**quiet, **counts}.items()}
    return pd.DataFrame.from_dict(cells, orient="index", columns=["n", "seen"])


def eyes(*places: tuple[float, float]) -> pd.DataFrame:
    """Cameras so many metres from the corner of the first cell."""
    lon, lat = unproject([X + x for x, _ in places], [Y + y for _, y in places], CRS)
    return pd.DataFrame({"lon": lon, "lat": lat})


def test_a_hole_among_the_cameras_comes_before_places_without_any() -> None:
    cells = grid({(0, 0): (40, 0), (1, 0): (30, 0), (2, 1): (30, 2), (0, 3): (50, 49), (40, 40): (200, 0), (60, 60): (90, 0)})
    found = find_blind_spots(cells, eyes((250, 50), (-100, 50)), CRS)
    assert found["unseen"].tolist() == [98, 200, 90]
    assert found["n"].tolist() == [100, 200, 90]
    assert found["watched"].tolist() == [True, False, False]
    # cells that touch at a side or a corner are one; a cell whose cases are seen is none
    assert found["cells"].iloc[0] == (CELL, CELL + 1_000_000, CELL + 2_000_001)
    assert found.index.tolist() == [1, 2, 3]
    assert gpd.GeoSeries(found.geometry).to_crs(CRS).area.tolist() == pytest.approx([30_000, 10_000, 10_000], rel=1e-6)


@pytest.mark.parametrize("cells", [grid({}), grid({}).iloc[:0]], ids=["all alike", "no cases"])
def test_no_blind_spot_where_none_stands_out(cells: pd.DataFrame) -> None:
    for watching in (eyes((0, 0)), eyes()):
        found = find_blind_spots(cells, watching, CRS)
        assert found.empty
        assert list(found.columns) == ["cells", "n", "unseen", "watched", "geometry"]
