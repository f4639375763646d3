"""Is the server well? `/health` for monitors: no personal data, 503 when the database does not answer."""

from __future__ import annotations

import asyncio
import logging
import tomllib
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from config import ROOT
from model.engine import open_engine
from model.journal import note
from model.setup import read_office
from queries.freshness import read_freshness
from ui.warm import is_warming

PATH = "/health"
# a monitor asks again; it need not wait longer for the database
WAIT_SECONDS = 5.0
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, kw_only=True)
class Health:
    """Hours between the newest case and the office's clock; None while there is no case."""

    data_age_hours: float | None


@cache
def version() -> str:
    """The version of this program."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def read_health(engine: Engine) -> Health:
    """How the database is; raises whatever it raises."""
    newest, now = read_freshness(engine).reported_at, read_office(engine).now()
    return Health(data_age_hours=round((now - newest).total_seconds() / 3600, 2) if newest else None)


def health_routes() -> list[Route]:
    """`/health`: {"status": "ok", "database": "ok", "data_age_hours": 3.5, "version": "0.1.0"}; a server just started is "warming"."""
    return [Route(PATH, _answer, methods=["GET"])]


async def _answer(_: Request) -> Response:
    try:
        health = await asyncio.wait_for(run_in_threadpool(lambda: read_health(open_engine())), WAIT_SECONDS)
    except Exception as error:  # whatever it is, the monitor must hear of it
        note("unhealthy", level=logging.ERROR, kind=type(error).__name__)
        told: dict[str, str | float | None] = {"status": "down", "database": "no answer", "data_age_hours": None, "version": version()}
        return JSONResponse(told, status_code=503, headers=NO_STORE)
    told = {"status": "warming" if is_warming() else "ok", "database": "ok", "data_age_hours": health.data_age_hours, "version": version()}
    return JSONResponse(told, headers=NO_STORE)
