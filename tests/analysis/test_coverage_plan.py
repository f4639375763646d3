"""The greedy plan against the exact optimum of small cases, and its own bound against both."""

from __future__ import annotations

import time
from math import e

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, hstack, vstack

from analysis.coverage_plan import plan_coverage

Sets = list[set[int]]


def pairs_of(sets: Sets) -> tuple[list[int], list[int]]:
    pairs = [(case, camera) for camera, cases in enumerate(sets) for case in cases]
    return [case for case, _ in pairs], [camera for _, camera in pairs]


def best(sets: Sets, count: int) -> int:
    """The most that `count` sets can cover, by an integer programme: a case counts when a chosen camera sees it."""
    cases, cameras = pairs_of(sets)
    known, rows = np.unique(cases, return_inverse=True)
    if not len(known):
        return 0
    sees = coo_array((np.ones(len(rows)), (rows, cameras)), shape=(len(known), len(sets)))
    counted = coo_array((-np.ones(len(known)), (range(len(known)), range(len(known)))), shape=(len(known), len(known)))
    few = hstack([coo_array(np.ones((1, len(sets)))), coo_array((1, len(known)))])
    rules = LinearConstraint(
        vstack([hstack([sees, counted]), few]).tocsc(), [*[0.0] * len(known), -np.inf], [*[np.inf] * len(known), count]
    )
    cost = np.concatenate([np.zeros(len(sets)), -np.ones(len(known))])
    solved = milp(cost, constraints=rules, integrality=np.ones(len(cost)), bounds=Bounds(0, 1))
    assert solved.success
    return round(-solved.fun)


def test_worked_by_hand() -> None:
    # 0 sees five; then 2 adds three, 1 adds one of its four, 3 none
    sets: Sets = [{1, 2, 3, 4, 5}, {3, 4, 5, 6}, {1, 7, 8, 9}, {2, 7}]
    plan = plan_coverage(*pairs_of(sets), cameras=4)
    assert plan.order.tolist() == [0, 2, 1, 3]
    assert plan.gains.tolist() == [5, 3, 1, 0]
    assert plan.totals.tolist() == [0, 5, 8, 9, 9]
    # at the start the two largest gains are 5 and 4; after 0 they are 3 and 1
    assert plan.most.tolist() == [0, 5, 9, 9, 9]
    assert [plan.at_least(count) for count in (0, 1, 2, 4)] == [None, 1, 8 / 9, 1]


def test_where_greedy_is_not_best_its_bound_says_so() -> None:
    # two cameras cover all eight cases; the greedy one takes the middle first and needs all three
    sets: Sets = [{1, 2, 3, 4}, {5, 6, 7, 8}, {2, 3, 4, 5, 6}]
    plan = plan_coverage(*pairs_of(sets), cameras=3)
    assert plan.totals.tolist() == [0, 5, 7, 8]
    assert best(sets, 2) == 8
    assert plan.most[2] == 8
    assert plan.at_least(2) == 7 / 8


def test_of_equals_the_lower_number_and_pairs_count_once() -> None:
    plan = plan_coverage([7, 7, 8, 8, 8], [2, 2, 1, 0, 0], cameras=4)
    assert plan.order.tolist() == [0, 2, 1, 3]
    assert plan.gains.tolist() == [1, 1, 0, 0]


def test_nothing_to_choose_from() -> None:
    assert len(plan_coverage([], [], cameras=0)) == 0
    plan = plan_coverage([], [], cameras=3)
    assert (plan.order.tolist(), plan.gains.tolist(), plan.at_least(3)) == ([0, 1, 2], [0, 0, 0], None)


@settings(max_examples=60)
@given(st.lists(st.sets(st.integers(0, 24), max_size=10), min_size=1, max_size=9), st.data())
def test_greedy_is_within_its_guarantee_of_the_optimum(sets: Sets, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, len(sets)))
    plan = plan_coverage(*pairs_of(sets), cameras=len(sets))
    optimum, greedy = best(sets, count), int(plan.totals[count])
    assert (1 - 1 / e) * optimum <= greedy <= optimum <= plan.most[count]
    assert sorted(plan.order.tolist()) == list(range(len(sets)))
    seen: set[int] = set()
    for camera, gain in zip(plan.order, plan.gains, strict=True):
        gains = [len(cases - seen) for cases in sets]
        assert gain == gains[camera] == max(gains)
        seen |= sets[camera]


@pytest.mark.timing
def test_240_cameras_over_41_282_cases_take_under_five_seconds() -> None:
    draw = np.random.default_rng(5)
    # far denser than any city: each camera sees a hundredth of all cases
    case, camera = draw.integers(0, 41_282, 100_000), draw.integers(0, 240, 100_000)
    started = time.perf_counter()
    plan = plan_coverage(case, camera, cameras=240)
    assert time.perf_counter() - started < 5
    assert plan.totals[-1] == len(np.unique(case))
