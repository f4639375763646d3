"""The landing page under its own name, and what a browser elsewhere reads while no sign-in is set up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from config import settings
from tests.alone import alone
from ui.guard import Guard
from ui.landing import landing_routes
from ui.reach import REFUSED


@dataclass
class Answer:
    """What the server said."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""


def ask(at: str, **headers: str) -> Answer:
    """Ask a server that has only the landing page's route, behind the guard."""
    path, _, query = at.partition("?")
    told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": told}
    scope |= {"scheme": "http", "server": ("127.0.0.1", 8501), "root_path": "", "http_version": "1.1"}
    answer = Answer()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answer.text += message["body"].decode()

    app = Starlette(routes=landing_routes(), middleware=[Middleware(Guard)])
    alone(asyncio.run, app(scope, receive, send))
    return answer


@pytest.fixture(autouse=True)
def nobody_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sign-in is set up, and the network is not let in."""
    for name in ("FINEGRID_OPEN", "FINEGRID_OIDC_METADATA_URL"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        pytest.param("/overview", "./", id="by name"),
        pytest.param("/overview?zone=Z07&lang=en", "./?zone=Z07&lang=en", id="with filters"),
        pytest.param("/overview?q=%E5%9E%83%22", "./?q=%E5%9E%83%22", id="with what must stay escaped"),
    ],
)
def test_the_landing_page_answers_to_its_name(asked: str, to: str) -> None:
    answer = ask(asked, Host="127.0.0.1")
    assert (answer.status, answer.headers["location"]) == (307, to)


@pytest.mark.parametrize(
    ("accept", "kind"), [pytest.param("text/html,*/*", "text/html", id="a browser"), pytest.param("*/*", "text/plain", id="a program")]
)
def test_nobody_else_is_served_and_reads_why(accept: str, kind: str) -> None:
    answer = ask("/overview", Host="dash.example.gov", Accept=accept)
    assert answer.status == 403
    assert answer.headers["content-type"].startswith(kind)
    assert REFUSED.zh in answer.text
    assert REFUSED.en in answer.text
