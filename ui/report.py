"""The form of a finding: photo, place, category, a line of text, done."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from actions.act import Refused
from actions.findings import MOST_LETTERS, Finding, find_finding, new_number, report_finding
from i18n import Text
from model.kinds import Channel
from model.roles import Role
from ui.draft import Draft, begin_draft, draft_of, forget_draft, keep_draft
from ui.photo import Taken, forget_photo, take_photo, taken_photo
from ui.report_category import Chosen, chosen_category, pick_category
from ui.report_place import CHOSEN, TAP, Degrees, Place, pick_place, show_no_ground
from ui.report_saved import show_saved
from ui.viewer import Viewer, database
from ui.words import plain

NAME, TEXT, BUTTON = "report", "report_text", "report_save"
FORM_WIDTH = 640
WORDS = Text(zh="说明（可不填）", en="What you saw (optional)")
HINT = Text(zh="一句话说明情况；请勿写姓名和电话", en="A line on what you saw; no names or phone numbers")
SAVE = Text(zh="提交", en="Save")
WAITING = Text(zh="正在从浏览器取回刚才填的内容…", en="Fetching from the browser what was filled in…")
MISSING = Text(zh="还差：{parts}。", en="Still missing: {parts}.")
PARTS = {"place": Text(zh="位置", en="the place"), "category": Text(zh="类别", en="the category")}
ON_REACH = Text(zh="巡河上报：河段 {reach}", en="Found on the walk of reach {reach}")
STOP_NOTE = "巡查点 {stop}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the link said that led here."""

    place: Degrees | None = None
    stop: str = ""
    reach: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Asked:
        """From the address; what makes no sense is not there."""
        try:
            lon, lat = float(params.get("lon", "nan")), float(params.get("lat", "nan"))
        except ValueError:
            lon = lat = math.nan
        sane = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) < 90
        return cls(place=(lon, lat) if sane else None, stop=params.get("stop", "")[:80], reach=params.get("reach", "")[:80])


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What stands in the form when somebody presses save."""

    draft: Draft
    taken: Taken | None
    place: Place | None
    category: Chosen | None
    text: str


def show_report(seen: Viewer) -> None:
    """The form, or what became of it."""
    asked = Asked.read(st.query_params.to_dict())
    with st.container(width=FORM_WIDTH, key="report_page"):
        draft = draft_of(NAME, seen.office.today())
        if draft.saved is None:
            _show_form(seen, asked, draft)
        else:
            forget_draft(NAME, draft.number)
            show_saved(seen, draft.saved, asked.reach, another=_begin)


def _show_form(seen: Viewer, asked: Asked, draft: Draft) -> None:
    _restore(seen, draft)
    press = partial(_press_save, draft)
    left = _left_category(draft)
    keep_draft(draft, {"category": chosen_category(draft, left), "tap": st.session_state.get(TAP)}, text=TEXT, press=BUTTON, on_press=press)
    if asked.reach:
        st.caption(plain(seen.say(ON_REACH, reach=asked.reach)))
    show_no_ground(seen)
    taken = take_photo(seen, NAME, wanted=_wanted_photo(draft))
    place = pick_place(seen, taken, asked.place)
    category = pick_category(seen, draft, left, river=_channel(seen, asked) is Channel.RIVER)
    with st.container(key=TEXT):
        hint, kept = seen.say(HINT), draft.kept_text(MOST_LETTERS)
        text = st.text_area(seen.say(WORDS), kept, key=draft.field(TEXT), max_chars=MOST_LETTERS, height=80, placeholder=hint)
    # a session that was lost in the middle hears the press before it has the form back: the press waits for it
    if st.button(seen.say(SAVE), key=BUTTON, type="primary", width="stretch", icon=":material/check:", on_click=press):
        press()
    if draft.pressed:
        _save(seen, asked, Filled(draft=draft, taken=taken, place=place, category=category, text=text))


def _press_save(draft: Draft) -> None:
    """Save as soon as everything is there."""
    draft.heard += 1
    draft.pressed = True


def _restore(seen: Viewer, draft: Draft) -> None:
    """Put the place that the browser kept back into the form, once; a form that was saved before shows what became of it."""
    if not draft.kept or draft.restored == draft.number:
        return
    tap = draft.kept.get("tap")
    if TAP not in st.session_state and isinstance(tap, list) and len(tap) == 2 and all(isinstance(one, int | float) for one in tap):
        st.session_state[TAP] = (float(tap[0]), float(tap[1]))
    if draft.kept.get("pressed"):
        _press_save(draft)
    draft.restored = draft.number
    _follow_up(seen, draft)


def _left_category(draft: Draft) -> str | None:
    """The category that the browser kept, as its button is called."""
    left = (draft.kept or {}).get("category")
    return left if isinstance(left, str) else None


def _follow_up(seen: Viewer, draft: Draft) -> None:
    """A draft whose answer was lost may have been saved; a number that is somebody else's is let go."""
    try:
        saved = find_finding(database(), seen.actor, draft.number)
    except Refused:
        draft.number = draft.restored = new_number(seen.office.today())
        return
    if saved:
        draft.saved, draft.pressed = saved, False
        st.rerun()


def _wanted_photo(draft: Draft) -> str:
    """The photo that the browser still has, after a session was lost."""
    return str((draft.kept or {}).get("photo") or "") if taken_photo(NAME) is None else ""


def _save(seen: Viewer, asked: Asked, filled: Filled) -> None:
    """Save once everything is there; say what is missing."""
    if filled.draft.kept is None or _wanted_photo(filled.draft):
        st.caption(seen.say(WAITING))
        return
    if filled.place is None or filled.category is None:
        missing = [seen.say(PARTS[name]) for name in PARTS if getattr(filled, name) is None]
        filled.draft.pressed = False
        st.warning(seen.say(MISSING, parts=("、" if seen.language == "zh" else ", ").join(missing)))
        return
    finding = Finding(
        number=filled.draft.number,
        channel=_channel(seen, asked),
        kind=filled.category[0],
        category=filled.category[1],
        lon=filled.place.lon,
        lat=filled.place.lat,
        text=filled.text,
        photo=filled.taken.photo if filled.taken else None,
        note=STOP_NOTE.format(stop=asked.stop) if asked.stop else "",
    )
    with filled.draft.lock:
        filled.draft.pressed = False
        try:
            filled.draft.saved = filled.draft.saved or report_finding(database(), seen.actor, seen.office, finding)
        except Refused as refused:
            why = refused
    if filled.draft.saved:
        st.rerun()
    st.error(why.say(seen.language))


def _channel(seen: Viewer, asked: Asked) -> Channel:
    """On the bank the case comes from the river walk, else from the patrol."""
    return Channel.RIVER if asked.reach or seen.actor.role is Role.RIVER_CHIEF else Channel.PATROL


def _begin(seen: Viewer) -> None:
    """An empty form."""
    begin_draft(NAME, seen.office.today())
    forget_photo(NAME)
    for key in (TAP, CHOSEN):
        st.session_state.pop(key, None)
