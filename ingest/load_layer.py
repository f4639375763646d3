"""Load a layer: a file becomes features, all of it or nothing, and the cases near what changed are linked anew."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection, Engine, update

from config import settings
from geo.crs import WGS84
from geo.datum import Bd09, Gcj02, Wgs84, convert_frame, parse_datum
from geo.layers import Layer
from geo.layers import layer as find_layer
from geo.repair import check_coverage, repair
from i18n import Text
from ingest.clean import clean_features
from ingest.datums import check_declared, choose_datum, fix_metric_crs, note_far, read_boundary, read_reference
from ingest.history import MOST_SHOWN, Summary, fill, hash_file, importing, keep_rejects, name_of, stack_rows
from ingest.links import read_features, relink_layer
from ingest.progress import READING, WRITING, Progress, Step, stay_silent
from ingest.read import read_shapes
from ingest.reasons import Unreadable, both
from ingest.sieve import make_rejects, tell_row
from ingest.stage import CHANGED, NEW, SAME, staging
from model.places import Feature
from model.setup import make_office, read_settings
from model.sums import newest_sum, sum_months_up

COLUMNS = ("layer", "code", "name", "props", "geometry", "opened_on", "retired_on")
KEY = ("layer", "code")
SHOWN_PROBLEMS = 5
# what files in longitude and latitude declare, whatever web map their coordinates are from: WGS-84 and CGCS2000
PLAIN_DEGREES = ("EPSG:4326", "EPSG:4490")
EMPTY = Text(zh="{file} 里没有要素；需要至少一个", en="{file} holds no feature; wanted one at least")
NOT_ALL = Text(
    zh="{file} 有 {count} 个要素被退回，用 --replace 会把它们停用；请先改正，或不用 --replace",
    en="{file} has {count} features that were rejected, and --replace would retire them; correct them first, or leave --replace out",
)
UNCOVERED = Text(
    zh="责任区没有恰好覆盖辖区：{count} 处缝隙或重叠，共 {area} 平方米",
    en="the zones do not cover the boundary exactly: {count} gaps or overlaps, {area} m² in all",
)
GAP = Text(zh="缝隙 {area} 平方米，位于 {lon}, {lat}（{codes}）", en="a gap of {area} m² at {lon}, {lat} ({codes})")
OVERLAP = Text(zh="重叠 {area} 平方米，位于 {lon}, {lat}（{codes}）", en="an overlap of {area} m² at {lon}, {lat} ({codes})")


def load_layer(
    engine: Engine,
    key: str,
    path: str | Path,
    *,
    sublayer: str | None = None,
    datum: str | None = None,
    replace: bool = False,
    dry_run: bool = False,
    progress: Progress = stay_silent,
    who: str = "command line",
) -> Summary:
    """Read, convert, repair, check and write the features of a file in one transaction; Unreadable when the file is turned away.

    A feature is known by layer and code and keeps its id. Fields that the file does not carry stay as they are in the database. Features
    that the file no longer has stay too, unless `replace` retires them as of today.
    """
    layer, path = find_layer(key), Path(path)
    drawn = read_shapes(path, sublayer, names=(layer.key, *layer.aliases))
    summary = Summary(file=name_of(path), sha256=hash_file(path), target=layer.key, dry_run=dry_run, rows_in=len(drawn))
    summary.rows_in += len(drawn.attrs.get("broken", []))
    progress(Step(doing=READING, rows=1, total=1))
    with importing(engine, summary, who) as connection:
        features, crs = _clean(connection, layer, drawn, datum, summary)
        if replace and summary.rejected:
            raise Unreadable(NOT_ALL, file=summary.file, count=summary.rejected)
        touched = _write(connection, layer, features, _carried(layer, drawn), summary)
        if replace:
            touched.append(_retire(connection, layer, features, summary))
        newest = newest_sum(connection)
        summary.links += relink_layer(connection, layer, touched, crs)
        sum_months_up(connection, newest)
        _check_zones(connection, layer, crs, summary)
    progress(Step(doing=WRITING, rows=1, total=1))
    return summary


def _clean(
    connection: Connection, layer: Layer, drawn: gpd.GeoDataFrame, datum: str | None, summary: Summary
) -> tuple[gpd.GeoDataFrame, str]:
    """The features in WGS-84 as the layer wants them, and the office's metric CRS; what is refused goes to the rejects."""
    placed = _place(connection, layer, drawn, datum, summary)
    points = shapely.get_coordinates(placed.geometry.to_numpy())
    if not len(points):
        raise Unreadable(EMPTY, file=summary.file)
    crs = fix_metric_crs(connection, points[:, 0], points[:, 1])
    repaired = repair(placed, crs, layer.geometry)
    repaired.frame.attrs |= drawn.attrs
    cleaned = clean_features(repaired.frame, layer, crs)
    refused = _refused(drawn, {int(str(row)): both(why) for row, why in repaired.refused.items()})
    keep_rejects(connection, summary, stack_rows(refused, cleaned.rejects).sort_values("row"))
    summary.notes += list(repaired.notes.values())
    summary.removed += cleaned.removed
    summary.remarks += cleaned.notes
    summary.preview = _preview(placed, cleaned.features)
    accepted = summary.preview[summary.preview["accepted"]]
    note_far(connection, summary, accepted["lon"].to_numpy(), accepted["lat"].to_numpy())
    return cleaned.features, crs


