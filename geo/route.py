"""In which order are stops walked? The shortest way over all of them, pressing ones first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from geo.crs import Floats, project

# beyond so many stops the exact way takes too long
MOST = 12
# a way through streets is longer than the crow flies; for the length of a walk said to people
DETOUR = 1.3


def walking_order(
    lon: ArrayLike, lat: ArrayLike, crs: str, *, tiers: Sequence[int] = (), start: tuple[float, float] | None = None
) -> list[int]:
    """The order of the stops (WGS-84 degrees) that makes the shortest open way in `crs`; of equally short ones the first by number.

    Every stop of a lower tier comes before those of a higher one. The way begins at `start` (longitude, latitude) if given, else at the
    best stop. Exact, by the dynamic programme of Held and Karp (1962) with straight lines; ValueError above MOST stops.
    """
    x, y = project(lon, lat, crs)
    number = len(x)
    if number > MOST:
        raise ValueError(f"{number} stops are to be walked; wanted at most {MOST}")
    if not number:
        return []
    levels = list(tiers) or [0] * number
    legs = np.hypot(x[:, None] - x, y[:, None] - y)
    first = _from_start(x, y, crs, start)
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {
        (1 << one, one): (float(first[one]), (one,)) for one in range(number) if levels[one] == min(levels)
    }
    for _ in range(number - 1):
        best = _one_further(best, legs, levels)
    return list(min(best.values())[1])


def way_metres(lon: ArrayLike, lat: ArrayLike, crs: str) -> float:
    """The length of the way over stops (WGS-84 degrees) in the order given, straight from one to the next, in metres of `crs`."""
    x, y = project(lon, lat, crs)
    return float(np.hypot(np.diff(x), np.diff(y)).sum())


def _from_start(x: Floats, y: Floats, crs: str, start: tuple[float, float] | None) -> Floats:
    if start is None:
        return np.zeros(len(x))
    here_x, here_y = project([start[0]], [start[1]], crs)
    return np.asarray(np.hypot(x - here_x, y - here_y))


def _one_further(
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]], legs: Floats, levels: Sequence[int]
) -> dict[tuple[int, int], tuple[float, tuple[int, ...]]]:
    """Every best way with one stop more, by (stops walked as bits, last stop)."""
    further: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}
    for (walked, last), (metres, way) in best.items():
        left = [one for one in range(len(levels)) if not walked >> one & 1]
        now = min(levels[one] for one in left)
        for one in left:
            if levels[one] == now:
                there = (walked | 1 << one, one)
                longer = (metres + float(legs[last, one]), (*way, one))
                further[there] = min(further.get(there, longer), longer)
    return further
