"""Features as files to take away: GeoPackage and GeoJSON in WGS-84, which QGIS opens."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo.layers import Layer

# a centimetre; RFC 7946 §11.2 advises against more
DECIMALS = 7
WGS84 = "EPSG:4326"


def export_features(features: gpd.GeoDataFrame, layer: Layer, *, sensitive: bool = False) -> gpd.GeoDataFrame:
    """The features of a layer with code, name, each declared field as a column, and the other columns that the frame has.

    Personal and sensitive fields stay out unless `sensitive`; what the layer does not declare stays out always. WGS-84 in, WGS-84 out.
    """
    props = [one or {} for one in features["props"]]
    fields = [field for field in layer.fields if sensitive or field.access == "public"]
    columns: dict[str, Any] = {"code": features["code"].to_numpy(), "name": features["name"].to_numpy()}
    # a layer may declare a field called `name` or `code` beside the feature's own
    columns |= {field.key: [one.get(field.key) for one in props] for field in fields if field.key not in columns}
    others = [name for name in features.columns if name not in {"layer", "code", "name", "props", "geometry", *columns}]
    columns |= {name: features[name].to_numpy() for name in others}
    return gpd.GeoDataFrame(columns, geometry=features.geometry.to_numpy(), crs=WGS84)


def write_geojson(features: gpd.GeoDataFrame, *, name: str, about: dict[str, str]) -> bytes:
    """A FeatureCollection by RFC 7946: longitude and latitude of WGS-84 with seven decimals, outer rings counterclockwise, no `crs`.

    `about` says whose facts these are and what they are worth; it stands beside the features as foreign members.
    """
    _check(features)
    shapes = shapely.orient_polygons(features.geometry.to_numpy(), exterior_cw=False)
    names = [column for column in features.columns if column != features.geometry.name]
    rows = features[names].astype(object).to_dict("records")
    found = [
        {
            "type": "Feature",
            "properties": {column: _plain(value) for column, value in row.items()},
            "geometry": None if shape is None else _rounded(shapely.geometry.mapping(shape)),
        }
        for row, shape in zip(rows, shapes, strict=True)
    ]
    collection = {"type": "FeatureCollection", "name": name, **about, "features": found}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False).encode("utf-8")


def write_geopackage(features: gpd.GeoDataFrame, *, name: str, title: str, about: dict[str, str]) -> bytes:
    """A GeoPackage with one layer called `name`; `title` and `about` stand in its metadata, where QGIS shows them."""
    _check(features)
    columns = [column for column in features.columns if column != features.geometry.name]
    plain = features.assign(**{column: _column([_plain(value) for value in features[column]]) for column in columns})
    file = io.BytesIO()
    pyogrio.write_dataframe(
        plain,
        file,
        driver="GPKG",
        layer=name,
        geometry_type=_kind(features.geometry.geom_type.dropna().unique()),
        dataset_metadata=about,
        layer_metadata=about,
        layer_options={"IDENTIFIER": title, "DESCRIPTION": " ".join(about.values())},
    )
    return file.getvalue()


def _check(features: gpd.GeoDataFrame) -> None:
    if features.crs is None or features.crs.to_epsg() != 4326:
        raise ValueError(f"the features are in {features.crs}; project them to {WGS84} before they are taken away")


def _kind(kinds: Sequence[str]) -> str:
    """The one kind of geometry that a file's layer may declare: a single kind, several parts of it, or none in particular."""
    single = {kind.removeprefix("Multi") for kind in kinds}
    if len(single) != 1:
        return "Unknown"
    return next(iter(single)) if len(kinds) == 1 and not kinds[0].startswith("Multi") else f"Multi{next(iter(single))}"


def _plain(value: Any) -> Any:
    """A value as JSON knows it: None for what is missing or endless, days and times in ISO 8601, anything else in words."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else json.dumps(value, ensure_ascii=False, default=str)


def _column(values: list[Any]) -> Any:
    """A column of one kind: whole numbers stay whole, mixed kinds become words."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and not kinds <= {int, float}:
        return np.array([None if value is None else str(value) for value in values], dtype=object)
    if kinds and kinds <= {int, float} and None in values:
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    return np.array(values) if kinds and None not in values else np.array(values, dtype=object)


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    """The geometry with every number rounded."""

    def walk(part: Any) -> Any:
        return [walk(one) for one in part] if isinstance(part, tuple | list) else round(float(part), DECIMALS)

    if geometry["type"] == "GeometryCollection":
        return {"type": geometry["type"], "geometries": [_rounded(one) for one in geometry["geometries"]]}
    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}
