"""Today's patrol: who is on, where to walk first and why, what was done there."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui.patrol import ask_day
from ui.patrol_draw import show_draw
from ui.patrol_map import show_patrol_map
from ui.patrol_place import known_place, show_place
from ui.patrol_sheet import show_sheet_button
from ui.patrol_stops import show_head, show_said, show_stop, show_stops, show_visited
from ui.report_button import show_report_button
from ui.viewer import show_heading

TITLE = Text(zh="今日巡查", en="Today's patrol")

seen = show_heading(TITLE)
here = known_place()
day = ask_day(seen, here=here)
ahead = [stop for stop in day.stops if stop.key not in day.done]

first, place = st.columns([5, 6], gap="medium")
with first:
    show_said()
    show_head(seen, day)
    for stop in ahead[:1]:
        show_stop(seen, day, stop, here=here)
    show_report_button(seen)
    # beside the map there is room for one more
    for stop in ahead[1:2]:
        show_stop(seen, day, stop, here=here)
with place:
    if day.stops:
        show_place(seen)
        show_patrol_map(seen, day, here)
show_stops(seen, day, ahead[2:], here=here)
show_visited(seen, day, here=here)
show_sheet_button(seen, day)
show_draw(seen, day)
