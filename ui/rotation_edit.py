"""Editing the rotation: plan months ahead, swap two days, let somebody stand in, note who is away."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from actions.rotation import add_absence, plan_shifts, remove_absence, stand_in, swap_shifts
from analysis.rotation import Dealt, deal
from i18n import Text, show_day
from ui.rotation import CHOOSE, MAY_NOT, Rotation, act, may_edit
from ui.viewer import Viewer, database
from ui.words import is_missing, plain

PLAN = Text(zh="排班", en="Plan")
SWAP = Text(zh="对调", en="Swap")
STAND_IN = Text(zh="顶班", en="Stand in")
ABSENCE = Text(zh="请假", en="Absences")
MONTHS = Text(zh="排到几个月后", en="Months ahead")
HOW = Text(zh="已排的日子", en="Days planned already")
KEEP = Text(zh="保留，只补空白和请假冲突", en="keep; fill gaps and days of the absent")
ANEW = Text(zh="今天之后全部重排", en="deal every day after today anew")
SAVE_PLAN = Text(zh="排好并保存", en="Deal and save")
PLAN_HELP = Text(
    zh="今天和过去不动。按工作日、周末、节假日分别补到均值，请假的人跳过，回来补上。",
    en="Today and the past stay. Working days, weekends and holidays are each dealt towards the mean; absent leaders make up later.",
)
NOBODY = Text(zh="这些天所有人都请假，没有排上：{days}", en="Everybody is away on these days, they are not planned: {days}")
NOTHING_TO_DO = Text(zh="没有要排的日子。", en="There is no day to plan.")
CONFLICTS = Text(
    zh="{n} 天排给了请假的人：{days}。用“排班”里的“保留”补上。",
    en="{n} days are planned for somebody who is away: {days}. Deal them with “keep” in “Plan”.",
)
ONE, OTHER = Text(zh="第一天", en="First day"), Text(zh="第二天", en="Second day")
DAY, INSTEAD = Text(zh="哪一天", en="Which day"), Text(zh="由谁值班", en="Who serves")
DO_SWAP = Text(zh="对调这两天", en="Swap these days")
DO_STAND_IN = Text(zh="保存顶班", en="Save")
WHO, SINCE, UNTIL = Text(zh="谁", en="Who"), Text(zh="从", en="From"), Text(zh="到", en="Until")
REASON = Text(zh="事由（可不填；请勿写病情等个人信息）", en="Reason (optional; nothing personal)")
SAVE_ABSENCE = Text(zh="记下请假", en="Save the absence")
REMOVE = Text(zh="删去", en="Remove")
MOST_MONTHS = 12


def show_editing(seen: Viewer, rotation: Rotation) -> None:
    """The four ways to change the rotation, for who may; the days that need one."""
    if conflicts := rotation.conflicts():
        said = "、".join(show_day(day, seen.language) for day in conflicts[:5])
        st.warning(seen.say(CONFLICTS, n=len(conflicts), days=said), icon=":material/event_busy:")
    if not may_edit(seen):
        st.caption(seen.say(MAY_NOT))
        return
    with st.container(horizontal=True, gap="small", key="rotation_edit"):
        with st.popover(seen.say(PLAN), icon=":material/edit_calendar:", key="edit_plan"):
            _show_plan(seen, rotation)
        with st.popover(seen.say(SWAP), icon=":material/swap_horiz:", key="edit_swap"):
            _show_swap(seen, rotation)
        with st.popover(seen.say(STAND_IN), icon=":material/person_add:", key="edit_stand_in"):
            _show_stand_in(seen, rotation)
        with st.popover(seen.say(ABSENCE), icon=":material/event_busy:", key="edit_absence"):
            _show_absences(seen, rotation)


def plan_ahead(rotation: Rotation, months: int, *, anew: bool) -> Dealt:
    """The days after today up to the end of a month, dealt: those without anybody and of the absent, or all of them."""
    first, last = rotation.today + timedelta(days=1), end_of_month(rotation.today, months)
    wanted = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    broken = set(rotation.conflicts())
    open_days = [day for day in wanted if anew or day not in rotation.on or day in broken]
    # a year back is what fairness looks at; what lies beyond the plan stays and counts
    since = rotation.today - timedelta(days=365)
    fixed = {day: who for day, who in rotation.on.items() if since <= day and day not in set(open_days) and _known(rotation, who)}
    return deal(open_days, rotation.kinds, rotation.leaders, fixed)


def end_of_month(day: date, months: int) -> date:
    """The last day of the month so many months after a day's."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _known(rotation: Rotation, who: int) -> bool:
    return who in rotation.names


