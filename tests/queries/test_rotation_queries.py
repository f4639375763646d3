"""Who is on, who is away, what presses and what is on record, asked of both databases."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, insert

from model.engine import write
from model.office import AuditLine, Import
from model.people import Absence, Duty, Official, Patrol, Shift
from model.setup import keep_setting
from queries.patrol import patrol_day, patrol_lines, pressing_cases
from queries.rotation import absences, changes, feed_key, found, members, officials, patrols, shifts, zone_duties
from queries.run import frame_of
from tests.queries.factory import NOW, ZONE, keep_cases, make_cases

DAY = NOW.date()
MIDNIGHT = datetime(2017, 10, 20, tzinfo=ZONE)
BOOK = {"sha256": "", "target": "cases", "rows_in": 0, "rows_new": 0, "rows_changed": 0, "rows_unchanged": 0, "rows_rejected": 0}


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return make_cases(800)


@pytest.fixture
def office(engine: Engine, made: pd.DataFrame) -> Engine:
    """Three officials; 1 was on duty and leads nothing, 2 leads a zone, 3 is a cadre; a patrol yesterday and one today."""
    keep_cases(engine, made)
    track = shapely.LineString([(121.5, 31.32), (121.51, 31.33)])
    with write(engine) as connection:
        connection.execute(insert(Official), [{"id": n, "code": f"L{n:02}", "name": f"领导{n}", "phone": f"000{n}"} for n in (1, 2, 3)])
        on = [(DAY - timedelta(days=2), 1), (DAY, 2), (DAY + timedelta(days=1), 2)]
        connection.execute(insert(Shift), [{"on_date": day, "role": "duty_leader", "official_id": who} for day, who in on])
        connection.execute(insert(Shift).values(on_date=DAY, role="driver", official_id=3))
        duty = {"feature_id": 1, "since": date(2017, 1, 1)}
        connection.execute(insert(Duty), [duty | {"official_id": 2, "role": "leader"}, duty | {"official_id": 3, "role": "cadre"}])
        away = [(1, DAY - timedelta(days=9), DAY - timedelta(days=1)), (2, DAY, DAY)]
        connection.execute(insert(Absence), [{"official_id": who, "since": since, "until": until} for who, since, until in away])
        walks = [(1, MIDNIGHT - timedelta(hours=9), track), (2, MIDNIGHT + timedelta(hours=9), None)]
        connection.execute(insert(Patrol), [{"official_id": who, "started_at": at, "track": line} for who, at, line in walks])
        for hours, what, subject in ((-30, "patrol.draw", "2017-10-19"), (-1, "roster.swap", "x"), (8, "patrol.start", "2017-10-20 L02")):
            line = {
                "at": MIDNIGHT + timedelta(hours=hours),
                "who": "w",
                "what": what,
                "subject": subject,
                "detail": json.dumps({"n": hours}),
            }
            connection.execute(insert(AuditLine).values(line))
        for hours in (-2, 3):
            at = MIDNIGHT + timedelta(hours=hours)
            connection.execute(insert(Import).values(file=str(hours), started_at=at, ended_at=at, **BOOK))
        keep_setting(connection, "calendar_key", "secret")
    return engine


def test_the_day_of_a_patrol(office: Engine) -> None:
    [row] = frame_of(office, patrol_day(MIDNIGHT, NOW)).to_dict("records")
    assert (row["official_code"], row["on_duty"], row["on_duty_name"], row["on_duty_phone"]) == ("L02", "L02", "领导2", "0002")
    # the newest of each before midnight: the first import, the second audit line
    assert (row["import_id"], row["audit_id"]) == (1, 2)


def test_a_day_without_anybody_has_one_row(engine: Engine) -> None:
    [row] = frame_of(engine, patrol_day(MIDNIGHT, NOW)).to_dict("records")
    assert (row["import_id"], row["audit_id"]) == (0, 0)
    assert pd.isna(row["patrol_id"])
    assert pd.isna(row["on_duty"])


def test_the_record_of_patrols_is_newest_first(office: Engine) -> None:
    lines = frame_of(office, patrol_lines(NOW))
    assert lines["what"].tolist() == ["patrol.start", "patrol.draw"]
    assert frame_of(office, patrol_lines(MIDNIGHT))["what"].tolist() == ["patrol.draw"]


def test_what_presses_is_open_unhandled_and_due_within_a_day(office: Engine, made: pd.DataFrame) -> None:
    asked = frame_of(office, pressing_cases(NOW))
    now = pd.Timestamp(NOW)
    waiting = ~made["void"] & ~made["suspended"] & made["handled_at"].isna() & (pd.to_datetime(made["reported_on"]) <= pd.Timestamp(DAY))
    open_now = made["closed_at"].isna() | (made["closed_at"] > now)
    wanted = made[waiting & open_now & (made["due_at"] <= now + pd.Timedelta(hours=24))]
    assert sorted(asked["id"]) == sorted(wanted["id"])
    assert len(asked) > 10
    assert asked["due_at"].is_monotonic_increasing


def test_who_is_on_and_who_is_away(office: Engine) -> None:
    assert frame_of(office, shifts(DAY, DAY + timedelta(days=5)))["official_code"].tolist() == ["L02", "L02"]
    assert frame_of(office, absences(DAY))["official_code"].tolist() == ["L02"]
    known = frame_of(office, members()).set_index("official_code")
    assert known.index.tolist() == ["L01", "L02"]
    assert pd.isna(known.loc["L01", "leads_since"])
    assert known.loc["L02", "last_on"].date() == DAY + timedelta(days=1)
    assert frame_of(office, officials())["official_code"].tolist() == ["L01", "L02", "L03"]
    assert frame_of(office, zone_duties())["role"].tolist() == ["leader", "cadre"]
    assert frame_of(office, changes())["what"].tolist() == ["roster.swap"]
    assert frame_of(office, feed_key())["value"].tolist() == ["secret"]


def test_patrols_and_what_was_found(office: Engine, made: pd.DataFrame) -> None:
    assert frame_of(office, patrols(DAY, DAY))["official_code"].tolist() == ["L01", "L02"]
    asked = frame_of(office, found(date(2017, 10, 1), DAY))
    days = pd.to_datetime(made["reported_on"])
    ours = made["channel"].isin(["patrol", "wechat", "chengguantong", "hotline"]) & ~made["void"]
    assert sorted(asked["id"]) == sorted(made.loc[ours & days.between("2017-10-01", str(DAY)), "id"])
