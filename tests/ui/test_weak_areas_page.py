"""The weak areas page: the planted relapse is the first thing it says, its figures are the report's, and its links lead to their cases."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from sqlalchemy import Engine, update
from streamlit.testing.v1 import AppTest

from ingest.demo.planted import HELD, RELAPSE_DAYS, RELAPSED
from model.engine import open_engine, write
from model.places import Feature
from model.setup import read_office
from queries.cases import case_count
from queries.filters import Filters
from queries.run import frame_of
from tests.ui.conftest import OpenDemoPage

# the report's figures over both areas: exactly, or "more than"
REPORT = {
    "清退违法经营户（户）": (6, 6),
    "清退居住人员（人）": (221, 240),
    "查封房间（间）": (71, 80),
    "消除消防隐患（处）": (6, 6),
    "拆除违法建筑（㎡）": (2_001, 2_100),
}


def metrics(page: AppTest) -> dict[str, list[str]]:
    """The values of the cards by label."""
    found: dict[str, list[str]] = {}
    for one in page.metric:
        found.setdefault(one.label, []).append(one.value)
    return found


def links(page: AppTest) -> list[dict[str, str]]:
    """The parameters of every link to cases."""
    found = [json.loads(json.dumps(parse_qs(one.proto.query_string or urlsplit(one.proto.page).query))) for one in page.get("page_link")]
    return [{key: values[0] for key, values in one.items()} for one in found]


def texts(page: AppTest) -> str:
    return "\n".join(one.value for one in page.markdown)


def count(engine: Engine, params: dict[str, str]) -> int:
    """How many cases a link leads to."""
    return int(frame_of(engine, case_count(Filters.from_params(params), read_office(engine).now()))["n"].iloc[0])


def test_the_first_thing_it_says_is_the_planted_relapse(demo_page: OpenDemoPage) -> None:
    page = demo_page("weak_areas")
    said = next(one.value for one in page.markdown if one.value.startswith("####"))
    assert said.startswith(f"#### **{RELAPSED.code} 国权北路1001号北侧地块")
    assert f"2017年6月20日销项后第{RELAPSE_DAYS[0]}、{RELAPSE_DAYS[1]}天又发生违法搭建，共 2 件" in said
    assert said.endswith(f"{HELD.code} {HELD.name}未回潮。")


def test_rates_flags_and_looks(demo_page: OpenDemoPage) -> None:
    page = demo_page("weak_areas")
    shown = metrics(page)
    assert [shown[f"{days}天回潮率"] for days in (30, 60, 90)] == [["0%"], ["50%"], ["50%"]]
    assert shown["销项后同类新案件"] == ["2"]
    said = texts(page)
    assert [said.count(words) for words in ("30天内未回潮", "60天内回潮", "90天内未回潮")] == [2, 1, 1]
    # W2 was never seen: due on 13 August; a patrol passed W1 on 11 September, day 83, which counts for day 90
    assert "**W2 国政路南端** :red-badge[超期 79 天]" in said
    assert "2017年12月17日 · 最近到场 2017年9月11日" in said
    assert "95% 区间 1%–91%" in said


def test_each_area_says_who_signed_it_off(demo_page: OpenDemoPage) -> None:
    said = [one.value for one in demo_page("weak_areas").caption]
    assert "2017年6月20日销项，销项人 值班领导01 · 部队封闭管理" in said
    assert "2017年7月14日销项，销项人 值班领导01 · 部队封闭管理" in said


def test_the_report_s_figures_come_from_the_tables(demo_page: OpenDemoPage, demo_engine: Engine) -> None:
    shown = metrics(demo_page("weak_areas"))
    with demo_engine.connect() as connection:
        rows = [json.loads(figures) for (figures,) in connection.exec_driver_sql("SELECT figures FROM rectification_steps").all()]
    sums = pd.DataFrame(rows).sum()
    for label, (least, most) in REPORT.items():
        [value] = shown[label]
        number = float(value.replace(",", ""))
        assert least <= number <= most
        assert number in set(sums)


def test_every_link_leads_to_as_many_cases_as_its_figure_says(demo_page: OpenDemoPage, demo_engine: Engine) -> None:
    page = demo_page("weak_areas")
    # new cases, 60 and 90 days (none at 30); then for each area before, and since where there are any
    assert [count(demo_engine, link) for link in links(page)] == [2, 2, 2, 26, 2, 26]
    for table in (frame.value for frame in page.dataframe):
        for row in table.to_dict("records"):
            link = {key: values[0] for key, values in parse_qs(urlsplit(row[""]).query).items()}
            assert count(demo_engine, link) == row["销项前"] + row["销项后"]


def test_earlier_the_days_are_not_over(demo_page: OpenDemoPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 1 August W1 was signed off 42 days ago, and its first relapse was five days old; W2 was signed off 18 days ago."""
    monkeypatch.setenv("FINEGRID_AS_OF", "2017-08-01T09:00")
    page = demo_page("weak_areas", lang="en")
    shown = metrics(page)
    assert [shown[f"Relapsed within {days} days"] for days in (30, 60, 90)] == [["0%"], ["—"], ["—"]]
    said = texts(page)
    assert "37 days after the sign-off on 20 Jun 2017, 1 cases" in said
    assert ["60 days: relapsed" in said, "30 days: not over" in said] == [True, True]


def test_before_any_sign_off_nothing_has_come_back(demo_page: OpenDemoPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINEGRID_AS_OF", "2017-05-01T09:00")
    page = demo_page("weak_areas")
    said = texts(page)
    assert "尚未销项" in said
    assert [one.value for one in page.caption].count("尚未销项") == 2
    # the first two steps of W1 and the first of W2 are done by then
    assert said.count("未完成") == 3
    assert "回头看计划" not in said


def test_a_name_from_a_file_stays_a_name(demo_copy: str, demo_page: OpenDemoPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    with write(open_engine(demo_copy)) as connection:
        connection.execute(update(Feature).where(Feature.code == "W1").values(name="<b>x</b> [a](http://b) **c**"))
    said = texts(demo_page("weak_areas"))
    assert r"\<b\>x\</b\> \[a\]\(http\://b\) \*\*c\*\*" in said
    assert "<b>" not in said
