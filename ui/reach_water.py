"""The water of a reach: its class by the worst factor, what every factor says, and how it went from sample to sample."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analysis.water import GRADES, LIMITS, SPANS, class_of_factor
from i18n import NOTHING, Language, Text, show_number
from ui.cards import Card
from ui.charts import DOTTED, SECOND, make_figure
from ui.points import show_pressable, show_pressed
from ui.pressed import named, show_number_table
from ui.river_list import FACTORS, UNITS, say_class, say_factor, say_grade, say_sampled, say_worst
from ui.river_map import WATER_COLOURS
from ui.rivers import GRADE_NAMES, ODOURS, Rivers, Water, enumerate_words, read_water
from ui.viewer import Viewer
from ui.words import plain

WATER = Text(zh="水质", en="Water")
NO_SAMPLES = Text(
    zh="这条河段还没有采样。到“数据”页导入水质监测，或运行 python -m ingest table water_samples 文件。",
    en="This reach has no sample yet. Bring in water samples on the Data page, or run python -m ingest table water_samples FILE.",
)
SUMMARY = Text(zh="**{grade}**（目标 {target}）{worst}，{day}采样。", en="**{grade}** (target {target}){worst}, sampled on {day}.")
WORST = Text(zh="，最差项：{factor}", en=", worst factor: {factor}")
ALSO = Text(zh="；同为该类：{factors}", en="; the same class: {factors}")
ODOUR = Text(zh="黑臭：{grade}{factors}。", en="Black-odour: {grade}{factors}.")
MISSING = Text(zh="没有测：{factors}，按测到的项目定级。", en="Not measured: {factors}; graded by what was.")
HISTORY = Text(zh="历次类别", en="Class by sample")
TARGET = Text(zh="目标", en="Target")
FACTOR = Text(zh="项目", en="Factor")
FACTORWISE = Text(zh="最近一次采样逐项结果", en="The newest sample, factor by factor")
VALUE = Text(zh="数值", en="Value")
OF_CLASS = Text(zh="类别 · 黑臭", en="Class · black-odour")
HOW = Text(
    zh="类别：GB 3838-2002 表1，最差一项定类（单因子）。黑臭：《城市黑臭水体整治工作指南》（2015），任一项达到即算，重度重于轻度。",
    en="Class: GB 3838-2002, table 1, by the worst single factor. Black-odour: the 2015 guide, any one measure; heavy is worse than light.",
)
MEASURED = Text(zh="采样实测值", en="as measured in the sample")
SAMPLES = Text(zh="水质监测记录", en="water samples")
HEIGHT = 210
DAY_FORMAT: dict[Language, str] = {"zh": "%Y年%-m月%-d日", "en": "%-d %b %Y"}


def show_water(seen: Viewer, rivers: Rivers, code: str) -> None:
    """The newest sample in words and factor by factor, and the class of every sample as a chart."""
    st.markdown(f"**{seen.say(WATER)}**")
    water = rivers.water.get(code)
    if water is None:
        st.info(seen.say(NO_SAMPLES), icon=":material/science:")
        return
    target = str(rivers.props(code).get("class_target") or "")
    st.markdown(say_water(seen, rivers, code, target))
    samples = rivers.samples[rivers.samples["code"] == code]
    history = [read_water(row) for _, row in samples.iterrows()]
    classes = enumerate_words((say_grade(seen, one.graded) for one in history if one.graded.grade), seen)
    pressed = show_pressable(draw_history(seen, history, target), key="water_history", alt=f"{seen.say(HISTORY)} · {classes}")
    known = [one for one in history if one.graded.grade]
    sample = known[pressed["point_index"]] if pressed and pressed["point_index"] < len(known) else None
    show_pressed(seen, _sample_card(seen, sample) if sample else None, key="water_history")
    with st.expander(seen.say(FACTORWISE), icon=":material/science:"):
        table = _tabulate(seen, water)

        def card_of(place: int, column: str) -> Card | None:
            label, value, grade = (str(one) for one in table.iloc[place])
            if column != seen.say(VALUE) or value == NOTHING:
                return None
            whose = named(f"{say_sampled(seen, water)} · {label}", VALUE)
            return Card(key="factor", label=whose, value=value, formula=MEASURED, parts=[(OF_CLASS, grade)], source=SAMPLES)

        show_number_table(seen, table, card_of, key="water_factors", alt=seen.say(FACTORWISE))
    st.caption(seen.say(HOW))


def _sample_card(seen: Viewer, water: Water) -> Card:
    """The receipt of the class of one sample: every factor with its value and what that means."""
    table = _tabulate(seen, water)
    rows = zip(FACTORS.values(), table[seen.say(VALUE)], table[seen.say(OF_CLASS)], strict=True)
    return Card(
        key="sample",
        label=named(say_sampled(seen, water), WATER),
        value=say_grade(seen, water.graded),
        formula=HOW,
        parts=[(label, value if value == NOTHING else f"{value} · {grade}") for label, value, grade in rows],
        source=SAMPLES,
    )


def say_water(seen: Viewer, rivers: Rivers, code: str, target: str) -> str:
    """Class, target, worst factor, day, black-odour, and what was not measured."""
    water = rivers.water[code]
    worst = say_worst(seen, water)
    also = enumerate_words((seen.say(FACTORS[factor]) for factor in water.graded.factors[1:]), seen) if worst else ""
    values = {
        "grade": say_class(seen, rivers, code),
        "target": seen.say(GRADE_NAMES[target]) if target in GRADES else plain(target),
        "worst": (seen.say(WORST, factor=worst) if worst else "") + (seen.say(ALSO, factors=also) if also else ""),
        "day": say_sampled(seen, water),
    }
    said = [seen.say(SUMMARY, **values)]
    if water.odour.grade:
        named = enumerate_words((say_factor(seen, factor, water.sample[factor]) for factor in water.odour.factors), seen)
        said.append(seen.say(ODOUR, grade=seen.say(ODOURS[water.odour.grade]), factors=_bracketed(named, seen)))
    if missing := dict.fromkeys((*water.graded.missing, *water.odour.missing)):
        said.append(seen.say(MISSING, factors=enumerate_words((seen.say(FACTORS[factor]) for factor in missing), seen)))
    return ("" if seen.language == "zh" else " ").join(said)


def _bracketed(words: str, seen: Viewer) -> str:
    if not words:
        return ""
    return f"（{words}）" if seen.language == "zh" else f" ({words})"


def draw_history(seen: Viewer, history: list[Water], target: str) -> go.Figure:
    """The class of every sample, the best on top, in the colour of its class; the target as a dotted line."""
    figure = make_figure(seen.theme, height=HEIGHT)
    known = [water for water in history if water.graded.grade]
    places = [GRADES.index(str(water.graded.grade)) for water in known]
    days = [seen.local(water.sampled_at).replace(tzinfo=None) for water in known]
    colours = WATER_COLOURS[seen.theme]
    figure.add_scatter(
        x=days,
        y=places,
        mode="lines+markers",
        line={"color": SECOND[seen.theme], "width": 1.5, "shape": "hv"},
        marker={"size": 11, "color": [colours[place] for place in places]},
        text=[f"{say_grade(seen, water.graded)} · {say_worst(seen, water)}".removesuffix(" · ") for water in known],
        hovertemplate=f"%{{x|{DAY_FORMAT[seen.language]}}} %{{text}}<extra></extra>",
        showlegend=False,
    )
    if target in GRADES:
        place = GRADES.index(target)
        figure.add_hline(y=place, line={**DOTTED, "color": SECOND[seen.theme]}, annotation_text=seen.say(TARGET))
    low, high = (min([*places, *([GRADES.index(target)] if target in GRADES else [])]), max([*places, 0])) if places else (0, 5)
    figure.update_yaxes(
        tickvals=list(range(len(GRADES))),
        ticktext=[seen.say(GRADE_NAMES[grade]) for grade in GRADES],
        range=[max(high, low + 2) + 0.6, low - 0.7],
        rangemode="normal",
    )
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(tickformat="%-m月" if seen.language == "zh" else "%b", nticks=8)
    return figure


def _tabulate(seen: Viewer, water: Water) -> pd.DataFrame:
    """Every factor of the sample with its value, its class and its black-odour grade."""
    rows = []
    for factor in FACTORS:
        value = water.sample.get(factor)
        grades = [seen.say(GRADE_NAMES[class_of_factor(factor, value)])] if value is not None and factor in LIMITS else []
        grades += [seen.say(ODOURS[SPANS[factor].grade(value)])] if value is not None and factor in SPANS else []
        shown = show_number(value, seen.language, digits=2)
        rows.append(
            {
                seen.say(FACTOR): seen.say(FACTORS[factor]),
                seen.say(VALUE): f"{shown} {UNITS.get(factor, 'mg/L')}" if value is not None else NOTHING,
                seen.say(OF_CLASS): " · ".join(grades) or NOTHING,
            }
        )
    return pd.DataFrame(rows)
