"""What a department feeds back of a case: a photo and a line, kept in the browser until they are sent."""

from __future__ import annotations

import streamlit as st

from actions.loop import NOTE_LENGTH
from actions.photos import Photo
from i18n import Text
from ui.draft import Draft, begin_draft, draft_of, forget_draft, keep_draft
from ui.photo import forget_photo, take_photo, taken_photo
from ui.viewer import Viewer

SENT, NOTE = "feedback_sent", "loop_note_feedback"
WHAT = Text(zh="处置情况", en="What was done")
HINT = Text(zh="一句话说明怎么处置的；请勿写姓名和电话", en="A line on what was done; no names or phone numbers")
WAITING = Text(zh="正在从浏览器取回照片，稍候再提交。", en="Fetching the photo from the browser; send it in a moment.")


def show_feedback(seen: Viewer, case_id: int) -> None:
    """The camera and a line of text; whatever was left behind in this browser is back in its place."""
    name = _name(case_id)
    draft = draft_of(name, seen.office.today())
    keep_draft(draft, {}, text=NOTE)
    wanted = _wanted(draft, case_id)
    take_photo(seen, name, wanted=wanted)
    if wanted:
        st.caption(seen.say(WAITING))
    with st.container(key=f"{NOTE}_{case_id}"):
        hint, kept = seen.say(HINT), draft.kept_text(NOTE_LENGTH)
        st.text_area(seen.say(WHAT), kept, key=draft.field(NOTE), max_chars=NOTE_LENGTH, height=80, placeholder=hint)


def feedback_photo(case_id: int) -> Photo | None:
    """The photo that was taken for the case in this session."""
    taken = taken_photo(_name(case_id))
    return taken.photo if taken else None


def feedback_note(seen: Viewer, case_id: int) -> str:
    """The line of text that stands in the form."""
    return str(st.session_state.get(draft_of(_name(case_id), seen.office.today()).field(NOTE)) or "")


def finish_feedback(seen: Viewer, case_id: int) -> None:
    """It was sent: the next feedback on this case begins empty."""
    name = _name(case_id)
    st.session_state[SENT] = (case_id, draft_of(name, seen.office.today()).number)
    begin_draft(name, seen.office.today())
    forget_photo(name)


def forget_sent(case_id: int) -> None:
    """Have the browser forget what was sent of this case."""
    sent = st.session_state.get(SENT)
    if sent and sent[0] == case_id:
        forget_draft(_name(case_id), sent[1])


def _name(case_id: int) -> str:
    return f"feedback_{case_id}"


def _wanted(draft: Draft, case_id: int) -> str:
    """The photo that the browser still has, after a session was lost."""
    return str((draft.kept or {}).get("photo") or "") if taken_photo(_name(case_id)) is None else ""
