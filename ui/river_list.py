"""The list of the reaches: who is late first, with class, worst factor, next walk and open cases; a press opens a reach."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analysis.water import WaterClass
from i18n import NOTHING, Text, show_day, show_number
from model.cases import RIVER_CATEGORIES
from queries.filters import Filters
from queries.rivers import LATE as LATE_CASES
from queries.rivers import OPEN, feature_of
from ui.cards import Card
from ui.case_links import case_link, link_column
from ui.matrix import picked_cell
from ui.pressed import count_card, named, show_number_table
from ui.rivers import GRADE_NAMES, Rivers, Water, say_chiefs, say_level
from ui.tables import show_download
from ui.viewer import Viewer

TABLE = "river_table"
ROW_HEIGHT = 35
HOW = Text(
    zh="点河段打开公示牌；点未结、超期、涉河问题的数字看它的口径与案件。水质取最近一次采样的最差一项（GB 3838-2002），"
    "应巡日 = 上次有效巡河日 + 频次天数。靠近两条河段的案件两边各计一次，各行之和可能多于上面的总数。",
    en="Press a reach to open its notice board, a number of cases for its receipt and its cases. Water is the worst factor of the newest"
    " sample (GB 3838-2002); the due day is the last walk that counted plus the days asked. A case near two reaches counts for"
    " both, so the rows may add up to more than the total above.",
)
TABLE_NAME = Text(zh="全部河段", en="All reaches")
DOWNLOAD = Text(zh="下载河段表", en="Download the reaches")
FACTORS: dict[str, Text] = {
    "dissolved_oxygen": Text(zh="溶解氧", en="dissolved oxygen"),
    "permanganate": Text(zh="高锰酸盐指数", en="permanganate index"),
    "ammonia": Text(zh="氨氮", en="ammonia nitrogen"),
    "phosphorus": Text(zh="总磷", en="total phosphorus"),
    "transparency_cm": Text(zh="透明度", en="transparency"),
    "redox_mv": Text(zh="氧化还原电位", en="redox potential"),
}
UNITS = {"transparency_cm": "cm", "redox_mv": "mV"}
NO_SAMPLE = Text(zh="无采样", en="No sample")
NO_CHIEF = Text(zh="未设河长", en="No chief")
LATE = Text(zh="逾期{days}天", en="{days} d late")
BY = Text(zh="{day}前", en="by {day}")
SHORT_DAY = Text(zh="{day.month}月{day.day}日", en="{day.day} {day:%b}")
COLUMNS: dict[str, tuple[Text, int]] = {
    "reach": (Text(zh="河段", en="Reach"), 190),
    "walk": (Text(zh="下次巡河", en="Next walk"), 104),
    "class": (Text(zh="水质", en="Water"), 88),
    "factor": (Text(zh="最差项", en="Worst factor"), 200),
    "target": (Text(zh="目标", en="Target"), 60),
    "open": (Text(zh="未结", en="Open"), 60),
    "late": (Text(zh="超期", en="Late"), 60),
    "problems": (Text(zh="涉河问题", en="River problems"), 84),
    "chief": (Text(zh="应巡河长", en="Whose walk"), 190),
    "cases": (Text(zh="案件", en="Cases"), 44),
}
# what each number counts: by the rivers page's own name, the cases on the cases page, and in words
NUMBERS: dict[str, tuple[str, Filters, Text]] = {
    "open": ("open", OPEN, Text(zh="河段50米内的未结案件", en="open cases within 50 m of the reach")),
    "late": ("late", LATE_CASES, Text(zh="河段50米内已超期的未结案件", en="open cases within 50 m of the reach past their deadline")),
    "problems": (
        "problems_open",
        OPEN.with_(categories=RIVER_CATEGORIES),
        Text(
            zh="河段50米内、类别为河道垃圾、水体黑臭、河岸违建堆物、防汛墙或公示牌损坏的未结案件",
            en="open cases within 50 m of the reach about rubbish in it, black-odour, building on its bank, flood walls or chiefs' boards",
        ),
    ),
}


def show_river_list(seen: Viewer, rivers: Rivers) -> None:
    """Every reach once, the worst first."""
    codes = order_reaches(seen, rivers)
    table = pd.DataFrame([_row(seen, rivers, code) for code in codes])
    st.session_state["reaches_listed"] = codes
    config: dict[str, Any] = {name: st.column_config.TextColumn(seen.say(label), width=width) for name, (label, width) in COLUMNS.items()}
    config |= {name: st.column_config.NumberColumn(seen.say(COLUMNS[name][0]), width=COLUMNS[name][1]) for name in NUMBERS}
    show_number_table(
        seen,
        table,
        lambda place, column: _card(seen, rivers, codes[place], column),
        key=TABLE,
        alt=seen.say(TABLE_NAME),
        columns=config | {"cases": link_column(seen)},
        height=min(640, ROW_HEIGHT * (len(table) + 1) + 2),
        row_height=ROW_HEIGHT,
        on_select=_follow_selection,
    )
    st.caption(seen.say(HOW))
    names = {name: seen.say(label) for name, (label, _) in COLUMNS.items()}
    show_download(table.drop(columns="cases").rename(columns=names), seen.say(DOWNLOAD), "reaches.csv", key="download_reaches")


def _card(seen: Viewer, rivers: Rivers, code: str, column: str) -> Card | None:
    """The receipt of a number of cases; the other cells have none."""
    if column not in NUMBERS:
        return None
    name, filters, formula = NUMBERS[column]
    whose = named(rivers.names[code], COLUMNS[column][0])
    return count_card(seen, whose, rivers.count(code, name), formula, filters.with_(features=(feature_of(code),)))


def _follow_selection() -> None:
    """A press on a cell opens its reach, unless it holds a number of cases."""
    picked, listed = picked_cell(TABLE), st.session_state.get("reaches_listed", [])
    if picked and picked[1] not in NUMBERS and picked[0] < len(listed):
        st.query_params["reach"] = listed[picked[0]]


def order_reaches(seen: Viewer, rivers: Rivers) -> list[str]:
    """The codes: late ones first by days, then those worse than their target, then by the day on which they are due."""
    far = seen.office.today().toordinal() + 10_000

    def urgency(code: str) -> tuple[int, bool, int, str]:
        dues = [one.due for one in rivers.of(code) if one.due]
        late = max((due.late_days for due in dues), default=0)
        soonest = min((due.due_on.toordinal() for due in dues), default=far)
        return -late, not rivers.misses_target(code), soonest, code

    return sorted(rivers.names, key=urgency)


def _row(seen: Viewer, rivers: Rivers, code: str) -> dict[str, Any]:
    water = rivers.water.get(code)
    return {
        "reach": f"{code} {rivers.names[code]}" if rivers.names[code] != code else code,
        "walk": say_walk(seen, rivers, code),
        "class": say_class(seen, rivers, code),
        "factor": say_worst(seen, water) if water else "",
        "target": str(rivers.props(code).get("class_target") or ""),
        "open": rivers.count(code, "open"),
        "late": rivers.count(code, "late"),
        "problems": rivers.count(code, "problems_open"),
        "chief": _whose(seen, rivers, code),
        "cases": case_link(seen, OPEN.with_(features=(feature_of(code),))),
    }


def say_walk(seen: Viewer, rivers: Rivers, code: str) -> str:
    """How late the next walk is, or the day by which it must come."""
    dues = [one.due for one in rivers.of(code) if one.due]
    if not dues:
        return seen.say(NO_CHIEF)
    if late := max(due.late_days for due in dues):
        return seen.say(LATE, days=late)
    day = min(due.due_on for due in dues)
    return seen.say(BY, day=seen.say(SHORT_DAY, day=day))


def _whose(seen: Viewer, rivers: Rivers, code: str) -> str:
    """Whose walk comes first."""
    due = [one for one in rivers.of(code) if one.due]
    if not due:
        return ""
    first = min(due, key=lambda one: one.due.due_on if one.due else seen.office.today())
    return f"{say_level(first.level, seen)} {say_chiefs(first)}"


def say_class(seen: Viewer, rivers: Rivers, code: str) -> str:
    """The class of the newest sample, in words."""
    water = rivers.water.get(code)
    return say_grade(seen, water.graded) if water else seen.say(NO_SAMPLE)


def say_grade(seen: Viewer, graded: WaterClass) -> str:
    """`IV类`; the dash where nothing was measured."""
    return seen.say(GRADE_NAMES[graded.grade]) if graded.grade else NOTHING


def say_worst(seen: Viewer, water: Water) -> str:
    """The worst factor with its value, `氨氮 1.32`; of class I there is none to name."""
    if not water.graded.factors or water.graded.grade == "I":
        return ""
    return say_factor(seen, water.graded.factors[0], water.sample[water.graded.factors[0]])


def say_factor(seen: Viewer, factor: str, value: float | None) -> str:
    """A factor with its value and unit."""
    return f"{seen.say(FACTORS[factor])} {show_number(value, seen.language, digits=2)} {UNITS.get(factor, 'mg/L')}"


def say_sampled(seen: Viewer, water: Water) -> str:
    """The day of a sample."""
    return show_day(seen.local(water.sampled_at).date(), seen.language)
