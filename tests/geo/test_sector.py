"""How far a camera reaches for a task, which way a code says it looks, and what shape it sees."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import project, project_shapes, unproject
from geo.layers import layer
from geo.sector import TASKS, in_view, sight_of, task_reach, view_sector
from geo.winds import read_direction

CRS = "EPSG:4549"
HOME = (121.4998, 31.3146)
CAMERAS = layer("cameras")

bearings = st.floats(0, 360, exclude_max=True)
views = st.floats(5, 355)
reaches = st.floats(3, 300)


@pytest.mark.parametrize(("task", "metres"), [("detect", 38), ("observe", 15), ("recognise", 7.7), ("identify", 3.8)])
def test_the_reach_of_1080p_at_ninety_degrees(task: str, metres: float) -> None:
    sight = sight_of({"bearing_deg": 0, "field_of_view_deg": 90, "range_m": 50, "pixels": 1920}, CAMERAS, TASKS[task])
    # the published figures have two digits
    assert sight.range_m == pytest.approx(metres, abs=0.5 if metres >= 10 else 0.05)


@pytest.mark.parametrize(
    ("pixels", "view", "ppm", "metres"),
    [
        pytest.param(1920, 90, 25, 38.4, id="1080p"),
        pytest.param(3840, 90, 25, 76.8, id="4K sees twice as far"),
        pytest.param(1280, 90, 125, 5.12, id="720p"),
        pytest.param(1920, 60, 25, 38.4 * 3**0.5, id="a narrow lens: tan 30° is 1/√3"),
        pytest.param(1920, 120, 25, 38.4 / 3**0.5, id="the widest straight lens: tan 60° is √3"),
        pytest.param(1920, 360, 25, 1920 / (25 * 2 * np.pi), id="a fisheye spreads its pixels over the circle"),
    ],
)
def test_reach_worked_by_hand(pixels: float, view: float, ppm: float, metres: float) -> None:
    assert task_reach(pixels, view, ppm) == pytest.approx(metres)


@given(st.floats(5, 360), st.floats(5, 360), st.floats(10, 400), st.floats(320, 8000))
def test_a_wider_view_never_reaches_further(one: float, other: float, ppm: float, pixels: float) -> None:
    narrow, wide = sorted((one, other))
    assert task_reach(pixels, wide, ppm) <= task_reach(pixels, narrow, ppm) * (1 + 1e-12)
    assert task_reach(pixels, narrow, 2 * ppm) == pytest.approx(task_reach(pixels, narrow, ppm) / 2)


@pytest.mark.parametrize(
    ("props", "wanted"),
    [
        pytest.param({"direction": "NE"}, (45.0, 22.5), id="one of eight codes"),
        pytest.param({"direction": "西南"}, (225.0, 22.5), id="in Chinese"),
        pytest.param({"direction": " nnw "}, (337.5, 11.25), id="one of sixteen"),
        pytest.param({"direction": "135"}, (135.0, 0.0), id="a figure has no doubt"),
        pytest.param({"direction": "-90°"}, (270.0, 0.0), id="a negative figure"),
        pytest.param({"direction": "NE", "bearing_deg": 50}, (50.0, 0.0), id="what was measured stands"),
        pytest.param({"direction": "NE", "bearing_deg": 45}, (45.0, 22.5), id="a bearing read from the code keeps its doubt"),
        pytest.param({"direction": "SW", "bearing_deg": None}, (225.0, 22.5), id="an empty bearing"),
        pytest.param({"direction": "gate"}, (None, 0.0), id="nothing known: all round"),
        pytest.param({"direction": "N", "type": "ptz"}, (None, 0.0), id="a ptz turns"),
        pytest.param({"direction": "N", "field_of_view_deg": 360}, (None, 0.0), id="all round"),
        pytest.param({}, (None, 0.0), id="nothing said"),
    ],
)
def test_which_way_it_looks(props: dict[str, object], wanted: tuple[float | None, float]) -> None:
    sight = sight_of(props, CAMERAS)
    assert (sight.bearing_deg, sight.doubt_deg) == wanted


@pytest.mark.parametrize("ppm", TASKS.values())
def test_a_ptz_turns_a_lens(ppm: int) -> None:
    turning = sight_of({"type": "ptz", "field_of_view_deg": 360}, CAMERAS, ppm)
    assert turning.range_m == pytest.approx(task_reach(1920, 90, ppm))
    assert turning.bearing_deg is None


@given(st.floats(-1e6, 1e6) | st.sampled_from(["", "N;S", "nan", "inf", "东偏北", None]))
def test_directions_are_on_the_circle_or_unknown(value: float | str | None) -> None:
    found = read_direction(value)
    if isinstance(value, float):
        assert found is not None
        assert 0 <= found[0] <= 360
        assert cos(radians(found[0])) == pytest.approx(cos(radians(value)), abs=1e-6)
        assert found[1] == 0
    else:
        assert found is None


def truth(bearing: float, view: float, metres: float) -> shapely.Geometry:
    """The sector drawn in EPSG:4549 itself: a fine circle cut by a wedge, turned by the angle from grid north to true north."""
    x, y = (float(one) for one in project(*HOME, CRS))
    north = project(HOME[0], HOME[1] + 1e-4, CRS)
    turn = np.degrees(np.arctan2(float(north[0]) - x, float(north[1]) - y))
    steps = np.radians(np.linspace(bearing - view / 2, bearing + view / 2, 721) + turn)
    arc = np.column_stack([x + metres * np.sin(steps), y + metres * np.cos(steps)])
    return shapely.Polygon(np.vstack([[x, y], arc]))


@given(bearings, views, reaches)
def test_a_sector_is_the_one_drawn_in_metres(bearing: float, view: float, metres: float) -> None:
    [drawn] = project_shapes([view_sector(*HOME, bearing, view, metres)], CRS)
    wanted = truth(bearing, view, metres)
    # the arc is made of chords, and the ellipsoid's metre and that of the CRS differ by less than one in ten thousand here
    assert drawn.area == pytest.approx(radians(view) / 2 * metres**2, rel=2e-3)
    assert shapely.symmetric_difference(drawn, wanted).area <= 3e-3 * wanted.area + 1e-3 * metres


@given(bearings, views, reaches, st.floats(-179, 179), st.floats(0.05, 1.5))
def test_what_lies_in_a_sector(bearing: float, view: float, metres: float, off: float, far: float) -> None:
    x, y = (float(one) for one in project(*HOME, CRS))
    # grid north and true north differ by half a degree here: stay clear of the edges
    if abs(abs(off) - view / 2) < 1.5 or abs(far - 1) < 0.01:
        return
    angle = radians(bearing + off)
    lon, lat = unproject(x + far * metres * sin(angle), y + far * metres * cos(angle), CRS)
    held = view_sector(*HOME, bearing, view, metres).contains(shapely.Point(float(lon), float(lat)))
    assert held == (abs(off) < view / 2 and far < 1)
    assert bool(in_view(bearing + off, bearing, view)) == (abs(off) < view / 2)
