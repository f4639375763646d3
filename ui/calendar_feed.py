"""The rotation as a calendar (.ics, RFC 5545): a file to download, and an address that a phone's calendar subscribes to."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from i18n import Language, Text, pick_language
from model.setup import read_office
from queries.rotation import feed_key, shifts
from queries.run import frame_of
from ui.viewer import database

PATH = "/calendar/{key}/{who}.ics"
EVERYBODY = "all"
MIME = "text/calendar"
# a feed tells the days from a month ago to a year ahead; a phone asks again every so many hours
BACK_DAYS, AHEAD_DAYS, AGAIN_HOURS = 31, 366, 6
TITLE = Text(zh="领导轮值", en="Leader rotation")
ON_DUTY = Text(zh="值班：{who}", en="On duty: {who}")
NOT_THERE = (
    "这个日历地址不存在或已更换，请向网格中心要新的地址 / there is no such calendar, or its address was changed; ask the grid centre"
)


def make_calendar(rows: Iterable[dict[Any, Any]], *, title: str, language: Language, at: datetime) -> bytes:
    """All-day events, one a duty day; `rows` have on_date, official_code, official; `at` is the moment of making, aware."""
    calendar = Calendar()
    calendar.add("prodid", "-//Finegrid//rotation//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", timedelta(hours=AGAIN_HOURS), parameters={"VALUE": "DURATION"})
    for row in rows:
        calendar.add_component(_event(row, language, at))
    return bytes(calendar.to_ical())


def calendar_routes() -> list[Route]:
    """The routes of `st.App(..., routes=calendar_routes())`: `/calendar/KEY/L03.ics` and `/calendar/KEY/all.ics`."""
    return [Route(PATH, _answer, methods=["GET"])]


def feed_path(key: str, who: str = EVERYBODY) -> str:
    """The path of a feed."""
    return PATH.format(key=key, who=who)


def read_feed(engine: Engine, key: str, who: str, language: Language) -> bytes | None:
    """The calendar of an official, by code, or of everybody; None when the key is not the one of the office."""
    kept = frame_of(engine, feed_key())["value"]
    if kept.empty or not hmac.compare_digest(str(kept.iloc[0]).encode(), key.encode()):
        return None
    office = read_office(engine)
    today = office.today()
    rows = frame_of(engine, shifts(today - timedelta(days=BACK_DAYS), today + timedelta(days=AHEAD_DAYS)))
    mine = rows if who == EVERYBODY else rows[rows["official_code"] == who]
    return make_calendar(mine.to_dict("records"), title=TITLE.say(language), language=language, at=office.now())


def _event(row: dict[Any, Any], language: Language, at: datetime) -> Event:
    day: date = row["on_date"].date() if isinstance(row["on_date"], datetime) else row["on_date"]
    event = Event()
    # the same day keeps its id, so that a swap changes the entry and adds none
    event.add("uid", f"duty-{day.isoformat()}@finegrid")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", ON_DUTY.say(language, who=row["official"]))
    event.add("transp", "TRANSPARENT")
    return event


def _answer(request: Request) -> Response:
    """The feed, to whoever knows its address; the address is the key, since a calendar cannot sign in."""
    language = pick_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    content = read_feed(database(), request.path_params["key"], request.path_params["who"], language)
    if content is None:
        return PlainTextResponse(NOT_THERE, status_code=404)
    return Response(content, media_type=MIME, headers={"Cache-Control": "private, max-age=3600"})
