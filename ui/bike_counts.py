"""The counts of bikes by operator and hour, and how to bring counts in."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analysis.parking import by_hour
from geo.colour import PALETTES, pick_colours
from i18n import Text, show_day, show_number
from ui.bikes import COUNT_DAYS, Bikes
from ui.cards import Card
from ui.charts import DOTTED, INK, make_figure
from ui.points import show_pressable, show_pressed
from ui.pressed import named, say_in_both
from ui.tables import show_download
from ui.viewer import Viewer

# operators with a bar of their own; the others share one
MOST_OPERATORS = 4
HOURS = Text(zh="清点：各企业分时段", en="Counts by operator and hour")
HOUR = Text(zh="{hour}时", en="{hour}:00")
OTHERS = Text(zh="其他企业", en="Other operators")
SAYS = Text(zh="各时段单车数：{hour}最多，{n} 辆；车位 {places} 个", en="Bikes by hour: most at {hour}, {n}; places {places}")
PLACES = Text(zh="车位 {n}", en="{n} places")
NOTE = Text(
    zh="{since}–{until}的清点（最多往前 {days} 天）。每处停放区在该小时内各次清点取平均，再合计；"
    "虚线是清点过的停放区的车位之和（逐区取整）。",
    en="Counts from {since} to {until} (at most {days} days back). The mean of each zone's counts in that hour, summed over the zones; the "
    "dotted line is the places of the zones that were counted, rounded down zone by zone.",
)
HOUR_FORMULA = Text(
    zh="每处停放区在该小时内各次清点取平均，再把各处相加", en="the mean of each zone's counts in that hour, summed over the zones"
)
HOUR_SOURCE = Text(zh="单车清点（bike_counts）", en="counts of bikes (bike_counts)")
COUNTED, TIMES = Text(zh="清点过的停放区", en="Zones counted"), Text(zh="清点次数", en="Counts")
ALL_OPERATORS, DAYS = Text(zh="各企业合计（辆）", en="Bikes of all operators"), Text(zh="日期", en="Days")
NO_COUNTS = Text(
    zh="还没有清点数据：满载、爆满、清出这些数都要它。导入方法见下。",
    en="No bikes were counted yet: load, over-full and cleared all need that. How to bring counts in is said below.",
)
HELP = Text(zh="怎样导入清点数据", en="How to bring counts in")
STEPS = Text(
    zh="一份 CSV 或 XLSX，每行一处停放区、一个时刻、一家企业：\n\n"
    "- `layer` 填 `bikes`，`feature_code` 填停放区编号\n- `counted_at` 清点时间，如 `2017-10-31 08:30`（不写时区按本单位时间）\n"
    "- `operator` 企业，`bikes` 辆数\n\n到“数据”页选“单车清点”导入，"
    "或在服务器上运行 `python -m ingest table bike_counts 文件`。整份检查，有一行不对就都不写入；"
    "同一份再导一次不会重复。"
    "爆满后隔 30 分钟再清点一次，才能看出是否清出。",
    en="A CSV or XLSX with a row for each zone, moment and operator:\n\n"
    "- `layer` is `bikes`, `feature_code` the code of the parking zone\n"
    "- `counted_at` such as `2017-10-31 08:30` (the office's time where no offset is given)\n"
    "- `operator`, and `bikes`, how many\n\nBring it in on the Data page as Bike counts, "
    "or run `python -m ingest table bike_counts FILE` on the server. The whole file is checked; "
    "one wrong row and nothing is written; the same file twice changes nothing. Count an over-full zone again after 30 minutes, "
    "else nobody knows whether it was cleared.",
)
TEMPLATE = Text(zh="下载空白模板", en="Download an empty template")
COLUMNS = ("layer", "feature_code", "counted_at", "operator", "bikes")


def show_hours(seen: Viewer, bikes: Bikes) -> None:
    """Stacked bars: the bikes of each operator by hour, against the places."""
    st.markdown(f"**{seen.say(HOURS)}**")
    if bikes.counts.empty:
        st.caption(seen.say(NO_COUNTS))
        return
    hours = _few_operators(by_hour(bikes.counts), seen.say(OTHERS))
    labels = [seen.say(HOUR, hour=hour) for hour in hours.index]
    figure = make_figure(seen.theme, height=280)
    colours = pick_colours(PALETTES["blues"][seen.theme][:0:-1], len(hours.columns))
    for column, (name, colour) in enumerate(zip(hours.columns, colours, strict=True)):
        figure.add_bar(
            x=labels,
            y=hours[name],
            name=str(name),
            customdata=[[row, column] for row in range(len(hours))],
            marker={"color": colour},
            unselected={"marker": {"opacity": 0.45}},
            hovertemplate="%{y:,.0f}",
        )
    places = int(bikes.now["places"].sum())
    figure.add_hline(y=places, line={**DOTTED, "color": INK[seen.theme]}, annotation_text=seen.say(PLACES, n=f"{places:,}"))
    figure.update_layout(barmode="stack", bargap=0.35, legend={"traceorder": "normal"})
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(range=[0, max(places, float(hours.sum(axis=1).max())) * 1.15])
    sums = hours.sum(axis=1).to_list()
    most = max(range(len(sums)), key=sums.__getitem__)
    says = seen.say(SAYS, hour=labels[most], n=show_number(round(sums[most]), seen.language), places=f"{places:,}")
    pressed = show_pressable(figure, key="hours", alt=says)
    show_pressed(seen, _hour_card(seen, bikes, hours, pressed["customdata"]) if pressed else None, key="hours")
    days = bikes.counts["counted_at"].dt.date
    since, until = (show_day(day, seen.language) for day in (days.min(), days.max()))
    st.caption(seen.say(NOTE, since=since, until=until, days=COUNT_DAYS))


def _hour_card(seen: Viewer, bikes: Bikes, hours: pd.DataFrame, pressed: Sequence[int]) -> Card | None:
    """The receipt of one operator's bikes in one hour; nothing for a bar that is no longer there."""
    row, column = (int(one) for one in pressed)
    if row >= len(hours.index) or column >= len(hours.columns):
        return None
    hour, name = hours.index[row], str(hours.columns[column])
    counted = bikes.counts[bikes.counts["counted_at"].dt.hour == hour]
    days = counted["counted_at"].dt.date
    parts = [
        (COUNTED, show_number(counted["zone"].nunique(), seen.language)),
        (TIMES, show_number(len(counted[["zone", "counted_at"]].drop_duplicates()), seen.language)),
        (ALL_OPERATORS, show_number(float(hours.iloc[row].sum()), seen.language)),
        (DAYS, f"{show_day(days.min(), seen.language)} – {show_day(days.max(), seen.language)}"),
    ]
    label, value = named(name, say_in_both(HOUR, hour=hour)), show_number(float(hours.iloc[row].iloc[column]), seen.language)
    return Card(key="hour", label=label, value=value, unit="bikes", formula=HOUR_FORMULA, parts=parts, source=HOUR_SOURCE)


def _few_operators(hours: pd.DataFrame, others: str) -> pd.DataFrame:
    """The largest operators by themselves, the rest as one."""
    order = hours.sum().sort_values(ascending=False, kind="stable").index
    kept, rest = order[:MOST_OPERATORS], order[MOST_OPERATORS:]
    few = hours[list(kept)].fillna(0.0)
    return few.assign(**{others: hours[list(rest)].sum(axis=1)}) if len(rest) else few


def show_import_help(seen: Viewer) -> None:
    """What a file of counts looks like and how it comes in."""
    with st.expander(seen.say(HELP), key="import_counts"):
        st.markdown(seen.say(STEPS))
        show_download(pd.DataFrame(columns=list(COLUMNS)), seen.say(TEMPLATE), "bike_counts.csv", key="download_template")
