"""Signing in with a real OpenID provider: in a browser as every role, out again, and every address with and without it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pyogrio
import pytest
from playwright.sync_api import Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from model.roles import Role
from tests.browser.conftest import OpenPage, Serve
from tests.browser.look import fits_its_width, map_frame, settled
from tests.browser.oidc import SECRET, WALL_KEY, Provider
from tests.browser.server import Server, free_port
from tests.browser.watch import Watch
from ui.guard import DOORS, Door, door_of

COOKIE = "_streamlit_user"
# a page that is not for a role
REFUSED = {
    Role.VIEWER: "data",
    Role.DUTY_LEADER: "data",
    Role.RIVER_CHIEF: "cameras",
    Role.DEPARTMENT: "report",
    Role.GRID_CENTRE: "administration",
    Role.ADMINISTRATOR: None,
}


@pytest.fixture(scope="module")
def signed(serve: Serve, copy_demo: Callable[[], str]) -> Iterator[Server]:
    """The server behind a sign-in, and its provider."""
    provider = Provider(dashboard_port=free_port())
    provider.start()
    yield serve("serve.py", port=provider.dashboard_port, DATABASE_URL=copy_demo(), **provider.settings)
    provider.stop()


def sign_in(opened: Page, login: str) -> Page:
    """Press the button, say who it is, and come back."""
    opened.get_by_role("button", name="登录 / Sign in").click()
    opened.locator("input[name=login]").fill(login)
    opened.locator("input[name=password]").fill("any")
    opened.get_by_role("button", name="Sign-in").click()
    opened.wait_for_url(re.compile(r"^http://127\.0\.0\.1:\d+/(\?.*)?$"))
    return settled(opened)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_signs_in(page: OpenPage, signed: Server, watch: Watch, role: Role) -> None:
    # the provider's page loads a font from elsewhere, which is not there
    watch.allow("fonts.g|ERR_NAME_NOT_RESOLVED|foreign request: https://fonts|favicon")
    # the provider's page asks for an icon that it does not have
    watch.allow("console error: Failed to load resource: the server responded with a status of 404")
    refused = REFUSED[role]
    opened = page(f"{signed.url}/cases?as=administrator", on="desk")
    expect(opened.get_by_text("请先登录")).to_be_visible()
    sign_in(opened, f"{role}:L01")
    expect(opened.locator(".st-key-account")).to_contain_text(f"张三 {role}")
    assert opened.get_by_test_id("stTopNavSection").count() + opened.get_by_test_id("stTopNavLink").count() > 0
    if role is Role.VIEWER:
        # the content policy lets the map be drawn
        map_frame(opened).wait_for_function("() => window.finegrid && finegrid.count().cells > 0")
        assert not map_frame(opened).evaluate("() => finegrid.count().cameras")
        fits_its_width(opened)
    if refused:
        settled(opened.goto(f"{signed.url}/{refused}") and opened)
        expect(opened.get_by_text("这个身份不能").or_(opened.get_by_text("敏感信息")).or_(opened.get_by_text("只给管理员"))).to_be_visible()


def test_signing_out_ends_it_everywhere(page: OpenPage, signed: Server, watch: Watch) -> None:
    watch.allow("fonts.g|ERR_NAME_NOT_RESOLVED|foreign request: https://fonts|favicon")
    opened = sign_in(page(signed.url), "administrator")
    kept = {cookie["name"]: cookie["value"] for cookie in opened.context.cookies() if cookie["name"].startswith(COOKIE)}
    other = opened.context.new_page()
    other.goto(f"{signed.url}/ledgers")
    settled(other)
    assert ask(signed, "/wall/scenes?scenes=today", kept) == 200

    opened.locator(".st-key-account button").first.click()
    opened.get_by_role("button", name="退出登录").click()
    # the provider, too, is asked to end it
    opened.wait_for_url(re.compile("/session/end"))

    assert not [cookie for cookie in opened.context.cookies(signed.url) if cookie["name"] == COOKIE]
    assert ask(signed, "/wall/scenes?scenes=today", kept) == 401
    other.get_by_role("button", name="English").click()
    expect(other.get_by_text("登录已到期或已退出")).to_be_visible()


def ask(server: Server, path: str, cookies: dict[str, str] | None = None, **headers: str) -> int:
    """The status of an address."""
    cookie = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    try:
        with urlopen(Request(server.url + path, headers={"Cookie": cookie, **headers}), timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def cookie_of(server: Server, role: str, *, secret: str = SECRET, origin: str = "", age: float = 0) -> dict[str, str]:
    """The cookie that a sign-in leaves, as Streamlit writes it."""
    said = {"sub": role, "roles": [role], "iat": time.time() - age, "is_logged_in": True, "origin": origin or server.url}
    return {COOKIE: create_signed_value(secret, COOKIE, json.dumps(said)).decode()}


SIGNED_IN = [path for path, door in DOORS.items() if door is not Door.OPEN]


@pytest.mark.parametrize("path", SIGNED_IN)
def test_an_address_wants_a_sign_in(signed: Server, path: str) -> None:
    below = {"/media": "/media/none.png", "/_stcore": "/_stcore/metrics"}.get(path, f"{path}?scenes=today")
    assert ask(signed, below) == 401
    assert ask(signed, below, {COOKIE: "forged"}) == 401
    assert ask(signed, below, cookie_of(signed, "administrator", secret="f" * 32)) == 401
    assert ask(signed, below, cookie_of(signed, "administrator", origin="http://elsewhere.example")) == 401
    assert ask(signed, below, cookie_of(signed, "administrator", age=13 * 3600)) == 401
    for role in Role:
        # a file that nobody was given is for nobody
        assert ask(signed, below, cookie_of(signed, role)) in ({403} if path == "/media" else {200, 404})
    assert ask(signed, "//wall/scenes", cookie_of(signed, "viewer")) in {400, 404, 200}


def test_a_file_is_for_the_roles_that_it_was_made_for(page: OpenPage, signed: Server, watch: Watch, tmp_path: Path) -> None:
    watch.allow("fonts.g|ERR_NAME_NOT_RESOLVED|foreign request: https://fonts|favicon")
    # the provider's page asks for an icon that it does not have
    watch.allow("console error: Failed to load resource: the server responded with a status of 404")
    opened = sign_in(page(signed.url), "duty_leader:L01")
    settled(opened.goto(f"{signed.url}/layers?layer=cameras") and opened)
    opened.get_by_role("button", name="带走（GIS 文件）").click()
    with opened.expect_download() as waited:
        opened.get_by_role("button", name="GeoPackage").click()
    waited.value.save_as(tmp_path / "cameras.gpkg")
    file = urlsplit(waited.value.url).path

    read = pyogrio.read_dataframe(tmp_path / "cameras.gpkg")
    assert len(read) == 240
    assert file.startswith("/media/")
    given = {role: ask(signed, file, cookie_of(signed, role)) for role in Role}
    assert given == {role: 200 if role is Role.DUTY_LEADER else 403 for role in Role}
    assert ask(signed, file) == 401


def test_the_wall_has_its_key(signed: Server) -> None:
    assert ask(signed, f"/wall/scenes?scenes=today&key={WALL_KEY}") == 200
    assert ask(signed, f"/wall/scenes?scenes=today&key={WALL_KEY[:-1]}") == 401
    assert ask(signed, f"/_stcore/metrics?key={WALL_KEY}") == 401


@pytest.mark.parametrize(
    "path", ["/wall/scenes/", "//wall/scenes", "/wall//scenes", "/wall/./scenes", "/%77all/scenes", "/media//x", "/_stcore//metrics"]
)
def test_no_spelling_goes_round_the_guard(signed: Server, path: str) -> None:
    try:
        with urlopen(signed.url + path, timeout=30) as answer:
            body = answer.read()
    except HTTPError as error:
        body = error.read()
    assert b'"svg"' not in body
    assert b"session_events" not in body


def test_health_is_open_and_says_nothing_of_anybody(signed: Server) -> None:
    with urlopen(f"{signed.url}/health", timeout=10) as answer:
        told = json.load(answer)
        headers = answer.headers
    assert told.keys() == {"status", "database", "data_age_hours", "version"}
    assert (told["status"], told["database"]) == ("ok", "ok")
    assert 0 <= told["data_age_hours"] < 24
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert "http" not in headers["Content-Security-Policy"]
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert headers["Strict-Transport-Security"] is None


def test_over_https_it_stays_https(signed: Server) -> None:
    with urlopen(Request(f"{signed.url}/health", headers={"X-Forwarded-Proto": "https"}), timeout=10) as answer:
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_the_journal_names_nobody(signed: Server) -> None:
    log = Path(signed.log).read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"start", "sign_in", "refused", "sign_out"} <= {line["event"] for line in lines}
    assert "张三" not in log
    assert WALL_KEY not in log
    assert "eyJ" not in log


def test_every_route_of_ours_has_a_door() -> None:
    assert door_of("/wall/wall.js") is Door.OPEN
    assert door_of("/media/abc.png") is Door.GIVEN
    assert door_of("/_stcore/upload_file/x/y") is Door.SIGNED_IN
    assert door_of("/wall/scenes") is Door.WALL


def test_health_says_when_the_database_is_away(serve: Serve, tmp_path: Path) -> None:
    server = serve("serve.py", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert ask(server, "/health") == 503
    # without a sign-in this machine alone is answered, and by its own name
    assert ask(server, "/health", Host="dash.example.gov") == 403
    server.stop()


def test_others_are_not_served_without_a_sign_in(serve: Serve) -> None:
    with pytest.raises(RuntimeError, match="No sign-in is set up, so the dashboard serves this machine"):
        serve("serve.py", address="0.0.0.0", DATABASE_URL="sqlite://")
