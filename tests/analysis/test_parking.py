"""How many bikes a kerb holds, which zones were over-full, and whether they were cleared in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.parking import by_hour, latest_counts, over_full, places_of, total_places

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("metres", "spacing", "places"),
    [
        pytest.param([10_090.0], 0.60, 16_816, id="all the report's metres, upright"),
        pytest.param([10_090.0], 0.50, 20_180, id="all the report's metres, at an angle"),
        pytest.param([44.0] * 5 + [9_870.0], 0.60, 16_816, id="the same metres in pieces"),
        pytest.param([6.0, 5.0], [0.60, 0.50], 20, id="each zone's own spacing: 10 and 10"),
        pytest.param([0.7, 0.7], 0.60, 2, id="what two zones have left over counts in the total"),
        pytest.param([3.0], 0.6, 5, id="a whole number of bikes stays whole"),
        pytest.param([0.3], 0.1, 3, id="0.3 / 0.1 is a little less than 3 in binary"),
        pytest.param([np.nan, 6.0], 0.60, 10, id="a length nobody knows"),
        pytest.param([], 0.60, 0, id="no zone"),
    ],
)
def test_places_in_all(metres: list[float], spacing: float | list[float], places: int) -> None:
    assert total_places(metres, spacing) == places


def test_places_of_single_zones_are_rounded_down() -> None:
    assert places_of([44.0, 12.0, 0.59, 0.6, np.nan, 30.0], 0.60).tolist() == [73, 20, 0, 1, 0, 50]
    assert places_of([44.0, 44.0, 44.0], [0.60, 0.50, 0.0]).tolist() == [73, 88, 0]


@given(st.lists(st.floats(0.5, 500), min_size=1, max_size=30), st.sampled_from([0.3, 0.5, 0.55, 0.6, 0.75]))
def test_no_zone_holds_more_than_its_metres(metres: list[float], spacing: float) -> None:
    places = places_of(metres, spacing)
    assert (places * spacing <= np.array(metres) + 1e-6).all()
    assert ((places + 1) * spacing > np.array(metres) - 1e-6).all()
    assert places.sum() <= total_places(metres, spacing) < places.sum() + len(metres) + 1


def counted(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Counts of (zone, time, bikes), each shared by two operators."""
    frame = pd.DataFrame(rows, columns=["zone", "counted_at", "bikes"])
    frame["counted_at"] = pd.to_datetime(frame["counted_at"]).dt.tz_localize(ZONE)
    parts = [frame.assign(operator="A", bikes=frame["bikes"] - frame["bikes"] // 3), frame.assign(operator="B", bikes=frame["bikes"] // 3)]
    return pd.concat(parts, ignore_index=True).sample(frac=1, random_state=1)


TIMES = {
    "cleared at thirty minutes sharp": ([("08:00", 12), ("08:30", 10)], ["cleared"]),
    "cleared sooner": ([("08:00", 12), ("08:10", 11), ("08:20", 9), ("08:40", 12)], ["cleared", "unknown"]),
    "still over-full at thirty minutes": ([("08:00", 12), ("08:30", 11)], ["not_cleared"]),
    "one run is one time": ([("08:00", 12), ("08:30", 11), ("09:00", 13), ("09:30", 2)], ["not_cleared"]),
    "next count after thirty minutes, still over-full": ([("08:00", 12), ("12:00", 11)], ["not_cleared"]),
    "next count after thirty minutes, no longer": ([("08:00", 12), ("12:00", 3)], ["unknown"]),
    "over-full at ten minutes, then nothing": ([("08:00", 12), ("08:10", 12)], ["unknown"]),
    "over-full at ten minutes and at forty": ([("08:00", 12), ("08:10", 12), ("08:40", 12)], ["not_cleared"]),
    "over-full at ten minutes, no longer at forty": ([("08:00", 12), ("08:10", 12), ("08:40", 1)], ["unknown"]),
    "never counted again": ([("08:00", 12)], ["unknown"]),
    "all places taken is full, not over-full": ([("08:00", 10), ("08:30", 10)], []),
    "twice a day": ([("08:00", 12), ("08:30", 9), ("17:30", 12), ("18:00", 12)], ["cleared", "not_cleared"]),
}


@pytest.mark.parametrize(("rows", "outcomes"), TIMES.values(), ids=TIMES)
def test_what_became_of_each_time(rows: list[tuple[str, int]], outcomes: list[str]) -> None:
    counts = counted(*(("Z", f"2017-10-31 {at}", bikes) for at, bikes in rows))
    assert over_full(counts, pd.Series({"Z": 10}))["outcome"].tolist() == outcomes


def test_days_and_zones_stay_apart() -> None:
    counts = counted(
        ("A", "2017-10-30 23:50", 12), ("A", "2017-10-31 00:10", 3), ("B", "2017-10-30 23:55", 3), ("C", "2017-10-30 08:00", 9)
    )
    found = over_full(counts, pd.Series({"A": 10, "B": 2, "C": 0}))
    # C has no places at all: nobody knows how long it is
    assert list(zip(found["zone"], found["outcome"], strict=True)) == [("A", "unknown"), ("B", "unknown")]


def test_the_newest_count_and_the_hours() -> None:
    counts = counted(
        ("A", "2017-10-30 08:00", 6), ("A", "2017-10-31 08:30", 9), ("B", "2017-10-30 08:00", 3), ("B", "2017-10-30 17:30", 12)
    )
    assert latest_counts(counts)["bikes"].to_dict() == {"A": 9, "B": 12}
    hours = by_hour(counts)
    # operator B has a third of each count: A's mean (2 + 3) / 2, and B's 1
    assert hours.loc[8].to_dict() == {"A": 5.0 + 2.0, "B": 2.5 + 1.0}
    assert hours.loc[17].to_dict() == {"A": 8.0, "B": 4.0}


def test_without_counts_nothing_breaks() -> None:
    nothing = counted().astype({"bikes": "int64"})
    assert over_full(nothing, pd.Series({"A": 10})).empty
    assert latest_counts(nothing).empty
    assert by_hour(nothing).empty
