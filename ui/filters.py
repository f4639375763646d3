"""The filters of a page: chosen by widgets, kept in the address, remembered across pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import streamlit as st

from i18n import Text, show_day
from queries.filters import LIST, MAX_TEXT, Filters
from ui.address import write_address
from ui.viewer import Viewer

PERIODS: dict[str, Text] = {
    "year": Text(zh="今年以来", en="This year"),
    "month": Text(zh="本月", en="This month"),
    "last_month": Text(zh="上月", en="Last month"),
    "30d": Text(zh="近30天", en="Last 30 days"),
    "7d": Text(zh="近7天", en="Last 7 days"),
    "today": Text(zh="今天", en="Today"),
    "all": Text(zh="全部时间", en="All time"),
    "custom": Text(zh="自选日期", en="Chosen days"),
}
PERIOD = Text(zh="时间", en="Period")
DAYS = Text(zh="起止日期", en="From and until")
MORE = Text(zh="更多筛选", en="More filters")
CLEAR = Text(zh="清除全部筛选", en="Clear all filters")
ALL = Text(zh="全部", en="All")
SEARCH = Text(zh="搜编号、标题、地址、内容", en="Search number, title, address, text")
# the filters with a widget: URL parameter (and widget key) → field of Filters, label
CHOICES: dict[str, tuple[str, Text]] = {
    "zone": ("zones", Text(zh="责任区", en="Zone")),
    "channel": ("channels", Text(zh="来源", en="Channel")),
    "category": ("categories", Text(zh="类别", en="Category")),
    "department": ("departments", Text(zh="处置部门", en="Department")),
    "community": ("communities", Text(zh="居委", en="Community")),
    "state": ("states", Text(zh="状态", en="State")),
}
# what only a link can choose: URL parameter → field of Filters, label; a list of cases shows each as a chip
LINKED: dict[str, tuple[str, Text]] = {
    "kind": ("kinds", Text(zh="部件/事件", en="Component or event")),
    "source": ("sources", Text(zh="数据来源", en="Source")),
    "cell": ("cells", Text(zh="网格", en="Cell")),
    "hour": ("hours", Text(zh="时段", en="Hour")),
    "weekday": ("weekdays", Text(zh="星期", en="Weekday")),
    "feature": ("features", Text(zh="归属", en="Belongs to")),
    "within": ("within", Text(zh="用时", en="Time taken")),
    "place": ("places", Text(zh="位置", en="Place")),
    "ids": ("ids", Text(zh="指定案件", en="These cases")),
}
OPENED = ("period", "since", "until", *CHOICES, *LINKED, LIST, "q")
KEPT = ("period", "days", *CHOICES, "linked", "q")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be chosen: for each URL parameter the values with their labels; `last_on` is the newest day with a case."""

    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    last_on: date | None = None

    def default_period(self, today: date) -> str:
        """This year where it holds cases, else all time."""
        return "year" if self.last_on and self.last_on.year == today.year else "all"


def pick_filters(
    seen: Viewer,
    options: Options,
    *,
    first: Sequence[str] = ("zone",),
    more: Sequence[str] = (),
    listing: bool = False,
    period: bool = True,
) -> Filters:
    """Show the filters and give what is chosen; `first` stay in view, `more` lie behind a button.

    A page that is `listing` cases also searches them, and takes whatever else a link chose, as chips that can be taken away.
    A page that has its own time leaves out the `period`; what was chosen elsewhere is kept for the next page.
    """
    today = seen.office.today()
    _restore(options, today)
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters", gap="small"):
        if listing:
            _show_search(seen)
        if period:
            _show_period(seen)
        for param in first:
            _show_choice(seen, options, param, collapsed=True)
        if more:
            chosen = sum(bool(st.session_state.get(param)) for param in more)
            with st.popover(seen.say(MORE) + (f" · {chosen}" if chosen else ""), icon=":material/tune:", key="more_filters"):
                for param in more:
                    _show_choice(seen, options, param, collapsed=False)
                st.button(seen.say(CLEAR), key="clear_filters", on_click=_clear, args=(options.default_period(today),))
    filters = _chosen(today, listing)
    _remember(filters, options.default_period(today))
    return filters


def period_of(key: str, today: date, days: Sequence[date] = ()) -> tuple[date | None, date | None]:
    """First and last day of a named period, as of today; `custom` takes the days that were chosen."""
    month = today.replace(day=1)
    last_month = month - timedelta(days=1)
    known = {
        "year": (today.replace(month=1, day=1), today),
        "month": (month, today),
        "last_month": (last_month.replace(day=1), last_month),
        "30d": (today - timedelta(days=29), today),
        "7d": (today - timedelta(days=6), today),
        "today": (today, today),
        "custom": (days[0], days[-1]) if days else (None, None),
    }
    return known.get(key, (None, None))


