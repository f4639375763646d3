"""What the overview draws agrees with plain counting of the same cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine

from queries.filters import Filters
from queries.kpis import read_receipts
from queries.overview import by_channel, cells, daily, marks, options, rhythm, top_categories, zone_figures
from queries.rules import CLOSING_IN_TIME, OPEN_NOW, OVERDUE_NOW, REPORTED
from queries.run import Question, count_queries, frame_of
from tests.queries.factory import NOW, keep_cases, make_cases

Rows = Callable[[pd.DataFrame], pd.Series]
OCTOBER = Filters(since=date(2017, 10, 1), until=date(2017, 10, 31))


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return make_cases(800)


@pytest.fixture(scope="module")
def reported(made: pd.DataFrame) -> pd.DataFrame:
    """The cases of October that the clock has seen and that are not void."""
    days = pd.to_datetime(made["reported_on"])
    return made[days.between("2017-10-01", "2017-10-20") & ~made["void"]]


@pytest.fixture
def kept(engine: Engine, made: pd.DataFrame) -> Engine:
    keep_cases(engine, made)
    return engine


def test_the_days_hold_every_case_once(kept: Engine, reported: pd.DataFrame) -> None:
    days = frame_of(kept, daily(OCTOBER, NOW)).set_index(["day", "channel"])["reported"]
    counts = reported.groupby([pd.to_datetime(reported["reported_on"]), "channel"]).size()
    assert dict(days.items()) == dict(counts.items())


def test_channels(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, by_channel(OCTOBER, NOW)).set_index("channel")["reported"]
    assert found[found > 0].to_dict() == reported["channel"].value_counts().to_dict()


def test_the_top_categories_come_with_their_names(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, top_categories(OCTOBER, NOW, 3))
    counts = (reported["kind"] + "/" + reported["category"]).value_counts()
    assert found["reported"].tolist() == counts.head(3).tolist()
    assert found["reported_before"].notna().all()
    named = frame_of(kept, top_categories(OCTOBER, NOW, 50)).set_index("category")["name_en"]
    assert named["event/0101"] == "Class 0101"
    assert pd.isna(named["event/Graffiti / walls"])


def test_the_figures_of_every_zone_are_its_kpis(kept: Engine) -> None:
    with count_queries(kept) as asked:
        zones = frame_of(kept, zone_figures(OCTOBER, NOW)).set_index("code")
    assert len(asked) == 1
    assert zones.index.tolist() == ["Z01", "Z02", "Z03"]
    before = OCTOBER.previous()
    assert before is not None
    for code, row in zones.iterrows():
        chosen = OCTOBER.with_(zones=(code,))
        receipts = read_receipts(kept, [REPORTED, OPEN_NOW, OVERDUE_NOW, CLOSING_IN_TIME], chosen, NOW)
        for key in ("reported", "open_now", "overdue_now"):
            assert row[key] == receipts[key].value
        assert row["on_time_rate"] == pytest.approx(receipts["on_time_closing_rate"].value)
        earlier = read_receipts(kept, [REPORTED], before.with_(zones=(code,)), NOW)["reported"].value
        assert earlier
        assert row["change"] == pytest.approx((row["reported"] - earlier) / earlier)


def test_a_zone_without_cases_is_there(kept: Engine) -> None:
    zones = frame_of(kept, zone_figures(OCTOBER.with_(zones=("Z02",)), NOW)).set_index("code")
    assert zones.loc["Z01", "reported"] == 0
    assert pd.isna(zones.loc["Z01", "on_time_rate"])


def test_zones_without_a_period_compare_with_nothing(kept: Engine) -> None:
    assert frame_of(kept, zone_figures(Filters(), NOW))["change"].isna().all()


def test_cells_hold_every_case(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, cells(OCTOBER, NOW)).set_index("cell")["n"]
    assert found.to_dict() == reported["cell"].value_counts().to_dict()


def test_marks_are_the_cases_in_the_box(kept: Engine, reported: pd.DataFrame) -> None:
    box = (121.49, 31.31, 121.51, 31.33)
    inside = reported[reported["lon"].between(121.49, 121.51) & reported["lat"].between(31.31, 31.33)]
    found = frame_of(kept, marks(OCTOBER, NOW, box))
    assert set(found["id"]) == set(inside["id"])
    assert found["reported_at"].is_monotonic_decreasing
    assert len(frame_of(kept, marks(OCTOBER, NOW, box, limit=3))) == 3
    late = inside[~(inside["closed_at"] <= pd.Timestamp(NOW)) & ~inside["suspended"] & (inside["due_at"] < pd.Timestamp(NOW))]
    assert set(found.loc[found["state"] == "overdue", "id"]) == set(late["id"])


def test_the_rhythm(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, rhythm(OCTOBER, NOW)).set_index(["weekday", "hour"])["n"]
    wanted = reported.groupby([pd.to_datetime(reported["reported_on"]).dt.day_of_week, reported["reported_hour"]]).size()
    assert found.to_dict() == wanted.to_dict()


def test_options_count_what_can_be_chosen(kept: Engine, reported: pd.DataFrame) -> None:
    found = frame_of(kept, options(OCTOBER, NOW))
    communities = found[found["field"] == "community"].set_index("value")["n"]
    assert communities.dropna()["涵碧, 景苑"] == (reported["community"] == "涵碧, 景苑").sum()
    for _, group in found.groupby("field"):
        assert group["n"].sum() == len(reported)


def among(name: str, *values: object) -> Rows:
    """Rows whose column has one of the values; None is the missing one."""
    return lambda row: row[name].isin(values) | (row[name].isna() if None in values else False)


def both(*conditions: Rows) -> Rows:
    return lambda row: pd.concat([condition(row) for condition in conditions], axis=1).all(axis=1)


WALLS = "Graffiti / walls"
EACH_FILTER = {
    "zones": (Filters(zones=("Z01", "Z03")), among("zone", "Z01", "Z03")),
    "no zone": (Filters(zones=("-",)), among("zone", None)),
    "a zone or none": (Filters(zones=("-", "Z02")), among("zone", "Z02", None)),
    "a feature": (Filters(features=("zones/Z01",)), among("zone", "Z01")),
    "a feature or another": (Filters(features=("zones/Z01", "zones/Z02", "bikes/Z03")), among("zone", "Z01", "Z02")),
    "any feature of a layer": (Filters(features=("zones",)), among("zone", "Z01", "Z02", "Z03")),
    "channels": (Filters(channels=("hotline", "river")), among("channel", "hotline", "river")),
    "a department or none": (Filters(departments=("房管办", "-")), among("department", "房管办", None)),
    "a main category": (Filters(categories=("02",)), among("category", "0203", "0204")),
    "of a kind": (Filters(categories=("event/01",)), both(among("kind", "event"), among("category", "0101", "0102"))),
    "a category with a slash": (Filters(categories=(WALLS,)), among("category", WALLS)),
    "a slash and a kind": (Filters(categories=(f"event/{WALLS}",)), both(among("kind", "event"), among("category", WALLS))),
    "no category": (Filters(categories=("-",)), among("category", None)),
    "kind and source": (Filters(kinds=("component",), sources=("grid",)), both(among("kind", "component"), among("source", "grid"))),
    "hours": (Filters(hours=(7, 8)), among("reported_hour", 7, 8)),
    "sundays": (Filters(weekdays=(6,)), lambda row: pd.to_datetime(row["reported_on"]).dt.day_of_week == 6),
    "a cell": (Filters(cells=(3_460_000_001,)), among("cell", 3_460_000_001)),
    "text with signs": (Filters(text="100% BROKEN_lamp"), among("title", "100% broken_lamp")),
    "two words": (Filters(text="垃圾 淞沪路"), both(among("title", "垃圾未清理"), among("address", "淞沪路100号"))),
    "a number": (Filters(text="C000123"), among("external_id", "C000123")),
    "suspended": (Filters(states=("suspended",)), among("suspended", True)),
    "closed": (Filters(states=("closed",)), lambda row: row["closed_at"].notna()),
    "open": (Filters(states=("open",)), lambda row: ~(row["closed_at"] <= pd.Timestamp(NOW)) & (row["reported_on"] <= NOW.date())),
}


@pytest.mark.parametrize(("chosen", "wanted"), EACH_FILTER.values(), ids=EACH_FILTER)
def test_each_filter_leaves_what_it_says(kept: Engine, made: pd.DataFrame, chosen: Filters, wanted: Rows) -> None:
    rows = made[~made["void"] & wanted(made)]
    assert frame_of(kept, cells(chosen, NOW))["n"].sum() == len(rows)
    assert len(rows) > 0


def test_every_question_answers_an_empty_database(engine: Engine) -> None:
    questions: list[Question] = [daily(OCTOBER, NOW), by_channel(OCTOBER, NOW), top_categories(OCTOBER, NOW), zone_figures(OCTOBER, NOW)]
    questions += [cells(OCTOBER, NOW), marks(OCTOBER, NOW, (0, 0, 1, 1)), rhythm(OCTOBER, NOW), options(OCTOBER, NOW)]
    for question in questions:
        assert frame_of(engine, question).empty
