"""A reach's living notice board (公示牌), phone first: whose walk is due, who answers for it, from where to where, and its goals."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from analysis.reaches import Chief, Standing
from i18n import NOTHING, Text, show_day, show_number
from model.roles import Right
from ui.river_cards import say_encroachments
from ui.river_list import say_class
from ui.river_walk_cards import say_rule
from ui.rivers import ODOURS, Rivers, say_chiefs, say_level
from ui.viewer import Viewer
from ui.words import plain

WALK_PAGE = "pages/walk.py"
BACK = Text(zh="全部河段", en="All reaches")
BOARD = Text(zh="河长公示牌", en="Notice board")
START_WALK = Text(zh="开始巡河", en="Start the walk")
LATE = Text(
    zh="**{level}河长{who}**：巡河已逾期 **{days}天**，应在{due}前（{last}）",
    en="**River chief {who}** ({level}): the walk is **{days} days** late, due by {due} ({last})",
)
DUE = Text(
    zh="**{level}河长{who}**：下次巡河 {due} 前，还有{days}天（{last}）",
    en="**River chief {who}** ({level}): next walk by {due}, {days} days left ({last})",
)
DUE_TODAY = Text(zh="**{level}河长{who}**：今天应巡河（{last}）", en="**River chief {who}** ({level}): the walk is due today ({last})")
NOT_ASKED = Text(zh="**{level}河长{who}**：没有规定巡河频次", en="**River chief {who}** ({level}): no frequency is set")
LAST = Text(zh="上次{day}", en="last on {day}")
NEVER = Text(zh="还没有巡过", en="never walked")
NO_CHIEF = Text(zh="这条河段没有河长；请在职责表（duties）里设置", en="This reach has no chief; set one in the table of duties")
CHIEFS = Text(zh="河长", en="River chiefs")
LEVEL_CHIEF = Text(zh="{level}河长", en="Chief, {level}:")
HOTLINE = Text(zh="24小时监督电话", en="24-hour hotline")
METRES = Text(zh="{n} 米", en="{n} m")
PASSAGE = Text(zh="通 {opened} 米，未通 {blocked} 米", en="{opened} m open, {blocked} m blocked")
FACTS: dict[str, Text] = {
    "river": Text(zh="河道", en="River"),
    "start": Text(zh="起点", en="Start"),
    "end": Text(zh="终点", en="End"),
    "length": Text(zh="长度", en="Length"),
    "goals": Text(zh="治理目标", en="Goals"),
    "left_bank": Text(zh="左岸", en="Left bank"),
    "right_bank": Text(zh="右岸", en="Right bank"),
    "passage": Text(zh="6米防汛通道", en="6 m passage"),
    "encroachments": Text(zh="涉河违建（全河）", en="Encroachments, whole river"),
}


def show_board_head(seen: Viewer, rivers: Rivers, code: str) -> None:
    """The way back, the reach's name with its water, whose walk is due, and the button that starts one."""
    st.button(seen.say(BACK), key="back", icon=":material/arrow_back:", type="tertiary", on_click=close_board)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="board_head"):
        st.markdown(f"### {plain(rivers.names[code])}", width="content")
        st.badge(f"{plain(code)} · {seen.say(BOARD)}", color="gray", width="content")
        if water := rivers.water.get(code):
            st.badge(say_class(seen, rivers, code), color="red" if rivers.misses_target(code) else "blue", width="content")
            if water.odour.grade:
                foul = bool(water.odour.factors)
                st.badge(seen.say(ODOURS[water.odour.grade]), color="red" if foul else "green", width="content")
    _show_due(seen, rivers, code)
    press: Any = {"key": "start_walk", "icon": ":material/directions_walk:", "type": "primary", "width": "stretch"}
    if seen.may(Right.WALK) and st.button(seen.say(START_WALK), **press):
        st.switch_page(WALK_PAGE, query_params={"reach": code})


def close_board() -> None:
    """Back to all reaches."""
    st.query_params.pop("reach", None)


def _show_due(seen: Viewer, rivers: Rivers, code: str) -> None:
    """One box for every level: red where the walk is late."""
    standings = sorted(rivers.of(code), key=lambda one: -one.late_days)
    if not standings:
        st.warning(seen.say(NO_CHIEF), icon=":material/person_off:")
    for one in standings:
        show: Any = st.error if one.late_days else st.info
        show(say_due(seen, one, seen.office.today()), icon=":material/warning:" if one.late_days else ":material/event:")


def say_due(seen: Viewer, standing: Standing, today: date) -> str:
    """When the next walk is due, or how late it is."""
    values: dict[str, Any] = {"level": say_level(standing.level, seen), "who": plain(say_chiefs(standing))}
    due = standing.due
    if due is None:
        return seen.say(NOT_ASKED, **values)
    last = seen.say(LAST, day=show_day(due.last_on, seen.language)) if due.last_on else seen.say(NEVER)
    values |= {"due": show_day(due.due_on, seen.language), "last": last}
    if due.late_days:
        return seen.say(LATE, days=due.late_days, **values)
    left = (due.due_on - today).days
    return seen.say(DUE, days=left, **values) if left else seen.say(DUE_TODAY, **values)


def show_board(seen: Viewer, rivers: Rivers, code: str) -> None:
    """What stands on the board: chiefs with their telephones, the hotline, and the facts of the reach."""
    props = rivers.props(code)
    st.markdown(f"**{seen.say(CHIEFS)}**")
    for standing in rivers.of(code):
        for chief in standing.chiefs:
            _show_chief(seen, standing.level, chief)
    if hotline := str(props.get("hotline") or ""):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="hotline"):
            st.markdown(f"**{seen.say(HOTLINE)}**", width="stretch")
            show_telephone(hotline)
    facts = _facts(seen, props)
    st.table([{"": seen.say(FACTS[key]), " ": plain(text)} for key, text in facts.items()], hide_header=True)


def _show_chief(seen: Viewer, level: str, chief: Chief) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"chief_{level}_{chief.official_id}"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"{seen.say(LEVEL_CHIEF, level=say_level(level, seen))} **{plain(chief.official)}**")
            st.caption(" · ".join([*([plain(chief.title)] if chief.title else []), say_rule(seen, level)]))
        show_telephone(chief.phone)


def show_telephone(number: str) -> None:
    """A number that a telephone dials at a press; the dash where there is none."""
    digits = "".join(sign for sign in number if sign in "+0123456789")
    if digits:
        st.link_button(plain(number), f"tel:{digits}", icon=":material/call:", width="content")
    else:
        st.caption(NOTHING, width="content")


def _facts(seen: Viewer, props: dict[str, Any]) -> dict[str, str]:
    """The lines of the board, the dash where the layer says nothing."""
    found = {key: str(props.get(key) or "") for key in FACTS}
    if length := props.get("length_m"):
        found["length"] = seen.say(METRES, n=show_number(float(length), seen.language))
    if props.get("passage_open_m") is not None:
        opened, blocked = (show_number(float(props.get(name) or 0), seen.language) for name in ("passage_open_m", "passage_blocked_m"))
        found["passage"] = seen.say(PASSAGE, opened=opened, blocked=blocked)
    found["encroachments"] = say_encroachments(seen, found["river"])
    return found
