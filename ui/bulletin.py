"""The bulletin (专报) on the screen: which day, week or month, what goes in it, the preview, the three files."""

from __future__ import annotations

from datetime import date

import streamlit as st

from i18n import Language, Text
from model.kinds import Channel
from model.roles import Right
from model.setup import read_office
from queries.filters import Filters
from reports import words
from reports.make import MAKERS, MIMES, make_sheet, name_file
from reports.period import KIND_LABELS, TITLES, Kind, Period
from reports.sheet import Sheet
from ui.choices import pick_one
from ui.kept import KEPT_SECONDS
from ui.viewer import Viewer, data_version, database
from ui.words import plain

KIND = Text(zh="哪一种", en="Which one")
DAY = Text(zh="期内任一天", en="Any day of it")
RED_HEAD = Text(zh="红头", en="Red letterhead")
PREVIEW = Text(zh="预览", en="Preview")
MAKING = Text(zh="正在排版…", en="Setting the pages …")
HINT = Text(
    zh="按“预览”先看长图；下载时才生成文件，每份约一两秒。",
    en="Press “Preview” to see the long picture first. Each file is made when you download it, in a second or two.",
)
CONTENTS = Text(zh="内容", en="What is in it")
NO_EXPORT = Text(zh="下载需要导出权限，请网格中心代办。", en="Downloading needs the right to export; ask the grid centre.")
FILES: dict[str, tuple[Text, str]] = {
    "docx": (Text(zh="Word（可修改）", en="Word (to edit)"), ":material/description:"),
    "pdf": (Text(zh="PDF（打印）", en="PDF (to print)"), ":material/picture_as_pdf:"),
    "png": (Text(zh="长图（发群）", en="Long picture (for the chat)"), ":material/image:"),
}
SECTIONS = (words.OVERALL, words.PATROL, words.PLACES, words.LOOP, words.LATE, words.RANKINGS, words.NOTES)
LAYOUT = Text(
    zh="公文版式：A4，上37毫米、左28毫米，每页22行、每行28字；不含个人信息。",
    en="Laid out as an official document: A4, 37 mm above, 28 mm left, 22 lines of 28 characters; no personal data.",
)
CASES = Text(zh="本期案件", en="Cases of the period")
PATROL_CASES = Text(zh="本期巡查案件", en="Patrol cases of the period")
OVERDUE_CASES = Text(zh="超期未结案件", en="Overdue cases")
EVALUATION = Text(zh="部门考核", en="Evaluation of departments")
ZONES = Text(zh="责任区排名", en="Ranking of zones")
EARLIEST = date(2000, 1, 1)
HEIGHT = 860
# everything that decides what a bulletin says, short enough to be a key
Key = tuple[str, date, Language, Filters, bool]


