"""Tables for taking away: what leaves as a file runs nothing in the program that opens it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from i18n import Language, Text
from model.roles import Right
from model.words import inert
from ui.identity import actor
from ui.viewer import Viewer

REJECT_COLUMNS = {
    "row": Text(zh="行", en="Row"),
    "reason": Text(zh="原因", en="Reason"),
    "raw": Text(zh="原文（已去除个人信息）", en="What it said, without personal data"),
}
REJECTS = Text(zh="退回的行及原因", en="Rejected rows and their reasons")
# as moment.js writes days
DAYS: dict[Language, str] = {"zh": "YYYY[年]M[月]D[日]", "en": "D MMM YYYY"}


def neutralise(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before every text that a spreadsheet would run."""
    safe = frame.copy()
    for name in safe.columns:
        if pd.api.types.is_string_dtype(safe[name]) or safe[name].dtype == object:
            safe[name] = safe[name].map(lambda value: inert(value) if isinstance(value, str) else value)
    return safe


def show_rejects(seen: Viewer, rejects: pd.DataFrame) -> None:
    """Rejected rows with their reasons in the viewer's language; the book keeps both, as `中文 / English`."""
    reasons = [reason.partition(" / ")[0 if seen.language == "zh" else 2] or reason for reason in rejects["reason"]]
    shown = rejects.assign(reason=reasons)[["row", "reason", "raw"]]
    names = {key: seen.say(label) for key, label in REJECT_COLUMNS.items()}
    config = {names["row"]: st.column_config.Column(width="small"), names["reason"]: st.column_config.Column(width="large")}
    st.dataframe(shown.rename(columns=names), hide_index=True, column_config=config, alt=seen.say(REJECTS))


def show_download(frame: pd.DataFrame, label: str, file: str, *, key: str) -> None:
    """A button that gives the frame as CSV with a byte-order mark, so that spreadsheets read the Chinese; for those who may export."""
    if not actor().may(Right.EXPORT):
        return
    content = neutralise(frame).to_csv(index=False).encode("utf-8-sig")
    st.download_button(label, content, file_name=file, mime="text/csv", icon=":material/download:", key=key, on_click="ignore")


def day_column(seen: Viewer, label: str | None = None, *, width: int | None = None) -> Any:
    """A column of days that are sorted as days and read as people here write them."""
    return st.column_config.DateColumn(label, format=DAYS[seen.language], width=width)
