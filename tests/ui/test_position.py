"""What a phone says of its track: put together from pieces however they come, and never more than it said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from actions.photos import Photo
from actions.walks import Point
from ui.photo import Taken
from ui.position import Position
from ui.report import Asked
from ui.report_place import best_source, known_places
from ui.walk_track import Track, hear_track

NOW = datetime(2017, 10, 31, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
BEGUN = 1_700_000_000_000
RUN = "abc123def"


@dataclass
class Phone:
    """The recorder in the browser, as ui/scripts/walk_track.js is: it sends what the server does not have."""

    points: list[list[float]] = field(default_factory=list)
    ended: int | None = None
    now: int = BEGUN

    def said(self, have: int) -> dict[str, Any]:
        told = {"run": RUN, "subject": "R13|HC13", "started": BEGUN, "ended": self.ended, "now": self.now}
        return told | {"from": have, "points": self.points[have:]}


# per step: a new point, and what becomes of what is sent: heard, lost, heard twice, or heard by a server that lost its memory
STEPS = some.lists(some.tuples(some.floats(121.5, 121.51), some.sampled_from(["heard", "lost", "twice", "forgotten"])), max_size=30)


@given(steps=STEPS)
def test_no_point_is_lost_and_none_comes_twice(steps: list[tuple[float, str]]) -> None:
    phone, kept = Phone(), None
    for lon, fate in steps:
        phone.now += 5_000
        phone.points.append([lon, 31.33, 8.0, (phone.now - BEGUN) / 1000])
        if fate == "forgotten":
            kept = None
        message = phone.said(len(kept.points) if kept else 0)
        for _ in range({"lost": 0, "twice": 2}.get(fate, 1)):
            kept = hear_track(kept, message, NOW)
    phone.ended = phone.now
    kept = hear_track(kept, phone.said(len(kept.points) if kept else 0), NOW)

    assert kept is not None
    assert kept.points == tuple(Point(*point) for point in phone.points)
    assert kept.ended_at == NOW
    assert kept.ended_at - kept.started_at == timedelta(seconds=5 * len(steps))


def test_times_are_the_office_s_whatever_the_phone_s_clock_says() -> None:
    phone = Phone(now=BEGUN + 15 * 60_000, ended=BEGUN + 12 * 60_000)
    kept = hear_track(None, phone.said(0), NOW)
    assert kept == Track(
        run=RUN, subject="R13|HC13", started_at=NOW - timedelta(minutes=15), ended_at=NOW - timedelta(minutes=3), points=()
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"run": "../x"}, id="a run that is none"),
        pytest.param({"subject": ""}, id="nothing is walked"),
        pytest.param({"started": "soon"}, id="a time that is none"),
        pytest.param({"now": BEGUN - 1}, id="before it began"),
        pytest.param({"started": float("nan")}, id="not a number"),
    ],
)
def test_nonsense_changes_nothing(change: dict[str, Any]) -> None:
    assert hear_track(None, Phone().said(0) | change, NOW) is None


@given(points=some.lists(some.one_of(some.none(), some.text(max_size=3), some.lists(some.floats(), max_size=5)), max_size=5))
def test_points_that_are_none_are_never_places(points: list[Any]) -> None:
    kept = hear_track(None, Phone().said(0) | {"points": points}, NOW)
    assert kept is not None
    assert len(kept.points) == len(points)
    assert all(abs(point.lon) <= 180 and abs(point.lat) < 90 for point in kept.points)


PHOTO = Taken(id="a", photo=Photo(bytes=b"", sha256="", place=(121.50, 31.32)))
NO_PLACE = Taken(id="a", photo=Photo(bytes=b"", sha256=""))
GOOD = Position(lon=121.51, lat=31.33, accuracy_m=12, at=NOW)
POOR = Position(lon=121.51, lat=31.33, accuracy_m=900, at=NOW)
STOP, TAP = (121.505, 31.331), (121.506, 31.332)


@pytest.mark.parametrize(
    ("taken", "phone", "link", "tap", "best"),
    [
        pytest.param(None, None, None, None, None, id="nothing"),
        pytest.param(PHOTO, GOOD, STOP, TAP, "map", id="what was pressed"),
        pytest.param(PHOTO, GOOD, STOP, None, "photo", id="where the photo was taken"),
        pytest.param(NO_PLACE, GOOD, STOP, None, "phone", id="the phone, within the stop"),
        pytest.param(NO_PLACE, POOR, STOP, None, "link", id="the stop, when the phone is far off"),
        pytest.param(None, POOR, None, None, "phone", id="better than nothing"),
    ],
)
def test_which_place_counts(
    taken: Taken | None, phone: Position | None, link: tuple[float, float] | None, tap: tuple[float, float] | None, *, best: str | None
) -> None:
    assert best_source(known_places(taken, phone, link, tap)) == best


@pytest.mark.parametrize(
    ("params", "asked"),
    [
        ({"lat": "31.33", "lon": "121.5", "stop": "3"}, Asked(place=(121.5, 31.33), stop="3")),
        ({"lat": "31.33"}, Asked()),
        ({"lat": "here", "lon": "121.5", "reach": "R13"}, Asked(reach="R13")),
        ({"lat": "nan", "lon": "inf"}, Asked()),
        ({"lat": "31", "lon": "500"}, Asked()),
    ],
)
def test_what_a_link_says(params: dict[str, str], asked: Asked) -> None:
    assert Asked.read(params) == asked
