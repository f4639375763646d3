"""The rotation on the demo: the calendar, the fairness, planning ahead, handovers, results, the calendar file."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import streamlit as st
from icalendar import Calendar
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.types import Message
from streamlit.testing.v1 import AppTest

import config
from actions.rotation import open_feed
from config import ROOT
from model.engine import open_engine
from model.people import Shift
from model.roles import Actor, Role
from queries.run import count_queries
from tests.alone import alone
from tests.ui.conftest import OpenDemoPage
from ui.calendar_feed import calendar_routes, feed_path, make_calendar

PARTS = ("month", "fair", "zones", "results", "changes")
AT = datetime(2017, 10, 31, 10, tzinfo=UTC)


@pytest.fixture
def own(demo_copy: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page over an own copy of the demo, as the grid centre sees it."""
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    config.settings.cache_clear()
    open_engine.cache_clear()
    st.cache_data.clear()
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    page.query_params["as"] = "grid_centre"
    yield page.switch_page("pages/rotation.py").run()
    config.settings.cache_clear()
    open_engine.cache_clear()
    st.cache_data.clear()


def planned() -> dict[date, int]:
    with open_engine().connect() as connection:
        return {row.on_date: row.official_id for row in connection.execute(select(Shift.on_date, Shift.official_id))}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_opens_with_few_questions(demo_page: OpenDemoPage, part: str, lang: str) -> None:
    with count_queries(open_engine()) as asked:
        page = demo_page("rotation", rotation=part, lang=lang)
    assert 0 < len(asked) <= 12
    words = " ".join(str(one.value) for one in (*page.markdown, *page.caption, *page.info))
    assert len(words) > 20


def test_the_demo_s_year_is_fair_in_total(demo_page: OpenDemoPage) -> None:
    page = demo_page("rotation", rotation="fair")
    table = page.dataframe[0].value
    assert len(table) == 11
    assert table["已值"].sum() + table["待值"].sum() == 365
    assert all(abs(float(cell.split("(")[1].rstrip(")"))) <= 1 for cell in table["合计"])


def test_the_past_stays_and_the_year_ahead_is_dealt_evenly(own: AppTest) -> None:
    before = planned()
    own.slider(key="plan_months").set_value(12).run()
    own.button(key="plan_save").click().run()
    assert not own.exception
    after = planned()
    assert {day: who for day, who in after.items() if day <= date(2017, 12, 31)} == before
    new = [who for day, who in after.items() if day > date(2017, 12, 31)]
    assert max(after) == date(2018, 10, 31)
    assert max(new.count(who) for who in set(new)) - min(new.count(who) for who in set(new)) <= 3


def test_an_absence_makes_a_conflict_that_the_plan_mends(own: AppTest) -> None:
    who = planned()[date(2017, 11, 2)]
    own.selectbox(key="absence_who").select(who)
    own.date_input(key="absence_since").set_value(date(2017, 11, 1))
    own.date_input(key="absence_until").set_value(date(2017, 11, 3))
    next(button for button in own.button if button.label == "记下请假").click().run()
    assert "2017年11月2日" in own.warning[0].value
    own.button(key="plan_save").click().run()
    assert planned()[date(2017, 11, 2)] != who
    assert not own.warning


def test_two_days_are_swapped(own: AppTest) -> None:
    before = planned()
    own.selectbox(key="swap_one").select(date(2017, 11, 1)).run()
    own.selectbox(key="swap_other").select(date(2017, 11, 2)).run()
    own.button(key="swap_save").click().run()
    after = planned()
    assert (after[date(2017, 11, 1)], after[date(2017, 11, 2)]) == (before[date(2017, 11, 2)], before[date(2017, 11, 1)])


def test_missed_cases_are_told_with_their_definition(demo_page: OpenDemoPage) -> None:
    page = demo_page("rotation", rotation="results", month="2017-10")
    leaders = page.dataframe[0].value
    assert leaders["值班天数"].sum() == 31
    assert leaders["漏报"].sum() > 0
    missed = page.dataframe[-1].value
    assert (missed["距轨迹（米）"] <= 100).all()
    assert "100米" in " ".join(one.value for one in page.caption)


def test_the_calendar_file_is_read_back(demo_page: OpenDemoPage) -> None:
    rows = [{"on_date": date(2017, 11, 1) + timedelta(days=n), "official_code": f"L{n:02}", "official": f"值班领导,{n}"} for n in range(3)]
    content = make_calendar(rows, title="领导轮值", language="zh", at=AT)
    events = Calendar.from_ical(content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [f"值班：值班领导,{n}" for n in range(3)]
    assert [event.decoded("DTSTART") for event in events] == [row["on_date"] for row in rows]
    assert [event.decoded("DTEND") - event.decoded("DTSTART") for event in events] == [timedelta(days=1)] * 3
    assert len({str(event["UID"]) for event in events}) == 3
    # RFC 5545, 3.1: lines end in CR LF and are at most 75 octets long
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75


async def get(path: str) -> tuple[int, bytes]:
    """What the routes answer, as the server would ask them."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [], "root_path": ""}
    await Starlette(routes=calendar_routes())({**scope, "http_version": "1.1", "scheme": "http"}, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def answer(asked: Coroutine[Any, Any, tuple[int, bytes]]) -> tuple[int, bytes]:
    return alone(asyncio.run, asked)


def test_only_the_address_with_the_key_answers(own: AppTest) -> None:
    assert answer(get(feed_path("guessed")))[0] == 404
    key = open_feed(open_engine(), Actor(role=Role.GRID_CENTRE), at=AT)
    status, content = answer(get(feed_path(key, "L03")))
    assert status == 200
    assert {str(event["SUMMARY"]) for event in Calendar.from_ical(content).walk("VEVENT")} == {"值班：值班领导03"}
    assert answer(get(feed_path(key + "x")))[0] == 404
