"""The places that a patrol could visit today, the best of each kind first: deadlines, repeats, look-backs, unvisited zones, the draw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from analysis.draw import Draw, pick_one
from geo.grid import cell_centres, study_cells
from geo.passes import find_passes
from geo.stops import Stop, StopKind
from queries.filters import Filters
from queries.patrol import pressing_cases
from queries.spots import placed_cases
from queries.weak_areas import patrol_tracks
from ui import ask
from ui.hotspots import last_days
from ui.kept import kept
from ui.repeats import DAYS, ask_repeats
from ui.viewer import Viewer, data_version
from ui.weak_areas import ask_weak_areas
from ui.weak_look_backs import ask_look_backs
from ui.words import is_missing

GROUND = ("boundary", "zones", "rivers", "stations", "weak_areas")
# a place that nobody saw in so many days weighs no more than this in the draw
MOST_WEIGHT = 60
# so many of each kind are looked at; the rest cannot be reached in a day
MOST_CANDIDATES = 12


def ask_candidates(seen: Viewer, draw: Draw, done: Collection[str]) -> dict[StopKind, list[Stop]]:
    """The stops that could be made today, by kind; `done` are the keys that were seen in the last days and need no second look."""
    zones = ask_zones()
    crs = seen.office.metric_crs
    if zones is None or crs is None:
        return {}
    found = {
        StopKind.DUE: _due(seen),
        StopKind.REPEAT: _repeats(seen, zones),
        StopKind.LOOK_BACK: _look_backs(seen, zones),
        StopKind.UNVISITED: _unvisited(seen, zones, crs),
        StopKind.DRAWN: drawn_stops(draw, zones, crs),
    }
    return {kind: [stop for stop in stops if stop.key not in done][:MOST_CANDIDATES] for kind, stops in found.items()}


def ask_zones() -> gpd.GeoDataFrame | None:
    """The zones by code; None when there are none."""
    found = ask.ask_features(GROUND).get("zones")
    return None if found is None else found.set_index("code", drop=False)


def name_zones(codes: Iterable[str]) -> list[str]:
    """The names of zones; the code where there is none."""
    names = _zone_names(data_version())
    return [names.get(code, code) for code in codes]


def name_zone(code: str) -> str:
    """The name of one zone; its code where there is none."""
    return name_zones([code])[0]


@kept(most=4)
def _zone_names(version: str) -> dict[str, str]:
    zones = ask_zones()
    if zones is None:
        return {}
    return {str(code): str(code if is_missing(name) else name) for code, name in zip(zones["code"], zones["name"], strict=True)}


def zone_weights(seen: Viewer) -> dict[str, float]:
    """The weight of every zone in today's draw: days since a patrol passed it before today, from 1 to MOST_WEIGHT."""
    zones = ask_zones()
    if zones is None:
        return {}
    return {
        code: float(MOST_WEIGHT if days is None else min(max(days, 1), MOST_WEIGHT)) for code, days in _days_unseen(seen, zones).items()
    }


def drawn_stops(draw: Draw, zones: gpd.GeoDataFrame, crs: str) -> list[Stop]:
    """The drawn zones, each at one of its cells, that the same seed picks."""
    stops = []
    for code in draw.drawn:
        if code not in zones.index:
            continue
        cells = study_cells(zones.loc[code, "geometry"], crs)
        if len(cells):
            lon, lat = cell_centres([pick_one(draw.seed, f"{code}/cell", cells.tolist())], crs)
            place = (float(lon[0]), float(lat[0]))
        else:
            point = zones.loc[code, "geometry"].representative_point()
            place = (point.x, point.y)
        facts = {"cycle": draw.cycle + (code in draw.out), "places": len(draw.weights)}
        stops.append(_at_zone(f"draw:{code}", StopKind.DRAWN, place, zones.loc[code], facts))
    return stops


def _due(seen: Viewer) -> list[Stop]:
    """A stop a cell: by turns where most is overdue, and what is due next."""
    cases = ask.ask(pressing_cases, seen.minute)
    if cases.empty:
        return []
    late = cases["due_at"] < pd.Timestamp(seen.minute)
    cases = cases.assign(late=late, same=_in_the_same_cell(cases))
    cases = cases.assign(here=cases["same"].map(len))
    overdue = cases[late].sort_values(["here", "due_at"], ascending=[False, True], kind="stable").drop_duplicates("cell")
    soon = cases[~late].drop_duplicates("cell")
    turns = [row for pair in zip(overdue.to_dict("records"), soon.to_dict("records"), strict=False) for row in pair]
    turns += overdue.iloc[len(soon) :].to_dict("records") + soon.iloc[len(overdue) :].to_dict("records")
    return [_due_stop(row) for row in turns[: 2 * MOST_CANDIDATES]]


def _in_the_same_cell(cases: pd.DataFrame) -> pd.Series[Any]:
    """For each case the ids of those in its cell, itself among them; a case without a cell stands alone."""
    known = {cell: [int(one) for one in ids] for cell, ids in cases.groupby("cell")["id"]}
    same = [[int(one)] if is_missing(cell) else known[cell] for one, cell in zip(cases["id"], cases["cell"], strict=True)]
    return pd.Series(same, index=cases.index, dtype=object)


