"""What the page of a subject has on view, to take away: its features with the figures beside them, as on the page."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np

from analysis.relapse import MARKS, flag
from geo.export import export_features
from geo.layers import layer
from i18n import Text
from queries.rivers import LAYER as RIVERS
from queries.weak_areas import LAYER as WEAK_AREAS
from ui import ask
from ui.bike_plan import TITLE as SITES_TITLE
from ui.bike_plan import Sites
from ui.bike_tables import parking_figures
from ui.bikes import Bikes
from ui.camera_views import Covered, SeenCases
from ui.export_layers import show_take_away
from ui.rivers import Rivers
from ui.viewer import Viewer
from ui.weak_areas import BEFORE, RELAPSE, WeakArea

WGS84 = "EPSG:4326"
COUNTED = ("open", "late", "problems_open")
SIGHTS = Text(zh="监控探头视野（内部）", en="What the cameras see (internal)")


def take_reaches(seen: Viewer, rivers: Rivers) -> None:
    """The reaches with the class and worst factor of the newest sample, the next walk and the open cases."""

    def reaches() -> gpd.GeoDataFrame:
        return export_features(_with_figures(rivers), layer(RIVERS))

    show_take_away(seen, reaches, reaches, name="river_reaches", title=seen.say(layer(RIVERS).label))


def _with_figures(rivers: Rivers) -> gpd.GeoDataFrame:
    codes = [str(code) for code in rivers.reaches["code"]]
    dues = [[one.due for one in rivers.of(code) if one.due] for code in codes]
    waters = [rivers.water.get(code) for code in codes]
    return rivers.reaches.assign(
        sampled_at=[water.sampled_at if water else None for water in waters],
        water_class=[water.graded.grade if water else None for water in waters],
        worst_factor=[next(iter(water.graded.factors), None) if water else None for water in waters],
        black_odour=[water.odour.grade.value if water and water.odour.grade else None for water in waters],
        next_walk_on=[min((due.due_on for due in some), default=None) for some in dues],
        days_late=[max((due.late_days for due in some), default=None) for some in dues],
        **{name: [rivers.count(code, name) for code in codes] for name in COUNTED},
    )


def take_parking(seen: Viewer, bikes: Bikes) -> None:
    """The parking zones of the filters with their places, the newest count and their cases."""

    def parking() -> gpd.GeoDataFrame:
        figures = parking_figures(bikes)
        shapes = bikes.parking.geometry.loc[figures["code"]].to_numpy()
        return gpd.GeoDataFrame(figures, geometry=shapes, crs=bikes.parking.crs).to_crs(WGS84)

    show_take_away(seen, parking, parking, name="bike_zones", title=seen.say(layer("bikes").label))


def take_sites(seen: Viewer, sites: Sites) -> None:
    """The proposed zones in their order, with what each adds; nothing where none is proposed."""
    if not len(sites.found):
        return

    def proposed() -> gpd.GeoDataFrame:
        found = sites.found[["name", "metres", "zone", "added", "together", "geometry"]]
        return found.reset_index(names="site")

    show_take_away(seen, proposed, proposed, name="bike_sites", title=seen.say(SITES_TITLE))


def take_sights(seen: Viewer, covered: Covered, found: SeenCases, count: int) -> None:
    """What each camera sees for the task on view, with its place in the plan: internal, for the roles that may know it."""
    if not seen.may_see_sensitive:
        return

    def sights() -> gpd.GeoDataFrame:
        order = {camera: place for place, camera in enumerate(found.chosen(count))}
        places = [order.get(camera) for camera in covered.sights.index]
        return covered.sights.drop(columns="sight").assign(
            plan_order=[np.nan if place is None else place + 1 for place in places],
            plan_adds=[np.nan if place is None else int(found.plan.gains[place]) for place in places],
        )

    show_take_away(seen, sights, None, name="camera_sights", title=seen.say(SIGHTS), internal=True)


def take_areas(seen: Viewer, areas: Sequence[WeakArea]) -> None:
    """The weak areas with their cases before sign-off, what came back since, and the flags at 30, 60 and 90 days."""

    def shapes() -> gpd.GeoDataFrame:
        frame = ask.ask_features((WEAK_AREAS,))[WEAK_AREAS]
        known, today = {one.code: one for one in areas}, seen.office.today()
        rows = [known[str(code)] for code in frame["code"]]
        flags = {f"within_{days}_days": [flag(one.area, days, today) for one in rows] for days in MARKS}
        frame = frame.assign(
            cases_before=[len(one.of(BEFORE)) for one in rows],
            relapses=[len(one.of(RELAPSE)) for one in rows],
            **{name: [None if one is None else one.value for one in found] for name, found in flags.items()},
        )
        return export_features(frame, layer(WEAK_AREAS))

    show_take_away(seen, shapes, shapes, name="weak_areas", title=seen.say(layer(WEAK_AREAS).label))
