"""The stops of today as cards: what, where and why, the way there, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from actions.act import Refused
from actions.patrol import ARRIVED, NOTHING_FOUND, Begun, begin_patrol, end_patrol, keep_stop
from geo.crs import project
from geo.stops import Stop, StopKind
from i18n import Text, show_number
from model.roles import Right
from queries.filters import Filters
from ui.case_links import params_of, these
from ui.kpis import CASES_PAGE
from ui.nothing_yet import show_missing
from ui.patrol import PatrolDay, say_zones, walker
from ui.patrol_candidates import name_zone, name_zones
from ui.patrol_words import KINDS, map_links, own_map, say_name, say_reason
from ui.viewer import Viewer, database
from ui.words import is_missing, plain

REPORT_PAGE = "pages/report.py"
PAGES = Path(__file__).parent.parent
SAID = "patrol_said"
ON_DUTY = Text(zh="今日值班 **{who}**", en="On duty today: **{who}**")
LEADS = Text(zh="分管 {zones}", en="leads {zones}")
NOBODY = Text(
    zh="今天没有排班。请网格中心在“轮值”页排班；点位照样可以看。",
    en="Nobody is on duty today. Ask the grid centre to plan the rotation; the stops can be seen all the same.",
)
NO_STOPS = Text(
    zh="还没有可巡查的点位。先在“数据”页导入责任区和案件。",
    en="There is nothing to visit yet. Bring in the zones and the cases on the Data page.",
)
PLAN = Text(zh="{n} 站，约 {km} 公里，经 {zones}", en="{n} stops, about {km} km, through {zones}")
PROGRESS = Text(zh="已到 {done}/{n} 站 · {time} 开始", en="{done} of {n} stops · began at {time}")
OVER = Text(zh="今日巡查已结束：{began}–{ended}，到 {done}/{n} 站", en="Today's patrol is over: {began}–{ended}, {done} of {n} stops")
WALKED = Text(zh="今天已有一次巡查记录：{who}，{began}–{ended}。", en="A patrol of today is on record already: {who}, {began}–{ended}.")
BEGIN = Text(zh="开始巡查", en="Begin the patrol")
AGAIN = Text(zh="再巡查一次", en="Patrol again")
END = Text(zh="结束巡查", en="End the patrol")
WAY = Text(zh="导航", en="Way there")
OTHER_MAPS = Text(zh="其他地图", en="Other maps")
PROGRAMS = {
    "geo": Text(zh="手机默认地图", en="The phone's map"),
    "apple": Text(zh="苹果地图", en="Apple Maps"),
    "amap_android": Text(zh="高德（安卓）", en="Amap (Android)"),
    "amap_ios": Text(zh="高德（苹果）", en="Amap (iPhone)"),
    "baidu": Text(zh="百度地图", en="Baidu Maps"),
}
ARRIVE = Text(zh="到达", en="I am here")
CLEAR = Text(zh="未发现问题", en="Nothing found")
REPORT = Text(zh="上报问题", en="Report")
CASES = Text(zh="看案件", en="Its cases")
CADRES = Text(zh="干部 {who}", en="cadres {who}")
AWAY = Text(zh="距您 {metres} 米", en="{metres} m from you")
WAS_THERE = Text(zh="{time} 到达", en="there at {time}")
WAS_CLEAR = Text(zh="{time} 未发现问题", en="nothing found at {time}")
VISITED = Text(zh="已到的站", en="Stops made")
FIRST = Text(zh="下一站", en="Next stop")
ALSO = Text(zh="另：{reason}", en="Also: {reason}")
MAY_NOT = Text(
    zh="您现在的身份只能查看；值班领导可以开始巡查并记录到站。", en="You may look; a duty leader can begin the patrol and record the stops."
)
MADE = {ARRIVED: WAS_THERE, NOTHING_FOUND: WAS_CLEAR}
# the doubt of a phone among houses, and half a crossing
ARRIVAL_METRES = 150.0
PLACE = tuple[float, float]


def show_head(seen: Viewer, day: PatrolDay) -> None:
    """Who is on, which zones, how long the walk is, and the one button that comes next."""
    if day.on_duty is None:
        st.caption(seen.say(NOBODY))
    else:
        leads = say_zones(name_zones(day.zones_of(day.on_duty)), seen.language)
        line = [seen.say(ON_DUTY, who=plain(day.on_duty_name)), seen.say(LEADS, zones=plain(leads)) if leads else ""]
        if day.on_duty_phone and seen.may(Right.PHONES):
            line.append(plain(day.on_duty_phone))
        st.markdown(" · ".join(part for part in line if part))
    if not day.stops:
        show_missing(seen, NO_STOPS)
        return
    _show_standing(seen, day)


def _show_standing(seen: Viewer, day: PatrolDay) -> None:
    """How far the patrol is, and the button to begin or end it."""
    walk, done = day.walk, sum(stop.key in day.done for stop in day.stops)
    if walk is None:
        zones = say_zones(name_zones(sorted({stop.zone for stop in day.stops if stop.zone})), seen.language)
        crs = seen.office.metric_crs or ""
        said = seen.say(PLAN, n=len(day.stops), km=show_number(day.metres(crs) / 1000, seen.language, digits=1), zones=plain(zones))
    elif walk.ended_at is None:
        said = seen.say(PROGRESS, done=done, n=len(day.stops), time=f"{seen.local(walk.began_at):%H:%M}")
    else:
        began, ended = (f"{seen.local(moment):%H:%M}" for moment in (walk.began_at, walk.ended_at))
        said = seen.say(OVER, began=began, ended=ended, done=done, n=len(day.stops))
    with st.container(horizontal=True, vertical_alignment="center", key="patrol_standing", gap="small"):
        st.markdown(said, width="stretch")
        _show_next_button(seen, day)
    if (other := day.elsewhere) is not None and other.ended_at is not None:
        began, ended = (f"{seen.local(moment):%H:%M}" for moment in (other.began_at, other.ended_at))
        st.caption(seen.say(WALKED, who=plain(other.name), began=began, ended=ended))
    if not seen.may(Right.PATROL):
        st.caption(seen.say(MAY_NOT))


def _show_next_button(seen: Viewer, day: PatrolDay) -> None:
    walk = day.walk
    if not seen.may(Right.PATROL):
        return
    if walk is not None and walk.ended_at is None:
        st.button(seen.say(END), key="patrol_end", icon=":material/flag:", on_click=_end, args=(seen, walk.id))
    elif who := walker(seen, day):
        label = BEGIN if walk is None and day.elsewhere is None else AGAIN
        st.button(
            seen.say(label), key="patrol_begin", type="primary", icon=":material/directions_walk:", on_click=_begin, args=(seen, day, who)
        )


def show_stop(seen: Viewer, day: PatrolDay, stop: Stop, *, here: PLACE | None) -> None:
    """One stop: number, name and reason, where it is and whom to ask, and its buttons."""
    number = day.stops.index(stop) + 1
    label, colour = KINDS[stop.kind]
    with st.container(border=True, key=f"stop_{number}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{number} · {plain(say_name(seen, stop))}**", width="content")
            st.badge(seen.say(label), color=colour)  # type: ignore[arg-type]
        st.markdown(f"**{plain(say_reason(seen, stop))}**")
        for other in stop.also:
            st.caption(plain(seen.say(ALSO, reason=say_reason(seen, other))))
        _show_where(seen, day, stop, here)
        _show_buttons(seen, day, stop, number, here)


def _show_where(seen: Viewer, day: PatrolDay, stop: Stop, here: PLACE | None) -> None:
    """The zone, its cadres, and how far away it is."""
    cadres = day.people_of(stop.zone, "cadre")
    phones = seen.may(Right.PHONES)
    who = [
        f"{row['official']} {row['phone']}" if phones and not is_missing(row["phone"]) else row["official"]
        for row in cadres.to_dict("records")
    ]
    parts = [
        plain(name_zone(stop.zone)) if stop.zone else "",
        seen.say(CADRES, who=plain(say_zones(who, seen.language))) if who else "",
    ]
    if here is not None and seen.office.metric_crs:
        parts.append(seen.say(AWAY, metres=show_number(metres_between(here, (stop.lon, stop.lat), seen.office.metric_crs), seen.language)))
    parts += [seen.say(MADE[outcome], time=f"{at:%H:%M}") for outcome, at in day.done.get(stop.key, {}).items() if outcome in MADE]
    st.caption(" · ".join(part for part in parts if part))


def _show_buttons(seen: Viewer, day: PatrolDay, stop: Stop, number: int, here: PLACE | None) -> None:
    links = map_links(stop.lon, stop.lat, say_name(seen, stop))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"stop_buttons_{number}"):
        agent = str(st.context.headers.get("User-Agent") or "")
        st.link_button(seen.say(WAY), own_map(links, agent), icon=":material/near_me:")
        walk = day.walk
        if walk is not None and walk.ended_at is None and seen.may(Right.PATROL):
            made = day.done.get(stop.key, {})
            for outcome, label in ((ARRIVED, ARRIVE), (NOTHING_FOUND, CLEAR)):
                if outcome not in made and not (outcome == ARRIVED and made):
                    arguments = (seen, walk.id, stop, outcome, here)
                    st.button(seen.say(label), key=f"stop_{outcome}_{number}", on_click=_keep, args=arguments)
        if (PAGES / REPORT_PAGE).exists() and seen.may(Right.REPORT):
            place = {"lat": f"{stop.lat:.6f}", "lon": f"{stop.lon:.6f}"}
            st.page_link(REPORT_PAGE, label=seen.say(REPORT), icon=":material/add_a_photo:", query_params={"stop": str(number)} | place)
        with st.popover(":material/more_horiz:", type="tertiary", key=f"stop_more_{number}"):
            if (cases := cases_of(stop)) is not None:
                st.page_link(CASES_PAGE, label=seen.say(CASES), icon=":material/list:", query_params=cases)
            st.caption(seen.say(OTHER_MAPS))
            for program, link in links.items():
                st.link_button(seen.say(PROGRAMS[program]), link, type="tertiary")


def cases_of(stop: Stop) -> dict[str, str] | None:
    """The parameters of the cases page for what stands behind a stop; None where there are no cases."""
    facts = stop.facts
    match stop.kind:
        case StopKind.DUE if facts.get("cell"):
            where = these(facts["ids"]) if facts.get("ids") else Filters(cells=(facts["cell"],), states=("open",))
            return params_of(where) | {"case": str(facts["case"])}
        case StopKind.DUE:
            return {"period": "all", "case": str(facts["case"])}
        case StopKind.REPEAT:
            if facts.get("ids"):
                return params_of(these(facts["ids"]))
            return params_of(Filters(cells=tuple(facts["cells"]), categories=(facts["category"],))) | {"period": "30d"}
        case StopKind.LOOK_BACK:
            return params_of(Filters(features=(stop.key,)))
        case _:
            return params_of(Filters(zones=(stop.zone,))) | {"period": "30d"} if stop.zone else None


def show_stops(seen: Viewer, day: PatrolDay, stops: Sequence[Stop], *, here: PLACE | None, key: str = "stops_ahead") -> None:
    """Several stops, side by side where there is room."""
    if stops:
        with st.grid(3, min_column_width=300, gap="small", key=key):
            for stop in stops:
                show_stop(seen, day, stop, here=here)


def show_visited(seen: Viewer, day: PatrolDay, *, here: PLACE | None) -> None:
    """The stops that were made, at the end of the page, with what can still be said of them."""
    made = [stop for stop in day.stops if stop.key in day.done]
    if made:
        st.markdown(f"**{seen.say(VISITED)}**")
        show_stops(seen, day, made, here=here, key="stops_made")


def show_said() -> None:
    """What the last press could not do, and why."""
    if said := st.session_state.pop(SAID, None):
        st.warning(said, icon=":material/info:")


def metres_between(one: PLACE, other: PLACE, crs: str) -> float:
    """Metres between two WGS-84 places, measured in `crs`."""
    x, y = project([one[0], other[0]], [one[1], other[1]], crs)
    return float(((x[0] - x[1]) ** 2 + (y[0] - y[1]) ** 2) ** 0.5)


def _begin(seen: Viewer, day: PatrolDay, official: str) -> None:
    begun = Begun(official=official, draw=day.draw.to_json(), stops=[stop.to_record() for stop in day.stops])
    _act(seen, lambda: begin_patrol(database(), seen.actor, begun, at=seen.office.now()))


def _keep(seen: Viewer, walk: int, stop: Stop, outcome: str, here: PLACE | None) -> None:
    place, measured = (stop.lon, stop.lat), False
    # a phone that is somewhere else did not arrive here: then the stop's own place is kept
    if here is not None and seen.office.metric_crs and metres_between(here, place, seen.office.metric_crs) <= ARRIVAL_METRES:
        place, measured = here, True
    _act(seen, lambda: keep_stop(database(), seen.actor, walk, stop.key, outcome, place=place, measured=measured, at=seen.office.now()))


def _end(seen: Viewer, walk: int) -> None:
    _act(seen, lambda: end_patrol(database(), seen.actor, walk, at=seen.office.now()))


def _act(seen: Viewer, change: Callable[[], object]) -> None:
    try:
        change()
    except Refused as refused:
        st.session_state[SAID] = refused.say(seen.language)