def _show_plan(seen: Viewer, rotation: Rotation) -> None:
    st.caption(seen.say(PLAN_HELP))
    months = st.slider(seen.say(MONTHS), 1, MOST_MONTHS, 3, key="plan_months")
    ways = {False: seen.say(KEEP), True: seen.say(ANEW)}
    anew = st.radio(seen.say(HOW), list(ways), format_func=lambda one: ways[one], key="plan_anew")
    st.button(seen.say(SAVE_PLAN), key="plan_save", type="primary", on_click=_plan, args=(seen, rotation, months, bool(anew)))
    if days := st.session_state.pop("plan_nobody", None):
        st.warning(seen.say(NOBODY, days="、".join(show_day(day, seen.language) for day in days)))


def _plan(seen: Viewer, rotation: Rotation, months: int, anew: bool) -> None:
    dealt = plan_ahead(rotation, months, anew=anew)
    if not dealt.shifts:
        st.toast(seen.say(NOTHING_TO_DO))
        return
    st.session_state["plan_nobody"] = dealt.nobody
    act(seen, lambda: plan_shifts(database(), seen.actor, dealt.shifts, at=seen.office.now()))


def _show_swap(seen: Viewer, rotation: Rotation) -> None:
    coming = {day: who for day, who in sorted(rotation.on.items()) if day > rotation.today}
    one = _pick_day(seen, rotation, coming, ONE, "swap_one")
    other = _pick_day(seen, rotation, {day: who for day, who in coming.items() if one and who != coming[one]}, OTHER, "swap_other")
    if one and other:
        pairs = ((one, coming[one]), (other, coming[other]))
        st.button(seen.say(DO_SWAP), key="swap_save", type="primary", on_click=_swap, args=(seen, *pairs))


def _swap(seen: Viewer, one: tuple[date, int], other: tuple[date, int]) -> None:
    act(seen, lambda: swap_shifts(database(), seen.actor, one, other, at=seen.office.now()))


def _show_stand_in(seen: Viewer, rotation: Rotation) -> None:
    day = st.date_input(seen.say(DAY), rotation.today + timedelta(days=1), min_value=rotation.today + timedelta(days=1), key="stand_in_day")
    if not isinstance(day, date):
        return
    serving = rotation.on.get(day)
    able = [leader.id for leader in rotation.current if leader.can(day) and leader.id != serving]
    who = st.selectbox(
        seen.say(INSTEAD), able, format_func=lambda one: rotation.names[one], key="stand_in_who", index=None, placeholder=seen.say(CHOOSE)
    )
    if who is not None:
        st.button(seen.say(DO_STAND_IN), key="stand_in_save", type="primary", on_click=_stand_in, args=(seen, day, who, serving))


def _stand_in(seen: Viewer, day: date, who: int, serving: int | None) -> None:
    act(seen, lambda: stand_in(database(), seen.actor, day, who, instead_of=serving, at=seen.office.now()))


def _show_absences(seen: Viewer, rotation: Rotation) -> None:
    coming = rotation.absences[rotation.absences["until"].dt.date >= rotation.today] if len(rotation.absences) else rotation.absences
    for row in coming.to_dict("records"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            days = f"{show_day(row['since'].date(), seen.language)} – {show_day(row['until'].date(), seen.language)}"
            reason = "" if is_missing(row["reason"]) else f" · {plain(row['reason'])}"
            st.markdown(f"{plain(row['official'])} · {days}{reason}", width="stretch")
            st.button(seen.say(REMOVE), key=f"absence_{row['id']}", type="tertiary", on_click=_remove, args=(seen, int(row["id"])))
    with st.form("absence_form", clear_on_submit=True, border=False):
        members = [leader.id for leader in rotation.current]
        who = st.selectbox(
            seen.say(WHO), members, format_func=lambda one: rotation.names[one], key="absence_who", index=None, placeholder=seen.say(CHOOSE)
        )
        tomorrow = rotation.today + timedelta(days=1)
        left, right = st.columns(2)
        since = left.date_input(seen.say(SINCE), tomorrow, key="absence_since")
        until = right.date_input(seen.say(UNTIL), tomorrow, key="absence_until")
        reason = st.text_input(seen.say(REASON), key="absence_reason", max_chars=100)
        if st.form_submit_button(seen.say(SAVE_ABSENCE), type="primary") and who is not None:
            act(seen, lambda: add_absence(database(), seen.actor, who, since, until, reason=reason, at=seen.office.now()))
            st.rerun()


def _remove(seen: Viewer, number: int) -> None:
    act(seen, lambda: remove_absence(database(), seen.actor, number, at=seen.office.now()))


def _pick_day(seen: Viewer, rotation: Rotation, days: Mapping[date, int], label: Text, key: str) -> date | None:
    """One of the days, said with who is on."""

    def name(day: date) -> str:
        return f"{show_day(day, seen.language, weekday=True)} · {rotation.names.get(days[day], days[day])}"

    return st.selectbox(seen.say(label), list(days), format_func=name, key=key, index=None, placeholder=seen.say(CHOOSE))
