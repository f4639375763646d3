"""Cases: find one, see what is due and who is late, open a case and follow its life."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui.case_card import show_case
from ui.case_export import show_export
from ui.case_list import show_list
from ui.case_map import show_case_map
from ui.cases import ask_page, case_options, pick_choice, remember, show_order, show_summary
from ui.filters import pick_filters
from ui.nothing_yet import show_nothing_yet
from ui.opened import ask_opened
from ui.viewer import show_heading

TITLE = Text(zh="案件", en="Cases")

seen = show_heading(TITLE)
show_nothing_yet(seen)
options = case_options(seen)
filters = pick_filters(seen, options, first=("state", "zone"), more=("channel", "category", "department", "community"), listing=True)
choice = pick_choice(seen, filters)
page = ask_page(seen, choice)
opened = ask_opened(seen)
remember()

with st.container(horizontal=True, vertical_alignment="center", key="listing", gap="small"):
    show_summary(seen, choice, page)
    st.space("stretch")
    show_order(seen)
    show_export(seen, choice, page.total, options)
lists, place = st.columns([11, 9], gap="medium")
with lists:
    show_list(seen, page)
with place:
    show_case_map(seen, choice, page.total, opened)
    show_case(seen, opened, page)
