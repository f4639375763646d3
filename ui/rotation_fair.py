"""How fair the rotation of a year is: days of each kind a leader, against the mean, with the receipt."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.rotation import KINDS, TOTAL
from i18n import NOTHING, Text
from ui.cards import Card, show_cards
from ui.pressed import named, show_number_table
from ui.rotation import KIND_LABELS, Rotation
from ui.rotation import TOTAL as ALL_DAYS
from ui.tables import show_download
from ui.viewer import Viewer

LEADER = Text(zh="领导", en="Leader")
SERVED = Text(zh="已值", en="Served")
PLANNED = Text(zh="待值", en="To come")
MEAN = Text(zh="应值（均值）", en="Mean")
FURTHEST = Text(zh="{kind}离均值最远", en="{kind}, off mean")
FORMULA = Text(zh="max |某领导的天数 − 其应值|", en="max |a leader's days − their mean|")
CELL_FORMULA = Text(zh="这一年的值班天数（括号内：天数 − 应值）", en="days on duty in the year (in brackets: days − mean)")
SPLIT_FORMULA = Text(
    zh="这一年的值班天数，到今天为止的为已值，其余为待值", en="days on duty in the year: until today served, the others to come"
)
SOURCE = Text(
    zh="应值 = 轮值期间每一天的 1 ÷ 当日轮值人数之和；请假不减应值，回来补上；对调、顶班算给实际值班的人",
    en="mean = the sum over the days of the year of 1 ÷ leaders in the rotation that day; absences take nothing off, they are made up for; "
    "a swap counts for whoever serves",
)
WHO = Text(zh="是谁", en="Who")
DAYS = Text(zh="天数", en="Days")
CAPTION = Text(
    zh="{year} 年，已值与待值一起计。括号内为离均值的天数。工作日、周末、节假日按国家放假和调休安排分开计。公式：天数 − 应值；",
    en="{year}, days served and to come. In brackets the distance from the mean. Working days, weekends and public holidays by the "
    "national calendar. Formula: days − mean; ",
)
TABLE = Text(zh="{year}年每位领导的值班天数", en="Days on duty of each leader in {year}")
DOWNLOAD = Text(zh="下载公平表", en="Download the table")


def show_fairness(seen: Viewer, rotation: Rotation) -> None:
    """The furthest from the mean by kind as cards, and the table of all leaders."""
    balance = rotation.balance()
    balance = balance[balance[f"share_{TOTAL}"] > 0]
    if balance.empty:
        return
    show_cards(seen, [_card(seen, rotation, balance, kind) for kind in (*KINDS, TOTAL)], key="fairness", columns=4)
    table = tabulate(seen, rotation, balance)
    kinds = {seen.say(_label(kind)): kind for kind in (*KINDS, TOTAL)}

    def card_of(place: int, column: str) -> Card | None:
        if column == seen.say(LEADER):
            return None
        label = Text(zh=column, en=column) if column not in kinds else _label(kinds[column])
        row, kind = balance.iloc[place], kinds.get(column, TOTAL)
        parts = [(DAYS, f"{row[kind]:.0f}"), (MEAN, f"{row[f'share_{kind}']:.2f}")]
        formula = CELL_FORMULA if column in kinds else SPLIT_FORMULA
        whose = named(str(table[seen.say(LEADER)][place]), label)
        return Card(key="leader", label=whose, value=str(table[column][place]), formula=formula, parts=parts, source=SOURCE)

    alt = seen.say(TABLE, year=rotation.year)
    show_number_table(seen, table, card_of, key="fairness_table", alt=alt, height="content")
    st.caption(seen.say(CAPTION, year=rotation.year) + seen.say(SOURCE))
    show_download(table, seen.say(DOWNLOAD), f"rotation-{rotation.year}.csv", key="download_fairness")


def tabulate(seen: Viewer, rotation: Rotation, balance: pd.DataFrame) -> pd.DataFrame:
    """A row a leader: days of each kind with the distance from the mean, served and to come."""
    on = rotation.of_year()
    rows = []
    for number, row in balance.iterrows():
        days = [day for day, who in on.items() if who == number]
        served = sum(day <= rotation.today for day in days)
        figures = {seen.say(_label(kind)): f"{row[kind]:.0f} ({row[f'off_{kind}']:+.1f})" for kind in (*KINDS, TOTAL)}
        name = rotation.names[int(str(number))]
        rows.append({seen.say(LEADER): name} | figures | {seen.say(SERVED): served, seen.say(PLANNED): len(days) - served})
    return pd.DataFrame(rows)


def _card(seen: Viewer, rotation: Rotation, balance: pd.DataFrame, kind: str) -> Card:
    off = balance[f"off_{kind}"]
    number = int(str(off.abs().idxmax()))
    row = balance.loc[number]
    label = _label(kind)
    return Card(
        key=str(kind),
        label=Text(zh=FURTHEST.say("zh", kind=label.zh), en=FURTHEST.say("en", kind=label.en)),
        unit="days",
        value=f"{off[number]:+.1f}" if row[f"share_{TOTAL}"] else NOTHING,
        formula=FORMULA,
        parts=[
            (WHO, rotation.names[number]),
            (DAYS, f"{row[kind]:.0f}"),
            (MEAN, f"{row[f'share_{kind}']:.2f}"),
        ],
        source=SOURCE,
    )


def _label(kind: str) -> Text:
    return ALL_DAYS if kind == TOTAL else next(label for known, label in KIND_LABELS.items() if known == kind)
