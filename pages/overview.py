"""Overview: where cases are, who answers for them, and whether it is getting better."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from queries.rules import CLOSED, CLOSED_IN_TIME, CLOSING_IN_TIME, FINDING, OVERDUE_NOW, REPORTED
from ui import ask
from ui.filters import pick_filters
from ui.kpis import show_kpis
from ui.nothing_yet import show_nothing_yet
from ui.overview import show_channels, show_map_panel, show_trend, show_zone_card
from ui.report_button import show_report_button
from ui.viewer import show_heading

TITLE = Text(zh="总览", en="Overview")
KPIS = (REPORTED, CLOSED, CLOSED_IN_TIME, CLOSING_IN_TIME, OVERDUE_NOW, FINDING)

seen = show_heading(TITLE)
show_nothing_yet(seen)
show_report_button(seen)
filters = pick_filters(seen, ask.ask_options(seen), first=("zone", "channel"), more=("category", "department", "community", "state"))
readings = ask.ask_readings(seen, KPIS, filters)

place, figures = st.columns([11, 9], gap="medium")
with place:
    show_map_panel(seen, filters)
with figures:
    show_zone_card(seen, filters)
    show_kpis(seen, KPIS, readings, filters, columns=3)
    show_trend(seen, filters)
    show_channels(seen, filters)
