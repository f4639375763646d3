"""The cases page without a browser: how much it asks, what a link opens, what a case tells, what a file holds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pandas as pd
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from pyproj import Geod
from sqlalchemy import Engine, insert, select, update
from streamlit.testing.v1 import AppTest

import config
from config import ROOT
from model import engine as engines
from model.cases import Attachment, CaseRow
from model.engine import open_engine, write
from model.kinds import Stage
from model.setup import Office
from queries.cases import Choice, case_export
from queries.filters import Filters
from queries.freshness import Freshness
from queries.kpis import read_receipts
from queries.rules import all_kpis
from queries.run import count_queries, frame_of
from ui.case_export import arrange, write_csv, write_workbook
from ui.life_line import steps_of
from ui.opened import box_around
from ui.viewer import Viewer
from ui.words import SIGNS, plain, say_deadline

NOW = datetime(2017, 10, 31, 10, tzinfo=UTC)
MOST_QUESTIONS = 12
HOUR = timedelta(hours=1)
# a picture of one pixel
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest.fixture
def database(demo_copy: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of the demo that the pages of this test read, with nothing in any cache."""
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    for cached in (config.settings, engines.open_engine):
        cached.cache_clear()
    st.cache_data.clear()
    opened = open_engine()
    yield opened
    opened.dispose()
    for cached in (config.settings, engines.open_engine):
        cached.cache_clear()


def open_page(**params: str) -> AppTest:
    """The cases page at an address, run once."""
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    page.switch_page("pages/cases.py")
    for name, value in params.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def count_of(page: AppTest) -> int:
    """How many cases the page says that it lists."""
    said = next(text.value for text in page.markdown if text.value.endswith((" 件", " cases")))
    return int(said.split("**")[1].replace(",", ""))


def some_case(database: Engine, *conditions: Any) -> CaseRow:
    with database.connect() as connection:
        return connection.execute(select(CaseRow.id, CaseRow.external_id, CaseRow.title).where(*conditions).limit(1)).one()  # type: ignore[return-value]


class TestQuestions:
    @pytest.mark.parametrize(
        "params",
        [
            pytest.param({}, id="as it opens"),
            pytest.param({"q": "单车", "zone": "Z05", "order": "urgent"}, id="searched"),
            pytest.param({"kpi": "on_time_closing_rate", "since": "2017-10-01", "until": "2017-10-31"}, id="from a figure"),
        ],
    )
    def test_a_cold_page_asks_at_most_twelve(self, database: Engine, params: dict[str, str]) -> None:
        with count_queries(database) as asked:
            open_page(**params)
        assert 0 < len(asked) <= MOST_QUESTIONS, asked.statements

    def test_a_cold_page_with_an_open_case_and_its_photos_too(self, database: Engine) -> None:
        case = some_case(database)
        with write(database) as connection:
            photo = {"case_id": case.id, "id": 1, "sha256": "0", "mime": "image/png", "bytes": PNG, "taken_at": NOW}
            connection.execute(insert(Attachment).values(photo))
        with count_queries(database) as asked:
            page = open_page(case=str(case.id))
        assert len(asked) <= MOST_QUESTIONS, asked.statements
        assert len(page.get("image")) == 1

    def test_opening_a_case_asks_for_the_case_only(self, database: Engine) -> None:
        page = open_page()
        page.query_params["case"] = str(page.session_state["listed"][0])
        with count_queries(database) as asked:
            page.run()
        assert len(asked) <= 5, asked.statements


