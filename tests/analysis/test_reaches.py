"""Who must walk which reach by when: small offices made by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from analysis.reaches import Rate, judge_walks, latest_first, rate_of, stand
from analysis.walks import Lack
from config import WalkRule

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2017, 10, 31, 18, tzinfo=ZONE)
WEEKLY = WalkRule(level="neighbourhood", every_days=7, least_minutes=5, least_metres=300, least_gap_hours=0)
MONTHLY = WalkRule(level="subdistrict", every_days=31, least_minutes=5, least_metres=300, least_gap_hours=0)
RULES = {"subdistrict": MONTHLY, "neighbourhood": WEEKLY}
LENGTHS = {1: 1000.0, 2: 200.0}


def make_chiefs(*terms: tuple[int, str, str, str, str | None]) -> pd.DataFrame:
    """Terms as (feature, level, official, since, until)."""
    rows = [
        {
            "feature_id": feature,
            "reach": f"R{feature}",
            "role": f"river_chief_{level}",
            "official_id": int(official[1:]),
            "official_code": official,
            "official": official,
            "title": None,
            "phone": "021-0000-0000",
            "since": pd.Timestamp(since),
            "until": pd.Timestamp(until) if until else pd.NaT,
        }
        for feature, level, official, since, until in terms
    ]
    return pd.DataFrame(rows)


def make_walks(*made: tuple[int, str, str, float | None, float | None]) -> pd.DataFrame:
    """Walks as (feature, official, when in Shanghai, minutes, metres)."""
    rows: list[dict[str, Any]] = []
    for number, (feature, official, started, minutes, metres) in enumerate(made, start=1):
        began = pd.Timestamp(started, tz=ZONE).tz_convert("UTC")
        ended = pd.NaT if minutes is None else began + pd.Timedelta(minutes=minutes)
        rows.append(
            {
                **{"id": number, "feature_id": feature, "official_id": int(official[1:]), "official": official},
                **{"started_at": began, "ended_at": ended, "walked_m": metres, "note": None},
            }
        )
    frame = pd.DataFrame(rows)
    times = {name: pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]") for name in ("started_at", "ended_at")}
    return frame.assign(**times, walked_m=frame["walked_m"].astype(float))


CHIEFS = make_chiefs(
    (1, "subdistrict", "H1", "2017-01-01", None),
    (1, "neighbourhood", "H2", "2017-01-01", None),
    (2, "neighbourhood", "H3", "2017-01-01", None),
)


def test_only_what_is_enough_and_a_chiefs_counts() -> None:
    made = make_walks(
        (1, "H2", "2017-10-28 09:00", 40, 900),
        (1, "H2", "2017-10-29 09:00", 4, 900),
        (1, "H2", "2017-10-30 09:00", 40, 200),
        (1, "H3", "2017-10-30 10:00", 40, 900),
        (2, "H3", "2017-10-30 11:00", 40, 165),
    )
    judged = judge_walks(made, CHIEFS, LENGTHS, RULES, NOW).set_index("id")
    assert judged["level"].to_dict() == {1: "neighbourhood", 2: "neighbourhood", 3: "neighbourhood", 4: "", 5: "neighbourhood"}
    assert judged["lacks"].to_dict() == {1: (), 2: (Lack.MINUTES,), 3: (Lack.METRES,), 4: (), 5: ()}

    by_reach = {(one.reach, one.level): one for one in stand(CHIEFS, judged.reset_index(), RULES, NOW.date())}
    assert by_reach["R1", "neighbourhood"].walked_on == (date(2017, 10, 28),)
    assert by_reach["R1", "subdistrict"].walked_on == ()
    assert by_reach["R2", "neighbourhood"].walked_on == (date(2017, 10, 30),)
    assert [one.reach for one in latest_first(list(by_reach.values()))] == ["R1"]


def test_a_day_is_the_office_s_day() -> None:
    """Half past midnight in Shanghai is the day before in UTC."""
    judged = judge_walks(make_walks((1, "H2", "2017-10-28 00:30", 40, 900)), CHIEFS, LENGTHS, RULES, NOW)
    assert judged["on"].tolist() == [date(2017, 10, 28)]


def test_a_walk_that_goes_on_does_not_count_yet() -> None:
    made = make_walks((1, "H2", "2017-10-31 17:40", None, None), (1, "H2", "2017-10-30 17:40", None, None))
    judged = judge_walks(made, CHIEFS, LENGTHS, RULES, NOW)
    # yesterday's came without an end, and counts as far as anybody knows
    assert judged["on"].tolist() == [date(2017, 10, 30)]


def test_who_walked_before_a_handover_walked_for_the_level() -> None:
    chiefs = make_chiefs((1, "neighbourhood", "H1", "2017-01-01", "2017-10-24"), (1, "neighbourhood", "H2", "2017-10-25", None))
    made = make_walks((1, "H1", "2017-10-23 09:00", 40, 900), (1, "H1", "2017-10-26 09:00", 40, 900))
    [one] = stand(chiefs, judge_walks(made, chiefs, LENGTHS, RULES, NOW), RULES, NOW.date())
    assert [chief.official for chief in one.chiefs] == ["H2"]
    # the second one came after his term
    assert one.walked_on == (date(2017, 10, 23),)
    assert one.late_days == 1


def test_one_official_may_be_chief_twice_over() -> None:
    chiefs = make_chiefs(
        (1, "subdistrict", "H1", "2017-01-01", None),
        (1, "neighbourhood", "H1", "2017-01-01", "2017-05-31"),
        (1, "neighbourhood", "H1", "2017-07-01", None),
    )
    made = make_walks((1, "H1", "2017-06-15 09:00", 40, 900), (1, "H1", "2017-10-30 09:00", 40, 900))
    judged = judge_walks(made, chiefs, LENGTHS, RULES, NOW)
    found = list(judged[["id", "level"]].itertuples(index=False, name=None))
    assert found == [(1, "subdistrict"), (2, "neighbourhood"), (2, "subdistrict")]


def test_a_level_of_which_nothing_is_asked_is_never_late() -> None:
    chiefs = make_chiefs((1, "city", "H1", "2017-01-01", None))
    [one] = stand(chiefs, judge_walks(make_walks((1, "H1", "2017-01-02 09:00", 40, 9)), chiefs, LENGTHS, RULES, NOW), RULES, NOW.date())
    assert (one.rule, one.due, one.late_days) == (None, None, 0)


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        pytest.param(("10-02", "10-09", "10-16", "10-23", "10-30"), 1, id="every week"),
        pytest.param(("10-02", "10-09", "10-23", "10-30"), 0, id="a week left out"),
        pytest.param((), 0, id="never"),
    ],
)
def test_the_walking_rate(days: tuple[str, ...], kept: int) -> None:
    chiefs = make_chiefs((1, "neighbourhood", "H2", "2017-09-26", None), (2, "neighbourhood", "H3", "2017-11-01", None))
    made = make_walks(*((1, "H2", f"2017-{day} 09:00", 40, 900) for day in ("09-27", *days)))
    standings = stand(chiefs, judge_walks(made, chiefs, LENGTHS, RULES, NOW), RULES, date(2017, 11, 2))
    rate = rate_of(standings, "neighbourhood", date(2017, 10, 1), date(2017, 10, 31))
    # the second reach got its chief in November
    assert rate == Rate(kept=kept, of=1)
    assert rate.share == kept
    assert rate_of(standings, "city", date(2017, 10, 1), date(2017, 10, 31)).share is None
