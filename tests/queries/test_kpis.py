"""Every KPI by every grouping against plain pandas; the published bulletin; the cases behind a figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import isclose

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from i18n import show_share
from model.engine import open_engine
from queries.cases import case_count
from queries.filters import UNASSIGNED, Filters
from queries.groups import BY, By, narrow
from queries.kpi import Kpi
from queries.kpis import read_kpis, read_receipts, read_score
from queries.rules import (
    CLOSING,
    CLOSING_IN_TIME,
    COUNTS,
    OVERDUE_NOW,
    REPORTED,
    REPORTED_BEFORE,
    RULE_SETS,
    all_kpis,
    rework_over,
    score_of,
)
from queries.run import count_queries, frame_of
from tests.queries import oracle
from tests.queries.factory import NOW, ZONE, finish, keep_cases, make_cases

PERIODS = {
    "all days": (None, None),
    "the month that runs": (date(2017, 10, 1), date(2017, 10, 31)),
    "a month that is over": (date(2017, 8, 1), date(2017, 8, 31)),
    "most of a year": (date(2017, 1, 1), date(2017, 10, 20)),
}
KPIS = [kpi for kpi in all_kpis().values() if not kpi.parts and kpi is not REPORTED_BEFORE]


def figures_of(found: pd.DataFrame, key: str) -> dict[object, tuple[float, float | None]]:
    """The answer of the database in the form of the oracle's."""
    rows = found[found["kpi"] == key]
    groups = [None if pd.isna(one) else one for one in rows["group"]] if "group" in rows else ["all"] * len(rows)
    pairs = [(float(n), None if pd.isna(d) else float(d)) for n, d in zip(rows["numerator"], rows["denominator"], strict=True)]
    return {group: pair for group, pair in zip(groups, pairs, strict=True) if pair[0] or pair[1]}


def expect_same(found: dict[object, tuple[float, float | None]], wanted: dict[object, tuple[float, float | None]], where: str) -> None:
    assert set(found) == set(wanted), where
    for group, (above, below) in wanted.items():
        assert isclose(found[group][0], above, rel_tol=1e-4, abs_tol=1e-3), (where, group)
        assert found[group][1] == below, (where, group)


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return make_cases()


