"""Which cases the page lists, in what order, and which of them is open: chosen here, kept in the address."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from i18n import Text, show_number
from queries.cases import PAGE_ROWS, Choice, Part, case_page
from queries.filters import Filters
from queries.kpi import Kpi
from queries.rules import RULE_SETS, all_kpis
from queries.states import STATE_LABELS
from ui import ask
from ui.address import write_address
from ui.chips import REMOVE, show_chips
from ui.filters import Options, say_period
from ui.viewer import Viewer
from ui.words import plain as harmless

# what the page keeps in the address besides the filters
PARAMS = ("kpi", "part", "rules", "order", "case")
ORDER = Text(zh="排序", en="Order")
ORDERS: dict[str, Text] = {
    "newest": Text(zh="最新受理", en="Newest first"),
    "urgent": Text(zh="未结且最急", en="Most urgent first"),
    "due": Text(zh="按截止时间", en="By deadline"),
    "oldest": Text(zh="最早受理", en="Oldest first"),
}
PARTS: dict[str, Text] = {"numerator": Text(zh="分子", en="numerator"), "denominator": Text(zh="分母", en="denominator")}
COUNT = Text(zh="**{n}** 件", en="**{n}** cases")
UNKNOWN_KPI = Text(
    zh="地址里的指标 {key} 不存在，已列出筛选条件下的全部案件。",
    en="There is no figure {key} as the address says; all filtered cases are listed.",
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the list: its rows, its number from 1, and how many cases all pages hold."""

    cases: pd.DataFrame
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))

    @property
    def ids(self) -> list[int]:
        """The ids of the rows, in their order."""
        return [int(one) for one in self.cases["id"]]


def case_options(seen: Viewer) -> Options:
    """What the filters can be set to; a list of cases may also want the void ones, and those that supervision looks for."""
    options = ask.ask_options(seen)
    more = ("due_24h", "due_48h", "to_claim", "unclaimed", "returned", "running", "void")
    states = {**options.labels["state"], **{state: seen.say(STATE_LABELS[state]) for state in more}}
    return Options(labels={**options.labels, "state": states}, last_on=options.last_on)


def pick_choice(seen: Viewer, filters: Filters) -> Choice:
    """The cases that the page lists: what the filters leave, or what a KPI counts in them."""
    _restore()
    state = st.session_state
    kpi = _find_kpi(state["kpi"], state["rules"])
    if state["kpi"] and kpi is None:
        st.warning(seen.say(UNKNOWN_KPI, key=harmless(state["kpi"][:40])), icon=":material/help:")
        state["kpi"] = ""
    part: Part = "denominator" if kpi and kpi.denominator is not None and state["part"] == "denominator" else "numerator"
    return Choice(filters=filters, kpi=kpi, part=part)


def ask_page(seen: Viewer, choice: Choice) -> Page:
    """The page of the list that is looked at; another choice begins at its first page."""
    state = st.session_state
    order = state["order"] if state["order"] in ORDERS else "newest"
    if state.get("page_of") != (choice, order):
        _begin_at_first((choice, order))
    number = int(state.get(page_key(), 1))
    cases = ask.ask(case_page, choice, seen.minute, order, number)
    if cases.empty and number > 1:
        _begin_at_first((choice, order))
        number = 1
        cases = ask.ask(case_page, choice, seen.minute, order, number)
    return Page(cases=cases, number=number, total=0 if cases.empty else int(cases["total"].iloc[0]))


def show_summary(seen: Viewer, choice: Choice, page: Page) -> None:
    """How many cases there are and why these: the count, the period, and a chip for every condition without a widget."""
    st.markdown(seen.say(COUNT, n=show_number(page.total, seen.language)), width="content")
    if choice.kpi:
        words = say_kpi(choice, seen)
        st.button(words, key="drop_kpi", icon=":material/close:", type="primary", help=seen.say(REMOVE), on_click=_drop_kpi)
        st.caption(f"{seen.say(choice.kpi.period)} · {seen.say(choice.kpi.exclusions)}", width="content")
    show_chips(seen, choice.filters)
    st.caption(say_period(choice.filters, seen), width="content")


def say_kpi(choice: Choice, seen: Viewer) -> str:
    """`国标口径 · 按期结案率 · 分子`."""
    if choice.kpi is None:
        return ""
    rules = RULE_SETS.get(st.session_state.get("rules", ""))
    part = [seen.say(PARTS[choice.part])] if choice.kpi.denominator is not None else []
    return " · ".join([*([seen.say(rules.label)] if rules else []), seen.say(choice.kpi.label), *part])


def show_order(seen: Viewer) -> None:
    """The choice of the order."""
    st.selectbox(
        seen.say(ORDER), list(ORDERS), key="order", format_func=lambda key: seen.say(ORDERS[key]), width=150, label_visibility="collapsed"
    )


def page_key() -> str:
    """The key of the widget that turns the pages; each listing has its own, which begins at the first page."""
    return f"page_{st.session_state.get('listing', 0)}"


def open_case(case_id: int | None) -> None:
    """Open a case beside the list, or close the one that is open."""
    st.session_state["case"] = case_id


def remember() -> None:
    """Write what is chosen into the address, before anything is drawn: what the browser sends next must carry it already."""
    state = st.session_state
    plain = {"kpi": state["kpi"], "part": state["part"] if state["kpi"] else "", "rules": state["rules"] if state["kpi"] else ""}
    plain |= {"order": "" if state["order"] == "newest" else state["order"], "case": "" if state["case"] is None else str(state["case"])}
    address = {param: value for param, value in plain.items() if value}
    write_address(PARAMS, address)
    state["cases_kept"] = address


def _restore() -> None:
    """Take what the address says when somebody else wrote it: a link, a bookmark, the browser's way back."""
    address = {param: st.query_params[param] for param in PARAMS if param in st.query_params}
    state = st.session_state
    if "cases_kept" in state and address == state["cases_kept"] and "case" in state:
        state.setdefault("order", address.get("order", "newest"))
        return
    # known from now on: a press that interrupts this run must not be undone by the next one
    state["cases_kept"] = address
    order, number = address.get("order", ""), address.get("case", "")
    state.update({param: address.get(param, "") for param in ("kpi", "part", "rules")})
    state["order"] = order if order in ORDERS else "newest"
    state["case"] = int(number) if number.isascii() and number.isdigit() and int(number) < 1 << 63 else None


def _begin_at_first(page_of: tuple[Choice, str]) -> None:
    st.session_state.update(page_of=page_of, listing=st.session_state.get("listing", 0) + 1)


def _find_kpi(key: str, rules: str) -> Kpi | None:
    """The KPI of a key, as a set of rules has it if one is named."""
    known = {one.key: one for one in RULE_SETS[rules].kpis} if rules in RULE_SETS else {}
    return known.get(key) or all_kpis().get(key)


def _drop_kpi() -> None:
    st.session_state["kpi"] = ""
