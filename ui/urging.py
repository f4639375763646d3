"""The cases that somebody should be urged about: read, opened, ticked, and urged (督办) in one press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from actions.act import Refused
from actions.loop import urge
from i18n import NOTHING, Text, show_number
from model.roles import Right
from queries.filters import Filters
from queries.loop import MOST_ROWS, supervised
from ui import ask
from ui.identity import actor
from ui.supervision import DEPARTMENT, LIST, NOBODY
from ui.table_times import clock_times, time_column
from ui.viewer import Viewer, database
from ui.words import is_missing, say_deadline

TABLE, SAID, OPENED = "supervised", "urged_said", "supervised_open"
CASES_PAGE = "pages/cases.py"
COLUMNS: dict[str, tuple[Text, int]] = {
    "deadline": (Text(zh="时限", en="Deadline"), 110),
    "title": (Text(zh="案件", en="Case"), 220),
    "department": (DEPARTMENT, 110),
    "urged": (Text(zh="上次督办", en="Last urged"), 140),
    "zone": (Text(zh="责任区", en="Zone"), 90),
    "category": (Text(zh="类别", en="Category"), 150),
    "address": (Text(zh="地址", en="Address"), 170),
    "due": (Text(zh="截止时间", en="Due"), 130),
    "number": (Text(zh="编号", en="Number"), 150),
}
NONE_LISTED = Text(zh="这一类现在没有案件。换一类或换个部门看。", en="Nothing on this list now. Choose another list or department.")
CUT = Text(zh="这里是最急的 {shown} 件，共 {n} 件；点“案件”看全部。", en="The {shown} most urgent of {n}; press Cases for all of them.")
PICK = Text(zh="勾选案件后，一键督办。点“打开”看这件案件。", en="Tick cases, then urge them in one press. “Open” shows a case.")
ONLY_CENTRE = Text(zh="督办由网格中心办理；您可以看清单、开案件。", en="The grid centre urges; you can read the list and open cases.")
NOTE = Text(zh="督办意见（可不填）", en="A word to them (optional)")
URGE = Text(zh="督办所选 {n} 件", en="Urge {n} chosen")
URGED = Text(zh="已督办 {n} 件，写入流转记录。", en="{n} cases urged; it is in their events.")
SOME_LEFT = Text(zh="另有 {n} 件今天已督办或已办结，未重复。", en="{n} more were urged today already, or are closed, and were left alone.")
OPEN = Text(zh="打开", en="Open")


def show_supervised(seen: Viewer, kind: str, department: str | None, total: int) -> None:
    """The cases of a list, to tick and to open, and the press that urges them; `total` is how many there are."""
    _show_said(seen)
    cases = ask.ask(supervised, kind, seen.minute, department)
    if cases.empty:
        st.caption(seen.say(NONE_LISTED))
        return
    may = seen.may(Right.DISPATCH)
    st.caption(seen.say(PICK if may else ONLY_CENTRE))
    table = tabulate(cases, seen)
    held: Any = st.dataframe(
        table,
        key=f"{TABLE}_{kind}",
        hide_index=True,
        column_config=_configure(seen, table),
        placeholder=NOTHING,
        on_select="rerun" if may else "ignore",
        selection_mode="multi-row",
        alt=seen.say(LIST),
        height=min(520, 37 * (len(cases) + 1)),
    )
    _follow(cases, kind, department)
    if total > len(cases):
        st.caption(seen.say(CUT, shown=MOST_ROWS, n=show_number(total, seen.language)))
    if may:
        _show_urging(seen, [int(cases["id"].iloc[row]) for row in held["selection"]["rows"] if row < len(cases)])


def tabulate(cases: pd.DataFrame, seen: Viewer) -> pd.DataFrame:
    """The rows as they are read."""
    name = "name_zh" if seen.language == "zh" else "name_en"
    return pd.DataFrame([_row(seen, row, name) for row in cases.to_dict("records")])


def _row(seen: Viewer, row: Mapping[Any, Any], name: str) -> dict[str, Any]:
    urged, due = clock_times(seen, (row["urged_at"], row["due_at"]))
    return {
        "deadline": say_deadline(row, seen.minute, seen),
        "open": seen.say(OPEN),
        "title": _text_of(row["title"], row["external_id"]),
        "department": _text_of(row["department"], seen.say(NOBODY)),
        "urged": urged,
        "zone": _text_of(row["zone_name"]),
        "category": _text_of(row[name], row["category"]),
        "address": _text_of(row["address"]),
        "due": due,
        "number": str(row["external_id"]),
    }


def _configure(seen: Viewer, table: pd.DataFrame) -> dict[str, Any]:
    texts: dict[str, Any] = {key: st.column_config.TextColumn(seen.say(label), width=width) for key, (label, width) in COLUMNS.items()}
    for key in ("urged", "due"):
        label, width = COLUMNS[key]
        texts[key] = time_column(seen, seen.say(label), [None if pd.isna(one) else one for one in table[key]], width=width)
    return texts | {"open": st.column_config.ButtonColumn("", key=OPENED, type="tertiary", width=64)}


def _follow(cases: pd.DataFrame, kind: str, department: str | None) -> None:
    """A press on “open” leads to the case, beside the list that it came from."""
    pressed = st.session_state.get(OPENED)
    if pressed is None or pressed["row"] >= len(cases):
        return
    chosen = Filters(states=(kind,), departments=(department,) if department else ())
    address = chosen.to_params() | {"period": "all", "order": "due", "case": str(cases["id"].iloc[pressed["row"]])}
    st.switch_page(CASES_PAGE, query_params=address)


def _show_urging(seen: Viewer, chosen: list[int]) -> None:
    with st.container(key="urging", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(seen.say(NOTE), key="urge_note", max_chars=200, width=320)
        label = seen.say(URGE, n=len(chosen))
        args = (seen, chosen)
        st.button(label, key="urge", type="primary", icon=":material/campaign:", disabled=not chosen, on_click=_urge, args=args)


def _urge(seen: Viewer, chosen: list[int]) -> None:
    try:
        done = urge(database(), actor(), chosen, at=seen.office.now(), note=st.session_state.get("urge_note", ""))
    except Refused as refused:
        st.session_state[SAID] = refused
        return
    st.session_state[SAID] = (len(done), len(chosen) - len(done))
    st.session_state["urge_note"] = ""


def _show_said(seen: Viewer) -> None:
    """What came of the last press, once."""
    said = st.session_state.pop(SAID, None)
    if isinstance(said, Refused):
        st.warning(said.say(seen.language), icon=":material/block:")
    elif said:
        done, left = said
        st.success(seen.say(URGED, n=done) + (" " + seen.say(SOME_LEFT, n=left) if left else ""), icon=":material/campaign:")


def _text_of(*values: object) -> str:
    return next((str(one) for one in values if not is_missing(one)), "")
