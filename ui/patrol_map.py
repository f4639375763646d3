"""Today's stops on the map: numbered in walking order, the way between them, and where the phone is."""

from __future__ import annotations

import geopandas as gpd
import shapely

from geo.crs import WGS84
from geo.figures import Figures, Outline
from ui import ask
from ui.map_panel import Ground, show_map
from ui.patrol import PatrolDay
from ui.patrol_candidates import GROUND
from ui.patrol_words import say_name, say_reason
from ui.viewer import Viewer, data_version

MAP_HEIGHT = 380
STOP_METRES, HERE_METRES = 35.0, 18.0


def show_patrol_map(seen: Viewer, day: PatrolDay, here: tuple[float, float] | None) -> None:
    """The stops with their numbers, the walking line between them; those that were made are dashed."""
    next_stop = day.next_stop()
    show_map(
        Ground(version=data_version(), layers=GROUND, load=lambda: ask.ask_features(GROUND), attribution=seen.attribution),
        Figures(
            visible=frozenset({"boundary", "rivers", "stations", "weak_areas"}),
            outlines=patrol_outlines(seen, day),
            focus=here or ((next_stop.lon, next_stop.lat) if next_stop and day.done else None),
        ),
        key="patrol_map",
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset(),
        wants_view=False,
    )


def patrol_outlines(seen: Viewer, day: PatrolDay) -> list[Outline]:
    """A circle a stop, and the line over all of them in their order; WGS-84."""
    if not day.stops or seen.office.metric_crs is None:
        return []
    points = gpd.GeoSeries(shapely.points([(stop.lon, stop.lat) for stop in day.stops]), crs=WGS84)
    circles = points.to_crs(seen.office.metric_crs).buffer(STOP_METRES).to_crs(WGS84)
    outlines = [
        Outline(
            code=f"stop:{number}",
            shape=circle,
            text=f"{number} · {say_name(seen, stop)}\n{say_reason(seen, stop)}",
            label=str(number),
            dashed=stop.key in day.done,
        )
        for number, (stop, circle) in enumerate(zip(day.stops, circles, strict=True), start=1)
    ]
    if len(day.stops) > 1:
        way = shapely.LineString([(stop.lon, stop.lat) for stop in day.stops])
        outlines.insert(0, Outline(code="way", shape=way, dashed=True))
    return outlines
