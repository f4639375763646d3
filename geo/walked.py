"""How much of a reach was really walked? The track, buffered, against the line."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import shapely
from shapely.ops import substring

from geo.crs import project_shapes

# metres on both sides of a track: half a river, its bank, and the doubt of a telephone's position
WITHIN_METRES = 30.0
# between points of the track that say how far it went along the reach
STEP_METRES = 5.0


@dataclass(frozen=True, kw_only=True)
class Walked:
    """Metres of a reach that a track covers, and their share of its length, from 0 to 1."""

    metres: float
    share: float


def measure_walked(reach: shapely.Geometry, track: shapely.Geometry | None, *, within: float = WITHIN_METRES) -> Walked:
    """What a track covers of a reach: the part of the line that lies within so many metres; both in one metric CRS.

    Nobody is credited with what lies before the place where the track came to the reach, or after the place where it left: crossing it
    on a bridge covers nothing. Where the track breaks off in between, the edges of the gap count. There and back counts once; a track
    without length, or a missing one, covers nothing.
    """
    if track is None or track.is_empty or track.length == 0 or reach.length == 0:
        return Walked(metres=0.0, share=0.0)
    near = shapely.buffer(track, within)
    metres = sum(_covered(part, track, near, within) for part in shapely.get_parts(shapely.line_merge(reach, directed=True)))
    metres = min(metres, reach.length)
    return Walked(metres=metres, share=metres / reach.length)


def measure_walked_in_degrees(
    reach: shapely.Geometry, track: shapely.Geometry | None, crs: str, *, within: float = WITHIN_METRES
) -> Walked:
    """The same for shapes in WGS-84 degrees (EPSG:4326), measured in `crs`, a CRS in metres."""
    line, walked = project_shapes([reach, track], crs)
    return measure_walked(line, walked, within=within)


def fill_walked(walks: pd.DataFrame, tracks: pd.DataFrame, crs: str | None) -> pd.DataFrame:
    """The walks (id, walked_m) where those that came with a track alone get the metres of the reach that it covers.

    `tracks` are these walks with id, track and the geometry of the reach (EPSG:4326); without a metric CRS nothing is measured.
    """
    if tracks.empty or crs is None:
        return walks
    metres = {row["id"]: measure_walked_in_degrees(row["geometry"], row["track"], crs).metres for row in tracks.to_dict("records")}
    return walks.assign(walked_m=walks["walked_m"].fillna(walks["id"].map(metres).astype(float)))


def _covered(line: shapely.LineString, track: shapely.Geometry, near: shapely.Geometry, within: float) -> float:
    """Metres of one line inside the buffered track, between the first and the last place along it that the track came by."""
    # leg by leg, so that another leg changes nothing of what the others came by
    beside = shapely.segmentize(shapely.intersection(shapely.get_parts(track), shapely.buffer(line, within)), STEP_METRES)
    if shapely.is_empty(beside).all():
        return 0.0
    along = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(beside)))
    return float(shapely.intersection(substring(line, along.min(), along.max()), near).length)
