"""Scene: who is on patrol today, and what the patrol found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from i18n import NOTHING, WEEKDAYS, Text, show_duration, show_number
from model.kinds import Channel
from queries.filters import Filters
from queries.overview import daily
from queries.rotation import patrols, shifts, zone_duties
from wall.canvas import SMALL, WIDTH, Canvas, shorten
from wall.changes import Trend, count_change, trend_of
from wall.frame import BOTTOM, MARGIN, TOP
from wall.parts import Tile, draw_tiles
from wall.scene import Asked, Scene, Told

HEADLINE = Text(
    zh="今天值班：{who}，分管{zones}；巡查{state}，上报 {n} 件", en="On duty today: {who}, {zones}; patrol {state}, {n} findings"
)
NOBODY = Text(zh="今天没有排班：请网格中心补上轮值", en="Nobody is on duty today: the grid centre must fill the rotation")
STATES = {
    "done": Text(zh="已完成", en="done"),
    "under_way": Text(zh="进行中", en="under way"),
    "none": Text(zh="还没有开始", en="not begun"),
}
FOUND, WEEK, WALKED = (
    Text(zh="今天上报", en="Found today"),
    Text(zh="近7天上报", en="Found in 7 days"),
    Text(zh="近7天巡查", en="Patrols in 7 days"),
)
CASES, TIMES = Text(zh="件", en="cases"), Text(zh="次", en="patrols")
# today is not over: it is set beside the whole of yesterday, and nothing is said of more or less
YESTERDAY, WEEK_BEFORE = Text(zh="昨天全天 {n}", en="{n} all of yesterday"), Text(zh="前7天 {n}", en="{n} in the 7 days before")
TODAY, DATE = Text(zh="今天", en="Today"), Text(zh="{number}月{day}日", en="{day} {month}")
# how a day stands, with the colour of the words
State = tuple[Text, str]
WALKED_SIGN: State = (Text(zh="✓ 已巡", en="✓ walked"), "good")
COMING: State = (Text(zh="待巡", en="to come"), "quiet")
STATE_OF: dict[str, State] = {
    "done": WALKED_SIGN,
    "under_way": (Text(zh="… 巡查中", en="… walking"), "main"),
    "none": (Text(zh="✕ 没有巡", en="✕ none"), "bad"),
}
NEVER_ENDED: State = (Text(zh="… 没有结束", en="… not ended"), "bad")
TILE_HEIGHT = 260.0
GAP = {"zh": "、", "en": ", "}


@dataclass(frozen=True)
class Day:
    """A day of the strip: who was on, how it went, how long the patrol was."""

    on: date
    who: str
    state: State
    walked: timedelta | None


def tell(asked: Asked) -> Told:
    """The leader of the day with the zones, the state of the patrol, the findings of the day and the week."""
    today = asked.office.today()
    found = asked.ask(shifts, today - timedelta(days=6), today + timedelta(days=1))
    on = {pd.Timestamp(row["on_date"]).date(): row for row in found.to_dict("records")}
    walks = asked.ask(patrols, today - timedelta(days=13), today)
    walks = walks.assign(on=[moment.tz_convert(asked.office.timezone).date() for moment in walks["started_at"]])
    cases = _found(asked, Filters(since=today - timedelta(days=13), until=today, channels=(Channel.PATROL.value,)))
    n = _last(cases, today, 1)
    headline = asked.say(NOBODY)
    if today in on:
        zones = _zones(asked, int(on[today]["official_id"]))
        state = asked.say(STATES[_state(walks[walks["on"] == today])])
        headline = asked.say(HEADLINE, who=on[today]["official"], zones=zones, state=state, n=show_number(n, asked.language))
    tiles = _tiles(asked, cases, Counter(walks["on"].tolist()))
    days = [_day(asked, today + timedelta(days=day), on, walks) for day in range(-6, 2)]
    return Told(headline=headline, draw=lambda canvas: _draw(canvas, asked, tiles, days))


def _found(asked: Asked, filters: Filters) -> dict[date, int]:
    """The findings of each day."""
    found = asked.ask(daily, filters, asked.now)
    return {pd.Timestamp(day).date(): int(n) for day, n in zip(found["day"], found["reported"], strict=True)}


def _last(counts: Mapping[date, int], until: date, days: int) -> int:
    """The sum over so many days up to a day."""
    return sum(n for day, n in counts.items() if until - timedelta(days=days) < day <= until)


def _tiles(asked: Asked, cases: Mapping[date, int], times: Mapping[date, int]) -> list[Tile]:
    """The findings of the day and of the week, and the patrols of the week, each beside what was before."""
    today = asked.office.today()

    def tile(name: Text, unit: Text, value: int, trend: Trend) -> Tile:
        return Tile(name=asked.say(name), figure=show_number(value, asked.language), unit=asked.say(unit), trend=trend)

    def week(name: Text, unit: Text, counts: Mapping[date, int]) -> Tile:
        now, before = _last(counts, today, 7), _last(counts, today - timedelta(days=7), 7)
        return tile(name, unit, now, trend_of(count_change(now, before), asked.say(WEEK_BEFORE, n=show_number(before, asked.language))))

    yesterday = asked.say(YESTERDAY, n=show_number(cases.get(today - timedelta(days=1), 0), asked.language))
    found_today = tile(FOUND, CASES, cases.get(today, 0), Trend(yesterday))
    return [found_today, week(WEEK, CASES, cases), week(WALKED, TIMES, times)]


def _state(walks: pd.DataFrame) -> str:
    if walks.empty:
        return "none"
    return "done" if walks["ended_at"].notna().all() else "under_way"


def _zones(asked: Asked, official: int) -> str:
    """The names of the zones that an official leads today."""
    duties, day = asked.ask(zone_duties), pd.Timestamp(asked.office.today())
    now = (duties["since"] <= day) & ~(duties["until"] < day) & (duties["official_id"] == official) & (duties["role"] == "leader")
    names = duties.loc[now, "zone_name"].fillna(duties.loc[now, "zone"])
    return GAP[asked.language].join(names) or NOTHING


def _day(asked: Asked, day: date, on: Mapping[date, Mapping[Any, Any]], walks: pd.DataFrame) -> Day:
    """Who is on, and how long was walked."""
    of_day = walks[walks["on"] == day]
    walked = timedelta(seconds=float((of_day["ended_at"] - of_day["started_at"]).dt.total_seconds().sum())) if len(of_day) else None
    # a day that is still to come, or today before its patrol, has missed nothing
    coming = day > asked.office.today() or (day == asked.office.today() and of_day.empty)
    state = COMING if coming else STATE_OF[_state(of_day)]
    if state is STATE_OF["under_way"] and day < asked.office.today():
        state = NEVER_ENDED
    return Day(day, str(on.get(day, {}).get("official", NOTHING)), state, walked if state is WALKED_SIGN else None)


def _draw(canvas: Canvas, asked: Asked, tiles: Sequence[Tile], days: Sequence[Day]) -> None:
    draw_tiles(canvas, tiles, x=MARGIN, width=WIDTH - 2 * MARGIN, bottom=TOP + TILE_HEIGHT, columns=len(tiles))
    wide, top = (WIDTH - 2 * MARGIN + 12) / len(days), TOP + TILE_HEIGHT
    for number, day in enumerate(days):
        x, middle = MARGIN + number * wide, MARGIN + number * wide + (wide - 12) / 2
        now = day.on == asked.office.today()
        canvas.box(x, top, wide - 12, BOTTOM - top, fill="main" if now else "panel", radius=14)
        if now:
            canvas.box(x + 5, top + 5, wide - 22, BOTTOM - top - 10, fill="panel", radius=10)
        weekday = WEEKDAYS[asked.language][day.on.weekday()]
        name = asked.say(TODAY) if now else f"周{weekday}" if asked.language == "zh" else weekday
        canvas.write(middle, top + 66, name, colour="ink" if now else "quiet", anchor="middle", bold=now)
        canvas.write(
            middle, top + 120, asked.say(DATE, day=day.on.day, month=f"{day.on:%b}", number=day.on.month), size=SMALL, anchor="middle"
        )
        canvas.write(middle, top + 196, shorten(day.who, (wide - 20) / SMALL), size=SMALL, anchor="middle", bold=True)
        canvas.write(middle, top + 270, asked.say(day.state[0]), size=SMALL, colour=day.state[1], anchor="middle", bold=True)
        if day.walked is not None:
            canvas.write(middle, top + 326, show_duration(day.walked, asked.language), size=SMALL, colour="quiet", anchor="middle")


SCENE = Scene(key="patrol", title=Text(zh="今日巡查", en="Patrol of the day"), tell=tell, order=90)