def _preview(placed: gpd.GeoDataFrame, features: gpd.GeoDataFrame) -> pd.DataFrame:
    """Where the features lie: lon, lat (WGS-84), and whether they were accepted; those refused, where they lie anywhere."""
    there = features.geometry.representative_point().to_numpy()
    refused = shapely.centroid(placed.geometry[~placed.index.isin(features.index)].to_numpy())
    places = ((there, True), (refused, False))
    found = [pd.DataFrame({"lon": shapely.get_x(at), "lat": shapely.get_y(at), "accepted": mark}).dropna() for at, mark in places]
    shown = pd.concat([one.head(MOST_SHOWN) for one in found], ignore_index=True)
    return shown[(shown["lon"].abs() <= 180) & (shown["lat"].abs() <= 90)]


def _refused(drawn: gpd.GeoDataFrame, why: dict[int, str]) -> pd.DataFrame:
    """Features whose shape cannot be mended, as rejects."""
    words = pd.DataFrame(drawn.drop(columns=drawn.geometry.name)).astype(object)
    lines = words[words.index.isin(why)].to_numpy(object)
    told = [tell_row(list(words.columns), [None if pd.isna(cell) else cell for cell in line], "CN") for line in lines]
    return make_rejects(sorted(why), [why[row] for row in sorted(why)], told)


def _place(connection: Connection, layer: Layer, drawn: gpd.GeoDataFrame, datum: str | None, summary: Summary) -> gpd.GeoDataFrame:
    """The shapes in WGS-84: by the datum given, else by the file's own CRS, else by comparison."""
    declared = drawn.attrs["declared"]
    own_crs = drawn.crs is not None and not any(drawn.crs.equals(plain, ignore_axis_order=True) for plain in PLAIN_DEGREES)
    given = parse_datum(datum) if datum else None
    # a web map's datum under a CRS of the file's own is undone after that CRS
    if own_crs and (given is None or isinstance(given, Wgs84 | Gcj02 | Bd09)):
        drawn = drawn.to_crs(WGS84)
    shapes, reference = drawn.geometry.to_numpy(), read_reference(connection, layer.key)
    if own_crs and given is None:
        check_declared(summary.file, shapes, reference, declared)
        summary.datum = declared
        return convert_frame(drawn, Wgs84())
    helps = layer.key != "boundary"
    found, why = choose_datum(summary.file, shapes, reference, given=datum, declared=declared, boundary_helps=helps)
    summary.datum = str(found)
    summary.notes += [why] if why else []
    return convert_frame(drawn, found)


