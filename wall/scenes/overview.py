"""Scene: where the cases of the last seven days lie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.colour import PALETTES
from geo.grid import CASES_PER, corners_of, side_for, sides_of, study_area
from i18n import Text, show_number
from queries.features import features
from queries.filters import Filters
from queries.overview import cells, zone_figures
from wall.canvas import WIDTH, WORDS, Canvas, ems
from wall.changes import count_change, say_count, trend_of
from wall.frame import BOTTOM, MARGIN
from wall.parts import Bar, MapBox, draw_bars
from wall.scene import Asked, Scene, Told

DAYS = 7
HEADLINE = Text(zh="近7天受理 {n} 件，{change}；{zone}最多，{most} 件", en="{n} cases in 7 days, {change}; most in {zone}: {most}")
NO_ZONE = Text(zh="近7天受理 {n} 件，{change}", en="{n} cases in 7 days, {change}")
QUIET = Text(zh="近7天没有受理案件", en="No case was reported in the last 7 days")
BEFORE = Text(zh="前7天", en="the 7 days before")
TOP_ZONES = Text(zh="受理最多的责任区（件；前7天）", en="Most cases (the 7 days before)")
RIVERS = Text(zh="河道", en="Rivers")
GROUND = ("boundary", "rivers", "zones")
MOST_ZONES = 5
MAP_WIDTH = 940.0


def tell(asked: Asked) -> Told:
    """The cases of the last seven days on the map, the zones with most of them beside it."""
    today = asked.office.today()
    week = Filters(since=today - timedelta(days=DAYS - 1), until=today)
    zones = asked.ask(zone_figures, week, asked.now).sort_values("reported", ascending=False)
    ground = asked.ask(features, GROUND)
    side = side_for(study_area({str(layer): rows for layer, rows in ground.groupby("layer")}), asked.office.metric_crs)
    counts = [asked.ask(cells, span, asked.now, side) for span in (week, week.previous()) if span]
    # what lies nowhere is in no cell: zones and cells tell of the cases with a place
    n, before = (int(found["n"].sum()) for found in counts)
    return Told(headline=_say(asked, zones, n, before), draw=lambda canvas: _draw(canvas, asked, zones, counts[0]))


def _say(asked: Asked, zones: pd.DataFrame, n: int, before: int) -> str:
    if not n:
        return asked.say(QUIET)
    change = say_count(count_change(n, before), asked.say(BEFORE), asked.language)
    told = {"n": show_number(n, asked.language), "change": change}
    if zones.empty or not zones["reported"].iloc[0]:
        return asked.say(NO_ZONE, **told)
    first = zones.iloc[0]
    return asked.say(HEADLINE, zone=first["name"] or first["code"], most=show_number(int(first["reported"]), asked.language), **told)


def _draw(canvas: Canvas, asked: Asked, zones: pd.DataFrame, counts: pd.DataFrame) -> None:
    found = asked.ask(features, GROUND)
    crs = asked.office.metric_crs
    if not found.empty and crs:
        shapes = gpd.GeoDataFrame(found, geometry="geometry", crs="EPSG:4326")
        around = shapes[shapes["layer"].isin(["boundary", "zones"])]
        box = MapBox(canvas, (around if len(around) else shapes).geometry.to_numpy(), crs, x=MARGIN, width=MAP_WIDTH)
        _draw_map(canvas, asked, box, shapes, counts)
        _rank_zones(box, shapes[shapes["layer"] == "zones"], zones)
    rows: list[dict[Any, Any]] = zones[zones["reported"] > 0].head(MOST_ZONES).to_dict("records")
    bars = [
        Bar(
            name=f"{rank} {row['name'] or row['code']}",
            value=float(row["reported"]),
            words=show_number(row["reported"], asked.language),
            trend=trend_of(
                count_change(row["reported"], row["reported_before"], len(zones)), show_number(row["reported_before"], asked.language)
            ),
        )
        for rank, row in enumerate(rows, start=1)
    ]
    left = MARGIN + MAP_WIDTH + 60
    draw_bars(canvas, bars, title=asked.say(TOP_ZONES), x=left, width=WIDTH - MARGIN - left, bottom=BOTTOM - 170)


def _draw_map(canvas: Canvas, asked: Asked, box: MapBox, shapes: gpd.GeoDataFrame, counts: pd.DataFrame) -> None:
    zones = shapes[shapes["layer"] == "zones"]
    box.fill(zones, {}, stroke="line")
    colours = PALETTES["oranges"][canvas.theme]
    if len(counts):
        numbers, places = counts["n"].to_numpy(int), counts["cell"].to_numpy(np.int64)
        ends = np.unique(np.quantile(numbers, (0.4, 0.7, 0.9, 1)).round().astype(int))
        steps = np.searchsorted(ends, numbers)
        for step in np.unique(steps):
            canvas.area(_squares(box, places[steps == step]), fill=colours[min(int(step) + len(colours) - len(ends), len(colours) - 1)])
        _draw_legend(canvas, asked, ends, colours, int(sides_of(places)[0]))
    box.trace(zones.geometry.to_numpy(), colour="quiet", width=2)
    box.trace(shapes[shapes["layer"] == "rivers"].geometry.to_numpy(), colour="main", width=4)
    box.trace(shapes[shapes["layer"] == "boundary"].geometry.to_numpy(), colour="ink", width=4, dashed=True)


def _rank_zones(box: MapBox, zones: gpd.GeoDataFrame, figures: pd.DataFrame) -> None:
    """The ranks of the zones with most cases, where they lie."""
    named = zones.set_index("code")
    for rank, row in enumerate(figures[figures["reported"] > 0].head(MOST_ZONES).to_dict("records"), start=1):
        if row["code"] in named.index:
            box.number(named.geometry[row["code"]], rank)


def _squares(box: MapBox, cells: Any) -> list[list[tuple[float, float]]]:
    """The corners of each cell or square on the page."""
    east, north = box.metres(*corners_of(cells))
    return [list(zip(*corners, strict=True)) for corners in zip(east[:, :4].tolist(), north[:, :4].tolist(), strict=True)]


def _draw_legend(canvas: Canvas, asked: Asked, ends: Any, colours: tuple[str, ...], side: int) -> None:
    """Below the bars: a swatch for each class of cells, and the line that stands for a river."""
    left, top = MARGIN + MAP_WIDTH + 60, BOTTOM - 50
    canvas.write(left, top - 34, asked.say(CASES_PER[side]), size=WORDS, colour="quiet")
    rivers = asked.say(RIVERS)
    canvas.write(WIDTH - MARGIN, top - 34, rivers, size=WORDS, colour="quiet", anchor="end")
    end = WIDTH - MARGIN - ems(rivers) * WORDS - 16
    canvas.line([(end - 60, top - 48), (end, top - 48)], colour="main", width=8)
    start, step = 1, (WIDTH - MARGIN - left) / max(len(ends), 1)
    for place, end in enumerate(ends):
        canvas.box(left + place * step, top, 44, 44, fill=colours[place + len(colours) - len(ends)])
        canvas.write(left + place * step + 56, top + 37, f"{start}–{end}" if end > start else f"{end}", size=WORDS)
        start = int(end) + 1


SCENE = Scene(key="overview", title=Text(zh="总览 · 近7天", en="Overview · last 7 days"), tell=tell, seconds=25, order=10)
