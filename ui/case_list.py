"""The list of cases: a table whose rows open cases, and the way through its pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import pandas as pd
import streamlit as st

from i18n import Language, Text, show_number
from model.kinds import LABELS, Channel
from queries.cases import PAGE_ROWS
from queries.states import STATE_LABELS
from ui.cases import Page, open_case, page_key
from ui.kept import kept
from ui.nothing_yet import show_no_match
from ui.table_times import clock_times, time_column
from ui.viewer import Viewer, data_version
from ui.words import is_missing, say_deadline

TABLE = "case_table"
TABLE_HEIGHT = 640
ROW_HEIGHT = 35
TABLE_NAME = Text(zh="案件列表", en="List of cases")
NO_CASES = Text(
    zh="这个条件下没有案件。放宽时间，换个词，或清除筛选再看。",
    en="No case matches. Widen the period, try other words, or clear the filters.",
)
ROWS = Text(zh="第 {first}–{last} 件，共 {total} 件；点任一格打开案件", en="{first}–{last} of {total}; press a row to open its case")
PAGE = Text(zh="页", en="Page")
# label, and the width in pixels; the first three together are as wide as a phone
COLUMNS: dict[str, tuple[Text, int]] = {
    "state": (Text(zh="状态", en="State"), 112),
    "deadline": (Text(zh="时限", en="Deadline"), 96),
    "category": (Text(zh="类别", en="Category"), 148),
    "title": (Text(zh="案件", en="Case"), 218),
    "reported": (Text(zh="受理时间", en="Reported"), 114),
    "address": (Text(zh="地址", en="Address"), 170),
    "department": (Text(zh="处置部门", en="Department"), 110),
    "zone": (Text(zh="责任区", en="Zone"), 100),
    "community": (Text(zh="居委", en="Community"), 110),
    "channel": (Text(zh="来源", en="Channel"), 130),
    "number": (Text(zh="编号", en="Number"), 150),
}
STATE_COLOURS = {
    "open": "blue",
    "overdue": "red",
    "due_today": "orange",
    "due_soon": "yellow",
    "suspended": "violet",
    "closed": "green",
    "void": "gray",
}


def show_list(seen: Viewer, page: Page) -> None:
    """The page of the list; the row of the open case is marked, and a press on any row opens that case."""
    if page.cases.empty:
        show_no_match(seen, NO_CASES, icon=":material/search_off:")
        return
    st.session_state["listed"] = page.ids
    _mark_opened(page)
    label, width = COLUMNS["reported"]
    table = _table(tuple(page.ids), seen.minute, seen.language, data_version(), page.cases, seen)
    st.dataframe(
        table,
        key=TABLE,
        height=min(TABLE_HEIGHT, ROW_HEIGHT * (len(page.cases) + 1) + 2),
        row_height=ROW_HEIGHT,
        hide_index=True,
        column_config=_configure(seen) | {"reported": time_column(seen, seen.say(label), list(table["reported"]), width=width)},
        on_select=_follow_selection,
        selection_mode="single-cell",
        placeholder="",
        alt=seen.say(TABLE_NAME),
    )
    _show_pages(seen, page)


@kept(most=200)
def _table(ids: tuple[int, ...], minute: datetime, language: Language, version: str, _cases: pd.DataFrame, _seen: Viewer) -> pd.DataFrame:
    return tabulate(_cases, _seen)


def tabulate(cases: pd.DataFrame, seen: Viewer) -> pd.DataFrame:
    """The rows as they are read: words for codes, local times, and how each case stands to its deadline."""
    now, name = seen.minute, "name_zh" if seen.language == "zh" else "name_en"
    rows = cast("list[dict[str, Any]]", cases.to_dict("records"))
    table = {
        "state": [[seen.say(STATE_LABELS[row["state"]])] for row in rows],
        "deadline": [say_deadline(row, now, seen) for row in rows],
        "category": [_first(row[name], row["category"]) for row in rows],
        "title": [_first(row["title"]) for row in rows],
        "reported": clock_times(seen, list(cases["reported_at"])),
        "address": [_first(row["address"]) for row in rows],
        "department": [_first(row["department"]) for row in rows],
        "zone": [_first(row["zone_name"], row["zone"]) for row in rows],
        "community": [_first(row["community"]) for row in rows],
        "channel": [seen.say(LABELS[Channel(row["channel"])]) for row in rows],
        "number": [row["external_id"] for row in rows],
    }
    return pd.DataFrame(table)


def _first(*values: Any) -> str:
    """The first of the values that holds something."""
    return next((str(one) for one in values if not is_missing(one)), "")


def _configure(seen: Viewer) -> dict[str, Any]:
    """Names and widths of the columns; the state in its colour."""
    texts: dict[str, Any] = {key: st.column_config.TextColumn(seen.say(label), width=width) for key, (label, width) in COLUMNS.items()}
    label, width = COLUMNS["state"]
    options, colours = [seen.say(STATE_LABELS[state]) for state in STATE_COLOURS], list(STATE_COLOURS.values())
    return texts | {"state": st.column_config.MultiselectColumn(seen.say(label), width=width, options=options, color=colours)}


def _mark_opened(page: Page) -> None:
    """The table's marked row is the open case, whoever opened it."""
    opened = st.session_state["case"]
    row = page.ids.index(opened) if opened in page.ids else None
    held = _marked_row()
    # a mark that stands already is left alone, or the table would scroll
    if held != row:
        cells = [] if row is None else [(row, "category")]
        st.session_state[TABLE] = {"selection": {"rows": [], "columns": [], "cells": cells}}


def _marked_row() -> int | None:
    held = st.session_state.get(TABLE)
    cells = held["selection"]["cells"] if held else []
    return int(cells[0][0]) if cells else None


def _follow_selection() -> None:
    """A press on a cell opens its row's case; letting it go closes it."""
    row, listed = _marked_row(), st.session_state.get("listed", [])
    open_case(listed[row] if row is not None and row < len(listed) else None)


def _show_pages(seen: Viewer, page: Page) -> None:
    first = (page.number - 1) * PAGE_ROWS + 1
    last = first + len(page.cases) - 1
    shown = {name: show_number(number, seen.language) for name, number in (("first", first), ("last", last), ("total", page.total))}
    with st.container(horizontal=True, vertical_alignment="center", key="pages", gap="small"):
        st.caption(seen.say(ROWS, **shown), width="content")
        if page.pages > 1:
            st.pagination(page.pages, key=page_key(), max_visible_pages=5)
