"""What every answer of the server tells the browser not to do."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config import settings

# half a year; the browser keeps to https for so long, once it was there
HSTS = "max-age=15552000"
# the map's frame evaluates what it draws, and Streamlit's components and workers come as blobs: hence the unsafe words
POLICY: dict[str, str] = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-src": "'self' blob: data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
# whatever a route says of itself stays
HEADERS: dict[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), fullscreen=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def say_policy() -> str:
    """The content policy: this server alone, and the base map's own host where one is set."""
    tiles = urlsplit(settings().tiles)
    host = tiles.netloc.replace("{s}", "*")
    sources = POLICY | ({"img-src": f"{POLICY['img-src']} {tiles.scheme}://{host}"} if host else {})
    return "; ".join(f"{name} {allowed}" for name, allowed in sources.items())


class SafeHeaders:
    """Puts the headers on every answer; over https also that it stays https, and cookies with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.policy = say_policy()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and add to what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        encrypted = _is_encrypted(scope)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), encrypted=encrypted)
            await send(message)

        await self.app(scope, receive, send_safely)

    def _add(self, headers: MutableHeaders, *, encrypted: bool) -> None:
        for name, value in (HEADERS | {"Content-Security-Policy": self.policy}).items():
            headers.setdefault(name, value)
        if encrypted:
            headers.setdefault("Strict-Transport-Security", HSTS)
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for cookie in cookies:
                headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")


def _is_encrypted(scope: Scope) -> bool:
    """Whether the browser spoke https, to this server or to the proxy before it."""
    told = dict(scope["headers"]).get(b"x-forwarded-proto", b"")
    return scope["scheme"] == "https" or bool(told == b"https")
