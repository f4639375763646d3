"""The database fixtures do what the other tests trust them to do."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError

from model.cases import CaseRow
from model.engine import open_engine, write
from model.office import Setting
from model.setup import keep_setting, read_office

DEMO_CASES = 41_282


def count_cases(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(CaseRow))


def count_settings(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Setting))


def keep(engine: Engine) -> None:
    with write(engine) as connection:
        keep_setting(connection, "colour", "blue")


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_fresh_database_knows_nothing_of_the_test_before(engine: Engine, time: str):
    assert count_settings(engine) == 0
    keep(engine)
    assert count_settings(engine) == 1


@pytest.mark.parametrize("fixture", ["demo_engine", "postgres_demo_engine"])
def test_the_shared_demo_is_whole_and_only_to_read(request: pytest.FixtureRequest, fixture: str):
    demo = request.getfixturevalue(fixture)

    assert read_office(demo).demo
    assert count_cases(demo) == DEMO_CASES
    with pytest.raises(DBAPIError, match=r"read.?only"):
        keep(demo)


@pytest.mark.parametrize("fixture", ["demo_copy", "postgres_demo_copy"])
def test_a_copy_of_the_demo_is_ones_own(request: pytest.FixtureRequest, fixture: str):
    copy = open_engine(request.getfixturevalue(fixture))
    before = count_settings(copy)

    keep(copy)

    assert count_settings(copy) == before + 1
    assert count_cases(copy) == DEMO_CASES
    copy.dispose()
