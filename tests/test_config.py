"""Settings: what the environment may say, and what it is told when it says something else."""

from datetime import time

import pytest

from config import read_settings


def test_defaults_need_no_environment() -> None:
    chosen = read_settings({})
    assert chosen.database_url.startswith("sqlite:///")
    assert chosen.timezone is None
    assert chosen.as_of is None
    assert chosen.office_hours == ((time(9), time(17, 30)),)


def test_a_time_without_offset_is_the_office_s_own() -> None:
    chosen = read_settings({"FINEGRID_AS_OF": "2011-12-31T18:00", "FINEGRID_TIMEZONE": "America/New_York"})
    assert chosen.as_of is not None
    assert chosen.as_of.isoformat() == "2011-12-31T18:00:00-05:00"


def test_postgresql_gets_the_pinned_driver() -> None:
    assert read_settings({"DATABASE_URL": "postgresql://me@host/db"}).database_url == "postgresql+psycopg://me@host/db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FINEGRID_TIMEZONE", "Shanghai"),
        ("FINEGRID_AS_OF", "yesterday"),
        ("FINEGRID_OFFICE_HOURS", "9 to 5"),
        ("FINEGRID_OFFICE_HOURS", "13:00-17:30,09:00-12:00"),
        ("FINEGRID_TILES_DATUM", "mars"),
    ],
)
def test_a_wrong_value_is_named_with_the_form_it_should_have(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        read_settings({name: value})