class TestAddress:
    @pytest.mark.parametrize("kpi", ["reported", "closed_in_time", "on_time_closing_rate", "overdue_now", "proactive_rate"])
    def test_a_receipt_s_link_lists_exactly_its_numerator(self, database: Engine, kpi: str) -> None:
        params = {"since": "2017-09-01", "until": "2017-09-30", "zone": "Z03,Z07"}
        filters = Filters.from_params(params)
        known = all_kpis()[kpi]
        receipt = read_receipts(database, [known], filters, NOW.astimezone(config.settings().timezone or UTC))[kpi]
        assert count_of(open_page(**params, kpi=kpi, part="numerator")) == receipt.numerator
        if receipt.denominator is not None:
            assert count_of(open_page(**params, kpi=kpi, part="denominator")) == receipt.denominator

    def test_the_overview_s_links_carry_every_filter(self, database: Engine) -> None:
        page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        page.query_params["zone"] = "Z03"
        page.query_params["period"] = "last_month"
        page.run()
        links = [
            parse_qs(urlsplit(link.proto.query_string or link.proto.page).query or link.proto.query_string)
            for link in page.get("page_link")
        ]
        assert links
        for link in links:
            assert (link["zone"], link["since"], link["until"]) == (["Z03"], ["2017-09-01"], ["2017-09-30"])
            assert link["kpi"][0] in all_kpis()

    def test_the_chip_of_a_figure_can_be_taken_away(self, database: Engine) -> None:
        page = open_page(kpi="overdue_now", since="2017-10-01", until="2017-10-31")
        few = count_of(page)
        page.button(key="drop_kpi").click().run()
        assert count_of(page) > few
        assert "kpi" not in page.query_params

    def test_the_address_of_a_figure_s_cases_opens_the_same_cases_again(self, database: Engine) -> None:
        page = open_page(kpi="on_time_closing_rate", period="year")
        again = {name: value[0] if isinstance(value, list) else value for name, value in page.query_params.items()}
        assert count_of(open_page(**again)) == count_of(page)
        assert again["period"] == "year"
        # a receipt over all time names no period
        assert count_of(open_page(kpi="on_time_closing_rate")) == count_of(open_page(kpi="on_time_closing_rate", period="all"))

    def test_what_only_a_link_narrows_is_a_chip(self, database: Engine) -> None:
        page = open_page(hour="8", weekday="0", period="all")
        few = count_of(page)
        assert {"星期: 周一", "时段: 08:00"} <= {button.label for button in page.button}
        page.button(key="drop_hour").click().run()
        assert few < count_of(page)
        assert "hour" not in page.query_params

    def test_a_search_goes_into_the_address(self, database: Engine) -> None:
        page = open_page()
        page.text_input(key="q").set_value("共享单车").run()
        assert page.query_params["q"] in ("共享单车", ["共享单车"])
        assert 0 < count_of(page) < 5_000

    @pytest.mark.parametrize("case", ["1", "abc", "-5", "99999999999999999999999", "１２"])
    def test_a_case_that_is_nobody_s_opens_nothing(self, database: Engine, case: str) -> None:
        page = open_page(case=case)
        assert not [button for button in page.button if button.key == "case_close"]
        assert "case" not in page.query_params

    def test_a_figure_that_is_none_is_said(self, database: Engine) -> None:
        page = open_page(kpi="<b>no_such</b>")
        assert r"\<b\>no\_such" in page.warning[0].value
        assert count_of(page) > 0


class TestWhatIsShown:
    def test_what_came_from_outside_is_shown_as_it_stands(self, database: Engine) -> None:
        hostile = "<img src=x onerror=alert(1)> ![x](http://a.example/x.png) :material/home: **b** $x^2$"
        case = some_case(database, CaseRow.closed_at.is_(None))
        with write(database) as connection:
            connection.execute(update(CaseRow).where(CaseRow.id == case.id).values(title=hostile, description=hostile, department=hostile))
        page = open_page(case=str(case.id))
        drawn = [text.value for text in page.markdown] + [button.label for button in page.button]
        # every sign that Markdown would read has a backslash before it
        assert any(plain(hostile) in text for text in drawn)
        bare = [re.sub(r"\\.", "", text) for text in drawn]
        assert not [text for text in bare if "<img" in text or "](http" in text or "$x" in text]
        assert not any("<img" in block.proto.body for block in page.get("html"))

    def test_a_case_opens_with_its_life_and_what_it_belongs_to(self, database: Engine) -> None:
        case = some_case(database, CaseRow.closed_at.is_not(None))
        page = open_page(case=str(case.id))
        life = next(block.proto.body for block in page.get("html") if 'class="life"' in block.proto.body)
        for word in ("受理", "立案", "派遣", "处置", "核查", "结案", "截止", "用时"):
            assert word in life
        told = "\n".join(text.value for text in page.markdown)
        assert plain(case.external_id) in told
        assert "责任区" in told
        assert "重复投诉" in told


