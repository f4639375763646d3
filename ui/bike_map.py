"""The parking zones on the map by how full they are or by their cases, the service gaps, and the proposed zones by number."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

import streamlit as st

from analysis.parking import FULL_SHARE
from geo.colour import PALETTES, Scale, make_scale, pick_colours
from geo.figures import Figures, Outline, Zones
from i18n import NOTHING, Text, show_number, show_share
from ui.bike_headline import gap_name
from ui.bike_plan import Sites
from ui.bike_sites import site_name
from ui.bikes import GROUND, Bikes
from ui.choices import pick_one
from ui.ground import ground_of
from ui.map_panel import show_map
from ui.viewer import Viewer
from ui.words import is_missing

MAP_HEIGHT = 620
COLOUR = Text(zh="停放区着色", en="Colour of the zones")
COLOURS: dict[str, Text] = {"load": Text(zh="按满载率", en="By load"), "cases": Text(zh="按案件数", en="By cases")}
LOAD = Text(zh="满载率（最近一次清点）", en="Load at the newest count")
CASES = Text(zh="50 米内非机动车案件", en="Bicycle cases within 50 m")
CLASSES = (
    Text(zh="50%以下", en="below 50%"),
    Text(zh="50%–90%", en="50%–90%"),
    Text(zh="90%–100% 满位", en="90%–100%, full"),
    Text(zh="超过100% 爆满", en="above 100%, over-full"),
)
# a load of exactly 1 is full, not over-full
LIMITS = (0.0, 0.5, FULL_SHARE, 1.0 + 1e-9, inf)
ZONE_TEXT = Text(
    zh="{metres} 米，{places} 个车位\n清点 {bikes} 辆（{load}）\n50米内案件 {cases}",
    en="{metres} m, {places} places\n{bikes} bikes counted ({load})\n{cases} cases within 50 m",
)
GAP_TEXT = Text(
    zh="服务空白：{place}\n区外案件 {n} 件\n最近停放区 {nearest} 米", en="Service gap: {place}\n{n} cases outside\nnearest zone {nearest} m"
)
SITE_TEXT = Text(
    zh="新点 {number}：{place}\n{metres} 米\n新增覆盖 {added} 件", en="Site {number}: {place}\n{metres} m\n{added} cases added"
)
KEY = Text(
    zh="带编号的粗线是建议的新停放区，虚线框是服务空白，细灰线是路缘线。",
    en="Numbered thick lines are the proposed zones, dashed frames the service gaps, thin grey lines the kerbs.",
)


def show_bike_map(seen: Viewer, bikes: Bikes, sites: Sites) -> None:
    """The map with the choice of its colours above it."""
    by = pick_one(seen, COLOUR, COLOURS, key="colour", default="load")
    ground = ground_of(seen, GROUND)
    show_map(
        ground,
        Figures(
            visible=frozenset(GROUND),
            zones=_zones(seen, bikes, by),
            zone_layer="bikes",
            outlines=[*_gap_outlines(seen, bikes), *_site_outlines(seen, sites)],
        ),
        key="bike_map",
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset(),
        wants_view=False,
    )
    st.caption(seen.say(KEY))


def _zones(seen: Viewer, bikes: Bikes, by: str) -> Zones:
    """The parking zones by code with their class and what is said of each."""
    loads: dict[str, float | None] = {str(code): None if is_missing(load) else float(load) for code, load in bikes.now["load"].items()}
    counts = bikes.placed["parking"].value_counts()
    cases: dict[str, float | None] = {code: float(counts.get(code, 0)) for code in bikes.parking.index}
    if by == "cases":
        title = seen.say(CASES)
        scale = make_scale(cases.values(), title=title, theme=seen.theme, palette="oranges", whole=True)
        return Zones(values=cases, scale=scale, texts=_texts(seen, bikes, loads, cases))
    shown = {code: loads.get(code) for code in bikes.parking.index}
    return Zones(values=shown, scale=_load_scale(seen), texts=_texts(seen, bikes, loads, cases))


def _load_scale(seen: Viewer) -> Scale:
    colours = pick_colours(PALETTES["oranges"][seen.theme], len(CLASSES))
    return Scale(title=seen.say(LOAD), breaks=LIMITS, colours=colours, labels=tuple(seen.say(one) for one in CLASSES))


def _texts(seen: Viewer, bikes: Bikes, loads: Mapping[str, float | None], cases: Mapping[str, float | None]) -> dict[str, str]:
    counted = bikes.now["bikes"]
    return {
        str(code): seen.say(
            ZONE_TEXT,
            metres=show_number(row["metres"], seen.language),
            places=show_number(row["places"], seen.language),
            bikes=show_number(int(counted[code]), seen.language) if code in counted.index else NOTHING,
            load=show_share(loads.get(str(code)), digits=0),
            cases=show_number(cases[str(code)], seen.language),
        )
        for code, row in zip(bikes.parking.index, bikes.parking.to_dict("records"), strict=True)
    }


def _gap_outlines(seen: Viewer, bikes: Bikes) -> list[Outline]:
    return [
        Outline(
            code=f"gap:{number}",
            shape=row["geometry"],
            text=seen.say(GAP_TEXT, place=gap_name(seen, bikes, number), n=row["n"], nearest=show_number(row["nearest_m"], seen.language)),
            dashed=True,
        )
        for number, row in zip(bikes.gaps.index, bikes.gaps.to_dict("records"), strict=True)
    ]


def _site_outlines(seen: Viewer, sites: Sites) -> list[Outline]:
    return [
        Outline(
            code=f"site:{number}",
            shape=row["geometry"],
            text=seen.say(SITE_TEXT, number=number, place=site_name(seen, row), metres=round(row["metres"]), added=row["added"]),
            label=str(number),
        )
        for number, row in zip(sites.found.index, sites.found.to_dict("records"), strict=True)
    ]
