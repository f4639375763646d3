"""What was changed in the rotation, by whom and when: the lines of the audit log."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from i18n import Text
from queries.rotation import changes
from ui import ask
from ui.table_times import clock_times, time_column
from ui.viewer import Viewer
from ui.words import is_missing

WHAT: dict[str, Text] = {
    "roster.plan": Text(zh="排班", en="planned"),
    "roster.swap": Text(zh="对调", en="swapped"),
    "roster.stand_in": Text(zh="顶班", en="stood in"),
    "roster.absence": Text(zh="请假", en="absence"),
    "roster.present": Text(zh="取消请假", en="absence removed"),
    "roster.hand_over": Text(zh="责任区交接", en="zone handed over"),
    "roster.feed": Text(zh="订阅地址", en="calendar address"),
}
WHEN, WHO, DID, ABOUT, DETAIL = (
    Text(zh="时间", en="When"),
    Text(zh="谁", en="Who"),
    Text(zh="做了什么", en="What"),
    Text(zh="对象", en="About"),
    Text(zh="内容", en="Detail"),
)
TABLE = Text(zh="改动记录", en="Changes")
NONE = Text(
    zh="还没有改动过。排班、对调、请假、交接都会记在这里。",
    en="Nothing was changed yet. Plans, swaps, absences and handovers are listed here.",
)


def show_changes(seen: Viewer) -> None:
    """The newest changes first."""
    lines = ask.ask(changes)
    if lines.empty:
        st.info(seen.say(NONE))
        return
    times = clock_times(seen, lines["at"])
    table = {
        seen.say(WHEN): times,
        seen.say(WHO): lines["who"],
        seen.say(DID): [seen.say(WHAT[what]) if what in WHAT else what for what in lines["what"]],
        seen.say(ABOUT): lines["subject"],
        seen.say(DETAIL): ["" if is_missing(detail) else detail for detail in lines["detail"]],
    }
    config = {seen.say(WHEN): time_column(seen, seen.say(WHEN), times)}
    st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch", column_config=config, key="changes_table", alt=seen.say(TABLE))
