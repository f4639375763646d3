"""What can be done with the open case now, as buttons and forms for the one who looks; and who did what last."""

from __future__ import annotations

from typing import Any

import streamlit as st

from actions.act import Refused
from actions.loop import NOTE_LENGTH, take_step
from i18n import Text, show_moment
from model.kinds import LABELS, Resolution
from model.loop import MOVES, STAMPS, Line, Phase, Standing, Step, standing_of
from model.loop_rules import steps_for
from model.roles import Role
from ui import ask
from ui.identity import actor
from ui.loop_feedback import feedback_note, feedback_photo, finish_feedback, forget_sent, show_feedback
from ui.loop_words import say_department, say_last, say_note, say_waiting
from ui.opened import Opened
from ui.viewer import Viewer, database
from ui.words import is_missing, moment_of

PANEL = "loop"
SAID = "loop_said"
# the step that brings a case on from where it stands
FORWARD = {
    Phase.NEW: Step.DISPATCH,
    Phase.DISPATCHED: Step.CLAIM,
    Phase.CLAIMED: Step.FEEDBACK,
    Phase.HANDLED: Step.VERIFY,
    Phase.VERIFIED: Step.CLOSE,
    Phase.SUSPENDED: Step.RESUME,
}
NEXT = Text(zh="下一步", en="Next step")
DONE = Text(zh="已办理：{step}", en="Done: {step}")
REDISPATCH = Text(zh="改派", en="Dispatch anew")
INSTEAD = Text(zh="{step}（代{department}）", en="{step} (for {department})")
DEPARTMENT = Text(zh="处置部门", en="Department")
CHOOSE = Text(zh="选择或输入处置部门", en="Choose or type a department")
NOTE = Text(zh="说明（可不填）", en="Note (optional)")
REASON = Text(zh="原因（必填）", en="Reason (required)")
OUTCOME = Text(zh="办理结果", en="Outcome")
DEADLINE = Text(zh="处置时限：{moment}", en="Deadline: {moment}")
NO_DEADLINE = Text(zh="这类案件没有时限", en="Cases of this category have no deadline")
EXTENDS = Text(zh="按类别时限再给一次，从原时限起算", en="The category's time limit is granted once more, from the old deadline on")
ICONS = {
    **{Step.DISPATCH: "send", Step.CLAIM: "front_hand", Step.FEEDBACK: "check_circle", Step.VERIFY: "verified"},
    **{Step.CLOSE: "task_alt", Step.SEND_BACK: "undo", Step.SUSPEND: "pause_circle", Step.RESUME: "play_circle", Step.EXTEND: "more_time"},
}


def show_loop(seen: Viewer, opened: Opened) -> None:
    """Whose turn it is, what was done last, and the steps that this viewer may take."""
    standing = standing_of_opened(opened)
    with st.container(key=PANEL, gap="small"):
        _show_said(seen, opened.id)
        st.markdown(f"**{seen.say(NEXT)}** · {say_waiting(seen, standing)}")
        if standing.last and standing.last.actor:
            st.caption(say_last(seen, standing.last))
            if note := say_note(seen, opened.life, standing):
                st.markdown(note)
        steps = steps_for(standing, seen.actor)
        if Step.FEEDBACK not in steps:
            forget_sent(opened.id)
        for step in sorted(steps, key=lambda one: not _is_theirs(seen, standing, one)):
            if _is_theirs(seen, standing, step):
                _show_step(seen, opened, standing, step)
                continue
            with st.expander(_label(seen, standing, step), icon=f":material/{ICONS[step]}:", key=f"loop_more_{step}_{opened.id}"):
                _show_step(seen, opened, standing, step)


def standing_of_opened(opened: Opened) -> Standing:
    """Where the open case stands, by what the page was told of it."""
    row: dict[str, Any] = {name: moment_of(opened.case[name]) for name in (*STAMPS, "due_at")}
    row |= {name: None if is_missing(opened.case[name]) else str(opened.case[name]) for name in ("department", "resolution")}
    row |= {name: opened.case[name] for name in ("void", "suspended", "reworks", "extensions")}
    lines = [
        Line(at=line["at"].to_pydatetime(), stage=line["stage"], actor=None if is_missing(line["actor"]) else line["actor"])
        for line in opened.life.to_dict("records")
    ]
    return standing_of(row, lines)


def _is_theirs(seen: Viewer, standing: Standing, step: Step) -> bool:
    """Whether it is this viewer's turn, and this the step that brings the case on."""
    return step is FORWARD.get(standing.phase) and not _in_place(seen, step)


def _in_place(seen: Viewer, step: Step) -> bool:
    """Whether the viewer would take the step in the department's place."""
    return step in {Step.CLAIM, Step.FEEDBACK} and seen.actor.role is not Role.DEPARTMENT


