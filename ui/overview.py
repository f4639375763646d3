"""The parts of the overview: the map with its choices, the card of a zone, the trend, the channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from geo.colour import Palette, make_scale
from geo.figures import MAX_CASES, Cells, Figures, Zones
from geo.grid import CASES_PER, UNITS
from geo.layers import layers
from i18n import NOTHING, Language, Text, show_day, show_number, show_share
from model.kinds import LABELS, Channel
from model.units import CELL, SQUARE, side_of
from queries.features import zone_card
from queries.filters import Filters
from queries.kpis import Receipt
from queries.overview import cells, daily, marks, zone_figures
from queries.rules import OPEN_NOW, OVERDUE_NOW
from ui import ask
from ui.charts import draw_bars, draw_trend
from ui.filters import choose_zone
from ui.ground import ground_of, seen_layers
from ui.kept import kept
from ui.kpis import show_receipt
from ui.map_panel import MapEvent, read_map, show_map
from ui.marks import mark_outlines, pick_marks, show_marks
from ui.nothing_yet import show_no_match
from ui.points import show_counted, show_hint, show_pressable
from ui.pressed_cell import keep_pressed_cell, show_pressed_cell
from ui.units import ask_side
from ui.viewer import Theme, Viewer, data_version
from ui.words import plain


@dataclass(frozen=True, kw_only=True)
class ZoneFigure:
    """A figure that can colour the zones."""

    label: Text
    column: str
    share: bool = False
    palette: Palette = "blues"


COLOUR_BY: dict[str, ZoneFigure] = {
    "reported": ZoneFigure(label=Text(zh="受理数", en="Reported"), column="reported"),
    "overdue": ZoneFigure(label=Text(zh="超期未结", en="Overdue"), column="overdue_now", palette="oranges"),
    "open": ZoneFigure(label=Text(zh="未结案件", en="Open cases"), column="open_now"),
    "on_time": ZoneFigure(label=Text(zh="按期结案率", en="Closed in time"), column="on_time_rate", share=True),
    "change": ZoneFigure(label=Text(zh="较上期增减", en="Change on the period before"), column="change", share=True, palette="oranges"),
}
SHOWN = Text(zh="地图显示", en="On the map")
CELLS = "cells"
LAYERS = Text(zh="图层", en="Layers")
CELL_CHOICE = Text(zh="案件网格（{unit}）", en="Case cells ({unit})")
MAP_HEIGHT = 640
TREND = Text(zh="受理趋势（件）", en="Cases reported")
TREND_SAYS = Text(
    zh="折线图，{by}受理件数：最少 {low} 件，最多 {high} 件，最近一次 {last} 件。",
    en="Line of cases reported, {by}: at least {low}, at most {high}, {last} at the end.",
)
BY: dict[str, Text] = {"day": Text(zh="按日", en="By day"), "week": Text(zh="按周", en="By week")}
CHANNELS = Text(zh="案件来源（件）", en="Cases by channel")
CHANNELS_SAY = Text(zh="条形图，各来源受理件数：{parts}。", en="Bars of cases reported by channel: {parts}.")
LEADER = Text(zh="分管领导", en="Leader")
CADRES = Text(zh="责任区干部", en="Cadres")
OPEN_CASES = Text(zh="未结", en="Open")
LATE_CASES = Text(zh="超期", en="Late")
NO_CASES = Text(zh="这个条件下没有案件。放宽时间或清除筛选再看。", en="No case matches. Widen the period or clear the filters.")
CLOSE = Text(zh="取消选择", en="Let it go")


def show_map_panel(seen: Viewer, filters: Filters) -> MapEvent:
    """The map with its choices above it; a click on a zone filters the page."""
    shown, side = seen_layers(seen), ask_side(seen, filters.zones)
    with st.container(horizontal=True, vertical_alignment="bottom", key="map_choices", gap="small"):
        names = {CELLS: seen.say(CELL_CHOICE, unit=seen.say(UNITS[side]))} | {key: seen.say(one.label) for key, one in COLOUR_BY.items()}
        show = st.selectbox(
            seen.say(SHOWN), list(names), format_func=lambda key: names[key], key="show", width=200, label_visibility="collapsed"
        )
        with st.popover(seen.say(LAYERS), icon=":material/layers:"):
            on = _pick_layers(seen, shown)
        marked = pick_marks(seen)
    # of a city's many zones figures are asked when they are coloured: under the squares only a pointer would find them
    zones = None if show == CELLS and _is_city(seen) else ask.ask(zone_figures, filters.with_(zones=()), seen.minute)
    figures = Figures(
        visible=frozenset(on),
        zones=_coloured(show, filters.with_(zones=()), (seen.minute, seen.language, seen.theme), data_version(), seen, zones),
        chosen=filters.zones[0] if len(filters.zones) == 1 else None,
        cells=_cells(seen, filters, side) if show == CELLS else None,
        cases=_cases(seen, filters) if show == CELLS else [],
        outlines=mark_outlines(seen, filters, marked),
    )
    ground = ground_of(seen, shown)
    event = show_map(ground, figures, key="map", language=seen.language, theme=seen.theme, height=MAP_HEIGHT, on_click=_follow_click)
    if figures.cells:
        show_pressed_cell(seen, filters, figures.cells)
    show_marks(seen, filters, marked)
    return event


def _follow_click() -> None:
    """A click on a zone, or on anything in it, chooses the zone; one on a cell opens its receipt too.

    A square of a city opens its receipt only: zones reach over its edges.
    """
    click = read_map("map").click
    if click:
        keep_pressed_cell(click)
    if click and click.zone and (click.layer == "zones" or (click.layer == "cells" and side_of(int(click.code)) == CELL)):
        choose_zone(click.zone)


def _pick_layers(seen: Viewer, shown: Sequence[str]) -> list[str]:
    return [key for key in shown if st.checkbox(seen.say(layers()[key].label), value=layers()[key].shown, key=f"layer_{key}")]


@kept(most=200)
def _coloured(
    show: str, filters: Filters, when_how: tuple[datetime, Language, Theme], version: str, _seen: Viewer, _found: pd.DataFrame | None
) -> Zones:
    return _zones(_seen, _found, COLOUR_BY.get(show, COLOUR_BY["reported"]))


def _is_city(seen: Viewer) -> bool:
    return ask_side(seen, ()) == SQUARE


def _zones(seen: Viewer, found: pd.DataFrame | None, figure: ZoneFigure) -> Zones:
    """The zones with their colours and what they say; where nothing was asked of them they say their names."""
    zones = pd.DataFrame({"code": [], figure.column: []}) if found is None else found
    values = dict(zip(zones["code"], zones[figure.column].astype("Float64"), strict=True))
    known = {code: None if pd.isna(value) else float(value) for code, value in values.items()}
    return Zones(
        values=known,
        scale=make_scale(
            known.values(),
            title=seen.say(figure.label),
            theme=seen.theme,
            palette=figure.palette,
            whole=not figure.share,
            show=(lambda value: show_share(value, digits=0)) if figure.share else (lambda value: show_number(value, seen.language)),
        ),
        texts={row["code"]: _zone_text(seen, row) for row in zones.to_dict("records")},
    )


def _zone_text(seen: Viewer, row: dict[Any, Any]) -> str:
    rate = None if pd.isna(row["on_time_rate"]) else float(row["on_time_rate"])
    parts = [(COLOUR_BY["reported"], row["reported"]), (COLOUR_BY["open"], row["open_now"]), (COLOUR_BY["overdue"], row["overdue_now"])]
    lines = [f"{seen.say(figure.label)} {show_number(value, seen.language)}" for figure, value in parts]
    return "\n".join([*lines, f"{seen.say(COLOUR_BY['on_time'].label)} {show_share(rate, digits=1)}"])


def _cells(seen: Viewer, filters: Filters, side: int) -> Cells | None:
    counts = ask.ask(cells, filters, seen.minute, side)
    if counts.empty or seen.office.metric_crs is None:
        return None
    numbers = [int(n) for n in counts["n"]]
    scale = make_scale(numbers, title=seen.say(CASES_PER[side]), theme=seen.theme, palette="oranges", whole=True)
    return Cells(counts=list(zip(counts["cell"].tolist(), numbers, strict=True)), crs=seen.office.metric_crs, scale=scale)


def _cases(seen: Viewer, filters: Filters) -> list[tuple[int, float, float, int, str]]:
    """Single cases where few are in view; the map reports its view only then."""
    view = read_map("map").view
    if view is None:
        return []
    found = ask.ask(marks, filters, seen.minute, view)
    if len(found) > MAX_CASES:
        return []
    kinds = {"overdue": 1, "closed": 2}
    rows = found.to_dict("records")
    return [(row["id"], row["lon"], row["lat"], kinds.get(row["state"], 0), seen.say(LABELS[Channel(row["channel"])])) for row in rows]


def show_zone_card(seen: Viewer, filters: Filters) -> None:
    """The card of the chosen zone: who leads it, who looks after it, what is open and late."""
    if len(filters.zones) != 1:
        return
    if _is_city(seen):
        row = ask.ask(zone_card, filters.zones[0], filters, seen.minute)
    else:
        zones = ask.ask(zone_figures, filters.with_(zones=()), seen.minute)
        row = zones[zones["code"] == filters.zones[0]]
    if row.empty:
        return
    people = ask.ask_people(seen, "zones", filters.zones[0])
    who = {role: "、".join(found["official"]) for role, found in people.groupby("role")}
    with st.container(border=True, key="zone_card"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(row['name'].iloc[0] or filters.zones[0])}**", width="content")
            st.space("stretch")
            st.button(seen.say(CLOSE), key="let_zone_go", type="tertiary", icon=":material/close:", on_click=choose_zone, args=(None,))
        people_lines = [(LEADER, who.get("leader", NOTHING)), (CADRES, who.get("cadre", NOTHING))]
        st.markdown(" · ".join(f"{seen.say(label)} **{plain(text)}**" for label, text in people_lines))
        with st.container(horizontal=True, gap="small", key="zone_card_cases"):
            for label, kpi, column in ((OPEN_CASES, OPEN_NOW, "open_now"), (LATE_CASES, OVERDUE_NOW, "overdue_now")):
                n = float(row[column].iloc[0])
                with st.popover(f"{seen.say(label)} **{show_number(n, seen.language)}**", type="tertiary", key=f"zone_{kpi.key}"):
                    show_receipt(
                        seen,
                        Receipt(kpi=kpi, value=n, numerator=n, denominator=None, since=filters.since, until=filters.until),
                        filters,
                    )


def show_trend(seen: Viewer, filters: Filters) -> None:
    """Reported cases by day or week, against the period before."""
    long = filters.since is None or filters.until is None or (filters.until - filters.since).days > 62
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{seen.say(TREND)}**", width="content")
        by = st.segmented_control(
            seen.say(TREND),
            list(BY),
            format_func=lambda key: seen.say(BY[key]),
            default="week" if long else "day",
            key=f"trend_by_{long}",
            label_visibility="collapsed",
        )
    now, before = _trend(filters, by or "day", seen.minute, data_version(), seen)
    if now.empty:
        show_no_match(seen, NO_CASES)
        return
    pressed = show_pressable(draw_trend(now, before, seen), key="trend", alt=_say_trend(seen, now, by or "day"))
    if pressed and pressed.get("curve_number") == (0 if before.empty else 1):
        day = pd.Timestamp(pressed["x"]).date()
        last = day if by != "week" else min(day + timedelta(days=6), filters.until or date.max)
        show_counted(seen, say_days(seen, day, last), float(pressed["y"]), filters.with_(since=max(day, filters.since or day), until=last))


@kept(most=200)
def _trend(filters: Filters, by: str, minute: datetime, version: str, _seen: Viewer) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Reported cases of the period and of the one before it, by day or week."""
    found, earlier = _daily(_seen, filters), filters.previous()
    now, before = _counts(filters, by, found), _counts(earlier, by, found) if earlier else pd.Series(dtype=float)
    if by != "week":
        return now, before
    return _whole_weeks(now, filters), _whole_weeks(before, earlier) if earlier else before