@pytest.fixture(scope="module")
def kept(made: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The made cases on SQLite, only to read."""
    opened = open_engine(f"sqlite:///{tmp_path_factory.mktemp('kpis') / 'cases.db'}")
    keep_cases(opened, made)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_every_kpi_by_every_grouping(engine: Engine, made: pd.DataFrame, period: tuple[date | None, date | None]) -> None:
    keep_cases(engine, made)
    facts = {kpi.key: oracle.work_out(kpi.key, made, *period, NOW) for kpi in KPIS}
    for by in (None, *BY):
        found = read_kpis(engine, KPIS, Filters(since=period[0], until=period[1]), NOW, by)
        for kpi in KPIS:
            expect_same(figures_of(found, kpi.key), oracle.figures(facts[kpi.key], made, by), f"{kpi.key} by {by}")


def test_what_was_overdue_on_a_day_of_the_past(engine: Engine, made: pd.DataFrame) -> None:
    """Whether a case was closed on the day, soon after it, or went on for months."""
    hours = pd.to_timedelta(np.random.default_rng(3).integers(-10 * 24, 100 * 24, len(made)), unit="h")
    slow = made.assign(closed_at=(made["due_at"] + hours).where(made["closed_at"].notna())).drop(
        columns=["closed_on", "due_on", "reported_on"]
    )
    slow = finish(slow, ZONE)
    keep_cases(engine, slow)
    standing = 0.0
    for until in (date(2016, 12, 31), date(2017, 3, 15), date(2017, 6, 30), date(2017, 10, 19), date(2017, 10, 20)):
        facts = oracle.work_out("overdue_now", slow, None, until, NOW)
        for by in (None, "zone"):
            found = figures_of(read_kpis(engine, [OVERDUE_NOW], Filters(until=until), NOW, by), "overdue_now")
            expect_same(found, oracle.figures(facts, slow, by), f"{until} by {by}")
        standing += float(facts[0].sum())
    assert standing > 1_000


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.key)
def test_a_kpi_alone_is_what_it_is_among_others(kept: Engine, kpi: Kpi) -> None:
    for by in (None, "zone", "week"):
        together = read_kpis(kept, KPIS, Filters(), NOW, by)
        assert figures_of(read_kpis(kept, [kpi], Filters(), NOW, by), kpi.key) == figures_of(together, kpi.key)


@pytest.mark.parametrize("kpi", [kpi for kpi in KPIS if not kpi.weights and not kpi.hours_to], ids=lambda kpi: kpi.key)
@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_the_case_list_behind_a_figure_has_its_count(kept: Engine, kpi: Kpi, period: tuple[date | None, date | None]) -> None:
    chosen = Filters(since=period[0], until=period[1], zones=("Z01", UNASSIGNED))
    receipt = read_receipts(kept, [kpi], chosen, NOW)[kpi.key]
    assert frame_of(kept, case_count(chosen, NOW, kpi=kpi))["n"].item() == receipt.numerator
    if receipt.denominator is not None:
        assert frame_of(kept, case_count(chosen, NOW, kpi=kpi, part="denominator"))["n"].item() == receipt.denominator


@pytest.mark.parametrize("by", BY)
def test_a_group_leads_to_its_cases(kept: Engine, by: By) -> None:
    chosen = Filters(since=date(2017, 9, 1), until=date(2017, 10, 31))
    for row in read_kpis(kept, [REPORTED, CLOSING_IN_TIME], chosen, NOW, by).itertuples():
        kpi = REPORTED if row.kpi == "reported" else CLOSING_IN_TIME
        inside = narrow(chosen, by, row.group)
        assert frame_of(kept, case_count(inside, NOW, kpi=kpi))["n"].item() == row.numerator, row.group


def test_the_published_bulletin(engine: Engine) -> None:
    """972 due, 911 closed, 737 in time: 93.72 % and 75.82 %; cases due outside of the month, void and suspended do not count."""
    due = pd.Timestamp("2016-12-15 12:00", tz=ZONE)
    hours = [-1] * 737 + [1] * (911 - 737) + [None] * (972 - 911)
    inside = [{"due_at": due, "closed_at": None if one is None else due + timedelta(hours=one)} for one in hours]
    outside = [{"due_at": due + timedelta(days=20), "closed_at": due}, {"due_at": due - timedelta(days=20), "closed_at": due}] * 12
    closed = {"due_at": due, "closed_at": due}
    void = [closed | {"void": True}, closed | {"suspended": True}, closed | {"due_at": None}]
    keep_rows(engine, [*inside, *outside, *void])
    december = Filters(since=date(2016, 12, 1), until=date(2016, 12, 31))
    receipts = read_receipts(engine, [CLOSING, CLOSING_IN_TIME], december, datetime(2017, 1, 3, tzinfo=ZONE))
    closing, in_time = receipts["closing_rate"], receipts["on_time_closing_rate"]
    assert (closing.numerator, in_time.numerator, closing.denominator) == (911, 737, 972)
    assert (show_share(closing.value), show_share(in_time.value)) == ("93.72%", "75.82%")


def test_a_deadline_on_the_second_is_kept_and_one_later_is_missed(engine: Engine) -> None:
    due = pd.Timestamp("2016-12-15 12:00", tz=ZONE)
    keep_rows(engine, [{"due_at": due, "closed_at": due}, {"due_at": due, "closed_at": due + timedelta(seconds=1)}])
    receipt = read_receipts(engine, [CLOSING_IN_TIME], Filters(), NOW)["on_time_closing_rate"]
    assert (receipt.numerator, receipt.denominator) == (1, 2)


def test_a_case_is_due_when_its_deadline_has_passed(engine: Engine) -> None:
    keep_rows(engine, [{"due_at": pd.Timestamp("2016-12-15 12:00", tz=ZONE)}, {"due_at": pd.Timestamp("2016-12-15 18:00", tz=ZONE)}])
    noon = datetime(2016, 12, 15, 13, tzinfo=ZONE)
    receipts = read_receipts(engine, [CLOSING, *COUNTS], Filters(since=date(2016, 12, 1), until=date(2016, 12, 31)), noon)
    assert (receipts["closing_rate"].denominator, receipts["overdue_now"].value, receipts["due_today"].value) == (1, 1, 1)


def test_nothing_to_divide_by_is_no_value(engine: Engine) -> None:
    keep_rows(engine, [{"due_at": None}])
    found = read_kpis(engine, RULE_SETS["national"].kpis, Filters(), NOW).set_index("kpi")
    assert pd.isna(found.loc["closing_rate", "value"])
    assert pd.isna(found.loc["score", "value"])
    assert found.loc["filing_rate", "value"] == 0
    assert read_receipts(engine, [CLOSING], Filters(), NOW)["closing_rate"].value is None


def test_an_empty_database_has_counts_of_nought(engine: Engine) -> None:
    found = read_kpis(engine, COUNTS, Filters(), NOW)
    assert found["value"].tolist() == [0.0] * len(COUNTS)
    for by in BY:
        assert read_kpis(engine, [*COUNTS, CLOSING], Filters(), NOW, by).empty


def test_the_score_is_made_of_its_parts(kept: Engine) -> None:
    found = read_kpis(kept, RULE_SETS["national"].kpis, Filters(), NOW, "department").set_index(["group", "kpi"])["value"].unstack()
    wanted = 0
    for key, points in oracle.SCORE.items():
        wanted = wanted + (points * found[key] if points > 0 else -points * (1 - found[key]))
    pd.testing.assert_series_equal(found["score"], wanted, check_names=False)
    parts = read_score(kept, score_of(), Filters(), NOW, "department")
    left = 100 - parts.groupby("group", dropna=False)["lost"].sum()
    assert sorted(left) == pytest.approx(sorted(found["score"]))


def test_rework_over_what_a_place_chooses(kept: Engine, made: pd.DataFrame) -> None:
    above, below, _ = oracle.work_out("rework_rate", made, None, None, NOW)
    closed = below & (made["closed_at"] <= pd.Timestamp(NOW))
    receipt = read_receipts(kept, [rework_over("closed")], Filters(), NOW)["rework_rate"]
    assert (receipt.numerator, receipt.denominator) == ((above * closed).sum(), closed.sum())


def test_the_period_before_is_counted_in_the_same_statement(kept: Engine) -> None:
    october = Filters(since=date(2017, 9, 1), until=date(2017, 9, 30))
    before = october.previous()
    assert before is not None
    with count_queries(kept) as asked:
        both = read_receipts(kept, [REPORTED, REPORTED_BEFORE, CLOSING], october, NOW)
    assert len(asked) == 1
    assert both["reported_before"].value == read_receipts(kept, [REPORTED], before, NOW)["reported"].value


def test_any_question_is_one_statement(kept: Engine) -> None:
    with count_queries(kept) as asked:
        for by in (None, *BY):
            read_kpis(kept, list(all_kpis().values()), Filters(zones=("Z01",)), NOW, by)
    assert len(asked) == len(BY) + 1


def test_cases_can_be_counted_by_any_layer(kept: Engine) -> None:
    zones = read_kpis(kept, [REPORTED], Filters(), NOW, "zone")
    pd.testing.assert_frame_equal(zones, read_kpis(kept, [REPORTED], Filters(), NOW, "layer:zones"))


def test_what_cannot_be_counted_by_is_said(kept: Engine) -> None:
    with pytest.raises(ValueError, match="cannot be counted by 'colour'"):
        read_kpis(kept, [REPORTED], Filters(), NOW, "colour")
    with pytest.raises(ValueError, match="no time zone"):
        read_kpis(kept, [REPORTED], Filters(), datetime(2017, 1, 1))


def test_the_registry_says_everything_in_both_languages() -> None:
    for kpi in all_kpis().values():
        assert kpi.key.isidentifier()
        for text in (kpi.label, kpi.formula, kpi.source, kpi.exclusions, kpi.period):
            assert text.zh != text.en
    assert {"national", "hotline", "office", "city"} == set(RULE_SETS)
    for rules in RULE_SETS.values():
        assert rules.on_time in rules.kpis
        assert rules.kpi(rules.on_time.key) is rules.on_time
    with pytest.raises(ValueError, match="have no KPI 'joy'"):
        RULE_SETS["city"].kpi("joy")


def keep_rows(engine: Engine, rows: list[dict[str, object]]) -> None:
    """Write cases of which only this much is known."""
    plain = {"source": "made", "channel": "hotline", "kind": "event", "category": "0101", "zone": None, "reworks": 0, "extensions": 0}
    stamps = {"reported_at": pd.Timestamp("2016-11-01", tz=ZONE), "due_at": None, "closed_at": None, "void": False, "suspended": False}
    cases = pd.DataFrame([{**plain, **stamps, "external_id": str(number), **row} for number, row in enumerate(rows)])
    keep_cases(engine, finish(cases, ZONE))
