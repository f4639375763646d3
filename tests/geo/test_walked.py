"""How much of a reach a track covers: by hand, and as properties."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import LineString

from geo.crs import unproject
from geo.walked import STEP_METRES, measure_walked, measure_walked_in_degrees

REACH = LineString([(0, 0), (1000, 0)])
# centimetres, as fine as a position ever is
NUMBERS = st.integers(-200_000, 200_000).map(lambda centimetres: centimetres / 100)
LINES = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=8, unique=True).map(LineString)


@pytest.mark.parametrize(
    ("track", "metres"),
    [
        pytest.param(REACH, 1000, id="the whole"),
        pytest.param(shapely.reverse(REACH), 1000, id="upstream"),
        pytest.param(LineString([(200, 10), (700, 10)]), 500, id="half of it on the bank"),
        pytest.param(LineString([(200, 29), (700, 29)]), 500, id="just near enough"),
        pytest.param(LineString([(200, 31), (700, 31)]), 0, id="on the next street"),
        pytest.param(LineString([(500, -200), (500, 200)]), 0, id="over a bridge"),
        pytest.param(LineString([(200, 5), (400, 5), (200, -5)]), 200, id="there and back counts once"),
        pytest.param(shapely.MultiLineString([[(0, 0), (100, 0)], [(900, 0), (1000, 0)]]), 260, id="both ends, and the edges of the gap"),
        pytest.param(LineString([(-500, 0), (1500, 0)]), 1000, id="beyond both ends"),
        pytest.param(None, 0, id="no track"),
        pytest.param(shapely.Point(500, 0), 0, id="a place is no walk"),
        pytest.param(LineString(), 0, id="an empty track"),
    ],
)
def test_what_a_track_covers(track: shapely.Geometry | None, metres: float) -> None:
    found = measure_walked(REACH, track)
    assert found.metres == pytest.approx(metres, abs=1)
    assert found.share == pytest.approx(metres / 1000, abs=1e-3)


@given(LINES, LINES)
def test_a_share_is_a_share(reach: LineString, track: LineString) -> None:
    found = measure_walked(reach, track)
    assert 0 <= found.share <= 1
    assert 0 <= found.metres <= reach.length


@given(LINES)
def test_the_reach_itself_is_all_of_it(reach: LineString) -> None:
    # a line that comes back to its end is found there a step earlier
    assert measure_walked(reach, reach).metres == pytest.approx(reach.length, abs=STEP_METRES)


def test_a_whole_walk_is_all_of_it() -> None:
    bent = LineString([(0, 0), (300, 120), (500, 90), (900, 400)])
    assert measure_walked(bent, bent).share == pytest.approx(1, abs=1e-9)
    assert measure_walked(bent, shapely.offset_curve(bent, 12)).share > 0.97


@example(LineString([(0, 0.01), (0, 0), (0, -2.43), (0.26, -0.33)]), LineString([(-3.79, 0), (11.88, 0.01), (0.02, 0)]), 0.31, 0.01).via(
    "a leg over another one, which an overlay of both would have cut anew"
)
@given(LINES, LINES, NUMBERS, NUMBERS)
def test_walking_on_never_takes_away(reach: LineString, track: LineString, x: float, y: float) -> None:
    """Another leg covers at least as much."""
    further = shapely.MultiLineString([track, LineString([track.coords[-1], (x + 1, y)])])
    assert measure_walked(reach, further).metres >= measure_walked(reach, track).metres - 1e-6


def test_degrees_are_measured_in_metres() -> None:
    lon, lat = unproject([0.0 + 400_000, 400_500.0], [3_468_000.0, 3_468_000.0], "EPSG:4549")
    reach = LineString(list(zip(lon, lat, strict=True)))
    half = LineString([reach.coords[0], reach.interpolate(0.5, normalized=True)])
    found = measure_walked_in_degrees(reach, half, "EPSG:4549")
    assert found.metres == pytest.approx(250, abs=0.5)
    assert measure_walked_in_degrees(reach, None, "EPSG:4549").share == 0
