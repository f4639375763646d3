"""The walking order is the shortest one, against trying every order; tiers are kept; a place has one stop."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import unproject
from geo.route import MOST, walking_order, way_metres
from geo.stops import Stop, StopKind, choose_stops, order_stops, read_stop

CRS = "EPSG:4549"
EAST, NORTH = 547_000.0, 3_467_000.0
place = st.tuples(st.integers(0, 3000), st.integers(0, 3000))


def degrees(points: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    xy = np.array(points, dtype=float).reshape(-1, 2)
    return unproject(EAST + xy[:, 0], NORTH + xy[:, 1], CRS)


def stop(key: str, kind: StopKind, east: float, north: float) -> Stop:
    lon, lat = degrees([(east, north)])
    return Stop(key=key, kind=kind, lon=float(lon[0]), lat=float(lat[0]))


@settings(max_examples=40)
@given(st.lists(st.tuples(place, st.integers(0, 1)), min_size=1, max_size=6), st.none() | place)
def test_no_order_is_shorter(stops: list[tuple[tuple[int, int], int]], start: tuple[int, int] | None) -> None:
    points, tiers = [one for one, _ in stops], [tier for _, tier in stops]
    lon, lat = degrees(points)
    begin = None if start is None else tuple(float(one[0]) for one in degrees([start]))
    order = walking_order(lon, lat, CRS, tiers=tiers, start=begin)  # type: ignore[arg-type]

    def length(way: tuple[int, ...]) -> float:
        there = ([start] if start else []) + [points[one] for one in way]
        return float(sum(np.hypot(*np.subtract(a, b)) for a, b in pairwise(there)))

    allowed = [way for way in permutations(range(len(points))) if [tiers[one] for one in way] == sorted(tiers)]
    assert sorted(order) == list(range(len(points)))
    assert [tiers[one] for one in order] == sorted(tiers)
    assert length(tuple(order)) == pytest.approx(min(map(length, allowed)), abs=0.01)


def test_the_length_is_in_metres() -> None:
    lon, lat = degrees([(0, 0), (300, 400), (300, 1000)])
    assert way_metres(lon, lat, CRS) == pytest.approx(1100, abs=0.01)
    assert way_metres([], [], CRS) == 0


def test_too_many_stops_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        walking_order([121.5] * (MOST + 1), [31.3] * (MOST + 1), CRS)


def test_every_kind_has_its_turn_and_chance_its_share() -> None:
    many = {kind: [stop(f"{kind}{n}", kind, 300 * n, 700 * place) for n in range(6)] for place, kind in enumerate(StopKind)}
    chosen = choose_stops(many, CRS)
    kinds = [one.kind for one in chosen]
    assert len(chosen) == 8
    assert kinds.count(StopKind.DRAWN) == 2
    assert set(kinds) == set(StopKind)
    walked = order_stops(chosen, CRS)
    assert {one.kind for one in walked[:3]} == {StopKind.LOOK_BACK, StopKind.REPEAT, StopKind.DUE}


def test_a_quiet_day_still_has_five_stops() -> None:
    quiet = {
        StopKind.DRAWN: [stop("d", StopKind.DRAWN, 0, 0)],
        StopKind.UNVISITED: [stop(str(n), StopKind.UNVISITED, 0, 500 * n) for n in range(1, 9)],
    }
    assert len(choose_stops(quiet, CRS)) == 5
    assert choose_stops({}, CRS) == []


def test_two_reasons_at_one_place_are_one_stop() -> None:
    near = {
        StopKind.LOOK_BACK: [stop("w", StopKind.LOOK_BACK, 0, 0)],
        StopKind.DUE: [stop("c", StopKind.DUE, 40, 0), stop("e", StopKind.DUE, 90, 0)],
    }
    chosen = choose_stops(near, CRS)
    assert [one.key for one in chosen] == ["w", "e"]
    assert [one.key for one in chosen[0].also] == ["c"]
    assert read_stop(chosen[0].to_record()) == chosen[0]
