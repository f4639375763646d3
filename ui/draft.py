"""What is being typed, kept in the browser until it is saved, so that no lost connection and no reload takes it away.

A browser may send what its fields held a moment ago: a field that the page fills by itself would be emptied again. So the fields of a
form are called by `Draft.field`, and whenever the form is filled from what was kept it gets fields of new names, which no browser knows.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from actions.findings import new_number

SCRIPT = Path(__file__).parent / "scripts" / "report_draft.js"
NUMBER = re.compile(r"\d{8}-[A-Z0-9]{8}")


@dataclass(kw_only=True)
class Draft:
    """One form that is being filled in; `kept` is what the browser had of it, None until the browser answered."""

    name: str
    number: str
    session: str = field(default_factory=lambda: secrets.token_hex(4))
    kept: Mapping[str, Any] | None = None
    # what a press led to stands here and not in the session's state: whoever reads or writes that may be cut
    # short by the next run; and a run that comes while another one still saves waits at the lock
    pressed: bool = False
    saved: Any = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    restored: str = ""
    # presses on the form's button that this session heard of
    heard: int = 0
    # whether there was anything to fill in
    filled: bool = False

    def field(self, name: str) -> str:
        """The key of one of its fields; another one once it was filled in."""
        return f"{name}_{self.session}_{'filled' if self.filled else 'new'}"

    def kept_text(self, most: int) -> str:
        """What the browser kept of the line of text, at most so many letters."""
        text = (self.kept or {}).get("text")
        return text[:most] if isinstance(text, str) else ""


def draft_of(name: str, today: date) -> Draft:
    """The draft of a form in this session, a new one where there is none."""
    draft = st.session_state.setdefault(f"{name}_draft", Draft(name=name, number=new_number(today)))
    assert isinstance(draft, Draft)
    return draft


def begin_draft(name: str, today: date) -> Draft:
    """An empty form with a number of its own, in place of the one that was saved."""
    draft = st.session_state[f"{name}_draft"] = Draft(name=name, number=new_number(today), kept={})
    return draft


def keep_draft(draft: Draft, values: Mapping[str, Any], *, text: str, press: str = "", on_press: Callable[[], None] | None = None) -> None:
    """Give the browser the values to keep beside what is typed into the field `text`; ask it first what it kept.

    The page runs again once the browser answered; then `draft.kept` and `draft.number` are what was left behind. A press on the
    button of key `press` that the server did not hear (`draft.heard`) calls `on_press`, or is told as `draft.kept["pressed"]`.
    """
    known = {"number": draft.number, **values} if draft.kept is not None else None
    data = {
        **{"name": draft.name, "session": draft.session, "number": draft.number, "values": known, "heard": draft.heard},
        **{"field": f".st-key-{draft.field(text)} textarea", "press": f".st-key-{press} button" if press else ""},
    }
    bridge = _bridge()(key=f"{draft.name}_draft_bridge", data=data, on_kept_change=_nothing, on_pressed_change=on_press or _nothing)
    kept = bridge.get("kept")
    if draft.kept is None and isinstance(kept, Mapping) and kept.get("session") == draft.session:
        number = str(kept.get("number", ""))
        draft.number = number if NUMBER.fullmatch(number) else draft.number
        # what somebody chose while the browser was asked is newer than what it kept
        draft.kept = {**kept, **{key: value for key, value in values.items() if value}}
        draft.filled = bool(kept.get("text") and not kept.get("typed")) or any(kept.get(key) and not values[key] for key in values)
        st.rerun()


def forget_draft(name: str, number: str) -> None:
    """Have the browser forget the draft of that number: it was saved."""
    data = {"name": name, "done": number, "field": ".st-key-nothing"}
    _bridge()(key=f"{name}_draft_bridge", data=data, on_kept_change=_nothing, on_pressed_change=_nothing)


@cache
def _bridge() -> Any:
    return st.components.v2.component("finegrid_draft", js=SCRIPT.read_text(encoding="utf-8"))


def _nothing() -> None:
    """The component wants a callback for every event it may report."""
