"""Cameras: what they see and what they miss, and which of the planned ones to put up first."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui import ask
from ui.camera_cards import show_camera_cards
from ui.camera_ground import show_overlap, show_river_coverage, show_zone_coverage
from ui.camera_lists import show_blind_spots, show_hours, show_offline
from ui.camera_map import show_camera_map
from ui.camera_plan import pick_count, show_order, show_plan
from ui.camera_views import read_covered, read_seen_cases
from ui.cameras import EMPTY, NOT_ALLOWED, pick_task, show_headline
from ui.choices import pick_one
from ui.filters import pick_filters
from ui.nothing_yet import show_missing
from ui.subject_files import take_sights
from ui.viewer import show_heading

TITLE = Text(zh="监控探头", en="Cameras")
VIEW = Text(zh="看什么", en="View")
VIEWS = {
    "blind": Text(zh="盲区", en="Blind spots"),
    "order": Text(zh="安装次序", en="Order of the plan"),
    "hours": Text(zh="时段", en="By hour"),
    "zones": Text(zh="责任区", en="Zones"),
    "rivers": Text(zh="河道", en="Rivers"),
    "offline": Text(zh="离线", en="Offline"),
    "overlap": Text(zh="重叠", en="Overlap"),
}

seen = show_heading(TITLE)
if not seen.may_see_sensitive:
    st.info(seen.say(NOT_ALLOWED), icon=":material/lock:")
    st.stop()

first = st.container(gap="xsmall")
filters = pick_filters(seen, ask.ask_options(seen), first=("channel", "category"), more=("zone", "department", "community", "state"))
task = pick_task(seen)
covered = read_covered(seen, task)
if covered is None:
    with first:
        show_missing(seen, EMPTY)
    st.stop()

found = read_seen_cases(seen, filters, task)
with first:
    show_headline(seen, filters, found)
show_camera_cards(seen, filters, covered, found, task)

place, plan = st.columns([11, 9], gap="medium")
with plan:
    count = pick_count(seen, found)
    show_plan(seen, found, count)
with place:
    show_camera_map(seen, filters, covered, found, count)
    take_sights(seen, covered, found, count)

match pick_one(seen, VIEW, VIEWS, key="view", default="blind"):
    case "order":
        show_order(seen, covered, found, count)
    case "hours":
        show_hours(seen, filters, found, count)
    case "zones":
        show_zone_coverage(seen, filters, covered)
    case "rivers":
        show_river_coverage(seen, filters, covered)
    case "offline":
        show_offline(seen, covered, found)
    case "overlap":
        show_overlap(seen, covered)
    case _:
        show_blind_spots(seen, filters, found, task)
