"""The weak areas on the map with their cases: before sign-off, relapses, others; a press on a case opens it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import shapely
import streamlit as st

from geo.figures import MAX_CASES, Figures
from i18n import Text, show_day
from queries.weak_areas import LAYER
from ui import ask
from ui.kpis import CASES_PAGE
from ui.map_panel import Ground, show_map
from ui.viewer import Viewer, data_version
from ui.weak_areas import BEFORE, OTHER, RELAPSE, WeakArea, class_name
from ui.words import is_missing

MAP_HEIGHT = 600
# drawn under the areas, cut to their neighbourhood, so that the first view is close to them
LAYERS = ("boundary", "zones", "rivers", "stations", LAYER)
AROUND_DEGREES = 0.002
LABELS = (
    Text(zh="销项后其他案件", en="Another case since"),
    Text(zh="回潮案件", en="Relapse"),
    Text(zh="销项前案件", en="Case before sign-off"),
)
CLASSES = {OTHER: 0, RELAPSE: 1, BEFORE: 2}
SIZES = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}


def show_area_map(seen: Viewer, areas: Sequence[WeakArea]) -> None:
    """The map; the relapses lie on top."""
    version = f"{data_version()} weak areas"
    ground = Ground(version=version, layers=LAYERS, load=lambda: load_around(areas), attribution=seen.attribution)
    marks = [mark for one in areas for mark in _marks(seen, one)]
    marks.sort(key=lambda mark: {2: 0, 0: 1, 1: 2}[mark[3]])
    event = show_map(
        ground,
        Figures(visible=frozenset(LAYERS), cases=marks[-MAX_CASES:], case_labels=LABELS),
        key="weak_map",
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset({"cases"}),
        wants_view=False,
    )
    if event.click and event.click.layer == "cases":
        st.switch_page(CASES_PAGE, query_params={"case": event.click.code, "period": "all"})


def load_around(areas: Sequence[WeakArea]) -> Mapping[str, gpd.GeoDataFrame]:
    """The layers in WGS-84, cut to a box around the areas."""
    west, south, east, north = shapely.total_bounds([one.shape for one in areas])
    around = AROUND_DEGREES
    box = shapely.box(west - around, south - around, east + around, north + around)
    return {key: _cut(frame, box) for key, frame in ask.ask_features(LAYERS).items()}


def _cut(frame: gpd.GeoDataFrame, box: shapely.Polygon) -> gpd.GeoDataFrame:
    """What lies in the box; where a shape only touches it, nothing."""
    parts = frame.geometry.intersection(box)
    kept = ~parts.is_empty & (parts.geom_type.map(SIZES) == frame.geometry.geom_type.map(SIZES))
    return frame.set_geometry(parts)[kept]


def _marks(seen: Viewer, one: WeakArea) -> list[tuple[int, float, float, int, str]]:
    rows = one.cases.dropna(subset=["lon", "lat"]).to_dict("records")
    return [
        (
            int(row["id"]),
            float(row["lon"]),
            float(row["lat"]),
            CLASSES[row["when"]],
            "\n".join(
                [
                    f"{show_day(row['reported_on'].date(), seen.language)} {class_name(seen, row)}",
                    *([] if is_missing(row["title"]) else [str(row["title"])]),
                ]
            ),
        )
        for row in rows
    ]
