"""A column of links from the rows of a table to the cases behind each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from i18n import Text
from queries.filters import Filters
from ui.viewer import Viewer

OPEN = Text(zh="打开这些案件（新窗口）", en="Open these cases (new window)")
ICON = ":material/list:"


def case_link(seen: Viewer, filters: Filters) -> str:
    """The address of the cases page with these filters, relative to any page; the language and the role go along.

    Without days it asks for all time, which the cases page would not take for granted.
    """
    params = filters.to_params() | {"lang": seen.language}
    if filters.since is None and filters.until is None:
        params["period"] = "all"
    if "as" in st.query_params:
        params["as"] = st.query_params["as"]
    return f"cases?{urlencode(params)}"


def link_column(seen: Viewer) -> Any:
    """How a column of such links is shown: one sign a row."""
    return st.column_config.LinkColumn("", display_text=ICON, help=seen.say(OPEN), width=44)
