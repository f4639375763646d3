"""Who is looking: the role and the official behind this session, chosen in the heading while no sign-in is set up."""

from __future__ import annotations

import streamlit as st

from i18n import Text
from model.roles import ROLE_LABELS, Actor, Role

AS = "as"
KEPT, ASKED = "identity", "identity_asked"
OPEN = Actor(role=Role.ADMINISTRATOR)


def choose_identity() -> None:
    """Settle who looks before anything is drawn: `?as=duty_leader:L01` wins over what the session remembers."""
    wanted = st.query_params.get(AS)
    if wanted and wanted != st.session_state.get(ASKED):
        st.session_state[ASKED] = wanted
        st.session_state[KEPT] = read_actor(wanted)


def actor() -> Actor:
    """Who acts in this session; without sign-in everyone who reaches the loopback address is the administrator until they choose."""
    kept = st.session_state.get(KEPT)
    return kept if isinstance(kept, Actor) else OPEN


def read_actor(text: str) -> Actor:
    """`duty_leader:L01` as an actor; what is unknown may only look."""
    role, _, code = text.partition(":")
    return Actor(role=Role(role), code=code.strip()[:80]) if role in set(Role) else Actor(role=Role.VIEWER)


def become(chosen: Actor) -> None:
    """Act as somebody else from the next run on, and keep it in the address."""
    st.session_state[KEPT] = chosen
    st.session_state[ASKED] = st.query_params[AS] = chosen.who


def role_name(chosen: Actor) -> Text:
    """The role in words."""
    return ROLE_LABELS[chosen.role]
