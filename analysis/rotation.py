"""Who is on duty when, so that nobody carries more than the others? Days dealt by kind over any number of leaders, absences kept.

Fair means: of the working days, the weekend days, the public holidays and all days together, each leader has the mean of those who were
in the rotation on those days. The deal is the least sum of squared distances from that mean over every kind and the total at once. It is
a flow of least cost through days, leaders by kind and leaders, so its linear programme has a whole-numbered solution (Ahuja, Magnanti
and Orlin, Network Flows, 1993, 11.12 and 14): no leader is a day or more from the mean where the absences allow that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array


class DayKind(StrEnum):
    """What a duty day is: on a public holiday it weighs most."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


KINDS = tuple(DayKind)
TOTAL = "total"
Group = tuple[int, str]
# a step from the plan that is well spread costs less than any step from fairness
KEEP, FAIR = 1.0, 100.0
# days are changed between leaders until no exchange spreads them better, at most so often round
ROUNDS = 4


@dataclass(frozen=True, kw_only=True)
class Leader:
    """Somebody in the rotation, from a day until a day (None: no end), and when they are away, both ends included."""

    id: int
    since: date | None = None
    until: date | None = None
    away: tuple[tuple[date, date], ...] = ()

    def belongs(self, day: date) -> bool:
        """Whether the day counts for them."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def can(self, day: date) -> bool:
        """Whether they can be on duty that day."""
        return self.belongs(day) and not any(since <= day <= until for since, until in self.away)


@dataclass(frozen=True, kw_only=True)
class Dealt:
    """Who is on duty on each day that was dealt; days on which everybody is away."""

    shifts: dict[date, int]
    nobody: tuple[date, ...] = field(default=())


def deal(days: Sequence[date], kinds: Mapping[date, DayKind], leaders: Sequence[Leader], fixed: Mapping[date, int]) -> Dealt:
    """The days dealt over the leaders; `fixed` are the days that stay as they are, past ones and agreed ones, and count.

    `kinds` says of every day, dealt or fixed, what it is. The same input gives the same deal.
    """
    open_days = sorted(set(days) - set(fixed))
    served = [day for day in open_days if any(leader.can(day) for leader in leaders)]
    nobody = tuple(day for day in open_days if not any(leader.can(day) for leader in leaders))
    if not served:
        return Dealt(shifts={}, nobody=nobody)
    task = _Task(days=tuple(served), kinds=kinds, leaders=tuple(leaders), fixed=fixed)
    return Dealt(shifts=_spread(task, _deal_fairly(task, _deal_in_turn(task))), nobody=nobody)


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What is to be dealt, and what is known of it."""

    days: tuple[date, ...]
    kinds: Mapping[date, DayKind]
    leaders: tuple[Leader, ...]
    fixed: Mapping[date, int]

    @cached_property
    def counts(self) -> Counter[tuple[int, str]]:
        return count_shifts(self.fixed, self.kinds)

    @cached_property
    def shares(self) -> dict[tuple[int, str], float]:
        return share_of([*self.fixed, *self.days], self.kinds, self.leaders)


def count_shifts(shifts: Mapping[date, int], kinds: Mapping[date, DayKind]) -> Counter[tuple[int, str]]:
    """How many days of each kind, and in total, each leader serves, by (leader, kind)."""
    counts: Counter[tuple[int, str]] = Counter()
    for day, leader in shifts.items():
        counts[leader, kinds[day]] += 1
        counts[leader, TOTAL] += 1
    return counts


def share_of(days: Iterable[date], kinds: Mapping[date, DayKind], leaders: Sequence[Leader]) -> dict[tuple[int, str], float]:
    """The mean that is each leader's: of every day one part in as many as were in the rotation on it; absences take nothing away."""
    shares: dict[tuple[int, str], float] = {(leader.id, kind): 0.0 for leader in leaders for kind in (*KINDS, TOTAL)}
    for day in days:
        members = [leader.id for leader in leaders if leader.belongs(day)]
        for member in members:
            shares[member, kinds[day]] += 1 / len(members)
            shares[member, TOTAL] += 1 / len(members)
    return shares


def fairness(shifts: Mapping[date, int], kinds: Mapping[date, DayKind], leaders: Sequence[Leader]) -> pd.DataFrame:
    """Index leader id; for working, weekend, holiday and total the days served, `share_…` the mean and `off_…` the distance from it."""
    counts, shares = count_shifts(shifts, kinds), share_of(shifts, kinds, leaders)
    rows = {
        leader.id: {kind: counts[leader.id, kind] for kind in (*KINDS, TOTAL)}
        | {f"share_{kind}": shares[leader.id, kind] for kind in (*KINDS, TOTAL)}
        for leader in leaders
    }
    columns = [*(str(kind) for kind in (*KINDS, TOTAL)), *(f"share_{kind}" for kind in (*KINDS, TOTAL))]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("leader")
    return table.assign(**{f"off_{kind}": table[kind] - table[f"share_{kind}"] for kind in (*KINDS, TOTAL)})


