"""The cases of weak areas, their steps and the patrols, on both databases; the planted relapse is found, and nothing else."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import shapely
from sqlalchemy import Engine, insert

from ingest.demo.planted import HELD, OTHER_CLASS, RELAPSE_CLASS, RELAPSE_DAYS, RELAPSED, WEAK_CLASSES
from model.cases import CaseLink
from model.engine import write
from model.people import Official, Patrol
from model.places import Feature, RectificationStep
from model.setup import read_office
from queries.cases import case_count
from queries.filters import Filters
from queries.layers import layer_cases
from queries.run import frame_of
from queries.weak_areas import area_cases, area_steps, first_case_day, patrol_tracks
from tests.queries.factory import NOW, keep_cases, make_cases

SQUARE = shapely.box(121.49, 31.31, 121.50, 31.32)
WALKED = datetime(2017, 9, 1, 9, 54, tzinfo=ZoneInfo("Asia/Shanghai"))


def keep_areas(engine: Engine, cases: pd.DataFrame) -> None:
    """Two weak areas: one with every third case, and one that is retired with the others."""
    areas = [
        {"id": 901, "layer": "weak_areas", "code": "W1", "name": "一", "props": {"signed_off_on": "2017-06-20"}, "geometry": SQUARE},
        {"id": 902, "layer": "weak_areas", "code": "W2", "name": "二", "props": {}, "geometry": SQUARE},
    ]
    links = [
        {"case_id": case, "layer": "weak_areas", "feature_id": 901 if place % 3 == 0 else 902, "metres": 0.0}
        for place, case in enumerate(cases["id"])
    ]
    track = shapely.LineString([(121.49, 31.31), (121.5, 31.32)])
    with write(engine) as connection:
        connection.execute(insert(Feature), areas)
        connection.execute(Feature.__table__.update().where(Feature.id == 902).values(retired_on=date(2017, 1, 1)))  # type: ignore[attr-defined]
        connection.execute(insert(CaseLink), links)
        connection.execute(
            insert(RectificationStep), [{"feature_id": 901, "step": "sealed", "done_on": date(2017, 4, 18), "figures": {"rooms": 4}}]
        )
        connection.execute(insert(Official), [{"id": 1, "code": "L01", "name": "值班领导01"}])
        connection.execute(
            insert(Patrol), [{"official_id": 1, "started_at": WALKED, "track": track}, {"official_id": 1, "started_at": NOW, "track": None}]
        )


def test_what_belongs_to_an_area_is_what_is_listed(engine: Engine) -> None:
    made = make_cases(300)
    keep_cases(engine, made)
    keep_areas(engine, made)
    found = frame_of(engine, area_cases(NOW))
    chosen = made.iloc[::3]
    wanted = chosen[~chosen["void"] & (chosen["reported_at"] <= pd.Timestamp(NOW))]
    assert set(found["id"]) == set(wanted["id"])
    assert set(found["area"]) == {"W1"}
    assert found["reported_on"].is_monotonic_increasing
    # the link of a figure leads to the same cases; the list also keeps the void ones
    everything = frame_of(engine, case_count(Filters(features=("weak_areas/W1",)), NOW))["n"].iloc[0]
    assert everything == len(chosen)
    counted = frame_of(engine, layer_cases("weak_areas")).iloc[0]
    assert counted.tolist() == [(~made["void"]).sum(), 2]
    steps = frame_of(engine, area_steps())
    assert (steps["code"].tolist(), steps["figures"].tolist()) == (["W1"], [{"rooms": 4}])
    [walk] = frame_of(engine, patrol_tracks()).to_dict("records")
    assert (walk["started_at"], walk["track"].length > 0) == (pd.Timestamp(WALKED), True)
    assert frame_of(engine, first_case_day())["day"].iloc[0].date() == made["reported_on"].min()


def test_an_empty_database_has_no_area(engine: Engine) -> None:
    assert all(frame_of(engine, question).empty for question in (area_cases(NOW), area_steps(), patrol_tracks()))
    assert frame_of(engine, first_case_day())["day"].isna().all()


def test_the_planted_relapse_is_there_and_no_other(demo_engine: Engine) -> None:
    cases = frame_of(demo_engine, area_cases(read_office(demo_engine).now()))
    for area in (RELAPSED, HELD):
        mine = cases[cases["area"] == area.code]
        after = mine["reported_on"].dt.date > area.signed_off_on
        assert set(mine.loc[~after, "category"]) == set(WEAK_CLASSES)
        new = mine[after]
        days = [(day.date() - area.signed_off_on).days for day in new["reported_on"]]
        if area is RELAPSED:
            assert (days, set(new["category"])) == (list(RELAPSE_DAYS), {RELAPSE_CLASS})
        else:
            assert new["category"].tolist() == [OTHER_CLASS]
