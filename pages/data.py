"""Data: bring in today's files, see what came in before, and what was refused and why."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from ui.files import pick_file, run_import, show_summary
from ui.history import show_history
from ui.viewer import show_heading

TITLE = Text(zh="数据", en="Data")
IMPORT = Text(zh="导入文件", en="Bring in a file")
HISTORY = Text(zh="导入记录", en="What came in")
CHECK = Text(zh="试运行", en="Dry run")
BRING_IN = Text(zh="导入", en="Import")
FIRST = Text(
    zh="先试运行看结果，数据库不变；满意后再导入。", en="A dry run shows the result and changes nothing; import when it looks right."
)

seen = show_heading(TITLE)
bring_in, came_in = st.tabs([seen.say(IMPORT), seen.say(HISTORY)])

with bring_in:
    wanted = pick_file(seen)
    if wanted:
        st.caption(seen.say(FIRST))
        with st.container(horizontal=True):
            check = st.button(seen.say(CHECK), icon=":material/fact_check:", key="dry_run")
            load = st.button(seen.say(BRING_IN), icon=":material/database_upload:", type="primary", key="load")
        if check or load:
            run_import(seen, wanted, dry_run=not load)
        show_summary(seen)

with came_in:
    show_history(seen)
