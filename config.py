"""What the environment may set, in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent
DEFAULT_DATABASE = f"sqlite:///{ROOT / 'var' / 'finegrid.db'}"
DEFAULT_TIMEZONE = "Asia/Shanghai"
DEFAULT_OFFICE_HOURS = "09:00-17:30"


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
