"""Hours and deductions of the evaluation against plain pandas; the late departments of the demo stand last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from ingest.demo.planted import LATE_DEPARTMENTS
from model.engine import open_engine
from model.setup import read_office
from queries.cases import case_count
from queries.evaluation import EDGES, STEPS, Step, deductions, hours_curve, hours_histogram, hours_quantiles, hours_spread, up_to
from queries.filters import Filters
from queries.groups import narrow
from queries.intervals import rank_groups
from queries.kpis import read_kpis, read_receipts
from queries.rules import RULE_SETS, all_kpis, score_of
from queries.run import count_queries, frame_of
from tests.queries import oracle
from tests.queries.factory import NOW, ZONE, finish, keep_cases, make_cases

PERIODS = {"all days": (None, None), "two months": (date(2017, 8, 1), date(2017, 9, 30)), "the month that runs": (date(2017, 10, 1), None)}
GROUPINGS = ("department", "community", "channel", "zone", "month")
TO: dict[Step, str] = {"contact": "first_contact_at", "end": "closed_at"}


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return make_cases(1_200)


@pytest.fixture
def kept(engine: Engine, made: pd.DataFrame) -> Engine:
    keep_cases(engine, made)
    return engine


@pytest.fixture(scope="module")
def read_only(made: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path_factory.mktemp('evaluation') / 'cases.db'}")
    keep_cases(opened, made)
    yield opened
    opened.dispose()


def hours_of(made: pd.DataFrame, step: Step, period: tuple[date | None, date | None]) -> pd.Series:
    """The hours of each case that counts, by plain subtraction."""
    _, below, _ = oracle.work_out(STEPS[step].key, made, *period, NOW)
    assert below is not None
    rows = made[below]
    return (rows[TO[step]] - rows["reported_at"]).dt.total_seconds() / 3600


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
@pytest.mark.parametrize("step", STEPS)
def test_the_histogram_has_every_case_once(kept: Engine, made: pd.DataFrame, step: Step, period: tuple[date | None, date | None]) -> None:
    hours = hours_of(made, step, period)
    bins = pd.Series(np.searchsorted(EDGES, hours, side="right"), index=hours.index)
    day = made.loc[hours.index, "reported_on" if step == "contact" else "closed_on"]
    for by in GROUPINGS:
        with count_queries(kept) as asked:
            found = frame_of(kept, hours_histogram(step, Filters(since=period[0], until=period[1]), NOW, by))
        assert len(asked) == 1
        group = oracle.labels(by, made.loc[hours.index], day).fillna("none")
        wanted = pd.DataFrame({"group": group, "bin": bins, "hours": hours, "squares": hours**2}).groupby(["group", "bin"])
        sums = found.assign(group=found["group"].astype(object).fillna("none")).set_index(["group", "bin"])
        assert sums["n"].to_dict() == wanted.size().to_dict(), by
        for name in ("hours", "squares"):
            assert sums[name].to_dict() == pytest.approx(wanted[name].sum().to_dict(), rel=1e-4, abs=1e-3), by


@pytest.mark.parametrize("step", STEPS)
def test_means_and_spreads(read_only: Engine, made: pd.DataFrame, step: Step) -> None:
    found = hours_spread(frame_of(read_only, hours_histogram(step, Filters(), NOW, "channel"))).set_index("group")
    hours = hours_of(made, step, (None, None))
    for channel, rows in hours.groupby(made.loc[hours.index, "channel"]):
        assert found.loc[channel, "n"] == len(rows)
        assert found.loc[channel, "mean"] == pytest.approx(rows.mean(), rel=1e-4)
        assert found.loc[channel, "deviation"] == pytest.approx(rows.std(), rel=1e-3)


def test_the_mean_is_the_receipt_s(read_only: Engine) -> None:
    for step, kpi in STEPS.items():
        receipt = read_receipts(read_only, [kpi], Filters(), NOW)[kpi.key]
        histogram = frame_of(read_only, hours_histogram(step, Filters(), NOW, "department"))
        assert histogram["n"].sum() == receipt.denominator
        assert histogram["hours"].sum() == pytest.approx(receipt.numerator)


@pytest.mark.parametrize("step", STEPS)
def test_quantiles_lie_in_the_bin_of_the_true_ones(read_only: Engine, made: pd.DataFrame, step: Step) -> None:
    shares = (0.1, 0.25, 0.5, 0.75, 0.9)
    found = hours_quantiles(frame_of(read_only, hours_histogram(step, Filters(), NOW, "channel")), shares)
    true = np.quantile(hours_of(made, step, (None, None)), shares)
    places = [np.searchsorted(EDGES, one, side="right") for one in true]
    ends = [(EDGES[place - 1] if place else 0, EDGES[place] if place < len(EDGES) else np.inf) for place in places]
    assert all(low - 1e-6 <= one <= high + 1e-6 for one, (low, high) in zip(found, ends, strict=True))


def test_a_curve_rises_to_all_of_them(read_only: Engine) -> None:
    limits, shares = hours_curve(frame_of(read_only, hours_histogram("end", Filters(), NOW, "channel")))
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(1)
    assert limits == sorted(limits)
    assert shares == sorted(shares)


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
@pytest.mark.parametrize("step", STEPS)
def test_every_point_of_a_curve_has_its_cases(
    kept: Engine, made: pd.DataFrame, step: Step, period: tuple[date | None, date | None]
) -> None:
    """Whole hours are compared, as the bins are."""
    chosen, hours = Filters(since=period[0], until=period[1]), hours_of(made, step, period)
    limits, shares = hours_curve(frame_of(kept, hours_histogram(step, chosen, NOW, "channel")))
    assert len(limits) > 10
    for place in range(1, len(limits)):
        of_point = chosen.with_(within=up_to(step, place))
        n = frame_of(kept, case_count(of_point, NOW, kpi=STEPS[step], part="denominator"))["n"].item()
        wanted = (hours.round(6) < EDGES[place - 1]).sum() if place <= len(EDGES) else len(hours)
        assert n == wanted == round(shares[place] * len(hours)), limits[place]


def test_times_on_the_edge_of_a_bin(engine: Engine) -> None:
    """Exactly 24 hours is no longer within 24 hours; a second less is; no time at all is the first bin."""
    start = pd.Timestamp("2017-03-01 08:00", tz=ZONE)
    ends = [timedelta(hours=24), timedelta(hours=24, seconds=-1), timedelta(0), timedelta(days=90)]
    plain = {"source": "made", "channel": "hotline", "kind": "event", "category": "0101", "zone": None, "reworks": 0, "extensions": 0}
    rows = [
        {
            **plain,
            "void": False,
            "suspended": False,
            "external_id": str(number),
            "reported_at": start,
            "due_at": None,
            "closed_at": start + end,
        }
        for number, end in enumerate(ends)
    ]
    keep_cases(engine, finish(pd.DataFrame(rows), ZONE))
    found = frame_of(engine, hours_histogram("end", Filters(), NOW, "channel")).set_index("bin")["n"].to_dict()
    assert found == {EDGES.index(24) + 1: 1, EDGES.index(24): 1, 0: 1, len(EDGES): 1}
    for edge, n in ((24, 2), (30, 3), (1, 1), (1080, 3)):
        assert frame_of(engine, case_count(Filters(within=(f"end/{edge}",)), NOW))["n"].item() == n, edge


def test_no_cases_have_no_hours(engine: Engine) -> None:
    empty = frame_of(engine, hours_histogram("end", Filters(), NOW, "department"))
    assert empty.empty
    assert hours_curve(empty) == ([], [])
    assert np.isnan(hours_quantiles(empty, (0.5,))).all()
    assert hours_spread(empty).empty


def test_every_point_that_is_missing_is_listed(read_only: Engine) -> None:
    score = score_of()
    for by in (None, "department", "community", "channel"):
        figures = read_kpis(read_only, RULE_SETS["national"].kpis, Filters(), NOW, by)
        lines = deductions(figures, score)
        scores = figures[figures["kpi"] == "score"]
        if by is None:
            assert lines["lost"].sum() == pytest.approx(100 - scores["value"].item())
            continue
        lost = lines.groupby("group", dropna=False)["lost"].sum().sort_index()
        wanted = 100 - scores.set_index("group")["value"].sort_index()
        assert lost.to_numpy(float) == pytest.approx(wanted.to_numpy(float))


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_a_deduction_leads_to_the_cases_that_it_names(read_only: Engine, period: tuple[date | None, date | None]) -> None:
    chosen = Filters(since=period[0], until=period[1])
    lines = deductions(read_kpis(read_only, RULE_SETS["national"].kpis, chosen, NOW, "department"), score_of())
    assert len(lines) > 10
    for line in lines.to_dict("records"):
        kpi = all_kpis()[line["kpi"]]
        inside = narrow(chosen, "department", line["group"])
        assert frame_of(read_only, case_count(inside, NOW, kpi=kpi))["n"].item() == line["cases"], line
        if line["due"]:
            assert line["lost"] == pytest.approx(line["points"] * line["cases"] / line["due"])
        else:
            assert pd.isna(line["lost"])


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=lambda rules: rules.key)
def test_the_late_departments_of_the_demo_stand_last(demo_engine: Engine, rules) -> None:
    """By the score where the rules have one, else by their word for in time; and surely behind all others."""
    now = read_office(demo_engine).now()
    year = Filters(since=date(2017, 1, 1), until=now.date())
    kpi = next((one for one in rules.kpis if one.parts), rules.on_time)
    ranks = rank_groups(read_kpis(demo_engine, rules.kpis, year, now, "department"), kpi)
    ranked = ranks[ranks["rank"].notna()]
    late = ranked.tail(len(LATE_DEPARTMENTS))
    assert set(late["group"]) == set(LATE_DEPARTMENTS)
    assert (late["best"] > len(ranked) - len(late)).all()
