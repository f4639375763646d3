"""The campaign ledgers: one card each, target against done, and the entries behind a chosen one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from i18n import Text, show_day, show_number
from queries.ledgers import ledger_entries, ledgers
from ui import ask
from ui.viewer import Viewer

# what an entry counts, where a ledger counts several things
MEASURES: dict[str, Text] = {
    "": Text(zh="完成", en="Done"),
    "filed": Text(zh="备案", en="Filed"),
    "closed": Text(zh="关停", en="Closed"),
    "licensed": Text(zh="办证", en="Licensed"),
    "open": Text(zh="未办结", en="Still open"),
    "buildings": Text(zh="楼栋", en="Buildings"),
    "inspections": Text(zh="检查次数", en="Inspections"),
    "inspectors": Text(zh="检查人次", en="Inspector turns"),
    "hazards": Text(zh="隐患", en="Hazards"),
    "notices": Text(zh="整改通知", en="Notices"),
    "reports": Text(zh="上报区", en="Reports to the district"),
    "consultations": Text(zh="居民意见征询", en="Consultations"),
    "started": Text(zh="启动", en="Started"),
    "fitness_points": Text(zh="健身苑点", en="Fitness points"),
    "gyms": Text(zh="健身房", en="Gyms"),
    "sports_grounds": Text(zh="运动场", en="Sports grounds"),
}
# what is counted but not yet reached
NOT_DONE = ("open", "started")
# units as the demo's ledgers write them; any other unit is shown as it is
UNITS: dict[str, Text] = {
    "m²": Text(zh="㎡", en="m²"),
    "家": Text(zh="家", en="units"),
    "个小区": Text(zh="个小区", en="estates"),
    "条": Text(zh="条", en="lines"),
    "处": Text(zh="处", en="places"),
}
TARGET = Text(zh="目标 {target}", en="target {target}")
PLACES = Text(zh="{places} 处", en="{places} places")
LAST = Text(zh="最近一笔 {day}", en="last entry {day}")
NO_TARGET = Text(zh="未设目标", en="no target set")
EMPTY = Text(
    zh="还没有台账。用 python -m ingest table ledgers 文件 导入。", en="No ledger yet. Load one by python -m ingest table ledgers FILE."
)
ENTRIES = Text(zh="台账明细", en="Entries of a ledger")
COLUMNS: dict[str, Text] = {
    "on_date": Text(zh="日期", en="Date"),
    "measure": Text(zh="内容", en="What"),
    "amount": Text(zh="数量", en="Amount"),
    "place": Text(zh="地点", en="Place"),
    "note": Text(zh="备注", en="Note"),
}


def show_ledgers(seen: Viewer) -> str | None:
    """Every ledger as a card; gives the key of the one to open."""
    found = ask.ask(ledgers, seen.office.today())
    if found.empty:
        st.info(seen.say(EMPTY), icon=":material/upload_file:")
        return None
    labels = {str(row["key"]): str(row["label"][seen.language]) for row in found.to_dict("records")}
    with st.grid(3, min_column_width=300, gap="small", key="ledgers"):
        for key, rows in found.groupby("key", sort=False):
            with st.container(border=True, gap="xsmall", key=f"ledger_{key}"):
                _show_card(seen, labels[str(key)], rows)
    return st.selectbox(seen.say(ENTRIES), list(labels), format_func=lambda key: labels[key], key="ledger", width=320)


def _show_card(seen: Viewer, label: str, rows: pd.DataFrame) -> None:
    """Target against done as a bar, every other measure in words."""
    st.markdown(f"**{label}**")
    first = rows.iloc[0]
    unit = seen.say(UNITS[first["unit"]]) if first["unit"] in UNITS else str(first["unit"])
    main = rows[rows["measure"] == ""]
    done = float((main if not main.empty else rows[~rows["measure"].isin(NOT_DONE)])["done"].sum())
    st.metric(label, f"{_amount(done, seen)} {unit}", label_visibility="collapsed")
    if pd.notna(first["target"]):
        st.progress(min(done / float(first["target"]), 1.0), f"{done / float(first['target']):.1%} · " + _target(first, unit, seen))
    else:
        st.caption(seen.say(NO_TARGET))
    parts = [
        f"{_measure(str(row['measure']), seen)} {_amount(float(row['done']), seen)}" for row in rows.to_dict("records") if row["measure"]
    ]
    facts = [seen.say(PLACES, places=f"{int(rows['places'].max()):,}")] if rows["places"].max() else []
    last = rows["last_on"].max()
    facts += [seen.say(LAST, day=show_day(last.date(), seen.language))] if pd.notna(last) else []
    st.caption(" · ".join([*parts, *facts]))


def _target(first: pd.Series[Any], unit: str, seen: Viewer) -> str:
    return seen.say(TARGET, target=f"{_amount(float(first['target']), seen)} {unit}")


def _measure(name: str, seen: Viewer) -> str:
    return seen.say(MEASURES[name]) if name in MEASURES else name


def _amount(value: float, seen: Viewer) -> str:
    return show_number(value, seen.language, digits=0 if float(value).is_integer() else 2)


def show_entries(seen: Viewer, key: str) -> None:
    """The entries of one ledger, newest first."""
    found = ask.ask(ledger_entries, key)
    shown = found[list(COLUMNS)].assign(
        on_date=[show_day(day.date(), seen.language) for day in found["on_date"]],
        measure=[_measure(str(name), seen) for name in found["measure"]],
    )
    st.dataframe(shown.rename(columns={name: seen.say(label) for name, label in COLUMNS.items()}), hide_index=True, width="stretch")
