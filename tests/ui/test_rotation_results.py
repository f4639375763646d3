"""What the rotation brings, at the ends of a month: known before its first day, missed after its last."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import shapely

from model.kinds import Channel
from ui.rotation_results import Results, count_results

CRS, ZONE = "EPSG:4549", ZoneInfo("Asia/Shanghai")
LON, LAT = 121.507, 31.331
OCTOBER = (date(2017, 10, 1), date(2017, 10, 31))


def case(number: int, channel: Channel, at: datetime) -> dict[str, object]:
    """A case at one place, by the office's clock."""
    local = at.replace(tzinfo=ZONE)
    named = {"id": number, "external_id": f"C{number}", "channel": channel.value, "kind": "event", "category": "0116", "title": "T"}
    return named | {"lon": LON, "lat": LAT, "reported_at": local.astimezone(UTC), "reported_on": pd.Timestamp(local.date()), "zone": "Z01"}


def count(*cases: dict[str, object], walked_at: datetime) -> Results:
    """October's figures with one walk of an hour past the place."""
    began = pd.Timestamp(walked_at.replace(tzinfo=ZONE)).tz_convert("UTC")
    track = shapely.LineString([(LON - 0.001, LAT), (LON + 0.001, LAT)])
    walk = {"id": 1, "official_id": 5, "official": "L05", "started_at": began, "ended_at": began + timedelta(hours=1), "track": track}
    on = pd.DataFrame({"on_date": pd.date_range(*OCTOBER), "official": "L05"})
    duty = {"zone": "Z01", "role": "cadre", "official": "C01", "since": pd.Timestamp("2017-01-01"), "until": pd.NaT}
    return count_results(OCTOBER, pd.DataFrame(cases), pd.DataFrame([walk]), on, pd.DataFrame([duty]), crs=CRS)


@pytest.mark.parametrize(
    ("found_at", "told_at", "told"),
    [
        pytest.param(datetime(2017, 9, 29, 9), datetime(2017, 10, 2, 9), 0, id="found in the month before, told in this one"),
        pytest.param(datetime(2017, 9, 24, 8), datetime(2017, 10, 2, 9), 1, id="found too long before"),
        pytest.param(datetime(2017, 10, 31, 9), datetime(2017, 11, 1, 9), 0, id="told in the month after"),
    ],
)
def test_what_was_known_before_the_month_counts_as_known(found_at: datetime, told_at: datetime, told: int) -> None:
    results = count(case(1, Channel.PATROL, found_at), case(2, Channel.HOTLINE, told_at), walked_at=datetime(2017, 10, 10, 9))
    assert results.leaders["told"].sum() == results.cadres["told"].sum() == told
    assert results.leaders["ours"].sum() == (found_at.month == 10)


@pytest.mark.parametrize(
    ("walked_at", "told_at", "missed"),
    [
        pytest.param(datetime(2017, 10, 31, 15), datetime(2017, 11, 1, 15), 1, id="told the day after the month"),
        pytest.param(datetime(2017, 10, 31, 23, 30), datetime(2017, 11, 2, 0), 1, id="a walk past midnight"),
        pytest.param(datetime(2017, 10, 31, 9), datetime(2017, 11, 1, 11), 0, id="told later than a day after the walk"),
    ],
)
def test_what_the_last_patrol_of_the_month_missed_is_told_after_it(walked_at: datetime, told_at: datetime, missed: int) -> None:
    results = count(case(2, Channel.HOTLINE, told_at), walked_at=walked_at)
    assert results.leaders["missed"].sum() == len(results.missed) == missed
    # a case of the next month is not one of this one
    assert results.leaders["told"].sum() == 0
