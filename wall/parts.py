"""What several scenes draw: rows of bars, tiles of figures, a map in a box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import project_shapes
from wall.canvas import NUMBER, SMALL, WIDTH, WORDS, Canvas, ems, shorten
from wall.changes import Trend
from wall.frame import BOTTOM, MARGIN, TOP

TITLE_ROOM = 74.0
# the mark of a target
TARGET_WIDTH = 8.0
# how far from the middle of a line its name stands
BESIDE = 30.0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row: its name, its length, what is written at its end, what was before, and where its target stands."""

    name: str
    value: float
    words: str
    colour: str = "fill"
    trend: Trend | None = None
    target: float | None = None


def draw_bars(
    canvas: Canvas,
    bars: Sequence[Bar],
    *,
    title: str = "",
    x: float = MARGIN,
    width: float = WIDTH - 2 * MARGIN,
    top: float = TOP,
    bottom: float = BOTTOM,
) -> None:
    """Rows one under the other, the longest as long as there is room; the title says what is counted, and in what."""
    if not bars:
        return
    if title:
        canvas.write(x, top + WORDS * 0.8, title, colour="quiet")
        top += TITLE_ROOM
    step = min((bottom - top) / len(bars), 92)
    longest = max(ems(bar.name) for bar in bars)
    size = WORDS if longest * WORDS <= width * 0.32 else SMALL
    names = min(longest * size, width * 0.42)
    figures = max(ems(bar.words) for bar in bars) * NUMBER + 24
    trends = max((ems(bar.trend.words) * SMALL + 20 for bar in bars if bar.trend), default=0)
    room, most = width - names - figures - trends - 30, max(max(abs(bar.value), bar.target or 0) for bar in bars) or 1
    for place, bar in enumerate(bars):
        y = top + place * step
        canvas.write(x + names, y + step * 0.62, shorten(bar.name, names / size + 0.01), size=size, anchor="end")
        length = room * abs(bar.value) / most
        canvas.box(x + names + 24, y + step * 0.16, max(length, 3), step * 0.6, fill=bar.colour, radius=4)
        if bar.target is not None:
            mark = x + names + 24 + room * bar.target / most
            canvas.line([(mark, y + step * 0.08), (mark, y + step * 0.84)], colour="ink", width=TARGET_WIDTH)
            length = max(length, mark - x - names - 24)
        canvas.write(x + names + 24 + length + 18, y + step * 0.66, bar.words, size=NUMBER, bold=True)
        if bar.trend:
            beside = x + names + 24 + length + 18 + ems(bar.words) * NUMBER + 20
            canvas.write(beside, y + step * 0.64, bar.trend.words, size=SMALL, colour=bar.trend.colour)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A figure with its name, its unit and what was before; `colour` is that of the figure."""

    name: str
    figure: str
    unit: str = ""
    colour: str = "ink"
    trend: Trend | None = None


def draw_tiles(
    canvas: Canvas, tiles: Sequence[Tile], *, x: float, width: float, top: float = TOP, bottom: float = BOTTOM + 24, columns: int = 2
) -> None:
    """Figures in a grid, all as large as the widest fits; the last of the gaps between them lies beyond the bottom."""
    rows = -(-len(tiles) // columns)
    height, wide = (bottom - top) / max(rows, 1), (width + 24) / columns
    small = WORDS if max((ems(tile.name) for tile in tiles), default=0) * WORDS <= wide - 80 else SMALL
    rooms = ((wide - 90 - ems(tile.unit) * WORDS) / max(ems(tile.figure), 1) for tile in tiles)
    before = SMALL * 1.5 if any(tile.trend for tile in tiles) else 0
    size = min([120.0, (height - WORDS - before - 60) * 0.8, *rooms])
    for place, tile in enumerate(tiles):
        left, upper = x + place % columns * wide, top + place // columns * height
        canvas.box(left, upper, wide - 24, height - 24, fill="panel", radius=16)
        # the name, the figure and what was before stand in the middle of the tile together
        under = before if tile.trend else 0
        first = upper + (height - 24 - WORDS - 1.15 * size - under) / 2 + WORDS * 0.85
        canvas.write(left + 34, first, shorten(tile.name, (wide - 58) / small), size=small, colour="quiet")
        canvas.write(left + 34, first + size * 1.1, tile.figure, size=size, colour=tile.colour, bold=True)
        if tile.unit:
            canvas.write(left + 34 + ems(tile.figure) * size + 14, first + size * 1.1, tile.unit, colour="quiet")
        if tile.trend:
            words = shorten(tile.trend.words, (wide - 58) / SMALL)
            canvas.write(left + 34, first + size * 1.1 + before, words, size=SMALL, colour=tile.trend.colour)


class MapBox:
    """A map in a box of the page: shapes in EPSG:4326 go in, units of the page come out; north is up, metres keep their proportions."""

    def __init__(
        self, canvas: Canvas, frame: Any, crs: str, *, x: float, width: float, top: float = TOP, height: float = BOTTOM - TOP
    ) -> None:
        self._canvas, self._crs = canvas, crs
        west, south, east, north = shapely.total_bounds(project_shapes(np.atleast_1d(frame), crs))
        self._scale = min(width / max(east - west, 1), height / max(north - south, 1))
        self._west = west - (width / self._scale - (east - west)) / 2
        self._north = north + (height / self._scale - (north - south)) / 2
        self._x, self._top, self._width = x, top, width
        self._traced: list[list[tuple[float, float]]] = []

    def metres(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Units of the page of metres in the map's CRS."""
        return self._x + (np.asarray(x) - self._west) * self._scale, self._top + (self._north - np.asarray(y)) * self._scale

    def fill(self, frame: gpd.GeoDataFrame, colours: Mapping[Any, str], *, stroke: str = "line", width: float = 2) -> None:
        """Areas by the colour of their index."""
        for key, shape in zip(frame.index, project_shapes(frame.geometry.to_numpy(), self._crs), strict=True):
            for part in shapely.get_parts(shape):
                if part.geom_type == "Polygon":
                    rings = [part.exterior, *part.interiors]
                    self._canvas.area([self._ring(ring) for ring in rings], fill=colours.get(key, "panel"), stroke=stroke, width=width)

    def trace(self, shapes: Any, *, colour: str, width: float = 3, dashed: bool = False) -> None:
        """Lines, and the borders of areas."""
        for shape in project_shapes(np.atleast_1d(shapes), self._crs):
            edges = shape.boundary if "Polygon" in shape.geom_type else shape
            for part in shapely.get_parts(edges):
                if part.geom_type == "LineString":
                    self._traced.append(self._ring(part))
                    self._canvas.line(self._traced[-1], colour=colour, width=width, dashed=dashed)

    def label(self, line: Any, words: str, *, size: float = WORDS, colour: str = "ink") -> None:
        """Words beside the middle of a line, where they keep clearest of all that was traced: on a line they would read as other signs."""
        longest = max(shapely.get_parts(project_shapes(np.atleast_1d(line), self._crs)[0]), key=shapely.length)
        middle = shapely.line_interpolate_point(longest, 0.5, normalized=True)
        x, y = (float(one) for one in self.metres(middle.x, middle.y))
        wide, traced = ems(words) * size, shapely.MultiLineString(self._traced)
        level = y + size * 0.35
        places = [(x + BESIDE, level), (x - BESIDE - wide, level), (x - wide / 2, y - BESIDE), (x - wide / 2, y + BESIDE + size * 0.8)]
        # the words stay on the map
        places = [(min(max(left, self._x), self._x + self._width - wide), base) for left, base in places]
        left, base = max(places, key=lambda at: shapely.box(at[0], at[1] - size * 0.8, at[0] + wide, at[1]).distance(traced))
        self._canvas.write(left, base, words, size=size, colour=colour, bold=True, halo=True)

    def number(self, shape: Any, number: int) -> None:
        """A disc with a number in the middle of a shape, for the list beside the map."""
        middle = project_shapes(np.atleast_1d(shape), self._crs)[0].representative_point()
        x, y = (float(one) for one in self.metres(middle.x, middle.y))
        self._canvas.dot(x, y, 30, fill="ground")
        self._canvas.dot(x, y, 26, fill="ink")
        self._canvas.write(x, y + SMALL * 0.36, str(number), size=SMALL, colour="ground", anchor="middle", bold=True)

    def _ring(self, line: Any) -> list[tuple[float, float]]:
        x, y = self.metres(*np.asarray(line.coords)[:, :2].T)
        return list(zip(x.tolist(), y.tolist(), strict=True))
