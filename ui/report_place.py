"""Where a finding lies: from its photo, from the phone, from the link that led here, or from a press on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import shapely
import streamlit as st

from geo.figures import Figures
from i18n import Text
from ui import ask
from ui.ground import ground_of
from ui.map_panel import read_map, show_map
from ui.patrol_candidates import name_zone
from ui.photo import Taken
from ui.position import Position, correct_datum, position_of, read_position, trouble_of
from ui.viewer import Viewer
from ui.words import plain

PHONE, MAP = "report_phone", "report_map"
SOURCE, TAP, CHOSEN, TURN = "report_source", "report_tap", "report_source_chosen", "report_source_turn"
MAP_HEIGHT = 420
LAYERS = ("boundary", "zones", "rivers", "stations")
# metres of doubt above which the place that a link gave is better than the phone's
GOOD_METRES = 100.0
SOURCES = {
    "photo": Text(zh="照片", en="Photo"),
    "phone": Text(zh="手机", en="Phone"),
    "link": Text(zh="巡查点", en="The stop"),
    "map": Text(zh="地图", en="Map"),
}
PLACE = Text(zh="位置", en="Place")
NO_ZONE = Text(zh="不在任何责任区内", en="in no zone")
DOUBT = Text(zh="误差 {metres:.0f} 米", en="±{metres:.0f} m")
PRESS = Text(zh="在地图上点一下发现问题的地方。", en="Tap the map where you found it.")
WRONG = Text(zh="位置不对？", en="Wrong place?")
NO_GROUND = Text(
    zh="地图还是空的：请网格中心先到“数据”页导入边界和责任区，此前请用手机定位或照片里的位置上报。",
    en="The map is still empty: have the grid centre import the boundary and zones on the Data page; until then report with the "
    "phone's position or the photo's.",
)
NOWHERE = Text(zh="还没有位置。", en="No place yet.")

Degrees = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Longitude and latitude (WGS-84), where they come from (a key of SOURCES), and metres of doubt where known."""

    lon: float
    lat: float
    source: str
    accuracy_m: float | None = None


def pick_place(seen: Viewer, taken: Taken | None, link: Degrees | None) -> Place | None:
    """Show where the finding lies, and let it be changed."""
    with st.container(gap="xsmall", key="report_place"):
        known = known_places(taken, position_of(PHONE), link, st.session_state.get(TAP))
        source = _pick_source(seen, known)
        place = known.get(source)
        st.caption(_say(seen, place) if place or source != "map" else seen.say(PRESS))
        if source == "map":
            _show_map(seen, place)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            read_position(seen, PHONE, at_once=True)
            with st.popover(seen.say(WRONG), type="tertiary"):
                correct_datum(seen)
    return place


def show_no_ground(seen: Viewer) -> None:
    """What to do where the map has nothing to show yet; else nothing."""
    if not ask.ask_features(LAYERS):
        st.info(seen.say(NO_GROUND), icon=":material/upload_file:")


def known_places(taken: Taken | None, phone: Position | None, link: Degrees | None, tap: Degrees | None) -> dict[str, Place]:
    """The places that are known, by their source."""
    known = {}
    if taken and taken.photo and taken.photo.place:
        known["photo"] = Place(lon=taken.photo.place[0], lat=taken.photo.place[1], source="photo")
    if phone:
        known["phone"] = Place(lon=phone.lon, lat=phone.lat, source="phone", accuracy_m=phone.accuracy_m)
    if link:
        known["link"] = Place(lon=link[0], lat=link[1], source="link")
    if tap:
        known["map"] = Place(lon=tap[0], lat=tap[1], source="map")
    return known


def best_source(known: Mapping[str, Place]) -> str | None:
    """The source that counts while nobody chose one: the map, the photo, a good position, the link, any position."""
    phone = known.get("phone")
    good = phone is not None and (phone.accuracy_m or 0) <= GOOD_METRES
    order = ("map", "photo", *(("phone", "link") if good else ("link", "phone")))
    return next((source for source in order if source in known), None)


def _pick_source(seen: Viewer, known: Mapping[str, Place]) -> str:
    """Side by side the sources that there are; the map comes by itself where the phone gives nothing."""
    options = [source for source in SOURCES if source in known or source in {"phone", "map"}]
    fallback = "map" if trouble_of(PHONE) else "phone"
    wanted = st.session_state.get(CHOSEN)
    shown = wanted if wanted in options else best_source(known) or fallback
    with st.container(key=SOURCE):
        st.segmented_control(
            seen.say(PLACE),
            options,
            key=(key := _turn(shown)),
            default=shown,
            format_func=lambda one: seen.say(SOURCES[one]),
            required=True,
            on_change=_choose_source,
            args=(key,),
        )
    return shown


def _turn(shown: str) -> str:
    """The control's key: another one when the page moved it, as a browser that has not heard of that would move it back."""
    turn = st.session_state.setdefault(TURN, 0)
    if st.session_state.get(f"{SOURCE}_{turn}", shown) != shown:
        turn = st.session_state[TURN] = turn + 1
    return f"{SOURCE}_{turn}"


def _choose_source(key: str) -> None:
    """From now on what somebody pressed counts, not what would be best."""
    st.session_state[CHOSEN] = st.session_state[key]


def _say(seen: Viewer, place: Place | None) -> str:
    if place is None:
        return seen.say(NOWHERE)
    zone = zone_at(place.lon, place.lat)
    words = [f"{place.lat:.5f}, {place.lon:.5f}", plain(name_zone(zone)) if zone else seen.say(NO_ZONE)]
    if place.accuracy_m is not None:
        words.append(seen.say(DOUBT, metres=place.accuracy_m))
    return " · ".join(words)


def zone_at(lon: float, lat: float) -> str | None:
    """The code of the zone that holds a place (WGS-84); on a shared border the lower code, as the join has it."""
    zones = ask.ask_features(("zones",)).get("zones")
    if zones is None:
        return None
    holding = zones[zones.intersects(shapely.Point(lon, lat))]
    return None if holding.empty else str(min(holding["code"]))


def _show_map(seen: Viewer, place: Place | None) -> None:
    figures = Figures(visible=frozenset(LAYERS), focus=(place.lon, place.lat) if place else _around())
    ground = ground_of(seen, LAYERS)
    show_map(
        ground,
        figures,
        key=MAP,
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset({"place"}),
        on_click=_follow_click,
        wants_view=False,
    )


def _around() -> Degrees | None:
    """Where the phone is, so that the map opens there."""
    phone = position_of(PHONE)
    return (phone.lon, phone.lat) if phone else None


def _follow_click() -> None:
    """A press on the map is where the finding lies."""
    click = read_map(MAP).click
    if click and click.place:
        st.session_state[TAP] = click.place
        st.session_state[CHOSEN] = "map"
