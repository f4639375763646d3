"""The city's own verdict on 58,251 real requests is the oracle of the KPIs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from sqlalchemy import Engine

from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from model.engine import open_engine
from queries.filters import Filters
from queries.groups import BY
from queries.kpis import read_kpis, read_receipts
from queries.rules import CITY_IN_TIME, CITY_LATE, HOTLINE_IN_TIME, OPEN_NOW, OVERDUE_NOW, REPORTED, all_kpis
from tests.queries import oracle
from tests.queries.factory import finish, keep_cases
from tests.queries.test_kpis import KPIS, expect_same, figures_of

BOSTON = ZoneInfo("America/New_York")
# after the last closing in the file
LATER = datetime(2020, 1, 1, tzinfo=BOSTON)
EVERYTHING = Filters()
CHANNELS = {
    "Constituent Call": "hotline",
    "Employee Generated": "chengguantong",
    "Self Service": "wechat",
    "Citizens Connect App": "wechat",
}
TIMES = {"reported_at": "open_dt", "due_at": "target_dt", "closed_at": "closed_dt"}


@pytest.fixture(scope="module")
def requests(shared_data: Path) -> pd.DataFrame:
    """The file as it is; a case without the city's verdict is taken for one whose clock was stopped."""
    raw = pd.read_csv(shared_data / "boston-311-2011.zip", dtype=str, keep_default_na=False)
    local = {name: pd.to_datetime(raw[column]).dt for name, column in TIMES.items()}
    times = {name: days.tz_localize(BOSTON, ambiguous=True, nonexistent="shift_forward") for name, days in local.items()}
    empty = pd.Series([None] * len(raw), dtype=object)
    cases = pd.DataFrame(
        {
            "source": "boston",
            "external_id": raw["case_enquiry_id"],
            "channel": raw["source"].map(CHANNELS).fillna("other"),
            "kind": "event",
            "category": raw["type"],
            "community": raw["neighborhood"].mask(raw["neighborhood"] == ""),
            "department": raw["department"],
            "lon": raw["longitude"].astype(float),
            "lat": raw["latitude"].astype(float),
            **times,
            **dict.fromkeys(("accepted_at", "dispatched_at", "handled_at", "first_contact_at", "first_contact"), empty),
            **{"resolution": empty, "satisfaction": empty, "void": False, "reworks": 0, "extensions": 0},
            "suspended": raw["ontime"] == "",
            "zone": raw["neighborhood"].mask(raw["neighborhood"] == ""),
            "verdict": raw["ontime"],
            "open": raw["case_status"] == "Open",
        }
    )
    return finish(cases, BOSTON)


@pytest.fixture(scope="module")
def boston(requests: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path_factory.mktemp('boston') / 'boston.db'}")
    keep_cases(opened, requests)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def imported(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same file through the import and its preset."""
    opened = open_engine(f"sqlite:///{tmp_path_factory.mktemp('imported') / 'boston.db'}")
    load_layer(opened, "zones", shared_data / "boston-neighbourhoods.geojson")
    load_cases(opened, shared_data / "boston-311-2011.zip", preset="boston-311")
    yield opened
    opened.dispose()


@pytest.mark.parametrize("way", ["boston", "imported"])
def test_the_citys_verdict(request: pytest.FixtureRequest, way: str) -> None:
    engine = request.getfixturevalue(way)
    receipts = read_receipts(engine, [HOTLINE_IN_TIME, CITY_IN_TIME, CITY_LATE, OVERDUE_NOW, OPEN_NOW, REPORTED], EVERYTHING, LATER)
    closed, city = receipts["on_time_closed_rate"], receipts["city_on_time_rate"]
    assert (closed.numerator, closed.denominator) == (35_591, 43_664)
    assert (city.numerator, city.denominator) == (46_572, 46_572 + 11_521)
    assert receipts["city_late"].value == 11_521
    assert (receipts["overdue_now"].value, receipts["open_now"].value, receipts["reported"].value) == (3_448, 3_681, 58_251)


@pytest.mark.parametrize("by", ["department", "zone", "category", "channel"])
def test_the_citys_verdict_by_group(boston: Engine, requests: pd.DataFrame, by: str) -> None:
    judged = requests[(requests["verdict"] != "") & ~requests["open"] & requests["due_at"].notna()]
    groups = judged.groupby(oracle.labels(by, judged, judged["reported_on"]), dropna=False)["verdict"]
    wanted = {None if pd.isna(name) else name: (float((one == "ONTIME").sum()), float(len(one))) for name, one in groups}
    assert figures_of(read_kpis(boston, [HOTLINE_IN_TIME], EVERYTHING, LATER, by), "on_time_closed_rate") == wanted


def test_every_kpi_by_every_grouping_on_real_requests(boston: Engine, requests: pd.DataFrame) -> None:
    autumn = Filters(since=datetime(2011, 9, 1).date(), until=datetime(2011, 11, 30).date())
    now = datetime(2011, 11, 15, 12, tzinfo=BOSTON)
    facts = {kpi.key: oracle.work_out(kpi.key, requests, autumn.since, autumn.until, now) for kpi in KPIS}
    for by in (None, *BY):
        found = read_kpis(boston, list(all_kpis().values()), autumn, now, by)
        for kpi in KPIS:
            expect_same(figures_of(found, kpi.key), oracle.figures(facts[kpi.key], requests, by), f"{kpi.key} by {by}")
