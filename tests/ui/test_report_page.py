"""The report page without a browser: what it says before an office has imported anything."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from config import ROOT
from model.engine import open_engine
from tests.ui.conftest import OpenDemoPage, forget

LANGUAGES = [
    pytest.param("zh", "地图还是空的：请网格中心先到“数据”页导入边界和责任区", id="zh"),
    pytest.param("en", "The map is still empty", id="en"),
]


@pytest.mark.parametrize(("language", "said"), LANGUAGES)
def test_an_empty_database_says_what_to_do(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, language: str, said: str) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    forget()
    open_engine()
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    page.query_params["lang"] = language
    page.switch_page("pages/report.py").run()
    forget()
    assert not page.exception
    assert [one.value for one in page.info if one.value.startswith(said)] == [page.info[0].value]


def test_where_there_is_a_map_nothing_is_missing(demo_page: OpenDemoPage) -> None:
    assert not demo_page("report").info
