"""Who is looking: the role and the official behind this session, from the sign-in, or chosen in the heading while none is set up."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import Engine

from config import settings
from i18n import Language, Text
from model.claims import actor_of, name_of
from model.roles import ROLE_LABELS, Actor, Role
from model.who import say_who
from model.words import writable
from queries.loop import departments, signers
from queries.run import frame_of
from ui.sign_in import claims, is_signed_in, show_sign_out

AS = "as"
KEPT, ASKED = "identity", "identity_asked"
OPEN = Actor(role=Role.ADMINISTRATOR)
ROLE, CODE = "identity_role", "identity_code"
# whose code is an official's, and a department's name
SIGNED = (Role.DUTY_LEADER, Role.RIVER_CHIEF, Role.DEPARTMENT)
WHO = Text(zh="以谁的身份看和办", en="Look and act as")
WHICH: dict[Role, Text] = {
    Role.DUTY_LEADER: Text(zh="哪位值班领导", en="Which duty leader"),
    Role.RIVER_CHIEF: Text(zh="哪位河长", en="Which river chief"),
    Role.DEPARTMENT: Text(zh="哪个部门", en="Which department"),
}
CHOOSE = Text(zh="请选择", en="Choose")
UNSIGNED = Text(
    zh="还没有设置登录，身份由自己选，每一步都记在审计日志里。",
    en="No sign-in is set up: everyone chooses who they are, and every step is in the audit log.",
)


def choose_identity() -> None:
    """Settle who looks before anything is drawn: `?as=duty_leader:L01` wins over what the session remembers; a sign-in over both."""
    wanted = None if settings().sign_in else st.query_params.get(AS)
    if wanted and wanted != st.session_state.get(ASKED):
        st.session_state[ASKED] = wanted
        st.session_state[KEPT] = read_actor(wanted)


def actor() -> Actor:
    """Who acts in this session; without sign-in everyone who reaches the loopback address is the administrator until they choose."""
    if rules := settings().sign_in:
        said = claims()
        return actor_of(said, rules) if is_signed_in(said) else Actor(role=Role.VIEWER)
    kept = st.session_state.get(KEPT)
    return kept if isinstance(kept, Actor) else OPEN


def read_actor(text: str) -> Actor:
    """`duty_leader:L01` as an actor; what is unknown may only look."""
    role, _, code = text.partition(":")
    # the audit log keeps 80 characters of both
    return Actor(role=Role(role), code=writable(code).strip()[: 79 - len(role)]) if role in set(Role) else Actor(role=Role.VIEWER)


def become(chosen: Actor) -> None:
    """Act as somebody else from the next run on, and keep it in the address."""
    st.session_state[KEPT] = chosen
    st.session_state[ASKED] = st.query_params[AS] = chosen.who


def show_identity_switch(language: Language, engine: Engine) -> None:
    """One button that says who looks; opened, it lets them look as somebody else. Closed, it asks the database nothing.

    With a sign-in it says the account's name and role instead, and lets them sign out.
    """
    now = actor()
    if settings().sign_in:
        _show_account(language, now)
        return
    # ui.words knows the viewer, and the viewer knows this
    from ui.words import plain  # noqa: PLC0415

    label = plain(say_who(now.who).say(language))
    opened = st.popover(label, icon=":material/person:", type="tertiary", key="identity_switch", on_change="rerun", help=WHO.say(language))
    if not opened.open:
        return
    with opened:
        st.session_state[ROLE] = now.role
        st.radio(WHO.say(language), list(Role), key=ROLE, format_func=lambda role: ROLE_LABELS[role].say(language), on_change=_take_role)
        if now.role in SIGNED:
            names = _names(now.role, str(engine.url), engine)
            st.session_state[CODE] = now.code if now.code in names else None
            st.selectbox(
                WHICH[now.role].say(language),
                list(names),
                key=CODE,
                format_func=lambda code: names.get(code, code),
                placeholder=CHOOSE.say(language),
                on_change=_take_code,
            )
        st.caption(UNSIGNED.say(language))


def _show_account(language: Language, now: Actor) -> None:
    # ui.words knows the viewer, and the viewer knows this
    from ui.words import plain  # noqa: PLC0415

    name = name_of(claims())
    with st.popover(plain(name or ROLE_LABELS[now.role].say(language)), icon=":material/person:", type="tertiary", key="account"):
        st.markdown(f"**{plain(name)}**  \n{plain(say_who(now.who).say(language))}")
        show_sign_out(language)


def _take_role() -> None:
    become(Actor(role=Role(st.session_state[ROLE])))


def _take_code() -> None:
    become(Actor(role=actor().role, code=st.session_state[CODE] or ""))


@st.cache_data(ttl=60, max_entries=20, show_spinner=False)
def _names(role: Role, url: str, _engine: Engine) -> dict[str, str]:
    """Who there is of a role, by code."""
    if role is Role.DEPARTMENT:
        return {str(name): str(name) for name in frame_of(_engine, departments())["department"]}
    found = frame_of(_engine, signers(role.value))
    titles = found["title"].fillna("")
    return {
        str(code): f"{name} · {title}" if title else str(name)
        for code, name, title in zip(found["code"], found["name"], titles, strict=True)
    }
