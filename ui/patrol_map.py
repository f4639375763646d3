"""Today's stops on the map: numbered in walking order, the way between them, and where the phone is."""

from __future__ import annotations

import shapely

from geo.crs import circles
from geo.figures import Figures, Outline
from ui.ground import ground_of
from ui.map_panel import show_map
from ui.patrol import PatrolDay
from ui.patrol_candidates import GROUND
from ui.patrol_words import say_name, say_reason
from ui.viewer import Viewer

MAP_HEIGHT = 380
STOP_METRES = 35.0


def show_patrol_map(seen: Viewer, day: PatrolDay, here: tuple[float, float] | None) -> None:
    """The stops with their numbers, the walking line between them; those that were made are dashed."""
    next_stop = day.next_stop()
    show_map(
        ground_of(seen, GROUND),
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
    rings = circles([stop.lon for stop in day.stops], [stop.lat for stop in day.stops], STOP_METRES, seen.office.metric_crs)
    outlines = [
        Outline(
            code=f"stop:{number}",
            shape=circle,
            text=f"{number} · {say_name(seen, stop)}\n{say_reason(seen, stop)}",
            label=str(number),
            dashed=stop.key in day.done,
        )
        for number, (stop, circle) in enumerate(zip(day.stops, rings, strict=True), start=1)
    ]
    if len(day.stops) > 1:
        way = shapely.LineString([(stop.lon, stop.lat) for stop in day.stops])
        outlines.insert(0, Outline(code="way", shape=way, dashed=True))
    return outlines