def at(hours: float) -> pd.Timestamp:
    return pd.Timestamp(NOW + timedelta(hours=hours))


def make_row(**values: Any) -> dict[str, Any]:
    stamps = ("reported_at", "accepted_at", "dispatched_at", "handled_at", "verified_at", "closed_at", "due_at")
    return {**dict.fromkeys(stamps, pd.NaT), "reported_at": at(-10), "department": "市容所", "void": False, "suspended": False, **values}


NO_LIFE = pd.DataFrame({"at": [], "stage": [], "actor": [], "note": []})
ALL_DONE = {"accepted_at": at(-9), "dispatched_at": at(-8), "handled_at": at(-5), "verified_at": at(-2), "closed_at": at(-1)}


class TestLifeLine:
    @pytest.mark.parametrize(
        ("row", "progress"),
        [
            pytest.param(make_row(**ALL_DONE), ["done"] * 6, id="closed"),
            pytest.param(make_row(), ["done", "running", "ahead", "ahead", "ahead", "ahead"], id="just reported"),
            pytest.param(make_row(dispatched_at=at(-3)), ["done", "skipped", "done", "running", "ahead", "ahead"], id="a stamp is missing"),
            pytest.param(make_row(closed_at=at(-1)), ["done", "skipped", "skipped", "skipped", "skipped", "done"], id="only closed"),
            pytest.param(make_row(void=True), ["done"], id="void"),
            pytest.param(
                make_row(accepted_at=at(1)), ["done", "running", "ahead", "ahead", "ahead", "ahead"], id="a stamp after the clock"
            ),
        ],
    )
    def test_where_each_step_stands(self, row: dict[str, Any], progress: list[str]) -> None:
        assert [step.progress for step in steps_of(row, NO_LIFE, NOW)] == progress

    def test_how_long_each_step_took_and_who_held_it(self) -> None:
        life = pd.DataFrame({"stage": ["accepted", "verified"], "actor": ["值班长01", "监督员07"]})
        steps = {step.stage: step for step in steps_of(make_row(**ALL_DONE), life, NOW)}
        assert [steps[stage].took for stage in list(Stage)[1:]] == [HOUR, HOUR, 3 * HOUR, 3 * HOUR, HOUR]
        assert [steps[stage].holder for stage in list(Stage)[1:]] == ["值班长01", None, "市容所", "监督员07", None]

    def test_the_running_step_counts_from_the_last_known_one(self) -> None:
        running = steps_of(make_row(dispatched_at=at(-3)), NO_LIFE, NOW)[3]
        assert (running.stage, running.took, running.holder) == (Stage.HANDLED, 3 * HOUR, "市容所")


def viewer(language: Any = "zh") -> Viewer:
    office = Office(
        timezone=config.ZoneInfo("Asia/Shanghai"), as_of=NOW, metric_crs="EPSG:4549", title_zh="街道", title_en="Office", demo=True
    )
    return Viewer(language=language, theme="light", office=office, fresh=Freshness(version="1", imported_at=None, reported_at=None))


