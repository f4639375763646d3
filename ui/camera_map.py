"""The cameras on the map: what each sees, which of the planned ones are chosen, and the blind spots."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo.colour import make_scale
from geo.figures import Cells, Figures, Outline, Sector
from geo.layers.cameras import STATUS
from i18n import Text, show_number
from queries.filters import Filters
from ui import ask
from ui.camera_places import name_spots
from ui.camera_views import LAYERS, OFFLINE, PLANNED, SPOTS, Covered, SeenCases
from ui.map_panel import Ground, show_map
from ui.viewer import Viewer, data_version

MAP_HEIGHT = 600
GROUND = tuple(key for key in LAYERS if key != "cameras")
WORKS, IS_OFFLINE, IS_PLANNED, IS_CHOSEN = range(4)
KINDS = (
    Text(zh="在用探头", en="Working camera"),
    Text(zh="离线探头", en="Offline camera"),
    Text(zh="计划探头", en="Planned camera"),
    Text(zh="计划探头（已选入方案）", en="Planned camera, chosen"),
)
UNSEEN = Text(zh="每格看不到的案件", en="Unseen cases per cell")
PLACE_IN_PLAN = Text(zh="方案第 {number} 个，多看到 {n} 件", en="Number {number} of the plan, adds {n} cases")
REACH = Text(zh="{metres} 米", en="{metres} m")
BLIND = Text(zh="{place}\n看不到 {unseen} 件，共 {n} 件", en="{place}\n{unseen} of {n} cases unseen")


def show_camera_map(seen: Viewer, filters: Filters, covered: Covered, found: SeenCases, count: int) -> None:
    """Cells by unseen cases, every camera, the first `count` of the plan with their sectors, blind spots outlined."""
    figures = Figures(
        visible=frozenset(GROUND),
        cells=_cells(seen, covered, found),
        sectors=_sectors(seen, covered, found, count),
        sector_labels=KINDS,
        outlines=_outlines(seen, filters, found),
    )
    ground = Ground(version=data_version(), layers=GROUND, load=_load, attribution=seen.attribution)
    show_map(
        ground,
        figures,
        key="camera_map",
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset(),
        wants_view=False,
    )


def _load() -> dict[str, Any]:
    """The ground without the cameras, which only the figures carry."""
    return {key: frame for key, frame in ask.ask_features(LAYERS).items() if key in GROUND}


def _cells(seen: Viewer, covered: Covered, found: SeenCases) -> Cells | None:
    """The squares by the cases that no working camera sees."""
    unseen = found.cells["n"] - found.cells["seen"]
    unseen = unseen[unseen > 0]
    if unseen.empty:
        return None
    scale = make_scale(unseen, title=seen.say(UNSEEN), theme=seen.theme, palette="oranges", whole=True)
    return Cells(counts=list(zip(unseen.index.tolist(), unseen.tolist(), strict=True)), crs=covered.crs, scale=scale)


def _sectors(seen: Viewer, covered: Covered, found: SeenCases, count: int) -> list[Sector]:
    """Planned cameras that are not chosen are places only."""
    chosen = {camera: place for place, camera in enumerate(found.chosen(count))}
    return [_sector(seen, row, found, chosen.get(camera)) for camera, row in covered.sights.iterrows()]


def _sector(seen: Viewer, row: Any, found: SeenCases, place: int | None) -> Sector:
    kind = {OFFLINE: IS_OFFLINE, PLANNED: IS_PLANNED if place is None else IS_CHOSEN}.get(row["status"], WORKS)
    status = seen.say(STATUS[row["status"]]) if row["status"] in STATUS else str(row["status"])
    lines = [" · ".join([row["code"], status, seen.say(REACH, metres=show_number(row["metres"], seen.language, digits=1))])]
    if place is not None:
        lines.append(seen.say(PLACE_IN_PLAN, number=place + 1, n=show_number(int(found.plan.gains[place]), seen.language)))
    return Sector(
        code=row["code"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        bearing=None if np.isnan(row["bearing"]) else float(row["bearing"]),
        view=float(row["view"]),
        metres=0.0 if kind == IS_PLANNED else float(row["metres"]),
        doubt=float(row["doubt"]),
        kind=kind,
        text="\n".join(lines),
    )


def _outlines(seen: Viewer, filters: Filters, found: SeenCases) -> list[Outline]:
    """The blind spots by number; dashed where no camera stands near."""
    if found.blind.empty:
        return []
    names = name_spots(seen, filters, found)
    rows = found.blind.head(SPOTS)
    return [
        Outline(
            code=f"blind:{number}",
            shape=row["geometry"],
            text=seen.say(BLIND, place=names[int(number)], unseen=f"{row['unseen']:,}", n=f"{row['n']:,}"),
            label=str(number),
            dashed=not row["watched"],
        )
        for number, row in zip(rows.index, rows.to_dict("records"), strict=True)
    ]