def _say_trend(seen: Viewer, now: pd.Series[Any], by: str) -> str:
    """What the line shows, in a sentence."""
    low, high, last = (show_number(float(one), seen.language) for one in (now.min(), now.max(), now.iloc[-1]))
    words = seen.say(BY[by])
    return seen.say(TREND_SAYS, by=words if seen.language == "zh" else words.lower(), low=low, high=high, last=last)


def say_days(seen: Viewer, since: date, until: date) -> str:
    """A day, or from a day to a day."""
    return show_day(since, seen.language) + ("" if since == until else f" – {show_day(until, seen.language)}")


def _whole_weeks(counts: pd.Series[Any], filters: Filters) -> pd.Series[Any]:
    """Without the weeks that the period only touches: half a week looks like a fall that never was."""
    whole = counts[[(filters.since is None or day.date() >= filters.since) for day in counts.index]]
    whole = whole[[(filters.until is None or day.date() + timedelta(days=6) <= filters.until) for day in whole.index]]
    return whole if len(whole) > 1 else counts


def _daily(seen: Viewer, filters: Filters) -> pd.DataFrame:
    """Reported cases by day and channel, of the period and the one before it."""
    earlier = filters.previous()
    found = ask.ask(daily, filters.with_(since=earlier.since) if earlier else filters, seen.minute)
    return found.assign(reported=found["reported"].astype(float))


