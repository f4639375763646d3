"""Addresses that people type for the landing page: `/overview` opens it, with whatever stands behind the question mark."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

# the landing page's own name in the menu; Streamlit serves the page itself at the root alone
NAME = "/overview"


def landing_routes() -> list[Route]:
    """From the name to the root beside it, so that a base path before both stays."""
    return [Route(NAME, _to_root, methods=["GET"])]


async def _to_root(request: Request) -> RedirectResponse:
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./", status_code=307)
