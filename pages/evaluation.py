"""Evaluation (考核): how departments, communities and channels do by the chosen rules, and what it cost them."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui import ask
from ui.deductions import show_all_deductions, show_deductions
from ui.distributions import show_curves, show_distribution
from ui.evaluation import NO_CASES, ask_evaluation, show_figures, show_group_ranking, show_open_receipt, show_table
from ui.filters import pick_filters
from ui.nothing_yet import show_no_match, show_nothing_yet
from ui.viewer import show_heading

TITLE = Text(zh="考核", en="Evaluation")

seen = show_heading(TITLE)
show_nothing_yet(seen)
filters = pick_filters(seen, ask.ask_options(seen), first=("zone", "channel"), more=("category", "department", "community", "state"))
page = ask_evaluation(seen, filters)
if page.figures.is_empty():
    show_no_match(seen, NO_CASES)
    st.stop()

show_figures(seen, page)
ranking, opened = st.columns(2, gap="medium")
with ranking:
    show_group_ranking(seen, page)
    show_all_deductions(seen, page)
with opened:
    show_deductions(seen, page)
    show_open_receipt(seen, page)
show_table(seen, page)
contact, end = st.columns(2, gap="medium")
with contact:
    show_distribution(seen, page, "contact")
with end:
    show_distribution(seen, page, "end")
show_curves(seen, page)
