"""The rotation: who is on duty on which day, whether that is fair, who answers for which zone, and what it brings."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui.choices import pick_one
from ui.rotation import EMPTY, ask_rotation, show_said
from ui.rotation_changes import show_changes
from ui.rotation_edit import end_of_month, show_editing
from ui.rotation_fair import show_fairness
from ui.rotation_files import show_files
from ui.rotation_month import pick_month, show_month, show_today
from ui.rotation_results import show_results
from ui.rotation_zones import show_zone_duties
from ui.viewer import show_heading

TITLE = Text(zh="领导轮值", en="Leader rotation")
PART = Text(zh="看什么", en="Part")
PARTS = {
    "month": Text(zh="月历", en="Calendar"),
    "fair": Text(zh="公平", en="Fairness"),
    "zones": Text(zh="责任区分工", en="Zones"),
    "results": Text(zh="成效", en="Results"),
    "changes": Text(zh="改动", en="Changes"),
}

seen = show_heading(TITLE)
show_said(seen)
part = pick_one(seen, PART, PARTS, key="rotation", default="month")
match part:
    case "zones":
        show_zone_duties(seen)
    case "changes":
        show_changes(seen)
    case _:
        month = pick_month(seen, seen.office.today())
        if part == "results":
            show_results(seen, month, end_of_month(month, 0))
        else:
            rotation = ask_rotation(seen, month.year)
            if not rotation.leaders:
                st.info(seen.say(EMPTY), icon=":material/upload_file:")
            elif part == "fair":
                show_fairness(seen, rotation)
            else:
                show_today(seen, rotation)
                show_editing(seen, rotation)
                show_month(seen, rotation, month)
            show_files(seen, rotation)
