"""Administration: is everything well, what came in, what was refused, who is there."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui.administration import show_audits, show_came_in, show_freshness, show_versions, show_who_is_there
from ui.viewer import show_heading

TITLE = Text(zh="管理", en="Administration")

seen = show_heading(TITLE)
show_freshness(seen)
came_in, people = st.columns(2, gap="medium")
with came_in:
    show_came_in(seen)
with people:
    show_who_is_there(seen)
    show_versions(seen)
show_audits(seen)
