"""Which features does a case belong to?"""

from __future__ import annotations

import re
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.along import locate_along
from geo.crs import WGS84, Floats, Shapes, project, project_shapes
from geo.layers import Along, Contains, Layer, Nearest, View, Which
from geo.sector import is_seeing, sight_of
from geo.seen import find_seen

# metres: nearer than this to each other, two features are equally near
TIE = 1e-3


class Pairs(NamedTuple):
    """Rows of cases and rows of features that belong together, and the metres between them."""

    case: NDArray[np.intp]
    feature: NDArray[np.intp]
    metres: Floats


NO_PAIRS = Pairs(np.array([], dtype=np.intp), np.array([], dtype=np.intp), np.array([]))


def link_cases(cases: pd.DataFrame, features: gpd.GeoDataFrame, layer: Layer, crs: str) -> pd.DataFrame:
    """The links case_id, layer, feature_id, metres, along, side of one layer, ordered by case and feature.

    cases: indexed by case id, with lon, lat (WGS-84), category, title; a case without a place has no link. features: EPSG:4326,
    indexed by feature id, with code, props, and no retired ones. Metres are those of `crs`, for a View those of the ellipsoid;
    0 inside a polygon. `along` (metres from the line's start) and `side` (left, right) are empty unless the join is Along.
    Codes are compared as text when a case must choose between two features. ValueError when the features are not in EPSG:4326.
    """
    if len(features) and features.crs != WGS84:
        raise ValueError(f"the features of layer {layer.key} are in {features.crs}; wanted EPSG:4326, convert them first")
    placed = cases[np.isfinite(cases["lon"].to_numpy(float)) & np.isfinite(cases["lat"].to_numpy(float))]
    if placed.empty or features.empty:
        return _links(layer, placed, features, NO_PAIRS)
    match layer.join:
        case None:
            return _links(layer, placed, features, NO_PAIRS)
        case Contains():
            return _link_contained(placed, features, layer)
        case Nearest(within=within, which=which):
            return _link_nearest(_chosen(placed, which), features, layer, crs, within)
        case Along(within=within):
            return _link_along(placed, features, layer, crs, within)
        case View():
            return _link_seen(placed, features, layer, crs)


def _link_contained(cases: pd.DataFrame, features: gpd.GeoDataFrame, layer: Layer) -> pd.DataFrame:
    """In degrees, because a border drawn once for two features is the same border only as drawn: no case falls between them."""
    tree = shapely.STRtree(shapely.points(cases["lon"].to_numpy(float), cases["lat"].to_numpy(float)))
    feature, case = tree.query(features.geometry.to_numpy(), predicate="intersects")
    return _links(layer, cases, features, _choose(Pairs(case, feature, np.zeros(len(case))), features))


def _link_nearest(cases: pd.DataFrame, features: gpd.GeoDataFrame, layer: Layer, crs: str, within: float) -> pd.DataFrame:
    pairs = _near(_points(cases, crs), project_shapes(features.geometry, crs), within)
    return _links(layer, cases, features, _choose(pairs, features))


def _link_along(cases: pd.DataFrame, features: gpd.GeoDataFrame, layer: Layer, crs: str, within: float) -> pd.DataFrame:
    points, lines = _points(cases, crs), project_shapes(features.geometry, crs)
    pairs = _near(points, lines, within)
    found = locate_along(lines[pairs.feature], points[pairs.case])
    return _links(layer, cases, features, pairs, along=found.along, side=np.where(found.left, "left", "right"))


def _link_seen(cases: pd.DataFrame, features: gpd.GeoDataFrame, layer: Layer, crs: str) -> pd.DataFrame:
    seeing = features[features["props"].map(is_seeing).astype(bool)]
    sights = [sight_of(props, layer) for props in seeing["props"]]
    found = find_seen(cases["lon"], cases["lat"], shapely.get_coordinates(seeing.geometry.to_numpy()), sights, crs)
    return _links(layer, cases, seeing, Pairs(found.place, found.camera, found.metres))


def _chosen(cases: pd.DataFrame, which: Which | None) -> pd.DataFrame:
    """The cases of these categories, or with one of these words in category or title, capitals or not; all when there is no choice."""
    if which is None:
        return cases
    category, title = cases["category"].astype("str").fillna(""), cases["title"].astype("str").fillna("")
    chosen = category.isin(which.categories)
    if which.words:
        pattern = "|".join(map(re.escape, which.words))
        chosen |= category.str.contains(pattern, case=False) | title.str.contains(pattern, case=False)
    return cases[chosen]


def _points(cases: pd.DataFrame, crs: str) -> Shapes:
    points: Shapes = shapely.points(*project(cases["lon"], cases["lat"], crs))
    return points


def _near(points: Shapes, shapes: Shapes, within: float) -> Pairs:
    """Every pair of point and shape within so many metres."""
    shape, point = shapely.STRtree(points).query(shapes, predicate="dwithin", distance=within)
    return Pairs(point, shape, shapely.distance(points[point], shapes[shape]))


def _choose(pairs: Pairs, features: gpd.GeoDataFrame) -> Pairs:
    """One feature per case: the nearest, the lower code of two equally near."""
    codes = features["code"].astype("str").to_numpy()
    rows = pd.DataFrame({**pairs._asdict(), "code": codes[pairs.feature]})
    rows = rows[rows["metres"] <= rows.groupby("case")["metres"].transform("min") + TIE]
    rows = rows.sort_values(["case", "code"]).drop_duplicates("case")
    return Pairs(rows["case"].to_numpy(), rows["feature"].to_numpy(), rows["metres"].to_numpy())


def _links(
    layer: Layer,
    cases: pd.DataFrame,
    features: gpd.GeoDataFrame,
    pairs: Pairs,
    *,
    along: Floats | float = np.nan,
    side: NDArray[np.str_] | None = None,
) -> pd.DataFrame:
    """Links in the form of the case_links table."""
    sides: list[str] | list[None] = [None] * len(pairs.case) if side is None else side.tolist()
    links = pd.DataFrame(
        {
            "case_id": cases.index.to_numpy()[pairs.case],
            "layer": layer.key,
            "feature_id": features.index.to_numpy()[pairs.feature],
            "metres": pairs.metres,
            "along": np.broadcast_to(along, pairs.case.shape),
            "side": pd.Series(sides, dtype=object),
        }
    )
    return links.sort_values(["case_id", "feature_id"], ignore_index=True)
