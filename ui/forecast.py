"""The forecast on the screen: one sentence, how well it did before, the days to come, the parts by zone and channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analysis.forecast import HORIZON, INTERVAL, Outlook
from i18n import NOTHING, Text, show_day, show_number, show_share
from model.kinds import LABELS, Channel
from queries.features import feature_names
from queries.filters import UNASSIGNED, Filters
from ui import ask
from ui.cards import Card, show_cards
from ui.case_links import params_of
from ui.charts import MAIN, SECOND, make_figure, rgb_of, write_days
from ui.points import show_counted, show_pressable
from ui.pressed import PRESS, named, say_in_both, show_number_table
from ui.viewer import Viewer
from ui.workload import ZONES_PAGE, Workload, all_zones
from ui.zone_pages import show_zone_pages

SHOWN_DAYS = 56
ROW_HEIGHT = 30
HEADLINE = Text(zh="未来14天预计 **{mean}** 件（{low}–{high}）", en="**{mean}** cases expected in the next 14 days ({low}–{high})")
NO_SKILL = Text(
    zh="未来14天不作预测：用过去检验，它不比“与上周同日一样多”更准。",
    en="No forecast for the next 14 days: tried on the past, it was no better than “as many as on the same weekday last week”.",
)
CHANGE = Text(zh="较近14天", en="Against the last 14 days")
EXPECTED = Text(zh="{since} – {until}；近14天 {last} 件", en="{since} – {until}; last 14 days: {last}")
SAYS = Text(
    zh="折线图：最近 {days} 天每天受理 {low} 至 {high} 件。",
    en="Line of cases a day: {low} to {high} in the last {days} days.",
)
SAYS_AHEAD = Text(zh="其后是未来14天的预测及其区间。", en=" After them the forecast of 14 days within its interval.")
TABLE = Text(zh="各部分的预测", en="The forecast by parts")
NEXT = Text(zh="未来14天", en="Next 14 days")
LAST = Text(zh="近14天", en="Last 14 days")
GAIN = Text(zh="误差，比“上周同日”", en="Error, against “same weekday last week”")
ERRORS = Text(zh="每天平均差 {error} 件，对 {naive} 件", en="{error} cases a day against {naive}")
HELD = Text(zh="区间说中（次）", en="Interval held (times)")
DAYS_HELD = Text(
    zh="次两周合计落在区间内；单日 {share}，应为 {wanted}", en="two-week sums within it; single days {share}, promised {wanted}"
)
NOT_KNOWN = Text(zh="历史太短，还说不准", en="too little history to tell")
PAST = Text(zh="实际", en="Actual")
AHEAD = Text(zh="预测", en="Forecast")
RANGE = Text(zh="{share}区间", en="{share} interval")
METHOD = Text(
    zh="每种日子（星期几；节假日按周日、调休上班日按周五）的平均，乘以近期的高低；分项之和等于合计。"
    "检验：每周回到过去重做一次，只用当时已知的数据。",
    en="The mean of each kind of day (weekdays; holidays as Sundays, made-up working days as Fridays) times the recent level; parts "
    "add up to the whole. Tried on the past week by week, with what was known then.",
)
FIGURES = Text(zh="数字", en="Figures")
FORMULAS: dict[str, Text] = {
    "change": Text(zh="未来14天预计 ÷ 近14天实际 − 1", en="expected in the next 14 days ÷ actual in the last 14 − 1"),
    "gain": Text(
        zh="预测的每日平均绝对误差 ÷ “与上周同日一样多”的误差 − 1，负数为更准",
        en="mean absolute error a day ÷ that of “as on the same weekday last week” − 1; below zero is better",
    ),
    "held": Text(
        zh="过去每次预测中，两周合计落在区间内的次数 ÷ 试过的次数",
        en="past forecasts whose two-week sum fell into the interval ÷ forecasts tried",
    ),
}
BY: dict[str, tuple[Text, tuple[str, ...]]] = {
    "zone": (Text(zh="按责任区", en="By zone"), ("zone",)),
    "channel": (Text(zh="按来源", en="By channel"), ("channel",)),
    "both": (Text(zh="责任区×来源", en="Zone × channel"), ("channel", "zone")),
}
COUNTED = Text(zh="近14天受理的案件，作废不计", en="cases reported in the last 14 days, void ones left out")
PARTS = Text(zh="分项", en="Parts")
ZONE = Text(zh="责任区", en="Zone")
NO_ZONE = Text(zh="不在责任区内", en="In no zone")
RELATIVE = Text(zh="误差，比上周同日", en="Error, against last week")
RELATIVE_HELP = Text(
    zh="平均误差 ÷ “上周同日”的平均误差 − 1，负数为更准", en="mean error ÷ that of “same weekday last week” − 1; below zero is better"
)
WITHOUT = Text(
    zh="{nothing}：用过去检验不比“上周同日”准，不给数字。", en="{nothing}: no better than “same weekday last week”, so no number is given."
)


def show_forecast(seen: Viewer, work: Workload, filters: Filters) -> None:
    """Everything about the sum of the chosen cases; a sentence alone where there is nothing to forecast."""
    if work.ahead is None:
        if work.why:
            st.info(work.why, icon=":material/info:")
        return
    outlook = work.ahead.outlook()
    mean, low, high = (show_number(float(one), seen.language) for one in (outlook.mean, outlook.low, outlook.high))
    skilled = bool(outlook.has_skill)
    st.markdown(f"#### {seen.say(HEADLINE, mean=mean, low=low, high=high) if skilled else seen.say(NO_SKILL)}")
    _show_skill(seen, work, outlook, filters)
    pressed = show_pressable(
        _draw_days(seen, work, outlook if skilled else None), key="forecast", alt=_say_days(seen, work, skilled=skilled)
    )
    if pressed and pressed.get("curve_number") == 0:
        day = pd.Timestamp(pressed["x"]).date()
        show_counted(seen, show_day(day, seen.language, weekday=True), float(pressed["y"]), _cases(filters, day, day))
    _show_parts(seen, work, filters)
    st.caption(seen.say(METHOD))


def _say_days(seen: Viewer, work: Workload, *, skilled: bool) -> str:
    """What the chart shows, in a sentence."""
    counts = work.counts.sum(axis=(1, 2))[-SHOWN_DAYS:]
    low, high = (show_number(float(one), seen.language) for one in (counts.min(), counts.max()))
    return seen.say(SAYS, days=len(counts), low=low, high=high) + (seen.say(SAYS_AHEAD) if skilled else "")


def _show_skill(seen: Viewer, work: Workload, outlook: Outlook, filters: Filters) -> None:
    """What is expected, that against the last days, how far it was off before against the simplest guess, how often the interval held."""
    told = {"change": (CHANGE, *_say_change(seen, work, outlook)), "gain": (GAIN, *_say_errors(seen, outlook))}
    told["held"] = (HELD, *_say_held(seen, outlook))
    cards = [
        Card(key=key, label=label, value=value, formula=FORMULAS[key], parts=((FIGURES, parts),), note=METHOD)
        for key, (label, value, parts) in told.items()
    ]
    if outlook.has_skill:
        cards.insert(0, _expected_card(seen, work, outlook, filters))
    show_cards(seen, cards, key="forecast_skill", columns=len(cards))


def _expected_card(seen: Viewer, work: Workload, outlook: Outlook, filters: Filters) -> Card:
    """The headline's number, and the cases of the last days that it goes on from."""
    mean, low, high = (show_number(float(one), seen.language) for one in (outlook.mean, outlook.low, outlook.high))
    last = show_number(float(work.counts[-HORIZON:].sum()), seen.language)
    share = say_in_both(RANGE, share=show_share(INTERVAL, digits=0))
    cases = params_of(_last_cases(filters, work))
    return Card(key="expected", label=NEXT, value=mean, formula=METHOD, parts=((share, f"{low}–{high}"), (LAST, last)), cases=cases)


