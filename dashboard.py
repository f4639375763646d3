"""The entry: settings, language, navigation; every page is one script in pages/."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from i18n import Text
from ui.assets import use_local_assets
from ui.identity import choose_identity
from ui.viewer import OF_THIS_RUN, choose_language, viewer

PAGES: dict[str, tuple[Text, str]] = {
    "overview": (Text(zh="总览", en="Overview"), ":material/map:"),
    "cases": (Text(zh="案件", en="Cases"), ":material/list_alt:"),
    "zones": (Text(zh="责任区", en="Zones"), ":material/grid_view:"),
    "evaluation": (Text(zh="考核", en="Evaluation"), ":material/leaderboard:"),
    "layers": (Text(zh="图层", en="Layers"), ":material/layers:"),
    "ledgers": (Text(zh="台账", en="Ledgers"), ":material/fact_check:"),
    "forecast": (Text(zh="工作量预测", en="Workload forecast"), ":material/trending_up:"),
    "data": (Text(zh="数据", en="Data"), ":material/upload_file:"),
}
PAGES_FOLDER = Path(__file__).parent / "pages"
ICON = Path(__file__).parent / "static" / "icon.png"


def main() -> None:
    """Draw the page that the address names."""
    use_local_assets()
    choose_language()
    choose_identity()
    seen = st.session_state[OF_THIS_RUN] = viewer()
    title = seen.office.title_zh if seen.language == "zh" else seen.office.title_en
    st.set_page_config(page_title=title, page_icon=str(ICON), layout="wide")
    pages = [
        st.Page(PAGES_FOLDER / f"{key}.py", title=seen.say(text), icon=icon, url_path=key, default=key == "overview")
        for key, (text, icon) in PAGES.items()
    ]
    st.navigation(pages, position="top").run()


main()
