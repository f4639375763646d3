"""The siting against the exact optimum of a solver, and against plain sets."""

from __future__ import annotations

from math import e

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from analysis.siting import coverage, exchange, plan_sites, site_greedily, upper_bound


def best_of(covers: csr_array, n: int) -> int:
    """The most cases that n sites can cover, by a solver: cases y ≤ the sites x that cover them, at most n sites."""
    sites, cases = covers.shape
    if not sites or not cases:
        return 0
    covered = LinearConstraint(hstack([-covers.T, eye_array(cases)]), ub=np.zeros(cases))
    few = LinearConstraint(np.append(np.ones(sites), np.zeros(cases))[None, :], ub=n)
    cost = np.append(np.zeros(sites), -np.ones(cases))
    found = milp(cost, integrality=np.ones(sites + cases), bounds=Bounds(0, 1), constraints=[covered, few])
    assert found.success
    return round(-float(found.fun))


@st.composite
def towns(draw: st.DrawFn) -> csr_array:
    """Sites and cases strewn over a square, a site covering what is near it."""
    seed = draw(st.integers(0, 10_000))
    dice = np.random.default_rng(seed)
    sites, cases = dice.uniform(0, 10, (draw(st.integers(1, 25)), 2)), dice.uniform(0, 10, (draw(st.integers(1, 60)), 2))
    near = np.hypot(*(sites[:, None] - cases[None]).transpose(2, 0, 1)) < draw(st.floats(0.5, 4))
    site, case = np.nonzero(near)
    return coverage((site, case), len(sites), len(cases))


def cases_of(covers: csr_array, sites: list[int] | tuple[int, ...]) -> set[int]:
    rows = covers.toarray()
    return {int(case) for site in sites for case in np.flatnonzero(rows[site])}


@given(towns(), st.integers(1, 6))
def test_it_is_near_the_best_and_its_bound_holds(covers: csr_array, n: int) -> None:
    best, plan = best_of(covers, n), plan_sites(covers, n)
    assert len(set(plan.sites)) == len(plan.sites) <= n
    assert plan.covered == len(cases_of(covers, plan.sites))
    assert best * (1 - 1 / e) <= sum(plan.curve[:n]) <= plan.covered <= best <= plan.bound <= plan.coverable <= plan.demand


@given(towns(), st.integers(1, 20))
def test_no_further_site_adds_more_than_the_one_before(covers: csr_array, n: int) -> None:
    plan = plan_sites(covers, n)
    for gains in (plan.curve, plan.gains):
        assert list(gains) == sorted(gains, reverse=True)
        assert all(gain > 0 for gain in gains)
    order, _ = site_greedily(covers, 20)
    seen: set[int] = set()
    for site, gain in zip(order, plan.curve, strict=True):
        now = cases_of(covers, [site])
        assert len(now - seen) == gain
        seen |= now


@given(towns(), st.integers(1, 4))
def test_no_single_exchange_covers_more(covers: csr_array, n: int) -> None:
    order, _ = site_greedily(covers, n)
    kept = exchange(covers, order)
    for place in range(len(kept)):
        for other in range(covers.shape[0]):
            assert len(cases_of(covers, [*kept[:place], other, *kept[place + 1 :]])) <= len(cases_of(covers, kept))


def test_an_exchange_repairs_what_greed_spoils() -> None:
    # the middle site takes four first, and leaves the two of three apart; the best two are those
    covers = coverage(([0, 0, 0, 0, 1, 1, 1, 2, 2, 2], [1, 2, 3, 4, 0, 1, 2, 3, 4, 5]), 3, 6)
    plan = plan_sites(covers, 2)
    assert sum(plan.curve[:2]) == 5
    assert (set(plan.sites), plan.gains) == ({1, 2}, (3, 3))
    assert plan.bound == best_of(covers, 2) == 6


@pytest.mark.parametrize(("sites", "cases"), [(0, 0), (0, 5), (5, 0), (3, 4)])
def test_nothing_to_cover(sites: int, cases: int) -> None:
    nobody: list[int] = []
    plan = plan_sites(coverage((nobody, nobody), sites, cases), 3)
    assert (plan.sites, plan.curve, plan.covered, plan.bound, plan.demand) == ((), (), 0, 0, cases)


def test_ties_go_to_the_lower_number() -> None:
    covers = coverage(([2, 1, 0], [0, 1, 2]), 3, 3)
    assert plan_sites(covers, 3).sites == (0, 1, 2)
    assert upper_bound(covers, [0], 2) == 2
