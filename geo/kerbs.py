"""Where along the kerbs could a new parking zone stand, and which places would it reach?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.ops import substring

from geo.crs import Floats, Shapes, project, project_shapes

# a new zone keeps so far from one that is there; the kerb across the street is farther
CLEAR_METRES = 6.0
# stretches begin every so many metres, and one shorter than LEAST is no parking zone
STEP_METRES, LEAST_METRES = 10.0, 10.0
# without kerb lines: how far a kerb is taken to run straight on beyond the zones that lie on it
ONWARD_METRES = 200.0


def free_kerbs(kerbs: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, area: shapely.Geometry | None, crs: str) -> gpd.GeoDataFrame:
    """The kerb lines where no parking zone is, in `crs` (metres): columns name, geometry (LineString), a row a piece.

    kerbs, zones: EPSG:4326 with name and geometry; `area` (EPSG:4326) cuts them. Without kerbs the zones' own lines are taken
    straight on by ONWARD_METRES at both ends: a line in the direction of its ends, an area along the middle of its longest side.
    """
    if len(kerbs):
        lines, names = project_shapes(kerbs.geometry.to_numpy(), crs), kerbs["name"].to_numpy(object)
    else:
        lines, names = _carried_on(project_shapes(zones.geometry.to_numpy(), crs)), zones["name"].to_numpy(object)
    if area is not None and not area.is_empty:
        lines = shapely.intersection(lines, project_shapes([area], crs)[0])
    taken = shapely.union_all(shapely.buffer(project_shapes(zones.geometry.to_numpy(), crs), CLEAR_METRES))
    parts, owner = shapely.get_parts(shapely.line_merge(_only_lines(shapely.difference(lines, taken))), return_index=True)
    return gpd.GeoDataFrame({"name": names[owner]}, geometry=parts, crs=crs)


def cut_kerbs(kerbs: gpd.GeoDataFrame, metres: float) -> gpd.GeoDataFrame:
    """Every stretch of the kerbs of so many metres, one each STEP_METRES; a kerb shorter than that is one stretch.

    kerbs: in a metric CRS, as `free_kerbs` gives them. The same columns and metres (the stretch's length); numbered from 0.
    """
    names, stretches = [], []
    for name, line in zip(kerbs["name"], kerbs.geometry, strict=True):
        if line.length < LEAST_METRES:
            continue
        last = max(line.length - metres, 0.0)
        for start in [*np.arange(0.0, last, STEP_METRES), last]:
            names.append(name)
            stretches.append(substring(line, start, min(start + metres, line.length)))
    found = gpd.GeoDataFrame({"name": np.array(names, dtype=object)}, geometry=stretches, crs=kerbs.crs)
    return found.assign(metres=found.geometry.length.to_numpy(float))


def reached(stretches: gpd.GeoDataFrame, lon: ArrayLike, lat: ArrayLike, within: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs (stretch, place) by position: places (WGS-84 degrees) within so many metres of a stretch, as the join of cases measures."""
    crs = str(stretches.crs)
    places: Shapes = shapely.points(*project(lon, lat, crs))
    stretch, place = shapely.STRtree(places).query(stretches.geometry.to_numpy(), predicate="dwithin", distance=within)
    return stretch, place


def metres_to_nearest(zones: gpd.GeoDataFrame, lon: ArrayLike, lat: ArrayLike, crs: str) -> Floats:
    """Metres in `crs` from each place (WGS-84 degrees) to the nearest zone (EPSG:4326), 0 inside an area; inf without zones."""
    places: Shapes = shapely.points(*project(lon, lat, crs))
    if not len(zones) or not len(places):
        return np.full(len(places), np.inf)
    shapes = project_shapes(zones.geometry.to_numpy(), crs)
    _, nearest = shapely.STRtree(shapes).query_nearest(places, all_matches=False)
    metres: Floats = shapely.distance(places, shapes[nearest])
    return metres


def _carried_on(shapes: Shapes) -> Shapes:
    """Straight lines through each shape that go on beyond it."""
    lines = np.empty(len(shapes), dtype=object)
    lines[:] = [_axis(shape) for shape in shapes]
    return lines


def _axis(shape: shapely.Geometry) -> shapely.LineString:
    """The line through the ends of a line, or along the middle of an area's longer side, longer by ONWARD_METRES each way."""
    if shape.geom_type.endswith("Polygon"):
        first, second, third = shapely.get_coordinates(shapely.oriented_envelope(shape))[:3]
        long = second - first if np.hypot(*(second - first)) >= np.hypot(*(third - second)) else third - second
        middle = shapely.get_coordinates(shape.centroid)[0]
        start, end = middle - long / 2, middle + long / 2
    else:
        corners = shapely.get_coordinates(shape)
        start, end = corners[0], corners[-1]
    length = float(np.hypot(*(end - start)))
    if length == 0:
        return shapely.LineString()
    onward = (end - start) / length * ONWARD_METRES
    return shapely.LineString([start - onward, end + onward])


def _only_lines(shapes: Shapes) -> Shapes:
    """Lines as multi-lines, without the points at which a cut only touched; what is left of a line may be nothing."""
    lines = np.empty(len(shapes), dtype=object)
    lines[:] = [shapely.MultiLineString([part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]) for shape in shapes]
    return lines
