"""Weak areas: what came back after sign-off, what the three steps brought, and when to look again."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui.relapse_charts import show_curve
from ui.subject_files import take_areas
from ui.viewer import show_heading
from ui.weak_areas import ask_weak_areas, show_headline, show_relapse_cards
from ui.weak_look_backs import show_look_backs
from ui.weak_map import show_area_map
from ui.weak_steps import show_areas, show_step_figures

TITLE = Text(zh="薄弱区域", en="Weak areas")

seen = show_heading(TITLE)
areas = ask_weak_areas(seen)
show_headline(seen, areas)
if areas:
    show_relapse_cards(seen, areas)
    place, plans = st.columns([11, 9], gap="medium")
    with place:
        show_area_map(seen, areas)
        take_areas(seen, areas)
    with plans:
        show_look_backs(seen, areas)
        show_curve(seen, areas)
    show_areas(seen, areas)
    show_step_figures(seen, areas)
