"""No page asks the database more than twelve questions, and none breaks on the demo or on an empty database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

import config
from config import ROOT
from model.engine import open_engine
from queries.run import count_queries

MOST_QUESTIONS = 12
PAGES = sorted(path.name for path in (ROOT / "pages").glob("*.py"))


@pytest.fixture
def served(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The database that the dashboard opens in this test: the demo, or an empty one."""
    url = request.getfixturevalue(request.param)
    monkeypatch.setenv("DATABASE_URL", url)
    config.settings.cache_clear()
    st.cache_data.clear()
    yield open_engine(url)
    config.settings.cache_clear()
    st.cache_data.clear()


def open_page(name: str) -> AppTest:
    """The page as a first viewer gets it; the entry's own page has run before, and nothing of it is cached."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    st.cache_data.clear()
    return app.switch_page(f"pages/{name}")


@pytest.mark.parametrize("served", ["demo_copy"], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_at_most_twelve_questions(served: Engine, name: str) -> None:
    app = open_page(name)
    with count_queries(served) as asked:
        app.run()
    assert not app.exception
    assert len(asked) <= MOST_QUESTIONS, "\n".join(asked.statements)


@pytest.mark.parametrize("served", ["sqlite_url"], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_over_an_empty_database(served: Engine, name: str) -> None:
    app = open_page(name).run()
    assert not app.exception
