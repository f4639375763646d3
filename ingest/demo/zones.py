"""Thirty-one responsibility zones that tile the ring: cut along 淞沪路 and three rivers, then evened out."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from ingest.demo.ground import GROUND_SEED, RING, RIVERS, SPINE, boundary, in_metres

ZONES = 31
COMMITTEES = 15
# the report says that more than 14,000 households were visited; the figure itself is made up
HOUSEHOLDS = 14_263
# snap rounding: what ends on a line becomes a node of it
GRID_METRES = 1e-4
LLOYD_ROUNDS = 60
LARGEST_M2 = 460_000
# how much smaller zones are in the older south than in the north
DENSITY = ((31.3200, 1.5), (31.3270, 1.15), (31.3370, 0.95), (32.0, 0.8))
CUTS = (
    SPINE,
    (*RIVERS["纬二河"][0], *RIVERS["纬二河"][1][1:-1], (121.5130, 31.3225)),
    ((121.4935, 31.3278), *RIVERS["纬三河"][0], *RIVERS["纬三河"][1][1:], (121.5165, 31.3256)),
    ((121.4950, 31.3425), *RIVERS["纬五河"][0], (121.5240, 31.3353)),
)


@cache
def zone_shapes() -> tuple[Polygon, ...]:
    """The zones in EPSG:4549, from south to north; neighbours share every vertex, so there is no gap and no overlap."""
    blocks = _polygons([boundary().exterior, *(in_metres(LineString(cut)) for cut in CUTS)])
    lines: list[BaseGeometry] = [block.exterior for block in blocks]
    for block, count in zip(blocks, _share_out(blocks), strict=True):
        lines += [cell.exterior for cell in _even_cells(block, count)]
    zones = _polygons([shapely.unary_union(lines, grid_size=GRID_METRES)])
    return tuple(sorted(zones, key=lambda zone: (round(zone.centroid.y / 450), zone.centroid.x)))


@cache
def boundary_shape() -> Polygon:
    """The ring in EPSG:4549 with a node wherever two zones meet on it; its shape is that of `RING`."""
    return shapely.unary_union(zone_shapes())


def _polygons(lines: list[BaseGeometry]) -> list[Polygon]:
    """The faces of a set of lines, those inside the ring."""
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(shapely.unary_union(lines)))))
    return [face for face in faces if boundary().contains(face.representative_point())]


def _share_out(blocks: list[Polygon]) -> list[int]:
    """How many zones a block gets: by area and density, no zone above `LARGEST_M2`, 31 in all."""
    south, north = RING[0][1], max(lat for _, lat in RING)
    bottom, top = boundary().bounds[1], boundary().bounds[3]
    lats = [south + (block.centroid.y - bottom) / (top - bottom) * (north - south) for block in blocks]
    wanted = np.array([block.area * next(w for edge, w in DENSITY if lat < edge) for block, lat in zip(blocks, lats, strict=True)])
    wanted *= ZONES / wanted.sum()
    least = np.ceil([block.area / LARGEST_M2 for block in blocks])
    counts = np.maximum(least, np.floor(wanted)).astype(int)
    while counts.sum() < ZONES:
        counts[np.argmax(wanted - counts)] += 1
    while counts.sum() > ZONES:
        counts[np.argmin(np.where(counts > least, wanted - counts, np.inf))] -= 1
    return [int(count) for count in counts]


def _even_cells(block: Polygon, count: int) -> list[Polygon]:
    """Voronoi cells of a block after Lloyd's relaxation, clipped to it."""
    rng = np.random.Generator(np.random.PCG64([GROUND_SEED, round(block.area)]))
    seeds = _points_in(block, count, rng)
    cells = [block]
    for _ in range(LLOYD_ROUNDS if count > 1 else 0):
        cells = [shapely.intersection(cell, block) for cell in shapely.voronoi_polygons(MultiPoint(seeds), extend_to=block).geoms]
        seeds = np.array([cell.centroid.coords[0] for cell in cells])
    return cells


def _points_in(block: Polygon, count: int, rng: np.random.Generator) -> np.ndarray:
    left, bottom, right, top = block.bounds
    found: list[np.ndarray] = []
    while len(found) < count:
        point = rng.uniform((left, bottom), (right, top))
        if shapely.contains_xy(block, *point):
            found.append(point)
    return np.array(found)


def committee_of(number: int) -> int:
    """Which of the fifteen committees zone 1…31 belongs to: two zones each, the last one three."""
    return min((number + 1) // 2, COMMITTEES)


@cache
def household_counts() -> tuple[int, ...]:
    """Households by zone, made up, `HOUSEHOLDS` in all: by area, denser in the south."""
    rng = np.random.Generator(np.random.PCG64(GROUND_SEED))
    areas = np.array([zone.area for zone in zone_shapes()])
    weights = np.sqrt(areas) * np.linspace(1.5, 0.7, ZONES) * rng.uniform(0.7, 1.3, ZONES)
    counts = np.floor(weights / weights.sum() * HOUSEHOLDS).astype(int)
    counts[: HOUSEHOLDS - counts.sum()] += 1
    return tuple(int(count) for count in counts)
