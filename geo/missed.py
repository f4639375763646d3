"""What did the hotline find that the office had passed by, or had not found first?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geo.crs import project, project_shapes

NEAR_METRES = 100.0
MISSED_HOURS = 24
# a problem that the office had found so many days before was known when the hotline told it
KNOWN_DAYS = 7


def missed_cases(told: pd.DataFrame, found: pd.DataFrame, patrols: pd.DataFrame, crs: str) -> pd.DataFrame:
    """Cases that the hotline told within 24 hours of a patrol that had passed within 100 m and had reported nothing there.

    `told` and `found` (by patrols) have id, lon, lat (WGS-84), reported_at; `patrols` id, official_id, started_at, ended_at, track
    (WGS-84). The 24 hours run from the patrol's beginning to 24 hours after its end; "reported nothing there" means no case found by a
    patrol from its beginning to an hour after its end within 100 m of the told one. A case told after two patrols counts for each. Gives
    patrol, official_id, case, metres, hours (after the beginning), by case and patrol.
    """
    told, found, patrols = told.dropna(subset=["lon", "lat"]), found.dropna(subset=["lon", "lat"]), patrols.dropna(subset=["track"])
    columns = ["patrol", "official_id", "case", "metres", "hours"]
    if told.empty or patrols.empty:
        return pd.DataFrame(columns=columns)
    lines = project_shapes(patrols["track"].to_numpy(), crs)
    points = shapely.points(*project(told["lon"], told["lat"], crs))
    case, patrol = shapely.STRtree(lines).query(points, predicate="dwithin", distance=NEAR_METRES)
    begun = _utc(patrols["started_at"])[patrol]
    ended = _utc(patrols["ended_at"].fillna(patrols["started_at"]))[patrol]
    at = _utc(told["reported_at"])[case]
    there = (at >= begun) & (at <= ended + np.timedelta64(MISSED_HOURS, "h"))
    pairs = pd.DataFrame(
        {
            "patrol": patrols["id"].iloc[patrol].to_numpy(),
            "official_id": patrols["official_id"].iloc[patrol].to_numpy(),
            "case": told["id"].iloc[case].to_numpy(),
            "metres": shapely.distance(points[case], lines[patrol]),
            "hours": (at - begun) / np.timedelta64(1, "h"),
            "told": case,
            "begun": begun,
            "ended": ended,
        }
    )[there]
    silent = [not _reported(points[row.told], row.begun, row.ended, found, crs) for row in pairs.itertuples()]
    missed: pd.DataFrame = pairs.loc[silent, columns]
    return missed.sort_values(["case", "patrol"]).reset_index(drop=True)


def told_first(told: pd.DataFrame, ours: pd.DataFrame, crs: str) -> pd.Series[bool]:
    """Whether nobody of the office had found it before: no case of ours of the same class within 100 m in the seven days before.

    Both have lon, lat (WGS-84), kind, category, reported_at; the index is that of `told`. A case without a place or a class was told first.
    """
    first = pd.Series(True, index=told.index)
    placed = ours.dropna(subset=["lon", "lat", "category"])
    known = dict(iter(placed.groupby(["kind", "category"])))
    for key, rows in told.dropna(subset=["lon", "lat", "category"]).groupby(["kind", "category"]):
        if key not in known:
            continue
        here = np.column_stack(project(rows["lon"], rows["lat"], crs))
        there = np.column_stack(project(known[key]["lon"], known[key]["lat"], crs))
        when = _utc(known[key]["reported_at"])
        for row, at, near in zip(rows.index, _utc(rows["reported_at"]), KDTree(there).query_ball_point(here, NEAR_METRES), strict=True):
            before = at - when[near]
            first[row] = not ((before > np.timedelta64(0)) & (before <= np.timedelta64(KNOWN_DAYS, "D"))).any()
    return first


def _utc(moments: pd.Series[Any]) -> NDArray[np.datetime64]:
    """Aware times as plain ones in UTC."""
    return pd.to_datetime(moments, utc=True).dt.tz_localize(None).to_numpy("datetime64[us]")


def _reported(point: shapely.Geometry, begun: np.datetime64, ended: np.datetime64, found: pd.DataFrame, crs: str) -> bool:
    """Whether a patrol case was found near the place during the patrol, or within an hour after it."""
    at = _utc(found["reported_at"])
    walked = found[(at >= begun) & (at <= ended + np.timedelta64(1, "h"))]
    if walked.empty:
        return False
    near = shapely.distance(shapely.points(*project(walked["lon"], walked["lat"], crs)), point) <= NEAR_METRES
    return bool(near.any())