def _counts(filters: Filters, by: str, daily_cases: pd.DataFrame) -> pd.Series[Any]:
    """Reported cases by day or week (its Monday); a day without a case is 0."""
    counts = daily_cases.groupby("day")["reported"].sum()
    since, until = (pd.Timestamp(day) if day else None for day in (filters.since, filters.until))
    counts = counts[since:until]
    if len(counts) < 2:
        return counts
    return counts.resample("D" if by == "day" else "W-MON", label="left", closed="left").sum()


@kept(most=200)
def _by_channel(filters: Filters, minute: datetime, version: str, _seen: Viewer) -> pd.DataFrame:
    days = _daily(_seen, filters)
    days = days if filters.since is None else days[days["day"] >= pd.Timestamp(filters.since)]
    return days.groupby("channel")["reported"].sum().sort_values(ascending=False).reset_index()


def show_channels(seen: Viewer, filters: Filters) -> None:
    """Reported cases by channel, the largest first."""
    found = _by_channel(filters, seen.minute, data_version(), seen)
    if found.empty:
        return
    st.markdown(f"**{seen.say(CHANNELS)}**")
    labels = [seen.say(LABELS[Channel(value)]) for value in found["channel"]]
    counts = found["reported"].astype(float).to_list()
    said = ("，" if seen.language == "zh" else ", ").join(
        f"{label} {show_number(n, seen.language)}" for label, n in zip(labels, counts, strict=True)
    )
    pressed = show_pressable(draw_bars(labels, counts, seen), key="channels", alt=seen.say(CHANNELS_SAY, parts=said))
    if pressed:
        row = found.iloc[int(pressed["point_index"])]
        show_counted(seen, labels[int(pressed["point_index"])], float(row["reported"]), filters.with_(channels=(str(row["channel"]),)))
    show_hint(seen)