def _show_step(seen: Viewer, opened: Opened, standing: Standing, step: Step) -> None:
    """What a step needs, and its button."""
    pressed = _pressed(seen, opened.id, step, standing)
    if step is Step.FEEDBACK:
        # the camera cannot stand in a form
        show_feedback(seen, opened.id)
    if step in {Step.FEEDBACK, Step.CLAIM, Step.VERIFY, Step.RESUME}:
        st.button(_label(seen, standing, step), key=f"loop_{step}", **pressed)
        return
    with st.form(f"loop_form_{step}_{opened.id}", border=False):
        _show_fields(seen, opened.id, step, standing)
        st.form_submit_button(_label(seen, standing, step), key=f"loop_{step}", **pressed)


def _show_fields(seen: Viewer, case_id: int, step: Step, standing: Standing) -> None:
    match step:
        case Step.DISPATCH:
            _show_departments(seen, case_id, standing)
            st.text_input(seen.say(NOTE), key=_note_key(case_id, step), max_chars=NOTE_LENGTH)
            due = standing.due_at
            st.caption(seen.say(DEADLINE, moment=show_moment(seen.local(due), seen.language)) if due else seen.say(NO_DEADLINE))
        case Step.CLOSE:
            outcomes = list(Resolution)
            st.segmented_control(
                seen.say(OUTCOME),
                outcomes,
                default=Resolution.RESOLVED,
                format_func=lambda one: seen.say(LABELS[one]),
                key=f"loop_outcome_{case_id}",
                required=True,
            )
        case Step.SEND_BACK | Step.SUSPEND | Step.EXTEND:
            st.text_area(seen.say(REASON), key=_note_key(case_id, step), max_chars=NOTE_LENGTH, height=80)
            if step is Step.EXTEND:
                st.caption(seen.say(EXTENDS))


def _show_departments(seen: Viewer, case_id: int, standing: Standing) -> None:
    """The departments that cases were given to, and room for the name of another; not the one that has it already."""
    known = [one for one in ask.ask_options(seen).labels.get("department", {}) if one != standing.department or not standing.dispatched_at]
    index = known.index(standing.department) if standing.department in known else None
    label, hint = seen.say(DEPARTMENT), seen.say(CHOOSE)
    st.selectbox(label, known, index=index, key=f"loop_department_{case_id}", placeholder=hint, accept_new_options=True)


def _label(seen: Viewer, standing: Standing, step: Step) -> str:
    """The step in words; the grid centre does a department's step in its place, and dispatching again has its own word."""
    words = seen.say(REDISPATCH if step is Step.DISPATCH and standing.dispatched_at else MOVES[step].label)
    if _in_place(seen, step):
        return seen.say(INSTEAD, step=words, department=say_department(seen, standing))
    return words


def _pressed(seen: Viewer, case_id: int, step: Step, standing: Standing) -> dict[str, Any]:
    """How a step's button looks and what it does; it carries the mark of what its viewer saw."""
    return {
        **{"type": "primary" if _is_theirs(seen, standing, step) else "secondary", "width": "stretch", "icon": f":material/{ICONS[step]}:"},
        **{"on_click": _take, "args": (seen, case_id, step, standing.mark)},
    }


def _take(seen: Viewer, case_id: int, step: Step, saw: str) -> None:
    """Take the step with what was filled in; what came of it is said when the page is drawn again."""
    state = st.session_state
    note = feedback_note(seen, case_id) if step is Step.FEEDBACK else state.get(_note_key(case_id, step), "") or ""
    given: dict[str, Any] = {"note": note}
    if step is Step.DISPATCH:
        given["department"] = state.get(f"loop_department_{case_id}")
    elif step is Step.CLOSE:
        given["resolution"] = state.get(f"loop_outcome_{case_id}")
    elif step is Step.FEEDBACK:
        given["photo"] = feedback_photo(case_id)
    try:
        take_step(database(), actor(), case_id, step, saw=saw, at=seen.office.now(), **given)
    except Refused as refused:
        state[SAID] = (case_id, refused)
        return
    state[SAID] = (case_id, step)
    if step is Step.FEEDBACK:
        finish_feedback(seen, case_id)
    state.pop(_note_key(case_id, step), None)


def _note_key(case_id: int, step: Step) -> str:
    return f"loop_note_{step}_{case_id}"


def _show_said(seen: Viewer, case_id: int) -> None:
    """What came of the last press, for as long as its case stays open."""
    said = st.session_state.get(SAID)
    if said is None or said[0] != case_id:
        st.session_state.pop(SAID, None)
        return
    if isinstance(said[1], Refused):
        st.warning(said[1].say(seen.language), icon=":material/block:")
    else:
        st.success(seen.say(DONE, step=seen.say(MOVES[said[1]].label)), icon=":material/check:")
