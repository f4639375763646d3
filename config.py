"""What the environment may set, in one place."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent
DEFAULT_DATABASE = f"sqlite:///{ROOT / 'var' / 'finegrid.db'}"
DEFAULT_LISTS = ROOT / "var" / "lists"
DEFAULT_TIMEZONE = "Asia/Shanghai"
DEFAULT_OFFICE_HOURS = "09:00-17:30"
DEFAULT_POOL = "10+10"
# characters below which a secret can be guessed
LEAST_SECRET, LEAST_KEY = 32, 16
# 青浦区盈浦街道 (青盈街办〔2018〕2号): a subdistrict chief once a month, a neighbourhood chief once a week; 泗县's least: 5 minutes, 300 m
DEFAULT_WALKS = "subdistrict=31/5/300/0,neighbourhood=7/5/300/0"


@dataclass(frozen=True, kw_only=True)
class WalkRule:
    """What is asked of the river walks (巡河) of a chief's level; 0 asks nothing."""

    level: str
    # at most so many days from one walk to the next
    every_days: int
    least_minutes: float
    least_metres: float
    # a walk that begins sooner after one that counted does not count
    least_gap_hours: float


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """The OpenID Connect provider that everybody signs in with, and what its claims mean."""

    # FINEGRID_OIDC_METADATA_URL: where the provider describes itself, …/.well-known/openid-configuration
    metadata_url: str
    # FINEGRID_OIDC_CLIENT_ID, FINEGRID_OIDC_CLIENT_SECRET: what the provider knows this dashboard by
    client_id: str
    client_secret: str = field(repr=False)
    # FINEGRID_OIDC_REDIRECT_URI: this dashboard's own address and /oauth2callback, as the provider knows it
    redirect_uri: str
    # FINEGRID_COOKIE_SECRET: signs the session cookie; the same for every process behind one address, at least 32 characters
    cookie_secret: str = field(repr=False)
    # FINEGRID_OIDC_SCOPE, FINEGRID_OIDC_PROMPT: what is asked of the provider; `login` asks for the password at every sign-in
    scope: str
    prompt: str
    # FINEGRID_ROLE_CLAIM: the claim with the role or roles; dots lead into it, `realm_access.roles`
    role_claim: str
    # FINEGRID_ROLE_MAP: the provider's words for our roles, "街道领导=duty_leader,网格中心=grid_centre"
    role_map: tuple[tuple[str, str], ...]
    # FINEGRID_CODE_CLAIM: the claim with the official's code, or with the department's name
    code_claim: str
    # FINEGRID_SESSION_HOURS: so long after it, a sign-in ends
    hours: float


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting; None means "not set", and the database or a default decides."""

    # DATABASE_URL: sqlite:///FILE or postgresql://USER@HOST/NAME
    database_url: str
    # FINEGRID_AS_OF: the clock, ISO 8601; without an offset it is the office's own time
    as_of: datetime | None
    # FINEGRID_TIMEZONE: the office's time zone, an IANA name; else the one in the database
    timezone: ZoneInfo | None
    # FINEGRID_HOLIDAYS: country code of the working calendar
    holidays: str
    # FINEGRID_OFFICE_HOURS: spans of working hours, "09:00-12:00,13:00-17:30"
    office_hours: tuple[tuple[time, time], ...]
    # FINEGRID_TILES, FINEGRID_TILES_DATUM (wgs84 or gcj02), FINEGRID_TILES_ATTRIBUTION: an optional base map
    tiles: str
    tiles_datum: str
    tiles_attribution: str
    # FINEGRID_METRIC_CRS: the projected CRS of all metres, "EPSG:4549"; else chosen by where the data lies
    metric_crs: str | None
    # FINEGRID_WALKS: level=days/minutes/metres/hours of each level of river chiefs, the parts of WalkRule in their order
    walks: tuple[WalkRule, ...]
    # FINEGRID_CLAIM_HOURS: a department that has not claimed a case so many hours after its dispatch is named for supervision
    claim_hours: float
    # FINEGRID_STALE_HOURS: the wall marks its data as old when the newest case was reported longer ago
    stale_hours: float
    # FINEGRID_OIDC_…: the sign-in; None without them, and then the dashboard answers this machine alone
    sign_in: SignIn | None
    # FINEGRID_OPEN=yes: answer other machines without a sign-in, too; everybody on the network may then see and do everything
    open_to_all: bool
    # FINEGRID_WARM=no: do not look at the pages at the start of the server; the first viewers wait longer then
    warm: bool
    # FINEGRID_TURNS: how many pages a process draws at once; the others wait their turn
    turns: int
    # FINEGRID_POOL: connections to PostgreSQL that a process keeps, and how many more in a rush, "10+10"
    pool: tuple[int, int]
    # FINEGRID_PREPARED=no: prepare no statements; for a PgBouncer in transaction mode that does not know them (before 1.21)
    prepared: bool
    # FINEGRID_LISTS: a folder, the same for every process of a server, for lists of cases that are too long for an address; numbers only
    lists: Path
    # FINEGRID_WALL_KEY: with a sign-in, a wall display shows its scenes at /wall?key=…, where nobody can sign in
    wall_key: str = field(repr=False)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process; raises ValueError that names the variable and the form it wants."""
    return read_settings(dict(os.environ))


