"""Where do n new places cover most? Maximal covering: greedy order, exchange of places, and how good the answer surely is.

The problem is Church and ReVelle's (The maximal covering location problem, 1974). Taking again and again the place that adds most
covers at least 1 − 1/e of the best (Nemhauser, Wolsey and Fisher, 1978); exchanging one place for another repairs most of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

MOST_SITES = 20


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Places by their numbers, the one that adds most first, with what each adds; and the curve of the greedy order."""

    sites: tuple[int, ...]
    gains: tuple[int, ...]
    # what the greedy order adds with its first, second … place: never more than the one before
    curve: tuple[int, ...]
    # the sites of the greedy order
    order: tuple[int, ...]
    # no choice of as many places as were asked for covers more
    bound: int
    # all that could be covered by any number of places, and all that there is
    coverable: int
    demand: int

    @property
    def covered(self) -> int:
        """What the places cover together."""
        return sum(self.gains)


def coverage(pairs: tuple[ArrayLike, ArrayLike], sites: int, demand: int) -> csr_array:
    """The table of sites by cases, 1 where a site covers a case, from pairs (site, case) without repeats."""
    site, case = (np.asarray(one, dtype=np.int64) for one in pairs)
    return csr_array((np.ones(len(site), dtype=np.int64), (site, case)), shape=(sites, demand))


def plan_sites(covers: csr_array, n: int, most: int = MOST_SITES) -> Plan:
    """The best found choice of up to n sites; fewer where nothing is left to cover."""
    order, curve = site_greedily(covers, max(n, most))
    chosen = exchange(covers, order[:n])
    sites, gains = site_greedily(covers, n, among=chosen)
    sites_count = covers.shape[0]
    coverable = int((covers.sum(axis=0) > 0).sum()) if sites_count else 0
    return Plan(
        sites=tuple(sites),
        gains=tuple(gains),
        curve=tuple(curve[:most]),
        order=tuple(order[:most]),
        bound=min(upper_bound(covers, order, n), coverable),
        coverable=coverable,
        demand=covers.shape[1],
    )


def site_greedily(covers: csr_array, most: int, among: Iterable[int] | None = None) -> tuple[list[int], list[int]]:
    """Sites one after another, each where it adds most (the lower number of two equal ones), and what each adds; none adds nothing."""
    taken = takewhile(lambda step: step[1][step[0]] > 0, greedy_steps(covers, among))
    found = [(site, int(left[site])) for site, left in islice(taken, most)]
    return [site for site, _ in found], [gain for _, gain in found]


def greedy_steps(covers: csr_array, among: Iterable[int] | None = None) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Every site in the greedy order, with what each site would add before it is taken; of equals the lower number first."""
    free = np.ones(covers.shape[0], dtype=bool) if among is None else np.isin(np.arange(covers.shape[0]), list(among))
    waiting = np.ones(covers.shape[1], dtype=np.int64)
    while free.any():
        left = covers @ waiting
        best = int(np.argmax(np.where(free, left, -1)))
        yield best, left
        free[best] = False
        waiting[_cases_of(covers, best)] = 0


def added_by(covers: csr_array, order: Iterable[int]) -> list[NDArray[np.int64]]:
    """The cases that each site covers and none before it in the order does, by their numbers."""
    waiting, found = np.ones(covers.shape[1], dtype=bool), []
    for site in order:
        reached = np.sort(_cases_of(covers, site)).astype(np.int64)
        found.append(reached[waiting[reached]])
        waiting[reached] = False
    return found


def exchange(covers: csr_array, chosen: Iterable[int]) -> list[int]:
    """The chosen sites after every exchange of one for another that covers more, until there is none."""
    kept = list(chosen)
    times = np.zeros(covers.shape[1], dtype=np.int64)
    for site in kept:
        times[_cases_of(covers, site)] += 1
    better = bool(kept)
    while better:
        better = False
        for place, site in enumerate(kept):
            times[_cases_of(covers, site)] -= 1
            gain = covers @ (times == 0).astype(np.int64)
            best = int(gain.argmax())
            if gain[best] > gain[site]:
                kept[place], better = best, True
            times[_cases_of(covers, kept[place])] += 1
    return kept


def upper_bound(covers: csr_array, order: list[int], n: int) -> int:
    """What no n sites can exceed: after any of the greedy steps, n more can add at most the n largest gains that are left there."""
    waiting = np.ones(covers.shape[1], dtype=np.int64)
    bounds = [int(covers.shape[1])]
    for step in range(len(order) + 1):
        gain = np.sort(covers @ waiting)[::-1]
        bounds.append(int((waiting == 0).sum() + gain[:n].sum()))
        if step < len(order):
            waiting[_cases_of(covers, order[step])] = 0
    return min(bounds)


def _cases_of(covers: csr_array, site: int) -> NDArray[np.int32]:
    found: NDArray[np.int32] = covers.indices[covers.indptr[site] : covers.indptr[site + 1]]
    return found
