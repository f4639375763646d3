"""Features of a file become features of a layer: its fields by their names, typed and checked."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.layers import Field, Layer
from ingest import reasons
from ingest.columns import CONTROL
from ingest.fields import WANTED, read_day, read_field
from ingest.personal import remove_personal
from ingest.reasons import both
from ingest.rows import TEXT
from ingest.sieve import Sieve, make_rejects, tell_row

CODES = ("code", "编号", "编码", "代码", "id", "osm_id", "fid", "objectid", "gid")
NAMES = ("name", "名称", "name_zh", "name:zh", "标题", "title")
OPENED = ("opened_on", "启用日期", "开始日期", "建成日期")
RETIRED = ("retired_on", "停用日期", "结束日期", "撤销日期")
CODE_LENGTH, NAME_LENGTH = 80, 200
# decimals of a degree, about a centimetre: a shape's own code does not change with the rounding of another program
HASH_DECIMALS = 7


@dataclass(frozen=True, kw_only=True)
class CleanFeatures:
    """What became of a file's features, by their place in it.

    `features` (WGS-84): code, name, props, geometry, opened_on, retired_on. `rejects`: row, reason, raw. `removed`: personal
    data taken out. `notes`: what is worth telling, in both languages, with how many features.
    """

    features: gpd.GeoDataFrame
    rejects: pd.DataFrame
    removed: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)


def clean_features(frame: gpd.GeoDataFrame, layer: Layer, crs: str, *, country: str = "CN") -> CleanFeatures:
    """The features of a frame that is in WGS-84 already, as the layer wants them; lengths are metres in `crs` (`EPSG:n`).

    Columns go by a field's key, its labels or aliases, without regard to case. The code is the first of code, 编号, 编码, 代码,
    id, osm_id, fid …; else the name, where every feature has one of its own; else a hash of the shape. Personal fields are
    left out, personal data in texts is removed, sensitive fields come in. Columns that no field wants are noted.
    """
    sieve = Sieve(frame.index, country)
    found = _find_columns(frame, layer)
    _check_shapes(frame, layer, sieve)
    props, removed = _read_props(frame, layer, found, crs, sieve)
    name = _text(frame, found.get("name"))
    name, taken = remove_personal(name, country)
    code = _codes(frame, found.get("code"), name)
    sieve.refuse(code.str.len() > CODE_LENGTH, reasons.LONG_CODE, limit=CODE_LENGTH)
    days = {key: _days(frame, found.get(key), key, sieve) for key in ("opened_on", "retired_on")}
    _check_codes(code, sieve)
    columns = {"code": code, "name": name.str.slice(0, NAME_LENGTH), "props": props, **days}
    features = gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs="EPSG:4326", index=frame.index)
    unused = [str(one) for one in frame.columns if one not in {*found.values(), frame.geometry.name}]
    return CleanFeatures(
        features=features.loc[sieve.passed(), ["code", "name", "props", "geometry", "opened_on", "retired_on"]],
        rejects=_rejects(frame, found, layer, sieve),
        removed=removed + taken,
        notes=Counter({both(reasons.IGNORED_COLUMNS, found=", ".join(unused)): len(frame)} if unused else {}),
    )


def _find_columns(frame: gpd.GeoDataFrame, layer: Layer) -> dict[str, Any]:
    """Which column of the file holds what: the layer's fields by key, and code, name, opened_on, retired_on."""
    there = {str(one).strip().casefold(): one for one in reversed(list(frame.columns)) if one != frame.geometry.name}
    own_names = [f"{word}{end}" for word in (layer.label.zh, *layer.aliases) for end in ("编号", "名称")]
    wanted = {
        "code": (*CODES, *own_names[0::2], f"{layer.key}_id"),
        "name": (*NAMES, *own_names[1::2], f"{layer.key}_name", layer.label.zh),
        "opened_on": OPENED,
        "retired_on": RETIRED,
    } | {one.key: (one.key, one.label.zh, one.label.en, *one.aliases) for one in layer.fields}
    found = {key: next((there[name.casefold()] for name in names if name.casefold() in there), None) for key, names in wanted.items()}
    return {key: column for key, column in found.items() if column is not None}


def _text(frame: gpd.GeoDataFrame, column: Any) -> pd.Series[Any]:
    """A column as trimmed text, absent where there is nothing; whole numbers without a point."""
    if column is None:
        return pd.Series(pd.NA, index=frame.index, dtype=TEXT)
    cells = frame[column]
    if pd.api.types.is_float_dtype(cells):
        cells = cells.map(lambda cell: None if pd.isna(cell) else f"{cell:.0f}" if cell == round(cell) else repr(cell))
    texts: pd.Series[Any] = cells.astype(TEXT).str.replace(CONTROL, "", regex=True).str.strip()
    return texts.mask(texts.isin(["", "nan", "None", "NULL"]))


