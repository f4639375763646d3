"""The sentence that leads the bikes page: where places are short, with how many cases, and how far the nearest zone is."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import streamlit as st

from i18n import Text, show_day, show_number
from queries.filters import Filters
from ui.bikes import LEAST_CASES, Bikes
from ui.case_links import params_of, these
from ui.kpis import CASES_PAGE
from ui.viewer import Viewer
from ui.words import plain

# a street is named where this share of the cases stands on it, two streets at most
STREET_SHARE, STREETS = 0.2, 2
NO_CASES = Text(
    zh="这个条件下没有非机动车案件。放宽时间或清除筛选再看。", en="No bicycle case matches. Widen the period or clear the filters."
)
GAP = Text(
    zh="{place}缺停车位：{period}有 {n} 件非机动车案件，{within:.0f} 米内都没有停放区，最近的停放区离案件 {nearest} 米。",
    en="{place} is short of bike parking: {n} bicycle cases {period}, none within {within:.0f} m of a parking zone; "
    "the nearest zone is {nearest} m from them.",
)
NO_GAP = Text(
    zh="没有服务空白：{period}没有哪个 100 米网格有 {least} 件以上离停放区 {within:.0f} 米以外的非机动车案件。",
    en="No service gap: {period} no 100 m cell has {least} or more bicycle cases farther than {within:.0f} m from a parking zone.",
)
THESE = Text(zh="查看这 {n} 件案件", en="See these {n} cases")
SPAN = Text(zh="{since}–{until}", en="from {since} to {until}")
EVER = Text(zh="至今", en="to this day")
AROUND = Text(zh="{streets}一带", en="{streets}")
OF_ZONE = Text(zh="（{zone}）", en=" ({zone})")
MOSTLY_OF_ZONE = Text(zh="（主要在{zone}）", en=" (mostly {zone})")


def show_headline(seen: Viewer, bikes: Bikes) -> None:
    """One sentence: where places are short, with how many cases, and how far the nearest zone is; and the way to these cases."""
    if bikes.cases.empty:
        st.info(seen.say(NO_CASES), icon=":material/filter_alt_off:")
        return
    about: dict[str, Any] = {"period": say_span(seen, bikes.filters), "within": bikes.within}
    if bikes.gaps.empty:
        st.markdown(f"#### {seen.say(NO_GAP, **about, least=LEAST_CASES)}")
        return
    first = bikes.gaps.iloc[0]
    numbers = {name: show_number(float(value), seen.language) for name, value in (("n", first["n"]), ("nearest", first["nearest_m"]))}
    st.markdown(f"#### {seen.say(GAP, **about, **numbers, place=plain(gap_name(seen, bikes, 1)))}")
    cases = params_of(these(bikes.outside_in(first["cells"])["id"]))
    st.page_link(CASES_PAGE, label=seen.say(THESE, n=numbers["n"]), icon=":material/list:", query_params=cases)


def say_span(seen: Viewer, filters: Filters) -> str:
    """The period inside a sentence."""
    if not filters.since and not filters.until:
        return seen.say(EVER)
    return seen.say(SPAN, since=show_day(filters.since, seen.language), until=show_day(filters.until, seen.language))


def gap_name(seen: Viewer, bikes: Bikes, gap: int) -> str:
    """Where a gap is: the streets that its cases name, and the zone that holds most of them."""
    cases = bikes.outside[bikes.outside["cell"].isin(bikes.gaps.at[gap, "cells"])]
    zones = cases["zone_name"].fillna(cases["zone"])
    zone = _most(zones)
    streets = street_names(cases["address"])
    if not streets:
        return zone or str(gap)
    return seen.say(AROUND, streets=("、" if seen.language == "zh" else ", ").join(streets)) + (
        seen.say(OF_ZONE if (zones == zone).all() else MOSTLY_OF_ZONE, zone=zone) if zone else ""
    )


def street_names(addresses: pd.Series[Any]) -> list[str]:
    """The streets that many of the addresses name, the most frequent first: what stands before a house number, or after it."""
    streets = pd.Series([re.sub(r"^[\d\s\-]+", "", str(one)) for one in addresses.dropna()], dtype="str")
    shares = streets.str.split(r"\s*[\d(（]", n=1, regex=True).str[0].str.strip().value_counts(normalize=True)
    named = shares[(shares >= STREET_SHARE) & (shares.index != "")]
    return [str(street) for street in named.index[:STREETS]]


def _most(values: pd.Series[Any]) -> str:
    counts = values.dropna().value_counts()
    return str(counts.index[0]) if len(counts) else ""
