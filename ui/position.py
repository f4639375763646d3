"""Where the phone is: asked of the browser, or why it does not say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from geo.datum import Gcj02, to_wgs84
from i18n import Text
from ui.viewer import Viewer

SCRIPTS = Path(__file__).parent / "scripts"
GCJ02 = "phone_gcj02"
# why there is no position, each with what to do
TROUBLES = {
    "insecure": Text(
        zh="浏览器只在 https 或本机地址下提供位置；请改用 https 打开，或在地图上点位置。",
        en="The browser gives a position only over https or on localhost; open this page over https, or tap the map.",
    ),
    "denied": Text(
        zh="手机没有允许本页使用位置；请在浏览器设置里允许，或在地图上点位置。",
        en="This page may not use the position; allow it in the browser's settings, or tap the map.",
    ),
    "unavailable": Text(
        zh="手机现在给不出位置；请到开阔处再试，或在地图上点位置。",
        en="The phone has no position now; try again in the open, or tap the map.",
    ),
    "timeout": Text(
        zh="等了一会儿仍没有位置；请到开阔处再试，或在地图上点位置。",
        en="No position came in time; try again in the open, or tap the map.",
    ),
}
ASK = Text(zh="重新定位", en="Locate again")
ASKING = Text(zh="正在定位…", en="Locating…")
DATUM = Text(zh="手机位置总是偏几百米", en="The phone is always some hundred metres off")
DATUM_HELP = Text(
    zh="标准浏览器给的是 WGS-84；有的应用内置浏览器给的是火星坐标（GCJ-02），打开后按火星坐标换算。",
    en="Standard browsers give WGS-84; some in-app browsers give GCJ-02. Switched on, positions are converted from GCJ-02.",
)
PLACE_HTML = '<div class="row"><button type="button"></button><span class="word" role="status"></span></div>'


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where the phone was: WGS-84 degrees, metres of doubt, and when, by the phone."""

    lon: float
    lat: float
    accuracy_m: float
    at: datetime


def read_position(seen: Viewer, key: str, *, at_once: bool = False) -> Position | None:
    """A button that asks the phone where it is, and what it said; asked without a press when `at_once`."""
    words = {name: seen.say(text) for name, text in {"ask": ASK, "asking": ASKING, **TROUBLES}.items()}
    data = {"words": words, "troubles": dict.fromkeys(TROUBLES, True), "atOnce": at_once}
    _position()(key=key, data=data, on_found_change=_nothing)
    return position_of(key)


def position_of(key: str) -> Position | None:
    """What the phone said last, known before the button is shown again; None where it said nothing that is a place."""
    found = _found(key)
    lon, lat, accuracy, at = (read_number(found.get(name)) for name in ("lon", "lat", "accuracy_m", "at"))
    if lon is None or lat is None or abs(lon) > 180 or abs(lat) >= 90:
        return None
    lon, lat = true_places(((lon, lat),))[0]
    return Position(lon=lon, lat=lat, accuracy_m=accuracy or 0.0, at=datetime.fromtimestamp((at or 0) / 1000, UTC))


def trouble_of(key: str) -> str | None:
    """Why the phone gave no position, a key of TROUBLES."""
    trouble = str(_found(key).get("trouble", ""))
    return trouble if trouble in TROUBLES else None


def correct_datum(seen: Viewer) -> None:
    """A switch for phones whose browser gives GCJ-02 against the standard."""
    st.toggle(seen.say(DATUM), key=GCJ02, help=seen.say(DATUM_HELP), persist_state="session")


def read_number(value: Any) -> float | None:
    """A finite number of what the browser said, or None."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None


def true_places(places: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """Places as the phone gave them in WGS-84, by the viewer's word on what the phone gives."""
    if not places or not st.session_state.get(GCJ02):
        return [(place[0], place[1]) for place in places]
    lon, lat = to_wgs84([place[0] for place in places], [place[1] for place in places], Gcj02())
    return [(float(one), float(other)) for one, other in zip(lon, lat, strict=True)]


def read_style() -> str:
    """The look of what asks the phone; a component has no part in the page's style sheet."""
    return (SCRIPTS / "position.css").read_text(encoding="utf-8")


def _found(key: str) -> Mapping[str, Any]:
    kept = st.session_state.get(key) or {}
    found = kept.get("found")
    return found if isinstance(found, Mapping) else {}


@cache
def _position() -> Any:
    js = (SCRIPTS / "position.js").read_text(encoding="utf-8")
    return st.components.v2.component("finegrid_position", html=PLACE_HTML, css=read_style(), js=js)


def _nothing() -> None:
    """The component wants a callback for every event it may report."""
