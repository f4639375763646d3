"""A page whose layer has not come in says so, and leads to the Data page those who may import."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import forget, open_page

PAGES = ("rivers", "bikes", "cameras", "layers", "weak_areas", "ledgers", "zones", "patrol", "walk")


def data_links(page: AppTest) -> list[str]:
    return [one.proto.label for one in page.get("page_link") if one.proto.page.endswith("data")]


def open_empty(name: str, url: str, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    monkeypatch.setenv("DATABASE_URL", url)
    forget()
    return open_page(name, **params)


@pytest.mark.parametrize("name", PAGES)
def test_the_way_to_the_data_page(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    page = open_empty(name, sqlite_url, monkeypatch)
    assert any("“数据”页" in one.value for one in page.info)
    assert data_links(page) == ["去“数据”页"]


def test_nobody_is_led_where_they_may_not_go(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_empty("rivers", sqlite_url, monkeypatch, **{"as": "viewer"})
    assert any("“数据”页" in one.value for one in page.info)
    assert data_links(page) == []
