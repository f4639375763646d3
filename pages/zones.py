"""Zones: which one does better, how sure that is, when their cases come, and what changed."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui import ask
from ui.choices import pick_one
from ui.filters import pick_filters
from ui.nothing_yet import show_missing
from ui.viewer import show_heading
from ui.zone_cards import show_zone_cards
from ui.zone_changes import show_changes
from ui.zone_pairs import show_against, show_leaders
from ui.zones import NO_ZONES, ask_zones, show_opened, show_zone_map, show_zone_ranking

TITLE = Text(zh="责任区", en="Zones")
VIEW = Text(zh="看什么", en="View")
VIEWS = {
    "cards": Text(zh="计分卡", en="Cards"),
    "against": Text(zh="两区对比", en="Against"),
    "changes": Text(zh="变化最大", en="Changes"),
    "leaders": Text(zh="领导分管", en="Leaders"),
}

seen = show_heading(TITLE)
filters = pick_filters(seen, ask.ask_options(seen), first=("zone", "channel"), more=("category", "department", "community", "state"))
page = ask_zones(seen, filters)
if page.zones.empty:
    show_missing(seen, NO_ZONES)
    st.stop()

place, ranking = st.columns([11, 9], gap="medium")
with place:
    show_zone_map(seen, page, filters.zones)
with ranking:
    show_zone_ranking(seen, page, filters.zones)
show_opened(seen, page, filters.zones)

match pick_one(seen, VIEW, VIEWS, key="view", default="cards"):
    case "against":
        show_against(seen, page)
    case "changes":
        show_changes(seen, page)
    case "leaders":
        show_leaders(seen, page, filters.zones)
    case _:
        show_zone_cards(seen, page, list(page.names))