def _check_shapes(frame: gpd.GeoDataFrame, layer: Layer, sieve: Sieve) -> None:
    shapes = frame.geometry
    nothing = shapes.isna() | shapes.is_empty
    sieve.refuse(nothing, reasons.NO_SHAPE)
    wrong = ~nothing & ~shapes.geom_type.isin(layer.geometry)
    sieve.refuse(wrong, reasons.WRONG_SHAPE, found=shapes.geom_type, wanted="/".join(sorted(layer.geometry)))


def _read_props(
    frame: gpd.GeoDataFrame, layer: Layer, found: dict[str, Any], crs: str, sieve: Sieve
) -> tuple[list[dict[str, Any]], Counter[str]]:
    removed: Counter[str] = Counter()
    values: dict[str, pd.Series[Any]] = {}
    for one in layer.fields:
        texts = _text(frame, found.get(one.key))
        if one.words_of:
            words = _text(frame, found.get(one.words_of))
            texts = texts.fillna(words.mask(words.str.contains(r"\d", na=False)))
        if one.access == "personal":
            removed[f"column:{one.key}"] += int(texts.notna().sum())
            continue
        if one.type == "text" and not one.choices:
            texts, taken = remove_personal(texts, sieve.country)
            removed += taken
        values[one.key] = _default(read_field(texts, one, sieve), one, frame, crs)
        sieve.refuse(values[one.key].isna() & pd.Series(one.required, index=frame.index), reasons.MISSING_FIELD, field=one.key)
    lines = pd.DataFrame(values, index=frame.index, dtype=object)
    # a layer without fields has no columns, and pandas no records for those
    records = lines.to_dict("records") or [{} for _ in frame.index]
    props = [{str(key): value for key, value in line.items() if not pd.isna(value)} for line in records]
    return props, +removed


def _default(values: pd.Series[Any], one: Field, frame: gpd.GeoDataFrame, crs: str) -> pd.Series[Any]:
    """What stands where the file says nothing: metres of the shape, or the field's default."""
    if one.measured == "length" and values.isna().any():
        metres = frame.geometry.set_crs("EPSG:4326", allow_override=True).to_crs(crs)
        # around an area it is the longer side that bicycles stand along
        lengths = metres.length.where(metres.geom_type.isin(("LineString", "MultiLineString")), metres.map(_long_side))
        values = values.where(values.notna(), lengths.round(2).astype(object))
    if one.default is not None:
        values = values.where(values.notna(), one.default)
    return values


def _long_side(shape: shapely.Geometry | None) -> float:
    """The longer side of the smallest rectangle around a shape."""
    if shape is None or shape.is_empty:
        return 0.0
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))
    sides = np.hypot(*np.diff(corners[:3], axis=0).T) if len(corners) > 2 else np.zeros(1)
    return float(sides.max())


def _days(frame: gpd.GeoDataFrame, column: Any, key: str, sieve: Sieve) -> pd.Series[Any]:
    texts = _text(frame, column)
    days = read_day(texts)
    sieve.refuse(texts.notna() & days.isna(), reasons.BAD_FIELD, field=key, found=texts, wanted=WANTED["date"])
    return days


def _codes(frame: gpd.GeoDataFrame, column: Any, names: pd.Series[Any]) -> pd.Series[Any]:
    code = _text(frame, column)
    if code.isna().any():
        own = names.notna().all() and names.is_unique and not names.isin(code.dropna()).any()
        code = code.fillna(names if own else _hashes(frame.geometry, names.index))
    return code


def _hashes(shapes: gpd.GeoSeries, index: pd.Index) -> pd.Series[Any]:
    def code(shape: shapely.Geometry | None) -> str:
        if shape is None:
            return "shape-none"
        rounded = shapely.normalize(shapely.transform(shape, lambda xy: np.round(xy, HASH_DECIMALS) + 0.0))
        return f"shape-{hashlib.blake2b(rounded.wkb, digest_size=6).hexdigest()}"

    return pd.Series([code(shape) for shape in shapes], index=index, dtype=TEXT)


def _check_codes(code: pd.Series[Any], sieve: Sieve) -> None:
    """Of several features with one code the first stands; the table could hold no other."""
    passed = code.loc[sieve.passed()]
    again = passed[passed.duplicated()]
    first = passed[~passed.duplicated()]
    rows = pd.Series(first.index, index=first.to_numpy())
    where = pd.Series(code.index.isin(again.index), index=code.index)
    sieve.refuse(where, reasons.SAME_CODE, found=code, row=code.map(rows))


def _rejects(frame: gpd.GeoDataFrame, found: dict[str, Any], layer: Layer, sieve: Sieve) -> pd.DataFrame:
    personal = {found.get(one.key) for one in layer.fields if one.access == "personal"}
    shown = [one for one in frame.columns if one != frame.geometry.name and one not in personal]
    rejects = sieve.rejects(pd.DataFrame(frame[shown]).astype(TEXT))
    broken = frame.attrs.get("broken", [])
    told = [tell_row([""] * len(cells), cells, sieve.country) for _, _, cells in broken]
    more = make_rejects([row for row, _, _ in broken], [why for _, why, _ in broken], told)
    return pd.concat([rejects, more], ignore_index=True).sort_values("row", ignore_index=True)
