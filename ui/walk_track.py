"""A walk recorded by the phone: a track that neither a reload nor a lost connection cuts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import streamlit as st

from actions.walks import Point
from i18n import Text
from ui.position import SCRIPTS, read_number, read_style, true_places
from ui.viewer import Viewer

MOST_POINTS = 20_000
RUN = re.compile(r"[a-z0-9]{6,40}")
SUBJECT = re.compile(r"[^\x00-\x1f]{1,120}")
# why nothing is recorded, each with what to do
NO_TRACK = {
    "insecure": Text(
        zh="浏览器只在 https 或本机地址下提供位置，现在记不下轨迹；请改用 https 打开。",
        en="The browser gives positions only over https or on localhost, so no track is recorded; open this page over https.",
    ),
    "denied": Text(
        zh="手机没有允许本页使用位置，现在记不下轨迹；请在浏览器设置里允许。",
        en="This page may not use the position, so no track is recorded; allow it in the browser's settings.",
    ),
    "unavailable": Text(
        zh="手机现在给不出位置，有位置后接着记；请到开阔处走走。",
        en="The phone has no position now; the track goes on when it has one, in the open.",
    ),
    "timeout": Text(
        zh="等了一会儿仍没有位置，有位置后接着记；请到开阔处走走。",
        en="No position came in time; the track goes on when one does, in the open.",
    ),
}
START = Text(zh="开始巡河", en="Start the walk")
END = Text(zh="结束巡河", en="End the walk")
POINTS = Text(zh="已记 {n} 个点", en="{n} points")
DOUBT = Text(zh="误差 {metres} 米", en="±{metres} m")
UNSENT = Text(zh="{n} 个点待上传，已存在手机里", en="{n} to send, kept on the phone")
AWAKE = Text(
    zh="请保持本页打开、屏幕常亮；离线也照常记录。", en="Keep this page open and the screen on; it records without a connection too."
)
TRACK_HTML = """<div class="live row"><span class="clock" role="timer"></span><span class="said"></span></div>
<button type="button" class="start primary wide"></button><button type="button" class="end wide"></button>
<p class="word" role="status"></p>"""


@dataclass(frozen=True, kw_only=True)
class Track:
    """What the server heard of a recording: its name, what is walked, when by the office's clock, and the points so far."""

    run: str
    subject: str
    started_at: datetime
    ended_at: datetime | None
    points: tuple[Point, ...]


def track(seen: Viewer, key: str, *, subject: str = "", may: bool = True, done: Sequence[str] = ()) -> Track | None:
    """The recorder: start and end buttons, and what was recorded so far; it goes on while another page is open.

    `subject` names what a new recording is of; `may` allows one to begin; runs in `done` are forgotten by the phone.
    """
    kept = kept_track(key)
    words = {"start": START, "end": END, "points": POINTS, "doubt": DOUBT, "unsent": UNSENT, "awake": AWAKE, **NO_TRACK}
    data = {
        "words": {name: seen.say(text) for name, text in words.items()},
        **{"subject": subject, "may": may, "done": list(done)},
        **{"run": kept.run if kept else None, "have": len(kept.points) if kept else 0, "ended": bool(kept and kept.ended_at)},
    }
    result = _recorder()(key=key, data=data, on_heard_change=_nothing)
    heard = result.get("heard")
    if heard and (news := hear_track(kept, heard, seen.office.now())) is not kept and news and news.run not in done:
        st.session_state[f"{key}_track"] = news
        st.rerun()
    kept = kept_track(key)
    if kept is None or kept.run in done:
        return None
    true = true_places([point[:2] for point in kept.points])
    return replace(kept, points=tuple(Point(*place, *point[2:]) for place, point in zip(true, kept.points, strict=True)))


def kept_track(key: str) -> Track | None:
    """What this session heard of a recording, as the phone gave it."""
    kept = st.session_state.get(f"{key}_track")
    return kept if isinstance(kept, Track) else None


def hear_track(kept: Track | None, heard: Mapping[str, Any], now: datetime) -> Track | None:
    """The track with what the phone says now; the same track when that is nothing new or makes no sense.

    The phone counts milliseconds by its own clock; only its differences are used, against the office's `now`.
    """
    run, subject = str(heard.get("run", "")), str(heard.get("subject", ""))
    begun, said, ended = (read_number(heard.get(name)) for name in ("started", "now", "ended"))
    if not RUN.fullmatch(run) or not SUBJECT.fullmatch(subject) or begun is None or said is None or said < begun:
        return kept
    same = kept if kept and kept.run == run else None
    have = same.points if same else ()
    first = heard.get("from")
    points = [_point(one) for one in heard.get("points") or []]
    if not isinstance(first, int) or first > len(have) or first < 0:
        points, first = [], len(have)
    fresh = tuple(points[len(have) - first :])
    end = None if ended is None else now - timedelta(milliseconds=max(0.0, said - ended))
    start = (end or now) - timedelta(milliseconds=(said if ended is None else max(ended, begun)) - begun)
    if same and not fresh and (same.ended_at is not None) == (end is not None):
        return kept
    return Track(run=run, subject=subject, started_at=start, ended_at=end, points=(*have, *fresh)[:MOST_POINTS])


def _point(said: Any) -> Point:
    """A point as the phone wrote it; one that is none keeps its place in the row with a doubt that nobody trusts."""
    numbers = [read_number(one) for one in said] if isinstance(said, Sequence) else []
    known = [number for number in numbers if number is not None]
    if len(numbers) != 4 or len(known) != 4 or abs(known[0]) > 180 or abs(known[1]) >= 90:
        return Point(0.0, 0.0, math.inf, 0.0)
    return Point(*known)


@cache
def _recorder() -> Any:
    js = (SCRIPTS / "walk_track.js").read_text(encoding="utf-8")
    track = (SCRIPTS / "walk_track.css").read_text(encoding="utf-8")
    return st.components.v2.component("finegrid_track", html=TRACK_HTML, css=read_style() + track, js=js)


def _nothing() -> None:
    """The component wants a callback for every event it may report."""
