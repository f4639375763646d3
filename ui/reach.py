"""Who can reach the server while no sign-in is set up: this machine alone, unless the settings open it."""

from __future__ import annotations

from ipaddress import ip_address

import streamlit as st
from streamlit import config as server

from config import settings
from i18n import Text

REFUSED = Text(
    zh="没有设置登录，看板只在本机（127.0.0.1）提供服务；请设置登录（FINEGRID_OIDC_…），或设 FINEGRID_OPEN=yes 向全网开放。",
    en="No sign-in is set up, so the dashboard serves this machine (127.0.0.1) alone; set one up (FINEGRID_OIDC_…), "
    "or set FINEGRID_OPEN=yes to open it to the whole network.",
)


def is_guarded() -> bool:
    """Whether it does not matter who can reach the server: they must sign in, or everybody is meant to come in."""
    return settings().sign_in is not None or settings().open_to_all


def is_loopback(host: str | None) -> bool:
    """Whether a name or address means this machine itself; the server's own default, none, means every address it has."""
    name = (host or "").strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def check_reach() -> None:
    """Raises SystemExit with one sentence where the server would listen to others without a sign-in."""
    if not is_within_reach():
        raise SystemExit(f"{REFUSED.zh}\n{REFUSED.en}")


def is_within_reach() -> bool:
    """Whether this dashboard may show anything: nobody but this machine reaches it, or it does not matter who does."""
    return is_guarded() or is_loopback(server.get_option("server.address"))


def show_out_of_reach() -> None:
    """What a dashboard says that was started without serve.py and is not within reach."""
    with st.container(horizontal_alignment="center", key="alone"), st.container(border=True, key="out_of_reach", width=560):
        st.error(f"{REFUSED.zh}\n\n{REFUSED.en}", icon=":material/block:")
