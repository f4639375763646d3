"""A river walk is kept once, by who may, with the metres that it covered; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine, func, select

from actions.act import Refused
from actions.findings import Finding, report_finding
from actions.walks import Point, RiverWalk, draw_track, end_walk, measure_track
from model.kinds import Channel
from model.office import AuditLine
from model.people import Inspection
from model.roles import Actor, Role
from queries.recent import found_on_walk
from queries.run import frame_of
from tests.actions.ground import CRS, REACH_METRES, build, place, shape

CHIEF = Actor(role=Role.RIVER_CHIEF, code="HC1")
END = datetime(2017, 10, 31, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
START = END - timedelta(minutes=12)


def walk_along(first: float, last: float, *, beside: float = 5, step: float = 50, doubt: float = 8) -> tuple[Point, ...]:
    """Points every so many metres along the reach, from so many metres behind its start, so many metres north of it."""
    places = [first + step * number for number in range(int((last - first) / step) + 1)]
    return tuple(Point(*place(100 + metres, 200 + beside), doubt, 30.0 * number) for number, metres in enumerate(places))


WALK = RiverWalk(run="abc123def", reach="R1", official="HC1", started_at=START, ended_at=END, points=walk_along(0, 600))


@pytest.fixture
def prepared(engine: Engine) -> tuple[Engine, Any]:
    return engine, build(engine)


def kept_rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(Inspection.__table__)))


def test_a_walk_is_kept_with_its_track_and_its_findings(prepared: tuple[Engine, Any]) -> None:
    engine, office = prepared
    lon, lat = place(300, 210)
    found = Finding(number="20171031-AAAAAAAA", channel=Channel.RIVER, kind="event", category="0111", lon=lon, lat=lat)
    report_finding(engine, CHIEF, office, found)
    report_finding(engine, CHIEF, office, replace(found, number="20171031-BBBBBBBB", channel=Channel.PATROL))

    kept = end_walk(engine, CHIEF, office, WALK)

    [row] = kept_rows(engine)
    assert (row.id, row.feature_id, row.official_id, row.started_at, row.ended_at) == (kept.id, 3, 1, START, END)
    assert row.walked_m == pytest.approx(600, abs=0.2)
    assert (kept.metres, kept.share, kept.minutes) == (pytest.approx(600, abs=0.2), pytest.approx(0.75, abs=0.001), 12)
    assert row.track.geom_type == "LineString"
    assert shapely.get_coordinates(row.track)[0] == pytest.approx(place(100, 205), abs=1e-9)
    # what came from the walk, not from a patrol that passed by
    assert kept.findings == ("20171031-AAAAAAAA",)
    assert row.note == "发现问题 1 件：20171031-AAAAAAAA"
    assert list(frame_of(engine, found_on_walk("R1", START, END))["external_id"]) == ["20171031-AAAAAAAA"]
    assert frame_of(engine, found_on_walk("R1", START, END - timedelta(minutes=1))).empty


def test_however_often_the_phone_sends_it_it_is_one_walk(prepared: tuple[Engine, Any]) -> None:
    engine, office = prepared
    first = end_walk(engine, CHIEF, office, WALK)
    # a phone that did not hear the answer counts its times anew
    later = replace(WALK, started_at=START + timedelta(seconds=9), ended_at=END + timedelta(seconds=9))
    again = end_walk(engine, CHIEF, office, later)

    assert (again.id, again.new) == (first.id, False)
    assert (again.metres, again.share, again.minutes) == (pytest.approx(first.metres, abs=0.1), pytest.approx(first.share, abs=1e-3), 12)
    assert len(kept_rows(engine)) == 1
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(AuditLine)).scalar_one() == 1


def test_sent_twice_at_the_same_moment_it_is_one_walk(prepared: tuple[Engine, Any]) -> None:
    engine, office = prepared
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: end_walk(engine, CHIEF, office, WALK), range(4)))

    assert len({one.id for one in kept}) == 1
    assert sorted(one.new for one in kept) == [False, False, False, True]


@pytest.mark.parametrize(
    ("actor", "change", "says"),
    [
        pytest.param(Actor(role=Role.DUTY_LEADER, code="L01"), {}, "值班领导不能巡河", id="a leader on patrol"),
        pytest.param(CHIEF, {"official": "HJ1"}, "HC1 不是 R1 的河长", id="a chief in another's name"),
        pytest.param(Actor(role=Role.RIVER_CHIEF, code="HC9"), {"official": "HC9"}, "HC9 不是 R1 的河长", id="another reach's chief"),
        pytest.param(Actor(role=Role.ADMINISTRATOR), {"official": "HJ1"}, "HJ1 不是 R1 的河长", id="a chief no more"),
        pytest.param(Actor(role=Role.ADMINISTRATOR), {"official": ""}, "没有编号为 — 的河长", id="nobody"),
        pytest.param(CHIEF, {"reach": "R7"}, "没有河段 R7", id="a reach that is none"),
        pytest.param(CHIEF, {"ended_at": START - timedelta(minutes=1)}, "早于开始时间", id="backwards"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    prepared: tuple[Engine, Any], actor: Actor, change: dict[str, Any], says: str
) -> None:
    engine, office = prepared
    with pytest.raises(Refused) as refused:
        end_walk(engine, actor, office, replace(WALK, **change))

    assert says in refused.value.say("zh")
    assert kept_rows(engine) == []


def test_nobody_moved_and_nothing_is_covered(prepared: tuple[Engine, Any]) -> None:
    engine, office = prepared
    stood = replace(WALK, points=walk_along(100, 100) * 5)
    assert end_walk(engine, CHIEF, office, stood).metres == 0
    assert kept_rows(engine)[0].track is None


REACH = shapely.LineString(shape((100, 200), (100 + REACH_METRES, 200)))


@pytest.mark.parametrize(
    ("points", "metres"),
    [
        pytest.param(walk_along(0, 800), 800, id="all of it"),
        pytest.param(walk_along(200, 400), 200, id="a part"),
        pytest.param(walk_along(0, 800, beside=29), 800, id="on the far bank"),
        pytest.param(walk_along(0, 800, beside=45), 0, id="on the next street"),
        pytest.param(walk_along(0, 200) + walk_along(200, 0, step=-50), 200, id="there and back"),
        pytest.param(walk_along(0, 100) + walk_along(500, 600), 200 + 2 * 29.6, id="the phone slept between, and the edges count"),
        pytest.param(walk_along(0, 800, doubt=150), 0, id="nothing but doubt"),
        pytest.param(walk_along(0, 800, step=200), 0, id="too far apart to say"),
        pytest.param((), 0, id="no point"),
    ],
)
def test_metres_covered(points: tuple[Point, ...], metres: float) -> None:
    timed = tuple(point._replace(second=float(number)) for number, point in enumerate(points))
    walked = measure_track(REACH, timed, CRS)
    assert walked.metres == pytest.approx(metres, abs=0.3)
    assert walked.share == pytest.approx(metres / REACH_METRES, abs=0.001)


@settings(max_examples=40)
@given(first=some.floats(-300, 900), length=some.floats(0, 900), beside=some.floats(-28, 28), step=some.floats(5, 140))
def test_never_more_than_was_walked(first: float, length: float, beside: float, step: float) -> None:
    points = walk_along(first, first + length, beside=beside, step=step)
    walked = measure_track(REACH, points, CRS)
    track = draw_track(points, CRS)
    ended = first + step * int(length / step)
    expected = max(0.0, min(ended, REACH_METRES) - max(first, 0.0)) if track is not None else 0.0
    assert walked.metres == pytest.approx(expected, abs=0.5)