def pick_bulletin(seen: Viewer) -> tuple[Period, bool]:
    """The period that is chosen, and whether the head is red."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bulletin_choices"):
        kind = Kind(pick_one(seen, KIND, {kind.value: KIND_LABELS[kind] for kind in Kind}, key="bulletin", default=Kind.DAILY.value))
        day = _pick_day(seen)
        red_head = st.toggle(seen.say(RED_HEAD), value=True, key="red_head")
    return Period(kind=kind, on=day), red_head


def show_bulletin(seen: Viewer, period: Period, chosen: Filters, *, red_head: bool) -> None:
    """The buttons; under them the preview, what is in it, and the way to the pages that hold the same figures."""
    key: Key = (period.kind.value, period.on, seen.language, chosen, red_head)
    st.markdown(f"**{seen.say(TITLES[period.kind])}** {period.say(seen.language)}")
    with st.container(horizontal=True, gap="small", key="bulletin_files"):
        if st.button(seen.say(PREVIEW), key="preview", type="primary", icon=":material/visibility:"):
            st.session_state["previewed"] = key
        _show_downloads(seen, period, key)
    if not seen.may(Right.EXPORT):
        st.caption(seen.say(NO_EXPORT))
    preview, contents = st.columns([3, 2], gap="medium")
    with preview, st.container(height=HEIGHT if _is_previewed(key) else "content", border=True, key="bulletin_preview"):
        _show_preview(seen, key)
    with contents:
        _show_contents(seen, period, chosen)


def _pick_day(seen: Viewer) -> date:
    """Any day of the period, from the address when it opens, and kept there."""
    today = seen.office.today()
    if "on" not in st.session_state:
        st.session_state["on"] = _day(st.query_params.get("on"), today)
    day: date = st.date_input(seen.say(DAY), key="on", min_value=EARLIEST, max_value=today, label_visibility="collapsed", width=150)
    if day == today:
        st.query_params.pop("on", None)
    else:
        st.query_params["on"] = day.isoformat()
    return day


def _day(text: str | None, today: date) -> date:
    try:
        return min(max(date.fromisoformat(text or ""), EARLIEST), today)
    except ValueError:
        return today


def _show_downloads(seen: Viewer, period: Period, key: Key) -> None:
    """Three buttons; each makes its file when it is pressed."""
    for kind, (label, icon) in FILES.items():
        st.download_button(
            seen.say(label),
            lambda kind=kind: _make(kind, seen, key),  # type: ignore[misc]
            file_name=name_file(period, seen.language, kind),
            mime=MIMES[kind],
            key=f"download_{kind}",
            icon=icon,
            on_click="ignore",
            disabled=not seen.may(Right.EXPORT),
        )


def _show_contents(seen: Viewer, period: Period, chosen: Filters) -> None:
    """The sections, and where their figures come from."""
    here, ranking = period.narrow(chosen), period.ranking(chosen)
    patrol = here.with_(channels=(Channel.PATROL.value,))
    links: tuple[tuple[Text, str, dict[str, str]], ...] = (
        (CASES, "cases", here.to_params()),
        (PATROL_CASES, "cases", patrol.to_params()),
        (OVERDUE_CASES, "cases", here.to_params() | {"kpi": "overdue_now", "part": "numerator"}),
        (ZONES, "zones", ranking.to_params()),
        (EVALUATION, "evaluation", ranking.to_params()),
    )
    with st.container(border=True, key="bulletin_contents"):
        st.markdown(f"**{seen.say(CONTENTS)}**")
        st.markdown("  \n".join(plain(seen.say(section)) for section in SECTIONS))
        st.caption(seen.say(LAYOUT))
        with st.container(horizontal=True, gap="small"):
            for label, page, address in links:
                st.page_link(f"pages/{page}.py", label=seen.say(label), query_params=address, width="content")


def _is_previewed(key: Key) -> bool:
    """Whether this very bulletin was asked for; another choice asks anew."""
    return bool(st.session_state.get("previewed") == key)


def _show_preview(seen: Viewer, key: Key) -> None:
    """The long picture, once it was asked for."""
    if not _is_previewed(key):
        st.caption(seen.say(HINT))
        return
    with st.spinner(seen.say(MAKING)):
        picture = _make("png", seen, key)
    st.image(picture, width="stretch")


def _make(kind: str, seen: Viewer, key: Key) -> bytes:
    return _file(kind, key, seen.minute.isoformat(), data_version())


@st.cache_data(ttl=KEPT_SECONDS, max_entries=24, show_spinner=False)
def _file(kind: str, key: Key, minute: str, version: str) -> bytes:
    return MAKERS[kind](_sheet(key, minute, version))


@st.cache_data(ttl=KEPT_SECONDS, max_entries=12, show_spinner=False)
def _sheet(key: Key, minute: str, version: str) -> Sheet:
    kind, on, language, chosen, red_head = key
    engine = database()
    return make_sheet(engine, read_office(engine), Period(kind=Kind(kind), on=on), language, chosen=chosen, red_head=red_head)
