"""Conditions that only a link can set, shown as chips that can be taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from geo.layers import layers
from i18n import WEEKDAYS, Text, show_number
from model.kinds import LABELS, Kind
from queries.filters import Filters
from queries.lists import GONE
from queries.states import PLACED_LABEL, say_cell, say_within
from ui.filters import LINKED
from ui.viewer import Viewer
from ui.words import plain

NUMBERED = Text(zh="{n} 件", en="{n}")
LIST_GONE = Text(zh="清单已过期，请回到原页面再点一次", en="this list is gone; go back to its page and press again")
REMOVE = Text(zh="去掉这个条件", en="Take this away")


def show_chips(seen: Viewer, filters: Filters) -> None:
    """What only a link chose, each with a way to take it away."""
    for param, (name, label) in LINKED.items():
        if values := getattr(filters, name):
            words = f"{seen.say(label)}: {say_values(param, values, seen)}"
            st.button(
                words, key=f"drop_{param}", icon=":material/close:", help=seen.say(REMOVE), on_click=_drop, args=(param,), width="content"
            )


def say_values(param: str, values: Sequence[object], seen: Viewer) -> str:
    """All values of what only a link can choose; of single cases how many, since their numbers tell nobody anything."""
    if param == "ids" and tuple(values) == GONE:
        return seen.say(LIST_GONE)
    if param == "ids":
        return seen.say(NUMBERED, n=show_number(len(values), seen.language))
    return ", ".join(say_value(param, value, seen, safe=plain) for value in values)


def say_value(param: str, value: object, seen: Viewer, safe: Callable[[str], str] = str) -> str:
    """One value of what only a link can choose, in words; `safe` makes harmless what is not our own."""
    match param:
        case "kind":
            words = seen.say(LABELS[Kind(str(value))])
        case "weekday":
            day = WEEKDAYS[seen.language][int(str(value))]
            words = f"周{day}" if seen.language == "zh" else day
        case "hour":
            words = f"{int(str(value)):02d}:00"
        case "feature":
            layer, _, code = str(value).partition("/")
            words = safe(" ".join([seen.say(layers()[layer].label) if layer in layers() else layer, code]).strip())
        case "within":
            words = say_within(str(value), seen.language)
        case "cell":
            words = say_cell(int(str(value)), seen.language)
        case "place":
            words = seen.say(PLACED_LABEL)
        case _:
            words = safe(str(value))
    return words


def _drop(param: str) -> None:
    st.session_state["linked"] = {key: values for key, values in st.session_state["linked"].items() if key != param}
