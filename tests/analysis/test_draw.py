"""The draw is fair, repeats nothing within a cycle, and can be checked afterwards."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from analysis.draw import Draw, draw_places, is_same, pick_one, read_draw, seed_of

FIRST = date(2017, 10, 1)
ZONES = [f"Z{number:02}" for number in range(1, 32)]


def draws(days: int, weights: dict[str, float], count: int, version: str = "22.0") -> list[Draw]:
    made: list[Draw] = []
    for number in range(days):
        made.append(draw_places(FIRST + timedelta(days=number), f"{version}{number}", weights, made, count))
    return made


@settings(max_examples=40)
@given(st.integers(1, 31), st.integers(1, 4), st.text(max_size=6), st.lists(st.floats(0.1, 90), min_size=31, max_size=31))
def test_over_one_cycle_every_place_is_drawn_once(number: int, count: int, version: str, heavy: list[float]) -> None:
    places = ZONES[:number]
    made = draws(3 * number, dict(zip(places, heavy, strict=False)), count, version)
    order = [place for draw in made for place in draw.drawn]
    cycles = [order[first : first + number] for first in range(0, len(order) - number + 1, number)]

    assert len(cycles) >= 3
    assert all(sorted(cycle) == places for cycle in cycles)
    # on one day no place comes twice either
    assert all(len(set(draw.drawn)) == len(draw.drawn) == min(count, number) for draw in made)


def test_the_record_runs_again_to_the_same_result() -> None:
    for draw in draws(40, {zone: 1.0 + place for place, zone in enumerate(ZONES)}, 2):
        kept = read_draw(draw.to_json())
        assert kept == draw
        assert is_same(kept)


def test_a_record_that_was_changed_is_seen() -> None:
    draw = draws(3, dict.fromkeys(ZONES, 1.0), 2)[-1]
    other = next(zone for zone in ZONES if zone not in (*draw.out, *draw.drawn))
    for changed in (
        {"drawn": [other, draw.drawn[1]]},
        {"seed": "0" * 64},
        {"version": "another"},
        {"weights": draw.weights | {other: 1e6}},
    ):
        kept = read_draw(draw.to_json())
        assert not is_same(Draw(**{**vars(kept), **{name: tuple(v) if isinstance(v, list) else v for name, v in changed.items()}}))


def test_the_seed_is_what_anybody_can_compute() -> None:
    assert seed_of(date(2017, 10, 31), "22.40") == hashlib.sha256(b"2017-10-31|22.40").hexdigest()


def test_places_of_equal_weight_come_first_equally_often() -> None:
    first = Counter(draw_places(FIRST + timedelta(days=n), "", dict.fromkeys("ABCD", 1.0), [], 1).drawn[0] for n in range(2000))
    assert all(binomtest(first[place], 2000, 0.25).pvalue > 0.001 for place in "ABCD")


def test_a_weight_makes_a_place_come_sooner_as_much_as_it_says() -> None:
    first = Counter(draw_places(FIRST + timedelta(days=n), "", {"A": 3.0, "B": 1.0}, [], 1).drawn[0] for n in range(2000))
    assert binomtest(first["A"], 2000, 0.75).pvalue > 0.001


def test_one_of_many_is_any_of_them() -> None:
    picked = Counter(pick_one(str(n), "Z01", range(5)) for n in range(2000))
    assert np.isclose([picked[one] / 2000 for one in range(5)], 0.2, atol=0.04).all()


def test_a_place_that_is_new_or_gone_does_not_break_the_cycle() -> None:
    weights = dict.fromkeys("ABC", 1.0)
    one = draw_places(FIRST, "", weights, [], 2)
    [left] = set("ABC") - set(one.drawn)
    more = draw_places(FIRST + timedelta(days=1), "", weights | {"D": 1.0}, [one], 2)
    assert set(more.drawn) == {left, "D"}
    fewer = draw_places(FIRST + timedelta(days=1), "", dict.fromkeys(one.drawn, 1.0), [one], 2)
    assert (fewer.cycle, set(fewer.drawn)) == (2, set(one.drawn))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"on": 3}'])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no record of a draw"):
        read_draw(text)


def test_a_weight_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        draw_places(FIRST, "", {"A": 0.0}, [], 1)
