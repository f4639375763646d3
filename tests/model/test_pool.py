"""Connections to PostgreSQL: as many as the settings say, and nothing prepared where a pooler stands between."""

from __future__ import annotations

import pytest

import config
from config import read_settings
from model.engine import _open_postgresql


@pytest.mark.parametrize(
    ("text", "pool"),
    [
        pytest.param("", (10, 10), id="not set"),
        pytest.param("4", (4, 0), id="no more in a rush"),
        pytest.param(" 3+20 ", (3, 20), id="both"),
    ],
)
def test_the_pool_is_as_it_is_set(text: str, pool: tuple[int, int]) -> None:
    assert read_settings({"FINEGRID_POOL": text}).pool == pool


@pytest.mark.parametrize("text", ["0", "0+5", "ten", "4+", "-1", "4+4+4", "1000"])
def test_a_pool_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="FINEGRID_POOL is "):
        read_settings({"FINEGRID_POOL": text})


@pytest.mark.parametrize("text", ["0", "many", "1.5", "-3"])
def test_turns_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="FINEGRID_TURNS is "):
        read_settings({"FINEGRID_TURNS": text})


@pytest.mark.parametrize(("told", "threshold"), [("", 5), ("no", None)])
def test_a_connection_prepares_only_what_it_may(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, told: str, threshold: int | None
) -> None:
    monkeypatch.setenv("FINEGRID_PREPARED", told)
    monkeypatch.setenv("FINEGRID_POOL", "2+1")
    config.settings.cache_clear()
    engine = _open_postgresql(postgres_url)
    try:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            for _ in range(7):
                connection.exec_driver_sql("SELECT 1")
            prepared = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one()
        assert driver is not None
        assert driver.prepare_threshold == threshold
        assert (prepared > 0) is (threshold is not None)
        assert engine.pool.size() == 2
    finally:
        engine.dispose()
        config.settings.cache_clear()
