"""The zones page: every zone once, honest ranks, receipts that add up, and few questions."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from model.engine import open_engine
from model.setup import read_office
from queries.cases import case_count
from queries.filters import Filters
from queries.kpis import read_receipts
from queries.rules import CLOSING_IN_TIME, SATISFYING, all_kpis
from queries.run import count_queries, frame_of
from tests.ui.conftest import OpenDemoPage

MOST_QUESTIONS = 12
ZONES = [f"Z{number:02}" for number in range(1, 32)]


def tables(page: AppTest) -> list[dict[str, list[str]]]:
    """The tables of a page, columns by name."""
    return [frame.value.astype(str).to_dict("list") for frame in page.dataframe]


def links(page: AppTest) -> list[dict[str, str]]:
    """The parameters of every link to cases."""
    found = [json.loads(json.dumps(parse_qs(one.proto.query_string or urlsplit(one.proto.page).query))) for one in page.get("page_link")]
    return [{key: values[0] for key, values in one.items()} for one in found]


def test_every_zone_has_a_card_a_rank_and_its_interval(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", period="month")

    cards = [button.key.removeprefix("open_") for button in page.button if (button.key or "").startswith("open_")]
    assert cards == ZONES
    [ranking] = tables(page)
    assert len(ranking["责任区"]) == len(ZONES)
    assert all(rank.endswith("）") for rank in ranking["名次"])
    assert all(picture.startswith("data:image/svg+xml,") for picture in ranking["95%区间"])


def test_a_share_of_few_cases_is_marked_and_not_ranked(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", period="7d", figure=SATISFYING.key)

    [ranking] = tables(page)
    assert all(rank == "—" or rank.startswith("件数少") for rank in ranking["名次"])
    assert "不足30件" in " ".join(caption.value for caption in page.caption)


def test_an_address_opens_a_zone_with_its_receipts(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", period="month", zone="Z17")

    october = Filters(since=date(2017, 10, 1), until=date(2017, 10, 31), zones=("Z17",))
    receipt = read_receipts(open_engine(), [CLOSING_IN_TIME], october, read_office(open_engine()).now())[CLOSING_IN_TIME.key]
    receipts = [dict(zip(*(table.value.iloc[:, place] for place in (0, 1)), strict=True)) for table in page.table]
    parts = (f"{receipt.numerator:,.0f}", f"{receipt.denominator:,.0f}")
    assert (*parts, "按期结案数 ÷ 应结案数") in [(one.get("分子（件）"), one["分母（件）"], one["公式"]) for one in receipts]
    assert page.metric[0].value == f"{receipt.value:.2%}"


def test_the_cases_behind_every_link_are_as_many_as_the_figure_says(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", period="month", zone="Z17")

    now = read_office(open_engine()).now()
    found = [one for one in links(page) if one.get("zone") == "Z17"]
    assert len(found) >= 10
    for params in found:
        filters, kpi = Filters.from_params(params), all_kpis()[params["kpi"]]
        receipt = read_receipts(open_engine(), [kpi], filters, now)[kpi.key]
        wanted = receipt.numerator if params["part"] == "numerator" else receipt.denominator
        if kpi.weights and params["part"] == "numerator":
            wanted = receipt.denominator
        assert frame_of(open_engine(), case_count(filters, now, kpi=kpi, part=params["part"]))["n"].item() == wanted, params


@pytest.mark.parametrize(
    "params", [{}, {"view": "against"}, {"view": "changes"}, {"view": "leaders"}], ids=lambda one: one.get("view", "cards")
)
@pytest.mark.parametrize("zone", ["", "Z17"])
def test_no_view_asks_more_than_twelve_questions(demo_page: OpenDemoPage, params: dict[str, str], zone: str) -> None:
    with count_queries(open_engine()) as asked:
        demo_page("zones", **params, **({"zone": zone} if zone else {}))
    assert 0 < len(asked) <= MOST_QUESTIONS


def test_two_zones_stand_against_each_other(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", period="month", zone="Z02,Z29", view="against")

    against = tables(page)[-1]
    assert list(against) == ["指标", "Z02", "Z29"]
    assert against["指标"][0] == "按期结案率"
    weeks = [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]
    assert len(weeks) == 2
    assert len({week["data"][0]["zmax"] for week in weeks}) == 1
    assert "95%区间" in " ".join(text.value for text in page.markdown)


def test_choosing_another_zone_against_changes_the_filter(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", period="month", zone="Z02,Z29", view="against")

    page.selectbox(key="against_other").select("Z05").run()

    assert not page.exception
    assert page.session_state["zone"] == ["Z02", "Z05"]
    assert list(tables(page)[-1]) == ["指标", "Z02", "Z05"]


def test_a_leader_s_zones_add_up(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", view="leaders", zone="Z17")

    table = tables(page)[-1]
    zones = [name for name in table if name.startswith("Z")]
    assert "Z17" in zones
    row = table["指标"].index("受理")
    counts = [int(table[name][row].replace(",", "")) for name in zones]
    assert int(table["*"][row].replace(",", "")) == sum(counts)


def test_the_planted_hot_spots_are_what_changed_most(demo_page: OpenDemoPage) -> None:
    """Three of the four hot spots began or grew in September; nothing of the sort happened before."""
    page = demo_page("zones", since="2017-09-01", until="2017-10-31", view="changes")

    more = tables(page)[1]
    assert more["类别"][0] == "非机动车乱停放"
    assert {"建筑垃圾", "暴露垃圾", "乱设摊"} <= set(more["类别"][:6])
    assert all("显著" in change for change in more["变化"][:6])


def test_a_period_without_a_past_is_not_compared_with_nothing(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", view="changes")

    said = " ".join(caption.value for caption in page.caption)
    assert "最近30天" in said
    assert "2017年10月2日" in said


def test_a_card_opens_its_zone(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones")

    page.button(key="open_Z09").click().run()
    page.run()

    assert not page.exception
    assert page.session_state["zone"] == ["Z09"]


def test_all_of_it_in_english(demo_page: OpenDemoPage) -> None:
    page = demo_page("zones", lang="en", zone="Z01", view="changes")

    words = " ".join([*(text.value for text in page.markdown), *(caption.value for caption in page.caption)])
    assert "Most new cases" in words
    assert "案件" not in words
