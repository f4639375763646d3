"""The server looks at its own pages before anybody comes, as every role sees them, and leaves no trace of having been there."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from urllib.request import urlopen

import pytest

from config import ROOT, read_settings
from model.claims import actor_of, is_live
from model.roles import RIGHTS, Right, Role
from tests.browser.server import Server
from ui.warm import FIRST, LOCALES, Look, _claims, _kinds_of_roles, first_looks, other_looks

SIGN_IN = {
    "FINEGRID_OIDC_METADATA_URL": "http://127.0.0.1:9/.well-known/openid-configuration",
    "FINEGRID_OIDC_CLIENT_ID": "finegrid",
    "FINEGRID_OIDC_CLIENT_SECRET": "no-provider-is-asked",
    "FINEGRID_OIDC_REDIRECT_URI": "http://127.0.0.1:8501/oauth2callback",
    "FINEGRID_COOKIE_SECRET": "a-secret-that-only-this-test-knows",
    "FINEGRID_ROLE_CLAIM": "realm_access.roles",
}
PATIENCE_SECONDS = 120


def test_a_server_is_warm_before_it_answers(sqlite_url: str, tmp_path) -> None:
    server = Server(script=ROOT / "serve.py", log=tmp_path / "log", env={"DATABASE_URL": sqlite_url, "FINEGRID_WARM": "yes", **SIGN_IN})
    server.start()
    try:
        heard = {_health(server)}
        ends = time.monotonic() + PATIENCE_SECONDS
        while "ok" not in heard and time.monotonic() < ends:
            heard.add(_health(server))
        lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith('{"at"')]
    finally:
        server.stop()

    assert heard <= {"warming", "ok"}
    assert "ok" in heard
    events = [line["event"] for line in lines]
    assert [line["place"].split(" in ")[0] for line in lines if line["event"] == "warm"] == [
        f"{len(list(first_looks(signed_in=True)))} pages",
        f"{len(list(other_looks()))} pages",
    ]
    # nobody signed in, nothing went wrong, no page was refused
    assert set(events) == {"start", "warm"}
    assert server.new_errors() == ""


def test_every_page_is_looked_at_in_both_languages() -> None:
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")}
    looks = [*first_looks(signed_in=False), *other_looks()]
    assert {(look.page, look.locale) for look in looks} == {(page, locale) for page in pages for locale in LOCALES}
    assert Look(page=FIRST[0], theme="dark") in looks


def test_answers_are_warmed_for_every_kind_of_role() -> None:
    kinds = {(Right.CAMERAS in RIGHTS[role], Right.PHONES in RIGHTS[role]) for role in Role}
    found = _kinds_of_roles()
    assert {(Right.CAMERAS in RIGHTS[role], Right.PHONES in RIGHTS[role]) for role in found} == kinds
    assert len(found) == len(kinds)


@pytest.mark.parametrize("role", Role)
def test_the_servers_own_look_is_let_in_as_its_role(role: Role) -> None:
    rules = read_settings(SIGN_IN).sign_in
    assert rules
    said = _claims(role, rules)
    assert is_live(said, rules, datetime.now(UTC))
    assert actor_of(said, rules).role is role
    assert _claims(role, None) == {}


def _health(server: Server) -> str:
    with urlopen(f"{server.url}/health", timeout=30) as answer:
        return str(json.loads(answer.read())["status"])
