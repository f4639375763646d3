"""On every page: a receipt that counts cases leads to as many cases as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from geo.sector import TASKS
from ingest.demo.planted import BLIND_SPOT
from model.setup import read_office
from queries.cases import case_count
from queries.filters import Filters
from queries.overview import cells
from queries.rules import REPORTED, RULE_SETS, all_kpis
from queries.run import frame_of
from tests.ui.conftest import OpenDemoPage
from ui.filters import period_of
from ui.map_panel import Click
from ui.pressed_cell import keep_pressed_cell

# (page, address): every page with figures of cases, in the views that differ
PAGES = [
    *(pytest.param(name, {}, id=name) for name in ("overview", "zones", "evaluation", "supervision", "forecast", "patrol", "cameras")),
    *(pytest.param(name, {}, id=name) for name in ("rivers", "bikes", "weak_areas", "layers", "ledgers", "administration", "data")),
    pytest.param("overview", {"zone": "Z14", "period": "month"}, id="overview of a zone"),
    pytest.param("zones", {"zone": "Z07", "period": "last_month"}, id="zones with one open"),
    pytest.param("evaluation", {"rules": "hotline", "by": "channel"}, id="evaluation of the hotline"),
    pytest.param("rivers", {"reach": "R13"}, id="a reach"),
    *(pytest.param("cameras", {"task": task}, id=f"cameras that {task}") for task in TASKS),
    *(
        pytest.param("cameras", {"view": view}, id=f"cameras, {view}")
        for view in ("order", "hours", "zones", "rivers", "offline", "overlap")
    ),
    *(pytest.param("zones", {"view": view}, id=f"zones {view}") for view in ("against", "leader", "changes")),
    *(pytest.param(name, {}, id=name) for name in ("cases", "bulletin", "report", "walk")),
    *(pytest.param("layers", {"layer": layer}, id=f"layer {layer}") for layer in ("bikes", "rivers", "weak_areas", "cameras")),
    *(pytest.param("rotation", {"rotation": part}, id=f"rotation {part}") for part in ("month", "fair", "zones", "results")),
]
# no figure of theirs that opens by itself counts cases
NO_CASES = {
    *("forecast", "walk", "report", "data", "administration", "ledgers", "cases", "bulletin", "patrol"),
    *("rotation month", "rotation fair", "rotation zones"),
}
WHOLE = re.compile(r"(?:^|\*\* )([0-9,]+) 件$")


def receipts(app: AppTest) -> Iterator[tuple[str, float, dict[str, list[str]] | None]]:
    """What each receipt counts in cases: its words, the number, and where its way to the cases leads; None where it has none."""
    for box in app.get("popover"):
        for words, inside in apart(box):
            links = [(one.proto.label, parse_qs(one.proto.query_string)) for one in inside if one.type == "page_link"]
            if found := WHOLE.search(words):
                above = [way for label, way in links if label == "查看分子案件"]
                yield words, float(found[1].replace(",", "")), above[0] if above else None
            for table in (one for one in inside if one.type == "table"):
                yield from parts(words, table.value, [way for _, way in links])


def apart(box: Any) -> Iterator[tuple[str, list[Any]]]:
    """The receipts in a box: the words that each begins with, and what follows up to the next."""
    words, inside = "", list[Any]()
    for one in in_order(box):
        if one.type == "markdown" and one.value.startswith("**"):
            yield words, inside
            words, inside = one.value, []
        else:
            inside.append(one)
    yield words, inside


def in_order(block: Any) -> Iterator[Any]:
    """Every element of a block, as it stands on the page."""
    for _, one in sorted(block.children.items()):
        yield from in_order(one) if hasattr(one, "children") else (one,)


def receipt_links(app: AppTest) -> list[dict[str, list[str]]]:
    """Where all links of a page to cases lead."""
    return [parse_qs(link.proto.query_string) for link in app.get("page_link") if link.proto.page.endswith("cases")]


def parts(title: str, table: pd.DataFrame, links: list[dict[str, list[str]]]) -> Iterator[tuple[str, float, dict[str, list[str]] | None]]:
    """The parts of a KPI's receipt that are numbers of cases, each with the link of its part."""
    for label, said in table.itertuples(index=False):
        part = {"分子（件）": "numerator", "分母（件）": "denominator"}.get(label)
        if part and said != "—":
            yield f"{title} {label}", float(said.replace(",", "")), next((one for one in links if one.get("part") == [part]), None)


def count(engine: Engine, link: dict[str, list[str]]) -> int:
    """How many cases the cases page lists at an address, by the house's own reading of it."""
    params = {key: values[0] for key, values in link.items()}
    filters, office = Filters.from_params(params), read_office(engine)
    if "period" in params and not (filters.since or filters.until):
        since, until = period_of(params["period"], office.today())
        filters = filters.with_(since=since, until=until)
    known = {one.key: one for one in RULE_SETS[params["rules"]].kpis} if "rules" in params else all_kpis()
    kpi = known.get(params.get("kpi", ""))
    assert kpi or "kpi" not in params
    return int(frame_of(engine, case_count(filters, office.now(), kpi=kpi, part=params.get("part", "numerator")))["n"].item())


