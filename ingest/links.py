"""Which case belongs to which feature: worked out when data comes in and kept, again only for what an import touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, delete, select

from geo.crs import WGS84, project_shapes, unproject
from geo.join import link_cases
from geo.layers import Along, Layer, Nearest, View, layers
from geo.sector import sight_of
from ingest.stage import staging, table_of, write_rows
from model.cases import CaseLink, CaseRow
from model.counts import counting
from model.places import Feature

CHUNK = 50_000
# a little more than the join's own reach, since a projected metre is not quite a metre
MARGIN = 1.02
JOINED = ("id", "lon", "lat", "category", "title", "zone_id")
ZONES = "zones"
CASES = select(*(getattr(CaseRow, name) for name in JOINED))
Ground = Mapping[str, gpd.GeoDataFrame]


def read_features(connection: Connection, key: str, *, retired: bool = False) -> gpd.GeoDataFrame:
    """The features of a layer by id: code, name, props, opened_on, retired_on, geometry (EPSG:4326); retired ones on request."""
    wanted = select(Feature).where(Feature.layer == key).order_by(Feature.id)
    rows = connection.execute(wanted if retired else wanted.where(Feature.retired_on.is_(None))).mappings().all()
    names = ["id", "code", "name", "props", "opened_on", "retired_on", "geometry"]
    return gpd.GeoDataFrame({name: [row[name] for row in rows] for name in names}, geometry="geometry", crs=WGS84).set_index("id")


def read_ground(connection: Connection) -> Ground:
    """The features of every layer that joins to cases and has any, by the layer's key."""
    joining = (layer.key for layer in layers().values() if layer.join is not None)
    return {key: features for key in joining if len(features := read_features(connection, key))}


def relink(connection: Connection, ids: pd.Series[Any], ground: Ground, crs: str, *, fresh: bool = False) -> Counter[str]:
    """Link these cases anew to every layer of `ground`, metres in `crs`; how many links each layer has now. `fresh` cases had none.

    A case also keeps the id of its zone.
    """
    made: Counter[str] = Counter()
    with staging(connection, CaseLink, ["case_id"]) as touched:
        touched.fill(pd.DataFrame({"case_id": ids}))
        chosen = select(touched.staged.c.case_id)
        if not fresh:
            connection.execute(delete(CaseLink).where(CaseLink.layer.in_(list(ground)), CaseLink.case_id.in_(chosen)))
        cases = _typed(_frame(connection.execute(CASES.where(CaseRow.id.in_(chosen))).all())) if ground else pd.DataFrame()
    for key, features in ground.items():
        links = link_cases(cases, features, layers()[key], crs)
        made[key] += _keep(connection, links)
        if key == ZONES:
            _keep_zones(connection, cases, links)
    return made


def link_new(connection: Connection, cases: pd.DataFrame, ground: Ground, crs: str) -> Counter[str]:
    """Link cases that were just written (rows as written, with the `zone_id` of `zones_of`) to every layer; how many links each has."""
    made: Counter[str] = Counter()
    placed = _typed(cases.reindex(columns=list(JOINED)))
    for key, features in ground.items():
        links = _links_of_zones(placed["zone_id"].dropna()) if key == ZONES else link_cases(placed, features, layers()[key], crs)
        made[key] += _keep(connection, links)
    return made


def _links_of_zones(zones: pd.Series[Any]) -> pd.DataFrame:
    """The links of cases (the index) to the zones that they lie in."""
    blank = {"metres": 0.0, "along": float("nan"), "side": None}
    return pd.DataFrame({"case_id": zones.index, "layer": ZONES, "feature_id": zones.to_numpy("int64"), **blank})


def _keep(connection: Connection, links: pd.DataFrame) -> int:
    write_rows(connection, table_of(CaseLink), links)
    return len(links)


