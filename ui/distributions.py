"""How long cases took: quantiles of every group beside the mean, and the share done within so many hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from i18n import Text, show_duration, show_number, show_share
from queries.evaluation import STEPS, Step, hours_curve, hours_quantiles, hours_spread, up_to
from queries.filters import Filters
from queries.intervals import MIN_CASES
from queries.kpis import Receipt
from ui.cards import Card, show_receipt_of
from ui.charts import INK, MAIN, SECOND, make_figure, written
from ui.evaluation import EvaluationPage, say_group
from ui.kpis import RECEIPT, show_receipt
from ui.points import show_hint, show_pressable
from ui.pressed import named, say_in_both
from ui.viewer import Viewer
from ui.words import plain

TITLES: dict[Step, Text] = {
    "contact": Text(zh="受理到首次联系", en="From report to first contact"),
    "end": Text(zh="受理到结案", en="From report to closing"),
}
KEY = Text(
    zh="粗条：中间一半的案件；细线：第10至第90百分位；竖线：中位数；菱形：平均数。淡色：不足{least}件。横轴为对数刻度。",
    en="Thick: the middle half of the cases; thin: 10th to 90th percentile; tick: median; diamond: mean. Pale: fewer than {least} cases."
    " The axis is logarithmic.",
)
NOTHING = Text(zh="没有记录到这一步的时间。", en="No times of this step are on record.")
WITHIN = Text(zh="多少时间内办完多少", en="How many are done within how long")
ALL = Text(zh="全部", en="All")
HOVER = Text(
    zh="{name}：中位 {median}，中间一半 {low}–{high}，平均 {mean}，{n} 件",
    en="{name}: median {median}, middle half {low}–{high}, mean {mean}, {n} cases",
)
SAYS = Text(
    zh="各组用时分布图，{title}：中位用时最短的是{first}（{quick}），最长的是{last}（{slow}）。",
    en="Spread of hours, {title}: the shortest median is that of {first} ({quick}), the longest that of {last} ({slow}).",
)
CURVES_SAY = Text(
    zh="曲线图：多少时间内有多少比例的案件结案；{shares}。", en="Curves of the share of cases closed within a time: {shares}."
)
WITHIN_A_DAY = Text(zh="{name}一天内 {share}", en="{name} {share} within a day")
WITHIN_HOURS = Text(zh="{hours}内结案", en="closed within {hours}")
MEASURED = Text(zh="有结案用时的案件", en="Cases with a time to closing")
WITHIN_FORMULA = Text(
    zh="用时不到这么久就结案的案件 ÷ 有结案用时的案件", en="cases closed in less than this time ÷ cases with a time to closing"
)
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
TICKS: dict[float, Text] = {
    0.25: Text(zh="15分", en="15 min"),
    1: Text(zh="1小时", en="1 h"),
    4: Text(zh="4小时", en="4 h"),
    24: Text(zh="1天", en="1 d"),
    72: Text(zh="3天", en="3 d"),
    168: Text(zh="1周", en="1 wk"),
    720: Text(zh="30天", en="30 d"),
}
# a logarithmic axis has no nought
LEAST_HOURS = 0.05


def show_distribution(seen: Viewer, page: EvaluationPage, step: Step) -> None:
    """The quantiles of every group, in the order of the ranking; the receipt of the mean beside the title."""
    histogram = page.hours(step)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{seen.say(TITLES[step])}**", width="content")
        with st.popover(seen.say(RECEIPT), type="tertiary", key=f"distribution_{step}"):
            rows = page.hours(step) if page.everyone else _of(histogram, page.chosen)
            show_receipt(seen, _mean(step, rows, page.cases), page.cases)
    if histogram.empty:
        st.info(seen.say(NOTHING))
        return
    order = [None if pd.isna(one) else one for one in page.ranks["group"]]
    groups = [group for group in order if not _of(histogram, group).empty]
    figure = _draw_quantiles(seen, page, histogram, groups)
    pressed = show_pressable(figure, key=f"quantiles_{step}_{page.figures.by}", alt=_say_quantiles(seen, page, step, groups))
    if pressed is None:
        show_hint(seen)
        return
    group = groups[int(pressed["customdata"][0])]
    with st.container(border=True, gap="xsmall", key=f"quantiles_pressed_{step}"):
        st.caption(plain(_say_spread(seen, page, histogram, group)))
        show_receipt(seen, _mean(step, _of(histogram, group), page.figures.cases_of(group)), page.figures.cases_of(group))


def _say_quantiles(seen: Viewer, page: EvaluationPage, step: Step, groups: Sequence[Any]) -> str:
    """What the chart shows, in a sentence: whose median is the shortest, whose the longest."""
    medians = {group: hours_quantiles(_of(page.hours(step), group), (0.5,))[0] for group in groups}
    first, last = min(groups, key=lambda one: medians[one]), max(groups, key=lambda one: medians[one])
    title = seen.say(TITLES[step])
    return seen.say(
        SAYS,
        title=title if seen.language == "zh" else title[0].lower() + title[1:],
        first=page.language_names[first],
        quick=_say_hours(medians[first], seen),
        last=page.language_names[last],
        slow=_say_hours(medians[last], seen),
    )


def _mean(step: Step, rows: pd.DataFrame, cases: Filters) -> Receipt:
    """The receipt of the mean hours of some cases: their histogram holds its parts."""
    hours, n = float(rows["hours"].sum()), float(rows["n"].sum())
    return Receipt(kpi=STEPS[step], value=hours / n if n else None, numerator=hours, denominator=n, since=cases.since, until=cases.until)


def show_curves(seen: Viewer, page: EvaluationPage) -> None:
    """The share of cases closed within so many hours: all, and the open group; a press tells how many of how many."""
    st.caption(seen.say(KEY, least=MIN_CASES))
    if page.end.empty:
        return
    st.markdown(f"**{seen.say(WITHIN)}**")
    lines = [(seen.say(ALL), page.end, page.figures.filters)]
    if not page.everyone:
        lines.append((say_group(seen, page), _of(page.end, page.chosen), page.cases))
    said = []
    for name, histogram, _ in lines:
        within = max((share for limit, share in zip(*hours_curve(histogram), strict=True) if limit <= 24), default=0.0)
        said.append(seen.say(WITHIN_A_DAY, name=name, share=show_share(float(within), digits=0)))
    says = seen.say(CURVES_SAY, shares=("，" if seen.language == "zh" else ", ").join(said))
    pressed = show_pressable(_draw_curves(seen, [line[:2] for line in lines]), key=f"curves_{page.figures.by}", alt=says)
    if pressed is None:
        show_hint(seen)
        return
    line, place = (int(one) for one in pressed["customdata"])
    # a point of a group that was let go since, or of a longer line
    if line < len(lines) and place < len(hours_curve(lines[line][1])[0]):
        with st.container(border=True, gap="xsmall", key="curve_pressed"):
            name, histogram, cases = lines[line]
            show_receipt_of(seen, _within(seen, name, histogram, cases, place))


def _within(seen: Viewer, name: str, histogram: pd.DataFrame, cases: Filters, place: int) -> Card:
    """A point of the curve: how many of how many were closed within its hours, and the way to these."""
    limits, shares = hours_curve(histogram)
    n = int(histogram["n"].sum())
    closed = round(shares[place] * n)
    done = say_in_both(WITHIN_HOURS, hours=_say_hours(limits[place], seen))
    return Card(
        key="within",
        label=named(name, done),
        value=show_share(shares[place]),
        formula=WITHIN_FORMULA,
        parts=[(done, show_number(closed, seen.language)), (MEASURED, show_number(n, seen.language))],
        cases=_measured(cases.with_(within=up_to("end", place))) if closed else None,
        below=_measured(cases),
    )


def _measured(cases: Filters) -> dict[str, str]:
    """The address of the cases with a time to closing among these."""
    return cases.to_params() | {"kpi": STEPS["end"].key, "part": "denominator"}


def _draw_curves(seen: Viewer, lines: Sequence[tuple[str, pd.DataFrame]]) -> go.Figure:
    """A line for all, and one for the open group; its points are the ends of the bins."""
    figure = make_figure(seen.theme, height=240)
    for number, ((name, histogram), colours) in enumerate(zip(lines, (SECOND, MAIN), strict=False)):
        limits, shares = hours_curve(histogram)
        colour = colours[seen.theme]
        figure.add_scatter(
            x=[max(limit, LEAST_HOURS) for limit in limits],
            y=shares,
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2.5},
            marker={"size": 9, "opacity": 0, "color": colour},
            customdata=[[number, place] for place in range(len(limits))],
            hovertemplate="%{y:.1%}",
        )
    _lay_out(figure, seen)
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
    figure.update_layout(showlegend=True)
    return figure


def _say_spread(seen: Viewer, page: EvaluationPage, histogram: pd.DataFrame, group: Any) -> str:
    """The median, the middle half and the mean of a group, in words."""
    rows = _of(histogram, group)
    about, (low, median, high) = _of(hours_spread(histogram), group).iloc[0], hours_quantiles(rows, (0.25, 0.5, 0.75))
    hours = {"low": low, "median": median, "high": high, "mean": about["mean"]}
    said = {key: _say_hours(max(value, LEAST_HOURS) if key != "mean" else value, seen) for key, value in hours.items()}
    return seen.say(HOVER, **said, n=show_number(about["n"], seen.language), name=page.language_names[group])


def _draw_quantiles(seen: Viewer, page: EvaluationPage, histogram: pd.DataFrame, groups: Sequence[Any]) -> go.Figure:
    """Four marks a group: two lines, the median, the mean."""
    figure = make_figure(seen.theme, height=60 + 28 * len(groups))
    spread = hours_spread(histogram)
    for place, group in enumerate(groups):
        rows = _of(histogram, group)
        ends = [max(one, LEAST_HOURS) for one in hours_quantiles(rows, SHARES)]
        about = _of(spread, group).iloc[0]
        name, colour = page.language_names[group], MAIN[seen.theme] if about["n"] >= MIN_CASES else SECOND[seen.theme]
        hover = written(_say_spread(seen, page, histogram, group)) + "<extra></extra>"
        for span, width, opacity in (((ends[0], ends[4]), 2, 0.6), ((ends[1], ends[3]), 9, 0.45)):
            line = {"color": colour, "width": width}
            figure.add_scatter(x=span, y=[name, name], mode="lines", line=line, opacity=opacity, hovertemplate=hover)
        marked: dict[str, Any] = {
            "mode": "markers",
            "customdata": [[place]],
            "unselected": {"marker": {"opacity": 0.45}},
            "hovertemplate": hover,
        }
        tick = {"symbol": "line-ns", "size": 13, "line": {"width": 3, "color": colour}}
        figure.add_scatter(x=[ends[2]], y=[name], marker=tick, **marked)
        diamond = {"symbol": "diamond-open", "size": 8, "color": INK[seen.theme]}
        figure.add_scatter(x=[max(about["mean"], LEAST_HOURS)], y=[name], marker=diamond, **marked)
    _lay_out(figure, seen)
    figure.update_layout(showlegend=False, hovermode="closest")
    figure.update_yaxes(autorange="reversed", showgrid=False, rangemode="normal", ticksuffix="  ")
    return figure


def _lay_out(figure: go.Figure, seen: Viewer) -> None:
    """Hours on a logarithmic axis, written as people say them."""
    figure.update_xaxes(type="log", tickvals=list(TICKS), ticktext=[seen.say(text) for text in TICKS.values()], showgrid=True, tickangle=0)


def _of(frame: pd.DataFrame, group: Any) -> pd.DataFrame:
    return frame[frame["group"].isna()] if group is None else frame[frame["group"] == group]


def _say_hours(hours: float, seen: Viewer) -> str:
    """`3小时6分`, `2天12小时`."""
    return show_duration(timedelta(hours=hours), seen.language)
