"""Shared bikes: what the page is made of, asked once, and kept as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.parking import UPRIGHT, latest_counts, over_full, places_of
from geo.gaps import find_gaps
from geo.join import link_cases
from geo.kerbs import metres_to_nearest
from geo.layers import Nearest, Which, layer
from i18n import Text
from queries.bikes import bicycle_cases, bike_counts, newest_count
from queries.filters import UNASSIGNED, Filters
from ui import ask
from ui.viewer import Viewer
from ui.words import is_missing

GROUND = ("boundary", "zones", "rivers", "kerbs", "stations", "bikes")
# counts are looked at back from the newest one
COUNT_DAYS = 14
# a cell is a service gap from so many cases on
LEAST_CASES = 5
EMPTY = Text(
    zh="还没有共享单车停放区。到“数据”页导入停放区图层，或运行 python -m ingest layer bikes 文件",
    en="There are no bike parking zones yet. Bring in that layer on the Data page, or run python -m ingest layer bikes FILE",
)
MEASURED_IN = Text(zh="在 {crs} 中量", en="measured in {crs}")


@dataclass(frozen=True, kw_only=True)
class Bikes:
    """Everything the page shows of the chosen cases and zones.

    parking, all_parking: index code; name, metres, spacing, operator, zone (the responsibility zone, or missing), places, geometry in
    WGS-84; all_parking those of every zone. cases: the bicycle cases, with parking (the zone within reach) and metres to the nearest
    zone. counts: zone (a parking zone), counted_at (the office's time), operator, bikes.
    """

    filters: Filters
    crs: str
    within: float
    parking: gpd.GeoDataFrame
    all_parking: gpd.GeoDataFrame
    kerbs: gpd.GeoDataFrame
    boundary: shapely.Geometry | None
    # the responsibility zones, index feature id
    zones: gpd.GeoDataFrame
    cases: pd.DataFrame
    counts: pd.DataFrame

    @cached_property
    def zone_names(self) -> dict[str, str]:
        """Names of the responsibility zones by code; the code where there is none."""
        pairs = zip(self.zones["code"], self.zones["name"], strict=True)
        return {str(code): str(code if is_missing(name) else name) for code, name in pairs}

    @cached_property
    def placed(self) -> pd.DataFrame:
        """The cases with a place: the others are near no zone and far from none."""
        return self.cases[self.cases["lon"].notna() & self.cases["lat"].notna()]

    @cached_property
    def outside(self) -> pd.DataFrame:
        """The cases that belong to no parking zone."""
        return self.placed[self.placed["parking"].isna()]

    def outside_in(self, cells: Collection[int]) -> pd.DataFrame:
        """Those of them in some cells."""
        return self.outside[self.outside["cell"].isin(cells)]

    @cached_property
    def gaps(self) -> gpd.GeoDataFrame:
        """The service gaps, the largest first."""
        return find_gaps(self.outside, self.crs, LEAST_CASES)

    @cached_property
    def now(self) -> pd.DataFrame:
        """The newest count of each zone that was counted: counted_at, bikes, places, load (the share of its places)."""
        latest = latest_counts(self.counts)
        places = self.parking["places"].reindex(latest.index)
        return latest.assign(places=places, load=latest["bikes"] / places.where(places > 0))

    @cached_property
    def times(self) -> pd.DataFrame:
        """Each time a zone was over-full."""
        return over_full(self.counts, self.parking["places"])


def which() -> Which:
    """Which cases the layer takes for bicycle cases."""
    return layer("bikes").which


def within_metres() -> float:
    """How near a case must be to belong to a parking zone."""
    join = layer("bikes").join
    return join.within if isinstance(join, Nearest) else 50.0


def ask_bikes(seen: Viewer, filters: Filters, spacing: float | None) -> Bikes | None:
    """The answers that the page is made of; `spacing` None takes each zone's own. None where there is no parking zone at all."""
    found, crs = ask.ask_features(GROUND), seen.office.metric_crs
    if "bikes" not in found or crs is None:
        return None
    # which cases are bicycle cases is the layer's matter, not that of a category chosen on another page
    chosen = filters.with_(categories=())
    everywhere = _parking(found, crs, spacing)
    cases = ask.ask(bicycle_cases, chosen, seen.minute, tuple(sorted(which().categories)), which().words)
    parking = everywhere[_among(everywhere["zone"], chosen.zones)]
    counts = _counts(seen)
    zones = found.get("zones", found["bikes"].iloc[:0])
    return Bikes(
        filters=chosen,
        crs=crs,
        within=within_metres(),
        parking=parking,
        all_parking=everywhere,
        kerbs=found.get("kerbs", found["bikes"].iloc[:0]),
        boundary=shapely.union_all(found["boundary"].geometry.to_numpy()) if "boundary" in found else None,
        zones=zones,
        cases=cases.assign(metres=metres_to_nearest(everywhere, cases["lon"].fillna(0), cases["lat"].fillna(0), crs)),
        counts=counts[counts["zone"].isin(parking.index)],
    )


def _among(zones: pd.Series[Any], chosen: Sequence[str]) -> pd.Series[bool]:
    """Whether a parking zone lies in one of the chosen zones; no choice leaves all."""
    if not chosen:
        return pd.Series(True, index=zones.index)
    return zones.isin(chosen) | (zones.isna() & (UNASSIGNED in chosen))


def _parking(found: dict[str, gpd.GeoDataFrame], crs: str, spacing: float | None) -> gpd.GeoDataFrame:
    """The parking zones by code, each with what the page counts by."""
    bikes = found["bikes"]
    props = [one or {} for one in bikes["props"]]
    metres = pd.to_numeric(pd.Series([one.get("length_m") for one in props], dtype=object), errors="coerce").to_numpy(float)
    own = pd.to_numeric(pd.Series([one.get("spacing_m") for one in props], dtype=object), errors="coerce").fillna(UPRIGHT).to_numpy(float)
    apart = own if spacing is None else np.full(len(own), spacing)
    names = [code if is_missing(name) else name for code, name in zip(bikes["code"], bikes["name"], strict=True)]
    columns = {"name": names, "metres": metres, "spacing": apart, "operator": [one.get("operator") for one in props]}
    shown = gpd.GeoDataFrame({**columns, "places": places_of(metres, apart)}, geometry=bikes.geometry.to_numpy(), crs=bikes.crs)
    shown.index = pd.Index(bikes["code"].astype(str), name="code")
    return shown.assign(zone=zones_at(shown.geometry, found.get("zones", bikes.iloc[:0]), crs))


def zones_at(shapes: gpd.GeoSeries, zones: gpd.GeoDataFrame, crs: str) -> pd.Series[Any]:
    """The code of the responsibility zone that holds the middle of each shape (EPSG:4326), by the rule of cases; same index."""
    middles = [one.interpolate(0.5, normalized=True) if one.geom_type == "LineString" else one.representative_point() for one in shapes]
    found = pd.Series(None, index=shapes.index, dtype=object)
    if not len(zones) or not middles:
        return found
    places = pd.DataFrame({"lon": [one.x for one in middles], "lat": [one.y for one in middles], "category": "", "title": ""})
    links = link_cases(places, zones, layer("zones"), crs)
    found.iloc[links["case_id"].to_numpy()] = zones["code"].loc[links["feature_id"]].to_numpy()
    return found


def _counts(seen: Viewer) -> pd.DataFrame:
    """The counts of the last days, by the office's clock."""
    newest = ask.ask(newest_count, seen.minute)["counted_at"].iloc[0]
    if is_missing(newest):
        return pd.DataFrame({"zone": [], "counted_at": pd.Series([], dtype="datetime64[us, UTC]"), "operator": [], "bikes": []})
    until = newest.to_pydatetime()
    found = ask.ask(bike_counts, until - timedelta(days=COUNT_DAYS), until)
    return found.assign(counted_at=found["counted_at"].dt.tz_convert(seen.office.timezone), bikes=found["bikes"].astype("int64"))
