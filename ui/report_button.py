"""The way to a finding, on every page that somebody in the street opens."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from model.roles import Right
from ui.identity import AS, OPEN
from ui.viewer import Viewer

PAGE = "pages/report.py"
REPORT = Text(zh="上报问题", en="Report a finding")


def carry(seen: Viewer, **params: str) -> dict[str, str]:
    """These parameters of a link and who acts, so that a page opened anew still knows it."""
    return params if seen.actor == OPEN else {AS: seen.actor.who, **params}


def show_report_button(seen: Viewer, *, field_only: bool = True, **params: str) -> None:
    """A button to the report form for those who may report; `params` are its lat, lon, stop or reach. `field_only`: hidden at a desk."""
    if not seen.may(Right.REPORT):
        return
    label, icon = seen.say(REPORT), ":material/add_a_photo:"
    # at a desk it would only be in the way: the style sheet knows the name
    with st.container(key="field_only" if field_only else None):
        if st.button(label, key="report_button", type="primary", icon=icon, width="stretch"):
            st.switch_page(PAGE, query_params=carry(seen, **params))