def _due_stop(row: Mapping[Any, Any]) -> Stop:
    name = str(row["external_id"] if is_missing(row["address"]) else row["address"])
    facts = _named(row) | {"due_at": row["due_at"].isoformat(), "n": int(row["here"]), "case": int(row["id"])}
    facts |= {"cell": None if is_missing(row["cell"]) else int(row["cell"]), "ids": list(row["same"])}
    zone = None if is_missing(row["zone"]) else str(row["zone"])
    place: dict[str, Any] = {"lon": float(row["lon"]), "lat": float(row["lat"]), "zone": zone, "name_zh": name, "name_en": name}
    return Stop(key=f"case:{row['id']}", kind=StopKind.DUE, facts=facts, **place)


def _repeats(seen: Viewer, zones: gpd.GeoDataFrame) -> list[Stop]:
    points = ask_repeats(seen, Filters())
    stops = []
    for row in points.head(MOST_CANDIDATES).to_dict("records"):
        name = "" if is_missing(row["address"]) else str(row["address"])
        cells = [int(cell) for cell in row["cells"]]
        facts = _named(row) | {"n": int(row["n"]), "told": int(row["told"]), "days": DAYS, "cells": cells}
        facts |= {"category": f"{row['kind']}/{row['category']}", "ids": [int(one) for one in row["ids"]]}
        key = f"repeat:{row['kind']}/{row['category']}@{min(cells, default=0)}"
        place = {"lon": row["geometry"].x, "lat": row["geometry"].y, "name_zh": name, "name_en": name}
        stops.append(Stop(key=key, kind=StopKind.REPEAT, zone=_zone_at(row["geometry"], zones), facts=facts, **place))
    return stops


def _look_backs(seen: Viewer, zones: gpd.GeoDataFrame) -> list[Stop]:
    areas = {area.code: area for area in ask_weak_areas(seen)}
    today, stops = seen.office.today(), []
    for look in ask_look_backs(seen, list(areas.values())):
        if look.due_on <= today:
            area = areas[look.code]
            point = area.shape.representative_point()
            facts = {"why": look.reason.value, "mark": look.mark, "overdue_days": look.overdue_days, "due_on": look.due_on.isoformat()}
            place = {"lon": point.x, "lat": point.y, "zone": _zone_at(point, zones), "name_zh": area.name, "name_en": area.name}
            stops.append(Stop(key=area.feature, kind=StopKind.LOOK_BACK, facts=facts, **place))
    return stops


def _unvisited(seen: Viewer, zones: gpd.GeoDataFrame, crs: str) -> list[Stop]:
    """The zones that no patrol passed for longest, each at its busiest cell of the last days."""
    unseen = _days_unseen(seen, zones)
    longest = sorted(unseen, key=lambda code: (-(10_000 if (days := unseen[code]) is None else days), code))[:MOST_CANDIDATES]
    busiest = _busiest(seen, crs)
    stops = []
    for code in longest:
        point = _first_inside(busiest, zones.loc[code, "geometry"])
        stops.append(_at_zone(f"zone:{code}", StopKind.UNVISITED, (point.x, point.y), zones.loc[code], {"days": unseen[code]}))
    return stops


def _days_unseen(seen: Viewer, zones: gpd.GeoDataFrame) -> dict[str, int | None]:
    """Days from the last patrol that passed each zone before today; None where none is on record."""
    tracks, crs = ask.ask(patrol_tracks), seen.office.metric_crs
    last: dict[str, int | None] = dict.fromkeys(map(str, zones.index))
    today = seen.office.today()
    midnight = datetime.combine(today, time(), seen.office.timezone)
    tracks = tracks[tracks["started_at"] < pd.Timestamp(midnight)]
    if tracks.empty or crs is None:
        return last
    passes = find_passes(zones, tracks["track"].to_list(), crs, within=0.0)
    for code, place in zip(passes["area"], passes["track"], strict=True):
        days = (today - seen.local(tracks["started_at"].iloc[place]).date()).days
        before = last[code]
        last[code] = days if before is None else min(before, days)
    return last


def _busiest(seen: Viewer, crs: str) -> Sequence[shapely.Point]:
    """The middles of the cells with cases in the last days, the fullest first."""
    cases = ask.ask(placed_cases, last_days(Filters(), seen.office.today(), DAYS), seen.minute)
    counts = cases["cell"].dropna().astype("int64").value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return list(shapely.points(*cell_centres(counts.index.to_numpy(), crs)))


def _first_inside(points: Sequence[shapely.Point], area: shapely.Geometry) -> shapely.Point:
    """The first of the points inside an area, else a point of the area."""
    shapely.prepare(area)
    return next((point for point in points if area.contains(point)), area.representative_point())


def _zone_at(point: shapely.Point, zones: gpd.GeoDataFrame) -> str | None:
    inside = zones.index[shapely.intersects(zones.geometry.to_numpy(), point)]
    return str(min(inside)) if len(inside) else None


def _at_zone(key: str, kind: StopKind, place: tuple[float, float], zone: Mapping[str, Any], facts: dict[str, Any]) -> Stop:
    called = str(zone["code"] if is_missing(zone["name"]) else zone["name"])
    return Stop(key=key, kind=kind, lon=place[0], lat=place[1], zone=str(zone["code"]), name_zh=called, name_en=called, facts=facts)


def _named(row: Mapping[Any, Any]) -> dict[str, str]:
    """The category in both languages; its code where it has no name."""
    return {f"what_{one}": str(row["category"] if is_missing(row[f"name_{one}"]) else row[f"name_{one}"]) for one in ("zh", "en")}
