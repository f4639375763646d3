"""Rivers: whose walk is late, how the water is, what lies open on the banks; and each reach's notice board."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui.nothing_yet import show_missing
from ui.reach_board import show_board, show_board_head
from ui.reach_cases import show_cases
from ui.reach_walks import show_walks
from ui.reach_water import show_water
from ui.river_cards import show_river_cards
from ui.river_headline import show_headline
from ui.river_list import show_river_list
from ui.river_map import show_river_map
from ui.rivers import NO_REACHES, ask_rivers, pick_reach
from ui.subject_files import take_reaches
from ui.viewer import show_heading

TITLE = Text(zh="河道", en="Rivers")

seen = show_heading(TITLE)
rivers = ask_rivers(seen)
if rivers is None:
    show_missing(seen, NO_REACHES)
    st.stop()

reach = pick_reach(seen, rivers)
if reach:
    show_board_head(seen, rivers, reach)
    left, right = st.columns(2, gap="medium")
    with left:
        show_cases(seen, rivers, reach)
        show_board(seen, rivers, reach)
    with right:
        show_water(seen, rivers, reach)
        show_walks(seen, rivers, reach)
else:
    show_headline(seen, rivers)
    place, figures = st.columns([9, 11], gap="medium")
    with place:
        show_river_map(seen, rivers)
    with figures:
        show_river_cards(seen, rivers)
    show_river_list(seen, rivers)
    take_reaches(seen, rivers)
