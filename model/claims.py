"""Who a sign-in names: the role, the code and the name in an OpenID provider's claims, and how long they hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from config import SignIn
from model.roles import Actor, Role

# the audit log keeps 80 characters of role and code together
WHO_LENGTH = 79
# a provider's clock may be ahead of ours by so much
AHEAD = timedelta(minutes=5)
# of several roles the first of these counts
ORDER = (Role.ADMINISTRATOR, Role.GRID_CENTRE, Role.DUTY_LEADER, Role.RIVER_CHIEF, Role.DEPARTMENT, Role.VIEWER)
NAMES = ("name", "preferred_username", "email", "sub")

Claims = Mapping[str, Any]


def actor_of(claims: Claims, rules: SignIn) -> Actor:
    """Whoever these claims name; without a role that we know, somebody who may only look."""
    known = dict(rules.role_map)
    named = {known.get(word, word) for word in _words(_find(claims, rules.role_claim))}
    role = next((role for role in ORDER if role in named), Role.VIEWER)
    code = next(iter(_words(_find(claims, rules.code_claim))), "")
    return Actor(role=role, code=code[: WHO_LENGTH - len(role)])


def name_of(claims: Claims) -> str:
    """What the account is called, to greet it by; empty when the provider does not say."""
    return next((str(claims[key]) for key in NAMES if claims.get(key)), "")


def is_live(claims: Claims, rules: SignIn, now: datetime) -> bool:
    """Whether these are the claims of somebody who signed in, not longer ago than a sign-in lasts; `now` is real time, aware."""
    begun = claims.get("iat")
    if claims.get("is_logged_in") is not True or isinstance(begun, bool) or not isinstance(begun, int | float):
        return False
    age = now - datetime.fromtimestamp(begun, UTC)
    return -AHEAD <= age < timedelta(hours=rules.hours)


def check_role_map(rules: SignIn) -> None:
    """Raises ValueError when the map leads to a role that there is not."""
    if unknown := sorted({role for _, role in rules.role_map} - set(Role)):
        raise ValueError(f"FINEGRID_ROLE_MAP leads to {', '.join(unknown)}; it may lead to {', '.join(Role)}")


def _find(claims: Any, path: str) -> Any:
    """The claim of that very name, else the one that its dots lead to."""
    if isinstance(claims, Mapping) and path in claims:
        return claims[path]
    first, _, rest = path.partition(".")
    return _find(claims[first], rest) if rest and isinstance(claims, Mapping) and first in claims else None


def _words(value: Any) -> list[str]:
    """The words of a claim: a text, or a list of texts."""
    values = value if isinstance(value, list | tuple) else [value]
    return [word.strip() for word in values if isinstance(word, str) and word.strip()]
