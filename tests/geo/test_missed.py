"""What the hotline told after a patrol had passed, and what nobody had found before: by hand and against a plain count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.crs import unproject
from geo.missed import missed_cases, told_first

CRS = "EPSG:4549"
EAST, NORTH = 547_000.0, 3_467_000.0
BEGAN = datetime(2017, 10, 30, 1, tzinfo=UTC)


def cases(*rows: tuple[int, float, float, float], category: str = "0116") -> pd.DataFrame:
    """(id, metres east, metres north, hours after the patrol began)."""
    lon, lat = unproject(EAST + np.array([row[1] for row in rows]), NORTH + np.array([row[2] for row in rows]), CRS)
    at = pd.to_datetime([BEGAN + timedelta(hours=row[3]) for row in rows], utc=True).as_unit("us")
    frame = pd.DataFrame({"id": [row[0] for row in rows], "lon": lon, "lat": lat, "kind": "event", "category": category})
    return frame.assign(reported_at=at)


def patrol(**changes: object) -> pd.DataFrame:
    """A walk of an hour, 1 km to the east."""
    lon, lat = unproject(EAST + np.array([0.0, 1000.0]), np.full(2, NORTH), CRS)
    row = {"id": 1, "official_id": 5, "started_at": BEGAN, "ended_at": BEGAN + timedelta(hours=1)}
    row |= {"track": shapely.LineString(np.column_stack([lon, lat]))} | changes
    frame = pd.DataFrame([row])
    for name in ("started_at", "ended_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame


NOTHING = cases((0, 0, 0, 0)).iloc[:0]


@pytest.mark.parametrize(
    ("north", "hours", "missed"),
    [
        pytest.param(99, 0.5, True, id="beside the track, during the walk"),
        pytest.param(101, 0.5, False, id="too far from it"),
        pytest.param(0, 24.9, True, id="within a day of its end"),
        pytest.param(0, 25.1, False, id="later than that"),
        pytest.param(0, -0.1, False, id="told before it began"),
    ],
)
def test_a_told_case_near_a_silent_patrol(north: float, hours: float, missed: bool) -> None:
    found = missed_cases(cases((7, 500, north, hours)), NOTHING, patrol(), CRS)
    assert found["case"].tolist() == [7] * missed
    if missed:
        assert found["metres"].iloc[0] == pytest.approx(north, abs=0.5)
        assert found["hours"].iloc[0] == pytest.approx(hours, abs=0.01)
        assert found["official_id"].tolist() == [5]


@pytest.mark.parametrize(
    ("east", "hours", "missed"),
    [
        pytest.param(560, 0.5, False, id="the patrol had reported it"),
        pytest.param(650, 0.5, True, id="it had reported something elsewhere"),
        pytest.param(500, 3, True, id="it was reported after the patrol"),
    ],
)
def test_a_patrol_that_reported_there_missed_nothing(east: float, hours: float, missed: bool) -> None:
    reported = cases((8, east, 0, hours))
    assert len(missed_cases(cases((7, 500, 0, 5)), reported, patrol(), CRS)) == missed


def test_a_patrol_without_end_or_track() -> None:
    assert len(missed_cases(cases((7, 500, 0, 23)), NOTHING, patrol(ended_at=None), CRS)) == 1
    assert missed_cases(cases((7, 500, 0, 23)), NOTHING, patrol(track=None), CRS).empty
    assert missed_cases(NOTHING, NOTHING, patrol(), CRS).empty


def test_told_first_agrees_with_a_plain_count() -> None:
    draw = np.random.default_rng(3)

    def some(number: int) -> pd.DataFrame:
        rows = [(n, *draw.uniform(0, 600, 2), draw.uniform(-400, 400)) for n in range(number)]
        frame = cases(*rows)
        return frame.assign(category=draw.choice(["0101", "0116"], number), x=[row[1] for row in rows], y=[row[2] for row in rows])

    told, ours = some(60), some(120)
    first = told_first(told, ours, CRS)
    for row in told.itertuples():
        near = np.hypot(ours["x"] - row.x, ours["y"] - row.y) <= 100
        before = (row.reported_at - ours["reported_at"]) / pd.Timedelta(days=1)
        known = (near & (before > 0) & (before <= 7) & (ours["category"] == row.category)).any()
        assert first[row.Index] == (not known)
    assert 0 < first.sum() < len(first)
