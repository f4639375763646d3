"""A walk along a reach on the phone: start, what is covered so far, findings, end; what it came to is told the chief first."""

from __future__ import annotations

import streamlit as st

from actions.act import Refused
from actions.walks import Kept, RiverWalk, end_walk
from i18n import Text, show_duration, show_moment
from model.roles import Right
from queries.recent import found_on_walk
from ui import ask
from ui.report_button import carry, show_report_button
from ui.viewer import Viewer, database
from ui.walk_progress import Progress, measure_progress, show_progress, show_walk_map
from ui.walk_reach import Reach, pick_reach
from ui.walk_track import Track, kept_track, track
from ui.words import moment_of, plain

NAME = "walk"
# the phone keeps the reach and the chief as one word
BY = "|"
DONE, RESULT, REFUSED = "walk_done", "walk_result", "walk_refused"
FORM_WIDTH = 640
CASES_PAGE, RIVERS_PAGE = "pages/cases.py", "pages/rivers.py"
NO_CHIEF = Text(
    zh="这段河没有登记河长，巡河无法记录；请先在“数据”页导入河长名单。",
    en="No chief is entered for this reach, so no walk can be kept; import the duties on the Data page first.",
)
KEPT = Text(zh="巡河已记录", en="The walk is kept")
KEPT_BEFORE = Text(zh="这次巡河先前已记录", en="This walk was kept before")
FOUND = Text(zh="发现问题 {n} 件", en="Found: {n}")
NONE_FOUND = Text(
    zh="巡河中发现问题，点“上报问题”拍照上报，记录不会中断。", en="Press the button to report what you find; the recording goes on."
)
AGAIN = Text(zh="再保存一次", en="Save again")
DISCARD = Text(zh="丢弃这次记录", en="Throw this record away")
BOARD = Text(zh="河段公示牌", en="The reach's board")
TIMES = Text(zh="{start} 开始，{span}", en="began {start}, {span}")


def show_walk(seen: Viewer) -> None:
    """The walk of a reach, from the start to what it came to."""
    with st.container(width=FORM_WIDTH, key="walk_page"):
        reach = pick_reach(seen, _running())
        if reach is None:
            return
        _show_result(seen, reach)
        done = st.session_state.setdefault(DONE, [])
        may = bool(reach.official)
        if not may:
            st.info(seen.say(NO_CHIEF))
        walk = track(seen, NAME, subject=f"{reach.code}{BY}{reach.official}", may=may, done=done)
        if walk is None:
            show_walk_map(seen, reach, None)
            return
        if walk.subject.partition(BY)[0] != reach.code:
            # the phone was on another reach all along
            st.rerun()
        _show_walk(seen, reach, walk)


def _running() -> tuple[str, str] | None:
    """The reach and the chief of the walk that this session heard of and that is not done."""
    kept = kept_track(NAME)
    if kept is None or kept.run in st.session_state.get(DONE, []):
        return None
    reach, _, official = kept.subject.partition(BY)
    return reach, official


def _show_walk(seen: Viewer, reach: Reach, walk: Track) -> None:
    progress = measure_progress(seen, reach, walk)
    show_progress(seen, reach, progress)
    if walk.ended_at is None:
        if seen.may(Right.REPORT):
            show_report_button(seen, field_only=False, reach=reach.code)
        _show_findings(seen, reach, walk)
        show_walk_map(seen, reach, walk)
        return
    if st.session_state.get(REFUSED) is None:
        _end(seen, reach, walk, progress)
    _show_refused(seen, walk)


def _show_findings(seen: Viewer, reach: Reach, walk: Track) -> None:
    """What was found on this walk so far, each with the way to its case."""
    now = seen.office.now()
    found = ask.ask(found_on_walk, reach.code, walk.started_at, walk.ended_at or now)
    if found.empty:
        st.caption(seen.say(NONE_FOUND))
        return
    st.caption(seen.say(FOUND, n=len(found)))
    for case, title in zip(found["id"], found["title"], strict=True):
        st.page_link(CASES_PAGE, label=plain(title), icon=":material/flag:", query_params=carry(seen, case=str(case)))


def _end(seen: Viewer, reach: Reach, walk: Track, progress: Progress) -> None:
    """Keep the walk, and have the phone forget it."""
    assert walk.ended_at is not None
    ended = RiverWalk(
        run=walk.run,
        reach=reach.code,
        official=reach.official,
        started_at=walk.started_at,
        ended_at=walk.ended_at,
        points=walk.points,
    )
    try:
        kept = end_walk(database(), seen.actor, seen.office, ended)
    except Refused as refused:
        st.session_state[REFUSED] = refused
        return
    st.session_state[RESULT] = (reach.code, kept, walk, progress)
    st.session_state[DONE].append(walk.run)
    st.rerun()


def _show_refused(seen: Viewer, walk: Track) -> None:
    """Why it was not kept, and the two ways on; the record stays on the phone."""
    refused: Refused = st.session_state[REFUSED]
    st.error(refused.say(seen.language))
    st.button(seen.say(AGAIN), key="walk_again", type="primary", width="stretch", on_click=_try_again)
    st.button(seen.say(DISCARD), key="walk_discard", width="stretch", on_click=_discard, args=(walk.run,))


def _try_again() -> None:
    st.session_state.pop(REFUSED, None)


def _discard(run: str) -> None:
    st.session_state.pop(REFUSED, None)
    st.session_state[DONE].append(run)


def _show_result(seen: Viewer, reach: Reach) -> None:
    """What the last walk of this reach in this session came to."""
    code, kept, walk, progress = st.session_state.get(RESULT) or (None, None, None, None)
    if code != reach.code:
        return
    assert isinstance(kept, Kept)
    assert isinstance(walk, Track)
    assert isinstance(progress, Progress)
    with st.container(border=True, key="walk_result"):
        st.success(seen.say(KEPT if kept.new else KEPT_BEFORE), icon=":material/check_circle:")
        show_progress(seen, reach, progress)
        start = show_moment(seen.local(moment_of(walk.started_at) or walk.started_at), seen.language)
        span = show_duration((walk.ended_at or walk.started_at) - walk.started_at, seen.language)
        words = [seen.say(TIMES, start=start, span=span), seen.say(FOUND, n=len(kept.findings))]
        st.caption(" · ".join(words))
        st.page_link(RIVERS_PAGE, label=seen.say(BOARD), icon=":material/water:", query_params=carry(seen, reach=reach.code))
