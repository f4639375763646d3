"""A river walk out of a GPX file: its track, its times, the reach that it went along, as one row of inspections."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely
from pandas import DataFrame
from sqlalchemy import Engine

from geo.crs import metric_crs
from geo.walked import WITHIN_METRES, measure_walked_in_degrees
from i18n import Text
from ingest.history import Summary
from ingest.links import read_features
from ingest.load_table import load_table
from ingest.reasons import Unreadable
from model.setup import read_office

HEAD_BYTES = 4096
# the root stands first: no document type, whose entities could be without end, and no other format with the word in it
ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.*?-->\s*)*<(?:\w+:)?gpx[\s>]", re.DOTALL)
NO_GPX = Text(zh="{file} 不是 GPX 轨迹文件；请从手机应用里导出 GPX", en="{file} is no GPX file; export the track from the app as GPX")
NO_TRACK = Text(
    zh="{file} 里没有轨迹：找到 {found} 个轨迹点；至少要有两个不同的点",
    en="{file} holds no track: found {found} points, wanted two different ones at least",
)
NO_TIMES = Text(
    zh="{file} 的轨迹点没有时间，不知道何时巡的；请用带时间的轨迹，或用表格导入",
    en="the points of {file} have no times, so nobody knows when it was; export a track with times, or load the walk as a table",
)
NO_REACHES = Text(zh="数据库里没有河段；请先导入河道图层 rivers", en="the database has no reaches; load the layer rivers first")
NO_SUCH_REACH = Text(zh="没有编号为 {found} 的河段；有 {known}", en="there is no reach {found}; there are {known}")
NO_REACH_NEAR = Text(
    zh="{file} 的轨迹没沿任何河段走（{within}米内）；坐标须为 WGS-84，国内应用可能导出 GCJ-02（偏约500米）。"
    "确是该河段就指明河段（命令行 --reach 编号）",
    en="the track of {file} goes along no reach within {within} m; it must be WGS-84, and apps of Chinese maps may export GCJ-02,"
    " some 500 m off. If the walk was there nevertheless, name the reach (--reach CODE on the command line)",
)
ALONG = Text(zh="沿河段 {reach} 走了 {metres} 米，{began}—{ended}", en="{metres} m along the reach {reach}, {began} – {ended}")


@dataclass(frozen=True, kw_only=True)
class Track:
    """A track in WGS-84 (EPSG:4326): its line, when it began and when it ended, aware."""

    line: shapely.Geometry
    started_at: datetime
    ended_at: datetime


def load_gpx(
    engine: Engine, path: Path | str, *, official: str, reach: str | None = None, dry_run: bool = False, who: str = "command line"
) -> Summary:
    """Load a walk of an official (by code) along a reach (by code, else the one that the track covers most of).

    The same file again changes nothing. Raises Unreadable when the file has no track with times, or the track goes along no reach.
    """
    path = Path(path)
    track = read_track(path)
    code, walked_m = _find_reach(engine, path.name, track, reach)
    row = {
        "layer": "rivers",
        "feature_code": code,
        "official_code": official,
        "started_at": track.started_at.isoformat(),
        "ended_at": track.ended_at.isoformat(),
        "track": shapely.to_wkt(track.line, rounding_precision=6),
        "walked_m": round(walked_m, 1),
    }
    with tempfile.TemporaryDirectory() as folder:
        # through the one way in for tables, under the file's own name
        table = Path(folder) / f"{path.name}.csv"
        DataFrame([row]).to_csv(table, index=False)
        summary = load_table(engine, "inspections", table, dry_run=dry_run, who=who)
    summary.file, zone = path.name, read_office(engine).timezone
    began, ended = (moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") for moment in (track.started_at, track.ended_at))
    said = {"reach": code, "metres": f"{walked_m:,.0f}", "began": began, "ended": ended}
    summary.notes.append(Text(zh=ALONG.say("zh", **said), en=ALONG.say("en", **said)))
    return summary


def read_track(path: Path) -> Track:
    """The track of a GPX file: every segment with at least two different points, from the first time to the last."""
    points = _read_points(path)
    parts = [
        shapely.LineString(shapely.get_coordinates(segment.geometry.to_numpy()))
        for _, segment in points.groupby(["track_fid", "track_seg_id"])
        if len(segment) > 1
    ]
    parts = [part for part in parts if part.length > 0]
    if not parts:
        raise Unreadable(NO_TRACK, file=path.name, found=len(points))
    times = points["time"].dropna()
    if times.empty or times.max() == times.min():
        raise Unreadable(NO_TIMES, file=path.name)
    line = parts[0] if len(parts) == 1 else shapely.MultiLineString(parts)
    # a time without an offset is UTC, as GPX wants all of them
    began, ended = (moment if moment.tzinfo else moment.tz_localize("UTC") for moment in (times.min(), times.max()))
    return Track(line=line, started_at=began.to_pydatetime(), ended_at=ended.to_pydatetime())


def _read_points(path: Path) -> gpd.GeoDataFrame:
    """The points of all tracks in order; the head is looked at first, so that no other format is read under this name."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not ROOT.match(head):
        raise Unreadable(NO_GPX, file=path.name)
    try:
        return pyogrio.read_dataframe(path, layer="track_points", columns=["track_fid", "track_seg_id", "time"])
    except pyogrio.errors.DataSourceError as error:
        raise Unreadable(NO_GPX, file=path.name) from error


def _find_reach(engine: Engine, file: str, track: Track, wanted: str | None) -> tuple[str, float]:
    """The reach walked, and the metres of it that the track covers; the lower code of two equally covered ones."""
    with engine.connect() as connection:
        reaches = read_features(connection, "rivers")
    if reaches.empty:
        raise Unreadable(NO_REACHES)
    shapes = dict(zip(reaches["code"].astype(str), reaches.geometry, strict=True))
    if wanted is not None and wanted not in shapes:
        raise Unreadable(NO_SUCH_REACH, found=wanted, known=", ".join(sorted(shapes)))
    crs = read_office(engine).metric_crs or metric_crs(*shapely.get_coordinates(track.line)[0])
    asked = [wanted] if wanted is not None else sorted(shapes)
    metres = {code: measure_walked_in_degrees(shapes[code], track.line, crs).metres for code in asked}
    best = max(metres, key=lambda code: metres[code])
    if wanted is None and metres[best] == 0:
        raise Unreadable(NO_REACH_NEAR, file=file, within=f"{WITHIN_METRES:g}")
    return best, metres[best]
