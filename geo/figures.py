"""The live figures over the ground: colours of zones, cells, single cases, outlines; small, by id, ready to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from geo.colour import CASE_COLOURS, SECTOR_COLOURS, Scale, Theme
from geo.crs import unproject
from geo.datum import Datum, Wgs84, from_wgs84
from geo.grid import places_of, sides_of
from i18n import Language, Text
from model.units import first_of

# above this many in view the map shows cells, not single cases
MAX_CASES = 2000
WGS84 = Wgs84()
CASE_LABELS = (Text(zh="未结案件", en="Open case"), Text(zh="超期案件", en="Late case"), Text(zh="已结案件", en="Closed case"))
CASES = Text(zh="案件", en="Cases")
DOUBT = Text(zh="虚线：只知大致朝向，视野可能在此范围内", en="Dashed: only the rough direction is known; the view may lie within")


@dataclass(frozen=True, kw_only=True)
class Zones:
    """Zones by code: the value that colours each (None: no colour), and the lines of text under its name."""

    values: Mapping[str, float | None]
    scale: Scale
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Cells, or squares of a kilometre: (its number, number of cases) in any order; `crs` is the office's metric CRS."""

    counts: Sequence[tuple[int, int]]
    crs: str
    scale: Scale


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A shape in WGS-84 drawn as an outline, such as a hot spot; a click on it gives its code."""

    code: str
    shape: shapely.Geometry
    text: str = ""
    # written in its middle, a number at most
    label: str = ""
    # for what is going away
    dashed: bool = False
    # what it is, as the legend says it; without a word it says nothing
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Sector:
    """What a camera sees from its place (WGS-84): bearing in degrees clockwise from true north (None: all round), view, reach in metres.

    `kind` counts from 0 and picks the colour and its label. Without metres only its place is drawn; `doubt` degrees to either
    side are drawn as a dashed edge.
    """

    code: str
    lon: float
    lat: float
    bearing: float | None = None
    view: float = 360.0
    metres: float = 0.0
    doubt: float = 0.0
    kind: int = 0
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything that may change on a map without drawing its ground again."""

    # keys of the ground's layers that are switched on
    visible: frozenset[str]
    # the layer that `zones` colours
    zones: Zones | None = None
    zone_layer: str = "zones"
    # the layer that the first view shows where there is neither boundary nor zones; empty for the coloured one
    home: str = ""
    # code of the chosen zone
    chosen: str | None = None
    cells: Cells | None = None
    # (cases.id, longitude, latitude, 0 open · 1 late · 2 closed, text); at most MAX_CASES of those in view
    cases: Sequence[tuple[int, float, float, int, str]] = ()
    # what the marks are called, and what each of their classes is; a preview calls them otherwise
    case_title: Text = CASES
    case_labels: tuple[Text, ...] = CASE_LABELS
    outlines: Sequence[Outline] = ()
    # what cameras see, for the roles that may know it, and what each kind of them is
    sectors: Sequence[Sector] = ()
    sector_labels: tuple[Text, ...] = ()
    # longitude and latitude of what is looked at: ringed, and brought into view when it changes
    focus: tuple[float, float] | None = None
    # west, south, east, north of what the page is about: the first view, again when it changes, and what ⤢ shows
    frame: tuple[float, float, float, float] | None = None


def make_message(figures: Figures, *, language: Language, theme: Theme, datum: Datum = WGS84) -> dict[str, Any]:
    """The figures as plain JSON for a map drawn in `datum`; every text is written there as text, never as HTML."""
    return {
        "language": language,
        "theme": theme,
        "visible": sorted(figures.visible),
        "home": figures.home or (figures.zone_layer if figures.zones else ""),
        "chosen": figures.chosen,
        "zones": _zones(figures.zones, figures.zone_layer),
        "cells": _cells(figures.cells, datum),
        "cases": _cases(figures.cases, datum),
        "caseStyle": [[colour, label.say(language)] for colour, label in zip(CASE_COLOURS[theme], figures.case_labels, strict=False)],
        "caseTitle": figures.case_title.say(language),
        "maxCases": MAX_CASES,
        "outlines": [[one.code, _rounded(one.shape, datum), one.text, one.label, one.dashed] for one in figures.outlines],
        "outlineKinds": sorted({(one.kind, one.dashed) for one in figures.outlines if one.kind}, key=lambda kind: (kind[1], kind[0])),
        "sectors": _sectors(figures.sectors, datum),
        "sectorStyle": [[colour, label.say(language)] for colour, label in zip(SECTOR_COLOURS[theme], figures.sector_labels, strict=False)],
        "doubt": DOUBT.say(language) if any(one.doubt for one in figures.sectors) else "",
        "focus": _degrees(figures.focus, datum),
        "frame": _degrees(figures.frame, datum),
    }


