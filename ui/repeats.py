"""Repeat points of the chosen cases: the same place, the same category, five times in thirty days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.crs import circles
from geo.figures import Outline
from geo.repeats import METRES, TIMES, repeat_points
from i18n import Text, show_number
from model.kinds import Channel
from queries.filters import Filters
from queries.spots import placed_cases
from ui import ask
from ui.cards import Card
from ui.case_links import these
from ui.hotspots import last_days, say_days
from ui.kept import kept
from ui.kpis import PERIOD
from ui.pressed import count_card, say_in_both, show_number_line
from ui.viewer import Viewer, data_version
from ui.words import is_missing, plain

DAYS = 30
SHOWN = 10
COMPLAINTS = (Channel.HOTLINE, Channel.PETITION)
REPEATS = Text(zh="重复点位", en="Repeat points")
LEGEND = Text(zh="重复点位（30天5次）", en="Repeat point (5 in 30 days)")
POINT = Text(zh="重复点位 {number}", en="Repeat point {number}")
TIMES_SAID = Text(zh="{n} 次", en="{n} times")
COMPLAINED = Text(zh="{times}，其中热线信访 {told} 次", en="{times}, {told} by hotline or petition")
RULE = Text(
    zh="{since} – {until}，同一地址或 {metres} 米以内、同一小类 {times} 次及以上；热线信访多的在前",
    en="{since} – {until}: the same address or within {metres} m, the same category, {times} times or more; most complaints first",
)
POINT_FORMULA = Text(
    zh="同一地址或 {metres} 米以内、同一小类的案件，{times} 件及以上；每件只计在一处",
    en="cases of one category at the same address or within {metres} m, {times} or more; none counts at two places",
)
TOLD = Text(zh="其中热线信访", en="By hotline or petition")
MORE = Text(zh="，另有 {n} 处", en="; {n} more")
NONE = Text(
    zh="{since} – {until} 没有重复点位（同一地址或 {metres} 米以内、同一小类 {times} 次）。",
    en="No repeat point from {since} to {until} (the same address or within {metres} m, the same category, {times} times).",
)


def repeat_outlines(seen: Viewer, filters: Filters) -> list[Outline]:
    """The listed repeat points with their numbers, as circles of the distance within which cases count as one place."""
    points, crs = ask_repeats(seen, filters).head(SHOWN), seen.office.metric_crs
    if points.empty or crs is None:
        return []
    rings = circles(points.geometry.x, points.geometry.y, METRES, crs)
    return [
        Outline(
            code=f"repeat:{number}",
            shape=circle,
            text=f"{seen.say(POINT, number=_letter(number))}\n{_name(seen, row)}\n{_say_times(seen, row)}",
            label=_letter(number),
            kind=seen.say(LEGEND),
        )
        for number, circle, row in zip(points.index, rings, points.to_dict("records"), strict=True)
    ]


def show_repeats(seen: Viewer, filters: Filters) -> None:
    """The list under the map: each repeat point with its category, how often, its address; a line leads to its cases."""
    points, recent = ask_repeats(seen, filters), last_days(filters, seen.office.today(), DAYS)
    days = say_days(recent, seen) | {"metres": f"{METRES:.0f}", "times": str(TIMES)}
    with st.container(gap="xsmall", key="repeat_points"):
        if points.empty:
            st.caption(seen.say(NONE, **days))
            return
        st.markdown(f"**{seen.say(REPEATS)}**")
        for number, row in zip(points.index, points.head(SHOWN).to_dict("records"), strict=False):
            words = [_name(seen, row), _say_times(seen, row), row["address"]]
            label = f"**{_letter(number)}** {' · '.join(plain(word) for word in words if word)}"
            show_number_line(seen, label, _cards(seen, recent, number, row), key=f"repeat_{number}")
        more = seen.say(MORE, n=len(points) - SHOWN) if len(points) > SHOWN else ""
        st.caption(seen.say(RULE, **days) + more)


def _cards(seen: Viewer, recent: Filters, number: int, row: Mapping[Any, Any]) -> list[Card]:
    """The receipt of a repeat point."""
    days = say_days(recent, seen)
    rule = say_in_both(POINT_FORMULA, metres=f"{METRES:.0f}", times=TIMES)
    parts = [(PERIOD, f"{days['since']} – {days['until']}"), (TOLD, show_number(row["told"], seen.language))]
    label = say_in_both(POINT, number=_letter(number))
    return [count_card(seen, label, row["n"], rule, these(row["ids"]), parts=parts)]


def ask_repeats(seen: Viewer, filters: Filters) -> gpd.GeoDataFrame:
    """The repeat points of the last days of the period, those with most complaints first; index point from 1.

    Beside the columns of `repeat_points`: name_zh, name_en, told (cases that came by hotline or petition), cells.
    """
    return _repeats(last_days(filters, seen.office.today(), DAYS), data_version(), seen)


@kept(most=200)
def _repeats(recent: Filters, version: str, _seen: Viewer) -> gpd.GeoDataFrame:
    """Found once until the data changes."""
    cases = ask.ask(placed_cases, recent, _seen.minute)
    # without a metric CRS there is no data yet
    points = repeat_points(cases, _seen.office.metric_crs or "EPSG:4549")
    members = [cases[cases["id"].isin(ids)] for ids in points["ids"]]
    points["name_zh"] = [rows["name_zh"].iloc[0] for rows in members]
    points["name_en"] = [rows["name_en"].iloc[0] for rows in members]
    points["told"] = [int(rows["channel"].isin(COMPLAINTS).sum()) for rows in members]
    points["cells"] = pd.Series([tuple(rows["cell"].dropna().unique()) for rows in members], index=points.index, dtype=object)
    ordered = points.sort_values(["told", "n"], ascending=False, kind="stable")
    return ordered.set_axis(points.index)


def _letter(number: int) -> str:
    """A, B, C …, so that a repeat point is not taken for a hot spot."""
    return chr(ord("A") + number - 1)


def _name(seen: Viewer, row: dict[Any, Any]) -> str:
    """The category's name, else its code."""
    name = row["name_zh"] if seen.language == "zh" else row["name_en"]
    return str(row["category"] if is_missing(name) else name)


def _say_times(seen: Viewer, row: dict[Any, Any]) -> str:
    times = seen.say(TIMES_SAID, n=show_number(row["n"], seen.language))
    return seen.say(COMPLAINED, times=times, told=row["told"]) if row["told"] else times