class TestWords:
    @pytest.mark.parametrize(
        ("row", "said"),
        [
            pytest.param(make_row(due_at=at(5.9)), "剩 5小时", id="open"),
            pytest.param(make_row(due_at=at(0.5)), "剩 30分", id="within the hour"),
            pytest.param(make_row(due_at=at(-53)), "超 2天5小时", id="late"),
            pytest.param(make_row(due_at=at(-24 * 30.5)), "超 30天", id="very late"),
            pytest.param(make_row(due_at=at(-1), closed_at=at(-1)), "按期", id="closed on the dot"),
            pytest.param(make_row(due_at=at(-3), closed_at=at(-1)), "迟 2小时", id="closed late"),
            pytest.param(make_row(due_at=at(-3), suspended=True), "—", id="suspended"),
            pytest.param(make_row(due_at=at(-3), void=True), "—", id="void"),
            pytest.param(make_row(), "—", id="no deadline"),
        ],
    )
    def test_a_case_and_its_deadline(self, row: dict[str, Any], said: str) -> None:
        assert say_deadline(row, NOW, viewer()) == said

    @given(some.text())
    def test_no_sign_of_markdown_stays_bare(self, text: str) -> None:
        made = plain(text)
        assert made.replace("\\\\", "").count("\\") >= len(SIGNS.findall(" ".join(text.split()).replace("\\", "")))
        if text.split():
            # taking the backslashes away gives the words again
            assert "".join(part[-1:] if part.startswith("\\") else part for part in _pieces(made)) == " ".join(text.split())


def _pieces(text: str) -> Iterator[str]:
    """A text in signs, an escaped one with its backslash."""
    place = 0
    while place < len(text):
        step = 2 if text[place] == "\\" else 1
        yield text[place : place + step]
        place += step


class TestNeighbours:
    @given(lon=some.floats(-179, 179), lat=some.floats(-60, 60), bearing=some.floats(0, 360))
    def test_the_box_holds_the_circle(self, lon: float, lat: float, bearing: float) -> None:
        west, south, east, north = box_around(lon, lat)
        x, y, _ = Geod(ellps="WGS84").fwd(lon, lat, bearing, 100.0)
        assert west <= x <= east
        assert south <= y <= north


ABOUT = [("街道", "演示"), ("件数", "3"), ("搜", "=cmd|' /C calc'!A0")]


class TestExport:
    @pytest.fixture
    def table(self, demo_engine: Engine) -> pd.DataFrame:
        cases = frame_of(demo_engine, case_export(Choice(filters=Filters()), NOW, "newest", 3))
        cases.loc[0, "title"] = '=HYPERLINK("http://a.example","x")'
        cases.loc[1, "title"] = "+1\x00\x0bok" + "长" * 40_000
        cases.loc[2, "external_id"] = "0123456789012345678"
        cases.loc[2, "description"] = "@SUM(A1)"
        return arrange(cases, viewer())

    def test_a_workbook_says_what_it_is_and_runs_nothing(self, table: pd.DataFrame) -> None:
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(table, ABOUT, viewer())))
        about, cases = book.worksheets
        assert [[cell.value for cell in row] for row in about.iter_rows()][:2] == [["街道", "演示"], ["件数", "3"]]
        assert (about.title, cases.title, cases.max_row) == ("说明", "案件", 4)
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        header = [cell.value for cell in cases[1]]
        by_name = [dict(zip(header, [cell.value for cell in row], strict=True)) for row in cases.iter_rows(min_row=2)]
        assert by_name[0]["标题"].startswith("'=HYPERLINK")
        assert by_name[1]["标题"].startswith("'+1ok长")
        assert by_name[2]["编号"] == "0123456789012345678"
        assert all(isinstance(row["受理"], datetime) for row in by_name)

    def test_the_same_as_text_files(self, table: pd.DataFrame) -> None:
        with zipfile.ZipFile(io.BytesIO(write_csv(table, ABOUT, viewer("en")))) as archive:
            assert archive.namelist() == ["About.csv", "Cases.csv"]
            assert archive.read("About.csv").startswith(b"\xef\xbb\xbf")
            assert "'=cmd|" in archive.read("About.csv").decode("utf-8-sig")
            cases = pd.read_csv(archive.open("Cases.csv"), dtype=str)
        assert cases["标题"].str.startswith(("=", "+", "-", "@")).sum() == 0
        assert cases["内容"].iloc[2] == "'@SUM(A1)"
        assert cases["编号"].iloc[2] == "0123456789012345678"