def _carried(layer: Layer, drawn: gpd.GeoDataFrame) -> set[str]:
    """The layer's fields that the file has a column for, and those that are measured on its shapes."""
    there = {str(name).strip().casefold() for name in drawn.columns}
    wanted = {one.key: {one.key, one.label.zh, one.label.en, *one.aliases} for one in layer.fields}
    named = {key for key, names in wanted.items() if there & {name.casefold() for name in names}}
    return named | {one.key for one in layer.fields if one.measured}


def _write(
    connection: Connection, layer: Layer, features: gpd.GeoDataFrame, carried: Collection[str], summary: Summary
) -> list[gpd.GeoDataFrame]:
    """Write the features; what was new or changed comes back, as it was and as it is, by id."""
    before = read_features(connection, layer.key, retired=True)
    rows = pd.DataFrame(features.assign(layer=layer.key))
    known = before.reset_index().set_index("code")
    kept_props = [_keep(known["props"].get(code, {}), props, carried) for code, props in zip(rows["code"], rows["props"], strict=True)]
    rows["props"] = pd.Series(kept_props, index=rows.index, dtype=object)
    for column in ("name", "opened_on"):
        kept = [known[column].get(code) if pd.isna(value) else value for code, value in zip(rows["code"], rows[column], strict=True)]
        rows[column] = pd.Series(kept, index=rows.index, dtype=object)
    with staging(connection, Feature, COLUMNS, KEY) as stage:
        stage.fill(rows[list(COLUMNS)])
        values = stage.staged_values(COLUMNS)
        states = stage.states(values)
        stage.put_over(values)
        stage.add_missing()
    counts = states["state"].value_counts()
    summary.new, summary.changed, summary.unchanged = (int(counts.get(state, 0)) for state in (NEW, CHANGED, SAME))
    codes = states.loc[states["state"] != SAME, "code"]
    after = read_features(connection, layer.key, retired=True)
    return [frame[frame["code"].isin(codes)] for frame in (before, after)]


def _keep(before: dict[str, Any], props: dict[str, Any], carried: Collection[str]) -> dict[str, Any]:
    """The attributes of a feature: the file's where it carries the field, else those the database has, else the file's defaults."""
    return {**before, **{key: value for key, value in props.items() if key in carried or key not in before}}


def _retire(connection: Connection, layer: Layer, features: gpd.GeoDataFrame, summary: Summary) -> gpd.GeoDataFrame:
    """Retire the features whose codes are not among these; they come back as they were, by id."""
    there = read_features(connection, layer.key)
    gone = there[~there["code"].isin(features["code"])]
    today = make_office(read_settings(connection), settings()).today()
    connection.execute(update(Feature).where(Feature.id.in_([int(number) for number in gone.index])).values(retired_on=today))
    summary.retired = len(gone)
    return gone


def _check_zones(connection: Connection, layer: Layer, crs: str, summary: Summary) -> None:
    """Note where the layer that ought to cover the boundary does not; the places are in `summary.problems`."""
    if not (layer.covers_boundary or layer.key == "boundary"):
        return
    zones, boundary = read_features(connection, "zones"), read_boundary(connection)
    if boundary is None or zones.empty:
        return
    problems = check_coverage(zones, boundary, crs)
    summary.problems = problems
    if len(problems):
        summary.notes.append(fill(UNCOVERED, count=len(problems), area=f"{problems['square_metres'].sum():,.0f}"))
    for place in problems.head(SHOWN_PROBLEMS).itertuples():
        centre = place.geometry.representative_point()
        text = GAP if place.kind == "gap" else OVERLAP
        where = {"lon": f"{centre.x:.5f}", "lat": f"{centre.y:.5f}", "codes": place.codes}
        summary.notes.append(fill(text, area=f"{place.square_metres:,.1f}", **where))
