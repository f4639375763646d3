"""Charts: one template, light and dark, with words in the viewer's language."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i18n import Text
from ui.drawn import drawn_once
from ui.viewer import Theme, Viewer

INK: dict[Theme, str] = {"light": "#334155", "dark": "#cbd5e1"}
GRID: dict[Theme, str] = {"light": "#e2e8f0", "dark": "#263247"}
MAIN: dict[Theme, str] = {"light": "#1d4ed8", "dark": "#7ab2ff"}
SECOND: dict[Theme, str] = {"light": "#94a3b8", "dark": "#7c8aa0"}
FONT = '"Source Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
DOTTED = {"dash": "dot", "width": 1.5}
CONFIG = {"displayModeBar": False, "scrollZoom": False}
THIS_PERIOD = Text(zh="本期", en="This period")
BEFORE = Text(zh="上期", en="Period before")
# where the words of a trace stand; templates are ours, and names in them go through `written`
WORDS = ("name", "text", "hovertext", "x", "y", "customdata")


def written(words: str) -> str:
    """Words as Plotly writes them as they stand: it would read `<b>`, `<a href>` and `%{y}`."""
    return escape(words, quote=False).replace("%{", "%&#123;")


def keep_words(figure: go.Figure) -> None:
    """Every word in the traces of a figure stands as it is, wherever it came from."""
    for trace in figure.data:
        for key in WORDS:
            if key in trace and trace[key] is not None:
                trace[key] = _written(trace[key])


def _written(value: Any) -> Any:
    match value:
        case str():
            return written(value)
        case list() | tuple():
            return [_written(one) for one in value]
        case np.ndarray() if value.dtype.kind in "OU":
            return np.array([_written(one) for one in value.tolist()], dtype=object)
        case _:
            return value


def make_figure(theme: Theme, *, height: int) -> go.Figure:
    """An empty chart in the house's style."""
    axis = {"gridcolor": GRID[theme], "zeroline": False, "automargin": True, "fixedrange": True, "title": None}
    return go.Figure(
        layout={
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13, "color": INK[theme]},
            "xaxis": axis,
            "yaxis": axis | {"rangemode": "tozero", "tickformat": ","},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": "#ffffff" if theme == "light" else "#111a2c", "font": {"color": INK[theme]}},
            "dragmode": False,
        }
    )


@drawn_once
def draw_trend(now: pd.Series, before: pd.Series, seen: Viewer, *, height: int = 220) -> go.Figure:
    """Counts by day or week as a line, the period before as a dashed one laid under it day by day. Series indexed by day."""
    figure = make_figure(seen.theme, height=height)
    if not before.empty:
        under = before.iloc[: len(now)]
        figure.add_scatter(
            x=now.index[: len(under)],
            y=under,
            mode="lines",
            name=seen.say(BEFORE),
            line={"color": SECOND[seen.theme], "dash": "dot", "width": 1.5},
        )
    line, mark = {"color": MAIN[seen.theme], "width": 2.5}, {"size": 9, "opacity": 0, "color": MAIN[seen.theme]}
    figure.add_scatter(x=now.index, y=now, mode="lines+markers", name=seen.say(THIS_PERIOD), line=line, marker=mark)
    write_days(figure, seen)
    return figure


def write_days(figure: go.Figure, seen: Viewer) -> None:
    """Days along the foot of a chart, as people here write them; they stand clear of the nought beside them."""
    zh = seen.language == "zh"
    figure.update_xaxes(
        tickformat="%-m月%-d日" if zh else "%-d %b", hoverformat="%Y年%-m月%-d日" if zh else "%-d %b %Y", ticklabelstandoff=6
    )


@drawn_once
def draw_bars(labels: Sequence[str], values: Sequence[float], seen: Viewer, *, texts: Sequence[str] | None = None) -> go.Figure:
    """Horizontal bars, the first label on top, each with its value written at its end."""
    figure = make_figure(seen.theme, height=36 + 34 * len(labels))
    shown = list(texts) if texts is not None else [f"{value:,.0f}" for value in values]
    figure.add_bar(
        x=list(values),
        y=list(labels),
        orientation="h",
        text=shown,
        textposition="outside",
        cliponaxis=False,
        marker={"color": MAIN[seen.theme]},
        hovertemplate="%{y}%{text}<extra></extra>",
        unselected={"marker": {"opacity": 0.45}},
    )
    figure.update_layout(hovermode=False, bargap=0.35)
    figure.update_xaxes(visible=False, range=[0, max([*values, 1]) * 1.18])
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")
    return figure


def rgb_of(colour: str) -> str:
    """`29,78,216` from `#1d4ed8`."""
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
