"""A ranking that says how sure it is: rank, possible ranks, value and a picture of its interval, a click picks the group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from i18n import NOTHING, Text, show_number
from queries.intervals import MIN_CASES
from queries.kpi import Kpi
from ui.charts import INK, MAIN, SECOND
from ui.kpis import show_value
from ui.viewer import Theme, Viewer

RANK = Text(zh="名次", en="Rank")
POSSIBLE = Text(zh="可能名次", en="May be")
SURE = Text(zh="95%区间", en="95% interval")
FEW = Text(zh="件数少", en="few")
ONLY = Text(zh="{few}（{cases}）", en="{few} ({cases})")
VALUE = Text(zh="数值", en="Value")
TABLE = Text(zh="{groups}按{figure}排名", en="{groups} ranked by {figure}")
ROW_HEIGHT = 30
HEADER_HEIGHT = 36
# the picture of an interval, in its own units
WIDE, HIGH, EDGE = 80.0, 28.0, 5.0
ABOUT = Text(
    zh="区间：{method}；可能名次：{groups}个一起看有95%的把握。",
    en="Interval: {method}. Possible ranks hold for all {groups} together at 95%.",
)
UNRANKED = Text(
    zh="不足{least}件的标“{few}”，不排名（{count}个）。", en="Fewer than {least} cases: marked “{few}” and not ranked ({count} of them)."
)
ALL_ALIKE = Text(zh="目前没有一个能确定地排在另一个之前。", en="At present none of them surely comes before another.")
METHODS: dict[str, Text] = {
    "share": Text(zh="Wilson法", en="Wilson"),
    "cases": Text(zh="泊松精确法", en="exact Poisson"),
    "hours": Text(zh="均值正态法", en="normal, of the mean"),
    "points": Text(zh="各项误差相加的保守法", en="conservative, the sum of its parts' errors"),
}


@dataclass(frozen=True, kw_only=True)
class Span:
    """What all pictures of a table share: the ends of the axis and the mean of all groups."""

    low: float
    high: float
    middle: float | None

    def place(self, value: float) -> float:
        """How far from the left edge a value lies."""
        inner = WIDE - 2 * EDGE
        return EDGE + inner * (value - self.low) / (self.high - self.low) if self.high > self.low else WIDE / 2


def show_ranking(
    seen: Viewer,
    ranks: pd.DataFrame,
    kpi: Kpi,
    *,
    label: Text,
    names: Mapping[Any, str],
    key: str,
    height: int | None,
    chosen: Any,
    on_pick: Callable[[Any], None],
    middle: float | None = None,
) -> None:
    """The answer of `rank_groups` as a table; `middle` is the figure of all groups together, a line in every picture."""
    groups = [None if pd.isna(one) else one for one in ranks["group"]]
    name, value = seen.say(label), seen.say(VALUE)
    table = pd.DataFrame(
        {
            seen.say(RANK): [_say_rank(row, seen) for row in ranks.to_dict("records")],
            name: [names.get(group, str(group)) for group in groups],
            value: [show_value(kpi, None if pd.isna(one) else float(one), seen) for one in ranks["value"]],
            seen.say(SURE): _draw_intervals(ranks, seen.theme, middle),
        }
    )
    _mark_chosen(key, groups, chosen, name)
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=height or HEADER_HEIGHT + ROW_HEIGHT * len(table),
        row_height=ROW_HEIGHT,
        selection_mode="single-cell",
        alt=seen.say(TABLE, groups=name, figure=seen.say(kpi.label)),
        on_select=lambda: _follow(key, groups, on_pick),
        # together no wider than a phone of 360 px has room for
        column_config={
            seen.say(RANK): st.column_config.TextColumn(width=84, help=seen.say(POSSIBLE)),
            name: st.column_config.TextColumn(width=78),
            value: st.column_config.TextColumn(width=74, help=seen.say(kpi.label)),
            seen.say(SURE): st.column_config.ImageColumn(width=88),
        },
    )
    st.caption(_say_method(seen, ranks, kpi))


def _say_rank(row: Mapping[Any, Any], seen: Viewer) -> str:
    """`3（1–9）`: the rank and the ranks it may have; the mark where cases are few."""
    if pd.isna(row["rank"]):
        return seen.say(ONLY, few=seen.say(FEW), cases=f"{row['cases']:.0f}") if row["cases"] > 0 else NOTHING
    return f"{row['rank']}{'' if seen.language == 'zh' else ' '}{say_range(row, seen)}"


def say_range(row: Mapping[Any, Any], seen: Viewer) -> str:
    """`（1–9）`: the ranks that a group may have; nothing where none are known."""
    if pd.isna(row["best"]):
        return ""
    best, worst = int(row["best"]), int(row["worst"])
    span = f"{best}–{worst}" if best != worst else f"{best}"
    return f"（{span}）" if seen.language == "zh" else f"({span})"


def _say_method(seen: Viewer, ranks: pd.DataFrame, kpi: Kpi) -> str:
    """What the intervals are, who is not ranked, and whether anything can be told apart at all."""
    ranked = ranks[ranks["rank"].notna()]
    said = []
    if len(ranked) and ranked["low"].notna().any():
        said.append(seen.say(ABOUT, method=seen.say(METHODS[kpi.unit]), groups=show_number(len(ranked), seen.language)))
        if len(ranked) > 1 and (ranked["best"] == 1).all() and (ranked["worst"] == len(ranked)).all():
            said.insert(0, f"**{seen.say(ALL_ALIKE)}** ")
    few = int((ranks["rank"].isna() & (ranks["cases"] > 0)).sum())
    if kpi.unit != "cases":
        said.append(seen.say(UNRANKED, least=MIN_CASES, few=seen.say(FEW), count=few))
    return " ".join(said) if seen.language == "en" else "".join(said)


def _draw_intervals(ranks: pd.DataFrame, theme: Theme, middle: float | None) -> list[str]:
    """One small picture a row: the interval as a line, the value as a dot, all on one axis."""
    ranked = ranks["rank"].notna()
    known = ranks[ranks["low"].notna() & (ranked if ranked.any() else ~ranked)]
    if known.empty:
        return [""] * len(ranks)
    span = Span(low=float(known["low"].min()), high=float(known["high"].max()), middle=middle)
    return [_draw_interval(row, span, theme) for row in ranks.to_dict("records")]


def _draw_interval(row: Mapping[Any, Any], span: Span, theme: Theme) -> str:
    if pd.isna(row["low"]) or pd.isna(row["value"]):
        return ""
    colour = MAIN[theme] if not pd.isna(row["rank"]) else SECOND[theme]
    low, high, dot = (span.place(min(max(float(row[name]), span.low), span.high)) for name in ("low", "high", "value"))
    line = f"<path d='M{low:.1f} 14H{high:.1f}' stroke='{colour}' stroke-width='3' stroke-opacity='.45'/>"
    middle = ""
    if span.middle is not None and span.low <= span.middle <= span.high:
        middle = f"<path d='M{span.place(span.middle):.1f} 0V28' stroke='{INK[theme]}' stroke-width='1' stroke-opacity='.45'/>"
    body = f"{middle}{line}<circle cx='{dot:.1f}' cy='14' r='4.5' fill='{colour}'/>"
    drawn = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDE:.0f}' height='{HIGH:.0f}' viewBox='0 0 {WIDE:.0f} {HIGH:.0f}'>{body}</svg>"
    )
    return "data:image/svg+xml," + quote(drawn, safe="<>/='\" :;,.-")


def _mark_chosen(key: str, groups: list[Any], chosen: Any, column: str) -> None:
    """Show in the table what was chosen elsewhere; what was chosen here is marked already."""
    kept = st.session_state.get(key)
    cells = kept.get("selection", {}).get("cells", []) if kept else []
    marked = groups[cells[0][0]] if cells and cells[0][0] < len(groups) else None
    if marked != chosen:
        wanted = [(groups.index(chosen), column)] if chosen in groups else []
        st.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": wanted}}


def _follow(key: str, groups: list[Any], on_pick: Callable[[Any], None]) -> None:
    """Hand over the group of the cell that was clicked."""
    cells = st.session_state[key]["selection"]["cells"]
    if cells and cells[0][0] < len(groups):
        on_pick(groups[cells[0][0]])
