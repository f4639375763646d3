"""Relapse against hand-worked figures: the curve, the shares, the flags, and when to look again."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.relapse import Area, Flag, Reason, flag, look_backs, relapse_curve, relapse_share

SIGNED = date(2017, 1, 1)
TODAY = date(2017, 10, 31)


def area(code: str = "A", *days: int, signed: date | None = SIGNED) -> Area:
    """An area with relapses so many days after its sign-off."""
    return Area(code=code, signed_off_on=signed, relapses=tuple((signed or SIGNED) + timedelta(days=one) for one in days))


# the 21 patients on 6-MP of Freireich (1963): weeks to relapse, or followed without one; the best-known worked example of the curve
RELAPSED = (6, 6, 6, 7, 10, 13, 16, 22, 23)
HELD = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
WORKED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def test_the_curve_of_the_textbook() -> None:
    # all are followed to the same day, so what held for n days was signed off n days before it
    areas = [area(f"R{place}", days) for place, days in enumerate(RELAPSED)]
    areas += [Area(code=f"H{place}", signed_off_on=TODAY - timedelta(days=days)) for place, days in enumerate(HELD)]
    curve = relapse_curve(areas, TODAY).set_index("days")
    assert curve.index.tolist() == [0, *WORKED]
    assert curve["held"].round(3).tolist() == [1, *WORKED.values()]
    assert curve["at_risk"].tolist() == [21, 21, 17, 15, 12, 11, 7, 6]
    # log(-log) limits at week 10, as Stata's sts list gives them
    assert curve.loc[10, ["low", "high"]].astype(float).round(3).tolist() == [0.503, 0.889]


def test_two_areas_say_next_to_nothing() -> None:
    """By hand: Greenwood's sum is 1 / (2 · 1); √0.5 · 1.95996 / ln 2 = 1.9994; 0.5 ^ e^±1.9994."""
    curve = relapse_curve([area("W1", 37, 52), area("W2")], TODAY)
    assert curve["days"].tolist() == [0, 37]
    last = curve.iloc[-1]
    assert last["held"] == 0.5
    assert (last["low"], last["high"]) == (pytest.approx(0.00598, abs=1e-5), pytest.approx(0.91041, abs=1e-5))


def test_where_none_or_all_relapsed_there_is_no_interval() -> None:
    held = relapse_curve([area("A"), area("B")], TODAY)
    assert held["held"].tolist() == [1.0]
    gone = relapse_curve([area("A", 5), area("B", 9)], TODAY)
    assert gone["held"].tolist() == [1.0, 0.5, 0.0]
    assert gone["low"].isna().tolist() == [True, False, True]
    assert relapse_curve([area("A", signed=None)], TODAY)["at_risk"].tolist() == [0]


@pytest.mark.parametrize(
    ("one", "within", "today", "wanted"),
    [
        pytest.param(area("A", 37), 30, TODAY, Flag.HELD, id="came later"),
        pytest.param(area("A", 37), 60, TODAY, Flag.RELAPSED, id="came within"),
        pytest.param(area("A", 30), 30, TODAY, Flag.RELAPSED, id="on the last day"),
        pytest.param(area("A", 0), 30, TODAY, Flag.HELD, id="on the day of sign-off"),
        pytest.param(area("A"), 60, SIGNED + timedelta(days=59), Flag.PENDING, id="the days are not over"),
        pytest.param(area("A", 5), 60, SIGNED + timedelta(days=9), Flag.RELAPSED, id="not over and relapsed"),
        pytest.param(area("A", 50), 60, SIGNED + timedelta(days=9), Flag.PENDING, id="what comes later is not known"),
        pytest.param(area("A", signed=None), 30, TODAY, None, id="not signed off"),
        pytest.param(area("A", signed=TODAY + timedelta(days=1)), 30, TODAY, None, id="signed off tomorrow"),
    ],
)
def test_flags(one: Area, within: int, today: date, wanted: Flag | None) -> None:
    assert flag(one, within, today) == wanted


def test_a_share_counts_areas_whose_days_are_over() -> None:
    young = Area(code="C", signed_off_on=TODAY - timedelta(days=20), relapses=(TODAY,))
    areas = [area("A", 37), area("B"), young, area("D", signed=None)]
    shares = [relapse_share(areas, within, TODAY) for within in (30, 60)]
    assert [(one.relapsed, one.followed, one.too_young, one.value) for one in shares] == [(0, 2, 1, 0.0), (1, 2, 1, 0.5)]
    assert relapse_share([young], 30, TODAY).value is None