def _zones(zones: Zones | None, layer: str) -> dict[str, Any] | None:
    if zones is None:
        return None
    classes = {code: [zones.scale.class_of(value), zones.texts.get(code, "")] for code, value in zones.values.items()}
    return {"layer": layer, "classes": classes, **_scale(zones.scale)}


def _cells(cells: Cells | None, datum: Datum) -> dict[str, Any] | None:
    """Cells or squares as [easting, northing, number] in sides from the first one, with the curve that turns those into degrees.

    `first` is what their numbers begin with.
    """
    if cells is None or not cells.counts:
        return None
    codes = np.array([cell for cell, _ in cells.counts], dtype=np.int64)
    (column, row), side = places_of(codes), int(sides_of(codes)[0])
    west, south = int(column.min()), int(row.min())
    size = (int(column.max()) - west + 1, int(row.max()) - south + 1)
    lon, lat = _fit(cells.crs, side, (west, south), size, datum)
    counts = [count for _, count in cells.counts]
    rows = [[int(x), int(y), int(n)] for x, y, n in zip(column - west, row - south, counts, strict=True)]
    breaks = list(cells.scale.breaks[:-1])
    place = {"first": first_of(side), "west": west, "south": south, "size": size, "lon": lon, "lat": lat}
    return {**place, "rows": rows, "breaks": breaks, **_scale(cells.scale)}


def _cases(cases: Sequence[tuple[int, float, float, int, str]], datum: Datum) -> dict[str, Any] | None:
    """Marks as [id, east, north, class, text]: ids of 63 bits in base 36, places in 1e-5 degrees from the corner, texts by number."""
    if not cases or len(cases) > MAX_CASES:
        return None
    lon, lat = from_wgs84([case[1] for case in cases], [case[2] for case in cases], datum)
    east, north = (np.rint(np.asarray(degrees) * 1e5).astype(np.int64) for degrees in (lon, lat))
    west, south = int(east.min()), int(north.min())
    texts = {text: place for place, text in enumerate(dict.fromkeys(case[4] for case in cases))}
    places = zip(cases, (east - west).tolist(), (north - south).tolist(), strict=True)
    rows = [[np.base_repr(int(case[0]), 36).lower(), x, y, case[3], texts[case[4]]] for case, x, y in places]
    return {"west": west, "south": south, "texts": list(texts), "rows": rows}


def _sectors(sectors: Sequence[Sector], datum: Datum) -> list[list[Any]]:
    """Sectors as [code, longitude, latitude, bearing, view, metres, doubt, kind, text]; the browser draws the arc."""
    if not sectors:
        return []
    lon, lat = from_wgs84([one.lon for one in sectors], [one.lat for one in sectors], datum)
    places = zip(sectors, np.round(lon, 6).tolist(), np.round(lat, 6).tolist(), strict=True)
    return [[one.code, x, y, *_sight(one), one.kind, one.text] for one, x, y in places]


def _sight(sector: Sector) -> list[float | None]:
    """Bearing, view, metres, doubt; a tenth of a degree or a metre is enough to draw."""
    bearing = None if sector.bearing is None else round(sector.bearing, 1)
    return [bearing, round(sector.view, 1), round(sector.metres, 1), round(sector.doubt, 2)]


def _degrees(places: Sequence[float] | None, datum: Datum) -> list[float] | None:
    """Longitude, latitude of one place or several, one after another."""
    if places is None:
        return None
    lon, lat = from_wgs84(places[0::2], places[1::2], datum)
    return [round(float(degrees), 5) for place in zip(lon, lat, strict=True) for degrees in place]


def _scale(scale: Scale) -> dict[str, Any]:
    return {"title": scale.title, "colours": list(scale.colours), "labels": list(scale.labels)}


@lru_cache(maxsize=64)
def _fit(crs: str, side: int, corner: tuple[int, int], size: tuple[int, int], datum: Datum) -> tuple[list[float], list[float]]:
    """Longitude and latitude as cubics in (u, v), cell corners scaled to 0…1; off by millimetres over tens of kilometres."""
    steps = np.linspace(0, 1, 7)
    u, v = (grid.ravel() for grid in np.meshgrid(steps, steps))
    easting, northing = (corner[0] + u * size[0]) * side, (corner[1] + v * size[1]) * side
    lon, lat = from_wgs84(*unproject(easting, northing, crs), datum)
    terms = np.column_stack([u**i * v**j for i in range(4) for j in range(4 - i)])
    curves = [np.linalg.lstsq(terms, values, rcond=None)[0].round(9).tolist() for values in (lon, lat)]
    return curves[0], curves[1]


def _rounded(shape: shapely.Geometry, datum: Datum) -> dict[str, Any]:
    """GeoJSON geometry with five decimals."""
    return dict(shapely.geometry.mapping(place_shapes(shape, datum)))


def place_shapes(shapes: Any, datum: Datum) -> Any:
    """WGS-84 shapes in the datum of the base map, with five decimals (1.1 m)."""
    return shapely.transform(shapes, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], datum)).round(5))
