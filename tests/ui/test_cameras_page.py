"""The cameras page: the planted blind spot first, figures as plain SQL counts them, positions by role, few questions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from config import ROOT, settings
from ingest.demo.planted import BLIND_SPOT
from ingest.load_layer import load_layer
from model.engine import open_engine
from queries.filters import Filters
from queries.run import count_queries
from tests.ui.conftest import OpenDemoPage, forget

MOST_QUESTIONS = 12
SEEN = "SELECT count(DISTINCT case_id) FROM case_links JOIN cases ON cases.id = case_id WHERE layer = 'cameras' AND NOT void"
ALL = "SELECT count(*) FROM cases WHERE NOT void AND lon IS NOT NULL"
IN_CELLS = "SELECT count(*) FROM cases WHERE NOT void AND cell IN ({cells})"
IN_CELLS_SEEN = f"{SEEN} AND cell IN ({{cells}})"


def count(sql: str, cells: tuple[int, ...] = ()) -> int:
    with open_engine().connect() as connection:
        return int(connection.execute(text(sql.format(cells=",".join(map(str, cells))))).scalar_one())


def links(page: AppTest) -> list[dict[str, str]]:
    """The parameters of every link to cases, in order."""
    found = [parse_qs(one.proto.query_string or urlsplit(one.proto.page).query) for one in page.get("page_link")]
    return [{key: values[0] for key, values in one.items()} for one in found]


def values(page: AppTest) -> dict[str, str]:
    """The cards' figures by their labels."""
    return {metric.label: metric.value for metric in page.metric}


def receipts(page: AppTest) -> list[dict[str, str]]:
    return [dict(zip(*(table.value.iloc[:, place] for place in (0, 1)), strict=True)) for table in page.table]


def map_message(page: AppTest) -> dict[str, Any]:
    """What the map of the page is told."""
    sent = [one.proto for one in page.get("bidi_component")]
    [told] = [json.loads(one.json) for one in sent if "figures" in one.json]
    return dict(told["figures"])


def test_the_planted_blind_spot_is_the_first_thing_it_says(demo_page: OpenDemoPage) -> None:
    page = demo_page("cameras")
    n = count(IN_CELLS, BLIND_SPOT.cells())
    assert count(IN_CELLS_SEEN, BLIND_SPOT.cells()) == 0
    [headline] = [one.value for one in page.markdown if one.value.startswith("####")]
    # but for the mark of the demo in the heading
    assert next(one.value for one in page.markdown if "badge[演示" not in one.value) == headline
    assert headline.startswith("#### 探头之间最大的盲区在**责任区2 ")
    assert f"{n} 件案件，在用探头一件也看不到" in headline
    # the first link leads to its very cells
    assert links(page)[0] == {
        "kpi": "reported",
        "cell": ",".join(map(str, sorted(BLIND_SPOT.cells()))),
        "since": "2017-01-01",
        "until": "2017-10-31",
    }


def test_the_cards_agree_with_plain_sql(demo_page: OpenDemoPage) -> None:
    page = demo_page("cameras")
    seen, whole = count(SEEN), count(ALL)
    shown = values(page)
    assert shown["案件可见率"] == f"{seen / whole:.2%}"
    assert (shown["在用探头"], whole) == ("40", 41_282)
    parts = {key: value for receipt in receipts(page) for key, value in receipt.items()}
    assert (parts["看得到的案件"], parts["有位置的案件"]) == (f"{seen:,}", f"{whole:,}")
    assert (parts["全部探头"], parts["计划探头"], parts["离线探头"]) == ("240", "200", "0")
    lists = [ids_of(link) for link in links(page)]
    with open_engine().connect() as connection:
        linked = set(connection.scalars(text("SELECT case_id FROM case_links WHERE layer = 'cameras'")))
    assert [len(one) for one in lists if set(one) & linked] == [seen]
    unseen = next(one for one in lists if f"{len(one):,}" == shown["探头间盲区案件"])
    assert not set(unseen) & linked


def test_the_plan_in_the_address_and_on_the_map(demo_page: OpenDemoPage) -> None:
    page = demo_page("cameras", planned="7", view="order")
    assert page.slider(key="planned").value == 7
    assert page.slider(key="planned").max == 200
    [table] = [frame.value for frame in page.dataframe]
    assert len(table) == 7
    assert table["累计"].tolist() == table["多看到"].cumsum().tolist()
    assert table["多看到"].is_monotonic_decreasing
    sentence = next(one.value for one in page.markdown if one.value.startswith("装前"))
    assert f"多看到 **{table['累计'].iloc[-1]}** 件" in sentence
    sectors = map_message(page)["sectors"]
    assert len(sectors) == 240
    chosen = [row[0] for row in sectors if row[7] == 3]
    assert sorted(chosen) == sorted(table["探头"])
    # places that are not chosen are sent without a sector
    assert {row[5] for row in sectors if row[7] == 2} == {0.0}
    page.slider(key="planned").set_value(200).run()
    assert not page.exception
    assert "200" in page.query_params["planned"]


