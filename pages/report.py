"""A finding: from the street to a case in half a minute."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from model.roles import Right
from ui.report import show_report
from ui.viewer import show_heading

TITLE = Text(zh="上报问题", en="Report a finding")
MAY_NOT = Text(
    zh="这个身份不能上报问题；值班领导、河长和网格中心可以。",
    en="This role may not report findings; duty leaders, river chiefs and the grid centre may.",
)

seen = show_heading(TITLE)
if not seen.may(Right.REPORT):
    st.info(seen.say(MAY_NOT))
    st.stop()
show_report(seen)
