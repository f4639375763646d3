"""The ground that cases are counted over, and what it is drawn in: cells of 100 m, or squares for a district and a city."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from geo.grid import side_for, study_area
from queries.filters import UNASSIGNED
from ui import ask
from ui.ground import seen_layers
from ui.kept import kept
from ui.viewer import Viewer, data_version


def ask_side(seen: Viewer, zones: tuple[str, ...]) -> int:
    """The side, in metres, of what the cases of these zones are drawn in: of all zones where none is named, or cases of none are meant."""
    return _side(() if UNASSIGNED in zones else zones, seen.office.metric_crs, data_version(), seen)


def area_of(seen: Viewer, zones: tuple[str, ...]) -> Sequence[shapely.Geometry]:
    """The shapes (EPSG:4326) of these zones, of all of them, or of the boundary where there are none."""
    # the layers of the map, which are asked for anyway
    return study_area(ask.ask_features(seen_layers(seen)), zones)


@kept(most=100)
def _side(zones: tuple[str, ...], crs: str | None, version: str, _seen: Viewer) -> int:
    return side_for(area_of(_seen, zones), crs)
