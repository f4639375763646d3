"""Repeat points: near or at one address, of one category, often enough; nothing counted twice, no chains."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import unproject
from geo.repeats import METRES, STAND_IN, TIMES, repeat_points

CRS = "EPSG:4549"
ORIGIN = (640_000.0, 3_468_000.0)


def reported(*places: tuple[float, float], category: str | None = "0116", address: str | None = None) -> pd.DataFrame:
    """Cases so many metres east and north of the origin."""
    metres = np.array(places, dtype=float).reshape(-1, 2) + ORIGIN
    lon, lat = unproject(metres[:, 0], metres[:, 1], CRS)
    cases = pd.DataFrame({"lon": lon, "lat": lat}).assign(kind="event", category=category, address=address)
    return cases.assign(id=range(1, len(cases) + 1))


def joined(*frames: pd.DataFrame) -> pd.DataFrame:
    cases = pd.concat(frames, ignore_index=True)
    return cases.assign(id=range(1, len(cases) + 1))


FIVE = [(0, 0), (5, 5), (10, 0), (0, 12), (3, 3)]


def test_five_near_each_other_are_a_point_in_their_middle() -> None:
    [point] = repeat_points(reported(*FIVE), CRS).to_dict("records")

    assert (point["ids"], point["n"], point["category"]) == ((1, 2, 3, 4, 5), 5, "0116")
    middle = reported((3.6, 4.0)).iloc[0]
    assert (point["geometry"].x, point["geometry"].y) == pytest.approx((middle["lon"], middle["lat"]), abs=1e-8)


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(reported(*FIVE[:4]), id="four"),
        pytest.param(joined(reported(*FIVE[:3]), reported(*FIVE[3:], category="0201")), id="two categories"),
        pytest.param(reported(*[(40 * n, 0) for n in range(9)]), id="too far apart"),
        pytest.param(reported(*[(22 * n, 0) for n in range(4)], (300, 0)), id="a chain of four and one far away"),
        pytest.param(reported(*[(900 * n, 0) for n in range(6)], address="淞沪路"), id="one street without a number"),
        pytest.param(reported(*FIVE, category=None), id="no category"),
        pytest.param(reported(*FIVE).assign(lon=np.nan), id="no place"),
        pytest.param(reported(), id="no case"),
    ],
)
def test_no_point(cases: pd.DataFrame) -> None:
    assert repeat_points(cases, CRS).empty


def test_one_address_is_one_place_wherever_it_was_pinned() -> None:
    [point] = repeat_points(reported(*[(200 * n, 0) for n in range(5)], address=" 政立路477号 "), CRS).to_dict("records")

    assert (point["n"], point["address"].strip()) == (5, "政立路477号")


def test_a_pin_of_many_addresses_is_no_place() -> None:
    pinned = joined(*(reported((0, 0), address=f"政立路{n}号") for n in range(STAND_IN)))
    assert repeat_points(pinned, CRS).empty

    often = joined(pinned, *(reported((0, 0), address="政立路1号") for _ in range(TIMES - 1)))
    [point] = repeat_points(often, CRS).to_dict("records")
    assert (point["n"], point["address"]) == (TIMES, "政立路1号")


def test_places_are_numbered_by_their_cases() -> None:
    far = [(500 + east, north) for east, north in [*FIVE, (1, 1)]]

    points = repeat_points(reported(*FIVE, *far), CRS)

    assert points.index.to_list() == [1, 2]
    assert points["n"].to_list() == [6, 5]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=40))
def test_no_case_counts_twice_and_nothing_is_overlooked(places: list[tuple[int, int]]) -> None:
    points = repeat_points(reported(*places), CRS)

    taken = [one for ids in points["ids"] for one in ids]
    assert len(taken) == len(set(taken))
    assert (points["n"] >= TIMES).all()
    for ids in points["ids"]:
        spots = np.array([places[one - 1] for one in ids], dtype=float)
        # all of them lie around one of them
        assert min(np.hypot(*(spots - centre).T).max() for centre in spots) <= METRES + 0.001
    left = [place for one, place in enumerate(places, start=1) if one not in taken]
    near = dict.fromkeys(range(len(left)), 1)
    for a, b in combinations(range(len(left)), 2):
        if np.hypot(left[a][0] - left[b][0], left[a][1] - left[b][1]) < METRES - 0.001:
            near[a] += 1
            near[b] += 1
    assert all(around < TIMES for around in near.values())
