"""How far a walk has come: the share of the reach, the minutes, and what is still missing; and the same on the map."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from actions.walks import MOST_DOUBT, draw_track, measure_track
from analysis.walks import Lack, Walk, lacks
from geo.figures import Figures, Outline
from geo.walked import WITHIN_METRES
from i18n import Text, show_number
from ui.ground import ground_of
from ui.kpis import FORMULA, RECEIPT
from ui.map_panel import show_map
from ui.viewer import Viewer
from ui.walk_reach import Reach
from ui.walk_track import Track

MAP = "walk_map"
MAP_HEIGHT = 380
LAYERS = ("boundary", "zones", "rivers")
DONE = Text(zh="走了 **{share}%**，**{minutes}** 分钟，达到要求", en="**{share}%** walked, **{minutes}** min: enough")
SHORT = Text(zh="走了 **{share}%**，**{minutes}** 分钟，还差 {missing}", en="**{share}%** walked, **{minutes}** min: {missing} to go")
NO_RULE = Text(zh="走了 **{share}%**，**{minutes}** 分钟", en="**{share}%** walked, **{minutes}** min")
MINUTES = Text(zh="{n} 分钟", en="{n} min")
METRES = Text(zh="{n} 米", en="{n} m")
HOW = Text(
    zh="轨迹两侧 {within} 米以内的河段长度 {metres} 米 ÷ 河段全长 {length} 米；误差超过 100 米的点、相隔超过 150 米的两点之间不计。",
    en="{metres} m of the reach lie within {within} m beside the track, of its {length} m; points with more than 100 m of doubt and steps"
    " of more than 150 m do not count.",
)
TRACK = Text(zh="本次轨迹", en="This walk")
TO_WALK = Text(zh="要巡的河段", en="Reach to walk")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Metres and share (0 to 1) of the reach that were walked, minutes, and what the walk falls short of."""

    metres: float
    share: float
    minutes: float
    missing: tuple[Lack, ...]


def measure_progress(seen: Viewer, reach: Reach, walk: Track) -> Progress:
    """What a walk came to so far."""
    assert seen.office.metric_crs is not None
    walked = measure_track(reach.shape, walk.points, seen.office.metric_crs)
    minutes = ((walk.ended_at or seen.office.now()) - walk.started_at).total_seconds() / 60
    so_far = Walk(started_at=walk.started_at, minutes=minutes, metres=walked.metres)
    missing = lacks(so_far, reach.rule, reach.length_m) if reach.rule else ()
    return Progress(metres=walked.metres, share=walked.share, minutes=minutes, missing=missing)


def show_progress(seen: Viewer, reach: Reach, progress: Progress) -> None:
    """One sentence, a bar, and behind a button how it was measured."""
    values = {"share": f"{progress.share * 100:.0f}", "minutes": f"{int(progress.minutes)}"}
    if reach.rule is None:
        sentence = seen.say(NO_RULE, **values)
    elif progress.missing:
        sentence = seen.say(SHORT, **values, missing=_say_missing(seen, reach, progress))
    else:
        sentence = seen.say(DONE, **values)
    st.markdown(sentence)
    st.progress(min(1.0, progress.share))
    with st.popover(seen.say(RECEIPT), type="tertiary"):
        length, metres = show_number(reach.length_m, seen.language), show_number(progress.metres, seen.language)
        st.markdown(f"**{seen.say(FORMULA)}** {seen.say(HOW, within=f'{WITHIN_METRES:g}', metres=metres, length=length)}")


def _say_missing(seen: Viewer, reach: Reach, progress: Progress) -> str:
    """What is still to go, rounded up so that it is enough when it says so."""
    assert reach.rule is not None
    words = []
    if Lack.MINUTES in progress.missing:
        words.append(seen.say(MINUTES, n=_up(reach.rule.least_minutes - progress.minutes)))
    if Lack.METRES in progress.missing:
        words.append(seen.say(METRES, n=_up(reach.least_m - progress.metres)))
    return ("、" if seen.language == "zh" else ", ").join(words)


def _up(value: float) -> int:
    return max(1, int(-(-value // 1)))


def show_walk_map(seen: Viewer, reach: Reach, walk: Track | None) -> None:
    """The whole reach, dashed, and over it the track, with a ring where the phone is; ⤢ shows the reach again."""
    assert seen.office.metric_crs is not None
    points = walk.points if walk else ()
    line = draw_track(points, seen.office.metric_crs)
    last = next((point for point in reversed(points) if point.accuracy_m <= MOST_DOUBT), None)
    to_walk, walked = seen.say(TO_WALK), seen.say(TRACK)
    outlines = [Outline(code="reach", shape=reach.shape, text=f"{reach.name}\n{to_walk}", dashed=True, kind=to_walk)]
    outlines += [Outline(code="track", shape=line, text=walked, kind=walked)] if line is not None else []
    figures = Figures(visible=frozenset(LAYERS), outlines=outlines, focus=(last.lon, last.lat) if last else None, frame=reach.shape.bounds)
    ground = ground_of(seen, LAYERS)
    show_map(
        ground,
        figures,
        key=MAP,
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset(),
        wants_view=False,
    )
