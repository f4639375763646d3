"""Scene: the case clock, what is late now and what falls due today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from i18n import Text, show_number
from queries.count import kpi_select
from queries.filters import Filters
from queries.rules import DUE_SOON, DUE_TODAY, OPEN_NOW, OVERDUE_NOW
from queries.run import Question
from wall.canvas import WIDTH, Canvas
from wall.changes import stock_change, trend_of
from wall.frame import MARGIN
from wall.parts import Bar, Tile, draw_bars, draw_tiles
from wall.scene import Asked, Scene, Told

KPIS = (OVERDUE_NOW, DUE_TODAY, DUE_SOON, OPEN_NOW)
HEADLINE = Text(
    zh="现在超期未结 {late} 件，{who}最多（{most} 件）；今天还有 {due} 件到期",
    en="{late} cases late now, most with {who} ({most}); still due today: {due}",
)
DUE = Text(zh="没有超期案件；今天有 {due} 件到期", en="No case is late; due today: {due}")
NOTHING_DUE = Text(zh="没有超期案件，今天也没有到期的", en="No case is late and none falls due today")
NOBODY = Text(zh="未派部门", en="no department")
BY_DEPARTMENT = Text(zh="超期未结最多的部门（件；一周前）", en="Late by department (a week ago)")
CASES, ONE = Text(zh="件", en="cases"), Text(zh="件", en="case")
BEFORE = Text(zh="一周前 {n}", en="{n} a week ago")
# the same hour of the same weekday
AGO = timedelta(days=7)
MOST = 7
TILES = 800.0


def by_department(now: datetime) -> Question:
    """Late, due and open cases by department."""
    return kpi_select(KPIS, Filters(), now, "department")


@dataclass(frozen=True)
class Totals:
    """The four figures, now and a week ago."""

    now: dict[str, int]
    before: dict[str, int]


def tell(asked: Asked) -> Told:
    """Late cases by department, and the four figures of the clock; each beside what it was a week ago."""
    found, earlier = asked.ask(by_department, asked.now), asked.ask(by_department, asked.now - AGO)
    totals, before = ({kpi.key: int(one[f"{kpi.key}__n"].sum()) for kpi in KPIS} for one in (found, earlier))
    was_late = dict(zip(earlier["group"].map(_key), earlier["overdue_now__n"].astype(int), strict=True))
    late = found.assign(n=found["overdue_now__n"].astype(int), before=found["group"].map(lambda group: was_late.get(_key(group), 0)))
    late = late[late["n"] > 0].sort_values("n", ascending=False)
    return Told(
        headline=_say(asked, late, totals),
        draw=lambda page: _draw(page, asked, late, Totals(totals, before)),
    )


def _say(asked: Asked, late: pd.DataFrame, totals: dict[str, int]) -> str:
    due = show_number(totals["due_today"], asked.language)
    if late.empty:
        return asked.say(DUE, due=due) if totals["due_today"] else asked.say(NOTHING_DUE)
    first = late.iloc[0]
    told = {"late": show_number(totals["overdue_now"], asked.language), "most": show_number(int(first["n"]), asked.language)}
    return asked.say(HEADLINE, who=_name(asked, first["group"]), due=due, **told)


def _key(group: object) -> str:
    """A department; nothing for cases that have none."""
    return "" if pd.isna(group) else str(group)  # type: ignore[call-overload]  # one value of a column


def _name(asked: Asked, group: object) -> str:
    return _key(group) or asked.say(NOBODY)


def _draw(canvas: Canvas, asked: Asked, late: pd.DataFrame, totals: Totals) -> None:
    tiles: Sequence[Tile] = [
        Tile(
            name=asked.say(kpi.label),
            figure=show_number(totals.now[kpi.key], asked.language),
            unit=asked.say(ONE if totals.now[kpi.key] == 1 else CASES),
            colour="bad" if kpi is OVERDUE_NOW and totals.now[kpi.key] else "ink",
            trend=trend_of(
                stock_change(totals.now[kpi.key], totals.before[kpi.key]),
                asked.say(BEFORE, n=show_number(totals.before[kpi.key], asked.language)),
                kpi.better,
            ),
        )
        for kpi in KPIS
    ]
    draw_tiles(canvas, tiles, x=MARGIN, width=TILES)
    rows = late.head(MOST)
    bars = [
        Bar(
            name=_name(asked, group),
            value=float(n),
            words=show_number(int(n), asked.language),
            colour="fill_bad",
            trend=trend_of(stock_change(n, before), show_number(int(before), asked.language), "lower"),
        )
        for group, n, before in zip(rows["group"], rows["n"], rows["before"], strict=True)
    ]
    draw_bars(canvas, bars, title=asked.say(BY_DEPARTMENT), x=MARGIN + TILES + 60, width=WIDTH - 2 * MARGIN - TILES - 60)


SCENE = Scene(key="clock", title=Text(zh="案件时钟", en="Case clock"), tell=tell, order=30)
