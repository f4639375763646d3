"""A month of the rotation: a calendar where there is room, a list on a phone."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from html import escape

import streamlit as st

from analysis.rotation import DayKind
from i18n import NOTHING, WEEKDAYS, Text, show_day
from ui.rotation import KIND_LABELS, Rotation
from ui.viewer import Viewer
from ui.words import plain

EARLIER = Text(zh="上月", en="Month before")
LATER = Text(zh="下月", en="Month after")
MONTH = Text(zh="{year}年{month}月", en="{name} {year}")
HOLIDAY = Text(zh="节假日", en="holiday")
AWAY = Text(zh="请假", en="away")
TODAY = Text(zh="今天", en="today")
CAPTION = Text(
    zh="灰底为周末，橙底为节假日（含调休）；调休上班的周六、周日按工作日计。",
    en="Grey: weekend; orange: public holiday. Moved working days are plain.",
)
ON_TODAY = Text(zh="今天值班：**{who}**；明天：{next}", en="On duty today: **{who}**; tomorrow: {next}")
NOBODY = Text(zh="没有排班", en="nobody")


def pick_month(seen: Viewer, today: date) -> date:
    """The first day of the month that is looked at; it is kept in the address."""
    asked = st.query_params.get("month", "")
    try:
        month = date.fromisoformat(f"{asked}-01") if asked else today.replace(day=1)
    except ValueError:
        month = today.replace(day=1)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="month_choice"):
        st.button("‹", key="month_before", help=seen.say(EARLIER), on_click=_go, args=(month - timedelta(days=1),))
        st.markdown(f"**{seen.say(MONTH, year=month.year, month=month.month, name=f'{month:%B}')}**", width="content")
        st.button("›", key="month_after", help=seen.say(LATER), on_click=_go, args=(month + timedelta(days=31),))
    return month


def show_today(seen: Viewer, rotation: Rotation) -> None:
    """Who is on duty today and tomorrow, whichever month is looked at."""
    on = [rotation.on.get(rotation.today + timedelta(days=days)) for days in (0, 1)]
    who, following = (seen.say(NOBODY) if one is None else plain(rotation.names.get(one, NOTHING)) for one in on)
    st.markdown(seen.say(ON_TODAY, who=who, next=following))


def show_month(seen: Viewer, rotation: Rotation, month: date) -> None:
    """Every day of the month with who is on."""
    st.html(draw_month(seen, rotation, month))
    st.caption(seen.say(CAPTION))


def draw_month(seen: Viewer, rotation: Rotation, month: date) -> str:
    """The month as a list of days that a wide screen lays out in weeks."""
    heads = [f'<li class="head">{_weekday(seen, number)}</li>' for number in range(7)]
    blanks = ['<li class="blank"></li>'] * month.weekday()
    days = [month.replace(day=number) for number in range(1, monthrange(month.year, month.month)[1] + 1)]
    return f'<ul class="rota">{"".join([*heads, *blanks, *(_draw_day(seen, rotation, day) for day in days)])}</ul>'


def _draw_day(seen: Viewer, rotation: Rotation, day: date) -> str:
    kind, who = rotation.kinds[day], rotation.on.get(day)
    classes = [kind.value, "today" if day == rotation.today else "past" if day < rotation.today else "coming"]
    name = escape(rotation.names.get(who, NOTHING)) if who is not None else NOTHING
    leader = next((one for one in rotation.leaders if one.id == who), None)
    away = f' <span class="away">{seen.say(AWAY)}</span>' if leader and day > rotation.today and not leader.can(day) else ""
    today = f" · {seen.say(TODAY)}" if day == rotation.today else ""
    title = f"{show_day(day, seen.language, weekday=True)} {seen.say(KIND_LABELS[kind])}"
    number = f'{day.day}<span class="week"> {_weekday(seen, day.weekday())}{_mark(seen, kind)}</span>{today}'
    return f'<li class="{" ".join(classes)}" title="{escape(title)}"><span class="day">{number}</span><b>{name}{away}</b></li>'


def _mark(seen: Viewer, kind: DayKind) -> str:
    return f" · {seen.say(HOLIDAY)}" if kind is DayKind.HOLIDAY else ""


def _weekday(seen: Viewer, number: int) -> str:
    return f"周{WEEKDAYS['zh'][number]}" if seen.language == "zh" else WEEKDAYS["en"][number]


def _go(month: date) -> None:
    st.query_params["month"] = f"{month:%Y-%m}"