@pytest.mark.parametrize(("name", "params"), PAGES)
def test_the_list_behind_a_receipt_has_its_number(
    demo_page: OpenDemoPage, demo_engine: Engine, request: pytest.FixtureRequest, name: str, params: dict[str, str]
) -> None:
    found = list(receipts(demo_page(name, **params)))
    closed = [f"{words}: {n:,.0f}, no way to them" for words, n, link in found if n and link is None]
    assert not closed, "\n".join(closed)
    ways = [(words, n, count(demo_engine, link)) for words, n, link in found if link is not None]
    wrong = [f"{words}: {n:,.0f}, listed {listed:,}" for words, n, listed in ways if listed != n]
    assert not wrong, "\n".join(wrong)
    assert bool(ways) != (request.node.callspec.id in NO_CASES)


# (page, address, table, (row, column))
PRESSED = [
    pytest.param("supervision", {}, "departments", (0, "超期未结"), id="a department's overdue"),
    pytest.param("supervision", {}, "departments", (1, "在办（未结、未挂账）"), id="what a department works at"),
    pytest.param("layers", {}, "features_zones", (3, "案件"), id="the cases of a zone"),
    pytest.param("weak_areas", {}, "classes_W1", (0, "销项前"), id="a class before sign-off"),
    pytest.param("weak_areas", {}, "classes_W1", (0, "销项后"), id="a class since"),
    pytest.param("forecast", {}, "forecast_table_zone", (13, "近14天"), id="the last days of a zone"),
    pytest.param(
        "rotation", {"rotation": "results", "month": "2017-10"}, "leader_results", (2, "热线先发现"), id="what the hotline told first"
    ),
    pytest.param("rotation", {"rotation": "results", "month": "2017-10"}, "cadre_results", (0, "我们发现"), id="what was found in a zone"),
    pytest.param("bikes", {}, "gaps_table", (0, "区外案件"), id="a service gap"),
    *(
        pytest.param("bikes", {}, "sites_table", (1, column), id=f"{column} of a site")
        for column in ("新增覆盖案件", "累计", "周边区外案件")
    ),
    pytest.param("bikes", {}, "parking_table", (0, "案件"), id="the cases of a parking zone"),
    pytest.param("bikes", {}, "areas_table", (0, "区外案件"), id="a zone's cases outside"),
    *(
        pytest.param("cameras", {"view": "order", "task": task}, "plan_order", (2, "多看到"), id=f"what a camera adds to {task}")
        for task in TASKS
    ),
    pytest.param("cameras", {"view": "order", "planned": "7"}, "plan_order", (1, "累计"), id="what two cameras add"),
    *(pytest.param("rivers", {}, "river_table", (0, column), id=f"{column} of a reach") for column in ("open", "late", "problems")),
]
# columns that are named otherwise in the table than on the screen
HEADS = {"open": "未结", "late": "超期", "problems": "涉河问题"}


@pytest.mark.parametrize(("name", "params", "table", "cell"), PRESSED)
def test_a_number_of_a_table_opens_its_receipt(  # noqa: PLR0917 - two fixtures, and where the number stands
    demo_page: OpenDemoPage, demo_engine: Engine, name: str, params: dict[str, str], table: str, cell: tuple[int, str]
) -> None:
    app, (row, column) = demo_page(name, **params), cell
    [shown] = [one.value for one in app.dataframe if one.key == table]
    n = float(str(shown[column].iloc[row]).replace(",", ""))
    assert n > 0
    app.session_state[table] = {"selection": {"rows": [], "columns": [], "cells": [cell]}}
    app.run()
    assert not app.exception
    said = [one.value for one in app.markdown if one.value.startswith("**") and one.value.endswith(f"{n:,.0f} 件")]
    assert any(f" · {HEADS.get(column, column)}**" in one for one in said), said
    ways = [parse_qs(link.proto.query_string) for link in app.get("page_link") if link.proto.label == "查看分子案件"]
    assert int(n) in [count(demo_engine, way) for way in ways]


@pytest.mark.parametrize(
    "params", [{}, {"zone": "Z02"}, {"channel": "chengguantong", "since": "2017-09-01"}], ids=["all", "a zone", "a channel"]
)
def test_a_cell_of_the_map_opens_its_cases(demo_page: OpenDemoPage, demo_engine: Engine, params: dict[str, str]) -> None:
    app, now = demo_page("overview", **params), read_office(demo_engine).now()
    pressed = BLIND_SPOT.cells()[0]
    app.session_state["pressed_cell"] = str(pressed)
    app.run()
    assert not app.exception
    ways = [parse_qs(link.proto.query_string) for link in app.get("page_link")]
    [way] = [one for one in ways if one.get("cell") == [str(pressed)]]
    assert {key: way[key] for key in params} == {key: [value] for key, value in params.items()}
    n = int(frame_of(demo_engine, cells(Filters.from_params({key: values[0] for key, values in way.items()}), now))["n"].sum())
    assert n == count(demo_engine, way) > 0
    assert f"**{REPORTED.label.zh}** {n:,}" in [one.value for one in app.markdown]


def test_a_press_beside_the_cells_lets_the_cell_go(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, str | None] = {}
    monkeypatch.setattr("streamlit.session_state", kept)
    for click, wanted in ((Click(layer="cells", code="17", zone="Z02"), "17"), (Click(layer="zones", code="Z02", zone="Z02"), None)):
        keep_pressed_cell(click)
        assert kept == {"pressed_cell": wanted}
