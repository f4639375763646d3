"""The layers page: every layer by its declaration alone, with receipts, its cases, and files by role."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from geo.layers import layers
from model.setup import read_office
from queries.cases import case_count
from queries.filters import Filters
from queries.run import frame_of
from tests.ui.conftest import OpenDemoPage

FIGURES = {
    "zones": {"责任区": "31"},
    "bikes": {"停放区": "229", "总长（米）": "10,090"},
    "cameras": {"已安装": "40", "计划": "200"},
    "weak_areas": {"薄弱区域": "2", "案件": "55"},
    "fitness": {"健身苑点": "15"},
}


def count(engine: Engine, link: str) -> int:
    """How many cases an address leads to."""
    params = {key: values[0] for key, values in parse_qs(urlsplit(link).query or link).items()}
    return int(frame_of(engine, case_count(Filters.from_params(params), read_office(engine).now()))["n"].iloc[0])


def files(page: AppTest) -> list[str]:
    """What can be downloaded."""
    return [one.proto.label for one in page.get("download_button")]


@pytest.mark.parametrize("key", layers())
def test_a_layer_has_figures_cases_table_and_files(demo_page: OpenDemoPage, demo_engine: Engine, key: str) -> None:
    page = demo_page("layers", layer=key)
    shown = {one.label: one.value for one in page.metric}
    assert FIGURES.get(key, {}).items() <= shown.items()
    [table] = [frame.value for frame in page.dataframe]
    assert len(table) > 0
    joined = layers()[key].join is not None
    assert ("案件" in table) == joined
    if joined:
        [link] = page.get("page_link")
        assert count(demo_engine, link.proto.query_string) == int(shown["案件"].replace(",", ""))
        row = table[table["案件"] > 0].iloc[0]
        assert count(demo_engine, row[""]) == row["案件"]
    public = [] if layers()[key].sensitive else ["GeoJSON", "下载表格"]
    assert files(page) == ["GeoPackage", *public]


def test_a_viewer_sees_no_camera_and_takes_nothing_away(demo_page: OpenDemoPage) -> None:
    page = demo_page("layers", layer="cameras", **{"as": "viewer"})
    assert page.selectbox(key="layer").value == "zones"
    assert "监控探头" not in " ".join(page.selectbox(key="layer").options)
    assert "GeoPackage" not in files(page)
    assert any("不能导出" in one.value for one in page.caption)


def test_the_receipt_says_what_is_counted(demo_page: OpenDemoPage) -> None:
    page = demo_page("layers", layer="cameras")
    said = [text for table in page.table for text in table.value.iloc[:, 1]]
    assert "图层中在用要素的个数，其中状态为“计划”" in said
    assert "归属到本图层的案件数：落在视野扇形内" in said
