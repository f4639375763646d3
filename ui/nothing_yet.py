"""What a page says where there is no case at all yet: what to do first, and the way there."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui.access import may_open
from ui.viewer import Viewer

NO_CASES = Text(
    zh="还没有任何案件：请先到“数据”页导入责任区和案件，本页才有内容。",
    en="There are no cases yet: import zones and cases on the Data page first, then this page fills.",
)
TO_DATA = Text(zh="去“数据”页", en="To the Data page")
DATA_PAGE = "pages/data.py"


def show_nothing_yet(seen: Viewer) -> None:
    """A sentence and a link if the database holds no case; else nothing."""
    if seen.fresh.reported_at is not None:
        return
    st.info(seen.say(NO_CASES), icon=":material/upload_file:")
    show_way_to_data(seen)


def show_no_match(seen: Viewer, words: Text, *, icon: str | None = None) -> None:
    """The sentence that nothing matches; where the database holds no case, `show_nothing_yet` has said what to do."""
    if seen.fresh.reported_at is not None:
        st.info(seen.say(words), icon=icon)


def show_missing(seen: Viewer, words: Text, **values: object) -> None:
    """The sentence that something must come in on the Data page first, and the way there."""
    st.info(seen.say(words, **values), icon=":material/upload_file:")
    show_way_to_data(seen)


def show_way_to_data(seen: Viewer) -> None:
    """The link to the Data page, under a sentence that sends there, for those who may open it."""
    if may_open(seen.actor, "data"):
        st.page_link(DATA_PAGE, label=seen.say(TO_DATA), icon=":material/arrow_forward:")
