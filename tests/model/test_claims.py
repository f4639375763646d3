"""Who a sign-in names, and how long it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from config import SignIn, read_settings
from model.claims import actor_of, check_role_map, is_live, name_of
from model.office import AuditLine
from model.roles import Actor, Role

SECRET = "0123456789abcdef0123456789abcdef"
SIGN_IN = {
    "FINEGRID_OIDC_METADATA_URL": "http://127.0.0.1:1/.well-known/openid-configuration",
    "FINEGRID_OIDC_CLIENT_ID": "finegrid",
    "FINEGRID_OIDC_CLIENT_SECRET": SECRET,
    "FINEGRID_OIDC_REDIRECT_URI": "http://127.0.0.1:2/oauth2callback",
    "FINEGRID_COOKIE_SECRET": SECRET,
}
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SIGNS = some.text(some.characters(exclude_categories=["Cs"]), max_size=120)


def rules(**env: str) -> SignIn:
    found = read_settings({**SIGN_IN, **env}).sign_in
    assert found
    return found


@pytest.mark.parametrize(
    ("claims", "actor"),
    [
        pytest.param({"roles": "duty_leader", "code": "L03"}, Actor(role=Role.DUTY_LEADER, code="L03"), id="a word"),
        pytest.param({"roles": ["viewer", "grid_centre"], "code": ""}, Actor(role=Role.GRID_CENTRE), id="of several the strongest"),
        pytest.param({"roles": ["department"], "code": "城管中队"}, Actor(role=Role.DEPARTMENT, code="城管中队"), id="a department"),
        pytest.param({"roles": ["root"]}, Actor(role=Role.VIEWER), id="a role that we do not know"),
        pytest.param({}, Actor(role=Role.VIEWER), id="no role"),
        pytest.param({"roles": {"administrator": True}}, Actor(role=Role.VIEWER), id="no words"),
        pytest.param({"roles": "administrator duty_leader"}, Actor(role=Role.VIEWER), id="two words in one"),
    ],
)
def test_claims_name_an_actor(claims: dict[str, Any], actor: Actor) -> None:
    assert actor_of(claims, rules()) == actor


def test_the_providers_own_words() -> None:
    ours = rules(
        FINEGRID_ROLE_CLAIM="realm_access.roles", FINEGRID_ROLE_MAP="街道领导=duty_leader, 河长=river_chief", FINEGRID_CODE_CLAIM="no"
    )
    assert actor_of({"realm_access": {"roles": ["河长"]}, "no": "R01"}, ours) == Actor(role=Role.RIVER_CHIEF, code="R01")
    assert actor_of({"realm_access.roles": ["街道领导"]}, ours).role is Role.DUTY_LEADER


@given(SIGNS, some.sampled_from(list(Role)))
def test_whoever_signs_in_fits_the_audit_log(code: str, role: Role) -> None:
    assert len(actor_of({"roles": [role], "code": code}, rules()).who) <= AuditLine.__table__.c.who.type.length


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | SIGNS, lambda inner: some.lists(inner) | some.dictionaries(SIGNS, inner)
    )
)
def test_only_a_role_by_its_name_gives_rights(claim: Any) -> None:
    said = [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []
    known = {word.strip() for word in said if isinstance(word, str)} & set(Role)
    assert (actor_of({"roles": claim}, rules()).role is Role.VIEWER) == (known <= {Role.VIEWER})


@pytest.mark.parametrize(
    ("begun", "live"),
    [
        pytest.param(timedelta(0), True, id="now"),
        pytest.param(timedelta(hours=11, minutes=59), True, id="just within"),
        pytest.param(timedelta(hours=12), False, id="over"),
        pytest.param(-timedelta(minutes=4), True, id="a clock ahead"),
        pytest.param(-timedelta(hours=1), False, id="of the future"),
    ],
)
def test_a_sign_in_ends(begun: timedelta, live: bool) -> None:
    said = {"is_logged_in": True, "iat": (NOW - begun).timestamp()}
    assert is_live(said, rules(), NOW) is live
    assert not is_live({**said, "is_logged_in": False}, rules(), NOW)
    assert not is_live({"is_logged_in": True}, rules(), NOW)
    assert not is_live({}, rules(), NOW)


def test_a_map_to_nowhere_does_not_start() -> None:
    with pytest.raises(ValueError, match="leads to boss"):
        check_role_map(rules(FINEGRID_ROLE_MAP="领导=boss"))
    check_role_map(rules())


def test_secrets_are_not_told() -> None:
    assert SECRET not in repr(read_settings({**SIGN_IN, "FINEGRID_WALL_KEY": SECRET}))
    assert name_of({"name": "张三", "sub": "1"}) == "张三"
    assert replace(rules(), hours=1).hours == 1


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"FINEGRID_COOKIE_SECRET": ""}, "also wants FINEGRID_COOKIE_SECRET"),
        ({"FINEGRID_COOKIE_SECRET": "short"}, "at least 32"),
        ({"FINEGRID_OIDC_REDIRECT_URI": "http://127.0.0.1:2/"}, "oauth2callback"),
        ({"FINEGRID_ROLE_MAP": "领导"}, "word=role"),
        ({"FINEGRID_SESSION_HOURS": "0"}, "FINEGRID_SESSION_HOURS"),
        ({"FINEGRID_WALL_KEY": "short"}, "at least 16"),
    ],
)
def test_a_sign_in_half_set_does_not_start(env: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_settings({**SIGN_IN, **env})
