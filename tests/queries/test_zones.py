"""What the zones page asks agrees with plain counting, and what it calls sure is."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from queries.cases import case_count
from queries.filters import Filters
from queries.rules import REPORTED
from queries.run import count_queries, frame_of
from queries.zones import changes, judge_changes, recent, rhythms
from tests.queries.factory import NOW, keep_cases, make_cases

OCTOBER = Filters(since=date(2017, 10, 1), until=date(2017, 10, 31))
PERIODS = {
    "the month that runs": OCTOBER,
    "two months that are over": Filters(since=date(2017, 7, 1), until=date(2017, 8, 31)),
    "by channel": OCTOBER.with_(channels=("hotline", "wechat")),
    "seven odd days": Filters(since=date(2017, 9, 12), until=date(2017, 9, 18)),
}


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return make_cases(900)


@pytest.fixture
def kept(engine: Engine, made: pd.DataFrame) -> Engine:
    keep_cases(engine, made)
    return engine


def within(cases: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The cases of a period that the clock has seen, void ones left out."""
    until = min(filters.until or NOW.date(), NOW.date())
    days = pd.to_datetime(cases["reported_on"])
    found = cases[days.between(pd.Timestamp(filters.since), pd.Timestamp(until)) & ~cases["void"]]
    return found[found["channel"].isin(filters.channels)] if filters.channels else found


@pytest.mark.parametrize("chosen", PERIODS.values(), ids=PERIODS)
def test_the_weeks_of_the_zones(kept: Engine, made: pd.DataFrame, chosen: Filters) -> None:
    with count_queries(kept) as asked:
        found = frame_of(kept, rhythms(chosen, NOW, ("Z01", "Z02", "Z03")))
    rows = within(made, chosen).dropna(subset=["zone"])
    days = pd.to_datetime(rows["reported_on"]).dt.day_of_week
    wanted = rows.groupby([rows["zone"], days, rows["reported_hour"]]).size().to_dict()
    assert found.set_index(["zone", "weekday", "hour"])["n"].to_dict() == wanted
    assert len(asked) == 1


@pytest.mark.parametrize("chosen", PERIODS.values(), ids=PERIODS)
def test_what_changed_by_zone_and_category(kept: Engine, made: pd.DataFrame, chosen: Filters) -> None:
    with count_queries(kept) as asked:
        found = frame_of(kept, changes(chosen, NOW))
    assert len(asked) == 1
    earlier = chosen.previous()
    assert earlier is not None
    wanted = {}
    for name, period in (("now", chosen), ("before", earlier)):
        rows = within(made, period).dropna(subset=["zone"])
        code = (rows["kind"] + "/" + rows["category"]).fillna("none")
        wanted[name] = rows.groupby(["zone", code]).size()
    counts = found.assign(category=found["category"].fillna("none")).groupby(["zone", "category"])[["now", "before"]].sum()
    for name, series in wanted.items():
        assert counts[name][counts[name] > 0].to_dict() == series.to_dict()
    assert found.loc[found["category"] == "event/0101", "name_en"].unique().tolist() == ["Class 0101"]


def test_a_line_of_changes_leads_to_its_cases(kept: Engine) -> None:
    earlier = OCTOBER.previous()
    assert earlier is not None
    for line in frame_of(kept, changes(OCTOBER, NOW)).dropna(subset=["category"]).head(6).to_dict("records"):
        for column, period in (("now", OCTOBER), ("before", earlier)):
            spot = period.with_(zones=(line["zone"],), categories=(line["category"],))
            assert frame_of(kept, case_count(spot, NOW, kpi=REPORTED))["n"].item() == line[column]


def test_without_a_period_nothing_changed(kept: Engine) -> None:
    counts = frame_of(kept, changes(Filters(), NOW))
    assert (counts["before"] == 0).all()
    assert judge_changes(counts, Filters(), NOW).empty


def test_an_empty_database_has_no_weeks_and_no_changes(engine: Engine) -> None:
    assert frame_of(engine, rhythms(OCTOBER, NOW, ("Z01",))).empty
    assert judge_changes(frame_of(engine, changes(OCTOBER, NOW)), OCTOBER, NOW).empty


def test_the_last_thirty_days_stand_in_for_a_period_without_a_past() -> None:
    last = recent(Filters(zones=("Z01",)), NOW)
    assert (last.until, last.since) == (NOW.date(), NOW.date() - timedelta(days=29))
    assert last.zones == ("Z01",)


def counts_of(pairs: list[tuple[int, int]]) -> pd.DataFrame:
    """A table of counts, now and before, one line each."""
    return pd.DataFrame(
        {"zone": [f"Z{number:02}" for number in range(len(pairs))], "now": [a for a, _ in pairs], "before": [b for _, b in pairs]}
    )


def test_a_planted_change_is_the_surest_and_the_rest_is_chance() -> None:
    draw = np.random.default_rng(5)
    pairs = [(int(a), int(b)) for a, b in draw.poisson(12, (400, 2))]
    pairs[137], pairs[201] = (60, 12), (0, 25)
    september = Filters(since=date(2017, 9, 1), until=date(2017, 9, 30))
    judged = judge_changes(counts_of(pairs), september, NOW)
    assert set(judged["zone"].head(2)) == {"Z137", "Z201"}
    assert judged.loc[judged["sure"], "zone"].isin(["Z137", "Z201"]).all()
    assert judged["sure"].sum() == 2
    assert (np.sign(judged["z"].head(2)) == np.where(judged["zone"].head(2) == "Z137", 1, -1)).all()


def test_counts_are_compared_by_the_day() -> None:
    """Twenty days of October that the clock has seen, against the thirty of September: two thirds are no change."""
    judged = judge_changes(counts_of([(200, 300), (300, 200)]), OCTOBER, NOW).set_index("zone")
    assert judged.loc["Z00", "z"] == pytest.approx(0, abs=1e-9)
    assert judged.loc["Z00", "ratio"] == pytest.approx(1)
    assert not judged.loc["Z00", "sure"]
    assert judged.loc["Z01", "ratio"] == pytest.approx(2.25)
    assert judged.loc["Z01", "sure"]
