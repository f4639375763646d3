"""A card for every zone: its figure with its interval and rank, when its cases come, and the receipts behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from i18n import Text
from queries.filters import Filters
from queries.rules import OPEN_NOW, OVERDUE_NOW, REPORTED
from queries.zones import rhythms
from ui import ask
from ui.kept import kept
from ui.kpis import say_change, say_parts, show_receipt, show_value
from ui.ranking import FEW, say_range
from ui.rhythm import Week, busiest, picture_week, weeks_of
from ui.sign_in import leave_when_ended
from ui.viewer import Viewer, data_version
from ui.words import plain
from ui.zone_pages import show_zone_pages
from ui.zones import ZonePage, pick_zone

RANK = Text(zh="第{rank}名", en="no. {rank}")
WEEK = Text(zh="一周的案件：上为周一，左为0时", en="cases of a week: Monday on top, midnight at the left")
SAME_SCALE = Text(
    zh="小图：受理时段，上为周一、左为0时，所有责任区同一色阶，最深为每格{top}件。",
    en="Small pictures: when cases are reported, Monday on top, midnight at the left; one scale for all, darkest {top} cases an hour.",
)
# a row of the ranking
Row = Mapping[Any, Any]


@st.fragment
def show_zone_cards(seen: Viewer, page: ZonePage, codes: Sequence[str]) -> None:
    """The cards, as many side by side as fit; a fragment, so that opening a receipt draws nothing else again."""
    leave_when_ended()
    codes = show_zone_pages(codes, "zone_cards_page")
    weeks = _weeks(page.filters, seen.minute, tuple(codes), data_version())
    top = busiest(weeks)
    ranks = page.ranks.set_index("group").to_dict("index")
    with st.grid(8, min_column_width=156, gap="xsmall", key="zone_cards"):
        for code in codes:
            picture = picture_week(weeks[code], top, seen.theme) if code in weeks else ""
            with st.container(border=True, gap=None, key=f"card_{code}"):
                _show_card(seen, page, code, ranks[code], picture)
    st.caption(seen.say(SAME_SCALE, top=f"{top:,.0f}"))


@kept(most=100)
def _weeks(filters: Filters, minute: datetime, codes: tuple[str, ...], version: str) -> dict[str, Week]:
    return weeks_of(ask.ask(rhythms, filters, minute, codes))


def _show_card(seen: Viewer, page: ZonePage, code: str, rank: Row, picture: str) -> None:
    receipt = page.figures.receipts(code)[page.kpi.key]
    icon: Any = {"icon": ":material/chevron_right:", "icon_position": "right"}
    if st.button(f"**{plain(page.names[code])}**", key=f"open_{code}", type="tertiary", on_click=pick_zone, args=(code,), **icon):
        st.rerun()
    st.html(_draw_card(seen, page, code, rank, picture))
    box = st.popover(say_parts(receipt, seen), type="tertiary", key=f"card_receipt_{code}", on_change="rerun")
    if box.open:
        with box:
            _show_receipts(seen, page, code)


def _draw_card(seen: Viewer, page: ZonePage, code: str, rank: Row, picture: str) -> str:
    """The inside of a card as HTML; every text in it is escaped."""
    kpi, receipts = page.kpi, page.figures.receipts(code)
    place: list[str] = [seen.say(FEW), ""] if pd.isna(rank["rank"]) else [seen.say(RANK, rank=rank["rank"]), say_range(rank, seen)]
    before = page.before.receipts(code).get(kpi.key) if page.before else None
    change = say_change(kpi, receipts[kpi.key], before, seen) or ""
    counts = "".join(
        f"<div><span>{escape(seen.say(one.label))}</span><b>{escape(show_value(one, receipts[one.key].value, seen))}</b></div>"
        for one in (REPORTED, OPEN_NOW, OVERDUE_NOW)
    )
    rows = [
        (escape(page.who(code, "leader")), escape(change), "row soft small"),
        (f"<span class='value'>{escape(show_value(kpi, receipts[kpi.key].value, seen))}</span>", escape(place[0]), "row"),
        (escape(_say_interval(page, rank)), escape(place[1]), "row soft"),
    ]
    shown = f"<img src='{picture}' alt='{escape(seen.say(WEEK))}'>" if picture else ""
    lines = "".join(f"<div class='{kind}'><span>{left}</span><span>{right}</span></div>" for left, right, kind in rows)
    return f"<div class='zone-card'>{lines}{shown}<div class='counts'>{counts}</div></div>"


def _say_interval(page: ZonePage, rank: Row) -> str:
    """`91.7–97.0%`, or nothing where there is no interval."""
    if pd.isna(rank["low"]) or pd.isna(rank["value"]):
        return ""
    low, high = float(rank["low"]), float(rank["high"])
    return f"{low * 100:.1f}–{high * 100:.1f}%" if page.kpi.unit == "share" else f"{low:,.0f}–{high:,.0f}"


def _show_receipts(seen: Viewer, page: ZonePage, code: str) -> None:
    """The receipts of all numbers of a card, a tab each."""
    receipts, filters = page.figures.receipts(code), page.figures.cases_of(code)
    kpis = tuple(dict.fromkeys((page.kpi, REPORTED, OPEN_NOW, OVERDUE_NOW)))
    for tab, kpi in zip(st.tabs([seen.say(kpi.label) for kpi in kpis]), kpis, strict=True):
        with tab:
            show_receipt(seen, receipts[kpi.key], filters)