def read_settings(env: dict[str, str]) -> Settings:
    """Settings from a mapping of environment variables."""
    zone = _zone(env.get("FINEGRID_TIMEZONE", ""))
    datum = env.get("FINEGRID_TILES_DATUM", "wgs84").lower()
    if datum not in {"wgs84", "gcj02"}:
        raise ValueError(f"FINEGRID_TILES_DATUM is {datum!r}; it takes wgs84 or gcj02")
    return Settings(
        database_url=_database(env.get("DATABASE_URL", "") or DEFAULT_DATABASE),
        as_of=_moment(env.get("FINEGRID_AS_OF", ""), zone or ZoneInfo(DEFAULT_TIMEZONE)),
        timezone=zone,
        holidays=env.get("FINEGRID_HOLIDAYS", "CN").upper(),
        office_hours=_spans(env.get("FINEGRID_OFFICE_HOURS", "") or DEFAULT_OFFICE_HOURS),
        tiles=env.get("FINEGRID_TILES", ""),
        tiles_datum=datum,
        tiles_attribution=env.get("FINEGRID_TILES_ATTRIBUTION", ""),
        metric_crs=env.get("FINEGRID_METRIC_CRS") or None,
        walks=_walks(env.get("FINEGRID_WALKS", "") or DEFAULT_WALKS),
        claim_hours=_hours("FINEGRID_CLAIM_HOURS", env.get("FINEGRID_CLAIM_HOURS", "") or "4"),
        stale_hours=_hours("FINEGRID_STALE_HOURS", env.get("FINEGRID_STALE_HOURS", "") or "24"),
        sign_in=_sign_in(env),
        open_to_all=env.get("FINEGRID_OPEN", "").lower() == "yes",
        warm=env.get("FINEGRID_WARM", "").lower() != "no",
        turns=_turns(env.get("FINEGRID_TURNS", "") or "2"),
        pool=_pool(env.get("FINEGRID_POOL", "") or DEFAULT_POOL),
        prepared=env.get("FINEGRID_PREPARED", "").lower() != "no",
        lists=Path(env.get("FINEGRID_LISTS", "") or DEFAULT_LISTS),
        wall_key=_wall_key(env.get("FINEGRID_WALL_KEY", "")),
    )


