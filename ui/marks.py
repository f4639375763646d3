"""What a map can mark beside its colours: hot spots and repeat points; chosen above the map, listed below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from geo.figures import Outline
from i18n import Text
from queries.filters import Filters
from ui.hotspots import SPOTS, show_spots, spot_outlines
from ui.repeats import REPEATS, repeat_outlines, show_repeats
from ui.viewer import Viewer

MARKS_LABEL = Text(zh="标记", en="Marks")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that is outlined on the map and listed below it."""

    label: Text
    outlines: Callable[[Viewer, Filters], list[Outline]]
    show: Callable[[Viewer, Filters], None]
    on: bool


MARKS: dict[str, Mark] = {
    "spots": Mark(label=SPOTS, outlines=spot_outlines, show=show_spots, on=True),
    "repeats": Mark(label=REPEATS, outlines=repeat_outlines, show=show_repeats, on=False),
}


def pick_marks(seen: Viewer) -> list[str]:
    """Let the viewer switch each mark on and off."""
    return st.pills(
        seen.say(MARKS_LABEL),
        list(MARKS),
        selection_mode="multi",
        default=[key for key, mark in MARKS.items() if mark.on],
        format_func=lambda key: seen.say(MARKS[key].label),
        key="marks",
        label_visibility="collapsed",
        width="content",
    )


def mark_outlines(seen: Viewer, filters: Filters, chosen: list[str]) -> list[Outline]:
    """The outlines of the chosen marks."""
    return [outline for key in chosen for outline in MARKS[key].outlines(seen, filters)]


def show_marks(seen: Viewer, filters: Filters, chosen: list[str]) -> None:
    """The lists of the chosen marks."""
    for key in chosen:
        MARKS[key].show(seen, filters)
