"""Can these shapes be trusted, which were mended, and do the zones cover the boundary?"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import WGS84, Floats, Shapes, project_shapes
from geo.layers import LINE, POINT, POLYGON
from i18n import Text

# a repair may change the area by so much of it
KEPT = 0.001
# square metres, and mean metres of width, that a gap or an overlap must exceed: a centimetre of rounding along a street is neither
PIECE_AREA, PIECE_WIDTH = 1.0, 0.02
# degrees, about a metre: the zones beside a gap
BESIDE = 1e-5


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """The features whose shapes stand, in EPSG:4326; why the others were refused, and what was mended, by index of the frame."""

    frame: gpd.GeoDataFrame
    refused: dict[Hashable, Text]
    notes: dict[Hashable, Text]


def repair(frame: gpd.GeoDataFrame, crs: str, geometry: frozenset[str] | None = None) -> Repaired:
    """The features of a frame in EPSG:4326 whose shapes are sound, or could be mended without changing what they mean.

    `geometry` are the layer's types; without it any point, line or polygon will do. Missing and empty shapes, other types,
    coordinates that are no degrees and lines without length are refused. Rings that cross themselves are mended by
    shapely.make_valid, of which the polygons are kept. An invalid ring has no area of its own, so three are compared, in metres
    of `crs`: the shoelace area as drawn, and those of make_valid's two readings, 'linework' (what the ring runs around twice is
    outside) and 'structure' (it is inside). When all agree within 0.1 % the shape was never in doubt and 'structure' is taken;
    else it is refused. Heights are dropped; a multipoint of one point is that point.
    """
    shapes = _plain(frame.geometry.to_numpy())
    refused: dict[Hashable, Text] = {}
    notes: dict[Hashable, Text] = {}
    for row, (label, name) in enumerate(zip(frame.index, _names(frame), strict=True)):
        fault = _fault(shapes[row], geometry or POINT | LINE | POLYGON)
        if fault is None and not shapely.is_valid(shapes[row]):
            shapes[row], fault = _mend(shapes[row], crs)
        elif fault is not None:
            shapes[row] = None
        if fault is not None:
            (refused if shapes[row] is None else notes)[label] = Text(zh=f"{name}：{fault.zh}", en=f"{name}: {fault.en}")
    checked = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, name=frame.geometry.name, crs=WGS84))
    return Repaired(frame=checked[~shapely.is_missing(shapes)], refused=refused, notes=notes)


def _fault(shape: shapely.Geometry | None, geometry: frozenset[str]) -> Text | None:
    """What is wrong beyond repair, None when nothing is."""
    if shape is None or shape.is_empty:
        return Text(zh="没有图形", en="it has no shape")
    if shape.geom_type not in geometry:
        wanted = ", ".join(sorted(geometry))
        return Text(zh=f"图形是{shape.geom_type}，应为{wanted}", en=f"its shape is a {shape.geom_type}; wanted {wanted}")
    xy = np.abs(shapely.get_coordinates(shape))
    if not np.isfinite(xy).all():
        return Text(zh="坐标缺失或不是有限数", en="a coordinate is missing or not finite")
    if (xy > (180, 90)).any():
        return Text(zh="坐标超出经纬度范围，请检查坐标基准", en="its coordinates are no degrees; check the datum")
    return None


def _mend(shape: shapely.Geometry, crs: str) -> tuple[shapely.Geometry | None, Text]:
    """The valid shape that an invalid one means, None when that is in doubt; and what was done or why not."""
    if shape.geom_type not in POLYGON:
        return None, Text(zh="线没有长度", en="the line has no length")
    mended = [_polygons(shapely.make_valid(shape, method=method)) for method in ("structure", "linework")]
    areas: Floats = shapely.area(project_shapes([shape, *mended], crs))
    reason = shapely.is_valid_reason(shape)
    if areas.max() == 0 or areas.max() - areas.min() > KEPT * areas[0]:
        zh, en = "、".join(f"{area:,.1f}" for area in areas), ", ".join(f"{area:,.1f}" for area in areas)
        return None, Text(
            zh=f"图形无效（{reason}），修复后面积不明确：原图、两种修复分别为{zh}平方米",
            en=f"invalid ({reason}), and a repair would change its area: as drawn and by two repairs {en} m²",
        )
    change = abs(areas[1] - areas[0]) / areas[0]
    return mended[0], Text(
        zh=f"图形无效（{reason}），已修复，面积变化{change:.4%}", en=f"invalid ({reason}), repaired, area changed by {change:.4%}"
    )


def check_coverage(zones: gpd.GeoDataFrame, boundary: shapely.Geometry, crs: str) -> gpd.GeoDataFrame:
    """The places where zones (EPSG:4326, with code) leave a gap in the boundary or overlap: kind, square_metres, codes, geometry.

    One row per connected piece of more than 1 m² in `crs`, largest first, in EPSG:4326; `codes` are the zones that overlap, or lie beside
    the gap. Pieces less than 2 cm wide on average (twice the area by the circumference) are rounding along a common border
    and left out. Ground of a zone outside the boundary is neither gap nor overlap. Zones must be valid.
    """
    shapes, codes = zones.geometry.to_numpy(), zones["code"].astype("str").to_numpy()
    tree = shapely.STRtree(shapes)
    gaps = shapely.get_parts(shapely.difference(boundary, shapely.union_all(shapes)))
    one, other = tree.query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    overlaps, pair = shapely.get_parts(shapely.intersection(shapes[one], shapes[other]), return_index=True)
    beside = [sorted(codes[tree.query(gap, predicate="dwithin", distance=BESIDE)]) for gap in gaps]
    shared = [sorted(both) for both in zip(codes[one[pair]], codes[other[pair]], strict=True)]
    pieces = gpd.GeoDataFrame(
        {"kind": ["gap"] * len(gaps) + ["overlap"] * len(overlaps), "codes": [", ".join(names) for names in beside + shared]},
        geometry=np.concatenate([gaps, overlaps]),
        crs=WGS84,
    )
    metric = project_shapes(pieces.geometry, crs)
    pieces["square_metres"] = shapely.area(metric)
    wide = 2 * pieces["square_metres"] > PIECE_WIDTH * shapely.length(metric)
    found = pieces[(pieces["square_metres"] > PIECE_AREA) & wide].sort_values("square_metres", ascending=False, ignore_index=True)
    return found[["kind", "square_metres", "codes", "geometry"]]


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, as one Polygon or MultiPolygon."""
    # twice, for a multipolygon inside a collection
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _plain(shapes: Shapes) -> Shapes:
    """Without heights, and a multipoint of one point as that point."""
    flat = shapely.force_2d(shapes)
    alone = (shapely.get_type_id(flat) == shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(flat) == 1)
    plain: Shapes = np.where(alone, shapely.get_geometry(flat, 0), flat)
    return plain


def _names(frame: gpd.GeoDataFrame) -> list[str]:
    """What people call each feature: its name, else its code, else its place in the file."""
    names = frame.index.to_series().astype("str")
    for column in ("code", "name"):
        if column in frame:
            names = frame[column].astype("str").where(frame[column].notna() & (frame[column] != ""), names)
    return [str(name) for name in names]
