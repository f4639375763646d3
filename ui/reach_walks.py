"""The walks of a reach: how much of it was walked, for how long, and whether each counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analysis.walks import Lack, least_metres, walk_rules
from config import WalkRule
from i18n import NOTHING, Text, show_day, show_number, show_share
from ui.cards import Card
from ui.pressed import named, show_number_table
from ui.river_walk_cards import say_rule
from ui.rivers import Rivers, enumerate_words, say_level
from ui.tables import day_column, show_download
from ui.viewer import Viewer
from ui.words import is_missing

TITLE = Text(zh="巡河记录", en="Walks")
NO_WALKS = Text(
    zh="还没有巡河记录。巡一次，或到“数据”页导入巡河记录或手机应用的轨迹（GPX）。",
    en="No walk on record yet. Walk it, or bring in river walks or a phone's tracks (GPX) on the Data page.",
)
SUMMARY = Text(
    zh="共{n}次，算数{counted}次；下表为最近{shown}次。“走过”= 轨迹30米内覆盖的河段长度 ÷ 河段长度。",
    en="{n} walks, {counted} of them count; the newest {shown} below. Walked is the part of the reach within 30 m of the track.",
)
ASKED = Text(zh="{level}：{rule}", en="{level}: {rule}")
COUNTS = Text(zh="算", en="counts")
UNKNOWN = Text(zh="算（时长或米数不详）", en="counts (time or metres unknown)")
NO_LEVEL = Text(zh="不算：当时不是该河段河长", en="does not count: no chief of the reach then")
LACKS: dict[Lack, Text] = {
    Lack.MINUTES: Text(zh="不足{least:g}分钟", en="under {least:g} min"),
    Lack.METRES: Text(zh="不足{least:,.0f}米", en="under {least:,.0f} m"),
    Lack.GAP: Text(zh="距上次不足{least:g}小时", en="less than {least:g} h after the last"),
}
NOT = Text(zh="不算：{why}", en="does not count: {why}")
DOWNLOAD = Text(zh="下载全部巡河记录", en="Download all walks")
MOST_SHOWN = 20
COLUMNS: dict[str, Text] = {
    "on": Text(zh="日期", en="Date"),
    "share": Text(zh="走过", en="Walked"),
    "verdict": Text(zh="是否算数", en="Counts"),
    "minutes": Text(zh="分钟", en="Minutes"),
    "metres": Text(zh="米", en="Metres"),
    "who": Text(zh="巡河人", en="Walker"),
    "note": Text(zh="备注", en="Note"),
}
FORMULAS: dict[str, Text] = {
    "share": Text(
        zh="轨迹30米内覆盖的河段长度 ÷ 河段长度，不超过100%", en="length of the reach within 30 m of the track ÷ its length, 100% at most"
    ),
    "minutes": Text(
        zh="轨迹最后一点的时间 − 第一点的时间，或记录的时长", en="from the first to the last point of the track, or as recorded"
    ),
    "metres": Text(zh="轨迹30米内覆盖的河段长度，或记录的米数", en="length of the reach within 30 m of the track, or as recorded"),
}
LENGTH = Text(zh="河段长度（米）", en="Length of the reach (m)")
SOURCE = Text(zh="巡河记录与河道图层", en="river walks and the layer of rivers")
WIDTHS = {"on": 124, "share": 92, "verdict": 110, "minutes": 64, "metres": 64, "who": 150, "note": 200}
Row = Mapping[Any, Any]


def show_walks(seen: Viewer, rivers: Rivers, code: str) -> None:
    """What is asked of each level, and the walks, the newest first."""
    st.markdown(f"**{seen.say(TITLE)}**")
    feature = int(rivers.reaches.index[rivers.reaches["code"] == code][0])
    walked = rivers.walks[rivers.walks["feature_id"] == feature].iloc[::-1]
    if walked.empty:
        st.info(seen.say(NO_WALKS), icon=":material/directions_walk:")
        return
    length = rivers.props(code).get("length_m")
    table = pd.DataFrame([_row(seen, row, float(length) if length else None) for row in walked.to_dict("records")])
    counted = int((walked["lacks"].map(len).eq(0) & (walked["level"] != "")).sum())
    levels = [seen.say(ASKED, level=say_level(one.level, seen), rule=say_rule(seen, one.level)) for one in rivers.of(code)]
    st.caption(
        seen.say(SUMMARY, n=len(walked), counted=counted, shown=min(len(walked), MOST_SHOWN))
        + " "
        + (("；" if seen.language == "zh" else "; ").join(levels))
    )
    config: dict[str, Any] = {name: st.column_config.Column(seen.say(label), width=WIDTHS[name]) for name, label in COLUMNS.items()}
    config["on"] = day_column(seen, seen.say(COLUMNS["on"]), width=WIDTHS["on"])
    config["share"] = st.column_config.ProgressColumn(
        seen.say(COLUMNS["share"]), width=WIDTHS["share"], min_value=0, max_value=100, format="%.0f%%"
    )
    metres = show_number(float(length) if length else None, seen.language)

    def card_of(place: int, column: str) -> Card | None:
        if column not in FORMULAS:
            return None
        row = table.iloc[place]
        share = NOTHING if is_missing(row["share"]) else show_share(float(row["share"]) / 100)
        said = {"share": share, "minutes": str(row["minutes"]), "metres": str(row["metres"])}
        parts = [(COLUMNS[name], words) for name, words in said.items() if name != column]
        whose = f"{show_day(pd.Timestamp(row['on']).date(), seen.language)} {row['who']}"
        label = named(whose, COLUMNS[column])
        return Card(key="walk", label=label, value=said[column], formula=FORMULAS[column], parts=[*parts, (LENGTH, metres)], source=SOURCE)

    show_number_table(
        seen,
        table.head(MOST_SHOWN),
        card_of,
        key="reach_walks",
        alt=seen.say(TITLE),
        columns=config,
        height=min(390, 35 * (len(table) + 1) + 2),
        row_height=35,
    )
    names = {name: seen.say(label) for name, label in COLUMNS.items()}
    show_download(table.rename(columns=names), seen.say(DOWNLOAD), f"walks-{code}.csv", key="download_walks")


def _row(seen: Viewer, row: Row, length: float | None) -> dict[str, Any]:
    level = str(row["level"])
    metres, minutes = (None if is_missing(row[name]) else float(row[name]) for name in ("walked_m", "minutes"))
    return {
        "on": row["on"],
        "share": min(metres / length, 1.0) * 100 if metres is not None and length else None,
        "verdict": say_verdict(seen, row, length),
        "minutes": show_number(minutes, seen.language),
        "metres": show_number(metres, seen.language),
        "who": f"{say_level(level, seen)} {row['official']}".strip() if level else str(row["official"]),
        "note": "" if is_missing(row["note"]) else str(row["note"]),
    }


def say_verdict(seen: Viewer, row: Row, length: float | None) -> str:
    """Whether a walk counts, and if not, why not."""
    rule = walk_rules().get(str(row["level"]))
    if not row["level"]:
        return seen.say(NO_LEVEL)
    if rule is None:
        return NOTHING
    if row["lacks"]:
        return seen.say(NOT, why=enumerate_words((seen.say(LACKS[lack], least=_least(lack, rule, length)) for lack in row["lacks"]), seen))
    return seen.say(UNKNOWN if is_missing(row["minutes"]) or is_missing(row["walked_m"]) else COUNTS)


def _least(lack: Lack, rule: WalkRule, length: float | None) -> float:
    match lack:
        case Lack.MINUTES:
            return rule.least_minutes
        case Lack.METRES:
            return least_metres(rule, length)
        case Lack.GAP:
            return rule.least_gap_hours
