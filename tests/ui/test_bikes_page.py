"""The bikes page: the planted shortage first, figures that plain SQL finds too, and links that list what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text
from streamlit.testing.v1 import AppTest

from config import ROOT
from ingest.demo.planted import BIKE_GAP_METRES, BIKE_SHORTAGE
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import load_table
from model.engine import open_engine
from model.setup import read_office
from queries.cases import Choice, case_cells, case_count
from queries.features import features
from queries.filters import Filters
from queries.run import count_queries, frame_of
from tests.ingest.sent import a_case, write_cases
from tests.ui.conftest import OpenDemoPage, forget

MOST_QUESTIONS = 12
FIGURES = ("停放区（处）", "总长（米）", "可停车位", "清点到的单车", "满位（处）", "爆满（处）", "区外非机动车案件")
SITES, GAPS, AREAS = "新增覆盖案件", "中位距离(米)", "每10米区外案件"


@pytest.fixture
def bikes(demo_page: OpenDemoPage) -> AppTest:
    return demo_page("bikes", lang="zh")


def figure(page: AppTest, label: str) -> str:
    return next(one.value for one in page.metric if one.label == label)


def table(page: AppTest, column: str) -> pd.DataFrame:
    """The table that has a column."""
    return next(one.value for one in page.dataframe if column in one.value.columns)


def headline(page: AppTest) -> str:
    return next(one.value for one in page.markdown if one.value.startswith("####"))


def listed(address: str) -> int:
    """How many cases the cases page lists at an address."""
    params = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    now = read_office(open_engine()).now()
    return int(frame_of(open_engine(), case_count(Filters.from_params(params), now)).to_numpy()[0, 0])


def cells_of(address: str) -> set[int]:
    """The cells of the cases at an address."""
    filters = Filters.from_params(parse_qs(urlsplit(address).query))
    return set(frame_of(open_engine(), case_cells(Choice(filters=filters), read_office(open_engine()).now()))["cell"].astype(int))


def answer(engine: Engine, statement: str, **values: object) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(statement), values).scalar_one())


def test_the_planted_shortage_is_the_first_thing_said(bikes: AppTest) -> None:
    said = headline(bikes)
    assert BIKE_SHORTAGE.street in said
    gaps = table(bikes, GAPS)
    first = gaps.iloc[0]
    assert f"{first['区外案件']} 件" in said
    assert f"{first['最近停放区(米)']} 米" in said
    assert first["最近停放区(米)"] >= BIKE_GAP_METRES
    # a shortage of five a day for two months stands out from everything else
    assert first["区外案件"] > 10 * gaps["区外案件"].iloc[1:].max()
    assert cells_of(first[""]) == set(BIKE_SHORTAGE.cells())


def test_the_planted_shortage_is_among_the_first_proposals(bikes: AppTest) -> None:
    sites = table(bikes, SITES)
    for address in sites[""].head(2):
        assert set(BIKE_SHORTAGE.cells()) & cells_of(address)
    assert BIKE_SHORTAGE.street in sites["位置"].iloc[0]
    assert sites[SITES].is_monotonic_decreasing
    assert sites["累计"].tolist() == np.cumsum(sites[SITES]).tolist()


def test_the_curve_says_where_the_table_differs_from_it(bikes: AppTest) -> None:
    [said] = [one.value for one in bikes.caption if one.value.startswith("按逐处选取的次序")]
    assert said.endswith("表中的 5 处又经换位，共覆盖 180 件，比逐处选取的 177 件多。")


def test_every_link_lists_as_many_cases_as_it_says(bikes: AppTest) -> None:
    sites, gaps, areas = table(bikes, SITES), table(bikes, GAPS), table(bikes, AREAS)
    assert [listed(one) for one in sites[""]] == sites["周边区外案件"].tolist()
    assert [listed(one) for one in gaps[""]] == gaps["区外案件"].tolist()
    assert [listed(one) for one in areas[""].head(8)] == areas["区外案件"].head(8).tolist()
    assert areas["区外案件"].sum() == int(figure(bikes, "区外非机动车案件"))
    parking = table(bikes, "满载率").sort_values("案件", ascending=False).head(4)
    assert [listed(one) for one in parking[""]] == parking["案件"].tolist()


def test_the_covered_cases_are_listed_one_by_one(bikes: AppTest) -> None:
    covered, sites = table(bikes, "距最近停放区(米)"), table(bikes, SITES)
    assert covered["案件"].is_unique
    assert covered["新点"].value_counts().reindex(sites["新点"]).tolist() == sites[SITES].tolist()
    assert (covered["距最近停放区(米)"] >= 50).all()
    number = int(parse_qs(urlsplit(covered[""].iloc[0]).query)["case"][0])
    assert (
        answer(open_engine(), "select count(*) from cases where id = :id and external_id = :n", id=number, n=covered["案件"].iloc[0]) == 1
    )


def test_the_figures_are_what_plain_sql_finds(bikes: AppTest, demo_engine: Engine) -> None:
    near = "select case_id from case_links where layer = 'bikes'"
    cases = "select count(*) from cases where category = '0508' and not void and reported_on between '2017-01-01' and '2017-10-31'"
    outside = answer(demo_engine, f"{cases} and id not in ({near})")
    with demo_engine.connect() as connection:
        zones = pd.read_sql(text("select id, json_extract(props, '$.length_m') as metres from features where layer = 'bikes'"), connection)
        counts = pd.read_sql(text("select feature_id, counted_at, sum(bikes) as bikes from bike_counts group by 1, 2"), connection)
    newest = counts.sort_values("counted_at").groupby("feature_id").tail(1).set_index("feature_id")["bikes"]
    places = np.floor(zones.set_index("id")["metres"] / 0.60 + 1e-9)
    load = newest / places
    wanted = (len(zones), zones["metres"].sum(), 16_816, newest.sum(), ((load >= 0.9) & (load <= 1)).sum(), (load > 1).sum(), outside)
    assert [figure(bikes, label) for label in FIGURES] == [f"{one:,.0f}" for one in wanted]
    assert figure(bikes, "每10米区外案件") == f"{outside / 10_090 * 10:.2f}"


def test_the_cleared_share_is_what_the_counts_say(bikes: AppTest, demo_engine: Engine) -> None:
    """Counts of the demo are at 8:00, 8:30, 12:00, 17:30 and 21:00: each over-full one is judged by the next of its day."""
    with demo_engine.connect() as connection:
        counts = pd.read_sql(
            text(
                "select c.feature_id, counted_at, sum(bikes) as bikes, json_extract(f.props, '$.length_m') as metres "
                "from bike_counts c join features f on f.id = c.feature_id group by 1, 2 order by 1, 2"
            ),
            connection,
        )
    at = pd.to_datetime(counts["counted_at"]) + pd.Timedelta(hours=8)
    over = counts["bikes"] > np.floor(counts["metres"] / 0.60 + 1e-9)
    key = [counts["feature_id"], at.dt.date]
    before, after, then = over.groupby(key).shift(fill_value=False), over.groupby(key).shift(-1), at.groupby(key).shift(-1)
    begun = over & ~before
    cleared = (begun & (after == False) & (then - at <= pd.Timedelta(minutes=30))).sum()  # noqa: E712 - missing is neither
    still = (begun & (after == True)).sum()  # noqa: E712
    assert figure(bikes, "30分钟内清出率") == f"{cleared / (cleared + still):.1%}"


@pytest.mark.parametrize(("spacing", "places"), [("0.60", "16,816"), ("0.50", "20,180"), ("own", "16,816")])
def test_the_places_hang_on_the_spacing(demo_page: OpenDemoPage, spacing: str, places: str) -> None:
    page = demo_page("bikes", lang="zh", spacing=spacing)
    assert figure(page, "可停车位") == places
    receipt = next(one.value for one in page.table if "16,816" in one.value.to_string() and "20,180" in one.value.to_string())
    assert "10,090" in receipt.to_string()


def test_a_wish_changes_the_plan_and_stays_in_the_address(bikes: AppTest) -> None:
    before = table(bikes, SITES)
    page = bikes.slider(key="sites").set_value(9).run()
    assert not page.exception
    after = table(page, SITES)
    assert len(before) == 5
    assert len(after) == 9
    assert after[SITES].sum() > before[SITES].sum()
    assert page.query_params["sites"] in ("9", ["9"])
    wider = page.button_group(key="reach").set_value("100").run()
    assert table(wider, SITES)[SITES].sum() > after[SITES].sum()


def test_a_zone_narrows_everything_and_a_category_of_another_page_nothing(demo_page: OpenDemoPage) -> None:
    page = demo_page("bikes", lang="zh", zone="Z14", category="0102")
    assert BIKE_SHORTAGE.street in headline(page)
    assert figure(page, "停放区（处）") == str(len(table(page, "满载率")))
    areas = table(page, AREAS)
    assert areas["责任区"].tolist() == ["责任区14"]
    assert int(figure(page, "区外非机动车案件")) == areas["区外案件"].sum() > 0


def test_a_quiet_week_says_so(demo_page: OpenDemoPage) -> None:
    page = demo_page("bikes", lang="zh", since="2017-01-02", until="2017-01-03", zone="Z30")
    assert any("没有" in one.value for one in [*page.info, *page.markdown])


def test_it_asks_few_questions(bikes: AppTest) -> None:
    with count_queries(open_engine()) as asked:
        bikes.slider(key="sites").set_value(3).run()
    assert len(asked) <= MOST_QUESTIONS


def test_both_languages(demo_page: OpenDemoPage) -> None:
    page = demo_page("bikes", lang="en")
    assert "is short of bike parking" in headline(page)
    assert figure(page, "Parking zones") == "229"


Open = Callable[[], AppTest]


@pytest.fixture
def shanghai(sqlite_url: str, shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Engine, Open]:
    """Real parking areas (polygons), without kerbs, zones or boundary; six cases in the first of them, eight 90 m north of it."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FINEGRID_AS_OF", "2017-10-31T18:00")
    forget()
    engine = open_engine(sqlite_url)
    load_layer(engine, "bikes", shared_data / "shanghai-osm-yangpu.gpkg", datum="wgs84")
    shape = frame_of(engine, features(("bikes",)))["geometry"].iloc[0]
    west, _, east, north = shape.bounds
    inside, beyond = shape.representative_point(), ((west + east) / 2, north + 90 / 111_320)
    rows = [a_case(n, category="0508", lon=inside.x, lat=inside.y) for n in range(6)]
    rows += [a_case(n, category="0508", lon=beyond[0], lat=beyond[1], address="隆昌路100号") for n in range(6, 14)]
    load_cases(engine, write_cases(tmp_path / "cases.csv", rows), datum="wgs84")

    def open_it() -> AppTest:
        page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        page.query_params["lang"] = "zh"
        page.switch_page("pages/bikes.py").run()
        assert not page.exception, page.exception
        return page

    return engine, open_it


