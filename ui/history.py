"""The book of imports: what came in, when, and the rows that were refused."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from i18n import Text
from ingest.history import read_imports, read_rejects
from ui.came_in import say_table
from ui.table_times import clock_times, time_column
from ui.tables import show_download, show_rejects
from ui.viewer import Viewer, database

COLUMNS: dict[str, Text] = {
    "started_at": Text(zh="时间", en="When"),
    "target": Text(zh="内容", en="What"),
    "rows_new": Text(zh="新增行", en="New rows"),
    "rows_rejected": Text(zh="退回行", en="Rejected"),
    "rows_changed": Text(zh="更新行", en="Changed"),
    "rows_unchanged": Text(zh="未变行", en="Unchanged"),
    "rows_in": Text(zh="读入行", en="Read"),
    "file": Text(zh="文件", en="File"),
    "preset": Text(zh="预设", en="Preset"),
    "datum": Text(zh="坐标基准", en="Datum"),
}
HISTORY = Text(zh="导入记录", en="What came in")
NOTHING_YET = Text(
    zh="还没有导入过文件。先导入辖区边界和责任区，再导入案件。",
    en="Nothing came in yet. Bring in the boundary and the zones first, then the cases.",
)
REJECTS_OF = Text(zh="查看某次导入退回的行", en="Rejected rows of an import")
NONE_REJECTED = Text(zh="没有退回的行。", en="No row was rejected.")
DOWNLOAD = Text(zh="下载", en="Download")


def show_history(seen: Viewer) -> None:
    """The imports, newest first; choose one to see what it refused."""
    imports = read_imports(database())
    if imports.empty:
        st.info(seen.say(NOTHING_YET))
        return
    _show_imports(seen, imports)
    refused = imports[imports["rows_rejected"] > 0]
    if refused.empty:
        st.caption(seen.say(NONE_REJECTED))
        return
    files = dict(zip(refused["id"], refused["file"], strict=True))
    chosen = st.selectbox(seen.say(REJECTS_OF), list(files), format_func=lambda one: f"{one} · {files[one]}", key="history_import")
    rejects = read_rejects(database(), int(chosen))
    show_rejects(seen, rejects)
    show_download(rejects, seen.say(DOWNLOAD), f"rejects-{chosen}.csv", key="download_history")


def _show_imports(seen: Viewer, imports: pd.DataFrame) -> None:
    """A line a file: what it held and what came of its rows first, so that a phone shows them."""
    times = clock_times(seen, imports["started_at"])
    shown = imports[list(COLUMNS)].assign(
        started_at=pd.Series(times, index=imports.index),
        target=[say_table(seen, target) for target in imports["target"]],
        preset=imports["preset"].fillna(""),
        datum=imports["datum"].fillna(""),
    )
    config = {key: st.column_config.Column(seen.say(label)) for key, label in COLUMNS.items()}
    config |= {key: st.column_config.NumberColumn(seen.say(COLUMNS[key]), format="localized") for key in COLUMNS if key.startswith("rows_")}
    config["started_at"] = time_column(seen, seen.say(COLUMNS["started_at"]), times)
    st.dataframe(shown, hide_index=True, column_config=config, alt=seen.say(HISTORY))
