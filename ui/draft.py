"""What is being typed, kept in the browser until it is saved, so that no lost connection and no reload takes it away."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
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


def draft_of(name: str, today: date) -> Draft:
    """The draft of a form in this session, a new one where there is none."""
    draft = st.session_state.setdefault(f"{name}_draft", Draft(name=name, number=new_number(today)))
    assert isinstance(draft, Draft)
    return draft


def begin_draft(name: str, today: date) -> Draft:
    """An empty form with a number of its own, in place of the one that was saved."""
    draft = st.session_state[f"{name}_draft"] = Draft(name=name, number=new_number(today), kept={})
    return draft


def keep_draft(draft: Draft, values: Mapping[str, Any], *, text: str, press: str = "") -> None:
    """Give the browser the values to keep beside what is typed into the field of key `text`; ask it first what it kept.

    The page runs again once the browser answered; then `draft.kept` and `draft.number` are what was left behind. A press on the
    button of key `press` that a lost session never heard is told too, as `draft.kept["pressed"]`.
    """
    known = {"number": draft.number, **values} if draft.kept is not None else None
    data = {"name": draft.name, "session": draft.session, "number": draft.number, "values": known, "field": f".st-key-{text} textarea"}
    data["press"] = f".st-key-{press} button" if press else ""
    result = _bridge()(key=f"{draft.name}_draft_bridge", data=data, on_kept_change=_nothing)
    kept = result.get("kept")
    if draft.kept is None and isinstance(kept, Mapping) and kept.get("session") == draft.session:
        number = str(kept.get("number", ""))
        draft.number = number if NUMBER.fullmatch(number) else draft.number
        draft.kept = dict(kept)
        st.rerun()


def forget_draft(name: str, number: str) -> None:
    """Have the browser forget the draft of that number: it was saved."""
    data = {"name": name, "done": number, "field": ".st-key-nothing"}
    _bridge()(key=f"{name}_draft_bridge", data=data, on_kept_change=_nothing)


@cache
def _bridge() -> Any:
    return st.components.v2.component("finegrid_draft", js=SCRIPT.read_text(encoding="utf-8"))


def _nothing() -> None:
    """The component wants a callback for every event it may report."""
