"""What a finding became: its number, its zone, its deadline, and the way on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from actions.findings import Saved
from i18n import Text, show_duration, show_moment
from ui.patrol_candidates import name_zone
from ui.report_button import carry
from ui.viewer import Viewer
from ui.words import plain

CASES_PAGE, WALK_PAGE = "pages/cases.py", "pages/walk.py"
DONE = Text(zh="已成为案件 **{number}**", en="It is case **{number}**")
ALREADY = Text(zh="这件已经提交过：案件 **{number}**", en="This one was saved before: case **{number}**")
NO_ZONE = Text(zh="不在任何责任区内", en="in no zone")
DUE = Text(zh="**{moment}** 前处置（剩 {span}）", en="due **{moment}** ({span} left)")
NO_LIMIT = Text(zh="这个类别没有时限", en="this category has no time limit")
REMOVED = Text(zh="说明中的 {n} 处个人信息已去掉。", en="Personal data taken out of the text, in places: {n}.")
ANOTHER = Text(zh="再报一件", en="Another")
OPEN = Text(zh="打开案件", en="Open the case")
BACK = Text(zh="回到巡河", en="Back to the walk")


def show_saved(seen: Viewer, saved: Saved, reach: str, *, another: Callable[[Viewer], None]) -> None:
    """Number, zone, deadline, and the way on."""
    words = [
        seen.say(DONE if saved.new else ALREADY, number=plain(saved.number)),
        f"**{plain(name_zone(saved.zone))}**" if saved.zone else seen.say(NO_ZONE),
        _say_due(seen, saved),
    ]
    st.success("  \n".join(words), icon=":material/check_circle:")
    if saved.removed:
        st.caption(seen.say(REMOVED, n=saved.removed))
    st.button(
        seen.say(ANOTHER),
        key="report_another",
        type="primary",
        width="stretch",
        icon=":material/add_a_photo:",
        on_click=another,
        args=(seen,),
    )
    st.page_link(CASES_PAGE, label=seen.say(OPEN), icon=":material/open_in_new:", query_params=carry(seen, case=str(saved.id)))
    if reach:
        st.page_link(WALK_PAGE, label=seen.say(BACK), icon=":material/directions_walk:", query_params=carry(seen, reach=reach))


def _say_due(seen: Viewer, saved: Saved) -> str:
    if saved.due_at is None:
        return seen.say(NO_LIMIT)
    span = show_duration(saved.due_at - seen.office.now(), seen.language)
    return seen.say(DUE, moment=show_moment(seen.local(saved.due_at), seen.language), span=span)