def _database(url: str) -> str:
    """The URL with the driver that the requirements pin."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"FINEGRID_TIMEZONE is {name!r}; it takes an IANA name such as Asia/Shanghai") from error


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"FINEGRID_AS_OF is {text!r}; it takes a time such as 2017-10-31T18:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _spans(text: str) -> tuple[tuple[time, time], ...]:
    try:
        pairs = [span.split("-") for span in text.split(",")]
        spans = tuple((time.fromisoformat(a.strip()), time.fromisoformat(b.strip())) for a, b in pairs)
    except ValueError as error:
        raise ValueError(f"FINEGRID_OFFICE_HOURS is {text!r}; it takes spans such as 09:00-12:00,13:00-17:30") from error
    ends = [moment for span in spans for moment in span]
    if ends != sorted(set(ends)):
        raise ValueError(f"FINEGRID_OFFICE_HOURS is {text!r}; its spans must follow each other without overlap")
    return spans


def _walks(text: str) -> tuple[WalkRule, ...]:
    rules = [_walk_rule(part.strip()) for part in text.split(",")]
    if None in rules or len({rule.level for rule in rules if rule}) < len(rules):
        raise ValueError(f"FINEGRID_WALKS is {text!r}; it takes level=days/minutes/metres/hours, each level once, such as {DEFAULT_WALKS}")
    return tuple(rule for rule in rules if rule)


def _walk_rule(part: str) -> WalkRule | None:
    """One level's rule; None when it is written otherwise."""
    match = re.fullmatch(r"(\w+)=([1-9]\d{0,3})/(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)", part, re.ASCII)
    if match is None:
        return None
    level, days, *least = match.groups()
    minutes, metres, hours = map(float, least)
    return WalkRule(level=level, every_days=int(days), least_minutes=minutes, least_metres=metres, least_gap_hours=hours)


def _turns(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,2}", text.strip(), re.ASCII):
        raise ValueError(f"FINEGRID_TURNS is {text!r}; it takes a whole number from 1 on, such as 2")
    return int(text)


def _pool(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,3})(?:\+(\d{1,3}))?", text.strip(), re.ASCII)
    if match is None or not int(match[1]):
        raise ValueError(f"FINEGRID_POOL is {text!r}; it takes connections to keep and how many more in a rush, such as {DEFAULT_POOL}")
    return int(match[1]), int(match[2] or 0)


def _hours(name: str, text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours < 10_000:
        raise ValueError(f"{name} is {text!r}; it takes a number of hours above 0, such as 4")
    return hours


def _sign_in(env: dict[str, str]) -> SignIn | None:
    """The sign-in, if any part of it is set; then all of its parts must be."""
    parts = ("OIDC_METADATA_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_REDIRECT_URI", "COOKIE_SECRET")
    wanted = [f"FINEGRID_{part}" for part in parts]
    values = [env.get(name, "").strip() for name in wanted]
    if not any(values):
        return None
    if missing := [name for name, value in zip(wanted, values, strict=True) if not value]:
        raise ValueError(f"the sign-in is half set; it also wants {', '.join(missing)}")
    metadata_url, client_id, client_secret, redirect_uri, cookie_secret = values
    if not redirect_uri.startswith(("http://", "https://")) or not redirect_uri.endswith("/oauth2callback"):
        raise ValueError(f"FINEGRID_OIDC_REDIRECT_URI is {redirect_uri!r}; it takes this dashboard's address and /oauth2callback")
    if len(cookie_secret) < LEAST_SECRET:
        raise ValueError(f"FINEGRID_COOKIE_SECRET has {len(cookie_secret)} characters; it takes at least {LEAST_SECRET} random ones")
    return SignIn(
        metadata_url=metadata_url,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        cookie_secret=cookie_secret,
        scope=env.get("FINEGRID_OIDC_SCOPE", "") or "openid profile",
        prompt=env.get("FINEGRID_OIDC_PROMPT", "") or "login",
        role_claim=env.get("FINEGRID_ROLE_CLAIM", "") or "roles",
        role_map=_role_map(env.get("FINEGRID_ROLE_MAP", "")),
        code_claim=env.get("FINEGRID_CODE_CLAIM", "") or "code",
        hours=_hours("FINEGRID_SESSION_HOURS", env.get("FINEGRID_SESSION_HOURS", "") or "12"),
    )


def _role_map(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [tuple(word.strip() for word in part.split("=")) for part in text.split(",") if part.strip()]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise ValueError(f"FINEGRID_ROLE_MAP is {text!r}; it takes word=role, such as 街道领导=duty_leader,网格中心=grid_centre")
    return tuple((pair[0], pair[1]) for pair in pairs)


def _wall_key(text: str) -> str:
    if text and len(text) < LEAST_KEY:
        raise ValueError(f"FINEGRID_WALL_KEY has {len(text)} characters; it takes at least {LEAST_KEY} random ones")
    return text
