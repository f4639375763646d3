"""What kind of thing was found: one press on what is in use now, or a search in the whole catalogue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from i18n import Text
from queries.recent import RECENT_DAYS, all_categories, recent_categories
from ui import ask
from ui.viewer import Viewer

PILLS, SEARCH = "report_category", "report_any"
CATEGORY = Text(zh="类别", en="Category")
OTHER = Text(zh="其他类别，可输入查找", en="Other categories, type to search")
# a name in the catalogue and its code, as the widgets keep it
Chosen = tuple[str, str]


def pick_category(seen: Viewer, *, river: bool) -> Chosen | None:
    """The categories of late as buttons and all of them below; what was pressed last counts. (kind, code), or None."""
    since = seen.office.today() - timedelta(days=RECENT_DAYS)
    recent = ask.ask(recent_categories, since, seen.actor.who, "rivers" if river else "")
    names = _names(seen, ask.ask(all_categories))
    buttons = [key for key in _keys(recent) if key in names]
    if not buttons:
        buttons = list(names)[:6]
    _settle(buttons, names)
    st.pills(seen.say(CATEGORY), buttons, key=PILLS, format_func=lambda key: names[key], on_change=_pressed, args=(PILLS, SEARCH))
    st.selectbox(
        seen.say(OTHER),
        list(names),
        index=None,
        key=SEARCH,
        format_func=lambda key: f"{names[key]} {key.rpartition('/')[2]}",
        placeholder=seen.say(OTHER),
        label_visibility="collapsed",
        on_change=_pressed,
        args=(SEARCH, PILLS),
    )
    chosen = chosen_category()
    return None if chosen is None else (chosen.partition("/")[0], chosen.partition("/")[2])


def chosen_category() -> str | None:
    """What the widgets hold, `event/0102`, known before they are shown."""
    chosen = st.session_state.get(PILLS) or st.session_state.get(SEARCH) or st.session_state.get(f"{PILLS}_left")
    return str(chosen) if chosen else None


def restore_category(key: str) -> None:
    """Hold what was left behind, wherever it has its button."""
    st.session_state[f"{PILLS}_left"] = key


def _settle(buttons: list[str], names: dict[str, str]) -> None:
    """What was left behind is pressed again; what the catalogue lost is let go."""
    left = st.session_state.pop(f"{PILLS}_left", None)
    if left in names and chosen_category() is None:
        st.session_state[PILLS if left in buttons else SEARCH] = left
    if st.session_state.get(PILLS) not in buttons:
        moved = st.session_state.get(PILLS)
        st.session_state[PILLS] = None
        # the buttons changed under it
        if moved in names and not st.session_state.get(SEARCH):
            st.session_state[SEARCH] = moved
    if st.session_state.get(SEARCH) not in names:
        st.session_state[SEARCH] = None


def _pressed(this: str, other: str) -> None:
    if st.session_state.get(this):
        st.session_state[other] = None


def _keys(categories: Any) -> list[str]:
    return [f"{kind}/{code}" for kind, code in zip(categories["kind"], categories["code"], strict=True)]


def _names(seen: Viewer, categories: Any) -> dict[str, str]:
    column = "name_zh" if seen.language == "zh" else "name_en"
    return dict(zip(_keys(categories), categories[column], strict=True))
