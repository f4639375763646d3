"""A column of links from the rows of a table to the cases behind each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from i18n import Text
from queries.filters import Filters
from queries.lists import GONE
from queries.rules import REPORTED
from ui.viewer import Viewer

OPEN = Text(zh="打开这些案件（新窗口）", en="Open these cases (new window)")
ICON = ":material/list:"


def params_of(filters: Filters) -> dict[str, str]:
    """The address of the reported cases of these filters as a figure counts them: void ones left out, no days meaning all time."""
    params = {"kpi": REPORTED.key} | filters.to_params()
    return params if filters.since or filters.until else params | {"period": "all"}


def these(ids: Iterable[int]) -> Filters:
    """The filters of exactly these cases, however many."""
    return Filters(ids=tuple(int(one) for one in ids) or GONE)


def case_link(seen: Viewer, filters: Filters) -> str:
    """The address of the cases of these filters, relative to any page; the language and the role go along."""
    params = params_of(filters) | {"lang": seen.language}
    if "as" in st.query_params:
        params["as"] = st.query_params["as"]
    return f"cases?{urlencode(params)}"


def link_column(seen: Viewer) -> Any:
    """How a column of such links is shown: one sign a row."""
    return st.column_config.LinkColumn("", display_text=ICON, help=seen.say(OPEN), width=44)
