"""The map of the rivers: reaches coloured by the walk that is due, by water class or by open cases; a click opens a reach."""

from __future__ import annotations

import streamlit as st

from analysis.water import GRADES
from geo.colour import Scale, make_scale
from geo.figures import Figures, Zones
from i18n import Text, show_number
from queries.rivers import LAYER
from ui.choices import pick_one
from ui.ground import ground_of, seen_layers
from ui.map_panel import read_map, show_map
from ui.river_list import say_class, say_walk
from ui.rivers import GRADE_NAMES, Rivers
from ui.viewer import Theme, Viewer

MAP = "river_map"
MAP_HEIGHT = 520
COLOUR = Text(zh="河段颜色", en="Colour")
COLOURS: dict[str, Text] = {
    "walk": Text(zh="巡河", en="Walks"),
    "class": Text(zh="水质", en="Water"),
    "cases": Text(zh="未结案件", en="Open cases"),
}
# due within so many days is soon
SOON_DAYS = 2
WALK_LABELS = (Text(zh="按期", en="In time"), Text(zh="两日内应巡", en="Due within two days"), Text(zh="逾期", en="Late"))
WALK_COLOURS: dict[Theme, tuple[str, str, str]] = {
    "light": ("#2b7bba", "#e6a700", "#c2260a"),
    "dark": ("#69abe6", "#f2c14e", "#ff7a59"),
}
# from clean blue to dark red, ordered for colour-blind eyes too
WATER_COLOURS: dict[Theme, tuple[str, ...]] = {
    "light": ("#08519c", "#3182bd", "#6baed6", "#f0a030", "#d9480f", "#7f1d1d"),
    "dark": ("#b5daff", "#69abe6", "#2f7abf", "#f2c14e", "#f07f3c", "#ff4d4d"),
}


def show_river_map(seen: Viewer, rivers: Rivers) -> None:
    """The map with the choice of its colours above it."""
    chosen = pick_one(seen, COLOUR, COLOURS, key="colour", default="walk")
    shown = seen_layers(seen)
    ground = ground_of(seen, shown)
    figures = Figures(visible=frozenset({"boundary", LAYER, "stations"}), zones=colour_reaches(seen, rivers, chosen), zone_layer=LAYER)
    show_map(
        ground,
        figures,
        key=MAP,
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset({LAYER}),
        on_click=_follow_click,
        wants_view=False,
    )


def _follow_click() -> None:
    """A click on a reach opens its board."""
    click = read_map(MAP).click
    if click and click.layer == LAYER:
        st.query_params["reach"] = click.code


def colour_reaches(seen: Viewer, rivers: Rivers, by: str) -> Zones:
    """The value and the words of each reach, and the scale that colours it."""
    texts = {code: f"{say_walk(seen, rivers, code)}\n{say_class(seen, rivers, code)}" for code in rivers.names}
    match by:
        case "class":
            grades = {code: rivers.water[code].graded.grade if code in rivers.water else None for code in rivers.names}
            values = {code: float(GRADES.index(grade)) if grade else None for code, grade in grades.items()}
            return Zones(
                values=values,
                scale=_steps(seen, "class", tuple(seen.say(GRADE_NAMES[grade]) for grade in GRADES), WATER_COLOURS[seen.theme]),
                texts=texts,
            )
        case "cases":
            values = {code: float(rivers.count(code, "open")) for code in rivers.names}
            scale = make_scale(
                values.values(),
                title=seen.say(COLOURS[by]),
                theme=seen.theme,
                palette="oranges",
                whole=True,
                show=lambda value: show_number(value, seen.language),
            )
            return Zones(values=values, scale=scale, texts=texts)
        case _:
            values = {code: _urgency(seen, rivers, code) for code in rivers.names}
            labels = tuple(seen.say(label) for label in WALK_LABELS)
            return Zones(values=values, scale=_steps(seen, "walk", labels, WALK_COLOURS[seen.theme]), texts=texts)


def _urgency(seen: Viewer, rivers: Rivers, code: str) -> float | None:
    """0 in time, 1 soon, 2 late; None where nothing is asked."""
    dues = [one.due for one in rivers.of(code) if one.due]
    if not dues:
        return None
    if any(due.late_days for due in dues):
        return 2.0
    return float(any((due.due_on - seen.office.today()).days <= SOON_DAYS for due in dues))


def _steps(seen: Viewer, by: str, labels: tuple[str, ...], colours: tuple[str, ...]) -> Scale:
    """A scale whose classes are words: class i is the value i."""
    return Scale(title=seen.say(COLOURS[by]), breaks=tuple(map(float, range(len(labels) + 1))), colours=colours, labels=labels)
