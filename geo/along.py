"""Where along a line is a point, and on which bank?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import Floats, Shapes

# metres: half the piece of line whose direction decides the bank, and the distance at which a point lies on the line
TOUCH = 1e-3


@dataclass(frozen=True, kw_only=True)
class Stations:
    """For each pair of line and point: metres to the line, metres along it from its start, and whether the point lies left of it."""

    metres: Floats
    along: Floats
    left: NDArray[np.bool_]


def locate_along(lines: Shapes, points: Shapes) -> Stations:
    """Where each point lies along the line beside it, both in a metric CRS; lines as drawn, so left is left of the drawn direction.

    A MultiLineString whose parts join end to start is one line; otherwise its parts follow each other in their order, without
    the gaps between them. The nearest part counts, the earlier of two equally near. At a bend the mean direction decides, beyond
    an end the direction of the end; a point on the line itself (within a millimetre) is on the left.
    """
    parts, owner = shapely.get_parts(_joined(lines), return_index=True)
    lengths = shapely.length(parts)
    before = np.cumsum(lengths) - lengths
    start = before - before[np.searchsorted(owner, owner)]
    metres = shapely.distance(parts, points[owner])
    # by owner, then by distance to the nanometre, then in order: the first row of each owner is its nearest part
    order = np.lexsort((np.arange(len(parts)), np.round(metres, 9), owner))
    nearest = order[np.unique(owner[order], return_index=True)[1]]
    part, on_part = parts[nearest], shapely.line_locate_point(parts[nearest], points)
    return Stations(
        metres=metres[nearest], along=start[nearest] + on_part, left=_lies_left(part, points, on_part) | (metres[nearest] <= TOUCH)
    )


def _joined(lines: Shapes) -> Shapes:
    """MultiLineStrings as one line where their parts join in their own direction, else as they are."""
    merged = shapely.line_merge(lines, directed=True)
    joined: Shapes = np.where(shapely.get_num_geometries(merged) == 1, merged, lines)
    return joined


def _lies_left(lines: Shapes, points: Shapes, along: Floats) -> NDArray[np.bool_]:
    """Left of the line's direction around the place at `along` metres; the direction itself counts as left."""
    foot = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
    behind = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(along - TOUCH, 0)))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.minimum(along + TOUCH, shapely.length(lines))))
    forward, aside = ahead - behind, shapely.get_coordinates(points) - foot
    left: NDArray[np.bool_] = forward[:, 0] * aside[:, 1] - forward[:, 1] * aside[:, 0] >= 0
    return left
