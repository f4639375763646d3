"""Supervision without a browser: the headline, the counts with their receipts, and a word written on several cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update
from streamlit.testing.v1 import AppTest

from config import ROOT
from model.cases import CaseEvent, CaseRow
from model.engine import open_engine, write
from model.kept_facts import keep_facts
from model.office import AuditLine
from model.setup import read_office
from queries.loop import supervision
from queries.run import frame_of
from tests.ui.conftest import OpenDemoPage, forget


@pytest.fixture
def database(demo_copy: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of the demo that the pages of this test read and write."""
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    forget()
    yield open_engine()
    forget()


def open_page(**params: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    page.switch_page("pages/supervision.py")
    for name, value in params.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, page.exception
    return page


def tick(page: AppTest, *rows: int) -> AppTest:
    page.session_state["supervised_overdue"] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return page.run()


def count(engine: Engine, *conditions: Any) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(CaseEvent).where(*conditions)) or 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_headline_is_what_the_table_says(demo_page: OpenDemoPage, demo_engine: Engine, language: str) -> None:
    rows = frame_of(demo_engine, supervision(read_office(demo_engine).now()))
    first, days = rows.iloc[0], (read_office(demo_engine).now() - rows["oldest_due_at"].min()).days
    page = demo_page("supervision", lang=language)
    headline = next(text.value for text in page.markdown if text.value.startswith("####"))
    for part in (first["department"], str(first["overdue"]), str(rows["overdue"].sum()), str(days)):
        assert part in headline
    assert [metric.value for metric in page.metric] == [
        str(rows[kind].sum()) for kind in ("overdue", "due_24h", "due_48h", "to_claim", "unclaimed", "returned")
    ]


def test_a_department_begins_with_its_own(demo_page: OpenDemoPage) -> None:
    page = demo_page("supervision", **{"as": "department:物业办"})
    assert page.selectbox(key="of").value == "物业办"
    assert not [button for button in page.button if button.key == "urge"]
    assert any("督办由网格中心办理" in caption.value for caption in page.caption)


def test_a_department_sees_first_what_it_has_to_claim(database: Engine) -> None:
    own = {"as": "department:物业办"}
    assert open_page(**own).session_state["list"] == "overdue"
    now = read_office(database).now()
    with write(database) as connection:
        fresh = select(CaseRow.id).where(CaseRow.department == "物业办", CaseRow.closed_at.is_(None), CaseRow.suspended.is_(False)).limit(2)
        ids = list(connection.scalars(fresh))
        connection.execute(update(CaseRow).where(CaseRow.id.in_(ids)).values(dispatched_at=now - timedelta(hours=1), handled_at=None))
        lines = [{"case_id": one, "id": 1, "at": now, "stage": "dispatched", "actor": "grid_centre"} for one in ids]
        connection.execute(insert(CaseEvent), lines)
    forget()
    row = frame_of(database, supervision(now)).set_index("department").loc["物业办"]
    page = open_page(**own)
    headline = next(text.value for text in page.markdown if text.value.startswith("####"))
    assert headline == f"#### **物业办**：待认领 **2** 件，超期未结 **{row['overdue']}** 件，24小时内到期 **{row['due_24h']}** 件。"
    # the cards and the list are the department's own
    kinds = ("overdue", "due_24h", "due_48h", "to_claim", "unclaimed", "returned")
    assert [metric.value for metric in page.metric] == [str(row[kind]) for kind in kinds]
    assert (page.session_state["list"], page.session_state["of"]) == ("to_claim", "物业办")
    assert set(page.dataframe[0].value["department"]) == {"物业办"}
    assert len(page.dataframe[0].value) == 2


def test_a_word_on_several_cases(database: Engine) -> None:
    page = open_page(**{"as": "grid_centre"})
    assert page.button(key="urge").disabled
    tick(page, 0, 2)
    page.text_input(key="urge_note").input("请于明日反馈").run()
    page.button(key="urge").click().run()
    assert not page.exception
    assert page.success[0].value == "已督办 2 件，写入流转记录。"
    assert count(database, CaseEvent.stage == "urged", CaseEvent.note == "请于明日反馈", CaseEvent.actor == "grid_centre") == 2
    # those urged today are left alone
    tick(page, 0, 1)
    page.button(key="urge").click().run()
    assert page.success[0].value == "已督办 1 件，写入流转记录。 另有 1 件今天已督办或已办结，未重复。"
    tick(page, 0, 1)
    page.button(key="urge").click().run()
    assert "没有可督办的案件" in page.warning[0].value
    assert count(database, CaseEvent.stage == "urged") == 3
    with database.connect() as connection:
        assert connection.scalar(select(func.count()).where(AuditLine.what == "case.urge")) == 2


def test_nothing_late_is_good_news(database: Engine) -> None:
    with write(database) as connection:
        connection.execute(update(CaseRow).where(CaseRow.closed_at.is_(None)).values(suspended=True))
        keep_facts(connection)
    page = open_page()
    assert "没有在办案件" not in page.info[0].value or not page.metric
    with write(database) as connection:
        late = CaseRow.due_at < read_office(database).now()
        connection.execute(update(CaseRow).where(CaseRow.closed_at.is_(None), ~late).values(suspended=False))
        keep_facts(connection)
    forget()
    assert "没有超期未结的案件" in open_page().success[0].value
