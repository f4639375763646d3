"""Every chart and every table says in a sentence what it shows, for those who cannot see it."""

from __future__ import annotations

import re

import pytest

from tests.ui.conftest import OpenDemoPage

PAGES = [
    pytest.param("overview", {}, 2, id="overview"),
    pytest.param("evaluation", {}, 4, id="evaluation"),
    pytest.param("evaluation", {"lang": "en"}, 4, id="evaluation in English"),
    pytest.param("forecast", {}, 1, id="forecast"),
    pytest.param("zones", {"view": "against"}, 2, id="zones against"),
    pytest.param("zones", {"view": "changes", "since": "2017-09-01", "until": "2017-10-31"}, 0, id="zones changed"),
    pytest.param("cases", {}, 0, id="cases"),
    pytest.param("supervision", {}, 0, id="supervision"),
    pytest.param("administration", {}, 0, id="administration"),
    pytest.param("data", {}, 0, id="data"),
]
CHINESE = re.compile("[一-鿿]")


@pytest.mark.parametrize(("name", "params", "charts"), PAGES)
def test_charts_and_tables_have_names(demo_page: OpenDemoPage, name: str, params: dict[str, str], charts: int) -> None:
    page = demo_page(name, **params)
    drawn = [one.proto.alt for one in page.get("plotly_chart")]
    told = [one.proto.alt for one in page.dataframe]
    assert len(drawn) == charts
    assert all(drawn)
    assert all(told)
    # names of places and departments are data: they stay Chinese
    assert all(bool(CHINESE.match(words)) == (params.get("lang") != "en") for words in drawn)
