"""The look-back schedule (回头看): which signed-off area is to be seen again when, by the patrols and cases that are on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from analysis.relapse import EVERY_DAYS, LOOK_AFTER_RELAPSE_DAYS, MARKS, LookBack, Reason, look_backs
from geo.passes import PASS_METRES, find_passes
from i18n import NOTHING, Text, show_day
from model.kinds import Channel
from queries.weak_areas import LAYER, patrol_tracks
from ui import ask
from ui.kept import KEPT_SECONDS
from ui.viewer import Viewer, data_version
from ui.weak_areas import WeakArea, ask_weak_areas
from ui.words import plain

# cases found by somebody who stood there
FOUND_ON_SITE = (Channel.PATROL, Channel.CHENGGUANTONG)
TITLE = Text(zh="回头看计划", en="Looking back")
DUE = Text(zh="应看日期", en="Due on")
LAST = Text(zh="最近到场", en="Last seen")
OVERDUE = Text(zh="超期 {days} 天", en="{days} days overdue")
LEFT = Text(zh="还有 {days} 天", en="in {days} days")
REASONS: dict[Reason, Text] = {
    Reason.RELAPSE: Text(zh="最近到场后又有回潮案件", en="a relapse since it was last seen"),
    Reason.NEVER: Text(zh="销项后没有到场记录", en="not seen on record since sign-off"),
    Reason.OVERDUE: Text(zh="销项后第{mark}天的回头看未做", en="the look at day {mark} was not made"),
    Reason.PLANNED: Text(zh="销项后第{mark}天的回头看", en="the look at day {mark} after sign-off"),
}
RULE = Text(
    zh="销项后 {marks} 天各看一次，以后每 {every} 天一次；回潮后 {after} 天内必看。巡查轨迹经过区域 {metres} 米以内，"
    "或巡查、城管通在区域内发现案件，算到场；提前不超过间隔一半也算。",
    en="Looked at {marks} days after sign-off, then every {every} days, and within {after} days of a relapse. Seen means a patrol track "
    "within {metres} m of the area, or a case found inside it by patrol or Chengguantong; up to half an interval early counts.",
)
TRACKS_FROM = Text(zh="巡查轨迹自{day}起有记录。", en="Patrol tracks are on record from {day} on.")
NO_TRACKS = Text(zh="还没有巡查轨迹记录。", en="No patrol track is on record yet.")


def ask_look_backs(seen: Viewer, areas: Sequence[WeakArea] | None = None) -> list[LookBack]:
    """The next look at each signed-off area, the most overdue first; four questions, three of them of `ask_weak_areas`."""
    known = ask_weak_areas(seen) if areas is None else areas
    return look_backs([one.area for one in known], ask_seen_days(seen, known), seen.office.today())


def ask_seen_days(seen: Viewer, areas: Sequence[WeakArea]) -> dict[str, list[date]]:
    """The days on which each area was seen: a patrol passed it, or somebody on site found a case in it."""
    found = {one.code: [day.date() for day in one.cases.loc[one.cases["channel"].isin(FOUND_ON_SITE), "reported_on"]] for one in areas}
    passes = _passes(data_version(), seen)
    for code, started in zip(passes["code"], passes["started_at"], strict=True):
        if code in found:
            found[code].append(seen.local(started).date())
    return found


@st.cache_data(ttl=KEPT_SECONDS, max_entries=8, show_spinner=False)
def _passes(version: str, _seen: Viewer) -> pd.DataFrame:
    """Columns code, started_at: which patrols passed which area; found once until the data changes."""
    features, tracks = ask.ask_features((LAYER,)).get(LAYER), ask.ask(patrol_tracks)
    crs = _seen.office.metric_crs
    if features is None or tracks.empty or crs is None:
        return pd.DataFrame({"code": [], "started_at": []})
    passes = find_passes(features.set_index("code"), tracks["track"].to_list(), crs)
    return pd.DataFrame({"code": passes["area"], "started_at": tracks["started_at"].iloc[passes["track"]].to_numpy()})


def show_look_backs(seen: Viewer, areas: Sequence[WeakArea]) -> None:
    """The schedule, the most overdue first, and what counts as seen."""
    planned = ask_look_backs(seen, areas)
    if not planned:
        return
    st.markdown(f"**{seen.say(TITLE)}**")
    names = {one.code: one.name for one in areas}
    for one in planned:
        standing = f":{'red' if one.overdue_days else 'gray'}-badge[{say_standing(seen, one)}]"
        last = show_day(one.last_seen_on, seen.language) if one.last_seen_on else NOTHING
        dates = [f"{seen.say(DUE)} {show_day(one.due_on, seen.language)}", f"{seen.say(LAST)} {last}", say_reason(seen, one)]
        st.markdown(f"**{plain(one.code)} {plain(names[one.code])}** {standing}  \n{' · '.join(dates)}")
    days = "、".join(map(str, MARKS)) if seen.language == "zh" else ", ".join(map(str, MARKS))
    rule = seen.say(RULE, marks=days, every=EVERY_DAYS, after=LOOK_AFTER_RELAPSE_DAYS, metres=f"{PASS_METRES:.0f}")
    st.caption(plain(rule) + " " + _say_tracks(seen))


def say_standing(seen: Viewer, one: LookBack) -> str:
    """How the look stands today: so many days overdue, or still ahead."""
    if one.overdue_days:
        return seen.say(OVERDUE, days=one.overdue_days)
    return seen.say(LEFT, days=(one.due_on - seen.office.today()).days)


def say_reason(seen: Viewer, one: LookBack) -> str:
    """Why it is due then."""
    return seen.say(REASONS[one.reason], mark=one.mark)


def _say_tracks(seen: Viewer) -> str:
    tracks = ask.ask(patrol_tracks)
    if tracks.empty:
        return seen.say(NO_TRACKS)
    return seen.say(TRACKS_FROM, day=show_day(seen.local(tracks["started_at"].min()).date(), seen.language))
