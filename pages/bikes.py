"""Shared bikes: where places are short, how full the zones are, and where the next ones should go."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui import ask
from ui.bike_cards import pick_spacing, show_bike_cards
from ui.bike_counts import show_hours, show_import_help
from ui.bike_headline import show_headline
from ui.bike_map import show_bike_map
from ui.bike_plan import ask_sites, pick_wishes
from ui.bike_sites import show_curve, show_first, show_sites
from ui.bike_tables import show_areas, show_gaps, show_parking
from ui.bikes import EMPTY, ask_bikes
from ui.filters import pick_filters
from ui.nothing_yet import show_missing
from ui.subject_files import take_parking, take_sites
from ui.viewer import show_heading

TITLE = Text(zh="共享单车", en="Shared bikes")

seen = show_heading(TITLE)
filters = pick_filters(seen, ask.ask_options(seen), first=("zone", "channel"), more=("department", "community", "state"))
headline = st.container()
spacing = pick_spacing(seen)
bikes = ask_bikes(seen, filters, spacing)
if bikes is None:
    show_missing(seen, EMPTY)
    st.stop()

map_side, card_side = st.columns([11, 9], gap="medium")
wishes = pick_wishes(seen)
sites = ask_sites(seen, bikes, wishes)
with headline:
    show_headline(seen, bikes)
    show_first(seen, sites)
with map_side:
    show_bike_map(seen, bikes, sites)
with card_side:
    show_bike_cards(seen, bikes)

listed, drawn = st.columns([11, 9], gap="medium")
with listed:
    show_sites(seen, bikes, sites)
    take_sites(seen, sites)
    show_gaps(seen, bikes)
with drawn:
    show_curve(seen, sites)
    show_hours(seen, bikes)
    show_import_help(seen)
show_areas(seen, bikes)
show_parking(seen, bikes)
take_parking(seen, bikes)
