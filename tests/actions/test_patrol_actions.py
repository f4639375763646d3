"""A patrol is kept once however often it is pressed: its draw, its stops, its track, its end."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from actions.act import Refused
from actions.patrol import ARRIVED, NOTHING_FOUND, Begun, begin_patrol, end_patrol, keep_stop
from analysis.draw import draw_places, is_same, read_draw
from model.engine import write
from model.office import AuditLine
from model.people import Official, Patrol
from model.roles import Actor, Role
from tests.queries.factory import ZONE

AT = datetime(2017, 10, 31, 9, tzinfo=ZONE)
LEADER = Actor(role=Role.DUTY_LEADER, code="L01")
WEIGHTS = dict.fromkeys(("Z01", "Z02", "Z03"), 1.0)
DRAW = draw_places(date(2017, 10, 31), "1.2", WEIGHTS, [], 1)
BEGUN = Begun(official="L01", draw=DRAW.to_json(), stops=[{"key": "zone:Z01"}])


@pytest.fixture
def office(engine: Engine) -> Engine:
    with write(engine) as connection:
        connection.execute(insert(Official), [{"id": n, "code": f"L{n:02}", "name": f"值班领导{n:02}"} for n in (1, 2)])
    return engine


def lines(engine: Engine, what: str) -> list[str]:
    with engine.connect() as connection:
        return [row.detail for row in connection.execute(select(AuditLine.detail).where(AuditLine.what == what).order_by(AuditLine.id))]


def patrols(engine: Engine) -> list[Patrol]:
    with engine.connect() as connection:
        return list(connection.execute(select(Patrol).order_by(Patrol.id)).all())  # type: ignore[arg-type]


def test_a_double_tap_begins_one_patrol_with_one_draw(office: Engine) -> None:
    first = begin_patrol(office, LEADER, BEGUN, at=AT)
    assert begin_patrol(office, LEADER, BEGUN, at=AT + timedelta(seconds=1)) == first
    [draw] = lines(office, "patrol.draw")
    assert is_same(read_draw(draw))
    [start] = lines(office, "patrol.start")
    assert json.loads(start)["stops"] == [{"key": "zone:Z01"}]
    assert [patrol.id for patrol in patrols(office)] == [first]


def test_a_day_is_never_drawn_twice(office: Engine) -> None:
    number = begin_patrol(office, LEADER, BEGUN, at=AT)
    end_patrol(office, LEADER, number, at=AT + timedelta(hours=2))
    other = next(draw for n in range(20) if (draw := draw_places(DRAW.on, str(n), WEIGHTS, [], 1)).drawn != DRAW.drawn)
    with pytest.raises(Refused, match="on record"):
        begin_patrol(office, LEADER, Begun(official="L01", draw=other.to_json(), stops=[]), at=AT + timedelta(hours=3))
    again = begin_patrol(office, LEADER, BEGUN, at=AT + timedelta(hours=3))
    assert again != number
    assert lines(office, "patrol.draw") == [DRAW.to_json()]


def test_stops_make_the_track_in_the_order_of_arrival(office: Engine) -> None:
    number = begin_patrol(office, LEADER, BEGUN, at=AT)
    assert keep_stop(office, LEADER, number, "a", ARRIVED, place=(121.5, 31.3), at=AT)
    [patrol] = patrols(office)
    assert list(patrol.track.coords) == [(121.5, 31.3)] * 2
    assert not keep_stop(office, LEADER, number, "a", ARRIVED, place=(121.6, 31.3), at=AT)
    assert keep_stop(office, LEADER, number, "a", NOTHING_FOUND, place=(121.6, 31.3), at=AT)
    assert keep_stop(office, LEADER, number, "b", NOTHING_FOUND, place=(121.51, 31.31), at=AT, measured=True)
    assert keep_stop(office, LEADER, number, "c", ARRIVED, place=(121.52, 31.32), at=AT)
    [patrol] = patrols(office)
    assert list(patrol.track.coords) == [(121.5, 31.3), (121.51, 31.31), (121.52, 31.32)]
    assert [(kept["key"], kept["outcome"]) for kept in map(json.loads, lines(office, "patrol.stop"))] == [
        ("a", ARRIVED),
        ("a", NOTHING_FOUND),
        ("b", NOTHING_FOUND),
        ("c", ARRIVED),
    ]


def test_what_is_over_takes_nothing_more(office: Engine) -> None:
    number = begin_patrol(office, LEADER, BEGUN, at=AT)
    assert end_patrol(office, LEADER, number, note=" 一切  正常 ", at=AT + timedelta(hours=1))
    assert not end_patrol(office, LEADER, number, at=AT + timedelta(hours=2))
    with pytest.raises(Refused, match="10:00"):
        keep_stop(office, LEADER, number, "a", ARRIVED, place=(121.5, 31.3), at=AT + timedelta(hours=2))
    [patrol] = patrols(office)
    assert (patrol.note, patrol.ended_at) == ("一切 正常", AT + timedelta(hours=1))


def test_who_may_and_whose_it_is(office: Engine) -> None:
    for actor, said in ((Actor(role=Role.VIEWER), "may not"), (Actor(role=Role.DUTY_LEADER, code="L02"), "act as L01")):
        with pytest.raises(Refused, match=said):
            begin_patrol(office, actor, BEGUN, at=AT)
    with pytest.raises(Refused, match="no official L09"):
        begin_patrol(office, Actor(role=Role.ADMINISTRATOR), Begun(official="L09", draw=DRAW.to_json(), stops=[]), at=AT)
    number = begin_patrol(office, Actor(role=Role.ADMINISTRATOR), BEGUN, at=AT)
    with pytest.raises(Refused, match="act as L01"):
        keep_stop(office, Actor(role=Role.DUTY_LEADER, code="L02"), number, "a", ARRIVED, place=(121.5, 31.3), at=AT)
    with pytest.raises(Refused, match="reload"):
        end_patrol(office, LEADER, number + 1, at=AT)
    with pytest.raises(ValueError, match="outcome"):
        keep_stop(office, LEADER, number, "a", "lunch", place=(121.5, 31.3), at=AT)