def _cases(filters: Filters, since: date, until: date) -> Filters:
    """The cases that a forecast counts on some days: whatever their state."""
    return filters.with_(since=since, until=until, states=())


def _last_cases(filters: Filters, work: Workload) -> Filters:
    """The cases of the last days, as many as are forecast."""
    return _cases(filters, work.days[-HORIZON].date(), work.last)


def _say_change(seen: Viewer, work: Workload, outlook: Outlook) -> tuple[str, str]:
    last = float(work.counts[-HORIZON:].sum())
    days = {"since": show_day(work.first, seen.language), "until": show_day(work.days_ahead[-1].date(), seen.language)}
    change = f"{float(outlook.mean) / last - 1:+.0%}" if last and outlook.has_skill else NOTHING
    return change, seen.say(EXPECTED, last=show_number(last, seen.language), **days)


def _say_errors(seen: Viewer, outlook: Outlook) -> tuple[str, str]:
    relative = float(outlook.relative_error)
    error, naive = (show_number(float(one), seen.language, digits=1) for one in (outlook.error, outlook.naive_error))
    return NOTHING if np.isnan(relative) else f"{relative - 1:+.0%}", seen.say(ERRORS, error=error, naive=naive)


def _say_held(seen: Viewer, outlook: Outlook) -> tuple[str, str]:
    if not outlook.tried:
        return NOTHING, seen.say(NOT_KNOWN)
    share, promised = show_share(float(outlook.days_held), digits=0), show_share(INTERVAL, digits=0)
    return f"{float(outlook.held):.0f}/{outlook.tried}", seen.say(DAYS_HELD, share=share, wanted=promised)


