"""The administration speaks of what came in and what was done in words, with the machine's names beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import insert, select

from config import ROOT
from geo.layers import layers
from ingest.load_table import KEYS
from model.cases import CaseRow
from model.engine import open_engine, write
from model.office import AuditLine
from model.people import Official
from model.setup import Office
from queries.freshness import Freshness
from tests.ui.conftest import OpenDemoPage, forget, open_page
from ui.came_in import DEEDS, TABLES, say_subject, say_table
from ui.table_times import clock_times, time_column
from ui.viewer import Viewer

NOW = datetime(2017, 10, 31, 10, tzinfo=UTC)


def viewer(language: Any = "zh") -> Viewer:
    office = Office(timezone=ZoneInfo("Asia/Shanghai"), as_of=NOW, metric_crs=None, title_zh="街道", title_en="Office", demo=True)
    return Viewer(language=language, theme="light", office=office, fresh=Freshness(version="1", imported_at=None, reported_at=None))


def deeds_written() -> Iterator[str]:
    """Every word that an action writes into the audit log, as its source has it."""
    for path in (ROOT / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                kind, dot, step = node.value.partition(".")
                if dot and kind in {"case", "patrol", "roster", "walk"} and step.isidentifier():
                    yield node.value


def test_every_deed_has_words() -> None:
    written = set(deeds_written())
    assert {"patrol.start", "roster.swap", "walk.end", "case.urge"} <= written
    assert written <= set(DEEDS)


def test_every_table_and_layer_has_words() -> None:
    assert {"cases", *KEYS} <= set(TABLES)
    for language in ("zh", "en"):
        assert not [key for key in (*layers(), *KEYS) if say_table(viewer(language), key) == key]


@pytest.mark.parametrize(
    ("what", "subject", "said"),
    [
        pytest.param("import", "ledger_entries: 台账.csv", "台账记录：台账.csv", id="an import"),
        pytest.param("import", "strange: a.csv", "strange：a.csv", id="of something unknown"),
        pytest.param("case.urge", "cases:3", "3 件案件", id="several cases"),
        pytest.param("case.claim", "case:17", "案件 17", id="a case"),
        pytest.param("roster.stand_in", "2017-10-31", "2017-10-31", id="a day"),
    ],
)
def test_what_a_line_is_about(what: str, subject: str, said: str) -> None:
    assert say_subject(viewer(), what, subject) == said


def test_the_page_says_it(demo_page: OpenDemoPage) -> None:
    page = demo_page("administration")
    came_in, audits = (one.value for one in page.dataframe)
    assert {"单车清点", "责任区", "案件"} <= set(came_in["内容"])
    assert "bike_counts" in set(came_in["表名"])
    assert set(audits["做了什么"]) == {"导入"}
    assert set(audits["谁"]) == {"演示数据生成"}
    assert len(page.metric) == 4
    # each figure opens its receipt
    assert len(page.table) == 4


def test_a_line_names_what_it_is_about_as_people_do(demo_copy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    forget()
    engine = open_engine()
    with write(engine) as connection:
        case = connection.execute(select(CaseRow.id, CaseRow.external_id).where(CaseRow.external_id.is_not(None)).limit(1)).one()
        official = connection.execute(select(Official.id, Official.name).limit(1)).one()
        for subject in (f"case:{case.id}", f"official:{official.id}", "patrol:5", "case:999999999"):
            connection.execute(insert(AuditLine).values(at=NOW, who="grid_centre", what="case.claim", subject=subject))

    audits = open_page("administration").dataframe[1].value

    assert list(audits["对象"])[:4] == ["案件 999999999", "巡查 5", f"人员 {official.name}", f"案件 {case.external_id}"]
    forget()


@given(some.lists(some.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=some.just(UTC))))
def test_times_of_a_table_are_the_office_s(moments: list[datetime]) -> None:
    shown = clock_times(viewer(), [*moments, None])
    assert shown.pop() is None
    # a whole office without summer time since 1991: eight hours ahead
    assert all(
        one is not None and one - moment.replace(tzinfo=None) in {timedelta(hours=8), timedelta(hours=9)}
        for one, moment in zip(shown, moments, strict=True)
    )


@pytest.mark.parametrize(
    ("language", "days", "written"),
    [
        pytest.param("zh", 0, "M[月]D[日] HH:mm", id="this year"),
        pytest.param("zh", 400, "YYYY[年]M[月]D[日] HH:mm", id="another year"),
        pytest.param("en", 0, "D MMM HH:mm", id="in English"),
    ],
)
def test_the_year_is_said_where_it_is_another(language: str, days: int, written: str) -> None:
    seen = viewer(language)
    times = clock_times(seen, [NOW, NOW - timedelta(days=days)])
    assert time_column(seen, "时间", times)["type_config"]["format"] == written
