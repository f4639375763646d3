"""The rotation is changed by who may, from tomorrow on; swaps and handovers keep history true; each change has its audit line."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import shapely
from sqlalchemy import Engine, insert, select

from actions.act import Refused
from actions.rotation import add_absence, hand_over, open_feed, plan_shifts, remove_absence, stand_in, swap_shifts
from model.engine import write
from model.office import AuditLine
from model.people import Absence, Duty, Official, Shift
from model.places import Feature
from model.roles import Actor, Role
from tests.queries.factory import ZONE

AT = datetime(2017, 10, 31, 9, tzinfo=ZONE)
CENTRE = Actor(role=Role.GRID_CENTRE)
DAYS = [date(2017, 10, 31), date(2017, 11, 1), date(2017, 11, 2), date(2017, 11, 3)]


@pytest.fixture
def office(engine: Engine) -> Engine:
    """Three leaders, one zone that leader 1 has since January, four days on duty."""
    with write(engine) as connection:
        connection.execute(insert(Official), [{"id": n, "code": f"L{n:02}", "name": f"值班领导{n:02}"} for n in (1, 2, 3)])
        zone = {"id": 7, "layer": "zones", "code": "Z01", "props": {}, "geometry": shapely.box(121.5, 31.3, 121.51, 31.31)}
        connection.execute(insert(Feature).values(**zone))
        connection.execute(insert(Duty).values(official_id=1, feature_id=7, role="leader", since=date(2017, 1, 1)))
        on = [{"on_date": day, "role": "duty_leader", "official_id": n} for day, n in zip(DAYS, (1, 2, 3, 1), strict=True)]
        connection.execute(insert(Shift), on)
    return engine


def serving(engine: Engine) -> dict[date, int]:
    with engine.connect() as connection:
        return {row.on_date: row.official_id for row in connection.execute(select(Shift.on_date, Shift.official_id))}


def lines(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        return [(row.who, row.what) for row in connection.execute(select(AuditLine.who, AuditLine.what).order_by(AuditLine.id))]


def test_a_plan_goes_over_what_was_there_and_is_one_line(office: Engine) -> None:
    plan_shifts(office, CENTRE, {DAYS[2]: 2, date(2017, 11, 4): 3}, at=AT)
    assert serving(office) == dict(zip(DAYS, (1, 2, 2, 1), strict=True)) | {date(2017, 11, 4): 3}
    assert lines(office) == [("grid_centre", "roster.plan")]


def test_the_past_and_today_stay(office: Engine) -> None:
    before = serving(office)
    for change in (
        lambda: plan_shifts(office, CENTRE, {DAYS[0]: 2, DAYS[1]: 1}, at=AT),
        lambda: swap_shifts(office, CENTRE, (DAYS[0], 1), (DAYS[1], 2), at=AT),
        lambda: stand_in(office, CENTRE, DAYS[0], 3, instead_of=1, at=AT),
    ):
        with pytest.raises(Refused, match="2017-10-31"):
            change()
    assert serving(office) == before
    assert lines(office) == []


def test_a_swap_counts_for_who_serves(office: Engine) -> None:
    swap_shifts(office, CENTRE, (DAYS[1], 2), (DAYS[2], 3), at=AT)
    assert serving(office) == dict(zip(DAYS, (1, 3, 2, 1), strict=True))


def test_two_people_at_once_the_second_is_told(office: Engine) -> None:
    stand_in(office, CENTRE, DAYS[1], 3, instead_of=2, at=AT)
    with pytest.raises(Refused, match="reload"):
        swap_shifts(office, CENTRE, (DAYS[1], 2), (DAYS[3], 1), at=AT)
    with pytest.raises(Refused, match="reload"):
        stand_in(office, CENTRE, DAYS[1], 1, instead_of=2, at=AT)
    assert serving(office)[DAYS[1]] == 3


def test_nobody_serves_who_is_away(office: Engine) -> None:
    add_absence(office, CENTRE, 3, DAYS[1], DAYS[3], reason=" 培训 ", at=AT)
    with pytest.raises(Refused, match="值班领导03"):
        stand_in(office, CENTRE, DAYS[3], 3, instead_of=1, at=AT)
    with pytest.raises(Refused, match="值班领导03"):
        plan_shifts(office, CENTRE, {DAYS[3]: 3}, at=AT)
    with pytest.raises(Refused, match="remove"):
        add_absence(office, CENTRE, 3, DAYS[1], DAYS[2], at=AT)
    with office.connect() as connection:
        [kept] = connection.execute(select(Absence)).all()
    assert (kept.since, kept.until, kept.reason) == (DAYS[1], DAYS[3], "培训")
    remove_absence(office, CENTRE, kept.id, at=AT)
    plan_shifts(office, CENTRE, {DAYS[3]: 3}, at=AT)
    assert serving(office)[DAYS[3]] == 3


def test_an_absence_that_ends_before_it_begins_is_refused(office: Engine) -> None:
    with pytest.raises(Refused, match="2017-11-01"):
        add_absence(office, CENTRE, 3, DAYS[2], DAYS[1], at=AT)


def test_a_zone_is_handed_over_and_history_stays(office: Engine) -> None:
    hand_over(office, CENTRE, 7, "leader", to=2, instead_of=1, since=date(2017, 11, 6), at=AT)
    with office.connect() as connection:
        held = connection.execute(select(Duty.official_id, Duty.since, Duty.until).order_by(Duty.since)).all()
    assert [tuple(row) for row in held] == [(1, date(2017, 1, 1), date(2017, 11, 5)), (2, date(2017, 11, 6), None)]
    for to, instead, since, said in ((2, 1, 7, "answers for"), (3, 1, 7, "reload"), (3, 2, 6, "later")):
        with pytest.raises(Refused, match=said):
            hand_over(office, CENTRE, 7, "leader", to=to, instead_of=instead, since=date(2017, 11, since), at=AT)


def test_only_who_keeps_the_roster_changes_it(office: Engine) -> None:
    for role in (Role.VIEWER, Role.DUTY_LEADER, Role.DEPARTMENT, Role.RIVER_CHIEF):
        with pytest.raises(Refused, match="may not"):
            swap_shifts(office, Actor(role=role, code="L02"), (DAYS[1], 2), (DAYS[2], 3), at=AT)
    assert lines(office) == []


def test_a_new_feed_address_stops_the_old_one(office: Engine) -> None:
    assert open_feed(office, CENTRE, at=AT) != open_feed(office, CENTRE, at=AT)
