"""The proposed parking zones as a table, with the cases they cover and the curve of what each further one adds."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import streamlit as st

from analysis.parking import UPRIGHT, places_of
from geo.kerbs import ONWARD_METRES
from i18n import NOTHING, Text, show_number, show_share
from ui.bike_plan import TITLE, Sites
from ui.bikes import MEASURED_IN, Bikes
from ui.cards import Card, show_receipt_of
from ui.case_links import case_link, link_column, params_of, these
from ui.charts import MAIN, SECOND, make_figure
from ui.points import show_hint, show_pressable
from ui.pressed import exact_card, named, say_in_both, show_number_line, show_number_table
from ui.tables import day_column
from ui.viewer import Viewer
from ui.words import is_missing, plain

NUMBER = Text(zh="新点", en="Site")
PLACE = Text(zh="位置", en="Place")
ZONE = Text(zh="责任区", en="Zone")
METRES = Text(zh="长度(米)", en="Metres")
PLACES = Text(zh="车位", en="Places")
ADDED = Text(zh="新增覆盖案件", en="Cases added")
TOGETHER = Text(zh="累计", en="Together")
AROUND = Text(zh="周边区外案件", en="Cases around")
ADDED_FORMULA = Text(
    zh="半径内的区外案件中，前面的新点都没有覆盖的", en="of the cases outside within its reach, those that no site before it covers"
)
TOGETHER_FORMULA = Text(zh="至少在一个这些新点半径内的区外案件", en="cases outside within the reach of one of these sites or more")
AROUND_FORMULA = Text(zh="所覆盖网格里的全部区外案件", en="all cases outside in the cells that the site reaches into")
SPACING = Text(zh="每车间距(米)", en="Spacing (m)")
KERB_FORMULAS: dict[Text, Text] = {
    METRES: Text(zh="这段空闲路缘的长度", en="the length of this stretch of free kerb"),
    PLACES: Text(
        zh="长度 ÷ 现有停放区每车间距的中位数，取整", en="length ÷ the median spacing of the parking zones there are, rounded down"
    ),
}
KERB_SOURCE = Text(
    zh="路缘线图层（kerbs）；没有时由现有停放区向两端延长",
    en="the layer of kerb lines (kerbs), or the parking zones carried on at both ends",
)
NEAREST_FORMULA = Text(zh="案件到最近停放区的直线距离", en="the straight way from the case to the nearest parking zone")
ALL_OUTSIDE = Text(zh="全部区外案件", en="All cases outside")
BOUND = Text(zh="上限", en="Limit")
STEP = Text(zh="逐处选取的第 {place} 处 · 新增", en="Step {place} of choosing one by one · cases added")
SUMMARY = Text(
    zh="{n} 处新停放区共覆盖 **{covered}** 件区外案件，占 {share}；任选 {n} 处最多不超过 {bound} 件。",
    en="{n} new zones cover **{covered}** of the cases outside, {share}; no {n} places cover more than {bound}.",
)
FEWER = Text(zh="只找到 {n} 处：再设也覆盖不到更多案件。", en="Only {n} places were found: no further one would cover another case.")
NOTHING_TO_DO = Text(
    zh="没有可选的新点：这些条件下没有区外案件，或路缘上没有空位。",
    en="There is no place to suggest: no case lies outside, or no kerb is free.",
)
METHOD = Text(
    zh="沿路缘线每 10 米取一段空闲路缘，离现有停放区 6 米以上；新点的{reach}米内算覆盖。逐处选新增最多的，再逐处换位直到不能更好"
    "（最大覆盖选址，Church 和 ReVelle 1974）。“周边区外案件”是所覆盖网格里的全部区外案件，点图标打开。",
    en="Stretches of free kerb, one every 10 m along the kerb lines, 6 m or more from any zone; cases within {reach} m of a new zone are "
    "covered. Each next place is where most is added, then places are exchanged until nothing gets better (maximal covering, Church and "
    "ReVelle 1974). Cases around are all those outside in the cells it reaches into; the sign opens them.",
)
NO_KERBS = Text(
    zh="没有路缘线图层：按现有停放区所在的直线向两端各延 {metres:.0f} 米推算。导入路缘线（python -m ingest layer kerbs 文件）后更准。",
    en="There is no layer of kerb lines: the line of each zone is carried on by {metres:.0f} m at both ends. "
    "Bring in kerb lines (python -m ingest layer kerbs FILE) for better ones.",
)
COVERED_TABLE = Text(zh="覆盖的案件", en="The cases covered")
COVERED = Text(zh="覆盖的案件（{n} 件）", en="The cases covered ({n})")
CASE = Text(zh="案件", en="Case")
ADDRESS = Text(zh="地址", en="Address")
DAY = Text(zh="受理", en="Reported")
NEAREST = Text(zh="距最近停放区(米)", en="To the nearest zone (m)")
CURVE = Text(zh="每多设一处，多覆盖多少", en="What each further zone adds")
CURVE_SAYS = Text(
    zh="柱状图：第一处新增覆盖 {first} 件，前 {n} 处共 {sum} 件",
    en="Bars: the first new zone covers {first} cases more, the first {n} together {sum}",
)
CURVE_NOTE = Text(
    zh="按逐处选取的次序；深色为所选的 {n} 处。越往后新增越少，不会回升。",
    en="In the order of choosing one by one; the dark ones are the {n} chosen. Each adds no more than the one before.",
)
EXCHANGED = Text(
    zh="表中的 {n} 处又经换位，共覆盖 {covered} 件，比逐处选取的 {greedy} 件多。",
    en="The {n} of the table were then exchanged and cover {covered} cases, more than the {greedy} of choosing one by one.",
)
FIRST = Text(
    zh="首选：在{place}新设 {metres} 米停放区，可覆盖 {added} 件区外案件（见下方选址）。",
    en="First choice: {metres} m of parking at {place} cover {added} of the cases outside (see the siting below).",
)
ROAD = Text(zh="路名未知", en="Unnamed road")


def show_sites(seen: Viewer, bikes: Bikes, sites: Sites) -> None:
    """The places as a table, each row with the way to the cases around it; what the plan is worth; the cases it covers."""
    plan, wishes = sites.plan, sites.wishes
    if not plan.sites:
        st.info(seen.say(NOTHING_TO_DO), icon=":material/check_circle:")
        return
    share = show_share(plan.covered / plan.demand, digits=1)
    numbers = {"n": len(plan.sites), "covered": show_number(plan.covered, seen.language), "bound": show_number(plan.bound, seen.language)}
    show_number_line(seen, seen.say(SUMMARY, **numbers, share=share), [_covered_card(seen, sites)], key="sites")
    if len(plan.sites) < wishes.n:
        st.caption(seen.say(FEWER, n=len(plan.sites)))
    show_number_table(
        seen,
        _table(seen, bikes, sites),
        lambda place, column: _site_card(seen, bikes, sites, place, column),
        key="sites_table",
        alt=seen.say(TITLE),
        columns={"": link_column(seen)},
    )
    kerbs = "" if sites.has_kerbs else " " + seen.say(NO_KERBS, metres=ONWARD_METRES)
    st.caption(seen.say(METHOD, reach=f"{wishes.reach:.0f}") + kerbs)
    with st.expander(seen.say(COVERED, n=plan.covered), key="covered_cases"):
        config = {"": link_column(seen), seen.say(DAY): day_column(seen)}
        cases = _covered_cases(bikes, sites)
        table = _covered(seen, cases)

        def card_of(place: int, column: str) -> Card | None:
            if column != seen.say(NEAREST):
                return None
            label, value = named(str(table[seen.say(CASE)][place]), NEAREST), str(table[column][place])
            only = params_of(these([cases["id"].iloc[place]]))
            return Card(
                key="nearest", label=label, value=value, formula=NEAREST_FORMULA, source=say_in_both(MEASURED_IN, crs=bikes.crs), cases=only
            )

        show_number_table(seen, table, card_of, key="covered_table", alt=seen.say(COVERED_TABLE), columns=config)


def _covered_card(seen: Viewer, sites: Sites) -> Card:
    """The receipt of all cases that the sites cover."""
    parts = [(ALL_OUTSIDE, show_number(sites.plan.demand, seen.language)), (BOUND, show_number(sites.plan.bound, seen.language))]
    return exact_card(seen, COVERED_TABLE, TOGETHER_FORMULA, sorted(sites.first), parts=parts)


def _site_card(seen: Viewer, bikes: Bikes, sites: Sites, place: int, column: str) -> Card | None:
    """The receipt of a number of cases of a site."""
    row, first = sites.found.iloc[place], sites.first
    name = f"{place + 1} {site_name(seen, row.to_dict())}"
    if column == seen.say(ADDED):
        return exact_card(seen, named(name, ADDED), ADDED_FORMULA, (case for case, number in first.items() if number == place + 1))
    if column == seen.say(TOGETHER):
        return exact_card(seen, named(name, TOGETHER), TOGETHER_FORMULA, (case for case, number in first.items() if number <= place + 1))
    if column == seen.say(AROUND):
        return exact_card(seen, named(name, AROUND), AROUND_FORMULA, bikes.outside_in(row["cells"])["id"])
    label = next((one for one in KERB_FORMULAS if seen.say(one) == column), None)
    return None if label is None else _kerb_card(seen, bikes, name, label, float(row["metres"]))


def _kerb_card(seen: Viewer, bikes: Bikes, name: str, label: Text, metres: float) -> Card:
    """The receipt of the length of a site, or of the places that it gives."""
    apart = usual_spacing(bikes)
    said = {
        METRES: f"{round(metres):,}",
        PLACES: f"{int(places_of([metres], apart)[0]):,}",
        SPACING: show_number(apart, seen.language, digits=2),
    }
    parts = [(one, words) for one, words in said.items() if one != label]
    return Card(key="kerb", label=named(name, label), value=said[label], formula=KERB_FORMULAS[label], parts=parts, source=KERB_SOURCE)


def usual_spacing(bikes: Bikes) -> float:
    """Metres a bike where nobody has chosen any: what the parking zones have in the middle."""
    return float(bikes.parking["spacing"].median()) if len(bikes.parking) else UPRIGHT


def site_name(seen: Viewer, row: dict[Any, Any]) -> str:
    """The road of a site, as the kerb line is called."""
    return seen.say(ROAD) if is_missing(row["name"]) else str(row["name"])


def _table(seen: Viewer, bikes: Bikes, sites: Sites) -> pd.DataFrame:
    rows = list(zip(sites.found.index, sites.found.to_dict("records"), strict=True))
    apart = usual_spacing(bikes)
    around = [bikes.outside_in(row["cells"]) for _, row in rows]
    return pd.DataFrame(
        {
            seen.say(NUMBER): [number for number, _ in rows],
            seen.say(PLACE): [site_name(seen, row) for _, row in rows],
            seen.say(ADDED): [row["added"] for _, row in rows],
            "": [case_link(seen, these(cases["id"])) for cases in around],
            seen.say(AROUND): [len(cases) for cases in around],
            seen.say(TOGETHER): [row["together"] for _, row in rows],
            seen.say(METRES): [round(row["metres"]) for _, row in rows],
            seen.say(PLACES): places_of([row["metres"] for _, row in rows], apart),
            seen.say(ZONE): [NOTHING if is_missing(row["zone"]) else bikes.zone_names.get(row["zone"], row["zone"]) for _, row in rows],
        }
    )


def _covered_cases(bikes: Bikes, sites: Sites) -> pd.DataFrame:
    """Every covered case once, under the first site that covers it, `site`."""
    first = sites.first
    cases = bikes.outside[bikes.outside["id"].isin(list(first))]
    found: pd.DataFrame = cases.assign(site=cases["id"].map(first)).sort_values(["site", "reported_at"], ascending=[True, False])
    return found.reset_index(drop=True)


def _covered(seen: Viewer, cases: pd.DataFrame) -> pd.DataFrame:
    """The covered cases in words."""
    lang = f"&lang={seen.language}" + (f"&as={quote(st.query_params['as'])}" if "as" in st.query_params else "")
    return pd.DataFrame(
        {
            seen.say(NUMBER): cases["site"],
            seen.say(CASE): cases["external_id"],
            seen.say(ADDRESS): cases["address"],
            seen.say(DAY): cases["reported_at"].dt.tz_convert(seen.office.timezone).dt.date,
            seen.say(NEAREST): cases["metres"].round().astype("Int64"),
            "": [f"cases?case={number}&period=all{lang}" for number in cases["id"]],
        }
    )


def show_first(seen: Viewer, sites: Sites) -> None:
    """Under the headline: the place that adds most."""
    if sites.plan.sites:
        first = sites.found.to_dict("records")[0]
        about = {
            "place": plain(site_name(seen, first)),
            "metres": round(first["metres"]),
            "added": show_number(first["added"], seen.language),
        }
        st.caption(seen.say(FIRST, **about))


def show_curve(seen: Viewer, sites: Sites) -> None:
    """What each further zone adds, as bars; those that were asked for are dark."""
    curve = sites.plan.curve
    if not curve:
        return
    st.markdown(f"**{seen.say(CURVE)}**")
    figure = make_figure(seen.theme, height=220)
    colours = [MAIN[seen.theme] if place < sites.wishes.n else SECOND[seen.theme] for place in range(len(curve))]
    figure.add_bar(
        x=[str(place) for place in range(1, len(curve) + 1)],
        y=list(curve),
        marker={"color": colours},
        customdata=np.cumsum(curve),
        hovertemplate=f"+%{{y}}<br>{seen.say(TOGETHER)} %{{customdata}}<extra></extra>",
        text=list(curve),
        textposition="outside",
        cliponaxis=False,
        constraintext="none",
        textangle=0,
    )
    figure.update_layout(hovermode="closest", bargap=0.25, margin={"l": 8, "r": 8, "t": 24, "b": 8})
    figure.update_xaxes(type="category", showgrid=False)
    says = seen.say(CURVE_SAYS, first=curve[0], n=min(sites.wishes.n, len(curve)), sum=sum(curve[: sites.wishes.n]))
    figure.update_traces(unselected={"marker": {"opacity": 0.45}})
    pressed = show_pressable(figure, key="gain_curve", alt=says)
    if pressed and int(pressed["x"]) <= len(curve):
        with st.container(border=True, gap="xsmall", key="gain_pressed"):
            step = int(pressed["x"])
            show_receipt_of(seen, exact_card(seen, say_in_both(STEP, place=step), ADDED_FORMULA, sites.steps[step - 1]))
    else:
        show_hint(seen)
    n, greedy = min(sites.wishes.n, len(curve)), sum(curve[: sites.wishes.n])
    words = [seen.say(CURVE_NOTE, n=n)]
    if sites.plan.covered > greedy:
        covered = show_number(sites.plan.covered, seen.language)
        words.append(seen.say(EXCHANGED, n=len(sites.plan.sites), covered=covered, greedy=show_number(greedy, seen.language)))
    st.caption(("" if seen.language == "zh" else " ").join(words))
