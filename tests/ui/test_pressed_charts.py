"""Every chart of every page can be pressed; a point of one that counts no cases of a period opens its receipt, too."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.ui.conftest import OpenDemoPage
from tests.ui.test_receipts import PAGES, count, receipt_links

# (page, address, chart, the pressed point, the first words and the lines of its receipt)
POINTS = [
    pytest.param(
        "ledgers", {"ledger": "demolition"}, "course_demolition", {"x": "2017-06-30"}, "2017年6月30日 · 累计完成", ("当天", "匀速需达到"),
        id="the sum of a ledger by a day",
    ),
    pytest.param("bikes", {}, "hours", {"customdata": [0, 0]}, " · 8时", ("清点过的停放区", "清点次数"), id="the bikes of an operator"),
    pytest.param("weak_areas", {}, "relapse_curve", {"x": 40}, "第40天仍未回潮** 50%", ("95%区间",), id="the areas that hold"),
    pytest.param("rivers", {"reach": "R13"}, "water_history", {"point_index": 0}, " · 水质** III类", ("氨氮", "总磷"), id="a sample"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "params"), PAGES)
def test_every_chart_can_be_pressed(demo_page: OpenDemoPage, name: str, params: dict[str, str]) -> None:
    drawn = demo_page(name, **params).get("plotly_chart")
    assert [one.proto.alt for one in drawn if not one.proto.selection_mode] == []


@pytest.mark.parametrize(("name", "params", "chart", "point", "words", "lines"), POINTS)
def test_a_point_opens_its_receipt(  # noqa: PLR0917 - a page, a point of it, and what that says
    demo_page: OpenDemoPage, name: str, params: dict[str, str], chart: str, point: dict[str, Any], words: str, lines: tuple[str, ...]
) -> None:
    page = demo_page(name, **params)
    before = len(page.table)
    page.session_state[chart] = {"selection": {"points": [point], "point_indices": [0], "box": [], "lasso": []}}
    page.run()
    assert not page.exception
    assert len(page.table) == before + 1
    assert any(words in one.value for one in page.markdown), [one.value for one in page.markdown]
    assert any({"公式", *lines} <= set(one.value.iloc[:, 0]) for one in page.table)


def test_a_mark_of_the_strip_opens_its_case(demo_page: OpenDemoPage, demo_engine: Engine) -> None:
    page = demo_page("rivers", reach="R13")
    with demo_engine.connect() as connection:
        where = "FROM case_links l JOIN features f ON f.id = l.feature_id JOIN cases c ON c.id = l.case_id WHERE f.code = 'R13'"
        asked = text(f"SELECT c.id {where} AND f.layer = 'rivers' AND c.closed_at IS NULL AND NOT c.void ORDER BY l.along, c.id")
        cases = list(connection.scalars(asked))
    place = 3
    page.session_state["strip"] = {"selection": {"points": [{"customdata": [place]}], "point_indices": [0], "box": [], "lasso": []}}
    page.run()
    assert not page.exception
    assert any(" · 案件** " in one.value for one in page.markdown)
    assert any(one.get("ids") == [str(cases[place])] and count(demo_engine, one) == 1 for one in receipt_links(page))


@pytest.mark.parametrize("hour", [8, 10])
def test_an_hour_of_the_cameras_opens_both_its_parts(demo_page: OpenDemoPage, demo_engine: Engine, hour: int) -> None:
    page = demo_page("cameras", view="hours", planned="7")
    for curve in (0, 1):
        point = {"x": hour + (0.2 if curve else -0.2), "point_index": hour, "curve_number": curve}
        page.session_state["camera_hours"] = {"selection": {"points": [point], "point_indices": [hour], "box": [], "lasso": []}}
        page.run()
        assert not page.exception
        [said] = [dict(one.value.itertuples(index=False)) for one in page.table if "报案时间在该小时" in one.value.iloc[0, 1]]
        counted = [count(demo_engine, one) for one in receipt_links(page)]
        for part in ("看得到的案件", "有位置的案件"):
            assert int(said[part].replace(",", "")) in counted, part


@pytest.mark.parametrize("curve", [0, 1])
def test_a_week_of_the_control_chart_opens_its_cases(demo_page: OpenDemoPage, demo_engine: Engine, curve: int) -> None:
    """Bars of two lines stand beside their week: what Plotly tells of x is another day."""
    page = demo_page("weak_areas")
    point = {"x": "2017-01-01 03:00", "point_index": 4, "curve_number": curve}
    page.session_state["control_chart_W1"] = {"selection": {"points": [point], "point_indices": [4], "box": [], "lasso": []}}
    page.run()
    assert not page.exception
    [title] = [one.value for one in page.caption if one.value.startswith("W1 国权北路") and " – " in one.value]
    assert "2016年12月" not in title
    assert "2017年1月1日" not in title
    [n] = [int(one.value.rsplit(" ", 1)[1]) for one in page.markdown if one.value.startswith("**受理** ")]
    [listed] = [count(demo_engine, one) for one in receipt_links(page) if one.get("kpi") == ["reported"] and one.get("part")]
    assert n == listed