def _draw_days(seen: Viewer, work: Workload, outlook: Outlook | None) -> go.Figure:
    """The last weeks as they were, the days to come as a line in its interval; without an outlook the past alone."""
    figure = make_figure(seen.theme, height=300)
    days, ahead = work.days[-SHOWN_DAYS:], work.days_ahead
    figure.add_scatter(
        x=days,
        y=work.counts.sum(axis=(1, 2))[-SHOWN_DAYS:],
        mode="lines+markers",
        marker={"size": 9, "opacity": 0, "color": SECOND[seen.theme]},
        name=seen.say(PAST),
        line={"color": SECOND[seen.theme], "width": 2},
    )
    if outlook is not None:
        edge = {"mode": "lines", "line": {"width": 0}, "hovertemplate": "%{y:,.0f}"}
        share = seen.say(RANGE, share=show_share(INTERVAL, digits=0))
        figure.add_scatter(x=ahead, y=outlook.days_high, showlegend=False, name=f"{share} ↑", **edge)
        fill = {"fill": "tonexty", "fillcolor": f"rgba({rgb_of(MAIN[seen.theme])},0.18)"}
        figure.add_scatter(x=ahead, y=outlook.days_low, name=share, **fill, **edge)
        line = {"color": MAIN[seen.theme], "width": 2.5}
        figure.add_scatter(x=ahead, y=outlook.days_mean, mode="lines", name=seen.say(AHEAD), line=line, hovertemplate="%{y:,.0f}")
    write_days(figure, seen)
    return figure


def _show_parts(seen: Viewer, work: Workload, filters: Filters) -> None:
    """The same by zone, by channel, or by both; a part without skill has no number."""
    by = st.segmented_control(
        seen.say(PARTS),
        list(BY),
        format_func=lambda key: seen.say(BY[key][0]),
        default="zone",
        required=True,
        key="forecast_by",
        label_visibility="collapsed",
    )
    if by != "channel" and not filters.zones:
        show_zone_pages(all_zones(), ZONES_PAGE)
    table = _matrix(seen, work) if by == "both" else _parts(seen, work, by)
    help_text = seen.say(RELATIVE_HELP)
    show_number_table(
        seen,
        table,
        partial(_part_card, seen, work, filters, by, table),
        key=f"forecast_table_{by}",
        alt=seen.say(TABLE),
        columns={seen.say(RELATIVE): st.column_config.TextColumn(help=help_text)},
        height=36 + ROW_HEIGHT * len(table),
        row_height=ROW_HEIGHT,
    )
    st.caption(seen.say(PRESS))
    if (table == NOTHING).any(axis=None):
        st.caption(seen.say(WITHOUT, nothing=NOTHING))


