"""How long areas hold after sign-off, and whether the old level comes back: the curve and the control charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analysis.control_chart import AFTER_RISK, LEAST_WEEKS, TOLERATED, WEEK_DAYS, Chart, Limits, control_chart
from analysis.relapse import relapse_curve
from i18n import NOTHING, Text, show_day, show_number, show_share
from ui.cards import Card
from ui.case_links import params_of, these
from ui.charts import DOTTED, MAIN, SECOND, make_figure, write_days
from ui.points import show_counted, show_pressable, show_pressed
from ui.pressed import say_in_both
from ui.viewer import Theme, Viewer
from ui.weak_areas import OTHER, RELAPSE, WeakArea, ask_first_day
from ui.words import plain

# with fewer relapses the curve says next to nothing
FEW_RELAPSES = 5
BAND = "rgba(122,178,255,0.25)"
LIMIT: dict[Theme, str] = {"light": "#b91c1c", "dark": "#f87171"}
CURVE = Text(zh="销项后多久回潮", en="How long areas hold after sign-off")
AXIS = Text(zh="销项后天数", en="days after sign-off")
CURVE_SAID = Text(
    zh="{areas} 个已销项区域，{relapsed} 个回潮；第 {days} 天起估计有 {held} 仍未回潮（95% 区间 {low}–{high}）。",
    en="{areas} areas signed off, {relapsed} relapsed; from day {days} on an estimated {held} still hold (95% interval {low}–{high}).",
)
NONE_SAID = Text(
    zh="{areas} 个已销项区域都未回潮，最长已跟踪 {days} 天。",
    en="None of {areas} signed-off areas relapsed; the longest was followed for {days} days.",
)
FEW = Text(
    zh="数量太少，曲线几乎不能说明规律，只能说明这几处的情况。",
    en="So few say next to nothing about areas in general; they tell of these alone.",
)
CURVE_METHOD = Text(
    zh="Kaplan–Meier 估计：纵轴为未回潮比例；尚未回潮的区域只计到今天。区间为 log(-log) 逐点区间（Greenwood 方差）。",
    en="Kaplan and Meier's estimate: the share without relapse; areas that hold count until today. "
    "Pointwise log(-log) interval, Greenwood's variance.",
)
HOLD = Text(zh="第{days}天仍未回潮", en="Still hold on day {days}")
AT_RISK = Text(zh="此前最后一次回潮时仍在跟踪的区域", en="Areas followed at the last relapse until then")
RELAPSED_BY = Text(zh="到这天已回潮（链接为各自第一件）", en="Relapsed by then (the link: the first case of each)")
INTERVAL = Text(zh="95%区间", en="95% interval")
CHART = Text(zh="每周同类案件（控制图）", en="Cases of these classes by week (control chart)")
WEEK = Text(zh="同类案件", en="Cases of these classes")
MEAN = Text(zh="均值", en="Mean")
UPPER = Text(zh="报警线", en="Alarm above")
CHART_SAID = Text(
    zh="销项前每周 {mean} 件；销项后容忍其 {tolerated}，一周超过 {upper} 件报警。"
    "误报：每周 {risk}，约 {between} 周一次；若恢复到原来水平，平均 {notice} 周可发现。",
    en="{mean} a week before sign-off; since then {tolerated} of that is put up with, and more than {upper} a week alarms. "
    "False alarms: {risk} a week, one in {between} weeks; should the old level come back, it is noticed in {notice} weeks on average.",
)
ALARMS = Text(zh="销项后 {weeks} 周中 {alarms} 周报警。", en="{alarms} of {weeks} weeks since sign-off alarmed.")
CHART_METHOD = Text(
    zh="控制图：c 图，泊松精确概率限（误报：销项前不超过 0.135%，销项后 {risk}）；单件回潮看 30/60/90 天标记，本图看整体水平。",
    en="Control charts: c-charts with exact Poisson limits (false alarms at most 0.135% before and {risk} after "
    "sign-off). Single relapses are what the "
    "30, 60 and 90 day flags find; this chart asks whether the level rises again.",
)
TOO_SHORT = Text(
    zh="销项前的数据不足 {weeks} 周，画不出控制图。", en="Fewer than {weeks} weeks of data before sign-off, so there is no chart."
)


def show_curve(seen: Viewer, areas: Sequence[WeakArea]) -> None:
    """Kaplan and Meier's curve of the signed-off areas, and how little few of them say."""
    today = seen.office.today()
    followed = [days for one in areas if (days := one.area.followed_days(today)) is not None]
    if not followed:
        return
    steps = relapse_curve([one.area for one in areas], today)
    st.markdown(f"**{seen.say(CURVE)}**")
    last, relapsed = steps.iloc[-1], int(steps["relapsed"].sum())
    if relapsed:
        shares = {name: show_share(float(last[name]), digits=0) for name in ("held", "low", "high")}
        said = seen.say(CURVE_SAID, areas=len(followed), relapsed=relapsed, days=int(last["days"]), **shares)
    else:
        said = seen.say(NONE_SAID, areas=len(followed), days=max(followed))
    st.markdown(said + (" " * (seen.language == "en") + seen.say(FEW) if relapsed < FEW_RELAPSES else ""))
    pressed = show_pressable(draw_curve(seen, steps, max(followed)), key="relapse_curve", alt=f"{seen.say(CURVE)} · {said}")
    show_pressed(seen, _step_card(seen, areas, steps, float(pressed["x"])) if pressed else None, key="relapse_curve")
    st.caption(seen.say(CURVE_METHOD))


