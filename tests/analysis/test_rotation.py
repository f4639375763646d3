"""The rotation is fair by kind of day and in total, whatever the absences; the past stays; the same input gives the same plan."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.rotation import KINDS, DayKind, Leader, count_shifts, deal, fairness, share_of

YEAR = [date(2018, 1, 1) + timedelta(days=n) for n in range(365)]
SPRING = {date(2018, 2, 15) + timedelta(days=n) for n in range(7)}
NATIONAL = {date(2018, 10, 1) + timedelta(days=n) for n in range(7)}
LEADERS = 11


def kind_of(day: date) -> DayKind:
    if day in SPRING | NATIONAL:
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING


KIND = {day: kind_of(day) for day in [date(2017, 1, 1) + timedelta(days=n) for n in range(1000)]}
# who is away, from which day of the year, for how many days
away = st.tuples(st.integers(0, LEADERS - 1), st.integers(0, 364), st.integers(1, 14))


def leaders_of(absences: list[tuple[int, int, int]], number: int = LEADERS) -> list[Leader]:
    spans = {one: tuple((YEAR[a], YEAR[a] + timedelta(days=n - 1)) for who, a, n in absences if who == one) for one in range(number)}
    return [Leader(id=one, away=spans[one]) for one in range(number)]


@settings(max_examples=12)
@given(st.lists(away, min_size=20, max_size=20))
def test_nobody_is_more_than_a_day_from_the_mean_in_a_year_with_twenty_absences(absences: list[tuple[int, int, int]]) -> None:
    leaders = leaders_of(absences)
    dealt = deal(YEAR, KIND, leaders, {})

    assert sorted(dealt.shifts) == YEAR
    assert all(leaders[who].can(day) for day, who in dealt.shifts.items())
    # counted here, not by the code under test
    for days in (YEAR, [day for day in YEAR if KIND[day] == DayKind.WEEKEND], [day for day in YEAR if KIND[day] == DayKind.HOLIDAY]):
        counts = Counter(dealt.shifts[day] for day in days)
        assert max(abs(counts[one] - len(days) / LEADERS) for one in range(LEADERS)) <= 1


@settings(max_examples=25)
@given(st.integers(1, 6), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 59), st.integers(1, 30)), max_size=6), st.data())
def test_any_number_of_leaders_any_past(number: int, absences: list[tuple[int, int, int]], data: st.DataObject) -> None:
    leaders = leaders_of([one for one in absences if one[0] < number], number)
    past = {YEAR[n] - timedelta(days=60): data.draw(st.integers(0, number - 1)) for n in range(data.draw(st.integers(0, 40)))}
    dealt = deal(YEAR[:60], KIND, leaders, past)

    assert set(dealt.shifts) | set(dealt.nobody) == set(YEAR[:60])
    assert all(leaders[who].can(day) for day, who in dealt.shifts.items())
    assert all(not leader.can(day) for day in dealt.nobody for leader in leaders)
    assert deal(YEAR[:60], KIND, leaders, past) == dealt


def test_whoever_carried_more_is_spared_and_whoever_stood_in_is_paid_back() -> None:
    past = {YEAR[n]: 0 for n in range(6)} | {YEAR[n]: 1 for n in range(6, 8)}
    dealt = deal(YEAR[8:20], KIND, leaders_of([], 2), past)

    counts = count_shifts({**past, **dealt.shifts}, KIND)
    assert counts[0, "total"] == counts[1, "total"] == 10


def test_a_newcomer_owes_nothing_for_the_time_before() -> None:
    leaders = [Leader(id=0), Leader(id=1), Leader(id=2, since=YEAR[100])]
    past = {day: n % 2 for n, day in enumerate(YEAR[:100])}
    dealt = deal(YEAR[100:190], KIND, leaders, past)

    assert Counter(dealt.shifts.values()) == {0: 30, 1: 30, 2: 30}


def test_nobody_serves_twice_within_a_few_days() -> None:
    dealt = deal(YEAR, KIND, leaders_of([]), {})
    days = {one: [day for day, who in sorted(dealt.shifts.items()) if who == one] for one in range(LEADERS)}
    gaps = [(b - a).days for on in days.values() for a, b in pairwise(on)]
    assert min(gaps) >= 4


def test_a_day_when_everybody_is_away_is_named() -> None:
    leaders = [Leader(id=one, away=((YEAR[3], YEAR[4]),)) for one in range(3)]
    assert deal(YEAR[:8], KIND, leaders, {}).nobody == (YEAR[3], YEAR[4])


def test_fairness_adds_up_by_hand() -> None:
    days = [date(2018, 10, 1), date(2018, 10, 8), date(2018, 10, 9), date(2018, 10, 13)]
    shifts = dict(zip(days, (1, 1, 2, 1), strict=True))
    table = fairness(shifts, KIND, [Leader(id=1), Leader(id=2)])
    assert table.loc[1, ["working", "weekend", "holiday", "total"]].tolist() == [1, 1, 1, 3]
    assert table.loc[2, ["share_working", "share_weekend", "share_holiday", "share_total"]].tolist() == [1, 0.5, 0.5, 2]
    assert table.loc[2, "off_total"] == -1
    assert sum(share_of(days, KIND, [Leader(id=1), Leader(id=2)])[one, str(kind)] for one in (1, 2) for kind in KINDS) == pytest.approx(4)
