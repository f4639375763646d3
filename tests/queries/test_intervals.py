"""Intervals hold what they promise, and a rank says which ranks it may be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.intervals import (
    MIN_CASES,
    count_interval,
    count_ratio,
    joint_doubt,
    mean_interval,
    rank_groups,
    share_difference,
    share_interval,
)
from queries.rules import CLOSING_IN_TIME, HOURS_TO_END, OVERDUE_NOW, REPORTED, score_of

RATE = CLOSING_IN_TIME.key


def table(key: str, rows: list[tuple[str | None, float, float | None]]) -> pd.DataFrame:
    """The answer of `read_kpis` for one KPI: (group, numerator, denominator)."""
    values = [above if below is None else above / below if below else None for _, above, below in rows]
    frame = pd.DataFrame(rows, columns=["group", "numerator", "denominator"]).assign(kpi=key, value=values)
    return frame.astype(dict.fromkeys(("value", "numerator", "denominator"), "Float64"))


@pytest.mark.parametrize(
    ("above", "below", "low", "high"),
    [
        # Wilson's interval by its formula, z = 1.959964
        pytest.param(911, 972, 0.920208, 0.950835, id="the published bulletin's closing rate"),
        pytest.param(0, 10, 0.0, 0.277533, id="none of ten"),
        pytest.param(10, 10, 0.722467, 1.0, id="all of ten"),
    ],
)
def test_wilson(above: float, below: float, low: float, high: float) -> None:
    found = share_interval([above], [below])
    assert (found[0][0], found[1][0]) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood's exact limits, as printed in tables of the Poisson distribution
    [pytest.param(0, 0, 3.6889, id="nothing"), pytest.param(10, 4.7954, 18.3904, id="ten"), pytest.param(100, 81.3640, 121.6268, id="100")],
)
def test_garwood(count: float, low: float, high: float) -> None:
    found = count_interval([count])
    assert (found[0][0], found[1][0]) == pytest.approx((low, high), abs=1e-3)


def test_a_mean_lies_within_two_errors() -> None:
    low, high = mean_interval([10.0, 0.5], [20.0, 20.0], [100.0, 100.0])
    assert (low[0], high[0]) == pytest.approx((6.0801, 13.9199), abs=1e-4)
    assert low[1] == 0


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_share_and_shrinks_with_doubt(above: int, below: int) -> None:
    above = min(above, below)
    low, high = share_interval([above], [below])
    narrow = share_interval([above], [below], doubt=0.5)
    assert -1e-9 <= low[0] <= above / below + 1e-9
    assert above / below - 1e-9 <= high[0] <= 1 + 1e-9
    assert low[0] <= narrow[0][0] + 1e-9
    assert narrow[1][0] <= high[0] + 1e-9


def test_nothing_to_divide_by_has_no_interval() -> None:
    assert np.isnan(share_interval([0], [0])).all()


def test_what_differs_surely_and_what_does_not() -> None:
    low, high = share_difference((950, 1000), (850, 1000))
    assert 0 < low < 0.1 < high
    low, high = share_difference((19, 20), (17, 20))
    assert low < 0 < high
    assert count_ratio(200, 100)[0] > 1
    assert count_ratio(12, 10)[0] < 1 < count_ratio(12, 10)[1]
    assert count_ratio(0, 5)[0] == pytest.approx(0, abs=1e-9)
    assert count_ratio(0, 5)[1] < 1
    assert count_ratio(5, 0)[1] == float("inf")


def test_far_apart_groups_have_one_rank_and_near_ones_share_theirs() -> None:
    ranks = rank_groups(table(RATE, [("late", 700, 1000), ("good", 960, 1000), ("better", 965, 1000)]), CLOSING_IN_TIME)
    assert ranks["group"].tolist() == ["better", "good", "late"]
    assert ranks["rank"].tolist() == [1, 2, 3]
    assert list(zip(ranks["best"], ranks["worst"], strict=True)) == [(1, 2), (1, 2), (3, 3)]


def test_few_cases_are_not_ranked_and_do_not_count_among_the_ranked() -> None:
    few = MIN_CASES - 1
    ranks = rank_groups(table(RATE, [("few", few, few), ("some", 20, MIN_CASES), (None, 99, 100), ("none", 0, 0)]), CLOSING_IN_TIME)
    assert ranks["rank"].fillna(0).tolist() == [1, 0, 0, 0]
    assert ranks["group"].iloc[0] == "some"
    assert ranks["worst"].iloc[0] == 1


def test_fewer_is_better_where_the_kpi_says_so() -> None:
    counts = [("many", 90.0, None), ("none", 0.0, None), ("few", 3.0, None)]
    assert rank_groups(table(OVERDUE_NOW.key, counts), OVERDUE_NOW)["group"].tolist() == ["none", "few", "many"]
    assert rank_groups(table(REPORTED.key, counts), REPORTED)["group"].tolist() == ["many", "few", "none"]


def test_equal_figures_share_their_rank() -> None:
    assert rank_groups(table(RATE, [("a", 50, 100), ("b", 50, 100), ("c", 40, 100)]), CLOSING_IN_TIME)["rank"].tolist() == [1, 1, 3]


def test_means_are_ranked_by_the_spread_of_single_cases() -> None:
    figures = table(HOURS_TO_END.key, [("slow", 9_000, 100), ("quick", 1_000, 100)])
    spread = pd.DataFrame({"group": ["quick", "slow"], "deviation": [10.0, 20.0]})
    ranks = rank_groups(figures, HOURS_TO_END, spread).set_index("group")
    assert ranks.loc["quick", ["rank", "best", "worst"]].tolist() == [1, 1, 1]
    assert ranks.loc["slow", "high"] == pytest.approx(93.92, abs=0.01)
    assert rank_groups(figures, HOURS_TO_END)["low"].isna().all()


def test_a_score_s_interval_is_on_the_safe_side() -> None:
    """Against the spread of scores in samples whose parts go together as far as they can."""
    score, cases = score_of(), 400
    draw = np.random.default_rng(3)
    late = draw.random((2_000, cases)) < 0.2
    found = 100 - (30 + 20 + 20 + 20 + 10) * late.mean(axis=1)
    rows = [(part.kpi.key, 0.2 if part.complement else 0.8) for part in score.parts]
    parts = pd.concat([table(key, [("x", rate * cases, cases), ("y", rate * cases, cases)]) for key, rate in rows])
    figures = pd.concat([parts, table("score", [("x", 80, 1), ("y", 80, 1)]).assign(value=80.0, denominator=float(cases))])
    ranks = rank_groups(figures.reset_index(drop=True), score)
    half = (ranks["high"] - ranks["low"]).iloc[0] / 2
    assert half >= 1.9 * found.std()
    assert (np.abs(found - 80) <= half).mean() >= 0.94


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(MIN_CASES, 300)), min_size=1, max_size=12))
def test_a_rank_is_one_of_the_ranks_it_may_be(pairs: list[tuple[int, int]]) -> None:
    rows = [(f"g{number}", float(min(above, below)), float(below)) for number, (above, below) in enumerate(pairs)]
    ranks = rank_groups(table(RATE, rows), CLOSING_IN_TIME)
    assert (ranks["best"] <= ranks["rank"]).all()
    assert (ranks["rank"] <= ranks["worst"]).all()
    assert ranks["value"].is_monotonic_decreasing


def test_the_ranks_hold_all_together() -> None:
    """Thirty-one equal zones: in at most one table of twenty is any rank denied to any of them."""
    draw = np.random.default_rng(11)
    wrong = 0
    for _ in range(200):
        rows = [(f"Z{number}", float(one), 400.0) for number, one in enumerate(draw.binomial(400, 0.92, 31))]
        ranks = rank_groups(table(RATE, rows), CLOSING_IN_TIME)
        wrong += bool((ranks["best"] > 1).any() or (ranks["worst"] < 31).any())
    assert wrong / 200 <= 0.05
    assert joint_doubt(31) == pytest.approx(0.001653, abs=1e-6)