def day(number: int) -> date:
    return SIGNED + timedelta(days=number)


@pytest.mark.parametrize(
    ("relapses", "seen", "today", "wanted"),
    [
        pytest.param((), (), 10, (30, 30, 0, Reason.PLANNED), id="the first look is ahead"),
        pytest.param((), (), 109, (30, 30, 79, Reason.NEVER), id="never seen"),
        pytest.param((), (14,), 20, (30, 30, 0, Reason.PLANNED), id="too early to count"),
        pytest.param((), (15,), 20, (60, 60, 0, Reason.PLANNED), id="half an interval early counts"),
        pytest.param((), (29, 44), 95, (60, 60, 35, Reason.OVERDUE), id="the second look was missed"),
        pytest.param((), (81,), 133, (180, 180, 0, Reason.PLANNED), id="a late look counts for the nearest mark"),
        pytest.param((), (185,), 300, (270, 270, 30, Reason.OVERDUE), id="then every ninety days"),
        pytest.param((37, 52), (81,), 133, (180, 180, 0, Reason.PLANNED), id="seen since the relapse"),
        pytest.param((37,), (31,), 40, (60, 44, 0, Reason.RELAPSE), id="a relapse brings it forward"),
        pytest.param((37,), (37,), 60, (60, 44, 16, Reason.RELAPSE), id="found on the day of the look"),
        pytest.param((58,), (31,), 59, (60, 60, 0, Reason.RELAPSE), id="never later than planned"),
        pytest.param((), (200,), 100, (30, 30, 70, Reason.NEVER), id="what comes later is not known"),
    ],
)
def test_look_backs_by_hand(relapses: tuple[int, ...], seen: tuple[int, ...], today: int, wanted: tuple[int, int, int, Reason]) -> None:
    [found] = look_backs([area("A", *relapses)], {"A": [day(one) for one in seen]}, day(today))
    assert (found.mark, (found.due_on - SIGNED).days, found.overdue_days, found.reason) == wanted


NUMBERS = st.lists(st.integers(1, 900), max_size=6)


@given(NUMBERS, NUMBERS, st.integers(0, 900))
def test_a_look_today_is_never_overdue_and_more_looks_never_come_due_sooner(relapses: list[int], seen: list[int], today: int) -> None:
    one = area("A", *relapses)
    days = [day(number) for number in seen]
    [found] = look_backs([one], {"A": days}, day(today))
    assert found.due_on > SIGNED
    assert found.overdue_days == max(0, (day(today) - found.due_on).days)
    [after] = look_backs([one], {"A": [*days, day(today)]}, day(today))
    assert after.overdue_days == 0
    assert after.due_on >= min(found.due_on, day(today))


def test_the_most_overdue_comes_first_and_what_is_not_signed_off_not_at_all() -> None:
    areas = [area("A"), area("B", signed=date(2017, 9, 1)), area("C", signed=None), area("D", signed=TODAY)]
    assert [one.code for one in look_backs(areas, {}, TODAY)] == ["A", "B", "D"]


@given(st.lists(st.tuples(st.integers(1, 200), st.none() | st.integers(1, 200)), min_size=1, max_size=12))
def test_the_curve_only_falls_and_ends_at_the_product(histories: list[tuple[int, int | None]]) -> None:
    """Against plain counting day by day."""
    areas = [
        Area(
            code=str(place),
            signed_off_on=TODAY - timedelta(days=followed),
            relapses=() if first is None else (TODAY - timedelta(days=followed) + timedelta(days=first),),
        )
        for place, (followed, first) in enumerate(histories)
    ]
    ends = [
        (min(followed, first) if first and first <= followed else followed, bool(first and first <= followed))
        for followed, first in histories
    ]
    held = 1.0
    for time in sorted({time for time, relapsed in ends if relapsed}):
        held *= 1 - sum(relapsed and end == time for end, relapsed in ends) / sum(end >= time for end, _ in ends)
    curve = relapse_curve(areas, TODAY)
    assert curve["held"].iloc[-1] == pytest.approx(held)
    assert (np.diff(curve["held"]) <= 0).all()