def _step_card(seen: Viewer, areas: Sequence[WeakArea], steps: pd.DataFrame, day: float) -> Card:
    """The receipt of the share that holds after so many days: what it was at the last relapse until then, and who that was."""
    known = steps[steps["days"] <= day]
    step, back = known.iloc[-1], [one for one in areas if (days := one.area.days_to(seen.office.today())) and min(days) <= day]
    low, high = (show_share(None if pd.isna(step[name]) else float(step[name]), digits=0) for name in ("low", "high"))
    cases = [case for one in back for case in one.of(RELAPSE).nsmallest(1, "reported_on")["id"]]
    return Card(
        key="step",
        label=say_in_both(HOLD, days=f"{day:.0f}"),
        value=show_share(float(step["held"]), digits=0),
        formula=CURVE_METHOD,
        parts=[
            (AT_RISK, show_number(int(step["at_risk"]), seen.language)),
            (RELAPSED_BY, ("、" if seen.language == "zh" else ", ").join(plain(one.code) for one in back) or NOTHING),
            (INTERVAL, f"{low}–{high}"),
        ],
        cases=params_of(these(cases)) if cases else None,
    )


def draw_curve(seen: Viewer, steps: pd.DataFrame, last_day: int) -> go.Figure:
    """The share without relapse as a stair, its interval as a band."""
    figure = make_figure(seen.theme, height=240)
    ends = pd.concat([steps, steps.tail(1).assign(days=float(max(last_day, steps["days"].max())))], ignore_index=True)
    band = ends.dropna(subset=["low"])
    stair = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=band["days"], y=band["high"], line={"width": 0, "shape": "hv"}, **stair)
    figure.add_scatter(x=band["days"], y=band["low"], line={"width": 0, "shape": "hv"}, fill="tonexty", fillcolor=BAND, **stair)
    line = {"color": MAIN[seen.theme], "width": 2.5, "shape": "hv"}
    points = {"size": 9, "opacity": 0, "color": MAIN[seen.theme]}
    figure.add_scatter(
        x=ends["days"],
        y=ends["held"],
        mode="lines+markers",
        marker=points,
        line=line,
        showlegend=False,
        hovertemplate="%{y:.0%}<extra></extra>",
    )
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%")
    figure.update_xaxes(title={"text": seen.say(AXIS), "font": {"size": 13}}, ticklabelstandoff=6)
    # few points far apart: a press anywhere takes the nearest
    figure.update_layout(hoverdistance=-1)
    return figure


