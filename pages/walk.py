"""A river walk on the phone: start, walk, report, end."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from model.roles import Right
from ui.viewer import show_heading
from ui.walk import show_walk

TITLE = Text(zh="巡河", en="River walk")
MAY_NOT = Text(zh="这个身份不能记录巡河；河长可以。", en="This role may not record a river walk; river chiefs may.")

seen = show_heading(TITLE)
if not seen.may(Right.WALK):
    st.info(seen.say(MAY_NOT))
    st.stop()
show_walk(seen)
