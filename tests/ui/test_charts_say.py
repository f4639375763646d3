"""Every chart and every table of the pages about ground and campaigns has words for those who cannot see it."""

from __future__ import annotations

import pytest

from tests.ui.conftest import OpenDemoPage

PAGES = [
    pytest.param("rivers", {}, id="rivers"),
    pytest.param("rivers", {"reach": "R13"}, id="a reach"),
    pytest.param("bikes", {}, id="bikes"),
    pytest.param("cameras", {"view": "hours"}, id="cameras by hour"),
    pytest.param("weak_areas", {}, id="weak areas"),
    pytest.param("ledgers", {}, id="ledgers"),
    pytest.param("layers", {}, id="layers"),
    pytest.param("rotation", {"rotation": "fair"}, id="fairness"),
    pytest.param("rotation", {"rotation": "results"}, id="results"),
    pytest.param("patrol", {}, id="patrol"),
]


@pytest.mark.parametrize(("key", "params"), PAGES)
def test_what_is_drawn_has_words(demo_page: OpenDemoPage, key: str, params: dict[str, str]) -> None:
    page = demo_page(key, **params)
    drawn = [element.proto for kind in ("plotly_chart", "dataframe") for element in page.get(kind)]
    assert drawn
    assert [proto for proto in drawn if not proto.alt] == []
