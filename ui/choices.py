"""Choices of one page that live in the address beside the filters: the figure, the rules, the part that is open."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from i18n import Text
from ui.viewer import Viewer


def pick_one(seen: Viewer, label: Text, options: Mapping[str, Text], *, key: str, default: str, menu: bool = False) -> str:
    """Show the options side by side, or as a menu, and give the chosen one; `key` is its parameter in the address too."""
    _restore(key, options, default)

    def name(option: str) -> str:
        return seen.say(options[option])

    if menu:
        st.selectbox(seen.say(label), list(options), key=key, format_func=name, label_visibility="collapsed", width=260)
    else:
        st.segmented_control(
            seen.say(label), list(options), key=key, format_func=name, label_visibility="collapsed", required=True, wrap=True
        )
    chosen = str(st.session_state[key])
    _remember(key, chosen, default)
    return chosen


def _restore(key: str, options: Mapping[str, Text], default: str) -> None:
    """Take the option from the address when the page opens or its address was changed by hand."""
    asked = st.query_params.get(key)
    if key not in st.session_state or (asked and asked != st.session_state.get(f"{key}_in_address", default)):
        st.session_state[key] = asked if asked in options else default
    if st.session_state[key] not in options:
        st.session_state[key] = default


def _remember(key: str, chosen: str, default: str) -> None:
    """Write the option into the address; the default needs no words there."""
    st.session_state[f"{key}_in_address"] = chosen
    if chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
