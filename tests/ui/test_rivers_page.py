"""The rivers page: what is wrong comes first, every figure leads to its cases, and each reach has its notice board."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from shapely import LineString, Point
from shapely.ops import substring
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from config import ROOT
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import load_table
from model.engine import open_engine, write
from model.places import Feature
from model.setup import read_office
from queries.cases import case_count
from queries.filters import Filters
from queries.rivers import reach_cases
from queries.rules import all_kpis
from queries.run import count_queries, frame_of
from tests.ingest.sent import a_case, write_cases
from tests.ui.conftest import OpenDemoPage, forget

MOST_QUESTIONS = 12
CARDS = {
    "巡河率 · 街道级": "92.86%",
    "巡河率 · 居委级": "92.86%",
    "巡河逾期": "1",
    "本月巡河次数": "147",
    "水质达标河段": "11 / 14",
    "黑臭河段": "0",
    "巡河发现未结": "0",
    # the report: 2,300 m² on the east bank of 小吉浦 and 240 m² along 钱家浜
    "涉河违建拆除": "2,540 :small[㎡]",
    "6米通道贯通": "5,240 :small[米]",
}
OpenPage = Callable[..., AppTest]


def receipts(page: AppTest) -> list[dict[str, str]]:
    """The two columns of every receipt and board, by the words at the left."""
    return [dict(zip(*(table.value.iloc[:, place] for place in (0, 1)), strict=True)) for table in page.table]


def links(page: AppTest) -> list[dict[str, str]]:
    """The parameters of every link to cases."""
    found = (parse_qs(one.proto.query_string or urlsplit(one.proto.page).query) for one in page.get("page_link"))
    return [{key: values[0] for key, values in one.items()} for one in found]


def listing(page: AppTest) -> pd.DataFrame:
    return page.dataframe[0].value


def test_the_planted_walk_is_the_first_thing_it_says(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers")
    [said] = [error.value for error in page.error]
    assert said == (
        "**经二河** 巡河已逾期 **12天**：居委级河长居委河长13上次巡河是2017年10月12日，按每7天至少一次，应在2017年10月19日前再巡"
        "；街道级河长街道河长10也逾期9天。"
    )
    # boxes hold the heading and the style; the first thing that speaks for itself is the headline
    first = next(one for one in page.main.children.values() if one.type != "flex_container")
    assert first.value == said
    assert listing(page)["reach"].iloc[0] == "R13 经二河"
    assert listing(page)["walk"].tolist().count("逾期12天") == 1


def test_the_figures_and_their_receipts(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers")
    shown = {metric.label: metric.value for metric in page.metric}
    assert CARDS.items() <= shown.items()
    # a receipt says the unit beside its figure
    said = {text.value for text in page.markdown}
    assert {"**巡河逾期** 1 条", "**黑臭河段** 0 条", "**涉河违建拆除** 2,540 ㎡", "**6米通道贯通** 5,240 米"} <= said
    rate, encroachments = receipts(page)[0], next(one for one in receipts(page) if "小吉浦东岸" in one)
    assert (rate["按频次巡到"], rate["有该级河长的河段"]) == ("13", "14")
    assert (encroachments["小吉浦东岸"], encroachments["钱家浜沿岸"]) == ("2,300 ㎡", "240 ㎡")
    assert encroachments["发现与拆除"] == "发现 2,540 ㎡，拆除 2,540 ㎡"
    assert len(listing(page)) == 14


def test_the_month_before_was_walked_whole(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers", month="2017-09")
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["巡河率 · 街道级"] == shown["巡河率 · 居委级"] == "100.00%"


def test_the_cases_behind_every_link_are_as_many_as_the_figure_says(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers")
    now = read_office(open_engine()).now()
    shown = {metric.label: metric.value for metric in page.metric}
    counts = [shown[label] for label in ("涉河问题未结", "涉河问题已结", "巡河发现未结", "沿岸未结案件")]
    found = [one for one in links(page) if "part" in one]
    listed = [
        frame_of(open_engine(), case_count(Filters.from_params(one), now, kpi=all_kpis()[one["kpi"]], part=one["part"]))["n"].item()
        for one in found
    ]
    assert [f"{count:,}" for count in listed] == counts
    rows = listing(page)
    for reach, opened, link in zip(rows["reach"], rows["open"], rows["cases"], strict=True):
        params = {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}
        assert params["period"] == "all"
        assert frame_of(open_engine(), case_count(Filters.from_params(params), now))["n"].item() == opened, reach


def test_reaches_by_class_and_the_passage_stand_without_a_press(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers")
    [said] = [one.value for one in page.caption if one.value.startswith("河段水质")]
    assert said.startswith("河段水质：III类 2 条、IV类 8 条、V类 4 条；6米防汛通道：通 5,240 米，未通 ")


@pytest.mark.parametrize(("reach", "said"), [("R01", "发现 2,300 ㎡，拆除 2,300 ㎡"), ("R02", "发现 240 ㎡，拆除 240 ㎡"), ("R13", "—")])
def test_what_was_built_on_the_banks_stands_on_the_board(demo_page: OpenDemoPage, reach: str, said: str) -> None:
    [board] = [one for one in receipts(demo_page("rivers", reach=reach)) if "起点" in one]
    assert board["涉河违建（全河）"] == said


def test_a_reach_has_its_notice_board(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers", reach="R13")
    [board] = [one for one in receipts(page) if "起点" in one]
    assert (board["起点"], board["终点"], board["长度"]) == ("纬三河交汇处", "纬五河交汇处", "1,106 米")
    assert board["治理目标"].startswith("水质稳定达到III类")
    assert {"左岸", "右岸", "6米防汛通道"} <= board.keys()
    late = [error.value for error in page.error]
    assert late[0] == "**居委级河长居委河长13**：巡河已逾期 **12天**，应在2017年10月19日前（上次2017年10月12日）"
    assert "逾期 **9天**" in late[1]
    telephones = [one.proto.url for one in page.get("link_button")]
    assert telephones == ["tel:02100000083", "tel:02100000097", "tel:02100009999"]
    said = " ".join(text.value for text in page.markdown)
    assert "**III类**（目标 III类），最差项：氨氮 0.82 mg/L" in said
    assert "黑臭：不黑臭" in said
    walks = page.dataframe[-1].value
    assert str(walks["on"].iloc[0]) == "2017-10-12"
    assert set(walks["verdict"]) == {"算"}
    assert walks["share"].between(85, 100).all()


def test_the_cases_of_a_reach_are_links_to_each(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers", reach="R13")
    wanted = frame_of(open_engine(), reach_cases("R13", read_office(open_engine()).now()))
    found = links(page)
    assert [one["case"] for one in found if "case" in one] == [str(number) for number in wanted["id"]]
    after = max(place for place, one in enumerate(found) if "case" in one) + 1
    assert found[after] == {"state": "open", "feature": "rivers/R13", "period": "all"}


def test_an_early_black_odour_stands_in_the_history(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers", reach="R02")
    charts = [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]
    history = next(chart["data"][0] for chart in charts if "劣V类" in str(chart["layout"]))
    assert [text[:3] for text in history["text"]] == ["劣V类"] * 5 + ["V类 "] * 3 + ["IV类"] * 2
    assert "氨氮" in history["text"][0]


@pytest.mark.parametrize("params", [{}, {"reach": "R13"}, {"colour": "class"}, {"colour": "cases"}], ids=str)
def test_no_view_asks_more_than_twelve_questions(demo_page: OpenDemoPage, params: dict[str, str]) -> None:
    with count_queries(open_engine()) as asked:
        demo_page("rivers", **params)
    assert 0 < len(asked) <= MOST_QUESTIONS


def test_a_reach_that_is_not_there_is_said(demo_page: OpenDemoPage) -> None:
    page = demo_page("rivers", reach="R99*")
    assert page.warning[0].value == "没有编号为 R99\\* 的河段，已列出全部河段。"
    assert len(listing(page)) == 14


def test_all_of_it_in_english(demo_page: OpenDemoPage) -> None:
    for params in ({}, {"reach": "R13"}):
        page = demo_page("rivers", lang="en", **params)
        words = " ".join(
            [*(text.value for text in page.markdown), *(one.value for one in page.caption), *(one.label for one in page.metric)]
        )
        assert not {"河段", "巡河", "水质", "案件"} & {words[place : place + 2] for place in range(len(words))} - {"居委", "河长"}


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Opens the rivers page over a database of one's own: `open_page(url, reach="R1")`."""

    def open_it(url: str, **params: str) -> AppTest:
        monkeypatch.setenv("DATABASE_URL", url)
        forget()
        page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        for key, value in params.items():
            page.query_params[key] = value
        page.switch_page("pages/rivers.py").run()
        assert not page.exception, page.exception
        return page

    yield open_it
    forget()