def show_control_chart(seen: Viewer, one: WeakArea) -> None:
    """An area's cases of the classes of before, by week, with the limits and the false alarms they give."""
    signed, today = one.area.signed_off_on, seen.office.today()
    if signed is None or signed > today:
        return
    st.markdown(f"**{seen.say(CHART)}**")
    days = [day.date() for day in one.cases.loc[one.cases["when"] != OTHER, "reported_on"]]
    chart = control_chart(days, ask_first_day(seen), signed, today)
    if chart is None:
        st.caption(seen.say(TOO_SHORT, weeks=LEAST_WEEKS))
        return
    alarms = seen.say(ALARMS, weeks=len(chart.after), alarms=len(chart.alarms))
    alt = f"{one.code} {seen.say(CHART)} · {alarms}"
    pressed = show_pressable(draw_control_chart(seen, chart), key=f"control_chart_{one.code}", alt=alt)
    # a bar is a week; the lines of mean and limit count no case
    if pressed and pressed.get("curve_number") in {0, 1}:
        # x is the middle of the bar, which may stand beside its day
        weeks, place = (chart.before_weeks, chart.after_weeks)[pressed["curve_number"]], int(pressed["point_index"])
        if place < len(weeks):
            _show_week(seen, one, weeks[place])
    st.caption(f"{alarms}{' ' * (seen.language == 'en')}{seen.say(CHART_SAID, **_words(seen, chart))}")


def _show_week(seen: Viewer, one: WeakArea, first: date) -> None:
    """The receipt of the cases of one week."""
    last = first + timedelta(days=WEEK_DAYS - 1)
    days = one.cases["reported_on"].dt.date
    cases = one.cases[(one.cases["when"] != OTHER) & days.between(first, last)]
    title = f"{one.code} {one.name} · {show_day(first, seen.language)} – {show_day(last, seen.language)}"
    show_counted(seen, title, len(cases), these(cases["id"]))


def show_chart_method(seen: Viewer) -> None:
    """What the control charts are, and what they are not for."""
    st.caption(seen.say(CHART_METHOD, risk=show_share(AFTER_RISK, digits=0)))


def _words(seen: Viewer, chart: Chart) -> dict[str, str]:
    after = chart.after_limits
    between, notice = (
        NOTHING if value == float("inf") else show_number(value, seen.language, digits=digits)
        for value, digits in ((after.weeks_between, 0), (chart.weeks_to_notice, 1))
    )
    return {
        "mean": show_number(chart.before_limits.mean, seen.language, digits=2),
        "tolerated": show_share(TOLERATED, digits=0),
        "upper": str(after.upper),
        "risk": show_share(after.false_alarm, digits=1),
        "between": between,
        "notice": notice,
    }


def draw_control_chart(seen: Viewer, chart: Chart) -> go.Figure:
    """Bars by week; mean and limit of each phase, and a line at the sign-off."""
    figure = make_figure(seen.theme, height=220)
    for weeks, counts, colour in ((chart.before_weeks, chart.before, SECOND), (chart.after_weeks, chart.after, MAIN)):
        figure.add_bar(x=list(weeks), y=list(counts), marker={"color": colour[seen.theme]}, name=seen.say(WEEK), showlegend=False)
    phases = ((chart.before_weeks, chart.before_limits), (chart.after_weeks, chart.after_limits))
    for place, (weeks, limits) in enumerate(phases):
        _add_limits(figure, seen, weeks, limits, named=place == 0)
    if chart.after_weeks:
        figure.add_vline(x=str(chart.after_weeks[0]), line={"color": SECOND[seen.theme], **DOTTED})
    figure.update_layout(bargap=0.15)
    figure.update_yaxes(dtick=1 if max([*chart.before, *chart.after, chart.before_limits.upper]) < 8 else None)
    write_days(figure, seen)
    figure.update_xaxes(tickformat="%-m月" if seen.language == "zh" else "%b")
    return figure


def _add_limits(figure: go.Figure, seen: Viewer, weeks: Sequence[date], limits: Limits, *, named: bool) -> None:
    """The mean and the limit over the weeks of one phase; the alarm lies above whole numbers, so half a case higher."""
    if not weeks:
        return
    ends, skip = [weeks[0], weeks[-1]], {"mode": "lines", "showlegend": named}
    figure.add_scatter(x=ends, y=[limits.mean] * 2, name=seen.say(MEAN), line={"color": SECOND[seen.theme], "width": 1.5}, **skip)
    figure.add_scatter(x=ends, y=[limits.upper + 0.5] * 2, name=seen.say(UPPER), line={"color": LIMIT[seen.theme], **DOTTED}, **skip)
