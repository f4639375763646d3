"""What the cameras see of the chosen cases, of the zones and of the rivers: worked out once until the data changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from analysis.coverage_plan import Plan, plan_coverage
from geo.blind_spots import find_blind_spots
from geo.coverage import Ground, cover_areas, cover_ground, cover_lines, sight_frame
from geo.crs import metric_crs
from geo.grid import near_cells
from geo.layers import layer
from geo.sector import TASKS
from geo.seen import find_seen
from queries.cameras import case_hours, case_places, cell_cases, counted_cells
from queries.filters import Filters
from ui import ask
from ui.kept import KEPT_SECONDS
from ui.viewer import Viewer, data_version

# everything that the page draws or measures, in one question
LAYERS = ("boundary", "zones", "rivers", "stations", "cameras")
RECORDED = "recorded"
PLANNED, OFFLINE = "planned", "offline"
# a sector is drawn with corners, and places are rounded: what it sees may lie so many metres and so much of its reach beyond them
ROUND_METRES, ROUND_SHARE = 1.0, 0.01
# so many blind spots are outlined and listed
SPOTS = 10


@dataclass(frozen=True, kw_only=True)
class Covered:
    """What the working cameras cover: by zone, by reach, twice, and of the whole (the boundary, else the zones)."""

    # one row a camera, as `geo.coverage.sight_frame` gives it
    sights: gpd.GeoDataFrame
    ground: Ground
    zones: pd.DataFrame
    rivers: pd.DataFrame
    area_m2: float
    area_seen_m2: float
    area_twice_m2: float
    crs: str

    @property
    def working(self) -> gpd.GeoDataFrame:
        """The cameras that see."""
        return self.sights[self.sights["seeing"]]

    def with_status(self, status: str) -> gpd.GeoDataFrame:
        """The cameras of a status."""
        return self.sights[self.sights["status"] == status]


@dataclass(frozen=True, kw_only=True)
class SeenCases:
    """What of the chosen cases the working cameras see, and what the planned ones would add."""

    # by hour 0…23: n, seen
    hours: pd.DataFrame
    # by cell: n, seen
    cells: pd.DataFrame
    # as `geo.blind_spots.find_blind_spots` gives them
    blind: gpd.GeoDataFrame
    # ids of the planned cameras in the order in which the plan counts them
    planned: tuple[int, ...]
    plan: Plan
    # one row a case and a camera that sees or would see it, of the cases that no working camera sees: camera (id), case (id), cell, hour
    unseen_pairs: pd.DataFrame
    # id and cell of the cases that no working camera sees in the blind spots
    spot_cases: pd.DataFrame
    # id and hour of the cases that a working camera sees
    seen_cases: pd.DataFrame

    @property
    def n(self) -> int:
        """Cases with a place."""
        return int(self.hours["n"].sum())

    @property
    def seen(self) -> int:
        """Cases that a working camera sees."""
        return int(self.hours["seen"].sum())

    def chosen(self, count: int) -> list[int]:
        """The ids of the first cameras of the plan, in order."""
        return [self.planned[place] for place in self.plan.order[:count]]


def read_covered(seen: Viewer, task: str) -> Covered | None:
    """What the cameras cover for a task, or within their recorded reach; None where there is no camera."""
    return _covered(task, seen.office.metric_crs, data_version())


def read_seen_cases(seen: Viewer, filters: Filters, task: str) -> SeenCases:
    """What of the cases of these filters the cameras see."""
    return _seen_cases(filters, task, seen.minute.isoformat(), data_version(), seen)


@st.cache_data(ttl=KEPT_SECONDS, max_entries=20, show_spinner=False)
def _covered(task: str, crs: str | None, version: str) -> Covered | None:
    frames = ask.ask_features(LAYERS)
    cameras = frames.get("cameras")
    if cameras is None:
        return None
    sights = sight_frame(cameras, layer("cameras"), TASKS.get(task))
    crs = crs or metric_crs(float(sights["lon"].mean()), float(sights["lat"].mean()))
    ground = cover_ground(sights.loc[sights["seeing"], "geometry"], crs)
    zones, rivers = (frames.get(key, cameras.iloc[:0]) for key in ("zones", "rivers"))
    by_zone = cover_areas(zones, ground)
    whole = cover_areas(frames["boundary"], ground) if "boundary" in frames else by_zone
    return Covered(
        sights=sights,
        ground=ground,
        zones=by_zone,
        rivers=cover_lines(rivers, ground),
        area_m2=float(whole["area_m2"].sum()),
        area_seen_m2=float(whole["seen_m2"].sum()),
        area_twice_m2=float(whole["twice_m2"].sum()),
        crs=crs,
    )


# what a pair tells of its case, the number of the row last: the others are read by it
CASE_COLUMNS = (("cell", "cell"), ("hour", "hour"), ("case", "id"))


@st.cache_data(ttl=KEPT_SECONDS, max_entries=50, show_spinner=False)
def _seen_cases(filters: Filters, task: str, minute: str, version: str, _seen: Viewer) -> SeenCases:
    covered = read_covered(_seen, task)
    assert covered is not None
    sights = covered.sights
    hours = ask.ask(case_hours, filters, _seen.minute).astype("int64").set_index("hour")["n"].reindex(range(24), fill_value=0)
    cells = ask.ask(counted_cells, filters, _seen.minute).astype("int64").set_index("cell")
    around = ROUND_METRES + ROUND_SHARE * sights["metres"].to_numpy(float)
    sighted = near_cells(cells.index, sights.geometry.to_numpy(), covered.crs, within=around)
    places = _in_order(ask.ask(case_places, filters, _seen.minute, tuple(sighted.tolist())))
    found = find_seen(places["lon"], places["lat"], sights[["lon", "lat"]].to_numpy(), list(sights["sight"]), covered.crs)
    seen = np.zeros(len(places), dtype=bool)
    seen[found.place[sights["seeing"].to_numpy()[found.camera]]] = True
    pairs = pd.DataFrame({"camera": sights.index.to_numpy()[found.camera], "case": found.place})[~seen[found.place]]
    pairs = pairs.assign(**{name: places[source].to_numpy()[pairs["case"]] for name, source in CASE_COLUMNS})
    cells["seen"] = _count(places.loc[seen, "cell"], cells.index)
    planned = covered.with_status(PLANNED).index
    wanted = pairs[pairs["camera"].isin(planned)]
    blind = find_blind_spots(cells, covered.working, covered.crs)
    spots = {cell for row in blind["cells"] for cell in row}
    # the cases of the cells that a camera looks into are known already
    others = ask.ask(cell_cases, filters, _seen.minute, tuple(sorted(spots.difference(sighted.tolist()))))
    inside = _in_order(pd.concat([places.loc[places["cell"].isin(spots), ["id", "cell"]], others]))
    return SeenCases(
        hours=pd.DataFrame({"n": hours, "seen": _count(places.loc[seen, "hour"], hours.index)}),
        cells=cells,
        blind=blind,
        planned=tuple(int(one) for one in planned),
        plan=plan_coverage(wanted["case"], planned.get_indexer(wanted["camera"]), cameras=len(planned)),
        unseen_pairs=pairs,
        spot_cases=inside[~inside["id"].isin(places.loc[seen, "id"])],
        seen_cases=places.loc[seen, ["id", "hour"]],
    )


def _in_order(cases: pd.DataFrame) -> pd.DataFrame:
    """By their ids: it takes longer where they are asked for."""
    return cases.sort_values("id", ignore_index=True)


def _count(values: pd.Series[Any], wanted: pd.Index) -> pd.Series[int]:
    """How often each wanted value is there."""
    return values.dropna().astype("int64").value_counts().reindex(wanted, fill_value=0)
