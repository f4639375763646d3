"""The book of imports: what came in, when, and the rows that were refused."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ingest.history import read_imports, read_rejects
from ui.tables import show_download, show_rejects
from ui.viewer import Viewer, database

COLUMNS: dict[str, Text] = {
    "started_at": Text(zh="时间", en="When"),
    "file": Text(zh="文件", en="File"),
    "target": Text(zh="内容", en="What"),
    "preset": Text(zh="预设", en="Preset"),
    "datum": Text(zh="坐标基准", en="Datum"),
    "rows_in": Text(zh="读入", en="Read"),
    "rows_new": Text(zh="新增", en="New"),
    "rows_changed": Text(zh="更新", en="Changed"),
    "rows_unchanged": Text(zh="未变", en="Unchanged"),
    "rows_rejected": Text(zh="退回", en="Rejected"),
}
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
    shown = imports[list(COLUMNS)].copy()
    shown["started_at"] = [seen.local(moment).strftime("%Y-%m-%d %H:%M") for moment in shown["started_at"]]
    shown["preset"], shown["datum"] = shown["preset"].fillna(""), shown["datum"].fillna("")
    st.dataframe(shown.rename(columns={key: seen.say(label) for key, label in COLUMNS.items()}), hide_index=True)
    refused = imports[imports["rows_rejected"] > 0]
    if refused.empty:
        st.caption(seen.say(NONE_REJECTED))
        return
    files = dict(zip(refused["id"], refused["file"], strict=True))
    chosen = st.selectbox(seen.say(REJECTS_OF), list(files), format_func=lambda one: f"{one} · {files[one]}", key="history_import")
    rejects = read_rejects(database(), int(chosen))
    show_rejects(seen, rejects)
    show_download(rejects, seen.say(DOWNLOAD), f"rejects-{chosen}.csv", key="download_history")
