"""The listed cases on the map: cells where they are many, single marks where they are few, a ring around the open one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.colour import make_scale
from geo.figures import MAX_CASES, Cells, Figures
from geo.grid import CASES_PER
from geo.layers import layers
from queries.cases import Choice, case_cells, case_marks
from ui import ask
from ui.cases import open_case
from ui.ground import ground_of, seen_layers
from ui.map_panel import read_map, show_map
from ui.opened import Opened
from ui.units import ask_side
from ui.viewer import Viewer
from ui.words import is_missing

MAP = "case_map"
MAP_HEIGHT = 360
# where a mark's colour stands in geo.figures.CASE_LABELS; every other state is open
MARKS = {"overdue": 1, "closed": 2, "void": 2}
# of many cases in view so many have a mark, the open ones first; above so many no mark has a title: they are sent with every change
MOST_OF_MANY = 800
MOST_TITLED = 500
ON_TOP = {2: 0, 0: 1, 1: 2}
Marks = list[tuple[int, float, float, int, str]]


def show_case_map(seen: Viewer, choice: Choice, total: int, opened: Opened | None) -> None:
    """The map of the listed cases; a press on a case opens it. The layers that the open one belongs to are switched on."""
    known = layers()
    shown = seen_layers(seen)
    many = total > MAX_CASES
    belongs = set(opened.belongs["layer"]) if opened else set()
    figures = Figures(
        visible=frozenset(key for key in shown if known[key].shown or key in belongs),
        cells=_cells(seen, choice) if many else None,
        cases=_marks(seen, choice, many=many),
        focus=opened.place if opened else None,
    )
    ground = ground_of(seen, shown)
    show_map(
        ground,
        figures,
        key=MAP,
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset({"cases"}),
        on_click=_follow_click,
        wants_view=many,
    )


def _follow_click() -> None:
    """A press on a mark opens its case."""
    click = read_map(MAP).click
    if click and click.layer == "cases":
        open_case(int(click.code))


def _cells(seen: Viewer, choice: Choice) -> Cells | None:
    side = ask_side(seen, choice.filters.zones)
    counts = ask.ask(case_cells, choice, seen.minute, side)
    if counts.empty or seen.office.metric_crs is None:
        return None
    scale = make_scale(counts["n"], title=seen.say(CASES_PER[side]), theme=seen.theme, palette="oranges", whole=True)
    return Cells(counts=list(zip(counts["cell"], counts["n"], strict=True)), crs=seen.office.metric_crs, scale=scale)


def _marks(seen: Viewer, choice: Choice, *, many: bool) -> Marks:
    """All of a few cases; of many those in view, once the map says that it shows few enough."""
    view = read_map(MAP).view if many else None
    if many and view is None:
        return []
    found = ask.ask(case_marks, choice, seen.minute, view, MOST_OF_MANY if many else MAX_CASES)
    titled = len(found) <= MOST_TITLED
    marks = [
        (int(row["id"]), row["lon"], row["lat"], MARKS.get(row["state"], 0), _say_mark(row, titled=titled))
        for row in found.to_dict("records")
    ]
    # the last ones lie on top: closed, then open, then late
    return sorted(marks, key=lambda mark: ON_TOP[mark[3]])


def _say_mark(row: Mapping[Any, Any], *, titled: bool) -> str:
    return f"{row['external_id']}\n{row['title']}" if titled and not is_missing(row["title"]) else str(row["external_id"])
