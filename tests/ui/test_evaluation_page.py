"""The evaluation page: rules and groupings switch, the late stand last, every deduction leads to its cases."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from ingest.demo.planted import LATE_DEPARTMENTS
from model.engine import open_engine
from model.setup import read_office
from queries.cases import case_count
from queries.filters import Filters
from queries.kpis import read_receipts
from queries.rules import HOURS_TO_CONTACT, RULE_SETS, all_kpis
from queries.run import count_queries, frame_of
from tests.ui.conftest import OpenDemoPage

MOST_QUESTIONS = 12
YEAR = Filters(since=date(2017, 1, 1), until=date(2017, 10, 31))


def tables(page: AppTest) -> list[dict[Any, list[str]]]:
    """The tables of a page, columns by name: the ranking, then all figures."""
    return [frame.value.astype(str).to_dict("list") for frame in page.dataframe]


def links(page: AppTest) -> list[dict[str, str]]:
    """The parameters of every link to cases."""
    found = [parse_qs(one.proto.query_string or urlsplit(one.proto.page).query) for one in page.get("page_link")]
    return [{key: values[0] for key, values in one.items()} for one in found]


@pytest.mark.parametrize("rules", RULE_SETS)
def test_the_late_departments_stand_last_by_every_rule(demo_page: OpenDemoPage, rules: str) -> None:
    ranking, figures = tables(demo_page("evaluation", rules=rules))

    assert set(ranking["部门"][-3:]) == set(LATE_DEPARTMENTS)
    assert figures["部门"] == ranking["部门"]
    assert all(rank.split("（")[1] == f"8–{len(ranking['名次'])}）" or rules != "national" for rank in ranking["名次"][-3:])


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=lambda rules: rules.key)
def test_hours_to_first_contact_come_first(demo_page: OpenDemoPage, rules: Any) -> None:
    page = demo_page("evaluation", rules=rules.key, by="channel")

    wanted = list(dict.fromkeys([HOURS_TO_CONTACT.label.zh, *(kpi.label.zh for kpi in rules.kpis)]))
    assert [metric.label for metric in page.metric] == wanted
    assert list(tables(page)[1])[1] == HOURS_TO_CONTACT.key


@pytest.mark.parametrize(("by", "groups"), [("department", 10), ("community", 15), ("channel", 4)])
def test_every_grouping_has_its_groups(demo_page: OpenDemoPage, by: str, groups: int) -> None:
    ranking, figures = tables(demo_page("evaluation", by=by))
    assert len(ranking["名次"]) == groups
    assert len(figures["score"]) == groups


def test_the_figures_of_everyone_are_those_of_the_database(demo_page: OpenDemoPage) -> None:
    page = demo_page("evaluation")

    receipts = read_receipts(open_engine(), RULE_SETS["national"].kpis, YEAR, read_office(open_engine()).now())
    shown = {metric.label: metric.value for metric in page.metric}
    for kpi in RULE_SETS["national"].kpis:
        value = receipts[kpi.key].value
        assert value is not None
        assert shown[kpi.label.zh] == (f"{value:.1f}" if kpi.parts else f"{value:.2%}")


@pytest.mark.parametrize("group", ["", *LATE_DEPARTMENTS])
def test_every_deduction_leads_to_as_many_cases_as_it_says(demo_page: OpenDemoPage, group: str) -> None:
    page = demo_page("evaluation", **({"group": group} if group else {}))

    lost = [one for one in links(page) if one.get("rules") == "national"]
    said = [one.proto.label for one in page.get("page_link")]
    assert len(lost) == 5
    now = read_office(open_engine()).now()
    for params in lost:
        assert params.get("department", "") == group
        count = frame_of(open_engine(), case_count(Filters.from_params(params), now, kpi=all_kpis()[params["kpi"]]))["n"].item()
        assert f"{count:,} 件" in said


def test_the_deductions_add_up_to_what_is_missing(demo_page: OpenDemoPage) -> None:
    page = demo_page("evaluation", group="绿化办")

    [title] = [text.value for text in page.markdown if "= 100 −" in text.value]
    score, lost = (float(part.split()[0].strip("*")) for part in (title.split("：")[1], title.split("−")[1]))
    points = [float(text.value.strip("*−")) for text in page.markdown if text.value.startswith("**−")]
    assert len(points) == 5
    assert points == sorted(points, reverse=True)
    assert score + lost == pytest.approx(100, abs=0.11)
    assert sum(points) == pytest.approx(lost, abs=0.08)


@pytest.mark.parametrize("rules", RULE_SETS)
@pytest.mark.parametrize("group", ["", "绿化办"])
def test_it_asks_no_more_than_twelve_questions(demo_page: OpenDemoPage, rules: str, group: str) -> None:
    with count_queries(open_engine()) as asked:
        demo_page("evaluation", rules=rules, **({"group": group} if group else {}))
    assert 0 < len(asked) <= MOST_QUESTIONS


def test_only_the_national_rules_have_a_score(demo_page: OpenDemoPage) -> None:
    for rules in RULE_SETS:
        page = demo_page("evaluation", rules=rules)
        assert any("= 100 −" in text.value for text in page.markdown) == (rules == "national")


def test_a_city_s_own_rule_says_so(demo_page: OpenDemoPage) -> None:
    said = " ".join(text.value for text in demo_page("evaluation", rules="city").markdown)
    assert "城市自己的口径，不是国家标准" in said
    assert "城市自己的口径" not in " ".join(text.value for text in demo_page("evaluation").markdown)


def test_rules_and_grouping_switch_in_place(demo_page: OpenDemoPage) -> None:
    page = demo_page("evaluation", group="绿化办")

    page.session_state["by"] = "channel"
    page.session_state["rules"] = "hotline"
    page.run()

    assert not page.exception
    ranking, figures = tables(page)
    assert set(ranking["来源"]) == {"城管通", "12345热线", "信访投诉", "微信派单"}
    assert "score" not in figures
    assert "全部来源" in " ".join(text.value for text in page.markdown)


def test_what_the_address_says_wrongly_is_left_out(demo_page: OpenDemoPage) -> None:
    page = demo_page("evaluation", rules="nonsense", by="moon", rank="luck", group="<b>nobody</b>")

    ranking, _ = tables(page)
    assert len(ranking["部门"]) == 10


def test_a_period_without_cases_says_so(demo_page: OpenDemoPage) -> None:
    page = demo_page("evaluation", since="2015-01-01", until="2015-01-31")

    assert "没有案件" in page.info[0].value
    assert not page.dataframe


def test_all_of_it_in_english(demo_page: OpenDemoPage) -> None:
    page = demo_page("evaluation", lang="en", by="channel")

    words = " ".join([*(text.value for text in page.markdown), *(caption.value for caption in page.caption)])
    assert "points = 100" in words
    assert "案件" not in words
    assert tables(page)[0]["Channel"][0] in {"Petition", "Chengguantong"}


# (chart, the data of the pressed point, the receipt's first words, the part that the link leads to)
POINTS = [
    pytest.param("all_deductions_department", ["handling_rate", 9], "到期未处置** −", "被扣分的案件（件）", id="points lost"),
    pytest.param("all_deductions_department", ["rework_rate", 8], "返工** −", "被扣分的案件（件）", id="points lost by rework"),
    pytest.param("quantiles_contact_department", [0], "", "分母（件）", id="hours to first contact"),
    pytest.param("quantiles_end_department", [3], "", "分母（件）", id="hours to the end"),
    pytest.param("curves_department", [0, 13], "1天内结案** ", "有结案用时的案件", id="done within a day"),
    pytest.param("curves_department", [0, 13], "1天内结案** ", "1天内结案", id="which are done within a day"),
    pytest.param("curves_department", [0, 1], "1小时内结案** ", "1小时内结案", id="which are done within an hour"),
    pytest.param("curves_department", [0, 21], "4天内结案** ", "4天内结案", id="which are done within four days"),
]


@pytest.mark.parametrize(("chart", "point", "words", "part"), POINTS)
def test_a_press_on_a_chart_opens_its_receipt(demo_page: OpenDemoPage, chart: str, point: list[Any], words: str, part: str) -> None:
    page = demo_page("evaluation")
    before = len(page.table)
    page.session_state[chart] = {"selection": {"points": [{"customdata": point}], "point_indices": [0], "box": [], "lasso": []}}
    page.run()

    assert not page.exception
    assert len(page.table) == before + 1
    told = [dict(one.value.itertuples(index=False)) for one in page.table if part in set(one.value.iloc[:, 0])]
    assert any(words in one.value for one in page.markdown)
    now = read_office(open_engine()).now()
    counts = set()
    for params in links(page):
        if "kpi" in params:
            kpi = all_kpis()[params["kpi"]]
            counts.add(frame_of(open_engine(), case_count(Filters.from_params(params), now, kpi=kpi, part=params["part"]))["n"].item())
    assert {int(one[part].replace(",", "")) for one in told} <= counts
