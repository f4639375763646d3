"""Scene: did a weak area relapse after its sign-off?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analysis.relapse import Area
from i18n import NOTHING, Text, show_day
from queries.features import features
from queries.weak_areas import LAYER, area_cases
from wall.canvas import NUMBER, WIDTH, WORDS, Canvas, shorten
from wall.frame import BOTTOM, MARGIN, TOP
from wall.scene import Asked, Scene, Told

RELAPSED = Text(
    zh="{area}已回潮：销项后 {days} 天又出现同类问题，共 {n} 件",
    en="{area} relapsed: the same trouble {days} days after sign-off, {n} cases",
)
HELD = Text(zh="{n} 处薄弱区域销项后都没有回潮", en="None of {n} weak areas relapsed after its sign-off")
OPEN = Text(zh="{n} 处薄弱区域尚未销项", en="{n} weak areas are not signed off yet")
NONE = Text(zh="没有薄弱区域", en="There are no weak areas")
SIGNED = Text(zh="销项 {day}", en="Signed off {day}")
CASES = Text(zh="同类新案件 {n} 件", en="{n} new cases of the same class")
FOLLOWED = Text(zh="已看住 {days} 天", en="held for {days} days")
BACK = Text(zh="✕ 回潮", en="✕ relapsed")
KEPT = Text(zh="✓ 未回潮", en="✓ held")
WAITING = Text(zh="… 整治中", en="… under way")
SHOWN = 3


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
    """A case of a class that the area had before its sign-off is a relapse."""
    text = str((row["props"] or {}).get("signed_off_on") or "")[:10]
    signed = date.fromisoformat(text) if text else None
    kinds = cases["kind"] + "/" + cases["category"]
    after = cases["reported_on"].dt.date > signed if signed else pd.Series(False, index=cases.index)
    same = after & kinds.isin(set(kinds[~after].dropna()))
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
    height = min((BOTTOM - TOP - 30) / len(shown), 300)
    for place, one in enumerate(shown):
        top, days, followed = TOP + 30 + place * height, one.area.days_to(today), one.area.followed_days(today)
        canvas.box(MARGIN, top, WIDTH - 2 * MARGIN, height - 28, fill="panel", radius=16)
        mark, colour = (BACK, "bad") if days else (KEPT, "good") if followed is not None else (WAITING, "quiet")
        canvas.write(MARGIN + 40, top + 84, shorten(one.name, 24), size=52, bold=True)
        canvas.write(WIDTH - MARGIN - 40, top + 84, asked.say(mark), size=60, colour=colour, anchor="end", bold=True)
        told = [asked.say(SIGNED, day=show_day(one.area.signed_off_on, asked.language) if followed is not None else NOTHING)]
        told += [asked.say(CASES, n=len(days))] if days else [asked.say(FOLLOWED, days=followed)] if followed is not None else []
        canvas.write(MARGIN + 40, top + 170, "  ·  ".join(told), size=max(NUMBER, WORDS), colour="quiet")


SCENE = Scene(key="weak_areas", title=Text(zh="薄弱区域 · 回潮", en="Weak areas · relapse"), tell=tell, order=70)
