"""The week of a zone, hour by weekday: as a chart, and as a picture small enough for a card."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from geo.colour import PALETTES, Theme
from i18n import WEEKDAYS, Text, show_number
from ui.charts import INK, make_figure
from ui.viewer import Viewer

DAYS, HOURS = 7, 24
CASES = Text(zh="件", en="cases")
SAYS = Text(
    zh="{name}一周受理时段的热力图：最多的是{day}{hour}时，{n} 件。",
    en="Heat map of when the cases of {name} are reported: most on {day} at {hour}:00, {n} cases.",
)
WEEK_HEIGHT = 230
Week = NDArray[np.float64]


def weeks_of(rhythms: pd.DataFrame) -> dict[str, Week]:
    """Seven days by 24 hours of counts for each zone, from the answer of `queries.zones.rhythms`."""
    weeks: dict[str, Week] = {}
    for zone, day, hour, n in zip(rhythms["zone"], rhythms["weekday"], rhythms["hour"], rhythms["n"], strict=True):
        weeks.setdefault(str(zone), np.zeros((DAYS, HOURS)))[int(day), int(hour)] += float(n)
    return weeks


def busiest(weeks: Mapping[str, Week]) -> float:
    """The fullest hour of all zones: the top of the scale that they share."""
    return max((float(week.max()) for week in weeks.values()), default=1.0)


def draw_week(week: Week, top: float, seen: Viewer) -> go.Figure:
    """Hours from left to right, Monday on top; `top` is the count of the darkest colour."""
    figure = make_figure(seen.theme, height=WEEK_HEIGHT)
    days = [f"周{day}" for day in WEEKDAYS["zh"]] if seen.language == "zh" else list(WEEKDAYS["en"])
    colours = _colours(seen.theme)
    steps = [[place / (len(colours) - 1), colour] for place, colour in enumerate(colours)]
    bar = {"thickness": 8, "outlinewidth": 0, "nticks": 4, "title": None, "x": 1.01, "xpad": 2}
    figure.add_heatmap(
        z=week,
        x=list(range(HOURS)),
        y=days,
        zmin=0,
        zmax=top,
        colorscale=steps,
        colorbar=bar,
        xgap=1,
        ygap=1,
        hoverinfo="skip",
    )
    # a heat map tells no press of its own: marks that are not seen lie over it
    cells = [(hour, day, float(week[place, hour])) for place, day in enumerate(days) for hour in range(HOURS)]
    x, y, n = zip(*cells, strict=True)
    mark = {"opacity": 0, "size": 14, "symbol": "square-open", "color": INK[seen.theme], "line": {"width": 2}}
    hover = "%{y} %{x}:00–%{x}:59<br>%{customdata:.0f} " + seen.say(CASES) + "<extra></extra>"
    figure.add_scatter(x=x, y=y, customdata=n, mode="markers", marker=mark, hovertemplate=hover, showlegend=False)
    figure.update_traces(selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 0}}, selector={"type": "scatter"})
    figure.update_layout(hovermode="closest")
    hours = list(range(0, HOURS, 3))
    texts = [f"{hour}时" if seen.language == "zh" else f"{hour}:00" for hour in hours]
    figure.update_xaxes(tickvals=hours, ticktext=texts, tickangle=0, showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, rangemode="normal", ticksuffix=" ")
    return figure


def say_week(name: str, week: Week, seen: Viewer) -> str:
    """What a week's chart shows, in a sentence: its fullest hour."""
    day, hour = divmod(int(week.argmax()), HOURS)
    weekday = f"周{WEEKDAYS['zh'][day]}" if seen.language == "zh" else WEEKDAYS["en"][day]
    return seen.say(SAYS, name=name, day=weekday, hour=hour, n=show_number(float(week.max()), seen.language))


def picture_week(week: Week, top: float, theme: Theme) -> str:
    """The same week as the address of a picture of 24 by 7 points."""
    colours = _colours(theme)
    steps = np.clip(np.ceil(week / max(top, 1) * (len(colours) - 1)), 0, len(colours) - 1).astype(np.uint8)
    return _address(steps.tobytes(), colours)


@lru_cache(maxsize=2048)
def _address(steps: bytes, colours: tuple[str, ...]) -> str:
    """A PNG of a point an hour, as the address that holds it; the same week is drawn once."""
    rows = b"".join(b"\0" + steps[day * HOURS : (day + 1) * HOURS] for day in range(DAYS))
    palette = b"".join(bytes.fromhex(colour[1:]) for colour in colours)
    header = struct.pack(">IIBBBBB", HOURS, DAYS, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    image = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)
    return "data:image/png;base64," + base64.b64encode(image).decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _colours(theme: Theme) -> tuple[str, ...]:
    """No case, then the classes of the maps."""
    empty: dict[Any, str] = {"light": "#f8fafc", "dark": "#131c2e"}
    return (empty[theme], *PALETTES["blues"][theme])
