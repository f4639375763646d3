"""What the rivers pages ask agrees with plain counting; and the demo's planted walk is the latest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, insert

from analysis.reaches import judge_walks, latest_first, rate_of, stand
from analysis.walks import walk_rules
from analysis.water import Odour, black_odour, water_class
from ingest.demo.planted import AS_OF, ODOROUS_REACH, OVERDUE_LAST_WALKS, OVERDUE_REACH, ZONE
from ingest.demo.rivers import monthly_classes
from model.cases import RIVER_CATEGORIES, CaseLink
from model.engine import write
from model.people import Duty, Inspection, Official
from model.places import Feature, WaterSample
from queries.cases import case_count
from queries.features import features
from queries.rivers import (
    OPEN,
    TOTALS,
    chiefs,
    reach_cases,
    reach_counts,
    river_totals,
    unmeasured_walks,
    walks,
)
from queries.run import Question, count_queries, frame_of
from queries.water import water_samples
from tests.queries.factory import NOW, keep_cases, make_cases

FIRST = 1_001
LINE = shapely.LineString([(121.49, 31.33), (121.53, 31.33)])


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    cases = make_cases(600)
    # a fifth of them lie on the first reach, a tenth on the second too; some are about the river
    cases["category"] = cases["category"].where(cases.index % 4 != 0, "0111")
    return cases


@pytest.fixture
def office(engine: Engine, made: pd.DataFrame) -> Engine:
    """Two reaches with cases, one without, one that is gone; a chief, walks, samples."""
    keep_cases(engine, made)
    reaches = [
        {"id": FIRST + n, "layer": "rivers", "code": f"R{n + 1}", "name": None, "props": {}, "geometry": LINE, "retired_on": gone}
        for n, gone in enumerate((None, None, None, date(2017, 5, 1)))
    ]
    links = [*_links(made[::5], FIRST), *_links(made[::10], FIRST + 1)]
    duties = [
        {"official_id": 1, "feature_id": FIRST, "role": role, "since": date(2017, 1, 1), "until": None}
        for role in ("river_chief_subdistrict", "leader")
    ]
    began = datetime(2017, 10, 1, 9, tzinfo=ZONE)
    walked = [
        {"feature_id": FIRST, "official_id": 1, "started_at": began, "ended_at": began + timedelta(minutes=30), "walked_m": 812.5},
        {"feature_id": FIRST, "official_id": 1, "started_at": began + timedelta(days=1), "track": LINE},
        {"feature_id": FIRST + 3, "official_id": 1, "started_at": began, "walked_m": 1.0},
    ]
    sample = {"feature_id": FIRST, "dissolved_oxygen": 2.5, "ammonia": None}
    with write(engine) as connection:
        connection.execute(insert(Feature), reaches)
        connection.execute(insert(CaseLink), links)
        connection.execute(insert(Official), [{"id": 1, "code": "HJ01", "name": "街道河长01"}])
        connection.execute(insert(Duty), duties)
        for row in walked:
            connection.execute(insert(Inspection).values(row))
        connection.execute(insert(WaterSample), [sample | {"sampled_at": began - timedelta(days=n)} for n in range(3)])
    return engine


def _links(cases: pd.DataFrame, feature: int) -> list[dict[str, object]]:
    sides = ("left", "right")
    return [
        {"case_id": int(case), "layer": "rivers", "feature_id": feature, "metres": 5.0, "along": float(n * 7 % 500), "side": sides[n % 2]}
        for n, case in enumerate(cases["id"])
    ]


def _open(cases: pd.DataFrame) -> pd.DataFrame:
    seen = cases[~cases["void"] & (cases["reported_on"] <= NOW.date())]
    return seen[~(seen["closed_at"] <= pd.Timestamp(NOW))]


def _codes(cases: pd.DataFrame) -> pd.Series:
    return cases["kind"] + "/" + cases["category"].fillna("")


def test_the_counts_of_each_reach(office: Engine, made: pd.DataFrame) -> None:
    found = frame_of(office, reach_counts(NOW)).set_index("feature_id")
    for feature, step in ((FIRST, 5), (FIRST + 1, 10)):
        waiting = _open(made[::step])
        assert found.loc[feature, "open"] == len(waiting)
        late = waiting[~waiting["suspended"] & (waiting["due_at"] < pd.Timestamp(NOW))]
        assert found.loc[feature, "late"] == len(late)
        assert found.loc[feature, "problems_open"] == _codes(waiting).isin(RIVER_CATEGORIES).sum() > 0
    assert FIRST + 2 not in found.index


def test_a_case_on_two_reaches_counts_once_in_all(office: Engine, made: pd.DataFrame) -> None:
    totals = frame_of(office, river_totals(NOW)).iloc[0]
    assert totals["open"] == len(_open(made[::5]))


def test_every_total_is_what_its_link_lists(office: Engine) -> None:
    totals = frame_of(office, river_totals(NOW)).iloc[0]
    for name, (kpi, filters) in TOTALS.items():
        assert totals[name] == frame_of(office, case_count(filters, NOW, kpi=kpi))["n"].item() > 0, name


def test_the_open_cases_of_a_reach_stand_in_its_order(office: Engine, made: pd.DataFrame) -> None:
    found = frame_of(office, reach_cases("R1", NOW))
    assert set(found["id"]) == set(_open(made[::5])["id"])
    assert found["along"].is_monotonic_increasing
    assert set(found["side"]) == {"left", "right"}
    assert len(found) == frame_of(office, case_count(OPEN.with_(features=("rivers/R1",)), NOW))["n"].item()


def test_chiefs_walks_and_samples_of_reaches_that_stand(office: Engine) -> None:
    with count_queries(office) as asked:
        people, walked, samples = (frame_of(office, question) for question in (chiefs(), walks(), water_samples()))
        tracks = frame_of(office, unmeasured_walks())
    assert len(asked) == 4
    assert people[["reach", "role", "official"]].to_numpy().tolist() == [["R1", "river_chief_subdistrict", "街道河长01"]]
    assert walked["walked_m"].fillna(-1).tolist() == [812.5, -1]
    assert tracks["id"].tolist() == walked["id"].tolist()[1:]
    assert tracks["track"].iloc[0].equals(LINE)
    assert samples["sampled_at"].is_monotonic_increasing
    assert len(samples) == 3


def test_every_question_answers_an_empty_database(engine: Engine) -> None:
    questions: Iterable[Question] = (chiefs(), walks(), unmeasured_walks(), reach_counts(NOW), reach_cases("R1", NOW), water_samples())
    for question in questions:
        assert frame_of(engine, question).empty
    assert frame_of(engine, river_totals(NOW)).iloc[0].tolist() == [0] * 6


def test_the_planted_reach_is_the_latest_walk_of_the_demo(demo_engine: Engine) -> None:
    reaches = frame_of(demo_engine, features(("rivers",)))
    lengths = {number: props["length_m"] for number, props in zip(reaches["id"], reaches["props"], strict=True)}
    people, rules, today = frame_of(demo_engine, chiefs()), walk_rules(), AS_OF.date()
    standings = stand(people, judge_walks(frame_of(demo_engine, walks()), people, lengths, rules, AS_OF), rules, today)

    late = latest_first(standings)
    assert {(one.reach, one.level): one.due.last_on for one in late if one.due} == {
        (OVERDUE_REACH, level): day for level, day in OVERDUE_LAST_WALKS.items()
    }
    # 12 October and a week is the 19th, 21 September and 31 days is 22 October
    assert [(one.level, one.late_days) for one in late] == [("neighbourhood", 12), ("subdistrict", 9)]
    for level in rules:
        assert rate_of(standings, level, date(2017, 9, 1), date(2017, 9, 30)).share == 1
        october = rate_of(standings, level, date(2017, 10, 1), today)
        assert (october.kept, october.of) == (13, 14)


def test_the_demo_s_water_has_the_classes_it_was_made_with(demo_engine: Engine) -> None:
    samples = frame_of(demo_engine, water_samples())
    for code, rows in samples.groupby("code"):
        found = [(water_class(row).grade, black_odour(row).grade) for row in rows.to_dict("records")]
        wanted = monthly_classes()[str(code)]
        assert [("劣V", Odour.LIGHT) if grade == "black-odorous" else (grade, Odour.NONE) for grade in wanted] == found
    assert [black_odour(row).grade for row in samples[samples["code"] == ODOROUS_REACH].head(2).to_dict("records")] == [Odour.LIGHT] * 2
