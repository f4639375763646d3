"""What kind of thing was found: one press on what is in use now, or a search in the whole catalogue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from i18n import Text
from queries.recent import RECENT_DAYS, all_categories, recent_categories
from ui import ask
from ui.draft import Draft
from ui.viewer import Viewer

PILLS, SEARCH = "report_category", "report_any"
CATEGORY = Text(zh="类别", en="Category")
OTHER = Text(zh="其他类别，可输入查找", en="Other categories, type to search")
# a name in the catalogue and its code, as the widgets keep it
Chosen = tuple[str, str]


def pick_category(seen: Viewer, draft: Draft, left: str | None, *, river: bool) -> Chosen | None:
    """The categories of late as buttons and all of them below; what was pressed last counts, at first what was `left` behind.

    (kind, code), or None.
    """
    names = _names(seen, ask.ask(all_categories))
    buttons = _buttons(seen, draft, names, river=river)
    pills, search = _fields(draft)
    with st.container(key=PILLS):
        st.pills(
            seen.say(CATEGORY),
            buttons,
            key=pills,
            default=left if left in buttons else None,
            format_func=lambda key: names[key],
            on_change=_pressed,
            args=(pills, search),
        )
    st.selectbox(
        seen.say(OTHER),
        list(names),
        index=list(names).index(left) if left in names and left not in buttons else None,
        key=search,
        format_func=lambda key: f"{names[key]} {key.rpartition('/')[2]}",
        placeholder=seen.say(OTHER),
        label_visibility="collapsed",
        on_change=_pressed,
        args=(search, pills),
    )
    chosen = chosen_category(draft, left)
    return None if chosen is None else (chosen.partition("/")[0], chosen.partition("/")[2])


def chosen_category(draft: Draft, left: str | None) -> str | None:
    """What the fields hold, `event/0102`, known before they are shown; what was `left` behind until they are there."""
    if not all(key in st.session_state for key in _fields(draft)):
        return left
    chosen = next((value for key in _fields(draft) if (value := st.session_state[key])), None)
    return str(chosen) if chosen else None


def _fields(draft: Draft) -> tuple[str, str]:
    return draft.field(PILLS), draft.field(SEARCH)


def _buttons(seen: Viewer, draft: Draft, names: dict[str, str], *, river: bool) -> list[str]:
    """What is in use of late; while the form is open the buttons stay what they are."""
    key = f"{draft.field(PILLS)}_buttons"
    if key not in st.session_state:
        since = seen.office.today() - timedelta(days=RECENT_DAYS)
        recent = _keys(ask.ask(recent_categories, since, seen.actor.who, "rivers" if river else ""))
        st.session_state[key] = [one for one in recent if one in names] or list(names)[:6]
    return [one for one in st.session_state[key] if one in names]


def _pressed(this: str, other: str) -> None:
    if st.session_state.get(this):
        st.session_state[other] = None


def _keys(categories: Any) -> list[str]:
    return [f"{kind}/{code}" for kind, code in zip(categories["kind"], categories["code"], strict=True)]


def _names(seen: Viewer, categories: Any) -> dict[str, str]:
    column = "name_zh" if seen.language == "zh" else "name_en"
    return dict(zip(_keys(categories), categories[column], strict=True))
