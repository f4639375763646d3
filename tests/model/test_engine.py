"""Transactions and column types mean the same on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from model.cases import Category
from model.catalogue import add_unknown, load_catalogue, read_catalogue, read_limits
from model.engine import open_engine, write
from model.kinds import Limit
from model.office import AuditLine, Setting
from model.people import Shift
from model.places import Feature
from model.setup import keep_setting, read_settings
from model.types import stable_id

NOON_THERE = datetime(2017, 10, 31, 12, 0, tzinfo=timezone(timedelta(hours=8)))


def audit(at: datetime, what: str = "test") -> dict[str, object]:
    return {"at": at, "who": "tester", "what": what, "subject": "engine"}


def test_all_of_a_transaction_or_nothing(engine: Engine) -> None:
    def half() -> None:
        with write(engine) as connection:
            keep_setting(connection, "title_zh", "半途")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half()
    with engine.connect() as connection:
        assert read_settings(connection) == {}


def test_a_setting_is_kept_over_the_old_one(engine: Engine) -> None:
    for value in ("Asia/Shanghai", "America/New_York"):
        with write(engine) as connection:
            keep_setting(connection, "timezone", value)
    with engine.connect() as connection:
        assert read_settings(connection) == {"timezone": "America/New_York"}


def test_times_come_back_in_utc(engine: Engine) -> None:
    with write(engine) as connection:
        connection.execute(insert(AuditLine), [audit(NOON_THERE)])
    with engine.connect() as connection:
        kept = connection.scalars(select(AuditLine.at)).one()
        assert connection.scalar(select(func.count()).where(AuditLine.at <= NOON_THERE)) == 1
    assert kept == NOON_THERE
    assert kept.tzinfo == UTC


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="no time zone"), write(engine) as connection:
        connection.execute(insert(AuditLine), [audit(datetime(2017, 10, 31))])


def test_shapes_and_props_come_back(engine: Engine) -> None:
    line = shapely.LineString([(121.5, 31.3), (121.51, 31.31)])
    props = {"river": "小吉浦", "length_m": 1460.5}
    with write(engine) as connection:
        connection.execute(insert(Feature), [{"layer": "rivers", "code": "1", "props": props, "geometry": line}])
    with engine.connect() as connection:
        row = connection.execute(select(Feature.props, Feature.geometry)).one()
    assert row.props == props
    assert shapely.equals_exact(row.geometry, line)


def test_a_shift_of_nobody_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), write(engine) as connection:
        connection.execute(insert(Shift), [{"on_date": NOON_THERE.date(), "role": "leader", "official_id": 99}])


def test_on_sqlite_the_second_writer_waits_for_the_first(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    began, seen = threading.Event(), []

    def second() -> None:
        began.set()
        with write(engine) as connection:
            seen.append(read_settings(connection).get("title_en"))

    with write(engine) as connection:
        waiting = threading.Thread(target=second)
        waiting.start()
        began.wait()
        keep_setting(connection, "title_en", "first")
    waiting.join()
    assert seen == ["first"]
    engine.dispose()


def test_on_sqlite_readers_see_the_last_whole_state(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with write(engine) as connection, engine.connect() as reader:
        keep_setting(connection, "title_en", "half")
        assert reader.scalar(select(func.count()).select_from(Setting)) == 0
    engine.dispose()


def test_the_catalogue_is_added_once_and_edits_stay(engine: Engine) -> None:
    with write(engine) as connection:
        assert load_catalogue(connection) == len(read_catalogue())
        connection.execute(Category.__table__.update().where(Category.code == "0102", Category.kind == "event").values(limit_value=8.0))
        assert load_catalogue(connection) == 0
        assert read_limits(connection)["event", "0102"] == (Limit.WORKING_HOURS, 8.0)


def test_categories_of_a_foreign_catalogue_keep_their_own_words(engine: Engine) -> None:
    with write(engine) as connection:
        assert add_unknown(connection, [("event", "Street Light Outages"), ("event", "Street Light Outages")]) == 1
        assert add_unknown(connection, [("event", "Street Light Outages")]) == 0
        row = connection.execute(select(Category)).one()
    assert (row.code, row.name_zh, row.name_en, row.limit_type) == (
        "Street Light Outages",
        "Street Light Outages",
        "Street Light Outages",
        None,
    )


def test_the_catalogue_is_well_formed() -> None:
    lines = read_catalogue()
    assert len({(line["kind"], line["code"]) for line in lines}) == len(lines)
    assert all(line["code"].isdigit() and len(line["code"]) == 4 and line["limit_value"] > 0 for line in lines)
    names = {line["code"]: line["name_zh"] for line in lines if line["kind"] == "event"}
    assert names["0508"] == "非机动车乱停放"
    assert [line["limit_value"] for line in lines if line["code"].startswith("90")] == [1, 3, 5, 15]


@given(st.text(), st.text())
def test_ids_are_63_bits_and_stable(source: str, external_id: str) -> None:
    assert 0 <= stable_id(source, external_id) < 2**63
    assert stable_id(source, external_id) == stable_id(source, external_id)


def test_ids_are_the_same_on_every_machine() -> None:
    # printf "boston-311\x1f101000295613" | b2sum -l 64
    assert stable_id("boston-311", "101000295613") == 0x6437A33E59CAF1B2 >> 1
