"""What is kept of the cases answers as the cases themselves do, whatever is asked, and whenever."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product
from typing import get_args

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from model.cases import CaseRow
from model.counts import counting
from model.engine import write
from model.facts import Stamp
from model.sums import CaseSum, sum_months_up
from queries.evaluation import Step, hours_histogram
from queries.facts import Clock, looking_at_each
from queries.filters import STATES, UNASSIGNED, Filters
from queries.kept import kept_of, kept_overdue
from queries.kpi import Kpi
from queries.kpis import read_all_receipts, read_kpis, read_receipts
from queries.rules import CLOSED, CLOSING_IN_TIME, FINDING, HANDLING, OVERDUE_NOW, REPORTED, all_kpis
from queries.run import frame_of
from tests.queries.factory import NOW, STAMPS, ZONE, finish, keep_cases, make_cases

KPIS = tuple(kpi for kpi in all_kpis().values() if not kpi.parts)
# before some cases were closed, as a day begins, at the last of them, and long after
CLOCKS = (NOW, NOW.replace(hour=0), NOW + timedelta(days=40), NOW + timedelta(days=400))
DAYS = st.dates(date(2016, 11, 1), date(2018, 12, 31))
FILTERS = st.builds(
    Filters,
    since=st.none() | DAYS | st.sampled_from([date(2017, 3, 1), date(2014, 5, 20)]),
    until=st.none() | DAYS | st.just(date(2017, 9, 30)),
    zones=st.sampled_from([(), (), ("Z01",), ("Z02", UNASSIGNED)]),
    channels=st.sampled_from([(), (), ("hotline", "wechat")]),
    departments=st.sampled_from([(), (), ("房管办", UNASSIGNED)]),
    kinds=st.sampled_from([(), (), ("event",)]),
    categories=st.sampled_from([(), (), (), ("01",)]),
    states=st.just(()) | st.lists(st.sampled_from(STATES), min_size=1, max_size=3).map(tuple),
    within=st.sampled_from([(), (), (), ("end/72",), ("contact/2", "end/24")]),
    places=st.sampled_from([(), (), ("known",)]),
)
MOMENTS = st.datetimes(datetime(2017, 1, 1), datetime(2018, 1, 31)).map(lambda one: one.replace(tzinfo=ZONE))
BY = (None, "zone", "channel", "department", "community", "month", "category")


@pytest.fixture
def kept_cases(engine: Engine) -> Engine:
    keep_cases(engine, make_slips(make_cases(1_500)))
    return engine


@pytest.fixture
def cases_of_now(engine: Engine) -> Engine:
    """As the office has them at NOW: nothing has happened after it yet."""
    cases = make_slips(make_cases(1_500))
    cases = cases[cases["reported_at"] <= NOW].reset_index(drop=True)
    for stamp in STAMPS:
        if stamp != "due_at":
            cases[stamp] = cases[stamp].where(cases[stamp] <= NOW)
    keep_cases(engine, finish(cases, ZONE))
    return engine


def make_slips(cases: pd.DataFrame) -> pd.DataFrame:
    """Some of the cases with steps in an impossible order, and with deadlines and ends in the moment in which a day begins."""
    cases, midnight = cases.copy(), cases["reported_at"].dt.tz_convert(NOW.tzinfo).dt.normalize() + timedelta(days=12)
    day = timedelta(days=1)
    for place, (stamp, moment) in enumerate(
        [
            ("due_at", midnight),
            ("closed_at", midnight),
            ("due_at", cases["reported_at"] - 3 * day),
            ("closed_at", cases["reported_at"] - 2 * day),
            ("accepted_at", cases["reported_at"] + 90 * day),
            ("handled_at", cases["reported_at"] + 200 * day),
            ("closed_at", cases["due_at"]),
        ]
    ):
        some = cases.index[place * 60 : place * 60 + 120]
        cases.loc[some, stamp] = moment.loc[some].dt.tz_convert("UTC")
    return finish(cases, ZONE)


def same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    keys = [name for name in ("kpi", "group", "bin") if name in found]
    tables = (frame.sort_values(keys, ignore_index=True) if keys else frame for frame in (found, wanted))
    pd.testing.assert_frame_equal(*tables, check_exact=False, rtol=1e-9, atol=1e-9, check_dtype=False)


@given(filters=FILTERS, by=st.sampled_from(BY), now=st.sampled_from(CLOCKS))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_kpi_is_the_same_without_what_is_kept(kept_cases: Engine, filters: Filters, by: str | None, now: datetime) -> None:
    found = read_kpis(kept_cases, KPIS, filters, now, by)
    with looking_at_each():
        same(found, read_kpis(kept_cases, KPIS, filters, now, by))


@given(
    kpis=st.lists(st.sampled_from(KPIS), min_size=1, max_size=3, unique=True),
    filters=st.builds(Filters, since=st.none() | DAYS, until=st.none() | DAYS, channels=st.sampled_from([(), (), ("hotline", "wechat")])),
    by=st.sampled_from((None, None, "channel", "month")),
    now=st.sampled_from([NOW + timedelta(hours=hours) for hours in (-18, 0, 6, 20, 50, 90, 150)]) | MOMENTS,
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_few_kpis_are_the_same_without_what_is_kept(
    cases_of_now: Engine, kpis: list[Kpi], filters: Filters, by: str | None, now: datetime
) -> None:
    """The sums of open cases, and of when cases stood overdue, know few facts: all KPIs at a time do without them."""
    found = read_kpis(cases_of_now, kpis, filters, now, by)
    with looking_at_each():
        same(found, read_kpis(cases_of_now, kpis, filters, now, by))


def test_an_open_case_of_a_day_to_come_is_not_reported_yet(cases_of_now: Engine) -> None:
    """Whether it stands in this month, which is summed up with its days to come, or in the next."""
    this_month = Filters(since=date(2017, 10, 1), until=NOW.date())
    before = read_receipts(cases_of_now, (REPORTED,), this_month, NOW)[REPORTED.key]
    with cases_of_now.connect() as connection:
        (case,) = connection.execute(select(CaseRow.__table__).where(CaseRow.closed_at.is_(None)).limit(1)).mappings()
    for place, days in enumerate((5, 15)):
        later = NOW + timedelta(days=days)
        row = {**case, "id": place + 1, "external_id": f"later {days}", "reported_at": later, "reported_on": later.date()}
        with write(cases_of_now) as connection, counting(connection, [row["id"]], fresh=True):
            connection.execute(CaseRow.__table__.insert().values(row))
        assert read_receipts(cases_of_now, (REPORTED,), this_month, NOW)[REPORTED.key] == before


def test_every_day_knows_what_stood_overdue(kept_cases: Engine) -> None:
    """Day by day, with the ends of days in which cases began and ceased to be late, and cases whose steps are in an impossible order."""
    days = [Filters(since=date(2017, 1, 1), until=date(2017, 1, 20) + timedelta(days=step)) for step in range(60)]
    found = [one[OVERDUE_NOW.key].value for one in read_all_receipts(kept_cases, (OVERDUE_NOW,), days, NOW)]
    with looking_at_each():
        wanted = [one[OVERDUE_NOW.key].value for one in read_all_receipts(kept_cases, (OVERDUE_NOW,), days, NOW)]
    assert found == wanted
    assert len(set(found)) > 10


def test_open_and_overdue_cases_are_summed_up_where_they_can_be() -> None:
    year = Filters(since=date(2016, 11, 1), until=date(2017, 10, 31))
    clock = Clock.of(year, NOW)
    for kpi in (REPORTED, FINDING, CLOSING_IN_TIME):
        kept = kept_of(kpi.stamp, kpi.above, year, clock, None, with_open=True)
        assert kept is not None
        assert kept.knows_open
    kept = kept_of(HANDLING.stamp, HANDLING.above, year, clock, None, with_open=True)
    assert kept is not None
    assert not kept.knows_open
    assert kept_overdue(year, clock, None) is not None
    assert kept_overdue(year.with_(channels=("hotline",)), clock, "channel") is not None
    assert kept_overdue(year.with_(zones=("Z01",)), clock, None) is None


@pytest.mark.parametrize(("step", "by"), [*product(get_args(Step), ("channel", "department", "community", "zone", "month"))])
def test_hours_are_the_same_without_what_is_kept(kept_cases: Engine, step: Step, by: str) -> None:
    for now, since in product((CLOCKS[0], *CLOCKS[2:]), (None, date(2017, 1, 1), date(2017, 2, 14))):
        filters = Filters(since=since, until=date(2017, 10, 31))
        found = frame_of(kept_cases, hours_histogram(step, filters, now, by))
        with looking_at_each():
            same(found, frame_of(kept_cases, hours_histogram(step, filters, now, by)))


def test_the_sums_are_used_where_they_can_be() -> None:
    """Else the other tests compare a scan with a scan."""
    year = Filters(since=date(2016, 11, 1), until=date(2017, 10, 31))

    def used(kpi: object, filters: Filters, by: str | None) -> bool:
        assert kpi in (REPORTED, CLOSED, CLOSING_IN_TIME)
        return kept_of(kpi.stamp, kpi.above, filters, Clock.of(filters, NOW), by) is not None  # type: ignore[attr-defined]

    assert all(used(kpi, year, by) for kpi in (REPORTED, CLOSED, CLOSING_IN_TIME) for by in (None, "zone", "department", "month"))
    assert used(REPORTED, year.with_(zones=("Z01",)), "zone")
    assert used(REPORTED, year.with_(channels=("hotline",)), None)
    assert not used(REPORTED, year.with_(zones=("Z01",), channels=("hotline",)), None)
    assert not used(REPORTED, year.with_(text="路"), None)
    assert not used(REPORTED, year, "hour")
    assert not used(REPORTED, year.with_(since=date(2017, 10, 3), until=date(2017, 10, 9)), None)


def test_kept_periods_cut_months_only_at_their_ends() -> None:
    filters = Filters(since=date(2017, 2, 14), until=date(2017, 8, 9))
    kept = kept_of(Stamp.REPORTED, REPORTED.above, filters, Clock.of(filters, NOW), None)
    assert kept is not None
    assert (kept.first, kept.end) == (date(2017, 3, 1), date(2017, 8, 1))
    running = Filters(since=date(2017, 2, 14), until=date(2017, 10, 31))
    kept = kept_of(Stamp.REPORTED, REPORTED.above, running, Clock.of(running, NOW), None)
    assert kept is not None
    assert (kept.first, kept.end) == (date(2017, 3, 1), date(2017, 11, 1))


def test_what_changes_a_case_changes_its_sums(kept_cases: Engine) -> None:
    """Taken away under its old values and added under its new ones, in whatever state it was; and one row of each again afterwards."""
    now, year = CLOCKS[-1], Filters(since=date(2016, 11, 1), until=date(2017, 10, 31))
    cases = frame_of(kept_cases, select(CaseRow).order_by(CaseRow.id)).head(200)
    changes = (
        {"zone_id": 1, "department": "新的部门"},
        {"void": True},
        {"closed_at": None, "closed_on": None},
        {"closed_at": NOW, "closed_on": NOW.date(), "suspended": False},
    )
    for place, change in enumerate(changes):
        ids = [int(one) for one in cases["id"].iloc[place * 50 : place * 50 + 50]]
        with write(kept_cases) as connection, counting(connection, ids):
            connection.execute(CaseRow.__table__.update().where(CaseRow.id.in_(ids)).values(**change))
    for _ in range(2):
        for by in BY:
            found = read_kpis(kept_cases, KPIS, year, now, by)
            with looking_at_each():
                same(found, read_kpis(kept_cases, KPIS, year, now, by))
        with write(kept_cases) as connection:
            sum_months_up(connection)
    with kept_cases.connect() as connection:
        keys = connection.execute(select(CaseSum.field, CaseSum.stamp, CaseSum.month, CaseSum.value, CaseSum.mask)).all()
    assert len(keys) == len(set(keys))
