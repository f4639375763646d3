"""Signing in with the office's OpenID provider, signing out, and who is signed in now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section

from config import settings
from i18n import LANGUAGES, Language, Text
from model.claims import Claims, actor_of, is_live, name_of
from model.journal import note
from model.roles import Role

TITLE = Text(zh="城市精细化管理看板", en="Finegrid")
PLEASE = Text(
    zh="请先登录。看到什么、能办什么，由您账号的角色决定。", en="Please sign in. Your account's role decides what you see and do."
)
ENDED_NOTE = Text(zh="登录已到期或已退出，请重新登录。", en="Your sign-in has ended; please sign in again.")
SIGN_IN, SIGN_OUT = Text(zh="登录", en="Sign in"), Text(zh="退出登录", en="Sign out")
NOT_SERVED = Text(
    zh="已设置登录，但看板不是由 serve.py 启动的；请用 streamlit run serve.py 启动。",
    en="A sign-in is set up, but the dashboard was not started by serve.py; start it with: streamlit run serve.py",
)
# the server itself, when it looks at its pages to warm them
OWN_LOOK = "finegrid:own-look"
# somebody who did nothing for so long is no longer told among those who are there
AWAY = timedelta(minutes=30)
MOST_KEPT = 10_000


@dataclass(frozen=True, kw_only=True)
class Present:
    """A sign-in: the account's name and role, since when and until when it was active (real time, aware)."""

    name: str
    role: Role
    since: datetime
    last: datetime


# of this process: who is there, and the sign-ins that were ended before their time
_there: dict[str, Present] = {}
_ended: dict[str, None] = {}
_lock = Lock()


def claims() -> dict[str, Any]:
    """What the provider said of this session's account; empty when nobody signed in."""
    return dict(st.user.to_dict())


def is_signed_in(said: Claims) -> bool:
    """Whether these claims are of somebody who is still signed in; always so where no sign-in is set up."""
    rules = settings().sign_in
    return rules is None or (is_live(said, rules, datetime.now(UTC)) and _mark(said) not in _ended)


def leave_when_ended() -> None:
    """The first line of a fragment: the entry is not asked when a fragment is drawn again, so it goes there when the sign-in has ended."""
    if not is_signed_in(claims()):
        st.rerun()


def show_sign_in(first: Language = "zh") -> None:
    """The only page of somebody who has not signed in: both languages, their own first, one button; it asks the database nothing."""
    again = bool(claims().get("is_logged_in"))
    with st.container(horizontal_alignment="center", key="alone"), st.container(border=True, key="sign_in_box", width=480):
        for language in sorted(LANGUAGES, key=lambda one: one != first):
            st.subheader(TITLE.say(language), anchor=False)
            st.markdown((ENDED_NOTE if again else PLEASE).say(language))
        if not get_secrets_auth_section():
            st.error(f"{NOT_SERVED.zh} / {NOT_SERVED.en}", icon=":material/block:")
            return
        label = f"{SIGN_IN.zh} / {SIGN_IN.en}"
        st.button(label, type="primary", icon=":material/login:", key="sign_in", on_click=st.login, width="stretch")


def show_sign_out(language: Language) -> None:
    """The button that ends this sign-in, here and in every other window of this browser."""
    st.button(SIGN_OUT.say(language), icon=":material/logout:", key="sign_out", on_click=_sign_out)


def keep_presence() -> None:
    """Note that somebody is there, once a run; the first run of a sign-in is written down."""
    rules, said = settings().sign_in, claims()
    if rules is None or said.get("iss") == OWN_LOOK:
        return
    now, role, mark = datetime.now(UTC), actor_of(said, rules).role, _mark(said)
    with _lock:
        known = _there.get(mark)
        for gone in [key for key, one in _there.items() if now - one.last > AWAY]:
            del _there[gone]
        _there[mark] = Present(name=name_of(said), role=role, since=datetime.fromtimestamp(said["iat"], UTC), last=now)
    if known is None:
        note("sign_in", role=role)


def who_is_there() -> list[Present]:
    """Those who are signed in to this process, the last active first."""
    now = datetime.now(UTC)
    with _lock:
        return sorted((one for one in _there.values() if now - one.last <= AWAY), key=lambda one: one.last, reverse=True)


def _sign_out() -> None:
    said, rules = claims(), settings().sign_in
    with _lock:
        _there.pop(_mark(said), None)
        while len(_ended) >= MOST_KEPT:
            del _ended[next(iter(_ended))]
        _ended[_mark(said)] = None
    if rules:
        note("sign_out", role=actor_of(said, rules).role)
    st.logout()


def _mark(said: Claims) -> str:
    """What tells one sign-in from all others, without saying whose it is."""
    return hashlib.sha256(repr([said.get(key) for key in ("iss", "sub", "iat", "nonce")]).encode()).hexdigest()