def _deal_in_turn(task: _Task) -> dict[date, int]:
    """A first plan, day by day: whoever was on duty lately waits, then whoever lacks most days of the kind comes first."""
    counts, shares = Counter(task.counts), task.shares
    on = {leader.id: [day for day, who in task.fixed.items() if who == leader.id] for leader in task.leaders}
    rest = max(1, len(task.leaders) // 2)

    def wait(one: int, day: date) -> tuple[float, ...]:
        kind, gap = task.kinds[day], min((abs((day - other).days) for other in on[one]), default=10_000)
        return (-min(gap, rest), counts[one, kind] - shares[one, kind], counts[one, TOTAL] - shares[one, TOTAL], -gap, one)

    dealt: dict[date, int] = {}
    for day in task.days:
        dealt[day] = chosen = min((leader.id for leader in task.leaders if leader.can(day)), key=lambda one: wait(one, day))
        on[chosen].append(day)
        counts[chosen, task.kinds[day]] += 1
        counts[chosen, TOTAL] += 1
    return dealt


def _deal_fairly(task: _Task, first: Mapping[date, int]) -> dict[date, int]:
    """The fairest deal, and among those the one nearest to the first plan.

    Arcs: day → leader by kind (one unit a day), leader by kind → leader, leader → end. The last two cost the square of the distance from
    the mean, unit by unit, each unit dearer than the one before, so the programme takes them in order.
    """
    pairs = [(day, leader.id) for day in task.days for leader in task.leaders if leader.can(day)]
    groups = [(leader.id, str(kind)) for leader in task.leaders for kind in (*KINDS, TOTAL)]
    most = Counter(str(task.kinds[day]) for day in task.days) + Counter({TOTAL: len(task.days)})
    units = [(group, step) for group in groups for step in range(most[group[1]])]
    keep = [0.0 if first[day] == one else KEEP for day, one in pairs]
    dear = FAIR * len(task.days)
    fair = [dear * (2 * (task.counts[group] + step - task.shares[group]) + 1) for group, step in units]
    found = linprog([*keep, *fair], A_eq=_arcs(task, pairs, groups, units), b_eq=_units(task, groups), bounds=(0, 1), method="highs-ds")
    if not found.success:
        raise ValueError(f"{len(task.days)} days over {len(task.leaders)} leaders could not be dealt: {found.message}")
    return {day: one for (day, one), chosen in zip(pairs, found.x, strict=False) if chosen > 0.5}


def _arcs(task: _Task, pairs: Sequence[tuple[date, int]], groups: Sequence[Group], units: Sequence[tuple[Group, int]]) -> csr_array:
    """What goes in and out: a row for every day, then one for every leader by kind and in total; a column a pair or unit."""
    day_row = {day: place for place, day in enumerate(task.days)}
    group_row = {group: len(task.days) + place for place, group in enumerate(groups)}
    rows = [day_row[day] for day, _ in pairs]
    rows += [group_row[one, str(task.kinds[day])] for day, one in pairs]
    rows += [group_row[one, TOTAL] for _, one in pairs]
    rows += [group_row[group] for group, _ in units]
    columns = [*range(len(pairs))] * 3 + [len(pairs) + place for place in range(len(units))]
    values = [1.0] * (3 * len(pairs)) + [-1.0] * len(units)
    return coo_array((values, (rows, columns)), shape=(len(day_row) + len(group_row), len(pairs) + len(units))).tocsr()


def _units(task: _Task, groups: Sequence[Group]) -> NDArray[np.float64]:
    """One leader a day; what comes to a leader goes on."""
    return np.concatenate([np.ones(len(task.days)), np.zeros(len(groups))])


def _spread(task: _Task, dealt: Mapping[date, int]) -> dict[date, int]:
    """The same deal with days of one kind exchanged between leaders where that leaves them further apart: the counts stay."""
    known = {leader.id: leader for leader in task.leaders}
    plan = {**task.fixed, **dealt}
    reach = max(2, len(task.leaders))
    alike = {kind: [day for day in task.days if task.kinds[day] == kind] for kind in KINDS}
    for _ in range(ROUNDS):
        crowded = [day for day in task.days if _near(plan, day, plan[day], reach // 2)]
        # every crowded day gets its turn, so this is a sum and not an any
        if not sum(_exchange(plan, day, alike[task.kinds[day]], known, reach) for day in crowded):
            break
    return {day: plan[day] for day in task.days}


def _exchange(plan: dict[date, int], day: date, others: Sequence[date], known: Mapping[int, Leader], reach: int) -> bool:
    """Exchange the day with the one that spreads both leaders best, if any does."""
    best, partner = 0.0, None
    for other in others:
        one, two = plan[day], plan[other]
        if one == two or abs((other - day).days) > 3 * reach or not (known[one].can(other) and known[two].can(day)):
            continue
        before = _crowd(plan, day, one, reach) + _crowd(plan, other, two, reach)
        plan[day], plan[other] = two, one
        gain = before - _crowd(plan, day, two, reach) - _crowd(plan, other, one, reach)
        plan[day], plan[other] = one, two
        if gain > best + 1e-9:
            best, partner = gain, other
    if partner is None:
        return False
    plan[day], plan[partner] = plan[partner], plan[day]
    return True


def _crowd(plan: Mapping[date, int], day: date, who: int, reach: int) -> float:
    """How crowded the days of a leader are around a day: the squares of what is missing to `reach` days between two of them."""
    return float(sum((reach - gap) ** 2 for gap in _near(plan, day, who, reach)))


def _near(plan: Mapping[date, int], day: date, who: int, reach: int) -> list[int]:
    """The distances in days to the leader's other duty days nearer than `reach`."""
    first = day.toordinal()
    return [abs(gap) for gap in range(-reach + 1, reach) if gap and plan.get(date.fromordinal(first + gap)) == who]
