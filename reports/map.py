"""The bulletin's map as an SVG: boundary, zones, rivers, the cells of the period's cases, the patrol's findings by number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
import shapely

from geo.colour import Scale, make_scale
from geo.crs import metric_crs, project, project_shapes
from geo.grid import UNITS, cell_frame
from i18n import Language, Text
from model.units import CELL

# the print area is 156 mm wide; a map as tall as this leaves room for its legend on the page
WIDTH_MM, MOST_HEIGHT_MM = 156.0, 120.0
MARGIN = 0.02
# how far a drawn line may lie from the true one, in metres: 0.05 mm at 1:40,000
TOLERANCE = 2.0
LAND, ZONE_LINE, BOUNDARY_LINE, WATER, FOUND, INK = "#ffffff", "#94a3b8", "#334155", "#60a5fa", "#b91c1c", "#334155"
# sizes in millimetres
ZONE_MM, BOUNDARY_MM, RIVER_MM, LABEL_MM, MARK_MM = 0.15, 0.5, 0.7, 2.2, 1.9
FONTS = "FandolHei, Noto Sans CJK SC, sans-serif"
CASES = Text(zh="每格（{unit}×{unit}）案件数", en="Cases in a square of {unit}")


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The map and what its colours mean; `marks` counts the findings on it."""

    svg: str
    scale: Scale
    marks: int
    width_mm: float
    height_mm: float


def draw_map(
    ground: pd.DataFrame,
    cells: pd.DataFrame,
    places: Sequence[tuple[int, float, float]],
    *,
    crs: str | None,
    language: Language,
    side: int = CELL,
) -> Drawing | None:
    """The map of `ground` (columns layer, code, geometry in WGS-84), `cells` of that side (cell, n), numbered places (number, lon, lat).

    None where there is nothing to draw a map of.
    """
    if ground.empty:
        return None
    middle = shapely.get_coordinates(ground["geometry"].iloc[0])[0]
    crs = crs or metric_crs(*middle)
    shapes = {str(layer): project_shapes(rows.to_numpy(), crs) for layer, rows in ground.groupby("layer")["geometry"]}
    land = np.concatenate([shapes.get(name, np.empty(0, dtype=object)) for name in ("boundary", "zones")])
    frame = _Frame(shapely.total_bounds(land if len(land) else np.concatenate(list(shapes.values()))))
    # most squares hold one case: classes of the numbers that occur, not of the squares
    scale = make_scale(
        set(cells["n"]), title=CASES.say(language, unit=UNITS[side].say(language)), theme="light", palette="oranges", whole=True
    )
    codes = ground.loc[ground["layer"] == "zones", "code"]
    parts = [
        *frame.draw(shapes.get("boundary", ()), fill=LAND, stroke=BOUNDARY_LINE, mm=BOUNDARY_MM),
        *_draw_cells(frame, cells, scale, crs),
        *frame.draw(shapes.get("rivers", ()), fill="none", stroke=WATER, mm=RIVER_MM),
        *frame.draw(shapes.get("zones", ()), fill="none", stroke=ZONE_LINE, mm=ZONE_MM),
        *frame.draw(shapes.get("boundary", ()), fill="none", stroke=BOUNDARY_LINE, mm=BOUNDARY_MM),
        *_label_zones(frame, shapes.get("zones", ()), codes),
        *_draw_places(frame, places, crs),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{frame.width_mm:.1f}mm" height="{frame.height_mm:.1f}mm" '
    box = f'viewBox="0 0 {frame.width_mm:.2f} {frame.height_mm:.2f}">'
    return Drawing(
        svg=head + box + "".join(parts) + "</svg>", scale=scale, marks=len(places), width_mm=frame.width_mm, height_mm=frame.height_mm
    )


class _Frame:
    """From metres to millimetres on the paper, north up."""

    def __init__(self, bounds: Iterable[float]) -> None:
        self.west, south, east, self.north = bounds
        width, height = max(east - self.west, 1.0), max(self.north - south, 1.0)
        self.scale = min(WIDTH_MM / width, MOST_HEIGHT_MM / height) / (1 + 2 * MARGIN)
        self.west, self.north = self.west - MARGIN * width, self.north + MARGIN * height
        self.width_mm, self.height_mm = (float(side * self.scale * (1 + 2 * MARGIN)) for side in (width, height))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Millimetres from the upper left corner."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def path(self, shape: shapely.Geometry) -> str:
        """The outline of a line or an area."""
        rings = []
        for part in shapely.get_parts(shapely.simplify(shape, TOLERANCE)):
            lines = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            for line in lines:
                points = " ".join("{:.2f},{:.2f}".format(*self.place(x, y)) for x, y in shapely.get_coordinates(line))
                rings.append(f"M{points}" + ("Z" if part.geom_type == "Polygon" else ""))
        return "".join(rings)

    def draw(self, shapes: Iterable[shapely.Geometry], *, fill: str, stroke: str, mm: float) -> list[str]:
        """One path a shape; points are left out."""
        drawn = [shape for shape in shapes if shape is not None and shape.geom_type not in {"Point", "MultiPoint"}]
        style = f'fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{mm}" stroke-linejoin="round"'
        return [f'<path d="{self.path(shape)}" {style}/>' for shape in drawn]


def _draw_cells(frame: _Frame, cells: pd.DataFrame, scale: Scale, crs: str) -> list[str]:
    counts = dict(zip(cells["cell"].astype("int64"), cells["n"].astype("int64"), strict=True))
    squares = cell_frame(list(counts), crs)
    drawn = zip(squares.index, project_shapes(squares.geometry.to_numpy(), crs), strict=True)
    return [f'<path d="{frame.path(square)}" fill="{scale.colours[scale.class_of(counts[cell])]}"/>' for cell, square in drawn]


def _label_zones(frame: _Frame, zones: Iterable[shapely.Geometry], codes: Iterable[str]) -> list[str]:
    return [
        _text(*frame.place(at.x, at.y), code, LABEL_MM, INK) for at, code in zip(map(shapely.point_on_surface, zones), codes, strict=True)
    ]


def _draw_places(frame: _Frame, places: Sequence[tuple[int, float, float]], crs: str) -> list[str]:
    if not places:
        return []
    x, y = project([lon for _, lon, _ in places], [lat for _, _, lat in places], crs)
    drawn = []
    for (number, _, _), east, north in zip(places, x, y, strict=True):
        at = frame.place(float(east), float(north))
        drawn.append(f'<circle cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="{MARK_MM}" fill="{FOUND}" stroke="#ffffff" stroke-width="0.3"/>')
        drawn.append(_text(*at, str(number), MARK_MM * 1.25, "#ffffff"))
    return drawn


def _text(x: float, y: float, words: str, mm: float, colour: str) -> str:
    """Words in the middle of a place; half of a capital's height is 0.36 of the size."""
    style = f'font-family="{FONTS}" font-size="{mm:.2f}" fill="{colour}" text-anchor="middle"'
    return f'<text x="{x:.2f}" y="{y + mm * 0.36:.2f}" {style}>{escape(words)}</text>'
