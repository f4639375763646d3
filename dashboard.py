"""The entry: settings, language, navigation; every page is one script in pages/."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from i18n import Text
from ui.access import may_open, show_refusal
from ui.assets import use_local_assets
from ui.failure import say_what_to_do
from ui.identity import choose_identity
from ui.reach import is_within_reach, show_out_of_reach
from ui.sign_in import TITLE, claims, is_signed_in, keep_presence, show_sign_in
from ui.style import use_shared_style
from ui.turns import in_turn
from ui.viewer import OF_THIS_RUN, Viewer, choose_language, language_of_run, viewer
from ui.waiting import say_that_it_comes

PAGES: dict[str, tuple[Text, str]] = {
    "overview": (Text(zh="总览", en="Overview"), ":material/map:"),
    "patrol": (Text(zh="今日巡查", en="Patrol"), ":material/directions_walk:"),
    "cases": (Text(zh="案件", en="Cases"), ":material/list_alt:"),
    "supervision": (Text(zh="督办", en="Supervision"), ":material/campaign:"),
    "zones": (Text(zh="责任区", en="Zones"), ":material/grid_view:"),
    "evaluation": (Text(zh="考核", en="Evaluation"), ":material/leaderboard:"),
    "rivers": (Text(zh="河道", en="Rivers"), ":material/water:"),
    "weak_areas": (Text(zh="薄弱区域", en="Weak areas"), ":material/domain_disabled:"),
    "cameras": (Text(zh="监控探头", en="Cameras"), ":material/videocam:"),
    "bikes": (Text(zh="共享单车", en="Shared bikes"), ":material/pedal_bike:"),
    "rotation": (Text(zh="领导轮值", en="Rotation"), ":material/calendar_month:"),
    "bulletin": (Text(zh="专报", en="Bulletin"), ":material/newspaper:"),
    "report": (Text(zh="上报", en="Report"), ":material/add_a_photo:"),
    "walk": (Text(zh="巡河", en="River walk"), ":material/directions_walk:"),
    "layers": (Text(zh="图层", en="Layers"), ":material/layers:"),
    "ledgers": (Text(zh="台账", en="Ledgers"), ":material/fact_check:"),
    "forecast": (Text(zh="工作量预测", en="Workload forecast"), ":material/trending_up:"),
    "data": (Text(zh="数据", en="Data"), ":material/upload_file:"),
    "administration": (Text(zh="管理", en="Administration"), ":material/admin_panel_settings:"),
}
# the sections of the menu; a page that no section names stands before them
SECTIONS: tuple[tuple[Text | None, tuple[str, ...]], ...] = (
    (None, ("overview", "cases", "zones")),
    (Text(zh="巡查", en="Patrol"), ("patrol", "report", "rotation", "bulletin")),
    (Text(zh="督办考核", en="Supervision"), ("supervision", "evaluation", "forecast")),
    (Text(zh="专题", en="Subjects"), ("rivers", "walk", "bikes", "cameras", "weak_areas", "ledgers", "layers")),
    (Text(zh="管理", en="Office"), ("data", "administration")),
)
PAGES_FOLDER = Path(__file__).parent / "pages"
ICON = Path(__file__).parent / "static" / "icon.png"


def main() -> None:
    """Draw the page that the address names, for whoever may see it."""
    use_local_assets()
    choose_language()
    choose_identity()
    if not is_within_reach():
        _open_alone()
        show_out_of_reach()
        return
    if not is_signed_in(claims()):
        _open_alone()
        show_sign_in(language_of_run())
        return
    keep_presence()
    use_shared_style(language_of_run())
    with say_that_it_comes(language_of_run()), in_turn():
        _draw_page()


def _draw_page() -> None:
    """The page itself, with everything that asks the database."""
    seen = st.session_state[OF_THIS_RUN] = viewer()
    title = seen.office.title_zh if seen.language == "zh" else seen.office.title_en
    st.set_page_config(page_title=title, page_icon=str(ICON), layout="wide")
    pages = {key: _page(key, seen.say(text), icon, shown=may_open(seen.actor, key)) for key, (text, icon) in PAGES.items()}
    chosen = st.navigation(_menu(seen, pages), position="top")
    key = next(key for key, page in pages.items() if page is chosen)
    if may_open(seen.actor, key):
        chosen.run()
    else:
        show_refusal(key, PAGES[key][0])


def _open_alone() -> None:
    """A screen in the place of every page; none of them runs. Its icon is a sign, because pictures are for those who are let in."""
    st.set_page_config(page_title=f"{TITLE.zh} {TITLE.en}", page_icon="🏙️", layout="centered")
    # without a navigation every file in pages/ would be a page by itself
    st.navigation([_page(key, text.zh, icon, shown=False) for key, (text, icon) in PAGES.items()], position="hidden")
    use_shared_style(language_of_run())


def _page(key: str, title: str, icon: str, *, shown: bool) -> StreamlitPage:
    """A page; one that is not shown has no place in the menu, and its address still answers."""
    return st.Page(
        PAGES_FOLDER / f"{key}.py",
        title=title,
        icon=icon,
        url_path=key,
        default=key == "overview",
        visibility="visible" if shown else "hidden",
    )


def _menu(seen: Viewer, pages: dict[str, StreamlitPage]) -> dict[str, list[StreamlitPage]]:
    """The pages by the name of their section; those of no section stand before all others."""
    named = {key for _, keys in SECTIONS for key in keys}
    sections = {seen.say(title) if title else "": [pages[key] for key in keys if key in pages] for title, keys in SECTIONS}
    sections[""] += [page for key, page in pages.items() if key not in named]
    return {title: found for title, found in sections.items() if found}


with say_what_to_do():
    main()