def test_it_works_over_real_parking_areas(shanghai: tuple[Engine, Open]) -> None:
    engine, open_it = shanghai
    page = open_it()
    with engine.connect() as connection:
        metres = pd.read_sql(text("select json_extract(props, '$.length_m') as metres from features"), connection)["metres"]
    assert figure(page, "停放区（处）") == "52"
    assert figure(page, "总长（米）") == f"{metres.sum():,.0f}"
    assert figure(page, "可停车位") == f"{np.floor(metres.sum() / 0.60):,.0f}"
    assert figure(page, "清点到的单车") == "—"
    assert figure(page, "区外非机动车案件") == "8"
    assert "隆昌路" in headline(page)
    assert any("没有路缘线图层" in one.value for one in page.caption) or any("没有可选的新点" in one.value for one in page.info)
    assert any("怎样导入" in one.label for one in page.expander)


def test_counts_brought_in_stand_on_the_page(shanghai: tuple[Engine, Open], tmp_path: Path) -> None:
    engine, open_it = shanghai
    code = frame_of(engine, features(("bikes",)))["code"].iloc[0]
    rows = [("08:00", "甲", 900), ("08:00", "乙", 99), ("08:30", "甲", 1), ("08:30", "乙", 2)]
    frame = pd.DataFrame(
        [
            {"layer": "bikes", "feature_code": code, "counted_at": f"2017-10-31 {at}", "operator": name, "bikes": bikes}
            for at, name, bikes in rows
        ]
    )
    frame.iloc[:2].to_excel(tmp_path / "morning.xlsx", index=False)
    frame.iloc[2:].to_csv(tmp_path / "later.csv", index=False)
    assert load_table(engine, "bike_counts", tmp_path / "later.csv").new == 2
    page = open_it().switch_page("pages/data.py").run()
    page = page.selectbox(key="import_target").set_value("bike_counts").run()
    file = ("morning.xlsx", (tmp_path / "morning.xlsx").read_bytes(), "application/octet-stream")
    page = page.file_uploader[0].set_value(file).run()
    for button, said in (("dry_run", "新增 2"), ("load", "新增 2"), ("load", "未变 2")):
        page = page.button(key=button).click().run()
        assert not page.exception
        assert any(said in one.value for one in [*page.info, *page.success])
    page = open_it()
    assert figure(page, "清点到的单车") == "3"
    assert figure(page, "30分钟内清出率") == "100.0%"
    assert json.loads(page.get("plotly_chart")[-1].proto.spec)["data"][0]["x"] == ["8时"]


def test_every_step_of_the_curve_opens_the_cases_it_adds(demo_page: OpenDemoPage) -> None:
    page = demo_page("bikes")
    for step in (1, 6):
        page.session_state["gain_curve"] = {
            "selection": {"points": [{"x": str(step)}], "point_indices": [step - 1], "box": [], "lasso": []}
        }
        page.run()
        assert not page.exception
        [said] = [one.value for one in page.markdown if one.value.startswith(f"**逐处选取的第 {step} 处 · 新增** ")]
        n = int(said.split("** ")[1].removesuffix(" 件"))
        links = [parse_qs(one.proto.query_string) for one in page.get("page_link")]
        assert n in [one["ids"][0].count(",") + 1 for one in links if "ids" in one]
