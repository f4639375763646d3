"""Every KPI by every grouping on the demo's 41,282 cases, against plain pandas over the bare tables."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine, select

from ingest.demo.planted import AS_OF
from model.cases import CaseLink, CaseRow
from model.places import Feature
from model.setup import read_office
from queries.filters import Filters
from queries.groups import BY
from queries.kpis import read_kpis
from tests.queries import oracle
from tests.queries.factory import finish
from tests.queries.test_kpis import KPIS, expect_same, figures_of

PERIODS = {"this year": (date(2017, 1, 1), date(2017, 10, 31)), "a month that is over": (date(2017, 9, 1), date(2017, 9, 30))}


@pytest.fixture(scope="module")
def demo_cases(demo_engine: Engine) -> pd.DataFrame:
    """The demo's cases and their zones as they stand in the tables; days and hours are worked out here."""
    office = read_office(demo_engine)
    zones = select(CaseLink.case_id, Feature.code.label("zone")).join(Feature, Feature.id == CaseLink.feature_id)
    with demo_engine.connect() as connection:
        cases = pd.DataFrame(connection.execute(select(CaseRow.__table__)).mappings().all())
        links = pd.DataFrame(connection.execute(zones.where(CaseLink.layer == "zones")).mappings().all())
    found = cases.merge(links, left_on="id", right_on="case_id", how="left")
    assert len(found) == len(cases) == 41_282
    return finish(found.astype({"void": bool, "suspended": bool}), office.timezone)


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_every_kpi_by_every_grouping_on_the_demo(demo_engine: Engine, demo_cases: pd.DataFrame, period: tuple[date, date]) -> None:
    facts = {kpi.key: oracle.work_out(kpi.key, demo_cases, *period, AS_OF) for kpi in KPIS}
    for by in (None, *BY):
        found = read_kpis(demo_engine, KPIS, Filters(since=period[0], until=period[1]), AS_OF, by)
        for kpi in KPIS:
            expect_same(figures_of(found, kpi.key), oracle.figures(facts[kpi.key], demo_cases, by), f"{kpi.key} by {by}")
