"""The server: the dashboard, the wall, the calendars and the health of them behind one address, `streamlit run serve.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config as server

from config import SignIn, settings
from model.claims import check_role_map
from model.journal import note, note_error, open_journal
from ui.calendar_feed import calendar_routes
from ui.given import remember_files
from ui.guard import Guard
from ui.headers import SafeHeaders
from ui.health import health_routes, version
from ui.landing import landing_routes
from ui.reach import check_reach
from ui.warm import warmed
from wall.routes import routes


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Say that it begins, and answer when the dear pages are warm."""
    note("start", version=version(), sign_in=settings().sign_in is not None)
    async with warmed():
        yield


def secrets_of(rules: SignIn | None) -> dict[str, Any]:
    """The sign-in as Streamlit wants to be told of it; nothing where none is set up."""
    if rules is None:
        return {}
    wanted = {"scope": rules.scope, "prompt": rules.prompt, "code_challenge_method": "S256"}
    return {
        "auth": {
            "redirect_uri": rules.redirect_uri,
            "cookie_secret": rules.cookie_secret,
            "client_id": rules.client_id,
            "client_secret": rules.client_secret,
            "server_metadata_url": rules.metadata_url,
            "client_kwargs": wanted,
        }
    }


def make_ready() -> dict[str, Any]:
    """What the server is made of; refuses to serve others than this machine without a sign-in."""
    open_journal()
    check_reach()
    if rules := settings().sign_in:
        check_role_map(rules)
        # the cookie that remembers a sign-in under way is signed before the secrets are read
        server.set_option("server.cookieSecret", rules.cookie_secret)
        remember_files()
    return {
        "routes": [*routes(), *calendar_routes(), *health_routes(), *landing_routes()],
        "middleware": [Middleware(SafeHeaders), Middleware(Guard)],
        "lifespan": lifespan,
        "secrets": secrets_of(settings().sign_in),
        "on_script_error": note_error,
    }


# `streamlit run` looks for this very call in the file
app = st.App(Path(__file__).parent / "dashboard.py", **make_ready())
