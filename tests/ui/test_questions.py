"""No page asks the database more than twelve questions, and none breaks on the demo or on an empty database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from config import ROOT
from model.engine import open_engine
from queries.run import count_queries
from tests.ui.conftest import forget

MOST_QUESTIONS = 12
PAGES = sorted(path.name for path in (ROOT / "pages").glob("*.py"))


@pytest.fixture
def served(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The database that the dashboard opens in this test: the demo, or an empty one."""
    url = request.getfixturevalue(request.param)
    monkeypatch.setenv("DATABASE_URL", url)
    # each test has an engine of its own, and counts at the one that the pages use: the engine of an URL is kept for the whole process
    forget()
    yield open_engine()
    forget()


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
    assert 0 < len(asked) <= MOST_QUESTIONS, "\n".join(asked.statements)


# the states of a page that ask most: everything switched on, one zone and one community chosen, few enough cases in view to draw each
CLOSE = {"marks": ["spots", "repeats"], "show": "cells", "map": {"view": [121.500, 31.320, 121.502, 31.322]}}
FULL = [
    pytest.param("overview.py", {}, CLOSE, id="everything on"),
    pytest.param("overview.py", {"zone": "Z14"}, CLOSE, id="a zone with a hot spot"),
    pytest.param("overview.py", {"zone": "Z14", "community": "居委会07", "period": "all"}, CLOSE, id="a community"),
    pytest.param("overview.py", {"zone": "Z14", "channel": "hotline", "state": "closed", "period": "month"}, CLOSE, id="many filters"),
    *(
        pytest.param("zones.py", {"view": view, "zone": "Z14", "period": "month"}, {}, id=f"zones {view}")
        for view in ("against", "changes")
    ),
    pytest.param("evaluation.py", {"rules": "hotline", "by": "channel", "period": "month", "zone": "Z14"}, {}, id="evaluation"),
    pytest.param("forecast.py", {"zone": "Z14", "channel": "hotline"}, {"forecast_by": "both"}, id="forecast"),
    pytest.param("cases.py", {"kpi": "on_time_closing_rate", "zone": "Z14", "q": "垃圾", "order": "urgent"}, {}, id="cases"),
]


@pytest.mark.parametrize("served", ["demo_copy"], indirect=True)
@pytest.mark.parametrize(("name", "params", "state"), FULL)
def test_no_state_of_a_page_asks_more(served: Engine, name: str, params: dict[str, str], state: dict[str, object]) -> None:
    app = open_page(name)
    for key, value in params.items():
        app.query_params[key] = value
    for key, held in state.items():
        app.session_state[key] = held
    with count_queries(served) as asked:
        app.run()
    assert not app.exception
    assert 0 < len(asked) <= MOST_QUESTIONS, "\n".join(asked.statements)


@pytest.mark.parametrize("served", ["sqlite_url"], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_over_an_empty_database(served: Engine, name: str) -> None:
    app = open_page(name).run()
    assert not app.exception