def say_period(filters: Filters, seen: Viewer) -> str:
    """The period in words, as `2017年1月1日 – 2017年10月31日`."""
    if not filters.since and not filters.until:
        return seen.say(PERIODS["all"])
    return f"{show_day(filters.since, seen.language)} – {show_day(filters.until, seen.language)}"


def choose_zone(code: str | None) -> None:
    """Choose one zone from a click; the same zone again lets it go."""
    st.session_state["zone"] = [] if code is None or st.session_state.get("zone") == [code] else [code]


def _show_search(seen: Viewer) -> None:
    st.text_input(
        seen.say(SEARCH),
        key="q",
        placeholder=seen.say(SEARCH),
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=MAX_TEXT,
        width=300,
    )


def _show_period(seen: Viewer) -> None:
    st.selectbox(
        seen.say(PERIOD),
        list(PERIODS),
        key="period",
        format_func=lambda key: seen.say(PERIODS[key]),
        width=150,
        label_visibility="collapsed",
    )
    if st.session_state["period"] == "custom":
        st.date_input(seen.say(DAYS), key="days", label_visibility="collapsed", width=240)


def _show_choice(seen: Viewer, options: Options, param: str, *, collapsed: bool) -> None:
    labels = options.labels.get(param, {})
    label = seen.say(CHOICES[param][1])
    # a value from an old link stays choosable, so that nothing is dropped in silence
    values = [*labels, *(one for one in st.session_state.get(param, []) if one not in labels)]
    st.multiselect(
        label,
        values,
        key=param,
        format_func=lambda value: labels.get(value, value),
        placeholder=f"{label}: {seen.say(ALL)}",
        label_visibility="collapsed" if collapsed else "visible",
        width=170 if collapsed else "stretch",
    )


def _restore(options: Options, today: date) -> None:
    """Fill the widgets from the address when it changed, else from what the session remembers."""
    address = {param: st.query_params[param] for param in OPENED if param in st.query_params}
    kept: dict[str, Any] = st.session_state.get("filters_kept", {})
    page_changed = st.session_state.get("filters_page") != _page()
    st.session_state["filters_page"] = _page()
    # a figure's receipt names its filters, and where it names no period it means all time
    receipt = page_changed and "kpi" in st.query_params
    if kept and not receipt and (address == kept["address"] or (page_changed and not address)):
        for key, value in kept["values"].items():
            st.session_state.setdefault(key, value)
        return
    filters = Filters.from_params(address)
    given = address.get("period", "custom" if filters.since or filters.until else "all" if receipt else "")
    st.session_state["period"] = given if given in PERIODS else options.default_period(today)
    st.session_state["days"] = (filters.since or today.replace(month=1, day=1), filters.until or today)
    for param, (name, _) in CHOICES.items():
        st.session_state[param] = list(getattr(filters, name))
    st.session_state["linked"] = {param: getattr(filters, name) for param, (name, _) in LINKED.items()}
    st.session_state["q"] = filters.text
    # known from now on: a press that interrupts this run must not be undone by the next one
    st.session_state["filters_kept"] = {"address": address, "values": {key: st.session_state[key] for key in KEPT}}


def _chosen(today: date, listing: bool) -> Filters:
    """What is chosen. Only a page that shows them heeds the search and what a link chose."""
    state = st.session_state
    since, until = period_of(state["period"], today, state.get("days", ()))
    chosen: dict[str, Any] = {name: tuple(state.get(param, ())) for param, (name, _) in CHOICES.items()}
    if listing:
        chosen |= {LINKED[param][0]: values for param, values in state.get("linked", {}).items()}
        chosen["text"] = state.get("q") or ""
    return Filters(since=since, until=until, **chosen)


def _remember(filters: Filters, default_period: str) -> None:
    """Write the address, so that a link reopens the view, and keep the values for the next page."""
    state = st.session_state
    address = filters.to_params()
    if state["period"] != "custom":
        address = {key: value for key, value in address.items() if key not in {"since", "until"}}
        # beside a figure no period would mean all time
        if state["period"] != default_period or "kpi" in st.query_params:
            address["period"] = state["period"]
    write_address(OPENED, address)
    state["filters_kept"] = {"address": address, "values": {key: state[key] for key in KEPT if key in state}}


def _clear(period: str) -> None:
    for param in CHOICES:
        st.session_state[param] = []
    st.session_state.update(period=period, linked={}, q="")


def _page() -> str:
    return str(st.context.url or "").partition("?")[0]