def test_words_from_outside_stay_words(demo_copy: str, open_page: OpenPage) -> None:
    engine = open_engine(demo_copy)
    wicked = "[x](https://evil) **b** <img src=x onerror=alert(1)> {reach}"
    with write(engine) as connection:
        props = connection.scalar(select(Feature.props).where(Feature.layer == "rivers", Feature.code == "R13"))
        changed = {"name": wicked, "props": props | {"goals": wicked, "hotline": "<b>95</b>", "class_target": wicked}}
        connection.execute(update(Feature).where(Feature.layer == "rivers", Feature.code == "R13").values(changed))
    for params in ({}, {"reach": "R13"}):
        page = open_page(demo_copy, **params)
        said = [*(text.value for text in page.markdown), *(one.value for one in page.error), *(str(one) for one in receipts(page))]
        assert any("\\[x\\]" in one for one in said)
        assert not any("](https" in one.replace("\\]", "") or "<img" in one.replace("\\<", "") for one in said)


# --- the real waters of Yangpu

QIANJIABANG = "39366491"


@pytest.fixture(scope="module")
def yangpu(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The waterways of OpenStreetMap as reaches, and cases 30 m beside 钱家浜, left and right of every long piece of it."""
    folder = tmp_path_factory.mktemp("yangpu")
    url = f"sqlite:///{folder / 'yangpu.db'}"
    engine = open_engine(url)
    load_layer(engine, "rivers", shared_data / "shanghai-osm-yangpu.gpkg", datum="wgs84")
    sent = [a_case(f"{side}-{place}", lon=lon, lat=lat) for side, place, lon, lat in beside(engine_line(url))]
    load_cases(engine, write_cases(folder / "cases.csv", sent), datum="wgs84")
    return url


def engine_line(url: str) -> LineString:
    """钱家浜 as it is drawn, by shapely and PROJ alone, in EPSG:4549."""
    with open_engine(url).connect() as connection:
        drawn = connection.scalar(select(Feature.geometry).where(Feature.code == QIANJIABANG))
    forward = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True)
    return LineString(np.column_stack(forward.transform(*shapely.get_coordinates(drawn).T)))


def beside(line: LineString) -> list[tuple[str, int, float, float]]:
    """Places 30 m left and right of the middle of every piece, where no bend is nearer: side, metres along, lon, lat."""
    back = Transformer.from_crs("EPSG:4549", "EPSG:4326", always_xy=True)
    found, before = [], 0.0
    for start, end in zip(line.coords[:-1], line.coords[1:], strict=True):
        (x0, y0), (x1, y1), length = start, end, Point(start).distance(Point(end))
        along, east, north = before + length / 2, (x1 - x0) / length, (y1 - y0) / length
        before += length
        for side, turn in (("left", 1), ("right", -1)):
            place = Point((x0 + x1) / 2 - turn * 30 * north, (y0 + y1) / 2 + turn * 30 * east)
            if abs(line.project(place) - along) < 0.01 and abs(line.distance(place) - 30) < 0.01:
                found.append((side, round(along), *back.transform(place.x, place.y)))
    return found


def test_a_case_30_m_left_of_qianjiabang_is_on_its_left_bank_at_the_right_metre(yangpu: str, open_page: OpenPage) -> None:
    found = frame_of(open_engine(yangpu), reach_cases(QIANJIABANG, read_office(open_engine(yangpu)).now())).set_index("external_id")
    assert set(found["side"]) == {"left", "right"}
    assert len(found) >= 10
    for number, row in found.iterrows():
        side, place = str(number).split("-")
        assert row["side"] == side
        assert row["along"] == pytest.approx(float(place), abs=1)
        assert row["metres"] == pytest.approx(30, abs=0.1)

    page = open_page(yangpu, reach=QIANJIABANG)
    labels = [one.proto.label.replace("\\", "") for one in page.get("page_link")]
    first = next(number for number, row in found.iterrows() if row["side"] == "left")
    assert any(label.startswith(f"左岸 {found.loc[first, 'along']:,.0f}米") for label in labels)


def test_the_page_works_over_the_real_lines(yangpu: str, open_page: OpenPage) -> None:
    with count_queries(open_engine(yangpu)) as asked:
        page = open_page(yangpu)
    assert len(asked) <= MOST_QUESTIONS
    assert len(listing(page)) == 116
    assert "钱家浜" in " ".join(listing(page)["reach"])
    # nobody is a chief here, and nothing was sampled
    assert "还没有河长" in page.warning[0].value
    assert {metric.label: metric.value for metric in page.metric}["水质达标河段"] == "—"


def test_a_reach_out_of_real_lines_gets_a_chief_and_a_walk(yangpu: str, open_page: OpenPage, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with sqlite3.connect(yangpu.removeprefix("sqlite:///")) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    engine = open_engine(f"sqlite:///{copy}")
    line = engine_line(yangpu)
    back = Transformer.from_crs("EPSG:4549", "EPSG:4326", always_xy=True)
    half = shapely.transform(substring(line, 0, line.length / 2), lambda xy: np.column_stack(back.transform(*xy.T)))
    today = read_office(engine).now()
    load_table(engine, "officials", pd.DataFrame([{"code": "HC01", "name": "居委河长01"}]))
    keys = {"layer": "rivers", "feature_code": QIANJIABANG, "official_code": "HC01"}
    load_table(engine, "duties", pd.DataFrame([{**keys, "role": "river_chief_neighbourhood", "since": "2017-01-01"}]))
    began = today - pd.Timedelta(days=1)
    walk = {**keys, "started_at": began.isoformat(), "ended_at": (began + pd.Timedelta(minutes=30)).isoformat(), "track": half.wkt}
    load_table(engine, "inspections", pd.DataFrame([walk]))

    page = open_page(f"sqlite:///{copy}", reach=QIANJIABANG)
    # a track without metres is measured here
    walks = page.dataframe[-1].value
    assert walks["share"].iloc[0] == pytest.approx(50, abs=1)
    assert walks["verdict"].tolist() == ["算"]
    assert "还有6天" in page.info[0].value