def zones_of(cases: pd.DataFrame, ground: Ground, crs: str) -> pd.Series[Any]:
    """The id of the zone of each case (columns id, lon, lat), NA in none, on the index of `cases`."""
    if ZONES not in ground or cases.empty:
        return pd.Series(pd.NA, index=cases.index, dtype="Int64")
    placed = cases.set_index("id")[["lon", "lat"]].astype(float).assign(category=None, title=None)
    links = link_cases(placed, ground[ZONES], layers()[ZONES], crs)
    return _feature_of(cases["id"], links)


def _feature_of(ids: pd.Series[Any], links: pd.DataFrame) -> pd.Series[Any]:
    """The one feature that each case is linked to, NA for none."""
    return ids.map(links.set_index("case_id")["feature_id"]).astype("Int64")


def _keep_zones(connection: Connection, cases: pd.DataFrame, links: pd.DataFrame) -> None:
    """Write the zones of these cases where they are others than the cases say, and keep what is counted of them right."""
    found = _feature_of(cases.index.to_series(), links)
    moved = found[(found != cases["zone_id"]).fillna(False) | (found.isna() != cases["zone_id"].isna())]
    if moved.empty:
        return
    with staging(connection, CaseRow, ["id", "zone_id"]) as stage:
        stage.fill(pd.DataFrame({"id": moved.index, "zone_id": moved.to_numpy()}))
        with counting(connection, select(stage.staged.c.id), spread=stage.lasting):
            stage.put_over(stage.staged_values(["zone_id"]))


def relink_layer(connection: Connection, layer: Layer, touched: Sequence[gpd.GeoDataFrame], crs: str) -> Counter[str]:
    """Link anew to one layer the cases near the touched features (as they were and as they are, EPSG:4326); how many links that made."""
    made: Counter[str] = Counter()
    boxes = np.concatenate([reach_of(features, layer, crs) for features in touched])
    if layer.join is not None and len(boxes):
        ground = {layer.key: read_features(connection, layer.key)}
        for ids in _cases_near(connection, boxes):
            made += relink(connection, ids, ground, crs)
    return made


def reach_of(features: gpd.GeoDataFrame, layer: Layer, crs: str) -> np.ndarray[Any, Any]:
    """The boxes (EPSG:4326) in which a case may belong to these features: their extent and the join's reach around it."""
    match layer.join:
        case Nearest(within=within) | Along(within=within):
            metres = np.full(len(features), within)
        case View():
            metres = np.array([sight_of(props, layer).range_m for props in features["props"]])
        case _:
            metres = np.zeros(len(features))
    west, south, east, north = shapely.bounds(project_shapes(features.geometry, crs)).T
    pad = metres * MARGIN + 1
    corners = [unproject(x, y, crs) for x in (west - pad, east + pad) for y in (south - pad, north + pad)]
    lons, lats = (np.stack([corner[i] for corner in corners]) for i in (0, 1))
    return np.asarray(shapely.box(lons.min(0), lats.min(0), lons.max(0), lats.max(0)))


def _cases_near(connection: Connection, boxes: np.ndarray[Any, Any]) -> Iterator[pd.Series[Any]]:
    """The ids of the cases in any of the boxes, so many at a time."""
    tree = shapely.STRtree(boxes)
    west, south, east, north = shapely.total_bounds(boxes)
    within = select(CaseRow.id, CaseRow.lon, CaseRow.lat).where(CaseRow.lon.between(west, east), CaseRow.lat.between(south, north))
    last = -1
    while rows := connection.execute(within.where(CaseRow.id > last).order_by(CaseRow.id).limit(CHUNK)).all():
        ids, lons, lats = (np.array([row[i] for row in rows]) for i in range(3))
        found = np.unique(tree.query(shapely.points(lons, lats))[0])
        if len(found):
            yield pd.Series(ids[found])
        last = int(ids[-1])


def _frame(rows: Any) -> pd.DataFrame:
    return pd.DataFrame([tuple(row) for row in rows], columns=list(JOINED))


def _typed(cases: pd.DataFrame) -> pd.DataFrame:
    """Cases by id, as they are joined."""
    return cases.set_index("id").astype({"lon": float, "lat": float, "zone_id": "Int64"})
