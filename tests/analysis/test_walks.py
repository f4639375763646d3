"""When is the next walk due, and how late: worked by hand, and as properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.walks import Lack, Walk, judge, kept_pace, lacks, next_walk, walk_rules
from config import WalkRule, read_settings

WEEKLY = WalkRule(level="neighbourhood", every_days=7, least_minutes=5, least_metres=300, least_gap_hours=0)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
RULES = st.builds(
    WalkRule,
    level=st.just("any"),
    every_days=st.integers(1, 400),
    least_minutes=st.floats(0, 60),
    least_metres=st.floats(0, 3000),
    least_gap_hours=st.floats(0, 100),
)
BEGUN = datetime(2017, 10, 12, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last_on", "today", "due_on", "late"),
    [
        pytest.param(date(2017, 10, 12), date(2017, 10, 31), date(2017, 10, 19), 12, id="twelve days over"),
        pytest.param(date(2017, 10, 24), date(2017, 10, 31), date(2017, 10, 31), 0, id="due today is not late"),
        pytest.param(date(2017, 10, 24), date(2017, 11, 1), date(2017, 10, 31), 1, id="the day after is"),
        pytest.param(None, date(2017, 10, 31), date(2017, 10, 8), 23, id="never walked counts from the first day"),
    ],
)
def test_when_it_is_due(last_on: date | None, today: date, due_on: date, late: int) -> None:
    due = next_walk(last_on, date(2017, 10, 1), WEEKLY, today)
    assert (due.due_on, due.late_days) == (due_on, late)


@given(st.none() | DAYS, DAYS, RULES, DAYS)
def test_it_is_never_due_before_the_last_walk(last_on: date | None, since: date, rule: WalkRule, today: date) -> None:
    due = next_walk(last_on, since, rule, today)
    assert due.due_on > (last_on or since)
    assert due.late_days >= 0
    assert (due.late_days > 0) == (today > due.due_on)


@given(DAYS, DAYS, DAYS, RULES, DAYS)
def test_a_later_walk_never_makes_it_due_earlier(one: date, other: date, since: date, rule: WalkRule, today: date) -> None:
    earlier, later = sorted([one, other])
    first, second = next_walk(earlier, since, rule, today), next_walk(later, since, rule, today)
    assert first.due_on <= second.due_on
    assert first.late_days >= second.late_days


@pytest.mark.parametrize(
    ("minutes", "metres", "length", "wanted"),
    [
        pytest.param(5, 300, 1000, (), id="just enough"),
        pytest.param(4.9, 300, 1000, (Lack.MINUTES,), id="too quick"),
        pytest.param(30, 299, 1000, (Lack.METRES,), id="too little"),
        pytest.param(1, 10, 1000, (Lack.MINUTES, Lack.METRES), id="neither"),
        pytest.param(None, None, 1000, (), id="unknown is not held against it"),
        pytest.param(30, 160, 200, (), id="four fifths of a short reach"),
        pytest.param(30, 159, 200, (Lack.METRES,), id="less of a short reach"),
        pytest.param(30, 300, None, (), id="a reach of unknown length"),
    ],
)
def test_what_a_walk_lacks(minutes: float | None, metres: float | None, length: float | None, wanted: tuple[Lack, ...]) -> None:
    assert lacks(Walk(started_at=BEGUN, minutes=minutes, metres=metres), WEEKLY, length) == wanted


def test_a_gap_is_measured_from_the_last_walk_that_counted() -> None:
    rule = WalkRule(level="x", every_days=7, least_minutes=5, least_metres=0, least_gap_hours=96)
    after = [0, 48, 95, 96, 97, 192]
    walks = [Walk(started_at=BEGUN + timedelta(hours=hours), minutes=10) for hours in after]
    assert judge(walks, rule) == [(), (Lack.GAP,), (Lack.GAP,), (), (Lack.GAP,), ()]
    # in whatever order they come
    assert judge(walks[::-1], rule) == judge(walks, rule)[::-1]


@given(st.lists(st.tuples(st.integers(0, 5000), st.none() | st.floats(0, 60)), max_size=30), RULES)
def test_walks_that_count_keep_their_distance(made: list[tuple[int, float | None]], rule: WalkRule) -> None:
    walks = [Walk(started_at=BEGUN + timedelta(hours=hours), minutes=minutes) for hours, minutes in made]
    verdicts = judge(walks, rule)
    counted = sorted(walk.started_at for walk, lack in zip(walks, verdicts, strict=True) if not lack)
    assert all(later - earlier >= timedelta(hours=rule.least_gap_hours) for earlier, later in pairwise(counted))
    # the first that is long enough always counts
    assert bool(counted) == any(not lacks(walk, rule) for walk in walks)


OCTOBER = (date(2017, 10, 1), date(2017, 10, 31))


@pytest.mark.parametrize(
    ("days", "since", "kept"),
    [
        pytest.param([(9, 27), (10, 4), (10, 11), (10, 18), (10, 25)], (1, 1), True, id="every seven days"),
        pytest.param([(9, 27), (10, 5), (10, 11), (10, 18), (10, 25)], (1, 1), False, id="one day late once"),
        pytest.param([(9, 20), (10, 4), (10, 11), (10, 18), (10, 25)], (1, 1), False, id="late when the month began"),
        pytest.param([(9, 28), (10, 5), (10, 12)], (1, 1), False, id="none since"),
        pytest.param([(10, 20), (10, 27)], (10, 16), True, id="a chief who began in the month"),
        pytest.param([], (10, 26), True, id="a chief who has still time"),
        pytest.param([], (11, 2), None, id="a chief who began later"),
        pytest.param([(9, 27), (10, 4), (10, 11), (10, 18), (10, 25), (11, 20)], (1, 1), True, id="later walks do not count"),
    ],
)
def test_whether_the_pace_was_kept(days: list[tuple[int, int]], since: tuple[int, int], kept: bool | None) -> None:
    walked = [date(2017, *day) for day in days]
    assert kept_pace(walked, date(2017, *since), WEEKLY, *OCTOBER) is kept


@given(st.lists(DAYS, max_size=20), DAYS, RULES, DAYS, st.integers(0, 400))
def test_one_more_walk_never_breaks_the_pace(days: list[date], since: date, rule: WalkRule, first: date, span: int) -> None:
    last = first + timedelta(days=span)
    if kept_pace(days, since, rule, first, last):
        assert kept_pace([*days, first + timedelta(days=span // 2)], since, rule, first, last)


@given(st.lists(DAYS, max_size=8), DAYS, RULES, DAYS)
def test_kept_on_one_day_is_not_late_that_day(days: list[date], since: date, rule: WalkRule, today: date) -> None:
    known = [day for day in days if since <= day < today]
    kept = kept_pace(known, since, rule, today, today)
    if since <= today:
        assert kept is (next_walk(max(known, default=None), since, rule, today).late_days == 0)


def test_the_rules_come_from_the_settings() -> None:
    rules = walk_rules()
    assert (rules["subdistrict"].every_days, rules["neighbourhood"].every_days) == (31, 7)
    [rule] = read_settings({"FINEGRID_WALKS": "district=90/30/2000/96"}).walks
    wanted = WalkRule(level="district", every_days=90, least_minutes=30, least_metres=2000, least_gap_hours=96)
    assert rule == wanted


@pytest.mark.parametrize("text", ["weekly", "a=0/5/300/0", "a=7/5/300", "a=7/5/300/0,a=7/5/300/0", "a=7/-5/300/0", "a=7/5/300/0,"])
def test_rules_in_another_form_are_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="FINEGRID_WALKS"):
        read_settings({"FINEGRID_WALKS": text})
