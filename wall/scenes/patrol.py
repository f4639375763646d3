"""Scene: who is on patrol today, and what the patrol found."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from i18n import NOTHING, Text, show_number
from model.kinds import Channel
from queries.filters import Filters
from queries.overview import by_channel
from queries.rotation import patrols, shifts, zone_duties
from wall.canvas import Canvas
from wall.frame import MARGIN
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
TOMORROW, FOUND, WEEK = (
    Text(zh="明天值班", en="Tomorrow"),
    Text(zh="今天上报", en="Found today"),
    Text(zh="近7天上报", en="Found in 7 days"),
)
WALKED = Text(zh="近7天巡查", en="Patrols in 7 days")
GAP = {"zh": "、", "en": ", "}


def tell(asked: Asked) -> Told:
    """The leader of the day with the zones, the state of the patrol, the findings of the day and the week."""
    today = asked.office.today()
    found = asked.ask(shifts, today, today + timedelta(days=1))
    on = {pd.Timestamp(row["on_date"]).date(): row for row in found.to_dict("records")}
    walks = asked.ask(patrols, today - timedelta(days=6), today)
    walks = walks.assign(on=[moment.tz_convert(asked.office.timezone).date() for moment in walks["started_at"]])
    n, week = (_found(asked, Filters(since=today - timedelta(days=days), until=today)) for days in (0, 6))
    headline = asked.say(NOBODY)
    if today in on:
        zones = _zones(asked, int(on[today]["official_id"]))
        state = asked.say(STATES[_state(walks[walks["on"] == today])])
        headline = asked.say(HEADLINE, who=on[today]["official"], zones=zones, state=state, n=show_number(n, asked.language))
    tomorrow = on.get(today + timedelta(days=1), {}).get("official", NOTHING)
    figures = [(FOUND, n), (WEEK, week), (WALKED, int((walks["on"] > today - timedelta(days=7)).sum()))]
    tiles = [Tile(name=asked.say(name), figure=show_number(value, asked.language)) for name, value in figures]
    return Told(headline=headline, draw=lambda canvas: _draw(canvas, [*tiles, Tile(name=asked.say(TOMORROW), figure=str(tomorrow))]))


def _found(asked: Asked, days: Filters) -> int:
    found = asked.ask(by_channel, days, asked.now)
    return int(found.loc[found["channel"] == Channel.PATROL.value, "reported"].sum())


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


def _draw(canvas: Canvas, tiles: list[Tile]) -> None:
    draw_tiles(canvas, tiles, x=MARGIN, width=1800)


SCENE = Scene(key="patrol", title=Text(zh="今日巡查", en="Patrol of the day"), tell=tell, order=90)
