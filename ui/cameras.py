"""What the cameras page says first: the blind spot that matters, and for which task it is judged."""

from __future__ import annotations

import streamlit as st

from geo.blind_spots import WATCHED_METRES
from geo.sector import TASKS
from i18n import Text, show_number
from queries.filters import Filters
from ui.camera_places import name_spots, would_see
from ui.camera_views import RECORDED, SeenCases
from ui.case_links import params_of
from ui.choices import pick_one
from ui.kpis import CASES_PAGE
from ui.viewer import Viewer
from ui.words import plain

NOT_ALLOWED = Text(
    zh="探头位置属于敏感信息，只对管理员、网格中心和值班领导开放。请换用有权限的身份，或向管理员申请。",
    en="Camera positions are sensitive: they are shown to administrators, the grid centre and duty leaders. "
    "Come back in one of these roles, or ask the administrator.",
)
EMPTY = Text(
    zh="还没有监控探头。到“数据”页导入监控探头图层，或运行 python -m ingest layer cameras 文件。",
    en="There are no cameras yet. Bring in the cameras layer on the Data page, or run python -m ingest layer cameras FILE.",
)
TASK = Text(zh="看清到什么程度", en="What the picture must be good for")
TASK_LABELS: dict[str, Text] = {
    RECORDED: Text(zh="登记距离", en="Recorded reach"),
    "detect": Text(zh="发现 · 25", en="Detect · 25"),
    "observe": Text(zh="观察 · 62", en="Observe · 62"),
    "recognise": Text(zh="识别 · 125", en="Recognise · 125"),
    "identify": Text(zh="辨认 · 250", en="Identify · 250"),
}
PER_METRE = Text(
    zh="数字是每米像素；距离 = 水平像素 ÷（2 × 每米像素 × tan(视场角 ÷ 2)）",
    en="The numbers are pixels per metre; reach = horizontal pixels ÷ (2 × pixels per metre × tan(view ÷ 2))",
)
BLIND = Text(
    zh="最大的盲区在**{place}**：{n} 件案件，在用探头一件也看不到，尽管 {near} 米内就有探头。",
    en="The largest blind spot is **{place}**: {n} cases, and no working camera sees one of them, though one stands within {near} m.",
)
HALF_BLIND = Text(
    zh="最大的盲区在**{place}**：{n} 件案件中，在用探头看不到 {unseen} 件，尽管 {near} 米内就有探头。",
    en="The largest blind spot is **{place}**: of {n} cases no working camera sees {unseen}, though one stands within {near} m.",
)
FAR = Text(
    zh="探头之间没有突出的盲区；案件最多而附近没有探头的是**{place}**：{unseen} 件看不到。",
    en="No blind spot stands out among the cameras; where none stands near, most cases lie at **{place}**: {unseen} unseen.",
)
NO_BLIND = Text(zh="没有突出的盲区。", en="No blind spot stands out.")
NO_CASES = Text(
    zh="这个条件下没有案件，无法判断盲区。放宽时间或清除筛选再看。",
    en="No case matches, so blind spots cannot be judged. Widen the period or clear the filters.",
)
HELP = Text(zh="计划中的 {cameras} 个探头能看到其中 {n} 件。", en="{cameras} of the planned cameras would see {n} of them.")
SHOW_CASES = Text(zh="查看这里的案件", en="The cases there")


def pick_task(seen: Viewer) -> str:
    """Which task decides the reach; kept in the address."""
    chosen = pick_one(seen, TASK, TASK_LABELS, key="task", default=RECORDED)
    if chosen in TASKS:
        st.caption(seen.say(PER_METRE))
    return chosen


def show_headline(seen: Viewer, filters: Filters, found: SeenCases) -> None:
    """The first sentence: where the largest blind spot is, how many cases it hides, and what the plan would do about it."""
    if not found.n:
        st.info(seen.say(NO_CASES), icon=":material/search_off:")
        return
    if found.blind.empty:
        st.markdown(f"#### {seen.say(NO_BLIND)}")
        return
    row = found.blind.iloc[0].to_dict()
    place = name_spots(seen, filters, found)[1]
    text = FAR if not row["watched"] else BLIND if row["n"] == row["unseen"] else HALF_BLIND
    numbers = {key: show_number(int(row[key]), seen.language) for key in ("n", "unseen")}
    sentence = seen.say(text, place=plain(place), near=f"{WATCHED_METRES:.0f}", **numbers)
    cameras, n = would_see(found, row["cells"])
    help_words = seen.say(HELP, cameras=cameras, n=show_number(n, seen.language)) if n else ""
    gap = "" if seen.language == "zh" else " "
    st.markdown(f"#### {sentence}{gap}{help_words}")
    st.page_link(CASES_PAGE, label=seen.say(SHOW_CASES), icon=":material/list:", query_params=params_of(filters.with_(cells=row["cells"])))
