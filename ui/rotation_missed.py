"""The hotline cases that a patrol had passed by, each with its distance and its time."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from i18n import Text
from ui.cards import Card
from ui.case_links import params_of, these
from ui.pressed import named, show_number_table
from ui.table_times import clock_times, time_column
from ui.viewer import Viewer
from ui.words import is_missing

WHO = Text(zh="谁", en="Who")
OPEN = Text(zh="打开", en="Open")
LOOK = Text(zh="查看", en="open")
MISSED_LIST = Text(zh="漏报的热线案件", en="Hotline cases that a patrol had passed by")
NO_MISSED = Text(zh="这段时间没有漏报。", en="Nothing was missed in this time.")
CASE, REPORTED, METRES, HOURS = (
    Text(zh="案件", en="Case"),
    Text(zh="受理时间", en="Reported"),
    Text(zh="距轨迹（米）", en="From the track (m)"),
    Text(zh="巡查开始后（小时）", en="After it began (h)"),
)
FORMULAS: dict[Text, Text] = {
    METRES: Text(zh="案件到这次巡查轨迹的最短距离", en="the shortest way from the case to the track of the patrol"),
    HOURS: Text(zh="案件受理时间 − 巡查开始时间", en="when the case was reported − when the patrol began"),
}
SOURCE = Text(zh="巡查记录的轨迹与时间", en="the track and the times of the patrol")


def show_missed(seen: Viewer, missed: pd.DataFrame) -> None:
    """Every missed case with how far from which patrol it lay, and when it came."""
    st.markdown(f"**{seen.say(MISSED_LIST)}**")
    if missed.empty:
        st.caption(seen.say(NO_MISSED))
        return
    reported = clock_times(seen, missed["reported_at"])
    table = {
        seen.say(WHO): missed["official"],
        seen.say(CASE): [f"{row['external_id']} {'' if is_missing(row['title']) else row['title']}" for row in missed.to_dict("records")],
        seen.say(REPORTED): reported,
        seen.say(METRES): missed["metres"].astype(float).round(0).astype(int),
        seen.say(HOURS): missed["hours"].astype(float).round(1),
        seen.say(OPEN): [f"/cases?period=all&case={case}" for case in missed["case"]],
    }
    config = {
        seen.say(OPEN): st.column_config.LinkColumn(display_text=seen.say(LOOK)),
        seen.say(REPORTED): time_column(seen, seen.say(REPORTED), reported),
    }
    shown = pd.DataFrame(table)
    labels = {seen.say(label): label for label in FORMULAS}

    def card_of(place: int, column: str) -> Card | None:
        if column not in labels:
            return None
        row, label = missed.iloc[place], labels[column]
        whose = named(f"{row['official']} · {row['external_id']}", label)
        only = params_of(these([row["case"]]))
        return Card(key="missed", label=whose, value=str(shown[column].iloc[place]), formula=FORMULAS[label], source=SOURCE, cases=only)

    show_number_table(seen, shown, card_of, key="missed_table", alt=seen.say(MISSED_LIST), columns=config)