def _part_card(  # noqa: PLR0917 - the page's choice, and the place of a number in it
    seen: Viewer, work: Workload, filters: Filters, by: str, table: pd.DataFrame, place: int, column: str
) -> Card | None:
    """The receipt of one number of the table: the forecast, how good it was, and the cases of the last days that it rests on."""
    names = _names(seen, work)
    if column not in table or column == table.columns[0]:
        return None
    # days, channels, zones
    channel = place if by == "channel" else names["channel"].index(column) if by == "both" else None
    zone = None if by == "channel" else place
    cases = _last_cases(filters, work)
    cases = cases if channel is None else cases.with_(channels=(work.channels[channel],))
    cases = cases if zone is None else cases.with_(zones=(work.zones[zone],))
    counted = work.counts[-HORIZON:, slice(None) if channel is None else channel, slice(None) if zone is None else zone]
    last = show_number(float(counted.sum()), seen.language)
    shown = str(table[column].iloc[place])
    about = " · ".join([str(table.iloc[place, 0]), *([column] if by == "both" else [])])
    is_last = by != "both" and column == seen.say(LAST)
    parts = [(LAST, last), *((Text(zh=name, en=name), str(table[name].iloc[place])) for name in table.columns[1:] if by != "both")]
    return Card(
        key="pressed",
        label=named(about, LAST if is_last else NEXT if by == "both" else Text(zh=column, en=column)),
        value=shown,
        unit="cases" if is_last else None,
        formula=COUNTED if is_last else METHOD,
        parts=parts[:1] if by == "both" else [] if is_last else parts[1:],
        source=RELATIVE_HELP if column == seen.say(RELATIVE) else None,
        cases=params_of(cases),
    )


def _parts(seen: Viewer, work: Workload, by: str) -> pd.DataFrame:
    """One line a zone or channel: expected, its interval, the last fourteen days, the error against the simplest guess."""
    assert work.ahead is not None
    outlook = work.ahead.outlook(by=BY[by][1])
    last = work.counts[-HORIZON:].sum(axis=(0, 1) if by == "zone" else (0, 2))
    names = _names(seen, work)[by]
    lines = []
    for place, name in enumerate(names):
        skilled = bool(outlook.has_skill[place])
        low, high = (show_number(float(one[place]), seen.language) for one in (outlook.low, outlook.high))
        relative = float(outlook.relative_error[place])
        lines.append(
            {
                seen.say(ZONE if by == "zone" else BY[by][0]): name,
                seen.say(NEXT): show_number(float(outlook.mean[place]), seen.language) if skilled else NOTHING,
                seen.say(RANGE, share=show_share(INTERVAL, digits=0)): f"{low}–{high}" if skilled else NOTHING,
                seen.say(LAST): show_number(float(last[place]), seen.language),
                seen.say(RELATIVE): NOTHING if np.isnan(relative) else f"{relative - 1:+.0%}",
            }
        )
    return pd.DataFrame(lines)


def _matrix(seen: Viewer, work: Workload) -> pd.DataFrame:
    """Zones down, channels across; one digit behind the point where a sum is small."""
    assert work.ahead is not None
    outlook = work.ahead.outlook(by=("channel", "zone"))
    names = _names(seen, work)
    table = {seen.say(ZONE): names["zone"]}
    for place, channel in enumerate(names["channel"]):
        means, skilled = (one[place, : len(work.shown)] for one in (outlook.mean, outlook.has_skill))
        table[channel] = [
            show_number(float(mean), seen.language, digits=1 if mean < 10 else 0) if good else NOTHING
            for mean, good in zip(means, skilled, strict=True)
        ]
    return pd.DataFrame(table)


def _names(seen: Viewer, work: Workload) -> Mapping[str, list[str]]:
    """The names of the channels and zones, in their order."""
    zones = ask.ask(feature_names, "zones")
    known = {code: name or code for code, name in zip(zones["code"], zones["name"], strict=True)} | {UNASSIGNED: seen.say(NO_ZONE)}
    return {
        "zone": [str(known.get(code, code)) for code in work.shown],
        "channel": [seen.say(LABELS[Channel(channel)]) for channel in work.channels],
    }
