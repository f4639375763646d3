"""In which order do further cameras add most cases seen, and how near is that to the best there is?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.siting import coverage, greedy_steps

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """An order of candidates. `gains[i]` are the cases that the i-th one adds; `most[k]` is a number that no k candidates can exceed."""

    order: Ints
    gains: Ints
    most: Ints

    def __len__(self) -> int:
        return len(self.order)

    @property
    def totals(self) -> Ints:
        """Cases added by the first k candidates, k from 0 to all."""
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.gains)])

    def at_least(self, count: int) -> float | None:
        """What the first `count` add is at least this share of the best that any so many could; None where nothing can be added."""
        most = int(self.most[count])
        return float(self.totals[count] / most) if most else None


def plan_coverage(case: ArrayLike, camera: ArrayLike, *, cameras: int) -> Plan:
    """The greedy order of `cameras` candidates by how many cases each sees that none before it sees; of equals the lower number first.

    `case` and `camera` are the pairs of a case (any numbers) and a candidate (0 to cameras - 1) that sees it, each once; leave
    out the cases that are seen already. Any k candidates of the order see at least 1 - 1/e of what the best k see (Nemhauser, Wolsey and
    Fisher 1978). The bound on the best k is the one worked out on the way: for every set S of the order, f(S) plus the k
    largest gains that are left at S (Leskovec and others 2007), and never more than all can see.
    """
    pairs = np.unique(np.column_stack([np.asarray(case, np.int64), np.asarray(camera, np.int64)]), axis=0)
    cases, rows = np.unique(pairs[:, 0], return_inverse=True)
    order: list[int] = []
    gains: list[int] = []
    most, total = np.full(cameras + 1, len(cases), dtype=np.int64), 0
    for best, left in greedy_steps(coverage((pairs[:, 1], rows), cameras, len(cases))):
        most = np.minimum(most, total + _largest_sums(np.delete(left, order), cameras))
        order.append(best)
        gains.append(int(left[best]))
        total += gains[-1]
    return Plan(np.array(order, dtype=np.int64), np.array(gains, dtype=np.int64), most)


def _largest_sums(gains: Ints, cameras: int) -> Ints:
    """The sum of the k largest gains, k from 0 to all candidates."""
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.sort(gains)[::-1])])
    return np.pad(sums, (0, cameras + 1 - len(sums)), mode="edge")
