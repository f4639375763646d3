"""Who may reach which address of the server: one table of paths, and the layer of the server that keeps to it."""

from __future__ import annotations

import hmac
import json
import logging
from enum import Enum
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from config import SignIn, settings
from i18n import Text
from model.claims import actor_of
from model.journal import note
from ui.given import GIVEN
from ui.reach import REFUSED, is_guarded, is_loopback
from ui.sign_in import TITLE, is_signed_in
from ui.style import style_sheet


class Door(Enum):
    """Who is let through."""

    # it holds no data, or asks for the sign-in by itself
    OPEN = "open"
    SIGNED_IN = "signed in"
    # of the roles that it was made for
    GIVEN = "signed in, and given the file"
    # a wall display cannot sign in; it has a key
    WALL = "signed in, or the wall's key"


# the longest path that an address begins with decides; whatever else there is, is a file of the dashboard's own program
DOORS: dict[str, Door] = {
    "/": Door.OPEN,
    # what the pages show and give away as files: pictures, photos, downloads
    "/media": Door.GIVEN,
    "/_stcore": Door.SIGNED_IN,
    # what a browser asks before anybody can sign in; over the stream nothing is told but the sign-in page
    "/_stcore/health": Door.OPEN,
    "/_stcore/host-config": Door.OPEN,
    "/_stcore/stream": Door.OPEN,
    "/_stcore/bidi-components": Door.OPEN,
    "/health": Door.OPEN,
    # the wall's page holds no data, its scenes do
    "/wall": Door.OPEN,
    "/wall/scenes": Door.WALL,
    # the address itself is the key: a calendar cannot sign in
    "/calendar": Door.OPEN,
}
REFUSED_PAGE = Path(__file__).with_name("refused.html")
CLOSED = Text(zh="请先登录", en="please sign in")
NOT_YOURS = Text(zh="这个文件不是给当前身份的", en="this file was not made for your role")
NO_KEY = Text(zh="请先登录，或在大屏地址里写上密钥（/wall?key=…）", en="sign in, or put the key into the wall's address (/wall?key=…)")


def door_of(path: str) -> Door:
    """Who may reach a path."""
    parts = path.rstrip("/").split("/")
    tried = ("/".join(parts[:n]) or "/" for n in range(len(parts), 0, -1))
    return next((DOORS[prefix] for prefix in tried if prefix in DOORS), Door.OPEN)


class Guard:
    """Lets a request through when its door is open to whoever sent it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 or 403 in the place of the server, or hand the request on."""
        if scope["type"] in {"http", "websocket"} and (refusal := _refuse(scope)):
            if scope["type"] == "websocket":
                # closed before it was opened: the server answers 403
                await send({"type": "websocket.close", "code": 1008})
            else:
                await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _refuse(scope: Scope) -> PlainTextResponse | HTMLResponse | JSONResponse | None:
    """The answer to somebody who is not let in; None when they are."""
    rules = settings().sign_in
    if rules is None:
        if is_guarded() or _is_local(scope):
            return None
        note("refused", level=logging.WARNING, path=door_path(scope["path"]), kind="not this machine")
        return _say_refused(scope)
    door = door_of(scope["path"])
    if door is Door.OPEN or (door is Door.WALL and _has_key(scope)):
        return None
    said = read_cookie(scope, rules)
    if not is_signed_in(said):
        return _turn_away(scope, NO_KEY if door is Door.WALL else CLOSED, kind="not signed in", status=401)
    if door is Door.GIVEN and not GIVEN.may_have(scope["path"], actor_of(said, rules).role):
        return _turn_away(scope, NOT_YOURS, kind="not given", status=403)
    return None


def _turn_away(scope: Scope, why: Text, *, kind: str, status: int) -> JSONResponse:
    """A refusal in both languages, with its line in the journal."""
    note("refused", level=logging.WARNING, path=door_path(scope["path"]), kind=kind)
    return JSONResponse({"error": f"{why.zh} / {why.en}"}, status_code=status, headers={"Cache-Control": "no-store"})


def _say_refused(scope: Scope) -> PlainTextResponse | HTMLResponse:
    """Why nobody else is served: a page for a browser, two lines for a program."""
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return PlainTextResponse(f"{REFUSED.zh}\n{REFUSED.en}\n", status_code=403)
    page = Template(REFUSED_PAGE.read_text(encoding="utf-8"))
    told = {"zh": escape(REFUSED.zh), "en": escape(REFUSED.en), "title": f"{TITLE.zh} {TITLE.en}", "style": style_sheet()}
    return HTMLResponse(page.substitute(told), status_code=403)


def read_cookie(scope: Scope, rules: SignIn) -> dict[str, Any]:
    """The claims in the cookie that Streamlit set at the sign-in; empty when there is none, or none that was signed here."""
    header = Headers(scope=scope).get("cookie", "")
    cookies = cookie_parser(header)

    def read_one(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(rules.cookie_secret, name, value, max_age_days=rules.hours / 24) if value else None

    try:
        said = json.loads(get_cookie_with_chunks(read_one, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    here = urlsplit(rules.redirect_uri)
    return said if isinstance(said, dict) and said.get("origin") == f"{here.scheme}://{here.netloc}" else {}


def door_path(path: str) -> str:
    """The part of a path that its door is known by; the rest of it may be a key."""
    return "/".join(path.split("/")[:3]) if path.startswith("/_stcore") or path.startswith("/wall") else "/".join(path.split("/")[:2])


def _is_local(scope: Scope) -> bool:
    """Whether the request came to a loopback address and by its name: a page elsewhere cannot make a browser send it."""
    host = Headers(scope=scope).get("host", "")
    return is_loopback((scope.get("server") or ("", 0))[0]) and is_loopback(urlsplit(f"//{host}").hostname)


def _has_key(scope: Scope) -> bool:
    """Whether the address names the wall's key; compared in constant time."""
    wanted = settings().wall_key
    given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())
