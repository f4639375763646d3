"""The number of a map's cell opens its receipt under the map; which cell was pressed last is remembered for the session."""

from __future__ import annotations

import streamlit as st

from geo.figures import Cells
from geo.grid import UNITS
from i18n import Text
from model.units import side_of
from queries.filters import Filters
from ui.map_panel import Click
from ui.points import show_counted
from ui.viewer import Viewer

KEY = "pressed_cell"
CELL = Text(zh="地图上点的网格（{unit}），当前筛选下的案件", en="The cell pressed on the map ({unit}), cases under these filters")


def keep_pressed_cell(click: Click) -> None:
    """Remember the cell of a press; a press on anything else lets it go."""
    st.session_state[KEY] = click.code if click.layer == "cells" else None


def show_pressed_cell(seen: Viewer, filters: Filters, shown: Cells) -> None:
    """The receipt of the cell that was pressed last; nothing where the filters leave none of its cases."""
    pressed = st.session_state.get(KEY)
    for cell, n in shown.counts:
        if str(cell) == pressed:
            show_counted(seen, seen.say(CELL, unit=seen.say(UNITS[side_of(cell)])), n, filters.with_(cells=(cell,)))
