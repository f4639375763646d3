"""The open cases of a reach, set on it by metres from its start and by bank, as a strip and as a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from geo.colour import CASE_COLOURS
from i18n import Text, show_number
from model.cases import RIVER_CATEGORIES
from queries.rivers import OPEN, feature_of, reach_cases
from ui import ask
from ui.cards import Card
from ui.case_links import params_of, these
from ui.charts import INK, make_figure
from ui.kpis import CASES_PAGE
from ui.points import show_pressable, show_pressed
from ui.pressed import exact_card, named, show_number_line
from ui.rivers import Rivers
from ui.viewer import Viewer
from ui.words import is_missing, plain, say_deadline

TITLE = Text(zh="河段上的未结案件", en="Open cases on the reach")
COUNT = Text(zh="{n}件，其中超期{late}件，涉河问题{problems}件", en="{n} cases, {late} late and {problems} about the river itself")
ORDER = Text(
    zh="距河50米内，按距起点的米数和左右岸（面向下游）排列。", en="Within 50 m, by metres from the start and by bank, facing downstream."
)
OPEN_FORMULA = Text(zh="河段50米内的未结案件", en="open cases within 50 m of the reach")
LATE_FORMULA = Text(zh="其中已超过时限的", en="those of them past their deadline")
PROBLEM = Text(zh="涉河问题", en="About the river itself")
PROBLEM_FORMULA = Text(
    zh="其中类别为河道垃圾、水体黑臭、河岸违建堆物、防汛墙或公示牌损坏的，或来源为巡河的",
    en="those of them about rubbish in it, black-odour, building on its bank, flood walls or chiefs' boards, or found on a walk",
)
NO_CASES = Text(zh="这条河段上没有未结案件。", en="No case is open on this reach.")
ALL = Text(zh="在案件页打开全部{n}件", en="Open all {n} on the cases page")
SIDES: dict[str, Text] = {"left": Text(zh="左岸", en="Left"), "right": Text(zh="右岸", en="Right")}
KINDS = (Text(zh="未超期", en="In time"), Text(zh="超期", en="Late"))
RIVER_PROBLEM = Text(zh="◆ 为涉河问题", en="◆ about the river itself")
FROM_START = Text(zh="距起点（米）", en="Metres from the start")
FROM_REACH = Text(zh="距河（米）", en="Metres from the reach")
CASE = Text(zh="案件", en="Case")
CASE_FORMULA = Text(
    zh="从案件作垂线到河段中线：垂足距起点的米数，案件在哪一侧即哪一岸（面向下游）",
    en="the perpendicular from the case to the middle line: its foot in metres from the start, its side the bank, facing downstream",
)
LINKS = Text(zh="导入时算好的归属", en="links made when data came in")
PLACE = Text(zh="{side} {along}米", en="{side} {along} m")
MOST_LISTED = 12
HEIGHT = 190
Row = Mapping[Any, Any]


def show_cases(seen: Viewer, rivers: Rivers, code: str) -> None:
    """The strip, then the first cases as links, and the way to all of them."""
    found = ask.ask(reach_cases, code, seen.minute)
    st.markdown(f"**{seen.say(TITLE)}**")
    if found.empty:
        st.success(seen.say(NO_CASES), icon=":material/check_circle:")
        return
    late, problems = found[found["state"] == "overdue"], found[_is_problem(found)]
    says = seen.say(COUNT, n=len(found), late=len(late), problems=len(problems))
    show_number_line(seen, says, _cards(seen, code, found, late, problems), key="reach_cases")
    st.caption(seen.say(ORDER))
    figure = draw_strip(seen, found, float(rivers.props(code).get("length_m") or found["along"].max()))
    pressed = show_pressable(figure, key="strip", alt=says)
    st.caption(seen.say(RIVER_PROBLEM))
    case = found.iloc[int(pressed["customdata"][0]) :].head(1) if pressed else found.iloc[:0]
    show_pressed(seen, _case_card(seen, case.to_dict("records")[0]) if len(case) else None, key="strip")
    about = {"feature": feature_of(code), "state": "open", "period": "all"}
    for row in found.head(MOST_LISTED).to_dict("records"):
        st.page_link(CASES_PAGE, label=_label(seen, row), icon=":material/location_on:", query_params=about | {"case": str(row["id"])})
    filters = OPEN.with_(features=(feature_of(code),)).to_params() | {"period": "all"}
    st.page_link(CASES_PAGE, label=seen.say(ALL, n=show_number(len(found), seen.language)), icon=":material/list:", query_params=filters)


def _cards(seen: Viewer, code: str, found: pd.DataFrame, late: pd.DataFrame, problems: pd.DataFrame) -> list[Card]:
    """The receipts of all cases, of the late ones, and of those about the river itself."""
    return [
        exact_card(seen, TITLE, OPEN_FORMULA, found["id"]),
        exact_card(seen, KINDS[1], LATE_FORMULA, late["id"]),
        exact_card(seen, PROBLEM, PROBLEM_FORMULA, problems["id"]),
    ]


def _case_card(seen: Viewer, row: Row) -> Card:
    """The receipt of one mark of the strip: the case, and where it lies on the reach."""
    metres = None if is_missing(row["metres"]) else float(row["metres"])
    parts = [(FROM_START, show_number(row["along"], seen.language)), (FROM_REACH, show_number(metres, seen.language))]
    label, kind, only = named(_say_place(seen, row), CASE), plain(_say_kind(seen, row)), params_of(these([int(row["id"])]))
    return Card(key="case", label=label, value=kind, formula=CASE_FORMULA, parts=parts, source=LINKS, cases=only)


def _is_problem(cases: pd.DataFrame) -> pd.Series[Any]:
    """Which cases are about the river itself, or were found on a walk."""
    return (cases["kind"] + "/" + cases["category"].fillna("")).isin(RIVER_CATEGORIES) | (cases["channel"] == "river")


def draw_strip(seen: Viewer, cases: pd.DataFrame, length: float) -> go.Figure:
    """The reach as a line from its start to its end, the cases of the left bank above it, those of the right one below."""
    figure = make_figure(seen.theme, height=HEIGHT)
    figure.add_scatter(x=[0, length], y=[0, 0], mode="lines", line={"color": "#2563eb", "width": 7}, hoverinfo="skip", showlegend=False)
    late, problems = cases["state"] == "overdue", _is_problem(cases)
    for place, chosen in enumerate((~late, late)):
        rows, marked = cases[chosen], problems[chosen]
        figure.add_scatter(
            x=rows["along"],
            y=rows["side"].map({"left": 1, "right": -1}).fillna(0),
            mode="markers",
            showlegend=False,
            marker={
                "size": 13,
                "color": CASE_COLOURS[seen.theme][place],
                "symbol": ["diamond" if one else "circle" for one in marked],
                "line": {"width": 1.5, "color": "#ffffff" if seen.theme == "light" else "#0b1220"},
                "opacity": 0.9,
            },
            # the place in the list: an id has more digits than a browser's number keeps
            customdata=[[int(one)] for one in np.flatnonzero(chosen)],
            unselected={"marker": {"opacity": 0.45}},
            text=[_say_case(seen, row) for row in rows.to_dict("records")],
            hovertemplate="%{text}<extra></extra>",
        )
    for place, kind in enumerate(KINDS):
        # a sign for the legend, always round: the first case may be a diamond
        marker = {"size": 11, "color": CASE_COLOURS[seen.theme][place]}
        figure.add_scatter(x=[None], y=[None], mode="markers", name=seen.say(kind), marker=marker, hoverinfo="skip")
    figure.update_layout(hovermode="closest", margin={"b": 34})
    figure.update_xaxes(
        range=[-length * 0.03, length * 1.03], title={"text": seen.say(FROM_START), "font": {"size": 13, "color": INK[seen.theme]}}
    )
    figure.update_yaxes(
        tickvals=[1, -1],
        ticktext=[seen.say(SIDES["left"]), seen.say(SIDES["right"])],
        range=[-1.7, 1.7],
        showgrid=False,
        rangemode="normal",
    )
    return figure


def _say_case(seen: Viewer, row: Row) -> str:
    """What a case is and where it lies; plotly reads a little HTML, so signs of it are taken out."""
    return f"{_say_place(seen, row)} {_say_kind(seen, row)}".replace("<", "‹").replace(">", "›")


def _say_kind(seen: Viewer, row: Row) -> str:
    name = row["name_zh" if seen.language == "zh" else "name_en"]
    return next((str(one) for one in (name, row["category"], row["title"], row["external_id"]) if not is_missing(one)), "")


def _say_place(seen: Viewer, row: Row) -> str:
    side = seen.say(SIDES[row["side"]]) if row["side"] in SIDES else ""
    return seen.say(PLACE, side=side, along=show_number(row["along"], seen.language)).strip()


def _label(seen: Viewer, row: Row) -> str:
    """`612米 左岸 · 河道垃圾 · 超 3天`"""
    return " · ".join([plain(_say_place(seen, row)), plain(_say_kind(seen, row)), say_deadline(row, seen.minute, seen)])
