"""Scene: did a weak area relapse after its sign-off?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analysis.relapse import MARKS, Area, When, read_day, sort_cases
from i18n import NOTHING, Text, show_day
from queries.features import features
from queries.weak_areas import LAYER, area_cases
from wall.canvas import SMALL, WIDTH, WORDS, Canvas, ems, shorten
from wall.changes import count_change, trend_of
from wall.frame import BOTTOM, MARGIN, TOP
from wall.scene import Asked, Scene, Told

RELAPSED = Text(
    zh="{area}已回潮：销项后 {days} 天又出现同类问题，共 {n} 件",
    en="{area} relapsed: the same trouble {days} days after sign-off, {n} cases",
)
HELD = Text(zh="{n} 处薄弱区域销项后都未见回潮", en="No relapse is on record in any of the {n} weak areas")
OPEN = Text(zh="{n} 处薄弱区域尚未销项", en="{n} weak areas are not signed off yet")
NONE = Text(zh="没有薄弱区域", en="There are no weak areas")
SIGNED = Text(zh="销项 {day}", en="Signed off {day}")
CASES = Text(zh="同类新案件 {n} 件", en="{n} new cases of the same class")
LATELY = Text(zh="近30天 {n} 件（{trend}）", en="{n} in 30 days ({trend})")
BEFORE = Text(zh="前30天 {n}", en="{n} in the 30 before")
FOLLOWED = Text(zh="{days} 天未见回潮", en="no relapse on record in {days} days")
BACK = Text(zh="✕ 回潮", en="✕ relapsed")
KEPT = Text(zh="✓ 未见回潮", en="✓ no relapse")
WAITING = Text(zh="… 整治中", en="… under way")
START, DAY, NOW = Text(zh="销项", en="Signed off"), Text(zh="{day}天", en="day {day}"), Text(zh="今天 {day}", en="today, {day}")
DAYS = timedelta(days=30)
# with less room than this for each area there is no line of days
SHOWN, LINE_ROOM = 3, 300


@dataclass(frozen=True)
class Looked:
    """A weak area with its name."""

    name: str
    area: Area


def tell(asked: Asked) -> Told:
    """Each area with its sign-off and what came back since."""
    today, found = asked.office.today(), asked.ask(features, (LAYER,))
    cases = asked.ask(area_cases, asked.now)
    areas = [_look(row, cases[cases["area"] == row["code"]]) for row in found.to_dict("records")]
    areas.sort(key=lambda one: (not one.area.days_to(today), one.area.code))
    return Told(headline=_say(asked, areas, today), draw=lambda canvas: _draw(canvas, asked, areas, today))


def _look(row: dict[Any, Any], cases: pd.DataFrame) -> Looked:
    """The area with the cases that are its relapse."""
    signed = read_day((row["props"] or {}).get("signed_off_on"))
    same = sort_cases(cases, signed) == When.RELAPSE
    area = Area(code=str(row["code"]), signed_off_on=signed, relapses=tuple(cases.loc[same, "reported_on"].dt.date))
    return Looked(str(row["name"] or row["code"]), area)


def _say(asked: Asked, areas: list[Looked], today: date) -> str:
    if not areas:
        return asked.say(NONE)
    days = areas[0].area.days_to(today)
    if days:
        return asked.say(RELAPSED, area=areas[0].name, days=days[0], n=len(days))
    waiting = [one for one in areas if one.area.followed_days(today) is None]
    return asked.say(OPEN, n=len(waiting)) if waiting else asked.say(HELD, n=len(areas))


def _draw(canvas: Canvas, asked: Asked, areas: list[Looked], today: date) -> None:
    if not areas:
        return
    shown = areas[:SHOWN]
    height = min((BOTTOM - TOP) / len(shown), 316)
    longest = max([one.area.followed_days(today) or 0 for one in shown] + [MARKS[-1]])
    for place, one in enumerate(shown):
        top, days, followed = TOP + place * height, one.area.days_to(today), one.area.followed_days(today)
        canvas.box(MARGIN, top, WIDTH - 2 * MARGIN, height - 28, fill="panel", radius=16)
        mark, colour = (BACK, "bad") if days else (KEPT, "good") if followed is not None else (WAITING, "quiet")
        canvas.write(MARGIN + 40, top + 84, shorten(one.name, 24), size=52, bold=True)
        canvas.write(WIDTH - MARGIN - 40, top + 84, asked.say(mark), size=60, colour=colour, anchor="end", bold=True)
        told = [asked.say(SIGNED, day=show_day(one.area.signed_off_on, asked.language) if followed is not None else NOTHING)]
        told += [asked.say(FOLLOWED, days=followed)] if followed is not None and not days else []
        told += [asked.say(CASES, n=len(days)), _say_lately(asked, one.area, today)] if days else []
        words = "  ·  ".join(told)
        size = WORDS if ems(words) * WORDS <= WIDTH - 2 * MARGIN - 80 else SMALL
        canvas.write(MARGIN + 40, top + 146, words, size=size, colour="quiet")
        if followed is not None and height >= LINE_ROOM:
            _draw_days(canvas, asked, top + 206, (days, followed, longest))


def _say_lately(asked: Asked, area: Area, today: date) -> str:
    """The relapses of the last thirty days beside those of the thirty before."""
    now = sum(today - DAYS < day <= today for day in area.relapses)
    before = sum(today - 2 * DAYS < day <= today - DAYS for day in area.relapses)
    return asked.say(LATELY, n=now, trend=trend_of(count_change(now, before), asked.say(BEFORE, n=before)).words)


def _draw_days(canvas: Canvas, asked: Asked, y: float, known: tuple[tuple[int, ...], int, int]) -> None:
    """The days since sign-off as a line: where looks back are due, and a cross for each case that came back.

    `known` are the days of the relapses, the days followed, and the longest time that any area was followed.
    """
    days, followed, longest = known
    left, right = MARGIN + 44, WIDTH - MARGIN - 300
    length = (right - left) / longest
    canvas.line([(left, y), (left + length * followed, y)], colour="bad" if days else "good", width=8)
    words = asked.say(DAY, day=followed)
    canvas.write(left + length * followed + 20, y + 14, asked.say(NOW, day=words), size=SMALL, colour="quiet")
    for day in (0, *(look for look in MARKS if look < followed)):
        canvas.line([(left + length * day, y - 16), (left + length * day, y + 16)], colour="quiet", width=4)
        words = asked.say(DAY, day=day) if day else asked.say(START)
        canvas.write(left + length * day, y + 58, words, size=SMALL, colour="quiet", anchor="middle" if day else "start")
    for day in days:
        x = left + length * day
        for slope in (-1, 1):
            canvas.line([(x - 18, y - 18 * slope), (x + 18, y + 18 * slope)], colour="bad", width=9)


SCENE = Scene(key="weak_areas", title=Text(zh="薄弱区域 · 回潮", en="Weak areas · relapse"), tell=tell, order=70)
