"""Pages of the dashboard without a browser, on the demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from config import ROOT, settings
from model.engine import open_engine

OpenDemoPage = Callable[..., AppTest]


@pytest.fixture
def demo_page(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenDemoPage]:
    """Opens a page on the demo: `demo_page("zones", view="against")`; nothing is remembered from another test."""
    monkeypatch.setenv("DATABASE_URL", demo_url)
    forget()

    yield open_page
    forget()


def open_page(name: str, **params: str) -> AppTest:
    """A page of the database that DATABASE_URL names, at an address."""
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    for key, value in params.items():
        page.query_params[key] = value
    page.switch_page(f"pages/{name}.py").run()
    assert not page.exception, page.exception
    return page


def forget() -> None:
    """No setting, no engine and no answer is remembered."""
    settings.cache_clear()
    open_engine.cache_clear()
    st.cache_data.clear()
