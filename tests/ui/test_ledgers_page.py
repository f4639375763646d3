"""The ledgers page: the report's figures from the tables, paces and days, and a new ledger from rows of data alone."""

from __future__ import annotations

import json
from datetime import date, datetime

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from ingest.load_table import load_table
from model.engine import open_engine
from tests.ui.conftest import OpenDemoPage

# what the 2017 work report says: done, its unit, and the other cards
REPORT = {
    "demolition": ("63,012.91", "㎡", {"年度目标": "62,000", "地点": "107", "达标日期": "9月20日", "还差": "0"}),
    "small_restaurants": ("58", "家", {"年度目标": "59", "备案": "35", "关停": "5", "办证": "18", "未办结": "1", "地点": "59"}),
    "work_safety": (
        "672",
        "家",
        {"检查次数": "2,057", "检查人次": "5,762", "隐患": "828", "整改通知": "978", "上报区": "2", "年度目标": "672"},
    ),
    "highrise_fire": ("16", "个小区", {"楼栋": "203", "年度目标": "16"}),
    "estate_renewal": ("2", "个小区", {"居民意见征询": "3", "地点": "2"}),
    "sorting_pilots": ("2", "个小区", {"年度目标": "2"}),
    "low_carbon": ("0", "个小区", {"启动": "4", "年度目标": "4", "达标日期": "—", "每周需": "0.46"}),
    "bus_lines": ("2", "条", {"年度目标": "2"}),
    "machines": ("9", "个小区", {"年度目标": "9"}),
    "sports_safety": ("27", "处", {"健身苑点": "15", "健身房": "9", "运动场": "3", "地点": "27"}),
    "river_encroachment": ("2,540", "㎡", {"地点": "2"}),
}
LEDGERS = """key,label,year,target,unit
trees,"{""zh"": ""行道树补种"", ""en"": ""Street trees""}",2017,500,棵
"""
PLACES = {"demolition": 107, "small_restaurants": 59}


def metrics(page: AppTest) -> dict[str, str]:
    """The values of the cards by label; those of the open ledger stand last."""
    return {one.label: one.value for one in page.metric}


@pytest.mark.parametrize("key", REPORT)
def test_the_report_s_figures(demo_page: OpenDemoPage, key: str) -> None:
    page = demo_page("ledgers", ledger=key)
    done, unit, cards = REPORT[key]
    shown = metrics(page)
    assert shown[f"已完成（{unit}）"] == done
    shown = {label.removesuffix(f"（{unit}）"): value for label, value in shown.items()}
    assert {label: shown[label] for label in cards} == cards
    assert bool(page.get("component_instance")) == (key in PLACES)
    assert len(page.dataframe[0].value) >= PLACES.get(key, 2)


def test_the_headline_says_what_is_behind_and_until_when(demo_page: OpenDemoPage) -> None:
    page = demo_page("ledgers")
    said = next(one.value for one in page.markdown if one.value.startswith("####"))
    assert said.startswith("#### 10 本有目标的台账中 8 本已达目标；未达：")
    assert "低碳社区三年计划 0/4，已启动 4，尚无完成，推算不出达标日期" in said
    # one of 59 is missing, and 1.34 are done in a week
    assert "无证小餐饮整治 58/59，按目前进度2017年11月7日达标" in said
    captions = [one.value for one in page.caption]
    assert "每周需 0.11 家，目前每周 1.34 家；按目前进度2017年11月7日达标；80%区间2017年11月3日 – 2017年11月14日" in captions
    assert sum("已于2017年9月20日达标" in one for one in captions) == 1


def test_a_press_opens_a_ledger(demo_page: OpenDemoPage) -> None:
    page = demo_page("ledgers")
    page.button(key="open_demolition").click().run()
    assert metrics(page)["已完成（㎡）"] == "63,012.91"
    assert page.query_params["ledger"] in ("demolition", ["demolition"])


def test_a_new_ledger_is_rows_of_data(demo_copy: str, demo_page: OpenDemoPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    engine = open_engine(demo_copy)
    labels = {"zh": "行道树补种 <b>*新*</b>", "en": "Street trees"}
    load_table(engine, "ledgers", pd.DataFrame([{"key": "trees", "label": labels, "year": 2017, "target": 500, "unit": "棵*"}]))
    rows = [
        {
            "ledger_key": "trees",
            "on_date": f"2017-{month:02}-15",
            "measure": measure,
            "amount": amount,
            "place": f"淞沪路{month}号",
            **place,
        }
        for month in range(1, 11)
        for measure, amount, place in (("", 40, {"lon": 121.5, "lat": 31.33}), ("watered", 3, {"lon": None, "lat": None}))
    ]
    load_table(engine, "ledger_entries", pd.DataFrame(rows))

    page = demo_page("ledgers", ledger="trees")

    shown = metrics(page)
    assert shown["行道树补种 \\<b\\>\\*新\\*\\</b\\>"] == "400 :small[棵]"
    cards = {
        "已完成（棵）": "400",
        "年度目标（棵）": "500",
        "还差（棵）": "100",
        "每周需（棵）": "11.5",
        "目前每周（棵）": "9.21",
        "watered": "30",
        "地点": "10",
    }
    assert {label: shown[label] for label in cards} == cards
    # 43 weeks made 400: a hundred more take eleven weeks or so
    assert date(2018, 1, 1) < datetime.strptime(shown["达标日期"], "%Y年%m月%d日").date() < date(2018, 2, 10)
    assert len(page.dataframe[0].value) == 20
    assert len(page.get("component_instance")) == 1
    assert len(page.get("plotly_chart")) == 1


def test_without_ledgers_the_page_sends_to_the_data_page_where_they_come_in(
    sqlite_url: str, demo_page: OpenDemoPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert ["请到“数据”页" in one.value for one in demo_page("ledgers").info] == [True]
    page = demo_page("data")
    page.selectbox(key="import_target").select("ledgers").run()
    page.file_uploader(key="import_file").upload("ledgers.csv", LEDGERS.encode(), "text/csv").run()
    page.button(key="load").click().run()
    assert not page.error, page.error
    assert "新增 1" in page.success[0].value
    assert "行道树补种" in {one.label for one in demo_page("ledgers").metric}


@pytest.mark.parametrize(
    ("key", "step"),
    [
        # four estates are the target, and none is done: lines at halves would be estates that do not exist
        pytest.param("low_carbon", 1, id="few, in wholes"),
        pytest.param("small_restaurants", None, id="enough of them"),
        pytest.param("demolition", None, id="in square metres"),
    ],
)
def test_what_is_counted_in_wholes_has_no_lines_at_halves(demo_page: OpenDemoPage, key: str, step: int | None) -> None:
    page = demo_page("ledgers", ledger=key)
    [chart] = page.get("plotly_chart")
    assert json.loads(chart.proto.spec)["layout"]["yaxis"].get("dtick") == step