@pytest.mark.parametrize("task", ["detect", "identify"])
def test_a_task_shortens_the_sectors(demo_page: OpenDemoPage, task: str) -> None:
    recorded, shorter = map_message(demo_page("cameras")), map_message(demo_page("cameras", task=task))
    reach = {"detect": 66.6, "identify": 6.7}[task]
    assert max(row[5] for row in shorter["sectors"]) <= reach < max(row[5] for row in recorded["sectors"]) + 10


@pytest.mark.parametrize("view", ["blind", "order", "hours", "zones", "rivers", "offline", "overlap"])
def test_no_view_asks_more_than_twelve_questions(demo_page: OpenDemoPage, view: str) -> None:
    with count_queries(open_engine()) as asked:
        demo_page("cameras", view=view, lang="en")
    assert 0 < len(asked) <= MOST_QUESTIONS


@pytest.mark.parametrize("role", ["viewer", "river_chief", "department:绿化办"])
def test_positions_by_role_only(demo_page: OpenDemoPage, role: str) -> None:
    page = demo_page("cameras", **{"as": role})
    assert "敏感信息" in page.info[0].value
    # no map and nothing else that is told of places; every page watches the theme
    assert {one.proto.component_name.split(".")[-1] for one in page.get("bidi_component")} == {"finegrid_theme"}
    assert not page.metric
    assert not page.dataframe
    assert not page.get("page_link")
    assert "C001" not in str(page.main)


def test_the_zones_and_reaches_that_are_seen(demo_page: OpenDemoPage) -> None:
    zones = demo_page("cameras", view="zones").dataframe[0].value
    assert len(zones) == 31
    seen = zones["看得到（m²）"].sum()
    page = demo_page("cameras", view="rivers")
    rivers = page.dataframe[0].value
    assert len(rivers) == 14
    parts = {key: value for receipt in receipts(page) for key, value in receipt.items()}
    assert float(parts["看得到的河长"].removesuffix(" m").replace(",", "")) == pytest.approx(rivers["看得到（米）"].sum(), abs=1)
    # cameras look over the border of the last zone too
    assert float(parts["看得到的面积"].removesuffix(" m²").replace(",", "")) == pytest.approx(seen, rel=0.01)


def test_over_real_cameras_without_a_case(sqlite_url: str, shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_layer(open_engine(sqlite_url), "cameras", shared_data / "shanghai-osm-yangpu.gpkg", datum="wgs84")
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    forget()
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    page.switch_page("pages/cameras.py").run()
    assert not page.exception
    assert "没有案件" in page.info[0].value
    shown = values(page)
    assert (shown["在用探头"], shown["案件可见率"], shown["河道覆盖率"]) == ("62", "—", "—")
    # the file says of none of them which way it looks
    parts = {key: value for receipt in receipts(page) for key, value in receipt.items()}
    assert parts["没有朝向、按全向计"] == "62"
    assert len(map_message(page)["sectors"]) == 62
    settings.cache_clear()
    st.cache_data.clear()
    forget()


def ids_of(link: Mapping[str, str | list[str]]) -> tuple[int, ...]:
    """The single cases that an address names."""
    return Filters.from_params(link).ids


@pytest.mark.parametrize("task", ["recorded", "observe"])
def test_a_blind_spot_opens_exactly_its_unseen_cases(demo_page: OpenDemoPage, task: str) -> None:
    boxes = [one for one in demo_page("cameras", task=task).get("popover") if re.match(r"\*\*\d+\.\*\*", one.proto.popover.label)]
    assert boxes
    for box in boxes:
        said = int(re.findall(r"\*\* ([\d,]+)(?:/[\d,]+)? 件看不到", box.proto.popover.label)[0].replace(",", ""))
        assert box.markdown[0].value.endswith(f"看不到的案件** {said:,} 件")
        [listed] = [one.proto.query_string for one in box.get("page_link")]
        assert len(set(ids_of(parse_qs(listed)))) == said


def test_the_curve_of_the_plan_opens_what_so_many_add(demo_page: OpenDemoPage) -> None:
    page = demo_page("cameras", view="order", planned="5")
    total = page.dataframe[0].value["累计"].tolist()[2]
    page.session_state["plan_curve"] = {"selection": {"points": [{"x": 3}], "point_indices": [3], "box": [], "lasso": []}}
    page.run()
    assert not page.exception
    assert f"**装前 3 个 · 累计** {total:,} 件" in [one.value for one in page.markdown]
    assert total in [len(ids_of(link)) for link in links(page)]
